"""OSC bytes to requests, replies to OSC bytes.

Strict where python-osc's own packet class is lenient: it drops arguments of unknown types, sleeps
on bundles with a future time, and follows nested bundles to any depth.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.parsing import ntp, osc_types

from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import (
    ErrorCode,
    Part,
    ProtocolError,
    Reply,
    Request,
    shown,
)

MAX_BUNDLE_MESSAGES: Final = 64
MAX_BUNDLE_DEPTH: Final = 4
MAX_ARGUMENTS: Final = 64
_BUNDLE: Final = b"#bundle\0"
_IMMEDIATELY: Final = 1
_Reader = Callable[[bytes, int], tuple[Any, int]]
_READERS: Final[dict[str, _Reader]] = {
    "i": osc_types.get_int,
    "h": osc_types.get_int64,
    "f": osc_types.get_float,
    "d": osc_types.get_double,
    "s": osc_types.get_string,
    "S": osc_types.get_string,
}
"""Max and Pd send i, f and s only; oscsend also h, d and S."""
REQUESTS: Final[dict[str, type[Request | Part]]] = {
    f"/ndm/{kind.name}": kind
    for kind in (
        protocol.Hello,
        protocol.Ping,
        protocol.Status,
        protocol.Generate,
        protocol.Random,
        protocol.Variation,
        protocol.Encode,
        protocol.PartedUpload,
        protocol.Samples,
    )
}
"""What each address asks for."""
_SAMPLES: Final = f"/ndm/{protocol.Samples.name}"


@dataclass(frozen=True, slots=True)
class Message:
    """An OSC message: its address and its arguments."""

    address: str
    arguments: tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class Packet:
    """What one datagram held: messages in order, and how many bundles lay in the future."""

    messages: tuple[Message, ...]
    late: int = 0


def parse_packet(data: bytes, now: float) -> Packet:
    """Read a datagram.

    Parameters
    ----------
    data : bytes
        A message, or a bundle of messages and bundles.
    now : float
        Seconds since 1970: bundles with a later time are counted. They are read all the same.

    Raises
    ------
    ProtocolError
        If the bytes are no OSC, or hold more than is read.
    """
    if not data.startswith(_BUNDLE):
        return Packet((_message(data),))
    messages: list[Message] = []
    late = 0
    for element, time in _elements(data, 1):
        if element is None:
            late += _is_future(time, now)
            continue
        if len(messages) == MAX_BUNDLE_MESSAGES:
            raise _bad(f"a bundle may hold {MAX_BUNDLE_MESSAGES} messages")
        messages.append(_message(element))
    return Packet(tuple(messages), late)


def _elements(data: bytes, depth: int) -> Iterator[tuple[bytes | None, int]]:
    """Yield (None, time) at each bundle's start, (message, 0) for each message."""
    if depth > MAX_BUNDLE_DEPTH:
        raise _bad(f"bundles may be nested {MAX_BUNDLE_DEPTH} deep")
    if len(data) < 16:
        raise _bad("a bundle without its time")
    yield None, struct.unpack_from(">Q", data, 8)[0]
    start = 16
    while start < len(data):
        if start + 4 > len(data):
            raise _bad("a bundle ends within an element's size")
        (size,) = struct.unpack_from(">i", data, start)
        start += 4
        if not 0 < size <= len(data) - start:
            raise _bad(f"an element of {size} bytes in a bundle that has {len(data) - start} more")
        element = data[start : start + size]
        start += size
        if element.startswith(_BUNDLE):
            yield from _elements(element, depth + 1)
        else:
            yield element, 0


def _is_future(time: int, now: float) -> bool:
    return time != _IMMEDIATELY and time / 2**32 - ntp._NTP_DELTA > now


def _message(data: bytes) -> Message:
    try:
        address, start = osc_types.get_string(data, 0)
        if not address.startswith("/"):
            raise _bad(f"not OSC: it starts with {shown(data[:8])}, not with /")
        if len(address) > protocol.MAX_STRING:
            raise _bad(f"an address may have {protocol.MAX_STRING} characters, got {len(address)}")
        if start == len(data):
            return Message(address, ())  # old senders leave out the tags where there are none
        tags, start = osc_types.get_string(data, start)
        if not tags.startswith(","):
            raise _bad(f"{address}: type tags must start with a comma, got {shown(tags)}")
        most = MAX_ARGUMENTS + (protocol.MAX_PART if address == _SAMPLES else 0)
        if len(tags) - 1 > most:
            raise _bad(f"{address}: {len(tags) - 1} arguments; there may be {most}")
        arguments: list[int | float | str] = []
        for tag in tags[1:]:
            if tag not in _READERS:
                raise _bad(f"{address}: arguments must be i, f or s, got type {shown(tag)}")
            value, start = _READERS[tag](data, start)
            arguments.append(value)
    except (osc_types.ParseError, UnicodeDecodeError) as error:
        raise _bad(f"not OSC: {error}") from error
    if start != len(data):
        raise _bad(f"{address}: {len(data) - start} bytes too many after the arguments")
    return Message(address, tuple(arguments))


def read_request(message: Message) -> tuple[Request | Part, int | None]:
    """Return the request of a message, and the port that its answer shall go to, if it names one.

    The required fields come first, in order; then pairs of a name and a value.

    Raises
    ------
    ProtocolError
        If it is none; with the request's id where that can be read.
    """
    kind = REQUESTS.get(message.address)
    if kind is None:
        raise _bad(f"no address {shown(message.address)}; there are {', '.join(REQUESTS)}")
    required = kind.required()
    given: tuple[Any, ...] = message.arguments
    if kind is protocol.Samples:
        given = _gathered(given)
    values: dict[str, Any] = dict(zip(required, given, strict=False))
    try:
        rest = given[len(required) :]
        for i in range(0, len(rest), 2):
            name = rest[i]
            if not isinstance(name, str):
                raise _bad(
                    f"{message.address}: a name is due after {', '.join(required) or 'it'}, "
                    f"got {shown(name)}"
                )
            if i + 1 == len(rest):
                raise _bad(f"{message.address}: {shown(name)} lacks its value")
            if name in values:
                raise _bad(f"{message.address}: {shown(name)} is given twice")
            values[name] = rest[i + 1]
        port = _reply_port(values.pop("reply", None))
    except ProtocolError as error:
        error.id = protocol.read_id(values.get("id"))
        raise
    return kind.build(values), port


def _gathered(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a part's arguments with its samples as one: all from the third on to a word."""
    end = next((i for i, v in enumerate(arguments) if i > 1 and isinstance(v, str)), None)
    samples = arguments[2:end]
    return (*arguments[:2], samples, *arguments[len(samples) + 2 :])


def peek_reply_port(message: Message) -> int | None:
    """Return the port that a message names, also where it is no request, so that it hears why."""
    for name, value in zip(message.arguments, message.arguments[1:], strict=False):
        if name == "reply":
            try:
                return _reply_port(value)
            except ProtocolError:
                return None
    return None


def _reply_port(value: Any) -> int | None:
    if value is None:
        return None
    # Not "in range": a float would be compared with each of its numbers.
    whole = isinstance(value, int | float) and 1024 <= value <= 65535 and value == int(value)
    if not whole or isinstance(value, bool):
        raise ProtocolError(
            ErrorCode.OUT_OF_RANGE,
            f"reply must be a port from 1024 to 65535, got {shown(value)}",
        )
    return int(value)


def write_reply(reply: Reply) -> list[bytes]:
    """Return the datagrams of a reply to one of :data:`REQUESTS`: one, but several for hello."""
    match reply:
        case protocol.HelloReply():
            return [
                encode("/ndm/hello", reply.protocol, reply.program, reply.model, reply.hash),
                encode("/ndm/format", reply.sr, reply.length),
                encode("/ndm/ranges", *reply.ranges),
                encode("/ndm/inverters", *reply.inverters),
                *(encode("/ndm/axes", name, *axes) for name, axes in reply.axes.items()),
                # Last: who has it has all.
                encode("/ndm/categories", *reply.categories),
            ]
        case protocol.Pong():
            return [encode("/ndm/pong", reply.n)]
        case protocol.SoundReply():
            return [encode("/ndm/sound", *_values(reply))]
        case protocol.Superseded():
            return [encode("/ndm/superseded", reply.id, reply.by)]
        case protocol.ErrorReply():
            return [encode("/ndm/error", reply.id, str(reply.code), reply.sentence)]
        case protocol.StatusReply():
            pairs = ((name, getattr(reply, name)) for name in reply.__slots__)
            return [encode("/ndm/status", *(item for pair in pairs for item in pair))]
    raise TypeError(f"{type(reply).__name__} is no answer to a request over OSC")


def _values(reply: protocol.SoundReply) -> list[int | float | str]:
    return [getattr(reply, name) for name in reply.__slots__]


def encode(address: str, *arguments: int | float | str) -> bytes:
    """Return a message; floats go as ``f``, for Max reads ``d`` as 0."""
    builder = OscMessageBuilder(address)
    for value in arguments:
        kind = "s" if isinstance(value, str) else "i" if isinstance(value, int) else "f"
        builder.add_arg(value, kind)
    return builder.build().dgram


def _bad(sentence: str) -> ProtocolError:
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence)
