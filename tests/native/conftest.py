"""What all tests of the engine need: the library, and a small model that it plays."""

import pytest
from tests.support.playable import write_playable

from neural_drum_machine.errors import EngineError
from neural_drum_machine.machine import load
from neural_drum_machine.native.library import library


@pytest.fixture(scope="session", autouse=True)
def built():
    """Skip everything where there is no library, and say why."""
    try:
        library()
    except EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def playable(tmp_path_factory):
    """A small model with random weights and two exemplars."""
    return write_playable(tmp_path_factory.mktemp("playable") / "playable.ndm")


@pytest.fixture(scope="session")
def reference(playable):
    """The small model, computed by NumPy."""
    return load(playable, engine="reference")


@pytest.fixture(scope="session")
def shipped():
    """The model in the package, computed by NumPy."""
    return load(engine="reference")
