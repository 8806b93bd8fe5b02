"""Writing the tables: batch after batch goes from the database to the files, so that memory does not grow with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rubrica.domain.rubric import Rubric
from rubrica.formats.columns import Column, Row, TableWriter
from rubrica.formats.csv_table import CsvWriter
from rubrica.formats.jsonl_table import JsonlWriter
from rubrica.records.models import Project
from rubrica.records.queries import evaluations as evaluation_queries
from rubrica.records.queries import items as item_queries
from rubrica.usecases.exports.aggregates import aggregate_rows
from rubrica.usecases.exports.tables import (
    ADJUDICATION_COLUMNS,
    AGGREGATE_COLUMNS,
    MARK_COLUMNS,
    RATING_COLUMNS,
    adjudication_row,
    evaluation_columns,
    evaluation_row,
    item_columns,
    item_row,
    mark_rows,
    rating_rows,
)
from rubrica.usecases.exports.values import ExportFormat
from rubrica.usecases.reviews import adjudications_in_force


@dataclass(slots=True)
class Table:
    """A table being written, and how many rows it has so far."""

    name: str
    file: str
    columns: Sequence[Column]
    description: str
    writer: TableWriter
    rows: int = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self.writer.write(rows)
        self.rows += len(rows)


@dataclass(slots=True)
class Tables:
    """The tables of one export. The writers are closed when the context ends."""

    directory: Path
    format: ExportFormat
    all: list[Table] = field(default_factory=list)

    def open(self, name: str, columns: Sequence[Column], description: str) -> Table:
        """Start a table."""
        file = f"{name}.{self.format}"
        writer = _writer(self.format)(self.directory / file, columns)
        table = Table(name, file, columns, description, writer)
        self.all.append(table)
        return table


@contextmanager
def open_tables(directory: Path, table_format: ExportFormat) -> Iterator[Tables]:
    """Close every table at the end, whatever happens."""
    tables = Tables(directory, table_format)
    try:
        yield tables
    finally:
        for table in tables.all:
            table.writer.close()


def write_evaluations(
    tables: Tables, project: Project, rubrics: Sequence[Rubric], last_id: int, alias: Callable[[str], str]
) -> None:
    """Write evaluations, ratings and marks in one pass; ``alias`` gives a rater's pseudonym."""
    columns = evaluation_columns(rubrics)
    evaluations = tables.open("evaluations", columns, "One row for each evaluation, with every answer.")
    ratings = tables.open("ratings", RATING_COLUMNS, "One row for each answer to a criterion, for each tick.")
    marks = tables.open("marks", MARK_COLUMNS, "One row for each place that was marked.")
    for batch in evaluation_queries.evaluation_batches(project, last_id):
        aliases = [alias(row.rater) for row in batch]
        named = list(zip(batch, aliases, strict=True))
        evaluations.write([evaluation_row(row, rater, columns) for row, rater in named])
        ratings.write([rating for row, rater in named for rating in rating_rows(row, rater)])
        marks.write([mark for row, rater in named for mark in mark_rows(row, rater)])


def write_items(tables: Tables, project: Project, rubric_of: Mapping[int, Rubric], last_id: int) -> None:
    """Write items and aggregates in one pass."""
    columns = item_columns(list(rubric_of.values()))
    items = tables.open("items", columns, "One row for each item, with hashes of its images.")
    aggregates = tables.open(
        "aggregates", AGGREGATE_COLUMNS, "One row for each item, guideline version and criterion that was answered."
    )
    for batch in item_queries.item_batches(project, item_queries.last_item_id(project)):
        first, last = batch[0].id, batch[-1].id
        counts = evaluation_queries.judged_counts(project, first, last, last_id)
        ratings = evaluation_queries.ratings_of_items(project, first, last, last_id)
        total = {item.id: 0 for item in batch}
        for (item, _), (evaluations, _) in counts.items():
            total[item] += evaluations
        judged = {key: number for key, (_, number) in counts.items()}
        items.write([item_row(item, total[item.id], columns) for item in batch])
        aggregates.write(list(aggregate_rows(batch, ratings, judged, rubric_of)))


def write_adjudications(tables: Tables, project: Project, alias: Callable[[str], str]) -> None:
    """Write what reviewers found right of items, beside what raters said; ``alias`` gives a person's pseudonym."""
    table = tables.open("adjudications", ADJUDICATION_COLUMNS, "One row for each item that a reviewer adjudicated.")
    rows = adjudications_in_force(project).order_by("pk")
    table.write([adjudication_row(fact, alias(fact.decided_by.public_id)) for fact in rows])


def _writer(table_format: ExportFormat) -> Callable[[Path, Sequence[Column]], TableWriter]:
    if table_format == "parquet":
        # Slow import: a hundred megabytes that no other format needs.
        from rubrica.formats.parquet_table import ParquetWriter  # noqa: PLC0415  (slow import)

        return ParquetWriter
    return CsvWriter if table_format == "csv" else JsonlWriter
