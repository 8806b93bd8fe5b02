"""What an export gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ExportFormat = Literal["jsonl", "csv", "parquet"]
EXPORT_FORMATS: Final[tuple[ExportFormat, ...]] = ("jsonl", "csv", "parquet")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export; ``rows`` is None where the file is no table."""

    name: str
    sha256: str
    bytes: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written where."""

    directory: Path
    format: ExportFormat
    files: tuple[ExportedFile, ...]
    rows: Mapping[str, int]
    """Rows by table."""
