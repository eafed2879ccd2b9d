"""Where the server listens, and where its answers go."""

import socket

from tests.support.osc import Client, needs_ipv6, osc, unpack, wrong_arguments
from tests.support.patience import PATIENCE

from neural_drum_machine.server import serving


def test_answers_go_to_the_port_that_is_named(client):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(PATIENCE)
        port = other.getsockname()[1]
        client.send(osc("/ndm/ping", 4, "reply", port))
        assert other.recv(1000) == osc("/ndm/pong", 4)
        # An error too, also when the message is no request, so that such a client hears why.
        client.send(osc("/ndm/generate", 1, "reply", port))
        assert other.recv(1000).startswith(b"/ndm/error\0\0,iss\0\0\0\0\0\0\0\1bad-message\0")
        client.send(osc("/ndm/nothing", "reply", port))
        assert b"no address '/ndm/nothing'" in other.recv(1000)
        # And it is one client, from whatever port it sends.
        client.send(osc("/ndm/random", 1, "kick", "reply", port))
        other.recv(1000)
        with Client(client.socket.getpeername()[1]) as second:
            second.send(osc("/ndm/variation", 2, 1, 0.0, "reply", port))
            assert other.recv(1000).startswith(b"/ndm/sound\0\0")
    assert client.ask("/ndm/variation", 3, 1, 0.0)[1][:2] == [3, "unknown-sound"]


def test_arguments_of_a_wrong_type_are_answered_with_the_id_at_the_port_that_is_named(timed, clock):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(PATIENCE)
        for data, sentence in wrong_arguments("/ndm/generate", other.getsockname()[1]).values():
            clock.now += 1
            timed.send(data)
            named = b"reply" in data
            address, values = unpack((other if named else timed.socket).recv(1000))
            assert (address, values[:2]) == ("/ndm/error", [5, "bad-message"])
            assert sentence in values[2]


@needs_ipv6
def test_both_addresses_that_localhost_may_mean_are_answered_where_they_asked(server):
    """Which one a client sends to is up to its system: macOS and Windows often prefer ::1."""
    (_, port), (host, same_port) = server[1].addresses
    assert (host, same_port) == ("::1", port)
    with Client(port) as old, Client(port, "::1") as new:
        assert new.ask("/ndm/random", 1, "kick", "seed", 1)[1][0] == 1
        # They are two clients, each with its own sounds.
        assert old.ask("/ndm/variation", 2, 1, 0.0)[1][1] == "unknown-sound"
        assert new.ask("/ndm/variation", 3, 1, 0.0)[0] == "/ndm/sound"
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
            other.bind(("::1", 0))
            other.settimeout(PATIENCE)
            new.send(osc("/ndm/ping", 4, "reply", other.getsockname()[1]))
            assert other.recv(1000) == osc("/ndm/pong", 4)
        assert old.status()["clients"] == 2


def test_one_address_is_listened_at_where_it_is_named(small_machine, tmp_path):
    with serving(small_machine, "127.0.0.1", 0, tmp_path) as (_, server):
        assert server.addresses == [("127.0.0.1", server.address[1])]
