"""What is in the sources: files with their category, kit and provenance."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neural_drum_machine.audio import AUDIO_SUFFIXES
from neural_drum_machine.data.labels import category_from_path, group_from_path
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.spec import CATEGORIES

MANIFEST = "manifest.csv"
_REQUIRED = ("file", "category", "group")
_PROVENANCE = ("source", "licence", "attribution", "upstream")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may become a sound of the dataset.

    Attributes
    ----------
    path : Path
        Where it lies.
    name : str
        Its path relative to the source, with the source's own name in front.
    category : str or None
        One of the eleven, or None where nothing states one.
    group : str
        The kit group: never on both sides of the split.
    source, licence, attribution, upstream : str
        Provenance, empty where unknown.
    """

    path: Path
    name: str
    category: str | None
    group: str
    source: str = ""
    licence: str = ""
    attribution: str = ""
    upstream: str = ""


def printable(name: str) -> str:
    """Return a file name in which bytes that are not UTF-8 are escaped (a backslash, x, ff)."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def scan(source: Path) -> Iterator[Candidate]:
    """Yield the audio files of a source in a stable order.

    Parameters
    ----------
    source : Path
        A folder. With a ``manifest.csv`` in it, the manifest's files and no others;
        else every audio file below it, labelled by folder, then file name.

    Yields
    ------
    Candidate
        A file; whether it can be read is not looked at here.

    Raises
    ------
    DatasetError
        If the source is no folder, or its manifest is not readable, lacks a column, names
        an unknown category, or leads outside the folder.
    """
    if not source.is_dir():
        raise DatasetError(f"{source}: no such folder; name a folder of samples")
    source = source.resolve()
    manifest = source / MANIFEST
    yield from _scan_manifest(source, manifest) if manifest.is_file() else _scan_tree(source)


def _scan_manifest(source: Path, manifest: Path) -> Iterator[Candidate]:
    try:
        yield from _manifest_rows(source, manifest)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise DatasetError(
            f"{manifest}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error


def _manifest_rows(source: Path, manifest: Path) -> Iterator[Candidate]:
    root = source.resolve()
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
            if any(row[name] is None for name in _REQUIRED):
                raise DatasetError(f"{where}: too few columns")
            if row["category"] not in CATEGORIES:
                raise DatasetError(
                    f"{where}: unknown category {row['category']!r}; "
                    f"use one of: {', '.join(CATEGORIES)}"
                )
            path = source / row["file"]
            if not path.resolve().is_relative_to(root):
                raise DatasetError(f"{where}: {row['file']!r} leads outside {source}")
            yield Candidate(
                path=path,
                name=printable(f"{source.name}/{row['file']}"),
                category=row["category"],
                group=row["group"] or row["file"],
                **{name: row.get(name) or "" for name in _PROVENANCE},
            )


def _scan_tree(source: Path) -> Iterator[Candidate]:
    for folder, folders, files in os.walk(source, onerror=_raise):
        folders.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix.lower() not in AUDIO_SUFFIXES or name.startswith("."):
                continue
            relative = path.relative_to(source)
            yield Candidate(
                path=path,
                name=printable(f"{source.name}/{relative.as_posix()}"),
                category=category_from_path(relative),
                group=printable(f"{source.name}/{group_from_path(relative)}"),
                source=source.name,
            )


def _raise(error: OSError) -> None:
    raise DatasetError(f"{error.filename}: cannot be read ({error.strerror})") from error
