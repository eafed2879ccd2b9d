"""How long a sound takes: this machine beside others, measured in one run.

Values that are divided by each other come from the same run, in which the contenders take turns: a
busy computer slows all of them alike.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np

from neural_drum_machine.benchmark import contenders as make
from neural_drum_machine.benchmark.arithmetic import MATRIX, count_networks
from neural_drum_machine.benchmark.cold_start import measure_cold_starts
from neural_drum_machine.benchmark.computer import describe_computer
from neural_drum_machine.benchmark.eager_pytorch import pytorch
from neural_drum_machine.model_file.bundle import Bundle

StageProgress = Callable[[str, int, int], None]
Figures = dict[str, Any]

PERCENTILES: Final = (50, 95, 99)
COLD_STARTS: Final = 6
"""Starts of a fresh process; the first one is reported separately."""
RATIOS: Final = {
    "mcnn_render_over_ndm_render": (
        ("contenders", "mcnn", "render_ms_p50"),
        ("contenders", "ndm", "render_ms_p50"),
    ),
    "mcnn_render_over_floor": (
        ("contenders", "mcnn", "render_ms_p50"),
        ("arithmetic", "floor_ms_p50"),
    ),
    "pytorch_render_over_mcnn_render": (
        ("contenders", "pytorch", "render_ms_p50"),
        ("contenders", "mcnn", "render_ms_p50"),
    ),
    "librosa_invert_over_ndm_invert": (
        ("contenders", "librosa", "invert_ms_p50"),
        ("contenders", "ndm", "invert_ms_p50"),
    ),
    "pytorch_first_sound_over_ndm_first_sound": (
        ("cold_start", "pytorch", "first_sound_s_p50"),
        ("cold_start", "ndm", "first_sound_s_p50"),
    ),
    "pytorch_peak_memory_over_ndm_peak_memory": (
        ("cold_start", "pytorch", "peak_memory_mib_p50"),
        ("cold_start", "ndm", "peak_memory_mib_p50"),
    ),
}
"""Every ratio: the keys of its two medians in the result."""


def benchmark(bundle: Bundle, renders: int = 200, progress: StageProgress | None = None) -> Figures:
    """Measure a model on this computer.

    Parameters
    ----------
    bundle : Bundle
        The model.
    renders : int
        Timed renders of each contender that renders.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    dict
        JSON values; names end in their unit (``render_ms_p95``) and statistic.

        ``machine``, ``model``
            The computer (see
            :func:`~neural_drum_machine.benchmark.computer.describe_computer`) and the model.
        ``cold_start``
            ``ndm`` and ``pytorch``: see
            :func:`~neural_drum_machine.benchmark.cold_start.measure_cold_starts`.
        ``contenders``
            ``ndm`` (with the default inverter), ``mcnn`` (with the paper's), ``pytorch`` (decoder
            and MCNN), ``librosa``: ``runs``, ``threads``, and for ``render``, ``decode`` and
            ``invert`` percentiles and all times, in the order of the runs.
        ``arithmetic``
            Multiply-adds of the networks; how many this computer does in a second on one thread
            (in products of matrices of side ``matrix_size``); and ``floor_ms``, the time for the
            multiply-adds of the networks.
        ``ratios``
            See :data:`RATIOS`. Ratios of values that were not measured are absent.

        A part that could not be measured has one entry, ``skipped``, with the reason.
    """
    computer = describe_computer()  # first, because it measures the load of other programs
    work = make.requests(bundle.categories, renders)
    taking_part: dict[str, make.Contender] = {}
    skipped: dict[str, Figures] = {}
    for name, maker in (
        ("ndm", make.ndm),
        ("mcnn", lambda bundle, work: make.ndm(bundle, work, inverter="mcnn")),
        ("pytorch", pytorch),
        ("librosa", make.librosa),
    ):
        try:
            taking_part[name] = maker(bundle, work)
        except make.Skipped as reason:
            skipped[name] = {"skipped": str(reason)}
    programs = [name for name in ("ndm", "pytorch") if name in taking_part]
    cold = measure_cold_starts(
        bundle.path, programs, COLD_STARTS, partial(progress, "cold starts") if progress else None
    )
    if "pytorch" in skipped:
        cold["pytorch"] = skipped["pytorch"]
    decoder, mcnn = count_networks(bundle)
    taking_part["floor"] = make.floor(renders, decoder + mcnn)
    for contender in taking_part.values():
        contender.run(0)  # loads, compiles, plans
    make.interleave(taking_part, partial(progress, "renders") if progress else None)
    floor = taking_part.pop("floor").times
    figures = {name: _figures(contender) for name, contender in taking_part.items()}
    result = {
        "format": "neural-drum-machine benchmark",
        "format_version": 1,
        "machine": computer,
        "model": {"name": bundle.header.get("name"), "hash": bundle.hash},
        "cold_start": cold,
        "contenders": {**figures, **skipped},
        "arithmetic": {
            "decoder_multiply_adds": decoder,
            "mcnn_multiply_adds": mcnn,
            "matrix_size": MATRIX,
            "rate_per_s_p50": 1000 * (decoder + mcnn) / float(np.median(floor["floor"])),
            "rate_per_s_best": 1000 * (decoder + mcnn) / min(floor["floor"]),
            **percentiles(floor),
            "floor_ms": floor["floor"],
        },
    }
    return {**result, "ratios": ratios(result)}


def percentiles(times: Mapping[str, list[float]]) -> dict[str, float]:
    """Return ``<phase>_ms_p50``, ``_p95``, ``_p99`` (linear between neighbours)."""
    return {
        f"{phase}_ms_p{p}": float(np.percentile(values, p))
        for phase, values in times.items()
        for p in PERCENTILES
    }


def ratios(result: Mapping[str, Any]) -> dict[str, float]:
    """Return those of :data:`RATIOS` whose two medians were measured."""

    def find(path: tuple[str, ...]) -> float | None:
        value: Any = result
        for key in path:
            value = value.get(key, {})
        return float(value) if isinstance(value, int | float) else None

    found = {name: (find(above), find(below)) for name, (above, below) in RATIOS.items()}
    return {name: above / below for name, (above, below) in found.items() if above and below}


def _figures(contender: make.Contender) -> Figures:
    return {
        "runs": contender.runs,
        **contender.facts,
        **percentiles(contender.times),
        **{f"{phase}_ms": values for phase, values in contender.times.items()},
    }
