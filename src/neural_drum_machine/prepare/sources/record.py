"""The folder of a fetched source, and ``source.json``, the record of every file in it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from neural_drum_machine.dataset.index import write_table
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.prepare.recordings.manifest import MANIFEST
from neural_drum_machine.prepare.sources.parts import Part, safe_name
from neural_drum_machine.prepare.sources.source import Source
from neural_drum_machine.regular_files import read_regular

RECORD: Final = "source.json"
"""The file of a fetched source with its facts and the checksum of every file."""
_FORMAT: Final = 1
_COLUMNS: Final = ("file", "category", "group", "source", "licence", "attribution", "upstream")


def write_source(source: Source, parts: Iterator[Part], folder: Path) -> dict[str, int]:
    """Write the files of a source, its manifest and its record; return files per category.

    Raises
    ------
    DatasetError
        If there is no file.
    """
    rows: list[dict[str, str]] = []
    files: dict[str, dict[str, int | str]] = {}
    used: set[str] = set()
    for part in parts:
        name = _free_name(safe_name(part.name), used)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(part.data)
        files[name] = {"size": len(part.data), "sha256": sha256_of(path)}
        rows.append(
            {
                "file": name,
                "category": part.label.category,
                "group": part.label.group,
                "source": source.name,
                "licence": part.label.licence or source.licence,
                "attribution": part.label.attribution or source.attribution,
                "upstream": part.upstream,
            }
        )
    if not rows:
        raise DatasetError(f"{source.name}: no file in it matches the catalogue's rules")
    rows.sort(key=lambda row: row["file"])
    manifest = folder / MANIFEST
    write_table(manifest, _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))
    files[MANIFEST] = {"size": manifest.stat().st_size, "sha256": sha256_of(manifest)}
    counts = dict(sorted(Counter(row["category"] for row in rows).items()))
    record = {
        "format": _FORMAT,
        "name": source.name,
        "title": source.title,
        "version": source.origin.version,
        "licence": source.licence,
        "restricted": source.restricted,
        "attribution": source.attribution,
        "home": source.home,
        "catalogue_digest": source.digest,
        "counts": counts,
        "files": dict(sorted(files.items())),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")
    return counts


def _free_name(name: str, used: set[str]) -> str:
    """Return the name, or one like it that differs from all used names in more than case."""
    stem, dot, suffix = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in used or free.casefold() in (MANIFEST, RECORD):
        number += 1
        free = f"{stem}~{number}{dot}{suffix}"
    used.add(free.casefold())
    return free


def read_record(folder: Path) -> dict[str, Any] | None:
    """Return the record of a fetched source; None if there is none, {} if it is damaged."""
    try:
        record = json.loads(read_regular(folder / RECORD))
    except FileNotFoundError:
        return None
    except (OSError, RecursionError, ValueError):
        return {}
    ours = isinstance(record, dict) and record.get("format") == _FORMAT
    return record if ours and isinstance(record.get("files"), dict) else {}


def counts_if_complete(
    folder: Path, record: dict[str, Any], source: Source
) -> dict[str, int] | None:
    """Return the number of files of each category if the source is complete and up to date."""
    if record.get("catalogue_digest") != source.digest or MANIFEST not in record["files"]:
        return None
    try:
        for name, facts in record["files"].items():
            path = folder / name
            if path.is_symlink() or path.stat().st_size != facts["size"]:
                return None
            if sha256_of(path) != facts["sha256"]:
                return None
        return {str(category): int(n) for category, n in record["counts"].items()}
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return None


def refuse_foreign(folder: Path, record: dict[str, Any] | None, force: bool) -> None:
    """Raise an error unless everything in a folder was written by a fetch and may be replaced.

    A manifest that was changed by hand is somebody's work too. It is replaced only with `force`.
    """
    if not record:
        raise DatasetError(
            f"{folder}: exists and is no fetched source; move it away, or choose another --out"
        )
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name != RECORD and name not in record["files"]:
            raise DatasetError(f"{path}: was not written by fetch; move it away, then run again")
    manifest = folder / MANIFEST
    facts = record["files"].get(MANIFEST, {})
    if not force and manifest.is_file() and sha256_of(manifest) != facts.get("sha256"):
        raise DatasetError(
            f"{manifest}: was changed since it was fetched; keep a copy, then use --force"
        )
