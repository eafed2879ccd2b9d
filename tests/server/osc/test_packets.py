import re
import struct

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.support.osc import BAD_PACKETS, PING, bundle, deep_bundle, ntp, osc, wrong_arguments

from neural_drum_machine.server import protocol
from neural_drum_machine.server.osc import (
    ARGUMENTS,
    REQUESTS,
    Message,
    Packet,
    parse_packet,
    read_request,
)
from neural_drum_machine.server.protocol import ErrorCode, Ping, ProtocolError


def test_bundles_are_read_at_once_and_those_from_the_future_counted():
    ping = Message("/ndm/ping", (1,))
    assert parse_packet(bundle(1, PING, PING), 1000) == Packet((ping, ping), 0)
    assert parse_packet(bundle(ntp(999), PING), 1000) == Packet((ping,), 0)
    assert parse_packet(bundle(ntp(1001), PING), 1000) == Packet((ping,), 1)
    nested = bundle(ntp(2000), bundle(1, PING), bundle(ntp(3000), PING), PING)
    assert parse_packet(nested, 1000) == Packet((ping,) * 3, 2)
    assert parse_packet(bundle(1), 0) == Packet((), 0)


def test_bundles_have_bounds():
    assert len(parse_packet(deep_bundle(4), 0).messages) == 1
    assert len(parse_packet(bundle(1, *[PING] * 64), 0).messages) == 64


@pytest.mark.parametrize("name", BAD_PACKETS)
def test_packets_that_are_not_osc_are_refused_in_a_sentence(name):
    data, sentence = BAD_PACKETS[name]
    with pytest.raises(ProtocolError) as caught:
        read_request(*parse_packet(data, 0).messages)
    assert (caught.value.code, caught.value.id) == ("bad-message", -1)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("kind", [kind for kind in REQUESTS.values() if "id" in ARGUMENTS[kind]])
def test_arguments_of_a_wrong_type_are_refused_with_the_requests_id(kind):
    for data, sentence in wrong_arguments(f"/ndm/{kind.type}", 9711).values():
        (message,) = parse_packet(data, 0).messages
        with pytest.raises(ProtocolError, match=re.escape(sentence)) as caught:
            read_request(message)
        assert (caught.value.code, caught.value.id) == ("bad-message", 5)


def test_a_wrong_argument_where_the_id_should_be_is_no_id():
    (message,) = parse_packet(b"/ndm/random\0,Ts\0kick\0\0\0\0", 0).messages
    with pytest.raises(ProtocolError, match="got type 'T'") as caught:
        read_request(message)
    assert caught.value.id == -1


def test_a_wrong_message_in_a_bundle_leaves_the_others_as_they_are():
    wrong, _ = wrong_arguments("/ndm/random", 9711)["T"]
    first, middle, last = parse_packet(bundle(1, PING, wrong, PING), 0).messages
    assert read_request(first) == read_request(last) == (Ping(1), None)
    assert middle.fault


def test_wider_numbers_are_read_too():
    data = b"/ndm/ping\0\0\0,h\0\0" + struct.pack(">q", 2**31 - 1)
    assert parse_packet(data, 0).messages == (Message("/ndm/ping", (2**31 - 1,)),)
    data = b"/ndm/ping\0\0\0,d\0\0" + struct.pack(">d", 5.0)
    assert read_request(parse_packet(data, 0).messages[0])[0] == Ping(5)
    assert parse_packet(b"/ndm/hello\0\0", 0).messages == (Message("/ndm/hello", ()),)


numbers = st.integers(-(2**31), 2**31 - 1) | st.floats(width=32) | st.text(max_size=20)


def survive(data):
    """Any bytes are a request, or a ProtocolError; nothing else."""
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
