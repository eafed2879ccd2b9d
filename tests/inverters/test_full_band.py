"""Laws of the renderer, on a synthesised snare: a body, noise with air, and a hard onset."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import ControlError
from neural_drum_machine.evaluation.measures.ear.air import share_of_air
from neural_drum_machine.evaluation.measures.ear.body import jitter_cents, ripple_db
from neural_drum_machine.evaluation.measures.ear.start import first_sample, largest_step, rise_ms
from neural_drum_machine.inverters.full_band import RATES, at_rate, render_full
from neural_drum_machine.signal.air import air_levels
from neural_drum_machine.signal.fine_attack import fine_attack
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec(n_samples=32_767, pre_roll=128)
START = FULL_PRE_ROLL - 22


def snare(decay=18.0):
    """The hit at 44,100 Hz; a core that holds the half of its spectrum; the factor between them."""
    sound = 0.6 * tone(190, 1.4, FULL_SR, 22) + 0.7 * noise(1.4, FULL_SR, 1, decay)
    full = np.pad(sound, (FULL_PRE_ROLL, 0))
    core = at_rate(full, SPEC.sr)
    gain = 1 / np.abs(core).max()
    padded = np.zeros(SPEC.n_samples, np.float32)
    padded[: len(core)] = gain * core[: SPEC.n_samples]
    return full, padded, float(gain)


@pytest.fixture(scope="module")
def features():
    full, core, gain = snare()
    return mel_spectrogram(core, SPEC), fine_attack(full, gain), air_levels(full, gain, SPEC)


@pytest.fixture(scope="module")
def rendered(features):
    return render_full(*features, SPEC)


def test_it_begins_half_a_millisecond_before_the_onset_at_zero(rendered):
    assert rendered.shape == (2 * SPEC.n_samples - START,)
    assert rendered.dtype == np.float32
    assert rendered[0] == 0
    assert first_sample(rendered) == 0
    assert largest_step(rendered, FULL_SR) < 0.1
    early = np.square(rendered[: FULL_PRE_ROLL - START]).sum()
    assert early < 0.01 * np.square(rendered).sum()


def test_it_rises_as_fast_as_the_recording(features, rendered):
    mel, _, air = features
    real = rise_ms(snare()[0][START:], FULL_SR)
    soft = rise_ms(render_full(mel, None, air, SPEC), FULL_SR)
    assert rise_ms(rendered, FULL_SR) < real + 1 < soft


def test_it_has_the_air_of_the_recording(features, rendered):
    mel, attack, _ = features
    real = share_of_air(snare()[0], FULL_SR)
    assert share_of_air(rendered, FULL_SR) == pytest.approx(real, rel=0.25)
    assert share_of_air(render_full(mel, attack, None, SPEC), FULL_SR) < 0.02 * real


def test_it_has_the_spectrogram_that_was_asked_for(features):
    mel, attack, air = features
    made = render_full(mel, attack, air, SPEC, body=False)
    core = at_rate(np.pad(made, (START, 0)), SPEC.sr)[: SPEC.n_samples]
    again = mel_spectrogram(core, SPEC)
    assert np.linalg.norm(again - mel) < 0.25 * np.linalg.norm(mel)


def test_a_sound_that_does_not_fade_ends_without_a_step():
    full, core, gain = snare(decay=0.5)
    made = render_full(mel_spectrogram(core, SPEC), None, air_levels(full, gain, SPEC), SPEC)
    assert np.abs(made[-9000:-4500]).max() > 0.05
    assert np.abs(made[-441:]).max() < 0.03 * np.abs(made).max()
    assert made[-1] == 0


def test_the_same_seed_gives_the_same_bytes_and_another_other_air(features, rendered):
    np.testing.assert_array_equal(render_full(*features, SPEC, 0), rendered)
    other = render_full(*features, SPEC, 1)
    assert not np.array_equal(other, rendered)
    difference = np.square(np.abs(np.fft.rfft((other - rendered)[4000:])))
    low = np.fft.rfftfreq(len(rendered) - 4000, 1 / FULL_SR) < 9000
    assert difference[low].sum() < 0.01 * difference.sum()


def test_detail_leaves_the_attack_alone(features):
    mel, _, _ = features
    gain = np.full_like(mel, 1.0)
    plain, louder = (
        render_full(mel, None, None, SPEC, detail=each, body=False) for each in (None, gain)
    )
    late = slice(5000, 12_000)
    assert np.linalg.norm(louder[late]) > 2.5 * np.linalg.norm(plain[late])
    early = slice(0, 1000)
    assert np.linalg.norm(louder[early]) < 1.3 * np.linalg.norm(plain[early])


def test_an_808_stays_steady_under_grain():
    t = np.arange(SPEC.n_samples - SPEC.pre_roll) / SPEC.sr
    glide = 2 * np.pi * np.cumsum(48 + 90 * np.exp(-40 * t)) / SPEC.sr
    core = np.pad(np.sin(glide) * np.exp(-3 * t), (SPEC.pre_roll, 0))
    mel = mel_spectrogram(core, SPEC)
    jumps = 0.5 * np.random.default_rng(0).standard_normal(mel.shape).astype(np.float32)
    steady = render_full(mel, None, None, SPEC, detail=jumps)
    grainy = render_full(mel * np.exp(jumps), None, None, SPEC, body=False)
    assert jitter_cents(steady, FULL_SR) < 30 < 60 < jitter_cents(grainy, FULL_SR)
    assert ripple_db(steady, FULL_SR) < 1 < ripple_db(grainy, FULL_SR)


def test_silence_is_silent():
    mel = np.zeros((SPEC.n_mels, SPEC.n_frames), np.float32)
    assert not render_full(mel, None, None, SPEC).any()


@pytest.mark.parametrize("frames", [1, 3, 128])
@pytest.mark.parametrize("level", [1e-20, 1.0, 1e6])
def test_any_finite_features_give_finite_samples(frames, level):
    random = np.random.default_rng(frames)
    mel = np.zeros((SPEC.n_mels, SPEC.n_frames), np.float32)
    mel[:, :frames] = level * random.random((SPEC.n_mels, frames))
    attack = random.uniform(-20, 5, (5, 40)).astype(np.float32)
    air = random.uniform(-20, 2, (8, SPEC.n_frames)).astype(np.float32)
    assert np.isfinite(render_full(mel, attack, air, SPEC)).all()


@pytest.mark.parametrize("sr", RATES)
def test_every_rate_has_the_length_and_the_level(rendered, sr):
    other = at_rate(rendered, sr)
    assert len(other) == pytest.approx(len(rendered) * sr / FULL_SR, abs=1)
    stereo = at_rate(np.stack([rendered, rendered]), sr)
    np.testing.assert_allclose(stereo[1], other, atol=1e-6)


def test_a_rate_that_is_not_offered():
    with pytest.raises(ControlError, match="no sample rate 96000; there are 22050, 44100, 48000"):
        at_rate(np.zeros(100, np.float32), 96_000)
