"""``listed.csv``: the files of sources from which only files named one by one are used.

Such a source is a repository of something else, in which a few files are drum hits, or one whose
files have different authors or licences. Its columns are ``source``, ``path`` (inside the
repository), ``category``, ``group``, ``licence`` and ``attribution``. The last two are empty where
they are those of the source.
"""

import csv
from pathlib import Path
from typing import Final

from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.sources.licences import is_known
from neural_drum_machine.prepare.sources.source import Label
from neural_drum_machine.regular_files import open_text

LISTED: Final = "listed.csv"
COLUMNS: Final = ("source", "path", "category", "group", "licence", "attribution")


def read_listed(path: Path) -> dict[str, dict[str, Label]]:
    """Read the list.

    Parameters
    ----------
    path : Path
        The CSV file; an absent one is an empty list.

    Returns
    -------
    dict
        For each source the labels of its files, by their paths.

    Raises
    ------
    ValueError
        If it has other columns, or a line is not valid; the message names the line.
    OSError, UnicodeDecodeError, csv.Error
        If it cannot be read.
    """
    if not path.exists():
        return {}
    found: dict[str, dict[str, Label]] = {}
    with open_text(path) as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name} has the columns {', '.join(COLUMNS)}")
        for row in rows:
            where = f"{path.name}, line {rows.line_num}"
            if None in row or None in row.values() or not (row["path"] and row["group"]):
                raise ValueError(f"{where}: needs {', '.join(COLUMNS[:4])}")
            if row["category"] not in CLASSES:
                raise ValueError(f"{where}: unknown category {row['category']!r}")
            if row["licence"] and not is_known(row["licence"]):
                raise ValueError(f"{where}: unknown licence {row['licence']!r}")
            files = found.setdefault(row["source"], {})
            if row["path"] in files:
                raise ValueError(f"{where}: {row['path']} is in it twice")
            files[row["path"]] = Label(*(row[name] for name in COLUMNS[2:]))
    return found
