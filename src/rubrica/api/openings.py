"""Openings, for those who look for work: found with facets, eligibility and match; and one opening."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from rubrica.api.applications import OpeningId
from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.openapi import answers
from rubrica.domain.opening_search import read_search
from rubrica.domain.problems import ProblemsError
from rubrica.kit import clock
from rubrica.usecases import opening_search
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.opening_search import MOST_PAGES, ShownOpening, view_opening

router = Router(tags=["Openings"])

OpeningState = Literal["draft", "open", "closed"]
Sought = Annotated[
    str,
    Query(
        max_length=1_000,
        description="What is looked for, as the query of the page's address has it.",
        examples=["q=image&basis=hour&least=20&currency=USD&eligible=yes"],
    ),
]


class RuleFinding(BaseModel):
    """Whether one rule of an opening is met, why, and how to come to meet it."""

    rule: Literal["open", "work", "country", "language", "experience", "hours"]
    is_met: bool
    why: str
    how: str


class MatchDocument(BaseModel):
    """In what an opening suits the caller: the sum of named rules."""

    points: int = Field(ge=0, le=100)
    hits: list[str]
    misses: list[str]


class OpeningSummary(BaseModel):
    """An opening as the caller sees it."""

    id: str
    is_ours: bool = Field(description="Whether it is of a project here; others link out and are not checked.")
    source: str | None = Field(description="Name of the source; null for one of a project here.")
    url: str = Field(description="Its page elsewhere; empty for one of a project here.")
    state: OpeningState
    posted_at: datetime
    updated_at: datetime | None
    opening: dict[str, Any] = Field(description="What it says, as *Openings* in the reference describes it.")
    is_eligible: bool
    rules: list[RuleFinding]
    match: MatchDocument
    hours_each: float | None = Field(description="Hours of work there are for each; null elsewhere, or where unknown.")
    notes: list[str] = Field(description="What in one from elsewhere contradicts itself.")


class FoundOpeningDocuments(BaseModel):
    """A page of what was found, and how many there would be if only one facet were changed."""

    openings: list[OpeningSummary]
    total: int
    page: int
    pages: int
    order: Literal["match", "newest", "pay"]
    facets: dict[str, dict[str, int]]


@router.get(
    "/openings",
    operation_id="find_openings",
    summary="Look for openings",
    response=answers({200: FoundOpeningDocuments}, 422),
)
def find_openings(
    request: HttpRequest,
    search: Sought = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES, description="Which 25 of them, from 1.")] = 1,
) -> HttpResponse:
    """Return the openings that the caller sees and a search asks for, each with why one is eligible or not."""
    try:
        wanted = read_search(dict(parse_qsl(search)))
    except ProblemsError as error:
        message = "Some of what was asked cannot be asked."
        raise InvalidInputError(message, error.problems) from error
    found = opening_search.find_openings(caller(request), wanted, page=page, now=clock.now())
    return json_response(
        {
            "openings": [_document(shown) for shown in found.shown],
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "order": found.order.value,
            "facets": found.facets,
        }
    )


@router.get(
    "/openings/{id:opening_id}",
    operation_id="read_opening",
    summary="Read an opening",
    response=answers({200: OpeningSummary}, 404),
)
def read_opening(request: HttpRequest, opening_id: OpeningId) -> HttpResponse:
    """Return one opening, also when it is closed."""
    return json_response(_document(view_opening(caller(request), opening_id, now=clock.now())))


def _document(shown: ShownOpening) -> dict[str, object]:
    row, suits, rules = shown.row, shown.match, shown.eligibility
    return {
        "id": row.public_id,
        "is_ours": shown.is_ours,
        "source": row.source.name if row.source is not None else None,
        "url": row.url,
        "state": row.state,
        "posted_at": row.posted_at,
        "updated_at": row.updated_at,
        "opening": shown.opening.as_json(),
        "is_eligible": rules is not None and rules.is_eligible,
        "rules": [
            {"rule": finding.rule.value, "is_met": finding.is_met, "why": finding.why, "how": finding.how}
            for finding in (rules.findings if rules is not None else ())
        ],
        "match": {
            "points": suits.points if suits is not None else 0,
            "hits": [rule.value for rule in (suits.hits if suits is not None else ())],
            "misses": [rule.value for rule in (suits.misses if suits is not None else ())],
        },
        "hours_each": shown.availability.hours_each if shown.availability is not None else None,
        "notes": [f"{note.field} {note.problem}" for note in shown.notes],
    }
