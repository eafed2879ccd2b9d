"""How much time and memory instances of the plug-in take, in the small host of its tests.

``python -m benchmarks.plugin [INSTANCES]``, after ``make plugin``. Each instance plays 16 notes a
second in blocks of 256 frames at 44,100 Hz. Times are those of the processor.
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil
from tests.support.clap_host import ClapHost, Note, compiled_host, host_library

SECONDS = 4.0


def main(count: int) -> None:
    """Print a line for opening, one for a session, and one for playing."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "host.so"
        library = host_library(compiled_host(path))
    bundle = Path("build") / "plugin" / "linux" / "neural-drum-machine.clap"
    before, clock = process.memory_info().rss, time.process_time()
    hosts = [ClapHost(library, bundle)]
    print(f"the first instance: {time.process_time() - clock:.2f} s")
    clock = time.process_time()
    hosts += [ClapHost(library, bundle) for _ in range(count - 1)]
    for host in hosts:
        host.settle()
    each = (time.process_time() - clock) / max(1, count - 1)
    memory = (process.memory_info().rss - before) / 1e6
    print(f"{count} instances: {each:.2f} s for each further one, {memory:.0f} MB in all")
    clock = time.process_time()
    state = hosts[0].save()
    saved = time.process_time() - clock
    clock = time.process_time()
    hosts[-1].load(state)
    hosts[-1].settle()
    opened = time.process_time() - clock
    print(f"a session: {len(state) / 1e6:.2f} MB, saved in {saved:.2f} s, opened in {opened:.2f} s")
    notes = [Note(int(i * 44100 / 16), 35 + i % 20) for i in range(int(SECONDS * 16))]
    clock = time.process_time()
    for host in hosts:
        host.go_on(notes, SECONDS, 256)
    share = (time.process_time() - clock) / SECONDS
    print(f"playing: {100 * share:.1f} % of one core, {100 * share / count:.2f} % an instance")
    for host in hosts:
        host.__exit__()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 64)
