import base64
import json
import re
from dataclasses import replace

import numpy as np
import pytest

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
