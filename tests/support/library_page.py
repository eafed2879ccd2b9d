"""What tests do with the page's Library view."""

from tests.support.library import LIBRARY_HITS
from tests.support.page import settled, until

IS_OPEN = "document.getElementById('library').open"
STATE = "ndm.library.state"
PLACE = """(name) => {
  const { map } = ndm.library.state;
  const i = map.names.indexOf(name);
  return [map.x[i], map.y[i]];
}"""
EMPTY = """() => {
  const { map } = ndm.library.state;
  const away = (x, y) => Math.min(...Array.from(map.x, (v, i) => Math.hypot(v - x, map.y[i] - y)));
  const at = (n) => 0.1 + 0.1 * (n % 9);
  const places = Array.from({ length: 81 }, (_, n) => [at(n), at(Math.floor(n / 9))]);
  return places.sort((a, b) => away(...b) - away(...a))[0];
}"""


def open_library(page):
    page.get_by_role("button", name="Library").click()
    until(page, f"{STATE}.shown.length === {len(LIBRARY_HITS)}")
    settled(page)
    page.evaluate("probe.drawn()")


def on_map(page, place):
    """The point on the screen of a place of the whole map, whose edges have a margin of 18."""
    box = page.locator("#library-canvas").bounding_box()
    x, y = place
    return (
        box["x"] + box["width"] / 2 + (x - 0.5) * (box["width"] - 36),
        box["y"] + box["height"] / 2 - (y - 0.5) * (box["height"] - 36),
    )


def point_of(page, name):
    return on_map(page, page.evaluate(PLACE, name))
