"""How long a test waits for what must come."""

from typing import Final

PATIENCE: Final = 600.0
"""Seconds until a wait fails: only what never comes fails, however busy the computer is."""
