"""Opening a model file: everything in it is checked before anything is used.

This file is longer than 250 lines because every part of a header is checked and refused by name.
"""

import contextlib
import hashlib
import json
import math
import os
import threading
import weakref
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import BundleError, ExemplarError, SpecError
from neural_drum_machine.exemplars.bank import TENSORS as EXEMPLARS
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.inference.frames import FrameSizes
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.model_file.header import AGAIN, check_texts, header_length
from neural_drum_machine.model_file.layout import (
    DTYPES,
    FORMAT,
    LEVEL_PARTS,
    MAX_FILE,
    MAX_LATENT_DIM,
    MIXTURE,
    OPTIONAL,
    PREFIX,
    aligned,
)
from neural_drum_machine.model_file.shapes import tensor_shapes
from neural_drum_machine.model_file.sizes import check_work, generator_sizes, mcnn_sizes
from neural_drum_machine.regular_files import open_regular, read_bounded
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.spec import AudioSpec


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
    generator : FrameSizes or PaperSizes
        Sizes of the generator.
    mcnn : McnnSizes or None
        Sizes of MCNN, if the model has one.
    """

    def __init__(self, path: Path, header: dict[str, Any], digest: str, body: memoryview) -> None:
        self.path = path
        self.header = header
        self.hash = digest
        self._body = body
        self._file: BinaryIO | None = None
        self._reading = threading.Lock()
        self.spec = AudioSpec.from_dict(header["spec"])
        self.categories: tuple[str, ...] = tuple(header["categories"])
        self.latent_dim: int = header["latent_dim"]
        self.generator = generator_sizes(header["generator"])
        self.mcnn = mcnn_sizes(header["mcnn"]) if "mcnn" in header else None

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
            If the file is absent, foreign, of another format, truncated, altered in any byte, or
            inconsistent. The message says which.
        """
        return cls.of(path, file_bytes(path))

    @classmethod
    def of(cls, path: str | Path, data: bytes) -> Self:
        """Check the bytes of a model file; otherwise as :meth:`open`, whose errors name the path.

        Parameters
        ----------
        path : str or Path
            The file.
        data : bytes
            All of its bytes.
        """
        path = Path(path)
        end = PREFIX.size + header_length(path, data[: PREFIX.size])
        if end > len(data):
            raise BundleError(f"{path}: truncated inside its header; {AGAIN}")
        text = data[PREFIX.size : end]
        digest = PREFIX.unpack_from(data)[-1]
        if hashlib.sha256(text).digest() != digest:
            raise BundleError(f"{path}: altered (checksum of the header); {AGAIN}")
        try:
            header = json.loads(text)
            bundle = cls(path, header, digest.hex(), memoryview(data)[end:])
            bundle._check()
        except (
            ArithmeticError,
            AttributeError,
            ExemplarError,
            LookupError,
            RecursionError,
            SpecError,
            TypeError,
            ValueError,
        ) as error:
            reason = f"{error!r:.300}".encode("ascii", "backslashreplace").decode()
            raise BundleError(f"{path}: its header makes no sense ({reason}); {AGAIN}") from error
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
            names = ascii(unknown)[:200]
            raise BundleError(
                f"{self.path}: made for categories this program does not know ({names}); "
                "update the program"
            )
        if not self.categories or len(set(self.categories)) != len(self.categories):
            raise ValueError(f"categories {self.categories!r}")
        check_texts(header)
        self._check_sizes()
        self._check_parts()
        for name, shapes in tensor_shapes(self).items():
            if name in OPTIONAL and name not in header["parts"]:
                continue
            values = self.raw(name)
            if values.shape not in shapes or not _is_finite(values):
                raise ValueError(f"tensor {name!r} is not finite numbers of shape {shapes[0]}")
        if len({name in header["parts"] for name in MIXTURE}) > 1:
            raise ValueError(f"of {', '.join(MIXTURE)} there must be all or none")
        for name in ("standardisation.std", *(n for n in LEVEL_PARTS if n.endswith(".std"))):
            if name in header["parts"] and not (self.tensor(name) > 0).all():
                raise ValueError(f"a standard deviation of {name!r} is not positive")
        bank = self.bank()
        if bank and any(len(each.code) != dim for each in bank.exemplars[:1]):
            raise ValueError(f"codes of exemplars are not of {dim} numbers")
        if bank and not set(bank.categories) <= set(self.categories):
            raise ValueError(f"exemplars of {bank.categories}, the model has {self.categories}")

    def _check_sizes(self) -> None:
        """Check that the networks fit the spec, the categories and each other."""
        sizes, spec = self.generator, self.spec
        wanted = (spec.n_mels, spec.n_frames, len(self.categories), self.latent_dim)
        given = (sizes.n_mels, sizes.n_frames, sizes.num_categories, sizes.latent_dim)
        if wanted != given:
            raise ValueError(
                f"bands, frames, categories and code are {wanted}, of the generator {given}"
            )
        is_full = isinstance(sizes, FrameSizes) and sizes.attack_size > 0
        if "exemplars" in self.header and not is_full:
            raise ValueError("exemplars of a generator without air and fine attack")
        if is_full and (FULL_SR % spec.sr or spec.pre_roll * FULL_SR != FULL_PRE_ROLL * spec.sr):
            raise ValueError(
                f"air and fine attack with a pre_roll of {spec.pre_roll} at {spec.sr} Hz"
            )
        if self.mcnn and (self.mcnn.n_mels, 1 << len(self.mcnn.channels)) != (
            spec.n_mels,
            spec.hop_length,
        ):
            raise ValueError(f"MCNN of {self.mcnn} does not fit the spec")
        check_work(sizes, self.mcnn, spec.n_frames)

    def _check_parts(self) -> None:
        end = 0
        parts = self.header["parts"]
        for name, facts in sorted(parts.items(), key=lambda item: item[1]["offset"]):
            start, size = facts["offset"], facts["bytes"]
            if type(start) is not int or start != end or type(size) is not int or size < 0:
                raise ValueError(f"part {name!r} at {start!r}, {size!r} bytes")
            shape, dtype = facts["shape"], DTYPES[facts["dtype"]]
            if any(type(n) is not int or n < 0 for n in shape) or len(shape) > 8:
                raise ValueError(f"part {name!r} of shape {shape!r}")
            if math.prod(shape) * dtype.itemsize != size:
                raise ValueError(f"part {name!r} of shape {shape!r} in {size} bytes")
            end = start + aligned(size)
            data = self._body[start : start + size]
            if len(data) != size:
                raise BundleError(f"{self.path}: truncated inside part {name!r}; {AGAIN}")
            if hashlib.sha256(data).hexdigest() != facts["sha256"]:
                raise BundleError(f"{self.path}: altered (checksum of part {name!r}); {AGAIN}")
            if any(self._body[start + size : end]):
                raise BundleError(f"{self.path}: altered (padding after {name!r}); {AGAIN}")
        if len(self._body) != end:
            raise BundleError(
                f"{self.path}: {len(self._body)} bytes of parts, the header names {end}; {AGAIN}"
            )

    def axes(self) -> FloatArray:
        """Return each category's P1, P2 and P3, ``(categories, 3, latent_dim)``."""
        axes = self.tensor("controls.axes")
        return np.broadcast_to(axes, (len(self.categories), AXES, self.latent_dim))

    def mixture(self) -> tuple[FloatArray, ...] | None:
        """Return shares, centres and covariances of the mixture, or None if the model has none."""
        found = [self.optional_tensor(name) for name in MIXTURE]
        return tuple(part for part in found if part is not None) or None

    def bank(self) -> Bank | None:
        """Return the exemplars of the model, or None if it has none."""
        if "exemplars" not in self.header:
            return None
        tensors = {name: self.raw(name) for name in EXEMPLARS}
        return Bank.from_tensors(tensors, self.header["exemplars"], self.spec)

    def weights(self, prefix: str) -> dict[str, FloatArray]:
        """Return the weights whose names begin with a prefix, float32 and writable, by name.

        Raises
        ------
        BundleError
            If the file was released, and is gone or another one now.
        """
        names = [name for name in self.header["parts"] if name.startswith(prefix)]
        source = self if self._body or not names else self._again()
        return {name: source.raw(name).astype(np.float32) for name in names}

    def _again(self) -> Self:
        """Return the same model, read from its file again."""
        if self._file is None:
            again = type(self).open(self.path)
        else:
            with self._reading:
                self._file.seek(0)
                again = type(self).of(self.path, _read(self.path, self._file))
        if again.hash != self.hash:
            raise BundleError(f"{self.path}: was replaced since it was opened; start again")
        return again

    def optional_tensor(self, name: str) -> FloatArray | None:
        """Return an array as :meth:`tensor` does, or None if the model has none of the name."""
        return self.tensor(name) if name in self.header["parts"] else None

    def release(self) -> None:
        """Free the memory of the file's bytes; what is read later is read from the file again.

        The file stays open, so it may be replaced meanwhile (but not on Windows).
        """
        if not self._body:
            return
        if os.name == "posix":
            with contextlib.suppress(BundleError, OSError):  # said when something is to be read
                self._file = open_regular(self.path)
                weakref.finalize(self, self._file.close)
        self._body = memoryview(b"")

    def file_bytes(self) -> bytes:
        """Return the bytes of the whole file."""
        source = self if self._body else self._again()
        data: bytes = source._body.obj  # type: ignore[assignment]  # the bytes that it is a part of
        return data

    def tensor(self, name: str) -> FloatArray:
        """Return an array, as float32 and read-only."""
        out: FloatArray = self.raw(name).astype(np.float32)
        out.setflags(write=False)
        return out

    def raw(self, name: str) -> npt.NDArray[Any]:
        """Return an array as it is stored, read-only."""
        facts = self.header["parts"].get(name)
        if facts is None:
            raise BundleError(f"{self.path}: has no tensor named {name!r}; {AGAIN}")
        if not self._body:
            return self._again().raw(name)
        part = self._body[facts["offset"] : facts["offset"] + facts["bytes"]]
        return np.frombuffer(part, DTYPES[facts["dtype"]]).reshape(facts["shape"])


def file_bytes(path: str | Path) -> bytes:
    """Return the bytes of a model file, of which only the first few are checked.

    Raises
    ------
    BundleError
        If the file is absent, foreign, too large, or of another format.
    """
    try:
        with open_regular(path) as file:
            return _read(Path(path), file)
    except OSError as error:
        raise BundleError(f"{path}: not readable ({error.strerror}); {AGAIN}") from error


def _read(path: Path, file: BinaryIO) -> bytes:
    header_length(path, file.read(PREFIX.size))  # a foreign file is refused before it is read
    file.seek(0)
    return read_bounded(file, path, MAX_FILE)


def _is_finite(values: npt.NDArray[Any]) -> bool:
    """Return whether an array as it is stored has neither infinities nor NaN."""
    if values.dtype == np.float16:  # by their bits, which takes a tenth of the time
        return not (values.view(np.uint16) & 0x7C00 == 0x7C00).any()
    return bool(np.isfinite(values).all())
