"""How fast the live engine answers: a real server in its own process, driven over UDP."""

import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from pythonosc.osc_message import OscMessage

from neural_drum_machine.benchmark import contenders
from neural_drum_machine.benchmark.latency import describe_machine, percentiles
from neural_drum_machine.errors import ServerError
from neural_drum_machine.inverters import DEFAULT_INVERTER
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.server.osc import build_message

Progress = Callable[[str, int, int], None]
Figures = dict[str, Any]

DRAG_PER_SECOND: Final = 100
WARM_UP: Final = 5
"""Sounds before those that are timed."""
_TIMEOUT: Final = 30.0
_MIB: Final = 2**20
_HEADER_BYTES: Final = 44
"""Of a WAV file, without the comment."""


class LiveServer:
    """``ndm play`` in a process of its own, and a client of it.

    Parameters
    ----------
    model : Path
        The model file.

    Raises
    ------
    ServerError
        If the server does not start or does not answer.
    """

    def __init__(self, model: Path) -> None:
        self.started = time.perf_counter()
        command = [sys.executable, "-m", "neural_drum_machine", "play", "--quiet"]
        self.process = subprocess.Popen(  # noqa: S603  # our own program
            [*command, "--osc-port", "0", "--port", "0", "--no-browser", "--model", str(model)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"OSC: UDP .*:(\d+)", line):
                break
        else:
            self.process.communicate()
            raise ServerError(f"the server did not start: {''.join(lines).strip()}")
        page = re.search(r"http://\S+", "".join(lines))
        self.url = page[0] if page else ""
        """Where its page is."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", int(found[1])))
        self.socket.settimeout(_TIMEOUT)

    def close(self) -> None:
        """End the server as Ctrl-C would."""
        self.socket.close()
        self.process.terminate()
        self.process.communicate(timeout=_TIMEOUT)

    def send(self, address: str, *values: int | float | str) -> None:
        """Send one message."""
        self.socket.send(build_message(address, *values))

    def receive(self) -> tuple[str, list[Any]]:
        """Return the next answer's address and arguments.

        Raises
        ------
        ServerError
            If none comes.
        """
        try:
            message = OscMessage(self.socket.recv(65536))
        except TimeoutError as error:
            raise ServerError(f"the server has not answered for {_TIMEOUT:g} s") from error
        return message.address, message.params

    def sound(self, *values: int | float | str) -> float:
        """Ask for a sound; return milliseconds until the answer, whose file must be complete."""
        start = time.perf_counter()
        self.send("/ndm/generate", *values)
        address, answer = self.receive()
        ms = 1000 * (time.perf_counter() - start)
        if address != "/ndm/sound" or answer[0] != values[0]:
            raise ServerError(f"asked for a sound, heard {address} {answer}")
        check_file(Path(answer[1]), answer[4])
        return ms

    def resident_mib(self) -> float | None:
        """Return the server's resident memory, None where nobody tells (not Linux)."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        return int(status.split("VmRSS:")[1].split()[0]) * 1024 / _MIB


def check_file(path: Path, samples: int) -> None:
    """Raise :class:`ServerError` unless a WAV file has all of its bytes."""
    data = path.read_bytes()
    whole = int.from_bytes(data[4:8], "little") + 8
    if data[:4] != b"RIFF" or len(data) != whole or whole < _HEADER_BYTES + 2 * samples:
        raise ServerError(f"{path} was answered, but is not complete: {len(data)} of {whole} bytes")


def measure_live(
    bundle: Bundle, seconds: float = 20.0, sounds: int = 200, progress: Progress | None = None
) -> Figures:
    """Measure the live engine on this machine.

    Parameters
    ----------
    bundle : Bundle
        The model.
    seconds : float
        Length of the drag.
    sounds : int
        Single requests of each inverter.
    progress : callable
        Called with (stage, done, in all).

    Returns
    -------
    dict
        JSON values; names end in their unit and statistic: ``start`` (process to first sound),
        ``single`` by inverter (a message to its answer, the file complete), ``drag`` (from
        sending a state to hearing it or a newer one), ``memory``, and where PyTorch is
        installed ``pytorch`` (eager decoder and MCNN, without any server) with the ratio.

    Raises
    ------
    ServerError
        If the server does not start, does not answer, or answers with a file that is not
        complete.
    """
    machine = describe_machine()  # first: its load is that of others
    report = progress or (lambda *_: None)
    work = contenders.requests(bundle.categories, sounds + WARM_UP)
    with contextlib.closing(LiveServer(bundle.path)) as server:
        server.sound(0, bundle.categories[0], 0.0, 0.0, 0.0)
        start_s = time.perf_counter() - server.started
        resident = server.resident_mib()
        single = {}
        for name in dict.fromkeys((DEFAULT_INVERTER, "mcnn")):
            times = []
            for i, (category, p, seed) in enumerate(work):
                more = ("seed", seed >> 1, "inverter", name)
                times.append(server.sound(i, category, *p, *more))
                report(f"single sounds, {name}", i + 1, len(work))
            single[name] = _figures("answer", times[WARM_UP:])
        report("drag", 0, 1)
        drag, superseded = _drag(server, bundle.categories[0], seconds)
        report("drag", 1, 1)
        resident_after = server.resident_mib()
    result: Figures = {
        "format": "neural-drum-machine live benchmark",
        "format_version": 1,
        "machine": machine,
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
        "memory": {"resident_mib_start": resident, "resident_mib_end": resident_after},
        "pytorch": _pytorch(bundle, work[: sounds // 4 + WARM_UP], single["mcnn"], report),
    }
    return result


def _figures(phase: str, times: list[float]) -> Figures:
    return {**percentiles({phase: times}), f"{phase}_ms": [round(ms, 3) for ms in times]}


def _drag(server: LiveServer, category: str, seconds: float) -> tuple[list[float], int]:
    """Return for each state the milliseconds until it or a newer one was heard."""
    n = max(1, round(seconds * DRAG_PER_SECOND))
    sent = [0.0] * n

    def send() -> None:
        start = time.perf_counter()
        for i in range(n):
            time.sleep(max(0.0, start + i / DRAG_PER_SECOND - time.perf_counter()))
            place = float(np.sin(i / 30))
            sent[i] = time.perf_counter()
            server.send("/ndm/generate", i, category, place, -place, place / 2)

    hand = threading.Thread(target=send, daemon=True)
    hand.start()
    times: list[float] = []
    superseded = 0
    for address, answer in _answers(server):
        now = time.perf_counter()
        if address == "/ndm/sound":
            # All states up to this one that nothing newer has said yet.
            times += [1000 * (now - sent[i]) for i in range(len(times), answer[0] + 1)]
            if len(times) == n:
                break
        elif address == "/ndm/superseded":
            superseded += 1
        else:
            raise ServerError(f"a drag heard {address} {answer}")
    hand.join()
    return times, superseded


def _answers(server: LiveServer) -> Iterator[tuple[str, list[Any]]]:
    while True:
        yield server.receive()


def _pytorch(
    bundle: Bundle, work: list[contenders.Request], ours: Mapping[str, float], report: Progress
) -> Figures:
    try:
        eager = contenders.pytorch(bundle, work)
    except contenders.Skipped as reason:
        return {"skipped": str(reason)}
    times = []
    for i in range(len(work)):
        times.append(eager.run(i)["render"])
        report("PyTorch", i + 1, len(work))
    figures = _figures("render", times[WARM_UP:])
    ratio = figures["render_ms_p50"] / ours["answer_ms_p50"]
    return {**figures, "render_over_our_mcnn_answer": ratio}
