"""Own sounds heard, bent and mixed by the engine in C beside NumPy: time, and how far apart.

``python -m benchmarks.bending FOLDER [--count 110]`` prints the tables of docs/engine.md. The
folder has recordings in folders named after their categories. All take turns in one thread, and its
time of the processor counts, so that other programs disturb little.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.engine import engines

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.by_engine import ByEngine
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.play import Bending, ByNumPy
from neural_drum_machine.anchors.tuning import Decoded, pitch_ratio
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.native.bender import Bender
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.levels import Levels, levels_of

ROUNDING: Final = 3e-7
"""Half a unit in the last place of a level, in nepers."""


def decibels(first: FloatArray, second: FloatArray) -> float:
    """Return the RMS of the difference of two sounds in dB of full scale."""
    n = min(first.shape[1], second.shape[1])
    return float(10 * np.log10(np.square(first[:, :n] - second[:, :n]).mean() + 1e-24))


def recordings(folder: Path, machine: DrumMachine, count: int) -> list[Anchor]:
    """Return own sounds, as many of each category."""
    out = []
    for category in machine.categories:
        paths = sorted(path for path in (folder / category).rglob("*.*") if path.is_file())
        picked = np.linspace(0, len(paths) - 1, count // len(machine.categories))
        out += [machine.anchor(paths[int(place)], category) for place in picked]
    return out


def timed(
    times: dict[str, list[float]], name: str, work: Callable[..., Any], *arguments: Any
) -> Any:
    """Do something, and note the milliseconds that it took."""
    start = time.thread_time()
    done = work(*arguments)
    times.setdefault(name, []).append(1000 * (time.thread_time() - start))
    return done


def hear(own: OwnSound, bender: Bender | None, machine: DrumMachine) -> None:
    """Hear a sound with the engine, or with NumPy."""
    if bender:
        bender.hear(own.samples, own.onset)
    else:
        levels_of(own.hit(machine.spec), machine.spec)


def rounded(decoded: Decoded, random: np.random.Generator) -> Decoded:
    """Return decoded levels, rounded differently."""
    parts = (
        part + np.float32(ROUNDING) * random.choice([-1, 1], part.shape).astype(np.float32)
        for part in decoded.levels.whole()
    )
    return Decoded(Levels(*parts), decoded.spec)


@one_thread()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="recordings, in folders named by category")
    parser.add_argument("--count", type=int, default=110, help="sounds")
    arguments = parser.parse_args()
    machine = load(engine="native")
    random = np.random.default_rng(3)
    benders = {each.kernels: each.bender for each in engines(Path(machine.bundle.path))}
    plays: dict[str, Bending] = {"NumPy": ByNumPy(machine.spec)}
    plays |= {name: ByEngine(bender) for name, bender in benders.items()}
    times: dict[str, dict[str, list[float]]] = {}
    far: dict[str, list[float]] = {"the engine": [], "the reference, its levels rounded": []}
    for anchor in recordings(arguments.folder, machine, arguments.count):
        own, index = anchor.sound, machine.index(anchor.category)
        step = 0.4 * random.standard_normal(len(anchor.code)).astype(np.float32)
        levels = [machine.levels(each, (index,)) for each in (anchor.code, anchor.code + step)]
        before, after = (Decoded(each, machine.spec) for each in levels)
        kind = "bent" if pitch_ratio(before, after) == 1 else "bent, with another pitch"
        made = {}
        for name, bending in plays.items():
            timed(times.setdefault("heard", {}), name, hear, own, benders.get(name), machine)
            bending.bent(anchor, before, after)  # plans, and is heard
            # New ones, in which no body is known.
            new = [Decoded(each, machine.spec) for each in levels]
            made[name] = timed(times.setdefault(kind, {}), name, bending.bent, anchor, *new)
            parts = [(own, 0.5), (made[name], 0.5)]
            timed(times.setdefault("two mixed", {}), name, bending.mixed, parts)
        beside = plays["NumPy"].bent(anchor, rounded(before, random), rounded(after, random))
        for name, other in zip(far, (made[list(plays)[1]], beside), strict=True):
            far[name].append(decibels(other.samples, made["NumPy"].samples))
    print(f"Load {os.getloadavg()[0]:.0f}\n")
    print(f"| median, p95 in ms | {' | '.join(plays)} |\n|---|{'---:|' * len(plays)}")
    for kind, by in times.items():
        cells = [f"{np.median(by[name]):.1f}, {np.percentile(by[name], 95):.1f}" for name in plays]
        print(f"| {kind} ({len(by['NumPy'])}) | {' | '.join(cells)} |")
    print("\n| RMS of the difference, dB | median | under −80 dB | worst |\n|---|---:|---:|---:|")
    for name, each in far.items():
        print(
            f"| {name} | {np.median(each):.0f} | {np.mean(np.array(each) < -80):.1%} "
            f"| {max(each):.0f} |"
        )


if __name__ == "__main__":
    main()
