"""Openings: found, led, where they come from, what is kept of the search, and the notebook of others."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.applications import NamedProblem
from rubrica.client.documents.values import Amount, Moment

OpeningState = Literal["draft", "open", "closed"]
FeedForm = Literal["", "page", "json_ld", "indeed", "syndication", "listing", "csv", "text"]
TrackedState = Literal["saved", "applied", "testing", "accepted", "working", "left", "rejected", "no_answer"]
TrackedEvent = Literal["apply", "test", "accept", "work", "leave", "reject", "give_up"]


class RuleFinding(TypedDict):
    """Whether one rule of an opening is met, why, and how to come to meet it."""

    rule: Literal["open", "work", "country", "language", "experience", "hours"]
    is_met: bool
    why: str
    how: str


class MatchDocument(TypedDict):
    """In what an opening suits: the sum of named rules."""

    points: int
    hits: list[str]
    misses: list[str]


class OpeningSummary(TypedDict):
    """An opening as the caller sees it; ``source`` is null for one of a project here."""

    id: str
    is_ours: bool
    source: str | None
    url: str
    state: OpeningState
    posted_at: Moment
    updated_at: Moment | None
    opening: dict[str, Any]
    is_eligible: bool
    rules: list[RuleFinding]
    match: MatchDocument
    hours_each: float | None
    notes: list[str]


class FoundOpeningDocuments(TypedDict):
    """A page of what was found, and how many there would be if only one facet were changed."""

    openings: list[OpeningSummary]
    total: int
    page: int
    pages: int
    order: Literal["match", "newest", "pay"]
    facets: dict[str, dict[str, int]]


class ProjectOpeningSummary(TypedDict):
    """An opening of a project."""

    number: int
    id: str
    title: str
    state: OpeningState
    posted_at: Moment | None
    updated_at: Moment | None
    closed_at: Moment | None


class ProjectOpening(ProjectOpeningSummary):
    """An opening of a project with what it says, and what keeps it from being published."""

    opening: dict[str, Any]
    problems: list[NamedProblem]


class OpeningSourceDocument(TypedDict):
    """A source of openings from elsewhere; ``url`` is empty for what was put in by hand."""

    id: str
    name: str
    url: str
    kind: FeedForm
    is_shared: bool
    every_hours: int
    added_at: Moment
    fetched_at: Moment | None
    failures: int
    failure: str


class SavedSearchDocument(TypedDict):
    """A search for openings that is kept."""

    id: str
    name: str
    search: str
    by_mail: bool
    created_at: Moment


class TrackedApplicationDocument(TypedDict):
    """An application elsewhere; ``possible`` is what can happen next."""

    id: str
    platform: str
    title: str
    url: str
    note: str
    state: TrackedState
    unpaid_minutes: int
    paid_minutes: int
    income: Amount | None
    added_at: Moment
    changed_at: Moment
    possible: list[TrackedEvent]
