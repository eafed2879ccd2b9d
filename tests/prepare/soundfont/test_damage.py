"""Truncated and damaged banks: an error, or a sound, and little memory."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.soundfont import ZoneSpec, bank, chunk, sine, span

from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.soundfont.generators import Gen


def everything(vorbis: bool) -> bytes:
    zones: list[ZoneSpec] = [
        ({Gen.VOL_DECAY: 0, Gen.VOL_SUSTAIN: 1000, Gen.SAMPLE_MODES: 1}, None),
        ({Gen.KEY_RANGE: span(35, 36), Gen.VELOCITY_RANGE: span(1, 60), Gen.FILTER_FC: 9000}, 0),
        ({Gen.KEY_RANGE: span(36, 37), Gen.MOD_ENV_PITCH: 500, Gen.MOD_DECAY: -2000}, 1),
    ]
    presets: list[list[ZoneSpec]] = [[({Gen.FINE_TUNE: 3}, None), ({}, 0)], [({}, 0)]]
    mods = [(0x0502, Gen.ATTENUATION, 800, 0, 0), (0x0E03, Gen.VOL_DECAY, 500, 0x0587, 0)]
    short = [sine(441, 0.005), sine(900, 0.005)]
    return bank([zones], presets, short, mods=mods, loop=(10, 150), vorbis=vorbis)


def survives(path: Path, data: bytes) -> bool:
    """Whether a bank opens and plays; otherwise it raises an AudioError."""
    path.write_bytes(data)
    try:
        font = SoundFont.open(path)
        hits = font.drum_hits(range(34, 39))
        for hit in hits[:3]:
            x, _ = font.render(hit, seconds=0.02)
            assert np.isfinite(x).all()
    except AudioError:
        return False
    return True


def lengths(data: bytes) -> list[int]:
    """Every seventh length, and all within 9 bytes of the start of a chunk."""
    names = rb"LIST|ifil|smpl|[sp]dta|[ps]hdr|inst|[pi](bag|mod|gen)"
    starts = [match.start() for match in re.finditer(names, data)]
    near = {start + offset for start in starts for offset in range(-9, 10)}
    return sorted(n for n in near | set(range(0, len(data), 7)) if 0 <= n < len(data))


@pytest.mark.parametrize("vorbis", [False, True])
def test_a_bank_that_is_cut_is_an_error(tmp_path, vorbis) -> None:
    data = everything(vorbis)
    assert survives(tmp_path / "bank", data)
    for length in lengths(data):
        assert not survives(tmp_path / "bank", data[:length])
        # The same with a matching outer size, so that the chunks inside are checked.
        if length > 12:
            survives(tmp_path / "bank", chunk(b"RIFF", data[8:length]))


@pytest.mark.parametrize("vorbis", [False, True])
def test_damaged_bytes_cost_little_memory(tmp_path, vorbis) -> None:
    resource = pytest.importorskip("resource")
    data = everything(vorbis)
    tables_at = data.index(b"phdr")
    rng = np.random.default_rng(3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for trial in range(300):
        damaged = bytearray(data)
        first = tables_at if trial % 3 else 0
        for at in rng.integers(first, len(data), rng.integers(1, 6)):
            damaged[at] = rng.choice([0, 255, 128, int(rng.integers(256))])
        survives(tmp_path / "bank", bytes(damaged))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * (1 if sys.platform == "darwin" else 1024) < 256 * 2**20
