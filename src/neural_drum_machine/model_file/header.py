"""Checks of a model file's first bytes, and of the texts in its header.

People send each other model files.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.errors import BundleError
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.model_file.layout import (
    FORMAT_VERSION,
    MAGIC,
    MAX_HEADER,
    MAX_TEXT,
    PREFIX,
)

AGAIN: Final = "install the package again or export the model again"
"""What to do with a damaged model file."""


def check_texts(header: Mapping[str, Any]) -> None:
    """Check every text that is shown to people.

    Raises
    ------
    ValueError
        If one is no text, too long, or has characters that are not printed, such as those that
        move a terminal's cursor.
    """
    for name in ("name", "licence"):
        check_text(header.get(name, ""), name)
    controls = header.get("controls", {})
    if not isinstance(controls, Mapping):
        raise ValueError(f"controls {controls!r:.80}")
    names = controls.get("axis_names", {})
    if not isinstance(names, Mapping):
        raise ValueError(f"axis_names {names!r:.80}")
    for category, three in names.items():
        if not isinstance(three, list) or len(three) != AXES:
            raise ValueError(f"axis_names of {category!r:.80}: {three!r:.80}")
        for each in three:
            check_text(each, "axis_names")


def check_text(text: object, name: str) -> None:
    """Raise ValueError unless a text is one, and can be printed on a line."""
    if not isinstance(text, str) or len(text) > MAX_TEXT or not text.isprintable():
        raise ValueError(f"{name} {text!r:.80} is no text of up to {MAX_TEXT} printed characters")


def header_length(path: Path, prefix: bytes) -> int:
    """Return the length of the header from the first bytes of a file.

    Raises
    ------
    BundleError
        If the file is no model file, truncated, or of another format.
    """
    if len(prefix) < PREFIX.size and MAGIC.startswith(prefix[: len(MAGIC)]):
        raise BundleError(f"{path}: truncated, only {len(prefix)} bytes; {AGAIN}")
    if not prefix.startswith(MAGIC):
        raise BundleError(f"{path}: not a Neural Drum Machine model (.ndm) file")
    _, version, reserved, length, _ = PREFIX.unpack(prefix)
    if version > FORMAT_VERSION:
        raise BundleError(
            f"{path}: model format {version}, this program reads {FORMAT_VERSION}; "
            "install a newer version of the program"
        )
    if version == 1:
        raise BundleError(
            f"{path}: model format 1, this program reads {FORMAT_VERSION}; export the model again "
            "from its runs (ndm export), or play it with version 0.2"
        )
    if version < 1 or reserved or length > MAX_HEADER:
        raise BundleError(f"{path}: altered (impossible first bytes); {AGAIN}")
    return int(length)
