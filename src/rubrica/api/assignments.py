"""Assignments: the workbench as it opens, taking work, keeping it, passing it on."""

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Lines, Progress, PublicId, RequestBody, Slug
from rubrica.api.images import Picture, picture, thumbnails, thumbnails_of
from rubrica.api.me import WorkbenchPreferences
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.allocation import FIRST_ATTEMPT_PASS
from rubrica.formats.markdown import markdown_html
from rubrica.kit import clock
from rubrica.records.models import GuidelineVersion
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases import assignments, workbench
from rubrica.usecases.acknowledgements import News
from rubrica.usecases.assignments import MOST_HELD, MOST_NOTE, Offer, ShownImage, Work
from rubrica.usecases.guidelines import images_shown
from rubrica.usecases.worked_examples import ShownExample

router = Router(tags=["Work"])

DEFAULT_HOLD: Final = 2

Hold = Annotated[
    int,
    Query(
        ge=0,
        le=MOST_HELD,
        description="How many open assignments to hold: one in hand, others fetched ahead; with 0, nothing is taken.",
    ),
]
Reason = Literal[
    "offered",
    "queue_empty",
    "project_paused",
    "project_closed",
    "project_not_started",
    "hourly_limit",
    "guideline_changed",
    "test_failed",
    "engagement_paused",
    "screened",
]


class ClauseName(BaseModel):
    """A clause of the guideline."""

    anchor: str
    title: str


class ShownGuideline(BaseModel):
    """A published guideline as raters read it."""

    version: int
    content_hash: str = Field(description="SHA-256 of guideline and rubric together; stands on every evaluation.")
    html: str = Field(description="Sanitised HTML; the heading of a clause carries its anchor as `id`.")
    clauses: list[ClauseName]


class OpenedProject(BaseModel):
    """The project that one works in."""

    slug: str
    name: str
    is_sensitive: bool = Field(description="Whether images stay blurred until they are revealed.")


class Rater(BaseModel):
    """Who works here."""

    name: str


class OwnToday(BaseModel):
    """What the rater did in the project today, in the rater's own zone."""

    evaluations: int
    active_ms: int = Field(description="Time at work as the workbench measured it, in milliseconds.")


class WorkbenchLimits(BaseModel):
    """What the server allows."""

    hold: int = Field(description="How many assignments to hold at a time.")


class UnreadGuideline(BaseModel):
    """What changed in the guideline since the rater last read it."""

    known: int = Field(description="The version that the rater knows.")
    version: int = Field(description="The version in force, to be read and acknowledged.")
    change_class: Literal["clarification", "breaking"]
    summary: str = Field(description="What the versions since then say of themselves.")
    blocks: bool = Field(description="Whether no new work is given before it is acknowledged.")


class WorkedExample(BaseModel):
    """An item with the right answer to a question, a tempting wrong one, and why."""

    criterion: str
    clause: str | None = Field(description="Anchor of the clause that it stands beside.")
    item: str = Field(description="Key of the item.")
    images: list[str] = Field(description="Thumbnails, in the order of the slots.")
    right: int | str
    right_in_words: str
    wrong: int | str
    wrong_in_words: str
    why: str


class WorkbenchSetup(BaseModel):
    """All that the workbench needs before the first item."""

    project: OpenedProject
    rater: Rater
    guideline: ShownGuideline
    rubric: dict[str, Any] = Field(
        description="The rubric, as the reference describes the format; its worked examples stand apart."
    )
    examples: dict[str, str] = Field(description="Thumbnails of the items that levels and options show, by item key.")
    worked_examples: list[WorkedExample] = Field(
        description="Those whose items the rater cannot be given any more: an example tells the answer."
    )
    limits: WorkbenchLimits
    progress: Progress
    today: OwnToday
    unread: UnreadGuideline | None = Field(
        description="What the rater has yet to acknowledge, where there is anything."
    )
    preferences: WorkbenchPreferences | None = Field(description="How the person works, where anything was chosen.")


class ProposedAnswer(BaseModel):
    """What a technical check proposes, for the rater to confirm or to change."""

    criterion: str
    answer: int | str
    because: str = Field(description="What was measured, in words.")


class Assignment(BaseModel):
    """An item lent to the rater for a while. It tells nothing of models, metadata or other raters."""

    id: str
    item: str = Field(description="The item's key in its project.")
    leased_until: datetime
    guideline_version: int = Field(description="The version that the answer is judged by.")
    prompt: str | None = Field(description="What the picture was made from, where the rubric shows it.")
    images: list[Picture]
    proposals: list[ProposedAnswer]
    is_test: bool = Field(description="Whether it belongs to a test or calibration, and counts apart.")


class TakenWork(BaseModel):
    """What the rater holds now, and why there is not more of it."""

    assignments: list[Assignment]
    reason: Reason
    progress: Progress
    again_at: datetime | None = Field(description="Where the hourly limit is reached: when work is given again.")


class TakeRequest(RequestBody):
    """How much to hold."""

    hold: int = Field(
        DEFAULT_HOLD, ge=1, le=MOST_HELD, description="How many open assignments to hold, counting those already open."
    )


class SkipRequest(RequestBody):
    """Why an item is passed on."""

    reason: Literal["did_not_load", "too_hard", "conflict_of_interest", "distressing", "other"]
    note: Lines = Field("", max_length=MOST_NOTE)


class Renewal(BaseModel):
    """How long the rater keeps the item now."""

    leased_until: datetime


@router.post(
    "/projects/{slug:slug}/assignments",
    operation_id="take_assignments",
    summary="Take work",
    response=answers_to_body({200: TakenWork}, 404, 409),
)
def take_assignments(request: HttpRequest, slug: Slug, take: TakeRequest) -> HttpResponse:
    """Top up what the rater holds and return all of it, oldest first; what is already open comes first."""
    work = assignments.take_assignments(caller(request), slug, hold=take.hold, now=clock.now())
    return json_response(taken_work(work))


@router.post(
    "/assignments/{id:assignment_id}/skip",
    operation_id="skip_assignment",
    summary="Pass an item on",
    response=answers_to_body({200: TakenWork}, 404, 409),
)
def skip_assignment(
    request: HttpRequest, assignment_id: PublicId, skip: SkipRequest, hold: Hold = DEFAULT_HOLD
) -> HttpResponse:
    """Give the item back with a reason, and take the next work. Skipping twice is the same as skipping once."""
    work = assignments.skip_assignment(
        caller(request), assignment_id, reason=skip.reason, note=skip.note, hold=hold, now=clock.now()
    )
    return json_response(taken_work(work))


@router.post(
    "/assignments/{id:assignment_id}/renewal",
    operation_id="renew_assignment",
    summary="Keep an item longer",
    response=answers({200: Renewal}, 403, 404, 409),
)
def renew_assignment(request: HttpRequest, assignment_id: PublicId) -> Renewal:
    """Start another lease of an open assignment."""
    return Renewal(leased_until=assignments.renew_assignment(caller(request), assignment_id, now=clock.now()))


@router.get(
    "/projects/{slug:slug}/workbench",
    operation_id="open_workbench",
    summary="Open the workbench",
    response=answers({200: WorkbenchSetup}, 403, 404, 409, 422),
)
def open_workbench(
    request: HttpRequest,
    slug: Slug,
    version: Annotated[
        int | None,
        Query(ge=1, le=999_999, description="Another version than that in force, under which an assignment is held."),
    ] = None,
) -> HttpResponse:
    """Return the guideline and rubric to work under, and how far the rater has come."""
    account = caller(request)
    opened = workbench.open_workbench(account, slug, version=version, now=clock.now())
    guideline = opened.version
    return json_response(
        {
            "project": {
                "slug": guideline.project.slug,
                "name": guideline.project.name,
                "is_sensitive": guideline.project.is_sensitive,
            },
            "rater": {"name": account.name},
            "guideline": {
                "version": guideline.number,
                "content_hash": guideline.content_hash,
                "html": _html_of_version(guideline.pk, guideline.content_hash, guideline.project.is_sensitive),
                "clauses": [{"anchor": clause.anchor, "title": clause.title} for clause in opened.clauses],
            },
            "rubric": opened.rubric.without_worked_examples().as_json(),
            "examples": thumbnails(opened.examples),
            "worked_examples": [_worked_example(shown) for shown in opened.worked],
            "limits": {"hold": DEFAULT_HOLD},
            "progress": _progress(opened.done, opened.total),
            "today": {
                "evaluations": opened.today.evaluations,
                "active_ms": round(opened.today.active_seconds * 1_000),
            },
            "unread": unread_guideline(opened.news),
            "preferences": opened.preferences,
        }
    )


def _worked_example(shown: ShownExample) -> dict[str, Any]:
    return {
        "criterion": shown.criterion.id,
        "clause": shown.clause,
        "item": shown.example.item,
        "images": thumbnails_of(shown.images),
        "right": shown.example.right,
        "right_in_words": shown.right,
        "wrong": shown.example.wrong,
        "wrong_in_words": shown.wrong,
        "why": shown.example.why,
    }


def unread_guideline(news: News | None) -> dict[str, Any] | None:
    """Return what is unread as :class:`UnreadGuideline` describes it."""
    if news is None:
        return None
    return {
        "known": news.known.number,
        "version": news.in_force.number,
        "change_class": news.change_class.value,
        "summary": news.summary,
        "blocks": news.blocks,
    }


@lru_cache(maxsize=32)
def _html_of_version(version_id: int, content_hash: str, is_sensitive: bool) -> str:  # noqa: ARG001  (parts of the key)
    """Render a published version once: it never changes."""
    versions = GuidelineVersion.objects.everywhere("the caller has been shown this version")
    version = versions.select_related("project").get(pk=version_id)
    return markdown_html(version.markdown, thumbnails(images_shown(version.project, version.markdown)))


def taken_work(work: Work) -> dict[str, Any]:
    """Return work as :class:`TakenWork` describes it, in plain values: ninja's own way costs too much here."""
    return {
        "assignments": [_assignment(offer) for offer in work.assignments],
        "reason": work.reason,
        "progress": _progress(work.done, work.total),
        "again_at": work.again_at,
    }


def _assignment(offer: Offer) -> dict[str, Any]:
    held = offer.held
    return {
        "id": held.public_id,
        "item": held.item_key,
        "leased_until": held.lease_ends,
        "guideline_version": held.guideline_number,
        "prompt": shown_prompt(held.guideline_id, held.guideline_hash, held.prompt),
        "images": pictures(offer.images),
        "proposals": [asdict(proposal) for proposal in offer.proposals],
        "is_test": held.pass_number >= FIRST_ATTEMPT_PASS,
    }


def shown_prompt(guideline_id: int, guideline_hash: str, prompt: str) -> str | None:
    """Return the prompt where the rubric has raters see it."""
    return prompt if prompt and rubric_of_version(guideline_id, guideline_hash).prompt == "shown" else None


def pictures(images: tuple[ShownImage, ...]) -> list[dict[str, Any]]:
    """Return images at the places where the rater sees them."""
    return [
        picture(image.place, image.public_id, image.width, image.height, has_pyramid=image.has_pyramid)
        for image in images
    ]


def _progress(done: int, total: int) -> dict[str, int]:
    return {"done": done, "remaining": max(0, total - done)}
