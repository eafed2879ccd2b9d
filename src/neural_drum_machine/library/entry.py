"""What an answer of a library holds."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.library.tables import MEASURES

OTHER: Final = "other"
"""The category of instruments that are none of the eleven."""
COLUMNS: Final = ("id", "name", "category", "doubt", "label", "note", "kit", *MEASURES)
"""The columns of an :class:`Entry`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound of a library. It names no path: :meth:`Library.path_of` does.

    Attributes
    ----------
    id : int
        Its number, which no other sound ever gets.
    name : str
        Its path below its folder, with the folder's own name in front.
    category : str
        One of the eleven, or ``other``.
    doubt : float
        0 where a name tells the category; otherwise how probable it is that it is wrong.
    label : str
        ``name`` or ``sound``: by which the category was found.
    note : str
        How its names contradict each other.
    kit : str
        The kit, from the names of its folders.
    seconds, loudness, centroid, decay, attack, pitch, noisiness : float or None
        Length in s, loudness in LUFS, and descriptors in their units; None where there is none.
    """

    id: int
    name: str
    category: str
    doubt: float
    label: str
    note: str
    kit: str
    seconds: float | None
    loudness: float | None
    centroid: float | None
    decay: float | None
    attack: float | None
    pitch: float | None
    noisiness: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes by their names, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds: its file, sounds by category, folders, and files that are left out."""

    path: Path
    bytes: int
    categories: dict[str, int]
    doubtful: int
    on_map: int
    roots: dict[str, int]
    left_out: dict[str, int]
