"""The table of request handlers: every type of request has one, and one lane in the queue."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from neural_drum_machine import __version__
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import (
    AnchorError,
    AudioError,
    AxisError,
    ControlError,
    GrooveError,
    KitError,
    LibraryError,
)
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.pad_map import PLACES, map_row
from neural_drum_machine.server import protocol
from neural_drum_machine.server.clients import Lane
from neural_drum_machine.server.protocol import (
    AxisReply,
    CancelReply,
    EngineRequest,
    ErrorCode,
    GrooveReply,
    HelloReply,
    KitReply,
    MadeFile,
    OwnReply,
    PadMapReply,
    Pong,
    ProtocolError,
    SoundRequest,
    StatusReply,
    ValuesReply,
)
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import RenderedLayers, RenderedSound
from neural_drum_machine.server.rendering import Renderer
from neural_drum_machine.server.shelf import Shelf
from neural_drum_machine.wishes.qualities import QUALITIES

if TYPE_CHECKING:
    from neural_drum_machine.server.file_questions import FileQuestions
    from neural_drum_machine.server.kit_questions import KitQuestions
    from neural_drum_machine.server.library_questions import LibraryQuestions

PlainReply = ValuesReply | AxisReply | KitReply | GrooveReply | MadeFile
"""Answers of lanes that make sounds that are sent as they are."""
SHOWN_OF_QUALITY = (
    "name", "unit", "low_word", "high_word", "logarithmic", "limits", "tolerance",
)  # fmt: skip
"""The attributes of a quality that hello tells."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How a type of request is handled.

    Attributes
    ----------
    lane : Lane
        How it waits.
    run : callable
        In lane ``AT_ONCE``, takes the request and its client and returns the reply. In lane
        ``FILES``, takes the request and its :class:`~neural_drum_machine.server.work.Work`, and
        returns the reply. In lane ``BACKGROUND``, takes
        the request, does a part of the work, and returns the reply, or None until all is done. In
        lane ``LIBRARY``, takes the request and returns the reply. In the other lanes, takes the
        request and its client's recent sounds, and returns the
        :class:`~neural_drum_machine.server.rendering.RenderPlan` of a sound, layers, or a reply.
    """

    lane: Lane
    run: Callable[..., Any]


class RequestHandlers:
    """Handles the requests of all clients with one model.

    Lane ``BACKGROUND`` belongs to one worker. All else may be run by several threads.

    Parameters
    ----------
    machine : DrumMachine
        The model; its inverter is the default one.
    status : callable
        Returns the answer to a status request.
    cancel : callable
        Takes a request to cancel another one, and its client, and returns the answer.
    shelf : Shelf, optional
        The library that clients may ask.
    """

    def __init__(
        self,
        machine: DrumMachine,
        status: Callable[[], StatusReply],
        cancel: Callable[[protocol.Cancel, Hashable], CancelReply],
        shelf: Shelf | None = None,
    ) -> None:
        self.machine = machine
        self.renderer = renderer = Renderer(machine)
        self._shelf = shelf
        self._map_rows: dict[str, list[FloatArray]] = {}
        self.table: Mapping[type[EngineRequest], Handler] = {
            protocol.Hello: Handler(Lane.AT_ONCE, lambda *_: self.hello()),
            protocol.Ping: Handler(Lane.AT_ONCE, lambda request, _: Pong(request.n)),
            protocol.Status: Handler(Lane.AT_ONCE, lambda *_: status()),
            protocol.Generate: Handler(Lane.NEWEST, renderer.generate),
            protocol.Move: Handler(Lane.NEWEST, renderer.move),
            protocol.Bend: Handler(Lane.NEWEST, renderer.bend),
            protocol.Morph: Handler(Lane.NEWEST, renderer.morph),
            protocol.Random: Handler(Lane.IN_TURN, renderer.random),
            protocol.Variation: Handler(Lane.IN_TURN, renderer.variation),
            protocol.Recall: Handler(Lane.IN_TURN, renderer.recall),
            protocol.Encode: Handler(Lane.SEARCH, renderer.encode),
            protocol.Describe: Handler(Lane.MEASURE, renderer.describe),
            protocol.Layers: Handler(Lane.MEASURE, renderer.layers),
            protocol.Axis: Handler(Lane.SEARCH, renderer.axis),
            protocol.NewKit: Handler(Lane.SEARCH, lambda *of: self.kits.new(*of)),
            protocol.VaryKit: Handler(Lane.SEARCH, lambda *of: self.kits.vary(*of)),
            protocol.SwapVoice: Handler(Lane.SEARCH, lambda *of: self.kits.swap(*of)),
            protocol.Styles: Handler(Lane.AT_ONCE, lambda request, _: self.files.styles(request)),
            protocol.Cancel: Handler(Lane.AT_ONCE, cancel),
            protocol.GrooveImport: Handler(Lane.MEASURE, lambda *of: self.files.groove_import(*of)),
            protocol.GrooveExport: Handler(Lane.MEASURE, lambda *of: self.files.groove_export(*of)),
            protocol.Humanize: Handler(Lane.FILES, lambda *of: self.files.humanize(*of)),
            protocol.ExportKit: Handler(Lane.FILES, lambda *of: self.files.export_kit(*of)),
            protocol.Upload: Handler(Lane.MEASURE, renderer.upload),
            protocol.GatheredUpload: Handler(Lane.MEASURE, renderer.gathered_upload),
            protocol.LibraryTake: Handler(Lane.MEASURE, lambda *of: self.library.take(*of)),
            protocol.LibraryBetween: Handler(Lane.MEASURE, lambda *of: self.library.between(*of)),
            protocol.LibraryStatus: Handler(Lane.LIBRARY, lambda *of: self.library.status(*of)),
            protocol.LibraryMap: Handler(Lane.LIBRARY, lambda *of: self.library.map(*of)),
            protocol.LibraryFind: Handler(Lane.LIBRARY, lambda *of: self.library.find(*of)),
            protocol.LibraryNear: Handler(Lane.LIBRARY, lambda *of: self.library.near(*of)),
            protocol.LibraryLike: Handler(Lane.LIBRARY, lambda *of: self.library.like(*of)),
            protocol.LibraryAudio: Handler(Lane.LIBRARY, lambda *of: self.library.audio(*of)),
            protocol.PadMap: Handler(Lane.BACKGROUND, self._pad_map),
            protocol.Own: Handler(Lane.BACKGROUND, self._own),
        }

    # These three are not needed for a sound, and what they import takes a tenth of the start.
    @cached_property
    def files(self) -> "FileQuestions":
        """What makes loops, exports and MIDI files."""
        from neural_drum_machine.server.file_questions import FileQuestions

        return FileQuestions(self.machine)

    @cached_property
    def kits(self) -> "KitQuestions":
        """What makes kits."""
        from neural_drum_machine.server.kit_questions import KitQuestions

        return KitQuestions(self.machine, self.renderer.again)

    @cached_property
    def library(self) -> "LibraryQuestions":
        """What answers questions about the library."""
        from neural_drum_machine.server.library_questions import LibraryQuestions

        return LibraryQuestions(self._shelf, self.renderer)

    def import_all(self) -> None:
        """Import now what requests other than those for a sound need, so that none waits for it."""
        self.files, self.kits, self.library  # noqa: B018

    def find(self, request: EngineRequest) -> Handler:
        """Return the handler of a request.

        Raises
        ------
        ProtocolError
            If the model has no such category, or there is no such inverter.
        """
        for category in (getattr(request, name, None) for name in ("category", "to")):
            if category is not None and category not in self.machine.categories:
                raise ProtocolError(
                    ErrorCode.UNKNOWN_CATEGORY,
                    f"no category {protocol.shown(category)}; there are "
                    f"{', '.join(self.machine.categories)}",
                    request_id(request),
                )
        inverter, known = getattr(request, "inverter", None), self.renderer.inverters
        if inverter is not None and inverter not in known:
            raise ProtocolError(
                ErrorCode.UNKNOWN_INVERTER,
                f"no inverter {protocol.shown(inverter)}; there are {', '.join(known)}",
                request_id(request),
            )
        if isinstance(request, protocol.PadMap) and self.machine.pad_maps is not None:
            # It lies ready.
            return Handler(Lane.AT_ONCE, lambda request, _: self._pad_map(request))
        return self.table[type(request)]

    def make_sound(
        self, handler: Handler, request: SoundRequest, recent: RecentSounds
    ) -> RenderedSound | RenderedLayers | PlainReply:
        """Render the sound that a request asks for, and remember it; or return a reply."""
        made = handler.run(request, recent)
        if isinstance(made, PlainReply | RenderedLayers):
            return made
        rendered = self.renderer.render(request, made)
        recent.keep(request.id, rendered.remembered())
        return rendered

    def hello(self) -> HelloReply:
        """Return who answers, and what it can do."""
        machine = self.machine
        return HelloReply(
            protocol=protocol.PROTOCOL_VERSION,
            program=__version__,
            model=str(machine.bundle.header.get("name") or ""),
            hash=machine.hash,
            sr=machine.sr,
            length=1000 * machine.n_samples / machine.sr,
            categories=machine.categories,
            axes={name: machine.axis_names(name) for name in machine.categories},
            ranges=protocol.RANGES,
            inverters=self.renderer.inverters,
            engines=machine.engines,
            width=machine.rendering.width,
            limits=protocol.LIMITS,
            qualities=tuple(
                {name: getattr(quality, name) for name in SHOWN_OF_QUALITY} for quality in QUALITIES
            ),
            wishes={
                category: {
                    name: (each.low, each.middle, each.high)
                    for name, each in machine.ranges(category).items()
                }
                for category in machine.categories
            },
        )

    def _pad_map(self, request: protocol.PadMap) -> PadMapReply | None:
        """Return a category's map, or measure another row of it if the model file has none."""
        category = request.category
        if self.machine.pad_maps is not None:
            whole: FloatArray = self.machine.pad_maps[self.machine.index(category)]
        else:
            rows = self._map_rows.setdefault(category, [])
            if len(rows) < PLACES:
                rows.append(map_row(self.machine, category, len(rows)))
            if len(rows) < PLACES:
                return None
            whole = np.stack(rows, axis=1)
        brightness, decay = (tuple(map(tuple, each.tolist())) for each in whole)
        return PadMapReply(request.id, category, brightness, decay)

    def _own(self, request: protocol.Own) -> OwnReply:
        """Take an own sound in."""
        return OwnReply(request.id, self.renderer.owns.keep_form(request.form))


def request_id(request: EngineRequest) -> int:
    """Return a request's id; -1 if its type has none."""
    return getattr(request, "id", protocol.UNREADABLE_ID)


def as_protocol_error(error: Exception, request: int) -> ProtocolError:
    """Return the answer to a request whose sound could not be made.

    Parameters
    ----------
    error : Exception
        Whatever was raised.
    request : int
        The request's id.
    """
    match error:
        case ProtocolError():
            return ProtocolError(error.code, str(error), request)
        case ControlError() | AxisError():
            return ProtocolError(ErrorCode.OUT_OF_RANGE, str(error), request)
        case KitError() | GrooveError():
            return ProtocolError(ErrorCode.OUT_OF_RANGE, str(error), request)
        case LibraryError():
            return ProtocolError(ErrorCode.LIBRARY, str(error), request)
        case AudioError() | AnchorError():
            return ProtocolError(ErrorCode.BAD_AUDIO, str(error), request)
    return ProtocolError(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}", request)
