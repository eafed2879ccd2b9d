"""Times of the Max for Live device without a server, in the stand-in for Max of the tests.

    make max
    python -m benchmarks.max_device

Prints times in ms as the device sees them: from the moment that Live has loaded it to the first
sound in its buffer, from a control to the new sound, and to all strokes; and the memory of its
process.
"""

import sys
import time
from pathlib import Path

import numpy as np
import psutil
from tests.support.clients.max_host import Host
from tests.support.clients.max_scripts import Node

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "clients" / "max"))

from device.build import NAME  # noqa: E402
from device.container import read  # noqa: E402

BUILT = ROOT / "build" / "max" / NAME
OPENINGS, CHANGES, HITS = 5, 40, 5


def until(device, condition, began):
    """Wait, as fast as real time; returns the milliseconds since `began`."""
    while not condition():
        before = time.perf_counter()
        device.pump()
        device.advance(1000 * (time.perf_counter() - before))
    return 1000 * (time.perf_counter() - began)


def opened(file, node, together):
    """Return a device, and how long its first sound took."""
    began = time.perf_counter()
    device = Host(file, node, {}, together)
    return device, until(device, lambda: device.sound() is not None, began)


def main():
    file, node, together = read(BUILT.read_bytes()), Node(), []
    openings = []
    for _ in range(OPENINGS):
        device, ms = opened(file, node, together)
        openings.append(ms)
    changes = []
    for place in np.linspace(0.02, 1, CHANGES):
        count = len(device.received)
        began = time.perf_counter()
        device.set("P1", float(place))
        device.advance(20)  # the client gathers what is dragged for so long
        changes.append(until(device, lambda n=count: len(device.received) > n, began))
    strokes = []
    for percent in range(10, 10 * (HITS + 1), 10):
        count = [m[0] for m in device.received].count("/ndm/layers")
        began = time.perf_counter()
        device.set("Humanise", percent)
        device.advance(200)  # a sound has come to rest
        strokes.append(
            until(
                device,
                lambda n=count: [m[0] for m in device.received].count("/ndm/layers") > n,
                began,
            )
        )
    for name, times in (("first sound", openings), ("change", changes), ("20 hits", strokes)):
        print(f"{name}: median {np.median(times):.0f}, most {max(times):.0f} ms of {len(times)}")
    print(f"memory: {psutil.Process(device.node.pid).memory_info().rss / 1e6:.0f} MB")
    for each in together:
        each.close()
    node.close()


if __name__ == "__main__":
    main()
