"""The folder of an unfinished dataset, in which a killed run's work is kept for the next run."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import advice, atomic_file, locked, name_beside


def digest(value: Any) -> str:
    """Return 16 hex digits that name a JSON-like value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_stamp(path: Path) -> list[Any]:
    """Return what changes when a file changes: its name in bytes, its size and its time."""
    try:
        facts = path.stat()
    except OSError:
        return [os.fsencode(path).hex(), -1, 0]
    return [os.fsencode(path).hex(), facts.st_size, facts.st_mtime_ns]


class ResumableFolder:
    """A hidden folder ``.NAME.work`` beside the dataset; removed once the dataset is complete.

    Made by :meth:`beside`.

    Attributes
    ----------
    path : Path
        Contains ``chunks/`` (one file for each finished chunk of decoded files) and ``build/``
        (the dataset as far as it is written).
    fresh : bool
        Whether it is new: it contains nothing of an earlier run.
    """

    def __init__(self, path: Path, fresh: bool) -> None:
        self.path = path
        self.fresh = fresh
        self._chunks = path / "chunks"
        self._finished = False

    @classmethod
    @contextlib.contextmanager
    def beside(cls, out: Path) -> Iterator[Self]:
        """Open the folder for a dataset. One run at a time may hold it.

        Raises
        ------
        DatasetError
            If another run holds it, or a file cannot be written. Finished work stays for the
            next run.
        """
        path = name_beside(out, ".work")
        try:
            folder = cls(path, fresh=not path.exists())
            folder._chunks.mkdir(parents=True, exist_ok=True)
            busy = f"{out}: another run is preparing it; wait, or choose another --out"
            try:
                with locked(path / "lock", busy):
                    yield folder
            finally:
                # After the lock is released: Windows removes no file that is locked.
                if folder._finished:
                    shutil.rmtree(path)
        except OSError as error:
            raise DatasetError(
                f"{out}: cannot be written ({error.strerror or error}); {advice(error)}, then run "
                "the same command again (it continues where it was)"
            ) from error

    def has(self, key: str) -> bool:
        """Return whether arrays are stored under a key."""
        return (self._chunks / f"{key}.npz").is_file()

    def load(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return the arrays stored under a key, or None if they are absent or damaged."""
        try:
            # Opened here: NumPy does not close a damaged file.
            with (
                (self._chunks / f"{key}.npz").open("rb") as raw,
                np.load(raw, allow_pickle=False) as file,
            ):
                return dict(file)
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None

    def store(self, key: str, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Store arrays under a key, completely or not at all."""
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        with atomic_file(self._chunks / f"{key}.npz") as file:
            file.write(buffer.getbuffer())

    def build_folder(self, key: str) -> Path:
        """Return the folder in which the dataset with this key grows; others are removed."""
        folder = self.path / "build" / key
        if folder.parent.is_dir():
            for old in folder.parent.iterdir():
                if old != folder:
                    shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def finish(self) -> None:
        """Declare the work finished: the folder is removed when it is closed."""
        self._finished = True
