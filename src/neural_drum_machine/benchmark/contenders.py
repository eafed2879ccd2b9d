"""What is timed: this machine, and others on the same work."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.arithmetic import MatrixProduct
from neural_drum_machine.errors import ConfigError, MissingExtraError, NdmError
from neural_drum_machine.extras import require
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.bundle import Bundle

Request = tuple[str, tuple[float, ...], int]

BLOCKS: Final = 20
"""Turns that the contenders take."""
LIBROSA_RUNS: Final = 8
"""It takes about a second each."""


@dataclass
class Contender:
    """Something that is timed.

    Attributes
    ----------
    runs : int
        How often.
    run : callable
        Takes the number of the run, returns milliseconds by phase.
    warm_up : bool
        Whether each block starts with a run that does not count: caches hold what ran before,
        and threads of what ran before may still spin.
    facts : dict
        What a reader of its times should know, as JSON values.
    times : dict
        Milliseconds of all runs by phase.
    """

    runs: int
    run: Callable[[int], dict[str, float]]
    warm_up: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


class Skipped(NdmError):
    """A contender cannot take part; the message says why."""


def interleave(
    contenders: Mapping[str, Contender], progress: Callable[[int, int], None] | None = None
) -> None:
    """Fill every contender's `times`, in blocks by turns; who begins changes with the block."""
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
    """Return random categories, pads within the comfortable range, and seeds: always the same."""
    rng = np.random.default_rng(0)
    return [
        (str(rng.choice(categories)), tuple(rng.uniform(-1, 1, 3).tolist()), int(seed))
        for seed in rng.integers(0, 2**32, count)
    ]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Stopwatch(DrumMachine):
    """A drum machine that notes how long its last render took."""

    def __init__(self, bundle: Bundle, threads: int, inverter: str) -> None:
        super().__init__(bundle, threads, inverter)
        self._phases: dict[str, float] = {}

    def decode(self, codes: FloatArray, categories: npt.NDArray[np.int64]) -> FloatArray:
        """Return mels, as a drum machine does."""
        start = time.perf_counter()
        mels = super().decode(codes, categories)
        self._phases["decode"] = 1000 * (time.perf_counter() - start)
        return mels

    def invert(self, mel: FloatArray, take: int = 0) -> FloatArray:
        """Return a waveform, as a drum machine does."""
        start = time.perf_counter()
        samples = super().invert(mel, take)
        self._phases["invert"] = 1000 * (time.perf_counter() - start)
        return samples

    def time(self, request: Request) -> dict[str, float]:
        """Render and return milliseconds: ``render`` (all of it), ``decode``, ``invert``."""
        category, p, seed = request
        start = time.perf_counter()
        self.render(category, p, seed)
        return {"render": 1000 * (time.perf_counter() - start), **self._phases}


def ndm(
    bundle: Bundle, work: list[Request], threads: int = 1, inverter: str = DEFAULT_INVERTER
) -> Contender:
    """Return this machine; raise :class:`Skipped` if there are fewer cores than threads."""
    if threads > cores():
        raise Skipped(f"{threads} threads need as many cores; this process may use {cores()}")
    machine = Stopwatch(bundle, threads, inverter)
    facts = {"threads": threads, "inverter": inverter}
    return Contender(len(work), lambda i: machine.time(work[i]), facts=facts)


def pytorch(bundle: Bundle, work: list[Request]) -> Contender:
    """Return decoder and MCNN in eager PyTorch; raise :class:`Skipped` without."""
    _need("torch", "train")
    from neural_drum_machine.networks.eager import EagerNetworks, one_thread

    machine = Stopwatch(bundle, 1, "mcnn")
    reference = machine.render(*work[0]).samples
    try:
        networks = EagerNetworks(bundle)
        machine.use(networks)  # type: ignore[arg-type]  # has the methods that count
    except (KeyError, TypeError, ConfigError) as error:
        raise Skipped(f"the model file does not say how it was built ({error!r})") from error

    def run(i: int) -> dict[str, float]:
        with one_thread():
            return machine.time(work[i])

    fit = networks.weights_fit
    weights = "the model's" if fit else "random, of the same sizes: the time is the same"
    facts: dict[str, Any] = {"threads": 1, "inverter": "mcnn", "weights": weights}
    if fit:
        difference = np.abs(machine.render(*work[0]).samples - reference).max()
        facts["largest_difference"] = float(f"{difference:.3g}")
    return Contender(len(work), run, facts=facts)


def librosa(bundle: Bundle, work: list[Request]) -> Contender:
    """Return librosa's inversion of this machine's mels; raise :class:`Skipped` without it."""
    _need("librosa", "dev")
    _need("threadpoolctl", "dev")  # comes with librosa
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from neural_drum_machine.benchmark.librosa_inverter import librosa_griffin_lim

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

    # Not warmed up in each block: a run is so long that what came before does not show.
    return Contender(len(work), run, warm_up=False, facts={"threads": 1, "iterations": 32})


def floor(runs: int, multiply_adds: int) -> Contender:
    """Return so many multiply-adds as plain matrix products: what no network is faster than."""
    product = MatrixProduct()
    return Contender(runs, lambda _: {"floor": 1000 * product.seconds(multiply_adds)})


def _need(module: str, extra: str) -> None:
    try:
        require(module, extra)
        __import__(module)
    except MissingExtraError as error:
        raise Skipped(str(error)) from error
    except Exception as error:  # a broken or half-removed installation fails in its own way
        raise Skipped(f"{module} is installed but does not load ({error})") from error
