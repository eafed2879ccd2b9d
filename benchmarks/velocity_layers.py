#!/usr/bin/env python3
"""How far a note that plays the nearest of some softer strokes is from the stroke itself.

    .venv/bin/python benchmarks/velocity_layers.py

Mean difference of log-mels at equal loudness in dB, of drawn sounds of all categories at many
velocities: the mean of all, and the 95th percentile. Prints a row for each choice of layers.
"""

from typing import Final

import numpy as np
from velocity import distance_db

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.report import table

CHOICES: Final = (
    (127,),
    (127, 64),
    (127, 91, 55, 19),
    (127, 96, 64, 32),
    tuple(range(127, 0, -18)),
)
SEEDS: Final = range(1, 5)
VELOCITIES: Final = tuple(range(8, 128, 8))


def rows(machine: DrumMachine) -> list[list[object]]:
    """Return a row for each choice of layers."""
    found: dict[tuple[int, ...], list[float]] = {layers: [] for layers in CHOICES}
    for category in machine.categories:
        for seed in SEEDS:
            known: dict[int, FloatArray] = {}

            def stroke(
                velocity: int,
                category: str = category,
                seed: int = seed,
                known: dict[int, FloatArray] = known,
            ) -> FloatArray:
                if velocity not in known:
                    sound = machine.render(category, seed=seed, velocity=velocity)
                    known[velocity] = sound.samples
                return known[velocity]

            for layers in CHOICES:
                for velocity in VELOCITIES:
                    nearest = min(layers, key=lambda layer: abs(layer - velocity))
                    found[layers].append(distance_db(stroke(velocity), stroke(nearest)))
    return [
        [", ".join(map(str, layers)), f"{np.mean(far):.2f}", f"{np.percentile(far, 95):.2f}"]
        for layers, far in found.items()
    ]


def main() -> None:
    heads = ["layers", "mean, dB", "95 %, dB"]
    print("\n".join(table(heads, rows(load()))))


if __name__ == "__main__":
    main()
