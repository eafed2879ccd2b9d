"""How long each inverter takes for the spectrograms that the machine plays."""

import time
from collections.abc import Callable

from neural_drum_machine.arrays import IntArray
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.study.routes import PLAYED, TRUE, mels, routes_of
from neural_drum_machine.machine import DrumMachine


def inverter_times(
    machine: DrumMachine,
    data: Dataset,
    rows: IntArray,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, list[float]]:
    """Time the inverters on one thread; they take turns on the same spectrograms.

    Parameters
    ----------
    machine : DrumMachine
        The model; the spectrograms are those that it plays.
    data : Dataset
        The sounds.
    rows : numpy.ndarray
        Their rows; a few are enough.
    progress : callable, optional
        Called with (sounds done, total).

    Returns
    -------
    dict
        Routes from :data:`~.routes.TRUE` (the inverter of a route is the same for all sources) to
        milliseconds, a value for each sound. The first run of each, which loads and plans, is not
        counted.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    routes = [route for route in routes_of(machine) if route.source == TRUE]
    played = []
    levels = data.levels(rows)
    for i, row in enumerate(rows):
        played.append(mels(machine, levels.of(i), data.entries[row].category)[1][PLAYED])
    out: dict[str, list[float]] = {route.name: [] for route in routes}
    with threadpool_limits(1):
        for route in routes:
            route.invert(machine, played[0])
        for done, mel in enumerate(played, 1):
            for route in routes:
                start = time.perf_counter()
                route.invert(machine, mel)
                out[route.name].append(1000 * (time.perf_counter() - start))
            if progress:
                progress(done, len(played))
    return out
