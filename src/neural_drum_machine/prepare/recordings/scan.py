"""What is in the sources: files with their category, kit and provenance."""

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.names.labels import group_from_path, label_from_path
from neural_drum_machine.signal.audio_file import AUDIO_SUFFIXES
from neural_drum_machine.text import printable

MANIFEST = "manifest.csv"
OTHER: Final = "other"
"""The category of a manifest's line that is another instrument: no sound of a dataset, but it
teaches the labeller what none of the eleven is."""
_REQUIRED = ("file", "category", "group")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_MAX_FIELD: Final = 2_000
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
        One of the eleven, or None where nothing states one; then the labeller is asked.
    group : str
        The kit group: never on both sides of the split.
    label : str
        Who stated the category: ``manifest``, ``name``, ``user``, or nobody.
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


def _legible(name: str) -> str:
    """Return a name as it was meant: bytes that are not UTF-8 are Windows' of the old days."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def scan(
    source: Path, users: Mapping[str, str] = _NOTHING, name: str = ""
) -> Iterator[Candidate | Rejection]:
    """Yield the audio files of a source in a stable order.

    Parameters
    ----------
    source : Path
        A folder. Where it, or a folder in it, has a ``manifest.csv``: the manifest's files and
        no others below that folder; else every audio file, labelled by folder, then file name.
        Links to folders are followed, each folder is searched once.
    users : mapping
        Categories (or ``skip``) that the user stated, by name: they go before all others.
    name : str
        What stands in front of the files' names; the source's own name if empty.

    Yields
    ------
    Candidate or Rejection
        A file that may be a hit (whether it can be read is not looked at here); or what is
        left out already: a loop or another instrument by its name, a folder that cannot be read.

    Raises
    ------
    DatasetError
        If the source is no folder, or a manifest is not readable, lacks a column, names
        an unknown category, or leads outside the folder.
    """
    if not source.is_dir():
        raise DatasetError(f"{source}: no such folder; name a folder of samples")
    source = source.resolve()
    for item in _scan_tree(source, name or source.name):
        if isinstance(item, Rejection):
            yield item
            continue
        candidate, left_out = item
        stated = users.get(candidate.name)
        if stated in CATEGORIES:
            yield replace(candidate, category=stated, label="user")
        elif stated or left_out:
            yield Rejection(candidate.name, left_out if not stated else "left out by the user")
        else:
            yield candidate


Item = tuple[Candidate, str] | Rejection
"""A file and why its name leaves it out (empty if it does not), or what cannot be a file."""


def _scan_manifest(root: Path, title: str, folder: Path, manifest: Path) -> Iterator[Item]:
    try:
        yield from _manifest_rows(root, title, folder, manifest)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise DatasetError(
            f"{manifest}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error


def _manifest_rows(root: Path, title: str, folder: Path, manifest: Path) -> Iterator[Item]:
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
            longest = max(len(value or "") for value in row.values() if not isinstance(value, list))
            if longest > _MAX_FIELD:
                raise DatasetError(
                    f"{where}: {longest} characters in a field; at most {_MAX_FIELD}"
                )
            if any(row[name] is None for name in _REQUIRED):
                raise DatasetError(f"{where}: too few columns")
            if row["category"] not in (*CATEGORIES, OTHER):
                raise DatasetError(
                    f"{where}: unknown category {row['category']!r}; "
                    f"use one of: {', '.join(CATEGORIES)}, {OTHER}"
                )
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


def _is_ours(manifest: Path) -> bool:
    """Return whether a manifest deep in a library has our columns: other programs write some."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            return set(_REQUIRED) <= set(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def _scan_tree(root: Path, title: str) -> Iterator[Item]:
    seen: set[tuple[int, int]] = set()
    problems: list[OSError] = []
    for walked, folders, files in os.walk(root, onerror=problems.append, followlinks=True):
        folder = Path(walked)
        for problem in problems:
            yield _unreadable(root, problem)
        problems.clear()
        facts = folder.stat()
        if (facts.st_dev, facts.st_ino) in seen:
            # A link that leads back up, or a second way to the same folder.
            folders.clear()
            continue
        seen.add((facts.st_dev, facts.st_ino))
        if (folder / MANIFEST).is_file() and (folder == root or _is_ours(folder / MANIFEST)):
            folders.clear()
            yield from _scan_manifest(root, title, folder, folder / MANIFEST)
            continue
        # Hidden folders hold what programs keep for themselves (.git, .Trash).
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            path = folder / file
            if path.suffix.lower() in AUDIO_SUFFIXES and not file.startswith("."):
                if path.exists() and not path.is_file():
                    # A pipe would be waited for, for ever.
                    name = printable(f"{title}/{path.relative_to(root).as_posix()}")
                    yield Rejection(name, "no regular file")
                else:
                    yield _named(root, title, path)
    for problem in problems:
        yield _unreadable(root, problem)


def _named(root: Path, title: str, path: Path) -> tuple[Candidate, str]:
    relative = path.relative_to(root)
    label = label_from_path(PurePath(_legible(str(relative))))
    candidate = Candidate(
        path=path,
        name=printable(f"{title}/{relative.as_posix()}"),
        category=label.category,
        group=printable(f"{title}/{group_from_path(relative)}"),
        label="name" if label.category else "",
        source=printable(title),
    )
    if label.kind not in ("loop", "other"):
        return candidate, ""
    words = ", ".join(repr(printable(word)) for word in label.words)
    what = "a loop or phrase" if label.kind == "loop" else "another instrument"
    return candidate, f"{what} by its name ({words})"


def _unreadable(root: Path, error: OSError) -> Rejection:
    where = Path(os.fsdecode(error.filename))
    shown = where.relative_to(root.parent) if where.is_relative_to(root.parent) else where
    return Rejection(printable(str(shown)), f"folder cannot be read ({error.strerror})")
