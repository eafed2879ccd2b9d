"""How recordings come back from core, fine attack and air, as an engineer hears it.

    .venv/bin/python benchmarks/second_generation.py ../shared/open-drums-2

Takes up to 24 recordings of each category, one kit after another, and renders each from its own
mel spectrogram, fine attack and air. Prints the medians of recordings, of today's way (the mel
spectrogram through the default inverter at 22,050 Hz) and of the new one, then each part left out.
"""

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from neural_drum_machine.evaluation.measures.ear.air import share_of_air
from neural_drum_machine.evaluation.measures.ear.body import jitter_cents, jitter_hz, ripple_db
from neural_drum_machine.evaluation.measures.ear.start import (
    LATE_MS,
    first_sample,
    largest_step,
    peak_ms,
    rise_ms,
)
from neural_drum_machine.evaluation.measures.ear.tail import end_level_db, return_db
from neural_drum_machine.inverters.full_band import render_full
from neural_drum_machine.inverters.refined import Refined, equal_time_iterations
from neural_drum_machine.signal.air import air_levels
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.fine_attack import fine_attack
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR
from neural_drum_machine.signal.hit import read_hit
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.spec import AudioSpec

SPEC = AudioSpec(n_samples=32_767, pre_roll=128)
GATE = 22
"""Samples before the onset at which sounds begin: half a millisecond."""
WITHOUT = {
    "all parts": {},
    "without body": {"body": False},
    "without attack": {"attack": None},
    "without air": {"air": None},
}


@dataclass(frozen=True)
class Recording:
    """A recording from its onset on, with what it is rendered from."""

    category: str
    samples: np.ndarray
    features: dict[str, np.ndarray]


def balanced(data: Path, each: int) -> Iterator[tuple[str, Path]]:
    """Yield the first recording of every kit, then the second of every kit, and so on."""
    kits: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kits[row["category"]][row["group"]].append(row["file"])
    for category, groups in sorted(kits.items()):
        order = np.random.RandomState(0).permutation(sorted(groups))
        rounds = zip_longest(*(groups[group] for group in order))
        files = [file for one in rounds for file in one if file is not None]
        for file in files[:each]:
            yield category, data / file


def read(category: str, path: Path) -> Recording:
    hit = read_hit(path, SPEC)
    full = hit.full.samples
    features = {
        "mel": mel_spectrogram(hit.samples, SPEC),
        "attack": fine_attack(full, hit.gain),
        "air": air_levels(full, hit.gain, SPEC),
    }
    longest = SPEC.n_samples * FULL_SR // SPEC.sr
    return Recording(category, full[FULL_PRE_ROLL - GATE : longest], features)


def figures(x: np.ndarray, sr: int) -> dict[str, float]:
    return {
        "rise ms": rise_ms(x, sr),
        "first %": 100 * first_sample(x),
        "step %": 100 * largest_step(x, sr),
        "peak ms": peak_ms(x, sr),
        "jitter Hz": jitter_hz(x, sr),
        "jitter cents": jitter_cents(x, sr),
        "ripple dB": ripple_db(x, sr),
        "air %": 100 * share_of_air(x, sr),
        "end dB": end_level_db(x, sr),
        "return dB": return_db(x, sr),
    }


def timed(times: list[float], make: Callable[..., np.ndarray], **given: Any) -> np.ndarray:
    """Call and note the processor's time, which other programs disturb less than the clock's."""
    begin = time.process_time()
    out = make(**given)
    times.append(1000 * (time.process_time() - begin))
    return out


def core_mel(sound: np.ndarray) -> np.ndarray:
    core = soxr.resample(np.pad(sound, (FULL_PRE_ROLL - GATE, 0)), FULL_SR, SPEC.sr, quality="HQ")
    return mel_spectrogram(core[: SPEC.n_samples], SPEC)


def by_category(recordings: list[Recording], rows: list[dict[str, float]]) -> dict[str, dict]:
    grouped: dict[str, list[dict[str, float]]] = defaultdict(list)
    for recording, row in zip(recordings, rows, strict=True):
        grouped[recording.category].append(row)
    return {
        c: {k: np.array([row[k] for row in some]) for k in some[0]} for c, some in grouped.items()
    }


@one_thread()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, default=24, help="recordings of a category")
    options = parser.parse_args()
    recordings = [read(*one) for one in balanced(options.data, options.each)]
    today = Refined(SPEC, equal_time_iterations)
    render_full(**recordings[0].features, spec=SPEC)  # fills the caches

    times: dict[str, list[float]] = defaultdict(list)
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    for each in recordings:
        rows["real"].append(figures(each.samples, FULL_SR))
        old = timed(times["today"], today, mel=each.features["mel"])[: SPEC.n_samples]
        rows["today"].append(figures(old, SPEC.sr))
        for name, change in WITHOUT.items():
            given = {**each.features, **change}
            new = timed(times[name], render_full, **given, spec=SPEC)
            found = figures(new, FULL_SR)
            found["SC"] = best_gain_spectral_convergence(each.features["mel"], core_mel(new))
            rows[name].append(found)
    tables = {name: by_category(recordings, some) for name, some in rows.items()}

    names = list(rows["real"][0])
    print("Medians: recordings | today | all parts\n")
    print("| |", " | ".join(names), "| first over 1 % | late hits |")
    print("|---|" + "---|" * (len(names) + 2))
    for category in tables["real"]:
        three = [tables[name][category] for name in ("real", "today", "all parts")]
        # NaN: the band of the body fades too fast for the measure.
        cells = [" ".join(f"{np.nanmedian(t[k]):.3g}" for t in three) for k in names]
        cells.append(" ".join(f"{100 * (t['first %'] > 1).mean():.0f} %" for t in three))
        cells.append(" ".join(str((t["peak ms"] > LATE_MS).sum()) for t in three))
        print(f"| {category} ({len(three[0]['rise ms'])}) |", " | ".join(cells), "|")
    print("\nEach part left out: medians over all recordings; body figures of kicks and toms\n")
    print("| | rise error | jitter Hz | jitter cents | ripple dB | SC | ms | slowest tenth, ms |")
    print("|---|---|---|---|---|---|---|---|")
    real = {k: np.array([row[k] for row in rows["real"]]) for k in names}
    low = np.array([each.category in ("kick", "tom") for each in recordings])
    for name, some in rows.items():
        rise = np.array([row["rise ms"] for row in some])
        error = np.median(np.abs(np.log2((rise + 0.5) / (real["rise ms"] + 0.5))))
        cells = [f"{2**error:.2f}-fold"]
        cells += [
            f"{np.nanmedian(np.array([row[k] for row in some])[low]):.3g}"
            for k in ("jitter Hz", "jitter cents", "ripple dB")
        ]
        cells.append(f"{np.median([row['SC'] for row in some]):.3f}" if "SC" in some[0] else "–")
        cells += [
            f"{np.percentile(times[name], p):.1f}" if name in times else "–" for p in (50, 90)
        ]
        print(f"| {name} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
