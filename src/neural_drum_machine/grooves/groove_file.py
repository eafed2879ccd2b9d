"""The file of a groove, ``.ndgroove``: JSON in UTF-8, at most 32 MB.

========================== =======================================================================
key                        value
========================== =======================================================================
neural_drum_machine_groove 1, the version of this form
name, beats, swing,        as in :class:`.groove.Groove`
swing_unit
tempo                      list of [place in quarter notes, quarter notes a minute]
meter                      [beats in a bar, their denominator]
steps                      list of objects with the keys of :class:`.groove.Step`; keys that are
                           absent have their defaults
========================== =======================================================================
"""

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.errors import GrooveError, OutputError
from neural_drum_machine.files import write_whole
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.regular_files import read_regular

ENDING: Final = ".ndgroove"
VERSION: Final = 1
LARGEST: Final = 32_000_000
_KEY: Final = "neural_drum_machine_groove"
_DEFAULTS: Final = {each.name: each.default for each in fields(Step) if each.default is not MISSING}


def content_of(groove: Groove) -> dict[str, Any]:
    """Return what a groove's file holds, as JSON values."""
    return {
        _KEY: VERSION,
        "name": groove.name,
        "beats": groove.beats,
        "tempo": [list(each) for each in groove.tempo],
        "meter": list(groove.meter),
        "swing": groove.swing,
        "swing_unit": groove.swing_unit,
        "steps": [_values(each) for each in groove.steps],
    }


def groove_text(groove: Groove) -> str:
    """Return the text of a groove's file, a stroke a line."""
    head = content_of(groove)
    rows = ",\n".join(f"  {json.dumps(each)}" for each in head.pop("steps"))
    start = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{start},\n "steps": [\n{rows}\n ]\n}}\n'


def _values(step: Step) -> dict[str, Any]:
    values = {each.name: getattr(step, each.name) for each in fields(Step)}
    return {
        name: value
        for name, value in values.items()
        if name not in _DEFAULTS or value != _DEFAULTS[name]
    }


def write_groove(groove: Groove, path: str | Path) -> None:
    """Write a groove's file.

    Raises
    ------
    OutputError
        If the name does not end in ``.ndgroove``, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ENDING:
        raise OutputError(f"{path}: the file of a groove ends in {ENDING}; choose another name")
    write_whole(path, groove_text(groove).encode())


def read_groove(path: str | Path) -> Groove:
    """Read a groove's file.

    Raises
    ------
    GrooveError
        If it cannot be read, is no groove, is damaged, or a newer program wrote it.
    """
    path = Path(path)
    try:
        data = read_regular(path, LARGEST)
    except OSError as error:
        raise GrooveError(
            f"{path}: cannot be read ({error.strerror}); name a .ndgroove or .mid file"
        ) from error
    return groove_of(data, str(path))


def groove_of(data: bytes, name: str) -> Groove:
    """Return the groove of a file's bytes.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What errors call it.

    Raises
    ------
    GrooveError
        If it is no groove, is damaged, or a newer program wrote it.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    return groove_from(content, name)


def groove_from(content: Any, name: str) -> Groove:
    """Return the groove of what its file holds; parameters and errors as for :func:`groove_of`."""
    if not isinstance(content, dict) or _KEY not in content:
        raise GrooveError(f"{name}: is no groove; `ndm groove new` makes one")
    if content[_KEY] != VERSION:
        raise GrooveError(f"{name}: is a groove of another version; update the program")
    try:
        numerator, denominator = content.get("meter", (4, 4))
        return Groove(
            content["name"],
            content["beats"],
            tuple(Step(**each) for each in content["steps"]),
            tuple((here, bpm) for here, bpm in content["tempo"]),
            (numerator, denominator),
            content.get("swing", 0.5),
            content.get("swing_unit", 0.25),
        )
    except GrooveError as error:
        raise GrooveError(f"{name}: {error}") from error
    except (LookupError, TypeError, ValueError) as error:
        raise GrooveError(f"{name}: is damaged ({error!r:.100}); make it anew") from error
