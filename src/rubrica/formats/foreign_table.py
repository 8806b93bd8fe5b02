"""Tables that others wrote: named columns of a CSV or Parquet file, each as numbered labels.

A column arrives as an Arrow dictionary, whatever it holds: a million ratings repeat few labels, and those are looked at
once.  What cannot be read is refused in one line that names the file, the line and what would do.
"""

import csv
import datetime as dt
import decimal
import difflib
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Final, NoReturn

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from rubrica.domain.problems import Problem, ProblemsError, one_of, quoted

STANDARD_INPUT: Final = "standard input"

_OPENING = re.compile('(?:^|,)"')
_CLOSING = re.compile('(?:[^"]+|"")*+"')
_REPLACED = "\ufffd"
_PARQUET = b"PAR1"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENDINGS: Final = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_WHOLE = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER: Final = 400
"""Characters of a cell that can still be a number: Python refuses to read integers of thousands of digits."""
_BEYOND_64_BITS: Final = 2**63
_LARGEST_EXACT_INTEGER: Final = 2**53
"""Beyond, neighbouring whole numbers become the same number."""
_BLOCKS: Final = (1 << 22, 1 << 30)
"""Bytes that are parsed at once: a row must fit in."""


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """Columns of a file.

    Attributes
    ----------
    name : str
        The file, as it is called in messages.
    columns : Mapping
        Name to labels, as they stand in the file; what is empty is null.
    n_rows : int
        Rows below the header.
    place : Callable
        Says where a row (from 0 upward) stands, such as ``"line 7"``.
    """

    name: str
    columns: Mapping[str, pa.DictionaryArray]
    n_rows: int
    place: Callable[[int], str]

    def identities(self, *names: str) -> list[pa.DictionaryArray]:
        """Return columns that name the same things, in every row; numbers where all labels are whole numbers."""
        columns = [self.columns[name] for name in names]
        for name, column in zip(names, columns, strict=True):
            if column.null_count:
                row = column.is_null().index(pa.scalar(value=True)).as_py()
                self.refuse(row, f"has nothing in {quoted(name)}", "something in every row")
        numbers = [_whole_numbers(column.dictionary.to_pylist()) for column in columns]
        if any(whole is None for whole in numbers):
            return columns
        return [_relabelled(column, whole or []) for column, whole in zip(columns, numbers, strict=True)]

    def values(self, name: str, *, words: bool) -> pa.DictionaryArray:
        """Return a column of ratings: numbers where all labels are numbers, else, where they may be, words."""
        column = self.columns[name]
        labels = column.dictionary.to_pylist()
        numbers = [_as_number(label) for label in labels]
        stray = next((position for position, number in enumerate(numbers) if number is None), None)
        if stray is None:
            return _relabelled(column, numbers)
        if not words or not isinstance(labels[stray], (str, bool)):
            row = column.indices.index(pa.scalar(stray, column.indices.type)).as_py()
            self.refuse(
                row,
                f"has {quoted(labels[stray])} in {quoted(name)}",
                "a number up to 2**53, or nothing where none was given",
            )
        return column

    def refuse(self, row: int, problem: str, allowed: str) -> NoReturn:
        """Refuse the table for what stands in a row."""
        _refuse(f"{self.name}, {self.place(row)}", problem, allowed)


def read_foreign_table(path: Path, columns: Sequence[str]) -> ForeignTable:
    """Read columns of a CSV or Parquet file, by its ending.

    Raises
    ------
    ProblemsError
        There is no such file, it is neither of the two, it is broken, or it lacks a column.
    """
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        ending = f"ends in {quoted(path.suffix)}" if path.suffix else "has no ending"
        _refuse(quoted(path.name), ending, "a file that ends in .csv or .parquet")
    try:
        content = _content(path)
    except OSError as error:
        _refuse(quoted(str(path)), f"cannot be read: {error.strerror or error}", "a CSV or Parquet file")
    read = read_foreign_csv if kind == "csv" else _read_parquet
    return read(content, columns, quoted(path.name))


def _content(path: Path) -> pa.Buffer:
    if path.is_file() and path.stat().st_size:
        return pa.memory_map(str(path)).read_buffer()
    # A pipe has no size, and cannot be mapped.
    return pa.py_buffer(path.read_bytes())


# --- CSV ---


def read_foreign_csv(content: pa.Buffer, columns: Sequence[str], name: str = STANDARD_INPUT) -> ForeignTable:
    """Read columns of a CSV file in UTF-8, with a header and commas.

    Raises
    ------
    ProblemsError
        The file is not that, or lacks a column.
    """
    _refuse_other_encodings(content, name)
    _require_columns(_header(content, name), columns, name)
    wanted = list(dict.fromkeys(columns))
    for block in _BLOCKS:
        try:
            table = _parsed(content, wanted, block)
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) and block != _BLOCKS[-1]:
                continue
            _explain(content, name, error)
        break
    else:
        raise AssertionError("unreachable: the last block refuses or reads")
    arrays = {column: _without_blanks(_one_array(table[column])) for column in wanted}
    return _not_empty(ForeignTable(name, arrays, table.num_rows, lambda row: f"line {_line_of(content, row)}"))


def _parsed(content: pa.Buffer, columns: list[str], block: int) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(content),
        read_options=pacsv.ReadOptions(block_size=block),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.dictionary(pa.int32(), pa.string())),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _refuse_other_encodings(content: pa.Buffer, name: str) -> None:
    beginning = content[: 1 << 12].to_pybytes()
    if not beginning.strip():
        _refuse(name, "is empty", "a header and a row for each rating")
    if beginning.startswith(_PARQUET):
        _refuse(name, "is a Parquet file", "CSV, or an ending of .parquet")
    if beginning.startswith(_UTF_16) or b"\0" in beginning:
        _refuse(name, "is not text in UTF-8", "CSV in UTF-8, with or without a byte order mark")


def _header(content: pa.Buffer, name: str) -> list[str]:
    line, record = next(_records(content))
    if _REPLACED in record:
        _refuse(f"{name}, line {line}", "is not text in UTF-8", "CSV in UTF-8")
    try:
        header = _cells(record)
    except csv.Error as error:
        _refuse(f"{name}, line {line}", f"cannot be read: {error}", "the names of the columns, divided by commas")
    for sign in ";\t|":
        if len(header) == 1 and sign in header[0]:
            _refuse(name, f"seems to be divided by {quoted(sign)}", "columns divided by commas")
    return header


def _records(content: pa.Buffer) -> Iterator[tuple[int, str]]:
    """Yield the line on which each record begins, and its text; lines without anything are skipped, as in reading.

    Only to say where something stands: what is no UTF-8 is replaced, and cells may be of any length.
    """
    file = io.BufferedReader(pa.BufferReader(content))
    begins, lines, is_quoted = 1, list[str](), False
    for number, line in enumerate(io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline=""), start=1):
        lines.append(line)
        is_quoted = _ends_quoted(line, is_quoted=is_quoted)
        if is_quoted:
            continue
        record = "".join(lines)
        if record.strip("\r\n"):
            yield begins, record
        begins, lines = number + 1, []
    if lines:
        yield begins, "".join(lines)


def _ends_quoted(line: str, *, is_quoted: bool) -> bool:
    """Tell whether a line ends inside quotes. A quote opens at the start of a cell only; two together close nothing."""
    at = 0
    while found := (_CLOSING.match(line, at) if is_quoted else _OPENING.search(line, at)):
        at, is_quoted = found.end(), not is_quoted
    return is_quoted


def _cells(record: str) -> list[str]:
    return next(csv.reader([record]))


def _line_of(content: pa.Buffer, row: int) -> int:
    line, _ = next(islice(_records(content), row + 1, None))
    return line


def _line_not_utf_8(content: pa.Buffer) -> int:
    for number, line in enumerate(io.BytesIO(content), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    raise AssertionError("asked for a line that does not exist")


def _explain(content: pa.Buffer, name: str, error: pa.ArrowInvalid) -> NoReturn:
    """Refuse a file that could not be parsed, naming the line."""
    if "UTF8" in str(error):
        _refuse(f"{name}, line {_line_not_utf_8(content)}", "is not text in UTF-8", "CSV in UTF-8")
    header = _header(content, name)
    try:
        for line, record in islice(_records(content), 1, None):
            number = len(_cells(record))
            if number != len(header):
                problem = f"has {number} cell{'' if number == 1 else 's'} where the header has {len(header)}"
                _refuse(f"{name}, line {line}", problem, "as many cells in every row")
    except csv.Error:
        pass  # it is refused below, in the words of the library that could not parse it
    _refuse(name, f"cannot be read: {str(error).splitlines()[0]}", "CSV in UTF-8 with a header")


def _one_array(column: pa.ChunkedArray) -> pa.DictionaryArray:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _without_blanks(column: pa.DictionaryArray) -> pa.DictionaryArray:
    labels = column.dictionary.to_pylist()
    return _relabelled(column, [label if label and label.strip() else None for label in labels])


def _whole_numbers(labels: Sequence[object]) -> list[int] | None:
    """Return the whole numbers that all labels stand for; None where one does not, or is beyond 64 bits."""
    whole = []
    for label in labels:
        if not isinstance(label, str) or len(label) > _LONGEST_NUMBER or not _WHOLE.fullmatch(label):
            return None
        whole.append(int(label))
    return whole if all(abs(number) < _BEYOND_64_BITS for number in whole) else None


def _as_number(label: object) -> float | None:
    """Return the finite number that a label is, or stands for, so that no two numbers become one; None for none."""
    if isinstance(label, bool):
        return None
    if isinstance(label, str):
        written = label.strip()
        if len(written) > _LONGEST_NUMBER or not _NUMBER.fullmatch(written):
            return None
        label = int(written) if _WHOLE.fullmatch(written) else float(written)
    if isinstance(label, int):
        return label if abs(label) <= _LARGEST_EXACT_INTEGER else None
    return label if isinstance(label, float) and math.isfinite(label) else None


# --- Parquet ---


def _read_parquet(content: pa.Buffer, columns: Sequence[str], name: str) -> ForeignTable:
    if not content.size:
        _refuse(name, "is empty", "a Parquet file")
    try:
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            _require_columns(file.schema_arrow.names, columns, name)
            table = file.read(columns=list(dict.fromkeys(columns)))
    except (pa.ArrowException, OSError) as error:
        _refuse(name, f"cannot be read: {str(error).splitlines()[0]}", "a whole Parquet file")
    arrays = {column: _plain(table[column], column, name) for column in dict.fromkeys(columns)}
    return _not_empty(ForeignTable(name, arrays, table.num_rows, lambda row: f"row {row + 1}"))


def _plain(column: pa.ChunkedArray, column_name: str, name: str) -> pa.DictionaryArray:
    """Return a column with labels that are numbers, words or truth values; moments are written out."""
    held = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    try:
        if pa.types.is_null(held):
            column = column.cast(pa.string())
        elif pa.types.is_timestamp(held):
            # Finer moments than microseconds are more than Python's can tell.
            column = column.cast(pa.timestamp("us", held.tz), safe=False)
        encoded = _one_array(column)
        labels = [_plain_label(label) for label in encoded.dictionary.to_pylist()]
    except (pa.ArrowException, TypeError):
        _refuse(name, f"holds {held} in {quoted(column_name)}", "a column of words, numbers or dates")
    return _relabelled(encoded, labels)


def _plain_label(label: object) -> object:
    if isinstance(label, float) and math.isnan(label):
        return None
    if isinstance(label, decimal.Decimal):
        return int(label) if label == label.to_integral_value() else float(label)
    if isinstance(label, (dt.date, dt.time)):
        return label.isoformat()
    if isinstance(label, str):
        return label if label.strip() else None
    if label is None or isinstance(label, (bool, int, float)):
        return label
    raise TypeError


# --- both ---


def _relabelled(column: pa.DictionaryArray, labels: Sequence[object]) -> pa.DictionaryArray:
    """Return a column with other labels, each in the place of one; a row whose label is None is empty."""
    kept = [label for label in labels if label is not None]
    if len(kept) == len(labels):
        return pa.DictionaryArray.from_arrays(column.indices, _label_array(kept))
    position = count()
    place = pa.array([None if label is None else next(position) for label in labels], pa.int32())
    return pa.DictionaryArray.from_arrays(place.take(column.indices), _label_array(kept))


def _label_array(labels: Sequence[object]) -> pa.Array:
    # Named where Arrow would guess: from nothing at all, or from whole numbers beside others.
    if any(isinstance(label, float) for label in labels):
        return pa.array(labels, pa.float64())
    if any(isinstance(label, int) and abs(label) >= _BEYOND_64_BITS for label in labels):
        return pa.array([str(label) for label in labels])
    return pa.array(labels) if labels else pa.array([], pa.string())


def _require_columns(header: Sequence[str], columns: Sequence[str], name: str) -> None:
    times = Counter(header)
    for column in columns:
        if not times[column]:
            near = difflib.get_close_matches(column, header, n=1)
            meant = f" (did you mean {quoted(near[0])}?)" if near else ""
            _refuse(name, f"has no column {quoted(column)}{meant}", one_of([quoted(there) for there in header]))
        if times[column] > 1:
            _refuse(name, f"has {times[column]} columns {quoted(column)}", "one column of that name")


def _not_empty(table: ForeignTable) -> ForeignTable:
    if not table.n_rows:
        _refuse(table.name, "has no rows below its header", "a row for each rating")
    return table


def _refuse(where: str, problem: str, allowed: str) -> NoReturn:
    raise ProblemsError([Problem(where, problem, allowed)])
