"""Reading a training configuration from TOML; every error names file, table, key and value."""

import dataclasses
import difflib
import math
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.training.config import TrainingConfig

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def load_config(path: Path) -> TrainingConfig:
    """Read a configuration file.

    Parameters
    ----------
    path : Path
        TOML with the tables ``[cwae]``, ``[cwae.model]``, ``[cwae.schedule]`` and the same for
        ``mcnn``. Missing keys keep the paper's values.

    Returns
    -------
    TrainingConfig
        The configuration.

    Raises
    ------
    ConfigError
        If the file is missing or is not TOML, has an unknown key, or has a value of the wrong
        type or out of range. The message names the file, the key and the value.
    """
    try:
        values = tomllib.loads(read_regular(path).decode())
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not readable as TOML ({error})") from error
    try:
        return merge(TrainingConfig(), values)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def merge(default: T, values: Mapping[str, Any], table: str = "") -> T:
    """Return a copy of a dataclass in which the values of a nested mapping replace its own.

    Parameters
    ----------
    default : dataclass instance
        Supplies the types, and the values that are not in `values`.
    values : mapping
        Values as TOML and JSON give them; lists become tuples.
    table : str
        The table's full name, for error messages.

    Returns
    -------
    dataclass instance
        Of the class of `default`.

    Raises
    ------
    ConfigError
        For an unknown key, or a value of the wrong type or out of range.
    """
    hints = typing.get_type_hints(type(default), include_extras=True)
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{table}.{key}" if table else key
        if key not in hints:
            raise ConfigError(_unknown(key, name, list(hints)))
        current = getattr(default, key)
        if not dataclasses.is_dataclass(current) or isinstance(current, type):
            changes[key] = _converted(value, hints[key], name)
        elif isinstance(value, dict):
            changes[key] = merge(current, value, name)
        else:
            raise ConfigError(f"{name} = {value!r}: expected a table, [{name}]")
    try:
        return dataclasses.replace(default, **changes)
    except ConfigError as error:
        raise ConfigError(f"{table}: {error}" if table else str(error)) from error


def _unknown(key: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown key {name!r}; {guess}Known here: {', '.join(sorted(known))}"


def _converted(value: Any, hint: Any, name: str) -> Any:
    numbers = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(number, float) and not math.isfinite(number) for number in numbers):
        raise ConfigError(f"{name} = {value!r}: expected finite numbers")
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        problem = str(error)
        if typing.get_origin(hint) is Literal:  # msgspec does not list the choices
            problem = f"expected one of {', '.join(typing.get_args(hint))}"
        raise ConfigError(f"{name} = {value!r}: {problem[0].lower()}{problem[1:]}") from error
