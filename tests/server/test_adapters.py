"""The laws of every adapter: the same requests have the same answers over OSC and the WebSocket."""

import numpy as np
import pytest
from tests.support.audio import pcm, read_pcm
from tests.support.osc import Client, osc
from tests.support.web import WebClient

from neural_drum_machine.server.osc import ARGUMENTS, REQUESTS


class ByOsc:
    """Asks by name over UDP."""

    def __init__(self, osc_server, _):
        self._client = Client(osc_server.address[1])

    def send(self, name, **values):
        first = [values.pop(key) for key in ARGUMENTS[REQUESTS[f"/ndm/{name}"]] if key in values]
        rest = [word for pair in values.items() for word in pair]
        self._client.send(osc(f"/ndm/{name}", *first, *rest))

    def receive(self):
        address, values = self._client.receive()
        name = address.removeprefix("/ndm/")
        if name == "sound":
            keys = ("id", "path", "ms", "peak", "samples", "sr", "length", "category", "seed",
                    "p1", "p2", "p3", "inverter", "wild", "take")  # fmt: skip
            facts = dict(zip(keys, values, strict=True))
            return name, facts | {"pcm": read_pcm(facts["path"])}
        if name == "status":
            return name, dict(zip(values[::2], values[1::2], strict=True))
        keys = {"pong": ("n",), "error": ("id", "code", "sentence"), "superseded": ("id", "by")}
        return name, dict(zip(keys[name], values, strict=True))

    def close(self):
        self._client.socket.close()


class ByWeb:
    """Asks by name over a WebSocket."""

    def __init__(self, _, web):
        self._client = WebClient(web)

    def send(self, name, **values):
        self._client.send({"type": name, **values})

    def receive(self):
        reply = self._client.receive()
        if isinstance(reply, dict):
            return reply.pop("type"), reply
        facts, samples, _ = reply
        return facts.pop("type"), facts | {"pcm": samples}

    def close(self):
        self._client.close()


@pytest.fixture(params=[ByOsc, ByWeb])
def client(request, shared_server):
    _, osc_server, web = shared_server
    made = request.param(osc_server, web)
    yield made
    made.close()


def ask(client, name, **values):
    client.send(name, **values)
    return client.receive()


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
    np.testing.assert_array_equal(facts["pcm"], pcm(want.samples))
    assert (facts["id"], facts["category"], facts["seed"], facts["take"]) == (5, "snare", 9, 3)
    assert (facts["inverter"], facts["wild"], facts["sr"]) == ("mcnn", 0.5, 44100)
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
    _, encoded = ask(client, "encode", id=3, of=1, category="snare")
    assert (encoded["category"], encoded["seed"]) == ("snare", -1)
    name, error = ask(client, "variation", id=4, of=77, amount=0.5)
    assert (name, error["id"], error["code"]) == ("error", 4, "unknown-sound")


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("generate", {"category": "gong", "p1": 0.0, "p2": 0.0, "p3": 0.0}, "unknown-category"),
        ("generate", {"category": "kick", "p1": 8.5, "p2": 0.0, "p3": 0.0}, "out-of-range"),
        (
            "generate",
            {"category": "kick", "p1": 3.0, "p2": 0.0, "p3": 0.0, "range": 3.0},
            "out-of-range",
        ),
        ("generate", {"category": "kick", "p1": 0.0, "p2": 0.0}, "bad-message"),
        ("generate", {"category": 3, "p1": 0.0, "p2": 0.0, "p3": 0.0}, "bad-message"),
        ("random", {"category": "kick", "take": 64}, "out-of-range"),
        ("random", {"category": "kick", "inverter": "magic"}, "unknown-inverter"),
        ("random", {"category": "kick", "length": 19.0}, "out-of-range"),
        ("random", {"category": "kick", "colour": 3}, "bad-message"),
    ],
)
def test_requests_that_cannot_be_met_are_refused_and_the_next_one_is_met(
    client, name, values, code
):
    answer, error = ask(client, name, id=8, **values)
    assert (answer, error["id"], error["code"]) == ("error", 8, code)
    assert error["sentence"]
    assert ask(client, "random", id=9, category="kick")[0] == "sound"


def test_a_drag_ends_with_its_newest_state(client, small_machine):
    for i in range(200):
        client.send("generate", id=i, category="kick", p1=i / 256, p2=0.0, p3=0.0)
    sounds, overtaken = [], set()
    while not sounds or sounds[-1]["id"] != 199:
        name, facts = client.receive()
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
    np.testing.assert_array_equal(sounds[-1]["pcm"], pcm(want.samples))


def test_an_absolute_place_is_the_same_as_a_share_of_the_range(client, small_machine):
    _, absolute = ask(client, "generate", id=1, category="kick", p1=3.0, p2=-2.0, p3=0.5, seed=4)
    _, shared = ask(
        client, "generate", id=2, category="kick", p1=0.75, p2=-0.5, p3=0.125, range=4.0, seed=4
    )
    np.testing.assert_array_equal(absolute["pcm"], shared["pcm"])
    want = small_machine.render("kick", (3, -2, 0.5), 4)
    np.testing.assert_array_equal(absolute["pcm"], pcm(want.samples))


def test_counts_add_up(client):
    _, before = ask(client, "status")
    ask(client, "random", id=1, category="kick")
    ask(client, "random", id=2, category="gong")
    name, after = ask(client, "status")
    assert name == "status"
    counted = {key: after[key] - before[key] for key in ("received", "answered", "errors")}
    assert counted == {"received": 3, "answered": 2, "errors": 1}  # one of them is a status
    assert after["waiting"] == 0
    assert after["clients"] >= 1
