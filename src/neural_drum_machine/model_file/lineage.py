"""What the networks of a model file were trained on, with those that they began with."""

from collections.abc import Mapping
from typing import Any, Final

_EARLIER_SPLITS: Final = {
    "8bd9c8d2d3d8766e002fb06da3b44c7f5e2618cb25ad52d61be1d493e18e02f2": (
        "e36bfa2aae95a5fa6172aff7d8d2206df5c413e5621d603e9a150a05a01174b1"
    ),
}
"""Splits of datasets from before runs kept them: the open one, as it was with rumble."""


def lineage(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the datasets that a network was trained on, itself and what it began with.

    Parameters
    ----------
    run : mapping
        What a model file's header says of one network: ``training.cwae`` or ``training.mcnn``.

    Returns
    -------
    list of dict
        Each with ``fingerprint``, and, since runs keep it, ``split``. Of networks that a run from
        before that began with nothing is known.
    """
    started = run.get("started_from") or {}
    own = [run["dataset"]] if run.get("dataset") else []
    return [*own, *started.get("datasets", [])]


def held_out(training: Mapping[str, Any], split: str) -> bool:
    """Return whether all that was trained on kept the same recordings aside.

    Parameters
    ----------
    training : mapping
        ``training`` of a model file's header: a mapping for each network.
    split : str
        :attr:`~neural_drum_machine.dataset.store.Dataset.split` of the sounds in question.
    """
    splits = {
        dataset.get("split") or _EARLIER_SPLITS.get(dataset.get("fingerprint", ""))
        for run in training.values()
        for dataset in lineage(run) or [{}]
    }
    return splits == {split}
