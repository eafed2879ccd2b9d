"""Synthesised and recorded sounds, and functions that damage them by a known amount."""

import csv
from functools import cache
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.signal.hit import read_hit

SR, N = 22050, 22015
OPEN_DRUMS = Path(__file__).parents[3] / "shared" / "open-drums-2"
needs_open_drums = pytest.mark.skipif(
    not OPEN_DRUMS.is_dir(), reason=f"needs real sounds in {OPEN_DRUMS}"
)


def padded(x: np.ndarray) -> np.ndarray:
    """A sound of the networks' length that peaks at 1."""
    out = np.zeros(N)
    out[: len(x)] = x[:N]
    return out / np.abs(out).max()


def click(seconds: float = 0.003) -> np.ndarray:
    return noise(seconds, seed=9, decay=900)


def synthesised_sounds() -> dict[str, np.ndarray]:
    """A drum of each of five kinds."""
    kick = tone(55, 0.6, decay=12)
    kick[: len(click())] += click()
    snare = 0.6 * tone(190, 0.35, decay=22) + 0.5 * noise(0.35, seed=1, decay=18)
    clap = np.zeros(N)
    for delay in (0, 0.011, 0.022):
        burst = noise(0.3, seed=2, decay=35 if delay == 0.022 else 300)
        clap[round(delay * SR) :][: len(burst)] += burst
    hat = np.diff(noise(0.9, seed=3, decay=9))
    return {
        "kick": padded(kick),
        "snare": padded(snare),
        "clap": padded(clap),
        "tom": padded(tone(130, 0.7, decay=9)),
        "open_hihat": padded(hat),
    }


@cache
def real_sounds(each: int = 6) -> dict[str, list[np.ndarray]]:
    """Recordings of all eleven categories, from as many kits as there are."""
    with (OPEN_DRUMS / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["seconds"]) > 0.1]
    out: dict[str, list[np.ndarray]] = {}
    for category in sorted({row["category"] for row in rows}):
        kits: dict[str, list[str]] = {}
        for row in rows:
            if row["category"] == category:
                kits.setdefault(row["group"], []).append(row["file"])
        # The first sound of every kit, then the second of every kit, as long as they are needed.
        rounds = [f for turn in zip_longest(*kits.values()) for f in turn if f]
        files = rounds[: max(each, len(kits))]
        picked = [files[i] for i in np.linspace(0, len(files) - 1, each).astype(int)]
        out[category] = [read_hit(OPEN_DRUMS / f).samples for f in picked]
    return out


def with_noise(x: np.ndarray, level_db: float, seed: int = 7) -> np.ndarray:
    """White noise added whose energy lies `level_db` over the sound's."""
    hiss = np.random.default_rng(seed).standard_normal(len(x))
    return x + hiss * np.linalg.norm(x) / np.linalg.norm(hiss) * 10 ** (level_db / 20)


def smeared(x: np.ndarray, seconds: float = 0.03) -> np.ndarray:
    """Every moment spread over `seconds`, with random signs: late, soft, but as bright."""
    width = round(seconds * SR)
    kernel = np.hanning(width) * np.random.default_rng(5).standard_normal(width)
    return np.convolve(x, kernel / np.linalg.norm(kernel))[: len(x)]


def striped(x: np.ndarray, level_db: float, hop: int = 256) -> np.ndarray:
    """A pattern added that repeats with the hop and follows the sound's level."""
    pattern = np.tile(np.random.default_rng(6).standard_normal(hop), len(x) // hop + 1)[: len(x)]
    level = np.sqrt(np.convolve(np.square(x), np.ones(hop) / hop, mode="same"))
    added = pattern * level
    return x + added * np.linalg.norm(x) / np.linalg.norm(added) * 10 ** (level_db / 20)
