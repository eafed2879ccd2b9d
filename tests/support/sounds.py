"""Synthesised sounds."""

import numpy as np


def tone(frequency: float, seconds: float, sr: int = 22050, decay: float = 30.0) -> np.ndarray:
    """A decaying sine that starts at sample 0 with full level."""
    t = np.arange(round(seconds * sr)) / sr
    return (np.cos(2 * np.pi * frequency * t) * np.exp(-decay * t)).astype(np.float32)


def noise(seconds: float, sr: int = 22050, seed: int = 0, decay: float = 30.0) -> np.ndarray:
    """A decaying burst of white noise."""
    t = np.arange(round(seconds * sr)) / sr
    burst = np.random.default_rng(seed).standard_normal(len(t)) * np.exp(-decay * t)
    return (burst / np.abs(burst).max()).astype(np.float32)
