"""Axes are taught on the page: with kept sounds and with files, turned, saved and opened."""

import json

import numpy as np
import pytest
from tests.support.page import (
    download,
    drop,
    error,
    export,
    keep,
    message,
    pcm,
    recalled,
    settled,
    sheet,
    until,
)
from tests.support.sounds import tone

from neural_drum_machine.signal.sound_file import sound_file_bytes
from neural_drum_machine.wishes.axis_file import read_axis


def open_dialog(page):
    sheet(page, "Feel")
    page.get_by_role("button", name="Teach a knob").click()


def close_dialog(page):
    page.get_by_role("button", name="Close the axes").click()


def choose_side(page, sound, side):
    group = page.get_by_role("group", name=sound)
    group.get_by_role("radio", name=side, exact=True).check(force=True)


def teach(page, name, more, less):
    open_dialog(page)
    page.get_by_role("textbox", name="Name").fill(name)
    for side, sounds in (("more", more), ("less", less)):
        for sound in sounds:
            choose_side(page, sound, side)
    page.get_by_role("button", name="Learn").click()
    answer = page.locator("#axis-answer")
    answer.get_by_text("It orders").wait_for()
    return answer.inner_text()


@pytest.fixture
def taught(page):
    """A page with long and short toms on its pads, and an axis that they have taught."""
    for n in range(6):
        page.evaluate(
            "([n, decay]) => ndm.app.request('random', { category: 'tom', seed: n, decay }, "
            "{ play: false }).then(() => ndm.app.drumPads.keep(n + 1))",
            [n, 0.6 if n < 3 else 0.08],
        )
    settled(page)
    long, short = ([f"Pad {n}: tom" for n in side] for side in ((2, 3, 4), (5, 6, 7)))
    words = teach(page, "long", long, short)
    assert words.startswith("Learned long, a knob of the page now. At 1 a sound is longer")
    assert "of the pairs of examples right" in words
    close_dialog(page)
    page.evaluate("ndm.app.request('random', { category: 'snare', seed: 2 }, { play: false })")
    settled(page)
    return page


def knob(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def turn(page, name, value):
    knob(page, name).fill(str(value))
    settled(page)


def decay(page):
    until(page, "ndm.app.measures.peek(ndm.app.project.recipe)")
    return page.evaluate("ndm.app.measures.peek(ndm.app.project.recipe).decay")


def test_an_axis_is_a_knob_of_the_sound_and_undo_takes_it_back(taught, machine):
    page = taught
    before, had = page.evaluate("probe.recipe()"), decay(page)
    steps = page.evaluate("probe.steps()")
    turn(page, "long", 1)
    assert page.evaluate("probe.steps()") == steps + 1
    assert knob(page, "long").get_attribute("aria-valuetext") == "1.00"
    after = page.evaluate("probe.recipe()")
    assert after["along"]["code"] == before["code"] != after["code"]
    assert decay(page) > 1.2 * had
    # What is heard is the machine's own sound, without the axis.
    assert page.evaluate("probe.pcm()") == pcm(recalled(machine, after))
    # The XY pad moves what is under the axis, and the knob stays.
    page.evaluate("ndm.app.gesture.move({ p1: 0.5 }); ndm.app.gesture.release()")
    settled(page)
    assert page.evaluate("probe.recipe().p[0]") == pytest.approx(0.5, abs=1e-4)
    assert knob(page, "long").get_attribute("aria-valuetext") == "1.00"
    knob(page, "long").press("Delete")
    settled(page)
    assert page.evaluate("probe.recipe().along") is None
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
        settled(page)
    assert page.evaluate("probe.recipe()") == before
    assert knob(page, "long").get_attribute("aria-valuetext") == "0.00"


def test_a_link_and_a_project_bring_the_axis_along(taught, visit):
    page = taught
    turn(page, "long", -1.5)
    recipe, sound = page.evaluate("[probe.recipe(), probe.pcm()]")
    page.get_by_role("button", name="Share").click()
    assert "link" in message(page)
    link = page.evaluate("location.href")
    other = visit(link[link.index("#") :])
    assert other.evaluate("probe.recipe()") == recipe
    assert other.evaluate("probe.pcm()") == sound
    sheet(other, "Feel")
    assert knob(other, "long").get_attribute("aria-valuetext") == "−1.50"
    _, path = export(page, "#save-project")
    axes = json.loads(path.read_text())["project"]["axes"]
    assert [(each["name"], len(each["more"])) for each in axes] == [("long", 3)]


def test_an_axis_is_saved_as_the_command_line_has_it_and_opened_again(taught, machine):
    page = taught
    open_dialog(page)
    name, path = download(page, "[aria-label='Save long']")
    assert name == "long.ndaxis"
    axis = read_axis(path, machine.hash)
    assert axis.step["decay"] > 0.1
    assert len(axis.more) == len(axis.less) == 3
    page.get_by_role("button", name="Remove long").click()
    settled(page)
    close_dialog(page)
    assert page.locator("#axis-knobs .knob").count() == 0
    text = path.read_text()
    file = {"name": "long.ndaxis", "mimeType": "", "buffer": text.encode()}
    page.locator("#project-file").set_input_files(file)
    assert message(page) == "The axis long is a knob now."
    assert knob(page, "long").count() == 1
    foreign = json.loads(text) | {"model": "f" * 64}
    file["buffer"] = json.dumps(foreign).encode()
    page.locator("#project-file").set_input_files(file)
    assert error(page) == (
        f"long.ndaxis was learned with model ffffffffffff, this is {machine.hash[:12]}. Teach the "
        "axis again from its examples."
    )


def test_files_teach_an_axis_and_the_present_sound_stays(page):
    keep(page, 0, "tom")
    before = page.evaluate("probe.project()")
    open_dialog(page)
    learn = page.get_by_role("button", name="Learn")
    assert learn.is_disabled()
    files = {
        f"{kind}{n}": sound_file_bytes(
            (0.8 * tone(100 + 20 * n, 0.8, 44_100, rate)).astype(np.float32), 44_100
        )
        for kind, rate in (("long", 5.0), ("short", 40.0))
        for n in range(2)
    }
    drop(page, "#axes", **files)
    until(page, "document.querySelectorAll('.axis-sound').length === 5")
    for name in files:
        choose_side(page, f"{name}.wav", "more" if name.startswith("long") else "less")
    assert page.locator("#axis-counts").inner_text() == "2 more, 2 less"
    page.get_by_role("textbox", name="Name").fill("length")
    learn.click()
    page.locator("#axis-answer").get_by_text("At 1 a sound is longer").wait_for()
    after = page.evaluate("probe.project()")
    assert after | {"axes": []} == before
    assert [each["name"] for each in after["axes"]] == ["length"]
