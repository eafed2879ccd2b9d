"""What a run has finished so far, kept so that a killed one goes on where it was."""

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

from neural_drum_machine.files import atomic_file, locked


def digest(value: Any) -> str:
    """Return 16 hex digits that name a JSON-like value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Work:
    """A hidden folder beside the result, ``.NAME.work``; removed once the result is complete.

    Attributes
    ----------
    folder : Path
        Holds ``chunks/`` (one file for each finished chunk of reading) and ``build/`` (the
        dataset as far as it is).
    fresh : bool
        Whether there was none yet: nothing of an earlier run is in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chunks = folder / "chunks"
        self.fresh = True

    @classmethod
    @contextlib.contextmanager
    def beside(cls, out: Path) -> Iterator[Self]:
        """Open the folder for a result; one run at a time.

        Raises
        ------
        DatasetError
            If another run works on the same result.
        """
        folder = out.with_name(f".{out.name}.work")
        fresh = not folder.exists()
        work = cls(folder)
        work.chunks.mkdir(parents=True, exist_ok=True)
        busy = f"{out}: another run is preparing it; wait, or choose another --out"
        with locked(work.folder / "lock", busy):
            work.fresh = fresh
            yield work

    def has(self, key: str) -> bool:
        """Return whether something is stored under a key."""
        return (self.chunks / f"{key}.npz").is_file()

    def load(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return the arrays stored under a key, or None where there are none, or damaged ones."""
        try:
            # Opened here: NumPy forgets to close a file that is not what it should be.
            with (
                (self.chunks / f"{key}.npz").open("rb") as raw,
                np.load(raw, allow_pickle=False) as file,
            ):
                return dict(file)
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None

    def store(self, key: str, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Store arrays under a key, whole or not at all."""
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        with atomic_file(self.chunks / f"{key}.npz") as file:
            file.write(buffer.getbuffer())

    def build_folder(self, plan: str) -> Path:
        """Return the folder in which the dataset of a plan grows; another plan's is removed."""
        folder = self.folder / "build" / plan
        parent = folder.parent
        if parent.is_dir():
            for old in parent.iterdir():
                if old != folder:
                    shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def remove(self) -> None:
        """Remove everything: the result is complete."""
        shutil.rmtree(self.folder)


class WaveStore:
    """Samples of many sounds in one file, read back one at a time: they need not fit in memory.

    Parameters
    ----------
    path : Path
        The file; written anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ends = [0]
        self._file = path.open("wb")
        self._samples: npt.NDArray[np.int16] | None = None

    def append(self, pcm: npt.NDArray[np.int16]) -> None:
        """Add a sound, int16 ``(n,)``."""
        self._file.write(pcm.tobytes())
        self.ends.append(self.ends[-1] + len(pcm))

    def close(self) -> None:
        """End writing; now sounds can be read."""
        self._file.close()

    def __len__(self) -> int:
        """Return the number of sounds."""
        return len(self.ends) - 1

    def __getitem__(self, i: int) -> npt.NDArray[np.int16]:
        """Return a sound, as a copy: it travels to other processes."""
        if self._samples is None:
            self._samples = np.memmap(self.path, np.int16, "r")
        return np.array(self._samples[self.ends[i] : self.ends[i + 1]])


def fingerprint_of_file(path: Path) -> list[Any]:
    """Return what tells a changed file: its name in bytes, size and time of change."""
    try:
        facts = path.stat()
    except OSError:
        return [os.fsencode(path).hex(), -1, 0]
    return [os.fsencode(path).hex(), facts.st_size, facts.st_mtime_ns]
