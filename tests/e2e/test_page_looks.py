"""The page for everybody: contrast, small screens, touch, reduced motion, themes."""

import pytest
from tests.support.page import center, choose, press_at, until

VIEWS = [
    ("dark", 1280, 900), ("light", 1280, 900), ("dark", 360, 740), ("light", 360, 740),
]  # fmt: skip


@pytest.fixture(scope="module")
def furnished(tabs, site):
    """One page with something everywhere, looked at in several ways."""
    tab = tabs.take()
    page = tab.show(site[1], 1280, 900, "dark", "reduce")  # no transition to wait for
    choose(page, "snare")
    page.keyboard.press("p")
    page.keyboard.press("1")
    page.locator("#keep-a").click()
    page.locator("#keep-b").click()
    page.get_by_role("button", name="Hear as …").click()
    page.get_by_role("menuitem", name="clap").click()
    page.get_by_text("Turned into a clap").wait_for()
    page.evaluate("ndm.app.wishes.set('brightness', 20000)")
    page.get_by_text("reached").wait_for()
    page.get_by_role("button", name="Lock decay").click()
    yield page
    errors, _ = tab.leave()
    tabs.put(tab)
    assert errors == []


SHOWN = {
    "the page": ("0", "0"),
    "busy, with its menu open": (
        "document.getElementById('encode-as').click(); "
        "ndm.app.store.dispatch({ type: 'wait-began', words: 'Encoding …' })",
        "document.getElementById('encode-as').click(); "
        "ndm.app.store.dispatch({ type: 'wait-ended' })",
    ),
    "a value that is typed": (
        "document.querySelector('#value-decay ~ output').click()",
        "document.querySelector('.typed').blur()",
    ),
    "the help": (
        "document.getElementById('help').click()",
        "document.getElementById('help-text').close()",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_rule_of_wcag_aa_is_broken(furnished, scheme, width, height):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
    page = furnished
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    until(page, f"document.documentElement.dataset.theme === '{scheme}'")
    until(page, "document.getAnimations().every((each) => each.playState === 'finished')")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for name, (show, hide) in SHOWN.items():
        page.evaluate(show)
        found = axe.Axe().run(page, options=rules)
        assert [
            (each["id"], [(node["html"][:120], node["failureSummary"]) for node in each["nodes"]])
            for each in found["violations"]
        ] == [], name
        assert len(found["passes"]) > 20
        page.evaluate(hide)


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_is_cut_off(furnished, width):
    page = furnished
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("probe.drawn()")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.evaluate(
        """[...document.querySelectorAll("button, .chip, select")]
          .filter((e) => e.offsetParent)
          .map((e) => [e.id, e.getBoundingClientRect()])
          .map(([id, box]) => [id, box.height, box.left, box.right])"""
    )
    assert len(boxes) > 30
    for name, height, left, right in boxes:
        assert height >= 28, name
        if name:  # the categories scroll within their row
            assert left >= 0, name
            assert right <= width, name


@pytest.mark.parametrize(("height", "block"), [(480, "end"), (740, "end"), (740, "center")])
def test_the_menu_ends_within_a_small_screen_and_scrolls(furnished, height, block):
    page = furnished
    page.set_viewport_size({"width": 360, "height": height})
    button = page.get_by_role("button", name="Hear as …")
    button.evaluate(f"(each) => each.scrollIntoView({{ block: '{block}' }})")
    button.click()
    box = page.get_by_role("menu").bounding_box()
    assert box["y"] + box["height"] <= height
    assert box["height"] >= 150
    page.keyboard.press("End")
    last = page.get_by_role("menuitem").last.bounding_box()
    assert last["y"] + last["height"] <= box["y"] + box["height"]
    page.keyboard.press("Escape")


def test_phones_play_by_touch(visit):
    page = visit(width=390, height=844, has_touch=True, is_mobile=True)
    page.evaluate("probe.watch()")
    page.touchscreen.tap(*center(page, "#xy-pad", 0.25, 0.25))
    until(page, "probe.hits.length === 1")
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([-0.5, 0.5], abs=0.03)
    page.locator("#pad-1").scroll_into_view_if_needed()
    page.touchscreen.tap(*center(page, "#pad-1"))
    until(page, "ndm.app.state.voices[0]")


def test_reduced_motion_is_respected(visit):
    page = visit(reduced_motion="reduce")
    page.evaluate("probe.drawn()")
    canvas = "document.getElementById('xy-canvas').toDataURL()"
    until(page, "ndm.app.state.maps[ndm.app.project.recipe.category]")
    page.evaluate("probe.drawn()")
    before = page.evaluate(canvas)
    page.get_by_role("button", name="Play", exact=True).click()
    page.evaluate("probe.drawn()")
    assert page.evaluate(canvas) == before  # no ring around the point
    assert page.locator("#playhead").is_hidden()
    page.keyboard.press("p")
    until(page, "ndm.app.state.voices[0]")
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_ring_and_a_playhead_show_that_the_sound_plays(page):
    until(page, "ndm.app.state.maps[ndm.app.project.recipe.category]")
    page.evaluate("probe.drawn()")
    canvas = "document.getElementById('xy-canvas').toDataURL()"
    before = page.evaluate(canvas)
    page.keyboard.press("Space")
    until(page, f"{canvas} !== {before!r}")
    until(page, "!document.getElementById('playhead').hidden")
    until(page, "document.getElementById('playhead').hidden")


def test_colours_are_the_systems_until_others_are_chosen(page):
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.emulate_media(color_scheme="dark")
    until(page, f"{theme} === 'dark'")
    button = page.get_by_role("button", name="Colours")
    button.click()
    button.click()
    assert page.evaluate(theme) == "light"
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate(theme) == "light"
    press_at(page, "#theme")
    until(page, f"{theme} === 'dark'")
