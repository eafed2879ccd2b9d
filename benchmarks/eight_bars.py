"""The time of eight bars of sixteenths, each hit a sound of its own, and of a whole program's run.

    .venv/bin/python -m benchmarks.eight_bars

128 hits, one a sixteenth, over all voices of a kit of sixteen, with the velocities of a hand and
humanise amount 1. In one process, with as many threads as there are cores; then as `ndm humanize`
does it, the program's start included. The first run in a process also makes what others find made.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from neural_drum_machine.benchmark.computer import describe_computer
from neural_drum_machine.grooves.groove import Groove, Step
from neural_drum_machine.grooves.groove_file import write_groove
from neural_drum_machine.grooves.loop import play_groove
from neural_drum_machine.kits.kit import Kit
from neural_drum_machine.kits.kit_file import write_kit
from neural_drum_machine.kits.new_kit import new_kit
from neural_drum_machine.machine import load

RUNS: Final = 5
VELOCITIES: Final = (112, 64, 88, 48)


def groove(kit: Kit) -> Groove:
    """Return eight bars of sixteenths, over all voices of a kit."""
    notes = [each.note for each in kit]
    steps = [
        Step(n / 4, notes[(3 * n + n // 16) % len(notes)], VELOCITIES[n % 4]) for n in range(128)
    ]
    return Groove("eight bars", 32.0, tuple(steps))


def main() -> None:
    machine = load()
    kit = new_kit(machine, seed=7, voices=16)
    played = groove(kit)
    times = []
    for seed in range(RUNS):
        began = time.perf_counter()
        loop = play_groove(machine, kit, played, amount=1.0, seed=seed)
        times.append(time.perf_counter() - began)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_kit(kit, folder / "kit.ndkit")
        write_groove(played, folder / "eight.ndgroove")
        command = [
            sys.executable,
            "-m",
            "neural_drum_machine",
            "humanize",
            folder / "eight.ndgroove",
        ]
        options = ["--kit", folder / "kit.ndkit", "--amount", "1", "--out", folder / "loop.wav"]
        began = time.perf_counter()
        subprocess.run([*command, *options], check=True, capture_output=True)  # noqa: S603  # our own program
        whole = time.perf_counter() - began
    computer = describe_computer()
    print(f"{computer['cpu']}, load {computer['load_average_1min']}; {loop.hits} hits")
    print(
        f"one process: first {times[0]:.2f} s, then {min(times[1:]):.2f} to {max(times[1:]):.2f} s"
    )
    print(f"ndm humanize, with its start: {whole:.2f} s")


if __name__ == "__main__":
    main()
