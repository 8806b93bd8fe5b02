"""Openings: the columns they are searched by, and the queries that look for them.

The conditions here say in SQL what ``domain.eligibility`` and ``domain.opening_match`` say in Python; a property test
holds the two together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, Expression, OrderBy

from rubrica.domain.eligibility import Candidate
from rubrica.domain.language import level_in, primary, rank
from rubrica.domain.opening import EXPERIENCE_RANK, Experience, Opening, OpeningState, PayBasis
from rubrica.domain.opening_match import POINTS, MatchRule
from rubrica.domain.opening_search import HERE, Order, Search
from rubrica.records.models import Account, OpeningCountry, OpeningLanguage, StoredOpening
from rubrica.records.models.opening import Reach
from rubrica.records.queries.opening_words import store_words, with_words
from rubrica.records.scoping import ScopedQuerySet

MAX_WORDS: Final = 4_000
_AT_ONCE: Final = 20
Facets = dict[str, dict[str, int]]


def columns_of(opening: Opening) -> dict[str, object]:
    """Return what a stored opening is searched by."""
    pay = opening.pay
    return {
        "document": opening.as_json(),
        "title": opening.title,
        "organisation": opening.organisation,
        "words": _words(opening),
        "data_type": opening.data_type or "",
        "label_types": "".join(f"|{kind}|" for kind in opening.label_types),
        "pay_basis": pay.basis if pay is not None else "",
        "pay_currency": pay.currency if pay is not None else "",
        "pay_high": pay.high if pay is not None else None,
        "hours_low": opening.hours.low if opening.hours is not None else None,
        "experience": opening.experience or "",
        "experience_rank": EXPERIENCE_RANK[opening.experience or Experience.ANY],
        "reach": Reach.UNSAID if opening.countries is None else Reach.LISTED if opening.countries else Reach.ANYWHERE,
        "closes_at": opening.closes_at,
    }


def _words(opening: Opening) -> str:
    """Return the words of an opening, each once: what is looked for is contained in one of them."""
    text = f"{opening.title} {opening.organisation} {opening.description}".casefold()
    return " ".join(dict.fromkeys(text.split()))[:MAX_WORDS]


def store_needs(rows: Iterable[tuple[StoredOpening, Opening]]) -> None:
    """Put the countries and languages of openings beside them, in place of those that stood there."""
    pairs = list(rows)
    for needs in (OpeningCountry, OpeningLanguage):
        stale = needs.objects.everywhere("the caller has the openings")
        stale.filter(opening__in=[row.pk for row, _opening in pairs]).delete()
    OpeningCountry.objects.bulk_create(
        OpeningCountry(opening=row, code=code) for row, opening in pairs for code in opening.countries or ()
    )
    OpeningLanguage.objects.bulk_create(
        OpeningLanguage(
            opening=row,
            tag=need.tag,
            primary=primary(need.tag),
            rank=rank(need.level) if need.level is not None else 0,
        )
        for row, opening in pairs
        for need in opening.languages
    )
    for start in range(0, len(pairs), _AT_ONCE):
        store_words([row for row, _opening in pairs[start : start + _AT_ONCE]])


# --- whose openings, and which ---


def listed(now: datetime) -> ScopedQuerySet[StoredOpening]:
    """Return the openings of projects that everybody sees: published, and not past their closing."""
    rows = StoredOpening.objects.everywhere("what is published is for everybody")
    return rows.filter(is_open(now), project__isnull=False)


def shown_to(account: Account, now: datetime) -> ScopedQuerySet[StoredOpening]:
    """Return the openings that a person sees: published ones, shared ones from elsewhere, and own finds."""
    rows = StoredOpening.objects.everywhere("what is published is for everybody, what is private for one person")
    return rows.filter(is_open(now), Q(private_to=None) | Q(private_to=account), is_listed=True)


def is_open(now: datetime) -> Q:
    """Return the condition that one can still apply."""
    return Q(state=OpeningState.OPEN) & (Q(closes_at=None) | Q(closes_at__gt=now))


def narrowed(rows: ScopedQuerySet[StoredOpening], search: Search) -> ScopedQuerySet[StoredOpening]:
    """Keep what a search asks for beyond the facets that are counted (see `in_facets`)."""
    if search.words:
        rows = with_words(rows, search.words)
    if search.least is not None:
        rows = rows.filter(
            pay_basis=PayBasis.HOUR, pay_currency=search.least.currency, pay_high__gte=search.least.minor
        )
    if search.hours is not None:
        rows = rows.filter(hours_low__lte=search.hours)
    if search.language:
        needs = OpeningLanguage.objects.everywhere("the openings are scoped").filter(primary=primary(search.language))
        if search.level is not None:
            needs = needs.filter(rank__lte=rank(search.level))
        rows = rows.filter(pk__in=needs.values("opening"))
    if search.country:
        rows = rows.filter(Q(reach=Reach.ANYWHERE) | Q(pk__in=_open_to(search.country)))
    return rows


def in_facets(search: Search) -> Q:
    """Return the condition of the facets that are counted."""
    condition = Q()
    if search.data_type is not None:
        condition &= Q(data_type=search.data_type)
    if search.label_type is not None:
        condition &= Q(label_types__contains=f"|{search.label_type}|")
    if search.basis is not None:
        condition &= Q(pay_basis=search.basis)
    if search.experience is not None:
        condition &= Q(experience=search.experience)
    if search.source:
        condition &= Q(source=None) if search.source == HERE else Q(source__public_id=search.source)
    return condition


# --- eligibility and match, in SQL ---


def is_eligible(candidate: Candidate) -> Q:
    """Return the condition that somebody meets every rule of an opening that is open."""
    country = Q(reach__in=[Reach.ANYWHERE, Reach.UNSAID])
    if candidate.country:
        country |= Q(pk__in=_open_to(candidate.country))
    experience = EXPERIENCE_RANK[candidate.experience] if candidate.experience is not None else 0
    hours = Q(hours_low=None) | Q(hours_low__lte=candidate.hours or 0)
    return Q(has_work=True) & country & _speaks(candidate) & Q(experience_rank__lte=experience) & hours


def _points(candidate: Candidate) -> Expression:
    """Return the points of an opening's match, as an expression."""
    total: Combinable = Value(0)
    for rule, condition in _match_conditions(candidate).items():
        points = Case(When(condition, then=Value(POINTS[rule])), default=Value(0), output_field=IntegerField())
        total = total + points
    return ExpressionWrapper(total, output_field=IntegerField())


def _match_conditions(candidate: Candidate) -> Mapping[MatchRule, Q]:
    kinds = Q(pk__in=[])
    for kind in sorted(candidate.label_types):
        kinds |= Q(label_types__contains=f"|{kind}|")
    least = candidate.least_pay
    pays = (
        Q(pay_basis=PayBasis.HOUR, pay_currency=least.currency, pay_high__gte=least.minor)
        if least is not None
        else Q(pk__in=[])
    )
    country = Q(reach=Reach.ANYWHERE)
    if candidate.country:
        country |= Q(pk__in=_open_to(candidate.country))
    experience = EXPERIENCE_RANK[candidate.experience] if candidate.experience is not None else 0
    return {
        MatchRule.DATA_TYPE: Q(data_type__in=sorted(candidate.data_types)),
        MatchRule.LABEL_TYPE: kinds,
        MatchRule.PAY: pays,
        MatchRule.LANGUAGE: _speaks(candidate),
        MatchRule.COUNTRY: country,
        MatchRule.EXPERIENCE: Q(experience_rank__lte=experience),
        MatchRule.HOURS: Q(hours_low__lte=candidate.hours or 0),
    }


def _open_to(country: str) -> QuerySet[OpeningCountry, Any]:
    return OpeningCountry.objects.everywhere("the openings are scoped").filter(code=country).values("opening")


def _speaks(candidate: Candidate) -> Q:
    """Return the condition that no language is asked for which somebody does not know well enough."""
    met = Q(pk__in=[])
    for language in sorted({primary(tag) for tag in candidate.languages}):
        level = level_in(candidate.languages, language)
        met |= Q(primary=language, rank__lte=rank(level) if level is not None else 0)
    unmet = OpeningLanguage.objects.everywhere("the openings are scoped").exclude(met)
    return ~Q(pk__in=unmet.values("opening"))


# --- order and counts ---


def ordered(
    rows: ScopedQuerySet[StoredOpening], order: Order, candidate: Candidate | None
) -> ScopedQuerySet[StoredOpening]:
    """Put openings in order; what is alike keeps its place, so that the same search gives the same list."""
    if order == Order.PAY:
        # Amounts of one basis and currency stand together: others cannot be compared.
        return rows.order_by("pay_basis", "pay_currency", "-pay_high", "pk")
    if order == Order.MATCH and candidate is not None:
        return rows.order_by(OrderBy(_points(candidate), descending=True), "-posted_at", "pk")
    return rows.order_by("-posted_at", "pk")


def page_of(rows: ScopedQuerySet[StoredOpening], first: int, count: int) -> list[StoredOpening]:
    """Return a stretch of openings in their order. Only keys are put in order: whole rows are heavy to sort."""
    keys = list(rows.values_list("pk", flat=True)[first : first + count])
    found = StoredOpening.objects.everywhere("the keys are of rows that were scoped").filter(pk__in=keys)
    by_key = {row.pk: row for row in found.select_related("source", "project")}
    return [by_key[key] for key in keys if key in by_key]


def facets_of(rows: ScopedQuerySet[StoredOpening], search: Search) -> tuple[int, Facets]:
    """Return how many openings there are, and how many for each value of each facet if only that one were changed.

    One query counts all combinations that occur, another the kinds of work, of which an opening has several; their sums
    are made here.
    """
    of_work = in_facets(replace(search, label_type=None))
    kinds: dict[str, int] = {}
    for label_types, count in rows.filter(of_work).order_by().values_list("label_types").annotate(Count("pk")):
        for kind in filter(None, label_types.strip("|").split("||")):
            kinds[kind] = kinds.get(kind, 0) + count
    asked = (search.data_type or "", search.basis or "", search.experience or "", search.source)
    counts: tuple[dict[str, int], ...] = ({}, {}, {}, {})
    total = 0
    of_label = in_facets(Search(label_type=search.label_type))
    cells = rows.filter(of_label).order_by().values_list("data_type", "pay_basis", "experience", "source__public_id")
    for *said, source, count in cells.annotate(count=Count("pk")):
        values = (*said, source if source is not None else HERE)
        missed = [place for place, value in enumerate(asked) if value and value != values[place]]
        total += count if not missed else 0
        for place in range(len(asked)) if not missed else missed if len(missed) == 1 else ():
            if values[place]:
                counts[place][values[place]] = counts[place].get(values[place], 0) + count
    return total, dict(zip(("data_type", "basis", "experience", "source"), counts, strict=True)) | {"label_type": kinds}
