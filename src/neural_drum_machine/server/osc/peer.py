"""Where answers over OSC go."""

import socket
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Peer:
    """Where answers go, which is who asks: a client.

    Attributes
    ----------
    at : socket.socket
        Our socket that the messages came to: it alone reaches the other one.
    address : tuple
        Host, port and, of IPv6, flow and scope.
    """

    at: socket.socket
    address: tuple[Any, ...]

    def at_port(self, port: int | None) -> Self:
        """Return another port of the same host; the same one if it is None."""
        if port is None:
            return self
        return replace(self, address=(self.address[0], port, *self.address[2:]))
