"""Zones, generators and modulators of a SoundFont: what sounds for a key and a velocity.

Section numbers are those of the SoundFont Technical Specification 2.04.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.format import SoundFontFile, Table, slices, text

Generators = dict[int, int]
"""Amount by generator number (8.1.2)."""
Modulators = dict[tuple[int, int, int], int]
"""Amount by (source, generator it moves, source that scales it); 8.2, 9.5."""


class Gen(IntEnum):
    """The generators that shape a drum sound, by their number in the file (8.1.2)."""

    START, END, LOOP_START, LOOP_END, START_COARSE = range(5)
    MOD_ENV_PITCH = 7
    FILTER_FC, FILTER_Q = 8, 9
    MOD_ENV_FC, END_COARSE = 11, 12
    PAN = 17
    MOD_DELAY, MOD_ATTACK, MOD_HOLD, MOD_DECAY, MOD_SUSTAIN = range(25, 30)
    KEY_MOD_HOLD, KEY_MOD_DECAY = 31, 32
    VOL_DELAY, VOL_ATTACK, VOL_HOLD, VOL_DECAY, VOL_SUSTAIN = range(33, 38)
    KEY_VOL_HOLD, KEY_VOL_DECAY, INSTRUMENT = 39, 40, 41
    KEY_RANGE, VELOCITY_RANGE, LOOP_START_COARSE, KEY, VELOCITY, ATTENUATION = range(43, 49)
    LOOP_END_COARSE, COARSE_TUNE, FINE_TUNE, SAMPLE, SAMPLE_MODES = range(50, 55)
    SCALE_TUNING, ROOT_KEY = 56, 58


# The lowest time, under the specified −12000, conventionally means none (8.1.2, 34).
_TIME, _OFFSET, _PER_KEY = (-12000, -32768, 8000), (0, -(2**31), 2**31), (0, -1200, 1200)
_LIMITS: dict[int, tuple[int, int, int]] = {
    **dict.fromkeys((Gen.START, Gen.END, Gen.LOOP_START, Gen.LOOP_END), _OFFSET),
    **dict.fromkeys((Gen.START_COARSE, Gen.END_COARSE), _OFFSET),
    **dict.fromkeys((Gen.LOOP_START_COARSE, Gen.LOOP_END_COARSE), _OFFSET),
    **dict.fromkeys((Gen.MOD_DELAY, Gen.MOD_HOLD, Gen.VOL_DELAY, Gen.VOL_HOLD), _TIME),
    **dict.fromkeys((Gen.MOD_ATTACK, Gen.MOD_DECAY, Gen.VOL_ATTACK, Gen.VOL_DECAY), _TIME),
    **dict.fromkeys((Gen.KEY_MOD_HOLD, Gen.KEY_MOD_DECAY), _PER_KEY),
    **dict.fromkeys((Gen.KEY_VOL_HOLD, Gen.KEY_VOL_DECAY), _PER_KEY),
    Gen.MOD_ENV_PITCH: (0, -12000, 12000),
    Gen.MOD_ENV_FC: (0, -12000, 12000),
    Gen.FILTER_FC: (13500, 1500, 13500),
    Gen.FILTER_Q: (0, 0, 960),
    Gen.PAN: (0, -500, 500),
    Gen.MOD_SUSTAIN: (0, 0, 1000),
    Gen.VOL_SUSTAIN: (0, 0, 1440),
    Gen.ATTENUATION: (0, 0, 1440),
    Gen.COARSE_TUNE: (0, -120, 120),
    Gen.FINE_TUNE: (0, -99, 99),
    Gen.SAMPLE_MODES: (0, 0, 3),
    Gen.SCALE_TUNING: (100, 0, 1200),
    Gen.ROOT_KEY: (-1, -1, 127),
}
"""Default, lowest and highest amount (8.1.3)."""

_INSTRUMENT_ONLY = frozenset(
    {Gen.START, Gen.END, Gen.LOOP_START, Gen.LOOP_END, Gen.START_COARSE, Gen.END_COARSE}
    | {Gen.LOOP_START_COARSE, Gen.LOOP_END_COARSE, Gen.KEY, Gen.VELOCITY}
    | {Gen.SAMPLE_MODES, Gen.ROOT_KEY}
)
"""Not valid in a preset (8.1.2): ignored there."""

_VELOCITY_ATTENUATION = (0x0502, int(Gen.ATTENUATION), 0)
_VELOCITY_FC = (0x0102, int(Gen.FILTER_FC))
# Volume, pan and expression where a synthesiser starts (8.4); every other controller rests at 0.
_CONTROLLERS = {7: 127, 10: 64, 11: 127}


@dataclass(frozen=True, slots=True)
class Zone:
    """A preset's or an instrument's zone, its global zone already worked in (7.3, 7.7).

    Attributes
    ----------
    target : int
        Number of the instrument (in a preset) or of the sample (in an instrument).
    keys, velocities : tuple of int
        Lowest and highest that sound.
    generators, modulators : dict
        Amounts; ranges and target left out.
    """

    target: int
    keys: tuple[int, int]
    velocities: tuple[int, int]
    generators: Generators
    modulators: Modulators


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset header (7.2) with its zones."""

    name: str
    bank: int
    program: int
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A sample as one preset zone and one instrument zone play it (9.4).

    Attributes
    ----------
    sample : int
        Number of its header.
    generators, modulators : dict
        The instrument's amounts plus the preset's; generators without an amount are absent.
    """

    sample: int
    generators: Generators
    modulators: Modulators

    @classmethod
    def of(cls, preset: Zone, instrument: Zone) -> "Region":
        """Add a preset zone's amounts to an instrument zone's (9.4, 9.5)."""
        generators = dict(instrument.generators)
        for gen, amount in preset.generators.items():
            if gen in _LIMITS and gen not in _INSTRUMENT_ONLY:
                generators[gen] = generators.get(gen, _LIMITS[gen][0]) + amount
        modulators = {_VELOCITY_ATTENUATION: 960} | instrument.modulators
        # Edition 2.01 scales this default by a velocity switch, 2.04 does not, and banks that
        # turn it off name either: any of the two replaces it.
        if not any(key[:2] == _VELOCITY_FC for key in instrument.modulators):
            modulators[*_VELOCITY_FC, 0] = -2400
        for key, amount in preset.modulators.items():
            modulators[key] = modulators.get(key, 0) + amount
        return cls(instrument.target, generators, modulators)

    def amounts(self, key: int, velocity: int) -> dict[Gen, float]:
        """Return every generator's amount, modulators added, within its limits (8.1.3, 9.5).

        Parameters
        ----------
        key, velocity : int
            What is played, 0 to 127; a fixed key or velocity (8.1.2) goes before.

        Returns
        -------
        dict
            Amounts in the units of 8.1.3, and ``KEY`` and ``VELOCITY`` as they sound.
        """
        played = {Gen.KEY: key, Gen.VELOCITY: velocity}
        for gen in played:
            fixed = self.generators.get(gen, -1)
            if 0 <= fixed <= 127:
                played[gen] = fixed
        found: dict[Gen, float] = dict(played)
        for number, (default, _, _) in _LIMITS.items():
            found[Gen(number)] = self.generators.get(number, default)
        for (source, target, scale), amount in self.modulators.items():
            if target in _LIMITS:
                by = _source(source, played) * (_source(scale, played) if scale else 1.0)
                found[Gen(target)] += amount * by
        for number, (_, low, high) in _LIMITS.items():
            found[Gen(number)] = min(max(found[Gen(number)], low), high)
        return found


def concave(x: float) -> float:
    """Return the concave curve at `x` in 0..1: level over 96 dB, squared amplitude (9.5)."""
    return min(1.0, -400 / 960 * math.log10(1 - x)) if x < 1 else 1.0


def _source(enumerator: int, played: dict[Gen, int]) -> float:
    """Return a controller's value at rest, mapped to 0..1 or −1..1 as 8.2 says."""
    index, curve = enumerator & 0x7F, enumerator >> 10
    # A pitch wheel rests at 64, its sensitivity at 2 semitones; pressures rest at 0.
    rest = {2: played[Gen.VELOCITY], 3: played[Gen.KEY], 14: 64, 16: 2}
    value = _CONTROLLERS.get(index, 0) if enumerator & 0x80 else rest.get(index, 0)
    if not enumerator & 0x80 and index == 0:
        return 1.0  # no controller: the amount as it stands
    falling, bipolar = bool(enumerator & 0x100), bool(enumerator & 0x200)

    def shaped(v: float) -> float:
        if curve == 1:
            return concave(v / 127)
        if curve == 2:
            return 1 - concave(1 - v / 127)
        return v / 128 if curve == 0 else float(v >= 64)

    if not bipolar:
        # Falling, a linear curve ends at 1/128, the others at 0 (figures of 8.2.4).
        return shaped(128 - value if curve == 0 and falling else 127 - value if falling else value)
    offset = 64 - value if falling else value - 64
    if curve == 3:
        return 1.0 if offset >= 0 else -1.0
    return math.copysign(shaped(min(2 * abs(offset), 128 if curve == 0 else 127)), offset)


def read_presets(file: SoundFontFile) -> tuple[Preset, ...]:
    """Return the presets in the file's order.

    Raises
    ------
    AudioError
        If a table points outside another.
    """
    heads = file.tables["phdr"][:-1].tolist()
    zones = _zones(file, "p", len(file.tables["inst"]) - 1)
    return tuple(
        Preset(text(name), bank, program, own)
        for (name, program, bank, *_), own in zip(heads, zones, strict=True)
    )


def read_instruments(file: SoundFontFile) -> tuple[tuple[Zone, ...], ...]:
    """Return the zones of each instrument; errors as :func:`read_presets`."""
    return tuple(_zones(file, "i", len(file.samples)))


def _zones(file: SoundFontFile, level: str, n_targets: int) -> list[tuple[Zone, ...]]:
    """Return the zones of every preset (level p) or instrument (level i)."""
    bags, gens, mods = (file.tables[level + name] for name in ("bag", "gen", "mod"))
    owners = file.tables["phdr" if level == "p" else "inst"]["bag"]
    final = Gen.INSTRUMENT if level == "p" else Gen.SAMPLE
    gen_rows = slices(bags["gen"], len(gens), "generators", file.path)
    mod_rows = slices(bags["mod"], len(mods), "modulators", file.path)
    parts = list(zip(gen_rows, mod_rows, strict=True))
    zones = []
    for rows in slices(owners, len(parts), "zones", file.path):
        own = tuple(_owned(parts[rows], gens, mods, final))
        _check_targets(own, n_targets, file.path)
        zones.append(own)
    return zones


def _check_targets(zones: tuple[Zone, ...], n_targets: int, path: Path) -> None:
    """Refuse a zone that names an instrument or a sample beyond the last."""
    worst = max((zone.target for zone in zones), default=-1)
    if worst >= n_targets:
        raise AudioError(f"{path}: a zone names number {worst} of {n_targets}; damaged")


def _owned(
    parts: list[tuple[slice, slice]], gens: Table, mods: Table, final: Gen
) -> Iterator[Zone]:
    """Yield the zones of one owner; its first is global if it names no target (7.3, 7.7)."""
    common: Generators = {}
    common_mods: Modulators = {}
    for number, (gen_rows, mod_rows) in enumerate(parts):
        local: Generators = {}
        for oper, amount in gens[gen_rows].tolist():
            local[oper] = amount
            if oper == final:  # 7.5, 7.9: what follows is to be ignored
                break
        local_mods = {
            (source, target, scale): amount
            for source, target, amount, scale, curve in mods[mod_rows].tolist()
            if curve == 0  # 8.3: linear; others have no meaning yet
        }
        if final not in local:
            if number == 0:
                common, common_mods = local, local_mods
            continue
        merged = common | local
        ranges = [merged.pop(gen, 127 << 8) for gen in (Gen.KEY_RANGE, Gen.VELOCITY_RANGE)]
        keys, velocities = ((amount & 0xFF, amount >> 8 & 0xFF) for amount in ranges)
        target = merged.pop(final) & 0xFFFF
        yield Zone(target, keys, velocities, merged, common_mods | local_mods)
