"""How many sounds of a drum a rendered kit may hold."""

from typing import Final

MOST_LAYERS: Final = 16
"""Velocity layers of a voice."""
MOST_ROUND_ROBINS: Final = 16
"""Round robins of a layer."""
