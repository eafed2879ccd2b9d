"""Each equation against a value worked out by hand or in another way."""

import itertools

import numpy as np
import pytest
import torch

from neural_drum_machine.networks.losses import (
    MMD_SCALES,
    category_mmd2,
    inverse_multiquadratic,
    log_spectral_convergence,
    mask_bce,
    mmd2_unbiased,
    spectral_convergence,
)
from neural_drum_machine.signal import distance


def test_kernel_by_hand():
    # One dimension, scale 1: C = 2; distance² 4 gives 2 / 6; equal points give 1.
    x, y = torch.tensor([[0.0]]), torch.tensor([[2.0], [0.0]])
    torch.testing.assert_close(inverse_multiquadratic(x, y, (1.0,)), torch.tensor([[1 / 3, 1.0]]))
    # Two scales add up: C = 1 and 4.
    torch.testing.assert_close(
        inverse_multiquadratic(x, y[:1], (0.5, 2.0)), torch.tensor([[1 / 5 + 4 / 8]])
    )


def test_mmd_by_hand():
    # x = {0, 2}, y = {0, 1}, one dimension, C = 2: k = 2 / (2 + d²).
    x, y = torch.tensor([[0.0], [2.0]]), torch.tensor([[0.0], [1.0]])
    within_x, within_y = 2 / 6, 2 / 3  # unbiased: pairs of different points only
    between = (1 + 2 / 3 + 2 / 6 + 2 / 3) / 4
    expected = within_x + within_y - 2 * between
    assert float(mmd2_unbiased(x, y, (1.0,))) == pytest.approx(expected, abs=1e-6)
    assert expected == pytest.approx(-1 / 3)


def test_mmd_equals_a_loop_over_pairs_in_double_precision():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(7, 5, generator=generator)
    y = torch.randn(9, 5, generator=generator) + 0.5

    def k(a, b):
        d2 = float(((a.double() - b.double()) ** 2).sum())
        return sum(10 * s / (10 * s + d2) for s in MMD_SCALES)

    xx = np.mean([k(a, b) for a, b in itertools.permutations(x, 2)])
    yy = np.mean([k(a, b) for a, b in itertools.permutations(y, 2)])
    xy = np.mean([k(a, b) for a, b in itertools.product(x, y)])
    assert float(mmd2_unbiased(x, y)) == pytest.approx(xx + yy - 2 * xy, abs=1e-5)


def test_mmd_is_unbiased_and_sees_shift_and_scale():
    generator = torch.Generator().manual_seed(1)

    def draw(n, shift=0.0, scale=1.0):
        return torch.randn(n, 16, generator=generator) * scale + shift

    same = torch.stack([mmd2_unbiased(draw(32), draw(32)) for _ in range(200)])
    assert abs(float(same.mean())) < 3 * float(same.std()) / 200**0.5
    assert float(same.min()) < 0  # an estimate that never went below 0 would be biased
    for other in (draw(256, shift=0.5), draw(256, scale=2.0), draw(256, scale=0.3)):
        assert float(mmd2_unbiased(other, draw(256))) > 10 * float(same.std())


def test_category_term_is_the_mean_over_categories():
    code = torch.randn(40, 8, generator=torch.Generator().manual_seed(2))
    category = torch.tensor([0] * 20 + [3] * 19 + [5])
    together = category_mmd2(code, category, generator=torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(3)
    apart = [
        mmd2_unbiased(group, torch.randn(group.shape, generator=generator))
        for group in (code[:20], code[20:39])
    ]
    torch.testing.assert_close(together, (apart[0] + apart[1]) / 2)


def test_categories_of_equal_size_are_computed_as_apart():
    code = torch.randn(24, 8, generator=torch.Generator().manual_seed(2))
    category = torch.arange(24) % 3  # mixed, as the order of a batch need not be by category
    together = category_mmd2(code, category, generator=torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(3)
    apart = [
        mmd2_unbiased(group, torch.randn(group.shape, generator=generator))
        for group in (code[0::3], code[1::3], code[2::3])
    ]
    torch.testing.assert_close(together, sum(apart) / 3)


def test_a_category_of_one_sound_has_no_estimate_but_keeps_the_graph():
    code = torch.randn(2, 4, requires_grad=True)
    value = category_mmd2(code, torch.tensor([0, 1]))
    value.backward()
    assert float(value.detach()) == 0.0
    assert not code.grad.any()


def test_mmd_pulls_distant_codes_in():
    code = (5 * torch.randn(30, 8, generator=torch.Generator().manual_seed(4))).requires_grad_()
    category_mmd2(code, torch.zeros(30, dtype=torch.int64)).backward()
    # Against the gradient means towards the origin.
    assert float((code.detach() * code.grad).sum()) > 0


@pytest.mark.parametrize("gain", [0.0, 0.5, 1.0, 2.0])
def test_sc_of_a_scaled_signal(gain):
    mel = torch.rand(3, 16, 10, generator=torch.Generator().manual_seed(5))
    expected = torch.full((3,), abs(1 - gain))
    torch.testing.assert_close(spectral_convergence(mel, gain * mel), expected, atol=1e-6, rtol=0)


def test_sc_by_hand_and_for_silence():
    target = torch.tensor([[[3.0, 0.0], [0.0, 4.0]]])
    estimate = torch.tensor([[[0.0, 0.0], [0.0, 0.0]]])
    estimate[0, 0, 1] = 12.0
    assert float(spectral_convergence(target, estimate)[0]) == pytest.approx(13 / 5)
    assert torch.isfinite(spectral_convergence(0 * target, estimate)).all()


def test_sclog_by_hand():
    target = torch.tensor([[[np.e - 0.1, np.e**2 - 0.1]]])
    estimate = torch.tensor([[[np.e**2 - 0.1, np.e**2 - 0.1]]])
    # logs 1, 2 against 2, 2: 1 / 3.
    assert float(log_spectral_convergence(target, estimate, 0.1)) == pytest.approx(1 / 3, abs=1e-5)


def test_mask_cross_entropy_by_hand():
    logits = torch.tensor([0.0, np.log(3.0)])
    # p = 1/2 for a 1, p = 3/4 for a 0: the mean of log 2 and log 4.
    expected = (np.log(2) + np.log(4)) / 2
    assert float(mask_bce(logits, torch.tensor([1.0, 0.0]))) == pytest.approx(expected, abs=1e-6)


def test_numpy_metrics_equal_the_losses():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 16, 10)).astype(np.float32)
    ta, tb = torch.from_numpy(a), torch.from_numpy(b)
    assert distance.spectral_convergence(a, b) == pytest.approx(
        float(spectral_convergence(ta, tb)), rel=1e-5
    )
    assert distance.log_spectral_convergence(a, b, 0.01) == pytest.approx(
        float(log_spectral_convergence(ta, tb, 0.01)), rel=1e-5
    )
