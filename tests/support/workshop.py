"""The plug-in without a host: ``tests/plugin/library/workshop_driver.cpp``, called from Python."""

import ctypes
from pathlib import Path
from typing import Self

import numpy as np

from neural_drum_machine.arrays import FloatArray

_ROOM = 44100 * 2 * 11
"""Samples of both channels."""


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
            ("channels", ctypes.c_int, (pointer, ctypes.c_int)),
            ("bring", text, (pointer, ctypes.c_int, text, ctypes.c_int)),
            ("sample", text, (pointer, ctypes.c_int)),
            ("save_sound", text, (pointer, ctypes.c_int, text)),
            ("session", text, (pointer,)),
            ("restore", None, (pointer, text)),
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
        """Return a pad's sound at 44,100 Hz, ``(n,)`` or ``(2, n)``."""
        out = np.empty(_ROOM, np.float32)
        both = out[: self._lib.driver_sound(self._driver, pad, out.ctypes.data, _ROOM)]
        channels = self._lib.driver_channels(self._driver, pad)
        return both.reshape(channels, -1) if channels == 2 else both

    def bring(self, pad: int, path: Path) -> str:
        """Make a file a pad's sound; return what the window tells."""
        return self._lib.driver_bring(self._driver, pad, str(path).encode(), -1).decode()

    def hear_as(self, pad: int, category: int) -> str:
        """Let a pad's sample bend as a drum of another category; return what the window tells."""
        return self._lib.driver_bring(self._driver, pad, b"", category).decode()

    def sample(self, pad: int) -> str:
        """Return the name of the sample that a pad plays."""
        return self._lib.driver_sample(self._driver, pad).decode()

    def save_sound(self, pad: int, path: Path) -> str:
        """Save a pad's sound; return what went wrong, or nothing."""
        return self._lib.driver_save_sound(self._driver, pad, str(path).encode()).decode()

    def session(self) -> str:
        """Return the session's text."""
        return self._lib.driver_session(self._driver).decode()

    def restore(self, text: str) -> None:
        """Open a session's text."""
        self._lib.driver_restore(self._driver, text.encode())
