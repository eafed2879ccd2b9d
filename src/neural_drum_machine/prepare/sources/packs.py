"""Packs: folders with a manifest that hold copies of several sources' files."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.recordings.scan import MANIFEST
from neural_drum_machine.prepare.sources.archives import is_safe
from neural_drum_machine.prepare.sources.catalogue import Git, Source
from neural_drum_machine.prepare.sources.parts import Part


def pack_digest(files: Sequence[tuple[str, str]]) -> str:
    """Return the checksum of a pack: over SHA-256 and upstream of each of its files."""
    lines = sorted(f"{checksum}  {upstream}\n" for checksum, upstream in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def pack_rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a pack's manifest that are of one source; none if it is no pack.

    Raises
    ------
    DatasetError
        If the manifest is not readable.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return []
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{manifest}: not readable as CSV ({error})") from error
    wanted = ("file", "source", "upstream")
    return [row for row in rows if row.get("source") == name and all(map(row.get, wanted))]


def pack_parts(
    source: Source, git: Git, folder: Path, rows: Sequence[dict[str, str]]
) -> Iterator[Part]:
    """Yield the files of a source out of a pack, once all of them are verified.

    Raises
    ------
    DatasetError
        If a file is missing, lies outside the folder, or the checksum over all is wrong.
    """
    read: list[tuple[dict[str, str], bytes]] = []
    root = folder.resolve()
    for row in rows:
        path = (folder / row["file"]).resolve()
        if not is_safe(row["file"]) or not path.is_relative_to(root) or not path.is_file():
            raise DatasetError(f"{folder / MANIFEST}: {row['file']!r} is no file in {folder}")
        read.append((row, path.read_bytes()))
    got = pack_digest([(hashlib.sha256(data).hexdigest(), row["upstream"]) for row, data in read])
    if got != source.pack_sha256:
        raise DatasetError(
            f"{folder}: the files of {source.name} have a wrong checksum: expected SHA-256 "
            f"{source.pack_sha256}, got {got}; replace the folder by an unaltered copy, or leave "
            "out this --mirror"
        )
    for row, data in read:
        # The pack's own labels do not count: the rules know better.
        if label := source.classify(row["upstream"].removeprefix(git.upstream(""))):
            yield Part(row["file"], data, label, row["upstream"])
