"""Searching the sources for audio files: each with its category, kit and provenance."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.kit_names import group_from_path
from neural_drum_machine.prepare.labelling.layers import velocities
from neural_drum_machine.prepare.labelling.neighbours import Neighbours
from neural_drum_machine.prepare.labelling.path_names import label_from_path
from neural_drum_machine.prepare.recordings.candidate import (
    OTHER_INSTRUMENT,
    UNSEARCHED,
    Candidate,
    Item,
    Rejection,
)
from neural_drum_machine.prepare.recordings.manifest import (
    MANIFEST,
    has_our_columns,
    read_manifest,
)
from neural_drum_machine.signal.audio_file import AUDIO_SUFFIXES
from neural_drum_machine.signal.formats import why_unread
from neural_drum_machine.text import printable

_NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})


def scan(
    source: Path, labels: Mapping[str, str] = _NO_LABELS, name: str = ""
) -> Iterator[Candidate | Rejection]:
    """Yield the audio files of a source in a stable order.

    Parameters
    ----------
    source : Path
        A folder. Where it, or a folder in it, has a ``manifest.csv``, the manifest's files and
        no others below that folder are used. Elsewhere every audio file is used, labelled by
        the names of its folders and by its own. Links to folders are followed; each folder is
        searched once.
    labels : mapping of str to str
        Categories (or ``skip``) that the user stated, by name. They overrule all others.
    name : str
        Put in front of the files' names; the source's own name if empty.

    Yields
    ------
    Candidate or Rejection
        A file that may be a hit (it is not opened yet), or one that is left out already: a loop
        or another instrument by its name, a folder that cannot be read.

    Raises
    ------
    DatasetError
        If the source is no folder, or a manifest cannot be read, lacks a column, names an
        unknown category, or names a file outside its folder.
    """
    if not source.is_dir():
        what = "is a file, not a folder" if source.exists() else "no such folder"
        raise DatasetError(f"{source}: {what}; name a folder of samples")
    source = source.resolve()
    for item in walk(source, name or source.name):
        if isinstance(item, Rejection):
            yield item
            continue
        candidate, excluded = item
        stated = labels.get(candidate.name)
        if stated in CATEGORIES:
            yield replace(candidate, category=stated, label="user", doubt="")
        elif stated or excluded:
            yield Rejection(candidate.name, excluded if not stated else "left out by the user")
        else:
            yield candidate


def walk(root: Path, title: str, *, foreign: bool = False) -> Iterator[Item]:
    """Yield everything that a source holds; see :func:`scan`, which chooses among it.

    Parameters
    ----------
    root : Path
        An existing folder, without links in its path.
    title : str
        Put in front of the files' names.
    foreign : bool
        Whether a ``manifest.csv`` in the root itself may be another program's, too.

    Yields
    ------
    Item
        A file and why its name excludes it (empty if it does not), or a rejected file or folder.

    Raises
    ------
    DatasetError
        As :func:`scan`, for manifests.
    """
    seen: set[tuple[int, int]] = set()
    problems: list[OSError] = []
    for walked, folders, files in os.walk(root, onerror=problems.append, followlinks=True):
        folder = Path(walked)
        for problem in problems:
            yield _unreadable(root, problem)
        problems.clear()
        try:
            facts = folder.stat()
        except OSError as error:  # gone meanwhile
            folders.clear()
            yield _unreadable(root, error)
            continue
        if (facts.st_dev, facts.st_ino) in seen:
            # A link that leads back up, or a second way to the same folder.
            folders.clear()
            continue
        seen.add((facts.st_dev, facts.st_ino))
        manifest = folder / MANIFEST
        stated = folder == root and not foreign
        if manifest.is_file() and (stated or has_our_columns(manifest)):
            folders.clear()
            yield from read_manifest(root, title, folder)
            continue
        # Programs keep private files in hidden folders (.git, .Trash).
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = _FolderNames.of(folder, files)
        for file in sorted(files):
            path = folder / file
            if path.suffix.lower() in AUDIO_SUFFIXES and not file.startswith("."):
                if why := why_unread(path.suffix):
                    yield Rejection(printable(f"{title}/{path.relative_to(root).as_posix()}"), why)
                elif path.exists() and not path.is_file():
                    # Reading a pipe would wait forever.
                    name = printable(f"{title}/{path.relative_to(root).as_posix()}")
                    yield Rejection(name, "no regular file")
                else:
                    yield _labelled_by_name(root, title, path, names)
    for problem in problems:
        yield _unreadable(root, problem)


@dataclass(frozen=True, slots=True)
class _FolderNames:
    """The names of a folder's sounds, which explain each other."""

    neighbours: Neighbours
    strokes: dict[str, tuple[float | None, int | None]]  # velocity and round robin of each file

    @classmethod
    def of(cls, folder: Path, files: list[str]) -> "_FolderNames":
        names = [PurePath(file) for file in files if Path(file).suffix.lower() in AUDIO_SUFFIXES]
        legible = [PurePath(folder.name, _legible(name.name)) for name in names]
        strokes = zip((name.name for name in names), velocities(legible), strict=True)
        return cls(Neighbours.of(frozenset(name.stem for name in legible)), dict(strokes))


def _labelled_by_name(
    root: Path, title: str, path: Path, names: _FolderNames
) -> tuple[Candidate, str]:
    relative = path.relative_to(root)
    legible = PurePath(_legible(str(relative)))
    meaning = label_from_path(legible, _legible(root.name), names.neighbours)
    velocity, round_robin = names.strokes[path.name]
    candidate = Candidate(
        path=path,
        name=printable(f"{title}/{relative.as_posix()}"),
        category=meaning.category,
        group=printable(f"{title}/{group_from_path(relative, names.neighbours)}"),
        label="name" if meaning.category else "",
        source=printable(title),
        doubt=printable(meaning.doubt),
        choices=meaning.choices,
        velocity=velocity,
        round_robin=round_robin,
    )
    if meaning.kind not in ("loop", "other"):
        return candidate, ""
    words = ", ".join(repr(printable(word)) for word in meaning.words)
    what = "a loop or phrase" if meaning.kind == "loop" else OTHER_INSTRUMENT
    return candidate, f"{what} by its name ({words})"


def _legible(name: str) -> str:
    """Return a name as it was meant: bytes that are not UTF-8 are those of old Windows systems."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _unreadable(root: Path, error: OSError) -> Rejection:
    where = Path(os.fsdecode(error.filename))
    shown = where.relative_to(root.parent) if where.is_relative_to(root.parent) else where
    return Rejection(printable(str(shown)), f"{UNSEARCHED} ({error.strerror})")
