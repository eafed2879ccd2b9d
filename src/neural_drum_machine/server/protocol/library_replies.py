"""Answers about the user's own samples. `data` follows the other values as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryReply:
    """What the library holds.

    Attributes
    ----------
    id : int
        The request's id.
    sounds : int
        How many sounds; 0 if there is no library.
    categories : mapping
        How many of each category.
    layout : str
        ``likeness`` for a map on which alike sounds lie near each other; ``values`` for brightness
        to the right and decay upwards.
    version : int
        Changes whenever the library has changed.
    sentence, command : str
        What the user may want to do, and the command for a terminal; empty if there is nothing.
    """

    id: int
    sounds: int
    categories: Mapping[str, int]
    layout: str
    version: int
    sentence: str
    command: str


@dataclass(frozen=True, slots=True)
class LibraryMapReply:
    """A part of the map.

    Attributes
    ----------
    id : int
        The request's id.
    first, total : int
        How many sounds come before this part, and how many there are in all.
    version : int
        As in :class:`LibraryReply`.
    categories : tuple of str
        The names of the categories that `data` counts.
    names, kits : tuple of str
        Of each sound: the file's own name without folders and ending, and its kit.
    data : bytes
        Columns for the `n` sounds: numbers (32 bits); `x` and `y` from 0 to 65,535, spectral
        centroid in Hz, decay in ms, pitch in tenths of a Hz and length in hundredths of a second
        (16 bits each, 0 where there is no value); category and doubt in percent (8 bits each).
    """

    id: int
    first: int
    total: int
    version: int
    categories: tuple[str, ...]
    names: tuple[str, ...]
    kits: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class LibraryFindReply:
    """Sounds with the values that were asked for.

    Attributes
    ----------
    id : int
        The request's id.
    total : int
        How many.
    data : bytes
        Their numbers, ascending (32 bits each).
    """

    id: int
    total: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LibraryNearReply:
    """Sounds that are like one, nearest first.

    Attributes
    ----------
    id : int
        The request's id.
    sounds : tuple of int
        Their numbers.
    distances : tuple of float
        Their distances.
    """

    id: int
    sounds: tuple[int, ...]
    distances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LibraryAudioReply:
    """The samples of a sound.

    Attributes
    ----------
    id : int
        The request's id.
    sr : int
        Their rate in Hz.
    left_out : int
        Samples at the end that are not sent.
    channels : int
        How many channels there are: 1, the mono form, or 2.
    data : bytes
        From the hit on (16 bits each); two channels are interleaved.
    """

    id: int
    sr: int
    left_out: int
    channels: int
    data: bytes


LibraryAnswer = (
    LibraryReply | LibraryMapReply | LibraryFindReply | LibraryNearReply | LibraryAudioReply
)
"""Answers about the library."""
