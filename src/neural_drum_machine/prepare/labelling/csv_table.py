"""CSV files that people and spreadsheets write: labels and manifests."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

from neural_drum_machine.errors import DatasetError
from neural_drum_machine.regular_files import read_regular

_MAX_FIELD: Final = 2_000
_DELIMITERS: Final = ",;\t|"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_table(
    path: Path, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table as people and spreadsheet programs write it.

    Columns may be separated by commas, semicolons, tabs or bars. A first line ``sep=;`` (Excel)
    and byte order marks are understood, as is UTF-16, which Excel writes as "Unicode text".
    Capitals and spaces in the names of columns do not matter.

    Parameters
    ----------
    path : Path
        The file.
    required : sequence of str
        Columns that it must have, in small letters.
    optional : sequence of str
        Further columns that are understood, for the error message.

    Yields
    ------
    (int, dict of str to str)
        The number of a line, and its fields by the names of the columns in small letters. Empty
        lines are left out.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a column, or a line has too few fields or a too long
        one.
    """
    try:
        with _open(path) as file:
            delimiter, skipped = _delimiter(file)
            reader = csv.reader(file, delimiter=delimiter)
            columns = [name.strip().lower() for name in next(reader, [])]
            missing = [name for name in required if name not in columns]
            if missing:
                raise DatasetError(_without_columns(path, columns, missing, required, optional))
            needed = max(columns.index(name) for name in required) + 1
            for fields in reader:
                where = f"{path}, line {reader.line_num + skipped}"
                if not any(fields):
                    continue
                if any("\0" in field for field in fields):
                    raise DatasetError(
                        f"{where}: a zero byte in a field; save it as comma-separated UTF-8"
                    )
                longest = max(map(len, fields))
                if longest > _MAX_FIELD:
                    raise DatasetError(
                        f"{where}: {longest} characters in a field; at most {_MAX_FIELD}"
                    )
                if len(fields) < needed:
                    raise DatasetError(
                        f"{where}: too few columns ({len(fields)} of {len(columns)})"
                    )
                yield reader.line_num + skipped, dict(zip(columns, fields, strict=False))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeError, csv.Error) as error:
        raise DatasetError(
            f"{path}: not readable as CSV ({error}); save it as comma-separated UTF-8"
        ) from error


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the names of a table's columns in small letters; none if it cannot be read."""
    try:
        with _open(path) as file:
            delimiter, _ = _delimiter(file)
            columns = next(csv.reader(file, delimiter=delimiter), [])
            return tuple(name.strip().lower() for name in columns)
    except (OSError, UnicodeError, csv.Error):
        return ()


def _open(path: Path) -> TextIO:
    data = read_regular(path)
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _delimiter(file: TextIO) -> tuple[str, int]:
    """Go to the line with the names of the columns; return the delimiter and the lines before."""
    head, skipped = file.readline(), 0
    if head.strip().lower().startswith("sep="):
        delimiter = head.strip("\r\n")[len("sep=") :][:1] or ","
        skipped = 1
    else:
        delimiter = max(_DELIMITERS, key=head.count)
        file.seek(0)
    return delimiter, skipped


def _without_columns(
    path: Path,
    columns: Sequence[str],
    missing: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str],
) -> str:
    seen = ", ".join(filter(None, columns)) or "none"
    more = f" (and may have {', '.join(optional)})" if optional else ""
    return (
        f"{path}: no column {', '.join(missing)}; its first line names {seen}. The columns that "
        f"are needed are {', '.join(required)}{more}"
    )
