"""The engine in C beside the reference: time, stages, and how far apart they are.

``python -m benchmarks.engine [--codes 110] [--parity 500]`` prints the tables of docs/engine.md.
All take turns in one thread, and its time of the processor counts, so that other programs disturb
little. A C compiler is needed.
"""

import argparse
import ctypes
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.arithmetic import count_networks
from neural_drum_machine.detail.takes import at_full_scale
from neural_drum_machine.errors import EngineError
from neural_drum_machine.inverters.frames import FLOOR_DB, sounding_frames
from neural_drum_machine.inverters.full_band import iterations
from neural_drum_machine.inverters.magnitude import inverse_filterbank
from neural_drum_machine.inverters.renderer import HitRenderer
from neural_drum_machine.machine import DrumMachine, load
from neural_drum_machine.native import library as module
from neural_drum_machine.native.engine import NativeEngine
from neural_drum_machine.native.library import KERNELS
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import exp_mel

STAGES: Final = ("decode", "exemplars", "body", "detail", "magnitudes", "phases", "core attack",
                 "iterations", "resampling", "air", "full attack", "ending")  # fmt: skip
ROUNDING: Final = np.float32(3e-7)
"""Half a unit in the last place of a level of 5 nepers."""


def drawn(machine: DrumMachine, seed: int) -> tuple[int, FloatArray]:
    """Return a category, in turn, and a random code as the prior spreads them."""
    random = np.random.default_rng(seed)
    index = seed % len(machine.categories)
    spread = np.linalg.cholesky(machine.controls.prior.covariances[index].astype(float))
    code = machine.controls.means[index] + spread @ random.standard_normal(len(spread))
    return index, code.astype(np.float32)


def engines(path: Path) -> Iterator[NativeEngine]:
    """Yield the engine with each kind of kernels that this processor has, the fastest first."""
    for kernels in KERNELS[:0:-1]:
        try:
            yield NativeEngine.open(path, kernels)
        except EngineError:
            continue


def multiply_adds(machine: DrumMachine, frames: int) -> dict[str, float]:
    """Return the multiply-adds of the stages that are products, of a sound of so many frames.

    A Fourier transform of n complex numbers counts as 2.5 n log2 n of them, a real one as half.
    """
    spec = machine.spec

    def fft(n: int) -> float:
        return 2.5 * n * math.log2(n)

    inverse = np.abs(inverse_filterbank(spec, spec.win_length))
    steps = iterations(frames)
    return {
        "decode": count_networks(machine.bundle)[0],
        "magnitudes": float((inverse > 1e-10 * inverse.max()).sum()) * frames,
        "iterations": (2 * steps + 1) * frames * fft(spec.win_length) / 2,
        "core attack": 5 * (1 + 4) * fft(2304),
        "resampling": 2 * 195.0 * frames * spec.hop_length,
        "full attack": 2 * (1 + 5) * fft(4608),
    }


def timed(machine: DrumMachine, codes: int) -> None:
    """Print how long renders take, and their stages."""
    plays = list(engines(Path(machine.bundle.path)))
    times: dict[str, list[float]] = {"NumPy": [], **{each.kernels: [] for each in plays}}
    decodes = {name: list[float]() for name in times}
    stages = {each.kernels: np.zeros((codes, len(STAGES))) for each in plays}
    counts: list[dict[str, float]] = []
    for seed in range(codes):
        index, code = drawn(machine, seed)
        start = time.thread_time()
        levels = machine.levels(code, (index,))
        decodes["NumPy"].append(time.thread_time() - start)
        start = time.thread_time()
        machine.render_code(machine.categories[index], code)
        times["NumPy"].append(time.thread_time() - start)
        frames = sounding_frames(exp_mel(levels.mel, machine.spec), FLOOR_DB)
        counts.append(multiply_adds(machine, frames))
        for each in plays:
            start = time.thread_time()
            each.levels(index, code)
            decodes[each.kernels].append(time.thread_time() - start)
            with each._pool.lent() as engine:
                before = _seconds(engine)
            start = time.thread_time()
            each.render(index, code)
            times[each.kernels].append(time.thread_time() - start)
            with each._pool.lent() as engine:
                stages[each.kernels][seed] = _seconds(engine) - before
    print(
        "| | decode, least | median | decode + render, least | median | p95 | of NumPy's median |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    whole = np.median(times["NumPy"])
    for name, values in times.items():
        ms = 1e3 * np.array(values)
        own = 1e3 * np.array(decodes[name])
        print(
            f"| {name} | {own.min():.1f} ms | {np.median(own):.1f} ms | {ms.min():.1f} ms "
            f"| {np.median(ms):.1f} ms | {np.percentile(ms, 95):.1f} ms "
            f"| {np.median(values) / whole:.2f} |"
        )
    for each in plays:
        with each._pool.lent() as engine:
            peak = _LIB.ndm_peak(engine)
        print(f"\n{each.kernels}: {peak / 1e9:.0f} G multiply-adds a second at most\n")
        print("| stage | median | multiply-adds | of the most that is possible |")
        print("|---|---:|---:|---:|")
        for place, stage in enumerate(STAGES):
            spent = stages[each.kernels][:, place]
            products = [count.get(stage, 0.0) for count in counts]
            # The quarter of the sounds that other programs disturbed least.
            share = np.percentile(np.array(products) / np.maximum(spent, 1e-9), 75) / peak
            told = f"{np.median(products) / 1e6:.1f} M | {share:.0%}" if any(products) else "| "
            print(f"| {stage} | {1e3 * np.median(spent):.2f} ms | {told} |")


_LIB: ctypes.CDLL


def _seconds(engine: ctypes.c_void_p) -> FloatArray:
    return np.array(_LIB.ndm_stage_seconds(engine)[: len(STAGES)])


def apart(machine: DrumMachine, codes: int) -> None:
    """Print how far engine and reference are apart, and the reference from itself."""
    engine = next(engines(Path(machine.bundle.path)))
    render = HitRenderer(machine.spec, machine.networks, machine.rendering)
    far: dict[str, list[tuple[float, float]]] = {"the engine": [], "the reference, rounded": []}
    for seed in range(codes):
        index, code = drawn(machine, seed)
        levels = machine.levels(code, (index,))
        random = np.random.default_rng(seed)
        parts = (p + ROUNDING * random.standard_normal(p.shape) for p in levels)
        moved = Levels(*(part.astype(np.float32) for part in parts))
        gain = machine.detail.log_gain(code, (index,), np.ones(1, np.float32), 0)
        plain, other = (at_full_scale(render(each, gain, 0)) for each in (levels, moved))
        pair = (engine.render(index, code), other)
        for name, samples in zip(far, pair, strict=True):
            change = np.zeros(max(len(samples), len(plain)))
            change[: len(plain)] = plain
            change[: len(samples)] -= samples
            sizes = np.abs(change).max(), np.sqrt(np.square(change).mean())
            far[name].append((20 * np.log10(sizes[0] + 1e-12), 20 * np.log10(sizes[1] + 1e-12)))
    print(f"\n{codes} random codes of all categories, dB of the peak\n")
    print(
        "| | peak of the difference, median | under -80 dB | RMS, median | under -80 dB | worst |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for name, values in far.items():
        peak, rms = np.transpose(values)
        print(
            f"| {name} | {np.median(peak):.0f} | {np.mean(peak < -80):.0%} | {np.median(rms):.0f} "
            f"| {np.mean(rms < -80):.1%} | {rms.max():.0f} |"
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--codes", type=int, default=110, help="codes that are timed")
    parser.add_argument("--parity", type=int, default=500, help="codes that are compared")
    arguments = parser.parse_args()
    global _LIB
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "timed.so"
        script = Path(__file__).parents[1] / "scripts" / "build_engine"
        subprocess.run([sys.executable, script, "--timed", built], check=True)  # noqa: S603
        module.LIBRARY = built  # type: ignore[misc]
        _LIB = module.library()
        _LIB.ndm_stage_seconds.restype = ctypes.POINTER(ctypes.c_double)
        _LIB.ndm_stage_seconds.argtypes = _LIB.ndm_peak.argtypes = (ctypes.c_void_p,)
        _LIB.ndm_peak.restype = ctypes.c_double
        machine = load(engine="reference")
        timed(machine, arguments.codes)
        apart(machine, arguments.parity)


if __name__ == "__main__":
    main()
