"""Calibration rounds: opened, judged blind, revealed, talked about, judged again, and what that brought."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, Lines, RequestBody, Slug
from rubrica.api.images import Picture
from rubrica.api.items import pictures_of_items
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterNumber, Limit, numbered_page
from rubrica.api.said import SaidDocument, said_document
from rubrica.domain.calibration_round import MAX_POST, MAX_TITLE, MOST_ITEMS, ItemChoice, RoundEvent
from rubrica.kit import clock
from rubrica.records.models import CalibrationRound, RoundPost
from rubrica.usecases import rounds
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.pseudonyms import name_shown
from rubrica.usecases.rounds import RoundFile, round_evaluations
from rubrica.usecases.said import said

router = Router(tags=["Calibration rounds"])

State = Literal["judging", "discussion", "judging_again", "closed"]
Event = Literal["reveal", "judge_again", "close"]
RoundNumber = Annotated[int, Path(description="Number of the round in its project, from 1.", example=1)]
Position = Annotated[int, Path(description="Place of the item in the round, from 0.", example=0)]


class NewRound(RequestBody):
    """What everybody is to judge."""

    title: Line = Field(min_length=1, max_length=MAX_TITLE)
    choice: Literal["disputed", "sample"] = Field(
        "disputed", description="Complete items that raters differ on, or a sample."
    )
    count: int = Field(ge=1, le=MOST_ITEMS, description="How many items.")


class RoundSummary(BaseModel):
    """A round, and how far it has come."""

    number: int
    title: str
    state: State
    guideline_version: int
    opened_at: datetime
    owner: str | None = Field(description="Who sees to it next; null once it is closed.")
    due_at: datetime | None
    revealed_at: datetime | None
    closed_at: datetime | None


class RoundSummaries(BaseModel):
    """One page of rounds, newest first."""

    rounds: list[RoundSummary]
    next_after: int | None = Field(description=NEXT_AFTER)


class RoundParticipant(BaseModel):
    """Somebody who takes part, and how far that person has come in the present stage."""

    name: str = Field(description="A pseudonym for those who may not know the name.")
    done: int
    total: int


class RoundPostDocument(BaseModel):
    """Something said about an item."""

    author: str
    text: str
    at: datetime


class RoundItemDocument(BaseModel):
    """An item of a round with what everybody said of it."""

    position: int
    item: str = Field(description="The item's key.")
    images: list[Picture] = Field(description="By item slot.")
    before: list[SaidDocument] = Field(description="What was judged blind.")
    after: list[SaidDocument] = Field(description="What was judged again, after the talk.")
    posts: list[RoundPostDocument]


class EstimateDocument(BaseModel):
    """A number with its 95 % interval."""

    value: float
    ci_low: float
    ci_high: float


class AlphaDocument(EstimateDocument):
    """Krippendorff's alpha with its interval."""

    n_units: int
    n_ratings: int
    level: str


class RoundCriterionDocument(BaseModel):
    """Agreement on a question before the talk and after it, and by how much it rose."""

    id: str
    name: str
    before: AlphaDocument | None
    after: AlphaDocument | None
    lift: EstimateDocument | None
    refusal: str = Field(description="Why there is not all of it; empty where there is.")


class RoundResultsDocument(BaseModel):
    """What the round brought."""

    criteria: list[RoundCriterionDocument]
    marks_before: EstimateDocument | None = Field(description="Agreement on the places of marks.")
    marks_after: EstimateDocument | None
    marks_refusal: str


class RoundDocument(RoundSummary):
    """A round as the caller may see it: what was answered only once it is revealed."""

    item_count: int
    participants: list[RoundParticipant]
    items: list[RoundItemDocument] | None = Field(
        description="Null until the round is revealed, and for those who had not judged everything by then."
    )
    results: RoundResultsDocument | None = Field(description="Null as long as the items are.")
    possible: list[Event] = Field(description="What the caller may do with it.")
    may_post: bool = Field(description="Whether the caller may say something about its items.")


class NewPost(RequestBody):
    """What is to be said."""

    text: Lines = Field(min_length=1, max_length=MAX_POST)


@router.get(
    "/projects/{slug:slug}/rounds",
    operation_id="list_rounds",
    summary="List rounds",
    response=answers({200: RoundSummaries}, 403, 404, 422),
)
def list_rounds(request: HttpRequest, slug: Slug, limit: Limit = 50, after: AfterNumber = None) -> HttpResponse:
    """Return a page of a project's rounds, newest first; a specialist's are those that person takes part in."""
    access = open_project(caller(request), slug)
    page, next_after = numbered_page(rounds.rounds_of(access), limit=limit, after=after)
    return json_response({"rounds": [_summary(access, row) for row in page], "next_after": next_after})


@router.post(
    "/projects/{slug:slug}/rounds",
    operation_id="open_round",
    summary="Open a round",
    response=answers_to_body({201: RoundSummary}, 404, 409),
)
def open_round(request: HttpRequest, slug: Slug, new: NewRound) -> HttpResponse:
    """Have all specialists who are free judge the same items blind, before other work."""
    access = open_project(caller(request), slug)
    made = rounds.open_round(
        access.account, slug, title=new.title, choice=ItemChoice(new.choice), count=new.count, now=clock.now()
    )
    return json_response(_summary(access, made), status=201)


@router.get(
    "/projects/{slug:slug}/rounds/{count:number}",
    operation_id="read_round",
    summary="Read a round",
    response=answers({200: RoundDocument}, 403, 404),
)
def read_round(request: HttpRequest, slug: Slug, number: RoundNumber) -> HttpResponse:
    """Return a round with what the caller may see: until it is revealed nobody sees an answer, the lead included."""
    access = open_project(caller(request), slug)
    file = rounds.round_file(access, number)
    document = {
        **_summary(access, file.round),
        "item_count": len(file.items),
        "participants": [
            {"name": name_shown(access, row.account), "done": row.done, "total": row.total} for row in file.participants
        ],
        "items": None,
        "results": None,
        "possible": sorted(file.events),
        "may_post": file.may_post,
    }
    if file.sees_answers:
        from rubrica.usecases.reports.rounds import round_results  # noqa: PLC0415  (slow import: numpy)

        document["items"] = _items(access, file)
        document["results"] = round_results(access.project, file.round)
    return json_response(document)


@router.post(
    "/projects/{slug:slug}/rounds/{count:number}/items/{count:position}/posts",
    operation_id="say_in_round",
    summary="Say something about an item",
    response=answers_to_body({201: RoundPostDocument}, 404, 409),
)
def say_in_round(
    request: HttpRequest, slug: Slug, number: RoundNumber, position: Position, post: NewPost
) -> HttpResponse:
    """Say something about an item of a round that is revealed and not closed."""
    access = open_project(caller(request), slug)
    made = rounds.post_in_round(access.account, slug, number, position, text=post.text, now=clock.now())
    return json_response({"author": name_shown(access, made.author), "text": made.text, "at": made.at}, status=201)


@router.post(
    "/projects/{slug:slug}/rounds/{count:number}/reveal",
    operation_id="reveal_round",
    summary="Reveal a round",
    response=answers({204: None}, 403, 404, 409),
)
def reveal_round(request: HttpRequest, slug: Slug, number: RoundNumber) -> Status[None]:
    """Let those who have judged everything see how the others did; it takes two of them."""
    return _move(request, slug, number, RoundEvent.REVEAL)


@router.post(
    "/projects/{slug:slug}/rounds/{count:number}/judge-again",
    operation_id="judge_round_again",
    summary="Have a round judged again",
    response=answers({204: None}, 403, 404, 409),
)
def judge_round_again(request: HttpRequest, slug: Slug, number: RoundNumber) -> Status[None]:
    """Have everybody who took part judge the items once more, after the talk."""
    return _move(request, slug, number, RoundEvent.JUDGE_AGAIN)


@router.post(
    "/projects/{slug:slug}/rounds/{count:number}/close",
    operation_id="close_round",
    summary="Close a round",
    response=answers({204: None}, 403, 404, 409),
)
def close_round(request: HttpRequest, slug: Slug, number: RoundNumber) -> Status[None]:
    """Close a round. One that was never revealed is shown by it to those who answered everything, where two did."""
    return _move(request, slug, number, RoundEvent.CLOSE)


def _move(request: HttpRequest, slug: str, number: int, event: RoundEvent) -> Status[None]:
    rounds.move_round(caller(request), slug, number, event, now=clock.now())
    return Status(204, None)


def _summary(access: ProjectAccess, row: CalibrationRound) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "guideline_version": row.guideline.number,
        "opened_at": row.opened_at,
        "owner": name_shown(access, row.owner) if row.owner else None,
        "due_at": row.due_at,
        "revealed_at": row.revealed_at,
        "closed_at": row.closed_at,
    }


def _items(access: ProjectAccess, file: RoundFile) -> list[dict[str, Any]]:
    told: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for stage in file.stages:
        for one in said(access, round_evaluations(access.project, file.round, stage)):
            told[stage, one.evaluation.item_id].append(said_document(one))
    images = pictures_of_items(access, [row.item_id for row in file.items])
    posts: defaultdict[int, list[RoundPost]] = defaultdict(list)
    for post in file.posts:
        posts[post.round_item_id].append(post)
    return [
        {
            "position": row.position,
            "item": row.item.key,
            "images": images[row.item_id],
            "before": told[1, row.item_id],
            "after": told[2, row.item_id],
            "posts": [
                {"author": name_shown(access, post.author), "text": post.text, "at": post.at} for post in posts[row.pk]
            ],
        }
        for row in file.items
    ]
