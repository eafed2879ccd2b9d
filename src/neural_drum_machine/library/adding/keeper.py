"""Writing what was measured into a library."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neural_drum_machine.library.adding.folders import Listed
from neural_drum_machine.library.adding.measuring import measure_chunk
from neural_drum_machine.library.adding.tasks import Chunk, Measured
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.tables import MEASURES
from neural_drum_machine.text import printable


@dataclass(slots=True)
class Added:
    """What a run did.

    Attributes
    ----------
    sounds : int
        Files that were measured.
    same : int
        Files that were known: unchanged, or with the content of a file that was moved.
    left_out : int
        Files read now that are no sounds of a library; ``ndm library status`` says why.
    gone : int
        Sounds whose files are no longer there.
    unread : list of str
        Folders that could not be searched, each with its reason; what is known of them is kept.
        Files of formats that cannot be read here, by their reason.
    """

    sounds: int = 0
    same: int = 0
    left_out: int = 0
    gone: int = 0
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """A file that the library has already."""

    id: int
    size: int
    mtime: int
    digest: bytes | None
    version: str
    why: str | None


class Keeper:
    """Writes the files of one root into a library.

    Parameters
    ----------
    database : Database
        The library, in a transaction.
    root : int
        The root's number.
    version : str
        Of the measures.
    model : str or None
        The model file that encodes.
    """

    def __init__(self, database: Database, root: int, version: str, model: str | None) -> None:
        self._database = database
        self._root = root
        self._version = version
        self._model = model

    def keep(self, item: Listed, measured: Measured, row: Known | None, added: Added) -> None:
        """Write one file: as known, as a sound, or as left out.

        Parameters
        ----------
        item : Listed
            The file.
        measured : Measured
            What measuring it gave.
        row : Known or None
            The same file, or one with the same content that was moved here. It keeps its number.
        added : Added
            Counts it.
        """
        if measured.known:
            if row is not None and self._means_the_same(row, item):
                added.same += 1
                self._rename(row, item, measured)
                return
            # A second copy of a moved file, or a file that now has another telling name.
            assert item.task is not None
            (measured,) = measure_chunk(Chunk((item.task,), self._model))
        columns: dict[str, Any] = {
            "root": self._root,
            "path": item.path,
            "name": item.name,
            "size": measured.size or item.size,
            "mtime": measured.mtime or item.mtime,
            "digest": measured.digest,
            "version": self._version,
            "why": printable(measured.why) or None,
        }
        if measured.why:
            added.left_out += 1
            self._replace(row, columns)
            return
        added.sounds += 1
        values = (value if np.isfinite(value) else None for value in measured.values)
        columns |= {
            "category": measured.category,
            "doubt": measured.doubt,
            "label": measured.label,
            "second": measured.second,
            "note": measured.note,
            "kit": item.kit,
            **dict(zip(MEASURES, values, strict=True)),
        }
        self._keep_vectors(self._replace(row, columns), measured)

    def _means_the_same(self, row: Known, item: Listed) -> bool:
        """Return whether the names of a file give it the category that it has already."""
        assert item.task is not None
        category, label, why = self._database.one(
            "SELECT category, label, why FROM files WHERE id = ?", [row.id]
        )
        if why is not None:
            return True
        told = item.task.category
        return bool(told == category if told else label == "sound")

    def _rename(self, row: Known, item: Listed, measured: Measured) -> None:
        self._database.change(
            "UPDATE files SET path = ?, name = ?, kit = CASE WHEN why IS NULL THEN ? END, "
            "size = ?, mtime = ? WHERE id = ?",
            [item.path, item.name, item.kit, measured.size, measured.mtime, row.id],
        )

    def _replace(self, row: Known | None, columns: dict[str, Any]) -> int:
        if row is not None:
            self._database.change("DELETE FROM files WHERE id = ?", [row.id])
            columns["id"] = row.id
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        return self._database.change(
            f"INSERT INTO files ({names}) VALUES ({marks})",  # noqa: S608 (the names are ours)
            list(columns.values()),
        )

    def _keep_vectors(self, number: int, measured: Measured) -> None:
        assert measured.near is not None
        assert measured.code is not None
        assert measured.spectral_print is not None
        self._database.change(
            "INSERT INTO vectors (id, near, code, print) VALUES (?, ?, ?, ?)",
            [
                number,
                measured.near.astype("<f2").tobytes(),
                measured.code.astype("<f2").tobytes(),
                measured.spectral_print.tobytes(),
            ],
        )
