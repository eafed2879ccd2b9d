"""The sounds of a client that a later request may name by their ids."""

import dataclasses
import threading
from collections import OrderedDict

import numpy as np

from neural_drum_machine.server.protocol import RECENT_SOUNDS, ErrorCode, ProtocolError
from neural_drum_machine.sound import Sound


class RecentSounds:
    """The newest sounds of a client.

    Their number is :data:`~neural_drum_machine.server.protocol.bounds.RECENT_SOUNDS`. Samples are
    not kept: a sound is rendered again when it is needed. Several threads may use it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sounds: OrderedDict[int, Sound] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._sounds)

    def keep(self, id: int, sound: Sound) -> None:  # noqa: A002
        """Remember a sound under its request's id; the oldest one makes room."""
        kept = dataclasses.replace(sound, samples=np.empty(0, np.float32))
        with self._lock:
            self._sounds.pop(id, None)
            self._sounds[id] = kept
            if len(self._sounds) > RECENT_SOUNDS:
                self._sounds.popitem(last=False)

    def find(self, id: int) -> Sound:  # noqa: A002
        """Return a sound, without its samples.

        Raises
        ------
        ProtocolError
            If it is not remembered.
        """
        with self._lock:
            sound = self._sounds.get(id)
        if sound is None:
            raise ProtocolError(
                ErrorCode.UNKNOWN_SOUND,
                f"no sound {id} is remembered for this client; its last {RECENT_SOUNDS} are",
            )
        return sound
