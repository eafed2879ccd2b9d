"""Times of the Max for Live device without a server, in the stand-in for Max of the tests.

    make max
    python -m benchmarks.max_device

Prints times in ms as the device sees them: from the moment that Live has loaded it to the first
sound in its buffer, from a control to the new sound, and to all strokes; the same with a stereo
sample of one's own, whose first one brings the encoder; and the memory of its process.
"""

import sys
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile
from tests.support.clients.max_host import Host
from tests.support.clients.max_scripts import Node
from tests.support.sounds import noise

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "clients" / "max"))

from device.build import NAME  # noqa: E402
from device.container import read  # noqa: E402

BUILT = ROOT / "build" / "max" / NAME
OPENINGS, CHANGES, HITS, SAMPLES = 5, 40, 5, 5
SR = 44100


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


def timed(device, act):
    """Do something to a device, and return how long its new sound takes."""
    count = [m[0] for m in device.received].count("/ndm/sound")
    began = time.perf_counter()
    act()
    device.advance(20)  # the client gathers what is dragged for so long
    return until(device, lambda: [m[0] for m in device.received].count("/ndm/sound") > count, began)


def memory(device):
    """Return the memory of a device's process, in MB."""
    return psutil.Process(device.node.pid).memory_info().rss / 1e6


def main():
    file, node, together = read(BUILT.read_bytes()), Node(), []
    openings = []
    for _ in range(OPENINGS):
        device, ms = opened(file, node, together)
        openings.append(ms)
    changes = []
    for place in np.linspace(0.02, 1, CHANGES):
        changes.append(timed(device, lambda at=place: device.set("P1", float(at))))
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
    device.set("Humanise", 0)
    before = memory(device)
    samples, bends = [], []
    for number in range(SAMPLES):
        path = device.home / f"{number}.wav"
        sides = [0.5 * noise(1, SR, seed=2 * number + side, decay=8) for side in (0, 1)]
        soundfile.write(path, np.stack(sides, axis=1), SR)
        samples.append(timed(device, lambda at=path: device.set("Sample", str(at))))
    for place in np.linspace(0.02, 1, CHANGES):
        bends.append(timed(device, lambda at=place: device.set("P1", float(at))))
    for name, times in (
        ("first sound", openings), ("change", changes), ("20 hits", strokes),
        ("first sample", samples[:1]), ("next sample", samples[1:]), ("change of it", bends),
    ):  # fmt: skip
        print(f"{name}: median {np.median(times):.0f}, most {max(times):.0f} ms of {len(times)}")
    print(f"memory: {before:.0f} MB, and with samples {memory(device):.0f} MB")
    for each in together:
        each.close()
    node.close()


if __name__ == "__main__":
    main()
