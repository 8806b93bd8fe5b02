"""Results: reports, health, calibration, exports."""

from pathlib import Path
from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Results(Room):
    """Results: reports, health, calibration, exports."""

    def read_guideline_health(self, project: str, *, version: int | None = None) -> d.HealthDocument:
        """Return how questions and clauses fare, the most troubled first."""
        path = address("projects", project, "guideline", "health")
        health: d.HealthDocument = self._connection.get(path, version=version)
        return health

    def read_calibration(self, project: str, *, version: int | None = None) -> d.CalibrationDocument:
        """Return every rater's habits against the others, with intervals and signals."""
        path = address("projects", project, "calibration")
        calibration: d.CalibrationDocument = self._connection.get(path, version=version)
        return calibration

    def read_own_calibration(self, project: str) -> d.CalibrationDocument:
        """Return one's own habits under the version in force."""
        calibration: d.CalibrationDocument = self._connection.get(address("projects", project, "calibration", "mine"))
        return calibration

    def read_report(self, project: str, *, version: int | None = None) -> d.ReportDocument:
        """Return counts, distributions, agreement with intervals, raters' bias, marks and win rates."""
        report: d.ReportDocument = self._connection.get(address("projects", project, "report"), version=version)
        return report

    def export_project(self, project: str, path: Path, *, format: Literal["jsonl", "csv", "parquet"]) -> Path:  # noqa: A002  (the field's name)
        """Write an export, one zip, to ``path``; the file appears when it is complete."""
        partial = path.with_name(f".{path.name}.part")
        called = self._connection.stream("POST", address("projects", project, "exports"), {"format": format})
        try:
            with called as chunks, partial.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            return partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
