"""The device without a server: a kit of 16 voices, in a Drum Rack or as files."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import needs_node
from tests.clients.max.engine.conftest import away, recipe

from neural_drum_machine.kits.export.mix import panned
from neural_drum_machine.kits.voices import VOICES

pytestmark = needs_node


@pytest.fixture
def made(device, toy):
    """Make a kit in a version of Live; returns the device. The files are only named."""
    voices = [
        atom
        for each in VOICES[16]
        for atom in (each.note, each.choke, f"/kits/a/{each.name}.wav", each.name)
    ]
    script = toy(
        'max.outlet("/ndm/categories", "kick");',
        'max.addHandler("/ndm/generate", () => {});',
        f"const kit = {['a', '/kits/a', *voices]};",
        'max.addHandler("/ndm/kit", (id) => max.outlet("/ndm/kit", id, ...kit));',
    )

    def make(**facts):
        loaded = device(beside=[script])
        loaded.until(lambda: loaded.text("status").startswith("engine"))
        loaded.live(**facts)
        loaded.set("Kit")
        loaded.until(lambda: loaded.text("info").startswith("kit "))
        return loaded

    return make


def test_a_kit_becomes_a_drum_rack_on_a_new_track(made):
    live = made(version=12.4)
    tracks = live.live()["tracks"]
    assert [each["name"] for each in tracks] == ["Drums", "a", "Bass"]
    (rack,) = tracks[1]["devices"]
    assert rack["name"] == "Drum Rack"
    for chain, plan in zip(rack["chains"], VOICES[16], strict=True):
        sample = f"/kits/a/{plan.name}.wav"
        assert chain == {
            "name": plan.name,
            "in_note": plan.note,
            "choke_group": plan.choke,
            "devices": [{"name": "Simpler", "sample": sample, "playback_mode": 1}],
        }
    assert live.text("info") == "kit a: a Drum Rack on a new track"
    assert live.text("error") == "ready"


@pytest.mark.parametrize("version", [12.2, 12.3])
def test_an_older_live_gets_the_files_and_its_set_stays(made, version):
    live = made(version=version)
    assert [each["name"] for each in live.live()["tracks"]] == ["Drums", "Bass"]
    assert live.text("info") == "kit a: 16 files"
    want = "Live 12.4 or newer makes a Drum Rack of it. The files are in /kits/a"
    assert live.text("error") == want


def test_a_device_within_a_rack_finds_its_track(made):
    live = made(place="live_set tracks 1 devices 0 chains 3 devices 0")
    assert [each["name"] for each in live.live()["tracks"]] == ["Drums", "Bass", "a"]


def made_by(device):
    """The answers with kits."""
    return [m for m in device.received if m[0] == "/ndm/kit"]


def test_its_files_are_the_sounds_of_their_recipes_with_their_mix(inside, machine):
    kits = []
    for _ in range(2):
        inside.node.tell(["/ndm/kit", 9, "seed", 5])
        inside.until(lambda: len(made_by(inside)) > len(kits))
        kits.append(made_by(inside)[-1][2:])
    (name, folder, *voices), (_, other, *again) = kits
    assert name == "tight 5"
    assert folder == str(inside.home / "Neural Drum Machine" / "Kits" / "tight 5")
    assert other == f"{folder} (2)"
    plans = {each.name: each for each in VOICES[16]}
    assert set(voices[3::4]) == set(plans)
    for note, choke, path, voice in zip(*(voices[i::4] for i in range(4)), strict=True):
        plan, asked = plans[voice], recipe(path)
        assert (note, choke, asked["category"]) == (plan.note, plan.choke, plan.category)
        samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
        want = np.atleast_2d(panned(machine.recall(path).samples, plan.pan)).T
        n = min(len(samples), len(want))
        assert samples.shape[1] == want.shape[1]
        gain = (samples[:n] * want[:n]).sum() / (want[:n] ** 2).sum()
        assert 0.01 < gain <= 1.01  # its level
        assert away(samples[:n].ravel(), gain * want[:n].ravel()) < -40, voice
    about = (Path(folder) / "About this kit.txt").read_text()
    assert about.startswith("tight 5\n")
    for path in voices[2::4]:
        for each in recipe(path)["recordings"]:
            assert f"  {each['name']}; {each['attribution']}; {each['licence']}\n" in about
    # The same seed gives the same kit.
    for one, two in zip(voices[2::4], again[2::4], strict=True):
        assert Path(one).read_bytes() == Path(two).read_bytes()


def test_a_kit_needs_the_engine_in_the_device(live):
    live.set("Kit")
    assert live.text("error") == "a kit needs the engine in the device: set Engine to Device"
