"""The engine's threads: one answer to each request, whatever happens meanwhile."""

import errno
import threading

import numpy as np
import pytest
from tests.support.audio import pcm, read_pcm
from tests.support.patience import PATIENCE

from neural_drum_machine.server import Engine
from neural_drum_machine.server.protocol import (
    Encode,
    ErrorReply,
    Generate,
    PadMap,
    Ping,
    Pong,
    Random,
    SoundReply,
    Status,
    Superseded,
)


def generate(id_, p1=0.0):
    return Generate(id_, "kick", p1, 0.0, 0.0)


def ask(engine, mailbox, request, client="a"):
    engine.submit(client, request, mailbox.put)
    return mailbox.get(timeout=PATIENCE)


def test_newest_wins(engine, gate, mailbox, small_machine):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(1, 6):
        engine.submit("a", generate(i, i / 10), mailbox.put)
    # Overtaken requests are answered at once, while the first is still being made.
    assert mailbox.take(4) == [Superseded(i, i + 1) for i in range(1, 5)]
    assert engine.status().waiting == 1
    gate.open()
    first, newest = mailbox.take(2)
    assert (first.id, newest.id) == (0, 5)
    want = small_machine.render("kick", (0.5, 0, 0)).samples
    np.testing.assert_array_equal(read_pcm(newest.path), pcm(want))
    status = engine.status()
    assert (status.received, status.answered, status.superseded) == (6, 2, 4)
    assert (status.errors, status.waiting, status.clients) == (0, 0, 1)


def test_a_refusal_by_the_queue_is_an_answer(engine, gate, mailbox):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(1, 10):
        engine.submit("a", Random(i, "kick"), mailbox.put)
    (busy,) = mailbox.take(1)
    assert (busy.id, busy.code) == (9, "busy")
    gate.open()
    assert [reply.id for reply in mailbox.take(9)] == [*range(9)]
    assert engine.status().errors == 1


def test_clients_that_are_forgotten_hand_on_their_folders_but_not_their_last_names(
    engine, mailbox, monkeypatch
):
    monkeypatch.setattr("neural_drum_machine.server.clients.MAX_CLIENTS", 1)
    first = ask(engine, mailbox, generate(1), "a").path
    second = ask(engine, mailbox, generate(2), "b").path
    assert first.rpartition("/") == (second.rpartition("/")[0], "/", "00.wav")
    assert second.endswith("01.wav")


def test_pings_are_answered_while_a_sound_is_made(engine, gate, mailbox):
    engine.submit("a", generate(1), mailbox.put)
    assert gate.entered.wait(30)
    assert ask(engine, mailbox, Ping(3)) == Pong(3)
    status = ask(engine, mailbox, Status())
    assert (status.received, status.answered) == (3, 1)


def test_a_map_that_lies_ready_is_answered_while_a_sound_is_made(engine, gate, mailbox):
    engine.submit("a", generate(1), mailbox.put)
    assert gate.entered.wait(30)
    assert ask(engine, mailbox, PadMap(2, "kick"), "b").id == 2


def test_drags_are_answered_while_a_sound_is_encoded(engine, machine, mailbox, monkeypatch):
    entered, leave = threading.Event(), threading.Event()
    encode = machine.encode

    def held(*arguments):
        entered.set()
        assert leave.wait(30)
        return encode(*arguments)

    monkeypatch.setattr(machine, "encode", held)
    assert ask(engine, mailbox, generate(1)).id == 1
    engine.submit("a", Encode(2, 1), mailbox.put)
    assert entered.wait(30)
    assert ask(engine, mailbox, generate(3)).id == 3
    assert ask(engine, mailbox, Random(4, "kick"), "b").id == 4
    leave.set()
    assert mailbox.take()[0].id == 2


def test_who_gives_way_is_answered(engine, gate, mailbox, monkeypatch):
    monkeypatch.setattr("neural_drum_machine.server.clients.MAX_CLIENTS", 2)
    for client in "abc":
        engine.submit(client, Random(ord(client), "kick"), mailbox.put)
        assert gate.entered.wait(30)
    (reply,) = mailbox.take()
    assert (reply.id, reply.code) == (ord("b"), "busy")


def test_clients_at_once_get_the_same_as_one_after_another(engine, mailbox, small_machine):
    boxes = [type(mailbox)() for _ in range(3)]

    def asks(client):
        for i in range(4):
            engine.submit(client, Random(i, "kick", 10 * client + i), boxes[client].put)

    threads = [threading.Thread(target=asks, args=(client,)) for client in range(3)]
    for thread in threads:
        thread.start()
    for client, box in enumerate(boxes):
        for i, reply in enumerate(box.take(4)):
            assert reply.id == i
            want = small_machine.render("kick", seed=10 * client + i)
            np.testing.assert_array_equal(read_pcm(reply.path), pcm(want.samples))
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "set TMPDIR to a folder that exists and can be written"),
        (errno.EMFILE, "too many files are open"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_answer_and_the_next_one_is_written(
    engine, mailbox, monkeypatch, folder, code, advice
):
    def fail(*_, **__):
        raise OSError(code, "the system's reason")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        reply = ask(engine, mailbox, generate(1))
    assert isinstance(reply, ErrorReply)
    assert (reply.id, reply.code) == (1, "disk")
    assert "the system's reason" in reply.sentence
    assert f"; {advice}" in reply.sentence
    after = ask(engine, mailbox, generate(2))
    assert isinstance(after, SoundReply)
    assert after.path.endswith("00.wav")
    assert [path.name for path in (folder.path / "c00").iterdir()] == ["00.wav"]


def test_a_fault_in_a_handler_is_an_answer_and_the_worker_goes_on(
    engine, mailbox, machine, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(machine, "render_code", lambda *_, **__: 1 / 0)
        reply = ask(engine, mailbox, generate(1))
        assert (reply.id, reply.code) == (1, "internal")
        assert reply.sentence == "ZeroDivisionError: division by zero"
        patch.setattr(machine, "pad_maps", [])  # a map that lies ready, but cannot be read
        assert ask(engine, mailbox, PadMap(2, "kick")).code == "internal"
    assert ask(engine, mailbox, generate(3)).id == 3


def test_an_answer_that_fails_is_counted_and_the_worker_goes_on(engine, mailbox):
    def broken(_):
        raise OSError("gone")

    engine.submit("a", generate(1), broken)
    assert ask(engine, mailbox, generate(2), "b").id == 2
    assert engine.status().errors == 1


def test_close_answers_what_waits_and_refuses_what_comes(engine, gate, mailbox):
    engine.submit("a", generate(1), mailbox.put)
    assert gate.entered.wait(30)
    engine.submit("a", generate(2), mailbox.put)
    engine.submit("b", Random(3, "kick"), mailbox.put)
    closing = threading.Thread(target=engine.close)
    closing.start()
    assert {(r.id, r.code) for r in mailbox.take(2)} == {(2, "closing"), (3, "closing")}
    engine.submit("a", generate(5), mailbox.put)
    assert mailbox.take() == [ErrorReply(5, "closing", "the server is being closed")]
    gate.open()
    closing.join(30)
    assert not closing.is_alive()
    assert mailbox.take()[0].id == 1  # the sound in progress is delivered
    assert mailbox.empty()


def test_close_answers_a_map_that_is_being_measured(engine, machine, mailbox, monkeypatch):
    monkeypatch.setattr(machine, "pad_maps", None)
    entered, leave = threading.Event(), threading.Event()
    decode = machine.decode

    def held(*arguments):
        entered.set()
        assert leave.wait(30)
        return decode(*arguments)

    monkeypatch.setattr(machine, "decode", held)
    engine.submit("a", PadMap(1, "kick"), mailbox.put)
    assert entered.wait(30)
    closing = threading.Thread(target=engine.close)
    closing.start()
    # Whether this one comes before or after the end begins: when it is answered, it has begun.
    assert ask(engine, mailbox, PadMap(2, "snare")).code == "closing"
    leave.set()
    closing.join(30)
    assert [(r.id, r.code) for r in mailbox.take()] == [(1, "closing")]


def test_closing_twice_does_no_harm(machine, folder):
    engine = Engine(machine, folder)
    engine.close()
    engine.close()


def test_latencies_are_of_the_last_thousand_sounds(engine):
    for ms in range(1, 2001):
        engine.counters.add_answer(float(ms))
    status = engine.status()
    assert (status.p50, status.p95) == pytest.approx((1500.5, 1950.05))
    assert status.answered == 2000
