"""Opening a model file: everything in it is checked before anything is used."""

import hashlib
import json
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.detail.grain import grain_groups
from neural_drum_machine.detail.partials import partial_groups
from neural_drum_machine.errors import BundleError, SpecError
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.model_file.layout import (
    DTYPES,
    FORMAT,
    FORMAT_VERSION,
    GRAPHS,
    MAGIC,
    MAX_HEADER,
    MAX_LATENT_DIM,
    MIXTURE,
    OPTIONAL,
    PREFIX,
    aligned,
)
from neural_drum_machine.signal.spec import AudioSpec

_AGAIN = "install the package again or export the model again"


class Bundle:
    """An open, checked model file.

    Attributes
    ----------
    path : Path
        The file.
    header : dict
        The JSON header.
    hash : str
        SHA-256 of the header as hex digits. The header holds the checksum of every part, so the
        hash identifies the whole model.
    spec : AudioSpec
        Audio format.
    categories : tuple of str
        A category's place here is its number in the networks.
    latent_dim : int
        Number of values in a code.
    """

    def __init__(self, path: Path, header: dict[str, Any], digest: str, body: memoryview) -> None:
        self.path = path
        self.header = header
        self.hash = digest
        self._body = body
        self.spec = AudioSpec.from_dict(header["spec"])
        self.categories: tuple[str, ...] = tuple(header["categories"])
        self.latent_dim: int = header["latent_dim"]

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Read a model file and check all of it.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Bundle
            The model.

        Raises
        ------
        BundleError
            If the file is absent, foreign, newer than this program, truncated, altered in any
            byte, or inconsistent. The message says which.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BundleError(f"{path}: not readable ({error.strerror}); {_AGAIN}") from error
        if len(data) < PREFIX.size and MAGIC.startswith(data[: len(MAGIC)]):
            raise BundleError(f"{path}: truncated, only {len(data)} bytes; {_AGAIN}")
        if not data.startswith(MAGIC):
            raise BundleError(f"{path}: not a Neural Drum Machine model (.ndm) file")
        _, version, reserved, length, digest = PREFIX.unpack_from(data)
        if version > FORMAT_VERSION:
            raise BundleError(
                f"{path}: model format {version}, this program reads up to {FORMAT_VERSION}; "
                "install a newer version of the program"
            )
        if version < 1 or reserved or length > MAX_HEADER:
            raise BundleError(f"{path}: altered (impossible first bytes); {_AGAIN}")
        end = PREFIX.size + length
        if end > len(data):
            raise BundleError(f"{path}: truncated inside its header; {_AGAIN}")
        text = data[PREFIX.size : end]
        if hashlib.sha256(text).digest() != digest:
            raise BundleError(f"{path}: altered (checksum of the header); {_AGAIN}")
        try:
            header = json.loads(text)
            bundle = cls(path, header, digest.hex(), memoryview(data)[end:])
            bundle._check()
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            SpecError,
            TypeError,
            ValueError,
        ) as error:
            raise BundleError(f"{path}: its header makes no sense ({error!r}); {_AGAIN}") from error
        return bundle

    def _check(self) -> None:
        """Check every part, the padding between them, and that they fit each other."""
        header = self.header
        if header["format"] != FORMAT:
            raise ValueError(f"format {header['format']!r}")
        dim = header["latent_dim"]
        if not isinstance(dim, int) or isinstance(dim, bool) or not 0 < dim <= MAX_LATENT_DIM:
            raise ValueError(f"latent_dim {dim!r}")
        unknown = [name for name in self.categories if name not in CATEGORIES]
        if unknown:
            raise BundleError(
                f"{self.path}: made for categories this program does not know "
                f"({', '.join(map(str, unknown))}); update the program"
            )
        if not self.categories or len(set(self.categories)) != len(self.categories):
            raise ValueError(f"categories {self.categories!r}")

        end = 0
        for name, facts in sorted(header["parts"].items(), key=lambda item: item[1]["offset"]):
            start, size = facts["offset"], facts["bytes"]
            if start != end or not isinstance(size, int) or size < 0:
                raise ValueError(f"part {name!r} at {start!r}, {size!r} bytes")
            end = start + aligned(size)
            data = self._body[start : start + size]
            if len(data) != size:
                raise BundleError(f"{self.path}: truncated inside part {name!r}; {_AGAIN}")
            if hashlib.sha256(data).hexdigest() != facts["sha256"]:
                raise BundleError(f"{self.path}: altered (checksum of part {name!r}); {_AGAIN}")
            if any(self._body[start + size : end]):
                raise BundleError(f"{self.path}: altered (padding after {name!r}); {_AGAIN}")
        if len(self._body) != end:
            raise BundleError(
                f"{self.path}: {len(self._body)} bytes of parts, the header names {end}; {_AGAIN}"
            )
        for name in GRAPHS:
            self._part(name, "onnx")
        for name, shapes in self.tensor_shapes().items():
            values = self.optional_tensor(name) if name in OPTIONAL else self.tensor(name)
            if values is None:
                continue
            if values.shape not in shapes or not np.isfinite(values).all():
                raise ValueError(f"tensor {name!r} is not finite numbers of shape {shapes[0]}")
        if len({name in self.header["parts"] for name in MIXTURE}) > 1:
            raise ValueError(f"of {', '.join(MIXTURE)} there must be all or none")
        if not (self.tensor("standardisation.std") > 0).all():
            raise ValueError("a standard deviation is not positive")

    def tensor_shapes(self) -> dict[str, list[tuple[int, ...]]]:
        """Return the names of all tensors, required and optional, with their possible shapes."""
        spectrogram = (self.spec.n_mels, self.spec.n_frames)
        n, dim = len(self.categories), self.latent_dim
        bands, frames = grain_groups(self.spec)
        scales, groups = partial_groups(self.spec)
        shares = self.header["parts"].get("mixture.shares")
        centres = shares["shape"][-1] if shares else 0
        pad_map = self.header["parts"].get("controls.map")
        places = pad_map["shape"][-1] if pad_map else 0
        return {
            "standardisation.mean": [spectrogram],
            "standardisation.std": [spectrogram],
            "controls.axes": [(n, AXES, dim), (AXES, dim)],
            "controls.map": [(n, 2, places, places)],
            "codes.mean": [(n, dim)],
            "codes.covariance": [(n, dim, dim)],
            "texture.weights": [(n, dim + 1, bands * frames)],
            "partials.weights": [(n, dim + 1, scales * groups)],
            "mixture.shares": [(n, centres)],
            "mixture.centres": [(n, centres, dim)],
            "mixture.covariance": [(n, dim, dim)],
        }

    def axes(self) -> npt.NDArray[np.float32]:
        """Return each category's P1, P2 and P3, ``(categories, 3, latent_dim)``."""
        axes = self.tensor("controls.axes")
        return np.broadcast_to(axes, (len(self.categories), *axes.shape[-2:]))

    def mixture(self) -> tuple[npt.NDArray[np.float32], ...] | None:
        """Return shares, centres and covariances of the mixture, or None if the model has none."""
        found = [self.optional_tensor(name) for name in MIXTURE]
        return tuple(part for part in found if part is not None) or None

    def optional_tensor(self, name: str) -> npt.NDArray[np.float32] | None:
        """Return an array as :meth:`tensor` does, or None if the model has none of the name."""
        return self.tensor(name) if name in self.header["parts"] else None

    def release(self) -> None:
        """Free the memory of the file's bytes. Graphs and tensors cannot be read afterwards."""
        self._body = memoryview(b"")

    def graph(self, name: str) -> bytes:
        """Return a serialised ONNX model: ``decoder``, ``encoder`` or ``mcnn``."""
        return bytes(self._part(name, "onnx"))

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """Return an array, as float32 and read-only."""
        data = self._part(name, "tensor")
        facts = self.header["parts"][name]
        values = np.frombuffer(data, DTYPES[facts["dtype"]]).reshape(facts["shape"])
        out: npt.NDArray[np.float32] = values.astype(np.float32)
        out.setflags(write=False)
        return out

    def _part(self, name: str, kind: str) -> memoryview:
        facts = self.header["parts"].get(name)
        if facts is None or facts["kind"] != kind:
            raise BundleError(f"{self.path}: has no {kind} named {name!r}; {_AGAIN}")
        part = self._body[facts["offset"] : facts["offset"] + facts["bytes"]]
        if len(part) != facts["bytes"]:
            raise BundleError(
                f"{self.path}: {name} was released after loading; open the file again"
            )
        return part
