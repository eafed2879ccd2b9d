"""Scripts of the page without comments and indentation, as they are sent.

The page has no build: its files are served as they are written. Half of them are comments and types
for people and for the type check, which no browser needs.
"""

import re
from typing import Final

_WHOLE_LINES: Final = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$|^[ \t]*//[^\n]*$", re.DOTALL | re.MULTILINE
)
"""Comments that stand alone. A text in the source never begins a line like one: a test looks."""
_TYPES: Final = re.compile(r"/\*\* @type (?:(?!\*/).)*\*/ ?")
"""Types of parameters and values."""
_INDENTATION: Final = re.compile(r"^[ \t]+", re.MULTILINE)


def bare_script(text: str) -> str:
    """Return a script that does the same without comments and indentation, line by line.

    Parameters
    ----------
    text : str
        A module of the page. No template literal goes over several lines.
    """
    kept = _WHOLE_LINES.sub(lambda found: "\n" * found.group().count("\n"), text)
    return _INDENTATION.sub("", _TYPES.sub("", kept))
