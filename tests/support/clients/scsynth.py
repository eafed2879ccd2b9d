"""SuperCollider's synthesis server without a sound card."""

import contextlib
import struct
import subprocess
import threading

import soundfile
from pythonosc.osc_message import OscMessage
from tests.support.clients.listener import Listener
from tests.support.osc import osc
from tests.support.patience import PATIENCE

_NUMBERED = {
    b"\0\0\0\x09": b"/s_new\0\0",
    b"\0\0\0\x0f": b"/n_set\0\0",
    b"\0\0\0\x15": b"/g_new\0\0",
}
CHOKE_S = 0.02
"""When a recording sets values of synths: time after their start, in seconds."""


class Recorder:
    """Takes the place of scsynth: records the messages of sclang and answers as scsynth does.

    The real scsynth then renders the recording. That needs no sound card, and every sample is the
    same however busy the computer is.
    """

    def __init__(self):
        self.recorded, self.files = [], {}
        self.listener = Listener()
        self.port = self.listener.port
        self.listener.socket.settimeout(0.1)
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self):
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                for data in _messages(self.listener.take()):
                    self._note(data)
                with self._changed:
                    self._changed.notify_all()

    def _note(self, data):
        # Sclang sends some commands as numbers, which only scsynth reads.
        number = _NUMBERED.get(data[:4])
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
            self.recorded.append((address, arguments, data))
        if address == "/b_allocRead":
            file = soundfile.info(arguments[1])
            self.files[arguments[0]] = (file.frames, file.channels, float(file.samplerate))
            self._note(arguments[4])  # the completion message

    def all(self, address):
        """The arguments of all messages of an address."""
        return [arguments for each, arguments, _ in self.recorded if each == address]

    def wait(self, address, n):
        """The arguments of the n-th message of this address."""
        with self._changed:
            found = self._changed.wait_for(lambda: len(self.all(address)) >= n, timeout=PATIENCE)
        assert found, (address, self.recorded)
        return self.all(address)[n - 1]

    def render(self, folder, rate, hit, seconds=1.5):
        """Let scsynth render the recording with only one of its hits; returns both channels."""
        score, out = folder / "score.osc", folder / "out.wav"
        hits, bundles = 0, b""
        for address, _, data in self.recorded:
            hits += address == "/s_new"
            if address == "/b_free" or (address == "/s_new" and hits != hit):
                continue
            bundles += _bundle(CHOKE_S if address == "/n_set" else 0, data)
        score.write_bytes(bundles + _bundle(seconds, osc("/c_set", 0, 0.0)))
        done = subprocess.run(
            ["scsynth", "-N", score, "_", out, str(rate), "WAV", "float", "-i", "0", "-o", "2"],
            capture_output=True, text=True, timeout=PATIENCE,
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
    """The messages of a packet, bundled or not."""
    if not data.startswith(b"#bundle\0"):
        yield data
        return
    start = 16
    while start < len(data):
        (size,) = struct.unpack_from(">i", data, start)
        yield from _messages(data[start + 4 : start + 4 + size])
        start += 4 + size


def _bundle(seconds, message):
    """An entry of a score: a bundle whose time counts from the start of the score."""
    data = b"#bundle\0" + struct.pack(">Qi", round(seconds * 2**32), len(message)) + message
    return struct.pack(">i", len(data)) + data
