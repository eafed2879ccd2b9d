"""WebSocket messages to requests, replies to WebSocket messages.

Text is a JSON object. A binary message is the length of such an object (32 bits, little-endian),
the object in UTF-8, and bytes: of an upload those of a sound file, of a sound its samples.
``docs/protocol-web.md`` says the same for people.
"""

import dataclasses
import json
import struct
from typing import Any, Final

from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ProtocolError,
    Reply,
    Request,
    SoundReply,
    read_id,
    shown,
)

MAX_TEXT: Final = 256 * 1024
"""Bytes of a JSON object: two codes of the largest model fit in."""
MAX_MESSAGE: Final = protocol.MAX_AUDIO_BYTES + MAX_TEXT
MAX_GLANCE: Final = 4096
"""Characters of an object that is looked into for its id alone: most have fewer."""
_LENGTH: Final = struct.Struct("<I")
REQUESTS: Final[dict[str, type[Request]]] = {
    kind.name: kind
    for kind in (
        protocol.Hello,
        protocol.Ping,
        protocol.Status,
        protocol.Generate,
        protocol.Random,
        protocol.Variation,
        protocol.Encode,
        protocol.Recall,
        protocol.Move,
        protocol.Morph,
        protocol.PadMap,
    )
}
"""What a text's ``type`` asks for."""


def read_text(text: str) -> Request:
    """Return the request of a text message.

    Raises
    ------
    ProtocolError
        If it is none; with the request's id where that can be read.
    """
    values = _object(text)
    name = values.pop("type", None)
    if name == protocol.Upload.name:
        raise _bad("an upload is a binary message: its length, this object, the file", values)
    kind = REQUESTS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise _bad(f"no type {shown(name)}; there are {', '.join(REQUESTS)}", values)
    return kind.build(values)


def read_binary(data: bytes) -> Request:
    """Return the request of a binary message: an upload.

    Raises
    ------
    ProtocolError
        As for :func:`read_text`.
    """
    if len(data) < _LENGTH.size:
        raise _bad(f"a binary message of {len(data)} bytes has no header")
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    if start > len(data):
        raise _bad(f"a header of {length} bytes in a message of {len(data)}")
    try:
        text = data[_LENGTH.size : start].decode()
    except UnicodeDecodeError as error:
        raise _bad(f"the header is no UTF-8 ({error.reason})") from error
    values = _object(text)
    name = values.pop("type", None)
    if name != protocol.Upload.name:
        raise _bad(f"a binary message must be an upload, got {shown(name)}", values)
    if "audio" in values:
        raise _bad("the audio comes after the header, not in it", values)
    return protocol.Upload.build({**values, "audio": data[start:]})


def id_of(data: str | bytes) -> int:
    """Return the id of a message that is not read further; -1 where it cannot be found cheaply."""
    try:
        if isinstance(data, bytes):
            (length,) = _LENGTH.unpack_from(data)
            if length > MAX_GLANCE:
                return protocol.UNREADABLE_ID
            data = data[_LENGTH.size : _LENGTH.size + length].decode()
        if len(data) > MAX_GLANCE:
            return protocol.UNREADABLE_ID
        return read_id(json.loads(data)["id"])
    except Exception:  # called for messages that failed in ways that nobody thought of
        return protocol.UNREADABLE_ID


def _object(text: str) -> dict[str, Any]:
    # A character is at least a byte; whoever sends more of them means no request.
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
    """Return the message of a reply: bytes for a sound, else text."""
    match reply:
        case protocol.SamplesReply():
            values = {
                **_facts(reply.sound),
                "code": reply.code,
                "to": reply.to,
                "t": reply.t,
                "fidelity": reply.fidelity,
                "original": 0 if reply.original is None else len(reply.original),
                **({"left_out": reply.left_out} if reply.left_out else {}),
            }
            parts = [reply.pcm] if reply.original is None else [reply.pcm, reply.original]
            header = _text({"type": "sound", **values}).encode()
            header += b" " * (-len(header) % 4)  # so that a reader can look at the samples in place
            samples = [part.astype("<i2", copy=False).tobytes() for part in parts]
            return b"".join([_LENGTH.pack(len(header)), header, *samples])
        case protocol.SoundReply():
            raise TypeError("a client of the web takes samples, not files")
        case protocol.HelloReply():
            name = "hello"
        case protocol.Pong():
            name = "pong"
        case protocol.PadMapReply():
            name = "pad_map"
        case protocol.Superseded():
            name = "superseded"
        case protocol.ErrorReply():
            name = "error"
        case protocol.StatusReply():
            name = "status"
    return _text({"type": name, **dataclasses.asdict(reply)})


def _facts(sound: SoundReply) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(sound).items() if name != "path"}


def _text(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
