"""Pd without a window: runs the patch as an abstraction between two sockets of the test."""

import itertools
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import soundfile
from tests.support.patience import PATIENCE

from neural_drum_machine.signal.pcm import to_pcm

PD = Path(__file__).parents[3] / "clients" / "pd"

# Messages for the inlet arrive by UDP; messages of the outlet go back by UDP. `host …` records.
# `choke-with N` is another copy's note of choke group N, 20 ms later in Pd's own time.
HOST = r"""#N canvas 0 0 600 400 12;
#X obj 20 20 netreceive -u {inward};
#X obj 20 100 neural-drum-machine;
#X obj 200 160 netsend -u;
#X msg 300 100 connect 127.0.0.1 {outward};
#X obj 300 60 loadbang;
#X obj 200 130 list prepend send;
#X obj 200 145 list trim;
#X obj 20 60 route host;
#X obj 20 200 writesf~ 2 200000;
#X obj 300 200 del 120000;
#X msg 300 230 \; pd quit;
#X msg 300 20 \; pd dsp 1;
#X obj 120 60 list trim;
#X obj 20 130 route stop-after;
#X obj 20 150 del;
#X msg 20 170 stop;
#X msg 80 170 recorded all;
#X obj 420 60 route choke-with;
#X obj 420 90 t b f;
#X obj 420 120 del 20;
#X obj 420 150 f;
#X obj 420 180 s ndm-choke;
#X connect 0 0 7 0;
#X connect 7 0 13 0;
#X connect 1 0 8 0;
#X connect 1 1 8 1;
#X connect 1 2 5 0;
#X connect 5 0 6 0;
#X connect 6 0 2 0;
#X connect 4 0 3 0;
#X connect 3 0 2 0;
#X connect 4 0 9 0;
#X connect 9 0 10 0;
#X connect 4 0 11 0;
#X connect 13 0 14 0;
#X connect 13 1 8 0;
#X connect 14 0 15 0;
#X connect 14 0 16 0;
#X connect 15 0 8 0;
#X connect 16 0 5 0;
#X connect 7 1 17 0;
#X connect 17 0 18 0;
#X connect 17 1 1 0;
#X connect 18 0 19 0;
#X connect 18 1 20 1;
#X connect 19 0 20 0;
#X connect 20 0 21 0;
"""


def free_ports(n):
    """UDP ports that were free a moment ago."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(n)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Pd:
    """A running Pd with the patch.

    Parameters
    ----------
    folder : Path
        For the host patch, the log and recordings.
    port : int
        The server's UDP port.
    rate : int
        Pd's sample rate in Hz.
    settings : dict
        Values of controls, set before the patch connects to the server.
    """

    def __init__(self, folder, port, rate, settings):
        inward, outward = free_ports(2)
        self._folder, self._rate, self._numbers = folder, rate, itertools.count()
        self._in = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._in.bind(("127.0.0.1", outward))
        self._in.settimeout(0.05)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target = ("127.0.0.1", inward)
        patch = folder / "host.pd"
        patch.write_text(HOST.format(inward=inward, outward=outward), encoding="utf-8")
        self.log = folder / f"pd-{inward}.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["pd", "-nogui", "-nomidi", "-noprefs", "-stderr", "-noaudio", "-r", str(rate),
                 "-path", str(PD), str(patch)],
                stdout=log, stderr=log,
            )  # fmt: skip
        self.messages = []

        def begin():
            for control, value in settings.items():
                self.send(control, value)
            self.send("port", port)

        # The first datagrams are lost if Pd is not there yet.
        self.until(lambda: self.messages, begin)

    def send(self, *words):
        """Send a message to the inlet of the patch."""
        text = " ".join(str(word).replace(" ", "\\ ") for word in words)
        self._out.sendto(f"{text};\n".encode(), self._target)

    def listen(self):
        """Read the messages of the outlet."""
        while True:
            try:
                text = self._in.recv(65536).decode()
            except OSError:
                return
            for line in text.split(";\n"):
                if line:
                    self.messages.append(line.replace("\\", "").split(" ", 1))

    def until(self, condition, again=lambda: None, seconds=PATIENCE):
        """Listen until a condition holds; call `again` in between."""
        end = time.monotonic() + seconds
        while True:
            self.listen()
            if condition():
                return
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, (self.messages, self.log.read_text())
            again()

    def wait_for(self, word, text):
        """Wait for a message."""
        self.until(lambda: any(m[0] == word and m[-1].startswith(text) for m in self.messages))

    def clear(self):
        """Forget the messages so far."""
        self.listen()
        del self.messages[:]

    def record(self, pitch=60, velocity=127, ms=400, choke=None):
        """Play a note; returns the signals ``(n, 2)`` from their first sample that is not 0.

        `choke` is the group of another copy's note, 20 ms later.
        """
        path = self._folder / f"recording-{next(self._numbers)}.wav"
        self.clear()
        self.send("host", "open", "-bytes", 4, path)
        self.send("host", "start")
        if choke is not None:
            self.send("choke-with", choke)
        self.send("note", pitch, velocity)
        self.send("host", "stop-after", ms)  # in Pd's own time, however busy the computer is
        self.wait_for("recorded", "all")
        samples, wanted = np.zeros((0, 2), np.float32), self._rate * ms / 1000 - 128
        end = time.monotonic() + PATIENCE
        while len(samples) < wanted:  # another thread of Pd completes the file
            assert time.monotonic() < end, (len(samples), wanted)
            try:
                samples, _ = soundfile.read(path, dtype="float32")
            except soundfile.LibsndfileError:
                time.sleep(0.01)
        sounding = np.flatnonzero(samples.any(axis=1))
        return samples[sounding[0] :] if len(sounding) else samples[:0]

    def close(self):
        self.process.kill()
        self.process.wait(30)
        self._in.close()
        self._out.close()


def file_samples(sound):
    """The samples of a sound, ``(n, 2)``, as its 16-bit file stores them."""
    both = np.broadcast_to(sound.samples, (2, sound.samples.shape[-1])).T
    return to_pcm(both) / np.float32(32768)
