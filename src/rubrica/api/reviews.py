"""Reviews of evaluations: the queue, what was decided on one's own work, and appeals."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import Lines, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.review import MAX_COMMENT
from rubrica.kit import clock
from rubrica.records.models import Review
from rubrica.usecases import reviews
from rubrica.usecases.access import open_project

router = Router(tags=["Reviews"])

MOST_LISTED = 500
ReviewNumber = Annotated[int, Path(description="Number of the review in its project, from 1.", example=1)]


class ReviewDocument(BaseModel):
    """A look at one evaluation."""

    number: int
    evaluation: str
    item: str = Field(description="The item's key.")
    state: Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]
    criterion: str
    clause: str
    comment: str
    decided_at: datetime | None
    due_at: datetime | None = Field(description="Until when somebody is waited for; null once it is over.")


class ReviewDocuments(BaseModel):
    """Reviews, newest first."""

    reviews: list[ReviewDocument]


class Appeal(RequestBody):
    """Why what was decided is wrong."""

    reason: Lines = Field(min_length=1, max_length=MAX_COMMENT)


@router.get(
    "/projects/{slug:slug}/reviews",
    operation_id="list_reviews",
    summary="List reviews",
    response=answers({200: ReviewDocuments}, 403, 404),
)
def list_reviews(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the newest reviews of a project."""
    return _documents(reviews.reviews_of(open_project(caller(request), slug))[:MOST_LISTED])


@router.get(
    "/projects/{slug:slug}/reviews/mine",
    operation_id="list_own_reviews",
    summary="List reviews of one's own work",
    response=answers({200: ReviewDocuments}, 403, 404),
)
def list_own_reviews(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return what was decided on the caller's evaluations."""
    return _documents(reviews.own_reviews(open_project(caller(request), slug))[:MOST_LISTED])


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/appeal",
    operation_id="appeal_review",
    summary="Appeal",
    response=answers_to_body({204: None}, 404, 409),
)
def appeal_review(request: HttpRequest, slug: Slug, number: ReviewNumber, body: Appeal) -> Status[None]:
    """Say within seven days why what was decided on one's own evaluation is wrong; another person decides."""
    reviews.appeal(caller(request), slug, number, reason=body.reason, now=clock.now())
    return Status(204, None)


def _documents(rows: Iterable[Review]) -> dict[str, Any]:
    return {"reviews": [_document(row) for row in rows]}


def _document(row: Review) -> dict[str, Any]:
    return {
        "number": row.number,
        "evaluation": row.evaluation.public_id,
        "item": row.evaluation.item.key,
        "state": row.state,
        "criterion": row.criterion,
        "clause": row.clause,
        "comment": row.comment,
        "decided_at": row.decided_at,
        "due_at": row.due_at,
    }
