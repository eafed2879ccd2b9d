import os
import shutil
import socket
import struct
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.server.conftest import Client, osc
from tests.server.test_osc_format import BAD, bundle, ntp

from neural_drum_machine.errors import ServerError
from neural_drum_machine.machine import load
from neural_drum_machine.server import osc as osc_module
from neural_drum_machine.server import serving
from neural_drum_machine.server.ports import free_port, holder


def pcm(sound):
    return np.round(np.clip(sound.samples, -1, 1) * 32767).astype(np.int16)


def wav(path):
    return soundfile.read(path, dtype="int16")[0]


def test_a_generate_is_answered_with_a_complete_file(client, small_machine):
    address, values = client.ask("/ndm/generate", 5, "snare", 0.5, -0.25, 0.0, "seed", 9)
    assert address == "/ndm/sound"
    assert [type(v) for v in values] == [
        int, str, float, float, int, int, float, str, int, float, float, float, str, float, int
    ]  # fmt: skip
    assert (values[0], values[7], values[8]) == (5, "snare", 9)
    np.testing.assert_array_equal(
        wav(values[1]), pcm(small_machine.render("snare", (0.5, -0.25, 0), 9))
    )


def test_hello_ends_with_the_categories(client, small_machine):
    client.send(osc("/ndm/hello"))
    heard = []
    while not heard or heard[-1][0] != "/ndm/categories":
        heard.append(client.receive())
    assert heard[0] == ("/ndm/hello", [1, "0.2.0", "small", small_machine.hash])
    assert heard[-1][1] == list(small_machine.categories)
    axes = [values for address, values in heard if address == "/ndm/axes"]
    assert [values[0] for values in axes] == list(small_machine.categories)


def test_hellos_are_answered_so_often_and_then_refused(client, monkeypatch):
    """A hello's answers are eighty times as long, and its sender's address may be forged."""
    many = osc_module._HELLOS_PER_SECOND + 20
    for _ in range(many):
        client.send(osc("/ndm/hello"))
    client.send(osc("/ndm/ping", 1))
    addresses = []
    while "/ndm/pong" not in addresses:
        addresses.append(client.receive()[0])
    assert osc_module._HELLOS_PER_SECOND <= addresses.count("/ndm/categories") < many
    assert "/ndm/error" in addresses


def test_answers_go_to_the_port_that_is_named(client):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(30)
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
        second = Client(client.socket.getpeername()[1])
        second.send(osc("/ndm/variation", 2, 1, 0.0, "reply", port))
        assert other.recv(1000).startswith(b"/ndm/sound\0\0")
        second.socket.close()
    assert client.ask("/ndm/variation", 3, 1, 0.0)[1][:2] == [3, "unknown-sound"]


def test_every_kind_of_bad_packet_is_counted_and_nothing_ends(server, client, monkeypatch):
    monkeypatch.setattr(server[1], "_bad", osc_module.Allowance(1_000_000))
    for n, (data, sentence) in enumerate(BAD.values(), 1):
        client.send(data)
        address, values = client.receive()
        assert (address, values[:2]) == ("/ndm/error", [-1, "bad-message"])
        assert sentence in values[2]
        assert client.status()["bad"] == n
    nan, inf = float("nan"), float("inf")
    for value in (nan, inf, -inf, "x"):
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
    assert (status["bad"], status["errors"]) == (len(BAD) + 6, 1)


def test_garbage_is_answered_ten_times_a_second_at_most_and_counted_always(server, client):
    for _ in range(500):
        client.send(b"garbage!")
    deadline = time.monotonic() + 30
    while server[0].status().bad < 500 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server[0].status().bad == 500
    client.send(osc("/ndm/ping", 1))
    answers = []
    while not answers or answers[-1][0] != "/ndm/pong":
        answers.append(client.receive())
    assert 10 <= len(answers) - 1 < 400


def test_bundles_from_the_future_are_handled_at_once(client):
    later = ntp(time.time() + 3600)
    client.send(bundle(later, osc("/ndm/ping", 1), bundle(1, osc("/ndm/ping", 2))))
    assert [client.receive() for _ in range(2)] == [("/ndm/pong", [1]), ("/ndm/pong", [2])]
    assert client.status()["late"] == 1


def test_a_drag_ends_with_its_newest_state(client, small_machine):
    for i in range(200):
        client.send(osc("/ndm/generate", i, "kick", i / 200, 0.0, 0.0))
    sounds, overtaken = [], set()
    while not sounds or sounds[-1][0] != 199:
        address, values = client.receive()
        if address == "/ndm/sound":
            sounds.append(values)
        else:
            assert address == "/ndm/superseded"
            assert values[0] < values[1]
            overtaken.add(values[0])
    assert sorted([*overtaken, *(values[0] for values in sounds)]) == list(range(200))
    assert [values[0] for values in sounds] == sorted(values[0] for values in sounds)
    want = small_machine.render("kick", (struct.unpack("f", struct.pack("f", 199 / 200))[0], 0, 0))
    np.testing.assert_array_equal(wav(sounds[-1][1]), pcm(want))


def test_ten_clients_of_100_messages_a_second_each(server, small_machine):
    """Three seconds; benchmarks/live_soak.py does the same for a minute, with the real model."""
    clients = [Client(server[1].address[1]) for _ in range(10)]
    for client in clients:
        client.socket.setblocking(False)
    newest = dict.fromkeys(range(10), -1)
    errors = []

    def drain():
        for n, client in enumerate(clients):
            while True:
                try:
                    address, values = client.receive()
                except BlockingIOError:
                    break
                if address == "/ndm/sound":
                    newest[n] = max(newest[n], values[0])
                elif address != "/ndm/superseded":
                    errors.append(values)

    start = time.monotonic()
    for i in range(300):
        for n, client in enumerate(clients):
            client.send(osc("/ndm/generate", i, "kick", i / 300, n / 10, 0.0))
        drain()
        assert server[0].status().waiting <= 10
        time.sleep(max(0, start + i / 100 - time.monotonic()))
    deadline = time.monotonic() + 30
    while set(newest.values()) != {299} and time.monotonic() < deadline:
        drain()
        time.sleep(0.01)
    assert newest == dict.fromkeys(range(10), 299)
    assert errors == []
    status = server[0].status()
    assert (status.received, status.errors, status.bad, status.clients) == (3000, 0, 0, 10)
    assert status.answered + status.superseded == 3000
    for client in clients:
        client.socket.close()


def test_a_taken_port_is_named_with_who_holds_it(small_machine, server):
    port = server[1].address[1]
    with pytest.raises(ServerError) as caught, serving(small_machine, port=port):
        pass
    assert f"cannot listen at UDP port {port} of 127.0.0.1" in str(caught.value)
    assert "choose another one, such as --osc-port" in str(caught.value)
    if sys.platform == "linux":
        assert f"process {os.getpid()} (" in str(caught.value)
        assert holder(port).startswith(f"process {os.getpid()} (")
        assert holder(free_port()) is None
    # What was begun is undone: only the running server's folder is left.
    assert len(list(Path(server[0]._folder.path).parent.glob("ndm-sounds-*"))) == 1


def test_an_unknown_host_is_named(server):
    with pytest.raises(ServerError, match=r"cannot listen at UDP port 0 of 192\.0\.2\.1"):
        osc_module.OscServer(server[0], "192.0.2.1", 0)
    with pytest.raises(ServerError, match="no address 'no such host'"):
        osc_module.OscServer(server[0], "no such host", 0)


def test_two_servers_on_one_machine(small_machine, client, server):
    with serving(small_machine, port=0) as (_, second):
        other = Client(second.address[1])
        (_, mine), (_, yours) = (
            c.ask("/ndm/generate", 1, "kick", 0.0, 0.0, 0.0) for c in (client, other)
        )
        assert Path(mine[1]).parents[1] != Path(yours[1]).parents[1]
        np.testing.assert_array_equal(wav(mine[1]), wav(yours[1]))
        other.socket.close()
    assert not Path(yours[1]).exists()
    assert Path(mine[1]).exists()


def test_a_model_file_replaced_while_it_is_played(small_bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "model.ndm"
    shutil.copy(small_bundle, path)
    machine = load(path)
    with serving(machine, port=0) as (_, server):
        (tmp_path / "new").write_bytes(b"another model")
        (tmp_path / "new").replace(path)
        client = Client(server.address[1])
        assert client.ask("/ndm/hello")[1][3] == machine.hash
        client.socket.close()
        client = Client(server.address[1])
        for inverter in ("griffin-lim", "mcnn"):
            values = client.ask("/ndm/random", 1, "kick", "seed", 1, "inverter", inverter)[1]
            want = load(small_bundle, inverter=inverter).render("kick", seed=1)
            np.testing.assert_array_equal(wav(values[1]), pcm(want))
        client.socket.close()


def test_who_is_gone_is_no_reason_to_stop(server, client):
    gone = Client(server[1].address[1])
    gone.send(osc("/ndm/random", 1, "kick"))
    gone.socket.close()
    assert client.ask("/ndm/random", 2, "kick")[1][0] == 2
    assert client.status()["bad"] == 0


def test_a_folder_that_cannot_be_written_is_an_answer(server, client):
    """Root may write anywhere: so a file lies where the client's folder should."""
    in_the_way = server[0]._folder.path / "c00"
    in_the_way.touch()
    address, values = client.ask("/ndm/random", 1, "kick")
    assert (address, values[:2]) == ("/ndm/error", [1, "disk"])
    assert "File exists" in values[2]
    in_the_way.unlink()
    assert client.ask("/ndm/random", 2, "kick")[0] == "/ndm/sound"


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions hold back"
)
def test_a_read_only_folder_is_an_answer(server, client):
    path = server[0]._folder.path
    path.chmod(0o500)
    assert client.ask("/ndm/random", 1, "kick")[1][:2] == [1, "disk"]
    path.chmod(0o700)
    assert client.ask("/ndm/random", 2, "kick")[0] == "/ndm/sound"
