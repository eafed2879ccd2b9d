import dataclasses
import errno
import io
import json
import threading

import numpy as np
import pytest
import soundfile

from neural_drum_machine.server import engine as engine_module
from neural_drum_machine.server import studio
from neural_drum_machine.server.engine import Engine
from neural_drum_machine.server.protocol import (
    Encode,
    ErrorReply,
    Generate,
    Hello,
    Ping,
    Pong,
    Random,
    SoundReply,
    Status,
    StatusReply,
    Superseded,
    Upload,
    Variation,
)
from neural_drum_machine.signal.hit import make_hit, read_hit
from neural_drum_machine.signal.sound_file import read_comment


def pcm(samples):
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)


def wav(path):
    samples, sr = soundfile.read(path, dtype="int16")
    assert sr == 22050
    return samples


def generate(id_, p1=0.0, **others):
    return Generate(id_, others.pop("category", "kick"), p1, 0.0, 0.0, **others)


def ask(engine, mailbox, request, client="a"):
    engine.submit(client, request, mailbox.put)
    return mailbox.get(timeout=30)


def test_a_generate_is_machine_render(engine, mailbox, small_machine):
    request = Generate(
        5, "snare", 0.5, -0.25, 1.0, range=2, seed=9, wild=0.5, take=3, inverter="mcnn"
    )
    reply = ask(engine, mailbox, request)
    machine = small_machine.with_inverter("mcnn")
    sound = machine.render("snare", (1.0, -0.5, 2.0), 9, wild=0.5, take=3)
    np.testing.assert_array_equal(wav(reply.path), pcm(sound.samples))
    assert json.loads(read_comment(reply.path)) == json.loads(json.dumps(sound.recipe()))
    assert (reply.id, reply.category, reply.seed, reply.take) == (5, "snare", 9, 3)
    assert (reply.inverter, reply.wild, reply.sr) == ("mcnn", 0.5, 22050)
    assert (reply.p1, reply.p2, reply.p3) == pytest.approx((1, -0.5, 2), abs=1e-5)
    assert reply.samples == len(sound.samples)
    assert reply.length == pytest.approx(1000 * len(sound.samples) / 22050)
    assert reply.peak == pytest.approx(1)
    assert reply.ms > 0


def test_a_random_says_its_seed_and_that_recalls_it(engine, mailbox, small_machine):
    reply = ask(engine, mailbox, Random(1, "kick", wild=2.0, take=1))
    other = ask(engine, mailbox, Random(2, "kick", wild=2.0, take=1))
    assert reply.seed != other.seed
    sound = small_machine.render("kick", seed=reply.seed, wild=2.0, take=1)
    np.testing.assert_array_equal(wav(reply.path), pcm(sound.samples))
    again = ask(engine, mailbox, Random(3, "kick", reply.seed, wild=2.0, take=1))
    np.testing.assert_array_equal(wav(again.path), wav(reply.path))


def test_a_variation_lies_the_amount_away(engine, mailbox, small_machine):
    ask(engine, mailbox, generate(1, 0.5))
    reply = ask(engine, mailbox, Variation(2, 1, 0.5, seed=7))
    controls, index = small_machine.controls, small_machine.index("kick")
    code = controls.code(index, (0.5, 0, 0))
    deviation = controls.prior.deviation(index, 7)
    sound = small_machine.render_code("kick", code + np.float32(0.5) * deviation)
    np.testing.assert_array_equal(wav(reply.path), pcm(sound.samples))
    assert reply.seed == 7
    same = ask(engine, mailbox, Variation(3, 1, 0.0))
    np.testing.assert_array_equal(
        wav(same.path), pcm(small_machine.render("kick", (0.5, 0, 0)).samples)
    )
    assert same.seed >= 0


def test_an_encode_hears_the_sound_as_another_category(engine, mailbox, small_machine):
    first = ask(engine, mailbox, Random(1, "kick", 3))
    reply = ask(engine, mailbox, Encode(2, 1, "snare"))
    sound = small_machine.render("kick", seed=3)
    hit = make_hit(sound.samples, sound.sr, small_machine.spec)
    want = small_machine.render_code("snare", small_machine.encode(hit, "snare"))
    np.testing.assert_array_equal(wav(reply.path), pcm(want.samples))
    assert (reply.category, reply.seed) == ("snare", -1)
    assert ask(engine, mailbox, Encode(3, 1)).category == "kick"
    # An upload of the file is the same, but for its 16 bits.
    with open(first.path, "rb") as file:
        data = file.read()
    upload = ask(engine, mailbox, Upload(4, data, "snare"))
    hit = read_hit(first.path, small_machine.spec)
    want = small_machine.render_code("snare", small_machine.encode(hit, "snare"))
    np.testing.assert_array_equal(wav(upload.path), pcm(want.samples))
    guessed = ask(engine, mailbox, Upload(5, data))
    assert guessed.category == small_machine.guess_category(hit)


def test_uploads_that_are_no_sound_are_refused(engine, mailbox):
    silent = io.BytesIO()
    soundfile.write(silent, np.zeros(4000), 22050, format="WAV")
    for data, sentence in ((b"MZ\x90", "not readable as audio"), (silent.getvalue(), "silent")):
        reply = ask(engine, mailbox, Upload(1, data))
        assert (reply.id, reply.code) == (1, "bad-audio")
        assert sentence in reply.sentence


def test_a_length_cuts_and_fades(engine, mailbox, small_machine):
    reply = ask(engine, mailbox, generate(1, length=50.0))
    whole = small_machine.render("kick", (0, 0, 0)).samples
    n, fade = round(0.05 * 22050), round(0.005 * 22050)
    samples = wav(reply.path)
    assert len(samples) == n == reply.samples
    np.testing.assert_array_equal(samples[: n - fade], pcm(whole[: n - fade]))
    assert samples[-1] == 0
    assert reply.length == pytest.approx(50, abs=0.05)
    np.testing.assert_array_equal(wav(ask(engine, mailbox, generate(2, length=1000.0)).path),
                                  pcm(whole))  # fmt: skip


def test_unknown_things_are_named(engine, mailbox):
    cases = (
        (generate(1, category="gong"), "unknown-category", "no category 'gong'; there are kick"),
        (generate(2, inverter="magic"), "unknown-inverter", "no inverter 'magic'; there are"),
        (Variation(3, 77, 0.5), "unknown-sound", "no sound 77 is remembered"),
        (Encode(4, 77), "unknown-sound", "no sound 77 is remembered"),
        (Encode(5, 77, "gong"), "unknown-category", "no category 'gong'"),
    )
    for request, code, sentence in cases:
        reply = ask(engine, mailbox, request)
        assert (reply.id, reply.code) == (request.id, code)
        assert reply.sentence.startswith(sentence)
    ask(engine, mailbox, generate(6), client="a")
    assert ask(engine, mailbox, Variation(7, 6, 1.0), client="b").code == "unknown-sound"
    assert dict(engine.counters.errors) == {
        "unknown-category": 2, "unknown-inverter": 1, "unknown-sound": 3
    }  # fmt: skip


def test_the_last_64_sounds_are_remembered_without_samples(small_machine):
    memory, sound = studio.Memory(), small_machine.render("kick")
    for i in range(65):
        memory.keep(i, sound)
    memory.keep(1, sound)  # now the newest
    memory.keep(65, sound)
    assert len(memory.find(1).samples) == 0
    assert memory.find(3).category == "kick"
    for gone in (0, 2):
        with pytest.raises(studio.ProtocolError, match=f"no sound {gone} is remembered"):
            memory.find(gone)


def test_newest_wins(engine, gate, mailbox, small_machine):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(1, 6):
        engine.submit("a", generate(i, i / 10), mailbox.put)
    # The overtaken are told at once, while the first is still being made.
    assert mailbox.take(4) == [Superseded(i, i + 1) for i in range(1, 5)]
    assert engine.status().waiting == 1
    gate.open()
    first, newest = mailbox.take(2)
    assert (first.id, newest.id) == (0, 5)
    want = small_machine.render("kick", (0.5, 0, 0)).samples
    np.testing.assert_array_equal(wav(newest.path), pcm(want))
    status = engine.status()
    assert (status.received, status.answered, status.superseded) == (6, 2, 4)
    assert (status.errors, status.waiting, status.clients) == (0, 0, 1)


def test_a_drag_takes_the_place_of_the_generate_it_replaces(engine, gate, mailbox):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    engine.submit("a", generate(1), mailbox.put)
    engine.submit("a", Random(2, "kick"), mailbox.put)
    engine.submit("a", generate(3), mailbox.put)
    assert mailbox.get(timeout=30) == Superseded(1, 3)
    gate.open()
    assert [reply.id for reply in mailbox.take(3)] == [0, 3, 2]


def test_clients_are_served_in_turn(engine, gate, mailbox):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(1, 4):
        engine.submit("a", Random(i, "kick"), mailbox.put)
    engine.submit("b", Random(10, "kick"), mailbox.put)
    engine.submit("b", Random(11, "kick"), mailbox.put)
    engine.submit("c", generate(20), mailbox.put)
    gate.open()
    assert [reply.id for reply in mailbox.take(7)] == [0, 10, 20, 1, 11, 2, 3]


def test_a_queue_is_bounded_and_the_drag_is_not_refused(engine, gate, mailbox):
    engine.submit("a", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(1, 10):
        engine.submit("a", Random(i, "kick"), mailbox.put)
    busy = mailbox.get(timeout=30)
    assert (busy.id, busy.code) == (9, "busy")
    assert "8 requests of this client wait already" in busy.sentence
    engine.submit("a", generate(10), mailbox.put)
    engine.submit("b", Random(11, "kick"), mailbox.put)
    gate.open()
    assert sorted(reply.id for reply in mailbox.take(11)) == [*range(9), 10, 11]


def test_the_client_silent_longest_is_forgotten_but_none_that_waits(
    engine, gate, mailbox, monkeypatch
):
    monkeypatch.setattr(engine_module, "MAX_CLIENTS", 2)
    gate.open()
    ask(engine, mailbox, generate(1), "a")
    path = ask(engine, mailbox, generate(2), "b").path
    ask(engine, mailbox, generate(3), "a")
    reply = ask(engine, mailbox, generate(4), "c")  # takes b's folder, not its last names
    assert reply.path.endswith("01.wav")
    assert reply.path.rpartition("/")[0] == path.rpartition("/")[0]
    assert ask(engine, mailbox, Variation(5, 3, 0.0), "a").id == 5
    assert ask(engine, mailbox, Variation(6, 2, 0.0), "b").code == "unknown-sound"
    assert engine.status().clients == 2


def test_no_client_is_taken_in_while_all_others_wait(engine, gate, mailbox, monkeypatch):
    monkeypatch.setattr(engine_module, "MAX_CLIENTS", 2)
    engine.submit("a", generate(1), mailbox.put)
    assert gate.entered.wait(30)
    engine.submit("b", generate(2), mailbox.put)
    refused = ask(engine, mailbox, generate(3), "c")
    assert (refused.id, refused.code) == (3, "busy")
    gate.open()
    assert [reply.id for reply in mailbox.take(2)] == [1, 2]
    assert ask(engine, mailbox, generate(4), "c").id == 4


def test_few_encodings_wait_for_all_clients_together(engine, gate, mailbox):
    """Each keeps everybody waiting for a second."""
    engine.submit("z", generate(0), mailbox.put)
    assert gate.entered.wait(30)
    for i in range(engine_module.MAX_WAITING_SEARCHES):
        engine.submit(f"client {i}", Encode(i, 0), mailbox.put)
    refused = ask(engine, mailbox, Encode(9, 0), "another")
    assert (refused.id, refused.code) == (9, "busy")
    engine.submit("another", generate(10), mailbox.put)
    gate.open()
    answered = mailbox.take(2 + engine_module.MAX_WAITING_SEARCHES)
    assert {0, 10} <= {reply.id for reply in answered}


def test_pings_are_answered_while_a_sound_is_made(engine, gate, mailbox):
    engine.submit("a", generate(1), mailbox.put)
    assert gate.entered.wait(30)
    assert ask(engine, mailbox, Ping(3)) == Pong(3)
    status = ask(engine, mailbox, Status())
    assert isinstance(status, StatusReply)
    assert (status.received, status.answered) == (3, 1)


def test_hello_tells_what_the_model_can_do(engine, mailbox, small_machine):
    hello = ask(engine, mailbox, Hello())
    assert hello.protocol == 1
    assert (hello.model, hello.hash) == ("small", small_machine.hash)
    assert hello.categories == small_machine.categories
    assert set(hello.axes) == set(small_machine.categories)
    assert all(len(axes) == 3 for axes in hello.axes.values())
    assert hello.ranges == (0.5, 1, 2, 4)
    assert hello.inverters[0] == small_machine.inverter
    assert "mcnn" in hello.inverters[1:]


def test_together_is_the_same_as_one_after_another(engine, mailbox, small_machine):
    def asks(client):
        for i in range(6):
            engine.submit(client, Random(i, "kick", 10 * client + i), done(client).put)

    def done(client):
        return boxes[client]

    boxes = [type(mailbox)() for _ in range(5)]
    threads = [threading.Thread(target=asks, args=(client,)) for client in range(5)]
    for thread in threads:
        thread.start()
    for client, box in enumerate(boxes):
        for i, reply in enumerate(box.take(6)):
            assert reply.id == i
            want = small_machine.render("kick", seed=10 * client + i)
            np.testing.assert_array_equal(wav(reply.path), pcm(want.samples))
    for thread in threads:
        thread.join()


def test_a_full_disk_is_an_answer_and_then_all_is_well(engine, mailbox, monkeypatch, folder):
    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_bytes", full)
        reply = ask(engine, mailbox, generate(1))
    assert isinstance(reply, ErrorReply)
    assert (reply.id, reply.code) == (1, "disk")
    assert "No space left on device" in reply.sentence
    after = ask(engine, mailbox, generate(2))
    assert isinstance(after, SoundReply)
    assert after.path.endswith("00.wav")
    assert [path.name for path in (folder.path / "c00").iterdir()] == ["00.wav"]


def test_a_fault_within_is_an_answer_and_the_worker_goes_on(engine, mailbox, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(engine._studio, "make", lambda *_: 1 / 0)
        reply = ask(engine, mailbox, generate(1))
    assert (reply.id, reply.code) == (1, "internal")
    assert reply.sentence == "ZeroDivisionError: division by zero"
    assert ask(engine, mailbox, generate(2)).id == 2


def test_an_answer_that_fails_is_counted_and_the_worker_goes_on(engine, mailbox):
    def broken(_):
        raise OSError("gone")

    engine.submit("a", generate(1), broken)
    assert ask(engine, mailbox, generate(2), "b").id == 2
    assert dict(engine.counters.errors) == {"internal": 1}


def test_close_answers_who_waits_and_refuses_who_comes(small_machine, folder, mailbox, monkeypatch):
    engine = Engine(small_machine, folder)
    entered, leave = threading.Event(), threading.Event()
    make = engine._studio.make

    def held(*arguments):
        entered.set()
        assert leave.wait(30)
        return make(*arguments)

    monkeypatch.setattr(engine._studio, "make", held)
    engine.submit("a", generate(1), mailbox.put)
    assert entered.wait(30)
    engine.submit("a", generate(2), mailbox.put)
    engine.submit("b", Random(3, "kick"), mailbox.put)
    closing = threading.Thread(target=engine.close)
    closing.start()
    assert [(r.id, r.code) for r in mailbox.take(2)] == [(2, "closing"), (3, "closing")]
    engine.submit("a", generate(4), mailbox.put)
    assert mailbox.get(timeout=30).code == "closing"
    leave.set()
    closing.join(30)
    assert not engine._worker.is_alive()
    assert mailbox.get(timeout=30).id == 1  # what was in progress ends well
    assert mailbox.empty()


def test_latencies_are_of_the_last_thousand(engine):
    for ms in range(1, 2001):
        engine.counters.add_answer(float(ms))
    status = engine.status()
    assert (status.p50, status.p95) == pytest.approx((1500.5, 1950.05))
    assert dataclasses.replace(status, seconds=0).answered == 2000
