import pytest

from neural_drum_machine.extras import pip_install
from neural_drum_machine.signal import formats
from neural_drum_machine.signal.audio_file import AUDIO_SUFFIXES
from neural_drum_machine.signal.formats import unread_files, why_unread

COMMAND = pip_install("neural-drum-machine[formats]")


@pytest.fixture(params=[True, False], ids=["with the extra", "without the extra"])
def extra(request, monkeypatch):
    monkeypatch.setattr(formats, "is_installed", lambda name: request.param)
    return request.param


def test_the_way_out_is_told_for_what_is_not_read(extra):
    for suffix in (".wav", ".AIFF", ".flac", ".8svx", ".txt", ""):
        assert why_unread(suffix) == ""
    told = f".wv files (WavPack) are read once an extra is installed: {COMMAND}"
    assert why_unread(".WV").startswith(told) != extra
    assert why_unread(".rx2") == ".rx2 files (REX loop) are not read; export them as WAV"


def test_files_are_counted_by_format(extra):
    names = ["a.wav", "b/a.m4a", "c.M4A", "d.rex", "notes.txt", "e"]
    if extra:
        assert unread_files(names) == "1 .rex; export .rex as WAV"
    else:
        told = f"2 .m4a, 1 .rex; to read .m4a: {COMMAND}; export .rex as WAV"
        assert unread_files(names) == told
    assert unread_files(["a.wav", "b.txt"]) == ""


def test_sounds_of_all_three_kinds_are_sounds():
    assert {".wav", ".m4a", ".sd2"} <= AUDIO_SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in AUDIO_SUFFIXES)
    assert not AUDIO_SUFFIXES & {".mid", ".asd", ".sfz", ".sf2", ".zip", ".png"}
