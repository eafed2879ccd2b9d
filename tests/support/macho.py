"""Reads Mach-O files: what macOS would load, by Apple's ``mach-o/loader.h`` and ``cs_blobs.h``."""

import hashlib
import struct
from dataclasses import dataclass, field

PROCESSORS = {0x0100000C: "arm64", 0x01000007: "x86_64"}
LC_SEGMENT_64, LC_SYMTAB, LC_LOAD_DYLIB, LC_ID_DYLIB = 0x19, 0x2, 0xC, 0xD
LC_CODE_SIGNATURE, LC_DYLD_INFO_ONLY, LC_BUILD_VERSION = 0x1D, 0x80000022, 0x32
HEADER, SUPER_BLOB, CODE_DIRECTORY = 32, 0xFADE0CC0, 0xFADE0C02
AD_HOC = 0x2
"""Flag of a signature without a certificate."""


def slices(data: bytes) -> dict[str, bytes]:
    """Return the part for each processor of a universal file."""
    magic, count = struct.unpack_from(">II", data)
    assert magic == 0xCAFEBABE
    out = {}
    for i in range(count):
        kind, _, at, size, alignment = struct.unpack_from(">IIIII", data, 8 + 20 * i)
        assert at % (1 << alignment) == 0
        assert at + size <= len(data)
        out[PROCESSORS[kind]] = data[at : at + size]
    assert len(out) == count
    return out


def _text(data: bytes, at: int) -> str:
    return data[at : data.index(0, at)].decode()


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return an unsigned LEB128 number and where it ends."""
    out = shift = 0
    while True:
        byte = data[at]
        at += 1
        out |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return out, at


@dataclass
class Library:
    """What a Mach-O file for one processor says of itself."""

    data: bytes
    processor: str = ""
    kind: int = 0
    name: str = ""
    libraries: list[str] = field(default_factory=list)
    sections: dict[str, int] = field(default_factory=dict)
    """Names of sections, and where each begins in the file."""
    least_system: tuple[int, int] = (0, 0)
    exports: set[str] = field(default_factory=set)
    undefined: dict[str, str] = field(default_factory=dict)
    """Symbols that come from elsewhere, and the library that each is looked up in."""
    commands_end: int = 0
    signature: bytes = b""

    def __post_init__(self) -> None:
        magic, kind, _, self.kind, count, size = struct.unpack_from("<IIIIII", self.data)
        assert magic == 0xFEEDFACF
        self.processor = PROCESSORS[kind]
        self.commands_end = HEADER + size
        at, symbols = HEADER, (0, 0, 0)
        for _ in range(count):
            command, length = struct.unpack_from("<II", self.data, at)
            if command == LC_SEGMENT_64:
                self._read_sections(at)
            elif command == LC_LOAD_DYLIB:
                self.libraries.append(self._name_at(at))
            elif command == LC_ID_DYLIB:
                self.name = self._name_at(at)
            elif command == LC_BUILD_VERSION:
                platform, least = struct.unpack_from("<II", self.data, at + 8)
                assert platform == 1, "it is not for macOS"
                self.least_system = least >> 16, least >> 8 & 0xFF
            elif command == LC_SYMTAB:
                symbols = struct.unpack_from("<III", self.data, at + 8)
            elif command == LC_DYLD_INFO_ONLY:
                where, many = struct.unpack_from("<II", self.data, at + 40)
                self._read_exports(self.data[where : where + many], 0, "")
            elif command == LC_CODE_SIGNATURE:
                where, many = struct.unpack_from("<II", self.data, at + 8)
                self.signature = self.data[where : where + many]
            at += length
        assert at == self.commands_end
        self._read_symbols(*symbols)

    def _name_at(self, at: int) -> str:
        return _text(self.data, at + struct.unpack_from("<I", self.data, at + 8)[0])

    def _read_sections(self, at: int) -> None:
        count = struct.unpack_from("<I", self.data, at + 64)[0]
        for i in range(count):
            place = at + 72 + 80 * i
            name = self.data[place : place + 16].rstrip(b"\0").decode()
            self.sections[name] = struct.unpack_from("<I", self.data, place + 48)[0]

    def _read_exports(self, trie: bytes, at: int, name: str) -> None:
        size, at = _number(trie, at)
        if size:
            self.exports.add(name)
        at += size
        children = trie[at]
        at += 1
        for _ in range(children):
            edge = _text(trie, at)
            child, at = _number(trie, at + len(edge) + 1)
            self._read_exports(trie, child, name + edge)

    def _read_symbols(self, at: int, count: int, texts: int) -> None:
        for i in range(count):
            text, kind, _, described, _ = struct.unpack_from("<IBBHQ", self.data, at + 16 * i)
            if kind & 0xE0 == 0 and kind & 0x0E == 0 and kind & 1:  # external and undefined
                ordinal = described >> 8
                named = 1 <= ordinal <= len(self.libraries)
                place = self.libraries[ordinal - 1] if named else f"ordinal {ordinal}"
                self.undefined[_text(self.data, texts + text)] = place

    def signed_pages(self) -> int:
        """Return how many pages an ad-hoc signature is of; each has to have the digest in it."""
        magic, _, blobs = struct.unpack_from(">III", self.signature)
        assert magic == SUPER_BLOB
        places = [struct.unpack_from(">II", self.signature, 12 + 8 * i) for i in range(blobs)]
        at = next(where for kind, where in places if kind == 0)
        (magic, _, _, flags, hashes, _, _, pages, limit, size, method, _, power) = (
            struct.unpack_from(">IIIIIIIIIBBBB", self.signature, at)
        )
        assert (magic, size, method) == (CODE_DIRECTORY, 32, 2), "it is not of SHA-256"
        assert flags & AD_HOC
        step = 1 << power
        for i in range(pages):
            page = self.data[i * step : min((i + 1) * step, limit)]
            known = self.signature[at + hashes + i * size : at + hashes + (i + 1) * size]
            assert hashlib.sha256(page).digest() == known, f"page {i} is not the signed one"
        assert limit == len(self.data) - len(self.signature)
        assert pages == -(-limit // step)
        return pages
