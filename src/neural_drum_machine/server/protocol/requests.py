"""The requests of clients.

Over 250 lines, because every field of a message has its line of documentation.
"""

from dataclasses import dataclass

from neural_drum_machine.latent.prior import DEFAULT_WILD
from neural_drum_machine.server.protocol.base import PlacedRequest, WireMessage, WishedRequest
from neural_drum_machine.server.protocol.groove_messages import GrooveRequest
from neural_drum_machine.server.protocol.kit_messages import KitRequest
from neural_drum_machine.server.protocol.library_requests import LibraryQuestion, LibrarySound
from neural_drum_machine.server.protocol.uploads import (
    GatheredUpload,
    PartedUpload,
    Samples,
    Upload,
)
from neural_drum_machine.wishes.taught_axis import AxisStep

AxisSteps = tuple[AxisStep, ...]
"""Taught axes with their amounts. On the wire each is an object with `axis` and `amount`."""


@dataclass(frozen=True)
class Hello(WireMessage):
    """Who is there? Answered by :class:`HelloReply`. It also serves as a heartbeat."""

    type = "hello"


@dataclass(frozen=True)
class Ping(WireMessage):
    """Answered by :class:`Pong` at once, also while a sound is rendered."""

    type = "ping"
    n: int


@dataclass(frozen=True)
class Status(WireMessage):
    """Answered by :class:`StatusReply`."""

    type = "status"


@dataclass(frozen=True)
class Generate(PlacedRequest):
    """The sound at a place on the axes. Newest wins: it replaces one of the client that waits.

    Attributes
    ----------
    id : int
        The client's own number for the request, 0 to 2**31 - 1. It comes back in the answer.
    category : str
        One of the model's.
    p1, p2, p3 : float
        -8 to 8, before `range`.
    range : float
        Factor of all three, 0 to 8. The products must lie within ±8.
    seed : int, optional
        Draws the latent vector that is moved to the place; the category's mean if absent.
    wild : float
        0 to 2: how far the draw goes from its recording, or from the category's mean without one.
    take : int
        0 to 63: another hit of the same drum.
    inverter : str, optional
        Name of the inverter; the server's default if absent.
    length : float, optional
        Milliseconds, 20 to 2000: a longer sound is cut there, with a short fade.
    """

    type = "generate"
    id: int
    category: str
    p1: float
    p2: float
    p3: float
    range: float = 1.0
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Random(WishedRequest):
    """A sound drawn from a category. If there is no seed, the server draws one and reports it."""

    type = "random"
    id: int
    category: str
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Variation(WishedRequest):
    """A sound near an earlier one of the same client.

    Attributes
    ----------
    of : int
        The earlier request's id.
    amount : float
        0 (the same) to 2, in standard deviations of the category's sounds.
    seed : int, optional
        The direction; drawn by the server if absent.
    """

    type = "variation"
    id: int
    of: int
    amount: float
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Bend(PlacedRequest):
    """An earlier sound of the same client, moved along the axes from where it lies. Newest wins.

    Attributes
    ----------
    of : int
        The earlier request's id, such as that of an upload.
    p1, p2, p3 : float
        How far to move, before `range`. Zeros leave the sound as it is.
    to : str, optional
        A second category that the sound is turned into.
    t : float
        How far it is turned, 0 to 1.
    blend : float
        For own sounds, 0 to 1: 0 is the own sound with the change, 1 the generator alone.
    """

    type = "bend"
    id: int
    of: int
    p1: float
    p2: float
    p3: float
    range: float = 1.0
    to: str | None = None
    t: float = 1.0
    blend: float = 0.0
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Encode(WireMessage):
    """An earlier sound of the same client, encoded and decoded as any category."""

    type = "encode"
    id: int
    of: int
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    channels: int = 1


@dataclass(frozen=True)
class Describe(WireMessage):
    """The values of an earlier sound of the same client; answered by :class:`ValuesReply`."""

    type = "describe"
    id: int
    of: int


@dataclass(frozen=True)
class Layers(WireMessage):
    """Softer strokes of an earlier sound of the same client, for notes to come.

    Attributes
    ----------
    of : int
        The earlier request's id.
    length : float, optional
        Milliseconds, as for the earlier request.
    hits : int
        1 gives the velocities 96, 64 and 32 once each. 2 to 8 give that many hits of each of the
        velocities 127, 96, 64 and 32, so that a client can take turns: no two are equal.
    amount : float
        How much hits differ, 0 to 2: at 1 as recorded drums do.
    seed : int, optional
        Draws the hits; chosen by the server if absent.
    """

    type = "layers"
    id: int
    of: int
    length: float | None = None
    hits: int = 1
    amount: float = 1.0
    seed: int | None = None
    channels: int = 1


@dataclass(frozen=True)
class Axis(WireMessage):
    """Learn an axis from earlier sounds of the same client; answered by :class:`AxisReply`.

    Not offered over OSC.

    Attributes
    ----------
    name : str
        What the axis is called.
    more, less : tuple of float
        The ids of the earlier requests for sounds with more of something, and with less.
    """

    type = "axis"
    id: int
    name: str
    more: tuple[float, ...]
    less: tuple[float, ...]


@dataclass(frozen=True)
class Recall(WishedRequest):
    """A sound that an answer described, exactly; not offered over OSC.

    Attributes
    ----------
    code : tuple of float
        The sound's latent vector, as long as the model's.
    seed : int, optional
        Comes back in the answer, and changes nothing else.
    to : str, optional
        The second category of a morph.
    t : float
        The share of `to`, 0 to 1.
    exemplars : tuple of float
        Numbers of exemplars or own sounds, each followed by its share, as the answer described
        them.
    blend : float
        For own sounds, 0 to 1: 0 is the own sound with the change, 1 the generator alone.
    axes : tuple of (TaughtAxis, float)
        Taught axes with their amounts, −4 to 4. They move the latent vector, and the values that
        are not asked for.
    engine : str, optional
        What is to compute it, as the answer described it: "reference" or "native". The reference
        does if the engine is not here; the server's own way if absent.
    """

    type = "recall"
    id: int
    category: str
    code: tuple[float, ...]
    seed: int | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    to: str | None = None
    t: float = 0.0
    exemplars: tuple[float, ...] = ()
    blend: float = 0.0
    axes: AxisSteps = ()
    engine: str | None = None


@dataclass(frozen=True)
class Move(PlacedRequest):
    """A latent vector moved to a place, and otherwise kept. Newest wins. Not offered over OSC.

    The place is that of the latent vector before `axes` move it.
    """

    type = "move"
    id: int
    category: str
    code: tuple[float, ...]
    p1: float
    p2: float
    p3: float
    range: float = 1.0
    seed: int | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    to: str | None = None
    t: float = 0.0
    exemplars: tuple[float, ...] = ()
    blend: float = 0.0
    axes: AxisSteps = ()


@dataclass(frozen=True)
class Morph(WishedRequest):
    """A sound between two, of one category or of two. Newest wins. Not offered over OSC.

    Attributes
    ----------
    category, code : str, tuple of float
        The sound at `t` 0.
    to, to_code : str, tuple of float
        The sound at `t` 1.
    exemplars, to_exemplars : tuple of float
        Their exemplars, as their answers described them.
    """

    type = "morph"
    id: int
    category: str
    code: tuple[float, ...]
    to: str
    to_code: tuple[float, ...]
    t: float
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    exemplars: tuple[float, ...] = ()
    to_exemplars: tuple[float, ...] = ()
    blend: float = 0.0


@dataclass(frozen=True)
class Own(WireMessage):
    """An own sound, in its compact form, for later requests to name. Not offered over OSC.

    Attributes
    ----------
    form : bytes
        As an answer brought it, at most 40,000 bytes (``docs/anchors.md``).
    """

    type = "own"
    id: int
    form: bytes


@dataclass(frozen=True)
class PadMap(WireMessage):
    """Brightness and decay over a category's XY pad. Not offered over OSC."""

    type = "pad_map"
    id: int
    category: str


_WireSoundRequest = Generate | Random | Variation | Bend | Encode | Upload | Recall | Move | Morph
SoundRequest = _WireSoundRequest | LibrarySound | GatheredUpload
"""Requests that are answered with a sound."""
Request = (
    Hello
    | Ping
    | Status
    | PadMap
    | Own
    | Describe
    | Layers
    | Axis
    | KitRequest
    | GrooveRequest
    | LibraryQuestion
    | LibrarySound
    | _WireSoundRequest
)
"""Requests that one message holds."""
EngineRequest = Request | GatheredUpload
"""Requests that the engine handles."""
Part = PartedUpload | Samples
"""Messages that add up to a request, :class:`GatheredUpload`, before they reach the engine."""
