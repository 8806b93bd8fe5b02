"""Gold: items with known answers, what could become gold, and the plan of what is asked on it."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status
from pydantic import BaseModel, Field, StringConstraints

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Lines, PublicId, RequestBody, Slug
from rubrica.api.images import thumbnail_url
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.records.models import GoldPlan
from rubrica.usecases import attempts, gold, gold_proposals, gold_scores
from rubrica.usecases.access import open_project
from rubrica.usecases.gold_proposals import MOST_PROPOSED

router = Router(tags=["Gold"])

Source = Literal["expert", "agreement", "ruling", "planted", "adjudication", "repeat"]
GoldNumber = Annotated[int, Path(description="Number of the gold item in its project, from 1.", example=1)]


def _planned(name: str) -> Any:
    lowest, highest = gold.PLAN_RANGES[name]
    return Field(None, ge=lowest, le=highest)


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


class GoldPlanDocument(BaseModel):
    """What a project asks of its people on gold items."""

    gold_percent: int = Field(description="How many of a hundred evaluations are of gold, unannounced.")
    test_items: int = Field(description="Of the test that new specialists pass before other work; 0 for no test.")
    pass_percent: int = Field(description="What the lower end of the 90 % interval of right answers must reach.")
    retake_days: int
    clarification_items: int
    breaking_items: int
    tolerances: dict[str, int] = Field(
        description="How far from the right one an answer may lie, by criterion, where it is not the usual."
    )


class GoldPlanChange(RequestBody):
    """What is to be asked otherwise; what is left out stays."""

    gold_percent: int | None = _planned("gold_percent")
    test_items: int | None = _planned("test_items")
    pass_percent: int | None = _planned("pass_percent")
    retake_days: int | None = _planned("retake_days")
    clarification_items: int | None = _planned("clarification_items")
    breaking_items: int | None = _planned("breaking_items")
    tolerances: dict[str, int | None] = Field({}, description="By criterion, of scales and counts; null for the usual.")


class GoldProposal(BaseModel):
    """An item that could become gold, why, and with which answers."""

    item: str = Field(description="Identifier of the item.")
    key: str
    thumbnail_url: str
    source: Source
    answers: dict[str, int | str]
    because: str


class GoldProposals(BaseModel):
    """Items that could become gold."""

    proposals: list[GoldProposal]


class ChosenProposals(RequestBody):
    """Which of them become gold."""

    items: list[Annotated[str, StringConstraints(max_length=PUBLIC_ID_LENGTH)]] = Field(
        min_length=1, max_length=MOST_PROPOSED, description="Identifiers, as the proposals name them."
    )


class MadeOfProposals(BaseModel):
    """How many gold items were made."""

    made: int


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


@router.post(
    "/projects/{slug:slug}/gold/{count:number}/practice",
    operation_id="keep_gold_for_practice",
    summary="Keep a gold item for practice",
    response=answers({204: None}, 403, 404),
)
def keep_gold_for_practice(request: HttpRequest, slug: Slug, number: GoldNumber) -> Status[None]:
    """Show it with what is right once somebody has judged it, and ask it nowhere else."""
    gold.keep_for_practice(caller(request), slug, number, now=clock.now())
    return Status(204, None)


@router.get(
    "/projects/{slug:slug}/gold/plan",
    operation_id="read_gold_plan",
    summary="Read the plan",
    response=answers({200: GoldPlanDocument}, 403, 404),
)
def read_gold_plan(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return what is asked of people on gold items."""
    access = open_project(caller(request), slug, Permission.MANAGE_GOLD)
    return _plan(gold.plan_of(access.project))


@router.patch(
    "/projects/{slug:slug}/gold/plan",
    operation_id="change_gold_plan",
    summary="Change the plan",
    response=answers_to_body({200: GoldPlanDocument}, 404),
)
def change_gold_plan(request: HttpRequest, slug: Slug, change: GoldPlanChange) -> dict[str, Any]:
    """Change what is asked of people on gold items, from now on."""
    numbers = change.model_dump(exclude_none=True, exclude={"tolerances"})
    plan = gold.change_plan(caller(request), slug, numbers=numbers, tolerances=change.tolerances, now=clock.now())
    return _plan(plan)


@router.get(
    "/projects/{slug:slug}/gold/proposals",
    operation_id="list_gold_proposals",
    summary="List what could become gold",
    response=answers({200: GoldProposals}, 403, 404),
)
def list_gold_proposals(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return items that could become gold, at most sixty: ruled on, adjudicated, with planted faults, judged alike."""
    rows = gold_proposals.proposals(open_project(caller(request), slug))
    return {
        "proposals": [
            {
                "item": row.item.public_id,
                "key": row.item.key,
                "thumbnail_url": thumbnail_url(row.image),
                "source": row.source,
                "answers": row.answers,
                "because": row.because,
            }
            for row in rows
        ]
    }


@router.post(
    "/projects/{slug:slug}/gold/proposals",
    operation_id="accept_gold_proposals",
    summary="Make gold of proposals",
    response=answers_to_body({200: MadeOfProposals}, 404, 409),
)
def accept_gold_proposals(request: HttpRequest, slug: Slug, chosen: ChosenProposals) -> dict[str, int]:
    """Make proposed items gold with the answers that they are proposed with; what is proposed no longer is left."""
    return {"made": gold_proposals.accept_proposals(caller(request), slug, chosen.items, now=clock.now())}


def _plan(plan: GoldPlan) -> dict[str, Any]:
    numbers = {name: getattr(plan, name) for name in gold.PLAN_RANGES.keys() - {"gold_percent"}}
    return {"gold_percent": plan.project.gold_percent, **numbers, "tolerances": plan.tolerances}
