"""A file of a source on its way into a fetched source: name, bytes, label, provenance."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from neural_drum_machine.prepare.sources.source import Label
from neural_drum_machine.text import printable

_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"|?*\\]')


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a source: the name under which it is stored, its bytes, label and provenance."""

    name: str
    data: bytes
    label: Label
    upstream: str


def is_safe(path: str) -> bool:
    """Return whether a path from an archive stays inside the folder it is put into."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not (
        path.startswith(("/", "\\"))
        or ".." in parts
        or "\0" in path
        or any(part[1:2] == ":" for part in parts[:1])
    )


def safe_name(path: str) -> str:
    """Return a relative path that every system can store, as similar as possible."""
    parts = PurePosixPath(printable(path).replace("\\", "_")).parts
    clean = (_UNSAFE.sub("_", part).strip().rstrip(".") for part in parts if part not in "/..")
    return "/".join(part or "_" for part in clean)
