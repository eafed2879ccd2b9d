"""Sounds are encoded: files, and the present sound as another category."""

import threading

import numpy as np
import pytest
import soundfile
from tests.support.page import (
    draw,
    drop,
    error,
    hush,
    message,
    press_at,
    recalled,
    settled,
    sheet,
    text,
    until,
)
from tests.support.sounds import noise

from neural_drum_machine.errors import AudioError
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.pcm import to_pcm
from neural_drum_machine.signal.sound_file import sound_file_bytes

MEASURED = "ndm.app.measures.peek(ndm.app.project.recipe)"
RECORD_BUSY = """globalThis.said = [];
{
  const box = document.getElementById("busy");
  new MutationObserver(() => said.push(box.textContent)).observe(box, { childList: true });
}"""


@pytest.fixture(scope="module")
def tom(machine):
    sound = machine.render("tom", seed=12)
    short = sound.samples[: sound.sr // 4] * np.linspace(1, 0, sound.sr // 4, dtype=np.float32)
    return sound_file_bytes(0.5 * short, sound.sr)


@pytest.fixture(scope="module")
def tom_file(tom, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "my tom é.wav"
    path.write_bytes(tom)
    return path


def encode_as(page, category):
    page.locator("#encode-as").click()
    page.get_by_role("menuitem", name=category).click()


def test_a_file_stays_as_it_is_and_is_bent_blended_and_turned_into_another_drum(
    page, machine, tom_file
):
    page.evaluate(RECORD_BUSY)
    page.locator("#sound-file").set_input_files(tom_file)
    assert message(page).startswith("my tom é.wav is a ")
    assert page.evaluate("said") == ["Reading my tom é.wav …", ""]
    file = to_pcm(soundfile.read(tom_file, dtype="float32")[0])
    assert page.evaluate("probe.pcm()") == text(file)
    original = page.evaluate("ndm.app.state.original[0].length")
    assert original == len(file)
    sheet(page, "Feel")
    knob = page.locator("#blend")
    assert knob.locator("output").inner_text() == "mine"
    page.evaluate("probe.watch()")
    page.get_by_role("button", name="Hear the original").click()
    assert page.evaluate("probe.hits[0].samples") == original
    # A drag bends it, and keeps the original.
    code = page.evaluate("probe.recipe().code")
    press_at(page, "#xy-pad", 0.8, 0.2)
    settled(page)
    recipe = page.evaluate("probe.recipe()")
    assert recipe["code"] != code
    assert page.evaluate("probe.pcm()") != text(file)
    assert page.locator("#original").is_visible()
    anchor = machine.anchor(tom_file, recipe["category"])
    want = machine.render_code(recipe["category"], recipe["code"], anchors=((anchor, 1.0),))
    length = page.evaluate("ndm.app.state.sound.channels[0].length")
    assert abs(length - want.samples.shape[-1]) < 50
    # The knob mixes the model's version in, and undo takes it back.
    page.locator("#blend-input").fill("1")
    settled(page)
    assert page.evaluate("probe.recipe().blend") == 1
    assert knob.locator("output").inner_text() == "model"
    page.get_by_role("button", name="Undo").click()
    settled(page)
    # Turned into another drum, it is still the user's own.
    encode_as(page, "snap")
    until(page, "ndm.app.project.recipe.category === 'snap'")
    settled(page)
    assert page.evaluate("probe.recipe().exemplars") == recipe["exemplars"]
    # A reload, which may meet a server that has never heard of it, brings it back.
    samples = "[...ndm.app.state.sound.channels[0]]"
    before = page.evaluate(samples)
    stored = "JSON.parse(localStorage['ndm.project'] ?? '{}').project"
    until(page, f"{stored}?.pads[0].recipe.category === 'snap'")
    page.reload()
    page.wait_for_selector("body.is-ready")
    settled(page)
    after = page.evaluate(samples)  # from the compact form, which has 16 bits
    n = min(len(before), len(after))
    assert abs(len(before) - len(after)) < 100
    assert np.corrcoef(before[:n], after[:n])[0, 1] > 0.99
    # Another drum has neither an original nor a knob.
    page.get_by_role("button", name="New drum").click()
    settled(page)
    sheet(page, "Feel")
    assert page.locator("#original").is_hidden()
    assert knob.is_hidden()


def test_a_sound_is_encoded_as_another_drum_and_undone(page, machine):
    draw(page, "snare")
    before = page.evaluate("[probe.recipe(), probe.pcm()]")
    page.evaluate(RECORD_BUSY)
    button = page.locator("#encode-as")
    assert button.get_attribute("aria-expanded") == "false"
    sheet(page, "Feel")
    button.click()
    labels = page.get_by_role("menu").get_by_role("menuitem").all_inner_texts()
    others = [name for name in machine.categories if name != "snare"]
    assert [label.replace("-", "").replace(" ", "_") for label in labels] == others
    page.get_by_role("menuitem", name="clap").click()
    assert page.get_by_role("menu").count() == 0
    assert page.locator("#wave").get_attribute("aria-busy") == "true"
    assert message(page) == "Turned into a clap."
    settled(page)
    assert page.evaluate("said") == ["Encoding this sound as clap …", ""]
    assert page.locator("#wave").get_attribute("aria-busy") == "false"
    sound = recalled(machine, before[0])
    hit = make_hit(sound.samples, sound.sr, machine.spec)
    recipe = page.evaluate("probe.recipe()")
    np.testing.assert_array_equal(np.float32(recipe["code"]), machine.encode(hit, "clap"))
    # The original is shown beside it, with the distance.
    assert page.evaluate("probe.pcm(ndm.app.state.original)") == before[1]
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.evaluate("[probe.recipe(), probe.pcm()]") == before
    assert page.locator("#original").is_hidden()
    page.get_by_role("button", name="Redo").click()
    settled(page)
    assert page.evaluate("probe.recipe()") == recipe
    assert page.locator("#original").is_visible()


def test_a_wish_goes_over_to_the_other_drum_as_far_as_that_has_it(page):
    draw(page, "kick")
    page.evaluate("ndm.app.wishes.set('decay', 0.2)")
    settled(page)
    page.evaluate("ndm.app.wishes.set('body', 12)")
    settled(page)
    page.locator("#encode-as").click()
    page.get_by_role("menuitem", name="open hi-hat").click()
    assert message(page) == (
        "Turned into an open hi-hat. You asked for body: an open hi-hat has no such value, so that "
        "is dropped."
    )
    assert page.evaluate("probe.recipe().wish") == {"decay": 0.2}
    until(page, MEASURED)
    assert abs(np.log2(page.evaluate(MEASURED)["decay"] / 0.2)) < 1 / 6


def test_the_menu_has_keys_and_closes_by_a_click_beside_it(page):
    before = page.evaluate("probe.recipe()")
    focused = "document.activeElement.textContent"
    button = page.locator("#encode-as")
    button.focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "tom"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "clap"
    page.keyboard.press("s")
    page.keyboard.press("s")
    assert page.evaluate(focused) == "shaker"
    page.keyboard.press("n")  # no shortcut of the page
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "encode-as"
    assert page.get_by_role("menu").count() == 0
    button.click()
    page.get_by_role("menu").wait_for()
    page.locator("#kit-name").click()
    assert page.get_by_role("menu").count() == 0
    button.click()
    button.click()
    assert page.get_by_role("menu").count() == 0
    assert page.evaluate("probe.recipe()") == before
    button.focus()
    for key in ("Enter", "End", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "encode-as"
    until(page, "ndm.app.project.recipe.category === 'tom'")


def test_a_sound_that_cannot_be_encoded_is_an_error_message_and_stays(page, monkeypatch):
    before = page.evaluate("probe.project()")

    def refuse(*_):
        raise AudioError("sound 3 is silent; give it a level")

    monkeypatch.setattr(DrumMachine, "encode", refuse)
    encode_as(page, "snap")
    assert "sound 3 is silent" in error(page)
    settled(page)
    assert page.evaluate("probe.project()") == before
    assert page.locator("#busy").inner_text() == ""
    assert page.locator("#wave").get_attribute("aria-busy") == "false"


def test_a_file_is_ignored_if_another_sound_is_asked_for_meanwhile(page, tom, monkeypatch):
    is_asked = threading.Event()
    anchor = DrumMachine.anchor

    def wait(*values, **more):
        assert is_asked.wait(60)
        return anchor(*values, **more)

    monkeypatch.setattr(DrumMachine, "anchor", wait)
    drop(page, hat=tom)
    page.get_by_text("Reading hat.wav …").wait_for()
    page.keyboard.press("n")
    is_asked.set()
    assert message(page).startswith("hat.wav is ignored")
    settled(page)
    assert page.locator("#original").is_hidden()
    assert page.evaluate("probe.recipe().seed") >= 0


@pytest.mark.parametrize("selector", ["header", "#pad-3 .name"])
def test_a_file_can_be_dropped_anywhere_and_on_a_drum_pad(page, tom, selector):
    page.evaluate("probe.watch()")
    assert drop(page, selector, tom=tom)  # the page shows where it can be dropped
    said = message(page)
    settled(page)
    assert page.locator("#drop").is_hidden()
    recipe, pads = page.evaluate("[probe.recipe(), ndm.app.project.pads]")
    kept = [n for n, pad in enumerate(pads) if pad]
    n = 0 if selector == "header" else 2
    assert kept == [0, n][: 1 + (n > 0)]
    assert f" on pad {n + 1}" in said
    assert pads[n]["recipe"] == recipe
    assert page.evaluate("probe.hits.length") == 1


def test_the_message_says_what_of_a_long_file_is_kept_and_several_go_to_several_pads(
    page, tom, machine
):
    loop = sound_file_bytes(np.tile(noise(1, sr=44100, decay=12), 12), 44100)
    drop(page, a=loop)
    said = message(page)
    assert "a.wav is a" in said
    assert "Only its first 10 s are kept. A second hit begins 1.00 s after the first." in said
    drop(page, "#pad-4 .name", a=tom, b=tom)
    assert message(page).startswith("2 of 2 files are on pads now.")
    assert page.evaluate("ndm.app.project.pads.map(Boolean).slice(0, 6)") == [
        True, False, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"MZ\x90 this is no sound", "not readable as audio"),
        (sound_file_bytes(np.zeros(9000)), "silent"),
        (b"", "audio must be 1 to"),
        (bytes(16 * 2**20 + 1), "too large: the limit is 16 MiB"),
    ],
)
def test_a_bad_file_is_an_error_message_and_the_sound_stays(shared_page, tmp_path, data, sentence):
    page = shared_page
    hush(page)
    before = page.evaluate("probe.project()")
    path = tmp_path / "bad.wav"
    path.write_bytes(data)
    page.locator("#sound-file").set_input_files(path)
    assert sentence in error(page)
    assert page.evaluate("probe.project()") == before
    assert page.evaluate("ndm.app.state.original") is None


def test_an_error_is_shown_until_something_works(page):
    page.locator("#project-file").set_input_files(
        {"name": "bad.json", "mimeType": "application/json", "buffer": b"{"}
    )
    page.wait_for_selector("#notice.on.bad")
    draw(page, "snare")
    assert page.evaluate("ndm.app.state.notice") is None
    page.wait_for_selector("#notice:not(.on)", state="hidden")
