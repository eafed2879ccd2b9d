"""Own sounds: synthesised drums as a microphone would hear them."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

import neural_drum_machine as ndm
from neural_drum_machine.signal.audio_file import Clip

SR = 44_100


@pytest.fixture(scope="session")
def shipped():
    return ndm.load()


@pytest.fixture(scope="session")
def snare() -> Clip:
    """A snare in stereo, the right channel half as loud, after 20 ms of near silence."""
    body = 0.5 * tone(190, 0.25, SR, 24) + 0.3 * noise(0.25, SR, 3, 30)
    before = 1e-4 * noise(0.02, SR, 1, 0)
    mono = np.concatenate([before, body]).astype(np.float32)
    return Clip(np.stack([mono, 0.5 * mono]), SR)


@pytest.fixture(scope="session")
def long_tom() -> Clip:
    """A tom that rings for four seconds."""
    rising = np.minimum(1, np.arange(4 * SR) / 100)
    return Clip((0.7 * rising * tone(98, 4.0, SR, 1.2)).astype(np.float32)[None], SR)


@pytest.fixture(scope="session")
def snare_anchor(shipped, snare):
    return shipped.anchor(snare, "snare", name="my snare.wav")


@pytest.fixture(scope="session")
def tom_anchor(shipped, long_tom):
    return shipped.anchor(long_tom, "tom", name="tom.wav")
