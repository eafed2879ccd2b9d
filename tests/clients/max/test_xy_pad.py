"""The XY pad under Node: pointer in, P1 and P2 out."""

import pytest
from tests.clients.max.conftest import MAX, needs_node

pytestmark = needs_node


@pytest.fixture
def pad(node):
    script = node.load(MAX / "ndm_xy_pad.js")
    yield script
    script.close()


@pytest.fixture
def point(pad):
    """Move or press the pointer; returns the outputs of the pad."""

    def send(which, x, y, shift=0, button=1):
        out = pad({"pointer": which, "at": [x, y, button, 0, shift, 0, 0, 0]})
        assert {"redraw": True} in out or shift
        return [each["message"] for each in out if "outlet" in each]

    return send


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [(62, 58, [0, 0]), (6, 110, [-1, -1]), (118, 6, [1, 1]), (90, 84, [0.5, -0.5]),
     (-50, 500, [-1, -1]), (1000, -3, [1, 1])],
)  # fmt: skip
def test_the_pointer_sets_p1_and_p2_within_the_square(point, x, y, place):
    assert point("onclick", x, y) == [place]
    assert point("ondrag", x, y) == [place]


def test_with_shift_the_point_moves_a_tenth_as_far(point):
    point("onclick", 62, 58)
    assert point("onclick", 70, 58, shift=1) == []
    ((a, b),) = point("ondrag", 70 + 56, 58 - 52, shift=1)
    assert (a, b) == (pytest.approx(0.1), pytest.approx(0.1))
    for _ in range(30):
        point("ondrag", 0, 0, shift=1)
        ((a, b),) = point("ondrag", 1000, 0, shift=1)
    assert a <= 1


def test_a_double_click_sets_the_middle(point):
    point("onclick", 10, 10)
    assert point("ondblclick", 10, 10) == [[0, 0]]


def test_a_place_is_shown_within_the_square_without_an_output(pad, point):
    assert pad(["place", 0.5, -3]) == [{"redraw": True}]
    (drawn,) = (each["drawn"] for each in pad({"paint": True}))
    ((_, x, y, w, h),) = [call for call in drawn if call[0] == "ellipse"]
    assert (x + w / 2, y + h / 2) == (90, 110)
    # A drag with shift continues from the place shown.
    point("onclick", 0, 0, shift=1)
    ((a, b),) = point("ondrag", 0, -52, shift=1)
    assert (a, b) == (0.5, pytest.approx(-0.9))


def test_it_has_the_themes_colours_and_the_names_of_the_axes(pad):
    pad(["axes", "darker – brighter", "P2"])
    (drawn,) = (each["drawn"] for each in pad({"paint": True}))
    names = [call[0] for call in drawn]
    assert names.count("fill") == 2  # the background and the point
    assert names.count("move_to") >= 10  # five lines each way
    words = " ".join(call[1] for call in drawn if call[0] == "show_text")
    assert "darker – brighter" in words
    assert "P2" in words
    colours = [call[1] for call in drawn if call[0] == "set_source_rgba"]
    assert colours == [[0.5, 0.5, 0.5, 1]] * len(colours)
    assert drawn[1] == ["rectangle", 0, 0, 124, 116]


def test_it_is_drawn_even_if_the_theme_lacks_the_colours(node, tmp_path):
    source = (MAX / "ndm_xy_pad.js").read_text().replace("live_lcd", "no_such")
    (tmp_path / "pad.js").write_text(source)
    (drawn,) = (each["drawn"] for each in node.load(tmp_path / "pad.js")({"paint": True}))
    assert [call for call in drawn if call[0] == "ellipse"]
    assert all(len(call[1]) == 4 for call in drawn if call[0] == "set_source_rgba")
