"""The common part of all requests: every value is checked when a request is built."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self

from neural_drum_machine.latent.controls import MAX_CONTROL
from neural_drum_machine.server.protocol.bounds import (
    ROUNDING,
    UNREADABLE_ID,
)
from neural_drum_machine.server.protocol.error_codes import ProtocolError
from neural_drum_machine.server.protocol.rules import (
    RULES,
    bad,
    number_text,
    out_of_range,
    shown,
)
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.velocity import LOUDEST


class WireMessage:
    """A request, or a part of one, that comes from a wire.

    Fields without a default are required. In the other fields, None stands for "not given".
    """

    type: ClassVar[str]
    """The request's name on the wire: ``type`` over the WebSocket, ``/ndm/type`` over OSC."""

    def __post_init__(self) -> None:
        """Check every field.

        Raises
        ------
        ProtocolError
            If a value has the wrong type, is not finite, or lies outside its limits.
        """
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if value is not None or field.default is not None:
                checked = RULES[field.name].check(field.name, value)
                object.__setattr__(self, field.name, checked)

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """Return the names of the fields that must be given."""
        return tuple(f.name for f in fields(cls) if f.default is MISSING)  # type: ignore[arg-type]

    @classmethod
    def optional(cls) -> tuple[str, ...]:
        """Return the names of the fields that may be given."""
        given = [f.name for f in fields(cls) if f.default is not MISSING]  # type: ignore[arg-type]
        # Those of the request itself come first, then those that it shares with others.
        return tuple(sorted(given, key=lambda name: name not in cls.__annotations__))

    @classmethod
    def build(cls, values: Mapping[str, Any]) -> Self:
        """Make a request from named values, as they come from a wire.

        Raises
        ------
        ProtocolError
            If a name is missing or unknown, or a value is refused. The error has the request's id
            if that can be read.
        """
        try:
            known = cls.required() + cls.optional()
            for name in values:
                if name not in known:
                    raise bad(
                        f"{cls.type} has no {shown(name)}; it takes {', '.join(known) or 'nothing'}"
                    )
            missing = [name for name in cls.required() if name not in values]
            if missing:
                raise bad(f"{cls.type} lacks {', '.join(missing)}")
            return cls(**values)
        except ProtocolError as error:
            error.id = read_id(values.get("id"))
            raise


def read_id(value: Any) -> int:
    """Return a request's id if it is one, else -1."""
    try:
        return int(RULES["id"].check("id", value))
    except ProtocolError:
        return UNREADABLE_ID


@dataclass(frozen=True, kw_only=True)
class WishedRequest(WireMessage):
    """A request for a sound that is to have some values.

    Attributes
    ----------
    pitch, sweep, decay, attack, brightness, noisiness, body, air, loudness : float, optional
        Values of :data:`neural_drum_machine.wishes.qualities.QUALITIES`, in their units.
    velocity : int
        How hard the drum is struck, 1 to 127.
    channels : int
        Of the answer: 1 is the mean of both, 2 is left and right.
    """

    pitch: float | None = None
    sweep: float | None = None
    decay: float | None = None
    attack: float | None = None
    brightness: float | None = None
    noisiness: float | None = None
    body: float | None = None
    air: float | None = None
    loudness: float | None = None
    velocity: int = LOUDEST
    channels: int = 1

    @property
    def wish(self) -> dict[str, float]:
        """The values that are asked for, by their names."""
        given = {name: getattr(self, name) for name in BY_NAME}
        return {name: value for name, value in given.items() if value is not None}


class PlacedRequest(WishedRequest):
    """A request with a place on the axes."""

    p1: float
    p2: float
    p3: float
    range: float

    def __post_init__(self) -> None:
        """Check every field, and that the place lies within ±8.

        Raises
        ------
        ProtocolError
            As every request, or if the place lies further out.
        """
        super().__post_init__()
        for name in ("p1", "p2", "p3"):
            value = getattr(self, name)
            if abs(self.range * value) > MAX_CONTROL * (1 + ROUNDING):
                limit = number_text(MAX_CONTROL)
                raise out_of_range(
                    f"{name} times range must lie between -{limit} and {limit}, got "
                    f"{value:.9g} times {self.range:.9g}"
                )

    @property
    def place(self) -> tuple[float, float, float]:
        """P1, P2 and P3, each multiplied by `range`: within ±8."""
        return self._placed(self.p1), self._placed(self.p2), self._placed(self.p3)

    def _placed(self, p: float) -> float:
        return min(max(self.range * p, -MAX_CONTROL), MAX_CONTROL)
