"""The plug-in without a host: ``tests/plugin/library/workshop_driver.cpp``, called from Python."""

import ctypes
from pathlib import Path
from typing import Self

import numpy as np

from neural_drum_machine.arrays import FloatArray

_ROOM = 44100 * 4


class Workshop:
    """An instance; use it in a ``with`` statement. `resources` lie beside `binary`."""

    def __init__(self, library: ctypes.CDLL, binary: Path) -> None:
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        for name, result, arguments in (
            ("open", pointer, (text,)),
            ("close", None, (pointer,)),
            ("set", None, (pointer, ctypes.c_int, ctypes.c_float)),
            ("value", ctypes.c_float, (pointer, ctypes.c_int)),
            ("load", text, (pointer, text)),
            ("save", text, (pointer, text)),
            ("status", text, (pointer,)),
            ("note", text, (pointer, ctypes.c_int)),
            ("name", text, (pointer, ctypes.c_int)),
            ("sound", ctypes.c_int, (pointer, ctypes.c_int, pointer, ctypes.c_int)),
        ):
            function = getattr(library, f"driver_{name}")
            function.restype, function.argtypes = result, arguments
        self._lib = library
        self._driver = library.driver_open(str(binary).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lib.driver_close(self._driver)

    def set(self, number: int, value: float) -> None:
        """Set a parameter."""
        self._lib.driver_set(self._driver, number, value)

    def value(self, number: int) -> float:
        """Return a parameter's value."""
        return float(self._lib.driver_value(self._driver, number))

    def load(self, path: Path) -> str:
        """Load a kit; return what was wrong with it, or nothing."""
        return self._lib.driver_load(self._driver, str(path).encode()).decode()

    def save(self, path: Path) -> str:
        """Save a kit; return what went wrong, or nothing."""
        return self._lib.driver_save(self._driver, str(path).encode()).decode()

    def status(self) -> str:
        """Return what the window says at the bottom."""
        return self._lib.driver_status(self._driver).decode()

    def note(self, pad: int) -> str:
        """Return what is missing of a pad's sound."""
        return self._lib.driver_note(self._driver, pad).decode()

    def name(self, pad: int) -> str:
        """Return the name of a pad's drum."""
        return self._lib.driver_name(self._driver, pad).decode()

    def sound(self, pad: int) -> FloatArray:
        """Return a pad's sound at 44,100 Hz."""
        out = np.empty(_ROOM, np.float32)
        return out[: self._lib.driver_sound(self._driver, pad, out.ctypes.data, _ROOM)]
