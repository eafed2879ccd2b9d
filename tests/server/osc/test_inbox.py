"""Datagrams that wait: who is heard next, and how much may lie there."""

import socket

import pytest
from tests.support.patience import PATIENCE

from neural_drum_machine.server.fairness import ROUND
from neural_drum_machine.server.osc import inbox as module
from neural_drum_machine.server.osc import own_sockets
from neural_drum_machine.server.osc.inbox import KEPT_IN_CROWD, OVERHEAD, Inbox
from neural_drum_machine.server.osc.own_sockets import OwnSockets


@pytest.fixture
def inbox(clock):
    """Of datagrams that are words with commas between them: each word is a message."""
    return Inbox(lambda _, data: data.decode().split(","), clock)


def drained(inbox):
    taken = []
    while (one := inbox.take()) is not None:
        taken.append(one)
    assert not inbox
    assert inbox.size == 0
    return taken


def test_messages_of_a_sender_stay_in_order(inbox):
    inbox.put("a", b"1,2", 0.5)
    inbox.put("a", b"3", 0.75)
    assert drained(inbox) == [("a", 0.5, "1"), ("a", 0.5, "2"), ("a", 0.75, "3")]


def test_senders_take_turns_and_a_bundle_is_many_messages(inbox):
    inbox.put("loud", b",".join(b"%d" % n for n in range(64)), 0)
    for _ in range(100):
        inbox.put("loud", b"x", 0)
    inbox.put("me", b"1", 0)
    inbox.put("me", b"2", 0)
    senders = [sender for sender, _, _ in drained(inbox)]
    assert senders[:4].count("me") == 2


def test_in_a_crowd_the_newest_of_each_sender_are_kept(inbox):
    for n in range(20):
        for sender in range(ROUND + 1):
            inbox.put(sender, b"%d" % n, 0)
    kept = [word for sender, _, word in drained(inbox) if sender == ROUND]
    assert kept == [str(n) for n in range(20 - KEPT_IN_CROWD, 20)]


def test_half_of_the_turns_are_for_who_was_here_before_the_crowd(inbox, clock):
    inbox.put("me", b"0", 0)
    clock.now += 5
    for _ in range(30):
        clock.now += 0.02
        for sender in range(200):
            inbox.put(sender, b"x", 0)
        inbox.put("me", b"1", 0)
    senders = [sender for sender, _, _ in drained(inbox)]
    assert senders[: 2 * KEPT_IN_CROWD].count("me") == KEPT_IN_CROWD


def test_its_bytes_are_bounded_and_the_longest_line_gives_way(inbox, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 10 * (OVERHEAD + 100))
    inbox.put("me", b"1", 0)
    for _ in range(1000):
        inbox.put("loud", bytes(100), 0)
        assert inbox.size <= module.MAX_BYTES
    assert "me" in {sender for sender, _, _ in drained(inbox)}


@pytest.mark.skipif(not own_sockets.IS_POSSIBLE, reason="Linux only")
def test_a_loud_sender_fills_its_own_socket_and_nobody_elses():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loud,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE)
        for each in (loud, other):
            each.connect(server.getsockname())
        own = OwnSockets()
        assert own.ready(8) == []
        assert own.open("loud", server, loud.getsockname())
        assert not own.open("loud", server, loud.getsockname())
        for _ in range(10_000):
            loud.send(b"loud")
        other.send(b"other")
        assert server.recv(64) == b"other"
        ((sender, its),) = own.ready(8)
        kept = 0
        while own.ready(8):
            assert its.recv(64) == b"loud"
            kept += 1
        assert (sender, 0 < kept < 100) == ("loud", True)
        # Nobody else may listen at the port, before and after.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                thief.bind(server.getsockname())
        own.clear()
        loud.send(b"again")
        assert server.recv(64) == b"again"
        own.close()


@pytest.mark.skipif(not own_sockets.IS_POSSIBLE, reason="Linux only")
def test_so_many_senders_have_a_socket(monkeypatch):
    monkeypatch.setattr(own_sockets, "MAX_OWN", 2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        own = OwnSockets()
        for port in (20_001, 20_002, 20_003):
            assert own.open(port, server, ("127.0.0.1", port))
        assert len(own) == 2
        assert not own.open(20_003, server, ("127.0.0.1", 20_003))
        assert own.open(20_001, server, ("127.0.0.1", 20_001))  # it had made room
        own.close()
