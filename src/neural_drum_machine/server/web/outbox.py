"""The replies that wait for a client to read them, and their bounds."""

import asyncio
from typing import Final, Protocol

from neural_drum_machine.server.web.bounds import TRY_AGAIN

MAX_UNSENT: Final = 1024
"""Replies that may wait. That is more than the messages that may come at once, so a client that
sends all of them and then reads is served."""
MAX_UNSENT_BYTES: Final = 16 * 1024 * 1024
"""Size of the replies that may wait, because sounds are large."""


class Channel(Protocol):
    """What an outbox needs of a :class:`starlette.websockets.WebSocket`."""

    async def send_text(self, data: str) -> None:
        """Send a text message."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection."""


class Outbox:
    """Sends replies in order; belongs to one event loop.

    Parameters
    ----------
    channel : Channel
        Where they go.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._unsent: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_UNSENT)
        """None closes the connection."""
        self._unsent_bytes = 0

    def __len__(self) -> int:
        """Return the number of entries that wait."""
        return self._unsent.qsize()

    def put(self, data: str | bytes) -> None:
        """Add a reply. If too many wait, drop them all and close the connection instead."""
        # A single reply may be of any size.
        too_large = self._unsent_bytes and self._unsent_bytes + len(data) > MAX_UNSENT_BYTES
        if too_large or self._unsent.full():
            while not self._unsent.empty():
                self._unsent.get_nowait()
            self._unsent.put_nowait(None)
            self._unsent_bytes = 0
        else:
            self._unsent.put_nowait(data)
            self._unsent_bytes += len(data)

    async def send_all(self) -> None:
        """Send replies as they come, until the connection is closed for unread ones."""
        while (data := await self._unsent.get()) is not None:
            self._unsent_bytes -= len(data)
            if isinstance(data, str):
                await self._channel.send_text(data)
            else:
                await self._channel.send_bytes(data)
        await self._channel.close(TRY_AGAIN, "too many replies were not read")
