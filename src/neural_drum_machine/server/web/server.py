"""The page and its WebSocket: a Starlette application, run by uvicorn in a thread."""

import asyncio
import contextlib
import ipaddress
import secrets
import socket
import threading
from collections.abc import Iterator
from typing import Final, cast

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.listening import (
    DEFAULT_WEB_PORT,
    LOCALHOST,
    LOOPBACK,
    is_loopback,
    listening_sockets,
)
from neural_drum_machine.server.open_files import raise_open_files_limit
from neural_drum_machine.server.web.assets import Pages
from neural_drum_machine.server.web.bounds import BACKLOG, SEND_BUFFER
from neural_drum_machine.server.web.connections import Connections
from neural_drum_machine.server.web.guard import TOKEN, Guard
from neural_drum_machine.server.web.log_throttle import throttle_logs
from neural_drum_machine.server.web.messages import MAX_MESSAGE
from neural_drum_machine.server.web.sockets import Sockets

_END_SECONDS: Final = 2


def make_app(engine: Engine, host: str = LOCALHOST, token: str = "") -> ASGIApp:
    """Return the application: the page at ``/``, requests at ``/ws``.

    Parameters
    ----------
    engine : Engine
        Handles the requests.
    host : str
        The address that the server listens at; it decides which names are the server's own.
    token : str
        What the page's address must hold; empty if the address is enough.
    """
    routes = [
        WebSocketRoute("/ws", Sockets(engine).__call__),
        Route("/{path:path}", Pages().__call__, methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes), host, token)


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
        for each in self._sockets:  # their connections have the same
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.address: tuple[str, int] = self._sockets[0].getsockname()[:2]
        self.token = "" if is_loopback(self.address[0]) else secrets.token_urlsafe(16)
        """What the page's address holds if other computers can reach the server; else empty."""
        self.failure: BaseException | None = None
        """Why the thread has ended, if nobody has ended it."""
        throttle_logs()
        raise_open_files_limit()
        config = uvicorn.Config(
            make_app(engine, host, self.token),
            http=cast(type[asyncio.Protocol], Connections()),
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
        self._thread = threading.Thread(target=self._run, name="ndm-web", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._server.run(self._sockets)
        except BaseException as error:  # uvicorn ends the process if it cannot start
            self.failure = error
        if not self._server.should_exit:
            self.failure = self.failure or RuntimeError("uvicorn has ended")
            for each in self._sockets:  # or clients would wait for an answer for ever
                each.close()

    def check(self) -> None:
        """Raise an error if the page is not served any more.

        Raises
        ------
        ServerError
            With the reason.
        """
        if self.failure or not self._thread.is_alive():
            reason = repr(self.failure) if self.failure else "it was closed"
            raise ServerError(f"the page's thread has ended ({reason}); please report this")

    @property
    def url(self) -> str:
        """The page's address for a browser on this computer, with the token if there is one."""
        host, port = self.address
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            host = LOOPBACK
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/" + (
            f"?{TOKEN}={self.token}" if self.token else ""
        )

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
