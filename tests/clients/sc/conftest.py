"""SuperCollider without a screen or a sound card, told what to evaluate as an editor tells it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from neural_drum_machine.server.osc_format import parse_packet, read_request

from ...server.conftest import unpack
from ..pd.conftest import free_ports

CLIENTS = Path(__file__).parents[3] / "clients"
EXAMPLE = CLIENTS / "supercollider" / "neural-drum-machine.scd"

needs_sclang = pytest.mark.skipif(
    not shutil.which("sclang"),
    reason="needs Debian's supercollider-language (scripts/system-packages)",
)
needs_scsynth = pytest.mark.skipif(
    not (shutil.which("scsynth") and shutil.which("jackd")),
    reason="needs Debian's supercollider-server and jackd (scripts/system-packages)",
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

    def __init__(self, folder, jack="none"):
        self.port, self.synth_port = free_ports(2)
        home = folder / f"home-{self.port}"
        home.mkdir(mode=0o700)
        places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        quiet = {
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",  # Qt's browser refuses to start as root otherwise
            "LC_ALL": "C.UTF-8",
            "JACK_DEFAULT_SERVER": jack,
            "JACK_NO_START_SERVER": "1",
        }
        super().__init__(
            # With an editor's name it reads from a pipe; what ends in an escape is evaluated.
            ["sclang", "-i", "pytest", "-u", str(self.port)],
            folder / f"sclang-{self.port}.txt",
            stdin=subprocess.PIPE,
            env=os.environ | dict.fromkeys(places, str(home)) | quiet,
            cwd=home,
        )
        self.run(f's.addr = NetAddr("127.0.0.1", {self.synth_port});')
        self.run("s.options.numInputBusChannels = 0;")
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
        """Scsynth is a child in a session of its own: it is asked to end first."""
        if self.process.poll() is None:
            try:
                self.run("fork { s.serverRunning.if { s.quit; s.sync; 0.2.wait }; 0.exit };")
                self.process.wait(5)
            except (OSError, subprocess.TimeoutExpired):
                pass
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


@pytest.fixture(scope="module")
def server():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def example(server, tmp_path_factory):
    """Sclang with block 2, whose server is the test."""
    sclang = Sclang(tmp_path_factory.mktemp("sc"))
    try:
        sclang.run(blocks(server.port)[1])
        server.hello = server.take()
        yield sclang
    finally:
        sclang.close()


@pytest.fixture
def jack(tmp_path):
    """A sound card that is none, of any rate."""
    running = []

    def start(rate):
        name = f"ndm-test-{os.getpid()}-{rate}"
        card = Background(
            ["jackd", "-r", "-n", name, "-d", "dummy", "-r", str(rate), "-p", "512"],
            tmp_path / f"jack-{rate}.txt",
        )
        running.append(card)
        card.hear("self-connect-mode")
        return name

    yield start
    for card in running:
        card.close()


@pytest.fixture
def sclang(tmp_path):
    running = []

    def start(**options):
        running.append(Sclang(tmp_path, **options))
        return running[-1]

    yield start
    for each in running:
        each.close()
