"""The live engine: requests from any thread, four workers, one answer to each.

Over 250 lines, because the workers, and how each of them answers, share one queue and its lock.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import cast

from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.server.clients import Client, Entry, Lane
from neural_drum_machine.server.counters import Counters
from neural_drum_machine.server.delivery import (
    Delivery,
    as_file,
    as_samples,
    layers_as_file,
    layers_as_samples,
)
from neural_drum_machine.server.files import SoundFolder
from neural_drum_machine.server.handlers import (
    Handler,
    PlainReply,
    RequestHandlers,
    as_protocol_error,
    request_id,
)
from neural_drum_machine.server.protocol import (
    Cancel,
    CancelReply,
    EngineRequest,
    ErrorCode,
    ErrorReply,
    HelloReply,
    LayerSamplesReply,
    LayersReply,
    ProtocolError,
    Reply,
    SamplesReply,
    SoundReply,
    SoundRequest,
    StatusReply,
    Superseded,
)
from neural_drum_machine.server.queue import Dropped, RequestQueue, Turn, closing
from neural_drum_machine.server.rendered import RenderedLayers
from neural_drum_machine.server.shelf import Shelf
from neural_drum_machine.server.work import Work, cancelled

Answer = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A request that waits, and what its answer needs.

    Attributes
    ----------
    request : EngineRequest
        The request.
    handler : Handler
        Its handler.
    answer : callable
        Called once, with the reply.
    received : float
        :func:`time.perf_counter` at arrival.
    deliver : Delivery
        How the client gets a sound.
    """

    request: EngineRequest
    handler: Handler
    answer: Answer
    received: float
    deliver: Delivery


class Engine:
    """Handles requests of many clients with one model.

    :class:`~neural_drum_machine.server.queue.RequestQueue` decides which request is next.
    :class:`~neural_drum_machine.server.handlers.RequestHandlers` knows what each type of request
    means. A sound that is being rendered is never interrupted.

    Parameters
    ----------
    machine : DrumMachine
        The model; its inverter is the default one.
    folder : SoundFolder
        Where sounds go; not closed by the engine.
    shelf : Shelf, optional
        The library that clients may ask; closed by the engine.
    """

    def __init__(
        self, machine: DrumMachine, folder: SoundFolder, shelf: Shelf | None = None
    ) -> None:
        self.counters = Counters()
        self.last: SoundReply | None = None
        """The description of the newest sound, for a status display."""
        self._handlers = RequestHandlers(machine, lambda: self.status(), self._cancel, shelf)
        self._shelf = shelf
        self._work: tuple[Client[Job], Work] | None = None
        """The file that is being made, and for whom."""
        self._folder = folder
        self._queue: RequestQueue[Job] = RequestQueue()
        self._changed = threading.Condition()
        """Guards the queue; notified when it was changed."""
        self._handlers.renderer.warm_up()
        # What takes a second, or waits for a disk, has a worker of its own: dragged sounds do not
        # wait for it.
        takes = {
            "sounds": self._queue.next,
            "long": self._queue.next_long,
            "measures": self._queue.next_measure,
            "library": self._queue.next_question,
            "files": self._queue.next_file,
        }
        self._workers = [
            threading.Thread(target=self._run, args=(take,), name=f"ndm-{name}", daemon=True)
            for name, take in takes.items()
        ]
        for worker in self._workers:
            worker.start()

    def submit(
        self,
        client: Hashable,
        request: EngineRequest,
        answer: Answer,
        received: float | None = None,
        deliver: Delivery = Delivery.FILE,
        sender: Hashable | None = None,
    ) -> None:
        """Accept a request; returns at once.

        Parameters
        ----------
        client : hashable
            Who asks. Newest wins, turns and ids count within one client.
        request : EngineRequest
            The request.
        answer : callable
            Called exactly once, with the reply, from this thread or from a worker's; before that,
            a request for a file calls it with each :class:`.protocol.Progress`. If it raises, an
            internal error is counted, and nothing else happens.
        received : float, optional
            :func:`time.perf_counter` at arrival; now, if absent.
        deliver : Delivery
            Whether a sound is answered with a file or with its samples.
        sender : hashable, optional
            Who has sent the request, if that is not the client itself: turns go to senders.
        """
        self.counters.add("received")
        received = time.perf_counter() if received is None else received
        dropped: list[Dropped[Job]] = []
        id_ = request_id(request)
        try:
            handler = self._handlers.find(request)
            if handler.lane is Lane.AT_ONCE:
                self._answer(answer, handler.run(request, client))
                return
            job = Job(request, handler, answer, received, deliver)
            with self._changed:
                dropped = self._queue.add(client, Entry(id_, handler.lane, job), sender)
                self._changed.notify_all()
        except Exception as error:  # the client waits for an answer
            self._refuse(answer, as_protocol_error(error, id_))
        for entry, reason in dropped:
            if reason is None:
                self.counters.add("superseded")
                self._call(entry.item.answer, Superseded(entry.id, id_))
            else:
                self._refuse(entry.item.answer, reason)

    def import_all(self) -> None:
        """Import now what requests other than those for a sound need, so that none waits for it."""
        self._handlers.import_all()

    def hello(self) -> HelloReply:
        """Return who answers, and what it can do."""
        return self._handlers.hello()

    def status(self) -> StatusReply:
        """Return the counts, and what waits."""
        with self._changed:
            waiting, clients = self._queue.waiting, self._queue.clients
        return self.counters.snapshot(waiting, clients)

    def leave(self, client: Hashable) -> None:
        """Forget a client that is gone, and the requests that it waits for, without an answer."""
        with self._changed:
            self._give_up(client)
            self._queue.leave(client)

    def _cancel(self, request: Cancel, client: Hashable) -> CancelReply:
        """Let a client's request wait no longer, and give the file up that is made for it."""
        with self._changed:
            dropped = self._queue.withdraw(client, request.of)
            was_made = self._give_up(client, request.of)
        for entry in dropped:
            self._refuse(entry.item.answer, cancelled(entry.id))
        return CancelReply(request.id, request.of, bool(dropped) or was_made)

    def _give_up(self, key: Hashable, request: int | None = None) -> bool:
        """Give up what is made for a client, if it is that request; return whether it is."""
        if self._work is None:
            return False
        client, work = self._work
        is_it = client is self._queue.client(key) and request in (None, work.request)
        if is_it:
            work.give_up()
        return is_it

    def close(self) -> None:
        """End the workers after what they do now; waiting requests are answered ``closing``."""
        with self._changed:
            left = self._queue.close()
            if self._work is not None:
                self._work[1].give_up()
            self._changed.notify_all()
        for entry in left:
            self._refuse(entry.item.answer, closing(entry))
        for worker in self._workers:
            worker.join()
        if self._shelf is not None:
            self._shelf.close()

    def _run(self, take: Callable[[], Turn[Job] | None]) -> None:
        while (turn := self._next(take)) is not None:
            if turn.client is None or turn.entry.lane is Lane.LIBRARY:
                self._answer_facts(turn)
            elif turn.entry.lane is Lane.FILES:
                self._make_file(turn.client, turn.entry.item)
            else:
                self._make_sound(turn.client, turn.entry.item)
            with self._changed:
                self._queue.finish(turn)
                self._changed.notify_all()  # another worker may go on with the line

    def _next(self, take: Callable[[], Turn[Job] | None]) -> Turn[Job] | None:
        """Wait for a turn; return None when the engine is closed."""
        with self._changed:
            while (turn := take()) is None and not self._queue.closed:
                self._changed.wait()
        return turn

    def _answer_facts(self, turn: Turn[Job]) -> None:
        """Answer a question, or do a part of it; others may go first before the next part."""
        job = turn.entry.item
        try:
            reply = job.handler.run(job.request)
        except Exception as error:  # one request must not end all others
            self._refuse(job.answer, as_protocol_error(error, turn.entry.id))
            return
        if reply is not None:
            self._answer(job.answer, reply)
            return
        with self._changed:
            goes_on = self._queue.put_back(turn)
        if not goes_on:
            self._refuse(job.answer, closing(turn.entry))

    def _make_file(self, client: Client[Job], job: Job) -> None:
        """Answer a request for a file; until then, its client is told how far it has come."""
        work = Work(request_id(job.request), lambda progress: self._call(job.answer, progress))
        with self._changed:
            self._work = client, work
            if self._queue.closed:
                work.give_up()
        try:
            work.check()
            reply = job.handler.run(job.request, work)
        except Exception as error:  # one request must not end all others
            self._refuse(job.answer, as_protocol_error(error, work.request))
        else:
            self._answer(job.answer, reply)
        finally:
            with self._changed:
                self._work = None

    def _make_sound(self, client: Client[Job], job: Job) -> None:
        id_ = request_id(job.request)
        request = cast(SoundRequest, job.request)
        reply: SoundReply | SamplesReply
        try:
            rendered = self._handlers.make_sound(job.handler, request, client.recent)
            if isinstance(rendered, PlainReply):
                self._answer(job.answer, rendered)
                return
            if isinstance(rendered, RenderedLayers):
                self._answer(job.answer, self._layers(rendered, id_, client, job.deliver))
                return
            if job.deliver is Delivery.FILE:
                reply = as_file(rendered, id_, job.received, self._folder, client.number)
                sound = reply
            else:
                reply = as_samples(rendered, id_, job.received, self._handlers.machine.spec)
                sound = reply.sound
        except Exception as error:  # one request must not end all others
            self._refuse(job.answer, as_protocol_error(error, id_))
            return
        self.last = sound
        self._answer(job.answer, reply, sound.ms)

    def _layers(
        self, layers: RenderedLayers, id_: int, client: Client[Job], deliver: Delivery
    ) -> LayersReply | LayerSamplesReply:
        if deliver is Delivery.FILE:
            return layers_as_file(layers, id_, self._folder, client.number)
        return layers_as_samples(layers, id_)

    def _answer(self, answer: Answer, reply: Reply, ms: float | None = None) -> None:
        self.counters.add_answer(ms)
        self._call(answer, reply)

    def _refuse(self, answer: Answer, error: ProtocolError) -> None:
        self.counters.add_error(error.code)
        self._call(answer, ErrorReply(error.id, error.code, str(error)))

    def _call(self, answer: Answer, reply: Reply) -> None:
        try:
            answer(reply)
        except Exception:  # the client may be gone; the others are served
            self.counters.add_error(ErrorCode.INTERNAL)
