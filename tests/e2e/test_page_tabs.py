"""Several tabs at the same work, and links: what one does is no loss to another."""

import pytest

from .test_page import settled
from .test_page_keep import drawn

PAUSE = 500  # milliseconds, until what was done is kept


@pytest.fixture
def both(visit):
    """Two tabs of one browser."""
    first = visit()
    second = first.context.new_page()
    faults = []
    second.on("pageerror", lambda error: faults.append(str(error)))
    second.goto(visit.url)
    second.wait_for_selector("body.is-ready")
    yield first, second
    second.evaluate("Storage.prototype.setItem = () => {}")
    second.close()
    assert faults == []


def on_pads(page):
    return page.evaluate("ndm.app.project.pads.map((pad) => pad && pad.recipe.category)")


def keep(page, n, category):
    drawn(page, category)
    page.evaluate(f"ndm.app.rack.keep({n})")
    settled(page)


def test_what_one_tab_keeps_another_takes_over(both):
    a, b = both
    keep(a, 0, "snare")
    keep(a, 1, "clap")
    a.evaluate("ndm.app.slots.keep('a')")
    b.evaluate("probe.until(() => ndm.app.rack.sounds[1] && ndm.app.project.a)")
    # Not its sound, and nothing that undo would take back.
    assert b.evaluate("[ndm.app.category, ndm.app.history.canUndo]") == ["kick", False]
    drawn(b, "tom")
    b.evaluate("ndm.app.undo()")
    settled(b)
    keep(b, 2, "tom")
    b.wait_for_timeout(PAUSE)
    a.reload()
    a.wait_for_selector("body.is-ready")
    assert on_pads(a)[:4] == ["snare", "clap", "tom", None]
    assert on_pads(b) == on_pads(a)
    assert a.evaluate("ndm.app.category") == "clap"
    b.evaluate("ndm.app.rack.clear(0)")
    a.evaluate("probe.until(() => !ndm.app.project.pads[0])")
    b.evaluate("ndm.app.undo()")
    a.evaluate("probe.until(() => ndm.app.rack.sounds[0])")


def test_what_a_tab_was_not_told_of_it_finds_before_it_writes(page):
    keep(page, 0, "snare")
    keep(page, 1, "clap")
    page.wait_for_timeout(PAUSE)
    # Of what a page writes itself it is not told either.
    page.evaluate("""() => {
      const value = JSON.parse(localStorage["ndm.project"]);
      [value.project.pads[0], value.project.pads[5]] = [null, value.project.pads[0]];
      localStorage["ndm.project"] = JSON.stringify(value);
    }""")
    keep(page, 2, "tom")
    page.evaluate("probe.until(() => ndm.app.rack.sounds[5])")
    page.wait_for_timeout(PAUSE)
    want = [None, "clap", "tom", None, None, "snare", None, None]
    assert on_pads(page) == want
    kept = page.evaluate("JSON.parse(localStorage['ndm.project']).project.pads")
    assert [pad and pad["recipe"]["category"] for pad in kept] == want
