"""Requests for kits, and their answer; not offered over OSC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neural_drum_machine.latent.prior import DEFAULT_WILD
from neural_drum_machine.server.protocol.base import WireMessage

KitContent = Mapping[str, Any]
"""What the file of a kit holds; see :mod:`neural_drum_machine.kits.kit_file`."""


@dataclass(frozen=True)
class NewKit(WireMessage):
    """Drums that go together; answered by :class:`KitReply`.

    Attributes
    ----------
    id : int
        The client's own number for the request.
    style : str, optional
        One of the styles of :mod:`neural_drum_machine.kits.style`; the seed chooses if absent.
    like : int, optional
        Id of an earlier request: the drums share the brightness, the decay and the noisiness of
        its sound. In place of a style.
    voices : int
        8 or 16.
    seed : int, optional
        Drawn by the server if absent.
    wild : float
        0 to 2: how unusual drums may be.
    """

    type = "kit"
    id: int
    style: str | None = None
    like: int | None = None
    voices: int = 16
    seed: int | None = None
    wild: float = DEFAULT_WILD


@dataclass(frozen=True)
class VaryKit(WireMessage):
    """A kit like another one; voices that are locked stay.

    Attributes
    ----------
    kit : object
        What the kit's file holds.
    amount : float
        0 (the same) to 2, in standard deviations of a category's sounds.
    """

    type = "kit_vary"
    id: int
    kit: KitContent
    amount: float = 0.35
    seed: int | None = None


@dataclass(frozen=True)
class SwapVoice(WireMessage):
    """A kit in which one voice is drawn again, with its whole family.

    Attributes
    ----------
    kit : object
        What the kit's file holds.
    voice : str
        The voice's name.
    """

    type = "kit_swap"
    id: int
    kit: KitContent
    voice: str
    seed: int | None = None
    wild: float = DEFAULT_WILD


@dataclass(frozen=True, slots=True)
class KitReply:
    """A kit. A client makes its sounds by recalling the recipes of its voices.

    Attributes
    ----------
    id : int
        The request's id.
    kit : object
        What the kit's file holds.
    """

    id: int
    kit: KitContent


KitRequest = NewKit | VaryKit | SwapVoice
