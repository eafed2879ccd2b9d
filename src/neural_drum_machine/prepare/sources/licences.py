"""Which licences allow any use."""

import re
from typing import Final

PERMISSIVE: Final = frozenset(
    {
        "0BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC0-1.0",
        "ISC",
        "LicenseRef-public-domain",
        "MIT",
        "Unlicense",
        "Zlib",
    }
)
"""Licences (SPDX names) that allow any use and ask at most for naming the author. All others are
restricted: copyleft, share-alike, non-commercial, without derivatives, or unknown."""
KNOWN_RESTRICTED: Final = re.compile(
    r"(A|L)?GPL-\d\.\d-(only|or-later)|CC-BY-NC-\d\.\d|CC-BY(-NC)?-(ND|SA)-\d\.\d"
    r"|LicenseRef-CC-BY-SA-3\.0-US"
)


def is_restricted(licence: str) -> bool:
    """Return whether a licence asks for more than naming the author, or is unknown."""
    return licence not in PERMISSIVE
