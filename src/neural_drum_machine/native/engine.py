"""A model in the engine, for any number of threads.

Over 250 lines, because one class has all calls of the library, each with its docstring.
"""

import ctypes
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import BundleError, ControlError, EngineError
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.header import AGAIN
from neural_drum_machine.model_file.layout import MAX_FILE
from neural_drum_machine.native.bender import Bender
from neural_drum_machine.native.library import SENTENCE, SoundFields
from neural_drum_machine.native.model import OpenModel
from neural_drum_machine.native.pool import Pool
from neural_drum_machine.native.shaper import Shaper
from neural_drum_machine.regular_files import open_regular, read_bounded
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.levels import Levels

_BAD_MODEL: Final = 2
_BAD_VALUE: Final = 4
_PARTS: Final = {"attack": 1, "air": 2, "body": 4, "detail": 8}
"""Parts that can be left out, as ``ndm_sound.without`` adds them up. Exemplars are left out by
naming none."""


class NativeEngine:
    """An open model in the engine. Several threads may use it: each has working memory of its own.

    Parameters
    ----------
    data : bytes
        A model file.
    name : str
        How errors call it, such as its path.
    kernels : str
        Which instructions compute, one of :data:`~neural_drum_machine.native.library.KERNELS`.

    Attributes
    ----------
    hash : str
        The model's identity.
    kernels : str
        The instructions that compute.
    shaper : Shaper
        What gives sounds values and softer strokes.
    bender : Bender
        What hears own sounds, bends and mixes them.

    Raises
    ------
    BundleError
        If the bytes are no model that :meth:`neural_drum_machine.model_file.bundle.Bundle.open`
        would open.
    EngineError
        If the library is not built or does not load, if it cannot play this model, or if the
        processor lacks the instructions.
    """

    def __init__(self, data: bytes, name: str = "model", kernels: str = "best") -> None:
        self._model = OpenModel(data, name, kernels)
        self._lib = self._model.lib
        self.hash = self._model.hash
        self.kernels = self._model.kernels
        self.shaper = Shaper(kernels)
        self.bender = Bender(self._model)
        self._shape, self._latent_dim = self._model.shape, self._model.latent_dim
        self._read: Callable[[], bytes] = lambda: data
        self._pool = Pool(partial(_open, self._model))
        self._encoders: list[ctypes.c_void_p] = []
        self._encoding = threading.Lock()
        # Not at exit, when a thread may still be playing: the system frees memory anyway.
        held = (self._model, self._pool, self._encoders)
        weakref.finalize(self, _close, *held).atexit = False

    @classmethod
    def open(cls, path: str | Path, kernels: str = "best") -> Self:
        """Return the engine of a model file; raises as the class does.

        Raises
        ------
        BundleError
            Also if the file cannot be read.
        """
        engine = cls(_bytes_of(path), str(path), kernels)
        # Read again for the encoder, if one is needed: 40 MB less until then.
        engine._read = lambda: _bytes_of(path)
        return engine

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Return the engine of a model file that is open; raises as the class does."""
        engine = cls(bundle.file_bytes(), str(bundle.path))
        engine.read_by(bundle.file_bytes)
        return engine

    def read_by(self, read: Callable[[], bytes]) -> None:
        """Keep the model file's bytes no longer: `read` returns them where the encoder needs them.

        The encoder is refused if they are of another model.
        """
        self._read = read

    def render(
        self,
        category: int,
        code: FloatArray,
        *,
        sr: int = FULL_SR,
        take: int = 0,
        exemplars: Sequence[tuple[int, float]] = (),
        without: Iterable[str] = (),
        width: float = 0.0,
        to: int = 0,
        t: float = 0.0,
    ) -> FloatArray:
        """Return the samples of a code, as :meth:`DrumMachine.render_code` makes them.

        Parameters
        ----------
        category : int
            The category's number in the model.
        code : numpy.ndarray
            Shape ``(latent_dim,)``.
        sr : int
            Sample rate in Hz: 22,050, 44,100 or 48,000.
        take : int
            0 to 63.
        exemplars : sequence of (int, float)
            Numbers of exemplars with their shares.
        without : iterable of str
            Parts that are left out: attack, air, body, detail.
        width : float
            0 gives mono; up to 1 gives stereo, whose mean is the mono sound.
        to : int
            A second category that the code is decoded as.
        t : float
            Its share, 0 to 1.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, or ``(2, n)`` with a width, float32: peak 1 or silent; other takes are
            as loud as take 0.

        Raises
        ------
        ControlError
            If a value is out of range.
        BundleError
            If the residual of an exemplar is damaged.
        EngineError
            If there is no memory.
        """
        room = self._lib.ndm_most_samples(self._model.handle, sr)
        channels = 2 if width > 0 else 1
        out = np.empty(max(channels * room, 1), np.float32)
        count = ctypes.c_size_t()
        sound, kept = self._sound(category, code, sr, take, exemplars, without)
        sound.width, sound.to, sound.t = width, to, t
        with self._pool.lent() as engine:
            status = self._lib.ndm_render(
                engine, ctypes.byref(sound), out.ctypes.data, ctypes.byref(count)
            )
            self._check(status, engine)
        del kept
        samples = out[: channels * count.value].copy()
        return samples.reshape(2, -1) if channels == 2 else samples

    def levels(
        self,
        category: int,
        code: FloatArray,
        exemplars: Sequence[tuple[int, float]] = (),
        *,
        to: int = 0,
        t: float = 0.0,
    ) -> Levels:
        """Return the levels of a code, natural logarithms; otherwise as :meth:`render`."""
        mel = np.empty(self._shape, np.float32)
        air = np.empty((AIR_BANDS, self._shape[1]), np.float32)
        attack = np.empty((ATTACK_BANDS, ATTACK_STEPS), np.float32)
        sound, kept = self._sound(category, code, FULL_SR, 0, exemplars)
        sound.to, sound.t = to, t
        with self._pool.lent() as engine:
            places = (mel.ctypes.data, air.ctypes.data, attack.ctypes.data)
            self._check(self._lib.ndm_levels(engine, ctypes.byref(sound), *places), engine)
        del kept
        return Levels(mel, air, attack)

    def encode(self, levels: Levels, category: int, steps: int) -> FloatArray:
        """Return the code of the levels of a hit, as :class:`SoundEncoder` finds it.

        The encoder is read from the model's file at the first call. One thread at a time encodes.

        Parameters
        ----------
        levels : Levels
            Natural logarithms.
        category : int
            The category's number in the model.
        steps : int
            Steps of the search, 0 to 20.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If a value is out of range.
        EngineError
            If there is no memory, if the file is another one now, or if the engine does not know
            such an encoder.
        """
        code = np.empty(self._latent_dim, np.float32)
        parts = self._model.checked(levels)
        with self._encoding, self._pool.lent() as engine:
            places = [part.ctypes.data for part in parts]
            encoder = self._encoder()
            status = self._lib.ndm_encode(
                encoder, engine, category, *places, steps, code.ctypes.data
            )
            self._check(status, engine)
        return code

    def guess(self, levels: Levels) -> int:
        """Return the category in which the levels of a hit are reconstructed best.

        Raises as :meth:`encode` does.
        """
        category = ctypes.c_int32()
        parts = self._model.checked(levels)
        with self._encoding, self._pool.lent() as engine:
            places = [part.ctypes.data for part in parts]
            status = self._lib.ndm_guess(self._encoder(), engine, *places, ctypes.byref(category))
            self._check(status, engine)
        return category.value

    def _encoder(self) -> ctypes.c_void_p:
        """Return the encoder, opened once."""
        if not self._encoders:
            data = self._read()
            encoder, sentence = ctypes.c_void_p(), ctypes.create_string_buffer(SENTENCE)
            if self._lib.ndm_encoder_open(
                self._model.handle, data, len(data), None, ctypes.byref(encoder), sentence
            ):
                raise EngineError(sentence.value.decode("ascii", "replace") or "no memory")
            self._encoders.append(encoder)
        return self._encoders[0]

    def _sound(
        self,
        category: int,
        code: FloatArray,
        sr: int,
        take: int,
        exemplars: Sequence[tuple[int, float]],
        without: Iterable[str] = (),
    ) -> tuple[SoundFields, FloatArray]:
        """Return a sound's description, and the array that it points to."""
        latent = np.ascontiguousarray(code, np.float32)
        if latent.shape != (self._latent_dim,):
            raise ControlError(
                f"a code is {self._latent_dim} finite numbers, got shape {latent.shape}"
            )
        sound = SoundFields(category, latent.ctypes.data, sr, take, len(exemplars))
        for place, (number, share) in enumerate(exemplars[: len(sound.exemplar)]):
            sound.exemplar[place], sound.share[place] = number, share
        sound.without = sum(_PARTS[part] for part in without)
        return sound, latent

    def _check(self, status: int, engine: ctypes.c_void_p) -> None:
        if not status:
            return
        sentence = self._lib.ndm_last_sentence(engine).decode("ascii", "replace")
        if status == _BAD_VALUE:
            raise ControlError(sentence)
        raise (BundleError if status == _BAD_MODEL else EngineError)(sentence)


def _bytes_of(path: str | Path) -> bytes:
    try:
        with open_regular(path) as file:
            return read_bounded(file, path, MAX_FILE)
    except OSError as error:
        raise BundleError(f"{path}: not readable ({error.strerror}); {AGAIN}") from error


def _open(model: OpenModel, _: int, place: object) -> int:
    status: int = model.lib.ndm_engine_open(model.handle, None, place)
    return status


def _close(model: OpenModel, pool: Pool, encoders: list[ctypes.c_void_p]) -> None:
    """Give memory back; the model that it belongs to is held until then."""
    for encoder in encoders:
        model.lib.ndm_encoder_close(encoder)
    pool.close(model.lib.ndm_engine_close)
