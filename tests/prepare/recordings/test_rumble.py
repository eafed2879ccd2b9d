import numpy as np
import pytest
import soundfile
from tests.support.sounds import tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.rumble import HIGH, without_rumble

SR = 22_050


def pcm(x):
    return np.round(x / np.abs(x).max() * 32767).astype(np.int16)


def level(x, hz):
    """Amplitude in dB of what stands at a frequency, a sine's peak being 0 dB."""
    t = np.arange(len(x)) / SR
    window = np.hanning(len(x))
    return 20 * np.log10(2 * abs((x * window * np.exp(-2j * np.pi * hz * t)).sum()) / window.sum())


@pytest.mark.parametrize(
    ("hz", "db"), [(30, -34.2), (60, -12.4), (80, -6.0), (160, -0.5), (1000, 0.0)]
)
def test_levels(hz, db):
    t = np.arange(SR) / SR
    # The high tone is the louder: the peak's being kept then changes nothing.
    before = 0.1 * np.sin(2 * np.pi * hz * t) + 0.9 * np.sin(2 * np.pi * 5000 * t)
    after = without_rumble(pcm(before), "snap", SR) / 32767
    scale = level(after, 5000) - level(before, 5000)
    assert level(after, hz) - level(before, hz) - scale == pytest.approx(db, abs=0.15)


def test_the_attack_stays_in_place_and_the_peak_the_same():
    t = np.arange(SR // 2) / SR
    noise = np.random.default_rng(3).normal(size=len(t))
    snap = noise * np.exp(-t / 0.01) * (t > 0.008)
    wobble = 2 * np.sin(2 * np.pi * 20 * t + 1.0)
    before = pcm(snap + wobble)
    after = without_rumble(before, "snap", SR).astype(float)
    assert np.abs(after).max() == 32767
    # The sound ends where only the rumble continued.
    assert 4000 < len(after) <= len(before)
    # No click where the wobble was cut off, no ringing before the attack.
    attack = round(0.008 * SR)
    assert np.abs(after[: attack - 2]).max() < 0.05 * 32767
    assert np.abs(after[-200:]).max() < 0.05 * 32767
    cut = slice(attack, attack + 2000)
    assert np.corrcoef(after[cut], snap[cut])[0, 1] > 0.99


def test_a_sound_ends_where_only_rumble_continued_however_short_it_is():
    t = np.arange(SR // 2) / SR
    wobble = 0.01 * np.sin(2 * np.pi * 20 * t)
    for decay, shortest, longest in ((0.02, 0.1, 0.2), (0.002, 0.005, 0.02)):
        burst = np.sin(2 * np.pi * 3000 * t) * np.exp(-t / decay)
        seconds = len(without_rumble(pcm(burst + wobble), "closed_hihat", SR)) / SR
        assert shortest - 1e-3 < seconds < longest + 1e-3


@pytest.mark.parametrize("category", sorted(set(CATEGORIES) - HIGH))
def test_low_drums_are_unchanged(category):
    sound = pcm(tone(50.0, 0.3))
    assert without_rumble(sound, category, SR) is sound


def test_a_sound_of_rumble_alone_is_not_amplified_to_noise():
    t = np.arange(SR // 4) / SR
    sound = pcm(np.sin(2 * np.pi * 20 * t) + 1e-3 * np.sin(2 * np.pi * 3000 * t))
    assert without_rumble(sound, "clap", SR) is sound


def test_a_dataset_has_snaps_without_rumble_and_kicks_with_it(tmp_path):
    rng = np.random.default_rng(5)
    t = np.arange(SR // 2) / SR
    for kit in "abcde":
        (tmp_path / "in" / kit).mkdir(parents=True)
        for name in ("snap", "kick"):
            burst = rng.normal(size=len(t)) * np.exp(-t / 0.02)
            wobble = np.sin(2 * np.pi * rng.uniform(15, 25) * t)
            soundfile.write(tmp_path / "in" / kit / f"{name}.wav", 0.2 * (burst + wobble), SR)
    data = prepare([tmp_path / "in"], tmp_path / "out", workers=1)
    low = {"snap": [], "kick": []}
    for i, entry in enumerate(data.entries):
        power = np.abs(np.fft.rfft(data.wave(i))) ** 2
        f = np.fft.rfftfreq(len(data.wave(i)), 1 / SR)
        low[entry.category].append(10 * np.log10(power[f < 40].sum() / power.sum()))
    assert len(low["snap"]) >= 4
    assert len(low["kick"]) >= 4
    # The wobble was 14 dB over the burst.
    assert max(low["snap"]) < -12
    assert min(low["kick"]) > -1
