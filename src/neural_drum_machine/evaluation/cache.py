"""A folder of measured results, so that an evaluation can be interrupted and repeated."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.files import atomic_file
from neural_drum_machine.regular_files import read_regular

Arrays = dict[str, npt.NDArray[Any]]


_MAX_BYTES: Final = 2**32
"""Larger files are not results of an evaluation."""


class Cache:
    """A folder of results, each stored under its name and a digest of its key.

    A key must hold everything that a result depends on, including
    :func:`~neural_drum_machine.evaluation.code_digest.code_digest`. Damaged files are never used:
    their results are measured again.

    Parameters
    ----------
    folder : Path
        Made when the first result is stored.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str, key: Any, suffix: str) -> Path:
        digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        return self.folder / f"{name}-{digest[:16]}{suffix}"

    def json(
        self, name: str, key: Any, make: Callable[[], Any], unavailable: str | None = None
    ) -> Any:
        """Return the result for a key as JSON values, stored or made now.

        Parameters
        ----------
        name : str
            Name of the file, for people.
        key : JSON value
            Everything that the result depends on.
        make : callable
            Returns the result.
        unavailable : str, optional
            The reason why a part of the result cannot be measured today. A result with an entry
            ``skipped`` is kept for as long as the reason stays the same. Without a reason it is
            not kept, because the part may succeed the next time.
        """
        paths = [self._path(name, key, ".json")]
        if unavailable is not None:
            paths.append(self._path(name, [key, unavailable], ".json"))
        for path in paths:
            try:
                return json.loads(read_regular(path, _MAX_BYTES))
            except (OSError, ValueError):
                continue
        text = json.dumps(make(), allow_nan=False)
        result = json.loads(text)
        if not _has_skipped(result):
            self._write(paths[0], text.encode())
        elif unavailable is not None:
            self._write(paths[1], text.encode())
        return result

    def arrays(self, name: str, key: Any, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays for a key by name, stored or made now.

        Parameters
        ----------
        name, key, make
            As for :meth:`json`.
        """
        path = self._path(name, key, ".npz")
        try:
            with np.load(io.BytesIO(read_regular(path, _MAX_BYTES)), allow_pickle=False) as file:
                return {array: file[array] for array in file.files}
        except (AttributeError, EOFError, KeyError, OSError, ValueError, zipfile.BadZipFile):
            pass
        made = make()
        buffer = io.BytesIO()
        np.savez(buffer, **made)  # type: ignore[arg-type]
        self._write(path, buffer.getvalue())
        return made

    def _write(self, path: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            file.write(content)


def _has_skipped(value: Any) -> bool:
    """Return whether a result, or a part of it, has an entry ``skipped``."""
    if isinstance(value, dict):
        return "skipped" in value or any(map(_has_skipped, value.values()))
    return isinstance(value, list) and any(map(_has_skipped, value))
