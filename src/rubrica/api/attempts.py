"""Attempts: tests and calibrations on gold, for who asks and who is asked, and how they went."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.evaluations import MissedAnswer
from rubrica.api.fields import PublicId, RequestBody, Slug
from rubrica.api.images import thumbnail_url
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.gold import Purpose, Scores
from rubrica.kit import clock
from rubrica.usecases import attempts
from rubrica.usecases.access import open_project
from rubrica.usecases.attempts import AttemptReport
from rubrica.usecases.pseudonyms import name_shown

router = Router(tags=["Gold"])


class ScoreDocument(BaseModel):
    """How many answers were asked for, and how many were right."""

    right: int
    n: int


class AttemptDocument(BaseModel):
    """A practice, test or calibration of one's own."""

    purpose: Literal["practice", "qualification", "calibration"]
    state: Literal["open", "passed", "failed"]
    guideline_version: int
    asked: int
    answered: int
    scores: dict[str, ScoreDocument] = Field(description="By criterion; `marks` for planted faults. Empty while open.")
    at_least: float | None = Field(description="Lower end of the 90 % interval of right answers (Wilson).")
    pass_percent: int = Field(description="What `at_least` must reach, in percent.")
    opened_at: datetime
    ended_at: datetime | None
    retake_from: datetime | None


class MissedItem(BaseModel):
    """A gold item that was not answered as is right."""

    item: str = Field(description="The item's key.")
    thumbnail_url: str
    missed: list[MissedAnswer]
    note: str = Field(description="Why it is right, where whoever made the item gold has said so.")


class OwnAttempt(AttemptDocument):
    """A practice, test or calibration of one's own, with what one missed."""

    missed: list[MissedItem] = Field(description="Empty while open; without secret gold.")


class OwnAttempts(BaseModel):
    """One's own tests and calibrations, newest first."""

    attempts: list[OwnAttempt]


class SomebodysAttempt(AttemptDocument):
    """A practice, test or calibration of somebody."""

    member: str = Field(description="Identifier of the person.")
    name: str


class Attempts(BaseModel):
    """Everybody's practices, tests and calibrations, newest first."""

    attempts: list[SomebodysAttempt]


class NewAttempt(RequestBody):
    """What a specialist is asked for."""

    purpose: Literal["qualification", "calibration"] = Field(description="A test bars from other work until passed.")
    size: int = Field(ge=1, le=100, description="How many gold items.")


@router.get(
    "/projects/{slug:slug}/attempts",
    operation_id="list_attempts",
    summary="List everybody's tests and calibrations",
    response=answers({200: Attempts}, 403, 404),
)
def list_attempts(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the newest two hundred practices, tests and calibrations of a project, and how they went."""
    access = open_project(caller(request), slug)
    rows = attempts.attempts_of(access)
    return {
        "attempts": [
            {**_attempt(row), "member": row.attempt.account.public_id, "name": name_shown(access, row.attempt.account)}
            for row in rows
        ]
    }


@router.post(
    "/projects/{slug:slug}/members/{id:member_id}/attempts",
    operation_id="order_attempt",
    summary="Ask for a test or a calibration",
    response=answers_to_body({201: AttemptDocument}, 404, 409),
)
def order_attempt(request: HttpRequest, slug: Slug, member_id: PublicId, new: NewAttempt) -> HttpResponse:
    """Have one specialist judge gold items before other work."""
    made = attempts.order_attempt(caller(request), slug, member_id, Purpose(new.purpose), new.size, now=clock.now())
    return json_response(_attempt(attempts.report_of(made)), status=201)


@router.post(
    "/projects/{slug:slug}/attempts/retake",
    operation_id="retake_test",
    summary="Take the test again",
    response=answers({201: AttemptDocument}, 403, 404, 409),
)
def retake_test(request: HttpRequest, slug: Slug) -> HttpResponse:
    """Begin the test that one has failed again, once the day for it has come; with other items where there are any."""
    made = attempts.retake(caller(request), slug, now=clock.now())
    return json_response(_attempt(attempts.report_of(made)), status=201)


@router.post(
    "/projects/{slug:slug}/attempts/practise",
    operation_id="practise",
    summary="Practise",
    response=answers({201: AttemptDocument}, 403, 404, 409),
)
def practise(request: HttpRequest, slug: Slug) -> HttpResponse:
    """Begin a practice: gold that is shown with what is right as soon as one has judged it."""
    made = attempts.practise(caller(request), slug, now=clock.now())
    return json_response(_attempt(attempts.report_of(made)), status=201)


@router.get(
    "/projects/{slug:slug}/attempts/mine",
    operation_id="list_own_attempts",
    summary="List one's own tests and calibrations",
    response=answers({200: OwnAttempts}, 403, 404),
)
def list_own_attempts(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return what was asked of the caller, how it went and what was missed."""
    rows = attempts.own_attempts(open_project(caller(request), slug))
    return {"attempts": [{**_attempt(row), "missed": _missed(row)} for row in rows]}


def _attempt(report: AttemptReport) -> dict[str, Any]:
    attempt = report.attempt
    is_over = attempt.ended_at is not None
    return {
        "purpose": attempt.purpose,
        "state": attempt.state,
        "guideline_version": attempt.guideline.number,
        "asked": report.asked,
        "answered": report.answered,
        "scores": _scores(report.scores) if is_over else {},
        "at_least": report.at_least if is_over else None,
        "pass_percent": attempt.pass_percent,
        "opened_at": attempt.opened_at,
        "ended_at": attempt.ended_at,
        "retake_from": attempt.retake_from,
    }


def _missed(report: AttemptReport) -> list[dict[str, Any]]:
    """Return what was missed, as far as the rater may see it: nothing of what is still asked, nor of secret gold."""
    if report.attempt.ended_at is None:
        return []
    return [
        {
            "item": row.gold.item.key,
            "thumbnail_url": thumbnail_url(row.image),
            "missed": [asdict(miss) for miss in row.missed],
            "note": row.gold.note,
        }
        for row in report.items
        if row.missed and not row.gold.is_secret
    ]


def _scores(scores: Scores) -> dict[str, dict[str, int]]:
    return {name: {"right": tally.right, "n": tally.n} for name, tally in scores.items()}
