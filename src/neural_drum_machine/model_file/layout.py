"""The layout of a model file: names, limits and the first bytes.

``docs/bundle-format.md`` specifies it. Nothing in a model file is executed: graphs are ONNX,
numbers are raw little-endian arrays, the rest is JSON.
"""

import struct
from typing import Any, Final

import numpy as np

MAGIC: Final = b"NDMODEL\n"
FORMAT: Final = "neural-drum-machine model"
FORMAT_VERSION: Final = 1
PREFIX: Final = struct.Struct("<8sIIQ32s")
"""Magic, format version, reserved 0, length of the header in bytes, SHA-256 of the header."""
ALIGNMENT: Final = 64
"""Header and parts end at multiples of this many bytes."""
MAX_HEADER: Final = 16 * 2**20
"""Longest header, in bytes."""
MAX_LATENT_DIM: Final = 4096
DTYPES: Final[dict[str, np.dtype[Any]]] = {"float16": np.dtype("<f2"), "float32": np.dtype("<f4")}
GRAPHS: Final = ("decoder", "encoder", "mcnn")
"""Networks that every model file holds, as ONNX."""
MIXTURE: Final = ("mixture.shares", "mixture.centres", "mixture.covariance")
"""Tensors of the prior. A model file has all of them or none."""
OPTIONAL: Final = frozenset({"texture.weights", "partials.weights", "controls.map", *MIXTURE})
"""Tensors that a model file may lack. ``texture`` is the format's word for grain."""


def aligned(size: int) -> int:
    """Return the next multiple of :data:`ALIGNMENT`."""
    return -(-size // ALIGNMENT) * ALIGNMENT
