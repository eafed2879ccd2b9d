"""A model file as a page without a server loads it: without MCNN and encoder, and packed.

It is a model file of its own, which the engine checks as any other. The encoder's weights are
zeros. On the way the bytes of each part stand in another order: all lowest bytes of its numbers
first, then all second ones … Numbers of alike size share their high bytes, so gzip finds them.
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
_ZEROS = "encoder."


def packed_model(bundle: Bundle) -> tuple[bytes, int]:
    """Return the model of a page, packed by gzip, and how many bytes it is unpacked.

    Parameters
    ----------
    bundle : Bundle
        The whole model.
    """
    tensors: dict[str, npt.NDArray[Any]] = {}
    for name, facts in bundle.header["parts"].items():
        if name.startswith(f"{_UNUSED}."):
            continue
        kind = DTYPES[facts["dtype"]]
        if name.startswith(_ZEROS):
            tensors[name] = np.zeros(facts["shape"], kind)
        else:
            tensors[name] = bundle.raw(name)
    header = {key: value for key, value in bundle.header.items() if key not in ("parts", _UNUSED)}
    with tempfile.TemporaryDirectory(prefix="ndm-site-") as folder:
        path = Path(folder, "site.ndm")
        write_bundle(path, header, tensors)
        data = path.read_bytes()
    return gzip.compress(_by_bytes(data), 9, mtime=0), len(data)


def _by_bytes(data: bytes) -> bytes:
    """Return a model file in which the bytes of each part are sorted by their place in a number."""
    out = np.frombuffer(data, np.uint8).copy()
    length = int.from_bytes(data[16:24], "little")
    start = PREFIX.size + length
    for facts in json.loads(data[PREFIX.size : start])["parts"].values():
        part = out[start + facts["offset"] :][: facts["bytes"]]
        width = np.dtype(DTYPES[facts["dtype"]]).itemsize
        part[:] = part.reshape(-1, width).T.reshape(-1)
    return out.tobytes()
