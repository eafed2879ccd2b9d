"""Pd without a window, with the patch as an abstraction between two sockets of the test."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

PD = Path(__file__).parents[3] / "clients" / "pd"
sys.path.insert(0, str(PD))

needs_pd = pytest.mark.skipif(
    not shutil.which("pd"), reason="needs Debian's puredata-core (scripts/system-packages)"
)

# The inlet's messages come by UDP; what the patch says, and all blocks of sound, go back.
HOST = r"""#N canvas 0 0 600 400 12;
#X obj 20 20 netreceive -u {inward};
#X obj 20 100 neural-drum-machine;
#X obj 200 160 netsend -u;
#X msg 300 100 connect 127.0.0.1 {outward};
#X obj 300 60 loadbang;
#X obj 200 130 list prepend send;
#X obj 200 145 list trim;
#X obj 20 60 route host;
#X obj 20 200 writesf~ 1 200000;
#X obj 300 200 del 120000;
#X msg 300 230 \; pd quit;
#X msg 300 20 \; pd dsp 1;
#X obj 120 60 list trim;
#X connect 0 0 7 0;
#X connect 7 0 8 0;
#X connect 7 1 1 0;
#X connect 1 0 8 0;
#X connect 1 1 5 0;
#X connect 5 0 6 0;
#X connect 6 0 2 0;
#X connect 4 0 3 0;
#X connect 3 0 2 0;
#X connect 4 0 9 0;
#X connect 9 0 10 0;
#X connect 4 0 11 0;
"""


def free_ports(n):
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(n)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Pd:
    """A running Pd with the patch in it."""

    def __init__(self, folder, port, rate):
        inward, outward = free_ports(2)
        self._in = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._in.bind(("127.0.0.1", outward))
        self._in.settimeout(0.05)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._out.connect(("127.0.0.1", inward))
        patch = folder / "host.pd"
        patch.write_text(HOST.format(inward=inward, outward=outward))
        self.log = folder / f"pd-{inward}.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["pd", "-nogui", "-nomidi", "-noprefs", "-stderr", "-noaudio", "-r", str(rate),
                 "-path", str(PD), str(patch)],
                stdout=log, stderr=log,
            )  # fmt: skip
        self.said = []
        self.until(lambda: self.said, lambda: self.send("port", port))

    def send(self, *words):
        text = " ".join(str(word).replace(" ", "\\ ") for word in words)
        self._out.send(f"{text};\n".encode())

    def listen(self):
        """Read what the patch has said."""
        while True:
            try:
                text = self._in.recv(65536).decode()
            except OSError:
                return
            for line in text.split(";\n"):
                if line:
                    self.said.append(line.replace("\\", "").split(" ", 1))

    def until(self, what, again=lambda: None, seconds=20):
        end = time.monotonic() + seconds
        while True:
            self.listen()
            if what():
                return
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, (self.said, self.log.read_text())
            again()

    def hear(self, word, text):
        """Wait for words."""
        self.until(lambda: any(w[0] == word and w[-1].startswith(text) for w in self.said))

    def clear(self):
        self.listen()
        del self.said[:]

    def close(self):
        self.process.kill()
        self.process.wait(30)
        self._in.close()
        self._out.close()


@pytest.fixture
def pd(tmp_path):
    running = []

    def start(port, rate=22050):
        running.append(Pd(tmp_path, port, rate))
        return running[-1]

    yield start
    for each in running:
        each.close()
