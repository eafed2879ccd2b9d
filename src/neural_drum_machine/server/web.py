"""The page and its WebSocket: a Starlette application, run by uvicorn in a thread."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server.assets import Pages
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.ports import free_port, holder
from neural_drum_machine.server.security import AT_ONCE, Connection, Guard, allow_files, dam_logs
from neural_drum_machine.server.sockets import Sockets
from neural_drum_machine.server.web_format import MAX_MESSAGE

DEFAULT_WEB_PORT: Final = 9720
LOOPBACK: Final = "127.0.0.1"
_START_SECONDS: Final = 20.0
_END_SECONDS: Final = 2


def make_app(engine: Engine, host: str = LOOPBACK) -> ASGIApp:
    """Return the application: the page at ``/``, requests at ``/ws``.

    Parameters
    ----------
    engine : Engine
        Meets the requests.
    host : str
        The address that the server listens at; it says which names are its own.
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
        Meets the requests; not closed by this server.
    host : str
        Address to listen at.
    port : int
        TCP port; 0 takes a free one.

    Raises
    ------
    ServerError
        If the port is taken or the host is not one of this machine's.
    """

    def __init__(self, engine: Engine, host: str = LOOPBACK, port: int = DEFAULT_WEB_PORT) -> None:
        self._socket = _listening(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        dam_logs()
        allow_files()
        config = uvicorn.Config(
            make_app(engine, host),
            http=Connection,
            backlog=AT_ONCE,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE,
            ws_per_message_deflate=False,  # samples hardly shrink, and it takes milliseconds
            ws_ping_interval=20,
            timeout_graceful_shutdown=_END_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="ndm-web", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where a browser on this computer finds the page."""
        host, port = self.address
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            host = LOOPBACK
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def close(self) -> None:
        """Stop serving; open sockets are told that the server goes away."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@contextlib.contextmanager
def serving_web(
    engine: Engine, host: str = LOOPBACK, port: int = DEFAULT_WEB_PORT
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


def _listening(host: str, port: int) -> socket.socket:
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise ServerError(
            f"no address {host!r} ({error.strerror}); use {LOOPBACK}, or one of this machine's"
        ) from error
    tcp = socket.socket(info[0], info[1])
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where REUSEADDR lets two listen
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind(info[4])
        tcp.listen(128)  # here: a browser may come before uvicorn is ready
    except OSError as error:
        tcp.close()
        who = holder(port, "TCP")
        raise ServerError(
            f"cannot listen at TCP port {port} of {host} ({error.strerror})"
            + (f": {who} holds it" if who else "")
            + f"; choose another one, such as --port {free_port(host, 'TCP')}"
        ) from error
    return tcp
