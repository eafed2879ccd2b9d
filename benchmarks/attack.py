"""What a bystander notices while others use the live server badly.

    python benchmarks/attack.py [--only NAME] [--seconds 12]

Starts ``ndm play`` on free ports for each load of ``attack_loads.py``. A bystander drags at 60
messages a second: over OSC, or over a WebSocket if the load comes over one. For a while it is
alone, then the load begins in another process. Somebody new asks for a first sound meanwhile.

A row has, for the bystander alone and beside the load, the 95th percentile of the time from a
message to its sound, and the longest time without a sound; how long the newcomer waited; by how
much the server's memory grew; its processor time; and what the load saw itself.
"""

import argparse
import itertools
import json
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import psutil
from attack_loads import LOADS, Ports, paced, udp
from pythonosc.osc_message import OscMessage
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from neural_drum_machine.benchmark.live_server import LiveServer
from neural_drum_machine.machine import default_model_path
from neural_drum_machine.server.osc import build_message

PER_SECOND: Final = 60
PATIENCE: Final = 15.0
OVER_SOCKETS: Final = (
    *("pings", "unread", "halves", "empty fragments", "2-byte fragments", "big JSON"),
    "big binaries",
)
NOTHING: Final = float("nan")


@dataclass
class Seen:
    """The times of a bystander's messages and sounds."""

    sent: dict[int, float] = field(default_factory=dict)
    heard: list[tuple[float, float]] = field(default_factory=list)
    """When a sound came, and how long after its message."""

    def hear(self, id_: int) -> None:
        """Note that a sound has come."""
        now = time.monotonic()
        self.heard.append((now, now - self.sent[id_]))

    def between(self, start: float, end: float) -> tuple[float, float, float]:
        """95th percentile of the waits, longest gap (both in ms), sounds a second."""
        inside = [(at, wait) for at, wait in self.heard if start <= at <= end]
        gaps = np.diff([start, *(at for at, _ in inside), end])
        p95 = np.percentile([wait for _, wait in inside], 95) if inside else NOTHING
        return 1000 * p95, 1000 * gaps.max(), len(inside) / (end - start)


def drag_over_osc(ports: Ports, seen: Seen, end: threading.Event) -> None:
    (one,) = udp(ports)
    for id_ in itertools.count():
        due = time.monotonic() + 1 / PER_SECOND
        seen.sent[id_] = time.monotonic()
        one.send(build_message("/ndm/generate", id_, "kick", (id_ % 100) / 100, 0.0, 0.0))
        while (left := due - time.monotonic()) > 0:
            one.settimeout(left)
            try:
                answer = OscMessage(one.recv(65536))
            except (TimeoutError, BlockingIOError):
                break
            if answer.address == "/ndm/sound":
                seen.hear(answer.params[0])
        if end.is_set():
            return


def open_socket(ports: Ports) -> ClientConnection:
    at = f"127.0.0.1:{ports[1]}"
    return connect(
        f"ws://{at}/ws", origin=f"http://{at}", ping_interval=None, open_timeout=PATIENCE
    )


def sound_id(data: str | bytes) -> int | None:
    """Return the id of a sound that came over a WebSocket; None if it is another answer."""
    if isinstance(data, str):
        return None
    return int(json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])["id"])


def drag_over_socket(ports: Ports, seen: Seen, end: threading.Event) -> None:
    with open_socket(ports) as one:

        def listen() -> None:
            try:
                for data in one:
                    if (id_ := sound_id(data)) is not None:
                        seen.hear(id_)
            except WebSocketException as error:
                if not end.is_set():
                    print(f"the bystander's socket was closed: {error}", file=sys.stderr)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        place = {"type": "generate", "category": "kick", "p2": 0, "p3": 0}
        try:
            for id_ in paced(3600, PER_SECOND):
                seen.sent[id_] = time.monotonic()
                one.send(json.dumps({**place, "id": id_, "p1": (id_ % 100) / 100}))
                if end.is_set():
                    return
        except WebSocketException:
            return


def ask(one: Any, *message: Any, patience: float = PATIENCE) -> float:
    """Seconds until the sound over OSC; asked again while the server is busy. NaN: never."""
    start = time.monotonic()
    while (left := start + patience - time.monotonic()) > 0:
        one.send(build_message(*message))
        one.settimeout(min(left, 1))  # then the protocol says: ask again
        try:
            while (answer := OscMessage(one.recv(65536))).address == "/ndm/superseded":
                pass
        except TimeoutError:
            continue
        if answer.address == "/ndm/sound":
            return time.monotonic() - start
        if answer.params[1] != "busy":
            return NOTHING
        time.sleep(0.1)
    return NOTHING


def first_sound(ports: Ports, _: Any) -> float:
    return ask(udp(ports)[0], "/ndm/random", 1, "clap")


def variation(_: Ports, silent: Any) -> float:
    """Ask for a neighbour of a sound that was made before the load; there was silence since."""
    return ask(silent, "/ndm/variation", 2, 1, 0.5)


def upload(ports: Ports, _: Any) -> float:
    (one,) = udp(ports)
    start = time.monotonic()
    wave = np.sin(np.arange(4096) / 5) * np.exp(-np.arange(4096) / 900)
    while time.monotonic() - start < PATIENCE:
        one.send(build_message("/ndm/upload", 1, len(wave), 22050, "category", "tom"))
        for i in range(0, len(wave), 1024):
            one.send(build_message("/ndm/samples", 1, i, *wave[i : i + 1024].tolist()))
        one.settimeout(5)
        try:
            answer = OscMessage(one.recv(65536))
            if answer.address == "/ndm/sound":
                return time.monotonic() - start
        except TimeoutError:
            pass
        time.sleep(0.1)
    return NOTHING


def over_socket(request: dict[str, Any]) -> Callable[[Ports, Any], float]:
    def probe(ports: Ports, _: Any) -> float:
        start = time.monotonic()
        try:
            with open_socket(ports) as one:
                one.send(json.dumps(request))
                one.recv(PATIENCE)
                return time.monotonic() - start
        except (OSError, WebSocketException):
            return NOTHING

    return probe


SOUND: Final = over_socket({"type": "random", "id": 1, "category": "clap"})
PROBES: Final[dict[str, Callable[[Ports, Any], float]]] = {
    "33 ports": variation,
    "upload places": upload,
    "fast drag": over_socket({"type": "pad_map", "id": 1, "category": "clap"}),
    **dict.fromkeys(OVER_SOCKETS, SOUND),
}


def _load(name: str, ports: Ports, seconds: float, begun: Any, results: Any) -> None:
    try:
        results.put(LOADS[name](ports, seconds, begun))
    except Exception as error:
        begun.set()
        results.put({"ended": f"{type(error).__name__}: {error}"})


def measure(name: str, seconds: float) -> list[str]:
    """One row."""
    server = LiveServer(default_model_path())
    end = threading.Event()
    process = psutil.Process(server.process.pid)
    try:
        ports = (server.socket.getpeername()[1], urlsplit(server.url).port or 0)
        (silent,) = udp(ports)
        ask(silent, "/ndm/random", 1, "snare")
        seen = Seen()
        drag = drag_over_socket if name in OVER_SOCKETS else drag_over_osc
        bystander = threading.Thread(target=drag, args=(ports, seen, end), daemon=True)
        bystander.start()
        time.sleep(1)
        start = time.monotonic()
        time.sleep(seconds / 2)
        alone = seen.between(start, time.monotonic())
        context = multiprocessing.get_context("spawn")
        begun, results = context.Event(), context.Queue()
        load = context.Process(target=_load, args=(name, ports, seconds, begun, results))
        memory = [server.resident_mib()]
        load.start()
        begun.wait(60)
        start, spent = time.monotonic(), sum(process.cpu_times()[:2])
        waited: list[float] = []
        probe = PROBES.get(name, first_sound)
        newcomer = threading.Timer(seconds / 3, lambda: waited.append(probe(ports, silent)))
        newcomer.start()
        while time.monotonic() < start + seconds:
            time.sleep(0.05)
            memory.append(server.resident_mib())
        beside = seen.between(start, time.monotonic())
        busy = (sum(process.cpu_times()[:2]) - spent) / seconds
        newcomer.join(2 * PATIENCE)
        own = results.get(timeout=30)
        load.join(10)
        return [
            name,
            f"{alone[0]:.0f} / {alone[1]:.0f}",
            f"{beside[0]:.0f} / {beside[1]:.0f}",
            f"{beside[0] / alone[0]:.1f}",
            f"{alone[2]:.0f} → {beside[2]:.0f}",
            f"{(waited or [NOTHING])[0]:.2f}",
            f"{max(memory) - memory[0]:+.0f} / {memory[-1] - memory[0]:+.0f}",
            f"{100 * busy:.0f}",
            ", ".join(f"{key} {value}" for key, value in own.items()),
        ]
    finally:
        end.set()
        server.close()


COLUMNS: Final = (
    *("load", "alone: p95 / gap, ms", "beside it: p95 / gap, ms", "ratio of p95"),
    *("sounds a second", "newcomer, s", "memory: most / end, MiB", "processor, %", "the load saw"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=LOADS, action="append", help="a load; may be repeated")
    # Longer than the ten seconds in which a client that does harm is to be closed.
    parser.add_argument("--seconds", type=float, default=12.0, help="how long a load lasts")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is ended, too
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    for name in options.only or LOADS:
        print(f"| {' | '.join(measure(name, options.seconds))} |", flush=True)


if __name__ == "__main__":
    main()
