"""Requests over a WebSocket: what only the page can ask, and the bounds."""

import contextlib
import json
import math

import numpy as np
import pytest
from tests.support.audio import pcm, wav_file
from tests.support.web import WebClient, binary_message
from websockets.exceptions import ConnectionClosed, InvalidStatus

from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode
from neural_drum_machine.server.web import sockets
from neural_drum_machine.server.web.messages import MAX_MESSAGE
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.mel import mel_spectrogram


def test_sounds_are_exact_and_recalled_exactly(sock, small_machine):
    facts, samples, _ = sock.ask("random", id=1, category="kick", seed=3, wild=1.5, take=2)
    want = small_machine.render("kick", seed=3, wild=1.5, take=2)
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(np.float32(facts["code"]), want.code)
    assert (facts["to"], facts["fidelity"], facts["original"]) == (None, None, 0)
    assert "path" not in facts
    values = {"category": "kick", "code": facts["code"], "take": 2}
    recalled, again, _ = sock.ask("recall", id=2, seed=3, **values)
    np.testing.assert_array_equal(again, samples)
    assert (recalled["code"], recalled["seed"]) == (facts["code"], 3)
    # A sound that was moved is recalled by its own latent vector.
    moved, samples, _ = sock.ask("move", id=3, p1=0.5, p2=-1, p3=0.25, range=2, **values)
    assert [moved["p1"], moved["p2"], moved["p3"]] == pytest.approx([1, -2, 0.5], abs=1e-5)
    _, again, _ = sock.ask("recall", id=4, **values | {"code": moved["code"]})
    np.testing.assert_array_equal(again, samples)


def test_a_move_may_name_an_absolute_place(sock, small_machine):
    code = small_machine.render("kick", seed=3).code.tolist()
    values = {"category": "kick", "code": code}
    shared, samples, _ = sock.ask("move", id=1, p1=0.75, p2=-1, p3=0.25, range=4, **values)
    absolute, again, _ = sock.ask("move", id=2, p1=3, p2=-4, p3=1, **values)
    assert absolute["code"] == shared["code"]
    np.testing.assert_array_equal(again, samples)
    error = sock.ask("move", id=3, p1=3, p2=0, p3=0, range=4, **values)
    assert (error["id"], error["code"]) == (3, "out-of-range")
    assert error["sentence"] == "p1 times range must lie between -8 and 8, got 3 times 4"


def test_a_move_to_where_a_sound_is_changes_nothing(sock, small_machine):
    code = small_machine.render("snare", seed=8).code.tolist()
    index = small_machine.index("snare")
    p = small_machine.controls.position(index, np.float32(code))
    place = dict(zip(("p1", "p2", "p3"), (p / 4).tolist(), strict=True))
    facts, _, _ = sock.ask("move", id=1, category="snare", code=code, range=4, **place)
    np.testing.assert_allclose(facts["code"], code, atol=1e-5)


def test_a_morph_is_the_machines_and_its_answer_recalls_it(sock, small_machine):
    kick, snare = (small_machine.render(c, seed=1) for c in ("kick", "snare"))
    ends = {"category": "kick", "code": kick.code.tolist(), "to": "snare",
            "to_code": snare.code.tolist()}  # fmt: skip
    for t in (0, 0.3, 1):
        facts, samples, _ = sock.ask("morph", id=1, t=t, **ends)
        want = small_machine.morph("kick", kick.code, "snare", snare.code, t)
        np.testing.assert_array_equal(samples, pcm(want.samples))
        values = {key: facts[key] for key in ("category", "code", "t")}
        if facts["to"]:
            values["to"] = facts["to"]
        _, again, _ = sock.ask("recall", id=2, **values)
        np.testing.assert_array_equal(again, samples)
    assert (facts["category"], facts["to"]) == ("snare", None)


def test_an_upload_comes_back_with_its_original_and_a_distance(sock, small_machine):
    sound = small_machine.render("snare", seed=5)
    late = np.concatenate([np.zeros(3000, np.float32), 0.5 * sound.samples])
    sock.upload(wav_file(late), id=1, category="snare", name="Snare.wav")
    facts, samples, original = sock.receive()
    hit = make_hit(late, 22050, small_machine.spec)
    want = small_machine.render_code("snare", small_machine.encode(hit, "snare"))
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(original, pcm(hit.samples[: hit.length]))
    spec, padded = small_machine.spec, np.zeros(small_machine.spec.n_samples, np.float32)
    padded[: len(want.samples)] = want.samples
    mels = [mel_spectrogram(x, spec) for x in (hit.samples, padded)]
    assert facts["fidelity"] == pytest.approx(best_gain_spectral_convergence(*mels), abs=1e-3)
    assert 0 < facts["fidelity"] <= 1
    assert facts["original"] == hit.length


def test_an_encoding_has_a_distance_but_no_original(sock):
    sock.ask("random", id=1, category="kick", seed=3)
    facts, _, original = sock.ask("encode", id=2, of=1, category="snare")
    assert 0 < facts["fidelity"] <= 1
    assert (facts["original"], len(original)) == (0, 0)


def test_no_files_are_written_for_sockets(engine, folder, web):
    with WebClient(web) as sock:
        sock.ask("random", id=1, category="kick")
    assert list(folder.path.glob("c*")) == []


def test_messages_that_are_no_request_are_counted_and_answered(engine, web):
    with WebClient(web) as sock:
        for n, message in enumerate(('{"type":"eval","id":7}', b"\1\2", "{"), 1):
            sock.send(message)
            reply = sock.receive()
            assert (reply["type"], reply["code"]) == ("error", "bad-message")
            assert engine.status().bad == n
        assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def test_codes_of_another_model_are_refused(sock):
    for code, sentence in (([0.0] * 7, "this model's codes are 8 numbers, got 7"),
                           ([1e9] * 8, "code must lie between -1000 and 1000")):  # fmt: skip
        reply = sock.ask("recall", id=6, category="kick", code=code)
        assert (reply["id"], reply["code"]) == (6, "out-of-range")
        assert sentence in reply["sentence"]


def test_files_that_are_no_sound_are_refused_by_their_names(sock):
    for data, sentence in ((b"MZ\x90", "not readable"), (wav_file(np.zeros(5000)), "silent")):
        sock.upload(data, id=4, name="Kick\n01.wav")
        reply = sock.receive()
        assert (reply["id"], reply["code"]) == (4, "bad-audio")
        assert reply["sentence"].startswith(f"Kick�01.wav: {sentence}")


def test_a_message_that_is_too_large_ends_the_connection_and_nothing_else(shared_web):
    def send_too_much():
        with WebClient(shared_web) as sock:
            sock.send(bytes(MAX_MESSAGE + 1))
            sock.receive()

    with pytest.raises(ConnectionClosed):  # told, or cut off while it still sends
        send_too_much()
    with WebClient(shared_web) as sock:
        assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def test_messages_have_a_rate(shared_web, monkeypatch):
    monkeypatch.setattr(sockets, "MESSAGES_PER_SECOND", 5.0)
    with WebClient(shared_web) as sock:
        replies = [sock.ask("ping", n=n)["type"] for n in range(50)]
        assert replies[:5] == ["pong"] * 5
        assert replies.count("error") >= 35
        while sock.ask("ping", n=1)["type"] != "pong":
            pass  # until a token has come back


def test_uploads_have_a_rate(shared_web, monkeypatch):
    monkeypatch.setattr(sockets, "UPLOADS_AT_ONCE", 2.0)
    with WebClient(shared_web) as sock:
        for n in range(6):
            sock.upload(b"no sound", id=n)
        codes = [sock.receive()["code"] for _ in range(6)]
        assert codes.count("bad-audio") in (2, 3)
        assert codes.count("busy") == 6 - codes.count("bad-audio")


def test_unreadable_messages_count_for_the_rate(engine, web, monkeypatch):
    monkeypatch.setattr(sockets, "MESSAGES_PER_SECOND", 0.5)
    with WebClient(web) as sock:
        replies = []
        for message in ("{", '{"id":7}', binary_message({"type": "upload", "id": 8}, b"x"), b"?"):
            sock.send(message)
            replies.append(sock.receive())
    assert [(r["code"], r["id"]) for r in replies] == [
        ("busy", -1), ("busy", 7), ("busy", 8), ("busy", -1)
    ]  # fmt: skip
    assert engine.status().bad == 0


def test_a_failure_in_one_message_is_answered_and_ends_nothing(engine, web, monkeypatch):
    def fail(*_):
        raise OverflowError("int too large")

    with WebClient(web) as sock:
        with monkeypatch.context() as patch:
            patch.setattr(engine, "submit", fail)
            reply = sock.ask("random", id=5, category="kick")
            assert (reply["id"], reply["code"]) == (5, "internal")
            for n in range(sockets.UPLOADS_WAITING + 1):  # none is kept as waiting
                sock.upload(b"no sound", id=n)
                reply = sock.receive()
                assert (reply["id"], reply["code"]) == (n, "internal")
        # A number that JSON has and no float holds.
        sock.send('{"type":"ping","n":1' + 400 * "0" + "}")
        assert sock.receive()["type"] == "error"
        assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def test_an_answer_that_cannot_be_written_is_an_error(engine, web, monkeypatch):
    with WebClient(web) as sock:
        monkeypatch.setattr(engine, "status", lambda: protocol.Pong(math.nan))
        assert sock.ask("status")["code"] == "internal"
        error = protocol.ErrorReply(3, ErrorCode.DISK, "half a pair: \ud800")
        monkeypatch.setattr(engine, "status", lambda: error)
        reply = sock.ask("status")
        assert (reply["id"], reply["code"]) == (3, "internal")
        assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def masked(text):
    """A whole text message of a client, shorter than 126 bytes, by hand."""
    data = text.encode()
    return bytes([0x81, 0x80 | len(data)]) + bytes(4) + data


def test_a_burst_within_the_limit_is_answered_whole(sock):
    pings = (masked(json.dumps({"type": "ping", "n": n})) for n in range(400))
    sock.socket.socket.sendall(b"".join(pings))  # in one packet
    assert [sock.receive() for _ in range(400)] == [{"type": "pong", "n": n} for n in range(400)]


def test_so_many_clients_at_a_time(engine, web, departures):
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(WebClient(web)) for _ in range(32)]
        assert clients[0].ask("random", id=1, category="kick")[0]["id"] == 1
        with pytest.raises(InvalidStatus) as caught:  # before it could send anything
            WebClient(web)
        refusal = caught.value.response
        assert (refusal.status_code, refusal.headers["x-frame-options"]) == (503, "DENY")
        assert b"32 others are connected" in refusal.body
    for _ in clients:
        assert departures.acquire(timeout=30)
    assert engine.status().clients == 0  # a client that leaves is forgotten
    with WebClient(web) as again:
        assert again.ask("ping", n=1)["type"] == "pong"


def test_uploads_of_a_client_that_leaves_do_not_count(web, engine, gate, departures):
    with WebClient(web) as other:
        other.send({"type": "random", "id": 1, "category": "kick"})
        assert gate.entered.wait(30)
        with WebClient(web) as sock:
            for n in range(sockets.UPLOADS_WAITING):
                sock.upload(b"no sound", id=n)
            assert sock.ask("ping", n=1)["type"] == "pong"  # so they have been read
            other.upload(b"no sound", id=9)
            assert other.receive()["code"] == "busy"
        assert departures.acquire(timeout=30)
        gate.open()
        assert other.receive()[0]["id"] == 1
        other.upload(b"no sound", id=10)
        reply = other.receive()
        assert (reply["id"], reply["code"]) == (10, "bad-audio")


def test_hello_has_the_model_and_the_limits(sock, small_machine):
    hello = sock.ask("hello")
    assert hello["hash"] == small_machine.hash
    assert hello["categories"] == list(small_machine.categories)
    assert set(hello["axes"]) == set(small_machine.categories)
    assert hello["ranges"] == [0.5, 1, 2, 4]
    assert hello["limits"] == {
        "takes": 64,
        "recent_sounds": 64,
        "waiting": 8,
        "audio_bytes": 16 * 2**20,
        "amount": 2,
        "wild": 2,
        "control": 8,
        "length_ms": [20, 1000],
    }


def test_a_map_is_measured_if_the_model_has_none(web, machine, monkeypatch):
    shipped = machine.pad_maps
    assert shipped is not None
    want = pad_map(machine, "snare")
    np.testing.assert_allclose(shipped[machine.index("snare")], want, rtol=1e-3)
    with WebClient(web) as sock:
        theirs = sock.ask("pad_map", id=4, category="snare")
        monkeypatch.setattr(machine, "pad_maps", None)
        ours = sock.ask("pad_map", id=5, category="snare")
        assert sock.ask("pad_map", id=6, category="gong")["code"] == "unknown-category"
    for reply, expected in ((theirs, shipped[machine.index("snare")]), (ours, want)):
        assert (reply["type"], reply["category"]) == ("pad_map", "snare")
        np.testing.assert_allclose([reply["brightness"], reply["decay"]], expected, rtol=1e-6)
