"""The keyboard, after the mouse and held down."""

from .test_page import center, settled


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
