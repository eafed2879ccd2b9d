"""The sound of a region: pitch, level, envelopes, loop and filter."""

from pathlib import Path

import numpy as np
import pytest
from tests.support.soundfont import SR, Gens, ZoneSpec, bank, level, pitch, sine, span

from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.soundfont.generators import Gen


@pytest.fixture
def play(tmp_path: Path):
    """Renders one key of a bank's first kit in its loudest layer."""

    def render(data: bytes, key: int = 60, seconds: float = 1.0, layer: int = -1) -> np.ndarray:
        path = tmp_path / "bank.sf2"
        path.write_bytes(data)
        font = SoundFont.open(path)
        hit = [hit for hit in font.drum_hits([key]) if hit.program == 0][layer]
        samples, sr = font.render(hit, seconds=seconds)
        assert sr == SR
        assert samples.dtype == np.float32
        return samples

    return render


@pytest.mark.parametrize(
    ("gens", "key", "options", "cents"),
    [
        ({}, 60, {}, 0),
        ({}, 72, {}, 1200),
        ({}, 55, {}, -500),
        ({}, 60, {"root": 48}, 1200),
        ({}, 60, {"root": 255}, 0),
        ({}, 60, {"correction": -30}, -30),
        ({Gen.ROOT_KEY: 50}, 60, {}, 1000),
        ({Gen.SCALE_TUNING: 0}, 80, {}, 0),
        ({Gen.SCALE_TUNING: 50}, 64, {}, 200),
        ({Gen.COARSE_TUNE: -3, Gen.FINE_TUNE: 25}, 60, {}, -275),
        ({Gen.MOD_ENV_PITCH: 700}, 60, {}, 700),
        ({Gen.KEY: 67}, 40, {}, 700),
    ],
)
def test_the_pitch_follows_key_root_and_tuning(play, gens, key, options, cents) -> None:
    x = play(bank([[(gens, 0)]], **options), key)
    assert 1200 * np.log2(pitch(x[1000:-1000]) / 441) == pytest.approx(cents, abs=0.7)


def test_pitch_follows_the_modulation_envelope(play) -> None:
    decay = {Gen.MOD_ENV_PITCH: 1200, Gen.MOD_DECAY: -1200, Gen.MOD_SUSTAIN: 1000}
    x = play(bank([[(decay, 0)]], samples=[sine(441, 3)]), seconds=2)
    assert pitch(x[SR:]) == pytest.approx(441, rel=1e-3)
    # Half the decay of 0.5 s: half an octave.
    assert pitch(x[SR // 4 - 2000 : SR // 4 + 2000]) == pytest.approx(441 * 2**0.5, rel=0.01)


def test_a_pair_is_the_mean_of_left_and_right(play) -> None:
    pair: list[ZoneSpec] = [({Gen.PAN: -500, Gen.VOL_ATTACK: -32768}, 0)]
    pair += [({Gen.PAN: 500, Gen.VOL_ATTACK: -32768}, 1)]
    left, right = sine(300), sine(700, level=0.3)
    x = play(bank([pair], samples=[left, right]))
    np.testing.assert_allclose(x, (left + right) / 2, atol=1e-4)


def test_attenuations_of_preset_and_instrument_add_up(play) -> None:
    plain = level(play(bank([[({}, 0)]])))
    # Instrument and preset add up; their global zones apply, local zones replace.
    instrument: list[ZoneSpec] = [({Gen.ATTENUATION: 70, Gen.PAN: 0}, None), ({}, 0)]
    local: list[ZoneSpec] = [({Gen.ATTENUATION: 70}, None), ({Gen.ATTENUATION: 20}, 0)]
    preset: list[list[ZoneSpec]] = [[({Gen.ATTENUATION: 30}, None), ({}, 0)]]
    assert plain - level(play(bank([instrument]))) == pytest.approx(7, abs=0.01)
    assert plain - level(play(bank([local]))) == pytest.approx(2, abs=0.01)
    assert plain - level(play(bank([instrument], preset))) == pytest.approx(10, abs=0.01)
    # A preset cannot replace the root key, and the amplitude does not go over 0 dB.
    ignored: list[list[ZoneSpec]] = [[({Gen.ROOT_KEY: 30, Gen.ATTENUATION: -300}, 0)]]
    x = play(bank([[({}, 0)]], ignored))
    assert level(x) == pytest.approx(plain, abs=0.01)
    assert pitch(x) == pytest.approx(441, abs=0.2)


@pytest.mark.parametrize(
    ("mods", "loss"),
    [
        ((), 40 * np.log10(127 / 64)),  # 8.4.1
        (((0x0502, Gen.ATTENUATION, 480, 0, 0),), 20 * np.log10(127 / 64)),
        (((0x0002, Gen.ATTENUATION, 128, 0, 0),), 6.4 + 40 * np.log10(127 / 64)),
        (((0x0000, Gen.ATTENUATION, 50, 0, 0),), 5 + 40 * np.log10(127 / 64)),
        (((0x0087, Gen.ATTENUATION, 50, 0, 0),), 5 * 127 / 128 + 40 * np.log10(127 / 64)),
        (((0x020E, Gen.ATTENUATION, 500, 0, 0),), 40 * np.log10(127 / 64)),
    ],
)
def test_velocity_attenuates(play, mods, loss) -> None:
    zone = {Gen.FILTER_FC: 13500}
    off = (0x0102, Gen.FILTER_FC, 0, 0x0D02, 0)
    quiet = play(bank([[({**zone, Gen.VELOCITY: 64}, 0)]], mods=(off, *mods)))
    loud = play(bank([[(zone, 0)]], mods=(off,)))
    assert level(loud) - level(quiet) == pytest.approx(loss, abs=0.05)


def test_the_volume_envelope_has_its_times_and_levels(play) -> None:
    tone = [sine(441, 3)]
    decay = {Gen.VOL_DECAY: 1200, Gen.VOL_SUSTAIN: 400}
    x = play(bank([[(decay, 0)]], samples=tone), seconds=2)
    # 100 dB in 2 s, down to 40 dB under the peak.
    steps = [level(x[a : a + 4410]) for a in (4410, 22050, 66150, 83790)]
    assert steps[0] - steps[1] == pytest.approx(50 * 0.4, abs=0.1)
    assert steps[2] == pytest.approx(steps[3], abs=0.05)
    assert level(play(bank([[({}, 0)]], samples=tone))) - steps[3] == pytest.approx(40, abs=0.1)
    # A silent end is cut; higher keys decay faster: one octave, 12 · 100 timecents, half.
    cut = {Gen.VOL_DECAY: 0, Gen.VOL_SUSTAIN: 1000, Gen.KEY_VOL_DECAY: 100, Gen.SCALE_TUNING: 0}
    assert len(play(bank([[(cut, 0)]], samples=tone), seconds=2)) == pytest.approx(SR, abs=200)
    half = play(bank([[(cut, 0)]], samples=tone), key=72, seconds=2)
    assert len(half) == pytest.approx(SR / 2, abs=200)
    late = {Gen.VOL_DELAY: -2400, Gen.VOL_ATTACK: -1200}
    x = play(bank([[(late, 0)]], samples=tone), seconds=2)
    assert not x[: SR // 4].any()
    # Half way up the attack of 0.5 s.
    middle = np.abs(x[SR // 2 - 50 : SR // 2 + 50]).max() / np.abs(x[-SR // 2 :]).max()
    assert middle == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("vorbis", [False, True])
def test_a_loop_lasts_while_the_key_is_down(play, vorbis) -> None:
    short = [sine(441, 0.1)]
    options = {"samples": short, "loop": (1000, 4000), "vorbis": vorbis}
    x = play(bank([[({Gen.SAMPLE_MODES: 1}, 0)]], **options))
    assert len(x) == SR
    assert level(x[-4410:]) == pytest.approx(level(x[4410:8820]), abs=0.1)
    assert pitch(x[4410:]) == pytest.approx(441, abs=0.3)
    assert len(play(bank([[({}, 0)]], **options))) == 4410
    # Offsets move the borders (8.1.2, 0 to 3), and a loop outside the sample is none.
    moved = {Gen.SAMPLE_MODES: 3, Gen.LOOP_END: 1000}
    assert len(play(bank([[(moved, 0)]], **options))) == 4410
    assert len(play(bank([[({Gen.START: 1000, Gen.END: -410}, 0)]], **options))) == 3000


def test_the_filter_has_its_cutoff_slope_and_resonance(play) -> None:
    click = np.zeros(SR)
    click[100] = 0.9  # after the attack
    fc = 7902 + 19  # 785 Hz: velocity 127 takes 2400/128 cents

    def response(gens: Gens) -> tuple[float, float, float]:
        x = play(bank([[(gens, 0)]], samples=[click]))
        spectrum = 20 * np.log10(np.abs(np.fft.rfft(x, SR)) + 1e-12)
        return tuple(float(spectrum[hertz]) for hertz in (5, 785, 7850))  # type: ignore[return-value]

    low, corner, high = response({Gen.FILTER_FC: fc})
    assert low - corner == pytest.approx(3, abs=0.1)
    assert low - high == pytest.approx(40, abs=4)
    resonant = response({Gen.FILTER_FC: fc, Gen.FILTER_Q: 200})
    # 20 dB over Butterworth's corner, half of it taken from the level at 0 Hz (9.1.3).
    assert resonant[1] - corner == pytest.approx(10, abs=0.1)
    assert low - resonant[0] == pytest.approx(10, abs=0.1)
    open_ = response({Gen.FILTER_FC: fc, Gen.MOD_ENV_FC: 12000})
    assert open_[0] - open_[2] == pytest.approx(0, abs=0.5)
    # The default of −2400 cents over the velocities: 63/128 of it at velocity 65.
    soft = response({Gen.VELOCITY: 65, Gen.FILTER_FC: fc + 1181 - 19})
    assert soft[0] - soft[1] == pytest.approx(3, abs=0.1)


def test_vorbis_samples_decode(tmp_path) -> None:
    path = tmp_path / "bank.sf3"
    data = [sine(300), sine(700)]
    zones = [({Gen.KEY_RANGE: span(60 + i, 60 + i), Gen.ROOT_KEY: 60 + i}, i) for i in range(2)]
    path.write_bytes(bank([zones], samples=data, vorbis=True))  # type: ignore[list-item]
    font = SoundFont.open(path)
    for hit, x in zip(font.drum_hits(), data, strict=True):
        got, sr = font.render(hit)
        assert (len(got), sr) == (SR, SR)
        # −3 dB: a sound in the centre; the first 1 ms is the attack.
        np.testing.assert_allclose(got[100:], x[100:] * 0.5**0.5, atol=0.02)


def test_the_sample_rate_is_that_of_the_samples(tmp_path) -> None:
    path = tmp_path / "low.sf2"
    path.write_bytes(bank([[({}, 0)]], samples=[sine(441, sr=22050)], sr=22050))
    font = SoundFont.open(path)
    x, sr = font.render(font.drum_hits([60])[0])
    assert (sr, len(x)) == (22050, 22050)
