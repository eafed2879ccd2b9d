"""The hits of a sound font as files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.sources import deb_of, debian, entry, failed, rows, states

from neural_drum_machine.prepare.soundfont.font import DrumHit
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.origins import debian as packages
from neural_drum_machine.prepare.sources.source import Source


class StubFont:
    """A font with two presets that share samples, layers, and a silent hit."""

    hits = (
        DrumHit(0, "Standard", 36, 1, 80, "Kick(L) + Kick(R)"),
        DrumHit(0, "Standard", 36, 81, 127, "Kick(L) + Kick(R)"),
        DrumHit(0, "Standard", 38, 1, 127, "Snare"),
        DrumHit(0, "Standard", 49, 1, 127, "Crash"),
        DrumHit(0, "Standard", 54, 1, 127, "Silence"),
        DrumHit(8, "Room", 36, 1, 127, "Kick(L) + Kick(R)"),
        DrumHit(8, "Room", 38, 1, 127, "Room: Snare"),
        DrumHit(48, "Orchestra", 41, 1, 127, "Timpani"),
        DrumHit(56, "SFX", 39, 1, 127, "Dog"),
    )

    @classmethod
    def open(cls, path: Path) -> "StubFont":
        assert path.read_bytes() == b"font"
        return cls()

    def drum_hits(self, keys: range) -> list[DrumHit]:
        return [hit for hit in self.hits if hit.key in keys]

    def render(self, hit: DrumHit, *, seconds: float) -> tuple[np.ndarray, int]:
        scale = 0.0 if hit.sample == "Silence" else hit.high_velocity / 50
        x = np.linspace(1, 0, 2205, dtype=np.float32) * np.float32(scale)
        return x * np.float32(-1) ** np.arange(2205), 22050


def test_different_hits_of_a_sound_font_become_files(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    mirror: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packages, "SoundFont", StubFont)
    data = deb_of([("./usr/share/font.sf2", b"font")])
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    rules = """soundfont = "usr/share/font.sf2"
    keys = "gm"
    rules = [
      { match = "^SFX/", category = "skip" },
      { match = "^Orchestra.*/Timpani", category = "other" },
    ]"""
    origin = debian(data).replace('root = "usr/share/kit/"', "")
    keys = '[keys.gm]\n36 = "kick"\n38 = "snare"\n39 = "clap"\n41 = "tom"\n49 = "other"\n'
    catalogue = make(entry("font", origin, rules=rules), keys + '54 = "tambourine"\n')
    out = tmp_path / "out"
    results = fetch(out, mirror=mirror, catalogue=catalogue)
    assert states(results) == ["fetched"], results[0].reason
    got = {row["file"]: (row["category"], row["group"]) for row in rows(out / "font")}
    assert got == {
        "Standard/036 Kick(L) 127.flac": ("kick", "font/Standard"),
        "Standard/038 Snare 127.flac": ("snare", "font/Standard"),
        "Standard/049 Crash 127.flac": ("other", "font/Standard"),
        "Room/038 Room_ Snare 127.flac": ("snare", "font/Room"),
        "Orchestra/041 Timpani 127.flac": ("other", "font/Orchestra"),
    }
    upstream = {row["file"]: row["upstream"] for row in rows(out / "font")}
    expected = "debian:kit=1.0-1:usr/share/font.sf2#0/36/127"
    assert upstream["Standard/036 Kick(L) 127.flac"] == expected
    x, sr = soundfile.read(out / "font" / "Standard" / "036 Kick(L) 127.flac")
    assert sr == 22050
    assert np.abs(x).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)


def test_a_damaged_or_missing_sound_font_is_an_error(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    data = deb_of([("./usr/share/font.sf2", b"RIFF no font")])
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    origin = debian(data).replace('root = "usr/share/kit/"', "")
    for name in ("font.sf2", "none.sf2"):
        rules = f'soundfont = "usr/share/{name}"\nkeys = "gm"\n[keys.gm]\n36 = "kick"'
        results = fetch(tmp_path, mirror=mirror, catalogue=make(entry("f", origin, rules=rules)))
        assert name in failed(results)
