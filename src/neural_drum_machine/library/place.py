"""Where a library is kept, and whether its file may be trusted."""

import os
import stat
from pathlib import Path
from typing import Final

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.files import advice
from neural_drum_machine.library.tables import APPLICATION, APPLICATION_AT, HEADER
from neural_drum_machine.regular_files import open_regular

NUMBERS_FILE: Final = "-numbers"
"""End of the name of the file with all numbers (:mod:`.numbers`)."""
SIDE_FILES: Final = ("-wal", "-shm", "-journal", NUMBERS_FILE)
"""What SQLite may keep beside a database, and we."""


def default_path() -> Path:
    """Return the library in this user's folder for data."""
    # Imported here: programs that only play sounds have no library.
    from platformdirs import user_data_path

    return user_data_path("neural-drum-machine", appauthor=False) / "library.sqlite"


def make_folder_of(path: Path) -> None:
    """Make the folder of a library, for its owner alone, unless it exists.

    Raises
    ------
    LibraryError
        If it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{path.parent}: this folder cannot be made ({error.strerror}); {advice(error)}, or "
            "name another file with --library"
        ) from error


def check_owner(path: Path) -> None:
    """Check that a library, and all that is kept beside it, belongs to this user.

    Another user could have written paths into it that this user did not choose.

    Raises
    ------
    LibraryError
        If a file belongs to somebody else, or is no regular file.
    """
    for each in (path, *(path.with_name(path.name + end) for end in SIDE_FILES)):
        try:
            facts = each.stat()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LibraryError(f"{each}: cannot be opened ({error.strerror})") from error
        if not stat.S_ISREG(facts.st_mode):
            raise LibraryError(f"{each}: is no file; name another with --library")
        if hasattr(os, "getuid") and facts.st_uid != os.getuid():
            raise LibraryError(
                f"{each}: belongs to another user; make a library of your own with: "
                "ndm library add FOLDER --library FILE"
            )


def is_ours(path: Path) -> bool:
    """Return whether the beginning of a file says that it is a library of this program."""
    try:
        with open_regular(path) as file:
            head = file.read(APPLICATION_AT + 4)
    except OSError as error:
        raise LibraryError(f"{path}: cannot be opened ({error.strerror})") from error
    return head.startswith(HEADER) and head[APPLICATION_AT:] == APPLICATION.to_bytes(4, "big")
