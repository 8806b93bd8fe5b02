"""Tables as Parquet, typed, one row group a batch."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from rubrica.formats.columns import Column, ColumnType, Row, TableWriter

ROWS_PER_GROUP = 10_000

_TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "moment": pa.timestamp("us", tz="UTC"),
    "json": pa.string(),
}


class ParquetWriter(TableWriter):
    """Writes one Parquet file; column descriptions go into the schema, JSON is held as text."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self._schema = pa.schema(
            [pa.field(column.name, _TYPES[column.type], metadata=_described(column)) for column in columns]
        )
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Row] = []

    @override
    def write(self, rows: Sequence[Row]) -> None:
        self._waiting.extend(rows)
        while len(self._waiting) >= ROWS_PER_GROUP:
            self._write_group(self._waiting[:ROWS_PER_GROUP])
            del self._waiting[:ROWS_PER_GROUP]

    @override
    def close(self) -> None:
        if self._waiting:
            self._write_group(self._waiting)
        self._writer.close()

    def _write_group(self, rows: Sequence[Row]) -> None:
        arrays = [pa.array(_cells(column, rows), type=_TYPES[column.type]) for column in self._columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


def read_parquet_table(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, object]]:
    """Read a table back as it was written, group by group."""
    texts = [column.name for column in columns if column.type == "json"]
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            for row in batch.to_pylist():
                for name in texts:
                    row[name] = json.loads(row[name]) if row[name] is not None else None
                yield row


def _cells(column: Column, rows: Sequence[Row]) -> list[object]:
    if column.type != "json":
        return [row[column.name] for row in rows]
    return [
        None if row[column.name] is None else json.dumps(row[column.name], ensure_ascii=False, allow_nan=False)
        for row in rows
    ]


def _described(column: Column) -> dict[str, str]:
    return {"description": column.description, "type": column.type}
