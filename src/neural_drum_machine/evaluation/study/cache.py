"""What an evaluation has measured already, so that it can be interrupted and repeated."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.files import atomic_file

Arrays = dict[str, npt.NDArray[Any]]
PRESENTATION = (
    "cli/",
    "benchmark/latency_figure.py",
    "evaluation/study/figures.py",
    "evaluation/study/findings.py",
    "evaluation/study/illustrate.py",
    "evaluation/study/report/",
    "pictures.py",
)
"""Files that show what others have measured."""


@lru_cache(maxsize=8)
def code_digest(*modules: str) -> str:
    """Return a digest of Python files of the package, all that measure or the named ones.

    Results are kept with the digest of the code that made them: other code measures anew.

    Parameters
    ----------
    *modules : str
        Names inside the package, such as ``evaluation.judge``.
    """
    root = Path(__file__).parents[2]
    named = [root / f"{name.replace('.', '/')}.py" for name in modules]
    everything = [
        path
        for path in sorted(root.rglob("*.py"))
        if not path.relative_to(root).as_posix().startswith(PRESENTATION)
    ]
    digest = hashlib.sha256()
    for path in named or everything:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _skipped(value: Any) -> bool:
    """Return whether a result, or a part of it, says that it was skipped."""
    if isinstance(value, dict):
        return "skipped" in value or any(map(_skipped, value.values()))
    return isinstance(value, list) and any(map(_skipped, value))


class Cache:
    """A folder of results, each under its name and a digest of what it depends on.

    Damaged or foreign files are measured again, never trusted; a result with an entry
    ``skipped`` is not kept.

    Parameters
    ----------
    folder : Path
        Made when the first result is stored.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str, key: Any, modules: tuple[str, ...], suffix: str) -> Path:
        text = json.dumps([code_digest(*modules), key], sort_keys=True)
        return self.folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}{suffix}"

    def json(self, name: str, key: Any, make: Callable[[], Any], *modules: str) -> Any:
        """Return what `make` returned for this key, now or before, as JSON values.

        Parameters
        ----------
        name : str
            Of the file, for people.
        key : JSON value
            Everything that the result depends on.
        make : callable
            Returns the result.
        *modules : str
            The code it depends on, for :func:`code_digest`; all if none is named.
        """
        path = self._path(name, key, modules, ".json")
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):
            pass
        text = json.dumps(make(), allow_nan=False)
        result = json.loads(text)
        # What could not be measured may be possible next time.
        if not _skipped(result):
            self._write(path, text.encode())
        return result

    def arrays(self, name: str, key: Any, make: Callable[[], Arrays], *modules: str) -> Arrays:
        """Return the arrays that `make` returned for this key, now or before, by name."""
        path = self._path(name, key, modules, ".npz")
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
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
