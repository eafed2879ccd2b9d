"""Presets, layers and errors of a sound font."""

import itertools
import struct

import numpy as np
import pytest
from tests.support.soundfont import ZoneSpec, bank, pitch, sine, span

from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.font import DrumHit, SoundFont
from neural_drum_machine.prepare.soundfont.generators import Gen


def test_layers_split_at_every_border_and_merge_equal_neighbours(tmp_path) -> None:
    velocity, keys = Gen.VELOCITY_RANGE, Gen.KEY_RANGE
    zones: list[ZoneSpec] = [
        ({keys: span(36, 36), velocity: span(0, 63)}, 0),
        ({keys: span(36, 36), velocity: span(40, 127)}, 1),
        # The same twice: one layer.
        ({keys: span(38, 40), velocity: span(1, 50)}, 0),
        ({keys: span(38, 40), velocity: span(51, 100)}, 0),
    ]
    presets: list[list[ZoneSpec]] = [
        [({}, 0)],
        [({keys: span(36, 36), velocity: span(60, 90)}, 0)],
    ]
    path = tmp_path / "layers.sf2"
    path.write_bytes(bank([zones], presets, [sine(300), sine(500)]))
    font = SoundFont.open(path)
    assert font.presets == [(0, "Kit 0"), (1, "Kit 1")]
    assert font.drum_hits([38, 36, 36]) == [
        DrumHit(0, "Kit 0", 36, 1, 39, "S0"),
        DrumHit(0, "Kit 0", 36, 40, 63, "S0 + S1"),
        DrumHit(0, "Kit 0", 36, 64, 127, "S1"),
        DrumHit(0, "Kit 0", 38, 1, 100, "S0"),
        DrumHit(1, "Kit 1", 36, 60, 63, "S0 + S1"),
        DrumHit(1, "Kit 1", 36, 64, 90, "S1"),
    ]
    assert [hit.key for hit in font.drum_hits() if hit.program == 0] == [36, 36, 36, 38, 39, 40]
    # Two octaves under the root key 60.
    assert pitch(font.render(font.drum_hits([36])[2])[0]) == pytest.approx(125, abs=0.2)


def test_layers_of_random_banks_tile_the_velocities(tmp_path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "bank.sf2"
    for _ in range(20):
        ranges = [sorted(rng.integers(0, 128, 2).tolist()) for _ in range(5)]
        zones = [({Gen.VELOCITY_RANGE: span(*pair)}, i) for i, pair in enumerate(ranges)]
        samples = [sine(300, 0.01)] * len(zones)
        path.write_bytes(bank([zones], samples=samples))  # type: ignore[list-item]
        hits = SoundFont.open(path).drum_hits([60])
        for one, other in itertools.pairwise(hits):
            assert one.high_velocity < other.low_velocity
            assert one.sample != other.sample or other.low_velocity > one.high_velocity + 1
        for velocity in range(1, 128):
            names = [f"S{i}" for i, (low, high) in enumerate(ranges) if low <= velocity <= high]
            got = [hit for hit in hits if hit.low_velocity <= velocity <= hit.high_velocity]
            assert [hit.sample for hit in got] == ([" + ".join(names)] if names else [])


def test_control_characters_in_names_are_replaced(tmp_path) -> None:
    path = tmp_path / "bank.sf2"
    path.write_bytes(bank([[({}, 0)]]).replace(b"Kit 0\0", b"K\x1b[2J\0"))
    assert SoundFont.open(path).presets == [(0, "K?[2J")]


def test_errors_name_file_and_reason(tmp_path) -> None:
    good = bank([[({Gen.KEY_RANGE: span(36, 36)}, 0)]])
    path = tmp_path / "bank.sf2"
    for data, reason in (
        (b"", "not a SoundFont"),
        (b"RIFF" + bytes(40), "not a SoundFont"),
        (good[:-10], "truncated"),
        (good.replace(b"smpl", b"smpx"), "holds no samples"),
        (good.replace(b"igen", b"igxx"), "chunk igen has 0 bytes"),
        (good.replace(b"ifil\4\0\0\0\2", b"ifil\4\0\0\0\1"), "version 1"),
        (bank([[({}, 7)]]), "names number 7 of 1"),
        (bank([[({}, 0)] * 300]), "over 256 regions"),
    ):
        path.write_bytes(data)
        with pytest.raises(AudioError, match=reason) as caught:
            SoundFont.open(path).drum_hits()
        assert str(path) in str(caught.value)
    for missing, reason in ((tmp_path / "no.sf2", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(AudioError, match=reason):
            SoundFont.open(missing)
    path.write_bytes(good)
    font = SoundFont.open(path)
    (hit,) = font.drum_hits()
    with pytest.raises(AudioError, match="no sound for key 37"):
        font.render(DrumHit(0, "Kit 0", 37, 1, 127, "S0"))
    for seconds in (0, -1, 31, float("nan")):
        with pytest.raises(AudioError, match="seconds must be"):
            font.render(hit, seconds=seconds)
    path.write_bytes(good[:200])
    with pytest.raises(AudioError, match="became shorter"):
        font.render(hit)
    path.unlink()
    with pytest.raises(AudioError, match="cannot be read"):
        font.render(hit)


def test_samples_outside_the_data_are_left_out(tmp_path) -> None:
    path = tmp_path / "bank.sf2"
    data = bytearray(bank([[({}, 0)], [({}, 1)]], [[({}, 0), ({}, 1)]], [sine(300), sine(500)]))
    header = data.index(b"S1" + bytes(18))
    data[header + 24 : header + 28] = struct.pack("<I", 2**31)
    path.write_bytes(data)
    assert {hit.sample for hit in SoundFont.open(path).drum_hits()} == {"S0"}
