"""A day of random automation in accelerated time, in the small host of the plug-in's tests.

``python -m benchmarks.plugin_day [HOURS]``, after ``make plugin``. In each ten seconds of the song,
parameters of all kinds jump to places drawn at random and notes are played, in blocks of random
sizes. Every output must be finite, and below what 64 voices can reach. Once in twenty minutes of
the song, a session is saved and opened again, and must be the same session. It can be interrupted:
it prints how far it came.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from tests.support.clap_host import (
    FOREIGN,
    PARAMETERS,
    WAITING,
    Change,
    ClapHost,
    Note,
    compiled_host,
    host_library,
)

PORTION = 10.0
"""Seconds of the song that are played at once."""
CHANGES, NOTES = 4, 24
TURNS = 120
"""Portions between two sessions."""
MOST = 64 * 16 * 4.0
"""No output passes it: voices, by the highest level and main level, by the highest sample."""


def main(hours: float) -> None:
    """Print a line for each hour of the song."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        library = host_library(compiled_host(Path(folder) / "host.so"))
    bundle = Path("build") / "plugin" / "linux" / "neural-drum-machine.clap"
    portions = round(hours * 3600 / PORTION)
    began, peak, played, sessions = time.monotonic(), 0.0, 0, 0
    with ClapHost(library, bundle) as host:
        host.settle()
        ranges = [(least, most) for _, _, least, most, _ in host.parameters()]
        numbers = [each for each in range(PARAMETERS) if each not in (WAITING, FOREIGN)]
        try:
            for portion in range(portions):
                frames = round(PORTION * host.rate)
                events: list[Note | Change] = [
                    Change(chance.randrange(frames), number, chance.uniform(*ranges[number]))
                    for number in chance.choices(numbers, k=CHANGES)
                ]
                events += [
                    Note(chance.randrange(frames), chance.randrange(128), chance.randint(1, 127))
                    for _ in range(NOTES)
                ]
                blocks = [chance.choice((1, 17, 64, 441)), 512, 2048, 8192, 8192, 8192, 8192]
                out = host.go_on(events, PORTION, blocks, beats=portion * 20.0)
                peak = max(peak, float(np.abs(out).max()))
                assert peak < MOST
                played += 1
                if played % TURNS == 0:
                    host.settle()
                    state = host.save()
                    assert host.load(state)
                    host.settle()
                    assert host.save() == state
                    sessions += 1
                if played % 360 == 0:
                    memory = process.memory_info().rss / 1e6
                    print(f"{played / 360:.0f} h: {memory:.0f} MB, peak {peak:.1f}", flush=True)
        except KeyboardInterrupt:
            print("interrupted")
    minutes = (time.monotonic() - began) / 60
    print(
        f"{played / 360:.1f} h of the song in {minutes:.0f} min; {sessions} sessions opened again"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 24.0)
