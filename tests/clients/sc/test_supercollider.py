"""The example in a real sclang, with a server of the test."""

import re

import numpy as np
import soundfile
from tests.clients.sc.conftest import needs_sclang
from tests.support.clients.pd import free_ports
from tests.support.clients.sclang import CLIENTS, EXAMPLE, blocks
from tests.support.osc import osc
from tests.support.sounds import noise, tone

from neural_drum_machine.server.protocol import (
    Bend,
    Generate,
    Layers,
    PartedUpload,
    Random,
    Variation,
)

DOCUMENT = (CLIENTS.parent / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_the_example_has_five_numbered_blocks():
    numbers = re.findall(r"^// (\d)\. ", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert numbers == ["1", "2", "3", "4", "5"]
    assert len(blocks(9710)) == 5


def sound(identifier, path, sr=44100, frames=100):
    return osc(
        "/ndm/sound", identifier, str(path), 12.5, 1.0, frames, sr, 1000 * frames / sr,
        "kick", -1, 0.0, 0.0, 0.0, "refined", 1.0, 0,
    )  # fmt: skip


@needs_sclang
def test_requests_byte_for_byte(example, server):
    in_document = re.search(r"^/ndm/hello\n([0-9a-f \n]+)", DOCUMENT, re.MULTILINE)[1]
    assert server.hello == bytes.fromhex(in_document)
    example.run("~generate.();")
    plain = osc("/ndm/generate", 1, "kick", 0.0, 0.0, 0.0, "range", 1.0, "wild", 1.0,
                "channels", 2)  # fmt: skip
    assert server.take() == plain
    assert server.sender == ("127.0.0.1", example.port)
    example.run(r"~category = \snare; ~p = [0.5, -0.25, 1]; ~range = 4; ~wild = 0.5; ~generate.()")
    assert server.request() == Generate(2, "snare", 0.5, -0.25, 1, range=4, wild=0.5, channels=2)
    example.run("~random.()")
    drawn = server.request()
    assert drawn == Random(3, "snare", seed=drawn.seed, wild=0.5, channels=2)
    example.run("~p[0] = -1.0; ~generate.()")
    assert server.request() == Generate(
        4, "snare", -1, -0.25, 1, range=4, seed=drawn.seed, wild=0.5, channels=2
    )
    example.run("~typical.()")
    assert server.request() == Generate(5, "snare", -1, -0.25, 1, range=4, wild=0.5, channels=2)
    example.run("~variation.()")
    example.wait_for("ndm: make a sound first")
    example.run("~soundId = 3; ~variation.(0.25)")
    assert server.request() == Variation(6, 3, 0.25, wild=0.5, channels=2)


@needs_sclang
def test_strokes_are_asked_for_with_and_without_hits_that_differ(example, server):
    example.run("~soundId = 3; ~layers.()")
    assert server.request() == Layers(1, 3, channels=2)
    example.run("~humanise = 0.5; ~layers.()")
    asked = server.request()
    assert asked == Layers(2, 3, hits=5, amount=0.5, seed=asked.seed, channels=2)
    example.run("~humanise = 0")


@needs_sclang
def test_wishes_go_with_every_request(example, server):
    example.run(r"~category = \kick; ~seed = nil; ~wish = (pitch: 49, decay: 0.5); ~generate.()")
    generate = server.request()
    assert (type(generate), generate.wish) == (Generate, {"pitch": 49, "decay": 0.5})
    example.run("~random.()")
    assert server.request().wish == {"pitch": 49, "decay": 0.5}
    example.run("~soundId = 3; ~variation.(0.25)")
    assert server.request().wish == {"pitch": 49, "decay": 0.5}
    example.run("~wish = (); ~typical.()")
    assert server.request().wish == {}


@needs_sclang
def test_a_sample_is_sent_whole_and_bent(example, server, tmp_path):
    stereo = np.stack([tone(200, 0.05, 44100), noise(0.05, 44100)])
    path = tmp_path / "mine.wav"
    soundfile.write(path, stereo.T, 44100, subtype="FLOAT")
    example.run(rf'~category = \snare; ~sample.("{path}")')
    upload = server.request()
    n = stereo.shape[1]
    assert upload == PartedUpload(1, 2 * n, 44100, "snare", channels=2, source_channels=2)
    planar = np.zeros(2 * n, np.float32)
    for _ in range(-(-2 * n // 256)):
        part = server.request()
        assert part.id == 1
        planar[part.offset : part.offset + len(part.samples)] = part.samples
    np.testing.assert_array_equal(planar, np.float32(stereo.reshape(-1)))
    # As when the sound has been loaded by scsynth.
    example.run("~sampleId = 1; ~p = [0.5, 0.0, 0.0]; ~generate.()")
    assert server.request() == Bend(2, 1, 0.5, 0, 0, channels=2)
    example.run(r"~toward = \clap; ~turn = 0.25; ~blend = 0.5; ~generate.()")
    assert server.request() == Bend(3, 1, 0.5, 0, 0, to="clap", t=0.25, blend=0.5, channels=2)
    example.run("~typical.()")
    assert server.request() == Generate(4, "snare", 0.5, 0, 0, channels=2)
    start = len(example.output())
    example.run('~sample.("/nowhere.wav")')
    example.wait_for("ndm: /nowhere.wav could not be read as a sound", start)


@needs_sclang
def test_only_answers_of_the_server_are_shown(example, server):
    example.run("~hello.()")
    server.take()
    start = len(example.output())
    server.answer(osc("/ndm/hello", 1, "0.1.0", "open drums", "0" * 64))
    example.wait_for("ndm: server 0.1.0, model open drums", start)
    server.answer(osc("/ndm/categories", "kick", "open_hihat"))
    words = "the sound could not be written (no space, at 100 %); free some"
    example.tell(osc("/ndm/error", 1, "disk", "a stranger's words"))
    example.tell(osc("/ndm/sound", 1, "/etc/passwd"))
    server.answer(osc("/ndm/error", 1, "disk", words))
    example.wait_for("ndm: " + words, start)
    assert "stranger" not in example.output()
    server.answer(sound(1, "/tmp/none.wav"))
    example.wait_for("ndm: a sound is there, but scsynth is not: run block 1", start)
    assert example.output().count("a sound is there") == 1
    assert example.ask("~categories") == "[ kick, open_hihat ]"
    example.run('SystemClock.sched(1.1, { "later".postln; nil })')
    example.wait_for("later", start)
    assert "nobody answers" not in example.output()[start:]


@needs_sclang
def test_without_an_answer_the_user_is_told_to_start_the_server(example):
    start = len(example.output())
    (unused,) = free_ports(1)
    example.run(f'~kept = ~ndm; ~ndm = NetAddr("127.0.0.1", {unused}); ~hello.(); ~ndm = ~kept;')
    example.wait_for("ndm: nobody answers: start the server: make play", start)


@needs_sclang
def test_every_position_of_a_drag_is_sent(example, server):
    example.run(blocks(server.port)[2])
    example.run("{ 5.do { |i| ~xyPad.activex = i / 4 }; ~xyPad.activey = 1 }.defer;")
    example.run("{ ~third.valueAction = 0 }.defer;")
    seen = [server.request() for _ in range(7)]
    assert [(r.p1, r.p2, r.p3) for r in seen] == [
        (-1, 0, 0), (-0.5, 0, 0), (0, 0, 0), (0.5, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, -1)
    ]  # fmt: skip
    server.answer(osc("/ndm/error", 7, "disk", "no space"))
    start = example.wait_for("ndm: no space")
    example.run('{ ("words: " ++ ~statusText.string).postln; Window.closeAll }.defer')
    example.wait_for("words: no space", start)
    example.run('{ ~say.("closed") }.defer(0.1)')
    example.wait_for("ndm: closed", start)
    assert "ERROR" not in example.output()[start:]


@needs_sclang
def test_notes_play_hits(example, server):
    """The notes come from SuperCollider itself, with or without MIDI on this computer."""
    example.run('~kept = ~hit; ~hit = { |v, n| "hit % %".format((v * 127).round, n).postln };')
    example.run(blocks(server.port)[3])
    example.run("MIDIIn.doNoteOnAction(0, 9, 38, 64)")
    example.wait_for("hit 64.0 38")
    example.run("~hit = ~kept")
