"""The keyboard: everything without a pointer, held keys, other layouts, single keys off."""

import pytest
from tests.support.page import Layout, center, keep, press_at, settled, until


def test_everything_can_be_done_with_keys(page):
    page.evaluate("probe.watch()")
    page.get_by_role("slider", name="P1").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    settled(page)
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([0.2, 0.04], abs=1e-3)
    page.get_by_role("slider", name="Fine").focus()
    page.keyboard.press("End")
    settled(page)
    assert page.evaluate("probe.recipe().p[2]") == pytest.approx(1, abs=1e-3)
    hits = page.evaluate("probe.hits.length")
    page.keyboard.press("Space")
    assert page.evaluate("probe.hits.length") == hits + 1
    page.keyboard.press("r")
    settled(page)
    drawn = page.evaluate("probe.recipe()")
    assert drawn["seed"] >= 0
    page.keyboard.press("v")
    settled(page)
    assert page.evaluate("probe.recipe().seed") != drawn["seed"]
    page.keyboard.press("t")
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
    page.keyboard.press("p")
    until(page, "ndm.app.state.voices[0]")
    page.keyboard.press("3")  # an empty pad keeps the sound
    until(page, "ndm.app.state.voices[2]")
    page.evaluate("probe.hits.length = 0")
    page.keyboard.press("a")
    page.keyboard.press("Shift+D")
    assert page.evaluate("probe.hits.map((hit) => hit.gain)") == [1, 0.45]
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys and help").is_visible()
    page.keyboard.press("r")  # no shortcuts behind the dialog
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("probe.recipe().take") == 1


GERMAN = {"KeyY": "z", "KeyZ": "y", "KeyA": "a"}
FRENCH = {"KeyA": "q", "KeyQ": "a", "KeyW": "z", "KeyS": "s"}


def test_undo_and_redo_go_by_the_letters_of_a_german_keyboard(page):
    page.keyboard.press("r")
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
def test_drum_pads_lie_in_the_home_row_of_a_french_keyboard_with_its_letters(visit, layout, locale):
    page = visit(locale=locale)  # a profile that no other test has
    page.context.add_init_script(
        f"Object.defineProperty(navigator, 'keyboard', {{ get: () => ({layout}) }})"
    )
    page.reload()
    page.wait_for_selector("body.is-ready")
    keys = Layout(page, FRENCH)
    label = page.locator("#pad-1 .key")
    assert label.inner_text() == ("Q" if layout is KNOWN else "A")
    keys.press("KeyA")
    until(page, "ndm.app.state.voices[0]")
    assert label.inner_text() == "Q"
    page.keyboard.press("?")
    assert page.locator("#help-pad-keys").inner_text() == "Q S D F G H J K"
    page.keyboard.press("Escape")
    keys.press("KeyQ")  # labelled A, but not a pad
    assert page.evaluate("ndm.app.project.pads.filter(Boolean).length") == 1
    keys.press("KeyW", Layout.CONTROL)  # labelled Z
    assert page.evaluate("ndm.app.project.pads.filter(Boolean).length") == 0


def test_single_keys_can_be_switched_off_and_that_is_remembered(page):
    def off():
        before = page.evaluate("probe.project()")
        for key in ("r", "a", "1", "p", "?"):
            page.keyboard.press(key)
        settled(page)
        assert page.evaluate("probe.project()") == before
        assert page.get_by_role("dialog").count() == 0
        assert page.locator("#pad-1 .key").is_hidden()
        page.evaluate("probe.watch()")
        page.keyboard.press("Space")
        assert page.evaluate("probe.hits.length") == 1

    page.keyboard.press("?")
    page.get_by_role("switch", name="Shortcuts with single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    off()
    page.reload()
    page.wait_for_selector("body.is-ready")
    off()
    page.get_by_role("button", name="Help").click()
    page.get_by_role("switch", name="Shortcuts with single keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    until(page, "ndm.app.state.voices[0]")
    assert page.locator("#pad-1 .key").is_visible()


def test_keys_play_again_after_the_pointer_has_used_a_control(page):
    page.evaluate("probe.watch()")

    def play_and_draw(value):
        before = page.evaluate(value)
        hits = page.evaluate("probe.hits.length")
        page.keyboard.press("Space")
        assert page.evaluate("probe.hits.length") == hits + 1
        seed = page.evaluate("probe.recipe().seed")
        page.keyboard.press("r")
        settled(page)
        assert page.evaluate("probe.recipe().seed") != seed
        assert page.evaluate(value) == before

    for name in ("Hear while moving", "Spectrogram"):
        page.get_by_text(name).click()
        play_and_draw("[...document.querySelectorAll('[role=switch]')].map((box) => box.checked)")
    inverter = "document.getElementById('inverter').value"
    before = page.evaluate(inverter)
    page.mouse.click(*center(page, "#inverter"))
    assert page.evaluate("document.activeElement.id") == "inverter"
    page.keyboard.press("Escape")  # nothing is chosen
    play_and_draw(inverter)
    page.mouse.click(*center(page, "#inverter"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, f"{inverter} !== '{before}'")
    settled(page)
    play_and_draw(inverter)


def test_a_list_that_was_reached_with_keys_has_them(page):
    page.locator("#save-wav").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "inverter":
            break
    assert page.evaluate("document.activeElement.id") == "inverter"
    page.keyboard.press("r")
    settled(page)
    assert page.evaluate("probe.recipe().seed") == -1


def test_a_held_key_is_one_step_of_undo_and_plays_once(page):
    keep(page, 0)
    page.evaluate("Promise.all(['a', 'b'].map((slot) => ndm.app.morph.keep(slot)))")
    settled(page)
    page.evaluate("probe.watch()")
    for control, key, plays in (
        ("p1", "ArrowRight", True), ("fine-input", "ArrowUp", True), ("morph", "ArrowLeft", True),
        ("handle-end", "ArrowLeft", True), ("pad-level", "ArrowLeft", True),
        ("wild-input", "ArrowDown", False), ("amount", "ArrowRight", False),
    ):  # fmt: skip
        before, steps = page.evaluate("[probe.project(), probe.steps()]")
        page.evaluate("probe.hits.length = 0")
        page.locator(f"#{control}").focus()
        for _ in range(12):
            page.keyboard.down(key)
        settled(page)
        assert page.evaluate("probe.hits.length") == 0, control
        page.keyboard.up(key)
        settled(page)
        assert page.evaluate("probe.steps()") == steps + 1, control
        assert page.evaluate("probe.project()") != before, control
        assert page.evaluate("probe.hits.length") == plays, control
        page.keyboard.press("Control+z")
        settled(page)
        assert page.evaluate("probe.project()") == before, control


def test_an_arrow_moves_one_axis_even_if_the_other_lies_outside_the_range(page):
    page.locator("input[name=range][value='4']").check(force=True)
    press_at(page, "#xy-pad", 0.5, 0.9)
    x, y = page.evaluate("probe.recipe().p.slice(0, 2)")
    assert y < -3
    page.locator("input[name=range][value='1']").check(force=True)
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
