"""``ndm play``."""

import contextlib
import gc
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neural_drum_machine import __version__
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.cli.common import (
    ComputedBy,
    Inverter,
    Model,
    Rate,
    Width,
    Without,
)
from neural_drum_machine.cli.starting import without_collections
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import load
from neural_drum_machine.server import (
    DEFAULT_PORT,
    DEFAULT_WEB_PORT,
    LOCALHOST,
    is_loopback,
)
from neural_drum_machine.signal.full_hit import FULL_SR

if TYPE_CHECKING:
    from neural_drum_machine.server import Engine, WebServer

_REFRESH_SECONDS = 0.5
_CHECK_SECONDS = 5.0
"""How often it is checked that the page is still served."""


def play(
    model: Model = None,
    inverter: Inverter = DEFAULT_INVERTER,
    rate: Rate = FULL_SR,
    width: Width = 0.0,
    without: Without = None,
    computed_by: ComputedBy = "auto",
    host: Annotated[
        str, typer.Option(help="Address to listen at; by default, only this computer can reach it.")
    ] = LOCALHOST,
    osc_port: Annotated[
        int, typer.Option(min=0, max=65535, help="UDP port for OSC; 0 takes a free one.")
    ] = DEFAULT_PORT,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port of the page; 0 takes a free one.")
    ] = DEFAULT_WEB_PORT,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            metavar="FILE",
            help="The library of samples that the page shows. Default: your own.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no status line.")] = False,
) -> None:
    """Play live, on a page in the browser and by OSC from Max, Pure Data and others."""
    with without_collections(), ThreadPoolExecutor(1) as pool:
        loading = pool.submit(
            load,
            model,
            inverter=inverter,
            sr=rate,
            width=width,
            without=without or (),
            engine=computed_by,
        )
        # Imported while the model is read and checked, which is mostly the work of C.
        from neural_drum_machine.server import Shelf, serving
    machine = loading.result()
    shelf = Shelf(library, _hear, lambda: _version(model))
    with _ended() as end, serving(machine, host, osc_port, shelf=shelf) as (engine, osc):
        machine.bundle.release()  # frees 39 MB; the server has loaded what it needs
        name = machine.bundle.header.get("name") or ""
        _say(f"Neural Drum Machine {__version__}, model {name} ({machine.hash[:12]})")
        if not is_loopback(osc.address[0]):
            _say(
                f"Warning: anybody who can reach {osc.address[0]} can ask this computer for sounds "
                "over OSC. The page needs the token in its address."
            )
        _say(f"OSC: UDP {' and '.join(starmap(_written, osc.addresses))}")
        # Sounds are made from here on. What serves the page takes longer to import than all else.
        from neural_drum_machine.server import serving_web

        with serving_web(engine, host, port) as web:
            _say(f"Page: {web.url}")
            _say("Press Ctrl-C to end.")
            if browser and _has_screen():
                webbrowser.open(web.url)
            engine.import_all()
            # What is loaded stays. A large JSON message starts collections, and each would go
            # through all of it, while nobody gets a sound.
            gc.collect()
            gc.freeze()
            if quiet or not sys.stdout.isatty():
                while not end.wait(_CHECK_SECONDS):
                    web.check()
            else:
                _show(engine, web, end)
    _say("Ended.")


def _hear(samples: FloatArray, sr: int) -> FloatArray:
    # Loaded when the page first asks: most visits never compare a sound with the library.
    from neural_drum_machine.library.adding.measuring import point_of

    return point_of(samples, sr)


def _version(model: Path | None) -> str:
    from neural_drum_machine.library.adding.measuring import version_of

    return version_of(None if model is None else str(model))


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _has_screen() -> bool:
    """Return whether there is a screen: without one, a text browser would use the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(line: str) -> None:
    # Not by rich, which ends the program if nobody reads.
    with contextlib.suppress(OSError):
        try:
            # Programs that start this one wait for these lines.
            print(line, flush=True)  # noqa: T201
        except OSError:  # nobody reads any more, as after "| head -1": go on playing
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


@contextlib.contextmanager
def _ended() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C, SIGTERM and a closed terminal set.

    Otherwise they would interrupt Python anywhere, and the folder of sounds might stay.
    """
    end = threading.Event()
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    old = {
        number: signal.signal(number, lambda *_: end.set())
        for number in numbers
        if signal.getsignal(number) is not signal.SIG_IGN  # as nohup wants it
    }
    try:
        yield end
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _show(engine: "Engine", web: "WebServer", end: threading.Event) -> None:
    from rich.live import Live

    from neural_drum_machine.cli.printing import console

    before = engine.status()
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while not end.wait(_REFRESH_SECONDS):
            web.check()
            now, last = engine.status(), engine.last
            rate = (now.received - before.received) / max(1e-3, now.seconds - before.seconds)
            before = now
            words = [f"{rate:.0f} messages/s", f"{now.waiting} waiting"]
            if last is not None:
                p = " ".join(f"{value:+.2f}" for value in (last.p1, last.p2, last.p3))
                words = [f"{last.category} {p}", *words, f"p50 {now.p50:.0f} ms"]
                words.append(f"p95 {now.p95:.0f} ms")
            if now.errors or now.bad:
                words.append(f"{now.errors} errors, {now.bad} bad packets")
            live.update(" · ".join(words), refresh=True)
