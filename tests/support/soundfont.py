"""SoundFont banks, written byte by byte."""

import io
import struct
from collections.abc import Sequence

import numpy as np
import soundfile

from neural_drum_machine.prepare.soundfont.generators import Gen

SR = 44100
Gens = dict[int, int]
ZoneSpec = tuple[Gens, int | None]


def sine(frequency: float, seconds: float = 1.0, sr: int = SR, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * sr)) / sr)


def span(low: int, high: int) -> int:
    """The amount of a range generator."""
    return low | high << 8


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def tables(
    owners: Sequence[tuple[bytes, list[ZoneSpec]]], final: Gen, mods: Sequence[tuple[int, ...]]
) -> tuple[bytes, bytes, bytes, list[int]]:
    """Bags, modulators, generators, and each owner's first bag; `mods` are in every first zone."""
    bags, gens, firsts, all_mods = b"", b"", [], b""
    n_bags = n_gens = n_mods = 0
    for _, zones in owners:
        firsts.append(n_bags)
        for number, (amounts, target) in enumerate(zones):
            bags += struct.pack("<HH", n_gens, n_mods)
            rows = [*amounts.items(), *([(final, target)] if target is not None else [])]
            for gen, amount in rows:
                gens += struct.pack("<HH", gen, amount & 0xFFFF)
            for mod in mods if number == 0 else ():
                all_mods += struct.pack("<HHhHH", *mod)
                n_mods += 1
            n_bags, n_gens = n_bags + 1, n_gens + len(rows)
    bags += struct.pack("<HH", n_gens, n_mods)
    return bags, all_mods + bytes(10), gens + bytes(4), [*firsts, n_bags]


def bank(
    instruments: Sequence[list[ZoneSpec]],
    presets: Sequence[list[ZoneSpec]] = ([({}, 0)],),
    samples: Sequence[np.ndarray] = (),
    *,
    vorbis: bool = False,
    mods: Sequence[tuple[int, ...]] = (),
    sr: int = SR,
    root: int = 60,
    correction: int = 0,
    loop: tuple[int, int] = (0, 0),
) -> bytes:
    """A SoundFont whose preset `i` is program `i` of bank 128; samples are called S0, S1, …"""
    smpl = headers = b""
    for number, x in enumerate(samples or [sine(441)]):
        if vorbis:
            buffer = io.BytesIO()
            soundfile.write(buffer, x, sr, format="OGG", subtype="VORBIS")
            raw, base, kind, unit = buffer.getvalue(), 0, 0x11, 1
        else:
            raw, kind, unit = np.round(x * 32767).astype("<i2").tobytes() + bytes(92), 1, 2
            base = len(smpl) // unit
        start = len(smpl) // unit
        end = start + (len(raw) if vorbis else len(x))
        headers += struct.pack(
            "<20s5IBbHH", b"S%d" % number, start, end, base + loop[0], base + loop[1],
            sr, root, correction, 0, kind,
        )  # fmt: skip
        smpl += raw
    inst = [(b"I%d" % i, zones) for i, zones in enumerate(instruments)]
    kits = [(b"Kit %d" % i, zones) for i, zones in enumerate(presets)]
    pbag, pmod, pgen, p_first = tables(kits, Gen.INSTRUMENT, ())
    ibag, imod, igen, i_first = tables(inst, Gen.SAMPLE, mods)
    phdr = b"".join(
        struct.pack("<20s3H3I", name, i, 128, first, 0, 0, 0)
        for i, ((name, _), first) in enumerate(zip([*kits, (b"EOP", [])], p_first, strict=True))
    )
    ihdr = b"".join(
        struct.pack("<20sH", name, first)
        for (name, _), first in zip([*inst, (b"EOI", [])], i_first, strict=True)
    )
    parts = (
        ("phdr", phdr), ("pbag", pbag), ("pmod", pmod), ("pgen", pgen), ("inst", ihdr),
        ("ibag", ibag), ("imod", imod), ("igen", igen), ("shdr", headers + bytes(46)),
    )  # fmt: skip
    pdta = b"".join(chunk(name.encode(), data) for name, data in parts)
    version = struct.pack("<HH", 3 if vorbis else 2, 1)
    lists = (b"INFO" + chunk(b"ifil", version), b"sdta" + chunk(b"smpl", smpl), b"pdta" + pdta)
    return chunk(b"RIFF", b"sfbk" + b"".join(chunk(b"LIST", data) for data in lists))


def pitch(x: np.ndarray) -> float:
    """Frequency in Hz of the strongest partial, between bins."""
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 1 << 19))
    return float(np.argmax(spectrum)) * SR / (1 << 19)


def level(x: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64)))))
