"""Makes a bank of exemplars from a dataset's free recordings and a trained generator."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import REAL, Entry
from neural_drum_machine.errors import ExportError
from neural_drum_machine.exemplars.bank import FREE_LICENCES, Bank, Exemplar
from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.precision import BANK, Precision
from neural_drum_machine.exemplars.residual import encode_residual
from neural_drum_machine.export.heard import heard_as_asked
from neural_drum_machine.export.hit_generator import HitGenerator

LEAST: Final = 24
"""Exemplars of a category, where there are as many recordings."""
MOST_BYTES: Final = 4_000_000
"""Most bytes of a bank's codes and residuals."""
LEAST_VELOCITY: Final = 0.5
"""Softer layers of a drum are left out: they sound like a hit only beside the others."""
LEAST_CONFIDENCE: Final = 0.5
"""Recordings of whose category the classifier is less sure are left out."""
LEAST_HEARD: Final = 0.5
"""Recordings whose draws are heard as their category with a lower probability are left out."""


def told_name(name: str) -> str:
    """Return how a recipe names a recording: its path without the folder that held the sources."""
    return name.split("/", 1)[-1]


def usable(entries: Sequence[Entry]) -> IntArray:
    """Return the rows of recordings that may stand in a bank.

    They are real, on the training side of the split, free of any duty, surely of their category,
    and no soft layer of a drum.
    """
    return np.array(
        [
            row
            for row, entry in enumerate(entries)
            if entry.origin == REAL
            and entry.split == "train"
            and entry.licence in FREE_LICENCES
            and entry.confidence >= LEAST_CONFIDENCE
            and (entry.velocity is None or entry.velocity >= LEAST_VELOCITY)
        ],
        np.int64,
    )


def clear_rows(rows: IntArray, heard: npt.NDArray[np.float64], least: int = LEAST) -> IntArray:
    """Return the recordings of one category whose draws are clearly of it.

    Parameters
    ----------
    rows : numpy.ndarray
        Shape ``(n,)``: rows of the category.
    heard : numpy.ndarray
        Shape ``(n,)``: probabilities, see :func:`~neural_drum_machine.export.heard.heard_as_asked`.
    least : int
        If fewer are clear, these many of the clearest are returned.

    Returns
    -------
    numpy.ndarray
        Rows in rising order.
    """
    enough = min(least, len(rows))
    bar = min(LEAST_HEARD, float(np.sort(heard)[-enough])) if enough else LEAST_HEARD
    return rows[heard >= bar]


def choose_rows(
    entries: Sequence[Entry], rows: IntArray, codes: FloatArray, least: int = LEAST
) -> list[int]:
    """Choose recordings of one category: every kit once, then in turns, far from each other.

    Parameters
    ----------
    entries : sequence of Entry
        A dataset's.
    rows : numpy.ndarray
        Shape ``(n,)``: rows of the category.
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``: their codes.
    least : int
        Number of recordings; more if there are more kits.

    Returns
    -------
    list of int
        Rows, in the order of their choice. The first of the first kit is the nearest to the mean.
        Of each kit's recordings, the one farthest from all that are chosen already is next.
    """
    if not len(rows):
        return []
    scaled = (codes - codes.mean(axis=0)) / np.maximum(codes.std(axis=0), 1e-6)
    kits: dict[str, list[int]] = {}
    for place, row in enumerate(rows.tolist()):
        kits.setdefault(entries[row].kit, []).append(place)
    # So far nothing is chosen: "far" means near to the mean.
    distance = -np.linalg.norm(scaled, axis=1)
    chosen: list[int] = []
    left = [kits[kit] for kit in sorted(kits)]
    wanted = max(least, len(left))
    while left and len(chosen) < wanted:
        for places in left[: wanted - len(chosen)]:
            best = max(places, key=lambda place: float(distance[place]))
            places.remove(best)
            near = np.linalg.norm(scaled - scaled[best], axis=1)
            distance = np.minimum(distance, near) if chosen else near
            chosen.append(best)
        left = [places for places in left if places]
    return [int(rows[place]) for place in chosen]


def make_bank(
    generator: HitGenerator,
    *,
    least: int = LEAST,
    most_bytes: int = MOST_BYTES,
    precision: Precision = BANK,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Bank:
    """Make a bank.

    Parameters
    ----------
    generator : HitGenerator
        The generator, with its dataset.
    least : int
        Exemplars of a category, where there are as many recordings. Every kit is in the bank that
        has a recording whose draws are heard as their category.
    most_bytes : int
        The bank's size. Those that were chosen last in their category are left out for it.
    precision : Precision
        Of the residuals.
    progress : callable
        Called with (stage, number done, number in all).

    Returns
    -------
    Bank
        Exemplars by category, in the order of their choice.

    Raises
    ------
    ExportError
        If the dataset has no recording that may stand in a bank.
    """
    data = generator.data
    rows = usable(data.entries)
    if not len(rows):
        raise ExportError(
            f"{data.folder}: no training recordings under {', '.join(sorted(FREE_LICENCES))}; "
            "prepare a dataset with some"
        )
    codes = generator.encode(rows, lambda done, n: progress("codes", done, n))
    heard = heard_as_asked(generator, rows, codes, lambda done, n: progress("draws", done, n))
    numbers = np.array([category_index(data.entries[row].category) for row in rows])
    picks: list[tuple[int, int, int]] = []
    for number in range(len(CATEGORIES)):
        clear = np.isin(rows, clear_rows(rows[numbers == number], heard[numbers == number], least))
        chosen = choose_rows(data.entries, rows[clear], codes[clear], least)
        picks += [(turn, number, row) for turn, row in enumerate(chosen)]
    code_of = dict(zip(rows.tolist(), codes.astype(np.float16), strict=True))
    kept: list[tuple[int, int, Exemplar]] = []
    size = 0
    for done, (turn, number, row) in enumerate(sorted(picks), 1):
        exemplar = _exemplar(generator, row, code_of[row], precision)
        size += len(exemplar.residual) + exemplar.code.nbytes
        if size > most_bytes:
            break
        kept.append((number, turn, exemplar))
        progress("residuals", done, len(picks))
    kept.sort(key=lambda each: each[:2])
    return Bank(data.spec, generator.identity, [each for _, _, each in kept])


def _exemplar(
    generator: HitGenerator, row: int, code: npt.NDArray[np.float16], at: Precision
) -> Exemplar:
    data = generator.data
    entry = data.entries[row]
    # The rounded code: it is what a player decodes.
    number = category_index(entry.category)
    base = decoded(generator.decode, code.astype(np.float32)[None], [number])[0]
    return Exemplar(
        category=entry.category,
        kit=entry.kit,
        name=told_name(entry.name),
        source=entry.source,
        licence=entry.licence,
        attribution=entry.attribution,
        code=code,
        residual=encode_residual(data.levels(np.array([row])).of(0), base, data.spec, at),
    )
