from types import SimpleNamespace

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.evaluation.study.routes import ROUTES
from neural_drum_machine.signal.distance import spectral_convergence
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC


@pytest.mark.slow
@pytest.mark.parametrize("name", ["librosa_32", "griffin_lim_32"])
def test_griffin_lim_finds_a_sound_with_the_spectrogram(name):
    x = np.zeros(22015, np.float32)
    x[:11000] = (tone(150, 0.5, decay=8) * 0.7 + noise(0.5, decay=25) * 0.3)[:11000]
    mel = mel_spectrogram(x)
    (route,) = (route for route in ROUTES if route.name == name)
    y = route.invert(SimpleNamespace(spec=DEFAULT_SPEC), mel)
    assert y.shape == (22015,)
    assert y.dtype == np.float32
    assert spectral_convergence(mel, mel_spectrogram(y)) < 0.15
