"""Known values of synthesised sounds, then the order of real and damaged sounds."""

import numpy as np
import pytest
from tests.support.degrade import (
    SR,
    N,
    needs_open_drums,
    real_sounds,
    smeared,
    synthesised_sounds,
    with_noise,
)
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.descriptors import (
    DESCRIPTORS,
    attack_time,
    body_pitch,
    decay_time,
    describe,
    noisiness,
    spectral_centroid,
)


def sine(frequency):
    return np.sin(2 * np.pi * frequency * np.arange(N) / SR)


@pytest.mark.parametrize("frequency", [100.0, 1000.0, 8000.0])
def test_centroid_of_a_tone_is_its_frequency(frequency):
    assert spectral_centroid(sine(frequency)) == pytest.approx(frequency, rel=0.01)


def test_centroid_of_white_noise_is_half_the_band_and_of_silence_zero():
    assert spectral_centroid(noise(1.0, decay=0)) == pytest.approx(SR / 4, rel=0.03)
    assert spectral_centroid(np.zeros(100)) == 0.0


@pytest.mark.parametrize("decay", [10.0, 40.0])
def test_decay_of_an_exponential(decay):
    # Energy exp(-2 d t) has 1 % left at t = ln(100) / (2 d).
    x = np.concatenate([np.zeros(2000), noise(1.0, decay=decay)])
    assert decay_time(x) == pytest.approx(np.log(100) / (2 * decay), rel=0.15)
    assert decay_time(np.zeros(100)) == 0.0


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("sound", [sine(500), sine(60), noise(1.0, decay=0)[:N]])
def test_attack_of_a_linear_ramp_is_four_fifths_of_it(sound, seconds):
    t = np.arange(N) / SR
    x = sound * np.minimum(1, t / seconds) * np.exp(-20 * np.maximum(0, t - seconds))
    assert attack_time(x) == pytest.approx(0.8 * seconds, rel=0.2)
    # Neither the level nor silence in front has an effect.
    assert attack_time(0.01 * x) == pytest.approx(attack_time(x))
    assert attack_time(np.pad(x, (3000, 0))) == pytest.approx(attack_time(x), abs=1e-3)


@pytest.mark.parametrize(
    "sound", [tone(50, 0.5), tone(1000, 0.5), noise(0.5), np.eye(1, N, 0)[0], np.eye(1, N, 900)[0]]
)
def test_an_immediate_attack_is_short(sound):
    assert 0.002 < attack_time(sound) < 0.006


@pytest.mark.parametrize("frequency", [40.0, 62.5, 200.0, 333.3, 1500.0])
@pytest.mark.parametrize("decay", [4.0, 15.0])
def test_pitch_of_a_decaying_tone(frequency, decay):
    t = np.arange(N) / SR
    for phase in (0, np.pi / 2):
        x = np.sin(2 * np.pi * frequency * t + phase) * np.exp(-decay * t)
        # The pitch of a tone that lasts two periods is less certain than 1 %.
        assert body_pitch(x) == pytest.approx(frequency, rel=0.01, abs=1)
        assert body_pitch(0.01 * x) == pytest.approx(body_pitch(x))


def test_pitch_is_the_loudest_partials_and_not_the_attacks():
    t = np.arange(N) / SR
    body = np.exp(-8 * t) * (np.sin(2 * np.pi * 150 * t) + 0.5 * np.sin(2 * np.pi * 239 * t))
    assert body_pitch(body) == pytest.approx(150, rel=0.01)
    click = 3 * np.exp(-800 * t) * np.sin(2 * np.pi * 1300 * t)
    assert body_pitch(body + click) == pytest.approx(150, rel=0.01)
    for level in (-40, -20, -6):
        assert body_pitch(with_noise(body, level)) == pytest.approx(150, rel=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_noise_has_no_pitch(seed):
    assert np.isnan(body_pitch(noise(0.9, seed=seed, decay=9)))
    assert np.isnan(body_pitch(np.diff(noise(0.9, seed=seed, decay=30))))


def test_rumble_and_very_short_sounds_have_no_pitch():
    assert np.isnan(body_pitch(sine(15)))
    assert np.isnan(body_pitch(sine(5000)))
    assert np.isnan(body_pitch(tone(200, 0.005)))
    assert np.isnan(body_pitch(np.ones(3)))


def test_noisiness_runs_from_a_sine_to_white_noise_whatever_the_colour():
    assert noisiness(sine(1000)) < 0.01
    assert noisiness(tone(60, 0.9, decay=12)) < 0.1
    assert noisiness(noise(0.9, decay=0)) == pytest.approx(1, abs=0.03)
    assert noisiness(noise(0.9, decay=20)) == pytest.approx(1, abs=0.03)
    red = np.cumsum(noise(0.9, decay=0).astype(float))
    blue = np.diff(noise(0.9, decay=0))
    assert noisiness(red - np.convolve(red, np.ones(200) / 200, mode="same")) > 0.6
    assert noisiness(blue) > 0.9
    mixtures = [noisiness(with_noise(sine(1000), level)) for level in (-60, -40, -20, -10, 0, 20)]
    assert mixtures == sorted(mixtures)
    assert noisiness(0.01 * noise(0.9)) == pytest.approx(noisiness(noise(0.9)))


def test_the_list_describes_a_sound_and_silence_without_a_warning():
    values = describe(synthesised_sounds()["tom"])
    assert list(values) == [d.name for d in DESCRIPTORS]
    assert np.isfinite(list(values.values())).all()
    silence = describe(np.zeros(N))
    assert np.isnan(silence.pop("pitch"))
    assert set(silence.values()) == {0.0}


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda d: d.name)
def test_the_words_point_the_right_way(descriptor):
    t = np.arange(N) / SR
    soft = np.minimum(1, t / 0.04)
    more = {
        "darker": (tone(200, 0.9), tone(2000, 0.9), "brighter"),
        "shorter": (tone(200, 0.9, decay=30), tone(200, 0.9, decay=8), "longer"),
        "sharper": (noise(0.9, decay=8), noise(0.9, decay=8) * soft[: round(0.9 * SR)], "softer"),
        "lower": (tone(60, 0.9, decay=8), tone(180, 0.9, decay=8), "higher"),
        "purer": (tone(200, 0.9), noise(0.9), "noisier"),
    }
    less, greater, word = more[descriptor.low_word]
    assert descriptor.function(less, SR) < descriptor.function(greater, SR)
    assert descriptor.high_word == word
    # The same samples at another rate: times shrink and frequencies grow.
    if descriptor.unit:
        ratio = descriptor.function(greater, 2 * SR) / descriptor.function(greater, SR)
        assert ratio == pytest.approx({"Hz": 2, "s": 0.5}[descriptor.unit], rel=0.1)


def check_order_under_damage(sounds):
    """Noise makes sounds noisier and brighter, a smear softer; a pitch withstands soft noise."""
    for function in (noisiness, spectral_centroid):
        means = [np.mean([function(x) for x in sounds])]
        for level in (-40, -20, 0):
            means.append(np.mean([function(with_noise(x, level)) for x in sounds]))
        assert means == sorted(means), function
    assert np.median([attack_time(smeared(x)) / attack_time(x) for x in sounds]) > 1.5
    pitches = [(body_pitch(x), body_pitch(with_noise(x, -40))) for x in sounds]
    same = [abs(b / a - 1) < 0.02 for a, b in pitches if np.isfinite(a)]
    assert np.mean(same) > 0.9


def test_order_under_damage_of_synthesised_sounds():
    check_order_under_damage(list(synthesised_sounds().values()))


@pytest.mark.open_drums
@needs_open_drums
def test_descriptors_of_recordings_fit_their_categories():
    sounds = real_sounds(16)
    check_order_under_damage([mine[0] for mine in sounds.values()])
    values = {c: [describe(x) for x in mine] for c, mine in sounds.items()}

    def median(name, category):
        return np.nanmedian([v[name] for v in values[category]])

    for dark in ("kick", "tom", "conga", "bongo"):
        for bright in ("closed_hihat", "open_hihat", "shaker", "tambourine", "clap"):
            assert 3 * median("centroid", dark) < median("centroid", bright)
            assert 1.5 * median("noisiness", dark) < median("noisiness", bright)
        assert np.mean([np.isfinite(v["pitch"]) for v in values[dark]]) > 0.7
    # One in four open hi-hats has a pitch: the hats of drum machines are a few square waves.
    for toneless in ("clap", "shaker", "tambourine", "open_hihat"):
        assert np.mean([np.isnan(v["pitch"]) for v in values[toneless]]) > 0.7
    assert median("decay", "open_hihat") > 2 * median("decay", "closed_hihat")
    assert median("attack", "shaker") > 3 * median("attack", "conga")
    assert median("pitch", "kick") < median("pitch", "tom") < median("pitch", "conga")
