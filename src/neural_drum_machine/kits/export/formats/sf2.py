"""SoundFont 2: one file with the samples and the zones that play them.

Source: SoundFont Technical Specification 2.04. A zone has a key, a velocity range and an exclusive
class, and no round robin: the second round robins are a second preset, and so on.
"""

import math
import struct
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.kits.export.dynamics import exponent
from neural_drum_machine.kits.export.formats.riff import (
    Gen,
    Modulator,
    Zone,
    chunk,
    span,
    tables,
    text,
)
from neural_drum_machine.kits.export.job import Job
from neural_drum_machine.kits.export.names import safe_name
from neural_drum_machine.kits.export.options import ExportOptions
from neural_drum_machine.kits.rendered import Layer, RenderedKit, RenderedVoice
from neural_drum_machine.signal.pcm import to_pcm24
from neural_drum_machine.wishes.velocity import LOUDEST

_DRUMS: Final = 128
"""The bank of drum kits."""
_NAME: Final = 20
_GAP: Final = 46
"""Samples of silence that the format asks for after each sample."""
LEAD: Final = 64
"""Samples of silence before each sample: FluidSynth fades each note in over its first 64."""
_MONO, _RIGHT, _LEFT = 1, 2, 4
_LEFT_EDGE, _RIGHT_EDGE = -500, 500
_BY_VELOCITY: Final = 0x0502
"""Velocity as a source: concave, falling. With an amount of 960 the gain is (v / 127)²."""
_BY_VELOCITY_LINEAR: Final = 0x0102
_SQUARE: Final = 960
_NO_CUT: Final = 8000
"""The longest release, 102 s: a drum sounds to its end, however short the note is."""


@dataclass(slots=True)
class _Pool:
    """The samples of a file as they are collected: 24-bit values and the headers."""

    sr: int
    parts: list[np.ndarray] = field(default_factory=list)
    headers: bytes = b""
    frames: int = 0
    count: int = 0

    def add(self, name: str, samples: FloatArray, kind: int, link: int) -> int:
        """Add a channel; return its number."""
        start, end = self.frames, self.frames + LEAD + len(samples)
        self.headers += text(name, _NAME) + struct.pack(
            "<IIIIIBbHH", start, end, start, end, self.sr, 60, 0, link, kind
        )
        lead, gap = np.zeros(LEAD, np.int32), np.zeros(_GAP, np.int32)
        self.parts += [lead, to_pcm24(samples) >> 8, gap]
        self.frames = end + _GAP
        self.count += 1
        return self.count - 1


def write(kit: RenderedKit, job: Job) -> list[str]:
    """Write the file; return what is not carried."""
    amount = round(_SQUARE * exponent(kit) / 2)
    pool = _Pool(kit.sr)
    numbers = [
        [
            _samples(pool, voice, layer, take, amount)
            for layer in voice.layers
            for take in range(len(layer.takes))
        ]
        for voice in kit.voices
    ]
    presets = max(len(layer.takes) for voice in kit.voices for layer in voice.layers)
    everything = _file(kit, job.options, amount, pool, numbers, presets)
    (job.folder / f"{safe_name(kit.name)}.sf2").write_bytes(everything)
    job.told(1, 1)
    return _notes(kit, job.options, presets)


def _notes(kit: RenderedKit, options: ExportOptions, presets: int) -> list[str]:
    notes = ["A SoundFont holds no recipes: its samples cannot be recalled."]
    if presets > 1:
        notes.append(
            f"SoundFonts have no round robins: the file has {presets} presets in bank {_DRUMS}, "
            "each with other takes."
        )
    if options.bits == "float":
        notes.append("SoundFonts hold no floating point: the samples have 24 bits.")
    if kit.sr > 50_000:
        notes.append(f"Some programs play no SoundFont of {kit.sr} Hz; 44100 and 48000 are safe.")
    if any(voice.choke for voice in kit.voices):
        notes.append("SoundFonts have no choke time: the program that plays decides.")
    return notes


def _samples(
    pool: _Pool, voice: RenderedVoice, layer: Layer, take: int, amount: int
) -> tuple[int, ...]:
    """Add the channels of a take; return their numbers."""
    # The velocity makes the layer softer than it is. So much louder it is stored.
    steepness = 2 * amount / _SQUARE
    samples = layer.takes[take] * np.float32((LOUDEST / layer.velocity) ** steepness)
    stem = f"{voice.name[:8]} v{layer.velocity:03d} r{take + 1}"
    if samples.ndim == 1:
        return (pool.add(stem, samples, _MONO, 0),)
    # At an edge, a player gives a channel √2 of what both get from the middle.
    left, right = samples * np.float32(math.sqrt(0.5))
    place = pool.count
    return (
        pool.add(f"{stem} L", left, _LEFT, place + 1),
        pool.add(f"{stem} R", right, _RIGHT, place),
    )


def _file(
    kit: RenderedKit,
    options: ExportOptions,
    amount: int,
    pool: _Pool,
    numbers: list[list[tuple[int, ...]]],
    presets: int,
) -> bytes:
    first = Zone(
        ((Gen.VOL_RELEASE, _NO_CUT),),
        (
            Modulator(_BY_VELOCITY, Gen.ATTENUATION, amount),
            # Some players close a filter for soft strokes; the samples are soft already.
            Modulator(_BY_VELOCITY_LINEAR, Gen.FILTER_FC, 0),
        ),
    )
    instruments = [
        [first, *_zones(voice, numbers[place], preset)]
        for preset in range(presets)
        for place, voice in enumerate(kit.voices)
    ]
    voices = len(kit.voices)
    kits = [
        [Zone(((Gen.INSTRUMENT, preset * voices + each),)) for each in range(voices)]
        for preset in range(presets)
    ]
    upper, lower = tables(kits), tables(instruments)
    phdr = b"".join(
        text(_numbered(kit.name, preset, presets), _NAME)
        + struct.pack("<HHHIII", preset, _DRUMS, upper.first[preset], 0, 0, 0)
        for preset in range(presets)
    )
    phdr += text("EOP", _NAME) + struct.pack("<HHHIII", 0, 0, upper.first[-1], 0, 0, 0)
    inst = b"".join(
        text(_numbered(voice.name, preset, presets), _NAME)
        + struct.pack("<H", lower.first[preset * voices + place])
        for preset in range(presets)
        for place, voice in enumerate(kit.voices)
    )
    inst += text("EOI", _NAME) + struct.pack("<H", lower.first[-1])
    pdta = b"".join(
        chunk(name, data)
        for name, data in (
            (b"phdr", phdr),
            (b"pbag", upper.bags),
            (b"pmod", upper.modulators),
            (b"pgen", upper.generators),
            (b"inst", inst),
            (b"ibag", lower.bags),
            (b"imod", lower.modulators),
            (b"igen", lower.generators),
            (b"shdr", pool.headers + text("EOS", _NAME) + bytes(26)),
        )
    )
    info = chunk(b"ifil", struct.pack("<HH", 2, 4)) + chunk(b"isng", b"EMU8000\0")
    info += chunk(b"INAM", _line(kit.name)) + chunk(b"ISFT", b"Neural Drum Machine\0")
    lists = (b"INFO" + info, b"sdta" + _sdta(pool, options), b"pdta" + pdta)
    return chunk(b"RIFF", b"sfbk" + b"".join(chunk(b"LIST", each) for each in lists))


def _zones(voice: RenderedVoice, numbers: list[tuple[int, ...]], preset: int) -> list[Zone]:
    zones = []
    place = 0
    for layer in voice.layers:
        channels = numbers[place + preset % len(layer.takes)]
        place += len(layer.takes)
        pans = (None,) if len(channels) == 1 else (_LEFT_EDGE, _RIGHT_EDGE)
        for number, pan in zip(channels, pans, strict=True):
            semitones = round(voice.pitch)
            amounts = [
                (Gen.KEY_RANGE, span(voice.note, voice.note)),
                (Gen.VELOCITY_RANGE, span(layer.low if layer.low > 1 else 0, layer.high)),
                *([] if pan is None else [(Gen.PAN, pan)]),
                (Gen.COARSE_TUNE, semitones),
                (Gen.FINE_TUNE, round(100 * (voice.pitch - semitones))),
                (Gen.SCALE_TUNING, 0),
                *([(Gen.EXCLUSIVE_CLASS, voice.choke)] if voice.choke else []),
                (Gen.ROOT_KEY, voice.note),
                (Gen.SAMPLE, number),
            ]
            zones.append(Zone(tuple(amounts)))
    return zones


def _sdta(pool: _Pool, options: ExportOptions) -> bytes:
    samples = np.concatenate(pool.parts)
    if options.bits == "16":
        rounded = np.clip((samples + 128) >> 8, -32768, 32767)
        return chunk(b"smpl", rounded.astype("<i2").tobytes())
    upper, lower = (samples >> 8).astype("<i2"), (samples & 0xFF).astype(np.uint8)
    return chunk(b"smpl", upper.tobytes()) + chunk(b"sm24", lower.tobytes())


def _numbered(name: str, preset: int, presets: int) -> str:
    mark = f" {preset + 1}" if presets > 1 else ""
    return f"{safe_name(name, _NAME - 1 - len(mark))}{mark}"


def _line(name: str) -> bytes:
    data = safe_name(name).encode("ascii", "replace") + b"\0"
    return data + b"\0" * (len(data) % 2)
