"""The whole device (boxes, cords, scripts) in the stand-in for Max, and a real server."""

import re
import socket

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import MAX, needs_node
from tests.server.conftest import osc
from tests.server.test_osc_format import SOUND, STATUS
from tests.support.sounds import tone

from neural_drum_machine.server import osc_format, protocol, serving
from neural_drum_machine.server.osc_format import parse_packet, read_request
from neural_drum_machine.signal.hit import make_hit

pytestmark = needs_node


@pytest.fixture
def port(small_machine, tmp_path):
    with serving(small_machine, port=0, parent=tmp_path) as (_, server):
        yield server.address[1]


def heard(device):
    """The samples in the device's buffer, as the 16 bits of the file."""
    samples, sr = device.sound()
    assert sr == 22050
    return np.round(samples[:, 0] * 32768).astype(np.int16)


def same(device, sound):
    want = np.round(np.clip(sound.samples, -1, 1) * 32767).astype(np.int16)
    got = heard(device)
    return got.shape == want.shape and bool((got == want).all())


def single(*values):
    """As they cross the wire."""
    return [float(np.float32(value)) for value in values]


def settle(device):
    """Until the newest request for a sound has been answered with one."""
    device.advance(60)
    device.until(lambda: device.asked() == device.answered(), limit=1000)


def test_it_says_hello_and_plays_what_its_controls_say(device, port, small_machine):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.text("status") == f"server 0.2.0, port {port}, small"
    assert live.text("info").startswith("kick, ")
    assert live.text("error") == "ready"
    live.set("P1", 0.5)
    live.set("Fine", -0.25)
    live.set("Range", 2)
    live.set("Take", 3)
    settle(live)
    want = small_machine.render("kick", (1.0, 0.0, -0.5), take=3)
    assert same(live, want)
    live.set("Category", 2)
    settle(live)
    assert same(live, small_machine.render("snare", (1.0, 0.0, -0.5), take=3))
    assert live.unhandled == []


def test_every_control_makes_a_message_that_the_server_takes(device, port):
    """What the patch composes, byte for byte as it is sent."""
    live = device(port)
    live.until(lambda: live.sound() is not None)
    for name, value in (("Category", 4), ("P1", 0.1), ("P2", -0.9), ("Fine", 1.0), ("Range", 0),
                        ("Wild", 0.5), ("Take", 63), ("Amount", 2.0)):  # fmt: skip
        live.set(name, value)
        live.advance(20)
    for name in ("Random", "Variation", "Typical"):
        live.set(name)
        live.advance(20)
    kinds = set()
    for message in live.sent:
        (parsed,) = parse_packet(osc(*message), 0).messages
        request, reply = read_request(parsed)
        assert reply > 1023
        kinds.add(type(request))
        if isinstance(request, protocol.Generate):
            assert abs(request.p1) <= 1
    assert kinds == {protocol.Hello, protocol.Generate, protocol.Random, protocol.Variation}
    settle(live)
    assert live.text("error") == "ready"


def test_a_drag_on_the_pad_is_throttled_and_ends_where_the_hand_is(device, port, small_machine):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    before = len(live.sent)
    live.pointer("onclick", 62, 58)
    for x in range(62, 119):
        live.pointer("ondrag", x, 58)
        live.advance(1)
    settle(live)
    asked = [m for m in live.sent[before:] if m[0] == "/ndm/generate"]
    assert 3 <= len(asked) <= 5  # 57 ms at one in 20
    assert live.value("P1") == 1
    assert same(live, small_machine.render("kick", (1, 0, 0)))


def test_random_shows_where_it_lies_and_its_variation_starts_there(device, port, small_machine):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    live.set("Random")
    settle(live)
    random = next(m for m in live.sent if m[0] == "/ndm/random")
    seed = random[random.index("seed") + 1]
    sound = small_machine.render("kick", seed=seed)
    assert same(live, sound)
    where = small_machine.controls.position(0, sound.code)
    assert live.value("P1") == pytest.approx(np.clip(where[0], -1, 1), abs=1e-4)
    live.set("Amount", 0.5)
    live.set("Variation")
    settle(live)
    vary = next(m for m in live.sent if m[0] == "/ndm/variation")
    step = np.float32(vary[3]) * small_machine.controls.prior.deviation(
        0, vary[vary.index("seed") + 1]
    )
    assert same(live, small_machine.render_code("kick", sound.code + step))
    # The pad goes on from there: the seed is kept, the place is the pad's.
    live.set("P1", 0.25)
    settle(live)
    generate = [m for m in live.sent if m[0] == "/ndm/generate"][-1]
    assert generate[generate.index("seed") + 1] == seed
    live.set("Typical")
    settle(live)
    assert same(live, small_machine.render("kick", (0, 0, 0)))
    assert live.value("P1") == 0


@pytest.mark.parametrize("last", ["Random", "Variation", "P2", "Sample"])
def test_a_set_brings_back_the_very_same_sound(device, port, last, tmp_path):
    """Stored parameters alone, in another device, after the server has forgotten everything."""
    live = device(port)
    live.until(lambda: live.sound() is not None)
    live.set("Category", 3)
    live.set("Random")
    settle(live)
    if last == "P2":
        live.set("P2", -0.5)
        settle(live)
    elif last == "Variation":
        live.set("Variation")
        settle(live)
    elif last == "Sample":
        path = tmp_path / "my kick é.wav"
        soundfile.write(path, tone(80, 0.2), 22050)
        live.set("Sample", str(path))
        settle(live)
    wanted = heard(live)
    parameters = ("Category", "P1", "P2", "Fine", "Range", "Wild", "Take", "Recall")
    stored = {name: live.value(name) for name in parameters}
    if last == "Sample":
        stored["Sample"] = str(path)
    for order in (parameters, parameters[::-1]):  # Live promises none
        again = device(port, **{name: stored[name] for name in order},
                       **({"Sample": stored["Sample"]} if last == "Sample" else {}))  # fmt: skip
        again.until(lambda again=again: again.sound() is not None)
        np.testing.assert_array_equal(heard(again), wanted)
    # And as a preset of the first device, over another sound.
    live.set("Typical")
    live.set("Category", 0)
    settle(live)
    assert heard(live).shape != wanted.shape or (heard(live) != wanted).any()
    for name in parameters:
        value = stored[name]
        live.set(name, *(value if isinstance(value, list) else [value]))
    settle(live)
    np.testing.assert_array_equal(heard(live), wanted)


def test_a_dropped_sample_is_encoded_and_its_path_never_sent(device, port, small_machine, tmp_path):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    stereo = np.stack([tone(200, 0.15, 44100), np.zeros(6615, np.float32)], axis=1)
    path = tmp_path / "secret.wav"
    soundfile.write(path, stereo, 44100, subtype="FLOAT")
    live.set("Category", 2)
    live.set("Sample", str(path))
    settle(live)
    mono = np.float32(stereo.mean(axis=1) + 1e-9)
    code = small_machine.encode(make_hit(mono, 44100, small_machine.spec, ""), "snare")
    assert same(live, small_machine.render_code("snare", code))
    assert not [m for m in live.sent if any("secret" in str(atom) for atom in m)]
    parts = [m for m in live.sent if m[0] == "/ndm/samples"]
    assert len(parts) == 26
    assert max(len(osc(*m)) for m in parts) < 1472  # one datagram of any network
    # Heard as another category: the sample is sent once more.
    live.set("Category", 1)
    settle(live)
    code = small_machine.encode(make_hit(mono, 44100, small_machine.spec, ""), "clap")
    assert same(live, small_machine.render_code("clap", code))


def test_a_file_that_is_no_sound_is_said_in_words(device, port, tmp_path):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    path = tmp_path / "text.wav"
    path.write_text("no sound")
    live.set("Sample", str(path))
    live.until(lambda: "could not be read" in live.text("error"))
    assert live.text("error") == "the dropped file could not be read as a sound"


def test_no_server_is_said_and_when_one_comes_it_goes_on(device, small_machine, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    live = device(port)
    live.until(lambda: live.text("status") == f"no server at port {port}", step=200, limit=50)
    assert live.text("error") == "start the server: make play"
    live.set("P1", 0.5)  # nobody is there to hear it
    with serving(small_machine, port=port, parent=tmp_path):
        live.until(lambda: live.sound() is not None, step=200)
        assert same(live, small_machine.render("kick", (0.5, 0, 0)))
        assert live.text("error") == "ready"
        live.set("Variation")
        settle(live)
        varied = heard(live)
    # It is gone: after three seconds without an answer that is said.
    live.until(lambda: live.text("status") == f"no server at port {port}", step=200, limit=50)
    with serving(small_machine, port=port, parent=tmp_path):
        live.until(lambda: live.text("status").startswith("server 0.2.0"), step=200)
        settle(live)
        np.testing.assert_array_equal(heard(live), varied)


def test_a_server_that_was_restarted_in_between_has_forgotten_and_is_told(
    device, small_machine, tmp_path
):
    with serving(small_machine, port=0, parent=tmp_path) as (_, server):
        port = server.address[1]
        live = device(port)
        live.until(lambda: live.sound() is not None)
        live.set("Random")
        settle(live)
    with serving(small_machine, port=port, parent=tmp_path):
        live.set("Variation")
        settle(live)
        vary = [m for m in live.sent if m[0] == "/ndm/variation"]
        assert len(vary) == 2  # refused as unknown; the random came again, then it
        random = [m for m in live.sent if m[0] == "/ndm/random"]
        assert len(random) == 2
        assert random[0][2:] == random[1][2:]
        assert live.text("error") == "ready"


def test_a_taken_port_for_answers_is_left_for_another(device, port):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    live._in.close()
    live._in = None  # another program's
    live.until(lambda: live.text("status").startswith("no server"), step=200, limit=50)
    live.until(lambda: live.text("status").startswith("server 0.2.0"), step=200, limit=100)


def test_an_error_of_the_server_is_shown_in_its_words(device, port):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    (route,) = [i for i, b in live.boxes.items() if b.get("text", "").startswith("udpreceive")]
    live.emit(route, 0, ["/ndm/error", 1, "disk", "the sound could not be written; free space"])
    assert live.text("error") == "the sound could not be written; free space"


def test_every_answer_that_the_server_can_send_is_known_to_the_client(script):
    replies = [
        protocol.HelloReply(1, "0", "m", "h", 22050, 998.0, ("kick",), {"kick": ("a", "b", "c")},
                            (1.0,), ("x",)),
        protocol.Pong(1), SOUND, protocol.Superseded(1, 2), STATUS,
        protocol.ErrorReply(1, protocol.ErrorCode.BUSY, "busy"),
    ]  # fmt: skip
    of_the_web = {protocol.PadMapReply, protocol.SamplesReply}  # never sent over OSC
    assert {type(r) for r in replies} == set(protocol.Reply.__args__) - of_the_web
    client = script(MAX / "ndm_client.js")
    client(["start"])
    addresses = set()
    for reply in replies:
        for data in osc_format.write_reply(reply):
            (message,) = parse_packet(data, 0).messages
            addresses.add(message.address)
            for out in client([message.address, *message.arguments]):
                assert "no such message" not in str(out)
    source = (MAX / "ndm_client.js").read_text()
    assert addresses == set(re.findall(r'^    "(/ndm/\w+)": ', source, re.MULTILINE))
    assert "no such message: /ndm/new" in str(client(["/ndm/new", 1]))


def test_notes_play_with_level_trim_and_pitch(device, port):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    del live.lines[:]
    live.note(60, 127)
    level, way = live.lines[:2], live.lines[2:]
    # The level: from nothing to full, held for half the decay, then to nothing.
    assert level == [[0.0], [1.0, 0.0, 1.0, 1000.0, 0.0, 1000.0]]
    # A second of sound in a second, whatever the rates of file and host.
    assert way == [[0.0], [1000.0, 1000.0]]
    live.trim(100.0, 350.0)
    live.set("Attack", 5.0)
    live.set("Decay", 200.0)
    del live.lines[:]
    live.note(72, 64)
    assert live.lines[1] == [
        pytest.approx(64 / 127),
        5.0,
        pytest.approx(64 / 127),
        100.0,
        0.0,
        100.0,
    ]
    assert live.lines[2:] == [[100.0], [350.0, 250.0]]  # every note has the sound's own pitch
    live.set("Note to pitch", 1)
    del live.lines[:]
    live.note(72, 64)
    assert live.lines[2:] == [[100.0], [350.0, 125.0]]  # an octave up: in half the time
    del live.lines[:]
    live.note(72, 0)
    assert live.lines == []


def test_new_sounds_are_heard_if_that_is_wanted_and_saved_on_demand(device, port):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    assert len(live.lines) == 4
    live.set("Audition", 0)
    live.set("P1", 0.5)
    settle(live)
    assert len(live.lines) == 4
    live.set("Play")
    assert len(live.lines) == 8
    live.set("Save")
    assert live.file() == ["write"]


def test_a_lost_answer_is_asked_for_again(device, port, small_machine):
    live = device(port)
    live.until(lambda: live.sound() is not None)
    live.set("P1", 0.5)
    live.advance(20)
    kept, live._in = live._in, None
    kept.settimeout(5)
    kept.recv(65536)  # the network loses it
    live._in = kept
    settle(live)
    live.until(lambda: same(live, small_machine.render("kick", (0.5, 0, 0))), step=200, limit=60)
