"""Applications to a project: its questions, the queue, reading blind, deciding with a reason, appeals and messages."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.applications import (
    ApplicationStepDocument,
    FormQuestion,
    Given,
    MessageDocument,
    NewMessage,
    State,
    messages_document,
    questions_document,
    steps_document,
)
from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, Lines, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterNumber, Limit, page_after
from rubrica.domain.application import LEAST_REASON, MAX_CRITERION, MAX_NOTE, MAX_REASON
from rubrica.kit import clock
from rubrica.records.models import Application
from rubrica.usecases import application_forms, application_review
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.openings import opening_of

router = Router(tags=["Applications"])

Number = Annotated[int, Path(description="Number of the application in its project, from 1.", example=1)]
OpeningNumber = Annotated[int, Path(description="Number of the opening in its project, from 1.", example=1)]


class Questions(BaseModel):
    """What an opening asks those who apply."""

    questions: list[FormQuestion]


class NewQuestions(RequestBody):
    """What an opening asks from now on."""

    questions: list[dict[str, Any]] = Field(
        description="Objects with kind, text, choices, is_required and id; those without an id get one by their place.",
        examples=[[{"id": "why", "kind": "long", "text": "What is a fault of anatomy?"}]],
    )


class ApplicationDocument(BaseModel):
    """An application as those who read it see it: by a number, until the offer is accepted."""

    number: int
    name: str
    opening: str = Field(description="Title of the opening.")
    state: State
    owner: str | None = Field(description="Who of the project sees to it; null where it waits for the applicant.")
    due_at: datetime | None
    submitted_at: datetime
    decide_by: datetime | None


class ApplicationDocuments(BaseModel):
    """A page of the applications to a project, those that wait longest first."""

    applications: list[ApplicationDocument]
    next_after: int | None = Field(description=NEXT_AFTER)


class ReadingDocument(BaseModel):
    """What somebody made of it."""

    reader: str
    verdict: Literal["yes", "borderline", "no"]
    note: str
    at: datetime


class ApplicationFileDocument(ApplicationDocument):
    """An application with all that its reader may see."""

    questions: list[FormQuestion]
    answers: Given
    readings: list[ReadingDocument] = Field(description="One's own alone, until one has read it or it is decided.")
    hidden_readings: int
    wants_reading: bool = Field(description="Whether somebody else has to read it before it is decided.")
    steps: list[ApplicationStepDocument]
    messages: list[MessageDocument] = Field(description="For leads; empty for others.")
    possible: list[str] = Field(description="What the caller may do with it.")


class NewReading(RequestBody):
    """What one makes of an application."""

    verdict: Literal["yes", "borderline", "no"]
    note: Lines = Field(min_length=1, max_length=MAX_NOTE)


class NewRefusal(RequestBody):
    """Why an application is declined."""

    reason_code: Literal["experience", "answers", "language", "screening", "availability", "filled"]
    reason: Lines = Field(min_length=LEAST_REASON, max_length=MAX_REASON)
    criterion: Line = Field(min_length=1, max_length=MAX_CRITERION, description="What was missed.")
    reapply_from: Line = Field(max_length=10, description="The day from which the person may apply again.")


class ApplicationAppealDecision(RequestBody):
    """Why an appeal is right, or not."""

    reason: Lines = Field(min_length=1, max_length=MAX_REASON)


@router.get(
    "/projects/{slug:slug}/openings/{count:number}/questions",
    operation_id="read_questions",
    summary="Read the questions of an opening",
    response=answers({200: Questions}, 403, 404),
)
def read_questions(request: HttpRequest, slug: Slug, number: OpeningNumber) -> HttpResponse:
    """Return what an opening of a project asks those who apply."""
    opening = opening_of(open_project(caller(request), slug), number)
    return json_response({"questions": questions_document(application_forms.questions_of(opening))})


@router.put(
    "/projects/{slug:slug}/openings/{count:number}/questions",
    operation_id="replace_questions",
    summary="Replace the questions of an opening",
    response=answers_to_body({200: Questions}, 404, 409),
)
def replace_questions(request: HttpRequest, slug: Slug, number: OpeningNumber, new: NewQuestions) -> HttpResponse:
    """Ask other questions from now on. Nothing is taken where anything cannot be."""
    kept = application_forms.replace_questions(caller(request), slug, number, new.questions, now=clock.now())
    return json_response({"questions": [question.as_json() for question in kept]})


@router.get(
    "/projects/{slug:slug}/applications",
    operation_id="list_applications",
    summary="List applications",
    response=answers({200: ApplicationDocuments}, 403, 404, 422),
)
def list_applications(
    request: HttpRequest,
    slug: Slug,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 50,
    after: AfterNumber = None,
) -> HttpResponse:
    """Return the applications to a project, those that wait longest first."""
    access = open_project(caller(request), slug)
    rows = application_review.applications_of(access)
    rows = rows if state is None else rows.filter(state=state)
    page, next_after = page_after(rows, "number", limit=limit, after=after)
    return json_response({"applications": [_document(access, row) for row in page], "next_after": next_after})


@router.get(
    "/projects/{slug:slug}/applications/{count:number}",
    operation_id="read_application",
    summary="Read an application",
    response=answers({200: ApplicationFileDocument}, 403, 404),
)
def read_application(request: HttpRequest, slug: Slug, number: Number) -> HttpResponse:
    """Return an application with its answers, without name or country."""
    access = open_project(caller(request), slug)
    file = application_review.application_file(access, number)
    return json_response(
        {
            **_document(access, file.application),
            "questions": questions_document(file.questions),
            "answers": file.application.answers,
            "readings": [
                {"reader": row.reader.name, "verdict": row.verdict, "note": row.note, "at": row.at}
                for row in file.readings
            ],
            "hidden_readings": file.hidden_readings,
            "wants_reading": file.wants_reading,
            "steps": steps_document(file.application, file.steps),
            "messages": messages_document(file.application, file.messages),
            "possible": sorted([*file.events, *(["read"] if file.may_read else [])]),
        }
    )


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/readings",
    operation_id="give_reading",
    summary="Say what one makes of an application",
    response=answers_to_body({204: None}, 404, 409),
)
def give_reading(request: HttpRequest, slug: Slug, number: Number, new: NewReading) -> Status[None]:
    """Say once what one makes of an application, before seeing what others made of it."""
    application_review.read_application(caller(request), slug, number, new.verdict, note=new.note, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/shortlist",
    operation_id="shortlist_application",
    summary="Shortlist an application",
    response=answers({204: None}, 403, 404, 409),
)
def shortlist_application(request: HttpRequest, slug: Slug, number: Number) -> Status[None]:
    """Keep an application, which one has read, among those that an offer may be made for."""
    application_review.shortlist(caller(request), slug, number, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/offer",
    operation_id="make_offer",
    summary="Make an offer",
    response=answers({204: None}, 403, 404, 409),
)
def make_offer(request: HttpRequest, slug: Slug, number: Number) -> Status[None]:
    """Offer the work to somebody who is shortlisted; the offer stands for seven days."""
    application_review.make_offer(caller(request), slug, number, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/decline",
    operation_id="decline_application",
    summary="Decline an application",
    response=answers_to_body({204: None}, 404, 409),
)
def decline_application(request: HttpRequest, slug: Slug, number: Number, new: NewRefusal) -> Status[None]:
    """Decline an application, which one has read, with a reason, the criterion missed, and the day for another try."""
    refusal = application_review.Refusal(new.reason_code, new.reason, new.criterion, _day(new.reapply_from))
    application_review.decline_application(caller(request), slug, number, refusal, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/uphold",
    operation_id="uphold_application_appeal",
    summary="Uphold an appeal about an application",
    response=answers_to_body({204: None}, 404, 409),
)
def uphold_application_appeal(
    request: HttpRequest, slug: Slug, number: Number, body: ApplicationAppealDecision
) -> Status[None]:
    """Have the application read again. Whoever declined it does not decide."""
    return _decide_appeal(request, slug, number, body.reason, uphold=True)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/dismiss",
    operation_id="dismiss_application_appeal",
    summary="Dismiss an appeal about an application",
    response=answers_to_body({204: None}, 404, 409),
)
def dismiss_application_appeal(
    request: HttpRequest, slug: Slug, number: Number, body: ApplicationAppealDecision
) -> Status[None]:
    """Say in 40 characters or more why the refusal stands. Whoever declined it does not decide."""
    return _decide_appeal(request, slug, number, body.reason, uphold=False)


@router.post(
    "/projects/{slug:slug}/applications/{count:number}/messages",
    operation_id="write_to_applicant",
    summary="Write to whoever applied",
    response=answers_to_body({204: None}, 404, 409),
)
def write_to_applicant(request: HttpRequest, slug: Slug, number: Number, body: NewMessage) -> Status[None]:
    """Write to whoever applied, who sees the project's name as the sender."""
    application_review.write_to_applicant(caller(request), slug, number, text=body.text, now=clock.now())
    return Status(204, None)


def _decide_appeal(request: HttpRequest, slug: str, number: int, reason: str, *, uphold: bool) -> Status[None]:
    application_review.decide_application_appeal(
        caller(request), slug, number, uphold=uphold, reason=reason, now=clock.now()
    )
    return Status(204, None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _document(access: ProjectAccess, row: Application) -> dict[str, object]:
    return {
        "number": row.number,
        "name": application_review.shown_name(access, row),
        "opening": row.opening.title,
        "state": row.state,
        "owner": row.owner.name if row.owner is not None and row.owner_id != row.account_id else None,
        "due_at": row.due_at,
        "submitted_at": row.submitted_at,
        "decide_by": row.decide_by,
    }
