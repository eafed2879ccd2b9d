"""Embeddings of sounds, made by the network of `aisfx`: similar sounds lie near each other.

The network (Ma and Lerch, "Representation Learning for the Automatic Indexing of Sound Effects
Libraries", ISMIR 2022) was trained to predict the categories of sound effects from nine libraries.
Unlike networks for music or speech, it has seen many short, percussive sounds in training.
"""

from collections.abc import Callable, Collection
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.evaluation.judges.packages import installed_file, load_module
from neural_drum_machine.extras import require

if TYPE_CHECKING:
    import torch


DIMENSIONS: Final = 512
"""Number of dimensions of an embedding."""

# Parameters of the package's spectrograms. The network was trained with these.
_SR, _N_FFT, _HOP, _N_MELS, _FRAMES = 44_100, 2048, 1024, 96, 100
_NORM = 9.457798957824707
_LENGTH = (_FRAMES - 1) * _HOP
_BATCH = 16


class _Ignored:
    """Replaces objects in the checkpoint that are never read."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


class Embedder:
    """The `aisfx` network on the CPU, loaded with the first sound.

    There are three differences from the package. It reads files, and this class takes arrays.
    Sounds are zero-padded before the spectrogram, so that silence after a sound has no effect. The
    spectrogram has time along the axis that the network expects (the package's own librosa path
    does not transpose it). As in the package, each sound is normalised to peak 1, so that levels
    have no effect. A sound takes 55 to 70 ms on one core, 5 ms of them for the spectrogram.

    Attributes
    ----------
    batch_size : int
        Number of sounds that go through the network together.
    """

    def __init__(self, batch_size: int = _BATCH) -> None:
        self.batch_size = batch_size
        self._net: torch.nn.Module | None = None
        self._filterbank: FloatArray | None = None

    def __call__(
        self,
        sounds: Collection[FloatArray],
        sr: int,
        progress: Callable[[int, int], None] | None = None,
    ) -> FloatArray:
        """Return the embeddings of sounds.

        Parameters
        ----------
        sounds : collection of numpy.ndarray
            Each of shape ``(n,)``; a matrix is fine too. Samples after 2.3 s are ignored.
        sr : int
            Their sample rate in Hz.
        progress : callable, optional
            Called with (sounds done, total).

        Returns
        -------
        numpy.ndarray
            Shape ``(len(sounds), 512)``, float32, not negative.

        Raises
        ------
        MissingExtraError
            If `aisfx`, PyTorch or librosa is not installed.
        AudioError
            If a sound is not mono or not finite.
        """
        net = self._network()
        import torch

        out = np.empty((len(sounds), DIMENSIONS), np.float32)
        queue, done = iter(sounds), 0
        while some := list(islice(queue, self.batch_size)):
            with torch.inference_mode():
                found = net(torch.from_numpy(self.spectrograms(some, sr)))
            out[done : done + len(some)] = found.numpy()
            done += len(some)
            if progress:
                progress(done, len(sounds))
        return out

    def unavailable(self) -> str | None:
        """Return the reason why embeddings are unavailable, or None if they are available."""
        try:
            require("librosa", "dev")
            self._network()
        except MissingExtraError as error:
            return str(error)
        return None

    def spectrograms(self, sounds: Collection[FloatArray], sr: int) -> FloatArray:
        """Return the network's input: log-mels of shape ``(len(sounds), 100, 96)``.

        Raises
        ------
        MissingExtraError
            If librosa is not installed.
        AudioError
            If a sound is not mono or not finite.
        """
        require("librosa", "dev")
        import librosa

        if self._filterbank is None:
            # Computed once: it takes longer than a spectrogram.
            self._filterbank = librosa.filters.mel(
                sr=_SR, n_fft=_N_FFT, n_mels=_N_MELS, fmin=0.0, fmax=_SR / 2, htk=True, norm=1.0
            )
        padded = np.stack([_prepared(x, sr) for x in sounds])
        spectrum = librosa.stft(padded, n_fft=_N_FFT, hop_length=_HOP, pad_mode="constant")
        mel = self._filterbank @ np.square(np.abs(spectrum))
        log = np.log10(mel * 10_000.0 + 1.0) / _NORM
        return np.ascontiguousarray(log.transpose(0, 2, 1), dtype=np.float32)

    def _network(self) -> "torch.nn.Module":
        if self._net is None:
            require("torch", "train")
            code = installed_file("aisfx", "0.1.2", "models/cnn2d.py")
            weights = installed_file("aisfx", "0.1.2", "models/checkpoint.pth")
            self._net = _load(code, weights)
        return self._net


def _prepared(sound: npt.ArrayLike, sr: int) -> FloatArray:
    """Return a sound at the network's rate and length with peak 1; silence stays silent."""
    x = np.asarray(sound, np.float32)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise AudioError(f"only finite mono sounds can be embedded, got shape {x.shape}")
    if sr != _SR and x.size:
        x = soxr.resample(x, sr, _SR, quality="HQ")
    out = np.zeros(_LENGTH, np.float32)
    peak = float(np.abs(x).max(initial=0.0))
    if peak > 0:
        x = x[:_LENGTH] / np.float32(peak)
        out[: len(x)] = x
    return out


def _load(code: Path, weights: Path) -> "torch.nn.Module":
    """Build the network and load its weights; the checkpoint cannot execute any code."""
    import torch

    # The checkpoint also holds NumPy scalars, the sizes of layers that embeddings do not need.
    # A harmless class replaces them.
    unread: list[Any] = [(_Ignored, "numpy.core.multiarray.scalar"), (_Ignored, "numpy.dtype")]
    with torch.serialization.safe_globals(unread):
        state, _ = torch.load(weights, map_location="cpu", weights_only=True)
    net = load_module(code).EmbeddingNet("max", 3, 1, 64)
    prefix = "embedding_net."
    net.load_state_dict(
        {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
    )
    # This memory order is 10 to 25 % faster, with the same result to 1e-5.
    fast: torch.nn.Module = net.eval().to(memory_format=torch.channels_last)
    return fast
