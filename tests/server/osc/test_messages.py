import re
import shlex
from pathlib import Path

import pytest
from tests.support.osc import SOUND, STATUS, osc, unpack

from neural_drum_machine.server.osc import (
    ARGUMENTS,
    REQUESTS,
    Message,
    build_message,
    parse_packet,
    read_request,
    write_reply,
)
from neural_drum_machine.server.protocol import (
    LIMITS,
    RULES,
    Bend,
    Describe,
    Encode,
    ErrorCode,
    ErrorReply,
    Generate,
    Hello,
    HelloReply,
    Layers,
    LayersReply,
    PartedUpload,
    Ping,
    Pong,
    ProtocolError,
    Random,
    Samples,
    SoundReply,
    Status,
    StatusReply,
    Superseded,
    Variation,
)
from neural_drum_machine.server.protocol.rules import number_text
from neural_drum_machine.wishes.qualities import BY_NAME

DOCUMENT = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()
EXAMPLES = {
    text: bytes.fromhex(digits)
    for text, digits in re.findall(r"```osc\n(.*)\n([0-9a-f \n]+)```", DOCUMENT)
}
MEANT = {
    "/ndm/hello": (Hello(), None),
    "/ndm/hello reply 9711": (Hello(), 9711),
    "/ndm/ping 7": (Ping(7), None),
    "/ndm/status": (Status(), None),
    "/ndm/generate 1 kick 0.5 -0.25 0.0": (Generate(1, "kick", 0.5, -0.25, 0), None),
    "/ndm/generate 2 snare 1 -1 0 range 4.0 seed 1234 wild 0.5 take 3 inverter mcnn length 250.0 "
    "reply 9711": (Generate(2, "snare", 1, -1, 0, 4, 1234, 0.5, 3, "mcnn", 250), 9711),
    "/ndm/random 3 clap": (Random(3, "clap"), None),
    "/ndm/variation 4 3 0.25 seed 99": (Variation(4, 3, 0.25, 99), None),
    "/ndm/describe 8 2": (Describe(8, 2), None),
    "/ndm/bend 9 6 0.5 -0.25 0.0 blend 0.25": (Bend(9, 6, 0.5, -0.25, 0, blend=0.25), None),
    "/ndm/layers 10 4 channels 2": (Layers(10, 4, channels=2), None),
    "/ndm/encode 5 2 category clap": (Encode(5, 2, "clap"), None),
    "/ndm/upload 6 3 44100 category clap": (PartedUpload(6, 3, 44100, "clap"), None),
    "/ndm/samples 6 0 0.0 0.5 -0.25": (Samples(6, 0, (0, 0.5, -0.25)), None),
    "/ndm/pong 7": Pong(7),
    next(t for t in EXAMPLES if t.startswith("/ndm/sound")): SOUND,
    "/ndm/layers 10 4 /tmp/ndm-sounds-1-a/c00/01.wav 33075 44100 96 64 32": LayersReply(
        10, 4, "/tmp/ndm-sounds-1-a/c00/01.wav", 33075, 44100, (96, 64, 32)
    ),
    "/ndm/superseded 6 7": Superseded(6, 7),
    '/ndm/error 8 out-of-range "p1 must lie between -8 and 8, got 8.5"': ErrorReply(
        8, ErrorCode.OUT_OF_RANGE, "p1 must lie between -8 and 8, got 8.5"
    ),
    next(t for t in EXAMPLES if t.startswith("/ndm/status seconds")): STATUS,
}


def test_the_document_and_this_test_know_the_same_examples():
    assert set(EXAMPLES) == set(MEANT)
    assert len(EXAMPLES) == 20


@pytest.mark.parametrize("text", MEANT)
def test_the_documents_examples_are_these_bytes(text):
    def value(word):
        return int(word) if re.fullmatch(r"-?\d+", word) else (
            float(word) if re.fullmatch(r"-?\d+\.\d+", word) else word
        )  # fmt: skip

    data, meaning = EXAMPLES[text], MEANT[text]
    address, *words = shlex.split(text)
    assert osc(address, *map(value, words)) == data
    if isinstance(meaning, tuple):
        (message,) = parse_packet(data, 0).messages
        assert read_request(message) == meaning
    else:
        assert write_reply(meaning) == [data]


def rows(heading):
    """The tables under a heading: cells of every row."""
    part = DOCUMENT.split(f"{heading}")[1].split("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_documents_limits_are_the_codes():
    kinds = {int: "whole", float: "number", str: "word", tuple: "numbers"}
    spoken = {name for each in REQUESTS.values() for name in each.required() + each.optional()}
    want = {
        name: (
            kinds[rule.kind],
            "256 characters"
            if rule.kind is str
            else f"{number_text(rule.low)} to {number_text(rule.high)}",
        )
        for name, rule in RULES.items()
        if name in spoken
    }
    assert {name: (kind, limits) for name, kind, limits, _ in rows("## Values")} == want


def test_the_documents_answers_are_the_codes():
    letter = {int: "i", float: "f", str: "s"}
    for heading, reply in (("### `/ndm/sound`", SOUND), ("### `/ndm/status` *", STATUS)):
        documented = [(name, kind) for name, kind, _ in rows(heading)]
        assert set(reply.__slots__) == {name for name, _ in documented}
        assert documented == [(name, letter[type(getattr(reply, name))]) for name, _ in documented]
        ((_, values),) = [unpack(data) for data in write_reply(reply)]
        if reply is STATUS:
            assert values[::2] == [name for name, _ in documented]
            values = values[1::2]
        assert values == [getattr(reply, name) for name, _ in documented]
    assert [row[0] for row in rows("### `/ndm/error`")] == [
        "bad-message", "out-of-range", "unknown-category", "unknown-inverter", "unknown-sound",
        "bad-audio", "library", "incomplete", "busy", "disk", "cancelled", "closing", "internal",
    ]  # fmt: skip
    assert {row[0] for row in rows("### `/ndm/error`")} == set(ErrorCode)


def test_the_document_has_every_request_with_its_arguments():
    for address, kind in REQUESTS.items():
        (line,) = re.findall(rf"^### `{address}`(?! \*name)(.*)$", DOCUMENT, re.MULTILINE)[:1]
        required, _, rest = line.partition("[")
        assert tuple(required.replace("*", "").split()) == ARGUMENTS[kind]
        written = re.findall(r"`(\w+)`", rest.split(", wishes")[0])
        assert (
            *written,
            *((*BY_NAME, "velocity", "channels") if "wishes" in rest else ()),
        ) == kind.optional()


def test_hello_is_several_messages_and_ends_with_the_categories():
    reply = HelloReply(
        1, "0.1.0", "small", "ab" * 32, 44100, 1486.0, ("kick", "tom"),
        {"kick": ("darker – brighter", "", ""), "tom": ("", "", "")}, (0.5, 1.0), ("a", "b"),
        LIMITS,
    )  # fmt: skip
    assert [unpack(data) for data in write_reply(reply)] == [
        ("/ndm/hello", [1, "0.1.0", "small", "ab" * 32]),
        ("/ndm/format", [44100, 1486.0]),
        ("/ndm/ranges", [0.5, 1.0]),
        ("/ndm/inverters", ["a", "b"]),
        ("/ndm/axes", ["kick", "darker – brighter", "", ""]),
        ("/ndm/axes", ["tom", "", "", ""]),
        ("/ndm/categories", ["kick", "tom"]),
    ]


@pytest.mark.parametrize(
    ("arguments", "id_", "sentence"),
    [
        ((1, "kick", 0.0, 0.0), 1, "generate lacks p3"),
        ((), -1, "generate lacks id, category, p1, p2, p3"),
        ((1, "kick", 0.0, 0.0, 0.0, "seed"), 1, "'seed' lacks its value"),
        ((1, "kick", 0.0, 0.0, 0.0, 5, 5), 1, "a name must follow id, category, p1, p2, p3"),
        ((1, "kick", 0.0, 0.0, 0.0, "seed", 1, "seed", 2), 1, "'seed' is given twice"),
        ((1, "kick", 0.0, 0.0, 0.0, "id", 2), 1, "'id' is given twice"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", 80), 1, "reply must be a port from 1024 to 65535"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", "x"), 1, "reply must be a port from 1024 to 65535"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", 2000.5), 1, "reply must be a port"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", float("nan")), 1, "reply must be a port"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", float("inf")), 1, "reply must be a port"),
        ((1, "kick", 0.0, 0.0, 0.0, "reply", True), 1, "reply must be a port"),
    ],
)
def test_messages_that_are_no_request_are_refused_in_a_sentence(arguments, id_, sentence):
    with pytest.raises(ProtocolError) as caught:
        read_request(Message("/ndm/generate", arguments))
    assert caught.value.id == id_
    assert sentence in str(caught.value)


def test_a_port_may_come_as_a_float():
    request, port = read_request(Message("/ndm/ping", (1, "reply", 65535.0)))
    assert (request.n, port, type(port)) == (1, 65535, int)


def test_a_part_holds_1024_samples_and_other_messages_64_arguments():
    (message,) = parse_packet(osc("/ndm/samples", 1, 0, *[0.5] * 1024, "reply", 9711), 0).messages
    part, port = read_request(message)
    assert (part.id, part.offset, [*part.samples], port) == (1, 0, [0.5] * 1024, 9711)
    for wrong in ("nan", "inf"):
        (message,) = parse_packet(osc("/ndm/samples", 1, 0, *[float(wrong)] * 20), 0).messages
        with pytest.raises(ProtocolError, match=f"samples must be finite numbers, got .*{wrong}"):
            read_request(message)
    (short,) = parse_packet(osc("/ndm/samples", 1, 0, *[0.5] * 20)[:-4], 0).messages
    with pytest.raises(ProtocolError, match="4 bytes are missing"):
        read_request(short)
    for n, sentence in ((1025, "1 to 1024 numbers, got 1025"), (0, "1 to 1024 numbers, got 0")):
        with pytest.raises(ProtocolError, match=sentence) as caught:
            read_request(Message("/ndm/samples", (1, 0, *[0.5] * n)))
        assert (caught.value.code, caught.value.id) == ("out-of-range", 1)
    with pytest.raises(ProtocolError, match="1089 arguments; there may be 1088"):
        read_request(*parse_packet(osc("/ndm/samples", *[1] * 1089), 0).messages)
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ProtocolError, match="samples must be finite numbers"):
            read_request(Message("/ndm/samples", (1, 0, 0.5, wrong)))
    with pytest.raises(ProtocolError, match="'x' lacks its value"):
        read_request(Message("/ndm/samples", (1, 0, 0.5, "x")))


def test_floats_are_sent_as_f_never_as_d():
    assert build_message("/a", 0.1, 2, "x") == osc("/a", 0.1, 2, "x")
    assert b",fis" in build_message("/a", 0.1, 2, "x")


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_the_first_arguments_are_the_required_ones(kind):
    assert sorted(ARGUMENTS[kind]) == sorted(kind.required())


@pytest.mark.parametrize(("kind", "reply"), [(SoundReply, SOUND), (StatusReply, STATUS)])
def test_moving_a_field_of_a_reply_changes_nothing_on_the_wire(kind, reply):
    class Moved(kind):
        __slots__ = kind.__slots__[::-1]

    moved = Moved(*(getattr(reply, name) for name in kind.__slots__))
    assert moved.__slots__ != reply.__slots__
    assert write_reply(moved) == write_reply(reply)


def test_moving_a_field_of_a_request_changes_nothing_on_the_wire(monkeypatch):
    monkeypatch.setattr(Generate, "required", lambda: ("p3", "p2", "p1", "category", "id"))
    monkeypatch.setattr(Generate, "optional", lambda: ("seed", "range"))
    request, _ = read_request(Message("/ndm/generate", (1, "kick", 0.1, 0.2, 0.3, "seed", 4)))
    assert request == Generate(1, "kick", 0.1, 0.2, 0.3, seed=4)
