"""The voices of a new kit: names, General MIDI's notes, choke groups, levels, places."""

from dataclasses import dataclass
from typing import Final

HATS: Final = 1
"""The choke group of the hats."""
STICK_MS: Final = 10.0
"""How long an open hat takes to fall silent when a stick strikes closed hats."""
FOOT_MS: Final = 60.0
"""How long it takes when the foot closes them."""


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """A voice as a new kit plans it.

    Attributes
    ----------
    name : str
        Its name.
    category : str
        Its category.
    note : int
        General MIDI's percussion note.
    loudness : float
        LU beside the kick, as kits are commonly mixed. This is our choice.
    pan : float
        -1 (left) to 1 (right), as the drummer hears it.
    family : str
        Voices of one family have one code.
    length : float
        Its decay beside that of the family's first voice.
    semitones : float
        Its pitch beside that of the family's first voice.
    choke : int
        The choke group, 0 for none.
    choke_ms : float
        How long the others of the group take to fall silent, in milliseconds.
    """

    name: str
    category: str
    note: int
    loudness: float
    pan: float = 0.0
    family: str = ""
    length: float = 1.0
    semitones: float = 0.0
    choke: int = 0
    choke_ms: float = STICK_MS


_OPEN: Final = VoicePlan("Open hat", "open_hihat", 46, -9.0, 0.25, "hats", 1.0, 0.0, HATS, STICK_MS)
_CLOSED: Final = VoicePlan(
    "Closed hat", "closed_hihat", 42, -10.0, 0.25, "hats", 0.15, 0.0, HATS, STICK_MS
)
_PEDAL: Final = VoicePlan(
    "Pedal hat", "closed_hihat", 44, -13.0, 0.25, "hats", 0.25, 0.0, HATS, FOOT_MS
)
_LOW_TOM: Final = VoicePlan("Low tom", "tom", 45, -4.0, -0.35, "toms")

VOICES: Final = {
    8: (
        VoicePlan("Kick", "kick", 36, 0.0),
        VoicePlan("Snare", "snare", 38, -1.0),
        VoicePlan("Clap", "clap", 39, -4.0),
        _OPEN,
        _CLOSED,
        _PEDAL,
        VoicePlan("Tom", "tom", 45, -4.0, -0.2),
        VoicePlan("Shaker", "shaker", 70, -13.0, -0.3),
    ),
    16: (
        VoicePlan("Kick", "kick", 36, 0.0),
        VoicePlan("Kick 2", "kick", 35, -1.0),
        VoicePlan("Snare", "snare", 38, -1.0),
        VoicePlan("Snare 2", "snare", 40, -2.0),
        VoicePlan("Clap", "clap", 39, -4.0),
        VoicePlan("Snap", "snap", 37, -7.0, 0.1),
        _OPEN,
        _CLOSED,
        _PEDAL,
        _LOW_TOM,
        VoicePlan("Mid tom", "tom", 47, -4.0, -0.05, "toms", 0.85, 5.0),
        VoicePlan("High tom", "tom", 50, -4.0, 0.25, "toms", 0.7, 10.0),
        VoicePlan("Tambourine", "tambourine", 54, -10.0, 0.35),
        VoicePlan("Shaker", "shaker", 70, -13.0, -0.3),
        VoicePlan("Conga", "conga", 63, -7.0, -0.25),
        VoicePlan("Bongo", "bongo", 60, -8.0, 0.3),
    ),
}
"""The voices of a new kit, by their number. The first of a family is drawn, the others follow."""
