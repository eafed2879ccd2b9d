"""The layout, read back as TouchOSC would, and each of its messages, sent to a real sclang.

The file was never opened in TouchOSC itself.
"""

import re
import sys
import xml.etree.ElementTree as ET
import zlib

import pytest
from tests.clients.sc.conftest import needs_sclang
from tests.support.clients.listener import Listener
from tests.support.clients.sclang import CLIENTS, blocks
from tests.support.osc import osc, unpack

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.server.protocol import Generate, Random

sys.path.insert(0, str(CLIENTS / "touchosc"))

from touchosc_layout import CATEGORIES as OFFERED  # isort: skip
from touchosc_layout import HEIGHT, WIDTH, build  # isort: skip

FILE = CLIENTS / "touchosc" / "neural-drum-machine.tosc"


@pytest.fixture(scope="module")
def tree():
    return ET.fromstring(zlib.decompress(FILE.read_bytes()))


def named(tree):
    """Nodes by name."""
    found = {}
    for node in tree.iter("node"):
        name = prop(node, "name").text
        assert name not in found, name
        found[name] = node
    return found


def prop(node, key):
    (value,) = [p.find("value") for p in node.findall("properties/property")
                if p.findtext("key") == key]  # fmt: skip
    return value


def frame(node):
    return [float(part.text) for part in prop(node, "frame")]


def evaluate(partials, values):
    """The arguments of a list of partials, for values of the control from 0 to 1."""
    kinds = {"STRING": str, "FLOAT": float, "INTEGER": int}
    for partial in partials:
        text = partial.findtext("value")
        if partial.findtext("type") == "VALUE":
            low, high = (float(partial.findtext(k)) for k in ("scaleMin", "scaleMax"))
            text = low + (high - low) * values[text]
        else:
            assert partial.findtext("type") == "CONSTANT"
        yield kinds[partial.findtext("conversion")](text)


def sent(node, values):
    """The exact bytes of the node's message."""
    (message,) = node.findall("messages/osc")
    assert (message.findtext("enabled"), message.findtext("send")) == ("1", "1")
    address = "".join(evaluate(message.findall("path/partial"), {}))
    return osc(address, *evaluate(message.findall("arguments/partial"), values))


def test_the_committed_file_is_built_from_the_source():
    # The text, not the bytes: another zlib may compress differently.
    fresh = zlib.decompress(build())
    assert zlib.decompress(FILE.read_bytes()) == fresh, "run scripts/build_touchosc_layout"


def test_the_structure_of_the_file(tree):
    assert (tree.tag, tree.attrib) == ("lexml", {"version": "3"})
    (root,) = tree
    assert root.attrib["type"] == "GROUP"
    ids = [node.attrib["ID"] for node in tree.iter("node")]
    assert len(set(ids)) == len(ids)
    nodes = named(tree)
    for name, node in nodes.items():
        x, y, w, h = frame(node)
        assert 0 <= x < x + w <= WIDTH, name
        assert 0 <= y < y + h <= HEIGHT, name
        assert all(0 <= float(part.text) <= 1 for part in prop(node, "color"))
        # Every message goes to the first connection, and every trigger is a value of the node.
        existing = {value.findtext("key") for value in node.findall("values/value")}
        for message in node.findall("messages/osc"):
            assert message.findtext("connections") == "00001"
            assert {v.text for v in message.findall("triggers/trigger/var")} <= existing
    assert OFFERED == CATEGORIES


def test_controls_do_not_overlap_and_captions_ignore_touches(tree):
    nodes = named(tree)
    touched = {
        name: frame(node)
        for name, node in nodes.items()
        if prop(node, "interactive").text == "1" and node.get("type") != "GROUP"
    }
    assert not any(nodes[name].get("type") == "LABEL" for name in touched)
    names = sorted(touched)
    for i, a in enumerate(names):
        for b in names[:i]:
            (ax, ay, aw, ah), (bx, by, bw, bh) = touched[a], touched[b]
            assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay, (a, b)
    for name, node in nodes.items():
        if node.get("type") == "BUTTON":
            assert frame(nodes[f"caption_{name}"]) == frame(node)


def test_the_table_in_the_document_matches_the_file(tree):
    """To rebuild the layout by hand, a user needs the same addresses, types and ranges."""
    document = (CLIENTS.parent / "docs" / "touchosc.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `(/touch/\w+)` \| ([^|]+) \|", document, re.MULTILINE)
    assert len(dict(rows)) == len(rows)
    written = {a: re.findall(r"`([fs])`(?: (-?\d) to (\d))?", text) for a, text in rows}
    assert written.pop("/touch/hit") == [
        ("f", "0", "1")
    ]  # any level is accepted; the button sends 1
    sends = {}
    for node in tree.iter("node"):
        for message in node.findall("messages/osc"):
            if message.findtext("send") == "1":
                address = "".join(evaluate(message.findall("path/partial"), {}))
                sends[address] = [
                    (
                        partial.findtext("conversion")[0].lower(),
                        *(
                            (partial.findtext("scaleMin"), partial.findtext("scaleMax"))
                            if partial.findtext("type") == "VALUE"
                            else ("", "")
                        ),
                    )
                    for partial in message.findall("arguments/partial")
                ]
    assert sends.pop("/touch/hit") == [("f", "", "")]
    assert sends == written


@needs_sclang
def test_sclang_accepts_every_message_of_the_layout(example, server, tree):
    tablet = Listener(port=0)
    example.run(blocks(server.port)[4])
    example.run(f"~tabletPort = {tablet.port};")
    example.run('~kept = ~hit; ~hit = { |v| "hit %".format(v).postln };')
    example.ask("~tabletPort")
    nodes = {n: node for n, node in named(tree).items()
             if node.findtext("messages/osc/send") == "1"}  # fmt: skip

    def tell(name, **values):
        tablet.socket.sendto(sent(nodes.pop(name), values), ("127.0.0.1", example.port))

    assert sent(nodes["pad"], {"x": 0, "y": 1}) == osc("/touch/pad", -1.0, 1.0)
    tell("pad", x=0, y=1)
    assert server.request() == Generate(1, "kick", -1, 1, 0, channels=2)
    tell("p3", x=0.75)
    assert server.request() == Generate(2, "kick", -1, 1, 0.5, channels=2)
    tell("wild", x=0.25)
    tell("random")
    drawn = server.request()
    assert drawn == Random(3, "kick", seed=drawn.seed, wild=0.5, channels=2)
    for i, category in enumerate(CATEGORIES):
        tell(f"category_{category}")
        assert server.request() == Generate(
            4 + i, category, -1, 1, 0.5, seed=drawn.seed, wild=0.5, channels=2
        )
    tell("typical")
    assert server.request() == Generate(15, "tom", -1, 1, 0.5, wild=0.5, channels=2)
    tell("variation")
    tell("hit")
    example.wait_for("hit 1.0")
    assert not nodes
    # Status texts are sent to the tablet, with the address and type that its label accepts.
    label = named(tree)["status"].find("messages/osc")
    assert (label.findtext("send"), label.findtext("receive")) == ("0", "1")
    address = "".join(evaluate(label.findall("path/partial"), {}))
    (argument,) = label.findall("arguments/partial")
    assert [argument.findtext(k) for k in ("type", "conversion", "value")] == [
        "VALUE", "STRING", "text"
    ]  # fmt: skip
    assert unpack(tablet.take()) == (address, ["make a sound first"])
    server.answer(osc("/ndm/error", 15, "disk", "the sound could not be written"))
    assert unpack(tablet.take()) == (address, ["the sound could not be written"])
    example.run("~hit = ~kept; ~tablet = nil;")
    tablet.close()
