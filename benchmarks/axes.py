"""How well taught axes order sounds of kits that taught them nothing.

    .venv/bin/python benchmarks/axes.py ../shared/open-drums-2

Prints a table. Three axes whose truth is known are taught with 3, 12 and 48 examples of each kind
from half of the kits, forty times with other halves: bright and dark (the brightest and the darkest
quarter of each category), in a room and dry (recordings, each beside itself in a diffuse room made
by computation), machine and acoustic (kits of drum machines and of drums). Each axis then orders
pairs of one category from the other half. Half right is chance. It takes about three minutes.
"""

import argparse
import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from neural_drum_machine.axes import learn_axis
from neural_drum_machine.errors import AudioError
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.prepare.derived.effects import in_room
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.audio_file import Clip, read_audio
from neural_drum_machine.wishes.taught_axis import Example

COUNTS = (3, 12, 48)
TRIALS = 40
PAIRS = 40
"""Pairs of a category that an axis orders."""
MACHINES = re.compile(
    r"drum_machines/|sampled/|sklad/(ARP|ELI|Elgam|GEM|MTI|Watford)|fugue/x0x|stargate-synth"
)
DRUMS = re.compile(r"muldjord|karoryfer|vcsl|gogodze|frankensnare|enoe|virtuosity")
ROOM = (0.6, -6.0)
"""Seconds of the room's decay by 60 dB, and its level in dB."""
Sided = list[tuple[str, Example]]
"""Examples with their kits."""


def example_of(machine: DrumMachine, clip: Clip, category: str, name: str) -> Example:
    """Return a clip as an example; see :func:`neural_drum_machine.axes.example`."""
    anchor = machine.anchor(clip, category, name=name)
    index = machine.index(category)
    away = (anchor.code - machine.controls.means[index]) / machine.controls.deviations(index)
    return Example(
        name, "", category, away.astype(np.float32), machine.describe(machine.bend(anchor))
    )


def measured(machine: DrumMachine, folder: Path) -> tuple[Sided, Sided]:
    """Return all recordings of the model's categories, and every fourth of them in a room."""
    dry: Sided = []
    roomy: Sided = []
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    for number, row in enumerate(rows):
        if number % 200 == 0:
            print(f"{number} of {len(rows)} recordings", file=sys.stderr)
        if row["category"] not in machine.categories:
            continue
        try:
            clip = read_audio(folder / row["file"])
            dry.append((row["group"], example_of(machine, clip, row["category"], row["file"])))
            if number % 4 == 0:
                wet = in_room(clip.mono(), *ROOM, number, clip.sr)
                made = Clip(wet[None].astype(np.float32), clip.sr)
                roomy.append(
                    (row["group"], example_of(machine, made, row["category"], row["file"]))
                )
        except AudioError:
            continue
    return dry, roomy


def ordered(machine: DrumMachine, more: Sided, less: Sided, count: int, seed: int) -> float | None:
    """Return the share of held-out pairs that an axis orders right; None if there are too few."""
    random = np.random.RandomState(seed)
    kits = random.permutation(sorted({kit for kit, _ in (*more, *less)}))
    teaching = set(kits[: len(kits) // 2])
    taught = [[each for kit, each in side if kit in teaching] for side in (more, less)]
    if min(map(len, taught)) < count:
        return None
    chosen = [[side[i] for i in random.permutation(len(side))[:count]] for side in taught]
    axis = learn_axis(machine, "axis", chosen[0], chosen[1])
    places: list[dict[str, list[float]]] = []
    for side in (more, less):
        by_category: dict[str, list[float]] = defaultdict(list)
        for kit, each in side:
            if kit not in teaching:
                by_category[each.category].append(axis.place(each, machine.ranges(each.category)))
        places.append(by_category)
    shares = []
    for category in places[0].keys() & places[1].keys():
        high, low = (random.choice(side[category], PAIRS) for side in places)
        shares.append(float((high > low).mean()))
    return float(np.mean(shares)) if shares else None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("recordings", type=Path, help="a folder with a manifest.csv")
    machine = load()
    dry, roomy = measured(machine, parser.parse_args().recordings)
    values: dict[str, list[float]] = defaultdict(list)
    for _, each in dry:
        values[each.category].append(each.values["brightness"])
    ends = {name: np.quantile(found, (0.25, 0.75)) for name, found in values.items()}
    truths = {
        "bright – dark": (
            [(kit, e) for kit, e in dry if e.values["brightness"] > ends[e.category][1]],
            [(kit, e) for kit, e in dry if e.values["brightness"] < ends[e.category][0]],
        ),
        "in a room – dry": (roomy, [(kit, e) for kit, e in dry]),
        "machine – acoustic": (
            [(kit, e) for kit, e in dry if MACHINES.search(kit)],
            [(kit, e) for kit, e in dry if DRUMS.search(kit)],
        ),
    }
    rows = []
    for name, (more, less) in truths.items():
        cells = []
        for count in COUNTS:
            found = [ordered(machine, more, less, count, seed) for seed in range(TRIALS)]
            known = [share for share in found if share is not None]
            cells.append(f"{np.mean(known):.2f} [{np.quantile(known, 0.1):.2f}]" if known else "–")
        rows.append([name, *cells])
    print(f"Model {machine.hash[:12]}. Mean share of pairs ordered right [worst tenth of trials]:")
    print("\n".join(table(["axis", *(f"{count} of each kind" for count in COUNTS)], rows)))


if __name__ == "__main__":
    main()
