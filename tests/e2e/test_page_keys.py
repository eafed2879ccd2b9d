"""The keyboard: everything without a pointer, held keys, other layouts, single keys off."""

import pytest
from tests.support.page import Layout, keep, press_at, settled, sheet, until


def test_everything_can_be_done_with_keys(page):
    page.evaluate("probe.watch()")
    page.get_by_role("slider", name="P1").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    settled(page)
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([0.2, 0.04], abs=1e-3)
    sheet(page, "Feel")
    page.locator("#fine-input").focus()
    page.keyboard.press("End")
    settled(page)
    assert page.evaluate("probe.recipe().p[2]") == pytest.approx(1, abs=1e-3)
    hits = page.evaluate("probe.hits.length")
    page.locator("#fine-input").blur()
    page.keyboard.press("Enter")
    assert page.evaluate("probe.hits.length") == hits + 1
    page.keyboard.press("n")
    settled(page)
    drawn = page.evaluate("probe.recipe()")
    assert drawn["seed"] >= 0
    page.keyboard.press("v")
    settled(page)
    assert page.evaluate("probe.recipe().seed") != drawn["seed"]
    page.keyboard.press("x")
    settled(page)
    assert page.evaluate("probe.recipe().take") == 1
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settled(page)
    assert page.evaluate("probe.recipe()") == drawn
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    settled(page)
    assert page.evaluate("probe.recipe().take") == 1
    keep(page, 2)
    page.evaluate("probe.hits.length = 0")
    page.keyboard.press("q")
    page.keyboard.press("Shift+E")
    page.keyboard.press("k")  # an empty pad
    assert page.evaluate("probe.hits.length") == 2
    page.keyboard.press("8")
    until(page, "ndm.app.state.tray?.length === 8")
    page.keyboard.press("Escape")
    until(page, "ndm.app.state.tray === null")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, "ndm.app.state.isPlaying")
    page.keyboard.press("Space")
    assert page.evaluate("probe.hits[0].gain") == 1
    # The soft stroke may be made already; either way it is 10 dB under the loud one.
    soft = "probe.hits[1].gain * Math.max(...probe.samples.map(Math.abs))"
    assert page.evaluate(soft) < 0.45
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys and help").is_visible()
    page.keyboard.press("n")  # no shortcuts behind the dialog
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("probe.recipe().take") == 1


GERMAN = {"KeyY": "z", "KeyZ": "y", "KeyA": "a"}
FRENCH = {"KeyA": "q", "KeyQ": "a", "KeyW": "z", "KeyS": "s"}


def test_undo_and_redo_go_by_the_letters_of_a_german_keyboard(page):
    page.keyboard.press("n")
    settled(page)
    drawn = page.evaluate("probe.recipe()")
    keys = Layout(page, GERMAN)
    keys.press("KeyY", Layout.CONTROL)
    settled(page)
    assert page.evaluate("probe.recipe().seed") == -1
    keys.press("KeyZ", Layout.CONTROL)
    settled(page)
    assert page.evaluate("probe.recipe()") == drawn
    keys.press("KeyY", Layout.CONTROL)
    keys.press("KeyY", Layout.CONTROL | Layout.SHIFT)
    settled(page)
    assert page.evaluate("probe.recipe()") == drawn


# Of a browser that tells the layout, and of one that does not.
KNOWN = "{ getLayoutMap: async () => new Map([['KeyA', 'q'], ['KeyS', 's'], ['KeyD', 'd']]) }"
UNKNOWN = "undefined"


@pytest.mark.parametrize(("layout", "locale"), [(KNOWN, "fr-FR"), (UNKNOWN, "fr-BE")])
def test_drum_pads_lie_in_two_rows_of_a_french_keyboard_with_its_letters(visit, layout, locale):
    # A profile that no other test has, with all pads: of a page with one drum, the storage may have
    # that or nothing when it is loaded again.
    page = visit(locale=locale, bare=False)
    page.context.add_init_script(
        f"Object.defineProperty(navigator, 'keyboard', {{ get: () => ({layout}) }})"
    )
    page.reload()
    page.wait_for_selector("body.is-ready")
    keys = Layout(page, FRENCH)
    until(page, "ndm.app.state.voices.every(Boolean)")
    page.evaluate("probe.watch()")
    label = page.locator("#pad-9 .key")
    assert label.inner_text() == ("Q" if layout is KNOWN else "A")
    keys.press("KeyA")
    assert page.evaluate("probe.hits.at(-1).strip") == 8
    assert label.inner_text() == "Q"
    keys.press("KeyQ")  # labelled A
    assert page.evaluate("probe.hits.at(-1).strip") == 0
    page.keyboard.press("?")
    assert page.locator("#help-pad-keys").inner_text().endswith("Q S D F G H J K")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    settled(page)
    keys.press("KeyW", Layout.CONTROL)  # labelled Z
    settled(page)
    assert page.evaluate("probe.steps()") == 0


def test_single_keys_can_be_switched_off_and_that_is_remembered(page):
    def off():
        before = page.evaluate("probe.project()")
        for key in ("n", "a", "1", "b", "?"):
            page.keyboard.press(key)
        settled(page)
        assert page.evaluate("probe.project()") == before
        assert page.get_by_role("dialog").count() == 0
        assert page.locator("#pad-1 .key").is_hidden()
        page.keyboard.press("Space")
        until(page, "ndm.app.state.isPlaying")
        page.keyboard.press("Space")

    page.get_by_role("button", name="Settings").click()
    page.get_by_role("switch", name="Shortcuts with single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    off()
    page.reload()
    page.wait_for_selector("body.is-ready")
    off()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("switch", name="Shortcuts with single keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    settled(page)
    assert page.evaluate("probe.steps()") == 1
    assert page.locator("#pad-1 .key").is_visible()


def test_keys_play_again_after_the_pointer_has_used_a_control(page):
    page.evaluate("probe.watch()")
    for selector in ("#spectrogram", "#tap", "#pad-5", "#tab-mix", "#shelf-favourites", "#swing"):
        page.locator(selector).click()
        hits = page.evaluate("probe.hits.length")
        page.keyboard.press("q")
        assert page.evaluate("probe.hits.length") == hits + 1, selector
        page.keyboard.press("Space")
        until(page, "ndm.app.state.isPlaying")
        page.keyboard.press("Space")
        until(page, "!ndm.app.state.isPlaying")


def test_a_list_that_was_reached_with_keys_has_them(page):
    page.get_by_role("tab", name="Mix").click()
    page.keyboard.press("Tab")
    page.locator("#pad-choke").focus()
    page.keyboard.press("n")
    settled(page)
    assert page.evaluate("probe.recipe().seed") == -1


def test_a_held_key_is_one_step_of_undo_and_plays_once(page):
    page.evaluate("Promise.all(['a', 'b'].map((slot) => ndm.app.morph.keep(slot)))")
    settled(page)
    page.evaluate("probe.watch()")
    for control, key, plays in (
        ("p1", "ArrowRight", True), ("fine-input", "ArrowUp", True), ("morph", "ArrowLeft", True),
        ("handle-end", "ArrowLeft", True), ("level-input", "ArrowLeft", True),
        ("wild-input", "ArrowDown", False), ("amount-input", "ArrowRight", False),
        ("swing", "ArrowRight", False), ("human", "ArrowRight", False),
    ):  # fmt: skip
        tabs = {"fine-input": "Feel", "morph": "Morph", "level-input": "Mix"}
        tabs |= {"wild-input": "Feel", "amount-input": "Feel"}
        if control in tabs:
            sheet(page, tabs[control])
        before, steps = page.evaluate("[probe.project(), probe.steps()]")
        page.evaluate("probe.hits.length = 0")
        page.locator(f"#{control}").focus()
        for _ in range(12):
            page.keyboard.down(key)
        settled(page)
        heard = page.evaluate("probe.hits.length")
        page.keyboard.up(key)
        settled(page)
        assert page.evaluate("probe.steps()") == steps + 1, control
        assert page.evaluate("probe.project()") != before, control
        assert (heard + page.evaluate("probe.hits.length") > 0) == plays, control
        page.keyboard.press("Control+z")
        settled(page)
        assert page.evaluate("probe.project()") == before, control


def test_an_arrow_moves_one_axis_even_if_the_other_lies_outside_the_map(page):
    for _ in range(2):
        page.get_by_role("button", name="Zoom the map out").click()
    press_at(page, "#xy-pad", 0.5, 0.9)
    x, y = page.evaluate("probe.recipe().p.slice(0, 2)")
    assert y < -3
    for _ in range(2):
        page.get_by_role("button", name="Zoom the map in").click()
    page.get_by_role("slider", name="P1").focus()
    for key in ("ArrowRight", "End"):
        page.keyboard.press(key)
        settled(page)
        before, (x, now) = x, page.evaluate("probe.recipe().p.slice(0, 2)")
        assert x > before + 0.04
        assert abs(now - y) < 1e-3
    page.keyboard.press("ArrowUp")
    settled(page)
    assert page.evaluate("probe.recipe().p[1]") == pytest.approx(-1, abs=1e-3)
