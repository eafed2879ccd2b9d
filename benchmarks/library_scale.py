"""The time and memory that preparing a large library takes.

    .venv/bin/python benchmarks/library_scale.py 100000 /tmp/scale

Writes this number of synthesised hits of 0.1 to 0.5 s: a few hundred are broken, a tenth have no
telling name, some are copies in other formats. Then prepares them and prints the times, the largest
resident memory of this process and of its workers, and the rejected files. Remove the folder
afterwards.
"""

import csv
import resource
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

from neural_drum_machine.prepare.pipeline import prepare
from neural_drum_machine.prepare.recordings.candidate import Rejection
from neural_drum_machine.prepare.report import reasons

SR = 22050
NAMES = ("Kick", "Snare", "Clap", "OpenHat", "CH", "Tom", "Conga", "Bongo", "Shaker", "Tamb")
BROKEN = 300


def write_library(root: Path, count: int) -> None:
    """Write `count` files in kits of 200."""
    noise = np.random.default_rng(0).standard_normal(SR * 60).astype(np.float32)
    for i in range(count):
        rng = np.random.default_rng(i)
        folder = root / f"Pack {i // 2000}" / f"Kit {i // 200}"
        if i % 200 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        # A tenth of the files have no telling name.
        name = f"{i:06d}.wav" if rng.random() < 0.1 else f"{rng.choice(NAMES)} {i:06d}.wav"
        if i % max(8, count // BROKEN) == 7:
            (folder / name).write_bytes(b"RIFF" + rng.bytes(int(rng.integers(0, 400))))
            continue
        # Every fiftieth is a quieter copy in another format.
        seed = i - 137 if i % 50 == 49 and i > 137 else i
        r = np.random.default_rng([seed, 1])
        n = int(r.uniform(0.1, 0.5) * SR)
        t = np.arange(n) / SR
        start = int(r.integers(0, len(noise) - n))
        x = np.sin(2 * np.pi * r.uniform(50, 2000) * t * (1 + r.uniform(0, 2) * np.exp(-40 * t)))
        x = x * np.exp(-r.uniform(8, 40) * t) + r.uniform(0, 1) * noise[start : start + n] * np.exp(
            -r.uniform(8, 60) * t
        )
        x *= 0.9 / np.abs(x).max()
        if seed != i:
            soundfile.write((folder / name).with_suffix(".ogg"), 0.4 * x, SR)
        else:
            soundfile.write(folder / name, x, SR)


def main() -> None:
    """Write the library if it is absent, prepare it, and print the figures."""
    count, root = int(sys.argv[1]), Path(sys.argv[2])
    library = root / "library"
    if not library.exists():
        started = time.monotonic()
        write_library(library, count)
        print(f"written: {count} files in {time.monotonic() - started:.0f} s", flush=True)
    shutil.rmtree(root / "dataset", ignore_errors=True)
    began: dict[str, float] = {}
    ended: dict[str, float] = {}

    def note(stage: str, _done: int, _total: int) -> None:
        ended[stage] = time.monotonic()
        began.setdefault(stage, ended[stage])

    started = time.monotonic()
    data = prepare([library], root / "dataset", progress=note)
    print(f"{len(data)} sounds in {time.monotonic() - started:.0f} s", flush=True)
    for stage, first in began.items():
        print(f"  {stage}: {ended[stage] - first:.0f} s")
    for who, name in (
        (resource.RUSAGE_SELF, "this process"),
        (resource.RUSAGE_CHILDREN, "a worker"),
    ):
        print(f"  {name}: {resource.getrusage(who).ru_maxrss / 1e6:.2f} GB resident at most")
    with (data.folder / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = [Rejection(row["name"], row["reason"]) for row in csv.DictReader(file)]
    print(f"  left out: {len(rejected)}; near-duplicate pairs: {data.meta['copies']}")
    for reason, times in reasons(rejected):
        print(f"    {times} x {reason}")
    print("  labels:", dict(Counter(entry.label for entry in data.entries)))


if __name__ == "__main__":
    main()
