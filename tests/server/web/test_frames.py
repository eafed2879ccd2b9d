"""Frames are followed in whatever pieces their bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.web import frame

from neural_drum_machine.server.web.frames import FrameMeter


def fed(meter, data, size, most=10**9):
    for start in range(0, len(data), size):
        piece = memoryview(data)[start : start + size]
        assert meter.take(piece, most) == len(piece)
    return meter


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 9]), st.sampled_from([0, 1, 125, 126])), max_size=5),
    st.sampled_from([1, 7, 1000]),
)
def test_every_frame_is_counted_however_it_is_cut(frames, size):
    data = b"".join(frame(opcode, bytes(n)) for opcode, n in frames)
    meter = fed(FrameMeter(), data, size)
    assert meter.frames == len(frames)
    assert meter.messages == sum(opcode != 9 for opcode, _ in frames)
    assert meter.text == sum(n for opcode, n in frames if opcode == 1)
    assert meter.unfinished == 0


def test_a_long_frame_is_one():
    meter = fed(FrameMeter(), frame(2, bytes(1_000_000)), 65_536)
    assert (meter.frames, meter.messages, meter.text) == (1, 1, 0)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_message_in_progress_is_counted_until_its_end(size):
    meter = fed(FrameMeter(), frame(1, b"abc", last=False), size)
    assert (meter.unfinished, meter.fragments, meter.messages) == (6 + 3, 1, 0)
    fed(meter, frame(9, b"ping"), size)  # may come between
    fed(meter, frame(0, bytes(200), last=False), size)
    assert (meter.unfinished, meter.fragments) == (6 + 3 + 8 + 200, 2)
    fed(meter, frame(0), size)
    assert (meter.unfinished, meter.fragments, meter.messages, meter.text) == (0, 0, 1, 203)


def test_so_many_frames_are_taken_at_once():
    data = memoryview(5 * frame(9, b"abc"))
    meter = FrameMeter()
    assert meter.take(data, 2) == 2 * len(frame(9, b"abc"))
    assert meter.frames == 2
    assert meter.take(data, 0) == 0


@given(st.lists(st.sampled_from([0, 1, 125, 126, 300]), min_size=1), st.integers(1, 1000))
def test_what_belongs_to_no_message_in_progress_is_told(lengths, size):
    data = b"".join(frame(2, bytes(n)) for n in lengths)
    ends = [0]
    for n in lengths:
        ends.append(ends[-1] + len(frame(2, bytes(n))))
    meter = FrameMeter()
    for start in range(0, len(data), size):
        piece = memoryview(data)[start : start + size]
        meter.take(piece, 10**9)
        before = max(end for end in ends if end <= start + len(piece))
        assert meter.complete == max(0, before - start)
