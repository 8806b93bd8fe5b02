"""The columns of a file as ratings or comparisons."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from rubrica.cli.measurements.failures import in_names_of, refuse
from rubrica.cli.measurements.preference import Comparisons
from rubrica.cli.measurements.preferred_side import preferred_side
from rubrica.domain.problems import quoted
from rubrica.formats.foreign_table import ForeignTable, read_foreign_csv, read_foreign_table
from rubrica.measure.agreement.alpha import Level
from rubrica.measure.labels import Ratings, labelled, labelled_ratings, labelled_together


def table_of(file: Path, options: dict[str, str | None]) -> ForeignTable:
    """Read the columns that the options name."""
    named: dict[str, str] = {}
    for option, column in options.items():
        if column is None:
            continue
        if column in named:
            refuse(f"--{option}", f"names {quoted(column)} as --{named[column]} does", "a column of its own")
        named[column] = option
    if str(file) == "-":
        return read_foreign_csv(pa.py_buffer(sys.stdin.buffer.read()), list(named))
    return read_foreign_table(file, list(named))


def ratings_at(
    table: ForeignTable, item: str, rater: str, value: str, level: Level | None, order: str | None
) -> tuple[Ratings, Level]:
    """Return the ratings, and the level of measurement that is theirs where none was named."""
    if order is None:
        if level is not None:
            return ratings_of(table, item, rater, value, level), level
        held = table.values(value, words=True).dictionary.type
        is_words = pa.types.is_string(held) or pa.types.is_boolean(held)
        chosen: Level = "nominal" if is_words else "ordinal"
        return ratings_of(table, item, rater, value, chosen), chosen
    if level in {"interval", "ratio"}:
        refuse("--order", f"says nothing of distances, which --level {level} needs", "--level ordinal")
    words = [word.strip() for word in order.split(",")]
    column = table.values(value, words=True)
    labels = column.dictionary.to_pylist()
    strange = next((position for position, label in enumerate(labels) if label not in words), None)
    if strange is not None:
        row = column.indices.index(pa.scalar(strange, column.indices.type)).as_py()
        table.refuse(row, f"has {quoted(labels[strange])} in {quoted(value)}", f"one of --order {quoted(order)}")
    return ratings_of(table, item, rater, value, level or "ordinal", words), level or "ordinal"


def ratings_of(
    table: ForeignTable, item: str, rater: str, value: str, level: Level, order: Sequence[object] | None = None
) -> Ratings:
    """Return the ratings; rows without a value are left out."""
    (units,), (raters,) = table.identities(item), table.identities(rater)
    values = table.values(value, words=level == "nominal" or order is not None)
    with in_names_of(None):
        return labelled_ratings(units, raters, values, level=level, order=order, missing="leave_out")


def comparisons_of(table: ForeignTable, first: str, second: str, value: str, rater: str | None) -> Comparisons:
    """Return the comparisons; rows without a value are left out."""
    with in_names_of(None):
        one_side, other_side = table.identities(first, second)
        one, other = labelled_together(one_side, other_side, (first, second))
        people = None if rater is None else labelled(table.identities(rater)[0], rater)
    twice = np.flatnonzero(one.index == other.index)
    if len(twice):
        same = str(one.labels[one.index[twice[0]]])
        table.refuse(int(twice[0]), f"compares {quoted(same)} with itself", "two different items")
    scores, given = preferred_side(table, value, one, other)
    return Comparisons(
        first=one.index[given],
        second=other.index[given],
        scores=scores[given],
        items=one.labels,
        raters=None if people is None else people.index[given],
        rater_labels=None if people is None else people.labels,
        left_out=np.flatnonzero(~given),
    )
