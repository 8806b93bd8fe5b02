"""Reports: what a project's evaluations say, with intervals, or why they cannot say it yet."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import Slug
from rubrica.api.openapi import answers
from rubrica.usecases.access import open_project
from rubrica.usecases.reports import guideline_health, own_calibration, project_report, team_calibration

router = Router(tags=["Results"])


class ReportDocument(BaseModel):
    """A project's report. Where a quantity does not exist it is null, and the `…_refusal` beside it says why."""

    model_config = ConfigDict(extra="allow")

    format: str = Field(examples=["rubrica/report/1"])
    project: str
    name: str
    unit: str
    guideline: dict[str, Any]
    counts: dict[str, int]
    criteria: list[dict[str, Any]]
    raters: list[dict[str, Any]]
    marks: dict[str, Any] | None
    pairs: list[dict[str, Any]]


class HealthDocument(BaseModel):
    """How the rules fare, the most troubled first."""

    model_config = ConfigDict(extra="allow")

    format: str = Field(examples=["rubrica/guideline-health/1"])
    project: str
    guideline: dict[str, Any]
    criteria: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class CalibrationDocument(BaseModel):
    """Habits of raters, each against the others. What does not exist is null, and its `refusal` says why."""

    model_config = ConfigDict(extra="allow")

    format: str = Field(examples=["rubrica/calibration/1"])
    project: str
    guideline: dict[str, Any]
    raters: list[dict[str, Any]]


Version = Annotated[
    int | None, Query(ge=1, le=999_999, description="A guideline version; by default the one in force.")
]


@router.get(
    "/projects/{slug:slug}/calibration",
    operation_id="read_calibration",
    summary="Read everybody's calibration",
    response=answers({200: CalibrationDocument}, 403, 404, 422),
)
def read_calibration(request: HttpRequest, slug: Slug, version: Version = None) -> CalibrationDocument:
    """Return each rater's level, use of the scale, changes and sides against the others, with intervals and signals."""
    found = team_calibration(open_project(caller(request), slug), version=version)
    return CalibrationDocument.model_validate(found.as_json())


@router.get(
    "/projects/{slug:slug}/guideline/health",
    operation_id="read_guideline_health",
    summary="Read the guideline's health",
    response=answers({200: HealthDocument}, 403, 404, 422),
)
def read_guideline_health(request: HttpRequest, slug: Slug, version: Version = None) -> HealthDocument:
    """Return agreement, shares of variance, cases, returns and appeals by question and clause, and before and after."""
    found = guideline_health(open_project(caller(request), slug), version=version)
    return HealthDocument.model_validate(found.as_json())


@router.get(
    "/projects/{slug:slug}/calibration/mine",
    operation_id="read_own_calibration",
    summary="Read one's own calibration",
    response=answers({200: CalibrationDocument}, 403, 404),
)
def read_own_calibration(request: HttpRequest, slug: Slug) -> CalibrationDocument:
    """Return the caller's own habits under the version in force, and nobody else's."""
    return CalibrationDocument.model_validate(own_calibration(open_project(caller(request), slug)).as_json())


@router.get(
    "/projects/{slug:slug}/report",
    operation_id="read_report",
    summary="Read the report",
    response=answers({200: ReportDocument}, 403, 404, 422),
)
def read_report(request: HttpRequest, slug: Slug, version: Version = None) -> ReportDocument:
    """Return counts, distributions, agreement with intervals, raters' bias, marks and win rates."""
    report = project_report(open_project(caller(request), slug), version=version)
    return ReportDocument.model_validate(report.as_json())
