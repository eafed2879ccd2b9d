"""SuperCollider's language without a screen, controlled as an editor controls it."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.support.clients.pd import free_ports
from tests.support.patience import PATIENCE

CLIENTS = Path(__file__).parents[3] / "clients"
EXAMPLE = CLIENTS / "supercollider" / "neural-drum-machine.scd"


def blocks(port):
    """The blocks of the example, as Ctrl-Return selects them, with the server's port filled in."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("9710", str(port))
    return re.findall(r"^\(\n.*?^\)\n", text, re.MULTILINE | re.DOTALL)


class Background:
    """A program whose output goes to a file."""

    def __init__(self, command, log, **options):
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, start_new_session=True, **options
            )

    def output(self):
        """Everything printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text, since=0, seconds=PATIENCE):
        """Wait for a text after position `since`; returns the position of its end."""
        end = time.monotonic() + seconds
        while (at := self.output().find(text, since)) < 0:
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, (text, self.output()[-4000:])
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
    """A running sclang with a home of its own: it neither reads nor writes the user's settings."""

    def __init__(self, folder, synth_port):
        (self.port,) = free_ports(1)
        home = folder / f"home-{self.port}"
        home.mkdir(mode=0o700)
        folders = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        quiet = {
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",  # Qt's browser refuses to start as root otherwise
            "LC_ALL": "C.UTF-8",
        }
        super().__init__(
            # As for an editor, it reads code from a pipe; an escape character ends each block.
            ["sclang", "-i", "pytest", "-u", str(self.port)],
            folder / f"sclang-{self.port}.txt",
            stdin=subprocess.PIPE,
            env=os.environ | dict.fromkeys(folders, str(home)) | quiet,
            cwd=home,
        )
        self.run(f's.addr = NetAddr("127.0.0.1", {synth_port});')
        self.asked = 0

    def run(self, code):
        """Evaluate code."""
        self.process.stdin.write(code.encode() + b"\x1b")
        self.process.stdin.flush()

    def ask(self, code):
        """The value of an expression, as a string."""
        self.asked += 1
        start = self.wait_for("", len(self.output()))
        self.run(f'("<{self.asked}:" ++ ({code}) ++ ":{self.asked}>").postln;')
        self.wait_for(f":{self.asked}>", start)
        output = self.output()[start:]
        return output.split(f"<{self.asked}:", 1)[1].rsplit(f":{self.asked}>", 1)[0]

    def tell(self, data):
        """Send it a packet from another sender on this computer."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(data, ("127.0.0.1", self.port))

    def close(self):
        self.process.stdin.close()
        super().close()
