"""Text that any system can store and any terminal can show.

Names come from files: of sounds, kits, labels, models, authors. They may hold bytes that are no
text, sequences that command a terminal, marks that turn the reading direction, or 100,000 letters.
"""

import os
from typing import Final

SHOWN: Final = 100
"""Characters of a name that a sentence or a table shows."""
_LONGEST_LINE: Final = 4_000
_UNKNOWN: Final = "\ufffd"


def printable(name: str) -> str:
    r"""Return a file name in which bytes that are not UTF-8 are escaped, such as ``\xff``."""
    try:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a surrogate pair, which no file name has
        return name.encode("utf-8", "backslashreplace").decode()


def clean(text: str) -> str:
    r"""Return text on one line, without anything that commands a terminal.

    Spaces and line ends become single spaces. Other control characters, marks that turn the reading
    direction, and halves of surrogate pairs become ``�``; a byte that is not UTF-8 becomes
    ``\xff``.
    """
    return "".join(map(_sign, " ".join(text.split())))


def shown(name: str, most: int = SHOWN) -> str:
    """Return a name for a sentence or a table: :func:`clean`, and at most `most` characters."""
    # Cut first: cleaning a megabyte would be lost work.
    text = clean(name[: 2 * most + 1000])
    return text if len(text) <= most else f"{text[: most - 3]}..."


def for_terminal(text: str) -> str:
    """Return text of several lines without anything that commands a terminal.

    Line ends and tabs stay. A line of more than 4,000 characters is cut.
    """
    lines = []
    for line in text.split("\n"):
        cut = line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."
        lines.append(cut if cut.isprintable() else "".join(map(_sign, cut)))
    return "\n".join(lines)


def in_markdown(text: str, most: int = SHOWN) -> str:
    """Return a name for Markdown, in which it is neither HTML nor a link nor the end of a cell."""
    return shown(text, most).replace("<", "&lt;").replace("[", "\\[").replace("|", "\\|")


def _sign(sign: str) -> str:
    if sign.isprintable() or sign == "\t":
        return sign
    if "\udc80" <= sign <= "\udcff":  # Python's stand-in for a byte that is not UTF-8
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return _UNKNOWN
