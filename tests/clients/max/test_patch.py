"""The patch in the device file, compared with tables of Max's objects and their messages."""

import importlib.util
import itertools
import re
from pathlib import Path

import pytest
from tests.clients.max.conftest import MAX

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.server.protocol import RANGES
from neural_drum_machine.wishes.qualities import QUALITIES

from device.build import NAME  # isort: skip
from device.container import read  # isort: skip
from device.choke import NAME as CHOKE  # isort: skip
from device.controls import BANKS, BY_NAME, PARAMETERS  # isort: skip
from device.controls import CATEGORIES as OFFERED  # isort: skip
from device.controls import WISHES, wish_name  # isort: skip
from device.instrument import ROUTES, instrument  # isort: skip
from device.layout import HEIGHT, WIDTH  # isort: skip
from device.objects import ANY, OBJECTS, name_of, ports  # isort: skip
from device.parameters import AUTOMATED, BLOB, FILE, Parameter, banks_json  # isort: skip
from device.patch import Patch  # isort: skip
from device.patcher import SCRIPTS  # isort: skip

PATCHER = read((MAX / NAME).read_bytes()).patcher["patcher"]
BOXES = {item["box"]["id"]: item["box"] for item in PATCHER["boxes"]}
LINES = [(*i["patchline"]["source"], *i["patchline"]["destination"]) for i in PATCHER["lines"]]


def class_of(box):
    return name_of(box["text"]) if box["maxclass"] == "newobj" else box["maxclass"]


def test_every_object_is_known_and_has_its_inlets_and_outlets():
    for box in BOXES.values():
        name = class_of(box)
        assert (box["maxclass"] != "newobj") == OBJECTS[name].ui
        assert (box["numinlets"], box["numoutlets"]) == ports(name, box.get("text") or name)


def test_our_table_agrees_with_that_of_py2max():
    """Its table is made from Max's own reference and ignores arguments."""
    spec = importlib.util.find_spec("py2max")
    if spec is None:
        pytest.skip("needs py2max (requirements-test.txt)")
    table = Path(spec.origin).parent / "data" / "js2max" / "js2max.js"
    rows = re.findall(r'^\s*"?([\w.~]+)"?: \[(\d+), (\d+)[,\]]', table.read_text(), re.MULTILINE)
    theirs = {name: (int(i), int(o)) for name, i, o in rows}
    # Objects that differ because theirs have no arguments, or for the reason given.
    differ = {
        "change": "outlets for zero and non-zero are listed in Max 5's reference too",
        "comment": "", "js": "one more outlet, as the script says (outlets = 2)",
        "udpsend": "", "live.comment": "", "panel": "",
    }  # fmt: skip
    compared = 0
    for name, ours in OBJECTS.items():
        if name in theirs and min(ours.inlets, ours.outlets) >= 0 and name not in differ:
            assert (ours.inlets, ours.outlets) == theirs[name], name
            compared += 1
    assert compared >= 20


def test_every_cord_ends_at_an_existing_inlet():
    assert len(LINES) > 80
    assert len(set(LINES)) == len(LINES)
    for source, outlet, target, inlet in LINES:
        assert 0 <= outlet < BOXES[source]["numoutlets"]
        assert 0 <= inlet < BOXES[target]["numinlets"]


def test_every_object_accepts_the_messages_it_gets():
    """Checked for boxes whose text says what they output: message and prepend."""
    checked = 0
    for source, _, target, inlet in LINES:
        box, end = BOXES[source], BOXES[target]
        accepts = OBJECTS[class_of(end)].accepts
        accepted = accepts[min(inlet, len(accepts) - 1)]
        if class_of(box) == "message":
            parts = [part.split()[0] for part in box["text"].split(",")]
        elif class_of(box) == "prepend":
            parts = [box["text"].split()[1]]
        else:
            continue
        for word in parts:
            checked += 1
            if ANY in accepted and class_of(end) != "js":
                continue
            if re.fullmatch(r"\$\d|-?[\d.]+", word):
                assert {"number", "list"} & set(accepted), (word, end)
            elif class_of(end) == "js":
                script = (MAX / end["text"].split()[1]).read_text()
                assert re.search(rf"^function {word}\(", script, re.MULTILINE), word
                assert f"{word}.local" not in script
            elif class_of(end) == "udpsend":
                assert word == "port"
            else:
                assert word in accepted, (word, end)
    assert checked >= 30


def test_exactly_the_clients_messages_are_routed():
    source = (MAX / "ndm_client.js").read_text()
    told = r'(?:toPatch|say)(?:\.apply\(this, \[|\()"(\w+)"'
    said = set(re.findall(told, source)) | {"store"}
    said |= {*re.findall(r'outlet\(1, "(\w+)"', (MAX / "ndm_sample.js").read_text())}
    said |= {*re.findall(r'outlet\(0, "(\w+)"', (MAX / "ndm_kit.js").read_text())}
    assert said == set(ROUTES)
    (route,) = [i for i, b in BOXES.items() if b.get("text", "").startswith("route ")]
    assert {outlet for source, outlet, *_ in LINES if source == route} == set(range(len(ROUTES)))


def test_every_box_is_connected():
    joined = {end for line in LINES for end in (line[0], line[2])}
    silent = {b["maxclass"] for i, b in BOXES.items() if i not in joined}
    assert silent <= {"panel", "live.comment"}


def test_every_parameter_has_name_range_initial_value_and_a_slot():
    names = [p.name for p in PARAMETERS]
    assert len(set(names)) == len(names)
    found = {}
    for box in BOXES.values():
        if box.get("parameter_enable"):
            value = box["saved_attribute_attributes"]["valueof"]
            found[value["parameter_longname"]] = value
            assert box["varname"] == value["parameter_longname"]
            assert box["annotation"]
    assert sorted(found) == sorted(names)
    for name, value in found.items():
        if value["parameter_type"] in (BLOB, FILE):
            assert value["parameter_invisible"] != AUTOMATED
            continue
        (initial,) = value["parameter_initial"]
        assert value["parameter_mmin"] <= initial <= value["parameter_mmax"], name
        assert value["parameter_initial_enable"] == 1
        if "parameter_enum" in value:
            assert value["parameter_mmax"] == len(value["parameter_enum"]) - 1
        if value["parameter_type"] == 1:  # Live's whole numbers have 256 values
            assert value["parameter_mmax"] - value["parameter_mmin"] < 256
    banks = PATCHER["parameters"]["parameterbanks"].values()
    slots = [name for bank in banks for name in bank["parameters"] if name != "-"]
    # A parameter that Live does not list has no slot on a controller.
    assert sorted(slots) == sorted(n for n in names if BY_NAME[n].visible == AUTOMATED)
    assert all(len(bank["parameters"]) == 8 for bank in banks)
    listed = {v[0] for k, v in PATCHER["parameters"].items() if k.startswith("obj-")}
    assert listed == set(names)


def test_a_bank_with_too_many_parameters_is_refused():
    with pytest.raises(ValueError, match="bank 'x' has 9 parameters"):
        banks_json({"x": tuple("abcdefghi")})


def test_the_choices_are_the_models_and_the_protocols():
    assert OFFERED == CATEGORIES
    assert tuple(map(float, BY_NAME["Range"].words)) == RANGES
    limits = {"P1": (-1, 1), "Wild": (0, 2), "Take": (0, 63), "Amount": (0, 2)}
    assert {n: (BY_NAME[n].low, BY_NAME[n].high) for n in limits} == limits
    assert BANKS["Sound"][:3] == ("Category", "P1", "P2")
    factors = {"s": 1000, "": 100}  # the device counts in ms and in %
    for quality in QUALITIES:
        low, high = (factors.get(quality.unit, 1) * limit for limit in quality.limits)
        value = BY_NAME[wish_name(quality.name)]
        assert (value.low, value.high) == pytest.approx((low, high))
    assert [name.lower() for name in WISHES] == [quality.name for quality in QUALITIES]


def test_elements_lie_within_the_device_and_do_not_overlap():
    assert (HEIGHT, PATCHER["devicewidth"], PATCHER["openinpresentation"]) == (169, WIDTH, 1)
    shown = [b for b in BOXES.values() if b.get("presentation")]
    for box in shown:
        x, y, w, h = box["presentation_rect"]
        assert x >= 0
        assert y >= 0
        assert x + w <= WIDTH
        assert y + h <= HEIGHT
    solid = [b["presentation_rect"] for b in shown if b["maxclass"] != "panel"]
    for (ax, ay, aw, ah), (bx, by, bw, bh) in itertools.combinations(solid, 2):
        assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay, (ax, ay, bx, by)
    # Every control is shown.
    assert all(b.get("presentation") for b in BOXES.values() if b["maxclass"].startswith("live."))


def test_several_devices_share_no_name():
    """But for the one by which they choke each other."""
    for box in BOXES.values():
        words = box.get("text", "").split()
        if words in (["send", CHOKE], ["receive", CHOKE]):
            continue
        assert "#0" not in box.get("text", "")
        if words and words[0] in ("buffer~", "play~", "send", "receive", "s", "r"):
            assert words[1].startswith("---ndm")
        if words[:1] == ["set"]:
            assert words[1].startswith("---ndm")
    assert any(b.get("text", "").endswith("@defer 1") for b in BOXES.values())


def test_colours_are_the_themes():
    """No box has a colour of its own, so the device is readable in light and dark themes."""
    for box in BOXES.values():
        assert not [key for key in box if key.endswith("color")]
        for key, value in box.get("saved_attribute_attributes", {}).items():
            if key != "valueof":
                assert value["expression"].startswith("themecolor.live_")


def test_the_scripts_use_no_newer_syntax_than_ecmascript_5():
    for name in SCRIPTS:
        source = re.sub(r"//.*", "", (MAX / name).read_text())
        assert not re.search(r"\b(let|const|class|async|import|export)\b|=>|`|\.\.\.", source)


def test_a_wrong_cord_and_an_unknown_object_are_refused():
    patch = Patch()
    a, b = patch.add("prepend x", (0, 0)), patch.add("udpsend 127.0.0.1 1", (0, 0))
    with pytest.raises(ValueError, match="no cord from outlet 0 of udpsend"):
        patch.connect(b, a)
    with pytest.raises(ValueError, match="to inlet 1 of udpsend"):
        patch.connect(a, 0, 1, b)
    with pytest.raises(KeyError, match="prepnd"):
        patch.add("prepnd x", (0, 0))
    with pytest.raises(ValueError, match="no parameter is given"):
        patch.add("live.dial", (0, 0))
    with pytest.raises(ValueError, match="a parameter is given"):
        patch.add("gate", (0, 0), parameter=Parameter("x", "x"))
    assert len(instrument().boxes) == len(BOXES)
