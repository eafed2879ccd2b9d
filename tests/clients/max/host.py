"""A stand-in for Max: runs a device file's boxes and cords, its scripts in Node, UDP for real.

It knows what the objects of this device do with messages, no more, and no signals: what reaches
a ``line~`` is noted.
"""

import json
import math
import re
import socket
import subprocess
import tempfile
from pathlib import Path

import soundfile
from tests.support.osc import osc, unpack

HARNESS = Path(__file__).with_name("harness.js")


class Script:
    """A script of the device under Node."""

    def __init__(self, *words):
        self._process = subprocess.Popen(
            ["node", str(HARNESS), *map(str, words)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, given):
        """Send a line, return what came out."""
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        out = []
        while True:
            line = self._process.stdout.readline()
            assert line, f"the script ended at {given}"
            answer = json.loads(line)
            if answer.get("done"):
                return out
            out.append(answer)

    def close(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def atoms(text):
    def atom(word):
        for kind in (int, float):
            try:
                return kind(word)
            except ValueError:
                pass
        return word.replace("---", "u1", 1) if word.startswith("---") else word

    return [atom(word) for word in text.split()]


class Host:
    """A loaded device."""

    def __init__(self, file, port, restored):
        patcher = file.patcher["patcher"]
        self.boxes = {item["box"]["id"]: item["box"] for item in patcher["boxes"]}
        self.cords = {}
        for item in patcher["lines"]:
            line = item["patchline"]
            self.cords.setdefault(tuple(line["source"]), []).append(line["destination"])
        for targets in self.cords.values():  # Max: from right to left, then from below
            targets.sort(key=lambda t: self.boxes[t[0]]["patching_rect"][:2], reverse=True)
        self.lines, self.unhandled, self.sent, self.received = [], [], [], []
        self._state = {}
        self._folder = tempfile.TemporaryDirectory()
        self._scripts = {}
        for each in file.files:
            (Path(self._folder.name) / each.name).write_bytes(each.data)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target = ("127.0.0.1", 9)
        self._in = None
        for id_, box in self.boxes.items():
            words = atoms(box.get("text", ""))
            if box["maxclass"] == "jsui":
                words = ["js", box["filename"]]
            if words[:1] == ["js"]:
                path = Path(self._folder.name) / words[1]
                self._scripts[id_] = Script(path, *words[2:])
        self._restore({"Port": port, **restored} if port else restored)
        (first,) = [i for i, b in self.boxes.items() if b.get("text") == "live.thisdevice"]
        self.emit(first, 0, ["bang"])

    def close(self):
        for script in self._scripts.values():
            script.close()
        self._folder.cleanup()
        self._out.close()
        if self._in:
            self._in.close()

    # ---- what a user or Live does

    def find(self, name):
        (id_,) = [i for i, b in self.boxes.items() if b.get("varname") == name]
        return id_

    def text(self, word):
        """What a comment says: status, info or error."""
        route = next(i for i, b in self.boxes.items() if b.get("text", "").startswith("route "))
        outlet = self.boxes[route]["text"].split()[1:].index(word)
        ((setter, _),) = self.cords[route, outlet]
        ((comment, _),) = self.cords[setter, 0]
        return self._state.get(comment, self.boxes[comment]["text"])

    def set(self, name, *value):
        """Turn a control, press a button, drop a file, or recall a stored list."""
        self.deliver(self.find(name), 0, list(value) or ["bang"])

    def value(self, name):
        return self._state.get(self.find(name))

    def _restore(self, stored):
        """Set parameters as Live does when it loads a set, before live.thisdevice speaks."""
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
        """Hand on the datagrams that have come; return how many."""
        count = 0
        while self._in:
            self._in.settimeout(0.01)
            try:
                data = self._in.recv(65536)
            except OSError:
                break
            count += 1
            address, arguments = unpack(data)
            (box,) = [
                i for i, b in self.boxes.items() if b.get("text", "").startswith("udpreceive")
            ]
            self.received.append([address, *arguments])
            self.emit(box, 0, [address, *arguments])
        return count

    def asked(self):
        """Id of the newest request for a sound."""
        kinds = ("generate", "random", "variation", "upload")
        return [m[1] for m in self.sent if m[0].removeprefix("/ndm/") in kinds][-1]

    def answered(self):
        """Id of the newest request that has its sound; they need not come in order."""
        return max(m[1] for m in self.received if m[0] == "/ndm/sound")

    def until(self, what, step=10, limit=3000):
        """Turn the clock and listen until something holds.

        The clock goes no faster than the real one, by which the server answers: listening takes
        10 ms. Else a busy machine's server would count as lost.
        """
        for _ in range(limit):
            if what():
                return
            self.advance(step)
            self.pump()
        raise AssertionError(f"never; {self.text('status')}; {self.text('error')}")

    # ---- what Max does

    def emit(self, id_, outlet, message):
        for target, inlet in self.cords.get((id_, outlet), []):
            self.deliver(target, inlet, message)

    def _run(self, id_, given):
        for out in self._scripts[id_](given):
            if "outlet" in out:
                self.emit(id_, out["outlet"], out["message"])

    def deliver(self, id_, inlet, message):
        box = self.boxes[id_]
        kind = box["maxclass"]
        words = atoms(box.get("text", "")) if kind == "newobj" else [kind]
        name = {"*": "times", "/": "divide", "t": "trigger"}.get(words[0], words[0])
        method = getattr(self, "_" + re.sub(r"[.~]", "_", name).rstrip("_"), None)
        assert method, f"the stand-in has no {name}"
        method(id_, box, words[1:], inlet, message)

    def _parameter(self, id_, box, _, inlet, message):
        value = box["saved_attribute_attributes"]["valueof"]
        quiet = message[0] == "set"
        given = message[1] if quiet else message[0]
        if box["maxclass"] == "live.drop" or value["parameter_type"] == 3:
            self._state[id_] = message if value["parameter_type"] == 3 else given
            self.emit(id_, 0, message)
            return
        if box.get("mode", 1) == 0:
            self.emit(id_, 0, ["bang"])
            return
        assert isinstance(given, int | float), (value["parameter_longname"], message)
        given = min(max(given, value["parameter_mmin"]), value["parameter_mmax"])
        self._state[id_] = given
        if not quiet:
            if "parameter_enum" in value and box["maxclass"] != "live.text":
                self.emit(id_, 1, [value["parameter_enum"][int(given)]])
            self.emit(id_, 0, [given])

    _live_dial = _live_numbox = _live_menu = _live_tab = _live_text = _live_drop = _parameter
    _pattr = _parameter

    def _live_comment(self, id_, box, _, inlet, message):
        assert message[0] == "set"
        self._state[id_] = " ".join(map(str, message[1:]))

    def _js(self, id_, box, words, inlet, message):
        self._run(id_, message)

    def _jsui(self, id_, box, words, inlet, message):
        self._run(id_, message)

    def pointer(self, which, x, y):
        (pad,) = [i for i, b in self.boxes.items() if b["maxclass"] == "jsui"]
        self._run(pad, {"pointer": which, "at": [x, y, 1, 0, 0, 0, 0, 0]})

    def _message(self, id_, box, words, inlet, message):
        for part in box["text"].split(","):
            filled = [
                message[int(str(a)[1:]) - 1] if str(a).startswith("$") else a for a in atoms(part)
            ]
            self.emit(id_, 0, filled)

    def _prepend(self, id_, box, words, inlet, message):
        self.emit(id_, 0, words + [a for a in message if a != "bang"])

    def _route(self, id_, box, words, inlet, message):
        if message[0] in words:
            self.emit(id_, words.index(message[0]), message[1:] or ["bang"])
        else:
            self.unhandled.append(message)

    def _trigger(self, id_, box, words, inlet, message):
        for outlet in reversed(range(len(words))):
            assert words[outlet] == "b"
            self.emit(id_, outlet, ["bang"])

    def _unpack(self, id_, box, words, inlet, message):
        for outlet in reversed(range(len(words))):
            if outlet < len(message):
                self.emit(id_, outlet, [message[outlet]])

    def _pack(self, id_, box, words, inlet, message):
        values = self._state.setdefault(id_, list(words))
        values[inlet] = message[0]
        if inlet == 0:
            self.emit(id_, 0, list(values))

    def _expr(self, id_, box, words, inlet, message):
        values = self._state.setdefault(id_, [0.0] * box["numinlets"])
        values[inlet] = float(message[0])
        if inlet == 0:
            code = re.sub(r"\$f(\d)", r"v[\1-1]", box["text"].removeprefix("expr "))
            code = code.replace("\\,", ",")
            self.emit(id_, 0, [eval(code, {"v": values, "pow": math.pow})])

    def _change(self, id_, box, words, inlet, message):
        if self._state.get(id_, words[0]) != message[0]:
            self._state[id_] = message[0]
            self.emit(id_, 0, message)

    def _gate(self, id_, box, words, inlet, message):
        if inlet == 0:
            self._state[id_] = message[0]
        elif self._state.get(id_, 0):
            self.emit(id_, 0, message)

    def _times(self, id_, box, words, inlet, message):
        self.emit(id_, 0, [message[0] * words[0]])

    def _divide(self, id_, box, words, inlet, message):
        self.emit(id_, 0, [message[0] / words[0]])

    def _stripnote(self, id_, box, words, inlet, message):
        if inlet == 1:
            self._state[id_] = message[0]
            if message[0]:
                self.emit(id_, 1, message)
        elif self._state[id_]:
            self.emit(id_, 0, message)

    def note(self, pitch, velocity):
        (midi,) = [i for i, b in self.boxes.items() if b.get("text") == "notein"]
        self.emit(midi, 1, [velocity])
        self.emit(midi, 0, [pitch])

    def _waveform(self, id_, box, words, inlet, message):
        self._state[id_, inlet] = message
        if message[0] != "set":
            self.emit(id_, inlet, message)  # the worst case: that it says again what it is told

    def trim(self, start, end):
        (wave,) = [i for i, b in self.boxes.items() if b["maxclass"] == "waveform~"]
        self.emit(wave, 3, [end])
        self.emit(wave, 2, [start])

    def _buffer(self, id_, box, words, inlet, message):
        assert message[0] in ("replace", "write"), message
        self._state[id_] = message
        if message[0] == "replace":
            try:
                samples, sr = soundfile.read(message[1], dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return  # as Max does: not a word
            self._state[words[0]] = samples, sr
            for script in self._scripts.values():
                content = {"name": words[0], "sr": sr, "channels": samples.T.tolist()}
                if words[0] != "u1ndm":
                    script({"buffer": content})
            self.emit(id_, 1, ["bang"])

    def sound(self):
        return self._state.get("u1ndm")

    def file(self):
        (id_,) = [i for i, b in self.boxes.items() if b.get("text") == "buffer~ ---ndm 1000"]
        return self._state.get(id_)

    def _line(self, id_, box, words, inlet, message):
        self.lines.append(message)

    def _udpsend(self, id_, box, words, inlet, message):
        if message[0] == "port":
            self._target = ("127.0.0.1", message[1])
            return
        assert str(message[0]).startswith("/"), message
        self.sent.append(message)
        self._out.sendto(osc(*message), self._target)

    def _udpreceive(self, id_, box, words, inlet, message):
        assert message[0] == "port"
        if self._in:
            self._in.close()
        self._in = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._in.bind(("127.0.0.1", message[1]))
        except OSError:
            self._in.close()
            self._in = None  # as Max does: a line in its console, nothing else
