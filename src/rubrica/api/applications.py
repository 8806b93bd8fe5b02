"""Applying: the form of an opening, drafts, submitting, and one's own applications with all that follows."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.errors import NamedProblem
from rubrica.api.fields import Lines, PublicId, RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterRow, Limit, page_after
from rubrica.domain.application import MAX_MESSAGE, MAX_REASON
from rubrica.domain.application_form import Question, unpaid_and_paid
from rubrica.kit import clock
from rubrica.records.models import Application, ApplicationMessage, ApplicationStep
from rubrica.usecases import applications
from rubrica.usecases.engagement_terms import pending_terms

router = Router(tags=["Applications"])

State = Literal[
    "draft",
    "submitted",
    "screening",
    "under_review",
    "shortlisted",
    "offered",
    "accepted",
    "offer_declined",
    "offer_expired",
    "declined",
    "appealed",
    "closed",
    "withdrawn",
    "job_closed",
    "expired_no_decision",
]
Kind = Literal["short", "long", "url", "number", "single", "multi"]
Reason = Literal["", "experience", "answers", "language", "screening", "availability", "filled"]
Given = dict[str, str | int | list[str]]
OpeningId = Annotated[
    str, Path(description="Identifier of the opening, as its address has it.", example="m3ksAzX0TfyZcK2hbWqLrQ")
]


class FormQuestion(BaseModel):
    """A question of a form."""

    id: str
    kind: Kind
    text: str
    choices: list[str] = Field(description="Of single and multi; empty for the others.")
    is_required: bool


class ResponseRecordDocument(BaseModel):
    """How the project has answered those who applied before."""

    decided: int
    undecided: int = Field(description="Those that got no decision in time.")
    waiting: int
    median_days: float | None = Field(description="Days from submission to decision; null before the first.")


class ApplicationFormDocument(BaseModel):
    """What somebody sees who thinks of applying."""

    opening: str
    title: str
    questions: list[FormQuestion]
    unpaid_minutes: int = Field(description="Of the way to a decision.")
    paid_minutes: int = Field(description="What goes beyond; paid whatever the result.")
    decision_days: int
    refusal: str = Field(description="Why the caller cannot apply now; empty where the caller can.")
    record: ResponseRecordDocument


class SavedApplication(BaseModel):
    """The draft that was kept, and what of it could not be."""

    id: str
    problems: list[NamedProblem]


class OwnApplicationDocument(BaseModel):
    """An application of the caller."""

    id: str
    opening: str
    title: str
    organisation: str
    state: State
    waits_for_me: bool
    due_at: datetime | None = Field(description="Until when somebody has to act; null once it is over.")
    submitted_at: datetime | None
    decide_by: datetime | None = Field(description="Until when a decision was promised.")
    reason_code: Reason
    reason: str
    criterion: str
    reapply_from: date | None


class OwnApplications(BaseModel):
    """A page of the caller's applications, newest first."""

    applications: list[OwnApplicationDocument]
    next_after: str | None = Field(description=NEXT_AFTER)


class ApplicationStepDocument(BaseModel):
    """Something that happened to an application."""

    at: datetime
    by: Literal["applicant", "project", "clock"]
    event: str
    state: State = Field(description="What the application became by it.")
    reason: str


class MessageDocument(BaseModel):
    """A message between whoever applies and the project."""

    at: datetime
    by: Literal["applicant", "project"]
    text: str


class OfferedTerms(BaseModel):
    """The terms of an offer: the document itself, and the hash that accepting it names."""

    version: int
    sha256: str
    document: dict[str, Any]
    answer_by: datetime


class OwnApplicationFile(OwnApplicationDocument):
    """An application of the caller with everything that happened."""

    terms: OfferedTerms | None = Field(description="The terms that wait for an answer; null where none do.")

    questions: list[FormQuestion]
    answers: Given
    steps: list[ApplicationStepDocument] = Field(description="Oldest first.")
    messages: list[MessageDocument] = Field(description="Oldest first.")
    possible: list[str] = Field(description="What the caller may do with it.")


class NewAnswers(RequestBody):
    """Answers to the questions of an opening, by the id of the question."""

    answers: dict[str, Any] = Field(examples=[{"q1": "Six fingers on a hand.", "q2": "Yes"}])


class ApplicationAppeal(RequestBody):
    """Why a refusal is wrong."""

    reason: Lines = Field(min_length=1, max_length=MAX_REASON)


class Acceptance(RequestBody):
    """Which terms were read."""

    terms_sha256: str = Field(max_length=64, description="The hash of the terms that the caller has read.")


class NewMessage(RequestBody):
    """What is to be said."""

    text: Lines = Field(min_length=1, max_length=MAX_MESSAGE)


# --- the form ---


@router.get(
    "/openings/{id:opening_id}/application-form",
    operation_id="read_application_form",
    summary="Read the form of an opening",
    response=answers({200: ApplicationFormDocument}, 404, 409),
)
def read_application_form(request: HttpRequest, opening_id: OpeningId) -> HttpResponse:
    """Return what an opening asks, what it takes, and why the caller cannot apply, where that is so."""
    applying = applications.apply_to(caller(request), opening_id, now=clock.now())
    unpaid, paid = unpaid_and_paid(applying.shown.opening.screening_minutes or 0)
    record = applying.record
    return json_response(
        {
            "opening": applying.shown.row.public_id,
            "title": applying.shown.row.title,
            "questions": questions_document(applying.questions),
            "unpaid_minutes": unpaid,
            "paid_minutes": paid,
            "decision_days": applying.shown.opening.decision_days or 10,
            "refusal": applying.refusal,
            "record": {
                "decided": record.decided,
                "undecided": record.undecided,
                "waiting": record.waiting,
                "median_days": record.median_days,
            },
        }
    )


@router.put(
    "/openings/{id:opening_id}/application",
    operation_id="save_application",
    summary="Keep a draft of an application",
    response=answers_to_body({200: SavedApplication}, 404, 409),
)
def save_application(request: HttpRequest, opening_id: OpeningId, new: NewAnswers) -> HttpResponse:
    """Keep the answers so far. Those that cannot be taken are named, and the others kept."""
    kept, problems = applications.save_draft(caller(request), opening_id, new.answers, now=clock.now())
    return json_response({"id": kept.public_id, "problems": [problem.as_json() for problem in problems]})


@router.post(
    "/openings/{id:opening_id}/application",
    operation_id="submit_application",
    summary="Apply for an opening",
    response=answers_to_body({201: OwnApplicationDocument}, 404, 409),
)
def submit_application(request: HttpRequest, opening_id: OpeningId, new: NewAnswers) -> HttpResponse:
    """Submit an application with these answers; from here on a decision is owed by a day."""
    made = applications.submit_application(caller(request), opening_id, new.answers, now=clock.now())
    return json_response(_document(made), status=201)


# --- one's own ---


@router.get(
    "/me/applications",
    operation_id="list_own_applications",
    summary="List my applications",
    response=answers({200: OwnApplications}, 422),
)
def list_own_applications(request: HttpRequest, limit: Limit = 50, after: AfterRow = None) -> HttpResponse:
    """Return the caller's applications, newest first."""
    rows = applications.own_applications(caller(request))
    page, next_after = page_after(rows, "public_id", limit=limit, after=after)
    return json_response({"applications": [_document(row) for row in page], "next_after": next_after})


@router.get(
    "/me/applications/{id:application_id}",
    operation_id="read_own_application",
    summary="Read one of my applications",
    response=answers({200: OwnApplicationFile}, 404),
)
def read_own_application(request: HttpRequest, application_id: PublicId) -> HttpResponse:
    """Return one of the caller's applications with its answers, steps and messages."""
    file = applications.own_application(caller(request), application_id)
    return json_response(
        {
            **_document(file.application),
            "terms": _offered_terms(file.application),
            "questions": questions_document(file.questions),
            "answers": file.application.answers,
            "steps": steps_document(file.application, file.steps),
            "messages": messages_document(file.application, file.messages),
            "possible": sorted(file.events),
        }
    )


@router.post(
    "/me/applications/{id:application_id}/withdraw",
    operation_id="withdraw_application",
    summary="Withdraw an application",
    response=answers({204: None}, 404, 409),
)
def withdraw_application(request: HttpRequest, application_id: PublicId) -> Status[None]:
    """Take an application back, also while it is a draft."""
    applications.withdraw_application(caller(request), application_id, now=clock.now())
    return Status(204, None)


@router.post(
    "/me/applications/{id:application_id}/accept-offer",
    operation_id="accept_offer",
    summary="Accept an offer",
    response=answers_to_body({204: None}, 404, 409),
)
def accept_offer(request: HttpRequest, application_id: PublicId, body: Acceptance) -> Status[None]:
    """Accept an offer with the terms that were read; the project is open to the caller at once."""
    applications.answer_offer(
        caller(request), application_id, accepts=True, terms_sha256=body.terms_sha256, now=clock.now()
    )
    return Status(204, None)


@router.post(
    "/me/applications/{id:application_id}/decline-offer",
    operation_id="decline_offer",
    summary="Decline an offer",
    response=answers({204: None}, 404, 409),
)
def decline_offer(request: HttpRequest, application_id: PublicId) -> Status[None]:
    """Decline an offer."""
    applications.answer_offer(caller(request), application_id, accepts=False, now=clock.now())
    return Status(204, None)


@router.post(
    "/me/applications/{id:application_id}/appeal",
    operation_id="appeal_application",
    summary="Appeal against a refusal",
    response=answers_to_body({204: None}, 404, 409),
)
def appeal_application(request: HttpRequest, application_id: PublicId, body: ApplicationAppeal) -> Status[None]:
    """Say within seven days why a refusal is wrong; another person decides, within five working days."""
    applications.appeal_decision(caller(request), application_id, reason=body.reason, now=clock.now())
    return Status(204, None)


@router.post(
    "/me/applications/{id:application_id}/messages",
    operation_id="write_to_project",
    summary="Write to the project",
    response=answers_to_body({204: None}, 404, 409),
)
def write_to_project(request: HttpRequest, application_id: PublicId, body: NewMessage) -> Status[None]:
    """Write to those who lead the project about an application that was submitted."""
    applications.write_to_project(caller(request), application_id, text=body.text, now=clock.now())
    return Status(204, None)


def _offered_terms(row: Application) -> dict[str, object] | None:
    engagement = applications.offer_of(row)
    pending = pending_terms(engagement, now=clock.now()) if engagement is not None else None
    if pending is None:
        return None
    stored = pending.stored
    return {
        "version": stored.version,
        "sha256": stored.sha256,
        "document": stored.document,
        "answer_by": stored.answer_by,
    }


def _document(row: Application) -> dict[str, object]:
    return {
        "id": row.public_id,
        "opening": row.opening.public_id,
        "title": row.opening.title,
        "organisation": row.project.organisation.name,
        "state": row.state,
        "waits_for_me": row.owner_id == row.account_id,
        "due_at": row.due_at,
        "submitted_at": row.submitted_at,
        "decide_by": row.decide_by,
        "reason_code": row.reason_code,
        "reason": row.reason,
        "criterion": row.criterion,
        "reapply_from": row.reapply_from,
    }


def questions_document(questions: tuple[Question, ...]) -> list[dict[str, object]]:
    """Return the questions of a form as the API tells them."""
    return [question.as_json() for question in questions]


def steps_document(row: Application, steps: tuple[ApplicationStep, ...]) -> list[dict[str, object]]:
    """Return what happened to an application, by which of the two sides or by the clock."""
    return [
        {
            "at": step.at,
            "by": "clock" if step.actor_id is None else "applicant" if step.actor_id == row.account_id else "project",
            "event": step.event,
            "state": step.target,
            "reason": step.reason,
        }
        for step in steps
    ]


def messages_document(row: Application, messages: tuple[ApplicationMessage, ...]) -> list[dict[str, object]]:
    """Return messages with the side that wrote each."""
    return [
        {"at": each.at, "by": "applicant" if each.author_id == row.account_id else "project", "text": each.text}
        for each in messages
    ]
