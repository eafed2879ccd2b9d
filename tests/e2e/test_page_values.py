"""Values are asked of the sound on the page, and the sound has them."""

import json

import numpy as np
import pytest
from tests.support.page import (
    act,
    center,
    choose,
    drag,
    error,
    export,
    hush,
    open_project,
    pcm,
    recalled,
    settled,
    sheet,
    until,
)

from neural_drum_machine.signal.sound_file import read_comment

MEASURED = "ndm.app.measures.peek(ndm.app.project.recipe)"


def measured(page):
    """The values of the present sound, once the page has measured them."""
    until(page, MEASURED)
    return page.evaluate(MEASURED)


def knob(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def lock(page, name):
    return page.get_by_role("button", name=f"Lock {name}")


def type_value(page, name, text):
    knob(page, name).focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=name).fill(text)
    page.keyboard.press("Enter")
    settled(page)


def random(page):
    page.get_by_role("button", name="New drum").click()
    settled(page)


def octaves(one, other):
    return abs(np.log2(one / other))


def test_a_knob_that_is_turned_gives_the_sound_its_value_and_undo_takes_it_back(page, machine):
    before = measured(page)
    recipe, steps = page.evaluate("[probe.recipe(), probe.steps()]")
    assert recipe["wish"] == {}
    page.evaluate("probe.watch()")
    start = x, y = center(page, "#value-decay ~ output", y=-1)  # on the dial
    drag(page, start, *((x, y - 5 * i) for i in range(1, 11)))
    settled(page)
    after = page.evaluate("probe.recipe()")
    asked = after["wish"]["decay"]
    assert octaves(asked, before["decay"]) > 0.5
    assert octaves(measured(page)["decay"], asked) < 1 / 6
    # Nothing else of the recipe has changed, and the samples are the machine's own.
    assert after == recipe | {"wish": {"decay": asked}}
    assert page.evaluate("probe.pcm()") == pcm(recalled(machine, after))
    assert page.evaluate("probe.hits.length") >= 1
    assert page.evaluate("probe.steps()") == steps + 1
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.evaluate("probe.recipe()") == recipe


def test_a_value_is_shown_and_spoken_with_its_unit(page):
    has = measured(page)
    until(page, "document.getElementById('value-decay').getAttribute('aria-valuetext') !== '…'")
    assert knob(page, "Decay").get_attribute("aria-valuetext").endswith("seconds, measured")
    assert len(page.locator(".knob.value:visible").all()) == 6
    page.get_by_role("button", name="More").click()
    assert knob(page, "Loudness").get_attribute("aria-valuetext").startswith("minus ")
    type_value(page, "Decay", "400 ms")
    assert knob(page, "Decay").get_attribute("aria-valuetext") == "0.4 seconds"
    assert page.locator("#value-decay ~ output").inner_text() == "0.40 s"
    # What was not asked for stays as it was.
    assert octaves(measured(page)["brightness"], has["brightness"]) < 0.15


def test_a_note_is_typed_and_what_is_none_is_refused(page):
    page.evaluate("ndm.app.request('random', { category: 'kick', seed: 3 }, { play: false })")
    type_value(page, "Pitch", "A1")
    assert page.evaluate("probe.recipe().wish") == {"pitch": pytest.approx(55)}
    assert octaves(measured(page)["pitch"], 55) < 1 / 24
    assert page.locator("#value-pitch ~ output").inner_text() == "55 Hz A1"
    knob(page, "Pitch").press("ArrowUp")
    settled(page)
    assert page.locator("#value-pitch ~ output").inner_text() == "58.3 Hz A#1"
    before = page.evaluate("probe.project()")
    type_value(page, "Pitch", "H1")
    assert error(page) == (
        "“H1” is not a value of pitch. Type a note such as G1, or a number such as 55 Hz."
    )
    field = page.get_by_role("textbox", name="Pitch")
    # Letters and Ctrl+Z belong to the field while it is there.
    field.press("n")
    field.press("Control+z")
    field.press("Escape")
    assert page.evaluate("probe.project()") == before
    assert knob(page, "Pitch").evaluate("(each) => each === document.activeElement")


@pytest.mark.parametrize("way", ["Delete", "double click", "an empty field"])
def test_a_wish_is_taken_back(page, way):
    before = page.evaluate("probe.recipe()")
    type_value(page, "Decay", "0.5")
    if way == "Delete":
        knob(page, "Decay").press("Delete")
    elif way == "double click":
        page.mouse.dblclick(*center(page, "#value-decay ~ output", y=-1))
    else:
        type_value(page, "Decay", "")
    settled(page)
    assert page.evaluate("probe.recipe()") == before


def test_a_lock_keeps_a_value_through_random_variation_and_another_drum(page):
    type_value(page, "Decay", "0.25 s")
    type_value(page, "Pitch", "60 Hz")
    lock(page, "decay").click()
    assert lock(page, "decay").get_attribute("aria-pressed") == "true"
    seeds, misses = set(), 0
    for draw_anew in (
        lambda: random(page),
        lambda: random(page),
        lambda: page.get_by_role("button", name="Variation", exact=True).click(),
        lambda: choose(page, "snare"),
        lambda: random(page),
    ):
        draw_anew()
        settled(page)
        recipe = page.evaluate("probe.recipe()")
        seeds.add((recipe["category"], recipe["seed"]))
        assert recipe["wish"] == {"decay": 0.25}  # the pitch was not locked
        misses += octaves(measured(page)["decay"], 0.25) >= 1 / 6
    assert len(seeds) == 5
    # The draws are the page's own, and one in sixty cannot decay for so long.
    assert misses <= 1
    lock(page, "decay").click()
    random(page)
    assert page.evaluate("probe.recipe().wish") == {}


def test_a_measured_value_is_locked_as_it_is(page):
    decay = measured(page)["decay"]
    lock(page, "decay").click()
    until(page, "'decay' in ndm.app.project.locks")
    random(page)
    assert page.evaluate("probe.recipe().wish.decay") == pytest.approx(decay)


def test_the_xy_pad_keeps_the_wish(page):
    type_value(page, "Decay", "0.3")
    drag(page, center(page, "#xy-pad"), center(page, "#xy-pad", 0.7, 0.3))
    settled(page)
    recipe = page.evaluate("probe.recipe()")
    assert recipe["p"][:2] == pytest.approx([0.4, 0.4], abs=0.02)
    assert recipe["wish"] == {"decay": 0.3}
    assert octaves(measured(page)["decay"], 0.3) < 1 / 6


def test_the_wish_is_in_projects_links_and_files(page, visit, machine):
    type_value(page, "Decay", "0.3")
    type_value(page, "Pitch", "G1")
    lock(page, "pitch").click()
    page.evaluate("ndm.app.drumPads.keep(2)")
    page.evaluate("ndm.app.morph.keep('a')")
    settled(page)
    project, samples = page.evaluate("[probe.project(), probe.pcm()]")
    wish = project["recipe"]["wish"]
    assert (wish["decay"], wish["pitch"]) == (0.3, pytest.approx(48.9994, abs=1e-3))
    _, saved = export(page, "#save-project")
    _, sound = export(page, "#save-wav")
    assert json.loads(read_comment(sound))["wish"] == wish
    np.testing.assert_array_equal(machine.recall(sound).samples, recalled(
        machine, project["recipe"]).samples)  # fmt: skip
    page.evaluate("ndm.app.cache.clear()")
    act(page, "file", "New project")
    settled(page)
    random(page)
    open_project(page, saved.read_bytes())
    until(page, "ndm.app.project.pads[2]")
    settled(page)
    assert page.evaluate("[probe.project(), probe.pcm()]") == [project, samples]
    page.evaluate("document.getElementById('link').click()")
    until(page, "location.hash.startsWith('#4.')")
    other = visit.again(page.evaluate("location.hash"))
    assert other.evaluate("[probe.recipe(), probe.pcm()]") == [project["recipe"], samples]


def test_a_morph_goes_from_one_wish_to_the_other(page, machine):
    type_value(page, "Decay", "0.1")
    page.evaluate("ndm.app.morph.keep('a')")
    type_value(page, "Decay", "0.4")
    page.evaluate("ndm.app.morph.keep('b')")
    settled(page)
    page.evaluate("ndm.app.morph.drag(0.5); ndm.app.gesture.release()")
    until(page, "ndm.app.project.morph === 0.5")
    settled(page)
    assert page.evaluate("probe.recipe().wish.decay") == pytest.approx(0.2)


def test_what_is_out_of_reach_is_told_at_the_knob(page):
    type_value(page, "Brightness", "15 kHz")
    has = measured(page)["brightness"]
    reached = page.locator("#value-brightness-reached")
    until(page, "document.getElementById('value-brightness-reached').textContent")
    assert reached.inner_text() == f"reached {has / 1000:.1f} kHz"
    type_value(page, "Brightness", "120 Hz")
    measured(page)
    until(page, "!document.getElementById('value-brightness-reached').textContent")


def test_the_knobs_are_those_of_the_category(page):
    labels = "document.querySelectorAll('.knob.value:not([hidden]) label')"
    shown = f"[...{labels}].map((each) => each.textContent)"
    assert page.evaluate(shown) == ["Pitch", "Sweep", "Decay", "Attack", "Brightness", "Noisiness"]
    choose(page, "clap")
    assert page.evaluate(shown) == ["Decay", "Attack", "Brightness", "Noisiness", "Air", "Loudness"]
    assert page.locator("#more-values").is_hidden()
    hush(page)


def test_a_softer_stroke_is_quieter_and_comes_back_from_its_file(page, machine):
    level = "Math.max(...ndm.app.state.sound.channels[0].map(Math.abs))"
    loud = page.evaluate(level)
    sheet(page, "Feel")
    page.locator("#velocity-input").fill("32")
    settled(page)
    assert page.evaluate("probe.recipe().velocity") == 32
    assert page.evaluate(level) < 0.3 * loud
    _, path = export(page, "#save-wav")
    comment = json.loads(read_comment(path))
    assert comment["velocity"] == 32
    assert pcm(recalled(machine, comment)) == page.evaluate("probe.pcm()")
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.evaluate(level) == loud
