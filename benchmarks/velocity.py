"""How well the curves of velocity foretell drums that they were not learned from.

    .venv/bin/python benchmarks/velocity.py ../shared/open-drums-2

Each kit is left out of the fit in turn. Printed are, for each quality, how often the change from
the loudest layer to the softest has the recordings' sign, and how great it is beside theirs; then
distances between log-mel spectrograms of equal loudness: of the recordings' own layers, of a loud
recording and the soft stroke made of it, and of sounds that the model draws. It takes two minutes.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.cli.printing import progress_bar
from neural_drum_machine.detail.attack import START
from neural_drum_machine.errors import AudioError
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.report import table
from neural_drum_machine.prepare.velocity.fit import fit
from neural_drum_machine.prepare.velocity.layered import (
    QUALITIES,
    Instrument,
    hit_of,
    measured_values,
    read_layered,
)
from neural_drum_machine.signal.distance import mel_error_db
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.wishes.qualities import BY_NAME
from neural_drum_machine.wishes.ranges import ranges
from neural_drum_machine.wishes.strike import struck
from neural_drum_machine.wishes.velocity import NAMES, Curve, Stroke

FLOOR_DB: Final = -60.0
SEEDS: Final = range(1, 9)
VELOCITIES: Final = (96, 64, 32, 1)


def change_at(curve: Curve, softness: Sequence[float]) -> float:
    """Return the mean change of a curve over strokes."""
    return float(np.mean([curve.at(each) for each in softness]))


def distance_db(one: FloatArray, other: FloatArray) -> float:
    """Return the mean difference of two log-mels of equal loudness, in dB; NaN for silence."""
    mels = []
    for samples in (one, other):
        core = soxr.resample(samples, FULL_SR, DEFAULT_SPEC.sr)[: DEFAULT_SPEC.n_samples]
        level = loudness(samples, FULL_SR)
        if not np.isfinite(level):
            return float("nan")
        padded = np.zeros(DEFAULT_SPEC.n_samples, np.float32)
        padded[: len(core)] = core * 10 ** (-level / 20)
        mels.append(mel_spectrogram(padded, DEFAULT_SPEC))
    return mel_error_db(*mels, floor_db=FLOOR_DB)


def stroke_of(each: Instrument, curves: Mapping[str, Curve]) -> Stroke:
    """Return what changes from an instrument's loudest recordings to its softest."""
    soft, loud = (each.softness[part].tolist() for part in each.ends())
    change = [change_at(curves[name], soft) - change_at(curves[name], loud) for name in NAMES]
    return Stroke(change[0], change[1], np.array(change[2:]), 0.0)


class HeldOut:
    """What is found about the instruments of kits that were left out."""

    def __init__(self) -> None:
        self.changes: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
        """Quality to category, recorded change, and change of the sound that was made."""
        self.distances: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
        """Category to distances: one layer, loud to soft, loud to ours, ours to soft."""

    def add(self, each: Instrument, curves: Mapping[str, Curve]) -> None:
        """Compare an instrument's softest recordings with the strokes that curves make."""
        soft, loud = each.ends()
        files = np.array(each.files)
        try:
            loudest, *again = [hit_of(file)[0] for file in files[loud][:2]]
            softest = hit_of(files[soft][0])[0]
        except AudioError:
            return
        made = struck(loudest[None], FULL_SR, FULL_PRE_ROLL - START, stroke_of(each, curves))[0]
        before, after = measured_values(loudest), measured_values(made)
        for name in QUALITIES:
            values = each.values[name]
            ends = [values[part][np.isfinite(values[part])] for part in (soft, loud)]
            reached = after[name] - before[name]
            if name in ranges(each.category) and all(map(len, ends)) and np.isfinite(reached):
                recorded = float(ends[0].mean() - ends[1].mean())
                self.changes[name].append((each.category, recorded, reached))
        same = distance_db(loudest, again[0]) if again else float("nan")
        self.distances[each.category].append(
            (
                same,
                distance_db(loudest, softest),
                distance_db(loudest, made),
                distance_db(softest, made),
            )
        )


def changes_table(found: HeldOut) -> list[str]:
    """Return the table of signs and sizes, by quality."""
    rows = []
    for name in QUALITIES:
        tolerance = BY_NAME[name].tolerance
        rows_of = found.changes[name]
        heard = [row for row in rows_of if abs(row[1]) > tolerance]
        most = defaultdict(list)
        for category, recorded, *_ in heard:
            most[category].append(recorded > 0)
        agree = sum(max(sum(each), len(each) - sum(each)) for each in most.values())
        right = np.mean([row[1] * row[2] > 0 for row in heard])
        recorded, made = (float(np.median([abs(row[k]) for row in rows_of])) for k in (1, 2))
        rows.append(
            [
                name,
                len(rows_of),
                len(heard),
                f"{agree / len(heard):.0%}",
                f"{right:.0%}",
                f"{recorded:.2f}",
                f"{made:.2f}",
                f"{100 * (made / recorded - 1):+.0f} %",
            ]
        )
    head = ["quality", "instruments", "heard", "most possible", "right sign"]
    return table([*head, "size recorded", "size made", "off"], rows)


def by_category(found: HeldOut) -> list[str]:
    """Return the table of signs by category and quality: right ones of those that are heard."""
    rows = []
    for category in CATEGORIES:
        row = [category]
        for name in QUALITIES:
            heard = [
                each
                for each in found.changes[name]
                if each[0] == category and abs(each[1]) > BY_NAME[name].tolerance
            ]
            right = sum(each[1] * each[2] > 0 for each in heard)
            row.append(f"{right} of {len(heard)}" if heard else "–")
        rows.append(row)
    return table(["category", *QUALITIES], rows)


def distances_table(found: HeldOut, drawn: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the table of distances."""
    rows = []
    for category in (*CATEGORIES, "all"):
        mine = [
            each
            for name, distances in found.distances.items()
            if category in (name, "all")
            for each in distances
        ]
        values = np.array(mine).reshape(-1, 4)
        medians = [
            f"{np.nanmedian(column):.1f}" if np.isfinite(column).any() else "–"
            for column in values.T
        ]
        nearer = f"{np.mean(values[:, 3] < values[:, 1]):.0%}" if len(values) else "–"
        own = drawn.get(category) or [each for some in drawn.values() for each in some]
        rows.append([category, len(values), *medians, nearer, f"{np.median(own):.1f}"])
    head = ["category", "instruments", "one layer", "loud–soft", "loud–ours", "ours–soft"]
    return table([*head, "ours nearer", "drawn 127–1"], rows)


def drawn_sounds() -> tuple[dict[str, list[float]], list[str]]:
    """Return the distances of drawn sounds at 127 and 1, and the table of their levels."""
    machine = load()
    found, rows = {}, []
    for category in machine.categories:
        sounds = [machine.render(category, seed=seed) for seed in SEEDS]
        levels = defaultdict(list)
        found[category] = []
        for seed, loud in zip(SEEDS, sounds, strict=True):
            for velocity in VELOCITIES:
                soft = machine.render(category, seed=seed, velocity=velocity)
                levels[velocity].append(
                    loudness(soft.samples, soft.sr) - loudness(loud.samples, loud.sr)
                )
            found[category].append(distance_db(loud.samples, soft.samples))
        rows.append([category, *(f"{np.median(levels[each]):.1f}" for each in VELOCITIES)])
    return found, table(["loudness, dB", *map(str, VELOCITIES)], rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, help="a folder with a manifest.csv")
    folder = parser.parse_args().recordings
    with progress_bar("recordings") as progress:
        instruments = read_layered(folder, progress)
    found, kits = HeldOut(), sorted({each.kit for each in instruments})
    with progress_bar("kits left out") as progress:
        for done, kit in enumerate(kits, 1):
            curves = fit([each for each in instruments if each.kit != kit])
            for each in instruments:
                if each.kit == kit:
                    found.add(each, curves[each.category])
            progress(done, len(kits))
    drawn, levels = drawn_sounds()
    for lines in (changes_table(found), by_category(found), distances_table(found, drawn), levels):
        print("\n".join(lines), end="\n\n")


if __name__ == "__main__":
    main()
