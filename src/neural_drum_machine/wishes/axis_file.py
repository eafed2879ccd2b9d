"""The file of a taught axis: a small text that can be shared.

It is JSON. It names the examples by their file names and checksums, and holds no path.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from neural_drum_machine.errors import AxisError
from neural_drum_machine.files import atomic_file
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.text import shown
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.taught_axis import MOST, TaughtAxis

SUFFIX: Final = ".ndaxis"
_FORMAT: Final = 1
_MOST_BYTES: Final = 1_000_000
_MOST_DIM: Final = 4096
_LARGEST: Final = 100.0
_LONGEST_NAME: Final = 100


def write_axis(path: str | Path, axis: TaughtAxis) -> None:
    """Write an axis.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    axis : TaughtAxis
        The axis.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with atomic_file(path) as file:
        text = json.dumps(content_of(axis), indent=1, ensure_ascii=False) + "\n"
        file.write(text.encode())


def content_of(axis: TaughtAxis) -> dict[str, Any]:
    """Return what the file of an axis holds: values that JSON has."""
    return {
        "neural_drum_machine_axis": _FORMAT,
        "name": axis.name,
        "model": axis.model,
        "order": round(axis.order, 4),
        "step": {name: float(f"{value:.5g}") for name, value in axis.step.items()},
        "middle": float(f"{axis.middle:.6g}"),
        "code": [float(f"{value:.5g}") for value in axis.code.tolist()],
        "more": [list(each) for each in axis.more],
        "less": [list(each) for each in axis.less],
    }


def read_axis(path: str | Path, model: str | None = None) -> TaughtAxis:
    """Read an axis.

    Parameters
    ----------
    path : str or Path
        The file.
    model : str, optional
        Hash of the model that is to use it. Without it, any is fine.

    Raises
    ------
    AxisError
        If the file cannot be read, is no axis, is damaged, or is of another model.
    """
    try:
        data = read_regular(path, _MOST_BYTES)
    except OSError as error:
        raise AxisError(f"{path}: cannot be read ({error.strerror}); choose another file") from None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise AxisError(f"{path}: is damaged ({shown(str(error))}); learn the axis again") from None
    axis = axis_of(content, str(path))
    if model is not None and axis.model != model:
        raise AxisError(
            f"{path}: was learned with model {axis.model[:12]}, this is {model[:12]}; learn it "
            "again from its examples: ndm axis renew FILE --from FOLDER"
        )
    return axis


def axis_of(content: Any, name: str) -> TaughtAxis:
    """Return the axis that the content of a file describes.

    Parameters
    ----------
    content : object
        As :func:`content_of` returns it, from anybody.
    name : str
        What errors call it.

    Raises
    ------
    AxisError
        If it is no axis, of another version, or damaged.
    """
    if not isinstance(content, dict) or "neural_drum_machine_axis" not in content:
        raise AxisError(f"{name}: is no axis; ndm axis learn makes one")
    if content["neural_drum_machine_axis"] != _FORMAT:
        raise AxisError(f"{name}: is an axis of another version; update the program")
    try:
        return _axis(content)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise AxisError(f"{name}: is damaged ({shown(str(error))}); learn the axis again") from None


def _axis(content: dict[str, Any]) -> TaughtAxis:
    step = {str(name): _number(value) for name, value in dict(content["step"]).items()}
    if not step.keys() <= BY_NAME.keys():
        raise ValueError(f"no quality {shown(next(iter(step.keys() - BY_NAME.keys())))}")
    code = np.array([_number(value) for value in content["code"]], np.float32)
    if not 0 < len(code) <= _MOST_DIM:
        raise ValueError(f"a code of {len(code)} numbers")
    order = _number(content["order"])
    if not 0 <= order <= 1:
        raise ValueError(f"an order of {order:g}")
    name, model = content["name"], content["model"]
    if not isinstance(name, str) or not isinstance(model, str) or len(model) > _LONGEST_NAME:
        raise ValueError("a name or a model that is no text")
    return TaughtAxis(
        shown(name, _LONGEST_NAME),
        shown(model),
        step,
        code,
        _number(content["middle"], 1e6),
        order,
        _examples(content["more"]),
        _examples(content["less"]),
    )


def _number(value: Any, largest: float = _LARGEST) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{shown(repr(value))} is no number")
    if not math.isfinite(value) or abs(value) > largest:
        raise ValueError(f"{value!r:.20} is too large")
    return float(value)


def _examples(values: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(values, list) or len(values) > MOST:
        raise ValueError("a list of examples is damaged")
    out = []
    for each in values:
        name, digest = each
        if not isinstance(name, str) or not isinstance(digest, str):
            raise ValueError("the name of an example is no text")
        out.append((shown(name, 255), shown(digest, 64)))
    return tuple(out)
