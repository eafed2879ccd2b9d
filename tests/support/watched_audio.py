"""A program that plays a plug-in hard, and writes what its audio thread did that it must not do.

``python -m tests.support.watched_audio HOST BUNDLE SECONDS``, with HOST preloaded.
"""

import sys
from pathlib import Path

import numpy as np
from tests.support.clap_host import FOREIGN, OF_PAD, PADS, Change, ClapHost, Note, host_library


def main(host: str, bundle: str, seconds: str) -> None:
    """Play random notes and turn every parameter, while sounds are made and swapped."""
    library = host_library(host)
    random = np.random.default_rng(1)
    with ClapHost(library, Path(bundle)) as plugin:
        plugin.settle()
        library.rt_clear()
        ranges = {
            number: (low, high)
            for number, (_, _, low, high, _) in enumerate(plugin.parameters())
            if number < PADS * len(OF_PAD) or number > FOREIGN
        }
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
