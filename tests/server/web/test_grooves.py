"""Grooves, loops and exports over the WebSocket."""

import errno
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.web import WebClient

from neural_drum_machine.errors import OutputError
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.grooves.groove_file import content_of, groove_from
from neural_drum_machine.grooves.loop import play_groove
from neural_drum_machine.grooves.midi_file import midi_bytes, midi_of
from neural_drum_machine.grooves.styles import PATTERNS, new_groove
from neural_drum_machine.kits import kit_file
from neural_drum_machine.kits.export import FORMATS, ExportOptions, export_kit
from neural_drum_machine.kits.rendering import rendered_kit
from neural_drum_machine.kits.style import STYLES
from neural_drum_machine.server import file_questions
from neural_drum_machine.server.web.messages import MAX_TEXT


@pytest.fixture(scope="module")
def content(kit):
    return kit_file.content_of(kit)


@pytest.fixture(scope="module")
def beat():
    """Half a second of a beat that the kit can play."""
    steps = (Step(0, 36), Step(0.5, 42, 90), Step(1, 38, 110, flam_ms=10), Step(1.5, 46, 60))
    return Groove("a beat", 2.0, steps, ((0.0, 240.0),), (2, 4))


def test_there_are_patterns_and_styles_to_start_with(sock):
    answer = sock.ask("styles", id=1)
    names = [each["name"] for each in answer["grooves"]]
    assert names == list(PATTERNS)
    assert [groove_from(each, "it") for each in answer["grooves"]] == [
        new_groove(name) for name in names
    ]
    assert answer["kits"] == list(STYLES)
    assert answer["formats"] == {name: each.title for name, each in FORMATS.items()}


def test_a_midi_file_becomes_a_groove_and_a_midi_file_again(sock):
    data = midi_bytes(new_groove("shuffle"))
    sock.send_binary({"type": "groove_import", "id": 1, "name": "C:\\x/my beat.mid"}, data)
    answer = sock.receive()
    assert (answer["type"], answer["notes"]) == ("groove", [])
    groove = groove_from(answer["groove"], "it")
    assert groove == midi_of(data, "my beat.mid")
    header, again, _ = sock.make("groove_export", id=2, groove=answer["groove"])
    assert (header["type"], header["name"]) == ("file", "my beat.mid")
    assert again == midi_bytes(groove)


def test_what_a_groove_leaves_out_is_told(sock):
    groove = Groove("a", 4.0, (Step(0, 36),))
    data = midi_bytes(groove)
    other = data.replace(bytes([0x99, 36]), bytes([0x92, 36]))
    for channel in (None, 10):
        chosen = {"channel": channel} if channel else {}
        sock.send_binary({"type": "groove_import", "id": 1, **chosen}, other)
        answer = sock.receive()
        assert (answer["code"], "Channels with notes: 3" in answer["sentence"]) == (
            "bad-message",
            True,
        )
    sock.send_binary({"type": "groove_import", "id": 2, "channel": 3}, other)
    assert sock.receive()["groove"]["steps"][0]["note"] == 36


def test_a_loop_is_what_the_machine_plays(sock, small_machine, kit, content, beat):
    values = {"kit": content, "groove": content_of(beat), "amount": 0.7, "seed": 3, "bars": 2}
    header, data, told = sock.make("humanize", id=1, **values, bits="float")
    assert (header["type"], header["name"], header["notes"]) == ("file", "a beat.wav", [])
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    loop = play_groove(small_machine, kit, beat.with_bars(2), amount=0.7, seed=3)
    assert rate == 44100
    np.testing.assert_allclose(samples.T, loop.mix, atol=1e-6)
    assert [each["done"] for each in told if each["stage"] == "sounds"] == list(
        range(1, loop.hits + 1)
    )
    assert told[-1] == {"type": "progress", "id": 1, "stage": "files", "done": 1, "total": 1}


def test_a_loop_with_stems_is_a_zip_file_whose_stems_are_the_loop(sock, kit, content, beat):
    values = {"kit": content, "groove": content_of(beat), "stems": True, "rate": 48000}
    header, data, _ = sock.make("humanize", id=1, **values, bits="float")
    assert header["name"] == "a beat.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: io.BytesIO(archive.read(name)) for name in archive.namelist()}
    parts = {name: soundfile.read(file) for name, file in files.items()}
    played = [each.name for each in kit if each.note in beat.notes()]
    assert list(parts) == ["a beat/a beat.wav", *(f"a beat/stems/{name}.wav" for name in played)]
    assert {rate for _, rate in parts.values()} == {48000}
    mix, *stems = (samples for samples, _ in parts.values())
    assert len(mix) == 24000
    np.testing.assert_allclose(sum(stems), mix, atol=1e-5)


def test_the_same_request_gives_the_same_bytes(sock, content, beat):
    values = {"kit": content, "groove": content_of(beat), "stems": True}
    assert sock.make("humanize", id=1, **values)[1] == sock.make("humanize", id=2, **values)[1]


def test_strokes_without_a_voice_are_refused_or_replaced(sock, content):
    groove = content_of(Groove("a", 1.0, (Step(0, 49), Step(0.5, 36)), ((0.0, 240.0),), (1, 4)))
    values = {"kit": content, "groove": groove, "amount": 0}
    answer, _, _ = sock.make("humanize", id=1, **values)
    assert answer["code"] == "out-of-range"
    assert "49 (crash)" in answer["sentence"]
    assert 'missing: "substitute"' in answer["sentence"]
    for n, missing in enumerate(("substitute", "skip"), 2):
        header, _, told = sock.make("humanize", id=n, **values, missing=missing)
        assert header["type"] == "file"
        assert told[0]["total"] == (2 if missing == "substitute" else 1)


@pytest.mark.parametrize("to", FORMATS)
def test_an_export_is_the_folder_of_the_command(to, sock, small_machine, kit, content, tmp_path):
    values = {"kit": content, "format": to, "layers": 2, "round_robins": 1, "bits": "16"}
    header, data, told = sock.make("export_kit", id=1, **values, normalise="peak")
    made = rendered_kit(small_machine, kit, 2, 1)
    options = ExportOptions(bits="16", normalise="peak")
    name = header["name"].removesuffix(".zip")
    want = export_kit(made, to, tmp_path / "it", options, place=Path(name))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        got = {each: archive.read(each) for each in archive.namelist()}
    assert set(got) == {f"{name}/{path.relative_to(want.folder).as_posix()}" for path in want.files}
    for path in want.files:
        assert got[f"{name}/{path.relative_to(want.folder).as_posix()}"] == path.read_bytes()
    assert header["notes"] == list(want.notes)
    assert {each["stage"] for each in told} == {"sounds", "files"}
    assert not any(tempfile.gettempdir().encode() in each for each in got.values())


def temporary_folders():
    return set(Path(tempfile.gettempdir()).glob("ndm-export-*"))


def test_no_temporary_folder_is_left(sock, content, monkeypatch):
    before = temporary_folders()
    values = {"kit": content, "format": "wav", "layers": 1, "round_robins": 1}
    assert sock.make("export_kit", id=1, **values)[0]["type"] == "file"

    def full(*_, **__):
        error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/secret")
        raise OutputError(f"/tmp/secret: cannot be written ({error.strerror})") from error

    monkeypatch.setattr(file_questions, "export_kit", full)
    answer, _, _ = sock.make("export_kit", id=2, **values)
    assert answer["code"] == "disk"
    assert "free some space" in answer["sentence"]
    assert "secret" not in answer["sentence"]
    assert temporary_folders() <= before


BAD = [
    ("humanize", {"rate": 22050}, "out-of-range", "rate must be one of 44100, 48000, 96000; got"),
    ("humanize", {"bits": "8"}, "out-of-range", "bits must be one of 16, 24, float; got '8'"),
    ("humanize", {"missing": "x"}, "out-of-range", "missing must be one of error, substitute"),
    ("humanize", {"amount": 3}, "out-of-range", "amount must lie between 0 and 2"),
    ("humanize", {"bars": 0}, "out-of-range", "bars must lie between 1 and 1024"),
    ("humanize", {"stems": 1}, "bad-message", "stems must be true or false, got 1"),
    ("humanize", {"kit": {}}, "bad-message", "the kit: is no kit"),
    ("humanize", {"groove": {}}, "bad-message", "the groove: is no groove"),
    ("humanize", {"groove": "/etc/passwd"}, "bad-message", "groove must be an object"),
    ("humanize", {"bars": 1024, "stems": True}, "out-of-range", "5 files at 44100 Hz may last 76"),
    ("export_kit", {"format": "../x"}, "out-of-range", "format must be one of wav, sfz"),
    ("export_kit", {"layers": 17}, "out-of-range", "layers must lie between 1 and 16"),
    ("export_kit", {"normalise": "loud"}, "out-of-range", "normalise must be one of none, peak"),
    ("export_kit", {"layers": 16, "round_robins": 9}, "out-of-range", "1024 sounds, got 1152"),
    ("groove_export", {"groove": {}}, "bad-message", "is no groove"),
]


@pytest.mark.parametrize(("type_", "values", "code", "words"), BAD)
def test_bad_requests_are_refused_by_name(type_, values, code, words, sock, content, beat):
    sent = {"kit": content, "groove": content_of(beat), "format": "wav"}
    takes = {"humanize": ("kit", "groove"), "export_kit": ("kit", "format")}
    sent = {name: sent[name] for name in takes.get(type_, ("groove",))}
    answer, _, _ = sock.make(type_, id=1, **{**sent, **values})
    assert (answer["type"], answer["code"]) == ("error", code), answer
    assert words in answer["sentence"]


def test_a_groove_of_too_many_strokes_is_refused(sock, content):
    steps = tuple(Step(0, 36, ratchet=16) for _ in range(600))
    groove = content_of(Groove("a", 4.0, steps))
    for type_, values in (("humanize", {"kit": content}), ("groove_export", {})):
        answer, _, _ = sock.make(type_, id=1, groove=groove, **values)
        assert answer["code"] == "out-of-range"
        assert "9,600 strokes" in answer["sentence"]


def test_a_kit_of_sixteen_own_sounds_fits_into_a_message(content):
    form = "A" * (4 * 40_000 // 3)
    voices = [{**content["voices"][0], "own": [form]} for _ in range(16)]
    request = {"type": "export_kit", "id": 1, "kit": {**content, "voices": voices}, "format": "wav"}
    assert len(json.dumps(request)) < MAX_TEXT


def cancelling(sock, of, id_):
    sock.send({"type": "cancel", "id": id_, "of": of})


def test_what_is_made_and_what_waits_is_cancelled_and_others_are_not(sock, content, beat):
    long = {"kit": content, "groove": content_of(beat), "bars": 256}
    for id_ in (1, 2):
        sock.send({"type": "humanize", "id": id_, **long})
    assert sock.receive()["type"] == "progress"
    cancelling(sock, 2, 10)
    cancelling(sock, 1, 11)
    cancelling(sock, 99, 12)
    sock.send({"type": "humanize", "id": 3, **long, "bars": 1})
    got = {}
    while 3 not in got:
        reply, _, _ = sock.receive_file()
        got[reply["id"]] = reply
    assert {id_: got[id_]["code"] for id_ in (1, 2)} == {1: "cancelled", 2: "cancelled"}
    assert {id_: got[id_]["found"] for id_ in (10, 11, 12)} == {10: True, 11: True, 12: False}
    assert got[3]["type"] == "file"


def test_a_client_may_have_two_files_waiting_and_one_that_leaves_ends_its_work(
    shared_server, content, beat
):
    long = {"kit": content, "groove": content_of(beat), "bars": 256}
    with WebClient(shared_server[2]) as leaving:
        leaving.send({"type": "humanize", "id": 1, **long})
        assert leaving.receive()["type"] == "progress"
        for id_ in (2, 3, 4):
            leaving.send({"type": "humanize", "id": id_, **long})
        while (reply := leaving.receive())["type"] == "progress":
            pass
        assert (reply["id"], reply["code"]) == (4, "busy")
    with WebClient(shared_server[2]) as staying:  # the long ones would take minutes
        header, _, _ = staying.make("humanize", id=1, **{**long, "bars": 1})
        assert header["type"] == "file"


def test_sounds_are_made_meanwhile(sock, content, beat):
    sock.send(
        {"type": "humanize", "id": 1, "kit": content, "groove": content_of(beat), "bars": 256}
    )
    sock.send({"type": "random", "id": 2, "category": "kick"})
    while isinstance(reply := sock.receive(), dict):
        assert reply["type"] == "progress"
    assert reply[0]["id"] == 2
    cancelling(sock, 1, 3)
