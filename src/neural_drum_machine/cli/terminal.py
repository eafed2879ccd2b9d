"""Text output that works in every encoding.

A terminal or pipe may be ASCII or a Windows code page, and file names may hold any character, even
bytes that are not valid UTF-8. No character may end a command that has work to do, so the output
streams replace those that they cannot encode.
"""

import codecs
import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Final

from neural_drum_machine.errors import NdmWarning
from neural_drum_machine.text import for_terminal

_ERRORS: Final = "neural_drum_machine.terminal"
_LOOKALIKES: Final = {
    "–": "-", "—": "-", "−": "-", "→": "->", "←": "<-", "↔": "<->", "↑": "^", "×": "x", "±": "+-",
    "…": "...", "·": "|", "’": "'", "‘": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">=",
}  # fmt: skip
"""ASCII for the punctuation of our own messages."""


def replace_unencodable(error: UnicodeError) -> tuple[str | bytes, int]:
    r"""Handle an encoding error: our punctuation becomes ASCII, anything else a ``\x…`` escape.

    Parameters
    ----------
    error : UnicodeError
        The error of a codec.

    Returns
    -------
    replacement : str or bytes
        For the first character that could not be encoded.
    position : int
        Where encoding goes on.

    Raises
    ------
    UnicodeError
        The error itself, if it is not about encoding.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff":  # Python's stand-in for a byte that is not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}", error.start + 1
    if character in _LOOKALIKES:
        return _LOOKALIKES[character], error.start + 1
    first = UnicodeEncodeError(
        error.encoding, error.object, error.start, error.start + 1, error.reason
    )
    return codecs.backslashreplace_errors(first)


def accept_any_character() -> None:
    """Make standard output and standard error replace characters that they cannot encode."""
    codecs.register_error(_ERRORS, replace_unencodable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


@contextlib.contextmanager
def warnings_as_sentences() -> Iterator[None]:
    """Show this package's warnings as one line each, without the place in the code."""
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, NdmWarning):
            sys.stderr.write(f"ndm: {for_terminal(str(message))}\n")
        else:
            shown(message, category, *where, **more)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown
