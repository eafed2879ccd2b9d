"""The whole device in the stand-in for Max, with a real server: controls, samples and answers."""

import re

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import MAX, needs_node, same
from tests.support.osc import SOUND, STATUS, osc
from tests.support.sounds import tone

from neural_drum_machine import __version__
from neural_drum_machine.server import protocol
from neural_drum_machine.server.osc import parse_packet, read_request, write_reply
from neural_drum_machine.signal.audio_file import Clip

pytestmark = needs_node


def test_the_sound_follows_the_controls(device, port, small_machine):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.text("status") == f"server {__version__}, port {port}, small"
    assert live.text("info").startswith("kick, ")
    assert live.text("error") == "ready"
    live.set("P1", 0.5)
    live.set("Fine", -0.25)
    live.set("Range", 2)
    live.set("Take", 3)
    live.settle()
    want = small_machine.render("kick", (1.0, 0.0, -0.5), take=3)
    assert same(live, want)
    live.set("Category", 2)
    live.settle()
    assert same(live, small_machine.render("snare", (1.0, 0.0, -0.5), take=3))
    assert live.unhandled == []


def test_every_control_makes_a_valid_message(live):
    """The server's own parser reads every message, byte for byte as sent."""
    for name, value in (("Category", 4), ("P1", 0.1), ("P2", -0.9), ("Fine", 1.0), ("Range", 0),
                        ("Wild", 0.5), ("Take", 63), ("Amount", 2.0)):  # fmt: skip
        live.set(name, value)
        live.advance(20)
    for name in ("Random", "Variation", "Typical"):
        live.set(name)
        live.advance(20)
    live.settle()
    live.until(lambda: live.soft()[1] > 0)
    kinds = set()
    for message in live.sent:
        (parsed,) = parse_packet(osc(*message), 0).messages
        request, reply = read_request(parsed)
        assert reply > 1023
        kinds.add(type(request))
        if isinstance(request, protocol.Generate):
            assert abs(request.p1) <= 1
    assert kinds >= {protocol.Hello, protocol.Generate, protocol.Random, protocol.Layers}
    assert kinds <= {
        protocol.Hello, protocol.Generate, protocol.Random, protocol.Variation, protocol.Layers,
        protocol.Ping,
    }  # fmt: skip
    live.settle()
    assert live.text("error") == "ready"


def test_a_drag_is_throttled_and_ends_at_the_pointer(live, small_machine):
    before = len(live.sent)
    live.pointer("onclick", 62, 58)
    for x in range(62, 119):
        live.pointer("ondrag", x, 58)
        live.advance(1)
    live.settle()
    asked = [m for m in live.sent[before:] if m[0] == "/ndm/generate"]
    assert 3 <= len(asked) <= 5  # 57 ms, one request in 20 ms
    assert live.value("P1") == 1
    assert same(live, small_machine.render("kick", (1, 0, 0)))


def test_random_moves_the_pad_and_a_variation_starts_from_it(live, small_machine):
    live.set("Random")
    live.settle()
    random = next(m for m in live.sent if m[0] == "/ndm/random")
    seed = random[random.index("seed") + 1]
    sound = small_machine.render("kick", seed=seed)
    assert same(live, sound)
    where = small_machine.controls.position(0, sound.code)
    assert live.value("P1") == pytest.approx(np.clip(where[0], -1, 1), abs=1e-4)
    live.set("Amount", 0.5)
    live.set("Variation")
    live.settle()
    vary = next(m for m in live.sent if m[0] == "/ndm/variation")
    prior = small_machine.controls.prior
    step = np.float32(vary[3]) * prior.deviation(0, vary[vary.index("seed") + 1])
    varied = small_machine.render_code("kick", sound.code + step, exemplars=sound.exemplars)
    assert same(live, varied)
    # The XY pad moves that drum: same seed, position of the pad.
    live.set("P1", 0.25)
    live.settle()
    generate = [m for m in live.sent if m[0] == "/ndm/generate"][-1]
    assert generate[generate.index("seed") + 1] == seed
    live.set("Typical")
    live.settle()
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.value("P1") == 0


def test_a_dropped_sample_stays_as_it_is_and_its_path_is_never_sent(live, small_machine, tmp_path):
    stereo = np.stack([tone(200, 0.15, 44100), np.zeros(6615, np.float32)], axis=1)
    path = tmp_path / "secret.wav"
    soundfile.write(path, stereo, 44100, subtype="FLOAT")
    live.set("Category", 2)
    live.set("Sample", str(path))
    live.settle()
    clip = Clip(np.float32(stereo.T + 1e-9), 44100)
    want = small_machine.bend(small_machine.anchor(clip, "snare"))
    assert want.samples.shape == (2, 6615)
    assert same(live, want)
    assert not [m for m in live.sent if any("secret" in str(atom) for atom in m)]
    parts = [m for m in live.sent if m[0] == "/ndm/samples"]
    assert len(parts) == 52
    assert max(len(osc(*m)) for m in parts) < 1472  # one datagram of any network
    # For another category the sample is sent again.
    live.set("Category", 1)
    live.settle()
    assert same(live, small_machine.bend(small_machine.anchor(clip, "clap")))


def test_a_file_that_is_no_sound_is_reported(live, tmp_path):
    path = tmp_path / "text.wav"
    path.write_text("no sound")
    live.set("Sample", str(path))
    want = "text.wav: cannot be read as a sound; save it as WAV"
    live.until(lambda: live.text("error") == want, step=250)


def test_an_error_of_the_server_is_shown_unchanged(live):
    live.emit(
        live.box("text", "udpreceive"),
        0,
        ["/ndm/error", 1, "disk", "the sound could not be written; free space"],
    )
    assert live.text("error") == "the sound could not be written; free space"


def test_the_client_knows_every_answer_of_the_server(node):
    replies = [
        protocol.HelloReply(1, "0", "m", "h", 44100, 1485.9, ("kick",), {"kick": ("a", "b", "c")},
                            (1.0,), ("x",), protocol.LIMITS),
        protocol.Pong(1), SOUND, protocol.Superseded(1, 2), STATUS,
        protocol.ErrorReply(1, protocol.ErrorCode.BUSY, "busy"),
        protocol.ValuesReply(1, 2, "kick", {"decay": 0.5}),
        protocol.LayersReply(1, 2, "/tmp/a.wav", 100, 44100, (96, 64, 32)),
    ]  # fmt: skip
    of_the_web = {
        protocol.PadMapReply,
        protocol.SamplesReply,
        protocol.LayerSamplesReply,
        protocol.OwnReply,
        protocol.KitReply,
        protocol.AxisReply,
        *protocol.LibraryAnswer.__args__,
        *protocol.GrooveAnswer.__args__,
    }
    assert {type(r) for r in replies} == set(protocol.Reply.__args__) - of_the_web
    client = node.load(MAX / "ndm_client.js")
    client(["way", 1])
    client(["start"])
    addresses = set()
    for reply in replies:
        for data in write_reply(reply):
            (message,) = parse_packet(data, 0).messages
            addresses.add(message.address)
            for out in client([message.address, *message.arguments]):
                assert "no such message" not in str(out)
    source = (MAX / "ndm_client.js").read_text()
    assert addresses == set(re.findall(r'^    "(/ndm/\w+)": ', source, re.MULTILINE))
    assert "no such message: /ndm/new" in str(client(["/ndm/new", 1]))


def test_the_sound_has_the_values_that_are_asked_for(live, small_machine):
    before = len(live.sent)
    live.set("Wish decay", 200)  # ms; not asked for
    live.settle()
    assert [m[0] for m in live.sent[before:] if m[0] != "/ndm/ping"] == []
    live.set("Ask decay", 1)
    live.settle()
    decay, noisiness = map(float, np.float32([0.2, 0.3]))  # an OSC float has single precision
    assert same(live, small_machine.render("kick", (0, 0, 0), wish={"decay": decay}))
    live.set("Wish noisiness", 30)  # %
    live.set("Ask noisiness", 1)
    live.set("Random")
    live.settle()
    wish = {"decay": decay, "noisiness": noisiness}
    seed = next(m for m in live.sent if m[0] == "/ndm/random")[4]
    assert same(live, small_machine.render("kick", seed=seed, wish=wish))
    live.set("Variation")
    live.settle()
    (vary,) = [m for m in live.sent if m[0] == "/ndm/variation"]
    assert vary[-6:-2] == ["decay", pytest.approx(0.2), "noisiness", pytest.approx(0.3)]
    live.set("Ask decay", 0)
    live.set("Ask noisiness", 0)
    live.set("Typical")
    live.settle()
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.text("error") == "ready"


def test_a_dropped_sample_has_the_values_that_are_asked_for(live, small_machine, tmp_path):
    samples = tone(200, 0.3, 44100)
    path = tmp_path / "tone.wav"
    soundfile.write(path, samples, 44100, subtype="FLOAT")
    live.set("Sample", str(path))
    live.settle()
    live.set("Wish decay", 60)
    live.set("Ask decay", 1)
    live.settle()
    anchor = small_machine.anchor(Clip(np.float32(samples + 1e-9)[None], 44100), "kick")
    assert same(live, small_machine.bend(anchor, wish={"decay": float(np.float32(0.06))}))
    live.set("Ask decay", 0)
    live.settle()
    assert same(live, small_machine.bend(anchor))


def test_a_value_that_the_category_lacks_is_told(live):
    live.set("Category", 1)
    live.set("Ask pitch", 1)
    live.until(lambda: "clap has no pitch" in live.text("error"), step=100)
