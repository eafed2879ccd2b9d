"""Values and softer strokes in the engine, for sounds that are there already."""

import contextlib
import ctypes
import weakref
from collections.abc import Container, Iterator, Mapping
from functools import partial
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError, EngineError
from neural_drum_machine.native.library import (
    KERNELS,
    HeardFields,
    StrokeFields,
    WishFields,
    library,
)
from neural_drum_machine.native.pool import Pool
from neural_drum_machine.wishes.plain import PlainSound
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.velocity import Stroke

_BAD_VALUE: Final = 4
_ROOMS: Final = (80_000, 1 << 19, 1 << 22)
"""Samples that working memory is for: of the model's sounds, of ten seconds, of any sound."""


class Shaper:
    """Gives sounds values and strokes, and measures them. Several threads may use it.

    Parameters
    ----------
    kernels : str
        Which instructions compute, one of :data:`~neural_drum_machine.native.library.KERNELS`.

    Raises
    ------
    EngineError
        If the library is not built or does not load.
    """

    def __init__(self, kernels: str = "best") -> None:
        self._lib = library()
        self._pool = Pool(partial(_open, self._lib, KERNELS.index(kernels)), _ROOMS)
        weakref.finalize(self, self._pool.close, self._lib.ndm_shaper_close).atexit = False

    def finished(
        self, plain: PlainSound, asked: Mapping[str, float], offered: Container[str]
    ) -> tuple[FloatArray, int]:
        """Return a sound with the values that were asked for, and the sample of its onset.

        As :func:`~neural_drum_machine.wishes.finish.finished` makes it.

        Parameters
        ----------
        plain : PlainSound
            The sound as it is without the wish, at 22,050, 44,100 or 48,000 Hz.
        asked : mapping
            The wish: values of qualities, in their units.
        offered : container of str
            The names of the qualities that the category has. Those that are not asked for are held.

        Returns
        -------
        samples : numpy.ndarray
            Shape ``(channels, m)``, float32.
        onset : int
            Where it begins.

        Raises
        ------
        ControlError
            If a value or the sound is out of range.
        EngineError
            If there is no memory, or if the processor lacks the instructions.
        """
        wish = WishFields()
        for place, name in enumerate(BY_NAME):
            wish.offered |= (name in offered) << place
            if name in asked:
                wish.asked |= 1 << place
                wish.value[place] = asked[name]
        channels, n = plain.samples.shape
        out = np.empty(channels * self._lib.ndm_most_shaped(n), np.float32)
        count, onset = ctypes.c_size_t(), ctypes.c_size_t()
        with self._heard(plain) as (shaper, sound):
            places = ctypes.byref(wish), out.ctypes.data, ctypes.byref(count), ctypes.byref(onset)
            self._check(self._lib.ndm_shape(shaper, ctypes.byref(sound), *places), shaper)
        made = out[: channels * count.value].reshape(channels, -1).copy()
        return made, onset.value

    def struck(self, plain: PlainSound, stroke: Stroke) -> FloatArray:
        """Return a sound as a softer stroke makes it, of the same shape.

        As :func:`~neural_drum_machine.wishes.strike.struck` makes it. Raises as :meth:`finished`.
        """
        fields = StrokeFields(stroke.attack, stroke.decay, tuple(stroke.bands), stroke.level)
        out = np.empty(plain.samples.shape, np.float32)
        with self._heard(plain) as (shaper, sound):
            places = ctypes.byref(sound), ctypes.byref(fields), out.ctypes.data
            self._check(self._lib.ndm_strike(shaper, *places), shaper)
        return out

    def describe(self, samples: FloatArray, sr: int) -> dict[str, float]:
        """Return the value of each quality of a sound by its name.

        As :func:`~neural_drum_machine.wishes.qualities.describe` does. Raises as :meth:`finished`.
        """
        values = (ctypes.c_double * len(BY_NAME))()
        with self._heard(PlainSound(np.atleast_2d(samples), sr, 0)) as (shaper, sound):
            self._check(self._lib.ndm_describe(shaper, ctypes.byref(sound), values), shaper)
        return dict(zip(BY_NAME, values, strict=True))

    @contextlib.contextmanager
    def _heard(self, plain: PlainSound) -> Iterator[tuple[ctypes.c_void_p, HeardFields]]:
        """Yield working memory that no other thread uses, and a sound's description."""
        samples = np.ascontiguousarray(plain.samples, np.float32)
        channels, n = samples.shape
        sound = HeardFields(samples.ctypes.data, n, channels, plain.sr, plain.onset, plain.top)
        with self._pool.lent(n) as shaper:
            yield shaper, sound

    def _check(self, status: int, shaper: ctypes.c_void_p) -> None:
        if status:
            sentence = self._lib.ndm_shaper_sentence(shaper).decode("ascii", "replace")
            raise (ControlError if status == _BAD_VALUE else EngineError)(sentence)


def _open(lib: ctypes.CDLL, kernels: int, room: int, place: object) -> int:
    status: int = lib.ndm_shaper_open(kernels, room, None, place)
    return status
