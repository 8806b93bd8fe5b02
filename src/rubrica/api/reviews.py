"""Reviews of evaluations: the queue, deciding, adjudicating, what was decided on one's own work, and appeals."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, Lines, PublicId, RequestBody, Slug
from rubrica.api.images import Picture
from rubrica.api.items import pictures_of_items
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterNumber, Limit, numbered_page
from rubrica.api.said import SaidDocument, said_document
from rubrica.domain.review import MAX_COMMENT, ReviewEvent, ReviewReason
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.records.models import Evaluation, Review
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases import reviews
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.pseudonyms import name_shown, reviewer_shown
from rubrica.usecases.reviews import MAX_NOTE, MOST_AT_ONCE, Verdict
from rubrica.usecases.said import said

router = Router(tags=["Reviews"])

State = Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]
Event = Literal["accept", "return", "adjudicate", "appeal", "uphold", "dismiss", "settle", "take_over"]
ReviewNumber = Annotated[int, Path(description="Number of the review in its project, from 1.", example=1)]
OnlyState = Annotated[State | None, Query(description="Only those in this state.")]


class ReviewDocument(BaseModel):
    """A look at one evaluation."""

    number: int
    evaluation: str
    item: str = Field(description="The item's key.")
    rater: str = Field(description="A pseudonym for those who may not know the name.")
    state: State
    criterion: str
    clause: str
    comment: str
    decided_at: datetime | None
    owner: str | None = Field(description="Who sees to it; null once it is over, and for the rater.")
    due_at: datetime | None = Field(description="Until when somebody is waited for; null once it is over.")


class ReviewDocuments(BaseModel):
    """One page of reviews, newest first."""

    reviews: list[ReviewDocument]
    next_after: int | None = Field(description=NEXT_AFTER)


class ReviewStepDocument(BaseModel):
    """Something that happened to a review."""

    at: datetime
    actor: str = Field(description="A pseudonym for those who may not know the name.")
    event: Event
    state: State = Field(description="What the review became by it.")
    reason: str


class ReviewFileDocument(ReviewDocument):
    """A review with all that its reader may see: a reviewer what everybody said of the item, the rater one's own."""

    item_id: str
    guideline_version: int
    images: list[Picture] = Field(description="Of the item, by item slot.")
    said: SaidDocument = Field(description="The evaluation under review.")
    everybody: list[SaidDocument] | None = Field(description="What raters said of the item; null for the rater.")
    why: Literal["sample", "disagreement", "flag"] | None = Field(
        description="Why it is looked at; null for the rater."
    )
    note: str | None = Field(description="What whoever flagged it said; null for the rater.")
    adjudicated: dict[str, int | str] | None = Field(description="What was found right, by criterion.")
    steps: list[ReviewStepDocument] = Field(description="Oldest first.")
    possible: list[Event] = Field(description="What the caller may do with it.")


class NewReviews(RequestBody):
    """What is to be looked at."""

    why: Literal["sample", "disagreement"] = Field(description="Drawn by lot, or what raters differ on.")
    count: int = Field(ge=1, le=MOST_AT_ONCE)


class QueuedReviews(BaseModel):
    """How many evaluations were queued: as far as there were any."""

    queued: int


class Flag(RequestBody):
    """Why somebody should look at it."""

    note: Lines = Field("", max_length=MAX_NOTE, description="Not for the rater.")


class FlaggedEvaluation(BaseModel):
    """The review that was opened."""

    number: int


class Acceptance(RequestBody):
    """What is said with it."""

    comment: Lines = Field("", max_length=MAX_COMMENT)
    criterion: Line = Field("", max_length=60, description="The question that it is about.")
    clause: Line = Field("", max_length=40, description="Anchor of the clause that it rests on.")


class Return(Acceptance):
    """What is wrong with it."""

    comment: Lines = Field(min_length=1, max_length=MAX_COMMENT)


class RightAnswers(Return):
    """What is right of the item, and why."""

    answers: dict[str, int | str] = Field(description="Levels of scales, codes of options, counts; by criterion.")


class Appeal(RequestBody):
    """Why what was decided is wrong."""

    reason: Lines = Field(min_length=1, max_length=MAX_COMMENT)


class AppealDecision(RequestBody):
    """Why the appeal is right, or not."""

    reason: Lines = Field(min_length=1, max_length=MAX_COMMENT)


@router.get(
    "/projects/{slug:slug}/reviews",
    operation_id="list_reviews",
    summary="List reviews",
    response=answers({200: ReviewDocuments}, 403, 404, 422),
)
def list_reviews(
    request: HttpRequest,
    slug: Slug,
    state: OnlyState = None,
    owned: Annotated[bool, Query(description="Only those that wait for the caller.")] = False,
    limit: Limit = 50,
    after: AfterNumber = None,
) -> HttpResponse:
    """Return a page of a project's reviews, newest first."""
    access = open_project(caller(request), slug)
    rows = reviews.reviews_of(access)
    return _page(access, rows.filter(owner=access.account) if owned else rows, state, limit, after)


@router.get(
    "/projects/{slug:slug}/reviews/mine",
    operation_id="list_own_reviews",
    summary="List reviews of one's own work",
    response=answers({200: ReviewDocuments}, 403, 404, 422),
)
def list_own_reviews(
    request: HttpRequest, slug: Slug, state: OnlyState = None, limit: Limit = 50, after: AfterNumber = None
) -> HttpResponse:
    """Return a page of what was decided on the caller's evaluations, newest first."""
    access = open_project(caller(request), slug)
    return _page(access, reviews.own_reviews(access), state, limit, after)


@router.post(
    "/projects/{slug:slug}/reviews",
    operation_id="queue_reviews",
    summary="Queue evaluations for review",
    response=answers_to_body({201: QueuedReviews}, 404, 409),
)
def queue_reviews(request: HttpRequest, slug: Slug, new: NewReviews) -> HttpResponse:
    """Put evaluations under the version in force into the queue; each goes to who reviews and has the fewest."""
    queued = reviews.queue_reviews(caller(request), slug, ReviewReason(new.why), new.count, now=clock.now())
    return json_response({"queued": queued}, status=201)


@router.post(
    "/projects/{slug:slug}/evaluations/{id:evaluation_id}/review",
    operation_id="flag_evaluation",
    summary="Queue one evaluation for review",
    response=answers_to_body({201: FlaggedEvaluation}, 404, 409),
)
def flag_evaluation(request: HttpRequest, slug: Slug, evaluation_id: PublicId, flag: Flag) -> HttpResponse:
    """Put one evaluation into the queue."""
    review = reviews.flag_evaluation(caller(request), slug, evaluation_id, note=flag.note, now=clock.now())
    return json_response({"number": review.number}, status=201)


@router.get(
    "/projects/{slug:slug}/reviews/{count:number}",
    operation_id="read_review",
    summary="Read a review",
    response=answers({200: ReviewFileDocument}, 403, 404),
)
def read_review(request: HttpRequest, slug: Slug, number: ReviewNumber) -> HttpResponse:
    """Return a review: for who decides with everything said of the item, for the rater once it is decided."""
    access = open_project(caller(request), slug)
    file = reviews.review_file(access, number)
    evaluation = file.review.evaluation
    rows = Evaluation.objects.of(access.project)
    decides = access.may(Permission.REVIEW)
    current = rows.filter(item=evaluation.item, superseded_by=None, is_repeat=False)
    return json_response(
        {
            **_document(access, file.review),
            "item_id": evaluation.item.public_id,
            "guideline_version": evaluation.guideline.number,
            "images": pictures_of_items(access, [evaluation.item_id])[evaluation.item_id],
            "said": said_document(said(access, rows.filter(pk=evaluation.pk))[0]),
            "everybody": [said_document(one) for one in said(access, current)] if decides else None,
            "why": file.review.why if decides else None,
            "note": file.review.note if decides else None,
            "adjudicated": file.adjudication.answers if file.adjudication is not None else None,
            "steps": [
                {
                    "at": step.at,
                    "actor": reviewer_shown(access, step.actor),
                    "event": step.event,
                    "state": step.target,
                    "reason": step.reason,
                }
                for step in file.steps
            ],
            "possible": sorted(file.events),
        }
    )


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/accept",
    operation_id="accept_review",
    summary="Accept an evaluation",
    response=answers_to_body({204: None}, 404, 409),
)
def accept_review(request: HttpRequest, slug: Slug, number: ReviewNumber, body: Acceptance) -> Status[None]:
    """Accept the evaluation under review, with or without a word."""
    return _decide(request, slug, number, Verdict(ReviewEvent.ACCEPT, body.comment, body.criterion, body.clause))


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/return",
    operation_id="return_review",
    summary="Return an evaluation",
    response=answers_to_body({204: None}, 404, 409),
)
def return_review(request: HttpRequest, slug: Slug, number: ReviewNumber, body: Return) -> Status[None]:
    """Return the evaluation with a comment; the rater revises it, takes it as it is, or appeals."""
    return _decide(request, slug, number, Verdict(ReviewEvent.RETURN, body.comment, body.criterion, body.clause))


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/adjudicate",
    operation_id="adjudicate_review",
    summary="Adjudicate the item",
    response=answers_to_body({204: None}, 404, 409),
)
def adjudicate_review(request: HttpRequest, slug: Slug, number: ReviewNumber, body: RightAnswers) -> Status[None]:
    """Say what is right of the item: a new fact beside what the raters said, never in its place."""
    verdict = Verdict(ReviewEvent.ADJUDICATE, body.comment, body.criterion, body.clause, body.answers)
    return _decide(request, slug, number, verdict)


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/take-over",
    operation_id="take_over_review",
    summary="Take over a review",
    response=answers({204: None}, 403, 404, 409),
)
def take_over_review(request: HttpRequest, slug: Slug, number: ReviewNumber) -> Status[None]:
    """Answer for a review from now on; its deadline stays."""
    reviews.take_over(caller(request), slug, number, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/settle",
    operation_id="settle_review",
    summary="Take it as it is",
    response=answers({204: None}, 403, 404, 409),
)
def settle_review(request: HttpRequest, slug: Slug, number: ReviewNumber) -> Status[None]:
    """Take what was decided on one's own evaluation as it is."""
    reviews.settle(caller(request), slug, number, now=clock.now())
    return Status(204, None)


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


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/uphold",
    operation_id="uphold_appeal",
    summary="Uphold an appeal",
    response=answers_to_body({204: None}, 404, 409),
)
def uphold_appeal(request: HttpRequest, slug: Slug, number: ReviewNumber, body: AppealDecision) -> Status[None]:
    """Say that the rater is right; what rested on the decision is repaired. Another person than who decided does."""
    return _decide_appeal(request, slug, number, body.reason, uphold=True)


@router.post(
    "/projects/{slug:slug}/reviews/{count:number}/dismiss",
    operation_id="dismiss_appeal",
    summary="Dismiss an appeal",
    response=answers_to_body({204: None}, 404, 409),
)
def dismiss_appeal(request: HttpRequest, slug: Slug, number: ReviewNumber, body: AppealDecision) -> Status[None]:
    """Say that the decision stands. Another person than who decided does."""
    return _decide_appeal(request, slug, number, body.reason, uphold=False)


def _decide(request: HttpRequest, slug: str, number: int, verdict: Verdict) -> Status[None]:
    reviews.decide(caller(request), slug, number, verdict, now=clock.now())
    return Status(204, None)


def _decide_appeal(request: HttpRequest, slug: str, number: int, reason: str, *, uphold: bool) -> Status[None]:
    reviews.decide_appeal(caller(request), slug, number, uphold=uphold, reason=reason, now=clock.now())
    return Status(204, None)


def _page(
    access: ProjectAccess, rows: ScopedQuerySet[Review], state: str | None, limit: int, after: int | None
) -> HttpResponse:
    if state is not None:
        rows = rows.filter(state=state)
    page, next_after = numbered_page(rows, limit=limit, after=after)
    return json_response({"reviews": [_document(access, row) for row in page], "next_after": next_after})


def _document(access: ProjectAccess, row: Review) -> dict[str, Any]:
    return {
        "number": row.number,
        "evaluation": row.evaluation.public_id,
        "item": row.evaluation.item.key,
        "rater": name_shown(access, row.rater),
        "state": row.state,
        "criterion": row.criterion,
        "clause": row.clause,
        "comment": row.comment,
        "decided_at": row.decided_at,
        "owner": name_shown(access, row.owner) if row.owner and access.may(Permission.REVIEW) else None,
        "due_at": row.due_at,
    }
