"""Laws of rates, width and parts, on a synthesised tom: a body, noise with air, a hard onset."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters import INVERTERS
from neural_drum_machine.inverters.full_band import RATES, ended
from neural_drum_machine.inverters.renderer import PARTS, HitRenderer, Rendering
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import Levels, levels_of
from neural_drum_machine.signal.spec import LONG_SPEC

SAMPLES = 2 * LONG_SPEC.n_samples - 234


@pytest.fixture(scope="module")
def levels():
    sound = 0.8 * tone(110, 0.6, FULL_SR, 9) + 0.4 * noise(0.6, FULL_SR, 1, 40)
    return levels_of(make_hit(sound, FULL_SR, LONG_SPEC), LONG_SPEC)


def play(levels, detail=None, take=0, **rendering):
    rendering = Rendering(**{"inverter": "light", **rendering})
    return HitRenderer(LONG_SPEC, None, rendering)(levels, detail, take)


def difference(one, other):
    """The largest difference of two sounds; the shorter one is silent where it has ended."""
    n = max(one.shape[-1], other.shape[-1])
    one, other = (np.pad(each, (0, n - each.shape[-1])) for each in (one, other))
    return np.abs(one - other).max()


@pytest.mark.parametrize("rate", RATES)
def test_a_sound_lasts_as_long_at_every_rate(levels, rate):
    sound = play(levels, sr=rate)
    assert sound.dtype == np.float32
    # The tone is 0.6 s long. What is rendered from its spectrogram rings for half a window.
    assert 0.55 < len(sound) / rate < 0.7
    assert len(sound) / rate == pytest.approx(len(play(levels)) / FULL_SR, abs=0.001)
    # Its loudness is the same, but for what a rate cannot hold.
    energy = np.square(sound).sum() / rate
    assert energy == pytest.approx(np.square(play(levels)).sum() / FULL_SR, rel=0.05)


def test_a_sound_ends_where_it_falls_silent(levels):
    sound = play(levels)
    audible = np.flatnonzero(np.abs(sound) > np.abs(sound).max() * 10 ** (-96 / 20))
    assert audible[-1] < len(sound) - 0.01 * FULL_SR <= audible[-1] + 2
    assert len(sound) < SAMPLES
    assert not sound[audible[-1] + 1 :].any()
    # One that never falls silent is as long as the model's frames, but for the last of its fade.
    endless = Levels(*(np.full_like(part, part.max()) for part in levels.whole()))
    assert SAMPLES - 50 < len(play(endless)) <= SAMPLES
    # Silence stays whole.
    assert ended(np.zeros(SAMPLES, np.float32)).shape == (SAMPLES,)


@pytest.mark.parametrize("rate", RATES)
def test_the_mono_sum_of_a_wide_sound_is_the_mono_sound(levels, rate):
    mono = play(levels, sr=rate)
    for width in (0.4, 1.0):
        wide = play(levels, sr=rate, width=width)
        assert wide.shape == (2, len(mono))
        np.testing.assert_allclose(wide.mean(axis=0), mono, atol=1e-5)
        assert np.abs(wide[0] - wide[1]).max() > 0.05


@pytest.mark.parametrize("part", ["attack", "air", "body"])
def test_each_part_that_is_left_out_changes_the_sound(levels, part):
    whole, without = play(levels), play(levels, without=frozenset([part]))
    assert difference(whole, without) > 0.01 * np.abs(whole).max()


@pytest.mark.parametrize("inverter", [name for name in INVERTERS if name != "mcnn"])
def test_without_everything_there_is_still_a_sound(levels, inverter):
    sound = play(levels, inverter=inverter, without=frozenset(PARTS))
    assert len(sound) <= SAMPLES
    assert 0.1 < np.abs(sound).max() < 4
    assert sound[0] == 0
    assert sound[-1] == 0


def test_a_core_alone_sounds_at_every_rate(levels):
    for rate in RATES:
        sound = play(Levels(levels.mel), sr=rate)
        assert 0.55 < len(sound) / rate < 0.7
        assert np.abs(sound).max() > 0.1


def test_detail_is_heard_and_a_take_has_noise_of_its_own(levels):
    bumps = np.random.default_rng(0).standard_normal(levels.mel.shape).astype(np.float32)
    plain = play(levels)
    assert difference(plain, play(levels, detail=0.5 * bumps)) > 0.01
    np.testing.assert_array_equal(plain, play(levels))
    assert difference(plain, play(levels, take=1)) > 0.001


@pytest.mark.parametrize(
    ("rendering", "message"),
    [
        ({"sr": 96_000}, "no sample rate 96000; there are 22050, 44100, 48000 Hz"),
        ({"sr": 0}, "no sample rate 0"),
        ({"width": 1.1}, "width must lie between 0 and 1, got 1.1"),
        ({"width": -0.1}, "width must lie between 0 and 1"),
        ({"width": float("nan")}, "width must lie between 0 and 1, got nan"),
        ({"width": "wide"}, "width must lie between 0 and 1, got 'wide'"),
        ({"without": frozenset(["reverb"])}, "no part 'reverb'; it has exemplars, attack, air"),
        ({"inverter": "wavenet"}, "no inverter 'wavenet'; there are mcnn, refined"),
    ],
)
def test_what_is_not_offered_is_refused_with_the_offer(levels, rendering, message):
    with pytest.raises(ControlError, match=message):
        play(levels, **rendering)
