"""Edge cases and the rulings that decided them."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.values import Moment, Slot


class RaisedCase(TypedDict):
    """Proof that a question is stored."""

    number: int
    replayed: bool


class Precedent(TypedDict):
    """A ruling in force that helps with the item at hand."""

    number: int
    question: str
    decision: str
    rationale: str
    clause: str
    criterion: str
    code: str
    decided_at: Moment
    raised_by: str
    thumbnail_url: str | None
    alike: list[str]


class Precedents(TypedDict):
    """Rulings in force, the most alike first, and whether the item's images look like those of none."""

    precedents: list[Precedent]
    unlike: bool


class Case(TypedDict):
    """A question that the rules did not decide."""

    number: int
    kind: Literal["ambiguous_rule", "gap", "conflict", "novel_pattern", "bad_item", "needs_expertise"]
    state: Literal["raised", "voting", "discussion", "ruled", "duplicate", "answered"]
    question: str
    item: str
    image: Slot
    shape: str
    geometry: dict[str, Any]
    clause: str
    criterion: str
    code: str
    guideline_version: int
    raised_by: str
    raised_at: Moment
    owner: str | None
    due_at: Moment | None
    options: list[str]
    duplicate_of: int | None
    ruling: int | None


class CasePosition(TypedDict):
    """How many would decide so."""

    option: str | None
    votes: int
    reasons: list[str]


class CaseDocument(Case):
    """A case, and how people would decide as far as the caller may see it: not before voting."""

    voters: int
    has_voted: bool
    positions: list[CasePosition] | None


class RulingDocument(TypedDict):
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
    answers: dict[str, int | str]
    item: str
    guideline_version: int
    raised_by: str
    decided_by: str
    decided_at: Moment
    review_on: str
    supersedes: int | None
    in_force: bool
    conflicts_with: list[int]
