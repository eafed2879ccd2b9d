"""The Library view: the user's samples are seen, heard, and found."""

import pytest
from tests.support.browser import Tabs, Visit
from tests.support.library import LIBRARY_HITS
from tests.support.library_page import EMPTY, IS_OPEN, STATE, on_map, open_library, point_of
from tests.support.page import message, settled, until

from neural_drum_machine.server import Shelf, serving, serving_web


@pytest.fixture
def opened(page):
    open_library(page)
    page.evaluate("probe.watch()")
    return page


def test_a_key_opens_the_view_and_escape_closes_it(page):
    page.keyboard.press("l")
    until(page, f"{STATE}.shown.length === {len(LIBRARY_HITS)}")
    until(page, "document.activeElement.id === 'library-list'")
    assert page.locator("#library-count").inner_text() == "12 sounds"
    assert page.locator("#library").get_by_role("radio").count() == 5  # all, and four categories
    page.keyboard.press("n")  # shortcuts of the page rest
    page.keyboard.press("Escape")
    assert page.evaluate(IS_OPEN) is False
    assert page.evaluate("probe.steps()") == 0


def test_a_sound_plays_under_the_pointer_and_a_drag_plays_what_it_passes(opened):
    page = opened
    page.mouse.click(*point_of(page, "Kick 1"))
    until(page, "probe.hits.length === 1")
    assert page.locator("#library-name").inner_text() == "Kick 1"
    assert "kick" in page.locator("#library-facts").inner_text()
    row = page.locator("#library-list").get_by_role("option", selected=True)
    assert "Kick 1" in row.inner_text()
    page.mouse.move(*on_map(page, page.evaluate(EMPTY)))
    page.mouse.down()
    page.mouse.move(*point_of(page, "Snare 2"), steps=3)
    page.mouse.move(*point_of(page, "Closed Hat 1"), steps=3)
    page.mouse.up()
    until(page, f"{STATE}.map.names[{STATE}.chosen].startsWith('Closed Hat')")
    settled(page)
    assert page.evaluate("probe.hits.length") >= 3
    assert page.evaluate("probe.steps()") == 0  # listening changes nothing


def test_hovering_plays_only_if_it_is_switched_on(opened):
    page = opened
    page.mouse.move(*point_of(page, "Kick 2"))
    page.evaluate("probe.drawn()")
    assert page.evaluate("probe.hits.length") == 0
    page.get_by_role("switch", name="Play while hovering").check(force=True)
    page.mouse.move(*point_of(page, "Snare 1"))
    until(page, "probe.hits.length === 1")


def test_the_list_plays_by_arrow_keys_and_enter_takes(opened, machine, shelf):
    page = opened
    page.locator("#library-list").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    until(page, f"{STATE}.map.names[{STATE}.chosen] === 'Kick 3'")
    active = page.locator("#library-list").get_attribute("aria-activedescendant")
    chosen = page.locator(f"#{active}")
    assert "Kick 3" in chosen.inner_text()
    assert [chosen.get_attribute(f"aria-{name}") for name in ("posinset", "setsize")] == ["3", "12"]
    page.keyboard.press("Enter")
    until(page, f"!({IS_OPEN})")
    settled(page)
    assert page.evaluate("probe.recipe().category") == "kick"
    assert page.evaluate("probe.recipe().exemplars.length") == 2
    # It is the file's sound, as dropping the file would have made it.
    with shelf.library() as library:
        number = page.evaluate(f"{STATE}.map.columns.ids[{STATE}.chosen]")
        anchor = machine.anchor(library.path_of(number), "kick")
    assert page.evaluate("ndm.app.state.sound.channels[0].length") == anchor.sound.samples.shape[1]


def test_arrow_keys_go_from_sound_to_sound_on_the_map(opened):
    page = opened
    page.mouse.click(*point_of(page, "Kick 1"))
    page.locator("#library-canvas").focus()
    x = f"{STATE}.map.x[{STATE}.chosen]"
    before = page.evaluate(x)
    page.keyboard.press("ArrowRight")
    until(page, f"{x} > {before}")
    page.keyboard.press("+")
    page.keyboard.press("0")


def test_filters_narrow_the_list_and_can_be_cleared(opened):
    page = opened
    page.locator("input[name=library-category][value=snare]").check(force=True)
    until(page, f"{STATE}.shown.length === 4")
    page.get_by_role("combobox", name="Brightness").select_option("dark third")
    until(page, f"{STATE}.shown.length === 2")
    assert page.locator("#library-count").inner_text() == "2 of 12 sounds"
    page.get_by_label("Words of the name").fill("zzz")
    until(page, f"{STATE}.shown.length === 0")
    page.get_by_role("button", name="Clear filters").click()
    until(page, f"{STATE}.shown.length === 12")
    assert page.get_by_role("combobox", name="Brightness").input_value() == ""


def test_on_a_phone_a_finger_plays_and_everything_is_within_the_screen(visit):
    page = visit(width=390, height=844, has_touch=True, is_mobile=True)
    open_library(page)
    page.evaluate("probe.watch()")
    page.touchscreen.tap(*point_of(page, "Kick 2"))
    until(page, "probe.hits.length === 1")
    for name in ("library-canvas", "library-list", "library-keep", "library-close", "library-pads"):
        box = page.locator(f"#{name}").bounding_box()
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= 390, name
        assert box["y"] + box["height"] <= 844, name
    page.get_by_role("button", name="Replace pad 1 (Kick)").tap()
    assert message(page).startswith("Kick 2 is on pad 1.")


@pytest.mark.parametrize(("scheme", "width", "height"), [("dark", 1280, 720), ("light", 390, 844)])
def test_no_rule_of_wcag_aa_is_broken(visit, scheme, width, height):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
    page = visit(width=width, height=height, color_scheme=scheme, reduced_motion="reduce")
    open_library(page)
    page.evaluate("ndm.library.choose(2)")
    settled(page)
    page.locator("#library-hold").click()
    page.locator("#library-about summary").click()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(page, options=rules)
    assert [
        (each["id"], [(node["html"][:120], node["failureSummary"]) for node in each["nodes"]])
        for each in found["violations"]
    ] == []


@pytest.fixture
def without_library(browser, machine, tmp_path):
    """A page whose server has no library yet."""
    shelf = Shelf(tmp_path / "none.sqlite", lambda samples, sr: samples)
    with (
        serving(machine, port=0, parent=tmp_path, shelf=shelf) as (engine, _),
        serving_web(engine, port=0) as web,
    ):
        tabs = Tabs(browser, web.url)
        visit = Visit(tabs, web.url)
        yield visit()
        errors, _ = visit.end()
        tabs.close()
        assert errors == []


def test_without_a_library_the_view_names_the_command(without_library):
    page = without_library
    page.get_by_role("button", name="Library").click()
    page.get_by_text("You have no library yet").wait_for()
    assert page.locator("#library-add").inner_text().startswith("ndm library add ~/Samples")
    assert page.locator("#library-canvas").is_hidden()
    page.get_by_role("button", name="Look again").click()
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New drum").click()  # all else works
    settled(page)
    assert page.evaluate("probe.steps()") == 1
