"""CDPAM: its laws, and the order of sounds of known damage."""

import pickletools
import sys
from functools import cache

import numpy as np
import pytest
import torch
from tests.support.degrade import SR, needs_open_drums, real_sounds, smeared, with_noise
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import AudioError, MissingExtraError
from neural_drum_machine.evaluation.judges import cdpam as perceptual
from neural_drum_machine.evaluation.judges.cdpam import Cdpam

N_SHORT = round(0.06 * SR)


@pytest.fixture(scope="module")
def measure():
    """The network, or the reason why there is none."""
    if reason := perceptual.unavailable():
        pytest.skip(reason)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # on a busy machine threads wait for each other
    yield Cdpam()
    torch.set_num_threads(threads)


@pytest.fixture
def unloaded(monkeypatch):
    """Nothing is loaded before and nothing kept after."""
    monkeypatch.setattr(perceptual, "_loaded", cache(perceptual._loaded.__wrapped__))


@pytest.mark.parametrize("length", [1, 49, 50, 51, 233])
def test_convolution_by_spectra_is_the_convolution(length):
    layer = torch.nn.Conv1d(3, 5, 15, padding=7)
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 3, length))).float()
    with torch.inference_mode():
        np.testing.assert_allclose(perceptual._by_fourier(layer)(x), layer(x), atol=1e-5)


def test_wide_integers_are_rewritten_and_all_else_is_kept():
    plain = b"\x80\x02K\x07."
    data = b"\x80\x02]q\x00(K\x01I-139832181927520\nI5\nK\x02e." + 4 * plain + b"tensors I7\n."
    new = perceptual._without_wide_ints(data)
    assert new.endswith(4 * plain + b"tensors I7\n.")
    opcodes = [(opcode.name, value) for opcode, value, _ in pickletools.genops(new)]
    assert ("INT", 5) not in opcodes
    numbers = [value for name, value in opcodes if name in {"BININT1", "LONG1"}]
    assert numbers == [1, -139832181927520, 5, 2]


def test_absent_package_is_a_reason(monkeypatch, unloaded):
    def absent(*_):
        raise MissingExtraError("this needs cdpam: pip install --no-deps cdpam==0.0.6")

    monkeypatch.setattr(perceptual, "installed_file", absent)
    assert perceptual.unavailable() == "this needs cdpam: pip install --no-deps cdpam==0.0.6"
    with pytest.raises(MissingExtraError, match="pip install --no-deps cdpam"):
        Cdpam().distance(tone(100, 0.1), tone(100, 0.1), SR)


def test_broken_package_is_a_reason(monkeypatch, unloaded):
    def broken(*_):
        raise RuntimeError("size mismatch")

    monkeypatch.setattr(perceptual, "_load", broken)
    expected = "cdpam is installed but does not load (RuntimeError: size mismatch)"
    assert perceptual.unavailable() == expected


def test_pair_is_cut_after_the_longer_sound_and_scaled_to_16_bits():
    x = np.append(tone(100, 0.1, decay=0), np.zeros(5000, np.float32))
    y = np.append(tone(100, 0.2, decay=0), 1e-4 * np.ones(9000, np.float32))
    pair = perceptual._prepared(x, y, SR)
    assert pair.shape == (2, round(0.2 * SR) + round(0.05 * SR))
    assert pair.max() == 32768
    assert (pair == np.round(pair)).all()
    assert perceptual._prepared(x, y, 2 * SR).shape[1] == pytest.approx(0.15 * SR, abs=40)
    assert perceptual._prepared([], np.zeros(9), SR).shape == (2, round(0.05 * SR))


def test_sounds_that_cannot_be_compared():
    with pytest.raises(AudioError, match=r"only finite mono sounds.*got shape \(2, 5\)"):
        perceptual._prepared(np.zeros((2, 5)), np.zeros(5), SR)
    with pytest.raises(AudioError, match="only finite mono sounds"):
        perceptual._prepared(np.zeros(5), [np.inf], SR)


def check_order(measure, x, other):
    far = {
        name: measure.distance(x, y, SR)
        for name, y in {
            "itself": x,
            "little noise": with_noise(x, -60),
            "noise": with_noise(x, -45),
            "much noise": with_noise(x, -25),
            "smear": smeared(x, 0.01),
            "other": other,
        }.items()
    }
    assert far["itself"] == 0
    assert 0 < far["little noise"] < far["noise"] < far["much noise"], far
    assert 0 < far["little noise"] < far["smear"], far
    assert far["other"] > far["little noise"], far


@pytest.mark.slow
def test_order_of_damaged_synthesised_sounds(measure):
    check_order(measure, tone(120, 0.06), noise(0.06, decay=60))
    assert "cdpam" not in sys.modules


def test_distance_is_symmetric_and_silence_has_one(measure):
    x, y = tone(120, 0.05), noise(0.05)
    assert measure.distance(x, y, SR) == pytest.approx(measure.distance(y, x, SR), rel=1e-5)
    assert measure.distance(x, np.zeros(5), SR) > 0.01
    assert measure.distance(np.zeros(5), np.zeros(9), SR) == 0


@needs_open_drums
@pytest.mark.open_drums
@pytest.mark.slow
def test_order_of_damaged_recordings(measure):
    sounds = real_sounds(1)
    fade = np.linspace(1, 0, N_SHORT)
    kick, snare = (sounds[c][0][:N_SHORT] * fade for c in ("kick", "snare"))
    check_order(measure, kick, snare)
