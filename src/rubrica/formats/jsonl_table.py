"""Tables as JSONL: one object a line, exactly what was stored, numbers finite."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from rubrica.formats.columns import Column, Row, TableWriter, moment_text, read_moment


class JsonlWriter(TableWriter):
    """Writes one JSONL file in UTF-8."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._moments = tuple(column.name for column in columns if column.type == "moment")
        self._names = tuple(column.name for column in columns)
        self._file = path.open("w", encoding="utf-8", newline="\n")
        # Made once: json.dumps would look its options up for every line.
        self._encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

    @override
    def write(self, rows: Sequence[Row]) -> None:
        self._file.writelines(f"{self._encode(self._plain(row))}\n" for row in rows)

    @override
    def close(self) -> None:
        self._file.close()

    def _plain(self, row: Row) -> dict[str, object]:
        plain = {name: row[name] for name in self._names}
        for name in self._moments:
            moment = plain[name]
            plain[name] = moment_text(moment) if isinstance(moment, datetime) else None
        return plain


def read_jsonl_table(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, object]]:
    """Read a table back as it was written, row by row."""
    moments = [column.name for column in columns if column.type == "moment"]
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            row: dict[str, object] = json.loads(line)
            for name in moments:
                moment = row[name]
                row[name] = read_moment(moment) if isinstance(moment, str) else None
            yield row
