"""Which licences allow any use, and what each asks for."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NAME_AUTHOR: Final = "Name the author, link to the licence, and say whether you changed the sound."
_KEEP_NOTICE: Final = "Keep the copyright notice and the text of the licence with copies."
_NOTHING: Final = "Asks for nothing."

PERMISSIVE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "0BSD": _NOTHING,
        "Apache-2.0": (
            "Keep the copyright notice, the text of the licence and its NOTICE file with copies, "
            "and say whether you changed the sound."
        ),
        "BSD-2-Clause": _KEEP_NOTICE,
        "BSD-3-Clause": f"{_KEEP_NOTICE} Do not advertise with the author's name.",
        "CC-BY-3.0": _NAME_AUTHOR,
        "CC-BY-4.0": _NAME_AUTHOR,
        "CC0-1.0": _NOTHING,
        "ISC": _KEEP_NOTICE,
        "LicenseRef-CC-BY-4.0-or-3.0": (
            f"{_NAME_AUTHOR} The publisher states “Attribution” and no version; freesound.org has "
            "used 3.0 and 4.0."
        ),
        "LicenseRef-public-domain": _NOTHING,
        "MIT": _KEEP_NOTICE,
        "Unlicense": _NOTHING,
        "Zlib": "Do not claim that you made it, and mark changed versions as changed.",
    }
)
"""Licences (SPDX names) that allow any use, and what they ask for: at most naming the author and
keeping the notice. All others are restricted: copyleft, share-alike, non-commercial, without
derivatives, or unknown."""
KNOWN_RESTRICTED: Final = re.compile(
    r"(A|L)?GPL-\d\.\d-(only|or-later)|CC-BY-NC-\d\.\d|CC-BY(-NC)?-(ND|SA)-\d\.\d"
    r"|LicenseRef-CC-BY-SA-3\.0-US"
)


def asks_for(licence: str) -> str | None:
    """Return what one licence asks for; None if it is restricted or unknown.

    A manifest may leave out ``LicenseRef-``, which SPDX puts before names that are not its own.
    """
    return PERMISSIVE.get(licence) or PERMISSIVE.get(f"LicenseRef-{licence}")


def parts_of(licence: str) -> list[str]:
    """Return the licences of an SPDX expression with ``AND``: all of them hold."""
    return licence.split(" AND ")


def is_restricted(licence: str) -> bool:
    """Return whether a licence asks for more than naming the author, or is unknown.

    Several licences with ``AND`` between them are restricted if one of them is.
    """
    return any(asks_for(part) is None for part in parts_of(licence))


def is_known(licence: str) -> bool:
    """Return whether each part of a licence is permissive, or known to be restricted."""
    return all(
        asks_for(part) is not None or KNOWN_RESTRICTED.fullmatch(part) for part in parts_of(licence)
    )
