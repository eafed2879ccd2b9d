"""From the patch and its scripts to the bytes of the device file."""

from pathlib import Path
from typing import Final

from .container import Device, File, write
from .instrument import SCRIPTS, patcher

NAME: Final = "Neural Drum Machine.amxd"
MODIFIED: Final = 1_764_547_200
"""2025-12-01: the same source shall give the same bytes."""


def build(folder: Path) -> bytes:
    """Return the device file; its scripts lie in `folder`."""
    scripts = (File(name, "TEXT", (folder / name).read_bytes()) for name in SCRIPTS)
    return write(Device("instrument", patcher(), NAME, tuple(scripts), MODIFIED))
