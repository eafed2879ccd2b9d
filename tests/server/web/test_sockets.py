"""WebSockets: bounds, failures, clients that leave."""

import contextlib
import json
import math

import pytest
from tests.support.audio import wav_file
from tests.support.patience import PATIENCE
from tests.support.sounds import tone
from tests.support.web import WebClient, binary_message
from websockets.exceptions import ConnectionClosed, InvalidStatus

from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import ErrorCode
from neural_drum_machine.server.web import sockets
from neural_drum_machine.server.web.messages import MAX_MESSAGE


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
        assert departures.acquire(timeout=PATIENCE)
    assert engine.status().clients == 0  # a client that leaves is forgotten
    with WebClient(web) as again:
        assert again.ask("ping", n=1)["type"] == "pong"


def test_uploads_of_a_client_that_leaves_do_not_count(web, gate, departures):
    sound = wav_file(tone(220, 0.2))
    with WebClient(web) as other:
        with WebClient(web) as sock:
            for n in range(sockets.UPLOADS_WAITING):
                sock.upload(sound, id=n, category="kick")
            assert sock.ask("ping", n=1)["type"] == "pong"  # so they have been read
            assert gate.entered.wait(30)
            sock.upload(b"no sound", id=9)
            assert sock.receive()["code"] == "busy"
            other.upload(sound, id=1, category="kick")  # who has none has a place
            other.upload(sound, id=2, category="kick")
            reply = other.receive()
            assert (reply["id"], reply["code"]) == (2, "busy")
        assert departures.acquire(timeout=PATIENCE)
        gate.open()
        assert other.receive()[0]["id"] == 1
        other.upload(b"no sound", id=10)
        reply = other.receive()
        assert (reply["id"], reply["code"]) == (10, "bad-audio")


def test_a_socket_that_was_silent_for_long_makes_room(web, monkeypatch):
    monkeypatch.setattr(sockets, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(sockets, "MAX_SOCKETS", 2)
    with WebClient(web) as silent, WebClient(web) as busy:
        assert silent.ask("ping", n=1)["type"] == "pong"
        assert busy.ask("ping", n=1)["type"] == "pong"
        with WebClient(web) as newcomer:
            assert newcomer.ask("ping", n=2)["type"] == "pong"
            with pytest.raises(ConnectionClosed) as caught:
                silent.receive()
            assert caught.value.rcvd.code == 1013
            assert busy.ask("ping", n=3)["type"] == "pong"
