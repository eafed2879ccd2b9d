"""The numbers of a library in memory, in which every search takes milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray, IntArray
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.numbers import Numbers, read_numbers
from neural_drum_machine.library.ranges import ValueRange
from neural_drum_machine.library.tables import MEASURES


@dataclass
class Snapshot:
    """All sounds of a library at one moment; each part is read when it is first needed.

    Parameters
    ----------
    database : Database
        The library.
    """

    database: Database

    @cached_property
    def numbers(self) -> Numbers:
        """What searches need of every sound."""
        return read_numbers(self.database)

    @property
    def ids(self) -> IntArray:
        """The sounds' numbers, ascending, ``(n,)``."""
        return self.numbers.ids

    @property
    def points(self) -> FloatArray:
        """The points of nearness, ``(n, 64)``."""
        return self.numbers.points

    @property
    def measures(self) -> FloatArray:
        """The values of :data:`MEASURES`, ``(n, 7)``; NaN where there is none."""
        return self.numbers.measures

    @cached_property
    def categories(self) -> npt.NDArray[np.str_]:
        """The sounds' categories, ``(n,)``."""
        names = np.array(self.numbers.names, np.str_)
        return names[self.numbers.kinds] if len(names) else names

    @cached_property
    def _squares(self) -> FloatArray:
        out: FloatArray = np.einsum("nd,nd->n", self.points, self.points)
        return out

    @cached_property
    def places(self) -> DoubleArray:
        """The places on the map, ``(n, 2)``, from 0 to 1; NaN for a sound that has none yet."""
        rows = self.database.all("SELECT x, y FROM files WHERE why IS NULL ORDER BY id")
        return np.array(rows, np.float64).reshape(-1, 2)

    def of(self, category: str | None) -> npt.NDArray[np.bool_]:
        """Return which sounds are of a category, ``(n,)``; all if it is None."""
        if category is None:
            return np.ones(len(self.ids), bool)
        if category not in self.numbers.names:
            return np.zeros(len(self.ids), bool)
        return np.asarray(self.numbers.kinds == self.numbers.names.index(category), bool)

    def near(
        self, point: FloatArray, count: int, allowed: npt.NDArray[np.bool_]
    ) -> list[tuple[int, float]]:
        """Return the numbers of the nearest sounds and their distances, nearest first.

        Parameters
        ----------
        point : numpy.ndarray
            Shape ``(64,)``.
        count : int
            Most of them.
        allowed : numpy.ndarray
            Which sounds count, ``(n,)``.
        """
        square = self._squares - 2 * (self.points @ point) + np.float32(point @ point)
        square[~allowed] = np.inf
        count = min(count, int(allowed.sum()))
        if count < 1:
            return []
        best = np.argpartition(square, count - 1)[:count]
        best = best[np.lexsort((best, square[best]))]
        away = np.sqrt(np.maximum(square[best], 0))
        return list(zip(self.ids[best].tolist(), away.tolist(), strict=True))

    def matching(self, ranges: Sequence[ValueRange], category: str | None) -> IntArray:
        """Return the numbers of the sounds that fulfil all ranges, ascending.

        A third is one of the sounds of the category, or of the whole library without one.
        """
        kept = allowed = self.of(category)
        for each in ranges:
            values = self.measures[:, MEASURES.index(each.measure)]
            low, high = each.low, each.high
            known = values[allowed & np.isfinite(values)]
            if each.third == 0 and len(known):
                high = float(np.quantile(known, 1 / 3))
            elif each.third == 2 and len(known):
                low = float(np.quantile(known, 2 / 3))
            kept = kept & (values >= low) & (values <= high)
        return self.ids[kept]
