"""WebSocket messages to requests, replies to WebSocket messages.

A text message is a JSON object. A binary message is the length of such an object (32 bits,
little-endian), the object in UTF-8, and bytes: those of a file, or the samples of a sound.
``docs/protocol-web.md`` describes the same for people. Over 250 lines, because the values of every
message are spelled out.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, Final

from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ProtocolError,
    Reply,
    Request,
    read_id,
    shown,
)
from neural_drum_machine.sound import REFERENCE
from neural_drum_machine.wishes.axis_file import content_of
from neural_drum_machine.wishes.velocity import LOUDEST

MAX_TEXT: Final = 2**20
"""Size of a JSON object: a kit fits in whose 16 voices are own sounds."""
MAX_HEADER: Final = 8 * 1024
"""Size of the JSON object before bytes."""
MAX_MESSAGE: Final = protocol.MAX_AUDIO_BYTES + 256 * 1024
MAX_PEEK: Final = 4096
"""Characters of an object that is parsed for its id alone; most objects have fewer."""
_LENGTH: Final = struct.Struct("<I")
REQUESTS: Final[Mapping[str, type[Request]]] = {
    kind.type: kind
    for kind in (
        protocol.Hello,
        protocol.Ping,
        protocol.Status,
        protocol.Generate,
        protocol.Random,
        protocol.Variation,
        protocol.Bend,
        protocol.Encode,
        protocol.Recall,
        protocol.Move,
        protocol.Morph,
        protocol.PadMap,
        protocol.Describe,
        protocol.Layers,
        protocol.Axis,
        protocol.NewKit,
        protocol.VaryKit,
        protocol.SwapVoice,
        protocol.Styles,
        protocol.GrooveExport,
        protocol.Humanize,
        protocol.ExportKit,
        protocol.Cancel,
        protocol.LibraryStatus,
        protocol.LibraryMap,
        protocol.LibraryFind,
        protocol.LibraryNear,
        protocol.LibraryLike,
        protocol.LibraryAudio,
        protocol.LibraryTake,
        protocol.LibraryBetween,
    )
}
"""The request of each ``type`` of text message."""
BINARY: Final[Mapping[str, tuple[type[Request], str]]] = {
    protocol.Upload.type: (protocol.Upload, "audio"),
    protocol.Own.type: (protocol.Own, "form"),
    protocol.GrooveImport.type: (protocol.GrooveImport, "midi"),
}
"""The request of each ``type`` of binary message, and its field that the bytes are."""


SOUND: Final = (
    *("id", "ms", "peak", "samples", "sr", "length", "category", "seed", "p1", "p2", "p3"),
    *("inverter", "wild", "take"),
)
"""The values at the beginning of a sound's header, in this order."""
LIMITS: Final = (
    *("takes", "recent_sounds", "waiting", "audio_bytes", "amount", "wild", "control"),
    "length_ms",
)
"""The values of ``limits`` in the answer to hello."""
REPLIES: Final[Mapping[type[Reply], tuple[str, tuple[str, ...]]]] = {
    protocol.HelloReply: (
        "hello",
        (
            *("protocol", "program", "model", "hash", "sr", "length", "categories", "axes"),
            *("ranges", "inverters", "qualities", "wishes", "engines", "width"),
        ),
    ),
    protocol.Pong: ("pong", ("n",)),
    protocol.StatusReply: (
        "status",
        (
            *("seconds", "received", "answered", "superseded", "errors", "bad", "late"),
            *("waiting", "clients", "p50", "p95"),
        ),
    ),
    protocol.Superseded: ("superseded", ("id", "by")),
    protocol.ErrorReply: ("error", ("id", "code", "sentence")),
    protocol.PadMapReply: ("pad_map", ("id", "category", "brightness", "decay")),
    protocol.OwnReply: ("own", ("id", "number")),
    protocol.AxisReply: ("axis", ("id", "axis")),
    protocol.KitReply: ("kit", ("id", "kit")),
    protocol.StylesReply: ("styles", ("id", "grooves", "kits", "formats")),
    protocol.GrooveReply: ("groove", ("id", "groove", "notes")),
    protocol.Progress: ("progress", ("id", "stage", "done", "total")),
    protocol.CancelReply: ("cancel", ("id", "of", "found")),
    protocol.ValuesReply: ("values", ("id", "of", "category", "values")),
    protocol.LibraryReply: (
        "library",
        ("id", "sounds", "categories", "layout", "version", "sentence", "command"),
    ),
    protocol.LibraryNearReply: ("library_near", ("id", "sounds", "distances")),
}
"""The ``type`` of each text message, and its values in this order."""
WITH_DATA: Final[Mapping[type[Reply], tuple[str, tuple[str, ...]]]] = {
    protocol.LibraryMapReply: (
        "library_map",
        ("id", "first", "total", "version", "categories", "names", "kits"),
    ),
    protocol.LibraryFindReply: ("library_find", ("id", "total")),
    protocol.LibraryAudioReply: ("library_audio", ("id", "sr", "left_out", "channels")),
    protocol.MadeFile: ("file", ("id", "name", "notes")),
    protocol.LayerSamplesReply: (
        "layers",
        ("id", "of", "samples", "sr", "channels", "velocities"),
    ),
}
"""The same of binary messages, besides sounds; their ``data`` follows the header."""

_WithData = (
    protocol.LibraryMapReply
    | protocol.LibraryFindReply
    | protocol.LibraryAudioReply
    | protocol.LayerSamplesReply
    | protocol.MadeFile
)


def read_text(text: str) -> Request:
    """Return the request of a text message.

    Raises
    ------
    ProtocolError
        If it is no request. The error has the request's id if that can be read.
    """
    values = _object(text)
    name = values.pop("type", None)
    if isinstance(name, str) and name in BINARY:
        raise _bad(f"{name} is a binary message: its length, this object, the bytes", values)
    kind = REQUESTS.get(name) if isinstance(name, str) else None
    if kind is None:
        close = get_close_matches(shown(name), REQUESTS, 1)
        hint = (
            f"did you mean {close[0]}?"
            if close
            else "there are hello, generate and others: docs/protocol-web.md"
        )
        raise _bad(f"no type {shown(name)}; {hint}", values)
    return kind.build(values)


def read_binary(data: bytes) -> Request:
    """Return the request of a binary message: an upload, an own sound, or a MIDI file.

    Raises
    ------
    ProtocolError
        As for :func:`read_text`.
    """
    if len(data) < _LENGTH.size:
        raise _bad(f"a binary message of {len(data)} bytes has no header")
    (length,) = _LENGTH.unpack_from(data)
    if length > MAX_HEADER:
        raise _bad(f"a header of {length} bytes; it may have {MAX_HEADER}")
    start = _LENGTH.size + length
    if start > len(data):
        raise _bad(f"a header of {length} bytes in a message of {len(data)}")
    try:
        text = data[_LENGTH.size : start].decode()
    except UnicodeDecodeError as error:
        raise _bad(f"the header is no UTF-8 ({error.reason})") from error
    values = _object(text)
    name = values.pop("type", None)
    if not isinstance(name, str) or name not in BINARY:
        raise _bad(f"a binary message is {', '.join(BINARY)}; got {shown(name)}", values)
    kind, field = BINARY[name]
    if field in values:
        raise _bad(f"the bytes of {field} come after the header, not in it", values)
    return kind.build({**values, field: data[start:]})


def peek_id(data: str | bytes) -> int:
    """Return the id of a message that is not parsed further; -1 if it cannot be found cheaply."""
    try:
        if isinstance(data, bytes):
            (length,) = _LENGTH.unpack_from(data)
            if length > MAX_PEEK:
                return protocol.UNREADABLE_ID
            data = data[_LENGTH.size : _LENGTH.size + length].decode()
        if len(data) > MAX_PEEK:
            return protocol.UNREADABLE_ID
        return read_id(json.loads(data)["id"])
    except Exception:  # it is called for messages that already failed in unforeseen ways
        return protocol.UNREADABLE_ID


def _object(text: str) -> dict[str, Any]:
    if len(text) > MAX_TEXT:
        raise _bad(f"a text may have {MAX_TEXT} characters, got {len(text)}")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(f"not JSON: {shown(str(error))}") from error
    if not isinstance(values, dict):
        raise _bad(f"a request is a JSON object, got {shown(values)}")
    return values


def _bad(sentence: str, values: dict[str, Any] | None = None) -> ProtocolError:
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence, read_id((values or {}).get("id")))


def write_reply(reply: Reply) -> str | bytes:
    """Return the message of a reply: bytes if samples or columns follow it, else text.

    Raises
    ------
    TypeError
        If it is an answer for clients that take files.
    """
    if isinstance(reply, protocol.SamplesReply):
        return _write_sound(reply)
    kind = REPLIES.get(type(reply)) or WITH_DATA.get(type(reply))
    if kind is None:
        raise TypeError(f"{type(reply).__name__} is no answer over the WebSocket")
    name, fields = kind
    values = {field: getattr(reply, field) for field in fields}
    if isinstance(reply, _WithData):
        return _binary({"type": name, **values}, reply.data)
    if isinstance(reply, protocol.HelloReply):
        values["limits"] = {field: getattr(reply.limits, field) for field in LIMITS}
    return _text({"type": name, **values})


def _write_sound(reply: protocol.SamplesReply) -> bytes:
    values = {
        **{field: getattr(reply.sound, field) for field in SOUND},
        **({"channels": reply.channels} if reply.channels > 1 else {}),
        "code": reply.code,
        "to": reply.to,
        "t": reply.t,
        **({"exemplars": reply.exemplars} if reply.exemplars else {}),
        **({"blend": reply.blend} if reply.blend else {}),
        **({"wish": dict(reply.wish)} if reply.wish else {}),
        **({"velocity": reply.velocity} if reply.velocity < LOUDEST else {}),
        **({"engine": reply.engine} if reply.engine != REFERENCE else {}),
        **({"along": _along(reply.along)} if reply.along else {}),
        **({"own": b64encode(reply.own).decode()} if reply.own else {}),
        **({"recordings": [asdict(each) for each in reply.recordings]} if reply.recordings else {}),
        "fidelity": reply.fidelity,
        "original": 0 if reply.original is None else len(reply.original),
        **({"left_out": reply.left_out} if reply.left_out else {}),
        **({"notes": reply.notes} if reply.notes else {}),
    }
    parts = [reply.pcm] if reply.original is None else [reply.pcm, reply.original]
    samples = [part.astype("<i2", copy=False).tobytes() for part in parts]
    return _binary({"type": "sound", **values}, *samples)


def _along(along: protocol.Along) -> dict[str, Any]:
    axes = [{"axis": content_of(axis), "amount": amount} for axis, amount in along.axes]
    return {"axes": axes, "code": along.code, "wish": dict(along.wish)}


def _binary(values: dict[str, Any], *data: bytes) -> bytes:
    header = _text(values).encode()
    header += b" " * (-len(header) % 4)  # so that a reader can use what follows in place
    return b"".join([_LENGTH.pack(len(header)), header, *data])


def _text(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
