"""The time from the start of a process to its first sound, and its peak memory."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.benchmark.eager_pytorch import COLD_START
from neural_drum_machine.errors import NdmError

PROGRAMS: Final = {
    "ndm": """
import neural_drum_machine
machine = neural_drum_machine.load(sys.argv[1])
machine.render(machine.categories[0], seed=1)
""",
    "pytorch": COLD_START,
}
"""The programs that are started; the model's path is their argument."""

_AFTERWARDS = """
print("sound", flush=True)
import json
from neural_drum_machine.benchmark.memory import peak_memory_mib
print(json.dumps(peak_memory_mib()))
"""


def start_once(program: str, model: Path) -> tuple[float, float | None]:
    """Start one of :data:`PROGRAMS`.

    Parameters
    ----------
    program : str
        Its name.
    model : Path
        The model file.

    Returns
    -------
    seconds : float
        Time from the start of the process to its first sound.
    memory : float or None
        Peak memory in MiB.

    Raises
    ------
    NdmError
        If it makes no sound; the message has the last line of its errors.
    """
    code = "import sys" + PROGRAMS[program] + _AFTERWARDS
    command = [sys.executable, "-P", "-c", code, str(model)]  # -P: no modules from this folder
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        start = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 (this Python, this package)
            command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", errors="replace"
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            seconds = time.perf_counter() - start
            rest = process.stdout.read()
        if line.strip() != "sound" or process.returncode:
            errors.seek(0)
            said = (errors.read().strip().splitlines() or ["no message"])[-1]
            raise NdmError(f"a fresh process made no sound ({said})")
    return seconds, json.loads(rest)


def measure_cold_starts(
    model: Path,
    programs: Iterable[str],
    runs: int,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """Start programs several times, in turns.

    Parameters
    ----------
    model : Path
        The model file.
    programs : iterable of str
        Names in :data:`PROGRAMS`.
    runs : int
        Starts of each, at least two. The first, which may have to read files from the disk, is
        reported separately.
    progress : callable, optional
        Called with (starts done, total).

    Returns
    -------
    dict
        By program: ``runs``, ``very_first_s``, ``first_sound_s_p50``, ``first_sound_s`` (all
        but the very first), ``peak_memory_mib_p50`` (None: not measured); or ``skipped``, the
        reason.
    """
    names = list(programs)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    memory: dict[str, list[float]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    for run in range(runs):
        for i, name in enumerate(names):
            if name not in failed:
                try:
                    time_taken, peak = start_once(name, model)
                    seconds[name].append(round(time_taken, 4))
                    memory[name] += [] if peak is None else [round(peak, 2)]
                except (NdmError, OSError) as error:
                    failed[name] = str(error)
            if progress:
                progress(run * len(names) + i + 1, runs * len(names))
    return {
        name: {"skipped": failed[name]}
        if name in failed
        else {
            "runs": runs,
            "very_first_s": seconds[name][0],
            "first_sound_s_p50": statistics.median(seconds[name][1:]),
            "first_sound_s": seconds[name][1:],
            "peak_memory_mib_p50": statistics.median(memory[name]) if memory[name] else None,
        }
        for name in names
    }
