"""Debian packages: from a mirror, the cache, an archive, or apt."""

import functools
import hashlib
import http.server
import shutil
import tarfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from tests.support.sources import FILES, deb_of, debian, entry, failed, rows, sound, states, tar_of

from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.sources.catalogue import load
from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.source import Debian, Source

POOL = "main/k/kit"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without noting each request."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An archive's address on this computer, and the folder of our package in it."""
    folder = tmp_path / "archive" / "pool" / POOL
    folder.mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(tmp_path / "archive"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()
        thread.join()


@pytest.fixture
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only one searched for programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_package_comes_from_the_archive_without_apt_or_dpkg(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    archive: tuple[str, Path],
    no_programs: Path,
) -> None:
    url, folder = archive
    data = deb_of(FILES)
    (folder / "kit_1.0-1_all.deb").write_bytes(data)
    catalogue = make(entry("first", debian(data, POOL)), archive=url)
    results = fetch(tmp_path / "out", catalogue=catalogue)
    assert states(results) == ["fetched"], results[0].reason
    assert results[0].counts == {"kick": 1, "other": 1, "snare": 1}
    # It stays in the cache: later the archive is not asked.
    (folder / "kit_1.0-1_all.deb").unlink()
    assert states(fetch(tmp_path / "out", catalogue=catalogue, force=True)) == ["fetched"]


def test_a_download_that_is_cut_short_or_altered_is_an_error_and_not_kept(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    archive: tuple[str, Path],
    no_programs: Path,
) -> None:
    url, folder = archive
    data = deb_of(FILES)
    catalogue = make(entry("first", debian(data, POOL)), archive=url)
    for harm in (data[:-10], b"x" + data[1:]):
        (folder / "kit_1.0-1_all.deb").write_bytes(harm)
        reason = failed(fetch(tmp_path / "out", catalogue=catalogue))
        assert "wrong checksum" in reason
        assert hashlib.sha256(harm).hexdigest() in reason
        assert [p.name for p in (tmp_path / "out" / ".ndm-cache").glob("*.deb")] == []
    (folder / "kit_1.0-1_all.deb").write_bytes(data)
    assert states(fetch(tmp_path / "out", catalogue=catalogue)) == ["fetched"]


def test_a_package_that_cannot_be_had_is_an_error_that_names_the_mirror(
    tmp_path: Path,
    make: Callable[..., tuple[Source, ...]],
    archive: tuple[str, Path],
    no_programs: Path,
) -> None:
    url, _ = archive
    catalogue = make(entry("first", debian(deb_of(FILES), POOL)), archive=url)
    reason = failed(fetch(tmp_path / "out", catalogue=catalogue))
    for text in ("404", f"{url}/pool/{POOL}/kit_1.0-1_all.deb", "no apt-get", "--mirror"):
        assert text in reason
    script = no_programs / "apt-get"
    script.write_text("#!/bin/sh\necho 'E: Unable to locate package kit' >&2\nexit 100\n")
    script.chmod(0o755)
    reason = failed(fetch(tmp_path / "out", catalogue=catalogue))
    assert "Unable to locate package kit" in reason


def test_where_the_archive_cannot_be_reached_apt_is_asked(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path, no_programs: Path
) -> None:
    script = no_programs / "apt-get"
    script.write_text(f"#!/bin/sh\n{shutil.which('cp', path='/bin:/usr/bin')} {mirror}/*.deb .\n")
    script.chmod(0o755)
    assert states(fetch(tmp_path / "out", ["first"], catalogue=kit)) == ["fetched"]


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def test_links_and_devices_are_skipped(
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


def test_a_package_with_a_wrong_checksum_is_an_error(
    tmp_path: Path, kit: tuple[Source, ...], mirror: Path
) -> None:
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


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("apt-get"), reason="needs apt-get")
@pytest.mark.skipif(not shutil.which("apt-get"), reason="needs apt-get")
def test_a_real_package(tmp_path: Path) -> None:
    results = fetch(tmp_path, ["sonic_pi_samples"])
    reason = results[0].reason
    if results[0].state == "failed" and "cannot be downloaded" in reason:
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
    # It was downloaded once: without a network the package in the cache is used.
    shutil.rmtree(tmp_path / "sonic_pi_samples")
    assert states(fetch(tmp_path, ["sonic_pi_samples"])) == ["fetched"]


def test_every_package_of_the_catalogue_has_an_address() -> None:
    urls = {s.origin.package: s.origin.url for s in load() if isinstance(s.origin, Debian)}
    assert len(urls) >= 7
    for package, url in urls.items():
        assert url.startswith("https://snapshot.debian.org/archive/debian/20")
        assert f"/{package}_" in url
    # The epoch of a version ("1:") is not part of the name in an archive.
    assert urls["csound-soundfont"].endswith(
        "/pool/main/c/csound/csound-soundfont_6.18.1+dfsg-1_all.deb"
    )


def test_the_address_of_a_package_is_not_part_of_what_it_is(
    make: Callable[..., tuple[Source, ...]],
) -> None:
    data = deb_of(FILES)
    (one,) = make(entry("first", debian(data)))
    (other,) = make(entry("first", debian(data, POOL)), archive="http://127.0.0.1")
    assert one.digest == other.digest
    assert one.origin == other.origin
