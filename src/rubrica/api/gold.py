"""Gold: items with known answers, and how one's own tests and calibrations went."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Lines, PublicId, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.gold import Scores
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.usecases import attempts, gold, gold_scores
from rubrica.usecases.access import open_project

router = Router(tags=["Gold"])

Source = Literal["expert", "agreement", "ruling", "planted", "adjudication", "repeat"]
GoldNumber = Annotated[int, Path(description="Number of the gold item in its project, from 1.", example=1)]


class GoldItem(BaseModel):
    """An item whose right answers are known."""

    number: int
    item: str = Field(description="The item's key.")
    source: Source
    answers: dict[str, int | str] = Field(description="By criterion; empty where planted faults are what is known.")
    note: str
    is_secret: bool
    is_practice: bool = Field(description="Shown with its answers once it is judged, and asked nowhere else.")
    guideline_version: int = Field(description="The first version that it holds under.")
    asked: int = Field(description="How often it was answered as gold.")
    right: int
    is_disputed: bool = Field(description="Whether most raters who are good on other gold answer it otherwise.")


class GoldItems(BaseModel):
    """The gold in force, the disputed first."""

    gold: list[GoldItem]


class NewGold(RequestBody):
    """What is right of an item."""

    answers: dict[str, int | str] = Field({}, description="Levels of scales, codes of options, counts; by criterion.")
    note: Lines = Field("", max_length=gold.MAX_NOTE, description="Why; shown to who answers otherwise.")
    is_secret: bool = Field(False, description="Misses are counted, and the item is not shown to who misses it.")
    is_practice: bool = Field(False, description="Shown with its answers once it is judged, and asked nowhere else.")


class MadeGold(BaseModel):
    """The gold item that was made."""

    number: int


class Voiding(RequestBody):
    """Why an item is gold no longer."""

    reason: Lines = Field(min_length=1, max_length=gold.MAX_REASON)


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


class AttemptDocuments(BaseModel):
    """One's own tests and calibrations, newest first."""

    attempts: list[AttemptDocument]


@router.get(
    "/projects/{slug:slug}/gold",
    operation_id="list_gold",
    summary="List gold items",
    response=answers({200: GoldItems}, 403, 404),
)
def list_gold(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the gold in force and how it fares."""
    rows = gold_scores.gold_health(open_project(caller(request), slug, Permission.MANAGE_GOLD))
    return {
        "gold": [
            {
                "number": row.gold.number,
                "item": row.gold.item.key,
                "source": row.gold.source,
                "answers": row.gold.answers,
                "note": row.gold.note,
                "is_secret": row.gold.is_secret,
                "is_practice": row.gold.is_practice,
                "guideline_version": row.gold.guideline.number,
                "asked": row.tally.n,
                "right": row.tally.right,
                "is_disputed": row.is_disputed,
            }
            for row in rows
        ]
    }


@router.post(
    "/projects/{slug:slug}/items/{id:item}/gold",
    operation_id="make_gold",
    summary="Make an item gold",
    response=answers_to_body({201: MadeGold}, 404, 409),
)
def make_gold(request: HttpRequest, slug: Slug, item: PublicId, body: NewGold) -> HttpResponse:
    """Say what is right of an item; answers are scored against it from now on."""
    made = gold.make_gold(
        caller(request),
        slug,
        item,
        answers=body.answers,
        note=body.note,
        is_secret=body.is_secret,
        is_practice=body.is_practice,
        now=clock.now(),
    )
    return json_response({"number": made.number}, status=201)


@router.post(
    "/projects/{slug:slug}/gold/{count:number}/void",
    operation_id="void_gold",
    summary="Void a gold item",
    response=answers_to_body({204: None}, 404),
)
def void_gold(request: HttpRequest, slug: Slug, number: GoldNumber, body: Voiding) -> Status[None]:
    """Score nobody by it any more, from the beginning; whoever failed a test by it alone passes."""
    attempts.void_gold(caller(request), slug, number, reason=body.reason, now=clock.now())
    return Status(204, None)


@router.get(
    "/projects/{slug:slug}/attempts/mine",
    operation_id="list_own_attempts",
    summary="List one's own tests and calibrations",
    response=answers({200: AttemptDocuments}, 403, 404),
)
def list_own_attempts(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return what was asked of the caller, and how it went."""
    rows = attempts.own_attempts(open_project(caller(request), slug))
    return {
        "attempts": [
            {
                "purpose": row.attempt.purpose,
                "state": row.attempt.state,
                "guideline_version": row.attempt.guideline.number,
                "asked": row.asked,
                "answered": row.answered,
                "scores": _scores(row.scores) if row.attempt.ended_at is not None else {},
                "at_least": row.at_least if row.attempt.ended_at is not None else None,
                "pass_percent": row.attempt.pass_percent,
                "opened_at": row.attempt.opened_at,
                "ended_at": row.attempt.ended_at,
                "retake_from": row.attempt.retake_from,
            }
            for row in rows
        ]
    }


def _scores(scores: Scores) -> dict[str, dict[str, int]]:
    return {name: {"right": tally.right, "n": tally.n} for name, tally in scores.items()}
