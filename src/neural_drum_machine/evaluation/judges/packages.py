"""Use of single files of an installed package, without importing the package.

`aisfx` and `cdpam` hold networks that judge sounds, but they cannot be imported any more: they pin
releases of other packages that no current Python installs.
"""

import importlib.util
from pathlib import Path
from typing import Any

from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.extras import pip_install


def installed_file(package: str, version: str, name: str) -> Path:
    """Return a file of an installed package without importing the package.

    Parameters
    ----------
    package : str
        Name of the package.
    version : str
        The version that has the file, for the error message.
    name : str
        The file, relative to the package's folder.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingExtraError
        If the package is absent or has no such file; the message names the command to install it.
    """
    # find_spec of a top-level name finds the package without running any of its code.
    spec = importlib.util.find_spec(package)
    # --no-deps, as in requirements-measures.txt: the releases they pin are no longer installable.
    command = pip_install("--no-deps", f"{package}=={version}")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(f"this needs {package}: {command}")
    path = Path(spec.submodule_search_locations[0], name)
    if not path.is_file():
        raise MissingExtraError(f"this needs {path}, which is not there: {command}")
    return path


def load_module(path: Path) -> Any:
    """Run one file of a package as a module of its own and return it."""
    spec = importlib.util.spec_from_file_location(f"_ndm_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
