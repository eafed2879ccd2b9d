"""A stand-in for Max and Live: runs a device file's patch and scripts, with real UDP and Node."""

import tempfile
import time
from pathlib import Path

from tests.support.clients.max_objects import MaxObjects, atoms
from tests.support.osc import unpack
from tests.support.patience import PATIENCE


class Host(MaxObjects):
    """A loaded device, with the actions of a user, of Live and of the network.

    It lies in a folder of its own, with copies of the files `beside` it.
    """

    def __init__(self, file, node, restored, together, beside=()):
        super().__init__(file.patcher["patcher"], together)
        self.received = []
        self._folder = tempfile.TemporaryDirectory()
        self._beside = {path.name: path for path in beside}
        self.home = Path(self._folder.name) / "home"
        self.home.mkdir()
        for each in file.files:
            (Path(self._folder.name) / each.name).write_bytes(each.data)
        for id_, box in self.boxes.items():
            words = atoms(box.get("text", ""))
            if box["maxclass"] == "jsui":
                words = ["js", box["filename"]]
            if words[:1] == ["js"]:
                path = Path(self._folder.name) / words[1]
                self._scripts[id_] = node.load(path, *words[2:])
        self._restore(restored)
        self.emit(self.box("text", "live.thisdevice"), 0, ["bang"])

    def found(self, name):
        """Where Max looks for a file: in the device, then beside it."""
        beside = [self._beside[name]] if name in self._beside else []
        return [Path(self._folder.name) / name, *beside]

    def close(self):
        if self.node:
            self.node.stop()
        for script in self._scripts.values():
            script.close()
        self._folder.cleanup()
        self._out.close()
        if self._in:
            self._in.close()

    def find(self, name):
        """The id of a parameter's box."""
        (found,) = [i for i, b in self.boxes.items() if b.get("varname") == name]
        return found

    def text(self, word):
        """The text of a field: status, info or error."""
        route = self.box("text", "route ")
        outlet = self.boxes[route]["text"].split()[1:].index(word)
        ((setter, _),) = self.cords[route, outlet]
        ((comment, _),) = self.cords[setter, 0]
        return self._state.get(comment, self.boxes[comment]["text"])

    def set(self, name, *value):
        """Set a control, press a button, drop a file, or recall a stored list."""
        self.deliver(self.find(name), 0, list(value) or ["bang"])

    def value(self, name):
        return self._state.get(self.find(name))

    def _restore(self, stored):
        """Set parameters as Live does when it loads a set, before live.thisdevice bangs."""
        for box in list(self.boxes.values()):
            if not box.get("parameter_enable"):
                continue
            value = box["saved_attribute_attributes"]["valueof"]
            name = value["parameter_longname"]
            if name in stored:
                given = stored[name]
                self.set(name, *(given if isinstance(given, list) else [given]))
            elif "parameter_initial" in value and box.get("mode", 1):
                self.set(name, value["parameter_initial"][0])

    def advance(self, ms):
        for id_ in self._scripts:
            self._run(id_, {"advance": ms})

    def pump(self):
        """Deliver the datagrams that have arrived; return their number."""
        count = 0
        while self._in:
            self._in.settimeout(0.01)
            try:
                data = self._in.recv(65536)
            except OSError:
                break
            count += 1
            address, arguments = unpack(data)
            self.received.append([address, *arguments])
            self.emit(self.box("text", "udpreceive"), 0, [address, *arguments])
        return count + self._hear()

    def _hear(self):
        """Deliver what the engine in the device has said; return the number of messages."""
        messages = self.node.heard() if self.node else []
        for message in messages:
            self.received.append(message)
            self.emit(self.box("text", "node.script"), 0, message)
        return len(messages)

    def asked(self):
        """Id of the newest request for a sound."""
        kinds = ("generate", "random", "variation", "bend", "open", "upload")
        return [m[1] for m in self.sent if m[0].removeprefix("/ndm/") in kinds][-1]

    def answered(self):
        """Id of the newest request with a sound; answers may arrive in any order."""
        return max(m[1] for m in self.received if m[0] == "/ndm/sound")

    def rest(self, ms):
        """Let time pass without losing the server: each second's ping is answered at once."""
        for _ in range(0, ms, 100):
            self.advance(100)
            pings = [m[0] for m in self.sent].count("/ndm/ping")
            self.until(lambda n=pings: [m[0] for m in self.received].count("/ndm/pong") >= n, 0)

    def until(self, condition, step=10):
        """Advance the clock and listen until a condition holds.

        Listening takes at least 10 ms per step. With longer steps the device's clock runs faster
        than the server's.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return
            self.advance(step)
            self.pump()
        raise AssertionError(f"never; {self.text('status')}; {self.text('error')}")

    def settle(self, step=10):
        """Wait until the newest request for a sound has been answered with one."""
        self.advance(60)
        self.until(lambda: self.asked() == self.answered(), step)

    def lose_an_answer(self):
        """Take the next datagram from the network, so that the device never gets it."""
        self._in.settimeout(PATIENCE)
        self._in.recv(65536)

    def lose_its_port(self):
        """Close the socket for answers, as if another program had the port."""
        self._in.close()
        self._in = None

    def live(self, **facts):
        """Set facts of Live's set, and return all of them."""
        rack = self.box("text", "js ndm_kit.js")
        (answer,) = self._scripts[rack]({"live": facts})
        return answer["live"]

    def note(self, pitch, velocity):
        midi = self.box("text", "notein")
        self.emit(midi, 1, [velocity])
        self.emit(midi, 0, [pitch])

    def trim(self, start, end):
        wave = self.box("maxclass", "waveform~")
        self.emit(wave, 3, [end])
        self.emit(wave, 2, [start])

    def sound(self):
        """Samples and sample rate of the sound's buffer~."""
        return self._state.get("u1ndm")

    def soft(self):
        """Samples of the buffer~ of the strokes, and the length of each in ms; 0 if none play."""
        name = {1: "u1ndmsoft", 2: "u1ndmsoft2"}[self._state.get(self.box("text", "f 1."), 1)]
        samples, _ = self._state.get(name, (None, 0))
        return samples, self._state.get(self.box("text", "float 0."), 0)

    def file(self):
        """The last message to the buffer~ of the sound."""
        return self._state.get(self.box("text", "buffer~ ---ndm 3000"))

    def pointer(self, which, x, y):
        self._run(self.box("maxclass", "jsui"), {"pointer": which, "at": [x, y, 1, 0, 0, 0, 0, 0]})
