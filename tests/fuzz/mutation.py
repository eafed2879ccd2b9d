"""Damaged files made from whole ones: the same seed makes the same damage."""

from collections.abc import Sequence
from typing import Final

import numpy as np

MAX_BYTES: Final = 2**20
INTERESTING: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 2**24, 2**31 - 1, 2**31,
                      2**32 - 1, 2**63 - 1, 2**64 - 1)  # fmt: skip


def damaged(whole: Sequence[bytes], rng: np.random.Generator, words: Sequence[bytes]) -> bytes:
    """Return one of some whole files with one to six changes.

    Parameters
    ----------
    whole : sequence of bytes
        The files.
    rng : numpy.random.Generator
        Chooses.
    words : sequence of bytes
        What a file of this kind may contain: keys, names of chunks.

    Returns
    -------
    bytes
        At most `MAX_BYTES`.
    """
    data = bytearray(whole[rng.integers(len(whole))])
    for _ in range(rng.integers(1, 7)):
        other = whole[rng.integers(len(whole))]
        _change(data, rng, words, other)
    return bytes(data[:MAX_BYTES])


def _change(
    data: bytearray, rng: np.random.Generator, words: Sequence[bytes], other: bytes
) -> None:
    size = len(data)
    # Headers stand at the beginning, and most that can go wrong is in them.
    span = min(size, 200) if rng.random() < 0.5 else size
    at = int(rng.integers(span + 1))
    length = int(min(size - at, 2 ** rng.integers(0, 12)))
    match int(rng.integers(9)):
        case 0 if at < size:
            data[at] ^= 1 << int(rng.integers(8))
        case 1:
            data[at : at + length] = rng.bytes(length)
        case 2:
            width = int(rng.choice([1, 2, 4, 8]))
            value = INTERESTING[rng.integers(len(INTERESTING))] % 256**width
            order = "little" if rng.random() < 0.5 else "big"
            data[at : at + width] = value.to_bytes(width, order)
        case 3:
            del data[at:]
        case 4:
            del data[at : at + length]
        case 5:
            data[at:at] = data[at : at + length]
        case 6 if words:
            data[at:at] = words[rng.integers(len(words))]
        case 7 if words:
            old, new = (words[rng.integers(len(words))] for _ in range(2))
            data[:] = data.replace(old, new, 1)
        case 8:
            start = int(rng.integers(len(other) + 1))
            data[at : at + length] = other[start : start + length]
