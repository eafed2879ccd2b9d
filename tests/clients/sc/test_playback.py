"""The example in a real sclang with a real server: its signal, rendered by scsynth."""

import numpy as np
import pytest
import soxr
from tests.clients.sc.conftest import needs_sclang, needs_scsynth
from tests.support.clients.pd import file_samples
from tests.support.clients.sclang import blocks

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
        want = file_samples(machine.render("snare", (1.0, -0.5, 0.25)))
        assert sc.ask("[~buffer.numFrames, ~buffer.numChannels, ~buffer.sampleRate]") == (
            f"[ {len(want)}, 1, 44100.0 ]"
        )
        # Hit 1 played when the sound arrived. Then a soft one, and one an octave up.
        sc.run("~hit.(0.5); ~transpose = true; ~hit.(1, 72); ~transpose = false;")
        recorder.wait("/s_new", 3)
        old = recorder.all("/b_allocRead")[0][0]
        sc.run("~random.()")
        start = sc.wait_for("ndm: snare, ", start)
        sc.run("~audition = false; ~variation.(0.5)")
        start = sc.wait_for("ndm: snare, ", start)
        sc.run("~p[0] = 9; ~generate.()")
        sc.wait_for("ndm: p1 must lie between -8 and 8, got 9", start)
        assert "ERROR" not in sc.output()
        # The first two of three sounds are freed, the last is not.
        recorder.wait("/b_free", 2)
        read = [arguments[0] for arguments in recorder.all("/b_allocRead")]
        assert [arguments[0] for arguments in recorder.all("/b_free")] == read[:2]
        assert read[0] == old
        assert len(recorder.all("/s_new")) == 4

        left, right = recorder.render(tmp_path, 44100, 1)
        np.testing.assert_array_equal(left, right)
        assert_same(left, want)
        assert_same(recorder.render(tmp_path, 44100, 2)[0], want / 2)
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
