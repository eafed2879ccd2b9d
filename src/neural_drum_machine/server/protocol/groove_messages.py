"""Requests for grooves, loops and exports, and their answers; not offered over OSC.

A groove or a kit comes with each request as what its file holds. The server keeps nothing, and no
message holds a path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType

from neural_drum_machine.server.protocol.base import WireMessage
from neural_drum_machine.server.protocol.kit_messages import KitContent

GrooveContent = NewType("GrooveContent", Mapping[str, Any])
"""What the file of a groove holds; see :mod:`neural_drum_machine.grooves.groove_file`."""


@dataclass(frozen=True)
class Styles(WireMessage):
    """Which patterns and kits to start with; answered by :class:`StylesReply`.

    Attributes
    ----------
    id : int
        The client's own number for the request.
    """

    type = "styles"
    id: int


@dataclass(frozen=True)
class GrooveImport(WireMessage):
    """A MIDI file; answered by :class:`GrooveReply`.

    Attributes
    ----------
    midi : bytes
        The file, at most 1 MiB.
    name : str, optional
        The file's name: it names the groove, and is never opened as a path.
    channel : int, optional
        1 to 16: whose notes are the drums; 10 if absent.
    track : int, optional
        The only track to read, counted from 1.
    """

    type = "groove_import"
    id: int
    midi: bytes
    name: str | None = None
    channel: int | None = None
    track: int | None = None


@dataclass(frozen=True)
class GrooveExport(WireMessage):
    """A groove as a MIDI file; answered by :class:`MadeFile`.

    Attributes
    ----------
    groove : object
        What the groove's file holds.
    """

    type = "groove_export"
    id: int
    groove: GrooveContent


@dataclass(frozen=True)
class Humanize(WireMessage):
    """A groove that a kit plays, as a hand plays it; answered by :class:`MadeFile`.

    Attributes
    ----------
    kit, groove : object
        What their files hold.
    amount : float
        0 (every stroke the same, on the grid) to 2.
    bars : int, optional
        How many bars; the groove once if absent.
    seed : int
        Another seed gives another performance.
    rate : int
        44,100, 48,000 or 96,000 Hz.
    bits : str
        ``16``, ``24`` or ``float``.
    stems : bool
        Whether the answer is a ZIP file of the loop and a file for each voice.
    missing : str
        What becomes of strokes that the kit has no voice for: ``error``, ``substitute`` (the
        nearest voice plays them) or ``skip``.
    """

    type = "humanize"
    id: int
    kit: KitContent
    groove: GrooveContent
    amount: float = 0.5
    bars: int | None = None
    seed: int = 1
    rate: int = 44_100
    bits: str = "24"
    stems: bool = False
    missing: str = "error"


@dataclass(frozen=True)
class ExportKit(WireMessage):
    """A kit for another program, as a ZIP file; answered by :class:`MadeFile`.

    Attributes
    ----------
    kit : object
        What the kit's file holds.
    format : str
        A name of :data:`neural_drum_machine.kits.export.formats.FORMATS`.
    layers, round_robins : int
        1 to 16 each.
    rate, bits, normalise, trim, bake_mix
        As in :class:`neural_drum_machine.kits.export.options.ExportOptions`.
    """

    type = "export_kit"
    id: int
    kit: KitContent
    format: str
    layers: int = 4
    round_robins: int = 3
    rate: int = 44_100
    bits: str = "24"
    normalise: str = "none"
    trim: bool = True
    bake_mix: bool = False


@dataclass(frozen=True)
class Cancel(WireMessage):
    """Gives an earlier request of the client up; answered by :class:`CancelReply`.

    Attributes
    ----------
    of : int
        The request's id. If it still waits, or makes a loop or an export, it is answered with the
        error ``cancelled``.
    """

    type = "cancel"
    id: int
    of: int


@dataclass(frozen=True, slots=True)
class StylesReply:
    """What there is to start with.

    Attributes
    ----------
    id : int
        The request's id.
    grooves : tuple of object
        Our patterns, each as its file holds it; the names differ.
    kits : tuple of str
        The styles that :class:`.kit_messages.NewKit` takes.
    formats : mapping
        The formats that :class:`ExportKit` takes, and what people call them.
    """

    id: int
    grooves: tuple[GrooveContent, ...]
    kits: tuple[str, ...]
    formats: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GrooveReply:
    """A groove of a MIDI file.

    Attributes
    ----------
    id : int
        The request's id.
    groove : object
        What the groove's file holds.
    notes : tuple of str
        Sentences about what was left out.
    """

    id: int
    groove: GrooveContent
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request has come. More of them may follow, and then its answer.

    Attributes
    ----------
    id : int
        The request's id.
    stage : str
        ``sounds`` or ``files``.
    done, total : int
        How many of them are made, and of how many.
    """

    id: int
    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that was made.

    Attributes
    ----------
    id : int
        The request's id.
    name : str
        A name to save it under, which every system takes; the ending tells its format.
    notes : tuple of str
        Sentences about what was changed, or what the format does not carry.
    data : bytes
        The file.
    """

    id: int
    name: str
    notes: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class CancelReply:
    """Whether there was something to give up.

    Attributes
    ----------
    id : int
        The request's id.
    of : int
        The id of the request that was to be given up.
    found : bool
        Whether it waited or was being made. Otherwise it is answered already.
    """

    id: int
    of: int
    found: bool


GrooveRequest = Styles | GrooveImport | GrooveExport | Humanize | ExportKit | Cancel
GrooveAnswer = StylesReply | GrooveReply | Progress | MadeFile | CancelReply
