"""Sounds as points in a space where neighbours sound alike: the embeddings of `aisfx`.

The network (Ma and Lerch, "Representation Learning for the Automatic Indexing of Sound Effects
Libraries", ISMIR 2022) was trained to name the categories of sound effects of nine libraries. It
has heard many short, percussive sounds, which music and speech embeddings have not.
"""

import importlib.util
from collections.abc import Callable, Collection
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.extras import pip_install, require

if TYPE_CHECKING:
    import torch


DIMENSIONS: Final = 512
"""Numbers in an embedding."""

# The numbers of the package's spectrograms; other ones would be another language to the network.
_SR, _N_FFT, _HOP, _N_MELS, _FRAMES = 44_100, 2048, 1024, 96, 100
_NORM = 9.457798957824707
_LENGTH = (_FRAMES - 1) * _HOP
_BATCH = 16


def installed_file(package: str, version: str, name: str) -> Path:
    """Return a file of an installed package without importing the package.

    Parameters
    ----------
    package : str
        Name of the package.
    version : str
        The version that has the file; named in the error.
    name : str
        The file, relative to the package's folder.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingExtraError
        If the package is absent or has no such file; the message holds the command that helps.
    """
    # find_spec of a top-level name looks the package up and runs nothing of it.
    spec = importlib.util.find_spec(package)
    # --no-deps, as in requirements-measures.txt: these packages pin what cannot be had any more.
    command = pip_install("--no-deps", f"{package}=={version}")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(f"this needs {package}: {command}")
    path = Path(spec.submodule_search_locations[0], name)
    if not path.is_file():
        raise MissingExtraError(f"this needs {path}, which is not there: {command}")
    return path


def load_module(path: Path) -> Any:
    """Run one file of a package as a module of its own, without the package around it."""
    spec = importlib.util.spec_from_file_location(f"_ndm_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Ignored:
    """Takes the place of what a checkpoint asks for and nobody reads."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


class Embedder:
    """The `aisfx` network on the CPU, loaded when the first sound comes.

    What differs from the package: it reads files, this takes arrays; sounds are zero-padded before
    the spectrogram, so that silence after a sound changes nothing; and the spectrogram lies with
    time along the axis that the network takes for time (the package's own librosa path forgets
    to turn it). Levels do not matter: each sound is normalised to peak 1, as the package does it.
    55 to 70 ms a sound on one core, 5 ms of them for the spectrogram.

    Attributes
    ----------
    batch_size : int
        Sounds that go through the network together.
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
            Each of shape ``(n,)``; a matrix of equally long ones will do. What comes after 2.3 s
            is not heard.
        sr : int
            Their sample rate in Hz.
        progress : callable, optional
            Called with (sounds done, in all).

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
        """Return why there can be no embeddings, in a sentence, or None if all is there."""
        try:
            require("librosa", "dev")
            self._network()
        except MissingExtraError as error:
            return str(error)
        return None

    def spectrograms(self, sounds: Collection[FloatArray], sr: int) -> FloatArray:
        """Return what the network is given: log-mels of shape ``(len(sounds), 100, 96)``.

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
            # Made once: at every call it would cost more than the spectrogram.
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
    """Return a sound at the network's rate and length, peak 1; silence stays silence."""
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
    """Build the network and fill it, executing nothing that the checkpoint asks for."""
    import torch

    # Beside the weights lie NumPy scalars, the sizes of layers that embeddings do without.
    # Harmless stand-ins are called in their place.
    unread: list[Any] = [(_Ignored, "numpy.core.multiarray.scalar"), (_Ignored, "numpy.dtype")]
    with torch.serialization.safe_globals(unread):
        state, _ = torch.load(weights, map_location="cpu", weights_only=True)
    net = load_module(code).EmbeddingNet("max", 3, 1, 64)
    prefix = "embedding_net."
    net.load_state_dict(
        {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
    )
    # A tenth to a quarter faster than the usual order, with the same result to 1e-5.
    quick: torch.nn.Module = net.eval().to(memory_format=torch.channels_last)
    return quick
