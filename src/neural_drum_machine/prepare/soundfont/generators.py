"""Generators of a SoundFont, with their limits, and the controllers that modulate them.

Section numbers are those of the SoundFont Technical Specification 2.04.
"""

import math
from enum import IntEnum


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


# A time below the specified −12000 conventionally means none (8.1.2, 34).
_TIME, _OFFSET, _PER_KEY = (-12000, -32768, 8000), (0, -(2**31), 2**31), (0, -1200, 1200)
LIMITS: dict[int, tuple[int, int, int]] = {
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

INSTRUMENT_ONLY = frozenset(
    {Gen.START, Gen.END, Gen.LOOP_START, Gen.LOOP_END, Gen.START_COARSE, Gen.END_COARSE}
    | {Gen.LOOP_START_COARSE, Gen.LOOP_END_COARSE, Gen.KEY, Gen.VELOCITY}
    | {Gen.SAMPLE_MODES, Gen.ROOT_KEY}
)
"""Not valid in a preset (8.1.2): ignored there."""

# Volume, pan and expression as a synthesiser starts (8.4); every other controller is 0.
_CONTROLLERS = {7: 127, 10: 64, 11: 127}


def concave(x: float) -> float:
    """Return the concave curve at `x` in 0..1: level over 96 dB, squared amplitude (9.5)."""
    return min(1.0, -400 / 960 * math.log10(1 - x)) if x < 1 else 1.0


def controller(enumerator: int, played: dict[Gen, int]) -> float:
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
