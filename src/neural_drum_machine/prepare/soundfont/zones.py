"""Zones of a SoundFont: which regions sound for a key and a velocity.

Section numbers are those of the SoundFont Technical Specification 2.04.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.format import SoundFontFile
from neural_drum_machine.prepare.soundfont.generators import (
    INSTRUMENT_ONLY,
    LIMITS,
    Gen,
    controller,
)
from neural_drum_machine.prepare.soundfont.riff import Table, slices, text

Generators = dict[int, int]
"""Amount by generator number (8.1.2)."""
Modulators = dict[tuple[int, int, int], int]
"""Amount by (source, generator it moves, source that scales it); 8.2, 9.5."""


_VELOCITY_ATTENUATION = (0x0502, int(Gen.ATTENUATION), 0)
_VELOCITY_FC = (0x0102, int(Gen.FILTER_FC))


@dataclass(frozen=True, slots=True)
class Zone:
    """A preset's or an instrument's zone, merged with its global zone (7.3, 7.7).

    Attributes
    ----------
    target : int
        Number of the instrument (in a preset) or of the sample (in an instrument).
    keys, velocities : tuple of int
        Lowest and highest that sound.
    generators, modulators : dict
        Amounts, without ranges and target.
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
            if gen in LIMITS and gen not in INSTRUMENT_ONLY:
                generators[gen] = generators.get(gen, LIMITS[gen][0]) + amount
        modulators = {_VELOCITY_ATTENUATION: 960} | instrument.modulators
        # Edition 2.01 scales this default by a velocity switch, 2.04 does not. Banks turn it off
        # with either form, so both replace it.
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
            The played key and velocity, 0 to 127; a fixed one (8.1.2) overrides it.

        Returns
        -------
        dict
            Amounts in the units of 8.1.3; ``KEY`` and ``VELOCITY`` are those that sound.
        """
        played = {Gen.KEY: key, Gen.VELOCITY: velocity}
        for gen in played:
            fixed = self.generators.get(gen, -1)
            if 0 <= fixed <= 127:
                played[gen] = fixed
        found: dict[Gen, float] = dict(played)
        for number, (default, _, _) in LIMITS.items():
            found[Gen(number)] = self.generators.get(number, default)
        for (source, target, scale), amount in self.modulators.items():
            if target in LIMITS:
                by = controller(source, played) * (controller(scale, played) if scale else 1.0)
                found[Gen(target)] += amount * by
        for number, (_, low, high) in LIMITS.items():
            found[Gen(number)] = min(max(found[Gen(number)], low), high)
        return found


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
    """Raise an error for a zone that names an instrument or a sample past the last one."""
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
