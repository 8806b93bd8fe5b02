"""Openings for those who look for work: the list with its facets, and one opening; for visitors those of this place."""

import json
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from rubrica.domain.country import COUNTRY_NAMES
from rubrica.domain.language import LANGUAGE_NAMES, LEVELS
from rubrica.domain.opening import OpeningState
from rubrica.domain.opening_search import HERE, Order, Search, read_search
from rubrica.domain.problems import Problem, ProblemsError
from rubrica.domain.vocabulary import DATA_TYPES, LABEL_TYPES
from rubrica.formats.openings.job_posting import as_json_ld
from rubrica.kit.clock import now
from rubrica.records.models import Account
from rubrica.usecases.opening_feeds import posting_of
from rubrica.usecases.opening_search import FoundOpenings, ShownOpening, find_openings, sources_shown_to, view_opening
from rubrica.usecases.response_records import public_record
from rubrica.web.opening_form import BASIS_WORDS, EXPERIENCE_WORDS
from rubrica.web.requests import number

_ORDERS: Final = {Order.MATCH.value: "Best match", Order.NEWEST.value: "Newest", Order.PAY.value: "Pay"}
_MARKUP: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def _account(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


@login_not_required
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Show the openings that an address asks for; what it asks wrongly is named, and left aside."""
    own = _account(request)
    query = {name: request.GET.get(name, "") for name in request.GET}
    problems: tuple[Problem, ...] = ()
    try:
        search = read_search(query)
    except ProblemsError as error:
        problems = error.problems
        search = read_search({name: value for name, value in query.items() if name not in _wrong(problems)})
    found = find_openings(own, search, page=number(request, "page") or 1, now=now())
    context = {
        "found": found,
        "search": search,
        "given": query,
        "problems": problems,
        "message": "Some of what was asked cannot be asked." if problems else "",
        "selects": _selects(own, search, found),
        "levels": [level.value for level in LEVELS],
        "countries": COUNTRY_NAMES,
        "languages": [(tag, LANGUAGE_NAMES[tag], count) for tag, count in sorted(found.facets["language"].items())],
        "is_narrowed": search.is_narrowed,
        "orders": _ORDERS if own is not None else {key: _ORDERS[key] for key in (Order.NEWEST, Order.PAY)},
        "query": search.address(),
    }
    return render(request, "opening/openings.html", context, status=422 if problems else 200)


def _wrong(problems: tuple[Problem, ...]) -> set[str]:
    """Return the fields that are left aside: with a currency also the amount in it."""
    named = {problem.field for problem in problems}
    return named | ({"least"} if "currency" in named else set())


def _selects(own: Account | None, search: Search, found: FoundOpenings) -> list[dict[str, Any]]:
    """Return the facets with a choice of values, each with how many there are."""
    tables: list[tuple[str, str, dict[str, Any], str]] = [
        ("data_type", "Kind of data", dict(DATA_TYPES), search.data_type or ""),
        ("label_type", "Kind of work", dict(LABEL_TYPES), search.label_type or ""),
        ("basis", "Paid", dict(BASIS_WORDS), search.basis or ""),
        ("experience", "Experience", dict(EXPERIENCE_WORDS), search.experience or ""),
    ]
    if own is not None:
        sources = {HERE: "This Rubrica", **{source.public_id: source.name for source in sources_shown_to(own)}}
        tables.append(("source", "Where from", sources, search.source))
    return [
        {
            "name": name,
            "label": label,
            "chosen": chosen,
            "options": [
                (value, words, found.facets[name].get(value, 0))
                for value, words in words_of.items()
                if found.facets[name].get(value) or value == chosen
            ],
        }
        for name, label, words_of, chosen in tables
    ]


@login_not_required
@require_safe
def opening(request: HttpRequest, opening: str) -> HttpResponse:
    """Show one opening: what is asked and promised, whether one is eligible, and how to come to be."""
    shown = view_opening(_account(request), opening, now=now())
    takes_applications = shown.row.state == OpeningState.OPEN and not _has_closed(shown)
    context = {
        "shown": shown,
        "opening": shown.opening,
        "takes_applications": takes_applications,
        "record": public_record(shown.row),
        "json_ld": _block(as_json_ld(posting_of(shown.row))) if shown.is_ours and takes_applications else "",
    }
    return render(request, "opening/opening.html", context)


def _has_closed(shown: ShownOpening) -> bool:
    closes = shown.opening.closes_at
    return closes is not None and closes <= now()


def _block(document: dict[str, Any]) -> SafeString:
    """Return JSON that can stand in a page: nothing in it ends the block it stands in."""
    return mark_safe(json.dumps(document, ensure_ascii=False).translate(_MARKUP))  # noqa: S308  (no markup is left)
