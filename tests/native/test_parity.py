"""The engine plays what the reference plays.

A phase that starts at the peak of a spectrum jumps where two neighbours are equally high. So the
reference itself moves where its levels are rounded differently, and no other order of sums can be
nearer to it than that. These tests hold the levels to rounding, and the sounds to what rounding
does to the reference.
"""

import numpy as np
import pytest
from tests.support.playable import write_playable

from neural_drum_machine.detail.takes import at_full_scale
from neural_drum_machine.errors import EngineError
from neural_drum_machine.inverters.renderer import HitRenderer
from neural_drum_machine.machine import load
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.native.library import KERNELS
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec

ROUNDING = np.float32(3e-7)
"""Half a unit in the last place of a level of 5 nepers."""


@pytest.fixture(scope="module", params=KERNELS[1:])
def kernels(request, playable):
    try:
        NativeEngine.open(playable, request.param)
    except EngineError as error:
        pytest.skip(str(error))
    return request.param


@pytest.fixture(scope="module")
def native(shipped):
    return shipped.with_engine(load(engine="native").engine)


def drawn(machine, seed):
    """A random code of a category, in turn, as the prior spreads them."""
    random = np.random.default_rng(seed)
    index = seed % len(machine.categories)
    spread = np.linalg.cholesky(machine.controls.prior.covariances[index].astype(float))
    code = machine.controls.means[index] + spread @ random.standard_normal(len(spread))
    return index, code.astype(np.float32)


def decibels(first, second):
    """Peak and RMS of the difference of two sounds, relative to full scale."""
    change = np.zeros(max(len(first), len(second)))
    change[: len(first)] = first
    change[: len(second)] -= second
    sizes = np.abs(change).max(), np.sqrt(np.square(change).mean())
    return [20 * np.log10(size + 1e-12) for size in sizes]


def test_levels_agree_to_rounding(shipped, kernels):
    engine = NativeEngine.open(shipped.bundle.path, kernels)
    assert engine.kernels == kernels
    bank = shipped.bundle.bank()
    for seed in range(11):
        index, code = drawn(shipped, seed)
        numbers = [n for kit in bank.kits(shipped.categories[index]) for n in kit][:2]
        both = ((numbers[0], 0.25), (numbers[1], 0.75))
        for exemplars in ((), ((numbers[0], 1.0),), both):
            wanted = shipped.levels(code, (index,), (1.0,), exemplars)
            given = engine.levels(index, code, exemplars)
            # Near silence a level is the logarithm of a small difference.
            for mine, its in zip(given, wanted, strict=True):
                assert np.abs(mine - its).max() < (1e-4 if exemplars else 1e-5)


def rounded(machine, seed, number=0):
    """A sound of the reference, and the same with its levels rounded in another way."""
    index, code = drawn(machine, seed)
    levels = machine.levels(code, (index,))
    random = np.random.default_rng([seed, number])
    moved = Levels(
        *((p + ROUNDING * random.standard_normal(p.shape)).astype(np.float32) for p in levels)
    )
    render = HitRenderer(machine.spec, machine.networks, machine.rendering)
    gain = machine.detail.log_gain(code, (index,), np.ones(1, np.float32), 0)
    return [at_full_scale(render(each, gain, 0)) for each in (levels, moved)]


@pytest.mark.slow
def test_sounds_agree_as_far_as_the_reference_is_determined(shipped, native):
    far, own = [], []
    for seed in range(110):
        index, code = drawn(shipped, seed)
        plain, moved = rounded(shipped, seed)
        given = native.render_code(shipped.categories[index], code).samples
        far.append(decibels(given, plain))
        own.append(decibels(moved, plain))
    (peak, rms), (own_peak, own_rms) = np.transpose(far), np.transpose(own)
    assert np.median(peak) < -84
    assert np.mean(peak < -80) > 0.9
    assert np.mean(rms < -80) > 0.97
    # Hardly farther from the reference than the reference is from itself.
    assert np.median(peak) < np.median(own_peak) + 4
    assert np.mean(peak < -80) > np.mean(own_peak < -80) - 0.1
    assert np.mean(rms < -80) > np.mean(own_rms < -80) - 0.03
    # Where the engine is far off, the reference is as often far off from itself.
    assert np.mean(rms > -70) <= np.mean(own_rms > -70) + 0.04


@pytest.mark.parametrize("sr", [22_050, 44_100, 48_000])
def test_rates_have_as_many_samples(shipped, native, sr):
    rendering = type(shipped.rendering)(sr=sr)
    plain, fast = (machine.with_rendering(rendering) for machine in (shipped, native))
    for seed in (2, 3):
        index, code = drawn(shipped, seed)
        wanted, given = (
            machine.render_code(shipped.categories[index], code) for machine in (plain, fast)
        )
        assert given.sr == sr
        assert len(given.samples) == len(wanted.samples)
        assert decibels(given.samples, wanted.samples)[0] < -80


@pytest.mark.parametrize(
    ("take", "without"),
    [(7, ()), (0, ("attack",)), (0, ("air",)), (0, ("body",)), (3, ("detail", "air"))],
)
def test_takes_and_parts(shipped, native, take, without):
    rendering = type(shipped.rendering)(without=frozenset(without))
    plain, fast = (machine.with_rendering(rendering) for machine in (shipped, native))
    index, code = drawn(shipped, 9)
    wanted, given = (
        machine.render_code(shipped.categories[index], code, take=take) for machine in (plain, fast)
    )
    assert decibels(given.samples, wanted.samples)[1] < -80


@pytest.mark.parametrize(("sr", "take"), [(44_100, 0), (48_000, 5)])
def test_a_width_makes_the_same_two_channels(shipped, native, sr, take):
    rendering = type(shipped.rendering)(sr=sr, width=0.7)
    plain, fast = (machine.with_rendering(rendering) for machine in (shipped, native))
    index, code = drawn(shipped, 2)
    wanted, given = (
        machine.render_code(shipped.categories[index], code, take=take) for machine in (plain, fast)
    )
    assert given.samples.shape == wanted.samples.shape
    for mine, its in zip(given.samples, wanted.samples, strict=True):
        assert decibels(mine, its)[1] < -80


def test_a_sound_between_two_categories(shipped, native):
    _, code = drawn(shipped, 2)
    for t in (0.3, 1.0):
        wanted, given = (
            machine.render_code("snare", code, to="clap", t=t) for machine in (shipped, native)
        )
        assert decibels(given.samples, wanted.samples)[1] < -80
        assert given.recipe() == {**wanted.recipe(), "engine": "native"}


def test_exemplars_and_another_take_of_one(shipped, native):
    code, exemplars = shipped.draw("snare", 4)
    for take in (0, 5):
        wanted, given = (
            machine.render_code("snare", code, exemplars=exemplars, take=take)
            for machine in (shipped, native)
        )
        assert decibels(given.samples, wanted.samples)[1] < -80
        assert given.recordings == wanted.recordings
        assert given.recipe() == {**wanted.recipe(), "engine": "native"}


@pytest.mark.parametrize(
    ("sizes", "channels"),
    [
        ((9000, 1024, 512, 256, 77), [5]),
        ((7001, 4096, 2048, 128, 512), [5, 40]),
        ((5000, 256, 256, 16, 40), [40, 9]),
        ((4095, 512, 64, 32, 33), [5, 40, 9]),
    ],
)
def test_models_of_other_sizes(tmp_path, sizes, channels):
    n_samples, n_fft, win_length, hop_length, n_mels = sizes
    spec = AudioSpec(22_050, n_samples, n_fft, win_length, hop_length, n_mels, pre_roll=128)
    path = write_playable(
        tmp_path / "x.ndm", spec=spec, channels=channels, kernel_size=5, expansion=3, hidden=7
    )
    machine, random = load(path), np.random.default_rng(0)
    fast = machine.with_engine(NativeEngine.open(path))
    for take, exemplars in ((0, ()), (1, ()), (0, ((1, 1.0),))):
        code = random.standard_normal(3)
        wanted, given = (
            each.render_code("kick", code, take=take, exemplars=exemplars).samples
            for each in (machine, fast)
        )
        assert len(wanted) == len(given)
        assert decibels(wanted, given)[1] < -70


def test_kernels_agree_with_each_other(playable, reference, kernels):
    engine, plain = (NativeEngine.open(playable, each) for each in (kernels, "baseline"))
    for seed in range(4):
        index, code = drawn(reference, seed)
        pair = [each.render(index, code, take=seed) for each in (engine, plain)]
        assert decibels(*pair)[1] < -60
