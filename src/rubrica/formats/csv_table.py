"""Tables as CSV, safe to open in a spreadsheet and read back exactly.

A spreadsheet runs a cell that begins like a formula. Such text gets a leading apostrophe, here and nowhere else; text
that begins with an apostrophe gets another, so that taking one away always gives back what was written. Numbers are
never touched.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from rubrica.formats.columns import Column, Row, TableWriter, moment_text, read_moment

# What a spreadsheet may skip before it looks for a formula: blanks, controls and characters without width. Then the
# signs that start one, in ASCII and in full width.
_FORMULA = re.compile(
    "[\\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe63\ufe62\ufe66\ufe6b]"
)
_STARTS_ODDLY = re.compile("['\t\r\n|%]")


def neutralised(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet could take it for a formula."""
    return "'" + text if _STARTS_ODDLY.match(text) or _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """Return the text that :func:`neutralised` was given."""
    return cell.removeprefix("'")


class CsvWriter(TableWriter):
    """Writes one CSV file in UTF-8 with a header."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow([column.name for column in columns])

    @override
    def write(self, rows: Sequence[Row]) -> None:
        self._writer.writerows([[_cell(column, row[column.name]) for column in self._columns] for row in rows])

    @override
    def close(self) -> None:
        self._file.close()


def read_csv_table(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, object]]:
    """Read a table back as it was written, row by row."""
    with path.open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            yield {column.name: _value(column, cells[column.name]) for column in columns}


def _cell(column: Column, value: object) -> object:
    if value is None:
        return ""
    if column.type == "text":
        return neutralised(str(value))
    write = _WRITE.get(column.type)
    return write(value) if write else value


def _value(column: Column, cell: str) -> object:
    if column.type == "text":
        return restored(cell)
    return None if cell == "" else _READ[column.type](cell)


def _write_moment(value: object) -> str:
    return moment_text(value) if isinstance(value, datetime) else ""


_WRITE: Mapping[str, Callable[[object], str]] = {
    "json": lambda value: neutralised(json.dumps(value, ensure_ascii=False, allow_nan=False)),
    "flag": lambda value: "true" if value else "false",
    "moment": _write_moment,
    "number": repr,
}
_READ: Mapping[str, Callable[[str], object]] = {
    "json": lambda cell: json.loads(restored(cell)),
    "flag": lambda cell: cell == "true",
    "moment": read_moment,
    "number": float,
    "integer": int,
}
