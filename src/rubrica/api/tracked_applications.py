"""The caller's own notebook of applications elsewhere, seen by nobody else."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Amount, Line, Lines, PublicId, RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterRow, Limit, page_after
from rubrica.domain.tracked_application import MAX_NAME, MAX_NOTE, MAX_URL, MOST_MINUTES
from rubrica.kit import clock
from rubrica.records.models import TrackedApplication
from rubrica.usecases import tracked_applications

router = Router(tags=["Applications"])

TrackedState = Literal["saved", "applied", "testing", "accepted", "working", "left", "rejected", "no_answer"]
TrackedEvent = Literal["apply", "test", "accept", "work", "leave", "reject", "give_up"]


class TrackedFields(RequestBody):
    """What is noted of an application elsewhere."""

    platform: Line = Field(min_length=1, max_length=MAX_NAME)
    title: Line = Field(min_length=1, max_length=MAX_NAME)
    url: Line = Field("", max_length=MAX_URL)
    note: Lines = Field("", max_length=MAX_NOTE)
    unpaid_minutes: int = Field(0, ge=0, le=MOST_MINUTES)
    paid_minutes: int = Field(0, ge=0, le=MOST_MINUTES)
    income: Amount | None = None


class TrackedStep(RequestBody):
    """How far it has come."""

    event: TrackedEvent


class TrackedApplicationDocument(BaseModel):
    """An application elsewhere."""

    id: str
    platform: str
    title: str
    url: str
    note: str
    state: TrackedState
    unpaid_minutes: int
    paid_minutes: int
    income: Amount | None
    added_at: datetime
    changed_at: datetime
    possible: list[TrackedEvent] = Field(description="What can happen next.")


class TrackedApplications(BaseModel):
    """A page of the caller's notebook, what changed last first."""

    applications: list[TrackedApplicationDocument]
    next_after: str | None = Field(description=NEXT_AFTER)


@router.get(
    "/me/tracked-applications",
    operation_id="list_tracked_applications",
    summary="List my applications elsewhere",
    response=answers({200: TrackedApplications}, 422),
)
def list_tracked_applications(request: HttpRequest, limit: Limit = 50, after: AfterRow = None) -> HttpResponse:
    """Return the caller's own notebook, what changed last first."""
    rows = tracked_applications.tracked_by(caller(request))
    page, next_after = page_after(rows, "public_id", limit=limit, after=after)
    return json_response({"applications": [_document(row) for row in page], "next_after": next_after})


@router.post(
    "/me/tracked-applications",
    operation_id="track_application",
    summary="Note an application elsewhere",
    response=answers_to_body({201: TrackedApplicationDocument}, 409),
)
def track_application(request: HttpRequest, new: TrackedFields) -> HttpResponse:
    """Note one more application elsewhere."""
    row = tracked_applications.track(caller(request), _tracked(new), now=clock.now())
    return json_response(_document(row), status=201)


@router.put(
    "/me/tracked-applications/{id:tracked_id}",
    operation_id="change_tracked_application",
    summary="Note something else of an application elsewhere",
    response=answers_to_body({200: TrackedApplicationDocument}, 404),
)
def change_tracked_application(request: HttpRequest, tracked_id: PublicId, new: TrackedFields) -> HttpResponse:
    """Put other notes in the place of those there are; how far it has come stays."""
    row = tracked_applications.change_tracked(caller(request), tracked_id, _tracked(new), now=clock.now())
    return json_response(_document(row))


@router.post(
    "/me/tracked-applications/{id:tracked_id}/steps",
    operation_id="step_tracked_application",
    summary="Note how far an application elsewhere has come",
    response=answers_to_body({200: TrackedApplicationDocument}, 404, 409),
)
def step_tracked_application(request: HttpRequest, tracked_id: PublicId, step: TrackedStep) -> HttpResponse:
    """Note what happened to an application elsewhere."""
    row = tracked_applications.step_tracked(caller(request), tracked_id, step.event, now=clock.now())
    return json_response(_document(row))


@router.delete(
    "/me/tracked-applications/{id:tracked_id}",
    operation_id="untrack_application",
    summary="Remove an application elsewhere",
    response=answers({204: None}, 404),
)
def untrack_application(request: HttpRequest, tracked_id: PublicId) -> Status[None]:
    """Remove an application elsewhere from the notebook."""
    tracked_applications.untrack(caller(request), tracked_id)
    return Status(204, None)


def _tracked(new: TrackedFields) -> tracked_applications.Tracked:
    return tracked_applications.Tracked(
        platform=new.platform,
        title=new.title,
        url=new.url,
        note=new.note,
        unpaid_minutes=new.unpaid_minutes,
        paid_minutes=new.paid_minutes,
        income=new.income.amount if new.income is not None else "",
        currency=new.income.currency if new.income is not None else "",
    )


def _document(row: TrackedApplication) -> dict[str, object]:
    income = tracked_applications.income_of(row)
    return {
        "id": row.public_id,
        "platform": row.platform,
        "title": row.title,
        "url": row.url,
        "note": row.note,
        "state": row.state,
        "unpaid_minutes": row.unpaid_minutes,
        "paid_minutes": row.paid_minutes,
        "income": {"amount": str(income.decimal), "currency": income.currency} if income is not None else None,
        "added_at": row.added_at,
        "changed_at": row.changed_at,
        "possible": [event.value for event in tracked_applications.events_of(row)],
    }
