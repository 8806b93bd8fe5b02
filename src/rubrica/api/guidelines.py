"""Guidelines: the draft that a lead writes, and the versions that never change."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.assignments import UnreadGuideline, unread_guideline
from rubrica.api.authentication import caller
from rubrica.api.errors import PreconditionMissingError
from rubrica.api.fields import Amount, Line, RequestBody, Slug, amount_document
from rubrica.api.images import thumbnails, thumbnails_of
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.guideline import MAX_GUIDELINE_BYTES
from rubrica.domain.guideline_changes import Changes
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.markdown import markdown_html
from rubrica.kit import clock
from rubrica.records.models import GuidelineDraft, GuidelineVersion
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import guidelines
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.acknowledgements import acknowledge, news_for
from rubrica.usecases.errors import EditConflictError
from rubrica.usecases.reevaluation import Impact, impact_of_draft
from rubrica.usecases.worked_examples import changes_for, images_of_changes, rubric_for

router = Router(tags=["Guidelines"])

VersionNumber = Annotated[int, Path(description="Number of the version, from 1.", example=1)]
_ETAG = re.compile('(?:W/)?"([0-9]{1,9})"')
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the draft that the changes start from.",
    "schema": {"type": "string", "examples": ['"3"']},
}


class Draft(BaseModel):
    """The guideline as it is being written."""

    revision: int = Field(description="Rises with each save; stands in the ETag.")
    markdown: str
    rubric: dict[str, Any] = Field(description="The rubric, as the reference describes the format.")
    updated_at: datetime
    updated_by: str


class DraftChange(RequestBody):
    """Guideline and rubric to save."""

    markdown: str = Field(max_length=MAX_GUIDELINE_BYTES)
    rubric: dict[str, Any] = Field(description="The rubric, as the reference describes the format.")


class Publication(RequestBody):
    """What the next version is about."""

    summary: Line = Field("", max_length=400, description="One line for those who work under it.")
    change_class: Literal["editorial", "clarification", "breaking"] = Field(
        "clarification", description="What the version asks of people: nothing, to read it, or to be calibrated anew."
    )
    reevaluate: Literal["none", "sample", "disputed", "all"] = Field(
        "none", description="Which of the items that the change reaches are queued again; see *Preview the impact*."
    )
    sample: int = Field(0, ge=0, le=1_000_000, description="Of a sample, how many items.")


class VersionSummary(BaseModel):
    """A published version of the guideline."""

    number: int
    content_hash: str = Field(description="SHA-256 of guideline and rubric together.")
    change_class: str
    summary: str
    published_at: datetime
    published_by: str
    in_force: bool


class Versions(BaseModel):
    """Published versions, newest first."""

    versions: list[VersionSummary]


class Version(VersionSummary):
    """A published version with its text."""

    markdown: str
    html: str = Field(description="Sanitised HTML; the heading of a clause carries its anchor as `id`.")
    rubric: dict[str, Any]


class Stretch(BaseModel):
    """Words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class PartChange(BaseModel):
    """A clause of the guideline, or a part of the rubric, that differs."""

    part: Literal["guideline", "rubric"]
    place: str = Field(
        description="The anchor of a clause, empty for what stands before the first; of a rubric its part, such as "
        "`criteria.overall` or `taxonomy.ANAT.extra`."
    )
    kind: Literal["added", "removed", "changed"]
    stretches: list[Stretch] = Field(description="The part in the order of reading, word by word.")


class ExampleAnswers(BaseModel):
    """What an example says of its item, in words."""

    right: str
    wrong: str = Field(description="The tempting answer of a worked example; empty for an example of a level.")
    why: str


class ExampleChange(BaseModel):
    """An example that came, went, or whose answers are others now."""

    criterion: str
    item: str = Field(description="Key of the item.")
    kind: Literal["added", "removed", "changed"]
    before: ExampleAnswers | None
    after: ExampleAnswers | None
    images: list[str] = Field(description="Thumbnails of the item, in the order of its slots.")


class GuidelineChanges(BaseModel):
    """All that differs between two states of a guideline; empty where they are the same."""

    changes: list[PartChange]
    examples: list[ExampleChange]


class ImpactDocument(BaseModel):
    """What publishing the draft would reach among what was judged."""

    criteria: list[str] = Field(description="Questions that are put otherwise, whose clause is, or that are gone.")
    added: list[str] = Field(description="New questions: they reach everything that was judged.")
    codes: list[str] = Field(description="Codes that mean something else.")
    clauses: list[str] = Field(description="Anchors whose text differs.")
    items: int = Field(description="Items with evaluations that stand on any of these.")
    disputed: int = Field(description="Those of them on which raters differ: two levels of a scale, or another answer.")
    evaluations: int
    raters: int
    overlap: int = Field(description="How many evaluations each item that is queued again will get.")
    seconds_each: float | None = Field(description="Median time at work of the newest evaluations.")
    hours: float | None = Field(description="To judge all of the items anew, all raters together.")
    hours_disputed: float | None
    cost: Amount | None = Field(description="Of those hours, at what the project reckons an hour to cost.")
    cost_disputed: Amount | None


class NewsOfGuideline(BaseModel):
    """What the caller has yet to read, and what differs from what the caller knows."""

    unread: UnreadGuideline | None = Field(description="Null where everything is read.")
    changes: list[PartChange]
    examples: list[ExampleChange]


class AcknowledgementRequest(RequestBody):
    """What was read."""

    version: int = Field(ge=1, le=999_999, description="The version in force.")


OldVersion = Annotated[int | None, Query(description="The older version; left out: nothing, so that all is new.")]
NewVersion = Annotated[int | None, Query(description="The newer version; left out: the draft, for those who write it.")]


@router.get(
    "/projects/{slug:slug}/guideline/draft",
    operation_id="read_guideline_draft",
    summary="Read the draft",
    response=answers({200: Draft}, 403, 404),
)
def read_guideline_draft(request: HttpRequest, response: HttpResponse, slug: Slug) -> Draft:
    """Return what the lead is writing; the ETag goes with the next save."""
    return _draft_document(response, guidelines.draft_of(open_project(caller(request), slug)))


@router.put(
    "/projects/{slug:slug}/guideline/draft",
    operation_id="save_guideline_draft",
    summary="Save the draft",
    openapi_extra={"parameters": [_IF_MATCH]},
    response=answers_to_body({200: Draft}, 404, 412, 428),
)
def save_guideline_draft(request: HttpRequest, response: HttpResponse, slug: Slug, draft: DraftChange) -> Draft:
    """Save guideline and rubric, unless somebody else has saved since the revision in `If-Match` was read.

    Then the answer is 412, and its member `changes` leads from what is stored to what was sent, as in
    *Compare versions*.
    """
    saved = guidelines.save_draft(
        caller(request),
        slug,
        markdown=draft.markdown,
        rubric=draft.rubric,
        revision=_revision(request),
        now=clock.now(),
    )
    return _draft_document(response, saved)


@router.get(
    "/projects/{slug:slug}/guideline/versions",
    operation_id="list_guideline_versions",
    summary="List published versions",
    response=answers({200: Versions}, 403, 404),
)
def list_guideline_versions(request: HttpRequest, slug: Slug) -> Versions:
    """Return the published versions, newest first; specialists see the one in force."""
    access = open_project(caller(request), slug)
    in_force = access.project.guideline_id
    return Versions(versions=[_summary(version, in_force) for version in guidelines.versions_of(access)])


@router.post(
    "/projects/{slug:slug}/guideline/versions",
    operation_id="publish_guideline",
    summary="Publish the draft",
    openapi_extra={"parameters": [{**_IF_MATCH, "required": False}]},
    response=answers_to_body({201: VersionSummary}, 404, 409, 412),
)
def publish_guideline(request: HttpRequest, slug: Slug, publication: Publication) -> Status[VersionSummary]:
    """Publish the draft as the next version, which never changes. New work is judged under it from now on.

    With the draft's ETag in `If-Match` it is published as it was read, or not at all: where somebody else has saved
    since, the answer is 412, and its member `changes` leads from the version in force to what would be published now.
    """
    version = guidelines.publish_guideline(
        caller(request),
        slug,
        summary=publication.summary,
        change_class=ChangeClass(publication.change_class),
        which=Which(publication.reevaluate),
        sample=publication.sample,
        revision=_revision(request) if "HTTP_IF_MATCH" in request.META else None,
        now=clock.now(),
    )
    return Status(201, _summary(version, version.pk))


@router.get(
    "/projects/{slug:slug}/guideline/versions/{count:number}",
    operation_id="read_guideline_version",
    summary="Read a published version",
    response=answers({200: Version}, 403, 404),
)
def read_guideline_version(request: HttpRequest, slug: Slug, number: VersionNumber) -> Version:
    """Return a version with guideline and rubric.

    To whom evaluates, the rubric comes without worked examples of items that the person may still be given.
    """
    access = open_project(caller(request), slug)
    version = guidelines.version_of(access, number)
    summary = _summary(version, access.project.guideline_id)
    return Version(
        **summary.model_dump(),
        markdown=version.markdown,
        html=markdown_html(version.markdown, thumbnails(guidelines.images_shown(access.project, version.markdown))),
        rubric=rubric_for(access, parse_rubric(version.rubric)).as_json(),
    )


@router.get(
    "/projects/{slug:slug}/guideline/changes",
    operation_id="compare_guidelines",
    summary="Compare versions",
    response=answers({200: GuidelineChanges}, 403, 404, 422),
)
def compare_guidelines(
    request: HttpRequest, slug: Slug, old: OldVersion = None, new: NewVersion = None
) -> dict[str, object]:
    """Return what differs between two versions, clause by clause and word by word, and example by example."""
    access = open_project(caller(request), slug)
    changes = guidelines.changes_between(access, old, new)
    return {"changes": changes.as_json(), "examples": _changed_examples(access, changes)}


@router.get(
    "/projects/{slug:slug}/guideline/impact",
    operation_id="preview_impact",
    summary="Preview the impact",
    response=answers({200: ImpactDocument}, 403, 404),
)
def preview_impact(request: HttpRequest, slug: Slug) -> dict[str, object]:
    """Return what publishing the draft as it is saved would reach. What is counted here is what is queued again."""
    access = open_project(caller(request), slug)
    return impact_document(access, impact_of_draft(access))


@router.get(
    "/projects/{slug:slug}/guideline/news",
    operation_id="read_guideline_news",
    summary="Read what changed",
    response=answers({200: NewsOfGuideline}, 403, 404),
)
def read_guideline_news(request: HttpRequest, slug: Slug) -> dict[str, object]:
    """Return what changed since the caller last acknowledged the guideline, or joined."""
    access = open_project(caller(request), slug, Permission.EVALUATE)
    news = news_for(access.account, access.project.pk)
    changes = changes_for(access, news.changes()) if news else Changes((), ())
    return {
        "unread": unread_guideline(news),
        "changes": changes.as_json(),
        "examples": _changed_examples(access, changes),
    }


@router.post(
    "/projects/{slug:slug}/guideline/acknowledgement",
    operation_id="acknowledge_guideline",
    summary="Acknowledge the guideline",
    response=answers_to_body({204: None}, 404, 409),
)
def acknowledge_guideline(request: HttpRequest, slug: Slug, read: AcknowledgementRequest) -> Status[None]:
    """Keep that the caller has read the version in force; after a breaking change, new work is given again."""
    acknowledge(caller(request), slug, number=read.version, now=clock.now())
    return Status(204, None)


def impact_document(access: ProjectAccess, impact: Impact) -> dict[str, object]:
    """Return what a change would reach; what people are paid is told to those who run the project only."""
    sees_cost = access.may(Permission.MANAGE_PROJECT)
    return {
        "criteria": sorted(impact.reach.criteria),
        "added": sorted(impact.reach.added),
        "codes": sorted(impact.reach.codes),
        "clauses": sorted(impact.reach.clauses),
        "items": len(impact.items),
        "disputed": len(impact.disputed),
        "evaluations": impact.evaluations,
        "raters": impact.raters,
        "overlap": impact.overlap,
        "seconds_each": impact.seconds_each,
        "hours": impact.hours(len(impact.items)),
        "hours_disputed": impact.hours(len(impact.disputed)),
        "cost": amount_document(impact.cost(len(impact.items))) if sees_cost else None,
        "cost_disputed": amount_document(impact.cost(len(impact.disputed))) if sees_cost else None,
    }


def _changed_examples(access: ProjectAccess, changes: Changes) -> list[dict[str, object]]:
    images = images_of_changes(access, changes)
    return [{**change.as_json(), "images": thumbnails_of(images.get(change.item, ()))} for change in changes.examples]


def _revision(request: HttpRequest) -> int:
    tag = request.META.get("HTTP_IF_MATCH", "").strip()
    if not tag:
        raise PreconditionMissingError
    revision = _ETAG.fullmatch(tag)
    if revision is None:
        message = f"{tag[:40]} is not the ETag of a draft. Read the draft again."
        raise EditConflictError(message)
    return int(revision[1])


def _draft_document(response: HttpResponse, draft: GuidelineDraft) -> Draft:
    response.headers["ETag"] = f'"{draft.revision}"'
    return Draft(
        revision=draft.revision,
        markdown=draft.markdown,
        rubric=draft.rubric,
        updated_at=draft.updated_at,
        updated_by=str(draft.updated_by),
    )


def _summary(version: GuidelineVersion, in_force: int | None) -> VersionSummary:
    return VersionSummary(
        number=version.number,
        content_hash=version.content_hash,
        change_class=version.change_class,
        summary=version.summary,
        published_at=version.published_at,
        published_by=str(version.published_by),
        in_force=version.pk == in_force,
    )
