"""The patch in a real Pd, against a real server."""

import re
import socket
import subprocess
import threading
import time

import numpy as np
import pytest
import soundfile
import soxr
from tests.clients.pd.conftest import PD, needs_pd
from tests.server.conftest import osc
from tests.support.sounds import tone

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.server import serving
from neural_drum_machine.server.osc_format import REQUESTS, parse_packet, read_request
from neural_drum_machine.server.protocol import RANGES
from neural_drum_machine.signal.hit import make_hit

from source.instrument import CATEGORIES as OFFERED  # isort: skip
from source.instrument import RANGES as OFFERED_RANGES  # isort: skip
from source.instrument import patch  # isort: skip
from source.network import ANSWERS  # isort: skip

FILE = PD / "neural-drum-machine.pd"


def test_the_committed_patch_is_what_the_source_says():
    assert FILE.read_text() == patch(), "run scripts/build_pd_patch and commit what it writes"


def test_its_choices_are_the_models_and_the_protocols():
    assert (OFFERED, OFFERED_RANGES) == (CATEGORIES, RANGES)


def test_every_answer_is_routed():
    document = (PD.parents[1] / "docs" / "protocol.md").read_text()
    said = set(re.findall(r"`/ndm/(\w+)`", document)) - {a.removeprefix("/ndm/") for a in REQUESTS}
    assert said | {"hello", "status"} == set(ANSWERS)


def test_several_copies_share_no_name():
    text = FILE.read_text()
    for kind, name in re.findall(
        r"#X obj \d+ \d+ (s|r|v|table|array get|array set|tabread4~) (\S+?);", text
    ):
        assert name.startswith("\\$0-"), (kind, name)


@needs_pd
def test_every_object_is_vanilla(tmp_path):
    """Pd names what it cannot create."""
    done = subprocess.run(
        ["pd", "-nogui", "-nomidi", "-noprefs", "-stderr", "-noaudio", "-nostdpath",
         "-send", "; pd quit", str(FILE)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "couldn't create" not in done.stderr
    assert "connection failed" not in done.stderr
    assert done.stderr.strip() == ""


@pytest.fixture
def port(small_machine, tmp_path):
    parent = tmp_path / "dœs spaces"
    parent.mkdir()
    with serving(small_machine, port=0, parent=parent) as (_, server):
        yield server.address[1]


class Recording:
    """What the patch sounds like from now on."""

    def __init__(self, pd, folder):
        self._pd, self._path = pd, folder / f"heard-{time.monotonic_ns()}.wav"
        pd.send("host", "open", "-bytes", 4, self._path)
        pd.send("host", "start")

    def end(self, seconds):
        time.sleep(seconds)  # what is recorded is real time
        self._pd.send("host", "stop")
        deadline = time.monotonic() + 20
        while True:
            time.sleep(0.1)
            try:
                samples, _ = soundfile.read(self._path, dtype="float32")
                break
            except soundfile.LibsndfileError:
                assert time.monotonic() < deadline
        sounding = np.flatnonzero(samples)
        return samples[sounding[0] :] if len(sounding) else samples[:0]


def file_samples(sound):
    """A sound as its 16-bit file holds it."""
    return np.round(np.clip(sound.samples, -1, 1) * 32767).astype(np.int16) / np.float32(32768)


def assert_same(heard, want):
    first = np.flatnonzero(want)[0]
    want = np.float32(want[first:])
    want = want[: np.flatnonzero(want)[-1] + 1]
    np.testing.assert_array_equal(heard[: len(want)], want)
    assert not heard[len(want) :].any()


@needs_pd
def test_what_is_heard_is_the_file_sample_for_sample(pd, port, small_machine, tmp_path):
    patch = pd(port)
    patch.hear("status", "server 0.2.0")
    patch.hear("model", "model small")
    patch.hear("info", "kick")
    patch.send("audition", 0)
    patch.clear()
    patch.send("category", 2)
    patch.send("p1", 0.5)
    patch.send("p2", -0.25)
    patch.send("p3", 0.125)
    patch.send("range", 2)
    patch.send("take", 3)
    patch.hear("info", "snare")
    time.sleep(0.3)  # the last of several sounds
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 127)
    heard = recording.end(0.6)
    want = small_machine.render("snare", (1.0, -0.5, 0.25), take=3)
    assert_same(heard, file_samples(want))
    # Half as loud at half the velocity; from 20 ms on and no longer than 50 if it is trimmed.
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 63.5)
    assert_same(recording.end(0.6), file_samples(want) / 2)
    patch.send("start", 20)
    patch.send("end", 50)
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 127)
    heard = recording.end(0.6)
    n = round(0.03 * 22050)
    np.testing.assert_allclose(heard[: n - 2], file_samples(want)[441 : 441 + n - 2], atol=1e-6)
    assert np.flatnonzero(heard)[-1] < n + 0.003 * 22050
    assert patch.log.read_text() == ""


@needs_pd
@pytest.mark.parametrize("rate", [44100, 48000])
def test_the_pitch_is_right_at_any_rate_of_pd(pd, port, small_machine, tmp_path, rate):
    patch = pd(port, rate)
    patch.hear("info", "kick")
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 127)
    heard = recording.end(0.6)
    want = file_samples(small_machine.render("kick", (0, 0, 0)))
    if rate == 44100:  # every second sample is one of the file's
        want_there = want[np.flatnonzero(want)[0] : -2]
        best = min(
            np.abs(heard[i : i + 2 * len(want_there) : 2] - want_there).max() for i in (0, 1)
        )
        assert best < 1e-6
    again = soxr.resample(heard, rate, 22050)
    spectra = [np.abs(np.fft.rfft(x, 8192)) for x in (again[:4000], want[:4000])]
    peaks = [int(s[10:].argmax()) + 10 for s in spectra]
    assert abs(peaks[0] - peaks[1]) <= 1
    # An octave up with notes as pitch: half as long.
    patch.send("follow", 1)
    recording = Recording(patch, tmp_path)
    patch.send("note", 72, 127)
    short = recording.end(0.6)
    assert len(np.flatnonzero(short)) == pytest.approx(len(np.flatnonzero(heard)) / 2, rel=0.05)


@needs_pd
def test_random_and_variation_and_the_way_back(pd, port, small_machine, tmp_path):
    patch = pd(port)
    patch.hear("info", "kick")
    seen = []
    for word in ("random", "variation", "random"):
        patch.clear()
        patch.send(word, "bang")
        patch.hear("info", "kick")
        recording = Recording(patch, tmp_path)
        patch.send("note", 60, 127)
        seen.append(recording.end(0.5))
    for a in range(3):
        for b in range(a):
            n = min(len(seen[a]), len(seen[b]), 1000)
            assert not np.array_equal(seen[a][:n], seen[b][:n])
    patch.clear()
    patch.send("typical", "bang")
    patch.hear("info", "kick")
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 127)
    assert_same(recording.end(0.6), file_samples(small_machine.render("kick", (0, 0, 0))))


@needs_pd
def test_a_sample_of_the_users_is_encoded(pd, port, small_machine, tmp_path):
    samples = tone(200, 0.15, 44100)
    path = tmp_path / "my clap é.wav"
    soundfile.write(path, samples, 44100, subtype="FLOAT")
    patch = pd(port)
    patch.hear("info", "kick")
    patch.send("category", 1)
    patch.hear("info", "clap")
    patch.send("audition", 0)
    patch.clear()
    patch.send("sample", path)
    patch.hear("info", "clap")
    recording = Recording(patch, tmp_path)
    patch.send("note", 60, 127)
    heard = recording.end(0.6)
    code = small_machine.encode(make_hit(samples, 44100, small_machine.spec, ""), "clap")
    assert_same(heard, file_samples(small_machine.render_code("clap", code)))
    patch.send("sample", tmp_path / "nothing.wav")
    patch.hear("error", "this file could not be read as a sound")


@needs_pd
def test_no_server_and_one_that_is_restarted(pd, small_machine, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    patch = pd(port)
    patch.hear("status", "no server at this port: run make play")
    with serving(small_machine, port=port, parent=tmp_path):
        patch.hear("status", "server 0.2.0")
        patch.hear("info", "kick")
        patch.send("p1", 0.5)
    patch.clear()
    patch.hear("status", "no server at this port")
    patch.send("p2", 0.5)
    with serving(small_machine, port=port, parent=tmp_path):
        patch.hear("status", "server 0.2.0")
        patch.hear("info", "kick")
        patch.send("audition", 0)
        time.sleep(0.3)
        recording = Recording(patch, tmp_path)
        patch.send("note", 60, 127)
        assert_same(recording.end(0.6), file_samples(small_machine.render("kick", (0.5, 0.5, 0))))


@needs_pd
def test_an_error_is_shown_in_the_servers_words_and_all_is_well_formed(pd):
    """A server of the test: what the patch sends is read strictly; what it is told is shown."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        requests, ended = [], threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    data, sender = server.recvfrom(65536)
                except TimeoutError:
                    continue
                request, reply = read_request(parse_packet(data, 0).messages[0])
                assert reply is None
                requests.append(request)
                if type(request).__name__ == "Hello":
                    server.sendto(osc("/ndm/hello", 1, "0.1.0", "fake", "0"), sender)
                    server.sendto(osc("/ndm/categories", "kick"), sender)
                if type(request).__name__ == "Generate":
                    words = "the sound could not be written (no space, at all); free some space"
                    server.sendto(osc("/ndm/error", request.id, "disk", words), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        patch = pd(server.getsockname()[1])
        patch.hear("error", "the sound could not be written (no space, at all); free some space")
        for word, value in (("p1", -1), ("p2", 1), ("range", 0), ("wild", 0.5), ("amount", 0.5)):
            patch.send(word, value)
        patch.send("random", "bang")
        patch.until(lambda: any(type(r).__name__ == "Random" for r in requests))
        patch.send("variation", "bang")
        patch.until(lambda: any(type(r).__name__ == "Variation" for r in requests))
        patch.send("p3", 0.5)
        patch.until(lambda: getattr(requests[-1], "seed", None) is not None
                    and type(requests[-1]).__name__ == "Generate")  # fmt: skip
        ended.set()
        thread.join()
    last = [r for r in requests if type(r).__name__ == "Generate"][-1]
    random = next(r for r in requests if type(r).__name__ == "Random")
    assert (last.p1, last.p2, last.p3, last.range, last.wild) == (-1, 1, 0.5, 0.5, 0.5)
    assert last.seed == random.seed
    vary = next(r for r in requests if type(r).__name__ == "Variation")
    assert (vary.of, vary.amount) == (random.id, 0.5)
    assert patch.log.read_text() == ""
