"""Compact forms that the page writes by its own FLAC encoder: Python reads them as its own."""

import base64
import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise

from neural_drum_machine.anchors.compact import MOST_BYTES, RATES, unpacked
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.pcm import from_pcm, to_pcm

SCRIPT = Path(__file__).parents[1] / "support" / "own_form.mjs"
NODE = shutil.which("node")
ABOUT = {"category": "snare", "onset": 7, "name": "é «snare».wav", "code": [0.123456789, -3, 1e-5]}

pytestmark = pytest.mark.skipif(NODE is None, reason="needs Node.js 20.12 or newer")


def forms_of(*sounds):
    """The compact forms of sounds ``(channels, n)``."""
    lines = [
        json.dumps(
            {
                "about": ABOUT,
                "channels": [
                    base64.b64encode(np.ascontiguousarray(side, np.float32).tobytes()).decode()
                    for side in sound
                ],
            }
        )
        for sound in sounds
    ]
    run = subprocess.run(
        [NODE, SCRIPT], input="\n".join(lines), capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return [base64.b64decode(line) for line in run.stdout.splitlines()]


def facts_of(form):
    """Rate and channels of the audio in a form."""
    start = 8 + int.from_bytes(form[6:8], "little")
    info = soundfile.info(io.BytesIO(form[start:]))
    assert (info.format, info.subtype) == ("FLAC", "PCM_16")
    return info.samplerate, info.channels


def decibels(one, other):
    """The power of a difference relative to the first, dB."""
    return 10 * np.log10(np.square(one - other).sum() / np.square(one).sum())


def test_what_fits_with_16_bits_comes_back_sample_for_sample():
    tone = np.sin(np.arange(4500) / 9) * np.exp(-np.arange(4500) / 900)
    rng = np.random.default_rng(3)
    steps = rng.integers(-200, 201, (2, 5000)) * np.array([[1], [16]])
    edges = np.tile([[32767, -32768, -32768, 32767]], (2, 1500))
    same = np.tile(to_pcm(tone)[None], (2, 1))
    sounds = [
        from_pcm(np.asarray(each, np.int16))
        for each in (to_pcm(tone)[None], steps, edges, same, np.ones((1, 300)), np.eye(2, 17))
    ]
    for sound, form in zip(sounds, forms_of(*sounds), strict=True):
        own, category, code = unpacked(form)
        np.testing.assert_array_equal(own.samples, sound)
        assert (own.onset, own.name, category) == (7, ABOUT["name"], "snare")
        np.testing.assert_array_equal(code, np.float32(ABOUT["code"]))
        assert facts_of(form) == (FULL_SR, len(sound))


def test_a_sound_over_full_scale_keeps_its_level():
    sound = 3.7 * noise(1, sr=FULL_SR, decay=50)[None, :9000]
    own, *_ = unpacked(forms_of(sound)[0])
    assert decibels(sound, own.samples) < -60


def test_longer_sounds_fit_and_stay_near():
    """Rounded first, then of a lower rate: each as near as there is room for."""
    t = np.arange(2 * FULL_SR) / FULL_SR
    rng = np.random.default_rng(5)
    sizzle = rng.standard_normal((1, len(t))) * np.exp(-t / 0.15) * 0.2
    wide = rng.standard_normal((2, len(t))) * np.exp(-t / 0.1) * 0.2
    low = 0.9 * np.sin(2 * np.pi * 55 * t) * np.exp(-t / 1.5) + 1e-3 * rng.standard_normal(len(t))
    sounds = [sizzle, wide, np.stack([low, 0.8 * low])]
    for sound, form, most in zip(sounds, forms_of(*sounds), (-25, -12, -25), strict=True):
        assert len(form) <= MOST_BYTES
        own, *_ = unpacked(form)
        assert facts_of(form) == (FULL_SR, len(sound))
        assert own.samples.shape == sound.shape
        assert decibels(sound, own.samples) < most


@pytest.mark.slow
def test_ten_seconds_of_noise_still_fit():
    sound = 0.1 * np.random.default_rng(1).standard_normal((1, 10 * FULL_SR))
    (form,) = forms_of(sound)
    assert len(form) <= MOST_BYTES
    assert facts_of(form)[0] in RATES[1:]
    own, *_ = unpacked(form)
    assert abs(own.samples.shape[1] - 10 * FULL_SR) < 10
