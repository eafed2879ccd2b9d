"""Getting the files of a source: from a mirror, the download folder, or the network."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, Self

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.sources.archives import deb_members, is_safe
from neural_drum_machine.prepare.sources.catalogue import Debian, Git, Source
from neural_drum_machine.prepare.sources.packs import pack_parts, pack_rows
from neural_drum_machine.prepare.sources.parts import Part, safe_name
from neural_drum_machine.prepare.sources.renders import chosen_hits, flac
from neural_drum_machine.prepare.sources.repositories import (
    clone,
    find_commit,
    git_blobs,
    git_files,
    git_folder,
)
from neural_drum_machine.text import printable

MAX_SOUND_BYTES: Final = 64 << 20
"""Larger files are no drum hits."""
_BLOCK: Final = 1 << 20


class Origins:
    """Where sources come from.

    Parameters
    ----------
    cache : Path
        Folder for downloads; it must exist.
    mirrors : sequence of Path
        Folders that are searched first and never changed.
    sources : sequence of Source
        What will be asked for: a package that several of them share is unpacked once.
    """

    def __init__(self, cache: Path, mirrors: Sequence[Path], sources: Sequence[Source]) -> None:
        self._cache, self._mirrors, self._sources = cache, mirrors, sources
        self._verified: set[Path] = set()
        self._unpacked: dict[Path, dict[str, Path]] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Return itself; at the end, what was unpacked is removed."""
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def parts(self, source: Source) -> Iterator[Part]:
        """Yield the files of a source that its rules name.

        Raises
        ------
        DatasetError
            If the source cannot be had, or what was had is not what the catalogue names.
        AudioError
            If a sound font cannot be read.
        """
        if isinstance(source.origin, Debian):
            deb = self._deb(source.origin)
            if source.soundfont:
                yield from self._soundfont_parts(source, source.origin, deb)
            else:
                yield from self._deb_parts(source, source.origin, deb)
        else:
            yield from self._git_parts(source, source.origin)

    def _deb(self, debian: Debian) -> Path:
        """Return a package whose checksum is right."""
        for folder in self._mirrors:
            deb = folder / debian.file
            if deb.is_file():
                self._check(deb, debian.sha256, f"replace the file in {folder}")
                return deb
        deb = self._cache / debian.file
        if not deb.is_file():
            with tempfile.TemporaryDirectory(dir=self._cache, prefix=".apt-") as temporary:
                downloaded = _apt(debian, Path(temporary))
                self._check(downloaded, debian.sha256, "run again, or use --mirror")
                downloaded.replace(deb)
            self._verified.add(deb)
        try:
            self._check(deb, debian.sha256, "it was removed; run again to download it anew")
        except DatasetError:
            deb.unlink()
            raise
        return deb

    def _deb_parts(self, source: Source, debian: Debian, deb: Path) -> Iterator[Part]:
        for path, data in self._deb_files(source, debian, deb):
            if label := source.classify(path):
                name = path[len(source.root) :]
                yield Part(name, data, label, debian.upstream(printable(path)))

    def _deb_files(self, source: Source, debian: Debian, deb: Path) -> Iterator[tuple[str, bytes]]:
        """Yield files of a package, among them all that the source may want."""
        sharing = [s for s in self._sources if s.origin == debian and not s.soundfont]
        wanted = (
            member
            for member in deb_members(deb)
            if member.size <= MAX_SOUND_BYTES
            and any(s.classify(member.path) for s in (sharing or [source]))
        )
        if len(sharing) < 2:
            yield from ((member.path, member.stream.read()) for member in wanted)
            return
        if deb not in self._unpacked:
            temporary = tempfile.TemporaryDirectory(dir=self._cache, prefix=".deb-")
            folder = Path(self._stack.enter_context(temporary))
            files: dict[str, Path] = {}
            for number, member in enumerate(wanted):
                files[member.path] = folder / str(number)
                files[member.path].write_bytes(member.stream.read())
            self._unpacked[deb] = files
        for path, file in self._unpacked[deb].items():
            if source.classify(path):
                yield path, file.read_bytes()

    def _check(self, path: Path, expected: str, way_out: str) -> None:
        if path not in self._verified:
            got = sha256_of(path)
            if got != expected:
                raise DatasetError(
                    f"{path}: wrong checksum: expected SHA-256 {expected}, got {got}; {way_out}"
                )
            self._verified.add(path)

    def _git_parts(self, source: Source, git: Git) -> Iterator[Part]:
        for folder in self._mirrors:
            for name in (git.repository, f"{git.repository}.git"):
                if repository := git_folder(folder / name):
                    yield from _repository_parts(source, git, repository)
                    return
            if source.pack_sha256 and (rows := pack_rows(folder, source.name)):
                yield from pack_parts(source, git, folder, rows)
                return
        repository = self._cache / "git" / safe_name(git.upstream("").partition("@")[0])
        if git_folder(repository):
            try:
                find_commit(repository, git.commit)
            except DatasetError:
                # An older clone, or a damaged one.
                shutil.rmtree(repository)
        if not git_folder(repository):
            repository.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._cache, prefix=".git-") as temporary:
                fresh = Path(temporary, "clone")
                clone(git.url, fresh)
                fresh.rename(repository)
        yield from _repository_parts(source, git, repository)

    def _soundfont_parts(self, source: Source, debian: Debian, deb: Path) -> Iterator[Part]:
        with tempfile.TemporaryDirectory(dir=self._cache, prefix=".font-") as folder:
            path = Path(folder, PurePosixPath(source.soundfont).name)
            for member in deb_members(deb):
                if member.path == source.soundfont:
                    with path.open("wb") as file:
                        shutil.copyfileobj(member.stream, file, _BLOCK)
            if not path.is_file():
                raise DatasetError(f"{deb}: holds no {source.soundfont}")
            font = SoundFont.open(path)
            for hit, label in chosen_hits(font, source):
                if (data := flac(font, hit)) is not None:
                    where = f"{hit.program}/{hit.key}/{hit.high_velocity}"
                    preset, sample = (
                        name.replace("/", "-").strip()
                        for name in (hit.preset, hit.sample.split(" + ")[0])
                    )
                    yield Part(
                        f"{preset}/{hit.key:03d} {sample} {hit.high_velocity:03d}.flac",
                        data,
                        label,
                        debian.upstream(f"{source.soundfont}#{where}"),
                    )


def _repository_parts(source: Source, git: Git, repository: Path) -> Iterator[Part]:
    commit = find_commit(repository, git.commit)
    files = git_files(repository, commit)
    labels = {path: label for path in files if (label := source.classify(path)) and is_safe(path)}
    for path, data in git_blobs(repository, {path: files[path] for path in labels}):
        name = path[len(source.root) :]
        yield Part(name, data, labels[path], git.upstream(printable(path)))


def _apt(debian: Debian, folder: Path) -> Path:
    """Download a package into an empty folder."""
    way_out = f"put {debian.file} into a folder and name it with --mirror"
    if not shutil.which("apt-get"):
        raise DatasetError(f"{debian.package}: there is no apt-get here; {way_out}")
    result = subprocess.run(  # noqa: S603
        ["apt-get", "-q", "download", "--", f"{debian.package}={debian.version}"],  # noqa: S607
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    files = sorted(folder.glob("*.deb"))
    if result.returncode or len(files) != 1:
        errors = [line for line in result.stderr.splitlines() if line.startswith("E:")]
        reason = (errors or ["no package came"])[0].removeprefix("E:").strip()
        raise DatasetError(
            f"{debian.package}={debian.version}: apt-get download failed ({reason}); is there a "
            f"network, and is apt-get update done? Otherwise {way_out}"
        )
    return files[0]
