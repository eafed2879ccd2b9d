import numpy as np
import pytest
from tests.support.small import SMALL_SPEC

from neural_drum_machine.detail.detail import Detail
from neural_drum_machine.detail.grain import Grain, grain_groups
from neural_drum_machine.detail.noise import noise_take
from neural_drum_machine.detail.partials import Partials, partial_groups
from neural_drum_machine.errors import ControlError

DIM = 3
CODE = np.array([1.0, -0.5, 0.2], np.float32)


@pytest.fixture(scope="module")
def parts():
    rng = np.random.default_rng(0)

    def weights(shape):
        return (0.05 * rng.random((2, DIM + 1, int(np.prod(shape))))).astype(np.float32)

    return Partials(SMALL_SPEC, weights(partial_groups(SMALL_SPEC))), Grain(
        SMALL_SPEC, weights(grain_groups(SMALL_SPEC))
    )


def gain(detail, categories=(0,), shares=(1.0,), take=0):
    return detail.log_gain(CODE, categories, np.array(shares, np.float32), take)


def test_the_gain_is_the_pattern_in_all_frames_plus_the_amount_of_a_takes_jumps(parts):
    partials, grain = parts
    made = gain(Detail(SMALL_SPEC, partials, grain), take=5)
    jumps = noise_take(SMALL_SPEC, 5).jumps
    wanted = partials.pattern(CODE, 0)[:, None] + grain.amount(CODE, 0) * jumps
    np.testing.assert_allclose(made, wanted, atol=1e-6)
    assert np.abs(wanted).max() > 0.05


def test_a_blend_has_the_mean_pattern_and_the_mean_amount(parts):
    partials, grain = parts
    made = gain(Detail(SMALL_SPEC, partials, grain), (0, 1), (0.25, 0.75))
    pattern = 0.25 * partials.pattern(CODE, 0) + 0.75 * partials.pattern(CODE, 1)
    amount = 0.25 * grain.amount(CODE, 0) + 0.75 * grain.amount(CODE, 1)
    wanted = pattern[:, None] + amount * noise_take(SMALL_SPEC, 0).jumps
    np.testing.assert_allclose(made, wanted, atol=1e-5)


def test_a_model_without_detail_adds_nothing(parts):
    assert not gain(Detail(SMALL_SPEC, None, None)).any()
    only = gain(Detail(SMALL_SPEC, parts[0], None), take=3)
    np.testing.assert_array_equal(only, gain(Detail(SMALL_SPEC, parts[0], None), take=4))


@pytest.mark.parametrize("take", [-1, 64, 1.5, True, "1"])
def test_a_take_that_does_not_exist_is_refused_with_or_without_grain(parts, take):
    for detail in (Detail(SMALL_SPEC, *parts), Detail(SMALL_SPEC, None, None)):
        with pytest.raises(ControlError, match="take must be a whole number from 0 to 63"):
            gain(detail, take=take)
