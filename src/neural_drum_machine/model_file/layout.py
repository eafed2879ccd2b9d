"""The layout of a model file: names, limits and the first bytes.

``docs/bundle-format.md`` specifies it. Nothing in a model file is executed: weights and all other
numbers are raw little-endian arrays, the rest is JSON.
"""

import struct
from typing import Any, Final

import numpy as np

MAGIC: Final = b"NDMODEL\n"
FORMAT: Final = "neural-drum-machine model"
FORMAT_VERSION: Final = 2
PREFIX: Final = struct.Struct("<8sIIQ32s")
"""Magic, format version, reserved 0, length of the header in bytes, SHA-256 of the header."""
ALIGNMENT: Final = 64
"""Header and parts end at multiples of this many bytes."""
MAX_FILE: Final = 2**28
"""Largest model file, in bytes: 256 MiB."""
MAX_HEADER: Final = 2**20
"""Longest header, in bytes."""
MAX_LATENT_DIM: Final = 4096
MAX_TEXT: Final = 200
"""Most characters of a name in the header."""
DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "float16": np.dtype("<f2"),
    "float32": np.dtype("<f4"),
    "int32": np.dtype("<i4"),
    "uint8": np.dtype("u1"),
}
HALVED_FROM: Final = 1024
"""Weights of so many numbers or more are stored in half precision. Smaller ones add next to nothing
to the file."""
LEVEL_PARTS: Final = ("air.mean", "air.std", "attack.mean", "attack.std")
"""Tensors of generators with air and fine attack, and of no others."""
MIXTURE: Final = ("mixture.shares", "mixture.centres", "mixture.covariance")
"""Tensors of the prior. A model file has all of them or none."""
OPTIONAL: Final = frozenset({"texture.weights", "partials.weights", "controls.map", *MIXTURE})
"""Tensors that a model file may lack. ``texture`` is the format's word for grain."""


def aligned(size: int) -> int:
    """Return the next multiple of :data:`ALIGNMENT`."""
    return -(-size // ALIGNMENT) * ALIGNMENT
