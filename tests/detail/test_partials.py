import numpy as np
import pytest
from scipy.fft import dct
from tests.support.small import SMALL_SPEC

from neural_drum_machine.detail.partials import (
    CORRELATION_LENGTH,
    GROUP,
    QUIET_DB,
    Partials,
    missing_partials,
    orders,
    partial_groups,
    standing,
)
from neural_drum_machine.signal.spec import DEFAULT_SPEC

SPECS = pytest.mark.parametrize("spec", [DEFAULT_SPEC, SMALL_SPEC])
DIM = 16


def even(spec, scale=None, variance=1.0, dim=DIM):
    """Partials of one category, of one height at one scale, or at all."""
    scales, groups = partial_groups(spec)
    weights = np.zeros((1, dim + 1, scales, groups), np.float32)
    weights[0, -1, slice(None) if scale is None else scale] = variance
    return Partials(spec, weights.reshape(1, dim + 1, -1))


def codes(n, seed=0, dim=DIM):
    return np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)


def patterns(partials, some):
    return np.stack([partials.pattern(code, 0) for code in some])


@SPECS
def test_every_scale_has_the_variance_that_is_asked_for_in_every_band(spec):
    for scale in range(partial_groups(spec)[0]):
        made = patterns(even(spec, scale, 0.25, dim=64), codes(400, dim=64) * CORRELATION_LENGTH)
        assert np.var(made) == pytest.approx(0.25, rel=0.05)
        assert made.var(axis=0).max() < 0.6  # cosines that meet at an edge double it there
        assert abs(made.mean()) < 0.02


@SPECS
def test_a_scale_is_made_of_its_orders_alone(spec):
    for scale, (low, high) in enumerate(orders(spec)):
        made = patterns(even(spec, scale), codes(3))
        power = np.square(dct(made, norm="ortho", axis=1)).sum(axis=0)
        power /= power.sum()
        assert power[low:high].sum() > 0.999
    # From one scale to the next without a gap; the finest waves go from band to band.
    assert [low for low, _ in orders(spec)[1:]] == [high for _, high in orders(spec)[:-1]]
    assert orders(spec)[-1][1] == spec.n_mels // 2


def test_near_codes_share_their_partials_and_far_ones_do_not():
    partials = even(DEFAULT_SPEC, dim=64)
    start = codes(40, dim=64)
    step = codes(40, 1, dim=64)
    step *= CORRELATION_LENGTH / np.linalg.norm(step, axis=1, keepdims=True)
    here = patterns(partials, start)

    def alike(distance):
        there = patterns(partials, start + np.float32(distance) * step)
        return np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(here, there, strict=True)])

    for distance in (0.1, 0.5, 1.0, 2.0):
        assert alike(distance) == pytest.approx(np.exp(-(distance**2) / 2), abs=0.05)
    assert abs(alike(4.0)) < 0.05
    # From place to place without a leap.
    way = patterns(partials, start[0] + np.linspace(0, 1, 101, dtype=np.float32)[:, None] * step[0])
    jumps = np.sqrt(np.square(np.diff(way, axis=0)).mean(axis=1))
    assert jumps.max() < 0.02 * way.std()


def test_patterns_are_frozen():
    # A project saved today must sound the same in ten years.
    code = np.linspace(-1, 1, 64, dtype=np.float32)
    made = even(DEFAULT_SPEC, dim=64).pattern(code, 0)
    np.testing.assert_allclose(
        made[[0, 100, 300, 511]], [-0.50934, 0.89858, 7.46296, -2.32392], atol=1e-3
    )


@SPECS
def test_what_is_missing_is_found_whatever_the_pattern(spec):
    scales, groups = partial_groups(spec)
    decay = -np.arange(spec.n_frames) / 20
    flat = np.broadcast_to(decay, (64, spec.n_mels, spec.n_frames)).astype(np.float32)
    some = codes(64, 5, dim=64) * np.float32(CORRELATION_LENGTH)
    for scale in range(scales):
        pattern = patterns(even(spec, scale, 0.16, dim=64), some)
        lack = missing_partials(flat + pattern[..., None], flat, spec)
        assert lack.shape == (64, scales, groups)
        mean = lack.mean(axis=(0, 2))
        assert mean[scale] == pytest.approx(0.16, rel=0.15)
        assert np.delete(mean, scale).max() < 1e-3
        # Beside another pattern of the same height nothing is missing. Beside nothing, all of it is
        # too much.
        other = patterns(even(spec, scale, 0.16, dim=64), some[::-1])
        again = missing_partials(flat + pattern[..., None], flat + other[..., None], spec)
        assert abs(again.mean(axis=(0, 2))).max() < 0.03
        np.testing.assert_allclose(
            missing_partials(flat, flat + pattern[..., None], spec), -lack, atol=1e-5
        )


def test_jumps_in_time_are_no_partials_and_quiet_bands_have_no_say():
    spec = DEFAULT_SPEC
    flat = np.zeros((spec.n_mels, spec.n_frames), np.float32)
    jumps = np.where(np.arange(spec.n_frames) % 2, 0.3, -0.3).astype(np.float32)
    lack = missing_partials((flat + jumps)[None], flat[None], spec)
    assert abs(lack).max() < 1e-6
    # A rough floor far below a loud band.
    loud = flat.copy()
    loud[100] = np.log(10) / 20 * (QUIET_DB + 30)
    rough = loud.copy()
    rough[300:] += np.random.default_rng(0).standard_normal((212, 1)) * 0.5
    np.testing.assert_array_equal(standing(rough), standing(loud))
    # The loudest frames decide.
    two = np.stack([np.full(4, 0.0), np.full(4, -5.0)], axis=1)
    two[2] = (1.0, 9.0 - 14.0)
    assert standing(two)[2] - standing(two)[0] == pytest.approx(1, abs=1e-3)


def test_heights_follow_the_code_between_groups_and_are_never_negative():
    spec = DEFAULT_SPEC
    scales, groups = partial_groups(spec)
    weights = np.zeros((2, DIM + 1, scales, groups), np.float32)
    weights[1, 0, 1, 2] = 1.0  # more of the first number of a code, more of it here
    partials = Partials(spec, weights.reshape(2, DIM + 1, -1))
    code = codes(1)[0]
    assert not partials.pattern(code, 0).any()
    code[0] = -1.0
    assert not partials.pattern(code, 1).any()
    code[0] = 4.0
    pattern = partials.pattern(code, 1)
    middles = np.arange(groups) * GROUP + GROUP // 2
    assert np.abs(pattern[middles[2] - 8 : middles[2] + 8]).max() > 0.5
    outside = np.ones(spec.n_mels, bool)
    outside[middles[1] : middles[3]] = False
    assert not pattern[outside].any()


def test_a_pattern_is_what_the_format_says():
    """Written from docs/bundle-format.md alone, in double precision."""
    spec, dim = DEFAULT_SPEC, 8
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((2, dim + 1, 5 * 8)).astype(np.float32)
    code = rng.standard_normal(dim).astype(np.float32)
    edges = [round(spec.n_mels / width) for width in (11.4, 8, 5.7, 4, 2.85, 2)]
    random = np.random.RandomState(20261125)
    total = edges[-1] - edges[0]
    directions = random.standard_normal((dim, total)) / 6
    phases = 2 * np.pi * random.random_sample((total,))
    v = (code @ weights[1, :-1] + weights[1, -1]).reshape(5, 8).clip(0)
    bands = np.arange(spec.n_mels) + 0.5
    want = np.zeros(spec.n_mels)
    for i in range(5):
        height = np.interp(bands, np.arange(8) * 64 + 32, np.sqrt(v[i]))
        wave = sum(
            np.cos(np.pi * k * bands / spec.n_mels)
            * np.cos(code @ directions[:, k - edges[0]] + phases[k - edges[0]])
            for k in range(edges[i], edges[i + 1])
        )
        want += height * 2 / np.sqrt(edges[i + 1] - edges[i]) * wave
    assert np.abs(want).max() > 1
    np.testing.assert_allclose(Partials(spec, weights).pattern(code, 1), want, atol=1e-4)
