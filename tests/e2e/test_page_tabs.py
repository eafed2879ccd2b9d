"""Several tabs at the same work, and links: what one does is no loss to another."""

import pytest
from tests.e2e.test_page import settled
from tests.e2e.test_page_keep import drawn

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


def test_a_link_takes_the_place_of_nothing_until_something_is_done_to_it(visit, page):
    drawn(page, "conga")
    page.wait_for_timeout(PAUSE)
    link = page.evaluate("location.hash")
    mine = visit()
    keep(mine, 0, "snare")
    drawn(mine, "clap")
    mine.wait_for_timeout(PAUSE)
    before = mine.evaluate("probe.project()")

    def come(path):
        """Open a page as whoever comes back."""
        mine.goto("about:blank")
        mine.goto(visit.url + path)
        mine.wait_for_selector("body.is-ready")
        mine.wait_for_timeout(PAUSE)

    come(link)
    assert mine.evaluate("ndm.app.category") == "conga"
    come("")
    assert mine.evaluate("probe.project()") == before
    assert mine.evaluate("ndm.app.history.canUndo") is False
    mine.evaluate(f"location.hash = '{link}'")
    mine.evaluate("probe.until(() => ndm.app.category === 'conga')")
    mine.wait_for_timeout(PAUSE)
    come("")
    assert mine.evaluate("probe.project()") == before
    # What was kept is a step back from the link, also when the link was moved on from.
    come(link)
    mine.keyboard.press("t")
    mine.evaluate("probe.until(() => ndm.app.project.recipe.take === 1)")
    mine.wait_for_timeout(PAUSE)
    for _ in range(2):
        mine.get_by_role("button", name="Undo").click()
    mine.evaluate("probe.until(() => ndm.app.sound.category === 'clap')")
    assert mine.evaluate("probe.project()") == before
    mine.wait_for_timeout(PAUSE)
    come("")
    assert mine.evaluate("probe.project()") == before
