import base64
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from neural_drum_machine.errors import OutputError
from neural_drum_machine.signal.sound_file import read_comment
from neural_drum_machine.sound import Sound, code_values


@pytest.fixture
def sound():
    code = np.array([0.1, -1e-7, 3.25], np.float32)
    samples = np.sin(np.arange(441) / 5).astype(np.float32)
    return Sound(samples, 22050, "kick", code, 7, "ab" * 32, "refined")


def test_nine_digits_recall_every_number_of_a_code():
    code = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    np.testing.assert_array_equal(np.array(code_values(code), np.float32), code)


def test_a_recipe_tells_whose_recordings_are_in_a_sound(sound):
    assert "exemplars" not in sound.recipe()
    credit = {"name": "a", "source": "b", "licence": "CC0-1.0", "attribution": "c"}
    laid = replace(sound, exemplars=((3, 1.0),), recordings=(credit,))
    recipe = json.loads(laid.comment())
    assert recipe["exemplars"] == [[3, 1.0]]
    assert recipe["recordings"] == [credit]


def test_a_wide_sound_is_a_stereo_file(sound, tmp_path):
    wide = replace(sound, samples=np.stack([sound.samples, -sound.samples]), sr=48_000)
    assert repr(wide) == "Sound('kick', seed=7: 0.009 s at 48000 Hz, refined)"
    wide.write(tmp_path / "a.wav")
    samples, sr = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert (samples.shape, sr) == ((441, 2), 48_000)
    assert samples[5, 0] == -samples[5, 1] != 0


def test_repr_says_what_it_is_in_one_short_line(sound):
    assert repr(sound) == "Sound('kick', seed=7: 0.020 s at 22050 Hz, refined)"
    blend = replace(sound, seed=None, take=3, to="snare", t=0.25)
    assert repr(blend) == "Sound('kick', to='snare', t=0.25, take=3: 0.020 s at 22050 Hz, refined)"


def test_a_notebook_gets_a_player_of_the_same_file(sound, tmp_path):
    html = sound._repr_html_()
    data = re.search(r'<audio controls src="data:audio/wav;base64,([^"]+)">', html)
    sound.write(tmp_path / "a.wav")
    assert base64.b64decode(data[1]) == (tmp_path / "a.wav").read_bytes() == sound.wav()


def test_every_format_carries_the_recipe(sound, tmp_path):
    for name in ("a.wav", "a.flac"):
        sound.write(tmp_path / name)
        assert json.loads(read_comment(tmp_path / name)) == sound.recipe()
    with pytest.raises(OutputError, match=r"not written as \.mp3"):
        sound.write(tmp_path / "a.mp3")
