"""The files of git repositories: cloned, from a mirror, or from a pack."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.sources import entry, failed, rows, sound, states

from neural_drum_machine.prepare.sources.fetch import fetch
from neural_drum_machine.prepare.sources.source import Source

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


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
    # Servers of repositories allow this.
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
def test_a_commit_of_a_repository_is_fetched(
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
def test_a_missing_repository_commit_or_program_is_an_error(
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
    assert "has no commit 0123456789ab" in failed(fetch(out, catalogue=catalogue))
    monkeypatch.setenv("PATH", str(tmp_path))
    shutil.rmtree(out)
    assert "git is not installed" in failed(fetch(out, catalogue=catalogue))
