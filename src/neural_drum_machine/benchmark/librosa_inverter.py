"""librosa's Griffin-Lim on our mel spectrograms, for comparison."""

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
        Sample rate and transform sizes.
    n_iter : int
        Number of iterations.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_samples,)``, float32.
    """
    import librosa  # in the extra dev only

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
