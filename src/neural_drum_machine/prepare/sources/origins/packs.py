"""Packs: folders with a manifest and copies of the files of several sources."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.recordings.manifest import MANIFEST
from neural_drum_machine.prepare.sources.origins.deb_format import MAX_MEMBER_BYTES
from neural_drum_machine.prepare.sources.parts import Part, is_safe
from neural_drum_machine.prepare.sources.source import Git, Source
from neural_drum_machine.regular_files import open_text, read_regular


def pack_digest(files: Sequence[tuple[str, str]]) -> str:
    """Return the checksum of a pack: over the SHA-256 and the upstream of each of its files."""
    lines = sorted(f"{checksum}  {upstream}\n" for checksum, upstream in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def pack_rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of one source in a pack's manifest; none if the folder is no pack.

    Raises
    ------
    DatasetError
        If the manifest cannot be read.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return []
    try:
        with open_text(manifest, "utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DatasetError(f"{manifest}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{manifest}: not readable as CSV ({error})") from error
    wanted = ("file", "source", "upstream")
    return [row for row in rows if row.get("source") == name and all(map(row.get, wanted))]


def pack_parts(
    source: Source, git: Git, folder: Path, rows: Sequence[dict[str, str]]
) -> Iterator[Part]:
    """Yield the files of a source from a pack, after all of them are verified.

    Raises
    ------
    DatasetError
        If a file is missing or outside the folder, or the checksum over all is wrong.
    """
    read: list[tuple[dict[str, str], bytes]] = []
    root = folder.resolve()
    for row in rows:
        # is_safe first: no path with a zero byte can be resolved.
        path = (folder / row["file"]).resolve() if is_safe(row["file"]) else None
        if path is None or not path.is_relative_to(root) or not path.is_file():
            raise DatasetError(f"{folder / MANIFEST}: {row['file']!r} is no file in {folder}")
        read.append((row, read_regular(path, MAX_MEMBER_BYTES)))
    got = pack_digest([(hashlib.sha256(data).hexdigest(), row["upstream"]) for row, data in read])
    if got != source.pack_sha256:
        raise DatasetError(
            f"{folder}: the files of {source.name} have a wrong checksum: expected SHA-256 "
            f"{source.pack_sha256}, got {got}; replace the folder by an unaltered copy, or run "
            "without this --mirror"
        )
    for row, data in read:
        # The rules decide, not the pack's own labels: they correct its mistakes.
        if label := source.classify(row["upstream"].removeprefix(git.upstream(""))):
            yield Part(row["file"], data, label, row["upstream"])
