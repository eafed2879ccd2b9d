"""What an export is asked for."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from neural_drum_machine.errors import OutputError
from neural_drum_machine.signal.sound_file import BITS, Bits

Rate = Literal[44_100, 48_000, 96_000]
RATES: Final[tuple[Rate, ...]] = get_args(Rate)
"""Sample rates of exported files, Hz."""
Normalise = Literal["none", "peak", "loudness"]
NORMALISE: Final[tuple[Normalise, ...]] = get_args(Normalise)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What an export is asked for.

    Attributes
    ----------
    rate : {44100, 48000, 96000}
        Sample rate of the files, Hz.
    bits : {"16", "24", "float"}
        How the files store a sample.
    trim : bool
        Whether silence before and after the sounds is cut off; see
        :func:`~neural_drum_machine.kits.export.trim.trimmed`.
    normalise : {"none", "peak", "loudness"}
        ``peak``: the loudest file of each voice reaches full scale. ``loudness``: the loudest
        layers of all voices are equally loud, as loud as no peak passes full scale.
    bake_mix : bool
        Whether level, pan and pitch of the voices are in the samples, also in formats that could
        write them beside the samples.

    Raises
    ------
    OutputError
        If a value is none of those that are named here.
    """

    rate: Rate = 44_100
    bits: Bits = "24"
    trim: bool = True
    normalise: Normalise = "none"
    bake_mix: bool = False

    def __post_init__(self) -> None:
        for what, value, known in (
            ("rate", self.rate, RATES),
            ("bits", self.bits, BITS),
            ("normalise", self.normalise, NORMALISE),
        ):
            if value not in known:
                names = ", ".join(map(str, known))
                raise OutputError(f"{what} must be one of {names}; got {value!r:.40}")
