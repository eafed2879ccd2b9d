"""Writes a model file from two trained networks and a dataset."""

import dataclasses
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import ExportError
from neural_drum_machine.export.axes import named_axes
from neural_drum_machine.export.bank_file import read_bank
from neural_drum_machine.export.codes import training_codes
from neural_drum_machine.export.controls import AxesOf, fit_controls
from neural_drum_machine.export.details import fit_details
from neural_drum_machine.export.kept import kept_categories
from neural_drum_machine.export.parity import check_parity, measure_parity
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MIXTURE
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.training.kept_weights import SUFFIX, KeptWeights
from neural_drum_machine.training.run import StageName, TrainedRun, load_run
from neural_drum_machine.training.warm_start import kept_network, network_of

LICENCE: Final = "CC-BY-4.0"


def export(
    cwae_from: Path,
    mcnn_from: Path | None,
    data: Dataset,
    out: Path,
    *,
    name: str = "default",
    which: str = "best",
    axes: AxesOf = "category",
    axis_seeds: int = 8,
    bank_from: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, float]:
    """Write a model file from two networks, with controls fitted to the sounds of a dataset.

    Parameters
    ----------
    cwae_from : Path
        A folder made by ``ndm train cwae``, kept weights, or a model file. The generator of a model
        file is used unchanged, and everything that depends on sounds (controls, prior, axes and
        their names, grain and partials) is fitted to `data`. Categories with fewer than two
        training sounds in `data` stay as they are in the file.
    mcnn_from : Path, optional
        A folder made by ``ndm train mcnn``, kept weights, or a model file. The inverter does not
        depend on categories and fits sounds of any dataset. Without it, the model has no MCNN.
    data : Dataset
        The sounds; a run must have been trained on them.
    out : Path
        The model file. It is written only if NumPy computes from it what PyTorch computes.
    name : str
        The model's name.
    which : {"best", "last"}
        The checkpoint of each run.
    axes : {"category", "all"}
        Whether P1, P2 and P3 are the principal axes of each category's codes or, as in the paper,
        of all codes.
    axis_seeds : int
        Sounds of each category that are moved along each axis to find its name.
    bank_from : Path, optional
        A bank of exemplars that ``scripts/make_exemplars`` made with this generator. Without it, a
        model file's exemplars stay, and a run has none.
    progress : callable
        Called with (stage, number done, number in all).

    Returns
    -------
    dict
        Largest difference between NumPy and PyTorch for decoder, encoder and mcnn, as a share of
        full scale.

    Raises
    ------
    ExportError
        If they differ by more than 1e-3, or if the runs fit neither each other nor the dataset.
    TrainingError
        If a run is missing or incomplete.
    BundleError
        If a model file cannot be read.
    """
    generator = _network(cwae_from, "cwae", which, data)
    inverter = _network(mcnn_from, "mcnn", which, data) if mcnn_from else None
    runs = {cwae_from: generator, **({mcnn_from: inverter} if mcnn_from and inverter else {})}
    _check_fit(data, runs)
    trained = Trained(generator, inverter)
    codes, categories = training_codes(trained, data, partial(progress, "encoding"))
    origins = np.array([data.entries[row].origin for row in data.rows("train")])
    fitted = fit_controls(codes, categories, origins, axes)
    texture, partials = fit_details(trained, data, partial(progress, "details"))
    controls: dict[str, Any] = {
        "fitted_to": data.fingerprint,
        "axes_of": axes,
        "explained_variance": np.round(fitted.explained, 5).tolist(),
    }
    header = {
        "name": name,
        "licence": LICENCE,
        "spec": data.spec.to_dict(),
        "categories": list(CATEGORIES),
        "controls": controls,
        "training": {
            "cwae": generator.summary,
            **({"mcnn": inverter.summary} if inverter else {}),
        },
        **trained.header(),
    }
    tensors: dict[str, npt.NDArray[Any]] = {
        **trained.tensors,
        **trained.moments(),
        "controls.axes": fitted.axes,
        "codes.mean": fitted.means,
        "codes.covariance": fitted.covariances,
        "texture.weights": texture.astype(np.float16),
        "partials.weights": partials.astype(np.float16),
        **dict(zip(MIXTURE, fitted.mixture, strict=True)),
    }
    bank = read_bank(bank_from) if bank_from else None
    if bank and (bank.generator != trained.identity or bank.spec != data.spec):
        raise ExportError(
            f"{bank_from}: made with another generator than {cwae_from}; make it again with "
            "scripts/make_exemplars"
        )
    if not bank and is_model(cwae_from):
        # The generator is unchanged, so the exemplars fit it.
        bank = Bundle.open(cwae_from).bank()
    if bank:
        arrays, header["exemplars"] = bank.to_tensors()
        tensors.update(arrays)
    if is_model(cwae_from):
        absent = np.bincount(categories, minlength=len(CATEGORIES)) < 2
        tensors.update(kept_categories(Bundle.open(cwae_from), absent, tensors))

    out.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(out, header, tensors)
    differences = measure_parity(Networks(draft), generator, inverter, codes, categories)
    check_parity(differences)

    machine = DrumMachine(draft)
    signs, controls["axis_names"] = named_axes(machine, axis_seeds, partial(progress, "axes"))
    tensors["controls.axes"] = tensors["controls.axes"] * signs
    # The maps show the axes with their final signs.
    machine.controls = dataclasses.replace(machine.controls, axes=tensors["controls.axes"])
    maps = [pad_map(machine, category) for category in machine.categories]
    tensors["controls.map"] = np.stack(maps).astype(np.float16)
    write_bundle(out, header, tensors)
    return differences


def is_model(source: Path) -> bool:
    """Return whether a source of a network is a model file, and neither a run nor kept weights."""
    return source.is_file() and source.suffix != SUFFIX


def _network(source: Path, stage: StageName, which: str, data: Dataset) -> TrainedRun:
    if is_model(source):
        return network_of(Bundle.open(source), stage)
    if source.is_file():
        return kept_network(KeptWeights.open(source), stage, data)
    return load_run(source, stage, which)


def _check_fit(data: Dataset, runs: Mapping[Path, TrainedRun]) -> None:
    """Raise :class:`ExportError` if networks and dataset do not belong together."""
    if any(run.spec != data.spec for run in runs.values()):
        raise ExportError(
            f"{', '.join(map(str, runs))} and {data.folder} were made with different audio specs; "
            f"prepare it again with --frames {next(iter(runs.values())).spec.n_frames}, or "
            "use runs trained on this dataset"
        )
    for source, run in runs.items():
        if source.is_dir() and run.summary["dataset"]["fingerprint"] != data.fingerprint:
            raise ExportError(
                f"{source} was trained on another dataset than {data.folder}; use that one"
            )


def _draft(
    out: Path,
    header: Mapping[str, Any],
    tensors: Mapping[str, npt.NDArray[Any]],
) -> Bundle:
    """Return an unfinished model as it is read from a file; the file is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        path = Path(folder) / out.name
        write_bundle(path, header, tensors)
        return Bundle.open(path)
