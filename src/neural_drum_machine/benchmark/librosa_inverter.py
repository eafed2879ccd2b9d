"""librosa's Griffin-Lim on our mel spectrograms, as a peer to compare with."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec


def librosa_griffin_lim(
    mel: FloatArray, spec: AudioSpec = DEFAULT_SPEC, n_iter: int = 32
) -> FloatArray:
    """Return librosa's inversion of a mel spectrogram.

    Non-negative least squares to STFT magnitudes, then fast Griffin-Lim (momentum 0.99,
    Perraudin et al. 2013) from random phases with a fixed seed.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, frames)``, magnitudes.
    spec : AudioSpec
        The signal's numbers.
    n_iter : int
        Iterations.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_samples,)``, float32.
    """
    import librosa  # dev extra: the runtime does without

    from neural_drum_machine.signal.mel import mel_filterbank

    magnitude = librosa.util.nnls(np.array(mel_filterbank(spec)), mel)
    samples: FloatArray = librosa.griffinlim(
        magnitude,
        n_iter=n_iter,
        hop_length=spec.hop_length,
        win_length=spec.win_length,
        n_fft=spec.n_fft,
        length=spec.n_samples,
        random_state=0,
    ).astype(np.float32)
    return samples
