"""Builds the device file from the patch and its scripts."""

from pathlib import Path
from typing import Final

from .container import Device, File, write
from .patcher import SCRIPTS, patcher

NAME: Final = "Neural Drum Machine.amxd"
MODIFIED: Final = 1_764_547_200
"""2025-12-01. Fixed, so that the same source gives the same bytes."""


def build(folder: Path) -> bytes:
    """Return the bytes of the device file; its scripts are in `folder`."""
    scripts = (File(name, "TEXT", (folder / name).read_bytes()) for name in SCRIPTS)
    return write(Device("instrument", patcher(), NAME, tuple(scripts), MODIFIED))
