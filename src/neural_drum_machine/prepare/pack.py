"""A dataset's recordings in one file, from which another machine builds the same dataset.

A pack is a tar archive. It contains ``pack.json`` (format, spec, seed, numbers), ``index.csv`` (the
recordings' lines of the dataset's index), ``rejected.csv``, ``unsure.csv``, and ``NNNNN.flac`` for
each recording, with exactly the dataset's samples at 44.1 kHz (see ``compact_audio.py``).
"""

import contextlib
import csv
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any, BinaryIO, Final

import soundfile

from neural_drum_machine.dataset.index import REAL, read_index, write_index
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError, SpecError
from neural_drum_machine.files import advice, atomic_file
from neural_drum_machine.prepare.compact_audio import decode, encode
from neural_drum_machine.prepare.finish import (
    check_per_category,
    check_target,
    finish_dataset,
)
from neural_drum_machine.prepare.pack_bounds import (
    MAX_TABLE_BYTES,
    CautiousFile,
    check_numbers,
    limited,
)
from neural_drum_machine.prepare.progress import Progress, StageProgress
from neural_drum_machine.prepare.recordings.candidate import Rejection
from neural_drum_machine.prepare.recordings.table import Recordings
from neural_drum_machine.prepare.resumable import ResumableFolder
from neural_drum_machine.prepare.wave_store import WaveStore
from neural_drum_machine.regular_files import open_regular
from neural_drum_machine.signal.full_hit import FULL_SAMPLES, FULL_SR
from neural_drum_machine.signal.spec import AudioSpec

FORMAT: Final = "neural-drum-machine pack"
FORMAT_VERSION: Final = 3
_TABLES: Final = ("index.csv", "rejected.csv", "unsure.csv")
_MAX_SOUND_BYTES: Final = 1 << 24


def pack(data: Dataset, out: Path, progress: Progress | None = None) -> int:
    """Write a dataset's recordings into one file.

    Parameters
    ----------
    data : Dataset
        The dataset; the same dataset always gives the same bytes.
    out : Path
        The archive.
    progress : callable, optional
        Called with (recordings done, in all).

    Returns
    -------
    int
        Bytes of the archive.

    Raises
    ------
    DatasetError
        If it cannot be written.
    """
    entries = [entry for entry in data.entries if entry.origin == REAL]
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "spec": data.meta["spec"],
        **{key: data.meta[key] for key in ("seed", "per_category", "copies")},
        "recordings": len(entries),
    }
    try:
        with (
            atomic_file(out) as file,
            tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive,
        ):
            _add(archive, "pack.json", (json.dumps(head, indent=1) + "\n").encode())
            for name in _TABLES:
                if name == "index.csv":
                    table = io.StringIO(newline="")
                    write_index(table, entries)
                    _add(archive, name, table.getvalue().encode())
                else:
                    _add(archive, name, (data.folder / name).read_bytes())
            for i, entry in enumerate(entries):
                pcm = data.full[entry.full_start : entry.full_start + entry.full_length]
                _add(archive, f"{i:05d}.flac", encode(pcm, FULL_SR))
                if progress:
                    progress(i + 1, len(entries))
    except OSError as error:
        raise DatasetError(
            f"{out}: cannot be written ({error.strerror or error}); {advice(error)}"
        ) from error
    return out.stat().st_size


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    # No time, owner or mode: the same content is the same archive.
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def unpack(
    archive: Path,
    out: Path,
    *,
    per_category: int | None = None,
    workers: int | None = None,
    dask: str | None = None,
    force: bool = False,
    progress: StageProgress | None = None,
) -> Dataset:
    """Build the dataset of a pack.

    Parameters
    ----------
    archive : Path
        From :func:`pack`.
    out : Path
        The dataset's folder.
    per_category : int, optional
        Number of sounds in every category, derived ones included; that of the packed dataset if
        absent. The recordings and their split are the same with any number.
    workers, dask, force, progress
        As in :func:`~neural_drum_machine.prepare.pipeline.prepare`.

    Returns
    -------
    Dataset
        The dataset, open.

    Raises
    ------
    DatasetError
        If the archive is not readable, truncated or foreign, `out` cannot be written, or
        `per_category` is out of range.
    """
    # Not resolve(): a link at this place has to be noticed and refused.
    out = Path(os.path.abspath(out))  # noqa: PTH100
    check_target(out, force)
    check_per_category(per_category)
    try:
        opened = open_regular(archive)
    except FileNotFoundError:
        raise DatasetError(f"{archive}: no such file") from None
    except OSError as error:
        raise DatasetError(f"{archive}: cannot be read ({error.strerror})") from error
    tell = progress or (lambda _stage, _done, _total: None)
    with opened as file, ResumableFolder.beside(out) as work:
        try:
            head, recordings = _read(file, WaveStore(work.path / "waves.i16"), tell)
            spec = AudioSpec.from_dict(head["spec"])
            seed = head["seed"]
            if per_category is None:
                per_category = head["per_category"]
        except (
            AttributeError,
            EOFError,
            LookupError,
            RecursionError,
            SpecError,
            TypeError,
            ValueError,
            csv.Error,
            soundfile.SoundFileError,
            tarfile.TarError,
        ) as error:
            if work.fresh:
                work.finish()
            raise DatasetError(
                f"{archive}: no complete pack ({error}); make it again with: ndm dataset pack"
            ) from error
        finish_dataset(
            recordings,
            out,
            work,
            spec=spec,
            seed=seed,
            per_category=per_category,
            workers=workers,
            dask=dask,
            progress=tell,
            force=force,
        )
    return Dataset.open(out, verify=False)


def _read(
    file: BinaryIO, store: WaveStore, tell: StageProgress
) -> tuple[dict[str, Any], Recordings]:
    with contextlib.closing(store), tarfile.open(fileobj=CautiousFile(file), mode="r:") as archive:
        head = json.loads(_member(archive, "pack.json", MAX_TABLE_BYTES))
        if head["format"] != FORMAT:
            raise ValueError("another format")
        if head["format_version"] != FORMAT_VERSION:
            raise ValueError(
                f"version {head['format_version']}, this program reads {FORMAT_VERSION}"
            )
        tables = {name: _member(archive, name, MAX_TABLE_BYTES).decode("utf-8") for name in _TABLES}
        check_numbers(head)
        entries = read_index(io.StringIO(tables["index.csv"], newline=""), head["recordings"])
        if len(entries) != head["recordings"]:
            raise ValueError(f"{len(entries)} lines for {head['recordings']} recordings")
        for i, entry in enumerate(entries):
            content = _member(archive, f"{i:05d}.flac", _MAX_SOUND_BYTES)
            if (
                not 0 < entry.full_length <= FULL_SAMPLES
                or entry.origin != REAL
                or not 0 <= entry.confidence <= 1
            ):
                raise ValueError(f"{i:05d}.flac is not the sound of its line")
            try:
                pcm = decode(content, FULL_SR, entry.full_length)
            except ValueError as error:
                raise ValueError(f"{i:05d}.flac is not the sound of its line: {error}") from error
            store.append(pcm)
            tell("unpacking", i + 1, len(entries))
    rejected = [
        Rejection(row["name"], row["reason"])
        for row in limited(csv.DictReader(io.StringIO(tables["rejected.csv"], newline="")))
    ]
    lines = csv.reader(io.StringIO(tables["unsure.csv"], newline=""))
    unsure = [list[object](line) for line in limited(lines)][1:]
    return head, Recordings(entries, store.__getitem__, rejected, unsure, int(head["copies"]))


def _member(archive: tarfile.TarFile, name: str, most: int) -> bytes:
    """Return the next member, which must have this name: no path of an archive is ever opened."""
    info = archive.next()
    if info is None or info.name != name or not info.isfile() or info.size > most:
        raise ValueError(f"{name} is missing, or another file stands in its place")
    file = archive.extractfile(info)
    content = file.read() if file else b""
    if len(content) != info.size:
        raise ValueError(f"{name} is cut short")
    return content
