"""Libraries of synthesised drums, and what a prepared dataset says about them."""

import csv
from pathlib import Path

import numpy as np
import soundfile
from tests.support.sounds import noise, tone

SR = 22050


def drum(seed: int, seconds: float = 0.15) -> np.ndarray:
    """A drum that no other seed gives: a decaying tone and noise, peak 1."""
    rng = np.random.default_rng(seed)
    x = tone(rng.uniform(80, 900), seconds) + rng.uniform(0.3, 1) * noise(seconds, seed=seed)
    return (x / np.abs(x).max()).astype(np.float32)


LIBRARY_HITS = {
    **{f"Kick {i}.wav": tone(50 + 4 * i, 0.25) + 0.02 * drum(i, 0.25) for i in range(1, 5)},
    **{f"Snare {i}.wav": 0.5 * tone(190 + 9 * i, 0.2) + noise(0.2, seed=i) for i in range(1, 5)},
    **{f"Closed Hat {i}.wav": noise(0.07, seed=10 + i) for i in range(1, 4)},
    "Cowbell 1.wav": tone(800, 0.2),
}
"""Samples by their file names: of three categories, and an instrument of none."""


def write_hits(folder: Path, hits: dict[str, np.ndarray], subtype: str | None = None) -> Path:
    """Write sounds into a folder, which is created, by their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, x in hits.items():
        soundfile.write(folder / name, x, SR, subtype)
    return folder


def write_manifest(
    folder: Path,
    rows: list[list[str]],
    columns: tuple[str, ...] = ("file", "category", "group"),
) -> None:
    """Write a ``manifest.csv`` into a folder."""
    folder.mkdir(exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def reasons(dataset: Path) -> dict[str, str]:
    """Why files were rejected, by their names without the source's."""
    with (dataset / "rejected.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"].split("/", 1)[1]: row["reason"] for row in csv.DictReader(file)}


def assert_same_files(one: Path, other: Path) -> None:
    """Two folders have the same files with the same bytes."""
    assert sorted(p.name for p in one.iterdir()) == sorted(p.name for p in other.iterdir())
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name
