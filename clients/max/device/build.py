"""Builds the device file from the patch and its scripts."""

from pathlib import Path
from typing import Final

from .container import Device, File, write
from .engine_script import ENGINE
from .patcher import SCRIPTS, patcher

NAME: Final = "Neural Drum Machine.amxd"
MODIFIED: Final = 1_764_547_200
"""2025-12-01. Fixed, so that the same source gives the same bytes."""


def build(folder: Path, engine: bytes | None = None) -> bytes:
    """Return the bytes of the device file.

    Parameters
    ----------
    folder : Path
        Where its scripts are.
    engine : bytes, optional
        The script with the engine, if the device is to hold it.
    """
    files = [File(name, "TEXT", (folder / name).read_bytes()) for name in SCRIPTS]
    if engine is not None:
        files.append(File(ENGINE, "TEXT", engine))
    names = tuple(file.name for file in files)
    return write(Device("instrument", patcher(names), NAME, tuple(files), MODIFIED))
