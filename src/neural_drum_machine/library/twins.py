"""Copies in a library: the same file twice, and the same hit at another gain, trim or encoding."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import AudioError, LibraryError
from neural_drum_machine.library.adding.measuring import PRINT_STEPS
from neural_drum_machine.library.entry import Entry
from neural_drum_machine.library.library import Library
from neural_drum_machine.prepare.recordings.duplicates import (
    COMPARED_SR,
    N_BANDS,
    clusters,
    compared,
    near_duplicates,
)
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.full_hit import FULL_SR, align, first_of
from neural_drum_machine.signal.pcm import to_pcm

_KEPT_WAVES = 2_000


@dataclass(frozen=True, slots=True)
class Twins:
    """Sounds that are one.

    Attributes
    ----------
    entries : tuple of Entry
        At least two, by their numbers.
    same_file : bool
        Whether the files have the same bytes. Otherwise their sounds agree.
    """

    entries: tuple[Entry, ...]
    same_file: bool


def find_twins(
    library: Library,
    *,
    files_only: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Twins]:
    """Return the groups of sounds that are one; those with the first numbers come first.

    Files of the same bytes are known at once. For the others, sounds with nearly the same spectrum
    are read again and compared sample by sample, which may take as long as adding them did.

    Parameters
    ----------
    library : Library
        The library. A file that is gone meanwhile is no twin.
    files_only : bool
        Find files of the same bytes only.
    progress : callable, optional
        Called with (pairs compared, pairs in all).
    """
    rows = library.database.all(
        "SELECT id, digest, print FROM files JOIN vectors USING (id) WHERE why IS NULL ORDER BY id"
    )
    first: dict[bytes, int] = {}
    place = [first.setdefault(digest, i) for i, (_, digest, _) in enumerate(rows)]
    alone = [i for i, root in enumerate(place) if i == root]
    pairs = [(root, i) for i, root in enumerate(place) if i != root]
    if not files_only and len(alone) > 1:
        steps = np.frombuffer(b"".join(rows[i][2] for i in alone), np.uint8)
        prints = np.asarray(steps.reshape(-1, N_BANDS) / -PRINT_STEPS, np.float32)
        wave = lru_cache(_KEPT_WAVES)(lambda k: _beginning(library, rows[alone[k]][0]))
        near = near_duplicates(prints, wave, COMPARED_SR, progress)
        pairs += [(alone[a], alone[b]) for a, b, _ in near]
    groups: dict[int, list[int]] = {}
    for i, root in enumerate(clusters(len(rows), pairs)):
        groups.setdefault(root, []).append(i)
    out = []
    for members in groups.values():
        if len(members) > 1:
            entries = library.entries([rows[i][0] for i in members])
            out.append(Twins(tuple(entries), len({rows[i][1] for i in members}) == 1))
    return out


def _beginning(library: Library, number: int) -> npt.NDArray[np.int16]:
    """Return the beginning of a sound for comparison; silence if its file is gone."""
    try:
        clip = read_audio(library.path_of(number))
        return compared(to_pcm(first_of(align(clip.mono(), clip.sr)).samples), FULL_SR)
    except (AudioError, LibraryError):
        return np.zeros(COMPARED_SR // 10, np.int16)
