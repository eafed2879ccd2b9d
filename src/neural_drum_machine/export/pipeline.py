"""Trained weights to a bundle, with a parity check."""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import Tensor, nn

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import REAL, SYNTHESISED
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import ExportError
from neural_drum_machine.evaluation.measures.axes import axis_effects, axis_names
from neural_drum_machine.export.codes import (
    category_axes,
    category_gaussians,
    category_mixtures,
    principal_axes,
    standing_for,
    training_codes,
)
from neural_drum_machine.export.details import fit_details
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import MIXTURE
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.networks.mcnn import Mcnn
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.signal.descriptors import DESCRIPTORS
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation
from neural_drum_machine.training.run import StageName, TrainedRun, load_run
from neural_drum_machine.training.warm_start import network_of

PARITY = 1e-3
"""Largest difference between ONNX and torch, as a share of full scale."""
PARITY_CODES = 32
LICENCE = "CC-BY-4.0"
AxesOf = Literal["category", "all"]
PER_CATEGORY = (
    "codes.mean",
    "codes.covariance",
    "texture.weights",
    "partials.weights",
    *MIXTURE,
)
"""Tensors that hold a part for each category."""
_SMALL = 1024  # arrays of fewer numbers stay in single precision: they weigh nothing


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
    """Write a bundle from two networks, and from the sounds that its controls are to fit.

    Parameters
    ----------
    cwae_from : Path
        A folder that ``ndm train cwae`` made, or a model file: its generator is taken as it is, and
        all that belongs to it (where categories lie, what new sounds are drawn from, the axes and
        their names, grain and partials) is made for `data`; categories of which that has fewer than
        two training sounds stay as they are in the file.
    mcnn_from : Path
        A folder that ``ndm train mcnn`` made, or a model file: MCNN knows no categories, and fits
        sounds of any dataset.
    data : Dataset
        What was trained here was trained on it: the training sounds' codes give the controls.
    out : Path
        The model file.
    name : str
        Stored in it.
    which : {"best", "last"}
        Which checkpoint of each run.
    axes : {"category", "all"}
        Whose strongest directions P1, P2 and P3 are: each category's own, or, as in the paper,
        those of the codes of all.
    axis_seeds : int
        Sounds of each category that are moved along each axis to find its name.
    progress : callable
        Called with (stage, done, in all).

    Returns
    -------
    dict
        Largest difference between ONNX and torch by part, as a share of full scale.

    Raises
    ------
    ExportError
        If they differ by more than 1e-3, or the runs do not fit each other or the dataset.
    TrainingError
        If a run is absent or incomplete.
    BundleError
        If the model file cannot be read.
    """
    generator = _network(cwae_from, "cwae", which)
    inverter = _network(mcnn_from, "mcnn", which)
    if not generator.spec == inverter.spec == data.spec:
        raise ExportError(
            f"{cwae_from}, {mcnn_from} and {data.folder} were made with different audio "
            "specs; use runs trained on this dataset"
        )
    for source, run in ((cwae_from, generator), (mcnn_from, inverter)):
        if source.is_dir() and run.summary["dataset"]["fingerprint"] != data.fingerprint:
            raise ExportError(
                f"{source} was trained on another dataset than {data.folder}; name that one"
            )
    cwae, mcnn = generator.model, inverter.model
    assert isinstance(cwae, Generator)
    assert isinstance(mcnn, Mcnn)
    standardisation = Standardisation(
        generator.state["mean"].numpy(), generator.state["std"].numpy(), data.spec
    )
    codes, categories = training_codes(cwae, data, standardisation)
    origins = np.array([data.entries[row].origin for row in data.rows("train")])
    # Synthesised sounds teach the networks what drums may be. What drums are like is asked of
    # recordings: their codes are the centre and what new ones are drawn from. Variations of
    # recordings say as well in which directions a drum can be changed.
    real = standing_for(categories, origins == REAL)
    natural = standing_for(categories, origins != SYNTHESISED)
    find_axes = category_axes if axes == "category" else principal_axes
    directions, explained = find_axes(codes[natural], categories[natural])
    _, covariances = category_gaussians(codes[natural], categories[natural])
    means, _ = category_gaussians(codes[real], categories[real])
    mixture = category_mixtures(codes[real], categories[real])
    texture, partials = fit_details(cwae, data, standardisation, partial(progress, "details"))
    controls: dict[str, Any] = {
        "fitted_to": data.fingerprint,
        "axes_of": axes,
        "explained_variance": np.round(explained, 5).tolist(),
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
        "controls.axes": np.broadcast_to(directions, (len(CATEGORIES), AXES, codes.shape[1])),
        "codes.mean": means,
        "codes.covariance": covariances,
        "texture.weights": texture.astype(np.float16),
        "partials.weights": partials.astype(np.float16),
        **dict(zip(MIXTURE, mixture, strict=True)),
    }
    if cwae_from.is_file():
        absent = np.bincount(categories, minlength=len(CATEGORIES)) < 2
        tensors.update(_kept(Bundle.open(cwae_from), absent, tensors))
    # Built beside its final name and moved there once it has proved itself.
    proof = out.with_name(f".{out.name}.unproved")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        graphs = onnx_graphs(cwae, mcnn, data.spec)
        write_bundle(proof, header, graphs, tensors)
        differences = parity(Bundle.open(proof), cwae, mcnn, codes, categories, standardisation)
        # Not "> PARITY", which would let NaN pass.
        bad = {part: value for part, value in differences.items() if not value <= PARITY}
        if bad:
            raise ExportError(
                "ONNX and torch differ by "
                + ", ".join(f"{value:.2g} of full scale in {part}" for part, value in bad.items())
                + f", more than {PARITY:g}; nothing was written"
            )
        signs, controls["axis_names"] = _named_axes(proof, axis_seeds, progress)
        tensors["controls.axes"] = tensors["controls.axes"] * signs
        write_bundle(proof, header, graphs, tensors)
        machine = DrumMachine(Bundle.open(proof))  # with the axes as they now point
        maps = [pad_map(machine, category) for category in machine.categories]
        tensors["controls.map"] = np.stack(maps).astype(np.float16)
        write_bundle(proof, header, graphs, tensors)
        proof.replace(out)
    finally:
        proof.unlink(missing_ok=True)
    return differences


def _network(source: Path, stage: StageName, which: str) -> TrainedRun:
    if source.is_file():
        return network_of(Bundle.open(source), stage)
    return load_run(source, stage, which)


def _kept(
    given: Bundle, absent: npt.NDArray[np.bool_], tensors: dict[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """Return what belongs to categories, of the absent ones as a model file has it."""
    out = {}
    for name in ("controls.axes", *PER_CATEGORY):
        new = tensors[name]
        old = given.axes() if name == "controls.axes" else given.optional_tensor(name)
        if old is None or given.categories != CATEGORIES:
            continue
        if name in MIXTURE[:2]:  # one may have more centres than the other
            most = max(old.shape[1], new.shape[1])
            old, new = (
                np.pad(x, [(0, 0), (0, most - x.shape[1])] + [(0, 0)] * (x.ndim - 2))
                for x in (old, new)
            )
        where = absent.reshape(-1, *[1] * (new.ndim - 1))
        out[name] = np.where(where, old, new).astype(new.dtype)
    return out


def _named_axes(
    path: Path, seeds: int, progress: Callable[[str, int, int], None]
) -> tuple[npt.NDArray[np.float32], dict[str, list[str]]]:
    """Return the signs ``(categories, 3, 1)`` that let named axes rise, and their names."""
    machine = DrumMachine(Bundle.open(path))
    effects = axis_effects(machine, DESCRIPTORS, seeds=seeds, progress=partial(progress, "axes"))
    signs = np.ones((len(machine.categories), AXES, 1), np.float32)
    names = {}
    for i, category in enumerate(machine.categories):
        found = axis_names(effects, category)
        for axis, axis_name in enumerate(found):
            if axis_name and axis_name.rho < 0:
                signs[i, axis] = -1
        names[category] = [axis_name.rising() if axis_name else "" for axis_name in found]
    return signs, names


def onnx_graphs(cwae: Generator, mcnn: Mcnn, spec: AudioSpec) -> dict[str, bytes]:
    """Return the three networks as serialised ONNX with half-precision weights."""
    code = torch.zeros(2, cwae.config.latent_dim)
    category = torch.zeros(2, dtype=torch.int64)
    x = torch.zeros(2, spec.n_mels, spec.n_frames)
    return {
        "decoder": to_onnx(cwae.decoder, {"code": code, "category": category}, ["x"]),
        "encoder": to_onnx(cwae.encoder, {"x": x, "category": category}, ["code"]),
        "mcnn": to_onnx(mcnn, {"mel": x}, ["waveform", "mask_logits"], frames=True),
    }


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's remarks on its own internals from the user."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def to_onnx(
    module: nn.Module, inputs: dict[str, Tensor], outputs: Sequence[str], frames: bool = False
) -> bytes:
    """Return a network as serialised ONNX with half-precision weights, any batch size.

    Parameters
    ----------
    module : torch.nn.Module
        The network.
    inputs : dict
        Example inputs by name, batch first.
    outputs : sequence of str
        Names of what it returns.
    frames : bool
        Whether the first input's third dimension may vary, too.
    """
    batch = torch.export.Dim("batch")
    shapes: list[dict[int, Any]] = [{0: batch} for _ in inputs]
    if frames:
        shapes[0][2] = torch.export.Dim("frames")
    with _quiet():
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple(shapes),
            verbose=False,
        )
    assert program is not None
    return bytes(halve_weights(program.model_proto).SerializeToString())


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store the large weights in half precision, each followed by a cast to single.

    ONNX Runtime folds the casts when it loads the graph: half the file, the same
    arithmetic.
    """
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = onnx.numpy_helper.to_array(tensor)
        if values.size < _SMALL:
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(
            onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def parity(
    bundle: Bundle,
    cwae: Generator,
    mcnn: Mcnn,
    codes: npt.NDArray[np.float32],
    categories: npt.NDArray[np.int64],
    standardisation: Standardisation,
) -> dict[str, float]:
    """Return how far the bundle's graphs lie from the torch networks, on 32 codes.

    Parameters
    ----------
    bundle : Bundle
        With half-precision weights.
    cwae, mcnn : torch.nn.Module
        With the trained ones.
    codes, categories : numpy.ndarray
        Of training sounds, of which 32 are taken evenly.
    standardisation : Standardisation
        The generator's.

    Returns
    -------
    dict
        For decoder, encoder and mcnn the largest difference over torch's largest
        magnitude. The inverter is also compared on the decoder's own spectrograms, so its
        figure is that of the sound.
    """
    pick = np.linspace(0, len(codes) - 1, PARITY_CODES).round().astype(int)
    code, category = codes[pick], categories[pick]
    networks = Networks(bundle)
    with torch.inference_mode():
        torch_category = torch.from_numpy(category)
        x = cwae.decoder(torch.from_numpy(code), torch_category)
        mel = torch.from_numpy(standardisation.inverse(x.numpy()))
        waveform, logits = mcnn(mel)
        mask = logits.sigmoid()
        again = cwae.encoder(x, torch_category)
    onnx_waveform, onnx_logits = networks.mcnn(mel.numpy())
    onnx_mask = 1 / (1 + np.exp(-onnx_logits.astype(np.float64)))

    def share(ours: npt.NDArray[Any], torchs: Tensor) -> float:
        return float(np.abs(ours - torchs.numpy()).max() / np.abs(torchs.numpy()).max())

    return {
        "decoder": share(networks.decode(code, category), x),
        "encoder": share(networks.encode(x.numpy(), category), again),
        "mcnn": float(np.abs(onnx_waveform * onnx_mask - (waveform * mask).numpy()).max()),
    }
