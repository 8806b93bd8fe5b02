"""Openings for programs: RSS, Indeed's XML, the JSON listing, CSV, JSON-LD and a sitemap, at addresses that stay."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rubrica.domain.posting import Posting
from rubrica.formats.openings.csv import write_csv
from rubrica.formats.openings.indeed import write_indeed
from rubrica.formats.openings.job_posting import as_json_ld
from rubrica.formats.openings.listing import write_listing
from rubrica.formats.openings.sitemap import write_sitemap
from rubrica.formats.openings.syndication import write_rss
from rubrica.kit.clock import now
from rubrica.usecases.opening_feeds import published_postings

_TITLE: Final = "Openings"
_SECONDS: Final = 60
"""How long others may keep a feed: what has closed is out of it within a minute."""

Written = Callable[[Sequence[Posting], datetime], str]


def _page() -> str:
    return f"{settings.BASE_URL}/openings/"


_FEEDS: Final[dict[str, tuple[str, Written]]] = {
    "rss.xml": (
        "application/rss+xml",
        lambda postings, at: write_rss(postings, title=_TITLE, address=_page(), feed=f"{_page()}feeds/rss.xml", now=at),
    ),
    "indeed.xml": (
        "application/xml",
        lambda postings, at: write_indeed(postings, publisher="Rubrica", address=settings.BASE_URL, now=at),
    ),
    "openings.json": (
        "application/json",
        lambda postings, at: json.dumps(write_listing(postings, now=at), ensure_ascii=False),
    ),
    "openings.jsonld": (
        "application/ld+json",
        lambda postings, _at: json.dumps([as_json_ld(posting) for posting in postings], ensure_ascii=False),
    ),
    "openings.csv": ("text/csv", lambda postings, _at: write_csv(postings)),
}


@login_not_required
@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001  (a view is given the request)
    """Answer with a feed of the openings that are open."""
    found = _FEEDS.get(name)
    if found is None:
        raise Http404
    media_type, write = found
    at = now()
    return _public(write(published_postings(now=at), at), media_type)


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (as above)
    """Answer with the addresses of the openings that are open."""
    return _public(write_sitemap(published_postings(now=now())), "application/xml")


def _public(text: str, media_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
