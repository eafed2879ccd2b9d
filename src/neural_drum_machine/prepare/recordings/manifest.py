"""``manifest.csv``: the sounds of a folder with their categories, kits and provenance."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER
from neural_drum_machine.prepare.recordings.candidate import Candidate, Item
from neural_drum_machine.text import printable

MANIFEST: Final = "manifest.csv"
_REQUIRED: Final = ("file", "category", "group")
_PROVENANCE: Final = ("source", "licence", "attribution", "upstream")
_MAX_FIELD: Final = 2_000


def has_our_columns(manifest: Path) -> bool:
    """Return whether a manifest has the columns that we need: other programs write some too."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            return set(_REQUIRED) <= set(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


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
    try:
        yield from _rows(root, title, folder, manifest)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise DatasetError(
            f"{manifest}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error


def _rows(root: Path, title: str, folder: Path, manifest: Path) -> Iterator[Item]:
    inside = folder.resolve()
    prefix = "/".join((title, *folder.relative_to(root).parts))
    # Spreadsheets put a byte order mark in front.
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in _REQUIRED if name not in (rows.fieldnames or ())]
        if missing:
            raise DatasetError(
                f"{manifest}: no column {', '.join(missing)}; a manifest needs "
                f"{', '.join(_REQUIRED)} (and may have {', '.join(_PROVENANCE)})"
            )
        for row in rows:
            where = f"{manifest}, line {rows.line_num}"
            _check_row(row, where)
            path = folder / row["file"]
            if "\\" in row["file"] and not path.exists():
                path = folder / row["file"].replace("\\", "/")  # written on Windows
            if not path.resolve().is_relative_to(inside):
                raise DatasetError(f"{where}: {row['file']!r} leads outside {folder}")
            other = row["category"] == OTHER
            candidate = Candidate(
                path=path,
                name=printable(f"{prefix}/{row['file']}"),
                category=None if other else row["category"],
                group=row["group"] or row["file"],
                label="manifest",
                **{name: row.get(name) or "" for name in _PROVENANCE},
            )
            yield candidate, "another instrument by the manifest" if other else ""


def _check_row(row: dict[str, str], where: str) -> None:
    longest = max(len(value or "") for value in row.values() if not isinstance(value, list))
    if longest > _MAX_FIELD:
        raise DatasetError(f"{where}: {longest} characters in a field; at most {_MAX_FIELD}")
    if any(row[name] is None for name in _REQUIRED):
        raise DatasetError(f"{where}: too few columns")
    if row["category"] not in CLASSES:
        raise DatasetError(
            f"{where}: unknown category {row['category']!r}; "
            f"use one of: {', '.join(CATEGORIES)}, {OTHER}"
        )
