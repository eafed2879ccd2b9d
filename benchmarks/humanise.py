"""How much successive hits of a humanised drum differ, beside recorded ones.

    .venv/bin/python benchmarks/humanise.py ../shared/open-drums-2

Recorded: pairs of recordings of one drum through one microphone whose strokes are equally hard, or
nearly (a twentieth of the range). The sizes of the moves (`kits/hand.py`) were set by the kits that
are not held out. Made: successive hits of drawn drums at a humanise amount. The
distance is the mean difference of their log-mel spectrograms at equal loudness, in dB, over cells
above −60 dB. It takes two minutes.
"""

import argparse
import itertools
from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np
from benchmarks.velocity import distance_db

from neural_drum_machine.cli.printing import progress_bar
from neural_drum_machine.errors import AudioError
from neural_drum_machine.kits.hand import Hand
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.report import table
from neural_drum_machine.prepare.velocity.layered import hit_of, read_layered

HELD_OUT: Final = frozenset({"muldjord", "vcsl", "vsco"})
"""Kits that the sizes of the moves were not set by."""
NEAR: Final = 0.05
PAIRS: Final = 6
SEEDS: Final = range(1, 9)
HITS: Final = 5
VELOCITY: Final = 100


def recorded(folder: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return the distances of recorded pairs by category: of all kits, and of those held out."""
    with progress_bar("reading layers") as progress:
        instruments = read_layered(folder, progress)
    found: dict[str, list[float]] = defaultdict(list)
    held: dict[str, list[float]] = defaultdict(list)
    random = np.random.RandomState(0)
    with progress_bar("recorded pairs") as progress:
        for done, each in enumerate(instruments, 1):
            first, second = np.triu_indices(len(each.files), 1)
            near = np.abs(each.softness[first] - each.softness[second]) <= NEAR
            pairs = list(zip(first[near], second[near], strict=True))
            random.shuffle(pairs)
            for one, other in pairs[:PAIRS]:
                try:
                    sounds = [hit_of(each.files[place])[0] for place in (one, other)]
                except AudioError:
                    continue
                found[each.category].append(distance_db(*sounds))
                if each.kit in HELD_OUT:
                    held[each.category].append(found[each.category][-1])
            progress(done, len(instruments))
    return found, held


def made(amount: float) -> dict[str, list[float]]:
    """Return the distances of successive hits of drawn drums by category."""
    machine = load()
    found: dict[str, list[float]] = defaultdict(list)
    with progress_bar(f"hits at amount {amount:g}") as progress:
        for done, category in enumerate(machine.categories, 1):
            for seed in SEEDS:
                drum = machine.render(category, seed=seed)
                hand = Hand(machine, drum, seed, amount)
                hits = [hand.hit(hand.move(VELOCITY), VELOCITY) for _ in range(HITS)]
                found[category] += [
                    distance_db(one.samples, other.samples)
                    for one, other in itertools.pairwise(hits)
                ]
            progress(done, len(machine.categories))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, help="a folder with a manifest.csv")
    parser.add_argument("--amounts", type=float, nargs="+", default=[0.3, 1.0])
    arguments = parser.parse_args()
    real, held = recorded(arguments.recordings)
    ours = {amount: made(amount) for amount in arguments.amounts}
    rows = []
    for category in (*load().categories, "all"):
        values, apart = _of(real, category), _of(held, category)
        quartiles = np.nanpercentile(values, (25, 50, 75)) if values else [np.nan] * 3
        others = np.nanpercentile(apart, (25, 75)) if apart else [np.nan] * 2
        medians = [np.nanmedian(_of(each, category)) for each in ours.values()]
        rows.append(
            [
                *(category, len(values), *(f"{each:.1f}" for each in quartiles)),
                *(len(apart), *(f"{each:.1f}" for each in (*others, *medians))),
            ]
        )
    head = ["category", "recorded pairs", "lower quartile", "median", "upper quartile"]
    head += ["pairs of held-out kits", "their lower quartile", "their upper quartile"]
    print("\n".join(table([*head, *(f"made, amount {each:g}" for each in ours)], rows)))


def _of(found: dict[str, list[float]], category: str) -> list[float]:
    return [x for name, values in found.items() if category in (name, "all") for x in values]


if __name__ == "__main__":
    main()
