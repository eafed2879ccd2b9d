"""``manifest.csv``: the sounds of a folder with their categories, kits and provenance."""

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER, read_category
from neural_drum_machine.prepare.labelling.csv_table import columns_of, read_table
from neural_drum_machine.prepare.labelling.layers import velocities
from neural_drum_machine.prepare.recordings.candidate import OTHER_INSTRUMENT, Candidate, Item
from neural_drum_machine.text import printable

MANIFEST: Final = "manifest.csv"
_REQUIRED: Final = ("file", "category", "group")
_PROVENANCE: Final = ("source", "licence", "attribution", "upstream")


def has_our_columns(manifest: Path) -> bool:
    """Return whether a manifest has the columns that we need: other programs write some too."""
    return set(_REQUIRED) <= set(columns_of(manifest))


def read_manifest(root: Path, title: str, folder: Path) -> Iterator[Item]:
    """Yield the files that a folder's manifest lists.

    Parameters
    ----------
    root : Path
        The source that is searched.
    title : str
        Its name, put in front of the files' names.
    folder : Path
        The folder of the manifest, `root` or below it.

    Yields
    ------
    Item
        A file; another instrument (category ``other``) with the reason for leaving it out.

    Raises
    ------
    DatasetError
        If the manifest cannot be read, lacks a column, names an unknown category, or names a
        file outside the folder.
    """
    manifest = folder / MANIFEST
    rows = list(read_table(manifest, _REQUIRED, _PROVENANCE))
    strokes = velocities(
        PurePath((row.get("upstream") or row["file"]).replace("\\", "/")) for _, row in rows
    )
    inside = folder.resolve()
    prefix = "/".join((title, *folder.relative_to(root).parts))
    for (line, row), (velocity, round_robin) in zip(rows, strokes, strict=True):
        where = f"{manifest}, line {line}"
        path = folder / row["file"]
        if "\\" in row["file"] and not path.exists():
            path = folder / row["file"].replace("\\", "/")  # written on Windows
        if not path.resolve().is_relative_to(inside):
            raise DatasetError(f"{where}: {row['file']!r} leads outside {folder}")
        category = read_category(row["category"], CLASSES, where)
        other = category == OTHER
        candidate = Candidate(
            path=path,
            name=printable(f"{prefix}/{row['file']}"),
            category=None if other else category,
            group=row["group"] or row["file"],
            label="manifest",
            velocity=velocity,
            round_robin=round_robin,
            source=row.get("source", ""),
            licence=row.get("licence", ""),
            attribution=row.get("attribution", ""),
            upstream=row.get("upstream", ""),
        )
        yield candidate, f"{OTHER_INSTRUMENT} by the manifest" if other else ""
