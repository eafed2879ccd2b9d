"""How much connections may take, send and leave unread."""

from typing import Final

MAX_CONNECTIONS: Final = 96
"""Connections at a time: 32 WebSockets, and pages that are loading (6 each)."""
BACKLOG: Final = 32
"""Connections that the system accepts before the first of them is looked at."""
IDLE_SECONDS: Final = 5.0
"""How often connections are checked. One that has got no answer is closed after at most twice as
long."""
STALL_SECONDS: Final = 5.0
"""A connection that reads nothing for so long, while something is to be read, is closed."""
MESSAGE_SECONDS: Final = 8.0
"""A WebSocket's message must be complete so long after its beginning."""
LINGER_SECONDS: Final = 1.0
"""How long a connection that is being closed may take to read what it has been sent."""
MAX_UNFINISHED: Final = 32 * 2**20
"""Bytes that the unfinished messages of all connections may take: two of the largest uploads."""
FRAMES_PER_SECOND: Final = 1000.0
"""Of one WebSocket, and twice as many at once. A client that sends more is read later."""
BYTES_PER_SECOND: Final = 16.0 * 2**20
"""Bytes of one WebSocket, and as many at once: one of the largest uploads."""
TEXT_PER_SECOND: Final = 512 * 1024.0
"""Bytes of text of one WebSocket: reading JSON takes time."""
TEXT_AT_ONCE: Final = 256 * 1024.0
"""Bytes of text of one WebSocket that may come at once: two latent vectors of the
largest model. A larger message is read over seconds."""
SEND_BUFFER: Final = 64 * 1024
"""Bytes that the system keeps of what a client has not read."""
MAX_FRAGMENTS: Final = 1024
"""Frames of one message; browsers send a message of 16 MiB in far fewer."""
TRY_AGAIN: Final = 1013
"""The code that a connection is closed with if its client does not read."""
