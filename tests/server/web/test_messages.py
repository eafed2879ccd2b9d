"""The format of messages, and the document's examples of it.

Over 250 lines, because every message of the document is written and read back here.
"""

import dataclasses
import io
import json
import re
import struct
import typing
from pathlib import Path

import numpy as np
import pytest
from tests.support.audio import pcm
from tests.support.patience import PATIENCE
from tests.support.web import binary_message, read_sound

from neural_drum_machine.server import protocol
from neural_drum_machine.server.handlers import SHOWN_OF_QUALITY
from neural_drum_machine.server.protocol import (
    ErrorCode,
    HelloReply,
    Limits,
    Morph,
    Move,
    ProtocolError,
    Random,
    Recall,
    Recording,
    SamplesReply,
    SoundReply,
    Upload,
)
from neural_drum_machine.server.web.messages import (
    LIMITS,
    MAX_TEXT,
    REPLIES,
    REQUESTS,
    SOUND,
    WITH_DATA,
    peek_id,
    read_binary,
    read_text,
    write_reply,
)
from neural_drum_machine.signal.audio_file import read_stream
from neural_drum_machine.wishes.qualities import BY_NAME

ROOT = Path(__file__).parents[3]


def test_requests_are_the_protocols():
    assert read_text('{"type":"recall","id":1,"category":"kick","code":[0,1.5],"t":0.5}') == Recall(
        1, "kick", (0.0, 1.5), t=0.5
    )
    made = read_text('{"type":"move","id":1,"category":"kick","code":[1],"p1":0,"p2":1,"p3":-1}')
    assert made == Move(1, "kick", (1.0,), 0, 1, -1)
    ends = '"category":"a","code":[1],"to":"b","to_code":[2]'
    assert read_text(f'{{"type":"morph","id":1,{ends},"t":1}}') == Morph(1, "a", (1,), "b", (2,), 1)
    assert read_binary(binary_message({"type": "upload", "id": 2}, b"RIFF")) == Upload(2, b"RIFF")
    named = {"type": "upload", "id": 2, "name": "Kick 1.wav"}
    assert read_binary(binary_message(named, b"RIFF")).name == "Kick 1.wav"
    own = binary_message({"type": "own", "id": 4}, b"NDMA")
    assert read_binary(own) == protocol.Own(4, b"NDMA")
    with pytest.raises(ProtocolError) as caught:
        read_text('{"type":"morph","id":5,"t":2}')
    assert caught.value.id == 5


def test_the_id_of_a_message_that_is_not_read_is_found_or_minus_one():
    assert peek_id('{"id":3}') == 3
    assert peek_id(binary_message({"id": 4}, b"\xff")) == 4
    for data in ("", "[]", "{}", "\ud800", b"", b"\1", struct.pack("<I", 2) + b"\xff\xff",
                 '{"id":1' + 400 * "0" + "}", "[" * 4000, '{"id":3}' + 4096 * " "):  # fmt: skip
        assert peek_id(data) == -1


def test_every_value_of_a_reply_is_sent():
    """The order is spelled out, so a field that is added must be added there, too."""
    for kind, (_, names) in {**REPLIES, **WITH_DATA}.items():
        fields = {field.name for field in dataclasses.fields(kind)} - {"data"}
        assert {*names} == fields - ({"limits"} if kind is HelloReply else set())
    assert {*SOUND} == {field.name for field in dataclasses.fields(SoundReply)} - {"path"}
    assert {*LIMITS} == {field.name for field in dataclasses.fields(Limits)}
    of_files = {SoundReply, protocol.LayersReply}
    sent = {*REPLIES, *WITH_DATA, SamplesReply}
    assert sent | of_files == set(typing.get_args(protocol.Reply))


def test_moving_a_field_of_a_reply_changes_nothing_on_the_wire():
    class Moved(SoundReply):
        __slots__ = SoundReply.__slots__[::-1]

    values = (1, "", 2.0, 0.5, 2, 44100, 0.1, "kick", 7, 0.1, 0.2, 0.3, "refined", 0.4, 5)
    samples = np.zeros(2, np.int16)
    sounds = [kind(*values) for kind in (SoundReply, Moved)]
    plain, moved = (write_reply(SamplesReply(s, samples, (1.0,), None, 0.0)) for s in sounds)
    assert plain == moved


def test_answers_for_clients_that_take_files_are_refused():
    sound = SoundReply(1, "/a.wav", 2.0, 0.5, 2, 44100, 0.1, "kick", 7, 0, 0, 0, "refined", 1, 0)
    with pytest.raises(TypeError, match="SoundReply is no answer over the WebSocket"):
        write_reply(sound)


@pytest.mark.parametrize("n", range(6))
def test_samples_start_on_a_multiple_of_four(n):
    sound = SoundReply(
        10**n, "", 2.0, 0.5, 3, 44100, 0.1, "kick", 7, 0, 0, 0, "refined", 1, 0
    )  # fmt: skip
    pcm_ = np.array([1, -2, 32767], np.int16)
    data = write_reply(SamplesReply(sound, pcm_, (0.5,), None, 0.0, original=pcm_[::-1]))
    assert (4 + struct.unpack_from("<I", data)[0]) % 4 == 0
    _, samples, original = read_sound(data)
    assert (samples.tolist(), original.tolist()) == ([1, -2, 32767], [32767, -2, 1])


BAD = {
    "no JSON": ("{", "not JSON"),
    "no object": ("[1]", "a request is a JSON object"),
    "no type": ("{}", "no type None; there are hello"),
    "an unknown type": ('{"type":"eval"}', "no type 'eval'"),
    "a type that is no word": ('{"type":[1]}', "no type [1]"),
    "a number that is none": ('{"type":"ping","n":NaN}', "n must be a finite number"),
    "a list that is none": ('{"type":"recall","id":1,"category":"kick","code":"x"}', "list of"),
    "a code with a word": ('{"type":"recall","id":1,"category":"kick","code":["x"]}', "number"),
    "an upload as text": ('{"type":"upload","id":1}', "upload is a binary message"),
    "deep nesting": ("[" * 100_000, "not JSON"),
    "too long": (" " * (MAX_TEXT + 1), "a text may have"),
    "bytes without header": (b"\1\2", "has no header"),
    "a header that is cut off": (struct.pack("<I", 99) + b"{}", "a header of 99 bytes"),
    "a huge header": (struct.pack("<I", 2**32 - 1), "a header of 4294967295 bytes"),
    "a header that is no UTF-8": (struct.pack("<I", 2) + b"\xff\xfe", "no UTF-8"),
    "bytes that are no upload": (
        binary_message({"type": "ping", "n": 1}),
        "a binary message is upload, own, groove_import; got",
    ),
    "audio in the header": (
        binary_message({"type": "upload", "id": 1, "audio": "x"}),
        "come after",
    ),
    "no audio": (binary_message({"type": "upload", "id": 1}), "audio must be 1 to"),
}


@pytest.mark.parametrize("name", BAD)
def test_messages_that_are_no_request_are_refused_in_a_sentence(name):
    message, sentence = BAD[name]
    with pytest.raises(ProtocolError) as caught:
        read_text(message) if isinstance(message, str) else read_binary(message)
    assert isinstance(caught.value.code, ErrorCode)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


def test_columns_and_samples_follow_a_header_that_ends_at_a_multiple_of_four():
    for reply in (
        protocol.LibraryMapReply(1, 0, 1, 7, ("kick",), ("Kick é",), ("",), bytes(18)),
        protocol.LibraryFindReply(2, 1, struct.pack("<I", 9)),
        protocol.LibraryAudioReply(3, 44100, 0, 1, b"\1\0\2\0"),
        protocol.MadeFile(4, "a.zip", ("a note",), b"PK"),
    ):
        message = write_reply(reply)
        (length,) = struct.unpack_from("<I", message)
        assert length % 4 == 0
        header = json.loads(message[4 : 4 + length])
        name, fields = WITH_DATA[type(reply)]
        assert header.pop("type") == name
        assert tuple(header) == fields
        assert message[4 + length :] == reply.data


# The document's examples.

DOCUMENT = (ROOT / "docs" / "protocol-web.md").read_text()


def examples(name):
    (text,) = re.findall(rf"```{name}\n(.*?)\n```", DOCUMENT, re.DOTALL)
    return bytes.fromhex(text) if name.endswith("bytes") else text.split("\n")


CODE = (0.5, -1.25, 0, 0, 0, 0, 0, 0)
MEANT = [
    protocol.Hello(),
    protocol.Ping(7),
    protocol.Status(),
    protocol.Generate(2, "kick", 0.5, -0.25, 0, 2, 1234, take=3),
    Random(3, "snare", wild=0.5),
    protocol.Variation(4, 3, 0.35, 99),
    protocol.Encode(5, 2, "snare"),
    protocol.Bend(12, 2, 0.5, 0, 0, to="snare", t=0.5),
    Recall(6, "kick", CODE, take=3, inverter="light", exemplars=(0, 1)),
    Move(7, "kick", CODE, 0.1, 0, -1),
    Morph(8, "kick", CODE, "snare", (0, 0, 0, 0, 0, 0, 0, 1), 0.4),
    protocol.PadMap(9, "kick"),
    protocol.Describe(11, 2),
    protocol.Layers(14, 2, channels=2),
    protocol.Layers(16, 2, hits=3, amount=0.5, seed=4),
    protocol.NewKit(17, "dark", voices=8, seed=7),
    protocol.VaryKit(18, {"neural_drum_machine_kit": 1}, 0.5),
    protocol.SwapVoice(19, {"neural_drum_machine_kit": 1}, "snare"),
    protocol.Styles(28),
    protocol.GrooveExport(29, {"neural_drum_machine_groove": 1}),
    protocol.Humanize(
        30,
        {"neural_drum_machine_kit": 1},
        {"neural_drum_machine_groove": 1},
        0.3,
        bars=8,
        stems=True,
    ),
    protocol.ExportKit(31, {"neural_drum_machine_kit": 1}, "sfz", layers=2, bits="16"),
    protocol.Cancel(32, 30),
    protocol.Axis(15, "room", (2, 12), (3, 4)),
    None,  # refused
    protocol.LibraryStatus(20),
    protocol.LibraryMap(21, 4000),
    protocol.LibraryFind(22, "kick", "45..60", brightness_range="dark"),
    protocol.LibraryNear(23, 5, 12),
    protocol.LibraryLike(24, "kick", CODE, exemplars=(0, 1), count=12),
    protocol.LibraryAudio(25, 5),
    protocol.LibraryTake(26, 5),
    protocol.LibraryBetween(27, (5, 0.75, 9, 0.25)),
]


def test_the_documents_requests_are_what_they_mean_and_there_is_one_of_every_type():
    asked = examples("ask")
    for text, meant in zip(asked, MEANT, strict=True):
        if meant is not None:
            assert read_text(text) == meant
    assert {json.loads(text)["type"] for text in asked} == set(REQUESTS)
    assert read_binary(examples("ask-bytes")).id == 13


def test_the_documents_requests_are_met_by_a_server(sock, small_machine):
    got = {}
    for text in examples("ask"):
        sock.send(text)
        data = sock.socket.recv(timeout=PATIENCE)
        facts = json.loads(data) if isinstance(data, str) else read_sound(data)[0]
        got[json.loads(text).get("id", facts["type"])] = facts
        if facts["type"] == "pong" or facts.get("id") in (10, 25, 32):
            assert data in examples("answer")
    assert [got[n]["type"] for n in range(2, 11)] == ["sound"] * 7 + ["pad_map", "error"]
    assert (got[14]["type"], got[14]["velocities"]) == ("layers", [96, 64, 32])
    assert got[11]["values"].keys() <= small_machine.ranges("kick").keys()
    assert got[15]["axis"]["name"] == "room"
    assert {got[n]["code"] for n in range(20, 28)} == {"library"}  # that server has none
    assert {"hello", "pong", "status"} <= set(got)
    data = examples("ask-bytes")
    header, file = b'{"type":"upload","id":13,"category":"kick"}', data[47:]
    assert data == struct.pack("<I", 43) + header + file
    assert len(file) == 250
    sock.send(data)
    facts, _, original = sock.receive()
    assert (facts["id"], facts["category"]) == (13, "kick")
    anchor = small_machine.anchor(read_stream(io.BytesIO(file)), "kick")
    np.testing.assert_array_equal(original, pcm(small_machine.bend(anchor).samples))
    assert got[6]["exemplars"] == [0, 1]


def test_the_documents_answers_are_these_bytes():
    answers = [
        protocol.Pong(7),
        protocol.Superseded(6, 7),
        protocol.ErrorReply(
            10, ErrorCode.OUT_OF_RANGE, "p1 must lie between -8 and 8, got 8.5"
        ),
        protocol.CancelReply(32, 30, False),
        protocol.ErrorReply(
            25, ErrorCode.LIBRARY, "this server offers no library; start it with ndm play"
        ),
    ]  # fmt: skip
    assert [write_reply(each) for each in answers] == examples("answer")
    sound = protocol.SoundReply(
        2, "", 9.5, 1.0, 2, 44100, 0.045351473922902494, "kick", -1, 0.5, -0.25, 0.0, "refined",
        1.0, 0,
    )  # fmt: skip
    reply = SamplesReply(
        sound,
        np.array([32767, -16384], np.int16),
        tuple(map(float, CODE)),
        None,
        0.0,
        (5.0, 1.0),
        recordings=(Recording("kit/kick/1.flac", "kit", "CC0-1.0", "someone"),),
    )
    data = examples("answer-bytes")
    assert write_reply(reply) == data
    facts, samples, original = read_sound(data)
    assert (facts["type"], samples.tolist(), len(original)) == ("sound", [32767, -16384], 0)
    assert struct.unpack_from("<I", data) == (408,)
    assert data[410:412] == b"} "


def test_the_document_has_every_request_of_its_own_with_its_values():
    own = (Recall, Move, Morph, protocol.PadMap, Upload, protocol.Axis, protocol.Own)
    for name, kind in ((kind.type, kind) for kind in own):
        ((required, optional),) = re.findall(
            rf"^\| `{name}` \| `([\w ]+)`(?: \[`([\w ]+)`\])? \|", DOCUMENT, re.MULTILINE
        )
        assert sorted(required.split()) == sorted(set(kind.required()) - {"audio", "form"})
        given = (optional or "").replace("wishes", " ".join((*BY_NAME, "velocity"))).split()
        assert sorted(given) == sorted(kind.optional())


def test_the_document_has_every_limit_and_what_a_quality_has():
    part = DOCUMENT.split("also\nhas `limits`")[1].split("`pad_map` has")[0]
    limits, qualities = part.split("It also has `qualities`")
    for table, names in ((limits, [*LIMITS]), (qualities, [*SHOWN_OF_QUALITY])):
        assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == names
