"""A model file as a page without a server loads it: without MCNN, in two packed files.

The first is a model file of its own, which the engine checks as any other: it has zeros in the
encoder's place, which most visitors never need. The second has the encoder, and the header that
knows it; a page loads it with the first sample of the user's own, and writes it into the first.

On the way the bytes of each part stand in another order: all lowest bytes of its numbers first,
then all second ones … Numbers of alike size share their high bytes, so gzip finds them.
"""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import DTYPES, PREFIX
from neural_drum_machine.model_file.writing import write_bundle

_UNUSED = "mcnn"
_ENCODER = "encoder."


def packed_model(bundle: Bundle) -> tuple[bytes, int]:
    """Return the model of a page, packed by gzip, and how many bytes it is unpacked.

    Parameters
    ----------
    bundle : Bundle
        The whole model.
    """
    data = _by_bytes(_file(bundle, encoder=False))
    return gzip.compress(data, 9, mtime=0), len(data)


def packed_encoder(bundle: Bundle) -> bytes:
    """Return what a page adds to its model for the encoder, packed by gzip.

    Unpacked it is the model file up to the end of its header, and then the parts of the encoder in
    the order of the header.

    Parameters
    ----------
    bundle : Bundle
        The whole model.
    """
    data = _by_bytes(_file(bundle, encoder=True))
    start, parts = _parts(data)
    encoder = [
        data[start + facts["offset"] :][: facts["bytes"]]
        for name, facts in parts.items()
        if name.startswith(_ENCODER)
    ]
    return gzip.compress(b"".join([data[:start], *encoder]), 9, mtime=0)


def _file(bundle: Bundle, *, encoder: bool) -> bytes:
    """Return a model file without MCNN, and without the encoder's numbers unless it has them."""
    tensors: dict[str, npt.NDArray[Any]] = {}
    for name, facts in bundle.header["parts"].items():
        if name.startswith(f"{_UNUSED}."):
            continue
        if name.startswith(_ENCODER) and not encoder:
            tensors[name] = np.zeros(facts["shape"], DTYPES[facts["dtype"]])
        else:
            tensors[name] = bundle.raw(name)
    header = {key: value for key, value in bundle.header.items() if key not in ("parts", _UNUSED)}
    with tempfile.TemporaryDirectory(prefix="ndm-site-") as folder:
        path = Path(folder, "site.ndm")
        write_bundle(path, header, tensors)
        return path.read_bytes()


def _parts(data: bytes) -> tuple[int, dict[str, Any]]:
    """Return where the parts of a model file begin, and what its header says of them."""
    start = PREFIX.size + int.from_bytes(data[16:24], "little")
    parts: dict[str, Any] = json.loads(data[PREFIX.size : start])["parts"]
    return start, parts


def _by_bytes(data: bytes) -> bytes:
    """Return a model file in which the bytes of each part are sorted by their place in a number."""
    out = np.frombuffer(data, np.uint8).copy()
    start, parts = _parts(data)
    for facts in parts.values():
        part = out[start + facts["offset"] :][: facts["bytes"]]
        width = np.dtype(DTYPES[facts["dtype"]]).itemsize
        part[:] = part.reshape(-1, width).T.reshape(-1)
    return out.tobytes()
