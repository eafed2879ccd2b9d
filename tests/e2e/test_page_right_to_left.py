"""The page from right to left: text and layout turn around, time and amounts keep their way."""

import pytest
from tests.e2e.test_page_looks import SHOWN
from tests.support.page import center, press_at, settled, until

SOME = "button, select, input:not(.under), output, label > span"
SIZES = [(1280, 720), (360, 740)]
BOX = "(id) => document.getElementById(id).getBoundingClientRect().toJSON()"
# What covers something else by mistake, by part of the page.
COVERED = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const words = (e) => `${e.tagName} ${e.id} ${e.className} ${e.textContent.slice(0, 20)}`;
  const found = [];
  const open = document.querySelector("dialog[open]");
  for (const part of open ? [open] : document.querySelectorAll("header, .panel, nav")) {
    const all = [...part.querySelectorAll(SOME)]
      .filter((e) => seen(e) && !e.closest(".unseen, .menu, .tray, .axis-foot"))
      .filter((e) => e.matches("select, input") || e.textContent.trim() || e.querySelector("svg"))
      .map((e) => [e, e.getBoundingClientRect()])
      .filter(([, box]) => box.width > 1 && box.height > 1);
    all.forEach(([one, a], n) => {
      for (const [other, b] of all.slice(n + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const isWithin = one.contains(other) || other.contains(one);
        if (across > 1 && down > 1 && !isWithin) found.push([words(one), words(other)]);
      }
    });
  }
  return found;
}""".replace("SOME", repr(SOME))
BEYOND = """(width) => [...document.querySelectorAll(SOME)]
  .filter((e) => e.offsetParent && !e.closest(".shelf-row, .song-row, .sheet, .unseen"))
  .map((e) => [e.id || e.className, e.getBoundingClientRect()])
  .filter(([, box]) => box.left < -1 || box.right > width + 1)
  .map(([name]) => name)""".replace("SOME", repr(SOME))


@pytest.fixture
def turned(visit):
    """Opens the page from right to left."""

    def open_page(width, height, **options):
        page = visit(width=width, height=height, bare=False, reduced_motion="reduce", **options)
        page.evaluate("document.documentElement.dir = 'rtl'")
        until(page, "ndm.app.kit.grooves.length && ndm.app.state.voices.every(Boolean)")
        settled(page)
        return page

    return open_page


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_overflows_and_nothing_covers_another(turned, width, height):
    page = turned(width, height)
    for tab in ("beat", "kit", "drum") if width < 700 else ("drum",):
        page.evaluate(f"document.querySelector('nav [data-tab={tab}]').click()")
        for name, (show, hide) in SHOWN.items() if tab == "drum" else [(tab, ("0", "0"))]:
            page.evaluate(show)
            until(page, "ndm.app.client.isIdle")
            page.evaluate("probe.drawn()")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.evaluate(BEYOND, width) == [], name
            assert page.evaluate(COVERED) == [], name
            page.evaluate(hide)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_rule_of_wcag_aa_is_broken(turned, width, height):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
    page = turned(width, height)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for name in ("the page", "mix", "the export"):
        show, hide = SHOWN[name]
        page.evaluate(show)
        found = axe.Axe().run(page, options=rules)["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
        page.evaluate(hide)


def test_text_and_layout_turn_around_and_time_does_not(turned):
    page = turned(1280, 720)
    left = {
        name: page.locator(name).bounding_box()["x"]
        for name in (".drum", ".kit", "#run", "#help", "#tab-sound", "#tab-mix", "#pad-1", "#pad-2")
    }
    assert left[".drum"] > left[".kit"]
    assert left["#run"] > left["#help"]
    assert left["#tab-sound"] > left["#tab-mix"]
    # Pads lie as their keys do, steps in the order of time, beside their names.
    assert left["#pad-1"] < left["#pad-2"]
    row = page.locator("#grid .row").first
    cells = [row.locator(".cell").nth(n).bounding_box()["x"] for n in range(16)]
    assert cells == sorted(cells)
    assert row.locator(".row-name").bounding_box()["x"] > cells[-1]
    # The playing column is where the step is.
    page.evaluate("ndm.app.beat.play()")
    until(page, "!document.getElementById('column').hidden")
    column = page.evaluate("""() => {
      const column = document.getElementById("column");
      const at = Number(getComputedStyle(column).getPropertyValue("--at"));
      const cell = document.querySelectorAll("#grid .row .cell")[at];
      return [column, cell].map((each) => each.getBoundingClientRect().left);
    }""")
    assert column[0] == pytest.approx(column[1], abs=1.5)
    page.evaluate("ndm.app.beat.stop()")


def test_the_map_the_waveform_sliders_and_keys_keep_their_way(turned):
    page = turned(1280, 720)
    page.evaluate("ndm.app.newSounds.choose('snare')")
    settled(page)
    press_at(page, "#xy-pad", 0.75, 0.5)
    assert page.evaluate("probe.recipe().p[0]") > 0.3
    page.locator("#p1").focus()
    before = page.evaluate("probe.recipe().p[0]")
    page.keyboard.press("ArrowLeft")
    settled(page)
    assert page.evaluate("probe.recipe().p[0]") < before
    handles = [page.locator(f"#handle-{name}").bounding_box()["x"] for name in ("start", "end")]
    assert handles[0] < handles[1]
    page.locator("#swing").focus()
    swing = page.evaluate("ndm.app.project.beat.swing")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("ndm.app.project.beat.swing") > swing
    x, y = center(page, "#swing", 0.95)
    page.mouse.click(x, y)
    assert page.evaluate("ndm.app.project.beat.swing") > 0.7
    # Tabs go where the arrow points.
    page.locator("#tab-feel").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tab-sound").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_menus_stay_within_the_window(turned, width, height):
    page = turned(width, height)
    for name in ("category", "encode-as", "file", "eight"):
        page.evaluate(f"document.getElementById('{name}').click()")
        box = page.evaluate(BOX, f"{name}-menu")
        assert box["left"] >= 0, name
        assert box["right"] <= width, name
        page.keyboard.press("Escape")
