"""A few damaged inputs for every reader; ``python -m tests.fuzz`` tries more."""

import contextlib

import numpy as np
import pytest
from tests.fuzz.mutation import damaged
from tests.fuzz.targets import TARGETS

from neural_drum_machine.errors import NdmError

INPUTS = 40


SLOW = {"pack"}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each in SLOW)) for each in TARGETS]
)
def test_damage_is_an_error_of_ours_or_nothing(name):
    target = TARGETS[name]
    whole = target.whole()
    for number in range(INPUTS):
        data = damaged(whole, np.random.default_rng([1, number]), target.words)
        with contextlib.suppress(NdmError):
            target.read(data)
