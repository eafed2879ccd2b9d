"""Chunks, and the bags, modulators and generators of a SoundFont."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Gen(IntEnum):
    """Generators, by their number in the file (SoundFont 2.04, 8.1.2)."""

    FILTER_FC = 8
    PAN = 17
    VOL_RELEASE = 38
    INSTRUMENT = 41
    KEY_RANGE = 43
    VELOCITY_RANGE = 44
    ATTENUATION = 48
    COARSE_TUNE = 51
    FINE_TUNE = 52
    SAMPLE = 53
    SCALE_TUNING = 56
    EXCLUSIVE_CLASS = 57
    ROOT_KEY = 58


@dataclass(frozen=True, slots=True)
class Modulator:
    """What changes a generator while it plays: source, what it changes, by how much."""

    source: int
    target: Gen
    amount: int


@dataclass(frozen=True, slots=True)
class Zone:
    """Generators with their amounts, in the order of the file, and modulators."""

    generators: tuple[tuple[Gen, int], ...]
    modulators: tuple[Modulator, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """The bags, modulators and generators of presets or instruments, and each owner's first bag."""

    bags: bytes
    modulators: bytes
    generators: bytes
    first: tuple[int, ...]


_MODULATOR_BYTES: Final = 10
_GENERATOR_BYTES: Final = 4


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk with an even number of bytes."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def span(low: int, high: int) -> int:
    """Return the amount of a range of keys or velocities."""
    return low | high << 8


def text(words: str, size: int) -> bytes:
    """Return a name in ASCII with zeros up to a size, of which at least one stays."""
    return words.encode("ascii", "replace")[: size - 1].ljust(size, b"\0")


def tables(owners: Sequence[Sequence[Zone]]) -> Tables:
    """Return the tables of owners with their zones, each with the end that the format asks for."""
    bags = modulators = generators = b""
    first = []
    for zones in owners:
        first.append(len(bags) // 4)
        for zone in zones:
            bags += _bag(generators, modulators)
            for gen, amount in zone.generators:
                generators += struct.pack("<HH", gen, amount & 0xFFFF)
            for each in zone.modulators:
                modulators += struct.pack("<HHhHH", each.source, each.target, each.amount, 0, 0)
    first.append(len(bags) // 4)
    bags += _bag(generators, modulators)
    ends = bytes(_MODULATOR_BYTES), bytes(_GENERATOR_BYTES)
    return Tables(bags, modulators + ends[0], generators + ends[1], tuple(first))


def _bag(generators: bytes, modulators: bytes) -> bytes:
    return struct.pack(
        "<HH", len(generators) // _GENERATOR_BYTES, len(modulators) // _MODULATOR_BYTES
    )
