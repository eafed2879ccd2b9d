"""The engine in the device and the server: which of them makes the sounds, what is refused."""

import numpy as np
import pytest
from tests.clients.max.conftest import MAX, needs_node, played, same
from tests.clients.max.engine.conftest import away, heard

from neural_drum_machine import __version__

from device.build import NAME, build  # isort: skip
from device.container import read  # isort: skip
from device.engine_script import ENGINE  # isort: skip
from device.patcher import SCRIPTS  # isort: skip

pytestmark = needs_node
NO_ENGINE = "this device has no engine, make max builds one that has it"


def started(device):
    """The messages that start and stop the script."""
    return [m[1] for m in device.scripts]


def test_a_device_without_its_engine_takes_the_server_and_says_so(device, port, small_machine):
    live = device(Port=port)
    assert live.text("status") == "the engine in the device opens"
    live.until(lambda: live.sound() is not None, step=500)
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.text("status").startswith(f"server {__version__}")
    assert live.text("error") == f"ready, by the server: {NO_ENGINE}"


def test_a_script_that_cannot_start_gives_way_at_once(device, port):
    live = device(Port=port)
    live.emit(live.box("text", "node.script"), 1, ["start", "error", "dictionary", "u1"])
    live.until(lambda: live.sound() is not None)
    assert live.text("error") == f"ready, by the server: {NO_ENGINE}"


def test_with_neither_it_names_both_ways_out(device):
    live = device(Port=9)
    live.until(lambda: live.text("status").startswith("no server"), step=500)
    assert live.text("error") == f"{NO_ENGINE}; or start the server: make play"


def test_the_built_device_holds_its_engine(node, device, engine_js, tmp_path):
    """It plays wherever it lies, with nothing beside it."""
    data = build(MAX, engine_js.read_bytes())
    built = read(data)
    assert [each.name for each in built.files] == [*SCRIPTS, ENGINE]
    assert {each["name"] for each in built.patcher["patcher"]["dependency_cache"]} == {
        *SCRIPTS, ENGINE,
    }  # fmt: skip
    plain = read((MAX / NAME).read_bytes()).patcher["patcher"]
    assert (built.patcher["patcher"]["boxes"], built.patcher["patcher"]["lines"]) == (
        plain["boxes"], plain["lines"],
    )  # fmt: skip
    live = device(file=built)
    live.until(lambda: live.sound() is not None)
    assert live.text("error") == "ready"


def test_the_server_is_a_choice_and_runs_no_engine(inside, port, small_machine, machine):
    assert started(inside) == ["start"]
    inside.set("Port", port)
    inside.set("Engine", 1)
    inside.until(lambda: inside.text("status").startswith(f"server {__version__}"))
    inside.settle()
    assert same(inside, small_machine.render("kick", (0, 0, 0)))
    assert inside.node is None
    assert inside.text("error") == "ready"
    inside.set("P1", 0.5)
    inside.settle()
    inside.set("Engine", 0)
    inside.until(lambda: inside.text("status") == "engine in the device, default")
    inside.settle()
    assert away(heard(inside), machine.render("kick", (0.5, 0, 0)).samples) < -80
    assert started(inside) == ["start", "stop", "start"]


def test_an_engine_that_stops_is_started_again_and_plays_the_same(inside):
    inside.set("Random")
    inside.settle()
    inside.set("Variation")
    inside.settle()
    before = played(inside)
    inside.node.kill()
    inside.until(lambda: started(inside)[-1] == "start" and len(started(inside)) > 1, step=200)
    inside.set("Take", 1)
    inside.settle()
    inside.set("Take", 0)
    inside.settle()
    np.testing.assert_array_equal(played(inside), before)


def test_an_engine_that_cannot_open_gives_way_to_the_server(device, toy, port, small_machine):
    live = device(
        Port=port,
        beside=[toy('max.outlet("/ndm/engine", "failed", "WebAssembly is not here");')],
    )
    live.until(lambda: live.sound() is not None)
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.text("error") == "ready, by the server: WebAssembly is not here"
    assert live.node is None


def test_a_max_with_an_older_node_gives_way_to_the_server(device, engine_js, port, tmp_path):
    older = b'Object.defineProperty(process, "versions", {value: {node: "16.20.2"}});\n'
    script = tmp_path / ENGINE
    script.write_bytes(older + engine_js.read_bytes())
    live = device(Port=port, beside=[script])
    live.until(lambda: live.sound() is not None)
    want = "ready, by the server: this Max has Node 16, and the engine needs 18 or newer"
    assert live.text("error") == want


def test_a_script_that_was_cut_off_gives_way_to_the_server(device, engine_js, port, tmp_path):
    cut = tmp_path / ENGINE
    cut.write_bytes(engine_js.read_bytes()[:-1000])
    live = device(Port=port, beside=[cut])
    live.until(lambda: live.sound() is not None)
    want = "ready, by the server: the script of the engine is cut off: copy it again"
    assert live.text("error") == want


def test_an_engine_that_ends_again_and_again_gives_way_to_the_server(device, toy, port):
    hello = 'for (const word of ["engine", "categories"]) max.outlet(`/ndm/${word}`, "kick");'
    quits = 'max.addHandler("/ndm/generate", () => process.exit());'
    live = device(Port=port, beside=[toy(hello, quits)])
    live.until(lambda: live.sound() is not None, step=50)
    want = "ready, by the server: the engine in the device stops again and again"
    assert live.text("error") == want
    assert started(live).count("start") == 3


def test_an_engine_has_eight_seconds_to_answer(device, toy):
    """On a slow computer, it takes in a sample in some of them."""
    words = '["ping", "hello", "generate"]'
    silent = f"for (const word of {words}) max.addHandler(`/ndm/${{word}}`, () => {{}});"
    live = device(beside=[toy(silent, 'max.outlet("/ndm/categories", "kick");')])
    live.until(lambda: live.text("status").startswith("engine"))
    live.advance(7_000)
    assert live.sent[-1][0] == "/ndm/ping"
    assert started(live) == ["start"]
    live.advance(3_000)
    assert started(live)[:2] == ["start", "stop"]


def test_a_value_that_is_asked_of_the_sound_is_met_without_a_server(inside, machine):
    before = played(inside)
    inside.set("Wish decay", 150)
    inside.set("Ask decay", 1)
    want = machine.render("kick", (0, 0, 0), wish={"decay": 0.15}).samples
    inside.until(lambda: away(heard(inside), want) < -80)
    assert inside.text("error") == "ready"
    inside.set("Ask decay", 0)
    inside.settle()
    np.testing.assert_array_equal(played(inside), before)
    number = [m[1] for m in inside.received if m[0] == "/ndm/sound"][-1]
    inside.node.tell(["/ndm/describe", 7, number])
    inside.until(lambda: any(m[0] == "/ndm/values" for m in inside.received))
    (told,) = [m for m in inside.received if m[0] == "/ndm/values"]
    values = dict(zip(told[4::2], told[5::2], strict=True))
    has = machine.describe(machine.render("kick", (0, 0, 0)))
    assert told[1:4] == [7, number, "kick"]
    assert values == pytest.approx({name: has[name] for name in values}, rel=1e-3, abs=1e-3)


def test_bad_requests_are_refused_as_by_the_server(inside):
    refusals = (
        (["generate", 7, "gong", 0, 0, 0], "unknown-category", "no category 'gong'"),
        (["generate", 7, "kick", 0, 0], "bad-message", "p3 is missing"),
        (["generate", 7, 1, 0, 0, 0], "bad-message", "category must be a word, got 1"),
        (["random", 7, "kick", "take", "x"], "bad-message", "take must be a number, got x"),
        (["random", 7, "kick", "take", 99], "out-of-range", "take must lie between 0 and 63"),
        (["variation", 7, 999, 0.3], "unknown-sound", "no sound of request 999"),
        (["layers", 7, 999], "unknown-sound", "no sound of request 999"),
        (["encode", 7, 999], "unknown-sound", "no sound of request 999"),
        (["kit", 7, "of", 999], "unknown-sound", "no sound of request 999"),
        (["open", 7], "bad-message", "path is missing"),
        (["upload", 7, 0, 44100], "out-of-range", "total must lie between 1 and 3840000, got 0"),
        (["upload", 7, 3, 44100, "source_channels", 2], "out-of-range", "2 equal channels"),
        (["describe", 7, 999], "unknown-sound", "no sound of request 999"),
        (["random", 7, "kick", "air", -20], "out-of-range", "kick has no air that can be wished"),
    )
    for (word, *values), code, sentence in refusals:
        del inside.received[:]
        inside.node.tell([f"/ndm/{word}", *values])
        inside.until(lambda: any(m[0] == "/ndm/error" for m in inside.received))
        (error,) = [m for m in inside.received if m[0] == "/ndm/error"]
        assert error[1:3] == [7, code]
        assert sentence in error[3]


def test_its_files_are_private_and_go_with_it(inside, device, engine_js):
    (folder,) = inside.home.glob("ndm-max-*")
    assert folder.stat().st_mode & 0o077 == 0
    home = inside.home
    inside.node.stop()
    assert not folder.exists()
    left = home / f"ndm-max-{inside.node.pid}-abcdef"
    left.mkdir()
    (left / "00.wav").touch()
    inside.deliver(inside.box("text", "node.script"), 0, ["script", "start"])
    inside.until(lambda: not left.exists())
