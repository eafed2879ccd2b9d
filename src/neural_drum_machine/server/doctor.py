"""What the live engine needs, checked one by one."""

import importlib
import importlib.metadata
import os
import platform
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pythonosc.osc_message import OscMessage

from neural_drum_machine.errors import NdmError
from neural_drum_machine.extras import pip_install
from neural_drum_machine.server.osc_format import encode
from neural_drum_machine.server.ports import Transport, free_port, holder
from neural_drum_machine.server.web import DEFAULT_WEB_PORT

PYTHON: Final = (3, 11)
LIBRARIES: Final = {
    "numpy": (2, 0),
    "onnxruntime": (1, 20),
    "soundfile": (0, 13),
    "soxr": (0, 5),
    "pythonosc": (1, 10),
    "starlette": (0, 45),
    "uvicorn": (0, 34),
    "websockets": (14, 0),
}
"""Import names, and the oldest versions that are tried."""
_PACKAGES: Final = {"pythonosc": "python-osc"}
_TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    name : str
        Of the check.
    ok : bool
        Whether it may stay so.
    found : str
        What is there.
    remedy : str
        What to do; empty if it is well.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(
    model: Path, port: int, parent: Path | None = None, web_port: int = DEFAULT_WEB_PORT
) -> Iterator[Finding]:
    """Yield a finding of every check; none of them raises.

    Parameters
    ----------
    model : Path
        The model file.
    port : int
        The UDP port that ``ndm play`` would take.
    parent : Path, optional
        Where sounds would lie; where ``ndm play`` puts them, if absent.
    web_port : int
        The TCP port that ``ndm play`` would take for the page.
    """
    yield _python()
    yield from (_library(name, oldest) for name, oldest in LIBRARIES.items())
    yield _checked("model", lambda: _model(model), "install the package again, or name another "
                   "--model")  # fmt: skip
    yield _port(port, "UDP")
    yield _port(web_port, "TCP")
    yield _checked(
        "folder for sounds",
        lambda: _folder(parent),
        "free some space, or set TMPDIR to a folder that can be written",
    )
    yield _checked(
        "a sound over OSC",
        lambda: _round_trip(model, parent),
        "mend what failed above; otherwise look for a firewall that blocks UDP of 127.0.0.1",
    )
    yield _checked(
        "the page over HTTP",
        lambda: _page(model, parent),
        "mend what failed above; otherwise look for a firewall that blocks TCP of 127.0.0.1",
    )


def _python() -> Finding:
    ok = sys.version_info >= PYTHON
    wanted = ".".join(map(str, PYTHON))
    remedy = "" if ok else f"install Python {wanted} or later"
    return Finding("Python", ok, platform.python_version(), remedy)


def _library(name: str, oldest: tuple[int, ...]) -> Finding:
    package = _PACKAGES.get(name, name)
    wanted = ".".join(map(str, oldest))
    remedy = pip_install(f"{package}>={wanted}")
    try:
        importlib.import_module(name)
        version = importlib.metadata.version(package)
    except Exception as error:  # a broken installation fails in its own way
        return Finding(package, False, f"does not load ({error})", remedy)
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    ok = numbers >= oldest
    return Finding(package, ok, version, "" if ok else remedy)


def _checked(name: str, check: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, True, check())
    except (NdmError, OSError) as error:
        return Finding(name, False, str(error), remedy)


def _model(path: Path) -> str:
    from neural_drum_machine.model_file.bundle import Bundle

    bundle = Bundle.open(path)
    for graph in ("decoder", "encoder", "mcnn"):
        bundle.graph(graph)  # read whole, and its checksum compared
    return f"{bundle.header.get('name')} ({bundle.hash[:12]}), complete"


def _port(port: int, transport: Transport) -> Finding:
    name = f"{transport} port {port}"
    kind, option = {
        "UDP": (socket.SOCK_DGRAM, "--osc-port"),
        "TCP": (socket.SOCK_STREAM, "--port"),
    }[transport]
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            if transport == "TCP" and os.name == "posix":
                # As the server does: connections that have ended must not look like a holder.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            found = holder(port, transport)
            free = free_port(transport=transport)
            return Finding(
                name,
                False,
                f"held by {found}" if found else f"cannot be taken ({error.strerror})",
                f"end that, or use: ndm play {option} {free}",
            )
    return Finding(name, True, "free")


def _folder(parent: Path | None) -> str:
    from neural_drum_machine.server.files import SoundFolder

    folder = SoundFolder(parent)
    try:
        path = folder.write(0, os.urandom(100_000))
        if path.stat().st_size != 100_000:
            raise OSError(f"{path} is not complete")
    finally:
        folder.close()
    return f"{folder.path.parent} can be written"


def _round_trip(model: Path, parent: Path | None) -> str:
    import soundfile

    from neural_drum_machine.machine import load
    from neural_drum_machine.server import serving

    machine = load(model)
    with (
        serving(machine, port=0, parent=parent) as (_, server),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(_TIMEOUT)
        client.sendto(encode("/ndm/random", 1, machine.categories[0]), server.address)
        answer = OscMessage(client.recv(65536))
        if answer.address != "/ndm/sound":
            raise OSError(f"asked for a sound, heard {answer.address} {answer.params}")
        frames = soundfile.info(answer.params[1]).frames
        if frames != answer.params[4]:
            raise OSError(f"{frames} samples of {answer.params[4]} are in the file")
        return f"{frames} samples in {answer.params[2]:.0f} ms"


def _page(model: Path, parent: Path | None) -> str:
    from neural_drum_machine.machine import load
    from neural_drum_machine.server import serving, serving_web

    with (
        serving(load(model), port=0, parent=parent) as (engine, _),
        serving_web(engine, port=0) as server,
        urllib.request.urlopen(server.url, timeout=_TIMEOUT) as answer,  # noqa: S310  # our own
    ):
        page = answer.read()
        if b"/js/main.js" not in page:
            raise OSError(f"{server.url} answers with something else than the page")
        return f"{len(page)} bytes"
