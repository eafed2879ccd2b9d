"""Several tabs with the same project, and links beside it."""

import pytest
from tests.support.page import draw, keep, settled, until


@pytest.fixture
def both(visit):
    """Two tabs of one browser, with one kit."""
    first = visit()
    first.evaluate("ndm.app.beat.set({ tempo: 90 })")
    stored(first)
    second = first.context.new_page()
    errors = []
    second.on("pageerror", lambda error: errors.append(str(error)))
    second.goto(visit.url)
    second.wait_for_selector("body.is-ready")
    yield first, second
    second.evaluate("Storage.prototype.setItem = () => {}")
    second.close()
    assert errors == []


def on_pads(page):
    return page.evaluate("ndm.app.project.pads.map((pad) => pad && pad.recipe.category)")


def stored(page):
    """Wait until the storage has the page's project."""
    until(
        page,
        "JSON.stringify(JSON.parse(localStorage['ndm.project'] ?? '{}').project?.pads) === "
        "JSON.stringify(ndm.app.project.pads)",
    )


def test_what_one_tab_keeps_comes_to_the_other(both):
    a, b = both
    keep(a, 1, "snare")
    keep(a, 2, "clap")
    a.evaluate("ndm.app.morph.keep('a'); ndm.app.beat.setStep(1, 4, {})")
    until(b, "ndm.app.state.voices[2] && ndm.app.project.a")
    until(b, "ndm.app.project.beat.patterns[0][1][4]")
    # The pad that is edited stays, and there is no step to undo.
    assert b.evaluate("[ndm.app.project.selected, probe.steps()]") == [0, 0]
    draw(b, "tom")
    b.keyboard.press("Control+z")
    settled(b)
    keep(b, 3, "tom")
    stored(b)
    a.reload()
    a.wait_for_selector("body.is-ready")
    assert on_pads(a)[:5] == ["kick", "snare", "clap", "tom", None]
    assert on_pads(b) == on_pads(a)
    b.evaluate("ndm.app.drumPads.clear(1)")
    until(a, "!ndm.app.project.pads[1]")
    b.evaluate("ndm.app.undo()")
    until(a, "ndm.app.state.voices[1]")


def test_a_tab_that_was_not_told_of_a_change_finds_it_before_it_saves(page):
    keep(page, 1, "snare")
    keep(page, 2, "clap")
    stored(page)
    # A page gets no event about what it writes itself, as a suspended tab gets none at all.
    page.evaluate("""() => {
      const value = JSON.parse(localStorage["ndm.project"]);
      [value.project.pads[1], value.project.pads[5]] = [null, value.project.pads[1]];
      localStorage["ndm.project"] = JSON.stringify(value);
    }""")
    keep(page, 3, "tom")
    until(page, "ndm.app.state.voices[5]")
    stored(page)
    assert on_pads(page)[:7] == ["kick", None, "clap", "tom", None, "snare", None]


def test_a_link_does_not_replace_the_project_until_something_is_changed(visit, page):
    draw(page, "conga")
    page.get_by_role("button", name="Share").click()
    until(page, "location.hash.startsWith('#4.')")
    link = page.evaluate("location.hash")
    mine = visit()
    keep(mine, 1, "snare")
    stored(mine)
    before = mine.evaluate("probe.project()")

    def come(path):
        """Open a page as somebody who comes back."""
        mine.goto("about:blank")
        mine.goto(visit.url + path)
        mine.wait_for_selector("body.is-ready")

    come(link)
    assert mine.evaluate("ndm.app.project.recipe.category") == "conga"
    come("")
    assert mine.evaluate("[probe.project(), probe.steps()]") == [before, 0]
    # The project is one step before the link, also when the link's sound was changed.
    come(link)
    mine.keyboard.press("x")
    settled(mine)
    stored(mine)
    assert mine.evaluate("location.hash") == ""
    for _ in range(2):
        mine.get_by_role("button", name="Undo").click()
    until(mine, "ndm.app.state.sound.category === 'snare'")
    assert mine.evaluate("probe.project().pads") == before["pads"]
