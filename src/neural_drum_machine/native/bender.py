"""Own sounds in the engine: heard, bent and laid over each other."""

import ctypes
import weakref
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, ControlError, EngineError
from neural_drum_machine.native.library import HeardFields, PartFields
from neural_drum_machine.native.model import OpenModel
from neural_drum_machine.native.pool import Pool
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.levels import Levels

_BAD_VALUE: Final = 4
_ROOMS: Final = (1 << 17, 1 << 19, 1 << 22)
"""Samples that working memory is for: of three seconds, of eleven, of any sound."""

Samples = tuple[FloatArray, int]
"""Samples ``(channels, n)`` at 44,100 Hz, and the sample of their onset."""


class Bender:
    """Hears own sounds, bends and mixes them. Several threads may use it.

    Parameters
    ----------
    model : OpenModel
        The model that hears.
    """

    def __init__(self, model: OpenModel) -> None:
        self._model = model
        self._lib = model.lib
        self._pool = Pool(partial(_open, model), _ROOMS)
        # The pool holds the model, which is closed after its benders.
        weakref.finalize(self, self._pool.close, model.lib.ndm_bender_close).atexit = False

    def find_hit(self, samples: FloatArray) -> int:
        """Return the sample of the onset of a mono recording ``(n,)`` at 44,100 Hz.

        As :func:`~neural_drum_machine.signal.full_hit.align` finds it.

        Raises
        ------
        AudioError
            If there is no hit: silence, less than 5 ms of sound, NaN.
        EngineError
            If there is no memory.
        """
        mono = np.ascontiguousarray(samples, np.float32)
        onset = ctypes.c_size_t()
        with self._pool.lent(len(mono)) as bender:
            status = self._lib.ndm_find_hit(
                bender, mono.ctypes.data, len(mono), ctypes.byref(onset)
            )
            self._check(status, bender, AudioError)
        return onset.value

    def hear(self, samples: FloatArray, onset: int) -> tuple[Levels, float]:
        """Return the levels that the model hears, and the factor from the samples to their scale.

        Parameters
        ----------
        samples : numpy.ndarray
            Shape ``(1, n)`` or ``(2, n)``, at 44,100 Hz.
        onset : int
            The sample of the onset.

        Raises
        ------
        AudioError
            If the sound is silent, or a value is out of range.
        EngineError
            If there is no memory.
        """
        levels = self._levels()
        sound, kept = _fields(samples, onset)
        scale = ctypes.c_double()
        with self._pool.lent(sound.count) as bender:
            places = ctypes.byref(_parts(levels)), ctypes.byref(scale)
            status = self._lib.ndm_hear(bender, ctypes.byref(sound), *places)
            self._check(status, bender, AudioError)
        del kept
        return levels, scale.value

    def bent(
        self, own: Samples, heard: tuple[Levels, float], before: Levels, after: Levels
    ) -> Samples:
        """Return a sound, changed as `after` differs from `before`.

        As :func:`~neural_drum_machine.anchors.bend.bent` makes it.

        Parameters
        ----------
        own : tuple
            The samples and their onset.
        heard : tuple
            What :meth:`hear` returns of them.
        before, after : Levels
            Decoded from the sound's code, and from the code after a move.

        Raises
        ------
        AudioError
            If the sound is silent.
        ControlError
            If a value is out of range.
        EngineError
            If there is no memory.
        """
        sound, kept = _fields(*own)
        levels, scale = heard
        held = [self._checked(each) for each in (levels, before, after)]
        parts = [ctypes.byref(_parts(each)) for each in held]
        with self._pool.lent(sound.count) as bender:
            room = self._lib.ndm_most_bent(sound.count)
            out = np.empty(sound.channels * room, np.float32)
            made = _Made(out)
            status = self._lib.ndm_bend(
                bender, ctypes.byref(sound), parts[0], scale, *parts[1:], *made.places()
            )
            self._check(status, bender, ControlError)
        del kept
        return made.samples(sound.channels)

    def mixed(self, sounds: Sequence[Samples], shares: Sequence[float]) -> Samples:
        """Return sounds laid over each other at their onsets, as loud as their shares say.

        As :func:`~neural_drum_machine.anchors.play.mixed` does. Raises as :meth:`bent`.

        Parameters
        ----------
        sounds : sequence of tuple
            1 to 5 sounds.
        shares : sequence of float
            Over 0; they sum to 1.
        """
        made = [_fields(*each) for each in sounds]
        fields = (HeardFields * len(made))(*(sound for sound, _ in made))
        weights = (ctypes.c_float * len(made))(*shares)
        count = self._lib.ndm_most_mixed(fields, len(made))
        channels = max(sound.channels for sound, _ in made)
        out = _Made(np.empty(channels * count, np.float32))
        with self._pool.lent(count) as bender:
            status = self._lib.ndm_mix(bender, fields, weights, len(made), *out.places())
            self._check(status, bender, ControlError)
        return out.samples(channels)

    def as_loud(self, samples: FloatArray, own: FloatArray) -> FloatArray:
        """Return channels as loud as others are; raises as :meth:`bent`.

        As :func:`~neural_drum_machine.anchors.bend.as_loud` does.
        """
        (sound, kept), (wanted, also) = _fields(samples, 0), _fields(own, 0)
        out = np.empty(samples.shape, np.float32)
        with self._pool.lent(max(sound.count, wanted.count)) as bender:
            status = self._lib.ndm_as_loud(
                bender, ctypes.byref(sound), ctypes.byref(wanted), out.ctypes.data
            )
            self._check(status, bender, ControlError)
        del kept, also
        return out

    def _levels(self) -> Levels:
        """Return room for levels."""
        mels, frames = self._model.shape
        shapes = (mels, frames), (AIR_BANDS, frames), (ATTACK_BANDS, ATTACK_STEPS)
        return Levels(*(np.empty(shape, np.float32) for shape in shapes))

    def _checked(self, levels: Levels) -> Levels:
        return Levels(*self._model.checked(levels))

    def _check(self, status: int, bender: ctypes.c_void_p, kind: type[Exception]) -> None:
        if status:
            sentence = self._lib.ndm_bender_sentence(bender).decode("ascii", "replace")
            raise (kind if status == _BAD_VALUE else EngineError)(sentence)


class _Made:
    """Room for a sound, its length and its onset."""

    def __init__(self, room: FloatArray) -> None:
        self._room = room
        self._count, self._onset = ctypes.c_size_t(), ctypes.c_size_t()

    def places(self) -> tuple[object, ...]:
        return self._room.ctypes.data, ctypes.byref(self._count), ctypes.byref(self._onset)

    def samples(self, channels: int) -> Samples:
        made = self._room[: channels * self._count.value].reshape(channels, -1)
        return made.copy(), self._onset.value


def _fields(samples: FloatArray, onset: int) -> tuple[HeardFields, FloatArray]:
    """Return the description of a sound, and the array that it points to."""
    kept = np.ascontiguousarray(samples, np.float32)
    channels, n = kept.shape
    return HeardFields(kept.ctypes.data, n, channels, FULL_SR, onset, 1.0), kept


def _parts(levels: Levels) -> PartFields:
    return PartFields(*(part.ctypes.data for part in levels.whole()))


def _open(model: OpenModel, room: int, place: object) -> int:
    status: int = model.lib.ndm_bender_open(model.handle, room, None, place)
    return status
