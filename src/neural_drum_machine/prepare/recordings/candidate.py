"""A file that may become a sound of a dataset, and one that was rejected."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

OTHER_INSTRUMENT: Final = "another instrument"
"""How the reason begins for which an instrument that is none of the eleven is left out."""
UNSEARCHED: Final = "folder cannot be read"
"""How the reason begins for which a folder is not searched."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may become a sound of the dataset.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its path relative to the source, with the source's own name in front.
    category : str or None
        One of the eleven, or None where nothing states one; then the classifier is asked.
    group : str
        The kit group, which is never on both sides of the split.
    label : str
        Who stated the category: ``manifest``, ``name``, ``user``, or empty for nobody.
    source, licence, attribution, upstream : str
        Provenance, empty where unknown.
    doubt : str
        Why a person has to state the category, empty if nobody has to: the names contradict each
        other. It goes to ``unsure.csv``.
    choices : tuple of str
        The categories that the names allow, empty for all: a "hat" is open or closed.
    velocity : float or None
        How hard was struck, 0 (softest layer of its instrument) to 1 (loudest), where names tell.
    round_robin : int or None
        Number of the recording among those of equal strength, where names tell.
    """

    path: Path
    name: str
    category: str | None
    group: str
    label: str = ""
    source: str = ""
    licence: str = ""
    attribution: str = ""
    upstream: str = ""
    doubt: str = ""
    choices: tuple[str, ...] = ()
    velocity: float | None = None
    round_robin: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file or folder that was left out, and the reason in words."""

    name: str
    reason: str


Item = tuple[Candidate, str] | Rejection
"""A file and why its name excludes it (empty if it does not), or a rejected file or folder."""
