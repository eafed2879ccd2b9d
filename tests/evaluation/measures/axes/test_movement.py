from types import SimpleNamespace

import numpy as np
import pytest

from neural_drum_machine.evaluation.measures.axes.movement import axis_movement


def test_movement_is_the_distance_between_both_ends_in_db():
    # P1 changes the level by 6 dB a unit, P2 half of the bands by 20 dB, P3 has no effect.

    class Fake:
        categories = ("kick", "snare")
        controls = SimpleNamespace(code=lambda c, p, seed: np.asarray(p, np.float32))

        def decode(self, codes, categories):
            assert categories.tolist() in ([0, 0], [1, 1])
            db = np.zeros((2, 8, 5)) + 6 * codes[:, 0, None, None]
            db[:, ::2] += 20 * codes[:, 1, None, None]
            return 10 ** (db / 20)

    found = axis_movement(Fake(), seeds=2)
    assert found == pytest.approx((12, 40 * np.sqrt(0.5), 0), abs=1e-5)
