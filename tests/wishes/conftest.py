"""Drums whose values are known, and the shipped machine."""

import numpy as np
import pytest
from tests.support.sounds import noise, tone

import neural_drum_machine as ndm

SR = 44_100


@pytest.fixture(scope="session")
def shipped():
    return ndm.load()


@pytest.fixture(scope="session")
def drum() -> np.ndarray:
    """A tonal drum with a noisy stick, in mono, ``(1, n)``: 120 Hz, onset at sample 22."""
    body = 0.8 * tone(120, 0.8, SR, 12) + 0.15 * noise(0.8, SR, 5, 40)
    return np.concatenate([np.zeros(22), body]).astype(np.float32)[None]


@pytest.fixture(scope="session")
def hat() -> np.ndarray:
    """Noise that decays, ``(1, n)``, onset at sample 22."""
    return np.concatenate([np.zeros(22), 0.5 * noise(0.5, SR, 7, 25)]).astype(np.float32)[None]
