"""The live engine: one worker, newest request wins, clients in turn, nothing without a bound."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from neural_drum_machine import __version__
from neural_drum_machine.errors import OutputError
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server import protocol
from neural_drum_machine.server.counters import Counters
from neural_drum_machine.server.files import SoundFolder
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    Generate,
    ProtocolError,
    Reply,
    Request,
    SoundReply,
    SoundRequest,
)
from neural_drum_machine.server.studio import Memory, Studio

MAX_CLIENTS: Final = 32
MAX_WAITING: Final = 8
"""Requests of one client, beside its newest generate, that may wait."""

Answer = Callable[[Reply], None]


@dataclass(slots=True)
class _Job:
    request: SoundRequest
    answer: Answer
    received: float
    """:func:`time.perf_counter` at arrival."""


@dataclass(slots=True)
class _Client:
    number: int
    """Names its folder."""
    waiting: deque[_Job] = field(default_factory=deque)
    memory: Memory = field(default_factory=Memory)
    working: bool = False


class Engine:
    """Meets requests of many clients with one model.

    Of a client's generates only the newest waits: one that is overtaken before its turn is
    answered with :class:`~neural_drum_machine.server.protocol.Superseded`. A newer one takes the
    older one's place, so that a drag neither starves the client's other requests nor waits for
    ever behind them. What is being rendered is never interrupted. Clients are served in turn.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    folder : SoundFolder
        Where sounds go; not closed by the engine.
    """

    def __init__(self, machine: DrumMachine, folder: SoundFolder) -> None:
        self.counters = Counters()
        self.last: SoundReply | None = None
        """The newest sound, for whoever shows what happens."""
        self._studio = Studio(machine)
        self._folder = folder
        # In the order of use, least recent first.
        self._clients: OrderedDict[Hashable, _Client] = OrderedDict()
        self._turns: deque[_Client] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._studio.warm_up()
        self._worker = threading.Thread(target=self._work, name="ndm-engine", daemon=True)
        self._worker.start()

    def submit(
        self, client: Hashable, request: Request, answer: Answer, received: float | None = None
    ) -> None:
        """Take a request; returns at once.

        Parameters
        ----------
        client : hashable
            Who asks: newest wins, turns and ids count within one client.
        request : Request
            What is asked.
        answer : callable
            Called exactly once, with the reply; from this thread or the worker's. What it
            raises is counted as an internal error and goes no further.
        received : float, optional
            :func:`time.perf_counter` at arrival; now, if absent.
        """
        self.counters.add("received")
        received = time.perf_counter() if received is None else received
        match request:
            case protocol.Ping():
                self._answer(answer, protocol.Pong(request.n))
            case protocol.Hello():
                self._answer(answer, self.hello())
            case protocol.Status():
                self._answer(answer, self.status())
            case _:
                try:
                    self._studio.check(request)
                    overtaken = self._enqueue(client, _Job(request, answer, received))
                except ProtocolError as error:
                    self._refuse(answer, error)
                else:
                    if overtaken is not None:
                        self.counters.add("superseded")
                        reply = protocol.Superseded(overtaken.request.id, request.id)
                        self._call(overtaken.answer, reply)

    def hello(self) -> protocol.HelloReply:
        """Return who this is and what it can do."""
        machine = self._studio.machine
        return protocol.HelloReply(
            protocol=protocol.PROTOCOL_VERSION,
            program=__version__,
            model=str(machine.bundle.header.get("name") or ""),
            hash=machine.hash,
            sr=machine.spec.sr,
            length=1000 * machine.spec.seconds,
            categories=machine.categories,
            axes={name: machine.axis_names(name) for name in machine.categories},
            ranges=protocol.RANGES,
            inverters=self._studio.inverters,
        )

    def status(self) -> protocol.StatusReply:
        """Return what was counted and what waits."""
        with self._changed:
            waiting = sum(len(client.waiting) for client in self._clients.values())
            clients = len(self._clients)
        return self.counters.snapshot(waiting, clients)

    def close(self) -> None:
        """End the worker after the sound in progress; what waits is answered with ``closing``."""
        with self._changed:
            self._closing = True
            left = [job for client in self._clients.values() for job in client.waiting]
            for client in self._clients.values():
                client.waiting.clear()
            self._turns.clear()
            self._changed.notify()
        for job in left:
            self._refuse(job.answer, _closing(job.request.id))
        self._worker.join()

    def _enqueue(self, key: Hashable, job: _Job) -> _Job | None:
        """Let a job wait; return the one it replaces."""
        with self._changed:
            if self._closing:
                raise _closing(job.request.id)
            client = self._client(key, job.request.id)
            if isinstance(job.request, Generate):
                for place, older in enumerate(client.waiting):
                    if isinstance(older.request, Generate):
                        client.waiting[place] = job
                        return older
            elif sum(not isinstance(j.request, Generate) for j in client.waiting) >= MAX_WAITING:
                raise ProtocolError(
                    ErrorCode.BUSY,
                    f"{MAX_WAITING} requests of this client wait already; ask again when one "
                    "has been answered",
                    job.request.id,
                )
            client.waiting.append(job)
            if not client.working and len(client.waiting) == 1:
                self._turns.append(client)
                self._changed.notify()
            return None

    def _client(self, key: Hashable, request: int) -> _Client:
        if key in self._clients:
            self._clients.move_to_end(key)
            return self._clients[key]
        number = len(self._clients)
        if number == MAX_CLIENTS:
            idle = (k for k, c in self._clients.items() if not c.waiting and not c.working)
            gone = next(idle, None)
            if gone is None:
                raise ProtocolError(
                    ErrorCode.BUSY,
                    f"{MAX_CLIENTS} other clients wait for sounds; ask again later",
                    request,
                )
            number = self._clients.pop(gone).number
        client = self._clients[key] = _Client(number)
        return client

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._turns and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
                client = self._turns.popleft()
                job = client.waiting.popleft()
                client.working = True
            self._meet(client, job)
            with self._changed:
                client.working = False
                if client.waiting:
                    self._turns.append(client)  # behind everybody who waits

    def _meet(self, client: _Client, job: _Job) -> None:
        try:
            reply = self._make(client, job)
        except ProtocolError as error:
            self._refuse(job.answer, error)
        except (OSError, OutputError) as error:
            sentence = f"the sound could not be written ({error}); free some space"
            self._refuse(job.answer, ProtocolError(ErrorCode.DISK, sentence, job.request.id))
        except Exception as error:  # one request must not end all others
            sentence = f"{type(error).__name__}: {error}"
            self._refuse(job.answer, ProtocolError(ErrorCode.INTERNAL, sentence, job.request.id))
        else:
            self.last = reply
            self._answer(job.answer, reply, reply.ms)

    def _make(self, client: _Client, job: _Job) -> SoundReply:
        request = job.request
        made = self._studio.make(request, client.memory)
        path = self._folder.write(client.number, made.wav())
        sound = made.sound
        p1, p2, p3 = made.position
        return SoundReply(
            id=request.id,
            path=str(path),
            ms=1000 * (time.perf_counter() - job.received),
            peak=float(np.abs(sound.samples).max(initial=0)),
            samples=len(sound.samples),
            sr=sound.sr,
            length=1000 * len(sound.samples) / sound.sr,
            category=sound.category,
            seed=-1 if sound.seed is None else sound.seed,
            p1=p1,
            p2=p2,
            p3=p3,
            inverter=sound.inverter,
            wild=made.wild,
            take=sound.take,
        )

    def _answer(self, answer: Answer, reply: Reply, ms: float | None = None) -> None:
        self.counters.add_answer(ms)
        self._call(answer, reply)

    def _refuse(self, answer: Answer, error: ProtocolError) -> None:
        self.counters.add_error(error.code)
        self._call(answer, ErrorReply(error.id, error.code, str(error)))

    def _call(self, answer: Answer, reply: Reply) -> None:
        try:
            answer(reply)
        except Exception:  # a client that is gone is no reason to stop
            self.counters.add_error(ErrorCode.INTERNAL)


def _closing(request: int) -> ProtocolError:
    return ProtocolError(ErrorCode.CLOSING, "the server is being closed", request)
