"""``unsure.csv``: sounds that nobody could name. The user fills in categories and gives it back."""

import csv
import difflib
from pathlib import Path
from typing import Final

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.prepare.labelling.classes import CLASSES, SKIP

UNSURE_COLUMNS: Final = ("file", "category", "suggestion", "confidence", "second", "reason")
"""Columns of ``unsure.csv``; only the first two are read back."""


def read_labels(path: Path) -> dict[str, str]:
    """Read the categories that a user filled into ``unsure.csv``.

    Parameters
    ----------
    path : Path
        A CSV file with the columns ``file`` and ``category``, separated by commas or semicolons
        as spreadsheets write them. Lines without a category are ignored.

    Returns
    -------
    dict of str to str
        Category of each file: one of the eleven, ``other`` or ``skip``.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a column, or names an unknown category.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            delimiter = ";" if head.count(";") > head.count(",") else ","
            rows = csv.DictReader(file, delimiter=delimiter)
            if not {"file", "category"} <= set(rows.fieldnames or ()):
                raise DatasetError(f"{path}: needs the columns file and category")
            labels = {}
            for row in rows:
                category = (row["category"] or "").strip().lower().replace(" ", "_")
                if not category:
                    continue
                if category not in (*CLASSES, SKIP):
                    near = difflib.get_close_matches(category, CATEGORIES, 1)
                    hint = f" (did you mean {near[0]}?)" if near else ""
                    raise DatasetError(
                        f"{path}, line {rows.line_num}: unknown category "
                        f"{row['category']!r}{hint}; use one of: {', '.join(CATEGORIES)}, {SKIP}"
                    )
                labels[row["file"] or ""] = category
            return labels
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{path}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error
