"""The file format of a frozen Max for Live device: the patcher and its files in one file.

The outer blocks (``ampf``, ``meta``, ``ptch``) are little-endian, the inner ones (``mx@c``,
``dlst``) big-endian.
"""

import json
import struct
from dataclasses import dataclass
from typing import Any, Final

DEVICE_KINDS: Final = {"instrument": b"iiii", "audio effect": b"aaaa", "MIDI effect": b"mmmm"}
_FROZEN: Final = 7
_HEADER: Final = 16
"""Size of the header of ``mx@c`` in bytes; offsets count from its start."""
_DEVICE_FLAG: Final = 0x11
_MAC_EPOCH: Final = 2_082_844_800
"""Seconds from 1904 to 1970."""


@dataclass(frozen=True)
class File:
    """A file in a device; `kind` is JSON or TEXT."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Device:
    """The content of a device file."""

    kind: str
    patcher: dict[str, Any]
    name: str
    files: tuple[File, ...]
    modified: int
    """Unix time, the same for all files."""


def amxd_type(kind: str) -> int:
    """Return the number of a kind of device in a patcher's ``project``."""
    return int.from_bytes(DEVICE_KINDS[kind], "big")


def write(device: Device) -> bytes:
    """Return the bytes of a device file."""
    text = json.dumps(device.patcher, indent=1, ensure_ascii=False) + "\n\0"
    files = (File(device.name, "JSON", text.encode()), *device.files)
    body, entries = b"", b""
    for number, file in enumerate(files):
        entry = (
            _field(b"type", file.kind.encode().ljust(4))
            + _field(b"fnam", _padded(file.name))
            + _number(b"sz32", len(file.data))
            + _number(b"of32", _HEADER + len(body))
            + _number(b"vers", 0)
            + _number(b"flag", 0 if number else _DEVICE_FLAG)
            + _number(b"mdat", device.modified + _MAC_EPOCH)
        )
        entries += _field(b"dire", entry)
        body += file.data
    content = b"mx@c" + struct.pack(">IQ", _HEADER, _HEADER + len(body)) + body
    content += _field(b"dlst", entries)
    return (
        b"ampf" + struct.pack("<I", 4) + DEVICE_KINDS[device.kind]
        + b"meta" + struct.pack("<II", 4, _FROZEN)
        + b"ptch" + struct.pack("<I", len(content)) + content
    )  # fmt: skip


def read(data: bytes) -> Device:
    """Return the content of a frozen device file.

    Raises
    ------
    ValueError
        If a tag, size or offset is wrong.
    """
    _expect(data[:8], b"ampf" + struct.pack("<I", 4), "the start")
    kinds = {tag: kind for kind, tag in DEVICE_KINDS.items()}
    if data[8:12] not in kinds:
        raise ValueError(f"no such kind of device: {data[8:12]!r}")
    _expect(data[12:24], b"meta" + struct.pack("<II", 4, _FROZEN), "meta")
    _expect(data[24:32], b"ptch" + struct.pack("<I", len(data) - 32), "ptch")
    content = data[32:]
    footer = struct.unpack_from(">Q", content, 8)[0]
    _expect(content[:8], b"mx@c" + struct.pack(">I", _HEADER), "mx@c")
    ((tag, entries),) = _fields(content[footer:])
    _expect(tag, b"dlst", "the list of files")
    files, times, due = [], set(), _HEADER
    for tag, entry in _fields(entries):
        _expect(tag, b"dire", "a file's entry")
        fields = dict(_fields(entry))
        size, offset, version, flag, time = (
            struct.unpack(">I", fields[name])[0]
            for name in (b"sz32", b"of32", b"vers", b"flag", b"mdat")
        )
        if (offset, version, flag) != (due, 0, 0 if files else _DEVICE_FLAG):
            raise ValueError(f"file at {offset}, version {version}, flag {flag}; expected at {due}")
        due += size
        times.add(time - _MAC_EPOCH)
        name = fields[b"fnam"].rstrip(b"\0").decode()
        files.append(File(name, fields[b"type"].decode().strip(), content[offset:due]))
    if due != footer or len(times) != 1:
        raise ValueError(f"files end at {due}, their list begins at {footer}, times {times}")
    first, *others = files
    if not first.data.endswith(b"\n\0"):
        raise ValueError("the patcher does not end with a line feed and a zero")
    patcher = json.loads(first.data[:-1])
    return Device(kinds[data[8:12]], patcher, first.name, tuple(others), times.pop())


def _field(tag: bytes, payload: bytes) -> bytes:
    return tag + struct.pack(">I", len(payload) + 8) + payload


def _number(tag: bytes, value: int) -> bytes:
    return _field(tag, struct.pack(">I", value))


def _padded(name: str) -> bytes:
    data = name.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def _fields(data: bytes) -> list[tuple[bytes, bytes]]:
    found, start = [], 0
    while start < len(data):
        size = struct.unpack_from(">I", data, start + 4)[0]
        if not 8 <= size <= len(data) - start:
            raise ValueError(f"field of {size} bytes, but only {len(data) - start} are left")
        found.append((data[start : start + 4], data[start + 8 : start + size]))
        start += size
    return found


def _expect(found: bytes, wanted: bytes, what: str) -> None:
    if found != wanted:
        raise ValueError(f"{what}: expected {wanted!r}, found {found!r}")
