"""The page over time and for everybody: away and back, many drags, contrast, small screens."""

import pytest
from tests.e2e.test_page import center, choose, settled

ASKING = ["random", "variation", "take", "hear-as", "inverter", "open-sound"]


def test_a_server_that_goes_is_told_of_and_nothing_is_lost(passing):
    page = passing.visit()
    page.locator("#random").click()
    page.evaluate("probe.until(() => ndm.app.project.recipe.seed >= 0)")
    page.keyboard.press("p")
    page.evaluate("probe.until(() => ndm.app.rack.sounds[0])")
    before = page.evaluate("probe.project()")
    passing.go(page)
    asking = [page.locator(f"#{name}") for name in ASKING]
    assert all(control.is_disabled() for control in asking)
    # What needs no server still works.
    page.evaluate("probe.watch()")
    page.keyboard.press("Space")
    page.keyboard.press("a")
    assert page.evaluate("probe.hits.length") == 2
    page.keyboard.press("r")
    page.mouse.click(*center(page, "#pad", 0.8, 0.2))
    assert page.evaluate("probe.project()") == before
    with passing.back(page):
        assert page.evaluate("probe.project()") == before
        assert all(control.is_enabled() for control in asking)
        # A variation of a sound that this connection has never heard of.
        page.keyboard.press("v")
        page.evaluate(
            f"probe.until(() => ndm.app.project.recipe.seed !== {before['recipe']['seed']})"
        )
        assert page.evaluate("probe.recipe().category") == before["recipe"]["category"]


def test_a_page_from_elsewhere_cannot_speak_to_the_server(browser, site):
    engine, url = site
    received = engine.status().received
    context = browser.new_context()
    page = context.new_page()  # about:blank, whose origin is nobody's
    opened = page.evaluate(
        """(url) => new Promise((go) => {
          const socket = new WebSocket(url);
          socket.onopen = () => go("opened");
          socket.onclose = () => go("refused");
        })""",
        url.replace("http", "ws") + "ws",
    )
    context.close()
    assert opened == "refused"
    assert engine.status().received == received


def test_thousands_of_drags_leave_nothing_behind(page, site):
    def drags(n):
        page.evaluate(
            """async (n) => {
              const { app } = ndm;
              for (let i = 0; i < n; i++) {
                app.hand.move({ p1: Math.sin(i / 9), p2: Math.cos(i / 13) });
                if (i % 200 === 199) await app.hand.release();
                if (i % 5 === 4) await new Promise((go) => setTimeout(go, 11)); // 450 a second
              }
              await app.hand.release();
              await probe.until(() => app.client._waiting.size === 0);
            }""",
            n,
        )
        page.evaluate("gc(); gc()")
        return page.evaluate("performance.memory.usedJSHeapSize")

    errors = site[0].status().errors
    drags(600)  # until caches and history are full
    page.evaluate("for (let i = 0; i < 200; i++) ndm.app.change({ range: 1 + (i % 2) })")
    before = drags(400)
    after = drags(3000)
    assert after - before < 4e6, (before, after)
    assert page.evaluate("ndm.app.library.size") <= 48
    assert page.evaluate("ndm.app.times.length") <= 1000
    status = site[0].status()
    assert status.errors == errors
    assert status.waiting == 0


VIEWS = [
    ("dark", 1280, 900), ("light", 1280, 900), ("dark", 360, 740), ("light", 360, 740),
]  # fmt: skip


@pytest.fixture(scope="module")
def furnished(tabs, site):
    """One page with something everywhere, looked at in several ways."""
    tab = tabs.take()
    page = tab.show(site[1], 1280, 900, "dark", "no-preference")
    choose(page, "snare")
    page.keyboard.press("p")
    page.keyboard.press("1")
    page.locator("#keep-a").click()
    page.locator("#keep-b").click()
    page.locator("#hear-as").click()
    page.get_by_role("menuitem", name="clap").click()
    page.evaluate("probe.until(() => ndm.app.category === 'clap')")
    settled(page)
    yield page
    faults, _ = tab.leave()
    tabs.put(tab)
    assert faults == []


SHOWN = {
    "the page": ("0", "0"),
    "busy, with its menu open": (
        "document.getElementById('hear-as').click(); ndm.app.waits.during('Hearing it as tom …', "
        "() => new Promise((go) => (globalThis.end = go))); 0",
        "document.getElementById('hear-as').click(); end()",
    ),
    "the help": (
        "document.getElementById('help').click()",
        "document.getElementById('help-text').close()",
    ),
}


@pytest.mark.parametrize(("scheme", "width", "height"), VIEWS)
def test_no_rule_of_wcag_aa_is_broken(furnished, scheme, width, height):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
    page = furnished
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(f"probe.until(() => document.documentElement.dataset.theme === '{scheme}')")
    page.wait_for_timeout(400)  # no colour is on its way any more
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for show, hide in SHOWN.values():
        page.evaluate(show)
        found = axe.Axe().run(page, options=rules)
        assert [
            (each["id"], [(node["html"][:120], node["failureSummary"]) for node in each["nodes"]])
            for each in found["violations"]
        ] == []
        assert len(found["passes"]) > 20
        page.evaluate(hide)


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_is_cut_off(furnished, width):
    page = furnished
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate(
        """[...document.querySelectorAll("button, .chip, select")]
          .filter((e) => e.offsetParent)
          .map((e) => [e.id, e.getBoundingClientRect()])
          .map(([id, box]) => [id, box.height, box.left, box.right])"""
    )
    for name, height, left, right in sizes:
        assert height >= 28, name
        if name:  # chips scroll within their row
            assert left >= 0, name
            assert right <= width, name


@pytest.mark.parametrize(("height", "block"), [(480, "end"), (740, "end"), (740, "center")])
def test_the_menu_ends_within_a_small_screen_and_scrolls(visit, height, block):
    page = visit(width=360, height=height)
    page.evaluate(f"document.getElementById('hear-as').scrollIntoView({{ block: '{block}' }})")
    page.locator("#hear-as").click()
    box = "document.getElementById('hear-as-menu').getBoundingClientRect()"
    assert page.evaluate(f"{box}.bottom") <= height
    assert page.evaluate(f"{box}.height") >= 150
    page.keyboard.press("End")
    last = page.get_by_role("menuitem").last
    seen = last.bounding_box()
    assert seen["y"] + seen["height"] <= page.evaluate(f"{box}.bottom")


def test_phones_play_by_touch(visit):
    page = visit(width=390, height=844, has_touch=True, is_mobile=True)
    page.evaluate("probe.watch()")
    page.touchscreen.tap(*center(page, "#pad", 0.25, 0.25))
    page.evaluate("probe.until(() => probe.hits.length === 1)")
    assert page.evaluate("probe.recipe().p.slice(0, 2)") == pytest.approx([-0.5, 0.5], abs=0.03)
    tile = page.locator("#pad-1")
    tile.scroll_into_view_if_needed()
    page.touchscreen.tap(*center(page, "#pad-1"))
    page.evaluate("probe.until(() => ndm.app.rack.sounds[0])")


def test_reduced_motion_is_respected(visit):
    page = visit(reduced_motion="reduce")
    page.locator("#play").click()
    assert page.evaluate("ndm.pad._rings.length") == 0
    assert page.locator("#playhead").is_hidden()
    page.keyboard.press("p")
    page.evaluate("probe.until(() => ndm.app.rack.sounds[0])")
    assert page.evaluate("document.getAnimations().length") == 0


def test_colours_are_the_systems_until_others_are_chosen(visit):
    page = visit(color_scheme="light")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.emulate_media(color_scheme="dark")
    page.evaluate(f"probe.until(() => {theme} === 'dark')")
    page.locator("#theme").click()
    page.locator("#theme").click()
    assert page.evaluate(theme) == "light"
    page.reload()
    page.wait_for_selector("body.is-ready")
    assert page.evaluate(theme) == "light"
