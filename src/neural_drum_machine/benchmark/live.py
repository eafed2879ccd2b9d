"""How fast the live server answers."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from neural_drum_machine.benchmark import contenders
from neural_drum_machine.benchmark.computer import describe_computer
from neural_drum_machine.benchmark.eager_pytorch import pytorch
from neural_drum_machine.benchmark.latency import percentiles
from neural_drum_machine.benchmark.live_server import LiveServer
from neural_drum_machine.errors import ServerError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.model_file.bundle import Bundle

StageProgress = Callable[[str, int, int], None]
Figures = dict[str, Any]

DRAG_PER_SECOND: Final = 100
WARM_UP: Final = 5
"""Number of sounds before those that are timed."""


def measure_live(
    bundle: Bundle, seconds: float = 20.0, sounds: int = 200, progress: StageProgress | None = None
) -> Figures:
    """Measure the live server on this computer.

    Parameters
    ----------
    bundle : Bundle
        The model.
    seconds : float
        Length of the drag in seconds.
    sounds : int
        Number of single requests for each inverter.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    dict
        JSON values; names end in their unit and statistic. ``start``: from the start of the
        process to its first sound. ``single``, by inverter: from a message to its answer with a
        complete file. ``drag``: from sending a state to the answer for it or for a newer one.
        ``memory``. ``pytorch``, if PyTorch is installed: decoder and MCNN in eager PyTorch without
        a server, and the ratio.

    Raises
    ------
    ServerError
        If the server does not start, does not answer, or answers with a file that is not
        complete.
    """
    computer = describe_computer()  # first, because it measures the load of other programs
    report = progress or (lambda *_: None)
    work = contenders.requests(bundle.categories, sounds + WARM_UP)
    with contextlib.closing(LiveServer(bundle.path)) as server:
        server.sound(0, bundle.categories[0], 0.0, 0.0, 0.0)
        start_s = time.perf_counter() - server.started
        resident = server.resident_mib()
        single = {DEFAULT_INVERTER: _single(server, DEFAULT_INVERTER, work, report)}
        report("drag", 0, 1)
        drag, superseded = _drag(server, bundle.categories[0], seconds)
        report("drag", 1, 1)
        resident_after = server.resident_mib()
        # Last, because its weights stay in memory.
        single["mcnn"] = _single(server, "mcnn", work, report)
        resident_mcnn = server.resident_mib()
    result: Figures = {
        "format": "neural-drum-machine live benchmark",
        "format_version": 1,
        "machine": computer,
        "model": {"name": bundle.header.get("name"), "hash": bundle.hash},
        "start": {"first_sound_s": start_s},
        "inverter": DEFAULT_INVERTER,
        "single": single,
        "drag": {
            "seconds": seconds,
            "messages": len(drag),
            "messages_per_s": DRAG_PER_SECOND,
            "superseded": superseded,
            **_figures("heard", drag),
        },
        "memory": {
            "resident_mib_start": resident,
            "resident_mib_drag": resident_after,
            "resident_mib_mcnn": resident_mcnn,
        },
        "pytorch": _pytorch(bundle, work[: sounds // 4 + WARM_UP], single["mcnn"], report),
    }
    return result


def _single(
    server: LiveServer, inverter: str, work: Sequence[contenders.Request], report: StageProgress
) -> Figures:
    """Ask for sounds one after the other."""
    times = []
    for i, (category, p, seed) in enumerate(work):
        more = ("seed", seed >> 1, "inverter", inverter)
        times.append(server.sound(i, category, *p, *more))
        report(f"single sounds, {inverter}", i + 1, len(work))
    return _figures("answer", times[WARM_UP:])


def _figures(phase: str, times: list[float]) -> Figures:
    return {**percentiles({phase: times}), f"{phase}_ms": [round(ms, 3) for ms in times]}


def _drag(server: LiveServer, category: str, seconds: float) -> tuple[list[float], int]:
    """Drag for some seconds.

    Returns
    -------
    times : list of float
        For each state the milliseconds until the sound of it or of a newer state was there.
    superseded : int
        Number of states that the server answered as superseded.
    """
    n = max(1, round(seconds * DRAG_PER_SECOND))
    sent = [0.0] * n

    def send() -> None:
        start = time.perf_counter()
        for i in range(n):
            time.sleep(max(0.0, start + i / DRAG_PER_SECOND - time.perf_counter()))
            place = float(np.sin(i / 30))
            sent[i] = time.perf_counter()
            server.send("/ndm/generate", i, category, place, -place, place / 2)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    times: list[float] = []
    superseded = 0
    for address, answer in _answers(server):
        now = time.perf_counter()
        if address == "/ndm/sound":
            # This sound answers all states up to its own that have no time yet.
            times += [1000 * (now - sent[i]) for i in range(len(times), answer[0] + 1)]
            if len(times) == n:
                break
        elif address == "/ndm/superseded":
            superseded += 1
        else:
            raise ServerError(f"a drag received {address} {answer}")
    sender.join()
    return times, superseded


def _answers(server: LiveServer) -> Iterator[tuple[str, list[Any]]]:
    while True:
        yield server.receive()


def _pytorch(
    bundle: Bundle, work: list[contenders.Request], ours: Mapping[str, float], report: StageProgress
) -> Figures:
    try:
        eager = pytorch(bundle, work)
    except contenders.Skipped as reason:
        return {"skipped": str(reason)}
    times = []
    for i in range(len(work)):
        times.append(eager.run(i)["render"])
        report("PyTorch", i + 1, len(work))
    figures = _figures("render", times[WARM_UP:])
    ratio = figures["render_ms_p50"] / ours["answer_ms_p50"]
    return {**figures, "render_over_our_mcnn_answer": ratio}
