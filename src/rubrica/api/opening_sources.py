"""Where openings from elsewhere come from, and the searches for openings that the caller keeps."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, PublicId, RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import NEXT_AFTER, AfterRow, Limit, page_after
from rubrica.domain.posting import MAX_ADDRESS
from rubrica.kit import clock
from rubrica.records.models import OpeningSource, SavedSearch
from rubrica.usecases import opening_sources, saved_searches

router = Router(tags=["Openings"])

FeedForm = Literal["", "page", "json_ld", "indeed", "syndication", "listing", "csv", "text"]
_LEAST_HOURS, _MOST_HOURS = opening_sources.EVERY_HOURS


class OpeningSourceDocument(BaseModel):
    """A source of openings from elsewhere that the caller sees to."""

    id: str
    name: str
    url: str = Field(description="Empty for what was put in by hand.")
    kind: FeedForm = Field(description="In what form it comes; empty to find out.")
    is_shared: bool = Field(description="Whether everybody sees its openings.")
    every_hours: int
    added_at: datetime
    fetched_at: datetime | None = Field(description="When it last answered.")
    failures: int = Field(description="Fetches in a row that failed.")
    failure: str


class OpeningSources(BaseModel):
    """A page of the sources that the caller sees to, by name."""

    sources: list[OpeningSourceDocument]
    next_after: str | None = Field(description=NEXT_AFTER)


class NewOpeningSource(RequestBody):
    """An address from which openings are to be fetched."""

    url: Line = Field(min_length=1, max_length=MAX_ADDRESS, examples=["https://board.example/openings.xml"])
    name: Line = Field("", max_length=opening_sources.MAX_NAME, description="Empty for the site's.")
    kind: FeedForm = ""
    is_shared: bool = Field(False, description="For those who run the platform: whether everybody sees its openings.")
    every_hours: int = Field(6, ge=_LEAST_HOURS, le=_MOST_HOURS)


class SavedSearchDocument(BaseModel):
    """A search for openings that the caller keeps."""

    id: str
    name: str
    search: str = Field(description="As *search* of `find_openings`.")
    by_mail: bool
    created_at: datetime


class SavedSearches(BaseModel):
    """The searches that the caller keeps, by name; 20 at most."""

    searches: list[SavedSearchDocument]


class NewSavedSearch(RequestBody):
    """A search to be kept."""

    name: Line = Field(min_length=1, max_length=saved_searches.MAX_NAME)
    search: Line = Field(max_length=1_000, examples=["q=image&eligible=yes"])
    by_mail: bool = Field(True, description="Whether new finds come with the daily letter.")


class SavedSearchChange(RequestBody):
    """What is to be different."""

    by_mail: bool


@router.get(
    "/me/opening-sources",
    operation_id="list_opening_sources",
    summary="List my sources of openings",
    response=answers({200: OpeningSources}, 422),
)
def list_opening_sources(request: HttpRequest, limit: Limit = 50, after: AfterRow = None) -> HttpResponse:
    """Return the sources that the caller sees to, those who run the platform the shared ones too."""
    rows = opening_sources.sources_of(caller(request))
    page, next_after = page_after(rows, "public_id", limit=limit, after=after)
    return json_response({"sources": [_source(row) for row in page], "next_after": next_after})


@router.post(
    "/me/opening-sources",
    operation_id="add_opening_source",
    summary="Add a source of openings",
    response=answers_to_body({201: OpeningSourceDocument}, 409),
)
def add_opening_source(request: HttpRequest, new: NewOpeningSource) -> HttpResponse:
    """Fetch openings from an address from now on. Only public addresses are fetched, and what robots.txt allows."""
    row = opening_sources.add_source(
        caller(request),
        name=new.name,
        url=new.url,
        kind=new.kind,
        is_shared=new.is_shared,
        every_hours=new.every_hours,
        now=clock.now(),
    )
    return json_response(_source(row), status=201)


@router.post(
    "/me/opening-sources/{id:source_id}/refresh",
    operation_id="refresh_opening_source",
    summary="Fetch a source of openings again",
    response=answers({200: OpeningSourceDocument}, 404, 409, 422),
)
def refresh_opening_source(request: HttpRequest, source_id: PublicId) -> HttpResponse:
    """Fetch a source at once instead of at its next time."""
    return json_response(_source(opening_sources.refresh_source(caller(request), source_id, now=clock.now())))


@router.delete(
    "/me/opening-sources/{id:source_id}",
    operation_id="remove_opening_source",
    summary="Remove a source of openings",
    response=answers({204: None}, 404),
)
def remove_opening_source(request: HttpRequest, source_id: PublicId) -> Status[None]:
    """Fetch a source no more, and take its openings off the list."""
    opening_sources.remove_source(caller(request), source_id, now=clock.now())
    return Status(204, None)


@router.get(
    "/me/searches",
    operation_id="list_saved_searches",
    summary="List my searches for openings",
    response=answers({200: SavedSearches}),
)
def list_saved_searches(request: HttpRequest) -> HttpResponse:
    """Return the searches that the caller keeps."""
    return json_response({"searches": [_search(row) for row in saved_searches.searches_of(caller(request))]})


@router.post(
    "/me/searches",
    operation_id="save_search",
    summary="Keep a search for openings",
    response=answers_to_body({201: SavedSearchDocument}, 409),
)
def save_search(request: HttpRequest, new: NewSavedSearch) -> HttpResponse:
    """Keep a search; what it comes to find stands in the daily letter, where that is wanted."""
    row = saved_searches.save_search(
        caller(request), name=new.name, query=new.search, by_mail=new.by_mail, now=clock.now()
    )
    return json_response(_search(row), status=201)


@router.patch(
    "/me/searches/{id:search_id}",
    operation_id="change_saved_search",
    summary="Have a search come by mail, or not",
    response=answers_to_body({200: SavedSearchDocument}, 404),
)
def change_saved_search(request: HttpRequest, search_id: PublicId, change: SavedSearchChange) -> HttpResponse:
    """Have what a search finds come with the daily letter, or not."""
    row = saved_searches.change_mail(caller(request), search_id, by_mail=change.by_mail, now=clock.now())
    return json_response(_search(row))


@router.delete(
    "/me/searches/{id:search_id}",
    operation_id="remove_saved_search",
    summary="Keep a search no more",
    response=answers({204: None}, 404),
)
def remove_saved_search(request: HttpRequest, search_id: PublicId) -> Status[None]:
    """Keep a search no more."""
    saved_searches.remove_search(caller(request), search_id)
    return Status(204, None)


def _source(row: OpeningSource) -> dict[str, object]:
    return {
        "id": row.public_id,
        "name": row.name,
        "url": row.url,
        "kind": row.kind,
        "is_shared": row.is_shared,
        "every_hours": row.every_hours,
        "added_at": row.added_at,
        "fetched_at": row.fetched_at,
        "failures": row.failures,
        "failure": row.failure,
    }


def _search(row: SavedSearch) -> dict[str, object]:
    return {
        "id": row.public_id,
        "name": row.name,
        "search": row.query,
        "by_mail": row.by_mail,
        "created_at": row.created_at,
    }
