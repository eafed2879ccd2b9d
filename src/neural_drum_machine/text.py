"""Text that any system can store and any terminal can show."""

import os


def printable(name: str) -> str:
    r"""Return a file name in which bytes that are not UTF-8 are escaped, such as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
