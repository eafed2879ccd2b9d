"""Reading git repositories: the files of one commit, each checked against its object name."""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources.origins.deb_format import MAX_MEMBER_BYTES


def find_commit(repository: Path, commit: str) -> str:
    """Return all 40 digits of a commit.

    Parameters
    ----------
    repository : Path
        A git folder (``.git``, or a bare repository).
    commit : str
        The first digits.

    Raises
    ------
    DatasetError
        If the repository does not have the commit, or git is missing.
    """
    found = _git(["rev-parse", "--verify", "--quiet", "--end-of-options", commit + "^{commit}"],
                 repository, may_fail=True).decode("ascii", "replace").strip()  # fmt: skip
    if not found.startswith(commit):
        raise DatasetError(
            f"{repository}: has no commit {commit}; fetch it there, or remove the clone"
        )
    return found


def git_folder(repository: Path) -> Path | None:
    """Return the git folder of a working tree or a bare repository, or None."""
    for folder in (repository / ".git", repository):
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
            return folder
    return None


def clone(url: str, folder: Path) -> None:
    """Clone the history of a repository; its files are downloaded when they are needed.

    Raises
    ------
    DatasetError
        If git is missing or fails.
    """
    _git(["clone", "--quiet", "--bare", "--filter=blob:none", "--", url, str(folder)], None)


def git_files(repository: Path, commit: str) -> dict[str, str]:
    """Return the regular files of a commit: path and object name.

    Raises
    ------
    DatasetError
        If git is missing or fails.
    """
    listing = _git(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit], repository)
    files: dict[str, str] = {}
    for entry in listing.split(b"\0"):
        if entry:
            head, _, name = entry.partition(b"\t")
            mode, kind, oid = head.decode("ascii").split()
            # 120000 is a link, a commit is a submodule.
            if kind == "blob" and mode in ("100644", "100755"):
                files[os.fsdecode(name)] = oid
    return files


def git_blobs(repository: Path, files: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of files of a repository.

    Files that are not in the clone are downloaded first, all at once; git alone would download
    them one by one. Each is checked against its object name.

    Parameters
    ----------
    repository : Path
        The git folder.
    files : mapping of str to str
        Path and object name, as :func:`git_files` returns them.

    Raises
    ------
    DatasetError
        If git is missing or fails, or a file does not match its object name.
    """
    names = "".join(f"{oid}\n" for oid in dict.fromkeys(files.values())).encode()
    promisor = _git(["config", "--get", "remote.origin.promisor"], repository, may_fail=True)
    if promisor.strip() == b"true" and files:
        _git(["-c", "fetch.negotiationAlgorithm=noop", "fetch", "origin", "--quiet", "--no-tags",
              "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin"],
             repository, stdin=names)  # fmt: skip
    with _popen(["cat-file", "--batch"], repository) as process:
        assert process.stdin
        assert process.stdout
        try:
            for path, oid in files.items():
                process.stdin.write(oid.encode() + b"\n")
                process.stdin.flush()
                yield path, _blob(process.stdout, oid, repository, path)
        except OSError as error:
            raise DatasetError(f"{repository}: git stopped ({error})") from error
        finally:
            process.kill()


def _blob(stream: IO[bytes], oid: str, repository: Path, path: str) -> bytes:
    """Read one answer of ``git cat-file --batch``."""
    words = stream.readline().split()
    if len(words) != 3 or words[1] != b"blob" or int(words[2]) > MAX_MEMBER_BYTES:
        raise DatasetError(
            f"{repository}: cannot read {path} ({b' '.join(words)!r}); clone it anew"
        )
    data = stream.read(int(words[2]))
    stream.read(1)
    algorithm = "sha256" if len(oid) == 64 else "sha1"
    named = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    named.update(data)
    if named.hexdigest() != oid:
        raise DatasetError(f"{repository}: {path} is damaged; clone the repository anew")
    return data


def _git(
    arguments: Sequence[str], repository: Path | None, stdin: bytes = b"", may_fail: bool = False
) -> bytes:
    with _popen(arguments, repository) as process:
        try:
            out, errors = process.communicate(stdin)
        except BaseException:
            process.kill()
            raise
    if process.returncode and not may_fail:
        last = (errors.decode("utf-8", "replace").strip() or "no message").splitlines()[-1]
        raise DatasetError(
            f"git {arguments[0]} failed: {last}; is there a network? Otherwise put a clone into a "
            "folder and name it with --mirror"
        )
    return out


def _popen(arguments: Sequence[str], repository: Path | None) -> "subprocess.Popen[bytes]":
    # In a git hook, variables of the calling git would name another repository.
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C"}
    where = [] if repository is None else [f"--git-dir={repository}"]
    try:
        return subprocess.Popen(  # noqa: S603
            ["git", *where, *arguments],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if "cat-file" in arguments else subprocess.PIPE,
            env=env,
        )
    except FileNotFoundError:
        raise DatasetError(
            "git is not installed; install it, or put a clone into a folder and name it with "
            "--mirror"
        ) from None
