"""``unsure.csv``: sounds that nobody could name. The user fills in categories and gives it back."""

from pathlib import Path
from typing import Final

from neural_drum_machine.prepare.labelling.classes import CLASSES, SKIP, read_category
from neural_drum_machine.prepare.labelling.csv_table import read_table

UNSURE_COLUMNS: Final = ("file", "category", "suggestion", "confidence", "second", "reason")
"""Columns of ``unsure.csv``; only the first two are read back."""


def read_labels(path: Path) -> dict[str, str]:
    """Read the categories that a user filled into ``unsure.csv``.

    Parameters
    ----------
    path : Path
        A table with the columns ``file`` and ``category``, as spreadsheets write it (see
        :func:`~neural_drum_machine.prepare.labelling.csv_table.read_table`). Lines without a
        category are ignored.

    Returns
    -------
    dict of str to str
        Category of each file: one of the eleven, ``other`` or ``skip``.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a column, or names an unknown category.
    """
    labels = {}
    for line, row in read_table(path, ("file", "category")):
        if row["category"].strip():
            where = f"{path}, line {line}"
            labels[row["file"]] = read_category(row["category"], (*CLASSES, SKIP), where)
    return labels
