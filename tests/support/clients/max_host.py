"""A stand-in for Max and Live: runs the patch and scripts of a device file, with real UDP."""

import tempfile
from pathlib import Path

from tests.support.clients.max_objects import MaxObjects, atoms
from tests.support.osc import unpack


class Host(MaxObjects):
    """A loaded device, with the actions of a user, of Live and of the network."""

    def __init__(self, file, node, port, restored):
        super().__init__(file.patcher["patcher"])
        self.received = []
        self._folder = tempfile.TemporaryDirectory()
        for each in file.files:
            (Path(self._folder.name) / each.name).write_bytes(each.data)
        for id_, box in self.boxes.items():
            words = atoms(box.get("text", ""))
            if box["maxclass"] == "jsui":
                words = ["js", box["filename"]]
            if words[:1] == ["js"]:
                path = Path(self._folder.name) / words[1]
                self._scripts[id_] = node.load(path, *words[2:])
        self._restore({"Port": port, **restored} if port else restored)
        self.emit(self.box("text", "live.thisdevice"), 0, ["bang"])

    def close(self):
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
        return count

    def asked(self):
        """Id of the newest request for a sound."""
        kinds = ("generate", "random", "variation", "upload")
        return [m[1] for m in self.sent if m[0].removeprefix("/ndm/") in kinds][-1]

    def answered(self):
        """Id of the newest request with a sound; answers may arrive in any order."""
        return max(m[1] for m in self.received if m[0] == "/ndm/sound")

    def until(self, condition, step=10, limit=3000):
        """Advance the clock and listen until a condition holds.

        Listening takes at least 10 ms per step. With longer steps the device's clock runs faster
        than the server's.
        """
        for _ in range(limit):
            if condition():
                return
            self.advance(step)
            self.pump()
        raise AssertionError(f"never; {self.text('status')}; {self.text('error')}")

    def settle(self, step=10):
        """Wait until the newest request for a sound has been answered with one."""
        self.advance(60)
        self.until(lambda: self.asked() == self.answered(), step, limit=1000)

    def lose_an_answer(self):
        """Take the next datagram from the network, so that the device never gets it."""
        self._in.settimeout(5)
        self._in.recv(65536)

    def lose_its_port(self):
        """Close the socket for answers, as if another program had the port."""
        self._in.close()
        self._in = None

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

    def file(self):
        """The last message to the buffer~ of the sound."""
        return self._state.get(self.box("text", "buffer~ ---ndm 1500"))

    def pointer(self, which, x, y):
        self._run(self.box("maxclass", "jsui"), {"pointer": which, "at": [x, y, 1, 0, 0, 0, 0, 0]})
