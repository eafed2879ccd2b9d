"""Reading ``.deb`` files: compressions, damage, and paths that must not be trusted."""

import tarfile
from pathlib import Path

import pytest
from tests.support.sources import FILES, deb_of, read_all

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources.origins.deb_format import deb_members


@pytest.mark.parametrize("suffix", [".xz", ".gz", ""])
def test_packages_of_every_compression_are_read(tmp_path: Path, suffix: str) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of(FILES, suffix=suffix))
    assert read_all(deb) == [(name.removeprefix("./"), data) for name, data in FILES]


def test_an_unknown_compression_is_an_error(tmp_path: Path) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([], data=b"x", suffix=".zst"))
    with pytest.raises(DatasetError, match=r"data\.tar\.zst.*dpkg-deb"):
        list(deb_members(deb))


def test_truncated_and_damaged_packages_are_errors(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("name", ["../kick.wav", "/kick.wav", "a/../../kick.wav", "./../kick.wav"])
def test_a_path_that_leads_outside_is_an_error(tmp_path: Path, name: str) -> None:
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([(name, b"x")]))
    with pytest.raises(DatasetError, match="leads outside"):
        list(deb_members(deb))


def test_an_absurd_size_is_an_error(tmp_path: Path) -> None:
    info = tarfile.TarInfo("kick.wav")
    info.size = 1 << 40
    deb = tmp_path / "a.deb"
    deb.write_bytes(deb_of([], data=info.tobuf() + b"\0" * 1024, suffix=""))
    with pytest.raises(DatasetError, match="claims"):
        list(deb_members(deb))
