"""The folder of a page without a server."""

import dataclasses
import gzip
import json
import re

import numpy as np
import pytest

from neural_drum_machine.errors import OutputError, ServerError
from neural_drum_machine.kits.kit import Kit, KitVoice
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.model_file.layout import DTYPES
from neural_drum_machine.server.protocol import HelloReply
from neural_drum_machine.server.site import facts, site
from neural_drum_machine.server.site.packed_model import packed_encoder, packed_model
from neural_drum_machine.server.web.assets import read_assets
from neural_drum_machine.server.web.guard import POLICY

VOICE = KitVoice("Kick", 36, {"category": "kick", "code": [0.0] * 8, "take": 0})
WASM = b"\0asm\1\0\0\0"


@pytest.fixture
def engine(tmp_path):
    path = tmp_path / "engine.wasm"
    path.write_bytes(WASM)
    return path


@pytest.fixture
def told(monkeypatch):
    """Facts that take no time."""
    monkeypatch.setattr(site, "facts_of", lambda *_: ({"hello": {}}, {"ready-0.pcm": b"\0\0"}))
    monkeypatch.setattr(site, "new_kit", lambda machine, *_, **__: Kit("a", machine.hash, (VOICE,)))


@pytest.fixture
def written(tmp_path, small_machine, small_bundle, engine, told):
    return site.write_site(tmp_path / "out", small_machine, small_bundle, engine)


def test_all_addresses_are_relative(written):
    """It works below any path."""
    for path in written.folder.rglob("*"):
        if path.suffix in (".html", ".css", ".js", ".webmanifest", ".svg"):
            text = path.read_text().replace("http://www.w3.org/", "").replace("'/'", "")
            found = re.findall(r"""(?:href|src|url|import|from)\s*[=(: ]\s*["'(]/[^/"']""", text)
            assert found == [], path
    html = (written.folder / "index.html").read_text()
    assert '<link rel="manifest" href="./manifest.webmanifest">' in html
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_the_service_worker_keeps_every_file(written):
    script = (written.folder / "sw.js").read_text()
    kept = json.loads(re.search(r"const FILES = (\[.*\]);", script)[1])
    later = json.loads(re.search(r"const LATER = (\[.*\]);", script)[1])
    files = {f"./{path}" for path in written.sizes} - {"./sw.js", "./index.html"} | {"./"}
    assert later == ["./data/encoder.bin"]
    assert set(kept) | set(later) == files
    assert not set(kept) & set(later)
    assert "@VERSION@" not in script


def test_another_content_is_another_version(written, tmp_path, small_machine, small_bundle, engine):
    again = site.write_site(tmp_path / "again", small_machine, small_bundle, engine)
    scripts = [(each.folder / "sw.js").read_text() for each in (written, again)]
    assert scripts[0] == scripts[1]
    engine.write_bytes(WASM + b"\0")
    other = site.write_site(tmp_path / "other", small_machine, small_bundle, engine)
    assert (other.folder / "sw.js").read_text() != scripts[0]


def test_the_policy_is_the_servers_with_webassembly_and_workers():
    ours, servers = (set(each.split("; ")) for each in (site.policy(), POLICY))
    assert ours - servers == {
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "trusted-types ndm",
    }
    assert servers - ours == {"script-src 'self'", "frame-ancestors 'none'"}


def test_what_is_there_is_replaced_only_if_it_is_such_a_page(
    written, tmp_path, small_machine, small_bundle, engine
):
    def again(out, **options):
        return site.write_site(out, small_machine, small_bundle, engine, **options)

    with pytest.raises(OutputError, match="exists; use --force"):
        again(written.folder)
    assert again(written.folder, force=True).sizes == written.sizes
    mine = written.folder / "js" / "mine.js"
    mine.write_text("mine")
    with pytest.raises(OutputError, match=r"'js/mine\.js', which ndm site did not write"):
        again(written.folder, force=True)
    assert mine.read_text() == "mine"
    mine.unlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds something else"):
        again(other, force=True)
    with pytest.raises(OutputError, match="is a file"):
        again(other / "mine.txt", force=True)
    assert [path.name for path in other.iterdir()] == ["mine.txt"]


def test_without_an_engine_nothing_is_written(tmp_path, small_machine, small_bundle, engine, told):
    with pytest.raises(OutputError, match="scripts/build_wasm builds it"):
        site.write_site(tmp_path / "out", small_machine, small_bundle, tmp_path / "none.wasm")
    engine.write_bytes(b"<html>")
    with pytest.raises(OutputError, match="is no WebAssembly"):
        site.write_site(tmp_path / "out", small_machine, small_bundle, engine)
    assert [path.name for path in tmp_path.iterdir()] == ["engine.wasm"]


def test_a_model_without_maps_is_refused(small_machine):
    machine = small_machine.with_inverter(small_machine.inverter)
    machine.pad_maps = None
    with pytest.raises(ServerError, match="no maps of its controls"):
        facts.facts_of(machine, Kit("a", machine.hash, (VOICE,)))


def test_a_packed_model_is_a_model_file_without_mcnn_whose_encoder_is_zeros(small_bundle, tmp_path):
    bundle = Bundle.open(small_bundle)
    packed, length = packed_model(bundle)
    data = bytearray(gzip.decompress(packed))
    assert len(data) == length
    start = 56 + int.from_bytes(data[16:24], "little")
    for part in json.loads(data[56:start])["parts"].values():
        place = slice(start + part["offset"], start + part["offset"] + part["bytes"])
        width = DTYPES[part["dtype"]].itemsize
        data[place] = np.frombuffer(bytes(data[place]), np.uint8).reshape(width, -1).T.tobytes()
    path = tmp_path / "site.ndm"
    path.write_bytes(data)
    again = Bundle.open(path)
    assert again.mcnn is None
    for name in again.header["parts"]:
        want = bundle.raw(name)
        is_encoder = name.startswith("encoder.")
        np.testing.assert_array_equal(again.raw(name), np.zeros_like(want) if is_encoder else want)


def test_hello_offers_what_the_engine_in_the_browser_can(small_machine):
    drum = small_machine.render("kick", seed=1)
    kit = Kit("a", small_machine.hash, (KitVoice("Kick", 36, drum.recipe()),))
    told, sounds = facts.facts_of(small_machine, kit)
    hello = told["hello"]
    assert set(hello) - {"type"} == set(HelloReply.__slots__)
    assert (hello["inverters"], hello["engines"]) == (["refined"], ["native"])
    assert set(hello["wishes"]) == set(small_machine.categories)
    assert hello["wishes"]["kick"]["decay"] == list(
        dataclasses.astuple(small_machine.ranges("kick")["decay"])
    )
    values = small_machine.exemplar_values()
    assert [len(row) for row in told["exemplar_values"]] == [len(hello["qualities"])] * len(values)
    *middles, voice = told["ready"]
    for ready in middles:
        middle = small_machine.render(ready["header"]["category"], (0, 0, 0))
        header = ready["header"]
        assert len(sounds[ready["file"]]) == 2 * header["samples"] == 2 * len(middle.samples)
    assert (voice["type"], voice["header"]["samples"]) == ("recall", len(drum.samples))
    np.testing.assert_array_equal(np.float32(voice["header"]["code"]), drum.code)
    assert "js/engine/worker.js" in read_assets(alone=True)
    assert "js/engine/worker.js" not in read_assets()


def test_a_packed_encoder_makes_the_packed_model_whole(small_bundle, tmp_path):
    bundle = Bundle.open(small_bundle)
    file, encoder = (
        bytearray(gzip.decompress(each))
        for each in (packed_model(bundle)[0], packed_encoder(bundle))
    )
    start = at = 56 + int.from_bytes(encoder[16:24], "little")
    file[:start] = encoder[:start]
    for name, part in json.loads(file[56:start])["parts"].items():
        place = slice(start + part["offset"], start + part["offset"] + part["bytes"])
        if name.startswith("encoder."):
            file[place] = encoder[at : at + part["bytes"]]
            at += part["bytes"]
        width = DTYPES[part["dtype"]].itemsize
        file[place] = np.frombuffer(bytes(file[place]), np.uint8).reshape(width, -1).T.tobytes()
    assert at == len(encoder)
    path = tmp_path / "whole.ndm"
    path.write_bytes(file)
    again = Bundle.open(path)
    for name in again.header["parts"]:
        np.testing.assert_array_equal(again.raw(name), bundle.raw(name))
