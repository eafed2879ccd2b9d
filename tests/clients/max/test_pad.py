"""The pad under Node: pointer in, P1 and P2 out."""

import pytest
from tests.clients.max.conftest import MAX, needs_node

pytestmark = needs_node


@pytest.fixture
def pad(script):
    made = script(MAX / "ndm_pad.js")
    made({"size": [124, 116]})

    def point(which, x, y, shift=0, button=1):
        out = made({"pointer": which, "at": [x, y, button, 0, shift, 0, 0, 0]})
        assert {"redraw": True} in out or shift
        return [each["message"] for each in out if "outlet" in each]

    made.point = point
    return made


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [(62, 58, [0, 0]), (6, 110, [-1, -1]), (118, 6, [1, 1]), (90, 84, [0.5, -0.5]),
     (-50, 500, [-1, -1]), (1000, -3, [1, 1])],
)  # fmt: skip
def test_the_pointer_is_p1_and_p2_and_never_beyond(pad, x, y, place):
    assert pad.point("onclick", x, y) == [place]
    assert pad.point("ondrag", x, y) == [place]


def test_with_shift_it_goes_a_tenth_as_far(pad):
    pad.point("onclick", 62, 58)
    assert pad.point("onclick", 70, 58, shift=1) == []
    ((a, b),) = pad.point("ondrag", 70 + 56, 58 - 52, shift=1)
    assert (a, b) == (pytest.approx(0.1), pytest.approx(0.1))
    for _ in range(30):
        pad.point("ondrag", 0, 0, shift=1)
        ((a, b),) = pad.point("ondrag", 1000, 0, shift=1)
    assert a <= 1


def test_a_double_click_is_the_middle(pad):
    pad.point("onclick", 10, 10)
    assert pad.point("ondblclick", 10, 10) == [[0, 0]]


def test_what_is_shown_is_not_sent_on_and_lies_within(pad):
    assert pad(["place", 0.5, -3]) == [{"redraw": True}]
    (drawn,) = (each["drawn"] for each in pad({"paint": True}))
    ((_, x, y, w, h),) = [call for call in drawn if call[0] == "ellipse"]
    assert (x + w / 2, y + h / 2) == (90, 110)
    # A click with shift goes on from what was shown.
    pad.point("onclick", 0, 0, shift=1)
    ((a, b),) = pad.point("ondrag", 0, -52, shift=1)
    assert (a, b) == (0.5, pytest.approx(-0.9))


def test_it_is_drawn_in_the_themes_colours_with_the_names_of_the_axes(pad):
    pad(["axes", "darker – brighter", "P2"])
    (drawn,) = (each["drawn"] for each in pad({"paint": True}))
    names = [call[0] for call in drawn]
    assert names.count("fill") == 2  # the ground and the point
    assert names.count("move_to") >= 10  # five lines each way
    words = " ".join(call[1] for call in drawn if call[0] == "show_text")
    assert "darker – brighter" in words
    assert "P2" in words
    colours = [call[1] for call in drawn if call[0] == "set_source_rgba"]
    assert colours == [[0.5, 0.5, 0.5, 1]] * len(colours)
    assert drawn[1] == ["rectangle", 0, 0, 124, 116]


def test_a_theme_without_such_colours_is_no_reason_to_draw_nothing(script, tmp_path):
    source = (MAX / "ndm_pad.js").read_text().replace("live_lcd", "no_such")
    (tmp_path / "pad.js").write_text(source)
    (drawn,) = (each["drawn"] for each in script(tmp_path / "pad.js")({"paint": True}))
    assert [call for call in drawn if call[0] == "ellipse"]
    assert all(len(call[1]) == 4 for call in drawn if call[0] == "set_source_rgba")
