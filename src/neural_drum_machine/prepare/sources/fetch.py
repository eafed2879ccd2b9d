"""Fetching sources of the catalogue. Each becomes a folder with a manifest, complete or absent."""

import contextlib
import difflib
import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.files import advice, locked, replace_folder
from neural_drum_machine.prepare.progress import Progress
from neural_drum_machine.prepare.sources.catalogue import load
from neural_drum_machine.prepare.sources.origins.debian import DebianPackages
from neural_drum_machine.prepare.sources.origins.git_origin import git_parts
from neural_drum_machine.prepare.sources.parts import Part
from neural_drum_machine.prepare.sources.record import (
    counts_if_complete,
    read_record,
    refuse_foreign,
    write_source,
)
from neural_drum_machine.prepare.sources.source import Debian, Source

CACHE: Final = ".ndm-cache"
_TEMPORARY: Final = ".fetch-"
_HOPELESS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Fetched:
    """The result for one source.

    Attributes
    ----------
    source : Source
        Its entry in the catalogue.
    folder : Path
        Its folder, also if it failed.
    state : str
        ``fetched``, ``kept`` (an earlier run fetched it, and it is unaltered), or ``failed``.
    counts : dict of str to int
        Number of files of each category.
    reason : str
        Why it failed.
    """

    source: Source
    folder: Path
    state: Literal["fetched", "kept", "failed"]
    counts: dict[str, int]
    reason: str = ""


def fetch(
    out: Path,
    sources: Sequence[str] | None = None,
    mirror: Path | Sequence[Path] | None = None,
    include_restricted: bool = False,
    progress: Progress | None = None,
    catalogue: Sequence[Source] | None = None,
    *,
    force: bool = False,
) -> list[Fetched]:
    """Fetch sources of openly licensed drum sounds.

    Each becomes ``out/NAME/`` with audio files, ``manifest.csv`` and ``source.json``. Complete and
    unaltered sources of an earlier run are kept. If a source fails, the others are still fetched.

    Parameters
    ----------
    out : Path
        Folder of the sources; downloads are kept in its folder ``.ndm-cache``.
    sources : sequence of str, optional
        Names in the catalogue; if absent, all sources whose licence allows any use.
    mirror : Path or sequence of Path, optional
        Folders that are searched before anything is downloaded, for ``.deb`` files, clones of git
        repositories by their names, or a pack (a folder with a ``manifest.csv``).
    include_restricted : bool
        Also fetch sources with copyleft and other restricted licences.
    progress : callable, optional
        Called with (sources done, sources in all).
    catalogue : sequence of Source, optional
        Another catalogue.
    force : bool
        Fetch again what an earlier run has fetched.

    Returns
    -------
    list of Fetched
        One for each source, in the catalogue's order.

    Raises
    ------
    DatasetError
        If a name is not in the catalogue, a named source is restricted and
        `include_restricted` is not given, a mirror is no folder, another fetch is working in
        `out`, or `out` cannot be written.
    """
    known = load() if catalogue is None else tuple(catalogue)
    chosen = select(known, sources, include_restricted)
    mirrors = [mirror] if isinstance(mirror, Path) else list(mirror or ())
    for folder in mirrors:
        if not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "no such folder"
            raise DatasetError(f"{folder}: {what}; name a folder with --mirror")
    results: list[Fetched] = []
    try:
        cache = out / CACHE
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / "lock", f"{out}: another fetch is working there; wait for its end"):
            _sweep(cache)
            with contextlib.closing(DebianPackages(cache, mirrors, chosen)) as packages:

                def parts(source: Source) -> Iterator[Part]:
                    if isinstance(source.origin, Debian):
                        return packages.parts(source, source.origin)
                    return git_parts(source, source.origin, cache, mirrors)

                for number, source in enumerate(chosen):
                    if progress:
                        progress(number, len(chosen))
                    results.append(_fetch_one(source, out / source.name, cache, parts, force))
    except OSError as error:
        raise DatasetError(
            f"{out}: cannot be written ({error.strerror or error}); {advice(error)}"
        ) from error
    if progress:
        progress(len(chosen), len(chosen))
    return results


def select(
    catalogue: Sequence[Source], names: Sequence[str] | None, include_restricted: bool
) -> list[Source]:
    """Return the named sources, or all.

    Raises
    ------
    DatasetError
        If a name is unknown, or its licence restricted and that is not allowed.
    """
    if not names:
        return [s for s in catalogue if include_restricted or not s.restricted]
    by_name = {source.name: source for source in catalogue}
    for name in names:
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=3) or sorted(by_name)
            raise DatasetError(f"unknown source {name!r}; did you mean {', '.join(near)}?")
        if by_name[name].restricted and not include_restricted:
            raise DatasetError(
                f"source {name} is under {by_name[name].licence}, which does not allow every use; "
                "use --include-copyleft to fetch it"
            )
    return [source for source in catalogue if source.name in names]


def _fetch_one(
    source: Source,
    folder: Path,
    cache: Path,
    parts: Callable[[Source], Iterator[Part]],
    force: bool,
) -> Fetched:
    record = read_record(folder)
    if not force and record and (counts := counts_if_complete(folder, record, source)):
        return Fetched(source, folder, "kept", counts)
    try:
        if folder.exists() or folder.is_symlink():
            refuse_foreign(folder, record, force)
        with tempfile.TemporaryDirectory(dir=cache, prefix=_TEMPORARY) as temporary:
            fresh = Path(temporary, "source")
            fresh.mkdir()
            counts = write_source(source, parts(source), fresh)
            replace_folder(fresh, folder)
    except (DatasetError, AudioError) as error:
        return Fetched(source, folder, "failed", {}, str(error))
    except OSError as error:
        if error.errno in _HOPELESS:
            raise
        return Fetched(source, folder, "failed", {}, str(error))
    return Fetched(source, folder, "fetched", counts)


def _sweep(cache: Path) -> None:
    """Remove the temporary files of a killed run, in our own folder only."""
    for prefix in (_TEMPORARY, ".download-", ".deb-", ".font-", ".git-"):
        for path in cache.glob(f"{prefix}*"):
            shutil.rmtree(path, ignore_errors=True)
