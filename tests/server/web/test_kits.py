"""Kits over the WebSocket."""

import json

import numpy as np
import pytest

from neural_drum_machine.kits.change import lock_voices
from neural_drum_machine.kits.kit_file import content_of, kit_from


def test_a_kit_is_the_machines_and_its_voices_are_recalled(sock, small_machine, kit):
    answer = sock.ask("kit", id=1, style="dark", voices=8, seed=7)
    assert kit_from(answer["kit"], "it") == kit
    voice = answer["kit"]["voices"][0]
    names = ("category", "code", "take", "exemplars", "wish")
    recipe = {name: voice["recipe"][name] for name in names if name in voice["recipe"]}
    recipe.update(recipe.pop("wish", {}))
    # The protocol has exemplars as one list: number, share, number, share …
    recipe["exemplars"] = [each for pair in recipe.get("exemplars", ()) for each in pair]
    sock.send(json.dumps({"type": "recall", "id": 2, **recipe}))
    _, samples, _ = sock.receive()
    want = kit[voice["name"]].sound(small_machine).samples
    np.testing.assert_allclose(samples / 32767, want, atol=1e-4)


def test_a_kit_is_varied_and_a_voice_is_drawn_again(sock, kit):
    locked = content_of(lock_voices(kit, ["kick"]))
    varied = kit_from(sock.ask("kit_vary", id=1, kit=locked, amount=1, seed=3)["kit"], "it")
    assert varied["kick"].recipe == kit["kick"].recipe
    assert varied["snare"].recipe != kit["snare"].recipe
    swapped = sock.ask("kit_swap", id=2, kit=content_of(kit), voice="SNARE", seed=3)["kit"]
    assert kit_from(swapped, "it")["snare"].recipe["seed"] == 3


def test_drums_may_be_like_an_earlier_sound(sock):
    sock.send('{"type":"random","id":1,"category":"snare","seed":1}')
    sock.receive()
    styles = [sock.ask("kit", id=n, like=1, voices=8, seed=n)["kit"]["style"] for n in (2, 3)]
    assert styles[0] == styles[1]
    assert styles[0].keys() <= {"brightness", "decay", "noisiness"}


@pytest.mark.parametrize(
    ("type_", "values", "code", "words"),
    [
        ("kit", {"style": "/etc/passwd"}, "out-of-range", "there is no style"),
        ("kit", {"voices": 9}, "out-of-range", "8 or 16"),
        ("kit", {"voices": 40}, "out-of-range", "voices"),
        ("kit", {"like": 99}, "unknown-sound", "99"),
        ("kit_vary", {"kit": []}, "bad-message", "must be an object"),
        ("kit_vary", {"kit": {}}, "bad-message", "is no kit"),
        ("kit_vary", {"amount": 3}, "out-of-range", "amount"),
        ("kit_swap", {"voice": "cowbell"}, "out-of-range", "no voice 'cowbell'"),
        ("kit_swap", {}, "bad-message", "voice"),
    ],
)
def test_bad_requests_are_refused_by_name(sock, kit, type_, values, code, words):
    sent = {"kit": content_of(kit), **values} if type_ != "kit" else values
    answer = sock.ask(type_, id=1, **sent)
    assert (answer["type"], answer["code"]) == ("error", code), answer
    assert words in answer["sentence"]


def test_a_kit_of_another_model_or_with_a_damaged_recipe_is_refused(sock, kit):
    other = {**content_of(kit), "model": "0" * 64}
    answer = sock.ask("kit_vary", id=1, kit=other)
    assert (answer["code"], "made with model 000000000000" in answer["sentence"]) == (
        "out-of-range",
        True,
    )
    content = content_of(kit)
    content["voices"][0]["recipe"] = {**content["voices"][0]["recipe"], "code": [1.0]}
    assert sock.ask("kit_vary", id=2, kit=content)["code"] == "bad-message"
