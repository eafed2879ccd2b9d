"""The waveform: its handles, and zooming."""

import pytest
from tests.support.page import center, drag

HANDLES = """["start", "end", "fadeIn", "fadeOut"].map((name) => {
  const handle = document.getElementById(`handle-${name}`);
  const inner = document.getElementById("wave").getBoundingClientRect();
  const { left, right, top, bottom, width } = handle.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    width, left >= inner.left && right <= inner.right,
    document.elementFromPoint(x, y) === handle,
  ];
})"""
SET_TRIM = "([start, end]) => ndm.app.change({ trim: { start, end, fadeIn: 0, fadeOut: 0 } })"


def drawn(page):
    page.evaluate("probe.drawn()")


def test_zoom_shows_a_part_and_handles_stay_with_their_times(page):
    page.evaluate(SET_TRIM, [500, 600])
    drawn(page)
    before = center(page, "#handle-start", 0)[0]
    length = page.evaluate("ndm.app.state.sound.length")
    box = page.locator("#wave").bounding_box()
    assert before == pytest.approx(box["x"] + 500 / length * box["width"], abs=2)
    page.get_by_role("button", name="Zoom in").click()  # the middle half
    drawn(page)
    zoomed = box["x"] + 2 * (500 / length - 0.25) * box["width"]
    assert center(page, "#handle-start", 0)[0] == pytest.approx(zoomed, abs=2)
    page.get_by_role("button", name="Show all").click()
    drawn(page)
    assert center(page, "#handle-start", 0)[0] == pytest.approx(before)


@pytest.mark.parametrize("width", [1280, 360])
def test_every_handle_lies_within_the_waveform_and_follows_the_pointer(visit, width):
    page = visit(width=width)
    page.locator("#wave").scroll_into_view_if_needed()
    drawn(page)
    assert page.evaluate(HANDLES) == [[28, True, True]] * 4
    length = page.evaluate("ndm.app.state.sound.length")
    for name, by, moved in (
        ("start", 20, "t.start"), ("end", -20, f"{length} - t.end"), ("fadeIn", 20, "t.fadeIn"),
        ("fadeOut", -20, "t.fadeOut"),
    ):  # fmt: skip
        x, y = center(page, f"#handle-{name}")
        drag(page, (x, y), (x + by, y))
        inner = page.evaluate("document.getElementById('wave').clientWidth")
        ms = page.evaluate(f"((t) => {moved})(probe.project().trim)")
        assert ms == pytest.approx(20 / inner * length, rel=0.02)
        drawn(page)
    # A handle at the edge of the visible part lies within it, too.
    page.evaluate(SET_TRIM, [0.74 * length, None])
    page.get_by_role("button", name="Zoom in").click()
    drawn(page)
    assert page.evaluate(HANDLES)[0][1:] == [True, True]
