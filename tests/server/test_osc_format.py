import re
import shlex
import struct
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.server.conftest import osc, unpack

from neural_drum_machine.server import protocol
from neural_drum_machine.server.osc_format import (
    REQUESTS,
    Message,
    Packet,
    encode,
    parse_packet,
    read_request,
    write_reply,
)
from neural_drum_machine.server.protocol import (
    RULES,
    Encode,
    ErrorCode,
    ErrorReply,
    Generate,
    Hello,
    HelloReply,
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

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
EXAMPLES = {
    text: bytes.fromhex(digits)
    for text, digits in re.findall(r"```osc\n(.*)\n([0-9a-f \n]+)```", DOCUMENT)
}
SOUND = SoundReply(
    1, "/tmp/ndm-sounds-1-a/c00/00.wav", 12.5, 1.0, 22015, 22050, 998.5, "kick", -1,
    0.5, -0.25, 0.0, "griffin-lim", 1.0, 0,
)  # fmt: skip
STATUS = StatusReply(2.0, 3, 2, 0, 1, 0, 0, 0, 1, 12.5, 12.5)
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
    "/ndm/encode 5 2 category clap": (Encode(5, 2, "clap"), None),
    "/ndm/upload 6 3 44100 category clap": (PartedUpload(6, 3, 44100, "clap"), None),
    "/ndm/samples 6 0 0.0 0.5 -0.25": (Samples(6, 0, (0, 0.5, -0.25)), None),
    "/ndm/pong 7": Pong(7),
    next(t for t in EXAMPLES if t.startswith("/ndm/sound")): SOUND,
    "/ndm/superseded 6 7": Superseded(6, 7),
    '/ndm/error 8 out-of-range "p1 must lie between -1 and 1, got 1.5"': ErrorReply(
        8, ErrorCode.OUT_OF_RANGE, "p1 must lie between -1 and 1, got 1.5"
    ),
    next(t for t in EXAMPLES if t.startswith("/ndm/status seconds")): STATUS,
}


def test_the_document_and_this_test_know_the_same_examples():
    assert set(EXAMPLES) == set(MEANT)
    assert len(EXAMPLES) == 16


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
            "256 characters" if rule.kind is str else f"{int(rule.low)} to {int(rule.high)}",
        )
        for name, rule in RULES.items()
        if name in spoken
    }
    assert {name: (kind, limits) for name, kind, limits, _ in rows("## Values")} == want


def test_the_documents_answers_are_the_codes():
    letter = {int: "i", float: "f", str: "s"}
    for heading, reply in (("### `/ndm/sound`", SOUND), ("### `/ndm/status` *", STATUS)):
        fields = {name: letter[type(getattr(reply, name))] for name in reply.__slots__}
        assert {name: kind for name, kind, _ in rows(heading)} == fields
        assert list(fields) == [name for name, _, _ in rows(heading)]
    assert [row[0] for row in rows("### `/ndm/error`")] == [
        "bad-message", "out-of-range", "unknown-category", "unknown-inverter", "unknown-sound",
        "bad-audio", "incomplete", "busy", "disk", "closing", "internal",
    ]  # fmt: skip
    assert {row[0] for row in rows("### `/ndm/error`")} == set(ErrorCode)


def test_the_document_has_every_request_with_its_arguments():
    for address, kind in REQUESTS.items():
        (line,) = re.findall(rf"^### `{address}`(?! \*name)(.*)$", DOCUMENT, re.MULTILINE)[:1]
        required, _, rest = line.partition("[")
        assert tuple(required.replace("*", "").split()) == kind.required()
        assert tuple(re.findall(r"`(\w+)`", rest)) == kind.optional()


def test_hello_is_several_messages_and_ends_with_the_categories():
    reply = HelloReply(
        1, "0.1.0", "small", "ab" * 32, 22050, 998.0, ("kick", "tom"),
        {"kick": ("darker – brighter", "", ""), "tom": ("", "", "")}, (0.5, 1.0), ("a", "b"),
    )  # fmt: skip
    assert [unpack(data) for data in write_reply(reply)] == [
        ("/ndm/hello", [1, "0.1.0", "small", "ab" * 32]),
        ("/ndm/format", [22050, 998.0]),
        ("/ndm/ranges", [0.5, 1.0]),
        ("/ndm/inverters", ["a", "b"]),
        ("/ndm/axes", ["kick", "darker – brighter", "", ""]),
        ("/ndm/axes", ["tom", "", "", ""]),
        ("/ndm/categories", ["kick", "tom"]),
    ]


def bundle(time, *elements):
    return b"#bundle\0" + struct.pack(">Q", time) + b"".join(
        struct.pack(">i", len(e)) + e for e in elements
    )  # fmt: skip


def ntp(seconds):
    return int((seconds + 2_208_988_800) * 2**32)


PING = osc("/ndm/ping", 1)


def test_bundles_are_read_at_once_and_those_from_the_future_counted():
    ping = Message("/ndm/ping", (1,))
    assert parse_packet(bundle(1, PING, PING), 1000) == Packet((ping, ping), 0)
    assert parse_packet(bundle(ntp(999), PING), 1000) == Packet((ping,), 0)
    assert parse_packet(bundle(ntp(1001), PING), 1000) == Packet((ping,), 1)
    nested = bundle(ntp(2000), bundle(1, PING), bundle(ntp(3000), PING), PING)
    assert parse_packet(nested, 1000) == Packet((ping,) * 3, 2)
    assert parse_packet(bundle(1), 0) == Packet((), 0)


def deep(n):
    data = PING
    for _ in range(n):
        data = bundle(1, data)
    return data


def test_bundles_have_bounds():
    assert len(parse_packet(deep(4), 0).messages) == 1
    assert len(parse_packet(bundle(1, *[PING] * 64), 0).messages) == 64


BAD = {
    "nothing": (b"", "not OSC: "),
    "no address": (b"hello\0\0\0,\0\0\0", "not OSC: it starts with b'hello"),
    "address without end": (b"/ndm/ping", "not OSC: "),
    "tags without comma": (b"/ndm/ping\0\0\0i\0\0\0\0\0\0\1", "type tags must start with a comma"),
    "too few bytes": (osc("/ndm/ping", 1)[:-1], "not OSC: "),
    "too many bytes": (osc("/ndm/ping", 1) + b"\0\0\0\0", "4 bytes too many"),
    "true": (b"/ndm/ping\0\0\0,T\0\0", "must be i, f or s, got type 'T'"),
    "blob": (b"/ndm/ping\0\0\0,b\0\0\0\0\0\1a\0\0\0", "must be i, f or s, got type 'b'"),
    "string that is no UTF-8": (b"/ndm/ping\0\0\0,s\0\0\xff\0\0\0", "not OSC: "),
    "long address": (osc("/" + "a" * 256), "256 characters, got 257"),
    "many arguments": (osc("/ndm/ping", *[1] * 65), "65 arguments; there may be 64"),
    "bundle without time": (b"#bundle\0\0\0", "a bundle without its time"),
    "bundle cut short": (bundle(1, PING)[:-1], "an element of 20 bytes"),
    "bundle with a stub": (bundle(1, PING) + b"\0", "ends within an element's size"),
    "negative size": (bundle(1) + b"\xff\xff\xff\xff", "an element of -1 bytes"),
    "size zero": (bundle(1) + b"\0\0\0\0", "an element of 0 bytes"),
    "nested too deep": (deep(5), "nested 4 deep"),
    "nested without end": (deep(3000), "nested 4 deep"),
    "too many messages": (bundle(1, *[PING] * 65), "a bundle may hold 64 messages"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_osc_is_refused_in_a_sentence(name):
    data, sentence = BAD[name]
    with pytest.raises(ProtocolError) as caught:
        parse_packet(data, 0)
    assert (caught.value.code, caught.value.id) == ("bad-message", -1)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("arguments", "id_", "sentence"),
    [
        ((1, "kick", 0.0, 0.0), 1, "generate lacks p3"),
        ((), -1, "generate lacks id, category, p1, p2, p3"),
        ((1, "kick", 0.0, 0.0, 0.0, "seed"), 1, "'seed' lacks its value"),
        ((1, "kick", 0.0, 0.0, 0.0, 5, 5), 1, "a name is due after id, category, p1, p2, p3"),
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
def test_what_is_no_request_is_refused_in_a_sentence(arguments, id_, sentence):
    with pytest.raises(ProtocolError) as caught:
        read_request(Message("/ndm/generate", arguments))
    assert caught.value.id == id_
    assert sentence in str(caught.value)


def test_a_port_may_come_as_a_float():
    request, port = read_request(Message("/ndm/ping", (1, "reply", 65535.0)))
    assert (request.n, port, type(port)) == (1, 65535, int)


def test_a_part_holds_1024_samples_and_other_messages_64_arguments():
    (message,) = parse_packet(osc("/ndm/samples", 1, 0, *[0.5] * 1024, "reply", 9711), 0).messages
    assert read_request(message) == (Samples(1, 0, (0.5,) * 1024), 9711)
    for n, sentence in ((1025, "1 to 1024 numbers, got 1025"), (0, "1 to 1024 numbers, got 0")):
        with pytest.raises(ProtocolError, match=sentence) as caught:
            read_request(Message("/ndm/samples", (1, 0, *[0.5] * n)))
        assert (caught.value.code, caught.value.id) == ("out-of-range", 1)
    with pytest.raises(ProtocolError, match="1089 arguments; there may be 1088"):
        parse_packet(osc("/ndm/samples", *[1] * 1089), 0)
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ProtocolError, match="samples must be finite numbers"):
            read_request(Message("/ndm/samples", (1, 0, 0.5, wrong)))
    with pytest.raises(ProtocolError, match="'x' lacks its value"):
        read_request(Message("/ndm/samples", (1, 0, 0.5, "x")))


def test_wider_numbers_are_read_too():
    data = b"/ndm/ping\0\0\0,h\0\0" + struct.pack(">q", 2**31 - 1)
    assert parse_packet(data, 0).messages == (Message("/ndm/ping", (2**31 - 1,)),)
    data = b"/ndm/ping\0\0\0,d\0\0" + struct.pack(">d", 5.0)
    assert read_request(parse_packet(data, 0).messages[0])[0] == Ping(5)
    assert parse_packet(b"/ndm/hello\0\0", 0).messages == (Message("/ndm/hello", ()),)


def test_floats_go_out_as_f_never_as_d():
    assert encode("/a", 0.1, 2, "x") == osc("/a", 0.1, 2, "x")
    assert b",fis" in encode("/a", 0.1, 2, "x")


numbers = st.integers(-(2**31), 2**31 - 1) | st.floats(width=32) | st.text(max_size=20)


def survive(data):
    """Whatever comes: a request, or a ProtocolError; nothing else."""
    try:
        packet = parse_packet(data, 1e9)
    except ProtocolError as error:
        return 0 if error.code == ErrorCode.BAD_MESSAGE else -1
    for message in packet.messages:
        try:
            request, port = read_request(message)
        except ProtocolError:
            continue
        assert isinstance(request, protocol.Request | protocol.Part)
        assert port is None or 1024 <= port <= 65535
    return len(packet.messages)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_decoder(data):
    for start in (b"", b"#bundle\0", b"/ndm/generate\0\0\0"):
        assert survive(start + data) >= 0


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(REQUESTS)), st.lists(numbers, max_size=12), st.data())
def test_no_arguments_and_no_flipped_byte_break_the_decoder(address, arguments, data):
    clean = [a.replace("\0", "") if isinstance(a, str) else a for a in arguments]
    packet = osc(address, *clean)
    assert survive(packet) == 1
    place = data.draw(st.integers(0, len(packet) - 1))
    survive(packet[:place])
    survive(packet[:place] + bytes([data.draw(st.integers(0, 255))]) + packet[place + 1 :])
    survive(bundle(data.draw(st.integers(0, 2**64 - 1)), packet, packet[: place // 4 * 4]))
