import pytest

import neural_drum_machine as ndm
from neural_drum_machine.kits.new_kit import new_kit


@pytest.fixture(scope="session")
def machine():
    return ndm.load()


@pytest.fixture(scope="session")
def kit(machine):
    return new_kit(machine, 7, style="dark", voices=8)
