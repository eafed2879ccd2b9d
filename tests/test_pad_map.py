import numpy as np
from tests.support.sounds import noise, tone

from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.pad_map import PLACES, map_row, mel_measures, pad_map
from neural_drum_machine.signal.descriptors import decay_time, spectral_centroid
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC


def measured(samples):
    padded = np.zeros(DEFAULT_SPEC.n_samples, np.float32)
    padded[: len(samples)] = samples[: len(padded)]
    return mel_measures(mel_spectrogram(padded)[None], DEFAULT_SPEC)[0]


def test_brightness_is_the_spectral_centroid():
    for frequency in (80, 400, 2000, 6000):
        brightness, _ = measured(tone(frequency, 0.5, decay=10))
        assert abs(np.log2(brightness / frequency)) < 0.12
    hiss = noise(0.4)
    assert abs(np.log2(measured(hiss)[0] / spectral_centroid(hiss))) < 0.15


def test_decay_is_the_decay_time_to_a_frame():
    frame = DEFAULT_SPEC.hop_length / DEFAULT_SPEC.sr
    for decay in (8.0, 20.0, 60.0):
        sound = tone(300, 0.9, decay=decay)
        assert abs(measured(sound)[1] - decay_time(sound)) < 1.5 * frame
    # It is interpolated between frames.
    times = [measured(tone(300, 0.9, decay=decay))[1] for decay in (12.0, 12.1, 12.2)]
    assert times[0] > times[1] > times[2]


def test_silence_has_neither_brightness_nor_decay():
    silent = np.zeros((1, DEFAULT_SPEC.n_mels, DEFAULT_SPEC.n_frames), np.float32)
    assert mel_measures(silent, DEFAULT_SPEC).tolist() == [[0, 0]]


def test_a_map_covers_the_xy_pad(small_machine):
    whole = pad_map(small_machine, "kick", 5)
    assert whole.shape == (2, 5, 5)
    np.testing.assert_array_equal(whole[:, 3], map_row(small_machine, "kick", 3, 5))
    index = small_machine.index("kick")
    for row, p2 in ((0, -1), (4, 1)):
        for column, p1 in ((0, -1), (2, 0), (4, 1)):
            code = small_machine.controls.code(index, (p1, p2, 0))
            mel = small_machine.decode(code[None], np.array([index]))
            want = mel_measures(mel, small_machine.spec)[0]
            np.testing.assert_allclose(whole[:, row, column], want, rtol=1e-4)


def test_an_exported_model_file_holds_its_maps(small_bundle, small_machine):
    maps = Bundle.open(small_bundle).optional_tensor("controls.map")
    assert maps.shape == (len(small_machine.categories), 2, PLACES, PLACES)
    want = pad_map(small_machine, "snare")
    np.testing.assert_allclose(maps[small_machine.index("snare")], want, rtol=1e-3)
