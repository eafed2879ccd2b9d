import numpy as np

from neural_drum_machine.signal.pcm import from_pcm, to_pcm


def test_samples_are_rounded_to_the_nearest_step_and_clipped():
    values = [0.0, 0.4 / 32768, 0.6 / 32768, 1.0, -1.0, 1.5, -7.0]
    assert to_pcm(values).tolist() == [0, 0, 1, 32767, -32768, 32767, -32768]
    assert to_pcm(values).dtype == np.int16


def test_every_value_survives_there_and_back():
    pcm = np.arange(-32768, 32768).astype(np.int16)
    np.testing.assert_array_equal(to_pcm(from_pcm(pcm)), pcm)
