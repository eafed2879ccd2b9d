"""The text file beside an export: what it is, how to open it, whose recordings it begins at.

It also lists the files. An export is replaced only if there is nothing else in its folder.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from neural_drum_machine.errors import OutputError
from neural_drum_machine.kits.rendered import RenderedKit
from neural_drum_machine.regular_files import open_regular
from neural_drum_machine.text import clean, shown

ABOUT: Final = "About this kit.txt"
_MAKER: Final = "Exported by Neural Drum Machine"
_FILES: Final = "Files of this export"
_LONGEST: Final = 1_000_000
_OF_PROGRAMS: Final = (".asd", "thumbs.db", "desktop.ini")
"""Ends of names of files that other programs leave beside samples."""


def about_text(
    kit: RenderedKit, title: str, opening: str, notes: Sequence[str], files: Iterable[str]
) -> str:
    """Return the text.

    Parameters
    ----------
    kit : RenderedKit
        The kit.
    title, opening : str
        The format's name, and how to open it.
    notes : sequence of str
        What the format does not carry, and what was changed.
    files : iterable of str
        Paths of all files of the export, with slashes.
    """
    lines = [clean(kit.name) or "A kit", f"{_MAKER}, format {title}.", "", opening, ""]
    lines += [f"  note {each.note:3d}: {clean(each.name)}" for each in kit.voices]
    lines += ["", *notes, *([""] if notes else [])]
    if kit.recordings:
        lines += [
            "The drums begin at these recordings. They ask for nothing; we tell whose they are.",
            *(f"  {_told(each)}" for each in kit.recordings),
            "",
        ]
    lines += ["The sounds are yours.", "", f"{_FILES}:", *sorted([*files, ABOUT])]
    return "\n".join(lines) + "\n"


def _told(recording: dict[str, str]) -> str:
    parts = (recording.get(key, "") for key in ("name", "attribution", "licence"))
    return clean("; ".join(part for part in parts if part))


def check_replaceable(folder: Path) -> None:
    """Check that a folder holds an export and nothing else, so that replacing it loses nothing.

    Raises
    ------
    OutputError
        If it does not.
    """
    listed = _listed(folder)
    if listed is None:
        raise OutputError(
            f"{folder}: holds no export that could be replaced; choose another folder"
        )
    for path in _inside(folder):
        name = path.name.lower()
        if path.relative_to(folder).as_posix() in listed or name.endswith(_OF_PROGRAMS):
            continue
        if not name.startswith("."):
            raise OutputError(
                f"{folder}: holds {shown(path.name)!r}, which the export did not write; "
                "move it away, or choose another folder"
            )


def _listed(folder: Path) -> set[str] | None:
    """Return the files of the export in a folder, or nothing if there is none."""
    try:
        with open_regular(folder / ABOUT) as file:
            lines = file.read(_LONGEST).decode("utf-8", "replace").splitlines()
    except OSError:
        return None
    if len(lines) < 2 or not lines[1].startswith(_MAKER) or f"{_FILES}:" not in lines:
        return None
    return set(lines[lines.index(f"{_FILES}:") + 1 :])


def _inside(folder: Path) -> Iterable[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names)
