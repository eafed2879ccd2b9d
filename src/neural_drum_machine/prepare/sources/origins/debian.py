"""The files of Debian packages: from a mirror, the cache, or the network."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.soundfont.font import SoundFont
from neural_drum_machine.prepare.sources.origins.deb_format import deb_members
from neural_drum_machine.prepare.sources.origins.download import download_package
from neural_drum_machine.prepare.sources.origins.soundfont import soundfont_parts
from neural_drum_machine.prepare.sources.parts import Part
from neural_drum_machine.prepare.sources.source import Debian, Source
from neural_drum_machine.text import printable

MAX_SOUND_BYTES: Final = 64 << 20
"""Larger files are no drum hits."""
_BLOCK: Final = 1 << 20


class DebianPackages:
    """Debian packages and the files in them. Used as a context manager.

    Parameters
    ----------
    cache : Path
        Folder for downloads; it must exist.
    mirrors : sequence of Path
        Folders that are searched first and never changed.
    sources : sequence of Source
        All sources that will be asked for: a package that several share is unpacked once.
    """

    def __init__(self, cache: Path, mirrors: Sequence[Path], sources: Sequence[Source]) -> None:
        self._cache, self._mirrors, self._sources = cache, mirrors, sources
        self._verified: set[Path] = set()
        self._unpacked: dict[Path, dict[str, Path]] = {}
        self._temporary = contextlib.ExitStack()

    def close(self) -> None:
        """Remove temporary files."""
        self._temporary.close()

    def parts(self, source: Source, debian: Debian) -> Iterator[Part]:
        """Yield the files of a source that its rules select.

        Raises
        ------
        DatasetError
            If the package cannot be had, has a wrong checksum, or is damaged.
        AudioError
            If a sound font cannot be read.
        """
        deb = self._package(debian)
        if source.soundfont:
            yield from self._soundfont_parts(source, debian, deb)
            return
        for path, data in self._files(source, debian, deb):
            if label := source.classify(path):
                name = path[len(source.root) :]
                yield Part(name, data, label, debian.upstream(printable(path)))

    def _package(self, debian: Debian) -> Path:
        """Return a package whose checksum is right."""
        for folder in self._mirrors:
            deb = folder / debian.file
            if deb.is_file():
                self._check(deb, debian.sha256, f"replace the file in {folder}")
                return deb
        deb = self._cache / debian.file
        if not deb.is_file():
            with tempfile.TemporaryDirectory(dir=self._cache, prefix=".download-") as temporary:
                download_package(debian, Path(temporary)).replace(deb)
        try:
            self._check(deb, debian.sha256, "it was removed; run again to download it anew")
        except DatasetError:
            deb.unlink()
            raise
        return deb

    def _check(self, path: Path, expected: str, way_out: str) -> None:
        if path not in self._verified:
            got = sha256_of(path)
            if got != expected:
                raise DatasetError(
                    f"{path}: wrong checksum: expected SHA-256 {expected}, got {got}; {way_out}"
                )
            self._verified.add(path)

    def _files(self, source: Source, debian: Debian, deb: Path) -> Iterator[tuple[str, bytes]]:
        """Yield files of a package, among them all that the source may select."""
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
            folder = Path(self._temporary.enter_context(temporary))
            files: dict[str, Path] = {}
            for number, member in enumerate(wanted):
                files[member.path] = folder / str(number)
                files[member.path].write_bytes(member.stream.read())
            self._unpacked[deb] = files
        for path, file in self._unpacked[deb].items():
            if source.classify(path):
                yield path, file.read_bytes()

    def _soundfont_parts(self, source: Source, debian: Debian, deb: Path) -> Iterator[Part]:
        with tempfile.TemporaryDirectory(dir=self._cache, prefix=".font-") as folder:
            path = Path(folder, PurePosixPath(source.soundfont).name)
            for member in deb_members(deb):
                if member.path == source.soundfont:
                    with path.open("wb") as file:
                        shutil.copyfileobj(member.stream, file, _BLOCK)
            if not path.is_file():
                raise DatasetError(f"{deb}: has no {source.soundfont}")
            yield from soundfont_parts(SoundFont.open(path), source, debian)
