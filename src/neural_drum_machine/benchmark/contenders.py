"""The contenders of a benchmark: programs that are timed on the same work, in turns."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.arithmetic import MatrixProduct
from neural_drum_machine.benchmark.librosa_inverter import librosa_griffin_lim
from neural_drum_machine.errors import MissingExtraError, NdmError
from neural_drum_machine.extras import require
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.inverters.renderer import Rendering
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.runtime import Networks
from neural_drum_machine.signal.levels import Levels

Request = tuple[str, tuple[float, ...], int]

BLOCKS: Final = 20
"""Number of turns of each contender."""
LIBROSA_RUNS: Final = 8
"""Fewer than of the others, because a run takes about a second."""


@dataclass
class Contender:
    """A program that is timed.

    Attributes
    ----------
    runs : int
        Number of runs.
    run : callable
        Takes the number of the run, returns milliseconds by phase.
    warm_up : bool
        Whether each block starts with a run that does not count. The contender before has filled
        the caches, and its threads may still be busy.
    facts : dict
        Facts for readers of the times, as JSON values.
    times : dict
        Milliseconds of all runs, by phase.
    """

    runs: int
    run: Callable[[int], dict[str, float]]
    warm_up: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


class Skipped(NdmError):
    """A contender cannot take part; the message states the reason."""


def interleave(
    contenders: Mapping[str, Contender], progress: Callable[[int, int], None] | None = None
) -> None:
    """Run all contenders in turns, in blocks, and fill their `times`.

    A busy computer slows all of them alike. The first contender changes from block to block.

    Parameters
    ----------
    contenders : Mapping
        The contenders by name.
    progress : callable, optional
        Called with (runs done, total).
    """
    order = list(contenders.values())
    total, done = sum(c.runs for c in order), 0
    for block in range(BLOCKS):
        start = block % max(1, len(order))
        for contender in order[start:] + order[:start]:
            first, last = (contender.runs * b // BLOCKS for b in (block, block + 1))
            if first < last and contender.warm_up:
                contender.run(first)
            for number in range(first, last):
                for phase, milliseconds in contender.run(number).items():
                    contender.times.setdefault(phase, []).append(round(milliseconds, 4))
            done += last - first
            if progress:
                progress(done, total)


def requests(categories: tuple[str, ...], count: int) -> list[Request]:
    """Return random (category, p, seed), always the same; `p` lies in the comfortable range."""
    rng = np.random.default_rng(0)
    return [
        (str(rng.choice(categories)), tuple(rng.uniform(-1, 1, 3).tolist()), int(seed))
        for seed in rng.integers(0, 2**32, count)
    ]


class _TimedNetworks:
    """Networks that record how long the decoder took."""

    def __init__(self, networks: Networks, phases: dict[str, float]) -> None:
        self._networks, self._phases = networks, phases

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        start = time.perf_counter()
        out = self._networks.decode(code, category)
        # An exemplar that is new to the machine is decoded as well.
        spent = 1000 * (time.perf_counter() - start)
        self._phases["decode"] = self._phases.get("decode", 0) + spent
        return out

    def __getattr__(self, name: str) -> Any:
        return getattr(self._networks, name)


class Stopwatch(DrumMachine):
    """A drum machine that records how long its last render took."""

    def __init__(self, bundle: Bundle, inverter: str) -> None:
        self._phases: dict[str, float] = {}
        super().__init__(bundle, Rendering(inverter))

    def use(self, networks: Networks) -> None:
        """Use other networks from now on, and time their decoder."""
        super().use(_TimedNetworks(networks, self._phases))  # type: ignore[arg-type]

    def time(self, request: Request) -> dict[str, float]:
        """Render and return milliseconds: ``render`` (all of it), ``decode``, ``invert``.

        ``invert`` is all that is not decoding.
        """
        category, p, seed = request
        self._phases.clear()
        start = time.perf_counter()
        self.render(category, p, seed)
        render = 1000 * (time.perf_counter() - start)
        return {"render": render, "invert": render - self._phases["decode"], **self._phases}


def ndm(bundle: Bundle, work: list[Request], inverter: str = DEFAULT_INVERTER) -> Contender:
    """Return this package's own machine, on one thread.

    Raises
    ------
    Skipped
        If the model has no MCNN.
    """
    if inverter == "mcnn" and bundle.mcnn is None:
        raise Skipped("the model has no MCNN")
    machine = Stopwatch(bundle, inverter)
    facts = {"threads": 1, "inverter": inverter}
    return Contender(len(work), lambda i: machine.time(work[i]), facts=facts)


def librosa(bundle: Bundle, work: list[Request]) -> Contender:
    """Return librosa's inversion of this machine's mels, on one thread.

    Raises
    ------
    Skipped
        If librosa is not installed.
    """
    need("librosa", "dev")
    need("threadpoolctl", "dev")  # comes with librosa
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    machine = DrumMachine(bundle)
    work = work[:LIBROSA_RUNS]
    mels = [
        machine.decode(machine.controls.code(index, p, seed)[None], np.array([index]))[0]
        for index, p, seed in ((machine.index(category), p, seed) for category, p, seed in work)
    ]

    def run(i: int) -> dict[str, float]:
        with threadpool_limits(1):
            start = time.perf_counter()
            librosa_griffin_lim(mels[i], bundle.spec)
            return {"invert": 1000 * (time.perf_counter() - start)}

    # No warm-up in each block: a run is so long that the contender before has no influence.
    return Contender(len(work), run, warm_up=False, facts={"threads": 1, "iterations": 32})


def floor(runs: int, multiply_adds: int) -> Contender:
    """Return so many multiply-adds as matrix products: no network is faster than that."""
    product = MatrixProduct()
    return Contender(runs, lambda _: {"floor": 1000 * product.seconds(multiply_adds)})


def need(module: str, extra: str) -> None:
    """Raise :class:`Skipped` unless a module can be imported; `extra` brings it."""
    try:
        require(module, extra)
        __import__(module)
    except MissingExtraError as error:
        raise Skipped(str(error)) from error
    except Exception as error:  # a broken installation can fail in any way
        raise Skipped(f"{module} is installed but does not load ({error})") from error
