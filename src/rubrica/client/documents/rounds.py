"""Calibration rounds."""

from typing import Literal, TypedDict

from rubrica.client.documents.items import Picture
from rubrica.client.documents.said import SaidDocument
from rubrica.client.documents.values import Moment


class RoundSummary(TypedDict):
    """A round, and how far it has come."""

    number: int
    title: str
    state: Literal["judging", "discussion", "judging_again", "closed"]
    guideline_version: int
    opened_at: Moment
    owner: str | None
    due_at: Moment | None
    revealed_at: Moment | None
    closed_at: Moment | None


class RoundParticipant(TypedDict):
    """Somebody who takes part, and how far that person has come in the present stage."""

    name: str
    done: int
    total: int


class RoundPostDocument(TypedDict):
    """Something said about an item."""

    author: str
    text: str
    at: Moment


class RoundItemDocument(TypedDict):
    """An item of a round with what everybody said of it, judged blind and again."""

    position: int
    item: str
    images: list[Picture]
    before: list[SaidDocument]
    after: list[SaidDocument]
    posts: list[RoundPostDocument]


class EstimateDocument(TypedDict):
    """A number with its 95 % interval."""

    value: float
    ci_low: float
    ci_high: float


class AlphaDocument(EstimateDocument):
    """Krippendorff's alpha with its interval."""

    n_units: int
    n_ratings: int
    level: str


class RoundCriterionDocument(TypedDict):
    """Agreement on a question before the talk and after it, and by how much it rose; or why not."""

    id: str
    name: str
    before: AlphaDocument | None
    after: AlphaDocument | None
    lift: EstimateDocument | None
    refusal: str


class RoundResultsDocument(TypedDict):
    """What a round brought. Of marks: agreement about places, before and after."""

    criteria: list[RoundCriterionDocument]
    marks_before: EstimateDocument | None
    marks_after: EstimateDocument | None
    marks_refusal: str


class RoundDocument(RoundSummary):
    """A round as the caller may see it; ``items`` and ``results`` are ``None`` before it is revealed."""

    item_count: int
    participants: list[RoundParticipant]
    items: list[RoundItemDocument] | None
    results: RoundResultsDocument | None
    possible: list[Literal["reveal", "judge_again", "close"]]
    may_post: bool
