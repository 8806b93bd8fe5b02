"""Evaluations: submitting one, looking back at one's own, revising the last."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from rubrica.api.assignments import DEFAULT_HOLD, Hold, TakenWork, pictures, shown_prompt, taken_work
from rubrica.api.authentication import caller
from rubrica.api.body import json_body, json_response
from rubrica.api.fields import PublicId, RequestBody, Slug
from rubrica.api.images import IMAGES_PATH, Picture
from rubrica.api.openapi import answers, answers_to_body, json_content
from rubrica.domain.consistency import QuestionRule
from rubrica.domain.gold import overall
from rubrica.domain.mark import Slot
from rubrica.kit import clock
from rubrica.usecases import evaluations
from rubrica.usecases.evaluations import KEY_LENGTH, REASON_LENGTH, OwnEvaluation, Receipt
from rubrica.usecases.gold_scores import ScoredItem

router = Router(tags=["Work"])

MOST_LISTED: Final = 50


class Geometry(RequestBody):
    """Where a mark lies, in fractions of the displayed image.

    A point has `x` and `y`; a box also `width` and `height`; a polygon has `points`; a brush has `width`,
    `height` and `strokes`, each a list of points; the whole image has nothing.
    """

    x: float | None = Field(None, ge=0, le=1)
    y: float | None = Field(None, ge=0, le=1)
    width: float | None = Field(None, ge=0, le=1)
    height: float | None = Field(None, ge=0, le=1)
    points: list[tuple[float, float]] | None = Field(None, min_length=3, max_length=500)
    strokes: list[list[tuple[float, float]]] | None = Field(None, min_length=1, max_length=50)


class Mark(RequestBody):
    """A place where the rater saw an error."""

    image: Slot | None = Field(None, description="As shown; may be left out where there is one image.")
    shape: Literal["point", "box", "polygon", "brush", "whole"]
    geometry: Geometry | None = None
    code: str | None = Field(None, description="Full code of the taxonomy, such as `ANAT.extra`.")
    part: str | None = None
    severity: int | None = None
    note: str | None = None
    missing: bool | None = Field(None, description="Whether something should be in this place and is not.")
    clause: str | None = Field(None, description="Anchor of the guideline clause that the mark rests on.")
    pair: int | None = Field(
        None, description="Number of the mark of the same on the other image, counted from 1; each names the other."
    )


class CannotJudge(RequestBody):
    """Why the item was not judged."""

    reason: str = Field(description="A code of the rubric's `cannot_judge`.")
    note: str | None = None


class Viewing(RequestBody):
    """How the item was seen, as the client measured it."""

    device_pixel_ratio: float | None = None
    viewport_width: float | None = None
    viewport_height: float | None = None
    maximum_zoom: float | None = None
    active_ms: float | None = None
    first_action_ms: float | None = None
    wipe_ms: float | None = None
    blink_ms: float | None = None
    difference_ms: float | None = None
    onion_ms: float | None = None
    unlocked_ms: float | None = None
    loupe_ms: float | None = None
    adjusted_ms: float | None = None
    revealed_ms: float | None = None
    grayscale_ms: float | None = None
    maximum_amplification: float | None = None
    brightness: float | None = None
    contrast: float | None = None
    gamma: float | None = None
    channels: list[Literal["red", "green", "blue", "luminance"]] | None = None


class Kept(RequestBody):
    """A question about scores and evidence that was asked before sending, and answered with "keep"."""

    rule: QuestionRule
    criterion: str
    mark: int | None = Field(None, description="Number of the mark it was about, counted from 1.")


class Answer(RequestBody):
    """What a rater says about one item. The rubric of the assignment's guideline version decides what is taken."""

    answers: dict[str, int | float | str | list[str] | None] | None = Field(
        None,
        description="By criterion: a level, a count, the code of an option, an order, a text, codes ticked or words.",
    )
    marks: list[Mark] | None = Field(None, max_length=200)
    explanation: str | None = Field(None, description="Cites marks as `[[1]]`, counted from 1.")
    cannot_judge: CannotJudge | None = Field(None, description="Instead of answers.")
    viewing: Viewing | None = None
    kept: list[Kept] | None = None


class ReceiptDocument(BaseModel):
    """Proof that an evaluation is stored: it is on disk before this is sent."""

    evaluation: str
    submitted_at: datetime
    body_sha256: str = Field(description="SHA-256 of the body's canonical JSON (RFC 8785).")
    replayed: bool = Field(description="Whether the same body came with the same key before.")


class MissedAnswer(BaseModel):
    """An answer that was not the right one, in words."""

    criterion: str
    given: str
    right: str


class Feedback(BaseModel):
    """What was right of an item for practice."""

    right: int
    asked: int
    missed: list[MissedAnswer]
    note: str = Field(description="Why it is right, where whoever made the item gold has said so.")


class Submitted(TakenWork):
    """The receipt, and the work that follows."""

    receipt: ReceiptDocument
    feedback: Feedback | None = Field(description="What was right, where the item was for practice.")


class Revision(RequestBody):
    """A better answer, and what changed."""

    answer: dict[str, Any] = Field(description="An Answer.")
    reason: str = Field(min_length=REASON_LENGTH[0], max_length=REASON_LENGTH[1])


class Revised(BaseModel):
    """The receipt of a revision."""

    receipt: ReceiptDocument


class PastEvaluation(BaseModel):
    """One of the rater's own evaluations, as it was shown and answered."""

    id: str
    item: str
    submitted_at: datetime
    thumbnail_url: str
    revisable: bool = Field(description="Whether the rater may still supersede it by a better one.")
    guideline_version: int = Field(description="The version that it was judged under.")
    prompt: str | None
    images: list[Picture]
    answer: dict[str, Any] = Field(description="The Answer as given.")


class PastEvaluations(BaseModel):
    """The rater's own evaluations, newest first."""

    evaluations: list[PastEvaluation]


KEY_HEADER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made and kept by the client before sending: the same key and body give the same receipt.",
    "schema": {
        "type": "string",
        "minLength": KEY_LENGTH[0],
        "maxLength": KEY_LENGTH[1],
        "pattern": r"^[\x20-\x7e]*$",
        "examples": ["5f0c6f0e-8f5b-4a53-9d3a-0d5f3f6f9b1e"],
    },
}
_SUBMISSION: Final = {
    "parameters": [KEY_HEADER],
    "requestBody": {"required": True, "content": json_content(Answer)},
    "responses": {200: {"description": "Stored before under the same key; nothing was stored again."}},
}


@router.post(
    "/assignments/{id:assignment_id}/submission",
    operation_id="submit_evaluation",
    summary="Submit an evaluation",
    openapi_extra=_SUBMISSION,
    response=answers_to_body({200: Submitted, 201: Submitted}, 404, 409),
)
def submit_evaluation(request: HttpRequest, assignment_id: PublicId, hold: Hold = DEFAULT_HOLD) -> HttpResponse:
    """Store an answer and return the receipt with the next work, in one transaction.

    Send it again with the same `Idempotency-Key` until there is a receipt. An answer whose lease has ended is taken
    as long as nobody else has completed the item; otherwise it is kept but not counted (409 `lease-lost`).
    """
    submission = evaluations.submit_evaluation(
        caller(request), assignment_id, payload=json_body(request), key=key_of(request), hold=hold, now=clock.now()
    )
    answer = {
        "receipt": _receipt(submission.receipt),
        "feedback": _feedback(submission.feedback) if submission.feedback is not None else None,
        **taken_work(submission.work),
    }
    return json_response(answer, status=200 if submission.receipt.is_replay else 201)


@router.post(
    "/evaluations/{id:evaluation_id}/revision",
    operation_id="revise_evaluation",
    summary="Revise one of one's own evaluations",
    openapi_extra={"parameters": [KEY_HEADER]},
    response=answers_to_body({200: Revised, 201: Revised}, 404, 409),
)
def revise_evaluation(request: HttpRequest, evaluation_id: PublicId, revision: Revision) -> HttpResponse:
    """Append an evaluation that supersedes one of the rater's own; both stay on record.

    That can be done as long as the guideline it was judged under is in force and the project is not closed.
    """
    receipt = evaluations.revise_evaluation(
        caller(request),
        evaluation_id,
        payload=revision.answer,
        reason=revision.reason,
        key=key_of(request),
        now=clock.now(),
    )
    return json_response({"receipt": _receipt(receipt)}, status=200 if receipt.is_replay else 201)


@router.get(
    "/projects/{slug:slug}/evaluations/mine",
    operation_id="list_own_evaluations",
    summary="Look back at one's own evaluations",
    response=answers({200: PastEvaluations}, 403, 404, 422),
)
def list_own_evaluations(
    request: HttpRequest,
    slug: Slug,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 5,
    only: Annotated[
        str | None, Query(pattern="^[A-Za-z0-9_-]{1,40}$", description="Of one evaluation, by its id.")
    ] = None,
) -> HttpResponse:
    """Return the rater's own latest evaluations, without those that were superseded."""
    own = evaluations.own_evaluations(caller(request), slug, limit=limit, only=only)
    return json_response({"evaluations": [_past(evaluation) for evaluation in own]})


def key_of(request: HttpRequest) -> str:
    """Return the key under which a request may be sent again without happening twice; empty where it has none."""
    key: str = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    return key


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "evaluation": receipt.evaluation,
        "submitted_at": receipt.submitted_at,
        "body_sha256": receipt.body_sha256,
        "replayed": receipt.is_replay,
    }


def _feedback(scored: ScoredItem) -> dict[str, Any]:
    total = overall(scored.scores)
    return {
        "right": total.right,
        "asked": total.n,
        "missed": [asdict(miss) for miss in scored.missed],
        "note": scored.gold.note,
    }


def _past(own: OwnEvaluation) -> dict[str, Any]:
    evaluation = own.evaluation
    return {
        "id": evaluation.public_id,
        "item": evaluation.item.key,
        "submitted_at": evaluation.submitted_at,
        "thumbnail_url": f"{IMAGES_PATH}/{own.images[0].public_id}/thumbnail",
        "revisable": not own.not_revisable,
        "guideline_version": evaluation.guideline.number,
        "prompt": shown_prompt(evaluation.guideline_id, evaluation.guideline_hash, evaluation.item.prompt),
        "images": pictures(own.images),
        "answer": evaluation.answer,
    }
