import errno
import os
from dataclasses import replace

import numpy as np
import pytest
import soundfile

import neural_drum_machine as ndm
from neural_drum_machine.errors import OutputError
from neural_drum_machine.kits.export import FORMATS, ExportOptions, export_kit
from neural_drum_machine.kits.export.about import ABOUT
from neural_drum_machine.kits.export.formats import sfz
from neural_drum_machine.kits.rendered import Layer
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.pcm import from_pcm, to_pcm

WHOLE = ExportOptions(trim=False, bits="float")


def all_files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_is_complete_and_the_same_bytes_again(drums, tmp_path, to):
    made = export_kit(drums, to, tmp_path / "a", WHOLE)
    assert sorted(made.files) == sorted(path for path in made.folder.rglob("*") if path.is_file())
    again = export_kit(drums, to, tmp_path / "b", WHOLE)
    left, right = all_files(made.folder), all_files(again.folder)
    if to == "drumrack":  # holds where it lies
        assert left.keys() == right.keys()
    else:
        assert left == right
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_the_text_beside_tells_what_it_is_and_whose_recordings(drums, tmp_path):
    made = export_kit(drums, "mpc", tmp_path / "kit")
    text = (tmp_path / "kit" / ABOUT).read_text(encoding="utf-8")
    assert text.startswith("Test kit\nExported by Neural Drum Machine, format Akai MPC.\n")
    assert FORMATS["mpc"].opening in text
    assert "note  46: Open hat" in text
    assert drums.recordings
    for each in drums.recordings:
        assert each["name"] in text
        assert each["licence"] in text
    assert made.notes
    for note in made.notes:
        assert note in text


@pytest.mark.parametrize("bits", ["16", "24", "float"])
@pytest.mark.parametrize("rate", [44_100, 96_000])
def test_a_drum_that_is_exported_and_recalled_is_the_same_drum(drums, tmp_path, bits, rate):
    options = ExportOptions(rate=rate, bits=bits, normalise="peak")
    export_kit(drums, "wav", tmp_path / "kit", options)
    machine = ndm.load()
    for number, take in enumerate(drums.voices[1].layers[0].takes, 1):
        path = tmp_path / "kit" / f"Open hat v063 rr{number}.wav"
        recalled = machine.recall(path)
        np.testing.assert_array_equal(recalled.samples, take)
        assert recalled.comment() == drums.voices[1].layers[0].comments[number - 1]
        assert soundfile.info(path).samplerate == rate


def test_a_drum_with_an_own_sound_comes_back_from_the_file_alone(make_kit, make_voice, tmp_path):
    machine = ndm.load()
    own = from_pcm(to_pcm(make_voice().layers[0].takes[0]))  # as a file of 16 bits holds it
    anchor = machine.anchor(Clip(own[None], 44_100), "tom", name="tom.wav")
    sound = machine.bend(anchor, (0.5, 0, 0))
    layer = Layer(1, 127, 127, (sound.samples,), (sound.comment(),), (sound.block(),))
    export_kit(make_kit(make_voice(layers=(layer,))), "wav", tmp_path / "kit")
    np.testing.assert_array_equal(machine.recall(tmp_path / "kit/Tom.wav").samples, sound.samples)


def test_samples_in_files_are_those_of_the_kit(drums, tmp_path):
    export_kit(drums, "sfz", tmp_path / "kit", WHOLE)
    for voice in drums.voices:
        for layer in voice.layers:
            for number, take in enumerate(layer.takes, 1):
                path = tmp_path / f"kit/samples/{voice.name} v{layer.velocity:03d} rr{number}.wav"
                np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0].T, take)


def test_a_folder_that_exists_is_replaced_only_if_an_export_made_it(drums, tmp_path):
    out = tmp_path / "kit"
    out.mkdir()
    export_kit(drums, "sfz", out)  # empty
    before = all_files(out)
    with pytest.raises(OutputError, match="exists; use --force"):
        export_kit(drums, "wav", out)
    assert all_files(out) == before
    # What other programs leave beside samples is no reason to keep it.
    (out / "samples" / "Snare v127 rr1.wav.asd").write_text("Live")
    (out / ".DS_Store").write_text("macOS")
    export_kit(drums, "wav", out, force=True)
    assert not (out / "samples").exists()
    (out / "my song.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"'my song.txt', which the export did not write"):
        export_kit(drums, "wav", out, force=True)
    assert (out / "my song.txt").read_text() == "mine"


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_other_things_and_a_file_are_never_replaced(drums, tmp_path, force):
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    (folder / ABOUT).write_text("a text of mine")
    file.write_text("mine")
    message = "no export that could be replaced" if force else "use --force"
    with pytest.raises(OutputError, match=message):
        export_kit(drums, "wav", folder, force=force)
    with pytest.raises(OutputError, match="is a file"):
        export_kit(drums, "wav", file, force=force)
    assert file.read_text() == "mine"
    assert [each.name for each in folder.iterdir()] == [ABOUT]


def test_what_fails_or_is_interrupted_leaves_what_was_there(drums, tmp_path, monkeypatch):
    out = tmp_path / "kit"
    export_kit(drums, "sfz", out)
    before = all_files(out)

    def interrupted(done, _total):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_kit(drums, "sfz", out, force=True, progress=interrupted)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    broken = replace(FORMATS["sfz"], write=full)
    monkeypatch.setitem(FORMATS, "sfz", broken)
    with pytest.raises(OutputError, match=r"cannot be written .No space left.*free some space"):
        export_kit(drums, "sfz", out, force=True)
    with pytest.raises(OutputError, match="No space left"):
        export_kit(drums, "sfz", tmp_path / "new" / "deep")
    assert all_files(out) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"kit", "new"}
    assert not list((tmp_path / "new").iterdir())
    monkeypatch.setitem(FORMATS, "sfz", replace(broken, write=sfz.write))
    export_kit(drums, "sfz", out, force=True)
    assert all_files(out) == before


def test_a_folder_that_cannot_be_made_gets_a_way_out(drums, tmp_path):
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file" / "kit", tmp_path / ("x" * 300)):
        with pytest.raises(OutputError, match=r"cannot be .*choose"):
            export_kit(drums, "wav", out)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_to_an_export_stays_a_link(drums, tmp_path):
    export_kit(drums, "wav", tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    export_kit(drums, "sfz", tmp_path / "link", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "Test kit.sfz").exists()


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(drums, tmp_path):
    with pytest.raises(OutputError, match=r"'kontakt'; choose one of: wav, sfz, hydrogen"):
        export_kit(drums, "kontakt", tmp_path / "kit")


def test_progress_counts_files(drums, tmp_path):
    told = []
    export_kit(drums, "wav", tmp_path / "kit", progress=lambda *now: told.append(now))
    assert told == [(number, 12) for number in range(1, 13)]
