"""Reading the file of a sound of a library, as it was when it was added."""

import io
import os
from typing import Final

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.library import Library
from neural_drum_machine.regular_files import open_regular, read_bounded
from neural_drum_machine.signal.audio_file import Clip, read_stream

MAX_BYTES: Final = 2**26
"""Larger files are not added and not read: 64 MiB are six minutes of stereo."""


def read_clip(library: Library, number: int, name: str) -> Clip:
    """Return what is in the file of a sound.

    Parameters
    ----------
    library : Library
        The library.
    number : int
        The sound's number.
    name : str
        How errors call the file: nobody who asks by a number need learn its path.

    Raises
    ------
    LibraryError
        If there is no such sound, or its file is gone, has changed, or cannot be opened.
    AudioError
        If the file is no sound any more.
    """
    path = library.path_of(number)
    try:
        with open_regular(path) as file:
            facts = os.fstat(file.fileno())
            if (facts.st_size, facts.st_mtime_ns) != library.file_state(number):
                raise LibraryError(
                    f"{name}: the file has changed since it was added; run ndm library add"
                )
            data = read_bounded(file, path, MAX_BYTES)
    except OSError as error:
        raise LibraryError(f"{name}: the file cannot be read ({error.strerror})") from error
    return read_stream(io.BytesIO(data), name)
