"""The page and its WebSocket: a Starlette application, run by uvicorn in a thread."""

import contextlib
import ipaddress
import threading
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.listening import LOCALHOST, LOOPBACK, listening_sockets
from neural_drum_machine.server.web.assets import Pages
from neural_drum_machine.server.web.connections import (
    BACKLOG,
    Connection,
    raise_open_files_limit,
)
from neural_drum_machine.server.web.guard import Guard
from neural_drum_machine.server.web.log_throttle import throttle_logs
from neural_drum_machine.server.web.messages import MAX_MESSAGE
from neural_drum_machine.server.web.sockets import Sockets

DEFAULT_WEB_PORT: Final = 9720
_END_SECONDS: Final = 2


def make_app(engine: Engine, host: str = LOCALHOST) -> ASGIApp:
    """Return the application: the page at ``/``, requests at ``/ws``.

    Parameters
    ----------
    engine : Engine
        Handles the requests.
    host : str
        The address that the server listens at; it decides which names are the server's own.
    """
    routes = [
        WebSocketRoute("/ws", Sockets(engine).__call__),
        Route("/{path:path}", Pages().__call__, methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes), host)


class WebServer:
    """Serves the page at an address, in a thread of its own.

    Parameters
    ----------
    engine : Engine
        Handles the requests; not closed by this server.
    host : str
        Address to listen at; ``localhost`` is both loopback addresses, 127.0.0.1 and ::1.
    port : int
        TCP port; 0 takes a free one.

    Raises
    ------
    ServerError
        If the server cannot listen at that address.
    """

    def __init__(self, engine: Engine, host: str = LOCALHOST, port: int = DEFAULT_WEB_PORT) -> None:
        self._sockets = listening_sockets("TCP", host, port)
        self.address: tuple[str, int] = self._sockets[0].getsockname()[:2]
        throttle_logs()
        raise_open_files_limit()
        config = uvicorn.Config(
            make_app(engine, host),
            http=Connection,
            backlog=BACKLOG,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE,
            ws_per_message_deflate=False,  # takes milliseconds, and samples hardly get smaller
            ws_ping_interval=20,
            timeout_graceful_shutdown=_END_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=(self._sockets,), name="ndm-web", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The page's address for a browser on this computer."""
        host, port = self.address
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            host = LOOPBACK
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def close(self) -> None:
        """Stop serving; open WebSockets are closed with a code that says so."""
        self._server.should_exit = True
        self._thread.join()
        for each in self._sockets:
            each.close()


@contextlib.contextmanager
def serving_web(
    engine: Engine, host: str = LOCALHOST, port: int = DEFAULT_WEB_PORT
) -> Iterator[WebServer]:
    """Run a :class:`WebServer` until the block ends.

    Raises
    ------
    ServerError
        As it does.
    """
    server = WebServer(engine, host, port)
    try:
        yield server
    finally:
        server.close()
