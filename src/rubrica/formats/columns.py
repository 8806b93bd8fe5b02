"""Columns of an exported table: a name, a type, and a sentence that says what stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

ColumnType = Literal["text", "integer", "number", "flag", "moment", "json"]
"""``moment`` is an instant in UTC; ``json`` is a value of any shape, which CSV and Parquet hold as JSON text."""

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: ColumnType
    description: str


class TableWriter(Protocol):
    """Takes the rows of one table in batches."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows; each has every column."""

    def close(self) -> None:
        """Finish the file."""


def moment_text(moment: datetime) -> str:
    """Write an instant in UTC as RFC 3339 does, to the microsecond."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> datetime:
    """Read what :func:`moment_text` wrote."""
    return datetime.fromisoformat(text)
