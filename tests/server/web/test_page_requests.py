"""Requests that only the page can make, and their answers."""

import numpy as np
import pytest
from tests.support.audio import pcm, wav_file
from tests.support.web import WebClient

from neural_drum_machine.pad_map import pad_map
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.mel import mel_spectrogram


def test_sounds_are_exact_and_recalled_exactly(sock, small_machine):
    facts, samples, _ = sock.ask("random", id=1, category="kick", seed=3, wild=1.5, take=2)
    want = small_machine.render("kick", seed=3, wild=1.5, take=2)
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(np.float32(facts["code"]), want.code)
    assert (facts["to"], facts["fidelity"], facts["original"]) == (None, None, 0)
    assert "path" not in facts
    values = {"category": "kick", "code": facts["code"], "take": 2}
    recalled, again, _ = sock.ask("recall", id=2, seed=3, **values)
    np.testing.assert_array_equal(again, samples)
    assert (recalled["code"], recalled["seed"]) == (facts["code"], 3)
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
    ends = {"category": "kick", "code": kick.code.tolist(), "to": "snare",
            "to_code": snare.code.tolist()}  # fmt: skip
    for t in (0, 0.3, 1):
        facts, samples, _ = sock.ask("morph", id=1, t=t, **ends)
        want = small_machine.morph(kick, snare, t)
        np.testing.assert_array_equal(samples, pcm(want.samples))
        values = {key: facts[key] for key in ("category", "code", "t")}
        if facts["to"]:
            values["to"] = facts["to"]
        _, again, _ = sock.ask("recall", id=2, **values)
        np.testing.assert_array_equal(again, samples)
    assert (facts["category"], facts["to"]) == ("snare", None)


def test_an_upload_comes_back_with_its_original_and_a_distance(sock, small_machine):
    sound = small_machine.render("snare", seed=5)
    late = np.concatenate([np.zeros(3000, np.float32), 0.5 * sound.samples])
    sock.upload(wav_file(late), id=1, category="snare", name="Snare.wav")
    facts, samples, original = sock.receive()
    hit = make_hit(late, 22050, small_machine.spec)
    want = small_machine.render_code("snare", small_machine.encode(hit, "snare"))
    np.testing.assert_array_equal(samples, pcm(want.samples))
    np.testing.assert_array_equal(original, pcm(hit.samples[: hit.length]))
    spec, padded = small_machine.spec, np.zeros(small_machine.spec.n_samples, np.float32)
    padded[: len(want.samples)] = want.samples
    mels = [mel_spectrogram(x, spec) for x in (hit.samples, padded)]
    assert facts["fidelity"] == pytest.approx(best_gain_spectral_convergence(*mels), abs=1e-3)
    assert 0 < facts["fidelity"] <= 1
    assert facts["original"] == hit.length


def test_an_upload_with_a_second_hit_says_so(sock, small_machine):
    sound = small_machine.render("snare", seed=5).samples[:2000]
    two = np.concatenate([sound, np.zeros(22050, np.float32), sound])
    sock.upload(wav_file(two), id=1, category="snare", name="Snare.wav")
    facts, _, _ = sock.receive()
    assert facts["notes"] == ["A second hit begins 1.09 s after the first."]
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
        "length_ms": [20, 1000],
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
