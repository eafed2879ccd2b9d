"""Who holds a port, and which one is free."""

import contextlib
import socket
from pathlib import Path
from typing import Literal

Transport = Literal["UDP", "TCP"]
_LISTENS = "0A"
_PROC = Path("/proc")


def free_port(host: str = "127.0.0.1", transport: Transport = "UDP") -> int:
    """Return a port that was free a moment ago; any host's where this one is unknown."""
    kind = socket.SOCK_DGRAM if transport == "UDP" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def holder(port: int, transport: Transport = "UDP") -> str | None:
    """Return who holds a port (of TCP: who listens there), such as ``process 4711 (pd -nogui)``.

    None if nobody can tell.
    Linux only, and only the user's own processes: others may not be looked into.
    """
    inodes = _inodes(port, transport)
    if not inodes:
        return None
    for process in _PROC.iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(descriptor.readlink()) in inodes:
                        return f"process {process.name} ({_command(process)})"
    return None


def _inodes(port: int, transport: Transport) -> set[str]:
    found = set()
    name = transport.lower()
    for table in (name, f"{name}6"):
        with contextlib.suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                if transport == "TCP" and columns[3] != _LISTENS:
                    continue
                if int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{columns[9]}]")
    return found


def _command(process: Path) -> str:
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    command = " ".join(word for word in words if word)
    return command if len(command) <= 80 else f"{command[:77]}..."
