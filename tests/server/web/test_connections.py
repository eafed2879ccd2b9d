"""Bounds on connections."""

import contextlib
import socket
import urllib.request

import pytest
from tests.support.web import WebClient

from neural_drum_machine.server.web import connections


def test_idle_connections_give_way(web, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 8)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(web.address)) for _ in range(40)]
        for tcp in idle[:30]:
            tcp.settimeout(30)
            tcp.send(b"GET / HTT")
            with contextlib.suppress(ConnectionError):  # it may have been closed before
                assert tcp.recv(64) == b""
        with urllib.request.urlopen(web.url, timeout=30) as answer:
            assert answer.status == 200
        with WebClient(web) as sock:
            assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


def test_a_socket_is_not_idle(web, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 4)
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(WebClient(web)) for _ in range(4)]
        with contextlib.suppress(ConnectionError), socket.create_connection(web.address) as tcp:
            tcp.settimeout(30)
            assert tcp.recv(64) == b""  # no place, and none that could be taken from another
        for sock in socks:
            assert sock.ask("ping", n=1) == {"type": "pong", "n": 1}


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_who_asks_nothing_is_let_go(web, monkeypatch, begun):
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    with socket.create_connection(web.address) as tcp:
        tcp.settimeout(30)
        tcp.sendall(begun)
        assert tcp.recv(64) == b""


def test_a_dripping_header_is_let_go(web, monkeypatch):
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)

    with socket.create_connection(web.address) as tcp:
        tcp.settimeout(0.01)
        tcp.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):  # it may end while a line is sent
            for _ in range(3000):
                tcp.sendall(b"X: y\r\n")
                with contextlib.suppress(TimeoutError):
                    if tcp.recv(64) == b"":
                        return
            pytest.fail("it was never closed")


def test_the_limit_of_open_files_is_raised_if_it_is_low():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        connections.raise_open_files_limit()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert hard == before[1]
        assert soft == connections.OPEN_FILES or soft == hard < connections.OPEN_FILES
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
