"""Fetching the sources of the catalogue: every one a folder with a manifest, complete or absent."""

import difflib
import errno
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.files import locked, replace_folder
from neural_drum_machine.prepare.sources.catalogue import Source, load
from neural_drum_machine.prepare.sources.origins import Origins
from neural_drum_machine.prepare.sources.record import (
    counts_if_complete,
    read_record,
    refuse_foreign,
    write_source,
)

CACHE: Final = ".ndm-cache"
_TEMPORARY: Final = ".fetch-"
_HOPELESS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a source.

    Attributes
    ----------
    source : Source
        Its entry of the catalogue.
    folder : Path
        Where it lies, or would.
    state : str
        ``fetched``, ``kept`` (it was there, complete and unaltered), or ``failed``.
    counts : dict of str to int
        Files of each category.
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

    Each becomes ``out/NAME/``: audio files, ``manifest.csv``, ``source.json``. What is there,
    complete and unaltered, stays; a source that cannot be had does not stop the others.

    Parameters
    ----------
    out : Path
        Folder of the sources; downloads are kept in its folder ``.ndm-cache``.
    sources : sequence of str, optional
        Names in the catalogue; all whose licence allows any use if absent.
    mirror : Path or sequence of Path, optional
        Folders that are searched before anything is downloaded: for ``.deb`` files, clones of
        git repositories by their names, or a pack (a folder with a ``manifest.csv``).
    include_restricted : bool
        Take sources with copyleft and other restricted licences too.
    progress : callable, optional
        Called with (sources done, sources in all).
    catalogue : sequence of Source, optional
        Another catalogue.
    force : bool
        Fetch anew what is there.

    Returns
    -------
    list of Fetched
        One for each source, in the catalogue's order; look at the states.

    Raises
    ------
    DatasetError
        If a name is not in the catalogue, a named source is restricted and
        `include_restricted` is not given, a mirror is no folder, another fetch works in `out`,
        or `out` cannot be written.
    """
    known = load() if catalogue is None else tuple(catalogue)
    chosen = select(known, sources, include_restricted)
    mirrors = [mirror] if isinstance(mirror, Path) else list(mirror or ())
    for folder in mirrors:
        if not folder.is_dir():
            raise DatasetError(f"{folder}: no such folder; name a folder with --mirror")
    results: list[Fetched] = []
    try:
        cache = out / CACHE
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / "lock", f"{out}: another fetch works there; wait until it ends"):
            _sweep(cache)
            with Origins(cache, mirrors, chosen) as origins:
                for number, source in enumerate(chosen):
                    if progress:
                        progress(number, len(chosen))
                    results.append(_one(source, out / source.name, cache, origins, force))
    except OSError as error:
        raise DatasetError(
            f"{out}: cannot be written ({error}); free some space or choose another --out"
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
                "with --include-copyleft it is fetched"
            )
    return [source for source in catalogue if source.name in names]


def _one(source: Source, folder: Path, cache: Path, origins: Origins, force: bool) -> Fetched:
    record = read_record(folder)
    if not force and record and (counts := counts_if_complete(folder, record, source)):
        return Fetched(source, folder, "kept", counts)
    try:
        if folder.exists() or folder.is_symlink():
            refuse_foreign(folder, record, force)
        with tempfile.TemporaryDirectory(dir=cache, prefix=_TEMPORARY) as temporary:
            fresh = Path(temporary, "source")
            fresh.mkdir()
            counts = write_source(source, origins.parts(source), fresh)
            replace_folder(fresh, folder)
    except (DatasetError, AudioError) as error:
        return Fetched(source, folder, "failed", {}, str(error))
    except OSError as error:
        if error.errno in _HOPELESS:
            raise
        return Fetched(source, folder, "failed", {}, str(error))
    return Fetched(source, folder, "fetched", counts)


def _sweep(cache: Path) -> None:
    """Remove what a killed run left behind, in our own folder only."""
    for prefix in (_TEMPORARY, ".apt-", ".deb-", ".font-", ".git-"):
        for path in cache.glob(f"{prefix}*"):
            shutil.rmtree(path, ignore_errors=True)
