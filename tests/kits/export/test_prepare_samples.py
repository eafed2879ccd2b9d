from dataclasses import replace

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import OutputError
from neural_drum_machine.kits.export import ExportOptions
from neural_drum_machine.kits.export.mix import pan_gains
from neural_drum_machine.kits.export.prepare_samples import prepared
from neural_drum_machine.kits.rendered import Layer
from neural_drum_machine.signal.loudness import loudness

SR = 44_100
WHOLE = ExportOptions(trim=False, bits="float")
NOTHING = frozenset()


def only_take(kit):
    return kit.voices[0].layers[0].takes[0]


def pitch_of(take: np.ndarray, sr: int) -> float:
    spectrum = np.abs(np.fft.rfft(take * np.hanning(len(take)), 1 << 18))
    return float(np.argmax(spectrum)) * sr / (1 << 18)


@pytest.mark.parametrize("rate", [48_000, 96_000])
def test_another_rate_keeps_pitch_length_and_level(make_kit, make_voice, rate):
    kit = make_kit(make_voice())
    made, _ = prepared(kit, replace(WHOLE, rate=rate))
    take, original = only_take(made), only_take(kit)
    assert made.sr == rate
    assert abs(len(take) / rate - len(original) / SR) < 2 / rate
    assert abs(pitch_of(take, rate) - pitch_of(original, SR)) < 0.5
    powers = np.square(take).sum() / rate, np.square(original).sum() / SR
    assert powers[0] == pytest.approx(powers[1], rel=1e-3)


def test_pitch_is_baked_as_a_tape_that_runs_faster(make_kit, make_voice):
    kit = make_kit(make_voice(pitch=12.0))
    made, _ = prepared(kit, WHOLE, NOTHING)
    assert made.voices[0].pitch == 0
    assert abs(pitch_of(only_take(made), SR) - 2 * pitch_of(only_take(kit), SR)) < 1
    assert len(only_take(made)) == pytest.approx(len(only_take(kit)) / 2, abs=2)


def test_what_a_format_carries_stays_out_of_the_samples(make_kit, make_voice):
    kit = make_kit(make_voice(pitch=3.0, pan=0.5, level_db=-6.0))
    made, _ = prepared(kit, WHOLE)
    np.testing.assert_array_equal(only_take(made), only_take(kit))
    assert (made.voices[0].pitch, made.voices[0].pan, made.voices[0].level_db) == (3.0, 0.5, -6.0)
    baked, _ = prepared(kit, replace(WHOLE, bake_mix=True))
    assert (baked.voices[0].pitch, baked.voices[0].pan, baked.voices[0].level_db) == (0, 0, 0)
    assert only_take(baked).ndim == 2


@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
def test_pan_keeps_the_power_and_leaves_the_middle_alone(make_kit, make_voice, pan):
    kit = make_kit(make_voice(pan=pan, level_db=-6.0))
    take = only_take(prepared(kit, WHOLE, NOTHING)[0])
    left, right = pan_gains(pan)
    assert left**2 + right**2 == pytest.approx(2)
    gain = 10 ** (-6 / 20)
    original = only_take(kit)
    if pan == 0:
        np.testing.assert_allclose(take, original * gain, rtol=1e-5)
    else:
        expected = np.stack([original * left, original * right]) * gain
        np.testing.assert_allclose(take, expected, rtol=1e-4, atol=1e-7)


def test_nothing_is_clipped_and_the_balance_stays(make_kit, make_voice):
    kit = make_kit(make_voice("a", 40, level_db=12.0), make_voice("b", 41))
    options = replace(WHOLE, bits="24")
    made, softer = prepared(kit, options, NOTHING)
    peaks = [np.abs(each.layers[0].takes[0]).max() for each in made.voices]
    assert peaks[0] == pytest.approx(1.0)
    assert 20 * np.log10(peaks[0] / peaks[1]) == pytest.approx(12, abs=0.01)
    assert softer < 0
    # A level beside the samples makes up for what they are softer.
    beside, unchanged = prepared(make_kit(make_voice(take=3 * only_take(kit))), options)
    assert unchanged == 0
    voice = beside.voices[0]
    assert np.abs(voice.layers[0].takes[0]).max() == pytest.approx(1.0)
    level = 10 ** (voice.level_db / 20)
    np.testing.assert_allclose(level * only_take(beside), 3 * only_take(kit), rtol=1e-4, atol=1e-6)
    # Floating point holds what is over full scale.
    louder, unchanged = prepared(kit, WHOLE, NOTHING)
    assert unchanged == 0
    assert np.abs(only_take(louder)).max() > 1


def test_normalising_by_peak_brings_each_voice_to_full_scale_and_keeps_layers(make_kit, make_voice):
    loud = np.asarray(0.5 * tone(200, 0.1, SR), np.float32)
    layers = (
        Layer(1, 63, 63, (loud / 4,), ("",), (b"",)),
        Layer(64, 127, 127, (loud,), ("",), (b"",)),
    )
    kit = make_kit(make_voice("a", 40, layers=layers), make_voice("b", 41))
    made, _ = prepared(kit, replace(WHOLE, normalise="peak"))
    for voice in made.voices:
        assert np.abs(voice.layers[-1].takes[0]).max() == pytest.approx(1.0)
    soft, hard = (each.takes[0] for each in made.voices[0].layers)
    np.testing.assert_allclose(4 * soft, hard, rtol=1e-5)


def test_normalising_by_loudness_makes_voices_equally_loud_within_full_scale(make_kit, make_voice):
    hiss = np.asarray(0.1 * noise(0.5, SR, decay=5), np.float32)
    kit = make_kit(make_voice("tom", 40), make_voice("hiss", 41, hiss))
    made, _ = prepared(kit, replace(WHOLE, normalise="loudness"))
    takes = [each.layers[0].takes[0] for each in made.voices]
    loud = [loudness(each, SR) for each in takes]
    assert loud[0] == pytest.approx(loud[1], abs=0.01)
    assert max(np.abs(each).max() for each in takes) == pytest.approx(1.0, abs=1e-3)


def test_silence_is_no_error(make_kit, make_voice):
    kit = make_kit(make_voice(take=np.zeros(4000, np.float32)), make_voice("b", 50))
    for how in ("none", "peak", "loudness"):
        made, _ = prepared(kit, ExportOptions(normalise=how), NOTHING)
        assert all(np.isfinite(each.layers[0].takes[0]).all() for each in made.voices)


@pytest.mark.parametrize(
    "wrong", [{"rate": 22_050}, {"bits": "32"}, {"bits": 16}, {"normalise": "lufs"}]
)
def test_options_that_are_not_known_are_refused_by_name(wrong):
    (name, value), *_ = wrong.items()
    with pytest.raises(OutputError, match=f"{name} must be one of .*{value!r}"):
        ExportOptions(**wrong)
