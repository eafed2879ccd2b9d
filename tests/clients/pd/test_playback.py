"""The patch in a real Pd with a real server: its signal, sample for sample."""

import numpy as np
import pytest
import soundfile
import soxr
from tests.clients.pd.conftest import needs_pd
from tests.support.clients.pd import file_samples
from tests.support.sounds import noise, tone

from neural_drum_machine import __version__
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.wishes.velocity import level_db

pytestmark = [needs_pd, pytest.mark.slow]


def assert_same(played, want):
    """The signals are the file from its first to its last sample that is not 0, then silence."""
    first, *_, last = np.flatnonzero(want.any(axis=1))
    want = np.float32(want[first : last + 1])
    np.testing.assert_array_equal(played[: len(want)], want)
    assert not played[len(want) :].any()


def test_the_signal_is_the_file_sample_for_sample(pd, port, small_machine):
    settings = {"category": 2, "p1": 0.5, "p2": -0.25, "p3": 0.125, "range": 2, "take": 3}
    patch = pd(port, audition=0, **settings)
    patch.wait_for("status", f"server {__version__}")
    patch.wait_for("model", "model small")
    patch.wait_for("info", "snare")
    want = file_samples(small_machine.render("snare", (1.0, -0.5, 0.25), take=3))
    assert_same(patch.record(), want)
    # Trimmed: from 20 to 50 ms.
    patch.send("start", 20)
    patch.send("end", 50)
    played = patch.record()
    n = round(0.03 * 44100)
    np.testing.assert_allclose(played[: n - 2], want[882 : 882 + n - 2], atol=1e-6)
    assert np.flatnonzero(played.any(axis=1))[-1] < n + 0.003 * 44100
    assert patch.log.read_text() == ""


def test_a_change_while_playing_reaches_the_sound(pd, port, small_machine):
    patch = pd(port, audition=0)
    patch.wait_for("info", "kick")
    patch.clear()
    patch.send("category", 2)
    patch.wait_for("info", "snare")
    assert_same(patch.record(), file_samples(small_machine.render("snare", (0, 0, 0))))


@pytest.mark.parametrize("rate", [88200, 48000])
def test_the_pitch_is_right_at_any_rate_of_pd(pd, port, small_machine, rate):
    patch = pd(port, rate, audition=0)
    patch.wait_for("info", "kick")
    played = patch.record()[:, 0]
    want = file_samples(small_machine.render("kick", (0, 0, 0)))[:, 0]
    if rate == 88200:  # every second sample is one of the file
        inner = want[np.flatnonzero(want)[0] : -2]
        best = min(np.abs(played[i : i + 2 * len(inner) : 2] - inner).max() for i in (0, 1))
        assert best < 1e-6
    again = soxr.resample(played, rate, 44100)
    spectra = [np.abs(np.fft.rfft(x, 8192)) for x in (again[:4000], want[:4000])]
    peaks = [int(s[10:].argmax()) + 10 for s in spectra]
    assert abs(peaks[0] - peaks[1]) <= 1
    # With Pitch on, an octave up takes half as long.
    patch.send("follow", 1)
    short = patch.record(pitch=72)[:, 0]
    assert len(np.flatnonzero(short)) == pytest.approx(len(np.flatnonzero(played)) / 2, rel=0.05)


def test_random_variation_and_typical(pd, port, small_machine):
    patch = pd(port, audition=0)
    patch.wait_for("info", "kick")
    played = []
    for word in ("random", "variation", "random"):
        patch.clear()
        patch.send(word, "bang")
        patch.wait_for("info", "kick")
        played.append(patch.record())
    for a in range(3):
        for b in range(a):
            n = min(len(played[a]), len(played[b]), 1000)
            assert not np.array_equal(played[a][:n], played[b][:n])
    patch.clear()
    patch.send("typical", "bang")
    patch.wait_for("info", "kick")
    assert_same(patch.record(), file_samples(small_machine.render("kick", (0, 0, 0))))


def test_a_sample_of_the_user_stays_as_it_is(pd, port, small_machine, tmp_path):
    samples = tone(200, 0.15, 44100)
    path = tmp_path / "my clap é.wav"
    soundfile.write(path, samples, 44100, subtype="FLOAT")
    patch = pd(port, audition=0, category=1)
    patch.wait_for("info", "clap")
    patch.clear()
    patch.send("sample", path)
    patch.wait_for("info", "clap")
    played = patch.record()
    anchor = small_machine.anchor(Clip(samples[None], 44100), "clap")
    assert_same(played, file_samples(small_machine.bend(anchor)))
    patch.send("sample", tmp_path / "nothing.wav")
    patch.wait_for("error", "this file could not be read as a sound")


def decibels(velocity, layer):
    """The level of a note that is played by a layer, as a factor."""
    return 10 ** ((level_db(velocity) - level_db(layer)) / 20)


def test_a_soft_note_is_a_soft_stroke_at_its_level(pd, port, small_machine):
    patch = pd(port, audition=0, category=2)
    patch.wait_for("info", "snare")

    def assert_plays(velocity, layer):
        stroke = small_machine.render("snare", (0, 0, 0), velocity=layer)
        want = file_samples(stroke) * np.float32(decibels(velocity, layer))
        first = np.flatnonzero(want.any(axis=1))[0]
        played = patch.record(velocity=velocity)
        n = min(len(played), len(want) - first)
        np.testing.assert_allclose(played[:n], want[first : first + n], atol=2e-6)

    assert_same(patch.record(), file_samples(small_machine.render("snare", (0, 0, 0))))
    patch.until(lambda: patch.record(velocity=32).max() < 0.9 * decibels(32, 127))
    for velocity, layer in ((127, 127), (112, 127), (111, 96), (79, 64), (64, 64), (47, 32)):
        assert_plays(velocity, layer)
    # A new sound plays at once, at the right level.
    patch.clear()
    patch.send("p1", 0.5)
    patch.wait_for("info", "snare")
    loud = file_samples(small_machine.render("snare", (0.5, 0, 0)))
    played = patch.record(velocity=64)
    assert np.abs(played).max() == pytest.approx(np.abs(loud).max() * decibels(64, 127), rel=1e-3)


def test_a_stereo_sample_is_bent_by_the_controls(pd, port, small_machine, tmp_path):
    left = tone(200, 0.15, 44100)
    stereo = np.stack([left, np.float32(0.3) * left + np.float32(0.1) * noise(0.15, 44100)])
    path = tmp_path / "mine.wav"
    soundfile.write(path, stereo.T, 44100, subtype="FLOAT")
    anchor = small_machine.anchor(Clip(stereo, 44100), "snare")
    patch = pd(port, audition=0, category=2, p1=0.75)
    patch.wait_for("info", "snare")

    def assert_after(sound, *messages):
        for message in messages:
            patch.send(*message)
        want = file_samples(sound)
        want = want[np.flatnonzero(want.any(axis=1))[0] :][:4000]

        def is_played():
            played = patch.record()[: len(want)]
            return played.shape == want.shape and np.abs(played - want).max() < 4e-5

        patch.until(is_played)

    assert_after(small_machine.bend(anchor), ("sample", path))
    assert_after(small_machine.bend(anchor, (0, 0.5, 0)), ("p2", 0.5))
    toward = small_machine.bend(anchor, (0, 0.5, 0), to="clap", t=0.25)
    assert_after(toward, ("toward", 1), ("turn", 0.25))
    blended = small_machine.bend(anchor, (0, 0.5, 0), to="clap", t=0.25, blend=0.5)
    assert_after(blended, ("blend", 0.5))
    assert_after(small_machine.bend(anchor), ("p2", 0), ("turn", 0), ("blend", 0))
    # A drawn sound is asked for as before.
    assert_after(small_machine.render("snare", (0, 0, 0)), ("typical", "bang"))
    assert_after(small_machine.render("snare", (0.5, 0, 0)), ("p1", 0.5))
    patch.clear()
    patch.send("turn", 0.5)
    patch.wait_for("error", "Toward Turn and Blend act on a sample")
    assert patch.log.read_text() == ""
