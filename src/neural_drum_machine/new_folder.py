"""A folder of results that is complete or not there."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from neural_drum_machine.errors import OutputError
from neural_drum_machine.files import advice, replace_folder


def check_new_folder(
    out: Path, *, force: bool, check_replaceable: Callable[[Path], object]
) -> None:
    """Check that a folder of results may have a name, before any work.

    Parameters
    ----------
    out : Path
        The name.
    force : bool
        Whether a folder of that name may be replaced.
    check_replaceable : callable
        Raises `OutputError` if a folder holds anything that would be lost.

    Raises
    ------
    OutputError
        If it is a file, or a folder that is not empty and may not be replaced, or the folder above
        takes no new one.
    """
    try:
        if out.is_dir():
            if any(out.iterdir()):
                if not force:
                    raise OutputError(
                        f"{out}: exists; use --force to replace it, or another folder"
                    )
                check_replaceable(out)
        elif out.exists() or out.is_symlink():
            raise OutputError(f"{out}: is a file, not a folder; choose another folder")
        _check_parent(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be used ({error.strerror}); {advice(error)}") from error


def _check_parent(out: Path) -> None:
    """Check that the folder above can take a new folder, as far as can be told beforehand."""
    above = out.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a folder that gets the name `out` when the block ends, and is removed if it raises.

    Raises
    ------
    OutputError
        If it cannot be written; the message says what the user can do.
    """
    # A link to a folder stays a link.
    final = out.resolve()
    # A short name: the system may not allow one that is longer than the final one.
    temporary = final.with_name(f".{secrets.token_hex(4)}.part")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        yield temporary
        replace_folder(temporary, final)
    except OSError as error:
        raise OutputError(
            f"{out}: cannot be written ({error.strerror or error}); {advice(error)}"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
