"""What holds of every adapter: the same requests give the same answers over OSC and the web."""

import json
import struct

import numpy as np
import pytest
import soundfile
from tests.server.conftest import Client, osc
from websockets.sync.client import connect

from neural_drum_machine.server import serving_web
from neural_drum_machine.server.osc_format import REQUESTS


class OscClient:
    """Asks by name over UDP."""

    def __init__(self, osc, web):
        self._client = Client(osc.address[1])

    def send(self, name, **values):
        required = REQUESTS[f"/ndm/{name}"].required()
        first = [values.pop(key) for key in required if key in values]
        rest = [word for pair in values.items() for word in pair]
        self._client.send(osc(f"/ndm/{name}", *first, *rest))

    def hear(self):
        address, values = self._client.receive()
        name = address.removeprefix("/ndm/")
        if name == "sound":
            keys = ("id", "path", "ms", "peak", "samples", "sr", "length", "category", "seed",
                    "p1", "p2", "p3", "inverter", "wild", "take")  # fmt: skip
            facts = dict(zip(keys, values, strict=True))
            return name, facts | {"pcm": soundfile.read(facts["path"], dtype="int16")[0]}
        if name == "status":
            return name, dict(zip(values[::2], values[1::2], strict=True))
        keys = {"pong": ("n",), "error": ("id", "code", "sentence"), "superseded": ("id", "by")}
        return name, dict(zip(keys[name], values, strict=True))

    def close(self):
        self._client.socket.close()


class WebClient:
    """Asks by name over a WebSocket."""

    def __init__(self, osc, web):
        host, port = web.address
        self._opened = connect(f"ws://{host}:{port}/ws", origin=f"http://{host}:{port}")
        self._socket = self._opened.__enter__()

    def send(self, name, **values):
        self._socket.send(json.dumps({"type": name, **values}))

    def hear(self):
        data = self._socket.recv(timeout=30)
        if isinstance(data, str):
            reply = json.loads(data)
            return reply.pop("type"), reply
        (length,) = struct.unpack_from("<I", data)
        facts = json.loads(data[4 : 4 + length])
        pcm = np.frombuffer(data, "<i2", facts["samples"], 4 + length)
        return facts.pop("type"), facts | {"pcm": pcm}

    def close(self):
        self._opened.__exit__(None, None, None)


@pytest.fixture
def web(server):
    with serving_web(server[0], port=0) as made:
        yield made


@pytest.fixture(params=[OscClient, WebClient])
def client(request, server, web):
    made = request.param(server[1], web)
    yield made
    made.close()


def ask(client, name, **values):
    client.send(name, **values)
    return client.hear()


def pcm(sound):
    return np.round(np.clip(sound.samples, -1, 1) * 32767).astype(np.int16)


def test_a_ping_is_answered_with_its_number(client):
    assert ask(client, "ping", n=7) == ("pong", {"n": 7})


def test_a_generate_is_machine_render(client, small_machine):
    name, facts = ask(
        client, "generate", id=5, category="snare", p1=0.5, p2=-0.25, p3=0.0, range=2.0, seed=9,
        wild=0.5, take=3, inverter="mcnn",
    )  # fmt: skip
    machine = small_machine.with_inverter("mcnn")
    want = machine.render("snare", (1.0, -0.5, 0), 9, wild=0.5, take=3)
    assert name == "sound"
    np.testing.assert_array_equal(facts["pcm"], pcm(want))
    assert (facts["id"], facts["category"], facts["seed"], facts["take"]) == (5, "snare", 9, 3)
    assert (facts["inverter"], facts["wild"], facts["sr"]) == ("mcnn", 0.5, 22050)
    assert [facts["p1"], facts["p2"], facts["p3"]] == pytest.approx([1, -0.5, 0], abs=1e-5)
    assert facts["samples"] == len(want.samples)


def test_a_random_says_its_seed_and_that_recalls_it(client):
    _, first = ask(client, "random", id=1, category="kick")
    _, again = ask(client, "random", id=2, category="kick", seed=first["seed"])
    np.testing.assert_array_equal(first["pcm"], again["pcm"])
    _, other = ask(client, "random", id=3, category="kick")
    assert other["seed"] != first["seed"]


def test_a_variation_and_an_encoding_are_of_an_earlier_sound_of_this_client(client):
    _, first = ask(client, "random", id=1, category="kick", seed=4)
    _, same = ask(client, "variation", id=2, of=1, amount=0.0)
    np.testing.assert_array_equal(same["pcm"], first["pcm"])
    _, heard = ask(client, "encode", id=3, of=1, category="snare")
    assert (heard["category"], heard["seed"]) == ("snare", -1)
    name, error = ask(client, "variation", id=4, of=77, amount=0.5)
    assert (name, error["id"], error["code"]) == ("error", 4, "unknown-sound")


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("generate", {"category": "gong", "p1": 0.0, "p2": 0.0, "p3": 0.0}, "unknown-category"),
        ("generate", {"category": "kick", "p1": 1.5, "p2": 0.0, "p3": 0.0}, "out-of-range"),
        ("generate", {"category": "kick", "p1": 0.0, "p2": 0.0}, "bad-message"),
        ("generate", {"category": 3, "p1": 0.0, "p2": 0.0, "p3": 0.0}, "bad-message"),
        ("random", {"category": "kick", "take": 64}, "out-of-range"),
        ("random", {"category": "kick", "inverter": "magic"}, "unknown-inverter"),
        ("random", {"category": "kick", "length": 19.0}, "out-of-range"),
        ("random", {"category": "kick", "colour": 3}, "bad-message"),
    ],
)
def test_what_cannot_be_met_is_refused_by_name_and_nothing_ends(client, name, values, code):
    heard, error = ask(client, name, id=8, **values)
    assert (heard, error["id"], error["code"]) == ("error", 8, code)
    assert error["sentence"]
    assert ask(client, "random", id=9, category="kick")[0] == "sound"


def test_a_drag_ends_with_its_newest_state(client, small_machine):
    for i in range(200):
        client.send("generate", id=i, category="kick", p1=i / 256, p2=0.0, p3=0.0)
    sounds, overtaken = [], set()
    while not sounds or sounds[-1]["id"] != 199:
        name, facts = client.hear()
        if name == "sound":
            sounds.append(facts)
        else:
            assert name == "superseded"
            assert facts["id"] < facts["by"]
            overtaken.add(facts["id"])
    ids = [facts["id"] for facts in sounds]
    assert ids == sorted(ids)
    assert sorted([*overtaken, *ids]) == list(range(200))
    want = small_machine.render("kick", (199 / 256, 0, 0))
    np.testing.assert_array_equal(sounds[-1]["pcm"], pcm(want))


def test_counts_add_up(client):
    ask(client, "random", id=1, category="kick")
    ask(client, "random", id=2, category="gong")
    name, status = ask(client, "status")
    assert name == "status"
    assert (status["received"], status["answered"], status["errors"]) == (3, 1, 1)
    assert (status["waiting"], status["clients"]) == (0, 1)
