import numpy as np
import pytest

from neural_drum_machine.signal.reading import is_silent, most_frames


@pytest.mark.parametrize(
    ("sr", "n_channels", "n"),
    [(44_100, 2, 30 * 44_100), (96_000, 2, 30 * 96_000), (96_000, 64, 2**23 // 64)],
)
def test_many_channels_cost_no_more_memory_than_few(sr, n_channels, n):
    assert most_frames(sr, n_channels) == n


@pytest.mark.parametrize(
    ("sr", "n_channels"), [(999, 1), (1_000_001, 1), (44_100, 65), (44_100, 0)]
)
def test_implausible_headers_are_refused(sr, n_channels):
    with pytest.raises(ValueError, match=f"claims {sr} Hz and {n_channels} channels"):
        most_frames(sr, n_channels)


def test_silence_ends_70_db_under_full_scale():
    assert is_silent(np.float32([[0, 2.9e-4, -2.9e-4]]))
    assert not is_silent(np.float32([[0, -3.1e-4]]))
    assert not is_silent(np.float32([[np.nan]]))
    assert is_silent(np.zeros((1, 0), np.float32))
