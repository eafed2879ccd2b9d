"""Fuzz the readers: ``python -m tests.fuzz TARGET … --seconds 300``.

An input is a finding if reading it raises anything but an error of this package, takes more than
five seconds of the processor, or makes the process grow by more than 512 MiB. Findings are written
into ``runs/fuzz``.
"""

import argparse
import itertools
import sys
import time
import traceback
from pathlib import Path

import numpy as np
import psutil
from tests.fuzz.mutation import damaged
from tests.fuzz.targets import TARGETS, Target

from neural_drum_machine.errors import NdmError
from neural_drum_machine.quiet_libraries import keep_python_output

SECONDS = 5.0
BYTES = 512 * 2**20
OUT = Path("runs/fuzz")


def fault(target: Target, data: bytes) -> str:
    """Return what is wrong about how an input is read; empty if nothing is."""
    process = psutil.Process()
    memory, start = process.memory_info().rss, time.process_time()
    try:
        target.read(data)
    except NdmError:
        pass
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return f"{type(error).__name__} at {where}: {error}"
    if time.process_time() - start > SECONDS:
        return f"more than {SECONDS:g} s of the processor"
    if process.memory_info().rss - memory > BYTES:
        return f"more than {BYTES // 2**20} MiB of memory"
    return ""


def run(name: str, seconds: float, seed: int) -> int:
    """Fuzz a target; return the number of different findings."""
    target, found = TARGETS[name], {}
    whole = target.whole()
    began, processor = time.monotonic(), time.process_time()
    for number in itertools.count():
        if time.monotonic() - began > seconds:
            break
        data = damaged(whole, np.random.default_rng([seed, number]), target.words)
        what = fault(target, data)
        if what and what.partition(": ")[0] not in found:
            OUT.mkdir(parents=True, exist_ok=True)
            path = OUT / f"{name}-{seed}-{number}"
            path.write_bytes(data)
            found[what.partition(": ")[0]] = path
            print(f"{name}: {what[:300]} ({path})", flush=True)
    spent = time.process_time() - processor
    print(f"{name}: {number} inputs, {len(found)} findings, {time.monotonic() - began:.0f} s "
          f"({spent:.0f} s of the processor)", flush=True)  # fmt: skip
    return len(found)


def main() -> None:
    """Fuzz the targets that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="*", choices=[[], *TARGETS], default=[])
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    keep_python_output()
    names = arguments.target or [*TARGETS]
    sys.exit(min(1, sum(run(name, arguments.seconds, arguments.seed) for name in names)))


if __name__ == "__main__":
    main()
