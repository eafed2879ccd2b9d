"""The waveform: it shows the hit, its handles, and zooming."""

import pytest
from tests.support.page import center, drag, draw

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
LENGTH = "ndm.app.state.sound.length"


def shown(page):
    """The part of the sound that is shown: its start and end in milliseconds."""
    page.evaluate("probe.drawn()")
    view = page.locator("#wave").get_attribute("data-view")
    return [float(edge) * page.evaluate(LENGTH) for edge in view.split()]


def place(page, ms):
    """Where a time is on the screen."""
    start, end = shown(page)
    box = page.locator("#wave").bounding_box()
    return box["x"] + (ms - start) / (end - start) * box["width"]


def test_the_hit_is_shown_without_the_silence_after_it(page):
    for category in ("closed_hihat", "tom"):
        draw(page, category)
        start, end = shown(page)
        heard = page.evaluate(
            "(({ channels: [samples], sr }) => { let most = 0; for (const v of samples) "
            "most = Math.max(most, Math.abs(v)); return 1000 * "
            "samples.findLastIndex((v) => Math.abs(v) > most / 500) / sr })(ndm.app.state.sound)"
        )
        assert start == 0
        assert heard <= end + 1
        assert end < max(80, 1.4 * heard)
        reading = page.locator("#wave-reading").inner_text()
        assert float(reading.split()[0]) == pytest.approx(heard, rel=0.1, abs=3)


def test_zoom_shows_a_part_and_handles_stay_with_their_times(page):
    page.evaluate(SET_TRIM, [300, 500])
    assert center(page, "#handle-start", 0)[0] == pytest.approx(place(page, 300), abs=2)
    before = shown(page)
    page.get_by_role("button", name="Zoom in").click()  # the middle half
    size = before[1] - before[0]
    assert shown(page) == pytest.approx([size / 4, 3 * size / 4], abs=1)
    assert center(page, "#handle-start", 0)[0] == pytest.approx(place(page, 300), abs=2)
    for _ in range(6):  # all of it, and then the hit again
        page.get_by_role("button", name="Zoom out").click()
    assert shown(page)[0] == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_every_handle_lies_within_the_waveform_and_follows_the_pointer(visit, width):
    page = visit(width=width)
    page.locator("#wave").scroll_into_view_if_needed()
    page.evaluate("probe.drawn()")
    assert page.evaluate(HANDLES) == [[28, True, True]] * 4
    for name, by, moved in (
        ("start", 20, "t.start"), ("fadeIn", 20, "t.fadeIn"), ("fadeOut", -20, "t.fadeOut"),
    ):  # fmt: skip
        start, end = shown(page)
        inner = page.evaluate("document.getElementById('wave').clientWidth")
        x, y = center(page, f"#handle-{name}")
        drag(page, (x, y), (x + by, y))
        ms = page.evaluate(f"((t) => {moved})(probe.project().trim)")
        assert ms == pytest.approx(20 / inner * (end - start), rel=0.03)
    start, end = shown(page)
    x, y = center(page, "#handle-end")
    drag(page, (x, y), (x - 20, y))
    assert page.evaluate("probe.project().trim.end") < end
