"""Values and softer strokes by the engine in C beside NumPy: time, and how far apart they are.

``python -m benchmarks.shaping [--count 110]`` prints the tables of docs/engine.md. All take turns
in one thread, and its time of the processor counts, so that other programs disturb little.
"""

import argparse
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.engine import engines

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.machine import load
from neural_drum_machine.native.shaper import Shaper
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.wishes.finish import finished
from neural_drum_machine.wishes.plain import PlainSound
from neural_drum_machine.wishes.qualities import BY_NAME, describe
from neural_drum_machine.wishes.ranges import Range, ranges
from neural_drum_machine.wishes.strike import struck
from neural_drum_machine.wishes.velocity import stroke

ONSET: Final = 22
ROUNDING: Final = 6e-8
"""A unit in the last place of a sample, as a share of it."""


def wished(name: str, offered: Mapping[str, Range], random: np.random.Generator) -> float:
    """Return a value within the range of recordings."""
    quality = BY_NAME[name]
    low, spread = quality.scale(offered[name].low), offered[name].spread(name)
    return quality.unscale(low + float(random.random()) * spread)


def decibels(first: FloatArray, second: FloatArray) -> float:
    """Return the RMS of the difference of two sounds ``(1, n)`` in dB of full scale."""
    change = np.zeros(max(first.shape[1], second.shape[1]))
    change[: first.shape[1]] = first[0]
    change[: second.shape[1]] -= second[0]
    return float(10 * np.log10(np.square(change).mean() + 1e-24))


def told(times: list[float]) -> str:
    """Return a cell of the table."""
    return f"{np.median(times):.1f}, {np.percentile(times, 95):.1f}"


def cases(count: int) -> list[tuple[str, str, PlainSound, dict[str, float]]]:
    """Return tasks: a kind, a category, a sound and a wish."""
    machine, random = load(engine="native"), np.random.default_rng(1)
    out = []
    for seed in range(count):
        category = machine.categories[seed % len(machine.categories)]
        sound = PlainSound(machine.render(category, seed=seed).samples[None], FULL_SR, ONSET)
        offered = ranges(category)
        every = {name: wished(name, offered, random) for name in offered}
        out += [(name, category, sound, {name: value}) for name, value in every.items()]
        some = {name: value for name, value in every.items() if random.random() < 0.3}
        first = next(iter(every.items()))
        out.append(("some together", category, sound, some or dict([first])))
        out.append(("a softer stroke", category, sound, {}))
        out.append(("all values measured", category, sound, {}))
    return out


def done(shaper: Shaper | None, kind: str, category: str, sound: PlainSound, wish: Any) -> Any:
    """Do a task with the engine, or with NumPy."""
    if kind == "all values measured":
        return (shaper.describe if shaper else describe)(sound.samples[0], sound.sr)
    if kind == "a softer stroke":
        soft = stroke({category: 1.0}, 64)
        if shaper:
            return shaper.struck(sound, soft)
        return struck(sound.samples, sound.sr, sound.onset, soft, sound.top)
    # A new sound, so that nothing is known of it.
    new = PlainSound(sound.samples, sound.sr, sound.onset)
    if shaper:
        return shaper.finished(new, wish, ranges(category))[0]
    return finished(new, wish, ranges(category))


@one_thread()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=110, help="sounds")
    tasks = cases(parser.parse_args().count)
    plays: dict[str, Shaper | None] = {"NumPy": None}
    plays |= {each.kernels: each.shaper for each in engines(Path(load().bundle.path))}
    times: dict[str, dict[str, list[float]]] = {}
    far: dict[str, list[float]] = {"the engine": [], "the reference, its samples rounded": []}
    random = np.random.default_rng(2)
    for task in tasks:
        kind, category, sound, wish = task
        made = {}
        for name, shaper in plays.items():
            start = time.thread_time()
            made[name] = done(shaper, *task)
            taken = 1000 * (time.thread_time() - start)
            times.setdefault(kind, {}).setdefault(name, []).append(taken)
        if wish:
            moved = 1 + ROUNDING * random.integers(-1, 2, sound.samples.shape)
            samples = (sound.samples * moved).astype(np.float32)
            beside = done(None, kind, category, PlainSound(samples, sound.sr, ONSET), wish)
            for name, other in zip(far, (made[list(plays)[1]], beside), strict=True):
                far[name].append(decibels(other, made["NumPy"]))
    print(f"Load {os.getloadavg()[0]:.0f}\n")
    print(f"| median, p95 in ms | {' | '.join(plays)} |\n|---|{'---:|' * len(plays)}")
    for kind, by in times.items():
        print(f"| {kind} | {' | '.join(told(by[name]) for name in plays)} |")
    print("\n| RMS of the difference, dB | median | under −80 dB | worst |\n|---|---:|---:|---:|")
    for name, each in far.items():
        print(
            f"| {name} | {np.median(each):.0f} | {np.mean(np.array(each) < -80):.1%} "
            f"| {max(each):.0f} |"
        )


if __name__ == "__main__":
    main()
