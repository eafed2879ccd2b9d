"""Colours, markers and font sizes that the pictures share."""

from typing import Final

PALETTE: Final = (
    ("#222222", "o"),
    ("#e69f00", "s"),
    ("#56b4e9", "^"),
    ("#009e73", "D"),
    ("#d55e00", "v"),
    ("#0072b2", "P"),
    ("#cc79a7", "X"),
    ("#999999", "o"),
    ("#882255", "s"),
    ("#b8a800", "^"),
    ("#6a3d9a", "v"),
)
"""Okabe and Ito's colours (2008) and four more, each with a marker, because nobody can tell eleven
categories apart by colour alone."""
SMALL, NORMAL, LARGE = 8, 9, 10
"""Font sizes in points."""


def words(name: str) -> str:
    """Return a name with spaces instead of underscores."""
    return name.replace("_", " ")
