"""The files of the folders that a user added: which are new, changed, unchanged or gone."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neural_drum_machine.errors import DatasetError, LibraryError
from neural_drum_machine.library.adding.tasks import Task
from neural_drum_machine.library.database import Database
from neural_drum_machine.prepare.labelling.classes import OTHER
from neural_drum_machine.prepare.recordings.candidate import OTHER_INSTRUMENT, Candidate, Rejection
from neural_drum_machine.prepare.recordings.scan import walk


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a folder.

    Attributes
    ----------
    path : bytes
        Its path below the root, in the system's bytes.
    name : str
        The same as text, with the root's own name in front.
    size, mtime : int
        Bytes, and nanoseconds since 1970.
    task : Task or None
        How it is measured; None if it is left out unread.
    why : str
        Why it is left out.
    kit : str
        The kit that it belongs to, from its folders.
    """

    path: bytes
    name: str
    size: int
    mtime: int
    task: Task | None
    why: str
    kit: str


def list_folder(root: Path) -> Iterator[Listed | Rejection]:
    """Yield the sound files below a root, and what cannot be searched.

    A link that leads out of the root is left out: what a user did not add is not read.

    Parameters
    ----------
    root : Path
        An existing folder, without links in its path.

    Raises
    ------
    LibraryError
        If a manifest in it cannot be understood.
    """
    seen: set[bytes] = set()
    try:
        for item in walk(root, root.name or "root", foreign=True):
            if isinstance(item, Rejection):
                yield item
                continue
            listed = _listed(root, *item)
            if listed and listed.path not in seen:
                seen.add(listed.path)
                yield listed
    except DatasetError as error:
        raise LibraryError(str(error)) from error


def _listed(root: Path, candidate: Candidate, excluded: str) -> Listed | None:
    path = candidate.path
    try:
        facts = path.stat()
    except OSError:
        return None  # gone meanwhile, or a link to nothing
    other = excluded.startswith(OTHER_INSTRUMENT)
    task, why = None, excluded
    if not is_inside(path, root):
        why = "a link that leads out of the folder; add the folder to which it leads"
    elif not excluded or other:
        why = ""
        task = Task(
            path=str(path),
            category=OTHER if other else candidate.category,
            choices=candidate.choices,
            note=candidate.doubt,
        )
    below = os.fsencode(path.relative_to(root))
    return Listed(
        below, candidate.name, facts.st_size, facts.st_mtime_ns, task, why, candidate.group
    )


def is_inside(path: Path, root: Path) -> bool:
    """Return whether a path leads below a root, with all links followed."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(root)
    except (OSError, ValueError):
        return False


def resolve_roots(database: Database, folders: list[Path]) -> list[Path]:
    """Return the roots to read for folders: a folder in a root stands for the whole root.

    A root that lies in a new folder becomes a part of it, and its sounds keep their numbers.

    Raises
    ------
    LibraryError
        If a folder does not exist.
    """
    roots: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "there is no such folder"
            raise LibraryError(f"{folder}: {what}; name a folder of samples")
        place = Path(os.path.realpath(folder))
        known = [Path(os.fsdecode(row[0])) for row in database.all("SELECT path FROM roots")]
        around = [each for each in known if place.is_relative_to(each)]
        if around:
            roots[around[0]] = None
            continue
        with database.transaction():
            number = database.change("INSERT INTO roots (path) VALUES (?)", [os.fsencode(place)])
            for inner in known:
                if inner.is_relative_to(place):
                    _merge(database, inner, number, os.fsencode(inner.relative_to(place)))
                    roots.pop(inner, None)
        roots[place] = None
    return list(roots)


def _merge(database: Database, inner: Path, number: int, prefix: bytes) -> None:
    old = database.one("SELECT id FROM roots WHERE path = ?", [os.fsencode(inner)])[0]
    rows = database.all("SELECT id, path FROM files WHERE root = ?", [old])
    moved = ((number, os.path.join(prefix, path), row) for row, path in rows)  # noqa: PTH118
    database.change_many("UPDATE files SET root = ?, path = ? WHERE id = ?", moved)
    database.change("DELETE FROM roots WHERE id = ?", [old])
