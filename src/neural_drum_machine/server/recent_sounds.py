"""The sounds of a client that a later request may name by their ids."""

import dataclasses
from collections import OrderedDict

import numpy as np

from neural_drum_machine.server.protocol import RECENT_SOUNDS, ErrorCode, ProtocolError
from neural_drum_machine.sound import Sound


class RecentSounds:
    """The newest sounds of a client.

    Their number is :data:`~neural_drum_machine.server.protocol.rules.RECENT_SOUNDS`. Samples are
    not kept: a sound is rendered again when it is needed.
    """

    def __init__(self) -> None:
        self._sounds: OrderedDict[int, Sound] = OrderedDict()

    def keep(self, id: int, sound: Sound) -> None:  # noqa: A002
        """Remember a sound under its request's id; the oldest one makes room."""
        self._sounds.pop(id, None)
        self._sounds[id] = dataclasses.replace(sound, samples=np.empty(0, np.float32))
        if len(self._sounds) > RECENT_SOUNDS:
            self._sounds.popitem(last=False)

    def find(self, id: int) -> Sound:  # noqa: A002
        """Return a sound, without its samples.

        Raises
        ------
        ProtocolError
            If it is not remembered.
        """
        if id not in self._sounds:
            raise ProtocolError(
                ErrorCode.UNKNOWN_SOUND,
                f"no sound {id} is remembered for this client; its last {RECENT_SOUNDS} are",
            )
        return self._sounds[id]
