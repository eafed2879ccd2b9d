"""Checks of everything that ``ndm play`` needs."""

import importlib
import importlib.metadata
import platform
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pythonosc.osc_message import OscMessage

from neural_drum_machine.errors import NdmError, ServerError
from neural_drum_machine.extras import pip_install
from neural_drum_machine.server.listening import (
    DEFAULT_WEB_PORT,
    LOCALHOST,
    LOOPBACK,
    Transport,
    listening_sockets,
)
from neural_drum_machine.server.osc import build_message

PYTHON: Final = (3, 11)
LIBRARIES: Final = {
    "numpy": (2, 0),
    "psutil": (6, 0),
    "soundfile": (0, 13),
    "soxr": (0, 5),
    "pythonosc": (1, 10),
    "starlette": (0, 45),
    "uvicorn": (0, 44),
    "websockets": (14, 0),
}
"""Import names, and the oldest versions that are supported."""
_PACKAGES: Final = {"pythonosc": "python-osc"}
_TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check.

    Attributes
    ----------
    name : str
        The check's name.
    ok : bool
        Whether it succeeded.
    found : str
        The finding, such as a version.
    remedy : str
        Advice; empty if the check succeeded.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(
    model: Path, port: int, parent: Path | None = None, web_port: int = DEFAULT_WEB_PORT
) -> Iterator[CheckResult]:
    """Run all checks, and yield their results; none of them raises.

    Parameters
    ----------
    model : Path
        The model file.
    port : int
        The UDP port for OSC.
    parent : Path, optional
        Where to make the folder for sounds; where ``ndm play`` makes it, if absent.
    web_port : int
        The TCP port for the page.
    """
    yield check_python()
    yield from (check_library(name, oldest) for name, oldest in LIBRARIES.items())
    yield _checked(
        "model", lambda: _model(model), "install the package again, or use another --model"
    )
    yield check_engine(model)
    yield _port(port, "UDP")
    yield _port(web_port, "TCP")
    yield _checked(
        "folder for sounds",
        lambda: _folder(parent),
        "free some space, or set TMPDIR to a folder that exists and can be written",
    )
    yield _checked(
        "a sound over OSC",
        lambda: _round_trip(model, parent),
        f"repair what failed above; if nothing did, a firewall may block UDP at {LOOPBACK}",
    )
    yield _checked(
        "the page over HTTP",
        lambda: _page(model, parent),
        f"repair what failed above; if nothing did, a firewall may block TCP at {LOOPBACK}",
    )


def check_python() -> CheckResult:
    """Check the version of Python."""
    ok = sys.version_info >= PYTHON
    wanted = ".".join(map(str, PYTHON))
    remedy = "" if ok else f"install Python {wanted} or later"
    return CheckResult("Python", ok, platform.python_version(), remedy)


def check_library(name: str, oldest: tuple[int, ...]) -> CheckResult:
    """Check that a library loads and is new enough.

    Parameters
    ----------
    name : str
        Import name.
    oldest : tuple of int
        The oldest version that will do, such as ``(2, 0)``.
    """
    package = _PACKAGES.get(name, name)
    wanted = ".".join(map(str, oldest))
    remedy = pip_install(f"{package}>={wanted}")
    try:
        importlib.import_module(name)
        version = importlib.metadata.version(package)
    except Exception as error:  # a broken installation fails in its own way
        return CheckResult(package, False, f"does not load ({error})", remedy)
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    ok = numbers >= oldest
    return CheckResult(package, ok, version, "" if ok else remedy)


def check_engine(model: Path) -> CheckResult:
    """Say whether the engine in C is there. It is no fault if it is not: the reference plays."""
    from neural_drum_machine.native.engine import NativeEngine

    try:
        found = f"{NativeEngine.open(model).kernels}, plays drawn sounds"
    except NdmError as error:
        found = f"the reference plays ({error})"
    return CheckResult("engine in C", True, found)


def _checked(name: str, check: Callable[[], str], remedy: str) -> CheckResult:
    try:
        return CheckResult(name, True, check())
    except (NdmError, OSError) as error:
        return CheckResult(name, False, str(error), remedy)


def _model(path: Path) -> str:
    from neural_drum_machine.model_file.bundle import Bundle

    bundle = Bundle.open(path)  # reads the whole file and compares every checksum
    return f"{bundle.header.get('name')} ({bundle.hash[:12]}), complete"


def _port(port: int, transport: Transport) -> CheckResult:
    name = f"{transport} port {port}"
    try:
        for each in listening_sockets(transport, LOCALHOST, port):
            each.close()
    except ServerError as error:
        found, _, remedy = str(error).rpartition("; ")
        return CheckResult(name, False, found, f"end that program, or {remedy}")
    return CheckResult(name, True, "free")


def _folder(parent: Path | None) -> str:
    from neural_drum_machine.server.files import SoundFolder

    folder = SoundFolder(parent)
    try:
        path = folder.write(0, bytes(100_000))
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
        client.sendto(build_message("/ndm/random", 1, machine.categories[0]), server.address)
        answer = OscMessage(client.recv(65536))
        if answer.address != "/ndm/sound":
            raise OSError(f"asked for a sound, received {answer.address} {answer.params}")
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
    ):
        try:
            with urllib.request.urlopen(server.url, timeout=_TIMEOUT) as answer:  # noqa: S310  # our own
                page = answer.read()
        except OSError:
            server.check()
            raise
        if b"/js/main.js" not in page:
            raise OSError(f"{server.url} does not answer with the page")
        return f"{len(page)} bytes"
