"""Requests that only the page can make, and their answers."""

from base64 import b64decode

import numpy as np
import pytest
from tests.support.audio import pcm, wav_file
from tests.support.sounds import noise
from tests.support.web import WebClient

from neural_drum_machine.anchors.recall import anchor_of
from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.signal.audio_file import Clip


def flat(sound):
    """A sound's exemplars as messages have them."""
    return [value for each in sound.exemplars for value in each]


def test_sounds_are_exact_and_recalled_exactly(sock, small_machine):
    facts, samples, _ = sock.ask("random", id=1, category="kick", seed=3, wild=1.5, take=2)
    want = small_machine.render("kick", seed=3, wild=1.5, take=2)
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(np.float32(facts["code"]), want.code)
    assert (facts["to"], facts["fidelity"], facts["original"]) == (None, None, 0)
    assert "path" not in facts
    values = {name: facts[name] for name in ("category", "code", "take", "exemplars")}
    recalled, again, _ = sock.ask("recall", id=2, seed=3, **values)
    np.testing.assert_array_equal(again, samples)
    assert (recalled["code"], recalled["seed"]) == (facts["code"], 3)
    assert recalled["exemplars"] == facts["exemplars"] == [want.exemplars[0][0], 1]
    assert recalled["recordings"] == facts["recordings"] == list(want.recordings)
    # A sound that was moved is recalled by its own latent vector.
    moved, samples, _ = sock.ask("move", id=3, p1=0.5, p2=-1, p3=0.25, range=2, **values)
    assert [moved["p1"], moved["p2"], moved["p3"]] == pytest.approx([1, -2, 0.5], abs=1e-5)
    _, again, _ = sock.ask("recall", id=4, **values | {"code": moved["code"]})
    np.testing.assert_array_equal(again, samples)


def test_a_move_may_name_an_absolute_place(sock, small_machine):
    code = small_machine.render("kick", seed=3).code.tolist()
    values = {"category": "kick", "code": code}
    shared, samples, _ = sock.ask("move", id=1, p1=0.75, p2=-1, p3=0.25, range=4, **values)
    absolute, again, _ = sock.ask("move", id=2, p1=3, p2=-4, p3=1, **values)
    assert absolute["code"] == shared["code"]
    np.testing.assert_array_equal(again, samples)
    error = sock.ask("move", id=3, p1=3, p2=0, p3=0, range=4, **values)
    assert (error["id"], error["code"]) == (3, "out-of-range")
    assert error["sentence"] == "p1 times range must lie between -8 and 8, got 3 times 4"


def test_a_move_to_where_a_sound_is_changes_nothing(sock, small_machine):
    code = small_machine.render("snare", seed=8).code.tolist()
    index = small_machine.index("snare")
    p = small_machine.controls.position(index, np.float32(code))
    place = dict(zip(("p1", "p2", "p3"), (p / 4).tolist(), strict=True))
    facts, _, _ = sock.ask("move", id=1, category="snare", code=code, range=4, **place)
    np.testing.assert_allclose(facts["code"], code, atol=1e-5)


def test_a_morph_is_the_machines_and_its_answer_recalls_it(sock, small_machine):
    kick, snare = (small_machine.render(c, seed=1) for c in ("kick", "snare"))
    ends = {"category": "kick", "code": kick.code.tolist(), "exemplars": flat(kick),
            "to": "snare", "to_code": snare.code.tolist(), "to_exemplars": flat(snare)}  # fmt: skip
    for t in (0, 0.3, 1):
        facts, samples, _ = sock.ask("morph", id=1, t=t, **ends)
        want = small_machine.morph(kick, snare, t)
        np.testing.assert_array_equal(samples, pcm(want.samples))
        assert facts["exemplars"] == flat(want)
        values = {key: facts[key] for key in ("category", "code", "t", "exemplars")}
        if facts["to"]:
            values["to"] = facts["to"]
        _, again, _ = sock.ask("recall", id=2, **values)
        np.testing.assert_array_equal(again, samples)
    assert (facts["category"], facts["to"]) == ("snare", None)


def test_a_moved_sound_and_its_variation_keep_their_recording(sock, small_machine):
    kick = small_machine.render("kick", seed=3)
    values = {"category": "kick", "code": kick.code.tolist(), "p1": 0.5, "p2": 0, "p3": 0}
    facts, samples, _ = sock.ask("move", id=1, exemplars=flat(kick), **values)
    want = small_machine.render_code("kick", facts["code"], exemplars=kick.exemplars)
    np.testing.assert_array_equal(samples, pcm(want.samples))
    _, bare, _ = sock.ask("move", id=2, **values)
    assert not np.array_equal(bare, samples)
    near, samples, _ = sock.ask("variation", id=3, of=1, amount=0.3, seed=1)
    assert near["exemplars"] == facts["exemplars"] == flat(kick)
    want = small_machine.render_code("kick", near["code"], exemplars=kick.exemplars)
    np.testing.assert_array_equal(samples, pcm(want.samples))


def test_a_sound_without_exemplars_names_none(sock):
    facts, _, _ = sock.ask("generate", id=1, category="tom", p1=0, p2=0, p3=0)
    assert not {"exemplars", "recordings"} & set(facts)


@pytest.mark.parametrize(
    ("exemplars", "sentence"),
    [
        ("0", "exemplars must be a list of numbers, got '0'"),
        (["0", 1], "exemplars must be numbers, got '0'"),
        ([0, True], "exemplars must be numbers, got True"),
        ([0, 0.2] * 5, "exemplars must be 0 to 8 numbers, got 10"),
        ([1e9, 1], "exemplars must lie between -8454143 and 8454143, got 1000000000"),
        ([0], "exemplars are pairs of a number and a share, got (0.0,)"),
        ([0.5, 1], "exemplars are pairs of a number and a share, got (0.5, 1.0)"),
        ([0, 1.5], "the share of an exemplar lies between 0 and 1, got 1.5"),
        ([0, 0.5], "the shares of exemplars must sum to 1"),
        ([-1, 1], "no exemplar -1; there are 0 to 5"),
        ([6, 1], "no exemplar 6; there are 0 to 5"),
    ],
)
def test_bad_exemplars_are_refused_by_name(sock, exemplars, sentence):
    code = [0.0] * 8
    place = {"p1": 0, "p2": 0, "p3": 0}
    ends = {"to": "snare", "to_code": code, "t": 0.5}
    for type_, values in (("recall", {}), ("move", place), ("morph", ends)):
        values = {"category": "kick", "code": code, "exemplars": exemplars, **values}
        reply = sock.ask(type_, id=6, **values)
        assert (reply["type"], reply["id"]) == ("error", 6)
        assert reply["code"] in ("out-of-range", "bad-message")
        assert sentence in reply["sentence"]
    values["to_exemplars"] = values.pop("exemplars")
    assert sentence.removeprefix("exemplars") in sock.ask("morph", id=7, **values)["sentence"]


def test_an_upload_stays_as_it_is_and_can_be_moved_recalled_and_morphed(sock, small_machine):
    snare = 0.5 * small_machine.render("snare", seed=5).samples
    sock.upload(wav_file(snare, 44100), id=1, category="snare", name="Snare.wav")
    facts, samples, original = sock.receive()
    np.testing.assert_array_equal(samples, pcm(snare))
    np.testing.assert_array_equal(original, samples)
    assert facts["fidelity"] == pytest.approx(0, abs=0.01)
    assert "left_out" not in facts
    number, share = facts["exemplars"]
    assert number >= 65_536
    assert (share, facts.get("recordings")) == (1, None)
    values = {name: facts[name] for name in ("category", "code", "exemplars")}
    _, again, _ = sock.ask("recall", id=2, **values)
    np.testing.assert_array_equal(again, samples)
    anchor = anchor_of(b64decode(facts["own"]), small_machine.spec)
    moved, bent, _ = sock.ask("move", id=3, p1=2, p2=0, p3=0, **values)
    code = np.float32(moved["code"])
    want = small_machine.render_code("snare", code, anchors=((anchor, 1.0),))
    np.testing.assert_allclose(bent, pcm(want.samples).astype(int), atol=1)
    assert moved["exemplars"] == facts["exemplars"]
    assert "own" not in moved
    half, mixed, _ = sock.ask("move", id=4, p1=2, p2=0, p3=0, blend=0.5, **values)
    assert half["blend"] == 0.5
    assert not np.array_equal(mixed[:1000], bent[:1000])
    # Beside a drawn sound, whose recording is taken as an own sound, too.
    drawn, _, _ = sock.ask("random", id=5, category="kick", seed=3)
    ends = {"to": "kick", "to_code": drawn["code"], "to_exemplars": drawn["exemplars"]}
    facts, _, _ = sock.ask("morph", id=6, t=0.25, **values, **ends)
    assert dict(zip(facts["exemplars"][::2], facts["exemplars"][1::2], strict=True)) == {
        number: 0.75,
        drawn["exemplars"][0]: 0.25,
    }
    assert facts["to"] == "kick"


def test_an_own_sound_is_known_again_from_its_compact_form(sock, small_machine):
    snare = small_machine.render("snare", seed=6).samples
    anchor = small_machine.anchor(Clip(snare[None], 44100), "snare")
    form = anchor.packed()
    sock.send_binary({"type": "own", "id": 1}, form)
    number = sock.receive()["number"]
    code = anchor.code.tolist()
    values = {"category": "snare", "code": code, "exemplars": [number, 1]}
    _, samples, _ = sock.ask("recall", id=2, **values)
    np.testing.assert_allclose(samples, pcm(snare).astype(int), atol=1)
    other = number ^ 1
    reply = sock.ask("recall", id=3, **values | {"exemplars": [other, 1]})
    assert (reply["type"], reply["code"]) == ("error", "unknown-sound")
    assert f"no own sound {other} is known here" in reply["sentence"]
    for data, sentence in (
        (form[:-2000], "an anchor is damaged"),
        (b"RIFF", "does not begin with NDMA"),
        (form + bytes(40_000), "form must be 1 to 40000 bytes long"),
    ):
        sock.send_binary({"type": "own", "id": 4}, data)
        reply = sock.receive()
        assert (reply["type"], reply["id"]) == ("error", 4)
        assert sentence in reply["sentence"]


def test_an_upload_with_a_second_hit_says_so(sock, small_machine):
    sound = noise(0.1, decay=60)
    two = np.concatenate([sound, np.zeros(22050, np.float32), sound])
    sock.upload(wav_file(two), id=1, category="snare", name="Snare.wav")
    facts, _, _ = sock.receive()
    assert facts["notes"] == ["A second hit begins 1.10 s after the first."]
    sock.upload(wav_file(two[:5000]), id=2, category="snare", name="Snare.wav")
    facts, _, _ = sock.receive()
    assert "notes" not in facts


def test_an_encoding_has_a_distance_but_no_original(sock):
    sock.ask("random", id=1, category="kick", seed=3)
    facts, _, original = sock.ask("encode", id=2, of=1, category="snare")
    assert 0 < facts["fidelity"] <= 1
    assert (facts["original"], len(original)) == (0, 0)


def test_codes_of_another_model_are_refused(sock):
    for code, sentence in (([0.0] * 7, "this model's codes are 8 numbers, got 7"),
                           ([1e9] * 8, "code must lie between -1000 and 1000")):  # fmt: skip
        reply = sock.ask("recall", id=6, category="kick", code=code)
        assert (reply["id"], reply["code"]) == (6, "out-of-range")
        assert sentence in reply["sentence"]


def test_files_that_are_no_sound_are_refused_by_their_names(sock):
    for data, sentence in ((b"MZ\x90", "not readable"), (wav_file(np.zeros(5000)), "silent")):
        sock.upload(data, id=4, name="Kick\n01.wav")
        reply = sock.receive()
        assert (reply["id"], reply["code"]) == (4, "bad-audio")
        assert reply["sentence"].startswith(f"Kick�01.wav: {sentence}")


def test_hello_has_the_model_and_the_limits(sock, small_machine):
    hello = sock.ask("hello")
    assert hello["hash"] == small_machine.hash
    assert hello["categories"] == list(small_machine.categories)
    assert set(hello["axes"]) == set(small_machine.categories)
    assert hello["ranges"] == [0.5, 1, 2, 4]
    assert hello["limits"] == {
        "takes": 64,
        "recent_sounds": 64,
        "waiting": 8,
        "audio_bytes": 16 * 2**20,
        "amount": 2,
        "wild": 2,
        "control": 8,
        "length_ms": [20, 2000],
    }


def test_a_map_is_measured_if_the_model_has_none(web, machine, monkeypatch):
    shipped = machine.pad_maps
    assert shipped is not None
    want = pad_map(machine, "snare")
    np.testing.assert_allclose(shipped[machine.index("snare")], want, rtol=1e-3)
    with WebClient(web) as sock:
        theirs = sock.ask("pad_map", id=4, category="snare")
        monkeypatch.setattr(machine, "pad_maps", None)
        ours = sock.ask("pad_map", id=5, category="snare")
        assert sock.ask("pad_map", id=6, category="gong")["code"] == "unknown-category"
    for reply, expected in ((theirs, shipped[machine.index("snare")]), (ours, want)):
        assert (reply["type"], reply["category"]) == ("pad_map", "snare")
        np.testing.assert_allclose([reply["brightness"], reply["decay"]], expected, rtol=1e-6)
