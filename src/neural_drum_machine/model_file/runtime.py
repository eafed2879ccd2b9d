"""The networks of a model file, ready to run."""

import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inference.frames import FrameDecoder, FrameEncoder, FrameSizes
from neural_drum_machine.inference.mcnn import Mcnn, McnnSizes
from neural_drum_machine.inference.paper import PaperDecoder, PaperEncoder, PaperSizes
from neural_drum_machine.signal.levels import Levels

Decode = Callable[[FloatArray, npt.NDArray[np.int64]], Levels]
Encode = Callable[[Levels, npt.NDArray[np.int64]], FloatArray]


class Source(Protocol):
    """Whatever has networks' sizes and weights; :class:`Bundle` is one."""

    @property
    def generator(self) -> FrameSizes | PaperSizes:
        """Sizes of the generator."""
        ...

    @property
    def mcnn(self) -> McnnSizes | None:
        """Sizes of MCNN, if there is one."""
        ...

    def weights(self, prefix: str) -> dict[str, FloatArray]:
        """Return the weights whose names begin with a prefix, by name."""
        ...


class Networks:
    """The networks of a model file. Each is loaded at its first use.

    Parameters
    ----------
    bundle : Source
        The model file, or whatever else has sizes and weights.
    """

    def __init__(self, bundle: Source) -> None:
        self._bundle = bundle
        self._decoder: Decode | None = None
        self._encoder: Encode | None = None
        self._mcnn: Mcnn | None = None
        self._lock = threading.Lock()

    def load_all(self) -> None:
        """Load every network now, so that the first sound is as fast as the others."""
        self._load_decoder()
        self._load_encoder()
        if self._bundle.mcnn:
            self._load_mcnn()

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        """Return the standardised levels of codes.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(batch, latent_dim)``, float32.
        category : numpy.ndarray
            Shape ``(batch,)``, int64.
        """
        return self._load_decoder()(np.asarray(code, np.float32), category)

    def encode(self, x: Levels, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of standardised levels.

        Parameters
        ----------
        x : Levels
            Each part with ``batch`` as its first axis.
        category : numpy.ndarray
            Shape ``(batch,)``, int64.
        """
        return self._load_encoder()(x, category)

    def mcnn(self, mel: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unmasked waveform and the mask logits, each ``(frames * hop_length,)``.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, frames)``, float32 magnitudes.

        Raises
        ------
        ControlError
            If the model has no MCNN.
        """
        return self._load_mcnn()(mel)

    def _load_decoder(self) -> Decode:
        with self._lock:
            if self._decoder is None:
                sizes, weights = self._bundle.generator, self._bundle.weights("decoder.")
                self._decoder = (
                    FrameDecoder(weights, sizes)
                    if isinstance(sizes, FrameSizes)
                    else PaperDecoder(weights, sizes)
                )
            return self._decoder

    def _load_encoder(self) -> Encode:
        with self._lock:
            if self._encoder is None:
                sizes, weights = self._bundle.generator, self._bundle.weights("encoder.")
                self._encoder = (
                    FrameEncoder(weights, sizes)
                    if isinstance(sizes, FrameSizes)
                    else PaperEncoder(weights, sizes)
                )
            return self._encoder

    def _load_mcnn(self) -> Mcnn:
        with self._lock:
            if self._mcnn is None:
                if self._bundle.mcnn is None:
                    raise ControlError(
                        "this model has no MCNN; use another inverter, such as refined"
                    )
                self._mcnn = Mcnn(self._bundle.weights("mcnn."), self._bundle.mcnn)
            return self._mcnn
