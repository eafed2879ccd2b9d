"""What a single use of ``ndm library near`` takes, part by part; for ``benchmarks/library.py``."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.sound_file import write_sound_file

RUNS: Final = 7
SOUND: Final = 17
"""The number of the sound that is asked with."""
PARTS: Final = {
    "start of Python": "",
    "modules": "from neural_drum_machine.library.library import Library",
    "the file's point (with a file only)": """
point = SOUND
if FILE:
    from neural_drum_machine.library.adding.measuring import measure_file
    point = measure_file(FILE).near""",
    "open the library": "library = Library.open(PATH)",
    "load the numbers": "library.snapshot.numbers",
    "ask": "library.near(point)",
}
"""What ``ndm library near`` does, in this order."""


def one_shot(path: Path) -> None:
    """Print what a single use of the command takes, part by part, in processes of their own."""
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "hit.wav"
        decay = np.exp(-np.arange(22_050) / 3000)
        write_sound_file(file, (decay * np.sin(np.arange(22_050) / 30)).astype(np.float32), 44_100)
        lines = []
        for name, given in (("a sound's number", None), ("a file", file)):
            found = np.array([_parts(path, given) for _ in range(RUNS)])
            command = [sys.executable, "-m", "neural_drum_machine", "library", "near",
                       str(given or SOUND), "--library", str(path)]  # fmt: skip
            whole = timed(
                lambda command=command: subprocess.run(  # noqa: S603
                    command, check=True, capture_output=True
                ),
                RUNS,
            )
            lines.append([name, *(f"{ms:.1f}" for ms in np.median(found, axis=0)),
                          f"{found[:, 3:].sum(axis=1).max():.1f}", f"{whole[0]:.0f}"])  # fmt: skip
    head = ["asked with, ms", *PARTS, "the last three, at most", "the whole command"]
    print("\n".join(table(head, lines)), end="\n\n")


def _parts(path: Path, file: Path | None) -> list[float]:
    """Return the milliseconds of each of :data:`PARTS` in a fresh process."""
    code = [
        "import time; times = [time.time()]",
        "from pathlib import Path",
        f"SOUND, PATH, FILE = {SOUND}, {str(path)!r}, {f'Path({str(file)!r})' if file else None}",
    ]
    for part in list(PARTS.values())[1:]:
        code += [part.strip(), "times.append(time.time())"]
    code.append("print(times)")
    begun = time.time()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", "\n".join(code)], check=True, capture_output=True, text=True
    )
    times = np.array([begun, *json.loads(done.stdout)])
    return [float(1000 * ms) for ms in np.diff(times)]


def timed(function: Callable[[], object], times: int = 40) -> list[float]:
    """Return median and 95th percentile of the wall time, and the processor's median, in ms."""
    wall, cpu = [], []
    for _ in range(times):
        start, spent = time.perf_counter(), time.process_time()
        function()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - spent))
    return [float(np.median(wall)), float(np.quantile(wall, 0.95)), float(np.median(cpu))]
