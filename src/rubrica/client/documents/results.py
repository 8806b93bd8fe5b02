"""Results: reports, the health of the rules, calibration."""

from typing import Any, TypedDict


class HealthDocument(TypedDict):
    """How the rules fare, the most troubled first."""

    format: str
    project: str
    guideline: dict[str, Any]
    criteria: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class CalibrationDocument(TypedDict):
    """Habits of raters, each against the others. What does not exist is ``None``, and its ``refusal`` says why."""

    format: str
    project: str
    guideline: dict[str, Any]
    raters: list[dict[str, Any]]


class ReportDocument(TypedDict):
    """A project's report. Where a quantity does not exist it is ``None``, and the ``…_refusal`` beside it says why."""

    format: str
    project: str
    name: str
    unit: str
    guideline: dict[str, Any]
    counts: dict[str, int]
    criteria: list[dict[str, Any]]
    raters: list[dict[str, Any]]
    marks: dict[str, Any] | None
    pairs: list[dict[str, Any]]
