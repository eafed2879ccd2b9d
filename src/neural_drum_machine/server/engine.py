"""The live engine: one worker, newest request wins, clients in turn, nothing without a bound."""

import errno
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np

from neural_drum_machine import __version__
from neural_drum_machine.errors import OutputError
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server import protocol
from neural_drum_machine.server.counters import Counters
from neural_drum_machine.server.files import SoundFolder
from neural_drum_machine.server.protocol import (
    DraggedRequest,
    ErrorCode,
    ErrorReply,
    PadMap,
    ProtocolError,
    Reply,
    Request,
    SamplesReply,
    SearchedRequest,
    SoundReply,
    SoundRequest,
)
from neural_drum_machine.server.studio import Made, Memory, Studio

MAX_CLIENTS: Final = 32
MAX_WAITING: Final = 8
"""Requests of one client, beside its newest generate, that may wait."""

MAX_WAITING_SEARCHES: Final = 4
"""Encodings of all clients together that may wait: each keeps all others waiting for a second."""

MAX_WAITING_MAPS: Final = 64
"""Questions for maps of all clients together."""

Answer = Callable[[Reply], None]


class Delivery(Enum):
    """How a client gets its sounds."""

    FILE = "file"
    SAMPLES = "samples"


@dataclass(slots=True)
class _Job:
    request: SoundRequest
    answer: Answer
    received: float
    """:func:`time.perf_counter` at arrival."""
    deliver: Delivery


@dataclass(slots=True)
class _Client:
    number: int
    """Names its folder."""
    waiting: deque[_Job] = field(default_factory=deque)
    memory: Memory = field(default_factory=Memory)
    working: bool = False


class Engine:
    """Meets requests of many clients with one model.

    Of what follows a client's hand (generates, moves, morphs) only the newest waits: one that is
    overtaken before its turn is answered with
    :class:`~neural_drum_machine.server.protocol.Superseded`. A newer one takes the older one's
    place, so that a drag neither starves the client's other requests nor waits for ever behind
    them. What is being rendered is never interrupted. Clients are served in turn.

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
        self._maps: deque[tuple[PadMap, Answer]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._studio.warm_up()
        self._worker = threading.Thread(target=self._work, name="ndm-engine", daemon=True)
        self._worker.start()

    def submit(
        self,
        client: Hashable,
        request: Request,
        answer: Answer,
        received: float | None = None,
        deliver: Delivery = Delivery.FILE,
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
        deliver : Delivery
            Whether a sound is answered with a file or with its samples.
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
            case protocol.PadMap():
                try:
                    self._studio.check(request)
                    self._enqueue_map(request, answer)
                except ProtocolError as error:
                    self._refuse(answer, error)
            case _:
                try:
                    self._studio.check(request)
                    overtaken = self._enqueue(client, _Job(request, answer, received, deliver))
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
            maps = list(self._maps)
            self._maps.clear()
            self._changed.notify()
        for job in left:
            self._refuse(job.answer, _closing(job.request.id))
        for request, answer in maps:
            self._refuse(answer, _closing(request.id))
        self._worker.join()

    def _enqueue(self, key: Hashable, job: _Job) -> _Job | None:
        """Let a job wait; return the one it replaces."""
        with self._changed:
            if self._closing:
                raise _closing(job.request.id)
            client = self._client(key, job.request.id)
            if isinstance(job.request, DraggedRequest):
                for place, older in enumerate(client.waiting):
                    if isinstance(older.request, DraggedRequest):
                        client.waiting[place] = job
                        return older
            elif (
                isinstance(job.request, SearchedRequest)
                and self._searches() >= MAX_WAITING_SEARCHES
            ):
                raise ProtocolError(
                    ErrorCode.BUSY,
                    f"{MAX_WAITING_SEARCHES} sounds wait already to be encoded, a second each; ask "
                    "again when one has been answered",
                    job.request.id,
                )
            elif self._in_line(client) >= MAX_WAITING:
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

    def _searches(self) -> int:
        return sum(
            isinstance(job.request, SearchedRequest)
            for client in self._clients.values()
            for job in client.waiting
        )

    @staticmethod
    def _in_line(client: _Client) -> int:
        return sum(not isinstance(job.request, DraggedRequest) for job in client.waiting)

    def _enqueue_map(self, request: PadMap, answer: Answer) -> None:
        with self._changed:
            if self._closing:
                raise _closing(request.id)
            if len(self._maps) >= MAX_WAITING_MAPS:
                raise ProtocolError(
                    ErrorCode.BUSY,
                    f"{MAX_WAITING_MAPS} questions for maps wait already; ask again later",
                    request.id,
                )
            self._maps.append((request, answer))
            self._changed.notify()

    def leave(self, client: Hashable) -> None:
        """Forget a client that is gone, and what it still waits for; nobody is answered."""
        with self._changed:
            gone = self._clients.pop(client, None)
            if gone is not None:
                gone.waiting.clear()
                if gone in self._turns:
                    self._turns.remove(gone)

    def _client(self, key: Hashable, request: int) -> _Client:
        if key in self._clients:
            self._clients.move_to_end(key)
            return self._clients[key]
        if len(self._clients) < MAX_CLIENTS:
            taken = {client.number for client in self._clients.values()}
            number = min(set(range(MAX_CLIENTS)) - taken)
        else:
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
                while not self._turns and not self._maps and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
                if not self._turns:
                    question = self._maps.pop()  # the newest: what is looked at now
                    self._changed.release()
                    try:
                        self._map_step(*question)
                    finally:
                        self._changed.acquire()
                    continue
                client = self._turns.popleft()
                job = client.waiting.popleft()
                client.working = True
            self._meet(client, job)
            with self._changed:
                client.working = False
                if client.waiting:
                    self._turns.append(client)  # behind everybody who waits

    def _map_step(self, request: PadMap, answer: Answer) -> None:
        """Get on with a map; sounds go first, so this is done row by row."""
        try:
            found = self._studio.map_step(request.category)
        except Exception as error:  # as for a sound
            self._refuse(answer, _internal(error, request.id))
            return
        if found is None:
            with self._changed:
                self._maps.append((request, answer))
            return
        brightness, decay = (tuple(map(tuple, each.tolist())) for each in found)
        self._answer(answer, protocol.PadMapReply(request.id, request.category, brightness, decay))

    def _meet(self, client: _Client, job: _Job) -> None:
        try:
            reply = self._make(client, job)
        except ProtocolError as error:
            self._refuse(job.answer, error)
        except (OSError, OutputError) as error:
            full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, None)
            advice = "free some space" if full else "ndm doctor says more"
            sentence = f"the sound could not be written ({error}); {advice}"
            self._refuse(job.answer, ProtocolError(ErrorCode.DISK, sentence, job.request.id))
        except Exception as error:  # one request must not end all others
            self._refuse(job.answer, _internal(error, job.request.id))
        else:
            self.last = reply if isinstance(reply, SoundReply) else reply.sound
            self._answer(job.answer, reply, self.last.ms)

    def _make(self, client: _Client, job: _Job) -> SoundReply | SamplesReply:
        made = self._studio.make(job.request, client.memory)
        if job.deliver is Delivery.FILE:
            return self._described(job, made, str(self._folder.write(client.number, made.wav())))
        fidelity = made.fidelity(self._studio.machine.spec)
        return SamplesReply(
            sound=self._described(job, made, ""),
            pcm=made.pcm(),
            code=tuple(float(f"{value:.9g}") for value in made.sound.code.tolist()),
            to=made.sound.to,
            t=made.sound.t,
            fidelity=fidelity,
            original=made.original_pcm() if isinstance(job.request, protocol.Upload) else None,
            left_out=made.left_out,
        )

    def _described(self, job: _Job, made: Made, path: str) -> SoundReply:
        sound = made.sound
        p1, p2, p3 = made.position
        return SoundReply(
            id=job.request.id,
            path=path,
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


def _internal(error: Exception, request: int) -> ProtocolError:
    return ProtocolError(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}", request)


def _closing(request: int) -> ProtocolError:
    return ProtocolError(ErrorCode.CLOSING, "the server is being closed", request)
