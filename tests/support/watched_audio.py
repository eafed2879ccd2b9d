"""A program that plays a plug-in hard, and writes what its audio thread did that it must not do.

``python -m tests.support.watched_audio HOST BUNDLE SECONDS``, with HOST preloaded.
"""

import sys
from pathlib import Path

import numpy as np
from tests.support.clap_host import OF_PAD, VALUES, Change, ClapHost, Note, host_library, parameter


def main(host: str, bundle: str, seconds: str) -> None:
    """Play random notes and turn all of three pads, while sounds are made and swapped."""
    library = host_library(host)
    random = np.random.default_rng(1)
    with ClapHost(library, Path(bundle)) as plugin:
        plugin.settle()
        library.rt_clear()
        # Of some pads: random values make the longest sounds, three seconds of work for each pad.
        turned = [parameter(pad, name) for pad in range(3) for name in (*OF_PAD, *VALUES)]
        all_ranges = [(low, high) for _, _, low, high, _ in plugin.parameters()]
        ranges = {number: all_ranges[number] for number in turned}
        loudest = 0.0
        for _ in range(round(float(seconds) / 0.1)):
            length = round(0.1 * plugin.rate)
            events: list[Note | Change] = [
                Note(
                    int(random.integers(length)),
                    int(random.integers(35, 71)),
                    int(random.integers(1, 128)),
                )
                for _ in range(30)
            ]
            for number in random.choice(list(ranges), 40):
                value = float(random.uniform(*ranges[number]))
                events.append(Change(int(random.integers(length)), int(number), value))
            block = int(random.choice([1, 16, 64, 511, 4096]))
            loudest = max(loudest, float(np.abs(plugin.go_on(events, 0.1, block)).max()))
        plugin.settle()
        plugin.play([Note(0, 36)], 0.5)
        found = library.rt_first().decode() or "nothing"
        sys.stdout.write(f"{library.rt_calls()} {found} {loudest > 0}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
