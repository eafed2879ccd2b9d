import numpy as np
from tests.support.sounds import tone

from neural_drum_machine.kits.export.trim import END_DB, trimmed

SR = 44_100


def drum(before: float, after: float = 0.3, level: float = 0.5) -> np.ndarray:
    sound = level * tone(200, 0.3, SR, 20)
    parts = np.zeros(round(before * SR)), sound, np.zeros(round(after * SR))
    return np.concatenate(parts).astype(np.float32)


def test_silence_is_cut_off_and_a_millisecond_stays_before_the_onset():
    take = drum(0.1)
    (out,) = trimmed([take], SR)
    start = round(0.1 * SR)
    lead = int(np.argmax(np.abs(out) > 1e-3)) - int(np.argmax(np.abs(take[start:]) > 1e-3))
    assert 0 <= lead <= round(0.0012 * SR)
    assert len(out) < 0.45 * SR
    # What is heard is the very sound.
    body = slice(lead + 50, lead + 4000)
    np.testing.assert_array_equal(out[body], take[start - lead :][body])


def test_it_ends_where_its_level_stays_far_under_its_loudest():
    decay = 40.0
    take = (0.5 * tone(200, 2.0, SR, decay)).astype(np.float32)
    (out,) = trimmed([take], SR)
    silent = END_DB / (20 * np.log10(np.e)) / decay
    assert abs(len(out) / SR - silent) < 0.02
    assert np.abs(out[-5:]).max() < 1e-6


def test_strokes_of_one_drum_stay_aligned():
    early, late = drum(0.05), drum(0.06, level=0.1)
    first, second = trimmed([early, late], SR)
    lag = np.argmax(np.abs(second) > 0.01) - np.argmax(np.abs(first) > 0.05)
    assert abs(lag / SR - 0.01) < 2e-4


def test_both_channels_are_cut_at_the_same_places_also_where_they_cancel():
    take = drum(0.05)
    (out,) = trimmed([np.stack([take, -take])], SR)
    (mono,) = trimmed([take], SR)
    np.testing.assert_array_equal(out, np.stack([mono, -mono]))


def test_silence_and_sounds_without_silence_stay():
    (silent,) = trimmed([np.zeros(5000, np.float32)], SR)
    assert 0 < len(silent) <= 0.011 * SR
    full = (0.5 * np.sin(np.arange(3000) / 5)).astype(np.float32)
    np.testing.assert_array_equal(trimmed([full], SR)[0], full)
