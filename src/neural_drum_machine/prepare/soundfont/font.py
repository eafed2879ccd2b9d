"""Drum sounds out of General MIDI SoundFonts (SF2 and SF3).

Written from the SoundFont Technical Specification 2.04, whose section numbers the docstrings name.
:mod:`.riff` reads chunks and tables, :mod:`.format` samples, :mod:`.zones` finds the regions of a
key (:mod:`.generators` has their amounts), and :mod:`.voice` renders a region.
"""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.format import SoundFontFile
from neural_drum_machine.prepare.soundfont.voice import voice
from neural_drum_machine.prepare.soundfont.zones import (
    Preset,
    Region,
    Zone,
    read_instruments,
    read_presets,
)
from neural_drum_machine.signal.audio_file import MAX_READ_SECONDS

PERCUSSION_BANK = 128
"""The bank of the drum kits (7.2)."""
MAX_REGIONS = 256
"""More regions on one key are refused; drums have one to eight in a layer."""

_Layered = tuple[int, int, Region]
"""Lowest and highest velocity of a region, and the region."""


@dataclass(frozen=True, slots=True)
class DrumHit:
    """One key of one drum preset in one range of velocities.

    Attributes
    ----------
    program : int
        MIDI program of bank 128, 0 to 127 in good banks.
    preset : str
        The preset's name.
    key : int
        MIDI key, 0 to 127.
    low_velocity, high_velocity : int
        Range of velocities, within 1 to 127, in which exactly these regions sound.
    sample : str
        Name of the sample, or names with `` + `` between them.
    """

    program: int
    preset: str
    key: int
    low_velocity: int
    high_velocity: int
    sample: str


class SoundFont:
    """The drum kits of a SoundFont file.

    Made by :meth:`open`. Sample data are read from the file when a hit is rendered.
    """

    def __init__(
        self, file: SoundFontFile, presets: Iterable[Preset], zones: tuple[tuple[Zone, ...], ...]
    ) -> None:
        self._file = file
        self._instruments = zones
        self._presets: dict[int, Preset] = {}
        for preset in presets:
            if preset.bank == PERCUSSION_BANK:
                # Of two presets with the same number, the first counts.
                self._presets.setdefault(preset.program, preset)

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Read a file's presets, instruments and sample headers (section 4).

        Parameters
        ----------
        path : str or Path
            An SF2 file of version 2 with 16-bit samples, or an SF3 file with Ogg Vorbis
            samples.

        Returns
        -------
        SoundFont
            The kits, without regions whose sample is outside the file's data or in a ROM.

        Raises
        ------
        AudioError
            If the file is missing, unreadable, no SoundFont, truncated, or its tables
            contradict each other.
        """
        file = SoundFontFile.read(path)
        return cls(file, read_presets(file), read_instruments(file))

    @property
    def presets(self) -> list[tuple[int, str]]:
        """Program and name of the drum presets, bank 128, by program."""
        return [(program, self._presets[program].name) for program in sorted(self._presets)]

    def drum_hits(self, keys: Iterable[int] = range(25, 88)) -> list[DrumHit]:
        """List every layer of every key once.

        The velocities 1 to 127 are split where a region begins or ends. Neighbouring ranges with
        the same regions are one layer.

        Parameters
        ----------
        keys : iterable of int
            MIDI keys to look at, each 0 to 127.

        Returns
        -------
        list of DrumHit
            By program, key and velocity.

        Raises
        ------
        AudioError
            If the file has more than 256 regions on one key.
        """
        wanted = sorted(set(keys))
        return [
            DrumHit(program, preset, key, low, high, self._names(regions))
            for program, preset in self.presets
            for key in wanted
            for low, high, regions in self._layers(program, key)
        ]

    def render(self, hit: DrumHit, *, seconds: float = 3.0) -> tuple[FloatArray, int]:
        """Play a hit at its highest velocity, the key held down (section 9).

        Parameters
        ----------
        hit : DrumHit
            One of :meth:`drum_hits`.
        seconds : float
            Longest result, over 0 to 30 s. A sample without a loop may end before.

        Returns
        -------
        samples : numpy.ndarray
            Shape ``(n,)``, float32, the mean of left and right channel; the bank's own
            level, which may exceed 1.
        sr : int
            Sample rate in Hz: the highest of the samples that sound.

        Raises
        ------
        AudioError
            If the font has no such hit, `seconds` is out of range, or a sample cannot be
            read.
        """
        path = self._file.path
        if not 0 < seconds <= MAX_READ_SECONDS:
            raise AudioError(f"seconds must be over 0 and up to {MAX_READ_SECONDS}, got {seconds}")
        regions = [
            region
            for low, high, region in self._regions(hit.program, hit.key)
            if low <= hit.high_velocity <= high
        ]
        if not regions:
            raise AudioError(
                f"{path}: program {hit.program} has no sound for key {hit.key} at velocity "
                f"{hit.high_velocity}; use a hit that drum_hits() of this file lists"
            )
        samples = [self._file.samples[region.sample] for region in regions]
        sr = max(sample.rate for sample in samples if sample)
        n = math.ceil(seconds * sr)
        voices = [
            voice(
                self._file.data(sample),
                sample,
                region.amounts(hit.key, hit.high_velocity),
                sr,
                n,
            )
            for region, sample in zip(regions, samples, strict=True)
            if sample
        ]
        out = np.zeros(max(len(x) for x in voices), np.float32)
        for x in voices:
            out[: len(x)] += x
        return out, sr

    def _regions(self, program: int, key: int) -> list[_Layered]:
        """Return the regions of a key with their velocities, in the file's order (9.4)."""
        preset = self._presets.get(program)
        regions: list[_Layered] = []
        for outer in preset.zones if preset else ():
            if not outer.keys[0] <= key <= outer.keys[1]:
                continue
            for inner in self._instruments[outer.target]:
                if not inner.keys[0] <= key <= inner.keys[1]:
                    continue
                low = max(outer.velocities[0], inner.velocities[0], 1)
                high = min(outer.velocities[1], inner.velocities[1], 127)
                if low > high or self._file.samples[inner.target] is None:
                    continue
                regions.append((low, high, Region.of(outer, inner)))
                if len(regions) > MAX_REGIONS:
                    raise AudioError(
                        f"{self._file.path}: program {program} has over {MAX_REGIONS} regions "
                        f"on key {key}; the file is damaged"
                    )
        return regions

    def _layers(self, program: int, key: int) -> list[tuple[int, int, list[Region]]]:
        """Return lowest velocity, highest velocity and regions of each layer of a key."""
        regions = self._regions(program, key)
        borders = sorted({low for low, _, _ in regions} | {high + 1 for _, high, _ in regions})
        layers: list[tuple[int, int, list[Region]]] = []
        for low, after in itertools.pairwise(borders):
            sounding = [r for first, last, r in regions if first <= low and after <= last + 1]
            if layers and layers[-1][1] == low - 1 and layers[-1][2] == sounding:
                layers[-1] = (layers[-1][0], after - 1, sounding)
            elif sounding:
                layers.append((low, after - 1, sounding))
        return layers

    def _names(self, regions: list[Region]) -> str:
        """Join the names of the regions' samples, each once."""
        samples = (self._file.samples[region.sample] for region in regions)
        return " + ".join(dict.fromkeys(sample.name for sample in samples if sample))
