"""``ndm play`` as a process: started, driven by liblo's programs, stopped, killed."""

import contextlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from tests.support.audio import pcm, read_pcm
from tests.support.library import drum, write_hits
from tests.support.osc import Client, has_ipv6, osc
from tests.support.patience import PATIENCE
from tests.support.web import WebClient

from neural_drum_machine import __version__, cli
from neural_drum_machine.library.adding.indexing import add

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals"),
]


class Play:
    """A running ``ndm play``."""

    def __init__(self, model, temp, *words):
        command = [sys.executable, "-m", "neural_drum_machine", "play", "--osc-port", "0",
                   "--port", "0", "--no-browser"]  # fmt: skip
        self.process = subprocess.Popen(
            [*command, "--model", str(model), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temp), "XDG_RUNTIME_DIR": ""},
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if "Ctrl-C" in line:  # the last one
                break
        found = re.search(r"UDP (?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", "".join(self.lines))
        assert found, (self.lines, self.process.stderr.read())
        self.port = int(found[1])

    def end(self, how):
        self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, errors


@pytest.fixture
def play(small_bundle, tmp_path):
    temp = tmp_path / "tmp"
    temp.mkdir()
    running = []

    def start(*words):
        running.append(Play(small_bundle, temp, *words))
        return running[-1]

    start.temp = temp
    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


@pytest.mark.parametrize(
    ("how", "host"),
    [
        (signal.SIGINT, "localhost"),
        (signal.SIGTERM, "0.0.0.0"),
        (signal.SIGHUP, "127.0.0.1"),  # its terminal was closed
    ],
)
def test_it_ends_cleanly_and_warns_if_others_can_reach_it(play, how, host):
    server = play("--host", host, "--quiet")
    assert "model small (" in server.lines[0]
    warning = "Warning: anybody who can reach 0.0.0.0 can ask this computer for sounds over OSC."
    assert server.lines[1].startswith(warning) == (host == "0.0.0.0")
    page = next(line for line in server.lines if line.startswith("Page: ")).split()[1]
    assert ("?token=" in page) == (host == "0.0.0.0")
    with urllib.request.urlopen(page, timeout=PATIENCE) as answer:
        assert answer.status == 200
    client = Client(server.port)
    path = Path(client.ask("/ndm/random", 1, "kick")[1][1])
    assert path.is_relative_to(play.temp)
    assert soundfile.info(path).frames > 1000
    client.socket.close()
    assert server.end(how) == (0, "Ended.\n", "")
    assert list(play.temp.glob("ndm-sounds-*")) == []


def test_it_goes_on_if_nobody_reads_what_it_prints(play):
    server = play("--quiet")
    server.process.stdout.close()  # as "| head -1" does
    with Client(server.port) as client:
        assert client.ask("/ndm/random", 1, "kick")[0] == "/ndm/sound"
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    assert server.process.stderr.read() == ""
    assert list(play.temp.glob("ndm-sounds-*")) == []


@pytest.fixture
def refused(play, small_bundle, monkeypatch, capsys):
    """The message of an ``ndm play`` in this process that cannot start."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setattr(tempfile, "tempdir", str(play.temp))

    def message(*words):
        words = ["ndm", "play", "--model", str(small_bundle), "--no-browser", *words]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as caught:
            cli.main()
        assert caught.value.code == 1
        return capsys.readouterr().err

    return message


def test_addresses_that_cannot_be_had_are_one_sentence_each(play, refused):
    server = play()
    port = server.port
    assert server.lines[1] == f"OSC: UDP 127.0.0.1:{port}{f' and [::1]:{port}' * has_ipv6()}\n"
    url = re.search(r"Page: (http://127\.0\.0\.1:(\d+)/)", "".join(server.lines))
    with urllib.request.urlopen(url[1], timeout=PATIENCE) as answer:
        assert b"Neural Drum Machine" in answer.read()
    sentence = refused("--osc-port", str(server.port))
    assert f"ndm: cannot listen at UDP port {server.port} of 127.0.0.1" in sentence
    assert f"process {server.process.pid} (" in sentence
    sentence = refused("--osc-port", "0", "--port", url[2])
    assert f"ndm: cannot listen at TCP port {url[2]} of 127.0.0.1" in sentence
    assert re.search(r"choose another one, such as --port \d+", sentence)
    sentence = refused("--osc-port", "0", "--host", "192.0.2.1")
    assert "this computer has no such address: use --host 127.0.0.1" in sentence
    # The second servers' folders are gone, and the first server still runs.
    assert len(list(play.temp.glob("ndm-sounds-*"))) == 1
    assert server.end(signal.SIGINT) == (0, "Ended.\n", "")


def test_killed_while_writing_no_answered_file_is_ever_half(play, small_machine):
    server = play()
    client = Client(server.port)
    answered = {}
    stop = threading.Event()

    def drag():
        number = 0
        while not stop.is_set():
            number += 1
            with contextlib.suppress(ConnectionError):  # the server is dead by then
                client.send(osc("/ndm/generate", number, "kick", 0.0, 0.0, 0.0, "seed", number))
            stop.wait(0.002)  # faster, and the system would drop messages

    thread = threading.Thread(target=drag)
    thread.start()
    while len(answered) < 40:
        address, values = client.receive()
        if address == "/ndm/sound":
            answered[values[1]] = values[8]
    server.process.kill()
    server.process.wait(30)
    stop.set()
    thread.join()
    client.socket.settimeout(0)  # the server is dead: what it sent is here
    try:
        while True:
            address, values = client.receive()
            if address == "/ndm/sound":
                answered[values[1]] = values[8]
    except OSError:
        client.socket.close()
    for path, seed in answered.items():
        want = small_machine.render("kick", (0, 0, 0), seed).samples
        np.testing.assert_array_equal(read_pcm(path), pcm(want))
    left = list(play.temp.glob("ndm-sounds-*"))
    assert len(left) == 1
    again = play()
    assert left[0] not in list(play.temp.glob("ndm-sounds-*"))
    assert again.end(signal.SIGTERM)[0] == 0
    assert list(play.temp.glob("ndm-sounds-*")) == []


@pytest.mark.skipif(
    not (shutil.which("oscsend") and shutil.which("oscdump")),
    reason="needs Debian's liblo-tools (scripts/system-packages)",
)
def test_liblo_drives_every_message(play, small_machine):
    server = play()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    dump = subprocess.Popen(["oscdump", "-L", port], stdout=subprocess.PIPE, text=True)
    try:

        def send(address, types, *values):
            subprocess.run(
                ["oscsend", "127.0.0.1", str(server.port), address, types + "si",
                 *map(str, values), "reply", port],
                check=True, timeout=PATIENCE,
            )  # fmt: skip

        def answer_of(address):
            for line in dump.stdout:
                if line.split()[1] == address:
                    return line.split(maxsplit=2)[2].strip()
            raise AssertionError(f"no {address}")

        # oscdump does not say when it listens.
        for _ in range(100):
            send("/ndm/ping", "i", 7)
            if select.select([dump.stdout], [], [], 0.2)[0]:
                break
        assert answer_of("/ndm/pong") == "i 7"
        send("/ndm/hello", "")
        assert answer_of("/ndm/hello") == f'isss 1 "{__version__}" "small" "{small_machine.hash}"'
        categories = " ".join(f'"{name}"' for name in small_machine.categories)
        assert answer_of("/ndm/categories").partition(" ")[2] == categories
        send("/ndm/generate", "isfffsi", 1, "kick", 0.5, -0.25, 0, "seed", 9)
        answer = answer_of("/ndm/sound")
        assert answer.startswith("isffiifsifffsfi 1 ")
        want = small_machine.render("kick", (0.5, -0.25, 0), 9).samples
        np.testing.assert_array_equal(read_pcm(answer.split('"')[1]), pcm(want))
        for id_, address, types, values in (
            (2, "/ndm/random", "is", ("snare",)),
            (3, "/ndm/variation", "iif", (1, 0.25)),
            (4, "/ndm/encode", "iiss", (1, "category", "snare")),
        ):
            send(address, types, id_, *values)
            assert answer_of("/ndm/sound").startswith(f"isffiifsifffsfi {id_} ")
        own = 0.5 * np.exp(-np.arange(1200) / 200) * np.sin(np.arange(1200) / 4)
        send("/ndm/upload", "iii", 6, len(own), 8000)
        for offset in (600, 0):  # in any order
            part = own[offset : offset + 600]
            send("/ndm/samples", "ii" + "f" * len(part), 6, offset, *part.round(6))
        assert answer_of("/ndm/sound").startswith("isffiifsifffsfi 6 ")
        send("/ndm/generate", "isfff", 5, "gong", 0, 0, 0)
        assert answer_of("/ndm/error").startswith('iss 5 "unknown-category" "no category ')
        send("/ndm/status", "")
        assert '"errors" 1 "bad" 0 ' in answer_of("/ndm/status")
    finally:
        dump.kill()
        dump.communicate()


def test_the_page_of_the_program_shows_the_library_that_is_named(play, small_bundle, tmp_path):
    folder = write_hits(tmp_path / "Linn", {"Kick 1.wav": drum(1), "Snare 1.wav": drum(2)})
    file = tmp_path / "mine.sqlite"
    add([folder], file, model=str(small_bundle), workers=1)
    lines = play("--library", str(file)).lines
    (url,) = re.findall(r"Page: (http\S+)", "".join(lines))
    with WebClient(SimpleNamespace(url=url)) as page:
        assert page.ask("library", id=1)["sounds"] == 2
        # It hears and decodes with the model that it was started with.
        assert page.ask("library_between", id=2, sounds=[1, 0.5, 2, 0.5])[0]["type"] == "sound"
        drawn = page.ask("random", id=3, category="kick", seed=1)[0]
        like = {name: drawn[name] for name in ("category", "code")}
        assert len(page.ask("library_like", id=4, **like)["sounds"]) == 2
