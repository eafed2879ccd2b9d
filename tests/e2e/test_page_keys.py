"""The keyboard, after the mouse and held down."""

from tests.e2e.test_page import center, settled


def test_keys_play_again_after_the_mouse_has_touched_what_has_keys_of_its_own(page):
    page.evaluate("probe.watch()")

    def play_and_draw(touched):
        state = page.evaluate(touched)
        hits = page.evaluate("probe.hits.length")
        page.keyboard.press("Space")
        assert page.evaluate("probe.hits.length") == hits + 1
        before = page.evaluate("probe.recipe().seed")
        page.keyboard.press("r")
        page.evaluate(f"probe.until(() => ndm.app.project.recipe.seed !== {before})")
        settled(page)
        assert page.evaluate(touched) == state

    for name in ("Hear while moving", "Spectrogram"):
        page.get_by_text(name).click()
        play_and_draw("[...document.querySelectorAll('[role=switch]')].map((box) => box.checked)")
    inverter = "document.getElementById('inverter').value"
    before = page.evaluate(inverter)
    page.mouse.click(*center(page, "#inverter"))
    assert page.evaluate("document.activeElement.id") == "inverter"
    page.keyboard.press("Escape")  # nothing chosen
    play_and_draw(inverter)
    page.mouse.click(*center(page, "#inverter"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.evaluate(f"probe.until(() => {inverter} !== '{before}')")
    settled(page)
    play_and_draw(inverter)
    # Who came by keys has them for the list.
    page.evaluate("document.getElementById('inverter').blur()")
    page.locator("#save-wav").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "inverter":
            break
    seed = page.evaluate("probe.recipe().seed")
    page.keyboard.press("r")
    settled(page)
    assert page.evaluate("probe.recipe().seed") == seed


def test_a_key_that_is_held_is_one_step_back_and_heard_once(page):
    page.evaluate("ndm.app.rack.keep(0)")
    page.evaluate("ndm.app.slots.keep('a')")
    page.evaluate("ndm.app.slots.keep('b')")
    settled(page)
    page.evaluate("probe.watch()")
    for name, key in (
        ("p1", "ArrowRight"), ("fine-input", "ArrowUp"), ("wild-input", "ArrowDown"),
        ("amount", "ArrowRight"), ("morph", "ArrowLeft"), ("handle-end", "ArrowLeft"),
        ("pad-level", "ArrowLeft"),
    ):  # fmt: skip
        before = page.evaluate("probe.project()")
        steps = page.evaluate("ndm.app.history._past.length")
        page.evaluate("probe.hits.length = 0")
        page.locator(f"#{name}").focus()
        for _ in range(12):
            page.keyboard.down(key)
        settled(page)
        assert page.evaluate("probe.hits.length") == 0, name
        page.keyboard.up(key)
        page.evaluate(f"probe.until(() => ndm.app.history._past.length > {steps})")
        settled(page)
        page.wait_for_timeout(50)
        assert page.evaluate("ndm.app.history._past.length") == steps + 1, name
        assert page.evaluate("probe.project()") != before, name
        assert page.evaluate("probe.hits.length") == (name not in ("wild-input", "amount")), name
        page.evaluate("ndm.app.undo()")
        settled(page)
        assert page.evaluate("probe.project()") == before, name


def test_an_arrow_moves_one_axis_also_where_the_other_lies_outside_the_range(page):
    page.locator("input[name=range][value='4']").check(force=True)
    page.mouse.click(*center(page, "#pad", 0.5, 0.9))
    settled(page)
    x, y = page.evaluate("probe.recipe().p.slice(0, 2)")
    assert y < -3
    page.locator("input[name=range][value='1']").check(force=True)
    page.locator("#p1").focus()
    for key in ("ArrowRight", "End"):
        page.keyboard.press(key)
        page.evaluate(f"probe.until(() => ndm.app.project.recipe.p[0] > {x + 0.04})")
        settled(page)
        x, now = page.evaluate("probe.recipe().p.slice(0, 2)")
        assert abs(now - y) < 1e-3
    page.keyboard.press("ArrowUp")
    page.evaluate("probe.until(() => ndm.app.project.recipe.p[1] > -1.001)")
