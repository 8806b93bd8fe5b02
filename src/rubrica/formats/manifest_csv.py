"""Manifests as CSV: one header, one row an item, read without ever holding more than a row."""

import csv
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import BinaryIO, Final

from rubrica.domain.problems import Problem, one_of, quoted
from rubrica.domain.text import first_refused_character
from rubrica.formats.manifest_row import (
    JSON_COLUMNS,
    BadRow,
    ManifestInvalidError,
    ManifestRow,
    bad_row,
    checked_row,
    image_columns,
    known_columns,
)
from rubrica.formats.strict_json import MalformedJsonError, loads

MAX_COLUMNS: Final = 250
MAX_LINE_BYTES: Final = 1_000_000
_DELIMITERS = (",", ";", "\t")
_SURELY_MEANT: Final = 0.84
"""Likeness (0 to 1) above which a column is taken for a known one misspelt: ``promt`` is, ``mode`` is not."""
_SHORTEST_MISSPELT: Final = 5


def read(file: BinaryIO, images: int) -> Iterator[ManifestRow | BadRow]:
    """Read the header at once, and the rows as they are asked for. The file stands behind its byte order mark."""
    lines = _lines(file)
    delimiter, header = _header(next(lines, ""))
    _check_header(header, images)
    return _rows(lines, header, delimiter, images)


def _lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines as text; of one that is too long only the beginning, which is then refused as a row.

    Bytes that are no UTF-8 become lone surrogates, which the text policy refuses in the row where they stand.
    """
    while line := file.readline(MAX_LINE_BYTES):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES)
        yield line.decode("utf-8", "surrogateescape")


def _header(line: str) -> tuple[str, list[str]]:
    """Return the delimiter that gives the most columns, and the columns."""
    candidates = [(delimiter, _cells(line, delimiter)) for delimiter in _DELIMITERS]
    delimiter, cells = max(candidates, key=lambda candidate: len(candidate[1]))
    return delimiter, [cell.strip() for cell in cells]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _check_header(header: Sequence[str], images: int) -> None:
    problems = [*_unreadable(header), *_missing(header, images)]
    if not problems:
        problems = _misspelt(header, images)
    if problems:
        raise ManifestInvalidError(problems)


def _unreadable(header: Sequence[str]) -> Iterator[Problem]:
    if len(header) > MAX_COLUMNS:
        yield Problem("header", f"has {len(header)} columns", f"at most {MAX_COLUMNS}")
    for position, column in enumerate(header, start=1):
        if first_refused_character(column) is not None:
            yield Problem("header", f"has a control character in column {position}", "UTF-8 text")
        elif not column:
            yield Problem("header", f"has no name in column {position}", "a name for every column")
        elif column in header[: position - 1]:
            yield Problem("header", f"names {quoted(column)} twice", "each column once")


def _missing(header: Sequence[str], images: int) -> Iterator[Problem]:
    known = known_columns(images)
    for column in image_columns(images):
        if column in header:
            continue
        others = [name for name in header if name not in known]
        nearest = get_close_matches(column, others, n=1, cutoff=0.55)
        hint = f"; the nearest is {quoted(nearest[0])}: rename it" if nearest else ""
        yield Problem(
            "header",
            f"has no column {quoted(column)} (it has {_listed(header)}){hint}",
            f"{', '.join(image_columns(images))} and, as you like, {', '.join(known[len(image_columns(images)) :])}; "
            f"{'any other column is kept as metadata' if images == 1 else f'an item has {images} images here'}",
        )


def _misspelt(header: Sequence[str], images: int) -> list[Problem]:
    """Ask before anything is stored: a column one letter off would become metadata, and its prompts would be lost."""
    known = known_columns(images)
    absent = [column for column in known if column not in header]
    return [
        Problem("header", f"has a column {quoted(column)}, close to {quoted(meant)}", f"{meant}, or another name")
        for column in header
        if column not in known
        for meant in absent
        if len(column) >= _SHORTEST_MISSPELT and SequenceMatcher(None, column.lower(), meant).ratio() >= _SURELY_MEANT
    ]


def _listed(header: Sequence[str]) -> str:
    return one_of([quoted(column) for column in header]).removeprefix("one of ").removeprefix("only ")


def _rows(lines: Iterator[str], header: Sequence[str], delimiter: str, images: int) -> Iterator[ManifestRow | BadRow]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 2  # the header's line was read before the reader was made
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"The row cannot be read ({error}). Check its quotation marks."
            yield BadRow(line, f"line {line}", "bad-row", reason)
            continue
        if not cells or not any(cells):
            continue
        if len(cells) != len(header):
            yield BadRow(
                line,
                cells[0][:100] if first_refused_character(cells[0]) is None else f"line {line}",
                "wrong-number-of-cells",
                f"The row has {len(cells)} cells and the header {len(header)}. "
                "Put text that holds the separator in quotation marks.",
            )
            continue
        yield _row(line, dict(zip(header, cells, strict=True)), images)


def _row(line: int, cells: dict[str, str], images: int) -> ManifestRow | BadRow:
    """Check a row, after reading the cells that hold JSON; an empty one says nothing."""
    body: dict[str, object] = {**cells}
    for column in JSON_COLUMNS & cells.keys():
        text = cells[column].strip()
        try:
            body[column] = loads(text.encode("utf-8", "surrogateescape"), most_bytes=MAX_LINE_BYTES) if text else None
        except MalformedJsonError as error:
            problem = Problem(column, f"is not JSON: {error}", "JSON, its quotation marks doubled as CSV wants")
            return bad_row(line, cells[image_columns(images)[0]][:100], [problem])
    return checked_row(line, body, images)
