"""The page for everybody: contrast, small screens, touch, reduced motion, themes."""

import pytest
from tests.support.page import center, settled, until

VIEWS = [
    ("dark", 1280, 720), ("light", 1280, 720), ("dark", 360, 740), ("light", 360, 740),
]  # fmt: skip


TEACH = """async () => {
  const { axes, project: { pads, a, recipe }, gesture } = ndm.app;
  const axis = await axes.teach("a rather long name", [pads[5].recipe, a.recipe], [recipe, recipe]);
  axes.drag(axis, 0.5);
  await gesture.release();
}"""


@pytest.fixture(scope="module")
def furnished(tabs, site):
    """One page with something everywhere, looked at in several ways."""
    tab = tabs.take()
    page = tab.show(site[1], 1280, 900, "dark", "reduce")  # no transition to wait for
    settled(page)
    page.evaluate("ndm.app.morph.keep('a'); ndm.app.morph.keep('b')")
    page.evaluate("ndm.app.beat.setStep(0, 1, { repeats: 3, flam: 20 })")
    page.evaluate("ndm.app.beat.setStep(2, 3, { chance: 0.5, nudge: -10, velocity: 30 })")
    page.evaluate("ndm.app.beat.toggleMute(3); ndm.app.beat.selectStep(2, 3)")
    page.locator("#encode-as").click()
    page.get_by_role("menuitem", name="clap").click()
    page.get_by_text("Turned into a clap").wait_for()
    page.evaluate("ndm.app.wishes.set('brightness', 20000)")
    page.get_by_text("reached").wait_for()
    page.get_by_role("button", name="Lock decay").click()
    page.evaluate(TEACH)
    page.get_by_role("button", name="New drum").click()
    settled(page)
    page.evaluate(
        "ndm.app.favourites.toggle({ recipe: ndm.app.project.recipe, trim: ndm.app.project.trim })"
    )
    until(page, "ndm.app.state.favourites.length")
    yield page
    errors, _ = tab.leave()
    tabs.put(tab)
    assert errors == []


def click(name):
    return f"document.getElementById('{name}').click()"


SHOWN = {
    "the page": ("0", "0"),
    "feel": (click("tab-feel"), "0"),
    "morph": (click("tab-morph"), "0"),
    "mix": (click("tab-mix"), click("tab-sound")),
    "favourites": (click("shelf-favourites"), click("shelf-recent")),
    "the tray": ("ndm.app.tray.fill(true)", "ndm.app.tray.close()"),
    "busy, with its menu open": (
        f"{click('encode-as')}; "
        "ndm.app.store.dispatch({ type: 'wait-began', words: 'Encoding …' })",
        f"{click('encode-as')}; ndm.app.store.dispatch({{ type: 'wait-ended' }})",
    ),
    "a value that is typed": (
        "document.querySelector('#value-decay ~ output').click()",
        "document.querySelector('.typed').blur()",
    ),
    "the beat playing": ("ndm.app.beat.play()", "ndm.app.beat.stop()"),
    "the axes": (click("open-axes"), "document.getElementById('axes').close()"),
    "the export": (click("export"), "document.getElementById('export-dialog').close()"),
    "the settings": (click("settings"), "document.getElementById('settings-dialog').close()"),
    "the help": (click("help"), "document.getElementById('help-text').close()"),
}

# The part of the page that is new in a view; the rest was checked with the page. Of the others,
# everything is.
NEW_IN = {
    "feel": "#sheet-feel", "morph": "#sheet-morph", "mix": "#sheet-mix", "favourites": "#shelf",
    "the tray": "#tray", "a value that is typed": "#values", "the beat playing": "#grid",
    "the axes": "#axes", "the export": "#export-dialog", "the settings": "#settings-dialog",
    "the help": "#help-text",
}  # fmt: skip


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
        found = axe.Axe().run(page, context=NEW_IN.get(name), options=rules)
        assert [
            (each["id"], [(node["html"][:120], node["failureSummary"]) for node in each["nodes"]])
            for each in found["violations"]
        ] == [], name
        assert len(found["passes"]) > (0 if name in NEW_IN else 20)
        page.evaluate(hide)


def test_everything_is_on_one_screen_without_scrolling(furnished):
    page = furnished
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("probe.drawn()")
    sizes = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(sizes) == [1280, 720]
    boxes = page.evaluate(
        """["#xy-pad", "#wave", "#values", "#shelf", "#pad-1", "#pad-16", "#step-velocity"]
          .concat([".row:nth-of-type(2) .cell", ".row:last-child .cell:last-child"])
          .map((each) => [each, document.querySelector(each).getBoundingClientRect()])
          .map(([each, box]) => [each, box.left, box.top, box.right, box.bottom])"""
    )
    for name, left, top, right, bottom in boxes:
        assert 0 <= left < right <= 1280, name
        assert 0 <= top < bottom <= 720, name
    # The map is the largest thing of the drum.
    map_box = page.locator("#xy-pad").bounding_box()
    assert map_box["width"] * map_box["height"] > 100_000


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1280, 1920])
def test_nothing_is_cut_off(furnished, width):
    page = furnished
    page.set_viewport_size({"width": width, "height": 800})
    for tab in ("beat", "kit", "drum"):
        page.evaluate(f"document.querySelector('nav [data-tab={tab}]').click()")
        page.evaluate("probe.drawn()")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = page.evaluate(
            """[...document.querySelectorAll("button, select, .tile, input:not(.under)")]
              .filter((e) => e.offsetParent && !e.closest(".shelf-row, .song-row, .sheet"))
              .map((e) => [e.id, e.getBoundingClientRect()])
              .map(([id, box]) => [id, box.height, box.left, box.right])"""
        )
        assert len(boxes) > 30
        for name, _, left, right in boxes:
            assert left >= -1, name
            assert right <= width + 1, name


def test_on_a_phone_the_pads_are_at_hand_on_every_tab_and_large_enough(visit):
    page = visit(width=390, height=844, has_touch=True, is_mobile=True, bare=False)
    for tab in ("Drum", "Kit", "Beat"):
        page.get_by_role("navigation").get_by_role("button", name=tab).tap()
        for n in (1, 8, 9, 16):
            box = page.locator(f"#pad-{n}").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 391
            assert box["y"] + box["height"] <= 844
            assert min(box["width"], box["height"]) >= 44
    # The steps of the selected drum, in two rows of eight.
    sizes = page.evaluate(
        "[...document.querySelectorAll('.cell')].filter((e) => e.offsetParent)"
        ".map((e) => [e.offsetWidth, e.offsetHeight])"
    )
    assert len(sizes) == 16
    assert all(width >= 44 and height >= 44 for width, height in sizes)
    page.locator("#pad-3").tap()
    assert page.locator("#grid .row.is-selected .row-name").inner_text() == "Snare"


def test_phones_play_by_touch(visit):
    page = visit(width=390, height=844, has_touch=True, is_mobile=True)
    page.evaluate("probe.watch()")
    page.touchscreen.tap(*center(page, "#xy-pad", 0.25, 0.25))
    until(page, "probe.hits.length === 1")
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([-0.5, 0.5], abs=0.03)
    page.touchscreen.tap(*center(page, "#pad-1"))
    until(page, "probe.hits.length === 2")


def test_reduced_motion_is_respected(visit):
    page = visit(reduced_motion="reduce")
    page.evaluate("probe.drawn()")
    canvas = "document.getElementById('xy-canvas').toDataURL()"
    until(page, "ndm.app.state.map?.nodes.length === 49")
    page.evaluate("probe.drawn()")
    before = page.evaluate(canvas)
    page.get_by_role("button", name="Play the sound").click()
    page.evaluate("probe.drawn()")
    assert page.evaluate(canvas) == before  # no ring around the point
    assert page.locator("#playhead").is_hidden()
    page.keyboard.press("q")
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_ring_and_a_playhead_show_that_the_sound_plays(page):
    until(page, "ndm.app.state.map?.nodes.length === 49")
    page.evaluate("probe.drawn()")
    canvas = "document.getElementById('xy-canvas').toDataURL()"
    before = page.evaluate(canvas)
    page.keyboard.press("Enter")
    until(page, f"{canvas} !== {before!r}")
    until(page, "!document.getElementById('playhead').hidden")
    until(page, "document.getElementById('playhead').hidden")


def test_colours_are_the_systems_until_others_are_chosen(page):
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.emulate_media(color_scheme="dark")
    until(page, f"{theme} === 'dark'")
    page.get_by_role("button", name="Settings").click()
    button = page.get_by_role("button", name="Colours")
    button.click()
    button.click()
    assert page.evaluate(theme) == "light"
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate(theme) == "light"
    page.get_by_role("button", name="Settings").click()
    button.click()
    until(page, f"{theme} === 'dark'")
