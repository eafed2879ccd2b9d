"""The own sounds that the server knows: each has a number beside those of the model's exemplars."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.play import Anchors
from neural_drum_machine.anchors.recall import anchor_of
from neural_drum_machine.exemplars.overlay import Exemplars
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server.protocol import ErrorCode, ProtocolError
from neural_drum_machine.server.protocol.bounds import FIRST_OWN

MOST: Final = 256
"""Own sounds that are known at once."""
MOST_BYTES: Final = 128 * 2**20
"""Memory of their samples; the oldest make room."""
_DIGEST_BITS: Final = 23
"""So many bits of a digest fit into a number that single precision holds exactly."""


class OwnSounds:
    """Own sounds by number. Several threads may use it.

    A number comes from the digest of a compact form, so that the same sound has the same number in
    every server. Numbers under :data:`~neural_drum_machine.server.protocol.bounds.FIRST_OWN` are
    the model's exemplars.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    """

    def __init__(self, machine: DrumMachine) -> None:
        self._machine = machine
        self._lock = threading.Lock()
        self._known: OrderedDict[int, Anchor] = OrderedDict()

    def keep(self, anchor: Anchor) -> int:
        """Remember an anchor and return its number.

        Raises
        ------
        AnchorError
            If the sound does not fit into a compact form.
        """
        digest = hashlib.sha256(anchor.packed()).digest()
        number = FIRST_OWN + (int.from_bytes(digest[:3], "big") >> (24 - _DIGEST_BITS))
        with self._lock:
            self._known[number] = anchor
            self._known.move_to_end(number)
            while len(self._known) > MOST or self._bytes() > MOST_BYTES:
                if len(self._known) == 1:
                    break
                self._known.popitem(last=False)
        return number

    def keep_form(self, form: bytes) -> int:
        """Remember the anchor of a compact form and return its number.

        Raises
        ------
        AnchorError
            If it is damaged.
        ControlError
            If it is of another model.
        """
        anchor = anchor_of(form, self._machine.spec)
        self._machine.index(anchor.category)
        self._machine.check_code(anchor.code)
        return self.keep(anchor)

    @staticmethod
    def others(exemplars: Exemplars) -> Exemplars:
        """Return the model's own exemplars among those of a request."""
        return tuple((number, share) for number, share in exemplars if number < FIRST_OWN)

    def anchors(self, exemplars: Exemplars) -> Anchors:
        """Return the own sounds among exemplars, with their shares.

        Raises
        ------
        ProtocolError
            If one is not known.
        """
        return tuple(
            (self._find(number), share) for number, share in exemplars if number >= FIRST_OWN
        )

    def _find(self, number: int) -> Anchor:
        with self._lock:
            anchor = self._known.get(number)
            if anchor is None:
                raise ProtocolError(
                    ErrorCode.UNKNOWN_SOUND,
                    f"no own sound {number} is known here; send its compact form or its file again",
                )
            self._known.move_to_end(number)
        return anchor

    def _bytes(self) -> int:
        return sum(anchor.sound.samples.nbytes for anchor in self._known.values())
