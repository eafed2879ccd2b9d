"""OSC messages to requests, replies to OSC messages.

The order of arguments is spelled out here. Fields of the dataclasses may move without changing it.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from pythonosc.osc_message_builder import OscMessageBuilder

from neural_drum_machine.server import protocol
from neural_drum_machine.server.osc.packets import SAMPLES, Message, bad_packet
from neural_drum_machine.server.protocol import (
    ErrorCode,
    Part,
    ProtocolError,
    Reply,
    Request,
    shown,
)

ARGUMENTS: Final[Mapping[type[Request | Part], tuple[str, ...]]] = {
    protocol.Hello: (),
    protocol.Ping: ("n",),
    protocol.Status: (),
    protocol.Generate: ("id", "category", "p1", "p2", "p3"),
    protocol.Random: ("id", "category"),
    protocol.Variation: ("id", "of", "amount"),
    protocol.Bend: ("id", "of", "p1", "p2", "p3"),
    protocol.Encode: ("id", "of"),
    protocol.Describe: ("id", "of"),
    protocol.Layers: ("id", "of"),
    protocol.PartedUpload: ("id", "total", "sr"),
    protocol.Samples: ("id", "offset", "samples"),
}
"""The arguments that come first, in this order; all others are given by name."""
REQUESTS: Final[Mapping[str, type[Request | Part]]] = {
    f"/ndm/{kind.type}": kind for kind in ARGUMENTS
}
"""The request of each address."""
SOUND: Final = (
    *("id", "path", "ms", "peak", "samples", "sr", "length", "category", "seed"),
    *("p1", "p2", "p3", "inverter", "wild", "take"),
)
"""The arguments of ``/ndm/sound``, in this order."""
STATUS: Final = (
    *("seconds", "received", "answered", "superseded", "errors", "bad", "late"),
    *("waiting", "clients", "p50", "p95"),
)
"""The names in ``/ndm/status``, in this order, each with its value behind it."""


def read_request(message: Message) -> tuple[Request | Part, int | None]:
    """Return the request of a message, and the port for its answer if it names one.

    The arguments in :data:`ARGUMENTS` come first, in that order. Then come pairs of a name and a
    value.

    Raises
    ------
    ProtocolError
        If it is no request. The error has the request's id if that can be read.
    """
    kind = REQUESTS.get(message.address)
    if kind is None:
        raise bad_packet(f"no address {shown(message.address)}; there are {', '.join(REQUESTS)}")
    names = ARGUMENTS[kind]
    given: tuple[Any, ...] = message.arguments
    if message.address == SAMPLES:
        given = _gathered(given)
    values: dict[str, Any] = dict(zip(names, given, strict=False))
    try:
        if message.fault:
            raise bad_packet(message.fault)
        rest = given[len(names) :]
        for i in range(0, len(rest), 2):
            name = rest[i]
            if not isinstance(name, str):
                raise bad_packet(
                    f"{message.address}: a name must follow {', '.join(names) or 'the address'}, "
                    f"got {shown(name)}"
                )
            if i + 1 == len(rest):
                raise bad_packet(f"{message.address}: {shown(name)} lacks its value")
            if name in values:
                raise bad_packet(f"{message.address}: {shown(name)} is given twice")
            values[name] = rest[i + 1]
        port = _reply_port(values.pop("reply", None))
    except ProtocolError as error:
        error.id = protocol.read_id(values.get("id"))
        raise
    return kind.build(values), port


def _gathered(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a part's arguments with its samples in one tuple: all from the third to a word."""
    if len(arguments) > 2 and isinstance(arguments[2], np.ndarray):
        return arguments
    end = next((i for i, v in enumerate(arguments) if i > 1 and isinstance(v, str)), None)
    samples = arguments[2:end]
    return (*arguments[:2], samples, *arguments[len(samples) + 2 :])


def peek_reply_port(message: Message) -> int | None:
    """Return the port that a message names, also if it is no request: to tell its sender why."""
    for name, value in zip(message.arguments, message.arguments[1:], strict=False):
        if isinstance(name, str) and name == "reply":
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
    """Return the datagrams of a reply: one, but several for hello.

    Raises
    ------
    TypeError
        If it is no answer to a request over OSC.
    """
    match reply:
        case protocol.HelloReply():
            return [
                build_message("/ndm/hello", reply.protocol, reply.program, reply.model, reply.hash),
                build_message("/ndm/format", reply.sr, reply.length),
                build_message("/ndm/ranges", *reply.ranges),
                build_message("/ndm/inverters", *reply.inverters),
                *(build_message("/ndm/axes", name, *axes) for name, axes in reply.axes.items()),
                # Last: a client that has received it has received all.
                build_message("/ndm/categories", *reply.categories),
            ]
        case protocol.Pong():
            return [build_message("/ndm/pong", reply.n)]
        case protocol.SoundReply():
            return [build_message("/ndm/sound", *(getattr(reply, name) for name in SOUND))]
        case protocol.LayersReply():
            facts = (reply.id, reply.of, reply.path, reply.samples, reply.sr)
            return [build_message("/ndm/layers", *facts, *reply.velocities)]
        case protocol.Superseded():
            return [build_message("/ndm/superseded", reply.id, reply.by)]
        case protocol.ErrorReply():
            return [build_message("/ndm/error", reply.id, str(reply.code), reply.sentence)]
        case protocol.ValuesReply():
            values = (item for pair in reply.values.items() for item in pair)
            return [build_message("/ndm/values", reply.id, reply.of, reply.category, *values)]
        case protocol.StatusReply():
            pairs = ((name, getattr(reply, name)) for name in STATUS)
            return [build_message("/ndm/status", *(item for pair in pairs for item in pair))]
    raise TypeError(f"{type(reply).__name__} is no answer to a request over OSC")


def build_message(address: str, *arguments: int | float | str) -> bytes:
    """Return the bytes of a message; floats are sent as ``f``, because Max reads ``d`` as 0."""
    builder = OscMessageBuilder(address)
    for value in arguments:
        kind = "s" if isinstance(value, str) else "i" if isinstance(value, int) else "f"
        builder.add_arg(value, kind)
    return builder.build().dgram
