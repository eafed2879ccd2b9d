"""What uvicorn takes for a connection's transport: asyncio's own, watched."""

import asyncio
from collections.abc import Callable
from typing import Any


class Wire(asyncio.Transport):
    """Passes everything on to a transport.

    Reading stops if one of three asks for it: the inner protocol; whoever still has bytes to hand
    on (`has_more`); and the client itself, if it does not read what it is sent (`is_unread`).

    Parameters
    ----------
    transport : asyncio.Transport
        The real one.
    upgraded : callable
        Called with the new inner protocol when the old one hands the connection on.
    wrote : callable
        Called when something was written.
    may_go_on : callable
        Called when the inner protocol takes bytes again.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        upgraded: Callable[[asyncio.BaseProtocol], None],
        wrote: Callable[[], None],
        may_go_on: Callable[[], None],
    ) -> None:
        super().__init__()
        self._transport = transport
        self._upgraded, self._wrote, self._may_go_on = upgraded, wrote, may_go_on
        self._written = 0
        self._is_inner_paused = self._has_more = self._is_unread = False

    @property
    def read_by_client(self) -> int:
        """Bytes that have left this process."""
        return self._written - self._transport.get_write_buffer_size()

    @property
    def may_read(self) -> bool:
        """Whether the inner protocol takes bytes, and the client reads what it is sent."""
        return not (self._is_inner_paused or self._is_unread)

    @property
    def has_more(self) -> bool:
        """Whether bytes that came are not handed on yet."""
        return self._has_more

    @has_more.setter
    def has_more(self, value: bool) -> None:
        self._has_more = value
        self._update()

    @property
    def is_unread(self) -> bool:
        """Whether the client has much to read."""
        return self._is_unread

    @is_unread.setter
    def is_unread(self, value: bool) -> None:
        self._is_unread = value
        self._update()
        if not value:
            self._may_go_on()

    def pause_reading(self) -> None:
        """Stop; called by the inner protocol."""
        self._is_inner_paused = True
        self._update()

    def resume_reading(self) -> None:
        """Go on; called by the inner protocol."""
        self._is_inner_paused = False
        self._update()
        self._may_go_on()

    def _update(self) -> None:
        if self._transport.is_closing():
            return
        if self._has_more or not self.may_read:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def is_reading(self) -> bool:
        """Return whether bytes are received."""
        return self._transport.is_reading()

    def write(self, data: Any) -> None:
        """Send bytes, unless the connection is being closed."""
        if not self._transport.is_closing():
            self._written += len(data)
            self._transport.write(data)
            self._wrote()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection on to another inner protocol."""
        self._upgraded(protocol)

    def close(self) -> None:
        """Close when all is sent."""
        self._transport.close()

    def abort(self) -> None:
        """Close now."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Return whether it is being closed."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the real transport knows."""
        return self._transport.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        """Return the bytes that the system has not taken yet."""
        return self._transport.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set when writing is paused."""
        self._transport.set_write_buffer_limits(high, low)

    def can_write_eof(self) -> bool:
        """Return whether the sending side can be closed alone."""
        return self._transport.can_write_eof()

    def write_eof(self) -> None:
        """Close the sending side."""
        self._transport.write_eof()
