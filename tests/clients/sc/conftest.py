"""SuperCollider without a screen or a sound card, told what to evaluate as an editor tells it."""

import contextlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest
import soundfile
from pythonosc.osc_message import OscMessage
from tests.clients.pd.conftest import free_ports
from tests.support.osc import osc, unpack

from neural_drum_machine.server.osc import parse_packet, read_request

CLIENTS = Path(__file__).parents[3] / "clients"
EXAMPLE = CLIENTS / "supercollider" / "neural-drum-machine.scd"

needs_sclang = pytest.mark.skipif(
    not shutil.which("sclang"),
    reason="needs Debian's supercollider-language (scripts/system-packages)",
)
needs_scsynth = pytest.mark.skipif(
    not shutil.which("scsynth"),
    reason="needs Debian's supercollider-server (scripts/system-packages)",
)


def blocks(port):
    """The blocks of the example, as Ctrl-Return takes them, with the server's port put in."""
    text = EXAMPLE.read_text().replace("9710", str(port))
    return re.findall(r"^\(\n.*?^\)\n", text, re.MULTILINE | re.DOTALL)


class Background:
    """A program that writes into a file what it says."""

    def __init__(self, command, log, **options):
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, start_new_session=True, **options
            )

    def said(self):
        return self.log.read_text(errors="replace")

    def hear(self, text, since=0, seconds=20):
        """Wait for words; where they end in what was said."""
        end = time.monotonic() + seconds
        while (at := self.said().find(text, since)) < 0:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, (text, self.said()[-4000:])
            time.sleep(0.02)
        return at + len(text)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


class Sclang(Background):
    """A running sclang. Its settings are its own; nothing of the user's is read or written."""

    def __init__(self, folder, synth_port):
        (self.port,) = free_ports(1)
        home = folder / f"home-{self.port}"
        home.mkdir(mode=0o700)
        places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        quiet = {
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",  # Qt's browser refuses to start as root otherwise
            "LC_ALL": "C.UTF-8",
        }
        super().__init__(
            # With an editor's name it reads from a pipe; what ends in an escape is evaluated.
            ["sclang", "-i", "pytest", "-u", str(self.port)],
            folder / f"sclang-{self.port}.txt",
            stdin=subprocess.PIPE,
            env=os.environ | dict.fromkeys(places, str(home)) | quiet,
            cwd=home,
        )
        self.run(f's.addr = NetAddr("127.0.0.1", {synth_port});')
        self.asked = 0

    def run(self, code):
        self.process.stdin.write(code.encode() + b"\x1b")
        self.process.stdin.flush()

    def ask(self, code):
        """What an expression is, as a string."""
        self.asked += 1
        start = self.hear("", len(self.said()))
        self.run(f'("<{self.asked}:" ++ ({code}) ++ ":{self.asked}>").postln;')
        self.hear(f":{self.asked}>", start)
        said = self.said()[start:]
        return said.split(f"<{self.asked}:", 1)[1].rsplit(f":{self.asked}>", 1)[0]

    def tell(self, data):
        """Send it a packet as a stranger on this computer."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(data, ("127.0.0.1", self.port))

    def close(self):
        self.process.stdin.close()
        super().close()


class Listener:
    """A server of the test: reads strictly what it is sent."""

    def __init__(self, port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(20)
        self.port = self.socket.getsockname()[1]

    def take(self):
        """The bytes of the next packet."""
        self.data, self.sender = self.socket.recvfrom(65536)
        return self.data

    def request(self):
        """The next packet as the server's own request."""
        request, reply = read_request(parse_packet(self.take(), 0).messages[0])
        assert reply is None
        return request

    def message(self):
        return unpack(self.take())

    def answer(self, data):
        self.socket.sendto(data, self.sender)

    def close(self):
        self.socket.close()


class Tape:
    """Stands where scsynth listens: writes down what it is told, and answers as scsynth does.

    What is on the tape is then rendered by scsynth itself, which needs no sound card for that: so
    every sample is the same however busy the machine is.
    """

    def __init__(self):
        self.told, self.files = [], {}
        self.listener = Listener()
        self.port = self.listener.port
        self.listener.socket.settimeout(0.1)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self):
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                for data in _messages(self.listener.take()):
                    self._note(data)

    def _note(self, data):
        # Sclang names some commands by their number, which only scsynth reads.
        number = {b"\0\0\0\x09": b"/s_new\0\0"}.get(data[:4])
        message = OscMessage(number + data[4:] if number else data)
        address, arguments = message.address, message.params
        answer = self.listener.answer
        if address == "/status":
            answer(osc("/status.reply", 1, 0, 0, 1, 0, 0.0, 0.0, 44100.0, 44100.0))
        elif address == "/sync":
            answer(osc("/synced", arguments[0]))
        elif address == "/notify":
            answer(osc("/done", "/notify", 0, 8))
        elif address == "/b_query":
            answer(osc("/b_info", arguments[0], *self.files[arguments[0]]))
        else:
            self.told.append((address, arguments, data))
        if address == "/b_allocRead":
            file = soundfile.info(arguments[1])
            self.files[arguments[0]] = (file.frames, file.channels, float(file.samplerate))
            self._note(arguments[4])  # what is to be done when it is read

    def all(self, address):
        return [arguments for each, arguments, _ in self.told if each == address]

    def wait(self, address, n):
        """The arguments of the n-th message of this address."""
        deadline = time.monotonic() + 20
        while len(self.all(address)) < n:
            assert time.monotonic() < deadline, (address, self.told)
            time.sleep(0.02)
        return self.all(address)[n - 1]

    def render(self, folder, rate, hit, seconds=1.5):
        """What scsynth makes of the tape with one of its hits only: both channels."""
        score, out = folder / "score.osc", folder / "out.wav"
        hits, bundles = 0, b""
        for address, _, data in self.told:
            hits += address == "/s_new"
            if address == "/b_free" or (address == "/s_new" and hits != hit):
                continue
            bundles += _bundle(0, data)
        score.write_bytes(bundles + _bundle(seconds, osc("/c_set", 0, 0.0)))
        done = subprocess.run(
            ["scsynth", "-N", score, "_", out, str(rate), "WAV", "float", "-i", "0", "-o", "2"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "FAILURE" not in done.stdout + done.stderr
        samples, found = soundfile.read(out, dtype="float32")
        assert found == rate
        return samples.T

    def close(self):
        self._ended.set()
        self._thread.join()
        self.listener.close()


def _messages(data):
    """The messages of a packet."""
    if not data.startswith(b"#bundle\0"):
        yield data
        return
    start = 16
    while start < len(data):
        (size,) = struct.unpack_from(">i", data, start)
        yield from _messages(data[start + 4 : start + 4 + size])
        start += 4 + size


def _bundle(seconds, message):
    """An entry of a score: a bundle whose time counts from the score's begin."""
    data = b"#bundle\0" + struct.pack(">Qi", round(seconds * 2**32), len(message)) + message
    return struct.pack(">i", len(data)) + data


@pytest.fixture
def tape():
    made = Tape()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def example(server, tmp_path_factory):
    """Sclang with block 2, whose server is the test."""
    sclang = Sclang(tmp_path_factory.mktemp("sc"), free_ports(1)[0])
    try:
        sclang.run(blocks(server.port)[1])
        server.hello = server.take()
        yield sclang
    finally:
        sclang.close()


@pytest.fixture
def sclang(tmp_path):
    running = []

    def start(synth_port=None):
        running.append(Sclang(tmp_path, synth_port or free_ports(1)[0]))
        return running[-1]

    yield start
    for each in running:
        each.close()
