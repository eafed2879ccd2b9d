"""The example in a real sclang, against a server of the test and, with scsynth, a real one."""

import re

import numpy as np
import pytest
import soxr
from tests.clients.pd.conftest import free_ports
from tests.clients.pd.test_patch import file_samples
from tests.clients.sc.conftest import CLIENTS, EXAMPLE, blocks, needs_sclang, needs_scsynth
from tests.server.conftest import osc

from neural_drum_machine.machine import load
from neural_drum_machine.server import serving
from neural_drum_machine.server.protocol import Generate, Random, Variation

DOCUMENT = (CLIENTS.parent / "docs" / "protocol.md").read_text()


def test_the_example_has_the_blocks_that_it_speaks_of():
    numbers = re.findall(r"^// (\d)\. ", EXAMPLE.read_text(), re.MULTILINE)
    assert numbers == ["1", "2", "3", "4", "5"]
    assert len(blocks(9710)) == 5


def sound(identifier, path, sr=22050, frames=100):
    return osc(
        "/ndm/sound", identifier, str(path), 12.5, 1.0, frames, sr, 1000 * frames / sr,
        "kick", -1, 0.0, 0.0, 0.0, "refined", 1.0, 0,
    )  # fmt: skip


@needs_sclang
def test_exact_bytes_on_the_wire(example, server):
    in_document = re.search(r"^/ndm/hello\n([0-9a-f \n]+)", DOCUMENT, re.MULTILINE)[1]
    assert server.hello == bytes.fromhex(in_document)
    example.run("~id = 0; ~generate.();")
    plain = osc("/ndm/generate", 1, "kick", 0.0, 0.0, 0.0, "range", 1.0, "wild", 1.0)
    assert server.take() == plain
    assert server.sender == ("127.0.0.1", example.port)
    example.run(r"~category = \snare; ~p = [0.5, -0.25, 1]; ~range = 4; ~wild = 0.5; ~generate.()")
    assert server.request() == Generate(2, "snare", 0.5, -0.25, 1, range=4, wild=0.5)
    example.run("~random.()")
    drawn = server.request()
    assert drawn == Random(3, "snare", seed=drawn.seed, wild=0.5)
    example.run("~p[0] = -1.0; ~generate.()")
    assert server.request() == Generate(
        4, "snare", -1, -0.25, 1, range=4, seed=drawn.seed, wild=0.5
    )
    example.run("~typical.()")
    assert server.request() == Generate(5, "snare", -1, -0.25, 1, range=4, wild=0.5)
    example.run("~variation.()")
    example.hear("ndm: make a sound first")
    example.run("~heard = 3; ~variation.(0.25)")
    assert server.request() == Variation(6, 3, 0.25, wild=0.5)
    example.run(r"~heard = nil; ~category = \kick; ~p = [0.0, 0.0, 0.0]; ~range = ~wild = 1.0;")


@needs_sclang
def test_answers_are_shown_and_only_the_servers(example, server):
    example.run("~id = 0; ~hello.()")
    server.take()
    start = len(example.said())
    server.answer(osc("/ndm/hello", 1, "0.1.0", "open drums", "0" * 64))
    example.hear("ndm: server 0.1.0, model open drums", start)
    server.answer(osc("/ndm/categories", "kick", "open_hihat"))
    words = "the sound could not be written (no space, at 100 %); free some"
    example.tell(osc("/ndm/error", 1, "disk", "a stranger's words"))
    example.tell(osc("/ndm/sound", 1, "/etc/passwd"))
    server.answer(osc("/ndm/error", 1, "disk", words))
    example.hear("ndm: " + words, start)
    assert "stranger" not in example.said()
    server.answer(sound(1, "/tmp/none.wav"))
    example.hear("ndm: a sound is there, but scsynth is not: run block 1", start)
    assert example.said().count("a sound is there") == 1
    assert example.ask("~categories") == "[ kick, open_hihat ]"
    example.run('SystemClock.sched(1.1, { "later".postln; nil })')
    example.hear("later", start)
    assert "nobody answers" not in example.said()[start:]


@needs_sclang
def test_who_gets_no_answer_is_told_to_start_the_server(sclang):
    (port,) = free_ports(1)
    alone = sclang()
    alone.run(blocks(port)[1])
    alone.hear("ndm: nobody answers: start the server: make play")


@needs_sclang
def test_every_position_of_a_drag_is_sent(example, server):
    example.run("~id = 0; ~seed = nil;" + blocks(server.port)[2])
    drag = "{ 5.do { |i| ~pad.activex = i / 4; }; ~pad.activey = 1; ~third.valueAction = 0 }.defer;"
    example.run(drag)
    seen = [server.request() for _ in range(7)]
    assert [(r.p1, r.p2, r.p3) for r in seen] == [
        (-1, 0, 0), (-0.5, 0, 0), (0, 0, 0), (0.5, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, -1)
    ]  # fmt: skip
    server.answer(osc("/ndm/error", 7, "disk", "no space"))
    start = example.hear("ndm: no space")
    example.run('{ ("words: " ++ ~words.string).postln; Window.closeAll }.defer')
    example.hear("words: no space", start)
    example.run('~p = [0.0, 0.0, 0.0]; { ~say.("closed") }.defer(0.1)')
    example.hear("ndm: closed", start)
    assert "ERROR" not in example.said()[start:]


@needs_sclang
def test_notes_are_hits(example, server):
    """No MIDI is here, or there is: the notes are SuperCollider's own either way."""
    example.run('~keep = ~hit; ~hit = { |v, n| "hit % %".format((v * 127).round, n).postln };')
    example.run(blocks(server.port)[3])
    example.run("MIDIIn.doNoteOnAction(0, 9, 38, 64)")
    example.hear("hit 64.0 38")
    example.run("~hit = ~keep")


def assert_same(got, want):
    """Scsynth ends a sound with its block of 64 samples, and PlayBuf may hold the last one."""
    np.testing.assert_array_equal(got[: len(want)], np.float32(want))
    assert set(got[len(want) : len(want) + 64]) <= {0, want[-1]}
    assert not got[len(want) + 64 :].any()


@needs_sclang
@needs_scsynth
def test_what_is_heard_is_the_file(sclang, tape, tmp_path):
    machine = load()
    parent = tmp_path / "dœs spaces"
    parent.mkdir()
    with serving(machine, port=0, parent=parent) as (_, server):
        sc = sclang(tape.port)
        first, second = blocks(server.address[1])[:2]
        sc.run('s.doWhenBooted { "watched".postln }; s.startAliveThread(0);')
        sc.hear("watched")
        sc.run(first)
        sc.hear("ndm: ready")
        sc.run(second)
        start = sc.hear("ndm: server 0.2.0, model ")
        sc.run(r"~category = \snare; ~p = [0.5, -0.25, 0.125]; ~range = 2; ~generate.()")
        start = sc.hear("ndm: snare, ", start)
        want = file_samples(machine.render("snare", (1.0, -0.5, 0.25)))
        assert sc.ask("[~buffer.numFrames, ~buffer.numChannels, ~buffer.sampleRate]") == (
            f"[ {len(want)}, 1, 22050.0 ]"
        )
        # Hit 1 was heard as the sound came. Then a soft one, and an octave up.
        sc.run("~hit.(0.5); ~transpose = true; ~hit.(1, 72); ~transpose = false;")
        tape.wait("/s_new", 3)
        old = tape.all("/b_allocRead")[0][0]
        sc.run("~random.()")
        start = sc.hear("ndm: snare, ", start)
        sc.run("~audition = false; ~variation.(0.5)")
        start = sc.hear("ndm: snare, ", start)
        sc.run("~p[0] = 1.5; ~generate.()")
        sc.hear("ndm: p1 must lie between -1 and 1, got 1.5", start)
        assert "ERROR" not in sc.said()
        # The first two of three sounds are freed, the last is not.
        tape.wait("/b_free", 2)
        read = [arguments[0] for arguments in tape.all("/b_allocRead")]
        assert [arguments[0] for arguments in tape.all("/b_free")] == read[:2]
        assert read[0] == old
        assert len(tape.all("/s_new")) == 4

        left, right = tape.render(tmp_path, 22050, 1)
        np.testing.assert_array_equal(left, right)
        assert_same(left, want)
        assert_same(tape.render(tmp_path, 22050, 2)[0], want / 2)
        # At twice the rate every second sample is the file's; an octave up it is the reverse.
        double = tape.render(tmp_path, 44100, 1)[0]
        np.testing.assert_array_equal(double[: 2 * len(want) : 2], np.float32(want))
        assert not double[2 * len(want) + 64 :].any()
        octave = tape.render(tmp_path, 22050, 3)[0]
        np.testing.assert_array_equal(octave[: len(want[::2])], np.float32(want[::2]))
        assert not octave[len(want[::2]) + 64 :].any()
        # At a rate that is no multiple: as long, and as high.
        other = tape.render(tmp_path, 48000, 1)[0]
        again = soxr.resample(other, 48000, 22050)
        last = np.flatnonzero(want)[-1] * 48000 / 22050
        assert np.flatnonzero(other)[-1] == pytest.approx(last, abs=64)
        spectra = [np.abs(np.fft.rfft(x[:4000], 8192))[10:3000] for x in (again, want)]
        assert abs(int(spectra[0].argmax()) - int(spectra[1].argmax())) <= 1
        assert tape.render(tmp_path, 22050, 4)[0].any()
