"""The behaviour of the Max objects in the device, without signals.

Each method stands for one class of objects and knows only what this device uses. Messages that
reach a ``line~`` are recorded.
"""

import math
import re
import socket

import soundfile
from tests.support.clients.max_node import NodeScript
from tests.support.osc import osc


def atoms(text):
    """The words of a text as Max reads them; ``---`` becomes the device's own prefix."""

    def atom(word):
        for kind in (int, float):
            try:
                return kind(word)
            except ValueError:
                pass
        return word.replace("---", "u1", 1) if word.startswith("---") else word

    return [atom(word) for word in text.split()]


class MaxObjects:
    """Boxes, cords and the state of each box; `together` are the devices of a set."""

    def __init__(self, patcher, together):
        self.together = together
        together.append(self)
        self.boxes = {item["box"]["id"]: item["box"] for item in patcher["boxes"]}
        self.cords = {}
        for item in patcher["lines"]:
            line = item["patchline"]
            self.cords.setdefault(tuple(line["source"]), []).append(line["destination"])
        for targets in self.cords.values():  # Max's order: from right to left, then from below
            targets.sort(key=lambda t: self.boxes[t[0]]["patching_rect"][:2], reverse=True)
        self.lines, self.unhandled, self.sent, self.scripts = [], [], [], []
        self.playing = "u1ndm"
        self.node = None
        self._state = {}
        self._scripts = {}
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target = ("127.0.0.1", 9)
        self._in = None

    def box(self, key, value):
        """The id of the only box whose `key` starts with `value`."""
        (found,) = [i for i, b in self.boxes.items() if b.get(key, "").startswith(value)]
        return found

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
        name = {"*": "times", "t": "trigger", "f": "float"}.get(words[0], words[0])
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
            kind = {"b": lambda _: "bang", "i": int, "f": float}[words[outlet]]
            self.emit(id_, outlet, [kind(message[0])])

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
            code = re.sub(r"\$[fi](\d)", r"v[\1-1]", box["text"].removeprefix("expr "))
            code = code.replace("\\,", ",").replace("&&", "and")
            self.emit(id_, 0, [eval(code, {"v": values, "pow": math.pow})])

    def _float(self, id_, box, words, inlet, message):
        if message[0] != "bang":
            self._state[id_] = message[0]
        if inlet == 0:
            self.emit(id_, 0, [self._state.get(id_, words[0])])

    def _send(self, id_, box, words, inlet, message):
        for device in self.together:
            for each, other in device.boxes.items():
                if other.get("text") == f"receive {words[0]}":
                    device.emit(each, 0, message)

    def _select(self, id_, box, words, inlet, message):
        if message[0] == words[0]:
            self.emit(id_, 0, ["bang"])
        else:
            self.emit(id_, 1, message)

    def _play(self, id_, box, words, inlet, message):
        assert message[0] == "set", message
        self.playing = message[1]

    def _change(self, id_, box, words, inlet, message):
        if self._state.get(id_, words[0]) != message[0]:
            self._state[id_] = message[0]
            self.emit(id_, 0, message)

    def _gate(self, id_, box, words, inlet, message):
        if inlet == 0:
            self._state[id_] = message[0]
        elif self._state.get(id_, (words[1:] or [0])[0]):
            self.emit(id_, 0, message)

    def _times(self, id_, box, words, inlet, message):
        self.emit(id_, 0, [message[0] * words[0]])

    def _stripnote(self, id_, box, words, inlet, message):
        if inlet == 1:
            self._state[id_] = message[0]
            if message[0]:
                self.emit(id_, 1, message)
        elif self._state[id_]:
            self.emit(id_, 0, message)

    def _waveform(self, id_, box, words, inlet, message):
        self._state[id_, inlet] = message
        if message[0] != "set":
            self.emit(id_, inlet, message)  # the worst case: it repeats every message

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
                if words[0] == "u1ndmdrop":
                    script({"buffer": content})
            self.emit(id_, 1, ["bang"])

    def _line(self, id_, box, words, inlet, message):
        self.lines.append(message)

    def _udpsend(self, id_, box, words, inlet, message):
        if message[0] == "port":
            self._target = ("127.0.0.1", message[1])
            return
        assert str(message[0]).startswith("/"), message
        self.sent.append(message)
        self._out.sendto(osc(*message), self._target)

    def _node_script(self, id_, box, words, inlet, message):
        if message[0] != "script":
            assert str(message[0]).startswith("/"), message
            self.sent.append(message)
            if self.node:
                self.node.tell(message)
            return
        self.scripts.append(message)
        if self.node:
            self.node.stop()
            self.node = None
        found = [path for path in self.found(words[0]) if path.exists()]
        if message[1] == "start" and found:
            self.node = NodeScript(found[0], self.home)

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
