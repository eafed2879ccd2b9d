"""Optional dependencies, and the commands that install them."""

import importlib.util
import os
import re
import shlex
import shutil
import sys

from neural_drum_machine.errors import MissingExtraError


def pip_install(*arguments: str) -> str:
    """Return the shell command that installs into the environment of this process.

    Plain ``pip`` may belong to another Python, and the system's Python refuses to install. The
    command therefore names this environment's Python.

    Parameters
    ----------
    *arguments : str
        What follows ``pip install``, such as ``"numpy>=2.0"``; quoted where the shell needs it.

    Returns
    -------
    str
        A command for a POSIX shell or, on Windows, for the Command Prompt.

    Examples
    --------
    >>> pip_install("neural-drum-machine[data]")  # doctest: +SKIP
    "/home/me/.venv/bin/python -m pip install 'neural-drum-machine[data]'"
    """
    python = sys.executable or "python"
    command = [python, "-m", "pip", "install", *arguments]
    if importlib.util.find_spec("pip") is None and shutil.which("uv"):
        # uv makes environments without pip.
        command = ["uv", "pip", "install", "--python", python, *arguments]
    if os.name == "nt":
        return " ".join(map(_quoted_for_windows, command))
    return shlex.join(command)


def _quoted_for_windows(word: str) -> str:
    """Return a word in double quotes if the Command Prompt would split or interpret it."""
    return word if re.fullmatch(r"[\w.:\\/\[\]=+-]+", word) else f'"{word}"'


def is_installed(module: str) -> bool:
    """Return whether a module can be imported, without importing it."""
    return importlib.util.find_spec(module) is not None


def require(module: str, extra: str) -> None:
    """Check that an optional dependency is installed, without importing it.

    Parameters
    ----------
    module : str
        The module's name, such as ``"torch"``.
    extra : str
        The extra of this package that installs it, such as ``"train"``.

    Raises
    ------
    MissingExtraError
        If the module is not installed; the message holds the command that installs it.
    """
    if not is_installed(module):
        command = pip_install(f"neural-drum-machine[{extra}]")
        raise MissingExtraError(f"this needs {module}: {command}")
