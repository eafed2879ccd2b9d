"""How well own sounds keep themselves, and move as drawn sounds do.

.venv/bin/python benchmarks/anchors.py data/open --each 8

Recordings of kits that the model was never trained on are anchored, kept in their compact form and
recalled, and moved by ±1 along each axis. What a move does to brightness, decay and pitch is
compared with what it does to the generator's own sound of the same code.
"""

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

import neural_drum_machine as ndm
from neural_drum_machine.anchors.recall import anchor_of
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.descriptors import describe
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.levels import levels_of
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import Sound

STEP = 0.01
DECIBELS = 20 / np.log(10)


def mono(sound: Sound) -> np.ndarray:
    return sound.samples if sound.samples.ndim == 1 else sound.samples.mean(axis=0)


def away(one: Sound, other: Sound) -> float:
    """Return the best-gain SC between two sounds of 44,100 Hz, without aligning them."""
    n = max(one.samples.shape[-1], other.samples.shape[-1])
    spec = AudioSpec(sr=44_100, n_samples=n)
    mels = [
        mel_spectrogram(np.pad(mono(x), (0, n - x.samples.shape[-1])), spec) for x in (one, other)
    ]
    return float(best_gain_spectral_convergence(*mels))


def heard(sound: Sound, machine: ndm.DrumMachine) -> np.ndarray:
    hit = make_hit(mono(sound), sound.sr, machine.spec)
    return levels_of(hit, machine.spec).mel * DECIBELS


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="a dataset, beside the sources it was made from")
    parser.add_argument("--each", type=int, default=8, help="recordings of a category")
    arguments = parser.parse_args()
    data = Dataset.open(arguments.data, verify=False)
    machine = ndm.load()
    folder = arguments.data.parent
    rows = defaultdict(list)
    for entry in data.entries:
        path = folder / entry.name
        if entry.split == "validation" and entry.origin == REAL and path.is_file():
            rows[entry.category].append(path)
    times, forms, recalled, jumps, levels = [], [], [], [], []
    moves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for category in CATEGORIES:
        paths = rows[category]
        for path in paths[:: max(1, len(paths) // arguments.each)][: arguments.each]:
            start = time.perf_counter()
            anchor = machine.anchor(path, category)
            rest = machine.bend(anchor)
            times.append(time.perf_counter() - start)
            forms.append(len(anchor.packed()))
            again = machine.bend(anchor_of(anchor.packed(), machine.spec))
            recalled.append(away(rest, again))
            index = machine.index(category)
            place = machine.controls.position(index, anchor.code)
            for axis in np.eye(3):
                own, generated = [], []
                for direction in (-axis, axis):
                    sound = machine.bend(anchor, direction.tolist())
                    levels.append(loudness(mono(sound), 44_100) - loudness(mono(rest), 44_100))
                    code = machine.controls.moved(index, anchor.code, (place + direction).tolist())
                    own.append(describe(mono(sound), 44_100))
                    alone = machine.render_code(category, code)
                    generated.append(describe(alone.samples, 44_100))
                for name in own[0]:
                    pairs = [(side[0].get(name), side[1].get(name)) for side in (own, generated)]
                    if all(v and np.isfinite(v) and v > 0 for pair in pairs for v in pair):
                        moves[name].append(tuple(np.log2(b / a) for a, b in pairs))
                for at in (0.0, 0.5):
                    ends = [machine.bend(anchor, (axis * t).tolist()) for t in (at, at + STEP)]
                    try:
                        one, other = (heard(sound, machine) for sound in ends)
                    except AudioError:
                        continue
                    loud = one > one.max() - 60
                    jumps.append(float(np.abs(one - other)[loud].mean()))
        print(f"{category}: {min(len(paths), arguments.each)} recordings", flush=True)
    print(f"\nmodel {machine.hash[:12]}, {len(times)} recordings of kits it never heard\n")
    print(f"a file read, encoded and played at rest, median: {1e3 * np.median(times):.0f} ms")
    print(f"compact form: median {np.median(forms) / 1e3:.1f} KB, largest {max(forms) / 1e3:.1f}")
    q = np.quantile(recalled, [0.5, 0.9, 1.0])
    print(f"SC after recall: median {q[0]:.4f}, 90 % {q[1]:.3f}, worst {q[2]:.3f}")
    print(f"loudness within 1 dB after a move of 1: {np.mean(np.abs(levels) <= 1):.0%}")
    print(f"a step of {STEP}: mean {np.mean(jumps):.2f} dB of log-mel, worst {max(jumps):.2f} dB\n")
    lines = []
    for name, pairs in moves.items():
        changes = np.array(pairs)
        large = np.abs(changes[:, 1]) >= np.quantile(np.abs(changes[:, 1]), 0.5)
        ratio = changes[large, 0] / changes[large, 1]
        r = np.corrcoef(changes.T)[0, 1]
        quartiles = np.quantile(ratio, [0.25, 0.5, 0.75])
        lines.append([name, len(changes), f"{r:.2f}", *(f"{v:.2f}" for v in quartiles)])
    head = ["descriptor", "moves", "correlation", "ratio, quarter", "median", "three quarters"]
    print("\n".join(table(head, lines)))


if __name__ == "__main__":
    main()
