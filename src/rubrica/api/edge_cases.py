"""Edge cases: raising one from the work, voting, and the rulings that became precedents."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_body, json_response
from rubrica.api.evaluations import KEY_HEADER, Geometry, key_of
from rubrica.api.fields import Line, Lines, PublicId, RequestBody, Slug
from rubrica.api.images import IMAGES_PATH
from rubrica.api.openapi import answers, answers_to_body, json_content
from rubrica.domain.edge_case import MAX_QUESTION
from rubrica.domain.mark import SLOTS, Slot
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.records.models import EdgeCase, Ruling
from rubrica.usecases import edge_cases, rulings
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.edge_cases import MAX_REASON
from rubrica.usecases.pseudonyms import name_shown
from rubrica.usecases.rulings import ShownRuling

router = Router(tags=["Edge cases"])

MOST_LISTED = 500
Kind = Literal["ambiguous_rule", "gap", "conflict", "novel_pattern", "bad_item", "needs_expertise"]
State = Literal["raised", "voting", "discussion", "ruled", "duplicate", "answered"]
CaseNumber = Annotated[int, Path(description="Number of the case in its project, from 1.", example=1)]


class Region(RequestBody):
    """A place on an image, as on a mark."""

    image: Slot | None = Field(None, description="As shown; may be left out where there is one image.")
    shape: Literal["point", "box", "polygon", "brush", "whole"]
    geometry: Geometry | None = None


class Question(RequestBody):
    """What the rules do not decide."""

    kind: Kind
    question: Line = Field(min_length=1, max_length=MAX_QUESTION, description="One question, in a sentence.")
    answer: Line = Field("", max_length=MAX_QUESTION, description="What the rater does meanwhile; hidden from voters.")
    clause: str | None = Field(None, description="Anchor of the guideline clause that it is about.")
    criterion: str | None = None
    code: str | None = Field(None, description="Full code of the taxonomy, such as `ANAT.extra`.")
    region: Region | None = Field(None, description="Left out: the whole first image.")


class RaisedCase(BaseModel):
    """Proof that the question is stored."""

    number: int = Field(description="The case's number in its project.")
    replayed: bool = Field(description="Whether the same question came with the same key before.")


class Precedent(BaseModel):
    """A ruling in force that helps with the item at hand."""

    number: int
    question: str
    decision: str
    rationale: str
    clause: str
    criterion: str
    code: str
    decided_at: datetime
    raised_by: str = Field(description="Who asked the question that led to it.")
    thumbnail_url: str | None = Field(description="Of the image that it was decided on.")
    alike: list[str] = Field(description="In what its case is like the item at hand, the strongest first.")


class Precedents(BaseModel):
    """Rulings in force, the most alike first."""

    precedents: list[Precedent]
    unlike: bool = Field(
        description="Whether rulings are in force, and the item's images look like those of none: a new kind of case."
    )


class Case(BaseModel):
    """A question that the rules did not decide."""

    number: int
    kind: Kind
    state: State
    question: str
    item: str
    image: Slot = Field(description="The image of the item, by item slot.")
    shape: str
    geometry: dict[str, Any]
    clause: str
    criterion: str
    code: str
    guideline_version: int
    raised_by: str
    raised_at: datetime
    owner: str | None = Field(description="Who sees to it next; null once it is settled.")
    due_at: datetime | None
    options: list[str] = Field(description="What is voted on.")
    duplicate_of: int | None
    ruling: int | None


class Cases(BaseModel):
    """Cases, newest first."""

    cases: list[Case]


class CasePosition(BaseModel):
    """How many would decide so."""

    option: str | None = Field(description="Null: none of the answers.")
    votes: int
    reasons: list[str]


class CaseDocument(Case):
    """A case, and how people would decide as far as the caller may see it: not before voting."""

    voters: int
    has_voted: bool
    positions: list[CasePosition] | None = Field(description="Null until the caller has voted.")


class Vote(RequestBody):
    """How the caller would decide."""

    option: int | None = Field(ge=0, le=9, description="Place among the options, from 0; null for none of them.")
    reason: Lines = Field("", max_length=MAX_REASON, description="Required where none of the answers is right.")


class RulingDocument(BaseModel):
    """A decision, and what it rests on."""

    number: int
    case: int
    question: str
    decision: str
    rationale: str
    clause: str
    criterion: str
    code: str
    reach: Literal["item", "pattern", "global"]
    answers: dict[str, int | str] = Field(description="The right answers for the case's item, by criterion.")
    item: str
    guideline_version: int
    raised_by: str
    decided_by: str
    decided_at: datetime
    review_on: date
    supersedes: int | None
    in_force: bool
    conflicts_with: list[int]


class Rulings(BaseModel):
    """Rulings, newest first."""

    rulings: list[RulingDocument]


@router.post(
    "/assignments/{id:assignment_id}/edge-cases",
    operation_id="raise_edge_case",
    summary="Raise an edge case",
    openapi_extra={
        "parameters": [KEY_HEADER],
        "requestBody": {"required": True, "content": json_content(Question)},
        "responses": {200: {"description": "Stored before under the same key; nothing was stored again."}},
    },
    response=answers_to_body({200: RaisedCase, 201: RaisedCase}, 404, 409),
)
def raise_edge_case(request: HttpRequest, assignment_id: PublicId) -> HttpResponse:
    """Ask what the rules do not decide, about an item that one has or had in hand. The work goes on meanwhile."""
    raised = edge_cases.raise_case(
        caller(request), assignment_id, payload=json_body(request), key=key_of(request), now=clock.now()
    )
    answer = {"number": raised.case.number, "replayed": raised.is_replay}
    return json_response(answer, status=200 if raised.is_replay else 201)


@router.get(
    "/assignments/{id:assignment_id}/precedents",
    operation_id="find_precedents",
    summary="Find precedents",
    response=answers({200: Precedents}, 403, 404, 422),
)
def find_precedents(
    request: HttpRequest,
    assignment_id: PublicId,
    codes: Annotated[list[str] | None, Query(max_length=20, description="Codes that are in question.")] = None,
    words: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Words to look for.")] = "",
) -> HttpResponse:
    """Return the rulings in force that help with an item in hand, the most alike first.

    Ask after the first answer: a precedent that is read before one has looked decides in one's place.
    """
    found = rulings.precedents_for(caller(request), assignment_id, codes=codes or (), words=words)
    return json_response(
        {
            "precedents": [
                {
                    **_decision(precedent.ruling),
                    "decided_at": precedent.ruling.decided_at,
                    "raised_by": precedent.raised_by,
                    "thumbnail_url": f"{IMAGES_PATH}/{precedent.thumbnail}/thumbnail" if precedent.thumbnail else None,
                    "alike": [reason.value for reason in precedent.alike.in_what],
                }
                for precedent in found.found
            ],
            "unlike": found.is_unlike,
        }
    )


@router.get(
    "/projects/{slug:slug}/edge-cases",
    operation_id="list_edge_cases",
    summary="List edge cases",
    response=answers({200: Cases}, 403, 404, 422),
)
def list_edge_cases(
    request: HttpRequest,
    slug: Slug,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
) -> HttpResponse:
    """Return the newest cases of a project."""
    access = open_project(caller(request), slug)
    cases = edge_cases.cases_of(access)
    if state is not None:
        cases = cases.filter(state=state)
    return json_response({"cases": [_case(access, case) for case in cases[:MOST_LISTED]]})


@router.get(
    "/projects/{slug:slug}/edge-cases/{count:number}",
    operation_id="read_edge_case",
    summary="Read an edge case",
    response=answers({200: CaseDocument}, 403, 404),
)
def read_edge_case(request: HttpRequest, slug: Slug, number: CaseNumber) -> HttpResponse:
    """Return a case; how others would decide is told once the caller has voted, or the vote is closed."""
    access = open_project(caller(request), slug)
    case = edge_cases.case_of(access, number)
    file = edge_cases.case_file(access, case)
    positions = [
        {
            "option": position.option or None,
            "votes": len(position.votes),
            "reasons": [vote.reason for vote in position.votes if vote.reason],
        }
        for position in file.positions
    ]
    return json_response(
        {
            **_case(access, case),
            "voters": file.voters,
            "has_voted": file.own_vote is not None,
            "positions": positions if file.sees_positions else None,
        }
    )


@router.post(
    "/projects/{slug:slug}/edge-cases/{count:number}/vote",
    operation_id="vote_on_edge_case",
    summary="Vote on an edge case",
    response=answers_to_body({204: None}, 404, 409),
)
def vote_on_edge_case(request: HttpRequest, slug: Slug, number: CaseNumber, vote: Vote) -> Status[None]:
    """Keep how the caller would decide. A vote is given once, before seeing the others'."""
    edge_cases.vote(caller(request), slug, number, option=vote.option, reason=vote.reason, now=clock.now())
    return Status(204, None)


@router.get(
    "/projects/{slug:slug}/rulings",
    operation_id="list_rulings",
    summary="List rulings",
    response=answers({200: Rulings}, 403, 404),
)
def list_rulings(request: HttpRequest, slug: Slug) -> HttpResponse:
    """Return what was decided in a project, superseded rulings too."""
    access = open_project(caller(request), slug, Permission.DISCUSS_EDGE_CASES)
    return json_response({"rulings": [_ruling(access, shown) for shown in rulings.rulings_of(access, now=clock.now())]})


def _decision(ruling: Ruling) -> dict[str, Any]:
    return {
        "number": ruling.number,
        "question": ruling.question,
        "decision": ruling.decision,
        "rationale": ruling.rationale,
        "clause": ruling.clause,
        "criterion": ruling.criterion,
        "code": ruling.code,
    }


def _ruling(access: ProjectAccess, shown: ShownRuling) -> dict[str, Any]:
    ruling = shown.ruling
    return {
        **_decision(ruling),
        "case": ruling.case.number,
        "reach": ruling.reach,
        "answers": ruling.answers,
        "item": ruling.case.item.key,
        "guideline_version": ruling.guideline.number,
        "raised_by": name_shown(access, ruling.case.raised_by),
        "decided_by": name_shown(access, ruling.decided_by),
        "decided_at": ruling.decided_at,
        "review_on": ruling.review_on,
        "supersedes": ruling.supersedes.number if ruling.supersedes else None,
        "in_force": shown.is_in_force,
        "conflicts_with": [other.number for other in shown.conflicts],
    }


def _case(access: ProjectAccess, case: EdgeCase) -> dict[str, Any]:
    ruling: Ruling | None = getattr(case, "ruling", None)
    return {
        "number": case.number,
        "kind": case.kind,
        "state": case.state,
        "question": case.question,
        "item": case.item.key,
        "image": SLOTS[case.slot],
        "shape": case.shape,
        "geometry": case.geometry,
        "clause": case.clause,
        "criterion": case.criterion,
        "code": case.code,
        "guideline_version": case.guideline.number,
        "raised_by": name_shown(access, case.raised_by),
        "raised_at": case.raised_at,
        "owner": name_shown(access, case.owner) if case.owner else None,
        "due_at": case.due_at,
        "options": case.options,
        "duplicate_of": case.duplicate_of.number if case.duplicate_of else None,
        "ruling": ruling.number if ruling else None,
    }
