"""The example in a real sclang with a real server: its signal, rendered by scsynth."""

import numpy as np
import pytest
import soundfile
import soxr
from tests.clients.sc.conftest import needs_sclang, needs_scsynth
from tests.support.clients.pd import file_samples
from tests.support.clients.sclang import blocks
from tests.support.clients.scsynth import CHOKE_S

from neural_drum_machine import __version__
from neural_drum_machine.server import serving

pytestmark = [needs_sclang, needs_scsynth, pytest.mark.slow]


def assert_same(got, want):
    """Scsynth ends a sound at a block of 64 samples, and PlayBuf may repeat the last sample."""
    np.testing.assert_array_equal(got[: len(want)], np.float32(want))
    assert set(got[len(want) : len(want) + 64]) <= {0, want[-1]}
    assert not got[len(want) + 64 :].any()


def test_the_signal_is_the_file(sclang, recorder, small_machine, tmp_path):
    machine = small_machine
    parent = tmp_path / "dœs spaces"
    parent.mkdir()
    with serving(machine, port=0, parent=parent) as (_, server):
        sc = sclang(recorder.port)
        first, second = blocks(server.address[1])[:2]
        sc.run('s.doWhenBooted { "watched".postln }; s.startAliveThread(0);')
        sc.wait_for("watched")
        sc.run(first)
        sc.wait_for("ndm: ready")
        sc.run(second)
        start = sc.wait_for(f"ndm: server {__version__}, model ")
        sc.run(r"~category = \snare; ~p = [0.5, -0.25, 0.125]; ~range = 2; ~generate.()")
        start = sc.wait_for("ndm: snare, ", start)
        want = file_samples(machine.render("snare", (1.0, -0.5, 0.25)))[:, 0]
        assert sc.ask("[~buffer.numFrames, ~buffer.numChannels, ~buffer.sampleRate]") == (
            f"[ {len(want)}, 2, 44100.0 ]"
        )
        # Hit 1 played when the sound arrived. Then a soft one, and one an octave up.
        sc.run('fork { while { ~soft.isNil } { 0.01.wait }; "soft is there".postln };')
        sc.wait_for("soft is there", start)
        sc.run("~hit.(64 / 127); ~transpose = true; ~hit.(1, 72); ~transpose = false;")
        recorder.wait("/s_new", 3)
        old = recorder.all("/b_allocRead")[0][0]
        sc.run("~random.()")
        start = sc.wait_for("ndm: snare, ", start)
        sc.run("~audition = false; ~variation.(0.5)")
        start = sc.wait_for("ndm: snare, ", start)
        sc.run("~p[0] = 9; ~generate.()")
        sc.wait_for("ndm: p1 must lie between -8 and 8, got 9", start)
        assert "ERROR" not in sc.output()
        # The first two of three sounds are freed with their softer strokes, the last is not.
        recorder.wait("/b_free", 3)
        kept = sc.ask("~buffer.bufnum")
        freed = {arguments[0] for arguments in recorder.all("/b_free")}
        assert old in freed
        assert int(kept) not in freed
        assert len(recorder.all("/s_new")) == 4

        left, right = recorder.render(tmp_path, 44100, 1)
        np.testing.assert_array_equal(left, right)
        assert_same(left, want)
        soft = file_samples(machine.render("snare", (1.0, -0.5, 0.25), velocity=64))[:, 0]
        played = recorder.render(tmp_path, 44100, 2)[0]
        np.testing.assert_array_equal(played[: len(soft)], np.float32(soft))
        assert not played[len(soft) + 64 :].any()
        # At twice the rate, every second sample is one of the file. An octave up, only every
        # second sample of the file is played.
        double = recorder.render(tmp_path, 88200, 1)[0]
        np.testing.assert_array_equal(double[: 2 * len(want) : 2], np.float32(want))
        assert not double[2 * len(want) + 64 :].any()
        octave = recorder.render(tmp_path, 44100, 3)[0]
        np.testing.assert_array_equal(octave[: len(want[::2])], np.float32(want[::2]))
        assert not octave[len(want[::2]) + 64 :].any()
        # At a rate that is no multiple: the same length and pitch.
        other = recorder.render(tmp_path, 48000, 1)[0]
        again = soxr.resample(other, 48000, 44100)
        last = np.flatnonzero(want)[-1] * 48000 / 44100
        assert np.flatnonzero(other)[-1] == pytest.approx(last, abs=64)
        spectra = [np.abs(np.fft.rfft(x[:4000], 8192))[10:3000] for x in (again, want)]
        assert abs(int(spectra[0].argmax()) - int(spectra[1].argmax())) <= 1
        assert recorder.render(tmp_path, 44100, 4)[0].any()


def test_hits_differ_in_turn_and_are_choked(sclang, recorder, small_machine, tmp_path):
    with serving(small_machine, port=0, parent=tmp_path) as (_, server):
        sc = sclang(recorder.port)
        first, second = blocks(server.address[1])[:2]
        sc.run('s.doWhenBooted { "watched".postln }; s.startAliveThread(0);')
        sc.wait_for("watched")
        sc.run(first)
        sc.wait_for("ndm: ready")
        sc.run(second)
        sc.wait_for(f"ndm: server {__version__}, model ")
        sc.run(r"~category = \snare; ~audition = false; ~humanise = 1; ~generate.()")
        sc.run('fork { while { ~soft.isNil } { 0.01.wait }; "set is there".postln };')
        start = sc.wait_for("set is there")
        path, frames = recorder.all("/b_allocRead")[-1][1], int(sc.ask("~softFrames"))
        sc.run("~old = ~soft; ~fresh = 0; 5.do { ~hit.() }; ~hit.(64 / 127);")
        # The fourth hit asks for a new set; hits go on in the buffer that plays until it is there.
        sc.run('fork { while { ~soft == ~old } { 0.01.wait }; "fresh".postln };')
        sc.wait_for("fresh", start)
        sc.run("~hit.()")
        recorder.wait("/s_new", 7)
        sc.run("~choke.()")
        recorder.wait("/n_set", 1)
        assert "ERROR" not in sc.output()
        assert recorder.all("/b_allocRead")[-1][1] != path
        assert sc.ask("~turns") == "[ 2, 0, 1, 0 ]"
        fresh = int(sc.ask("~softFrames"))  # another set, another length
        played = recorder.all("/s_new")
        starts = [arguments[arguments.index("start") + 1] for arguments in played]
        assert starts == [*(frames * number for number in (1, 2, 3, 4, 1, 11)), fresh * 2]
        # What sounds until the choke is the file, and 10 ms later there is silence.
        samples, _ = soundfile.read(path, dtype="float32")
        left = recorder.render(tmp_path, 44100, 2)[0]
        begin, n, fade = 2 * frames, round(CHOKE_S * 44100) - 64, round(0.01 * 44100)
        np.testing.assert_array_equal(left[:n], samples[begin : begin + n, 0])
        assert samples[begin + n + fade + 128 : begin + frames].any()
        assert not left[n + fade + 192 :].any()
