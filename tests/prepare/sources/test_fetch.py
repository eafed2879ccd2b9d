"""Fetching: from git, packages, packs and sound fonts; what goes wrong; what a second run does."""

import csv
import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from typer.testing import CliRunner

from neural_drum_machine.cli.fetch import fetch as fetch_command
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.recordings.scan import scan
from neural_drum_machine.prepare.soundfont.font import DrumHit
from neural_drum_machine.prepare.sources import fetch as fetching
from neural_drum_machine.prepare.sources import origins
from neural_drum_machine.prepare.sources.archives import deb_members, is_safe
from neural_drum_machine.prepare.sources.catalogue import Source, load, read_catalogue
from neural_drum_machine.prepare.sources.fetch import Fetched, fetch
from neural_drum_machine.prepare.sources.packs import pack_digest
from neural_drum_machine.prepare.sources.parts import Part, safe_name

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


def sound(n: int) -> bytes:
    """A short WAV file, another one for each number."""
    file = io.BytesIO()
    x = np.random.default_rng(n).standard_normal(2205) * 0.1
    soundfile.write(file, x, 22050, format="WAV", subtype="PCM_16")
    return file.getvalue()


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], compression: str = "xz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{compression}") as tar:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def deb_of(
    members: list[tuple[str, bytes]], data: bytes | None = None, suffix: str = ".xz"
) -> bytes:
    out = b"!<arch>\n"
    if data is None:
        tars = [(tarfile.TarInfo(name), content) for name, content in members]
        data = tar_of(tars, suffix.removeprefix("."))
    control = tar_of([])
    for name, content in (("debian-binary", b"2.0\n"), ("control.tar.xz", control),
                          (f"data.tar{suffix}", data)):  # fmt: skip
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
        out += header.encode() + content + b"\n" * (len(content) % 2)
    return out


def read_all(deb: Path) -> list[tuple[str, bytes]]:
    return [(member.path, member.stream.read()) for member in deb_members(deb)]


FILES = [
    ("./usr/share/kit/Kick 1.wav", sound(1)),
    ("./usr/share/kit/snare.wav", sound(2)),
    ("./usr/share/kit/cowbell.wav", sound(3)),
    ("./usr/share/kit/loop.wav", sound(4)),
    ("./usr/share/doc/kick.wav", sound(5)),
]

RULES = """rules = [
  { match = "(?i)kick", category = "kick" },
  { match = "snare", category = "snare" },
  { match = "cowbell", category = "other" },
  { match = "loop", category = "skip" },
]
"""


def entry(name: str, origin: str, licence: str = "CC0-1.0", rules: str = RULES) -> str:
    return f"""
[[source]]
name = "{name}"
title = "The {name}"
licence = "{licence}"
attribution = "somebody"
home = "https://example.org"
{origin}
{rules}
"""


def debian(data: bytes, package: str = "kit") -> str:
    checksum = hashlib.sha256(data).hexdigest()
    return (
        f'debian = {{ package = "{package}", version = "1.0-1", sha256 = "{checksum}" }}\n'
        'root = "usr/share/kit/"'
    )


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., tuple[Source, ...]]:
    def catalogue(*entries: str) -> tuple[Source, ...]:
        path = tmp_path / "catalogue.toml"
        path.write_text("\n".join(entries), encoding="utf-8")
        return read_catalogue(path)

    return catalogue


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


@pytest.fixture
def kit(make: Callable[..., tuple[Source, ...]], mirror: Path) -> tuple[Source, ...]:
    """Two sources out of one package, and one with a restricted licence."""
    data = deb_of(FILES)
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    return make(
        entry("first", debian(data)),
        entry("second", debian(data), rules='rules = [{ match = "snare", category = "snare" }]'),
        entry("third", debian(data), licence="GPL-3.0-only"),
    )


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def states(results: list[Fetched]) -> list[str]:
    return [result.state for result in results]


def failed(results: list[Fetched]) -> str:
    assert states(results) == ["failed"]
    return results[0].reason


def test_from_a_package(tmp_path: Path, kit: tuple[Source, ...], mirror: Path) -> None:
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


@pytest.mark.parametrize("suffix", [".xz", ".gz", ""])
def test_compressions(tmp_path: Path, suffix: str) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of(FILES, suffix=suffix))
    assert read_all(deb) == [(name.removeprefix("./"), data) for name, data in FILES]


def test_unknown_compression(tmp_path: Path) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([], data=b"x", suffix=".zst"))
    with pytest.raises(DatasetError, match=r"data\.tar\.zst.*dpkg-deb"):
        list(deb_members(deb))


def test_truncated_and_damaged_packages(tmp_path: Path) -> None:
    whole = deb_of(FILES)
    deb = tmp_path / "a.deb"
    for length in (*range(0, 200, 7), *range(200, len(whole) - 1, 211), len(whole) - 2):
        deb.write_bytes(whole[:length])
        with pytest.raises(DatasetError):
            list(deb_members(deb))
    for at in range(len(whole) - len(whole) // 2, len(whole) - 40, 503):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        deb.write_bytes(damaged)
        with pytest.raises(DatasetError):
            read_all(deb)


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


@pytest.mark.parametrize("name", ["../kick.wav", "/kick.wav", "a/../../kick.wav", "./../kick.wav"])
def test_paths_that_lead_outside(tmp_path: Path, name: str) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([(name, b"x")]))
    with pytest.raises(DatasetError, match="leads outside"):
        list(deb_members(deb))


def test_links_and_devices_are_passed_over(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    members = [
        special("./usr/share/kit/kick1.wav", tarfile.SYMTYPE, "/etc/passwd"),
        special("./usr/share/kit/kick2.wav", tarfile.LNKTYPE, "usr/share/kit/snare.wav"),
        special("./usr/share/kit/kick3.wav", tarfile.CHRTYPE),
        special("./usr/share/kit/kick4.wav", tarfile.FIFOTYPE),
        special("./usr/share/kit/kick5.wav", tarfile.DIRTYPE),
        (tarfile.TarInfo("./usr/share/kit/snare.wav"), sound(1)),
    ]
    data = deb_of([], data=tar_of(members))
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    out = tmp_path / "out"
    assert states(fetch(out, mirror=mirror, catalogue=make(entry("kit", debian(data))))) == [
        "fetched"
    ]
    assert [row["file"] for row in rows(out / "kit")] == ["snare.wav"]


def test_absurd_sizes(tmp_path: Path) -> None:
    info = tarfile.TarInfo("kick.wav")
    info.size = 1 << 40
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([], data=info.tobuf() + b"\0" * 1024, suffix=""))
    with pytest.raises(DatasetError, match="claims"):
        list(deb_members(deb))


def test_names() -> None:
    assert [is_safe(p) for p in ("a/b", "..", "a/../b", "/a", "", "C:/a", "a\0b", "\\a")] == [
        True, False, False, False, False, False, False, False]  # fmt: skip
    assert safe_name('a: b/c?"<x>|.wav') == "a_ b/c___x__.wav"
    assert safe_name("a\udcff/b. ") == "a_xff/b"


def test_names_that_differ_in_case_only(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    files = [(f"usr/share/kit/{name}", sound(i)) for i, name in enumerate(("kick.wav", "KICK.WAV"))]
    data = deb_of(files)
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    fetch(tmp_path, mirror=mirror, catalogue=make(entry("kit", debian(data))))
    assert [row["file"] for row in rows(tmp_path / "kit")] == ["KICK~2.WAV", "kick.wav"]


def test_wrong_checksum(tmp_path: Path, kit: tuple[Source, ...], mirror: Path) -> None:
    deb = mirror / "kit_1.0-1_all.deb"
    good = deb.read_bytes()
    deb.write_bytes(good[:-1])
    got = sha256_of(deb)
    reason = failed(fetch(tmp_path, ["first"], mirror, catalogue=kit))
    for text in (str(deb), got, hashlib.sha256(good).hexdigest(), "replace the file"):
        assert text in reason
    assert deb.is_file()
    cached = tmp_path / ".ndm-cache" / deb.name
    shutil.copy(deb, cached)
    reason = failed(fetch(tmp_path, ["first"], catalogue=kit))
    assert "it was removed; run again" in reason
    assert not cached.exists()
    cached.write_bytes(good)
    assert states(fetch(tmp_path, ["first"], catalogue=kit)) == ["fetched"]


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


def test_what_is_altered_is_fetched_again(
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


def test_what_may_be_somebodys_work_is_not_replaced(
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


def test_foreign_folders_and_files_are_left_alone(
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


def test_killed_runs_are_resumed(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    whole = origins.Origins.parts

    def killed(self: origins.Origins, source: Source) -> Iterator[Part]:
        for number, part in enumerate(whole(self, source)):
            if source.name == "second" or number == 2:
                raise KeyboardInterrupt
            yield part

    with monkeypatch.context() as patch:
        patch.setattr(origins.Origins, "parts", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(out, mirror=mirror, catalogue=kit)
    assert [p.name for p in out.iterdir()] == [".ndm-cache"]
    fetch(out, ["first"], mirror, catalogue=kit)
    # What a kill without a chance to clean up leaves.
    half = out / ".ndm-cache" / ".fetch-second-abc" / "source"
    half.mkdir(parents=True)
    (half / "snare.wav").write_bytes(b"half")
    (out / ".ndm-cache" / ".apt-abc").mkdir()
    (out / ".ndm-cache" / ".deb-abc").mkdir()
    assert states(fetch(out, mirror=mirror, catalogue=kit)) == ["kept", "fetched"]
    assert sorted(p.name for p in out.iterdir()) == [".ndm-cache", "first", "second"]
    assert sorted(p.name for p in (out / ".ndm-cache").iterdir()) == ["lock"]


def test_full_disk(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DatasetError, match=r"No space left.*another --out"):
        fetch(tmp_path / "out", mirror=mirror, catalogue=kit)
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".ndm-cache"]


def test_restricted_sources(tmp_path: Path, kit: tuple[Source, ...], mirror: Path) -> None:
    with pytest.raises(DatasetError, match=r"third is under GPL-3\.0-only.*--include-copyleft"):
        fetch(tmp_path / "out", ["third"], mirror, catalogue=kit)
    assert not (tmp_path / "out").exists()
    results = fetch(tmp_path / "out", ["third"], mirror, include_restricted=True, catalogue=kit)
    assert results[0].source.restricted
    assert json.loads((tmp_path / "out" / "third" / "source.json").read_text())["restricted"]
    assert len(fetch(tmp_path / "out", None, mirror, True, catalogue=kit)) == 3


def test_unknown_names(tmp_path: Path, kit: tuple[Source, ...]) -> None:
    with pytest.raises(DatasetError, match="unknown source 'frist'; did you mean first"):
        fetch(tmp_path, ["frist"], catalogue=kit)
    with pytest.raises(DatasetError, match="no such folder"):
        fetch(tmp_path, mirror=tmp_path / "none", catalogue=kit)


def test_two_at_once(tmp_path: Path, kit: tuple[Source, ...], mirror: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    cache = tmp_path / ".ndm-cache"
    cache.mkdir()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DatasetError, match="another fetch"):
            fetch(tmp_path, mirror=mirror, catalogue=kit)


def test_nothing_to_be_had(
    tmp_path: Path, kit: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = failed(fetch(tmp_path, ["first"], catalogue=kit))
    assert "no apt-get" in reason
    assert "kit_1.0-1_all.deb" in reason
    script = tmp_path / "apt-get"
    script.write_text("#!/bin/sh\necho 'E: Unable to locate package kit' >&2\nexit 100\n")
    script.chmod(0o755)
    reason = failed(fetch(tmp_path, ["first"], catalogue=kit))
    assert "Unable to locate package kit" in reason
    assert "--mirror" in reason


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


def test_from_a_pack(tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path) -> None:
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
def test_packs_that_lead_outside(
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


def git(folder: Path, *arguments: str) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "upstream" / "drums"
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    # What servers of repositories allow.
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    for number, name in enumerate(("a kick.wav", "snäre snare.wav", "loop.wav")):
        (folder / name).write_bytes(sound(number))
    (folder / "kick.wav").symlink_to("/etc/passwd")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    return folder


@needs_git
@pytest.mark.parametrize("way", ["url", "clone", "bare"])
def test_from_git(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    repository: Path,
    mirror: Path,
    way: str,
) -> None:
    commit = git(repository, "rev-parse", "HEAD").strip()[:12]
    # Later changes do not count.
    (repository / "a kick.wav").write_bytes(sound(9))
    git(repository, "commit", "-q", "-a", "-m", "two")
    url = repository.as_uri()
    if way != "url":
        bare = ("--bare", str(mirror / "drums.git")) if way == "bare" else (str(mirror / "drums"),)
        git(tmp_path, "clone", "-q", str(repository), *bare)
        url = "https://nowhere.invalid/a/drums"
    catalogue = make(entry("drums", f'git = {{ url = "{url}", commit = "{commit}" }}'))
    out = tmp_path / "out"
    for force in (False, True):
        results = fetch(out, mirror=mirror, catalogue=catalogue, force=force)
        assert states(results) == ["fetched"], results[0].reason
        assert [row["file"] for row in rows(out / "drums")] == ["a kick.wav", "snäre snare.wav"]
        assert (out / "drums" / "a kick.wav").read_bytes() == sound(0)
        assert f"drums@{commit}:a kick.wav" in rows(out / "drums")[0]["upstream"]


@needs_git
def test_git_that_fails(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    gone = (tmp_path / "gone").as_uri()
    catalogue = make(entry("drums", f'git = {{ url = "{gone}", commit = "0123456789ab" }}'))
    assert "--mirror" in failed(fetch(out, catalogue=catalogue))
    url = repository.as_uri()
    catalogue = make(entry("drums", f'git = {{ url = "{url}", commit = "0123456789ab" }}'))
    assert "holds no commit 0123456789ab" in failed(fetch(out, catalogue=catalogue))
    monkeypatch.setenv("PATH", str(tmp_path))
    shutil.rmtree(out)
    assert "git is not installed" in failed(fetch(out, catalogue=catalogue))


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


def test_from_a_sound_font(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    mirror: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(origins, "SoundFont", StubFont)
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


def test_a_font_that_is_none(
    tmp_path: Path, make: Callable[..., tuple[Source, ...]], mirror: Path
) -> None:
    data = deb_of([("./usr/share/font.sf2", b"RIFF no font")])
    (mirror / "kit_1.0-1_all.deb").write_bytes(data)
    origin = debian(data).replace('root = "usr/share/kit/"', "")
    for name in ("font.sf2", "none.sf2"):
        rules = f'soundfont = "usr/share/{name}"\nkeys = "gm"\n[keys.gm]\n36 = "kick"'
        results = fetch(tmp_path, mirror=mirror, catalogue=make(entry("f", origin, rules=rules)))
        assert name in failed(results)


def test_command(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    app.command()(fetch_command)
    monkeypatch.setattr(fetching, "load", lambda: kit)
    out = tmp_path / "out"
    command = ["--out", str(out), "--mirror", str(tmp_path), "--mirror", str(mirror)]
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "first" in result.output
    assert "kick 1, other 1, snare 2" in result.output
    assert str(out) in result.output
    assert "third" not in result.output
    result = CliRunner().invoke(app, [*command, "--include-copyleft"])
    assert "GPL-3.0-only (restricted)" in result.output
    result = CliRunner().invoke(app, [*command, "--source", "third"])
    assert isinstance(result.exception, DatasetError)
    (mirror / "kit_1.0-1_all.deb").write_bytes(b"x")
    result = CliRunner().invoke(app, [*command, "--source", "first", "--force"])
    assert result.exit_code == 1
    assert "wrong checksum" in result.output


@pytest.mark.skipif(not shutil.which("apt-get"), reason="needs apt-get")
def test_a_real_package(tmp_path: Path) -> None:
    results = fetch(tmp_path, ["sonic_pi_samples"])
    reason = results[0].reason
    if results[0].state == "failed" and "apt-get download failed" in reason:
        pytest.skip(f"no network: {reason}")
    assert states(results) == ["fetched"], reason
    found = Counter(row["category"] for row in rows(tmp_path / "sonic_pi_samples"))
    for category in ("kick", "snare", "closed_hihat", "open_hihat", "snap", "tom", "other"):
        assert found[category] >= 1
    assert {row["licence"] for row in rows(tmp_path / "sonic_pi_samples")} == {"CC0-1.0"}
    assert [s.name for s in load() if s.name == "sonic_pi_samples"]
    for row in rows(tmp_path / "sonic_pi_samples"):
        with soundfile.SoundFile(tmp_path / "sonic_pi_samples" / row["file"]) as file:
            assert file.frames > 0
    # Downloaded once: offline the package in the cache serves.
    shutil.rmtree(tmp_path / "sonic_pi_samples")
    assert states(fetch(tmp_path, ["sonic_pi_samples"])) == ["fetched"]
