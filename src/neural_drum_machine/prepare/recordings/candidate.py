"""A file that may become a sound of a dataset, and one that was rejected."""

from dataclasses import dataclass
from pathlib import Path


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


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file or folder that was left out, and the reason in words."""

    name: str
    reason: str


Item = tuple[Candidate, str] | Rejection
"""A file and why its name excludes it (empty if it does not), or a rejected file or folder."""
