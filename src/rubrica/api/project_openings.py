"""Openings of a project, for those who lead it: written as drafts, checked, published and closed."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.errors import NamedProblem
from rubrica.api.fields import RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.openings import OpeningState
from rubrica.api.paging import NEXT_AFTER, AfterNumber, Limit, numbered_page
from rubrica.domain.opening import OpeningState as State
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.records.models import StoredOpening
from rubrica.usecases import openings
from rubrica.usecases.access import open_project

router = Router(tags=["Openings"])

OpeningNumber = Annotated[int, Path(description="Number of the opening in its project, from 1.", example=1)]


class ProjectOpeningSummary(BaseModel):
    """An opening of a project."""

    number: int
    id: str = Field(description="Under which everybody finds it, once it is published.")
    title: str
    state: OpeningState
    posted_at: datetime | None
    updated_at: datetime | None
    closed_at: datetime | None


class ProjectOpenings(BaseModel):
    """A page of the openings of a project, newest first."""

    openings: list[ProjectOpeningSummary]
    next_after: int | None = Field(description=NEXT_AFTER)


class ProjectOpening(ProjectOpeningSummary):
    """An opening of a project with what it says, and what keeps it from being published."""

    opening: dict[str, Any] = Field(description="What it says, as *Openings* in the reference describes it.")
    problems: list[NamedProblem] = Field(description="Empty where it can be published, or is closed.")


class NewOpening(RequestBody):
    """What an opening is to say."""

    opening: dict[str, Any] = Field(
        description="As *Openings* in the reference describes it; a draft may leave anything out.",
        examples=[{"title": "Image evaluation specialist", "pay": {"basis": "hour", "low": 2000, "currency": "USD"}}],
    )


@router.get(
    "/projects/{slug:slug}/openings",
    operation_id="list_project_openings",
    summary="List the openings of a project",
    response=answers({200: ProjectOpenings}, 403, 404, 422),
)
def list_project_openings(
    request: HttpRequest, slug: Slug, limit: Limit = 50, after: AfterNumber = None
) -> HttpResponse:
    """Return the openings of a project, newest first."""
    rows = openings.openings_of(open_project(caller(request), slug))
    page, next_after = numbered_page(rows, limit=limit, after=after)
    return json_response({"openings": [_summary(row) for row in page], "next_after": next_after})


@router.post(
    "/projects/{slug:slug}/openings",
    operation_id="write_opening",
    summary="Write an opening",
    response=answers_to_body({201: ProjectOpening}, 404),
)
def write_opening(request: HttpRequest, slug: Slug, new: NewOpening) -> HttpResponse:
    """Keep a new opening as a draft, complete or not, and say what keeps it from being published."""
    row = openings.write_opening(caller(request), slug, new.opening, now=clock.now())
    return json_response(_document(request, slug, row), status=201)


@router.get(
    "/projects/{slug:slug}/openings/{count:number}",
    operation_id="read_project_opening",
    summary="Read an opening of a project",
    response=answers({200: ProjectOpening}, 403, 404),
)
def read_project_opening(request: HttpRequest, slug: Slug, number: OpeningNumber) -> HttpResponse:
    """Return an opening of a project, and check whether it could be published now."""
    row = openings.opening_of(open_project(caller(request), slug), number)
    return json_response(_document(request, slug, row))


@router.put(
    "/projects/{slug:slug}/openings/{count:number}",
    operation_id="change_opening",
    summary="Let an opening say something else",
    response=answers_to_body({200: ProjectOpening}, 404, 409),
)
def change_opening(request: HttpRequest, slug: Slug, number: OpeningNumber, new: NewOpening) -> HttpResponse:
    """Put other words in the place of an opening's. The day on which it was posted stays."""
    row = openings.change_opening(caller(request), slug, number, new.opening, now=clock.now())
    return json_response(_document(request, slug, row))


@router.post(
    "/projects/{slug:slug}/openings/{count:number}/publish",
    operation_id="publish_opening",
    summary="Publish an opening",
    response=answers({200: ProjectOpening}, 403, 404, 409, 422),
)
def publish_opening(request: HttpRequest, slug: Slug, number: OpeningNumber) -> HttpResponse:
    """Let everybody see an opening, and those who are eligible apply. Refused while anything is missing."""
    row = openings.publish_opening(caller(request), slug, number, now=clock.now())
    return json_response(_document(request, slug, row))


@router.post(
    "/projects/{slug:slug}/openings/{count:number}/close",
    operation_id="close_opening",
    summary="Close an opening",
    response=answers({200: ProjectOpening}, 403, 404, 409),
)
def close_opening(request: HttpRequest, slug: Slug, number: OpeningNumber) -> HttpResponse:
    """Take an opening back; whoever waits for an answer is told."""
    row = openings.close_opening(caller(request), slug, number, now=clock.now())
    return json_response(_document(request, slug, row))


def _summary(row: StoredOpening) -> dict[str, object]:
    return {
        "number": row.number,
        "id": row.public_id,
        "title": row.title,
        "state": row.state,
        "posted_at": row.posted_at,
        "updated_at": row.updated_at,
        "closed_at": row.closed_at,
    }


def _document(request: HttpRequest, slug: str, row: StoredOpening) -> dict[str, object]:
    access = open_project(caller(request), slug, Permission.MANAGE_OPENINGS)
    opening = parse_opening(row.document)
    problems = openings.check_opening(access, opening, now=clock.now()) if row.state != State.CLOSED else ()
    return {
        **_summary(row),
        "opening": opening.as_json(),
        "problems": [problem.as_json() for problem in problems],
    }
