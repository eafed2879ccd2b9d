"""The files of git repositories: from a clone or a pack in a mirror, the cache, or the network."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.sources.origins.git_repository import (
    clone,
    find_commit,
    git_blobs,
    git_files,
    git_folder,
)
from neural_drum_machine.prepare.sources.origins.packs import pack_parts, pack_rows
from neural_drum_machine.prepare.sources.parts import Part, is_safe, safe_name
from neural_drum_machine.prepare.sources.source import Git, Source
from neural_drum_machine.text import printable


def git_parts(source: Source, git: Git, cache: Path, mirrors: Sequence[Path]) -> Iterator[Part]:
    """Yield the files of a source that its rules select.

    Parameters
    ----------
    source : Source
        The source.
    git : Git
        Its repository and commit.
    cache : Path
        Folder for clones; it must exist.
    mirrors : sequence of Path
        Folders that are searched first and never changed.

    Raises
    ------
    DatasetError
        If git is missing, the commit cannot be had, or a file is damaged.
    """
    for folder in mirrors:
        for name in (git.repository, f"{git.repository}.git"):
            if repository := git_folder(folder / name):
                yield from _repository_parts(source, git, repository)
                return
        if source.pack_sha256 and (rows := pack_rows(folder, source.name)):
            yield from pack_parts(source, git, folder, rows)
            return
    repository = cache / "git" / safe_name(git.upstream("").partition("@")[0])
    if git_folder(repository):
        try:
            find_commit(repository, git.commit)
        except DatasetError:
            # An older clone, or a damaged one.
            shutil.rmtree(repository)
    if not git_folder(repository):
        repository.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".git-") as temporary:
            fresh = Path(temporary, "clone")
            clone(git.url, fresh)
            fresh.rename(repository)
    yield from _repository_parts(source, git, repository)


def _repository_parts(source: Source, git: Git, repository: Path) -> Iterator[Part]:
    commit = find_commit(repository, git.commit)
    files = git_files(repository, commit)
    labels = {path: label for path in files if (label := source.classify(path)) and is_safe(path)}
    for path, data in git_blobs(repository, {path: files[path] for path in labels}):
        name = path[len(source.root) :]
        yield Part(name, data, labels[path], git.upstream(printable(path)))
