"""A kit as samples: what every export format writes, and what a groove plays."""

from dataclasses import dataclass

from neural_drum_machine.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Layer:
    """The strokes of a drum at one strength.

    Attributes
    ----------
    low, high : int
        The velocities that play it, 1 to 127, both included.
    velocity : int
        The velocity that it was made for, from `low` to `high`.
    takes : tuple of numpy.ndarray
        The round robins. Each has shape ``(n,)`` or ``(2, n)``, float32, with the drum's level but
        without the mix of its voice. They may differ in length.
    comments : tuple of str
        The recipe of each take, as files carry it in their comment.
    blocks : tuple of bytes
        The compact forms of the own sounds that each take is anchored to; empty without any.
    """

    low: int
    high: int
    velocity: int
    takes: tuple[FloatArray, ...]
    comments: tuple[str, ...]
    blocks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RenderedVoice:
    """One drum of a rendered kit.

    Attributes
    ----------
    name : str
        As people name it, such as "Kick"; any characters.
    category : str
        One of :data:`neural_drum_machine.categories.CATEGORIES`.
    note : int
        The MIDI note that plays it, 0 to 127.
    choke : int
        The choke group: a voice ends the others of its group. 0 is none.
    choke_ms : float
        How long a voice of this group takes to fall silent when it is ended, in milliseconds.
    level_db, pan, pitch : float
        The mix: decibels, -1 (left) to 1 (right), semitones. They are not in the samples.
    layers : tuple of Layer
        From soft to loud. Together they cover the velocities 1 to 127 without a gap.
    """

    name: str
    category: str
    note: int
    choke: int
    choke_ms: float
    level_db: float
    pan: float
    pitch: float
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class RenderedKit:
    """A kit as samples.

    Attributes
    ----------
    name : str
        The kit's name; any characters.
    sr : int
        Sample rate in Hz.
    voices : tuple of RenderedVoice
        In the order of the kit. Notes and names differ.
    recordings : tuple of dict
        Whose recordings the drums begin at: name, source, licence, attribution.
    """

    name: str
    sr: int
    voices: tuple[RenderedVoice, ...]
    recordings: tuple[dict[str, str], ...] = ()
