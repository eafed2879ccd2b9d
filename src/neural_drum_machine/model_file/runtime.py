"""The networks of a model file, as ONNX Runtime sessions."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import BundleError
from neural_drum_machine.model_file.bundle import Bundle

_OUTPUTS = {"decoder": ("x",), "encoder": ("code",), "mcnn": ("waveform", "mask_logits")}


class Networks:
    """The networks of a model file, ready to run. Each is loaded at its first use.

    Parameters
    ----------
    bundle : Bundle
        The model.
    threads : int
        Threads of one run. For networks of this size one is often faster than two.
    """

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        self._bundle = bundle
        self._threads = threads
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}
        self._lock = threading.Lock()

    def load_all(self) -> None:
        """Load every network now, so that the first sound is as fast as the others."""
        with self._lock:
            for name in _OUTPUTS:
                if name not in self._sessions:
                    self._sessions[name] = self._load(name)

    def _run(self, name: str, **inputs: npt.NDArray[Any]) -> list[FloatArray]:
        with self._lock:
            session = self._sessions.get(name)
            if session is None:
                session = self._sessions[name] = self._load(name)
        try:
            outputs: list[FloatArray] = session.run(list(_OUTPUTS[name]), inputs)
        except Exception as error:  # as in _load
            raise BundleError(
                f"{self._bundle.path}: its {name} does not run ({error}); export the model again"
            ) from error
        return outputs

    def _load(self, name: str) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Without the arena, the process takes 25 MB less and is no slower.
        options.enable_cpu_mem_arena = False
        try:
            return onnxruntime.InferenceSession(
                self._bundle.graph(name), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's exceptions have no common base
            raise BundleError(
                f"{self._bundle.path}: its {name} does not load ({error}); export the model again"
            ) from error

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the standardised log-mel ``(batch, n_mels, n_frames)`` of codes.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(batch, latent_dim)``, float32.
        category : numpy.ndarray
            Shape ``(batch,)``, int64.
        """
        return self._run("decoder", code=code, category=category)[0]

    def encode(self, x: FloatArray, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of standardised log-mels.

        Parameters
        ----------
        x : numpy.ndarray
            Shape ``(batch, n_mels, n_frames)``, float32.
        category : numpy.ndarray
            Shape ``(batch,)``, int64.
        """
        return self._run("encoder", x=x, category=category)[0]

    def mcnn(self, mel: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unmasked waveforms and mask logits, each ``(batch, frames * hop_length)``.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(batch, n_mels, frames)``, float32 magnitudes.
        """
        waveform, mask_logits = self._run("mcnn", mel=mel)
        return waveform, mask_logits
