import struct
import sys
import zlib

import numpy as np
import pytest
from tests.support.sounds import noise, tone

from neural_drum_machine.errors import MissingExtraError
from neural_drum_machine.pictures import contact_sheet


def png_pixels(path) -> np.ndarray:
    """Check a PNG's signature, size and header checksum; return its pixels."""
    from matplotlib.image import imread

    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    pixels = imread(path)
    assert pixels.shape[:2] == (height, width)
    assert zlib.crc32(data[12:29]) == struct.unpack(">I", data[29:33])[0]
    return pixels


def test_sheet_shows_each_sound(tmp_path):
    path = tmp_path / "s.png"
    kick = np.pad(tone(60, 0.5), (0, 22015 - 11025))
    contact_sheet([("kick", kick), ("noise", noise(1.0, decay=0)[:22015])], path, columns=2)
    pixels = png_pixels(path)
    height, width = pixels.shape[:2]
    assert width == 520
    brightness = pixels[height // 3 :, :, :3].sum(axis=2)
    left, right = brightness[:, : width // 2], brightness[:, width // 2 :]
    # Noise fills its picture to the top, the kick only the bottom.
    top = slice(20, height // 3)
    assert right[top, 60:200].mean() > left[top, 60:200].mean() + 0.3
    assert [p.name for p in tmp_path.iterdir()] == ["s.png"]


def test_sheet_of_silence_can_be_drawn(tmp_path):
    contact_sheet([("nothing", np.zeros(22015, np.float32))], tmp_path / "s.png")
    pixels = png_pixels(tmp_path / "s.png")
    assert np.isfinite(pixels).all()
    assert pixels[:, :, :3].min() == 0  # the spectrogram's black


def test_missing_matplotlib_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'neural-drum-machine\[plot\]'"):
        contact_sheet([], tmp_path / "s.png")
