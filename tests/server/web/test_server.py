"""A web server comes and goes."""

import urllib.request

import pytest
from tests.support.patience import PATIENCE
from tests.support.web import WebClient
from websockets.exceptions import ConnectionClosed

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server import WebServer, serving_web


def test_a_taken_port_is_refused(shared_server):
    engine, _, web = shared_server
    port = web.address[1]
    sentence = rf"cannot listen at TCP port {port} of 127\.0\.0\.1.* such as --port \d+$"
    with pytest.raises(ServerError, match=sentence), serving_web(engine, port=port):
        pass


def test_clients_are_told_of_the_end_and_the_port_is_free_at_once(engine):
    server = WebServer(engine, port=0)
    port = server.address[1]
    with WebClient(server) as sock:
        sock.ask("ping", n=1)
        server.close()
        with pytest.raises(ConnectionClosed) as caught:
            sock.receive()
        assert caught.value.rcvd.code == 1012  # the service restarts: come again
    with serving_web(engine, port=port) as again, WebClient(again) as sock:
        assert sock.ask("ping", n=2) == {"type": "pong", "n": 2}


def test_clients_that_leave_in_the_middle_are_no_reason_to_stop(engine, departures):
    with serving_web(engine, port=0) as web:
        with WebClient(web) as sock:
            for n in range(5):
                sock.send({"type": "random", "id": n, "category": "kick"})
        assert departures.acquire(timeout=PATIENCE)
        with WebClient(web) as other:
            assert other.ask("random", id=1, category="kick")[0]["id"] == 1
    assert engine.status().errors == 0


def test_a_thread_that_has_died_is_told_and_nobody_waits_for_it(engine, monkeypatch):
    def fail(*_):
        raise RuntimeError("a fault of uvicorn")

    monkeypatch.setattr("uvicorn.Server.run", fail)
    server = WebServer(engine, port=0)
    with pytest.raises(OSError, match=r"refused|reset|closed"):
        urllib.request.urlopen(server.url, timeout=PATIENCE)
    with pytest.raises(ServerError, match="a fault of uvicorn"):
        server.check()
    server.close()
