"""Who holds a UDP port, and which one is free."""

import contextlib
import socket
from pathlib import Path

_PROC = Path("/proc")


def free_port(host: str = "127.0.0.1") -> int:
    """Return a UDP port that was free a moment ago; any host's where this one is unknown."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            udp.bind((host, 0))
        except OSError:
            udp.bind(("127.0.0.1", 0))
        return int(udp.getsockname()[1])


def holder(port: int) -> str | None:
    """Return who holds a UDP port, such as ``process 4711 (pd -nogui)``; None if nobody can tell.

    Linux only, and only the user's own processes: others may not be looked into.
    """
    inodes = _inodes(port)
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


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("udp", "udp6"):
        with contextlib.suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                if int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{columns[9]}]")
    return found


def _command(process: Path) -> str:
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    command = " ".join(word for word in words if word)
    return command if len(command) <= 80 else f"{command[:77]}..."
