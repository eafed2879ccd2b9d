"""The device keeps a copy of a dropped sample, so that a set does not need the file."""

import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import MAX, needs_node, played, same
from tests.support.sounds import tone

from neural_drum_machine.signal.audio_file import Clip

pytestmark = needs_node
PARAMETERS = ("Category", "P1", "P2", "Fine", "Range", "Wild", "Take", "Toward", "Turn", "Blend",
              "Recall", "Sample")  # fmt: skip


@pytest.fixture
def dropped(inside, tmp_path):
    """A stereo sample that was dropped on the device as a snare: its path and its samples."""
    path = tmp_path / "my snare é.wav"
    stereo = np.stack([tone(200, 0.3, 44100), tone(300, 0.3, 44100)], axis=1)
    soundfile.write(path, stereo, 44100, subtype="FLOAT")
    inside.set("Category", 2)
    inside.settle()
    inside.set("Sample", str(path))
    inside.settle()
    return path, stereo


@pytest.mark.parametrize("way", ["device", "server"])
@pytest.mark.parametrize("order", [1, -1])  # Live guarantees none
def test_a_set_plays_it_when_the_file_is_gone(
    inside, device, engine_js, port, small_machine, dropped, way, order
):
    path, stereo = dropped
    if way == "device":
        for name, value in (("P1", 0.5), ("Toward", 1), ("Turn", 30), ("Blend", 20)):
            inside.set(name, value)
        inside.settle()
    wanted = played(inside)
    stored = {name: inside.value(name) for name in PARAMETERS[::order]}
    assert stored["Sample"] == str(path)
    path.unlink()
    kept = {"beside": [engine_js], "Port": 1024}
    again = device(port, **stored) if way == "server" else device(**kept, **stored)
    again.until(lambda: again.sound() is not None)
    again.settle()
    if way == "server":
        clip = Clip(np.float32(stereo.T + 1e-9), 44100)
        assert same(again, small_machine.bend(small_machine.anchor(clip, "snare")))
    else:
        np.testing.assert_array_equal(played(again), wanted)
    assert again.text("error") == "ready"
    # Saved again, it is the same.
    assert again.value("Recall") == stored["Recall"]


def test_without_the_file_and_its_copy_it_says_what_to_do(inside, device, engine_js, dropped):
    path, _ = dropped
    stored = {name: inside.value(name) for name in PARAMETERS}
    path.unlink()
    (copy,) = (inside.home / "Neural Drum Machine" / "Samples").iterdir()
    copy.unlink()
    again = device(beside=[engine_js], **stored)
    again.until(lambda: "my snare" in again.text("error"))
    want = f"{path.name}: is no longer at {copy}; drop it again, or put it back there"
    assert again.text("error") == want


def test_equal_files_have_one_copy_and_others_do_not_meet(inside, dropped, tmp_path):
    path, stereo = dropped
    folder = inside.home / "Neural Drum Machine" / "Samples"
    assert len([*folder.iterdir()]) == 1
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    for count in (1, 2):
        if count == 1:
            shutil.copy(path, other)
        else:
            soundfile.write(other, 0.5 * stereo, 44100, subtype="FLOAT")
        told = len(inside.received)
        inside.set("Sample", str(other))
        inside.until(lambda n=told: any(m[0] == "/ndm/kept" for m in inside.received[n:]))
        assert len([*folder.iterdir()]) == count


def test_a_sample_that_cannot_be_copied_plays_and_the_set_names_it(inside, tmp_path):
    home = inside.home / "Neural Drum Machine"
    home.write_text("no folder")
    path = tmp_path / "clap.wav"
    soundfile.write(path, tone(200, 0.1, 44100), 44100)
    inside.set("Sample", str(path))
    inside.settle()
    np.testing.assert_array_equal(played(inside)[:, 0], soundfile.read(path, dtype="int16")[0])
    assert inside.text("error").startswith("ready. the sample is not copied")
    assert str(path) in inside.value("Recall")


def test_the_paths_of_max_on_macos_are_the_systems():
    """The volume's name comes first there; on Windows a letter does."""
    script = f"""
        import {{ systemPath }} from "{(MAX / "engine" / "kept-samples.js").as_uri()}";
        const paths = ["Macintosh HD:/Users/me/a.wav", "C:/a.wav", "/a: b/c.wav"];
        console.log(paths.map((each) => systemPath(each, process.argv[1])).join("|"));
    """
    command = ["node", "--input-type=module", "--eval", script]
    for platform, want in (
        ("darwin", "/Users/me/a.wav|/a.wav|/a: b/c.wav"),
        ("win32", "Macintosh HD:/Users/me/a.wav|C:/a.wav|/a: b/c.wav"),
    ):
        done = subprocess.run([*command, platform], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == want
