"""From requests for kits to kits."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neural_drum_machine.errors import ControlError, KitError
from neural_drum_machine.kits.change import swap_voice, vary_kit
from neural_drum_machine.kits.kit import Kit
from neural_drum_machine.kits.kit_file import content_of, kit_from
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.kits.style import STYLES, style_like
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode, KitReply, ProtocolError
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendering import seed_of
from neural_drum_machine.sound import Sound

_SENT: Final = "the kit"


class KitQuestions:
    """Makes and changes kits for clients. Nothing is kept: a kit comes with each request.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    again : callable
        Returns a sound that is remembered with its samples.
    """

    def __init__(self, machine: DrumMachine, again: Callable[[Sound], Sound]) -> None:
        self._machine = machine
        self._again = again

    def new(self, request: protocol.NewKit, recent: RecentSounds) -> KitReply:
        """Return a new kit."""
        if request.style is not None and request.style not in STYLES:
            # No path from a client is opened: a style that is none of ours is an error.
            raise KitError(
                f"there is no style {protocol.shown(request.style)}; styles are {', '.join(STYLES)}"
            )
        if request.style is not None and request.like is not None:
            raise KitError("a kit has a style or is like a sound, not both; send one of them")
        shared: Mapping[str, float] | None = None
        if request.like is not None:
            shared = style_like(self._machine, self._again(recent.find(request.like)))
        kit = new_kit(
            self._machine,
            seed_of(request.seed),
            style=request.style if shared is None else shared,
            voices=request.voices,
            wild=request.wild,
            # Dragged sounds need a core of their own.
            threads=1,
        )
        return KitReply(request.id, content_of(kit))

    def vary(self, request: protocol.VaryKit, _: RecentSounds) -> KitReply:
        """Return a kit like another one."""
        kit = read_kit(request.kit)
        made = self._changed(
            lambda: vary_kit(self._machine, kit, seed_of(request.seed), request.amount)
        )
        return KitReply(request.id, content_of(made))

    def swap(self, request: protocol.SwapVoice, _: RecentSounds) -> KitReply:
        """Return a kit in which a voice is drawn again."""
        kit = read_kit(request.kit)
        made = self._changed(
            lambda: swap_voice(
                self._machine, kit, request.voice, seed_of(request.seed), request.wild
            )
        )
        return KitReply(request.id, content_of(made))

    def _changed(self, change: Callable[[], Kit]) -> Kit:
        try:
            return change()
        except ControlError as error:
            # The recipe of a voice is damaged: it came with the message.
            raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from error


def read_kit(content: Mapping[str, Any]) -> Kit:
    """Return the kit that came with a message.

    Raises
    ------
    ProtocolError
        If it is damaged.
    """
    try:
        return kit_from(content, _SENT)
    except KitError as error:
        raise ProtocolError(ErrorCode.BAD_MESSAGE, str(error)) from error
