"""Laws that every inverter keeps."""

import itertools
import json

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters import INVERTERS, make_inverter
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.inverters.magnitude import inverse_filterbank
from neural_drum_machine.inverters.mcnn import SPREAD
from neural_drum_machine.machine import load
from neural_drum_machine.signal.mel import mel_filterbank, mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC

HOP = SMALL_SPEC.hop_length


@pytest.fixture(scope="module", params=INVERTERS)
def invert(request, small_machine):
    return make_inverter(request.param, small_machine.networks, small_machine.spec)


def drum(n=4095):
    x = 0.7 * tone(400, n / 22050, decay=40) + 0.3 * noise(n / 22050, decay=60)
    return x[:n].astype(np.float32)


@pytest.mark.parametrize("frames", [1, 2, 17, 64])
def test_every_frame_gives_a_hop(invert, frames):
    mel = mel_spectrogram(drum(), SMALL_SPEC)[:, :frames]
    samples = invert(mel)
    assert samples.shape == (frames * HOP,)
    assert samples.dtype == np.float32


def test_silence_gives_exact_silence(invert):
    assert not invert(np.zeros((64, 64), np.float32)).any()


def test_the_same_mel_gives_the_same_samples(invert):
    mel = mel_spectrogram(drum(), SMALL_SPEC)
    np.testing.assert_array_equal(invert(mel), invert(mel.copy()))


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    level=st.sampled_from([0.0, 1e-30, 1e-6, 1.0, 1e4, 1e12]),
    frames=st.integers(1, 20),
    share=st.sampled_from([0.01, 0.5, 1.0]),
)
def test_any_finite_mel_gives_finite_samples(invert, seed, level, frames, share):
    rng = np.random.default_rng(seed)
    mel = level * rng.random((64, frames)) * (rng.random((64, frames)) < share)
    samples = invert(mel.astype(np.float32))
    assert np.isfinite(samples).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["refined", "light", "griffin-lim"])
def test_a_single_band_between_two_bins_is_no_trouble(name):
    invert = make_inverter(name, None, DEFAULT_SPEC)
    empty = 0
    for band in range(0, 180):
        mel = np.zeros((512, 4), np.float32)
        mel[band, :3] = 1
        samples = invert(mel)
        assert np.isfinite(samples).all()
        empty += not samples.any()
    assert empty  # the short transform has no place for some


@pytest.mark.parametrize("name", ["refined", "light", "griffin-lim"])
def test_a_sound_ends_with_the_last_frame_that_is_heard(small_machine, name):
    invert = make_inverter(name, small_machine.networks, SMALL_SPEC)
    mel = mel_spectrogram(drum(), SMALL_SPEC)
    mel[:, 30:] = mel.max() * 10 ** (-75 / 20)  # under the floor of 70 dB
    assert sounding_frames(mel, FLOOR_DB) == 30
    samples = invert(mel)
    assert samples[: 30 * HOP].any()
    assert not samples[30 * HOP :].any()
    mel[3, 50] = mel.max() * 10 ** (-65 / 20)
    assert sounding_frames(mel, FLOOR_DB) == 51
    assert sounding_frames(0 * mel, FLOOR_DB) == 0


def test_mcnn_computes_only_what_sounds(small_machine, monkeypatch):
    networks, seen = small_machine.networks, []
    whole = networks.mcnn
    monkeypatch.setattr(networks, "mcnn", lambda mel: seen.append(mel.shape[1]) or whole(mel))
    invert = make_inverter("mcnn", networks, SMALL_SPEC)
    mel = mel_spectrogram(drum(), SMALL_SPEC)
    mel[:, 30:] = 0
    samples = invert(mel)
    assert seen == [30 + SPREAD]
    # As if everything were computed: no frame is heard further than that.
    waveform, logits = whole(mel)
    expected = np.where(logits > 0, waveform, 0)
    np.testing.assert_allclose(samples, expected, atol=1e-6 * np.abs(expected).max())
    assert not waveform[(30 + SPREAD) * HOP :].any()
    assert waveform[30 * HOP : 31 * HOP].any()  # they are heard after their end


def test_the_inverse_filter_bank_holds_no_numbers_that_are_slow():
    for n_fft in (1024, 2048):
        inverse = np.abs(inverse_filterbank(DEFAULT_SPEC, n_fft))
        assert not ((inverse > 0) & (inverse < np.finfo(np.float32).tiny)).any()
    # What was dropped is nothing: full precision gives the same.
    bank = mel_filterbank(DEFAULT_SPEC).astype(np.float64)
    gram = bank @ bank.T
    gram += 1e-9 * np.trace(gram) / len(gram) * np.eye(len(gram))
    inverse = inverse_filterbank(DEFAULT_SPEC, DEFAULT_SPEC.n_fft)
    np.testing.assert_allclose(
        inverse, np.linalg.solve(gram, bank), rtol=0, atol=1e-6 * inverse.max()
    )


def test_an_unknown_inverter_is_named(small_machine, small_bundle):
    with pytest.raises(ControlError, match="no inverter 'wavenet'; there are mcnn, refined, "):
        make_inverter("wavenet", small_machine.networks, SMALL_SPEC)
    with pytest.raises(ControlError, match="no inverter"):
        load(small_bundle, inverter="wavenet")


def test_a_sound_says_what_inverted_it(small_bundle, tmp_path):
    sounds = {name: load(small_bundle, inverter=name).render("kick", seed=3) for name in INVERTERS}
    assert {name: sound.inverter for name, sound in sounds.items()} == {n: n for n in INVERTERS}
    for one, other in itertools.combinations(sounds.values(), 2):
        n = min(len(one.samples), len(other.samples))
        assert np.abs(one.samples[:n] - other.samples[:n]).max() > 0.01
    sounds["griffin-lim"].write(tmp_path / "kick.wav")
    with soundfile.SoundFile(tmp_path / "kick.wav") as file:
        assert json.loads(file.comment)["inverter"] == "griffin-lim"
