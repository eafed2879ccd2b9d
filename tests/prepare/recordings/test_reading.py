"""Decoding the files of a producer's library: large, messy, partly broken."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.library import SR, drum, reasons
from tests.support.small import SMALL_SPEC
from tests.support.sounds import noise, tone

from neural_drum_machine.prepare.pipeline import prepare


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    root = tmp_path / "Samples"
    kicks = root / "Pack" / "Kicks"
    kicks.mkdir(parents=True)
    x = drum(0)
    soundfile.write(kicks / "16.wav", drum(1), SR, subtype="PCM_16")
    soundfile.write(kicks / "8.wav", drum(2), SR, subtype="PCM_U8")
    soundfile.write(kicks / "f64.wav", drum(3).astype(float), SR, subtype="DOUBLE")
    soundfile.write(kicks / "192k.wav", np.repeat(drum(4), 8)[: 192000 // 4], 192000)
    soundfile.write(kicks / "five.wav", np.tile(drum(5)[:, None], (1, 5)), SR)
    soundfile.write(kicks / "mp3.mp3", drum(6), SR)
    soundfile.write(kicks / "loud.wav", 1e30 * drum(7).astype(float), SR, subtype="DOUBLE")
    (kicks / "zero.wav").touch()
    (kicks / "text.wav").write_text("this is not audio")
    (kicks / "._16.wav").write_bytes(b"resource fork")
    nan = x.copy()
    nan[100] = np.nan
    soundfile.write(kicks / "nan.wav", nan, SR, subtype="FLOAT")
    soundfile.write(kicks / "huge.wav", 1e300 * x.astype(float), SR, subtype="DOUBLE")
    # A header that claims two gigabytes, and one of four billion hertz.
    good = (kicks / "16.wav").read_bytes()
    data = good.index(b"data")
    long = good[: data + 4] + struct.pack("<I", 0x7FFFFFF0) + good[data + 8 :]
    (kicks / "lies.wav").write_bytes(long[:4] + struct.pack("<I", 0x7FFFFFFF) + long[8:-1500])
    (kicks / "rate.wav").write_bytes(good[:24] + struct.pack("<I", 4_000_000_000) + good[28:])
    (kicks / "cut.flac").write_bytes(b"")
    soundfile.write(kicks / "cut.flac", drum(8, 0.5), SR)
    (kicks / "cut.flac").write_bytes((kicks / "cut.flac").read_bytes()[:900])
    soundfile.write(root / "Pack" / "kick snare loop 120bpm.wav", x, SR)
    soundfile.write(root / "Pack" / "Crash 1.wav", x, SR)
    (root / "Pack" / "again").symlink_to(root)
    (root / "Pack" / "Kicks" / "up").symlink_to(root / "Pack")
    (root / "gone.wav").symlink_to(root / "nowhere.wav")
    (root / ".hidden").mkdir()
    soundfile.write(root / ".hidden" / "kick.wav", x, SR)
    odd = Path(os.fsdecode(os.fsencode(root) + b"/Gro\xdfe Trommel"))
    odd.mkdir()
    soundfile.write(root / "tmp.wav", drum(9), SR)
    (root / "tmp.wav").rename(odd / os.fsdecode(b"\xe9t\xe9.wav"))
    return root


def test_a_messy_library_is_read_and_every_rejected_file_is_named(messy, tmp_path):
    data = prepare([messy], tmp_path / "d", spec=SMALL_SPEC, workers=1)
    used = {entry.name.split("/", 1)[1] for entry in data.entries}
    # "lies.wav" is cut short, but the rest is a hit.
    names = (
        "16.wav",
        "192k.wav",
        "8.wav",
        "f64.wav",
        "five.wav",
        "lies.wav",
        "loud.wav",
        "mp3.mp3",
    )
    assert used == {f"Pack/Kicks/{name}" for name in names} | {"Gro\\xdfe Trommel/\\xe9t\\xe9.wav"}
    assert {entry.category for entry in data.entries} == {"kick"}
    why = reasons(tmp_path / "d")
    expected = {
        "Pack/Kicks/zero.wav": "not readable as audio",
        "Pack/Kicks/text.wav": "not readable as audio",
        "Pack/Kicks/nan.wav": "NaN",
        "Pack/Kicks/huge.wav": "infinite",
        "Pack/Kicks/rate.wav": "not readable as audio",
        "Pack/Kicks/cut.flac": "",
        "Pack/kick snare loop 120bpm.wav": "a loop or phrase by its name",
        "Pack/Crash 1.wav": "another instrument by its name ('crash')",
        "gone.wav": "no such file",
    }
    assert set(why) == set(expected)
    for name, part in expected.items():
        assert part in why[name], (name, why[name])
    report = (tmp_path / "d" / "REPORT.md").read_text()
    assert f"9 sounds taken, {len(expected)} files left out" in report


def test_headers_that_lie_cost_no_memory(messy, tmp_path):
    code = (
        "import resource, sys\n"
        "from neural_drum_machine.signal.hit import read_hit\n"
        "from neural_drum_machine.errors import AudioError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        read_hit(path)\n"
        "    except AudioError:\n        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    paths = [messy / "Pack" / "Kicks" / name for name in ("lies.wav", "rate.wav", "cut.flac")]
    run = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 100_000  # kilobytes


def test_every_rejected_file_is_named_with_its_reason(tmp_path):
    source = tmp_path / "src" / "Kicks"
    source.mkdir(parents=True)
    soundfile.write(source / "good.wav", tone(60, 0.15), 22050)
    soundfile.write(source / "short.wav", tone(600, 0.003), 22050)
    soundfile.write(source / "silent.wav", np.zeros(9999), 22050)
    (source / "broken.flac").write_bytes(b"fLaC nonsense")
    (source / "empty.wav").touch()
    soundfile.write(tmp_path / "src" / "whatever.wav", tone(60, 0.15) + 0.9 * noise(0.15), 22050)
    data = prepare([tmp_path / "src"], tmp_path / "out", spec=SMALL_SPEC, workers=1)
    assert [e.name for e in data.entries] == ["src/Kicks/good.wav"]
    why = {name.split("/")[-1]: reason for name, reason in reasons(tmp_path / "out").items()}
    assert set(why) == {"short.wav", "silent.wav", "broken.flac", "empty.wav", "whatever.wav"}
    assert "3.0 ms long" in why["short.wav"]
    assert "silent" in why["silent.wav"]
    assert "not readable" in why["broken.flac"]
    assert "category unknown" in why["whatever.wav"]
    report = (tmp_path / "out" / "REPORT.md").read_text()
    assert "1 sounds taken, 5 files left out" in report
    assert "No validation sounds** for kick" in report
