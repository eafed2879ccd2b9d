"""Sounds of the library become pads, A and B, and the present sound."""

import pytest
from tests.support.library_page import EMPTY, STATE, on_map, open_library, point_of
from tests.support.page import center, error, message, settled, until


@pytest.fixture
def opened(page):
    open_library(page)
    page.evaluate("probe.watch()")
    return page


def test_a_sound_is_carried_to_a_pad_or_kept_by_a_button(opened):
    page = opened
    page.mouse.click(*point_of(page, "Snare 3"))
    until(page, f"{STATE}.chosen >= 0")
    page.mouse.move(*center(page, "#library-handle"))
    page.mouse.down()
    page.mouse.move(*center(page, "#library-list"))
    assert page.locator("#library-carried").inner_text() == "Snare 3"
    page.mouse.move(*center(page, ".library-pad[data-pad='5']"))
    page.mouse.up()
    assert message(page) == "Snare 3 is on pad 6."
    assert page.evaluate("probe.project().pads[5].recipe.category") == "snare"
    # From the map: the chosen sound is dragged off it.
    page.mouse.click(*point_of(page, "Kick 4"))
    until(page, f"{STATE}.map.names[{STATE}.chosen] === 'Kick 4'")
    page.evaluate("probe.drawn()")
    page.mouse.move(*point_of(page, "Kick 4"))
    page.mouse.down()
    page.mouse.move(*center(page, "#library-list"), steps=4)
    page.mouse.move(*center(page, ".library-pad[data-pad='1']"), steps=4)
    page.mouse.up()
    assert message(page) == "Kick 4 is on pad 2."
    page.locator("#library").get_by_role("button", name="Pad 6: Snare").click()
    page.get_by_role("button", name="Replace pad 6 (Snare)").click()
    assert message(page) == "Kick 4 is on pad 6. Undo brings back the sound that was there."
    settled(page)
    assert page.evaluate(f"{STATE}.marks.map((mark) => mark.label).sort()") == ["", "1", "2", "6"]
    # All of it is in the project, and survives a visit.
    stored = "JSON.parse(localStorage['ndm.project'] ?? '{}').project"
    until(page, f"{stored}?.pads[5]?.recipe.category === 'kick'")
    page.reload()
    page.wait_for_selector("body.is-ready")
    until(page, "ndm.app.state.voices[1] && ndm.app.state.voices[5]")


def test_more_like_this_sorts_by_likeness(opened):
    page = opened
    page.mouse.click(*point_of(page, "Closed Hat 2"))
    until(page, f"{STATE}.chosen >= 0")
    page.get_by_role("button", name="More like this").click()
    page.get_by_text("Most like Closed Hat 2 first").wait_for()
    names = page.evaluate(f"{STATE}.shown.map((i) => {STATE}.map.names[i])")
    assert names[0] == "Closed Hat 2"
    assert sorted(names[1:3]) == ["Closed Hat 1", "Closed Hat 3"]
    page.locator("#library-all").click()
    until(page, f"{STATE}.shown.length === 12")


def test_between_two_morphs_their_recordings(opened):
    page = opened
    page.mouse.click(*point_of(page, "Kick 1"))
    until(page, f"{STATE}.chosen >= 0")
    page.get_by_role("button", name="Between two").click()
    assert page.locator("#library-morph").is_disabled()
    page.mouse.click(*point_of(page, "Snare 1"))
    until(page, "!document.getElementById('library-morph').disabled")
    page.mouse.click(*center(page, "#library-morph"))
    assert message(page) == "These two are A and B now."
    until(page, "ndm.app.project.recipe.exemplars.length === 4")
    settled(page)
    recipe = page.evaluate("probe.recipe()")
    assert recipe["t"] == pytest.approx(0.5, abs=0.02)
    assert {recipe["category"], recipe["to"]} == {"kick", "snare"}
    page.keyboard.press("Escape")
    assert page.locator("#morph").is_enabled()


def test_empty_ground_makes_the_sound_that_would_be_there(opened):
    page = opened
    page.mouse.click(*on_map(page, page.evaluate(EMPTY)))
    until(page, f"{STATE}.ground && probe.hits.length === 1")
    settled(page)
    assert page.locator("#library-name").inner_text() == "A sound made for this place"
    assert page.evaluate("probe.recipe().exemplars") == []
    page.get_by_role("button", name="Replace pad 1").click()
    assert message(page).startswith("The sound of this place is on pad 1.")


def test_a_file_that_is_gone_is_an_error_and_nothing_is_lost(opened, shelf):
    page = opened
    name = "Snare 4"
    with shelf.library() as library:
        number = page.evaluate(f"{STATE}.map.columns.ids[{STATE}.map.names.indexOf('{name}')]")
        path = library.path_of(number)
    before = page.evaluate("probe.recipe()")
    kept = path.rename(path.with_suffix(".kept"))
    try:
        page.mouse.click(*point_of(page, name))
        assert "no longer where it was" in error(page)
        page.locator("#library-keep").click()
        assert "no longer where it was" in error(page)
    finally:
        kept.rename(path)
    assert page.evaluate("probe.recipe()") == before
    assert page.evaluate("probe.project().pads.filter(Boolean).length") == 1
    page.locator("#library-play").click()
    until(page, "probe.hits.length === 1")
