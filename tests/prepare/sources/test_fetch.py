"""Fetching sources: states, second runs, and other people's files."""

import errno
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.sources import (
    FILES,
    RULES,
    deb_of,
    debian,
    entry,
    failed,
    rows,
    sound,
    states,
)

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import locked, sha256_of
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.origins.debian import DebianPackages
from neural_drum_machine.prepare.sources.parts import Part
from neural_drum_machine.prepare.sources.source import Debian, Source


def test_a_package_becomes_a_folder_with_manifest_and_record(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    out = tmp_path / "out"
    seen: list[tuple[int, int]] = []
    progress = lambda done, total: seen.append((done, total))  # noqa: E731
    results = fetch(out, mirror=mirror, catalogue=kit, progress=progress)
    assert states(results) == ["fetched", "fetched"]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert results[0].counts == {"kick": 1, "other": 1, "snare": 1}
    assert [row["file"] for row in rows(out / "first")] == [
        "Kick 1.wav",
        "cowbell.wav",
        "snare.wav",
    ]
    first = rows(out / "first")[0]
    assert first["upstream"] == "debian:kit=1.0-1:usr/share/kit/Kick 1.wav"
    assert (first["category"], first["group"], first["licence"]) == ("kick", "first", "CC0-1.0")
    assert (out / "first" / "Kick 1.wav").read_bytes() == FILES[0][1]
    record = json.loads((out / "first" / "source.json").read_text())
    assert (record["name"], record["version"], record["restricted"]) == ("first", "1.0-1", False)
    assert record["files"]["snare.wav"]["sha256"] == sha256_of(out / "first" / "snare.wav")
    assert sorted(p.name for p in out.iterdir()) == [".ndm-cache", "first", "second"]
    assert sum(1 for _ in scan(out / "first")) >= 2


def test_names_that_differ_only_in_case_get_a_number(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    files = [(f"usr/share/kit/{name}", sound(i)) for i, name in enumerate(("kick.wav", "KICK.WAV"))]
    data = deb_of(files)
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    fetch(tmp_path, mirror=mirror, catalogue=make(entry("kit", debian(data))))
    assert [row["file"] for row in rows(tmp_path / "kit")] == ["KICK~2.WAV", "kick.wav"]


def test_a_second_run_keeps_everything(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    out = tmp_path / "out"
    fetch(out, mirror=mirror, catalogue=kit)
    times = {p: p.stat().st_mtime_ns for p in out.rglob("*") if ".ndm-cache" not in p.parts}
    again = fetch(out, catalogue=kit)
    assert states(again) == ["kept", "kept"]
    assert again[0].counts == {"kick": 1, "other": 1, "snare": 1}
    assert times == {p: p.stat().st_mtime_ns for p in out.rglob("*") if ".ndm-cache" not in p.parts}
    assert states(fetch(out, mirror=mirror, catalogue=kit, force=True)) == ["fetched", "fetched"]


def test_an_altered_source_is_fetched_again(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, make: Callable[..., tuple[Source, ...]]
) -> None:
    folder = tmp_path / "out" / "first"

    def run(catalogue: tuple[Source, ...] = kit) -> list[str]:
        return states(fetch(tmp_path / "out", ["first"], mirror, catalogue=catalogue))

    assert run() == ["fetched"]
    snare = folder / "snare.wav"
    good = snare.read_bytes()
    for harm in (
        lambda: snare.write_bytes(good[:-1] + b"x"),
        snare.unlink,
    ):
        harm()
        assert run() == ["fetched"]
        assert snare.read_bytes() == good
        assert run() == ["kept"]
    # Other rules: another entry of the catalogue.
    data = (mirror / "kit_1.0-1_all.deb").read_bytes()
    other = make(entry("first", debian(data), rules=RULES.replace('"other"', '"skip"')))
    assert run(other) == ["fetched"]
    assert not (folder / "cowbell.wav").exists()


def test_a_manifest_changed_by_hand_is_not_replaced(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    folder = tmp_path / "out" / "first"
    manifest, record, mine = (folder / n for n in ("manifest.csv", "source.json", "mine.txt"))

    def run(force: bool = False) -> list[tuple[str, str]]:
        found = fetch(tmp_path / "out", ["first"], mirror, catalogue=kit, force=force)
        return [(one.state, one.reason) for one in found]

    run()
    good = manifest.read_text(), record.read_text()
    # A category corrected by hand.
    manifest.write_text(good[0].replace(",snare,", ",tom,"))
    ((state, reason),) = run()
    assert (state, "was changed since it was fetched" in reason) == ("failed", True)
    assert run(force=True) == [("fetched", "")]
    assert manifest.read_text() == good[0]
    # Without a record nobody knows what is ours.
    mine.write_text("mine")
    for text in ("{", '{"format": 1, "files": []}'):
        record.write_text(text)
        for force in (False, True):
            ((state, reason),) = run(force)
            assert (state, "exists and is no fetched source" in reason) == ("failed", True)
    assert mine.read_text() == "mine"
    # Nor is a folder of somebody else's swept, whatever it is called.
    other = tmp_path / "out" / ".fetch-notes"
    other.mkdir()
    run()
    assert other.is_dir()


def test_folders_and_files_of_others_are_not_touched(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    mine = tmp_path / "out" / "first" / "song.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    results = fetch(tmp_path / "out", mirror=mirror, catalogue=kit)
    assert states(results) == ["failed", "fetched"]
    assert "no fetched source" in results[0].reason
    assert mine.read_text() == "mine"
    notes = tmp_path / "out" / "second" / "notes.txt"
    notes.write_text("mine")
    assert states(fetch(tmp_path / "out", ["second"], mirror, catalogue=kit)) == ["kept"]
    (notes.parent / "snare.wav").unlink()
    assert str(notes) in failed(fetch(tmp_path / "out", ["second"], mirror, catalogue=kit))


def test_a_killed_run_leaves_nothing_half_done(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    whole = DebianPackages.parts

    def killed(self: DebianPackages, source: Source, package: Debian) -> Iterator[Part]:
        for number, part in enumerate(whole(self, source, package)):
            if source.name == "second" or number == 2:
                raise KeyboardInterrupt
            yield part

    with monkeypatch.context() as patch:
        patch.setattr(DebianPackages, "parts", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(out, mirror=mirror, catalogue=kit)
    assert [p.name for p in out.iterdir()] == [".ndm-cache"]
    fetch(out, ["first"], mirror, catalogue=kit)
    # A killed process cannot clean up.
    half = out / ".ndm-cache" / ".fetch-second-abc" / "source"
    half.mkdir(parents=True)
    (half / "snare.wav").write_bytes(b"half")
    (out / ".ndm-cache" / ".download-abc").mkdir()
    (out / ".ndm-cache" / ".deb-abc").mkdir()
    assert states(fetch(out, mirror=mirror, catalogue=kit)) == ["kept", "fetched"]
    assert sorted(p.name for p in out.iterdir()) == [".ndm-cache", "first", "second"]
    assert sorted(p.name for p in (out / ".ndm-cache").iterdir()) == ["lock"]


def test_a_full_disk_ends_the_run(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DatasetError, match=r"No space left.*free some space"):
        fetch(tmp_path / "out", mirror=mirror, catalogue=kit)
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".ndm-cache"]


def test_restricted_sources_are_fetched_only_on_request(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    with pytest.raises(DatasetError, match=r"third is under GPL-3\.0-only.*--include-copyleft"):
        fetch(tmp_path / "out", ["third"], mirror, catalogue=kit)
    assert not (tmp_path / "out").exists()
    results = fetch(tmp_path / "out", ["third"], mirror, include_restricted=True, catalogue=kit)
    assert results[0].source.restricted
    assert json.loads((tmp_path / "out" / "third" / "source.json").read_text())["restricted"]
    assert len(fetch(tmp_path / "out", None, mirror, True, catalogue=kit)) == 3


def test_an_unknown_source_or_mirror_is_an_error(tmp_path: Path, kit: tuple[Source, ...]) -> None:
    with pytest.raises(DatasetError, match="unknown source 'frist'; did you mean first"):
        fetch(tmp_path, ["frist"], catalogue=kit)
    with pytest.raises(DatasetError, match="no such folder"):
        fetch(tmp_path, mirror=tmp_path / "none", catalogue=kit)
    (tmp_path / "kit.deb").touch()
    with pytest.raises(DatasetError, match=r"kit\.deb: is a file, not a folder"):
        fetch(tmp_path, mirror=tmp_path / "kit.deb", catalogue=kit)


def test_a_second_fetch_into_the_same_folder_is_refused(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
    cache = tmp_path / ".ndm-cache"
    cache.mkdir()
    with locked(cache / "lock", ""), pytest.raises(DatasetError, match="another fetch"):
        fetch(tmp_path, mirror=mirror, catalogue=kit)
