"""Change proposals: another wording of a clause."""

from typing import Literal, TypedDict

from rubrica.client.documents.guidelines import ImpactDocument, PartChange
from rubrica.client.documents.values import Moment


class ProposalSummary(TypedDict):
    """Another wording of a clause, and how far it has come."""

    number: int
    clause: str
    summary: str
    state: Literal["open", "accepted", "declined", "withdrawn"]
    guideline_version: int
    author: str
    made_at: Moment
    owner: str | None
    due_at: Moment | None
    decided_by: str | None
    decided_at: Moment | None
    reason: str


class OpinionDocument(TypedDict):
    """What somebody thinks of a proposal."""

    name: str
    approves: bool
    comment: str
    at: Moment


class ProposalDocument(ProposalSummary):
    """A proposal with what would read otherwise, what that reaches and what people think of it."""

    old_text: str
    new_text: str
    rationale: str
    rulings: list[int]
    changes: list[PartChange]
    impact: ImpactDocument | None
    opinions: list[OpinionDocument]
    possible: list[Literal["accept", "decline", "withdraw"]]
