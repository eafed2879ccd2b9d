"""How ``ndm library`` prints sounds."""

import json
from typing import TYPE_CHECKING, Any

import typer

from neural_drum_machine.errors import LibraryError
from neural_drum_machine.text import shown

if TYPE_CHECKING:
    from neural_drum_machine.library.entry import Entry
    from neural_drum_machine.library.library import Library


def line(entry: "Entry") -> str:
    """Return a sound as a line of a list."""
    sure = entry.category if entry.doubt <= 0.3 else f"{entry.category}?"
    facts = [f"{entry.seconds:.2f} s" if entry.seconds is not None else ""]
    facts += [f"{entry.pitch:.0f} Hz"] if entry.pitch is not None else []
    return f"{entry.id:6}  {sure:13} {', '.join(filter(None, facts)):16} {shown(entry.name)}"


def path_fact(library: "Library", number: int) -> dict[str, str | None]:
    """Return the path of a sound's file for scripts on this computer; None if it is gone."""
    try:
        return {"path": str(library.path_of(number))}
    except LibraryError:
        return {"path": None}


def print_json(value: Any) -> None:
    """Print a value for scripts; ASCII, so that no name commands a terminal."""
    typer.echo(json.dumps(value, indent=1))
