"""File names that Linux, macOS and Windows all take, from names with anything in them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from neural_drum_machine.text import clean

LONGEST: Final = 60
"""Bytes of a name in UTF-8, without its ending. Paths stay within the 260 characters of Windows."""
_RESERVED: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])(\.|$)", re.I)
"""Names of devices on Windows, with any ending."""
_REPLACED: Final = str.maketrans(
    # Windows and macOS forbid the first, SFZ reads the last three as the end of a path or a macro.
    {"/": "-", "\\": "-", ":": "-", "|": "-", "<": "(", ">": ")", '"': "'", "*": "+", "?": ""}
    | {"=": "-", "$": "S", "#": "+", "\ufffd": ""}
)
_JOINERS: Final = "\u200d\ufe0f"


def safe_name(text: str, longest: int = LONGEST) -> str:
    """Return a file name without ending that every system takes, and that people recognise.

    Parameters
    ----------
    text : str
        Any characters, any length.
    longest : int
        Bytes in UTF-8, at least 8.

    Returns
    -------
    str
        Not empty. What a system forbids is replaced by what looks like it.
    """
    name = clean(unicodedata.normalize("NFC", text[:1000])).translate(_REPLACED)
    name = " ".join(name.split()).strip(". ~")
    name = name.encode("utf-8", "ignore")[:longest].decode("utf-8", "ignore")
    name = name.rstrip(f". {_JOINERS}") or "unnamed"
    return f"{name}_" if _RESERVED.match(name) else name


def safe_names(texts: Iterable[str], longest: int = LONGEST) -> list[str]:
    """Return a file name for each text, all different also where a system ignores case."""
    taken: set[str] = set()
    names = []
    for text in texts:
        name = base = safe_name(text, longest)
        number = 2
        while _folded(name) in taken:
            mark = f" {number}"
            name = safe_name(base, longest - len(mark)) + mark
            number += 1
        taken.add(_folded(name))
        names.append(name)
    return names


def _folded(name: str) -> str:
    """Return what two names share that macOS or Windows takes for one."""
    return unicodedata.normalize("NFKD", name).casefold()
