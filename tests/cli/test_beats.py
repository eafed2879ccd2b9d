"""ndm kit, groove, humanize and recall."""

import re

import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise

from neural_drum_machine.grooves.styles import new_groove
from neural_drum_machine.kits.kit_file import read_kit, write_kit
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.machine import load


@pytest.fixture(scope="module")
def kit():
    return new_kit(load(), 3, style="tight", voices=8)


@pytest.fixture
def folder(kit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_kit(kit, "a.ndkit")
    return tmp_path


def run(ndm, *words):
    code, out, err = ndm(*words)
    assert code == 0, err
    return out


def test_a_kit_is_made_shown_and_changed(ndm, folder, kit):
    out = run(ndm, "kit", "new", "--seed", 3, "--style", "tight", "--voices", 8, "--out", "b.ndkit")
    assert out.count(" dB ") == 8
    # The same but for its name: the kit's style and seed.
    assert read_kit("b.ndkit") == kit
    before = read_kit("a.ndkit")
    run(ndm, "kit", "lock", "a.ndkit", "kick", "snare")
    run(ndm, "kit", "vary", "a.ndkit", "--seed", 2, "--out", "c.ndkit")
    varied = read_kit("c.ndkit")
    assert varied["kick"].recipe == before["kick"].recipe
    assert varied["clap"].recipe != before["clap"].recipe
    assert "locked" in run(ndm, "kit", "show", "c.ndkit")
    run(ndm, "kit", "unlock", "c.ndkit", "kick")
    run(ndm, "kit", "swap", "c.ndkit", "kick", "--seed", 9)
    assert read_kit("c.ndkit")["kick"].recipe != before["kick"].recipe
    run(ndm, "kit", "set", "c.ndkit", "kick", "--name", "Boom", "--note", 35, "--pan", 0.5)
    boom = read_kit("c.ndkit")["boom"]
    assert (boom.note, boom.pan, boom.level_db) == (35, 0.5, read_kit("c.ndkit")["Boom"].level_db)


def test_an_own_sound_goes_into_a_kit(ndm, folder):
    soundfile.write("my clap.wav", 0.5 * noise(0.2, 44_100, decay=30), 44_100)
    run(ndm, "kit", "put", "a.ndkit", "clap", "my clap.wav", "--out", "b.ndkit")
    assert read_kit("b.ndkit")["clap"].recipe["anchors"]


def test_a_groove_goes_to_midi_and_back(ndm, folder):
    run(ndm, "groove", "new", "--style", "funk", "--bars", 4, "--out", "funk.mid")
    out = run(ndm, "groove", "import", "funk.mid", "--out", "funk.ndgroove")
    assert "4 bars of 4/4, 104 beats a minute" in out
    shown = run(ndm, "groove", "show", "funk.ndgroove")
    assert re.search(r"38\s+snare\s+\d+ strokes", shown)


def test_a_loop_and_its_stems(ndm, folder):
    run(ndm, "groove", "new", "--style", "rock", "--bars", 1, "--out", "rock.ndgroove")
    options = ("--kit", "a.ndkit", "--rate", 48_000, "--bits", 24)
    out = run(
        ndm, "humanize", "rock.ndgroove", *options, "--out", "new/loop.wav", "--stems", "stems"
    )
    assert "1 bars, " in out
    info = soundfile.info("new/loop.wav")
    groove = new_groove("rock").with_bars(1)
    assert (info.samplerate, info.subtype) == (48_000, "PCM_24")
    assert info.frames == round(groove.seconds(4) * 48_000)
    stems = [soundfile.read(path)[0] for path in folder.glob("stems/*.wav")]
    assert len(stems) == len(groove.notes())
    np.testing.assert_allclose(sum(stems), soundfile.read("new/loop.wav")[0], atol=1e-5)


def test_a_file_gives_its_drum_back(ndm, folder, kit):
    sound = kit["snare"].sound(load())
    sound.write("snare.wav")
    assert "Sound('snare'" in run(ndm, "recall", "snare.wav")
    run(ndm, "recall", "snare.wav", "--out", "again.wav")
    assert (folder / "again.wav").read_bytes() == (folder / "snare.wav").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("kit", "new", "--out", "a.ndkit"), "exists; use --force"),
        (("kit", "new", "--style", "purple", "--out", "n.ndkit"), "styles are tight"),
        (("kit", "new", "--voices", 8, "--out", "n.json"), "ends in .ndkit"),
        (("kit", "swap", "a.ndkit", "cowbell"), "has no voice 'cowbell'"),
        (("kit", "show", "none.ndkit"), "cannot be read"),
        (("kit", "set", "a.ndkit", "kick", "--note", 38), "two voices have the note '38'"),
        (("kit", "put", "a.ndkit", "kick", "a.ndkit"), "a.ndkit"),
        (("groove", "new", "--style", "polka", "--out", "p.mid"), "there is no groove 'polka'"),
        (("groove", "import", "a.ndkit", "--out", "p.ndgroove"), "is no MIDI file"),
        (("humanize", "a.mid", "--kit", "a.ndkit", "--out", "l.mp3"), ".wav or .flac"),
        (("humanize", "a.mid", "--kit", "a.ndkit", "--out", "l.wav"), "a.mid: cannot be read"),
        (("recall", "a.ndkit"), "a.ndkit"),
    ],
)
def test_bad_requests_leave_everything_as_it_was(ndm, folder, words, message):
    before = (folder / "a.ndkit").read_bytes()
    code, _, err = ndm(*words)
    assert (code, message in err) == (1, True), err
    assert (folder / "a.ndkit").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["a.ndkit"]


def test_a_kit_without_the_voices_says_which_and_can_do_without(ndm, folder):
    run(ndm, "groove", "new", "--style", "bossa", "--bars", 1, "--out", "bossa.mid")
    words = ("humanize", "bossa.mid", "--kit", "a.ndkit", "--out", "l.wav", "--amount", 0)
    code, _, err = ndm(*words)
    assert code == 1
    assert "37 (side stick)" in err
    assert "--missing" in err
    assert "hits" in run(ndm, *words, "--missing", "substitute")
