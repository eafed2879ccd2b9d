import contextlib
import itertools
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from tests.support.audio import pcm, read_pcm
from tests.support.osc import (
    BAD_PACKETS,
    Client,
    bundle,
    ntp,
    osc,
)

from neural_drum_machine import __version__
from neural_drum_machine.errors import ServerError
from neural_drum_machine.machine import load
from neural_drum_machine.server import OscServer, serving
from neural_drum_machine.server.osc.server import HELLOS_OF_CLIENT, STATUSES_OF_CLIENT


def test_a_generate_is_answered_with_a_complete_file(client, small_machine):
    address, values = client.ask("/ndm/generate", 5, "snare", 0.5, -0.25, 0.0, "seed", 9)
    assert address == "/ndm/sound"
    assert [type(v) for v in values] == [
        int, str, float, float, int, int, float, str, int, float, float, float, str, float, int
    ]  # fmt: skip
    assert (values[0], values[7], values[8]) == (5, "snare", 9)
    np.testing.assert_array_equal(
        read_pcm(values[1]), pcm(small_machine.render("snare", (0.5, -0.25, 0), 9).samples)
    )


def test_hello_ends_with_the_categories(client, small_machine):
    client.send(osc("/ndm/hello"))
    answers = []
    while not answers or answers[-1][0] != "/ndm/categories":
        answers.append(client.receive())
    assert answers[0] == ("/ndm/hello", [1, __version__, "small", small_machine.hash])
    assert answers[-1][1] == list(small_machine.categories)
    axes = [values for address, values in answers if address == "/ndm/axes"]
    assert [values[0] for values in axes] == list(small_machine.categories)


def test_so_many_hellos_a_second_are_answered(timed, clock):
    """A hello's answers are eighty times as long, and its sender's address may be forged."""
    for _ in range(20):
        timed.send(osc("/ndm/hello"))
    timed.send(osc("/ndm/ping", 1))
    addresses = [address for address, _ in timed.until("/ndm/pong", 1)]
    assert addresses.count("/ndm/categories") == HELLOS_OF_CLIENT[1]
    assert addresses.count("/ndm/error") == 10  # no more bad replies a second either
    with Client(timed.socket.getpeername()[1]) as other:
        assert other.ask("/ndm/hello")[0] == "/ndm/hello"  # others have their own
    clock.now += 1
    assert timed.ask("/ndm/hello")[0] == "/ndm/hello"


def test_a_port_that_did_not_ask_gets_at_most_ten_times_what_was_sent(timed, clock):
    with Client(timed.socket.getpeername()[1]) as victim:
        hello = osc("/ndm/hello", "reply", victim.port)
        sent = 0
        for _ in range(100):  # for ten seconds
            for _ in range(5):
                timed.send(hello)
                sent += len(hello)
            timed.send(osc("/ndm/ping", 1))
            timed.until("/ndm/pong", 1)
            clock.now += 0.1
        victim.socket.setblocking(False)
        got = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                got += len(victim.socket.recv(65536))
        assert 0 < got <= 10 * sent


def test_status_requests_have_a_rate_of_their_own_for_each_client(timed, clock):
    with Client(timed.socket.getpeername()[1]) as other:
        for _ in range(3 * int(STATUSES_OF_CLIENT)):
            timed.send(osc("/ndm/status"))
        timed.send(osc("/ndm/ping", 1))
        addresses = [address for address, _ in timed.until("/ndm/pong", 1)]
        assert addresses.count("/ndm/status") == STATUSES_OF_CLIENT
        assert other.ask("/ndm/status")[0] == "/ndm/status"


def test_every_kind_of_bad_packet_is_counted_and_the_server_goes_on(engine):
    server = OscServer(
        engine, port=0, clock=itertools.count().__next__
    )  # every call a second later
    with Client(server.address[1]) as client:
        for n, (data, sentence) in enumerate(BAD_PACKETS.values(), 1):
            client.send(data)
            address, values = client.receive()
            assert (address, values[:2]) == ("/ndm/error", [-1, "bad-message"])
            assert sentence in values[2]
            assert client.status()["bad"] == n
        for value in (float("nan"), float("inf"), float("-inf"), "x"):
            address, values = client.ask("/ndm/generate", 3, "kick", value, 0.0, 0.0)
            assert (address, values[:2]) == ("/ndm/error", [3, "bad-message"])
        for wrong, code in (
            ("gong", "unknown-category"),
            ("k" * 60_000, "bad-message"),
            (1, "bad-message"),
        ):
            address, values = client.ask("/ndm/generate", 3, wrong, 0.0, 0.0, 0.0)
            assert (address, values[:2]) == ("/ndm/error", [3, code])
            assert len(values[2]) < 300
        assert client.ask("/ndm/generate", 4, "kick", 0.0, 0.0, 0.0)[0] == "/ndm/sound"
        status = client.status()
        assert (status["bad"], status["errors"]) == (len(BAD_PACKETS) + 6, 1)
    server.close()


def test_garbage_is_counted_always_and_answered_ten_times_a_second(timed, clock):
    for second in (1, 2):
        for _ in range(100):
            timed.send(b"garbage!")
        timed.send(osc("/ndm/ping", second))
        answers = timed.until("/ndm/pong", second)
        assert [address for address, _ in answers] == ["/ndm/error"] * 10
        clock.now += 1
    assert timed.status()["bad"] == 200


def test_bundles_from_the_future_are_handled_at_once(client):
    later = ntp(time.time() + 3600)
    client.send(bundle(later, osc("/ndm/ping", 1), bundle(1, osc("/ndm/ping", 2))))
    assert [client.receive() for _ in range(2)] == [("/ndm/pong", [1]), ("/ndm/pong", [2])]
    assert client.status()["late"] == 1


def test_ten_clients_drag_and_each_gets_its_newest_state(server):
    """benchmarks/live_soak.py does the same for a minute, at a pace, with the real model."""
    clients = [Client(server[1].address[1]) for _ in range(10)]
    answers = [[] for _ in clients]
    rounds = 60
    for i in range(rounds):
        for n, client in enumerate(clients):
            client.send(osc("/ndm/generate", i, "kick", i / rounds, n / 10, 0.0))
            # When the pong is here, the server has received all that was sent before.
            client.send(osc("/ndm/ping", i))
            answers[n] += client.until("/ndm/pong", i)
        assert server[0].status().waiting <= 10
    for n, client in enumerate(clients):
        while len(answers[n]) < rounds:
            answers[n].append(client.receive())
        ids = {address: [v[0] for a, v in answers[n] if a == address] for address, _ in answers[n]}
        assert set(ids) <= {"/ndm/sound", "/ndm/superseded"}
        assert ids["/ndm/sound"][-1] == rounds - 1
        assert sorted(itertools.chain(*ids.values())) == [*range(rounds)]
        client.socket.close()
    status = server[0].status()
    assert (status.received, status.errors, status.bad, status.clients) == (1200, 0, 0, 10)
    assert status.answered + status.superseded == 1200


def test_a_server_that_cannot_listen_leaves_nothing_behind(small_machine, server, tmp_path):
    port = server[1].address[1]
    with (
        pytest.raises(ServerError, match=f"cannot listen at UDP port {port}"),
        serving(small_machine, port=port, parent=tmp_path),
    ):
        pass
    assert len(list(tmp_path.glob("ndm-sounds-*"))) == 1  # the running server's


def test_two_servers_on_one_machine(small_machine, client, tmp_path):
    with (
        serving(small_machine, port=0, parent=tmp_path) as (_, second),
        Client(second.address[1]) as other,
    ):
        (_, mine), (_, yours) = (
            c.ask("/ndm/generate", 1, "kick", 0.0, 0.0, 0.0) for c in (client, other)
        )
        assert Path(mine[1]).parents[1] != Path(yours[1]).parents[1]
        np.testing.assert_array_equal(read_pcm(mine[1]), read_pcm(yours[1]))
    assert not Path(yours[1]).exists()
    assert Path(mine[1]).exists()


def test_a_model_file_replaced_while_it_is_played(small_bundle, tmp_path):
    path = tmp_path / "model.ndm"
    shutil.copy(small_bundle, path)
    machine = load(path)
    with serving(machine, port=0, parent=tmp_path) as (_, server):
        (tmp_path / "new").write_bytes(b"another model")
        (tmp_path / "new").replace(path)
        with Client(server.address[1]) as client:
            assert client.ask("/ndm/hello")[1][3] == machine.hash
        client = Client(server.address[1])
        for inverter in ("griffin-lim", "mcnn"):
            values = client.ask("/ndm/random", 1, "kick", "seed", 1, "inverter", inverter)[1]
            want = load(small_bundle, inverter=inverter).render("kick", seed=1)
            np.testing.assert_array_equal(read_pcm(values[1]), pcm(want.samples))
        client.socket.close()


def test_a_client_that_is_gone_is_no_reason_to_stop(server, client):
    with Client(server[1].address[1]) as gone:
        gone.send(osc("/ndm/random", 1, "kick"))
    assert client.ask("/ndm/random", 2, "kick")[1][0] == 2
    assert client.status()["bad"] == 0


def test_a_folder_that_cannot_be_written_is_an_answer(client, tmp_path):
    """Root may write anywhere, so a file lies where the client's folder should."""
    (sounds,) = tmp_path.glob("ndm-sounds-*")
    in_the_way = sounds / "c00"
    in_the_way.touch()
    address, values = client.ask("/ndm/random", 1, "kick")
    assert (address, values[:2]) == ("/ndm/error", [1, "disk"])
    assert "Not a directory" in values[2]
    in_the_way.unlink()
    assert client.ask("/ndm/random", 2, "kick")[0] == "/ndm/sound"


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="needs a user with permissions, not root"
)
def test_a_read_only_folder_is_an_answer(client, tmp_path):
    (path,) = tmp_path.glob("ndm-sounds-*")
    path.chmod(0o500)
    assert client.ask("/ndm/random", 1, "kick")[1][:2] == [1, "disk"]
    path.chmod(0o700)
    assert client.ask("/ndm/random", 2, "kick")[0] == "/ndm/sound"
