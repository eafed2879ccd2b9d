import contextlib
import errno
import os
import re
import socket

import pytest
from tests.support.osc import needs_ipv6

from neural_drum_machine.errors import ServerError
from neural_drum_machine.server import is_loopback
from neural_drum_machine.server.listening import (
    free_port,
    holder,
    listening_advice,
    listening_socket,
    listening_sockets,
)


@pytest.fixture(params=["UDP", "TCP"])
def transport(request):
    return request.param


@pytest.fixture
def taken(transport):
    with listening_socket(transport, "127.0.0.1", 0) as made:
        yield made.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost", "LOCALHOST"])
def test_loopback_addresses(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.7", "localhost.example", "127.0.0.1.example", ""]
)
def test_other_addresses(host):
    assert not is_loopback(host)


def test_a_socket_listens_at_a_free_port(transport):
    with listening_socket(transport, "127.0.0.1", 0) as made:
        host, port = made.getsockname()
    assert (host, port > 1023) == ("127.0.0.1", True)


def addresses(sockets):
    with contextlib.ExitStack() as stack:
        return [stack.enter_context(each).getsockname()[:2] for each in sockets]


@needs_ipv6
def test_localhost_is_both_loopback_addresses_with_one_port(transport):
    (host, port), other = addresses(listening_sockets(transport, "localhost", 0))
    assert (host, other) == ("127.0.0.1", ("::1", port))
    both = addresses(listening_sockets(transport, "LOCALHOST", port))
    assert both == [("127.0.0.1", port), ("::1", port)]


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6), "0.0.0.0"])
def test_an_address_that_is_named_is_the_only_one(transport, host):
    ((found, _),) = addresses(listening_sockets(transport, host, 0))
    assert found == host


@pytest.mark.parametrize(
    ("where", "code"), [("socket", errno.EAFNOSUPPORT), ("bind", errno.EADDRNOTAVAIL)]
)
def test_without_ipv6_localhost_is_the_address_of_ipv4(monkeypatch, transport, where, code):
    """A kernel without IPv6 has no such sockets; one where it is switched off has no ::1."""

    class WithoutIpv6(socket.socket):
        def __init__(self, family=socket.AF_INET, *more):
            if where == "socket" and family == socket.AF_INET6:
                raise OSError(code, os.strerror(code))
            super().__init__(family, *more)

        def bind(self, address):
            if address[0] == "::1":
                raise OSError(code, os.strerror(code))
            super().bind(address)

    monkeypatch.setattr(socket, "socket", WithoutIpv6)
    ((host, _),) = addresses(listening_sockets(transport, "localhost", 0))
    assert host == "127.0.0.1"


@needs_ipv6
def test_a_port_that_is_taken_at_one_of_two_addresses_is_refused(transport):
    with listening_socket(transport, "::1", 0) as made:
        port = made.getsockname()[1]
        with pytest.raises(ServerError, match=f"cannot listen at {transport} port {port} of ::1 "):
            listening_sockets(transport, "localhost", port)
        listening_socket(transport, "127.0.0.1", port).close()  # and nothing stays open


def test_a_taken_port_is_named_with_its_holder_and_a_free_one(transport, taken):
    with pytest.raises(ServerError) as caught:
        listening_socket(transport, "127.0.0.1", taken)
    option = {"UDP": "--osc-port", "TCP": "--port"}[transport]
    found = re.fullmatch(
        rf"cannot listen at {transport} port {taken} of 127\.0\.0\.1 \(.+\): process {os.getpid()} "
        rf"\(.+\) holds it; choose another one, such as {option} (\d+)",
        str(caught.value),
    )
    assert found
    listening_socket(transport, "127.0.0.1", int(found[1])).close()


def test_the_holder_of_a_port_is_found_by_transport(transport, taken):
    assert holder(taken, transport).startswith(f"process {os.getpid()} (")
    assert len(holder(taken, transport)) < 120
    other = {"UDP": "TCP", "TCP": "UDP"}[transport]
    assert holder(free_port(transport=other), other) is None


def test_a_client_of_a_port_does_not_hold_it():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert holder(client.getsockname()[1], "TCP") is None


def test_an_address_of_another_computer_is_a_matter_of_the_host_not_of_the_port(transport):
    with pytest.raises(ServerError) as caught:
        listening_socket(transport, "192.0.2.1", 0)
    sentence = str(caught.value)
    assert sentence.startswith(f"cannot listen at {transport} port 0 of 192.0.2.1 (")
    assert "this computer has no such address: use --host 127.0.0.1 for this computer" in sentence
    assert "port" not in sentence.partition(")")[2]


@pytest.mark.parametrize("host", ["no such host", "a..b", "x" * 70, "nul\0"])
def test_a_name_that_is_no_host_is_named(transport, host):
    with pytest.raises(ServerError) as caught:
        listening_socket(transport, host, 0)
    assert str(caught.value).startswith(f"no address {host!r} (")
    assert "use --host 127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "port", "advice"),
    [
        (
            errno.EACCES,
            80,
            "; ports below 1024 are for administrators: choose another one, such as ",
        ),
        (errno.EACCES, 5000, "; a firewall or the system's rules forbid it: choose another one"),
        (errno.EADDRINUSE, 5000, "; choose another one, such as "),
        (errno.EMFILE, 5000, "; the system is out of resources: close other programs"),
        (errno.EAFNOSUPPORT, 5000, "; use --host 127.0.0.1 for this computer alone"),
    ],
)
def test_the_advice_fits_the_systems_error(monkeypatch, code, port, advice):
    monkeypatch.setattr("neural_drum_machine.server.listening.holder", lambda *_: None)
    error = OSError(code, os.strerror(code))
    assert listening_advice(error, "TCP", "127.0.0.1", port).startswith(advice)


def test_a_port_that_windows_denies_because_it_is_taken_is_named_with_its_holder(taken, transport):
    error = PermissionError(errno.EACCES, "access denied")
    advice = listening_advice(error, transport, "127.0.0.1", taken)
    assert advice.startswith(f": process {os.getpid()} (")


def test_a_free_port_is_found_for_a_host_that_is_not_ours():
    assert free_port("192.0.2.1") > 1023
