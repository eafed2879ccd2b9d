"""Packs: folders with copies of the files of several sources."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.sources import entry, failed, rows, sound, states

from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.origins.packs import pack_digest
from neural_drum_machine.prepare.sources.source import Source


def pack_in(folder: Path, upstream: str) -> str:
    """Write a pack with two sources and return the first one's checksum."""
    lines, files = ["file,category,group,source,upstream"], []
    for number, (path, category) in enumerate(
        [("kicks/a kick.wav", "kick"), ("x/snare.wav", "kick"), ("x/loop.wav", "snare")]
    ):
        file = folder / category / f"pack_{number}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sound(number))
        lines.append(f"{category}/{file.name},{category},g,packed,{upstream}:{path}")
        files.append((sha256_of(file), f"{upstream}:{path}"))
    lines.append("x.wav,kick,g,other,somewhere:x.wav")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return pack_digest(files)


def test_a_source_of_a_pack_is_fetched_by_our_rules(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    checksum = pack_in(mirror, "github.com/a/b@0123456789ab")
    git = 'git = { url = "https://github.com/a/b", commit = "0123456789ab" }\n'
    catalogue = make(entry("packed", git + f'pack_sha256 = "{checksum}"'))
    out = tmp_path / "out"
    assert states(fetch(out, mirror=[tmp_path, mirror], catalogue=catalogue)) == ["fetched"]
    # Our rules, not the pack's labels: its second file is a snare, its third no hit.
    assert [(row["file"], row["category"]) for row in rows(out / "packed")] == [
        ("kick/pack_0.wav", "kick"),
        ("kick/pack_1.wav", "snare"),
    ]
    assert rows(out / "packed")[0]["upstream"] == "github.com/a/b@0123456789ab:kicks/a kick.wav"
    (mirror / "kick" / "pack_0.wav").write_bytes(b"altered")
    reason = failed(fetch(out, mirror=mirror, catalogue=catalogue, force=True))
    assert checksum in reason
    assert "wrong checksum" in reason
    assert (mirror / "kick" / "pack_0.wav").is_file()
    assert (out / "packed" / "kick" / "pack_0.wav").read_bytes() == sound(0)


@pytest.mark.parametrize("name", ["../out.wav", "none.wav", "/etc/passwd", "link.wav"])
def test_a_pack_with_a_path_outside_is_an_error(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path, name: str
) -> None:
    (tmp_path / "out.wav").write_bytes(sound(1))
    (mirror / "link.wav").symlink_to(tmp_path / "out.wav")
    (mirror / "manifest.csv").write_text(
        f"file,source,upstream\n{name},packed,github.com/a/b@0123456789ab:kick.wav\n"
    )
    git = 'git = { url = "https://github.com/a/b", commit = "0123456789ab" }\n'
    catalogue = make(entry("packed", git + f'pack_sha256 = "{"0" * 64}"'))
    assert "is no file in" in failed(fetch(tmp_path / "o", mirror=mirror, catalogue=catalogue))
