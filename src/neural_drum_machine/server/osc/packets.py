"""OSC packets to messages.

This is strict where python-osc's own packet class is lenient: that drops arguments of unknown
types, sleeps on bundles with a future time, and follows nested bundles to any depth.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pythonosc.parsing import osc_types

from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode, ProtocolError, shown

MAX_BUNDLE_MESSAGES: Final = 64
MAX_BUNDLE_DEPTH: Final = 4
MAX_ARGUMENTS: Final = 64
SAMPLES: Final = f"/ndm/{protocol.Samples.type}"
"""The address of messages that may have ``MAX_PART`` arguments more than others."""
_PART: Final = re.compile(
    rf",(ii)(f{{{protocol.MIN_ARRAY},{protocol.MAX_PART}}})((?!f)[^\0]{{0,{MAX_ARGUMENTS}}})\0".encode()
)
"""The tags of a part of an upload whose samples are all floats, as of nearly all parts. Its samples
are read at once: one after another, they would take fifty times as long."""
_BUNDLE: Final = b"#bundle\0"
_IMMEDIATELY: Final = 1
_SECONDS_1900_TO_1970: Final = 2_208_988_800
_Reader = Callable[[bytes, int], tuple[Any, int]]
_READERS: Final[dict[str, _Reader]] = {
    "i": osc_types.get_int,
    "h": osc_types.get_int64,
    "f": osc_types.get_float,
    "d": osc_types.get_double,
    "s": osc_types.get_string,
    "S": osc_types.get_string,
}
"""Max and Pd send i, f and s only; oscsend also sends h, d and S."""
_REFUSED: Final = {"T": 0, "F": 0, "N": 0, "I": 0, "[": 0, "]": 0, "c": 4, "r": 4, "m": 4, "t": 8}
"""Bytes of arguments that have no place in a request. They are passed over, so that the refusal
goes to the port that the message names behind them."""
_Argument = int | float | str | npt.NDArray[np.floating[Any]] | None


@dataclass(frozen=True, slots=True)
class Message:
    """An OSC message: its address and its arguments.

    Attributes
    ----------
    address : str
        Begins with ``/``.
    arguments : tuple
        Those that can be read; None in place of one of a type that no request has. The samples of
        a part of an upload may be one array.
    fault : str
        Why the message is no request, as a sentence; empty if its bytes are as they must be.
    """

    address: str
    arguments: tuple[_Argument, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """The content of a datagram: its messages in order, and the number of late bundles.

    A bundle is late if its time lay in the future when it came.
    """

    messages: tuple[Message, ...]
    late: int = 0


def parse_packet(data: bytes, now: float) -> Packet:
    """Read a datagram.

    Parameters
    ----------
    data : bytes
        A message, or a bundle of messages and bundles.
    now : float
        Seconds since 1970. Bundles with a later time are counted, and read nevertheless.

    Returns
    -------
    Packet
        A message whose arguments are wrong is among the others, with its fault.

    Raises
    ------
    ProtocolError
        If the bytes are not OSC, or a bundle or an address exceeds a limit.
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
            raise bad_packet(f"a bundle may hold {MAX_BUNDLE_MESSAGES} messages")
        messages.append(_message(element))
    return Packet(tuple(messages), late)


def _elements(data: bytes, depth: int) -> Iterator[tuple[bytes | None, int]]:
    """Yield (None, time) at each bundle's start, (message, 0) for each message."""
    if depth > MAX_BUNDLE_DEPTH:
        raise bad_packet(f"bundles may be nested {MAX_BUNDLE_DEPTH} deep")
    if len(data) < 16:
        raise bad_packet("a bundle without its time")
    yield None, struct.unpack_from(">Q", data, 8)[0]
    start = 16
    while start < len(data):
        if start + 4 > len(data):
            raise bad_packet("a bundle ends within an element's size")
        (size,) = struct.unpack_from(">i", data, start)
        start += 4
        if not 0 < size <= len(data) - start:
            raise bad_packet(
                f"an element of {size} bytes in a bundle that has {len(data) - start} more"
            )
        element = data[start : start + size]
        start += size
        if element.startswith(_BUNDLE):
            yield from _elements(element, depth + 1)
        else:
            yield element, 0


def _is_future(time: int, now: float) -> bool:
    return time != _IMMEDIATELY and time / 2**32 - _SECONDS_1900_TO_1970 > now


def _message(data: bytes) -> Message:
    try:
        address, start = osc_types.get_string(data, 0)
    except (osc_types.ParseError, UnicodeDecodeError) as error:
        raise bad_packet(f"not OSC: {error}") from error
    if not address.startswith("/"):
        raise bad_packet(f"not OSC: it starts with {shown(data[:8])}, not with /")
    if len(address) > protocol.MAX_STRING:
        raise bad_packet(
            f"an address may have {protocol.MAX_STRING} characters, got {len(address)}"
        )
    if start == len(data):
        return Message(address, ())  # old senders leave out the tags if there are no arguments
    arguments: list[_Argument] = []
    try:
        fault = _read_arguments(data, start, address == SAMPLES, arguments)
    except (osc_types.ParseError, UnicodeDecodeError) as error:
        return Message(address, tuple(arguments), f"not OSC: {error}")
    return Message(address, tuple(arguments), f"{address}: {fault}" if fault else "")


def _read_arguments(data: bytes, start: int, are_samples: bool, to: list[_Argument]) -> str:
    """Append a message's arguments to a list; return why the message is no request, or ``""``."""
    part = _PART.match(data, start) if are_samples else None
    if part is not None:
        ids, floats, rest = part.groups()
        start += (len(ids) + len(floats) + len(rest) + 1) // 4 * 4 + 4
        end = start + 4 * (len(ids) + len(floats))
        if end > len(data):
            return f"{end - len(data)} bytes are missing at the end"
        to.extend(struct.unpack_from(">ii", data, start))
        to.append(np.frombuffer(data, ">f4", len(floats), start + 4 * len(ids)))
        start, tags = end, "," + rest.decode("latin-1")
    else:
        tags, start = osc_types.get_string(data, start)
    if not tags.startswith(","):
        return f"type tags must start with a comma, got {shown(tags)}"
    most = MAX_ARGUMENTS + (protocol.MAX_PART if are_samples else 0)
    fault = ""
    for tag in tags[1 : most + 1]:
        if tag in _READERS:
            value, start = _READERS[tag](data, start)
            to.append(value)
            continue
        fault = fault or f"arguments must be i, f or s, got type {shown(tag)}"
        if tag == "b":
            _, start = osc_types.get_blob(data, start)
        elif tag in _REFUSED:
            start += _REFUSED[tag]
        else:
            return fault  # nobody knows where the next one begins
        to.append(None)
    if len(tags) - 1 > most:
        return f"{len(tags) - 1} arguments; there may be {most}"
    if start < len(data):
        return fault or f"{len(data) - start} bytes too many after the arguments"
    if start > len(data):  # a float at the end is read from fewer than four bytes
        return fault or f"{start - len(data)} bytes are missing at the end"
    return fault


def bad_packet(sentence: str) -> ProtocolError:
    """Return the error of a packet or a message that is not what it must be."""
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence)
