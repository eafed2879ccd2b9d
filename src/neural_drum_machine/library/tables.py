"""The tables of a library, and the marks by which its file is known."""

from typing import Final

APPLICATION: Final = 0x4E444D4C
"""SQLite's `application_id` of a library: ``NDML``."""
FORMAT: Final = 1
"""SQLite's `user_version`; a reader refuses a greater one."""
HEADER: Final = b"SQLite format 3\0"
APPLICATION_AT: Final = 68
"""Where a file of SQLite holds its `application_id`, four bytes, the highest first."""

WAIT_SECONDS: Final = 5.0
"""How long a question waits while another process writes."""

MEASURES: Final = (
    "seconds", "loudness", "centroid", "decay", "attack", "pitch", "noisiness",
)  # fmt: skip
"""Columns with a measured value of each sound: length in s, loudness in LUFS, and the descriptors
of :mod:`neural_drum_machine.signal.descriptors` in their units. None where there is none."""

SCHEMA: Final = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE);
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root INTEGER NOT NULL REFERENCES roots ON DELETE CASCADE,
    path BLOB NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    digest BLOB,
    version TEXT NOT NULL,
    why TEXT,
    category TEXT,
    doubt REAL,
    label TEXT,
    second TEXT,
    note TEXT,
    kit TEXT,
    {", ".join(f"{name} REAL" for name in MEASURES)},
    x REAL,
    y REAL,
    UNIQUE (root, path)
);
CREATE INDEX files_digest ON files (digest);
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
    near BLOB NOT NULL,
    code BLOB NOT NULL,
    print BLOB NOT NULL
);
"""
"""`path` is a file's path below its root, in the system's bytes. `why` says why a file is no sound
of the library; then all that follows is empty. `near` and `code` are half-precision numbers, the
lowest byte first; `print` has a byte for each band, in eighths of a decibel under the loudest."""
