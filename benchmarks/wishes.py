"""How long a wish takes, beside the sound itself.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python benchmarks/wishes.py

Prints a table of medians in milliseconds of processor time, on one thread, all taken in turns in
one run: a render of a drawn sound; the first render with a wish, which also measures the sound
without it; a render in which only the wish has changed, as while a knob is turned; and a
description. The ratios beside them compare with the render.
"""

import time
from collections.abc import Callable

import numpy as np

from neural_drum_machine.benchmark.computer import describe_computer
from neural_drum_machine.machine import load
from neural_drum_machine.prepare.report import table
from neural_drum_machine.wishes.qualities import BY_NAME

SEEDS = 12


def timed(call: Callable[[], object]) -> float:
    # Other work on the computer does not count.
    start = time.thread_time()
    call()
    return 1000 * (time.thread_time() - start)


def main() -> None:
    machine = load()
    columns = ("render", "render with a wish", "only the wish has changed", "describe")
    rows, everything = [], []
    for category in machine.categories:
        ranges = machine.ranges(category)
        names = [name for name in ranges if name != "loudness"]
        times = []
        for seed in range(SEEDS):
            code, laid = machine.draw(category, seed)
            name = names[seed % len(names)]
            quality, span = BY_NAME[name], ranges[name]
            first, second = (
                quality.unscale(
                    (1 - share) * quality.scale(span.low) + share * quality.scale(span.high)
                )
                for share in (0.4, 0.6)
            )

            def render(wish: dict[str, float]) -> object:
                return machine.render_code(category, code, exemplars=laid, wish=wish)  # noqa: B023

            sound = machine.render_code(category, code, exemplars=laid)
            times.append(
                [
                    timed(lambda: render({})),
                    timed(lambda: render({name: first})),  # noqa: B023
                    timed(lambda: render({name: second})),  # noqa: B023
                    timed(lambda: machine.describe(sound)),  # noqa: B023
                ]
            )
        medians = np.median(times, axis=0)
        everything += times
        rows.append([category, *cells(medians)])
    rows.append(["all", *cells(np.median(everything, axis=0))])
    computer = describe_computer()
    has = "with" if computer["avx512"] else "without"
    print(
        f"Model {machine.hash[:12]}, {computer['cpu']} {has} AVX-512, load "
        f"{computer['load_average_1min']:.1f}."
    )
    print("\n".join(table(["category", *columns], rows)))


def cells(medians: np.ndarray) -> list[str]:
    return [f"{value:.1f} ({value / medians[0]:.2f})" for value in medians]


if __name__ == "__main__":
    main()
