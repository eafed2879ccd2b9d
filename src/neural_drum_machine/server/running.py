"""The engine and OSC together, for as long as a block lasts."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.files import SoundFolder
from neural_drum_machine.server.listening import DEFAULT_PORT, LOCALHOST
from neural_drum_machine.server.osc import OscServer
from neural_drum_machine.server.shelf import Shelf


@contextlib.contextmanager
def serving(
    machine: DrumMachine,
    host: str = LOCALHOST,
    port: int = DEFAULT_PORT,
    parent: Path | None = None,
    shelf: Shelf | None = None,
) -> Iterator[tuple[Engine, OscServer]]:
    """Run a sound folder, an engine and an OSC server until the block ends.

    Parameters
    ----------
    machine : DrumMachine
        The model; its inverter is the default one.
    host, port
        As for :class:`~neural_drum_machine.server.osc.OscServer`.
    parent : Path, optional
        As for :class:`~neural_drum_machine.server.files.SoundFolder`.
    shelf : Shelf, optional
        The library that the page may ask.

    Raises
    ------
    ServerError
        If the server cannot listen at the address, or no folder can be made.
    """
    with contextlib.ExitStack() as stack:
        folder = SoundFolder(parent)
        stack.callback(folder.close)
        engine = Engine(machine, folder, shelf)
        stack.callback(engine.close)
        osc = OscServer(engine, host, port)
        stack.callback(osc.close)
        yield engine, osc
        engine.close()  # first, while the socket can still send answers
