"""Addresses to listen at: loopback, free ports, and advice if an address cannot be had."""

import contextlib
import errno
import ipaddress
import socket
from typing import TYPE_CHECKING, Final, Literal

from neural_drum_machine.errors import ServerError

if TYPE_CHECKING:
    import psutil

Transport = Literal["UDP", "TCP"]
KINDS: Final = {"UDP": socket.SOCK_DGRAM, "TCP": socket.SOCK_STREAM}
OPTIONS: Final = {"UDP": "--osc-port", "TCP": "--port"}
"""The option of ``ndm play`` that chooses the port."""
DEFAULT_PORT: Final = 9710
"""The port for OSC."""
DEFAULT_WEB_PORT: Final = 9720
"""The page's port."""
LOOPBACK: Final = "127.0.0.1"
LOOPBACK_IPV6: Final = "::1"
LOCALHOST: Final = "localhost"
"""Both loopback addresses. Which of them a client means by this name is the client's choice."""
_PRIVILEGED: Final = 1024
"""On most systems, only administrators may listen at lower ports."""
_BACKLOG: Final = 128
"""Connections that may wait: a browser may come before the server is ready to accept them."""
_MAX_COMMAND: Final = 80
_ATTEMPTS: Final = 16
"""How many free ports of 127.0.0.1 are tried until one is free at ::1, too."""


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this computer only.

    Parameters
    ----------
    host : str
        An IP address (``127.0.0.0/8`` and ``::1`` are loopback addresses) or a name, of which
        only ``localhost`` counts: other names can be made to point anywhere.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listening_sockets(transport: Transport, host: str, port: int) -> list[socket.socket]:
    """Return the sockets that receive at an address: for ``localhost`` two, else one.

    ``localhost`` is 127.0.0.1 and, where the system has IPv6, also ::1, with the same port.

    Parameters
    ----------
    transport, host, port
        As for :func:`listening_socket`.

    Raises
    ------
    ServerError
        As :func:`listening_socket`; then nothing stays open.
    """
    if host.lower() != LOCALHOST:
        return [listening_socket(transport, host, port)]
    attempts = 1 if port else _ATTEMPTS
    while True:
        first = listening_socket(transport, LOOPBACK, port)
        if not _has_ipv6(transport):
            return [first]
        try:
            return [first, listening_socket(transport, LOOPBACK_IPV6, first.getsockname()[1])]
        except ServerError:
            first.close()
            attempts -= 1
            if not attempts:
                raise


def _has_ipv6(transport: Transport) -> bool:
    """Return whether a program can listen at ::1: not where IPv6 is absent or switched off."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, KINDS[transport]) as probe:
            probe.bind((LOOPBACK_IPV6, 0))
    except OSError:
        return False
    return True


def listening_socket(transport: Transport, host: str, port: int) -> socket.socket:
    """Return a socket that receives at an address; a TCP socket already queues connections.

    Parameters
    ----------
    transport : str
        ``"UDP"`` or ``"TCP"``.
    host : str
        A name or an IP address of this computer.
    port : int
        0 takes a free one.

    Raises
    ------
    ServerError
        If there is no such host, it is not this computer's, or the port cannot be had. The message
        names the reason and a way out.
    """
    kind = KINDS[transport]
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
    except (socket.gaierror, ValueError) as error:  # ValueError: no name can look like that
        reason = getattr(error, "strerror", None) or error
        raise ServerError(f"no address {host!r} ({reason}); {_use_another_host()}") from error
    try:
        made = socket.socket(family, kind)
    except OSError as error:
        raise _cannot_listen(error, transport, host, port) from error
    try:
        if transport == "TCP":
            _share_with_ended_connections(made)
        made.bind(address)
        if transport == "TCP":
            made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise _cannot_listen(error, transport, host, port) from error
    return made


def _share_with_ended_connections(listener: socket.socket) -> None:
    """Let a server come back to its port while connections of an earlier one are still closing."""
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where REUSEADDR lets two servers listen
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _cannot_listen(error: OSError, transport: Transport, host: str, port: int) -> ServerError:
    reason = error.strerror or str(error)
    return ServerError(
        f"cannot listen at {transport} port {port} of {host} ({reason})"
        + listening_advice(error, transport, host, port)
    )


def listening_advice(error: OSError, transport: Transport, host: str, port: int) -> str:
    """Return how to go on after an address could not be had, as the end of a sentence.

    Parameters
    ----------
    error : OSError
        The error of :func:`socket.socket` or :meth:`socket.socket.bind`.
    transport, host, port
        As for :func:`listening_socket`.
    """
    another_port = f"choose another one, such as {OPTIONS[transport]} {free_port(host, transport)}"
    match error.errno:
        case errno.EADDRINUSE:
            found = holder(port, transport)
            return (f": {found} holds it" if found else "") + f"; {another_port}"
        case errno.EACCES | errno.EPERM:
            found = holder(port, transport)  # Windows says this, too, if a port is taken
            if found:
                return f": {found} holds it; {another_port}"
            if 0 < port < _PRIVILEGED:
                return f"; ports below {_PRIVILEGED} are for administrators: {another_port}"
            return f"; a firewall or the system's rules forbid it: {another_port}"
        case errno.EADDRNOTAVAIL:
            return f"; this computer has no such address: {_use_another_host()}"
        case errno.EMFILE | errno.ENFILE | errno.ENOBUFS | errno.ENOMEM:
            return "; the system is out of resources: close other programs and try again"
    return f"; {_use_another_host()}"


def _use_another_host() -> str:
    import psutil  # only an error needs it, and it takes a twentieth of the start

    own = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not is_loopback(address.address)
    ]
    listed = f" (here: {', '.join(own[:4])})" if own else ""
    return (
        f"use --host {LOOPBACK} for this computer alone, one of its own addresses{listed}, "
        "or 0.0.0.0 for all of them"
    )


def free_port(host: str = LOOPBACK, transport: Transport = "UDP") -> int:
    """Return a port that was free a moment ago; of the loopback address if `host` is not ours."""
    with socket.socket(socket.AF_INET, KINDS[transport]) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def holder(port: int, transport: Transport = "UDP") -> str | None:
    """Return which process holds a port, such as ``process 4711 (pd -nogui)``.

    Of TCP, the process that listens counts. None if nobody holds it, or if the process belongs to
    another user: the system shows a user's own processes only.
    """
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            for connection in process.net_connections(transport.lower()):
                listens = transport == "UDP" or connection.status == psutil.CONN_LISTEN
                if listens and connection.laddr and connection.laddr.port == port:
                    return f"process {process.pid} ({_command(process)})"
    return None


def _command(process: "psutil.Process") -> str:
    known = process.as_dict(["cmdline", "name"])
    words = " ".join(known["cmdline"] or ()).split()  # without line ends, for a sentence
    command = " ".join(words) or known["name"] or "unknown"
    if len(command) <= _MAX_COMMAND:
        return command
    return command[: _MAX_COMMAND - 3] + "..."
