"""What each part of a sound brings: new sounds with all parts, and with one left out.

.venv/bin/python benchmarks/parts.py MODEL.ndm data/open

Prints KAD against recordings balanced over the kits, diversity beside theirs, and an engineer's
figures, means over the categories. One process; about a minute for each line.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.spatial.distance import pdist

from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.measures.sets.kad import kad
from neural_drum_machine.evaluation.study.ear import by_category
from neural_drum_machine.evaluation.study.set_distances import diversity_by_category
from neural_drum_machine.evaluation.study.sound_sets import (
    SoundSet,
    augmented_rows,
    balanced_rows,
    generate,
    of_dataset,
)
from neural_drum_machine.inverters.renderer import PARTS
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.full_hit import FULL_SR

FIGURES = ("first_sample", "rise_ms", "jitter_cents", "ripple_db", "air", "loud_end")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, default=24, help="sounds of a category")
    options = parser.parse_args()
    data = Dataset.open(options.data, verify=False)
    machine = load(options.model)
    embed = Embedder()
    rows = balanced_rows(data, machine.categories, options.each)
    real = of_dataset(data, rows)
    counts = np.bincount(real.categories)
    known = embed(real.full, FULL_SR)
    bandwidth = float(np.median(pdist(known.astype(np.float64))))
    varied = diversity_by_category(known, real.categories)
    print(f"model {machine.hash[:12]}, {len(rows)} recordings of {data.folder}", flush=True)

    def line(name: str, sounds: SoundSet) -> list[str]:
        embedded = embed(sounds.full, FULL_SR)
        mine = diversity_by_category(embedded, sounds.categories)
        ratio = np.mean([mine[c] / varied[c] for c in mine if varied.get(c, 0) > 0])
        ear = by_category(sounds)
        means = (np.nanmean([values[figure] for values in ear.values()]) for figure in FIGURES)
        return [
            name,
            f"{kad(known, embedded, bandwidth=bandwidth):.2f}",
            f"{ratio:.2f}",
            *(f"{mean:.3g}" for mean in means),
        ]

    lines = [line("recordings", real)]
    lines.append(line("augmented recordings", of_dataset(data, augmented_rows(data, counts, rows))))
    for without in (None, *PARTS):
        parts = (without,) if without else ()
        sounds = generate(load(options.model, without=parts), counts)
        lines.append(line(f"without {without}" if without else "all parts", sounds))
        print(" | ".join(lines[-1]), flush=True)
    print("\n".join(table(["sounds", "KAD", "diversity", *FIGURES], lines)))


if __name__ == "__main__":
    main()
