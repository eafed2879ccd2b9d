"""Follows the frames in the bytes that a WebSocket's client sends, without keeping them (RFC 6455).

Pure. What the frames are worth, and what happens to a client that sends too much, is decided
elsewhere; the messages themselves are read by the WebSocket library.
"""

from dataclasses import dataclass, field
from typing import Final

TEXT: Final = 1
BINARY: Final = 2
_FIRST_CONTROL: Final = 8


@dataclass(slots=True)
class FrameMeter:
    """Counts frames and bytes.

    Attributes
    ----------
    frames : int
        Frames that have begun.
    text : int
        Bytes of text messages.
    messages : int
        Messages that are complete.
    unfinished : int
        Bytes of the message in progress, its headers included; 0 if there is none.
    fragments : int
        Frames of the message in progress.
    complete : int
        Bytes of the last ones taken that belong to no message in progress.
    """

    frames: int = 0
    text: int = 0
    messages: int = 0
    unfinished: int = 0
    fragments: int = 0
    complete: int = 0
    _header: bytearray = field(default_factory=bytearray)
    _left: int = 0
    """Bytes of the frame in progress that have not come."""
    _opcode: int = 0
    _is_last: bool = True
    _is_text: bool = False

    def take(self, data: memoryview, most: int) -> int:
        """Count frames until so many have begun, and return the number of bytes until then.

        Parameters
        ----------
        data : memoryview
            The next bytes. Those that are not counted must be given again.
        most : int
            Frames that may begin.
        """
        place = self.complete = 0
        while place < len(data):
            if self._left:
                n = min(self._left, len(data) - place)
                place += n
                self._count(n)
            elif most or self._header:
                most -= not self._header
                self._header.append(data[place])
                place += 1
                self._read_header()
            else:
                break
            if not (self.unfinished or self._header):
                self.complete = place
        return place

    def _read_header(self) -> None:
        header = self._header
        if len(header) < 2:
            return
        short = header[1] & 0x7F
        length_bytes = {126: 2, 127: 8}.get(short, 0)
        if len(header) < 2 + length_bytes + (4 if header[1] & 0x80 else 0):
            return
        self._left = int.from_bytes(header[2 : 2 + length_bytes]) if length_bytes else short
        self._opcode = header[0] & 0x0F
        self._is_last = bool(header[0] & 0x80)
        self.frames += 1
        if self._opcode < _FIRST_CONTROL:
            self.unfinished += len(header)
            self.fragments += 1
            if self._opcode:
                self._is_text = self._opcode == TEXT
        header.clear()
        if not self._left:
            self._count(0)

    def _count(self, n: int) -> None:
        """Count bytes of the frame in progress."""
        self._left -= n
        if self._opcode >= _FIRST_CONTROL:
            return
        self.unfinished += n
        if self._is_text:
            self.text += n
        if not self._left and self._is_last:
            self.unfinished = self.fragments = 0
            self.messages += 1
