"""The limit of open files."""

import contextlib
from typing import Final

OPEN_FILES: Final = 4096
"""The limit of open files that is asked for: plenty, and few enough to close them all quickly."""


def raise_open_files_limit() -> None:
    """Let this process open more files if the system allows that; macOS starts with 256."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < want:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
