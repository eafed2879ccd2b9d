"""Adding folders to a library: only what is new or changed is read, and each step is kept."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.adding.folders import Listed, list_folder, resolve_roots
from neural_drum_machine.library.adding.keeper import Added, Keeper, Known
from neural_drum_machine.library.adding.measuring import measure_chunk, version_of
from neural_drum_machine.library.adding.tasks import Chunk, Measured
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.forgetting import FORGOTTEN
from neural_drum_machine.library.numbers import keep_numbers
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.recordings.candidate import UNSEARCHED, Rejection

CHUNK_FILES: Final = 32
"""Files that are measured, and then kept, together."""
Progress = Callable[[str, int, int], None]


def add(
    folders: Sequence[str | Path] = (),
    library: str | Path | None = None,
    *,
    model: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Added:
    """Read folders into a library; the files in them are never changed.

    A run that was interrupted is continued by the next one: each few files are kept at once.

    Parameters
    ----------
    folders : sequence of str or Path
        Folders of samples. None reads all folders of the library again.
    library : str or Path, optional
        The library's file; the user's own if absent. It is made if needed.
    model : str or Path, optional
        Model file (``.ndm``) whose encoder makes the codes; the package's if absent. With another
        model than before, all files are measured again.
    workers : int, optional
        As in :func:`~neural_drum_machine.parallel.run`.
    progress : callable, optional
        Called with (stage, files done, files in all).

    Returns
    -------
    Added
        What was done.

    Raises
    ------
    LibraryError
        If a folder does not exist, or the library cannot be written; see
        :meth:`~neural_drum_machine.library.database.Database.writing`.
    BundleError
        If the model file cannot be used.
    """
    told = progress or (lambda _stage, _done, _total: None)
    file = None if model is None else str(model)
    version = version_of(file)
    added = Added()
    with Database.writing(library) as (database, lost):
        if lost:
            resolve_roots(database, [each for each in lost if each.is_dir()])
        if folders:
            roots = resolve_roots(database, [Path(each) for each in folders])
        else:
            roots = [Path(os.fsdecode(row[0])) for row in database.all("SELECT path FROM roots")]
        roots += [each for each in lost if each.is_dir() and each not in roots]
        if not roots:
            raise LibraryError("the library has no folders yet; name one: ndm library add FOLDER")
        for root in roots:
            if not root.is_dir():
                added.unread.append(f"{root}: not there; connect its disk, or forget it")
                continue
            _add_root(database, root, _Run(version, file, workers, told), added)
        keep_numbers(database)
    return added


@dataclass(frozen=True, slots=True)
class _Run:
    version: str
    model: str | None
    workers: int | None
    told: Progress


def _add_root(database: Database, root: Path, how: _Run, added: Added) -> None:
    number = database.one("SELECT id FROM roots WHERE path = ?", [os.fsencode(root)])[0]
    known = {
        row[0]: Known(*row[1:])
        for row in database.all(
            "SELECT path, id, size, mtime, digest, version, why FROM files WHERE root = ?", [number]
        )
    }
    found: dict[bytes, Listed] = {}
    unread: list[str] = []
    others: Counter[str] = Counter()
    for item in list_folder(root):
        if isinstance(item, Rejection):
            if item.reason.startswith(UNSEARCHED):
                unread.append(f"{item.name}: {item.reason}")
            else:
                others[item.reason] += 1
            continue
        found[item.path] = item
        if len(found) % 1000 == 0:
            how.told("searching", len(found), len(found))
    how.told("searching", len(found), len(found))
    added.unread += unread + [f"{count} files: {why}" for why, count in others.items()]
    # Where a folder could not be searched, its files only seem to be gone.
    gone = {} if unread else {path: row for path, row in known.items() if path not in found}
    changed = [item for path, item in found.items() if not _is_same(item, known.get(path), how)]
    added.same += len(found) - len(changed)
    _keep_unread(database, number, [item for item in changed if item.task is None], known, how)
    added.left_out += sum(item.task is None for item in changed)
    waiting = [item for item in changed if item.task is not None]
    by_digest = _by_digest(gone)
    keeper = Keeper(database, number, how.version, how.model)
    done = 0
    for part, results in _measured(waiting, known, gone, how):
        with database.transaction():
            for item, measured in zip(part, results, strict=True):
                row = known.get(item.path)
                moved = (
                    _taken(gone, by_digest, measured.digest) if measured.known and not row else None
                )
                keeper.keep(item, measured, row or moved, added)
        done += len(part)
        how.told("measuring", done, len(waiting))
    with database.transaction():
        database.change_many("DELETE FROM files WHERE id = ?", ((row.id,) for row in gone.values()))
    added.gone += sum(row.why is None for row in gone.values())


def _is_same(item: Listed, row: Known | None, how: _Run) -> bool:
    if row is None:
        return False
    now = (item.size, item.mtime, how.version)
    return row.why == FORGOTTEN or (row.size, row.mtime, row.version) == now


def _measured(
    waiting: list[Listed], known: dict[bytes, Known], gone: dict[bytes, Known], how: _Run
) -> Iterator[tuple[list[Listed], list[Measured]]]:
    moved: dict[int, list[bytes]] = {}
    for row in gone.values():
        if row.digest and row.version == how.version:
            moved.setdefault(row.size, []).append(row.digest)

    def task(item: Listed) -> Any:
        row = known.get(item.path)
        own = [row.digest] if row and row.digest and row.version == how.version else []
        assert item.task is not None
        return replace(item.task, known=(*own, *moved.get(item.size, ())))

    parts = [waiting[i : i + CHUNK_FILES] for i in range(0, len(waiting), CHUNK_FILES)]
    chunks = (Chunk(tuple(map(task, part)), how.model) for part in parts)
    # A single chunk is not worth the start of processes.
    workers = 1 if len(parts) == 1 else how.workers
    yield from zip(parts, run(measure_chunk, chunks, workers=workers), strict=True)


def _keep_unread(
    database: Database, root: int, items: list[Listed], known: dict[bytes, Known], how: _Run
) -> None:
    with database.transaction():
        for item in items:
            if row := known.get(item.path):
                database.change("DELETE FROM files WHERE id = ?", [row.id])
        rows = (
            (root, item.path, item.name, item.size, item.mtime, how.version, item.why)
            for item in items
        )
        database.change_many(
            "INSERT INTO files (root, path, name, size, mtime, version, why) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _by_digest(gone: dict[bytes, Known]) -> dict[bytes, list[bytes]]:
    out: dict[bytes, list[bytes]] = {}
    for path, row in gone.items():
        if row.digest:
            out.setdefault(row.digest, []).append(path)
    return out


def _taken(
    gone: dict[bytes, Known], by_digest: dict[bytes, list[bytes]], digest: bytes | None
) -> Known | None:
    """Return a file that is gone and had this content: it was moved, and keeps its number."""
    paths = by_digest.get(digest or b"")
    return gone.pop(paths.pop()) if paths else None
