"""Lineage: the datasets that the networks of a model file were trained on."""

from collections.abc import Mapping
from typing import Any, Final

_EARLIER_SPLITS: Final = {
    "8bd9c8d2d3d8766e002fb06da3b44c7f5e2618cb25ad52d61be1d493e18e02f2": (
        "e36bfa2aae95a5fa6172aff7d8d2206df5c413e5621d603e9a150a05a01174b1"
    ),
}
"""Splits of datasets whose runs did not store them yet, by the dataset's fingerprint."""


def trained_on(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the datasets that a network was trained on, and those of the network it started from.

    Parameters
    ----------
    run : mapping
        ``training.cwae`` or ``training.mcnn`` of a model file's header.

    Returns
    -------
    list of dict
        Each has ``fingerprint``, and ``split`` unless its run is too old to have stored it.
    """
    started = run.get("started_from") or {}
    own = [run["dataset"]] if run.get("dataset") else []
    return [*own, *started.get("datasets", [])]


def held_out(training: Mapping[str, Any], split: str) -> bool:
    """Return whether every dataset of the lineage held out the same recordings.

    Parameters
    ----------
    training : mapping
        ``training`` of a model file's header.
    split : str
        :attr:`~neural_drum_machine.dataset.store.Dataset.split` of the recordings.
    """
    splits = {
        dataset.get("split") or _EARLIER_SPLITS.get(dataset.get("fingerprint", ""))
        for run in training.values()
        for dataset in trained_on(run) or [{}]
    }
    return splits == {split}
