"""A model file, opened in the engine."""

import ctypes
import weakref
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import BundleError, ControlError, EngineError
from neural_drum_machine.native.library import KERNELS, SENTENCE, Facts, library
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.levels import Levels

_BAD_MODEL: Final = 2


class OpenModel:
    """A model in the engine. It does not change, and is closed when nothing holds it any more.

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
    lib : ctypes.CDLL
        The library.
    handle : ctypes.c_void_p
        ``ndm_model *``.
    hash : str
        The model's identity.
    kernels : str
        The instructions that compute.
    latent_dim : int
        Numbers of a code.
    shape : tuple of int
        Mel bands and frames.

    Raises
    ------
    BundleError
        If the bytes are no model.
    EngineError
        If the library is not built or does not load, if it cannot play this model, or if the
        processor lacks the instructions.
    """

    def __init__(self, data: bytes, name: str, kernels: str) -> None:
        if kernels not in KERNELS:
            raise EngineError(f"no kernels {kernels!r}; there are {', '.join(KERNELS)}")
        self.lib = library()
        self.handle, sentence = ctypes.c_void_p(), ctypes.create_string_buffer(SENTENCE)
        status = self.lib.ndm_model_open(
            data, len(data), None, KERNELS.index(kernels), ctypes.byref(self.handle), sentence
        )
        if status:
            kind = BundleError if status == _BAD_MODEL else EngineError
            raise kind(f"{name}: {sentence.value.decode('ascii', 'replace') or 'no memory'}")
        facts: Facts = self.lib.ndm_model_facts(self.handle)
        self.hash: str = facts.hash.decode("ascii")
        self.kernels: str = facts.kernels.decode("ascii")
        self.latent_dim: int = facts.latent_dim
        self.shape: tuple[int, int] = (facts.n_mels, facts.n_frames)
        # Not at exit, when a thread may still be playing: the system frees memory anyway.
        weakref.finalize(self, self.lib.ndm_model_close, self.handle).atexit = False

    def checked(self, levels: Levels) -> list[FloatArray]:
        """Return core, air and fine attack as the engine reads them.

        Raises
        ------
        ControlError
            If a part has another shape.
        """
        parts = [np.ascontiguousarray(part, np.float32) for part in levels.whole()]
        wanted = [self.shape, (AIR_BANDS, self.shape[1]), (ATTACK_BANDS, ATTACK_STEPS)]
        if [part.shape for part in parts] != wanted:
            raise ControlError(f"levels have the shapes {wanted}")
        return parts
