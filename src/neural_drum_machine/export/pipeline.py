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
from neural_drum_machine.export.codes import training_codes
from neural_drum_machine.export.controls import AxesOf, fit_controls
from neural_drum_machine.export.details import fit_details
from neural_drum_machine.export.graphs import onnx_graphs
from neural_drum_machine.export.kept import kept_categories
from neural_drum_machine.export.parity import check_parity, measure_parity
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MIXTURE
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.training.run import StageName, TrainedRun, load_run
from neural_drum_machine.training.warm_start import network_of

LICENCE: Final = "CC-BY-4.0"


def export(
    cwae_from: Path,
    mcnn_from: Path,
    data: Dataset,
    out: Path,
    *,
    name: str = "default",
    which: str = "best",
    axes: AxesOf = "category",
    axis_seeds: int = 8,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, float]:
    """Write a model file from two networks, with controls fitted to the sounds of a dataset.

    Parameters
    ----------
    cwae_from : Path
        A folder made by ``ndm train cwae``, or a model file. The generator of a model file is used
        unchanged, and everything that depends on sounds (controls, prior, axes and their names,
        grain and partials) is fitted to `data`. Categories with fewer than two training sounds in
        `data` stay as they are in the file.
    mcnn_from : Path
        A folder made by ``ndm train mcnn``, or a model file. The inverter does not depend on
        categories and fits sounds of any dataset.
    data : Dataset
        The sounds; a run must have been trained on them.
    out : Path
        The model file. It is written only if the graphs compute what the networks compute.
    name : str
        The model's name.
    which : {"best", "last"}
        The checkpoint of each run.
    axes : {"category", "all"}
        Whether P1, P2 and P3 are the principal axes of each category's codes or, as in the paper,
        of all codes.
    axis_seeds : int
        Sounds of each category that are moved along each axis to find its name.
    progress : callable
        Called with (stage, number done, number in all).

    Returns
    -------
    dict
        Largest difference between ONNX and PyTorch for decoder, encoder and mcnn, as a share of
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
    generator, inverter = _network(cwae_from, "cwae", which), _network(mcnn_from, "mcnn", which)
    _check_fit(data, {cwae_from: generator, mcnn_from: inverter})
    cwae, mcnn = generator.model, inverter.model
    assert isinstance(cwae, Generator)
    assert isinstance(mcnn, Mcnn)
    standardisation = Standardisation(
        generator.state["mean"].numpy(), generator.state["std"].numpy(), data.spec
    )
    codes, categories = training_codes(cwae, data, standardisation)
    origins = np.array([data.entries[row].origin for row in data.rows("train")])
    fitted = fit_controls(codes, categories, origins, axes)
    texture, partials = fit_details(cwae, data, standardisation, partial(progress, "details"))
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
        "latent_dim": cwae.config.latent_dim,
        "controls": controls,
        "training": {"cwae": generator.summary, "mcnn": inverter.summary},
    }
    tensors: dict[str, npt.NDArray[Any]] = {
        "standardisation.mean": standardisation.mean,
        "standardisation.std": standardisation.std,
        "controls.axes": fitted.axes,
        "codes.mean": fitted.means,
        "codes.covariance": fitted.covariances,
        "texture.weights": texture.astype(np.float16),
        "partials.weights": partials.astype(np.float16),
        **dict(zip(MIXTURE, fitted.mixture, strict=True)),
    }
    if cwae_from.is_file():
        absent = np.bincount(categories, minlength=len(CATEGORIES)) < 2
        tensors.update(kept_categories(Bundle.open(cwae_from), absent, tensors))
    graphs = onnx_graphs(cwae, mcnn, data.spec)

    out.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(out, header, graphs, tensors)
    differences = measure_parity(draft, cwae, mcnn, codes, categories, standardisation)
    check_parity(differences)

    machine = DrumMachine(draft)
    signs, controls["axis_names"] = named_axes(machine, axis_seeds, partial(progress, "axes"))
    tensors["controls.axes"] = tensors["controls.axes"] * signs
    # The maps show the axes with their final signs.
    machine.controls = dataclasses.replace(machine.controls, axes=tensors["controls.axes"])
    maps = [pad_map(machine, category) for category in machine.categories]
    tensors["controls.map"] = np.stack(maps).astype(np.float16)
    write_bundle(out, header, graphs, tensors)
    return differences


def _network(source: Path, stage: StageName, which: str) -> TrainedRun:
    if source.is_file():
        return network_of(Bundle.open(source), stage)
    return load_run(source, stage, which)


def _check_fit(data: Dataset, runs: Mapping[Path, TrainedRun]) -> None:
    """Raise :class:`ExportError` if networks and dataset do not belong together."""
    if any(run.spec != data.spec for run in runs.values()):
        raise ExportError(
            f"{', '.join(map(str, runs))} and {data.folder} were made with different audio specs; "
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
    graphs: Mapping[str, bytes],
    tensors: Mapping[str, npt.NDArray[Any]],
) -> Bundle:
    """Return an unfinished model as it is read from a file; the file is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        path = Path(folder) / out.name
        write_bundle(path, header, graphs, tensors)
        return Bundle.open(path)
