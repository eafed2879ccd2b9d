"""Requests about the user's own samples. None is offered over OSC, and none holds a path."""

from dataclasses import dataclass

from neural_drum_machine.library.ranges import QUALITIES
from neural_drum_machine.server.protocol.base import WireMessage
from neural_drum_machine.server.protocol.rules import out_of_range, shown


@dataclass(frozen=True)
class LibraryStatus(WireMessage):
    """What the library holds, and what to do if there is none."""

    type = "library"
    id: int


@dataclass(frozen=True)
class LibraryMap(WireMessage):
    """A part of the map.

    Attributes
    ----------
    first : int
        How many sounds come before the part.
    """

    type = "library_map"
    id: int
    first: int = 0


@dataclass(frozen=True)
class LibraryFind(WireMessage):
    """The numbers of all sounds with the values that are asked for.

    Attributes
    ----------
    among : str, optional
        Of this category only; one of the eleven, or ``other``.
    pitch_range, decay_range, brightness_range, … : str, optional
        A range such as ``45..60`` or a word, as ``ndm library find`` takes them.
    """

    type = "library_find"
    id: int
    among: str | None = None
    pitch_range: str | None = None
    decay_range: str | None = None
    brightness_range: str | None = None
    attack_range: str | None = None
    noisiness_range: str | None = None
    loudness_range: str | None = None
    length_range: str | None = None

    @property
    def ranges(self) -> dict[str, str]:
        """What is asked for, by the names of the library."""
        asked = {name: getattr(self, f"{name}_range") for name in QUALITIES}
        return {name: text for name, text in asked.items() if text is not None}


@dataclass(frozen=True)
class LibraryNear(WireMessage):
    """The sounds that are most like one of the library.

    Attributes
    ----------
    sound : int
        Its number in the library.
    count : int
        Most of them.
    among : str, optional
        Of this category only; one of the eleven, or ``other``.
    """

    type = "library_near"
    id: int
    sound: int
    count: int = 24
    among: str | None = None


@dataclass(frozen=True)
class LibraryLike(WireMessage):
    """The sounds of the library that are most like a sound that an answer described.

    Attributes
    ----------
    category, code, take, to, t, exemplars, blend
        As for :class:`~neural_drum_machine.server.protocol.requests.Recall`.
    count, among
        As for :class:`LibraryNear`.
    """

    type = "library_like"
    id: int
    category: str
    code: tuple[float, ...]
    take: int = 0
    to: str | None = None
    t: float = 0.0
    exemplars: tuple[float, ...] = ()
    blend: float = 0.0
    count: int = 24
    among: str | None = None


@dataclass(frozen=True)
class LibraryAudio(WireMessage):
    """The samples of a sound of the library, to be played at once.

    Attributes
    ----------
    sound : int
        Its number in the library.
    channels : int
        How many channels the answer has: 1 or 2.
    """

    type = "library_audio"
    id: int
    sound: int
    channels: int = 1


@dataclass(frozen=True)
class LibraryTake(WireMessage):
    """A sound of the library, taken in as an own sound. It is answered as an upload is.

    Attributes
    ----------
    sound : int
        Its number in the library.
    category : str, optional
        Category to encode it as; the library's, or a guess where that is ``other``.
    """

    type = "library_take"
    id: int
    sound: int
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    channels: int = 1


@dataclass(frozen=True)
class LibraryBetween(WireMessage):
    """The sound that would lie between some sounds of the library.

    Attributes
    ----------
    sounds : tuple of float
        Their numbers in the library, each followed by its share, which is greater than 0.
    """

    type = "library_between"
    id: int
    sounds: tuple[float, ...]
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    channels: int = 1

    def __post_init__(self) -> None:
        """Check every field, and that the sounds are pairs.

        Raises
        ------
        ProtocolError
            As every request, or if they are no pairs, or a share is not positive.
        """
        super().__post_init__()
        numbers, shares = self.sounds[::2], self.sounds[1::2]
        whole = all(number == int(number) >= 0 for number in numbers)
        if len(numbers) != len(shares) or not whole or not all(share > 0 for share in shares):
            raise out_of_range(
                f"sounds are pairs of a number and a share above 0, got {shown(self.sounds)}"
            )

    @property
    def pairs(self) -> list[tuple[int, float]]:
        """The sounds' numbers with their shares."""
        return [
            (int(number), share)
            for number, share in zip(self.sounds[::2], self.sounds[1::2], strict=True)
        ]


LibraryQuestion = (
    LibraryStatus | LibraryMap | LibraryFind | LibraryNear | LibraryLike | LibraryAudio
)
"""Requests that are answered with facts, or with samples as they are."""
LibrarySound = LibraryTake | LibraryBetween
"""Requests that are answered with a sound that the engine makes."""
