"""Model files by hand: altered copies of one, the smallest there can be, and sealed headers."""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np

from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.shapes import tensor_shapes
from neural_drum_machine.model_file.sizes import generator_sizes, mcnn_sizes
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.signal.spec import AudioSpec

TINY_SPEC = AudioSpec(
    n_samples=511, n_fft=128, win_length=64, hop_length=16, n_mels=8, pre_roll=128
)
TINY_HEADER = {
    "spec": TINY_SPEC.to_dict(),
    "categories": ["kick", "tom"],
    "latent_dim": 3,
    "name": "tést",
    "generator": {
        "network": "hits",
        "n_mels": 8,
        "n_frames": 32,
        "num_categories": 2,
        "latent_dim": 3,
        "channels": [3, 4],
        "hidden": 5,
        "kernel_size": 3,
        "expansion": 2,
        "encoder_blocks": 1,
        "decoder_blocks": 1,
        "air_bands": 8,
        "attack_bands": 5,
        "attack_steps": 40,
        "attack_hidden": 4,
    },
    "mcnn": {"n_mels": 8, "heads": 2, "channels": [3, 2, 2, 2], "kernel_size": 3},
}
"""A model of two categories, 32 frames of 8 bands."""


class _Stated:
    """What the shapes of a header's tensors depend on."""

    def __init__(self, header):
        self.header = {"parts": {}}
        self.spec = AudioSpec.from_dict(header["spec"])
        self.categories = header["categories"]
        self.latent_dim = header["latent_dim"]
        self.generator = generator_sizes(header["generator"])
        self.mcnn = mcnn_sizes(header["mcnn"]) if "mcnn" in header else None


def tensors_of(header) -> dict[str, np.ndarray]:
    """Every tensor that a model of this header must have, with plain values."""
    random = np.random.default_rng(0)
    out = {}
    for name, (shape, *_) in tensor_shapes(_Stated(header)).items():
        if name in ("controls.map", "texture.weights", "partials.weights") or "mixture" in name:
            continue
        positive = name.endswith((".std", ".running_var"))
        values = np.ones(shape) if positive else 0.3 * random.standard_normal(shape)
        if name == "codes.covariance":
            values = np.broadcast_to(np.eye(shape[-1]), shape)
        if name == "controls.axes":
            values = np.broadcast_to(np.eye(shape[-1])[: shape[-2]], shape)
        out[name] = values.astype(np.float32)
    return out


def contents(bundle: Bundle):
    """The header of a model without what writing adds, and its tensors as they are stored."""
    header = {k: v for k, v in bundle.header.items() if k not in ("parts", "format")}
    return header, {name: bundle.raw(name) for name in bundle.header["parts"]}


def altered(bundle: Bundle, path: Path, *, without=(), tensors=None, **header) -> Path:
    """Write a copy of a model with other header values, and other or fewer tensors."""
    given, stored = contents(bundle)
    stored = {name: values for name, values in stored.items() if name not in without}
    given = {name: value for name, value in given.items() if name not in without}
    write_bundle(path, {**given, **header}, {**stored, **(tensors or {})})
    return path


def without_exemplars(bundle: Bundle, path: Path, **others) -> Path:
    """Write a copy of a model that has no exemplars."""
    names = [name for name in bundle.header["parts"] if name.startswith("exemplars.")]
    return altered(bundle, path, without=["exemplars", *names], **others)


def seal(header, body: bytes = b"", version: int = 2) -> bytes:
    """A model file whose header may be any JSON value; its checksum is right."""
    if isinstance(header, dict):
        header = {"format": "neural-drum-machine model", **header}
    return sealed_text(json.dumps(header).encode(), body, version)


def sealed_text(text: bytes, body: bytes = b"", version: int = 2) -> bytes:
    """A model file whose header is any text; its checksum is right."""
    digest = hashlib.sha256(text).digest()
    return struct.pack("<8sIIQ32s", b"NDMODEL\n", version, 0, len(text), digest) + text + body
