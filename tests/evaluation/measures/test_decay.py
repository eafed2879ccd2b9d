import numpy as np
import pytest
from tests.support.degrade import SR, N

from neural_drum_machine.evaluation.measures.decay import decay_error_ms


def test_decay_error_is_in_milliseconds():
    t = np.arange(N) / SR
    a, b = (np.exp(-d * t) for d in (10.0, 20.0))
    expected = 1000 * np.log(100) / 2 * (1 / 10 - 1 / 20)
    assert decay_error_ms(a, b, SR) == pytest.approx(expected, rel=0.03)
    assert decay_error_ms(b, a, SR) == decay_error_ms(a, b, SR)
