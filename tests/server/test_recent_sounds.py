import pytest

from neural_drum_machine.server.protocol import RECENT_SOUNDS, ProtocolError
from neural_drum_machine.server.recent_sounds import RecentSounds


def test_the_last_64_sounds_are_remembered_without_samples(small_machine):
    recent, sound = RecentSounds(), small_machine.render("kick", seed=3)
    assert len(sound.exemplars) == 1
    for i in range(65):
        recent.keep(i, sound)
    recent.keep(1, sound)  # now the newest
    recent.keep(65, sound)
    assert RECENT_SOUNDS == 64
    assert len(recent.find(1).samples) == 0
    assert recent.find(3).recipe() == sound.recipe()
    for gone in (0, 2):
        with pytest.raises(ProtocolError, match=f"no sound {gone} is remembered"):
            recent.find(gone)
