"""Scheduled publications: the draft as it is saved becomes the next version at a time to come."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Moment, Slug
from rubrica.api.guidelines import Publication
from rubrica.api.openapi import answers, answers_to_body
from rubrica.kit import clock
from rubrica.records.models import ScheduledPublication
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import scheduled_publications
from rubrica.usecases.access import open_project
from rubrica.usecases.guidelines import Terms

router = Router(tags=["Guidelines"])


class Schedule(Publication):
    """What the next version is about, and from when it holds."""

    effective_at: Moment = Field(description="Within a year from now.")


class ScheduledPublicationDocument(BaseModel):
    """A publication that waits for its time."""

    summary: str
    change_class: Literal["editorial", "clarification", "breaking"]
    reevaluate: Literal["none", "sample", "disputed", "all"]
    sample: int
    effective_at: datetime
    scheduled_by: str
    scheduled_at: datetime


class WaitingPublication(BaseModel):
    """What waits for its time."""

    scheduled: ScheduledPublicationDocument | None = Field(description="Null where nothing is scheduled.")


@router.get(
    "/projects/{slug:slug}/guideline/schedule",
    operation_id="read_scheduled_publication",
    summary="Read what is scheduled",
    response=answers({200: WaitingPublication}, 403, 404),
)
def read_scheduled_publication(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the publication that waits for its time."""
    row = scheduled_publications.waiting(open_project(caller(request), slug))
    return {"scheduled": _document(row) if row is not None else None}


@router.post(
    "/projects/{slug:slug}/guideline/schedule",
    operation_id="schedule_publication",
    summary="Schedule a publication",
    response=answers_to_body({201: ScheduledPublicationDocument}, 404, 409),
)
def schedule_publication(request: HttpRequest, slug: Slug, schedule: Schedule) -> HttpResponse:
    """Have the draft as it is saved become the next version at a time to come; people are told of it now."""
    terms = Terms(
        summary=schedule.summary,
        change_class=ChangeClass(schedule.change_class),
        which=Which(schedule.reevaluate),
        sample=schedule.sample,
    )
    made = scheduled_publications.schedule(
        caller(request), slug, terms, effective_at=schedule.effective_at, now=clock.now()
    )
    return json_response(_document(made), status=201)


@router.delete(
    "/projects/{slug:slug}/guideline/schedule",
    operation_id="cancel_publication",
    summary="Cancel what is scheduled",
    response=answers({204: None}, 403, 404, 409),
)
def cancel_publication(request: HttpRequest, slug: Slug) -> Status[None]:
    """Take back the publication that waits for its time."""
    scheduled_publications.cancel(caller(request), slug, now=clock.now())
    return Status(204, None)


def _document(row: ScheduledPublication) -> dict[str, Any]:
    return {
        "summary": row.summary,
        "change_class": row.change_class,
        "reevaluate": row.which,
        "sample": row.sample,
        "effective_at": row.effective_at,
        "scheduled_by": row.scheduled_by.name,
        "scheduled_at": row.scheduled_at,
    }
