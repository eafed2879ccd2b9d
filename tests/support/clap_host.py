"""A host for CLAP plug-ins: ``tests/plugin/host/clap_host.c``, called from Python."""

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from tests.support.patience import PATIENCE

from neural_drum_machine.arrays import FloatArray

DPF = Path(os.environ.get("DPF", "/usr/share/dpf"))
"""Where the headers of CLAP are."""
HOST = Path(__file__).resolve().parent.parent / "plugin" / "host"
PADS = 16
OF_PAD = (
    "category", "seed", "wild", "take", "variation", "p1", "p2", "p3", "humanise", "pitch", "start",
    "end", "level", "pan", "velocity", "curve", "choke", "choke_time", "note", "output",
)  # fmt: skip
"""The symbols of a pad's parameters, in their order."""
WAITING = PADS * len(OF_PAD) + 1
FOREIGN = WAITING + 1
VALUES = (
    "hz", "sweep", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness",
    "timbre",
)  # fmt: skip
"""The symbols of the values of a pad, which lie behind all other parameters."""
MOVES = ("morph_to", "morph", "blend")
"""The symbols of a pad's moves, which lie behind those."""
_FIRST_MOVE = FOREIGN + 1 + PADS * len(VALUES)
PARAMETERS = _FIRST_MOVE + PADS * len(MOVES)


def parameter(pad: int, name: str) -> int:
    """Return the number of a pad's parameter; pads count from 0."""
    if name in MOVES:
        return _FIRST_MOVE + pad * len(MOVES) + MOVES.index(name)
    if name in VALUES:
        return FOREIGN + 1 + pad * len(VALUES) + VALUES.index(name)
    return pad * len(OF_PAD) + OF_PAD.index(name)


class _Event(ctypes.Structure):
    _fields_ = (
        ("time", ctypes.c_int),
        ("id", ctypes.c_int),
        ("midi", ctypes.c_ubyte * 4),
        ("value", ctypes.c_double),
    )


@dataclass(frozen=True)
class Note:
    """A note that begins at a frame."""

    frame: int
    note: int
    velocity: int = 127

    def event(self) -> _Event:
        """Return the MIDI message."""
        return _Event(self.frame, -1, (ctypes.c_ubyte * 4)(0x90, self.note, self.velocity))


@dataclass(frozen=True)
class Change:
    """A parameter that changes at a frame."""

    frame: int
    number: int
    value: float

    def event(self) -> _Event:
        """Return the event."""
        return _Event(self.frame, self.number, (ctypes.c_ubyte * 4)(), self.value)


@dataclass(frozen=True)
class AllOff:
    """All sound off, at a frame."""

    frame: int

    def event(self) -> _Event:
        """Return the MIDI message."""
        return _Event(self.frame, -1, (ctypes.c_ubyte * 4)(0xB0, 120, 0))


def compiled_host(out: Path) -> Path:
    """Compile the host, with what watches the audio thread; return `out`."""
    sources = sorted(HOST.glob("*.c"))
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    options = ["-shared", "-fPIC", "-O1", "-w", f"-I{DPF / 'distrho' / 'src'}"]
    subprocess.run([compiler, *options, *sources, "-o", out, "-ldl"], check=True)
    return out


def host_library(path: str | Path) -> ctypes.CDLL:
    """Return the compiled host."""
    library = ctypes.CDLL(str(path))
    pointer, whole, real = ctypes.c_void_p, ctypes.c_uint, ctypes.c_double
    for name, result, arguments in (
        ("host_open", pointer, (ctypes.c_char_p,)),
        ("host_close", None, (pointer,)),
        ("host_ports", whole, (pointer,)),
        ("host_channels", whole, (pointer,)),
        ("host_activate", ctypes.c_int, (pointer, real, whole)),
        ("host_deactivate", None, (pointer,)),
        ("host_block", ctypes.c_int,
         (pointer, pointer, whole, whole, whole, pointer, whole, real, real)),
        ("host_parameters", whole, (pointer,)),
        ("host_parameter", ctypes.c_int, (pointer, whole, pointer, pointer, pointer)),
        ("host_value", real, (pointer, whole)),
        ("host_text", ctypes.c_int, (pointer, whole, real, pointer, whole)),
        ("host_from_text", ctypes.c_int, (pointer, whole, ctypes.c_char_p, pointer)),
        ("host_save", pointer, (pointer, pointer)),
        ("host_free", None, (pointer,)),
        ("host_load", ctypes.c_int, (pointer, ctypes.c_char_p, ctypes.c_size_t)),
        ("rt_calls", ctypes.c_int, ()),
        ("rt_first", ctypes.c_char_p, ()),
        ("rt_clear", None, ()),
    ):  # fmt: skip
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class ClapHost:
    """One instance of a plug-in; use it in a ``with`` statement."""

    def __init__(self, library: ctypes.CDLL, bundle: Path, rate: int = 44100) -> None:
        self._lib = library
        self.rate = rate
        binary = bundle / f"{bundle.stem}.clap"
        self._host = library.host_open(str(binary).encode())
        assert self._host, f"{binary} cannot be opened"
        self.channels = library.host_channels(self._host)
        self.ports = library.host_ports(self._host)
        assert library.host_activate(self._host, rate, 8192)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lib.host_deactivate(self._host)
        self._lib.host_close(self._host)

    def restart(self, rate: int) -> None:
        """Stop, and begin again at a rate."""
        self._lib.host_deactivate(self._host)
        self.rate = rate
        assert self._lib.host_activate(self._host, rate, 8192)

    def play(
        self,
        events: Iterable[Note | Change] = (),
        seconds: float = 1.0,
        block: int | Sequence[int] = 512,
        beats: float = -1.0,
        tempo: float = 120.0,
    ) -> FloatArray:
        """Return ``(channels, frames)`` from silence on.

        The song stands still unless `beats` says where it begins.
        """
        self.go_on([AllOff(0)], 0.1)
        return self.go_on(events, seconds, block, beats, tempo)

    def go_on(
        self,
        events: Iterable[Note | Change | AllOff] = (),
        seconds: float = 1.0,
        block: int | Sequence[int] = 512,
        beats: float = -1.0,
        tempo: float = 120.0,
    ) -> FloatArray:
        """Return ``(channels, frames)`` that follow what was played before."""
        total = round(seconds * self.rate)
        out = np.full((self.channels, total), np.nan, np.float32)
        waiting = sorted(events, key=lambda each: each.frame)
        sizes = [block] if isinstance(block, int) else list(block)
        start = turn = 0
        while start < total:
            frames = min(sizes[turn % len(sizes)], total - start)
            turn += 1
            now = [each for each in waiting if each.frame < start + frames]
            waiting = waiting[len(now) :]
            raw = [each.event() for each in now]
            for each in raw:
                each.time -= start
            place = beats + start / self.rate * tempo / 60 if beats >= 0 else -1.0
            array = (_Event * max(1, len(raw)))(*raw)
            assert self._lib.host_block(
                self._host, out.ctypes.data, total, start, frames, array, len(raw), place, tempo
            )
            start += frames
        assert np.isfinite(out).all()
        return out

    def settle(self) -> None:
        """Wait until all sounds are made; the next block takes them."""
        until = time.monotonic() + PATIENCE
        while self.value(WAITING):
            assert time.monotonic() < until, "the sounds are never made"
            time.sleep(0.002)  # the sounds are made by another thread

    def set(self, values: dict[int, float]) -> None:
        """Set parameters, and wait for what they change."""
        self.go_on([Change(0, number, value) for number, value in values.items()], 64 / self.rate)
        self.settle()
        self.go_on(seconds=0.05)  # levels glide to where they are to be

    def value(self, number: int) -> float:
        """Return a parameter's value."""
        return float(self._lib.host_value(self._host, number))

    def parameters(self) -> list[tuple[str, str, float, float, float]]:
        """Return name, module, least, most and initial value of each parameter."""
        out = []
        for number in range(self._lib.host_parameters(self._host)):
            name, module = ctypes.create_string_buffer(256), ctypes.create_string_buffer(1024)
            values = (ctypes.c_double * 3)()
            assert self._lib.host_parameter(self._host, number, name, module, values) >= 0
            out.append((name.value.decode(), module.value.decode(), *values))
        return out

    def text(self, number: int, value: float) -> str:
        """Return a value in words."""
        out = ctypes.create_string_buffer(256)
        assert self._lib.host_text(self._host, number, value, out, 256)
        return out.value.decode()

    def from_text(self, number: int, text: str) -> float:
        """Return the value of words."""
        out = ctypes.c_double()
        assert self._lib.host_from_text(self._host, number, text.encode(), ctypes.byref(out))
        return out.value

    def save(self) -> bytes:
        """Return the state."""
        size = ctypes.c_size_t()
        place = self._lib.host_save(self._host, ctypes.byref(size))
        out = ctypes.string_at(place, size.value)
        self._lib.host_free(place)
        return out

    def load(self, state: bytes) -> bool:
        """Restore a state; return whether the plug-in took it."""
        return bool(self._lib.host_load(self._host, state, len(state)))
