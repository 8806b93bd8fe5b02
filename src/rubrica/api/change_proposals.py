"""Change proposals: another wording of a clause, what it would reach, what people think of it, and the decision."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, Lines, RequestBody, Slug
from rubrica.api.guidelines import ImpactDocument, PartChange, impact_document
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterNumber, Limit, numbered_page
from rubrica.domain.change_proposal import MAX_CLAUSE, MAX_RATIONALE, MAX_SUMMARY, ProposalEvent
from rubrica.kit import clock
from rubrica.records.models import ChangeProposal
from rubrica.usecases import change_proposals
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.change_proposals import MAX_REASON, Wording
from rubrica.usecases.pseudonyms import name_shown

router = Router(tags=["Change proposals"])

State = Literal["open", "accepted", "declined", "withdrawn"]
Event = Literal["accept", "decline", "withdraw"]
RulingNumber = Annotated[int, Field(ge=1, le=999_999)]
ProposalNumber = Annotated[int, Path(description="Number of the proposal in its project, from 1.", example=1)]


class NewProposal(RequestBody):
    """How a clause should read."""

    clause: Line = Field(max_length=40, description="Anchor of the clause, in the guideline in force.")
    text: str = Field(
        min_length=1, max_length=MAX_CLAUSE, description="The whole clause as it would read, with its heading."
    )
    summary: Line = Field(min_length=1, max_length=MAX_SUMMARY)
    rationale: Lines = Field("", max_length=MAX_RATIONALE)
    rulings: list[RulingNumber] = Field(
        [], max_length=100, description="Numbers of rulings in force that it is built from."
    )


class ProposalSummary(BaseModel):
    """Another wording of a clause, and how far it has come."""

    number: int
    clause: str
    summary: str
    state: State
    guideline_version: int = Field(description="The version that it starts from.")
    author: str
    made_at: datetime
    owner: str | None = Field(description="Who decides; null once it is decided.")
    due_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str = Field(description="What whoever decided said.")


class ProposalSummaries(BaseModel):
    """One page of a project's proposals, newest first."""

    proposals: list[ProposalSummary]
    next_after: int | None = Field(description=NEXT_AFTER)


class OpinionDocument(BaseModel):
    """What somebody thinks of a proposal."""

    name: str
    approves: bool
    comment: str
    at: datetime


class ProposalDocument(ProposalSummary):
    """A proposal with what would read otherwise, what that reaches and what people think of it."""

    old_text: str
    new_text: str
    rationale: str
    rulings: list[int]
    changes: list[PartChange]
    impact: ImpactDocument | None = Field(
        description="If it were published now; null once it is decided, and where the clause reads otherwise by now."
    )
    opinions: list[OpinionDocument]
    possible: list[Event] = Field(description="What the caller may do with it.")


class Opinion(RequestBody):
    """What the caller thinks."""

    approves: bool
    comment: Lines = Field("", max_length=MAX_REASON, description="Required with an objection.")


class Word(RequestBody):
    """A word with a decision."""

    reason: Lines = Field("", max_length=MAX_REASON)


class Refusal(RequestBody):
    """Why not."""

    reason: Lines = Field(min_length=1, max_length=MAX_REASON)


@router.get(
    "/projects/{slug:slug}/guideline/proposals",
    operation_id="list_change_proposals",
    summary="List proposals",
    response=answers({200: ProposalSummaries}, 403, 404, 422),
)
def list_change_proposals(
    request: HttpRequest,
    slug: Slug,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 50,
    after: AfterNumber = None,
) -> HttpResponse:
    """Return a page of a project's proposals, newest first."""
    access = open_project(caller(request), slug)
    rows = change_proposals.proposals_of(access)
    if state is not None:
        rows = rows.filter(state=state)
    page, next_after = numbered_page(rows, limit=limit, after=after)
    return json_response({"proposals": [_summary(access, row) for row in page], "next_after": next_after})


@router.post(
    "/projects/{slug:slug}/guideline/proposals",
    operation_id="propose_change",
    summary="Propose a change",
    response=answers_to_body({201: ProposalSummary}, 404, 409),
)
def propose_change(request: HttpRequest, slug: Slug, new: NewProposal) -> HttpResponse:
    """Propose that a clause of the guideline in force reads otherwise. A proposal cannot be changed once made."""
    access = open_project(caller(request), slug)
    wording = Wording(new.clause, new.text, new.summary, new.rationale, tuple(new.rulings))
    made = change_proposals.propose_change(access.account, slug, wording, now=clock.now())
    return json_response(_summary(access, made), status=201)


@router.get(
    "/projects/{slug:slug}/guideline/proposals/{count:number}",
    operation_id="read_change_proposal",
    summary="Read a proposal",
    response=answers({200: ProposalDocument}, 403, 404),
)
def read_change_proposal(request: HttpRequest, slug: Slug, number: ProposalNumber) -> dict[str, Any]:
    """Return a proposal, word by word, with what it would reach if it were published now."""
    access = open_project(caller(request), slug)
    file = change_proposals.proposal_file(access, number)
    return {
        **_summary(access, file.proposal),
        "old_text": file.proposal.old_text,
        "new_text": file.proposal.new_text,
        "rationale": file.proposal.rationale,
        "rulings": file.proposal.rulings,
        "changes": file.changes.as_json(),
        "impact": impact_document(access, file.impact) if file.impact is not None else None,
        "opinions": [
            {"name": name_shown(access, row.account), "approves": row.approves, "comment": row.comment, "at": row.at}
            for row in file.opinions
        ],
        "possible": sorted(file.events),
    }


@router.post(
    "/projects/{slug:slug}/guideline/proposals/{count:number}/opinion",
    operation_id="give_opinion",
    summary="Approve of a proposal, or object",
    response=answers_to_body({204: None}, 404, 409),
)
def give_opinion(request: HttpRequest, slug: Slug, number: ProposalNumber, opinion: Opinion) -> Status[None]:
    """Say what the caller thinks of somebody else's proposal, once."""
    change_proposals.give_opinion(
        caller(request), slug, number, approves=opinion.approves, comment=opinion.comment, now=clock.now()
    )
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/guideline/proposals/{count:number}/accept",
    operation_id="accept_change",
    summary="Put a proposal into the draft",
    response=answers_to_body({204: None}, 404, 409),
)
def accept_change(request: HttpRequest, slug: Slug, number: ProposalNumber, word: Word) -> Status[None]:
    """Change the clause in the draft, and that clause alone; a draft whose clause reads otherwise by now is kept."""
    return _decide(request, slug, number, ProposalEvent.ACCEPT, word.reason)


@router.post(
    "/projects/{slug:slug}/guideline/proposals/{count:number}/decline",
    operation_id="decline_change",
    summary="Decline a proposal",
    response=answers_to_body({204: None}, 404, 409),
)
def decline_change(request: HttpRequest, slug: Slug, number: ProposalNumber, refusal: Refusal) -> Status[None]:
    """Decline a proposal, saying why."""
    return _decide(request, slug, number, ProposalEvent.DECLINE, refusal.reason)


@router.post(
    "/projects/{slug:slug}/guideline/proposals/{count:number}/withdraw",
    operation_id="withdraw_change",
    summary="Withdraw one's own proposal",
    response=answers_to_body({204: None}, 404, 409),
)
def withdraw_change(request: HttpRequest, slug: Slug, number: ProposalNumber, word: Word) -> Status[None]:
    """Take back a proposal of one's own that is not decided on."""
    return _decide(request, slug, number, ProposalEvent.WITHDRAW, word.reason)


def _decide(request: HttpRequest, slug: str, number: int, event: ProposalEvent, reason: str) -> Status[None]:
    change_proposals.decide_proposal(caller(request), slug, number, event, reason=reason, now=clock.now())
    return Status(204, None)


def _summary(access: ProjectAccess, proposal: ChangeProposal) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "clause": proposal.clause,
        "summary": proposal.summary,
        "state": proposal.state,
        "guideline_version": proposal.guideline.number,
        "author": name_shown(access, proposal.author),
        "made_at": proposal.made_at,
        "owner": name_shown(access, proposal.owner) if proposal.owner else None,
        "due_at": proposal.due_at,
        "decided_by": name_shown(access, proposal.decided_by) if proposal.decided_by else None,
        "decided_at": proposal.decided_at,
        "reason": proposal.reason,
    }
