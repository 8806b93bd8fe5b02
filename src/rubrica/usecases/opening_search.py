"""Looking for openings: the list with its facets, one opening as a person sees it, and the guard of applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Q

from rubrica.domain.eligibility import Candidate, Eligibility, eligibility
from rubrica.domain.opening import Opening, OpeningState
from rubrica.domain.opening_check import Availability
from rubrica.domain.opening_match import Match, match
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.opening_search import Order, Search
from rubrica.domain.pay_floor import below_floor
from rubrica.domain.problems import Problem
from rubrica.records.models import Account, OpeningLanguage, OpeningSource, StoredOpening
from rubrica.records.queries import openings as queries
from rubrica.records.queries.openings import Facets
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.errors import ConflictError, NotFoundError
from rubrica.usecases.opening_work import count_work_again
from rubrica.usecases.profiles import own_profile

PAGE: Final = 25
MOST_PAGES: Final = 400


@dataclass(frozen=True, slots=True)
class ShownOpening:
    """An opening as one person sees it; of a visitor nothing is known, so nothing is said of eligibility and match."""

    row: StoredOpening
    opening: Opening
    availability: Availability | None
    eligibility: Eligibility | None
    match: Match | None

    @property
    def is_ours(self) -> bool:
        """Whether it is of a project here, and not only found elsewhere."""
        return self.row.source_id is None

    @property
    def below_floor(self) -> Problem | None:
        """What is wrong with the pay of one of ours that is below the floor that the host has set."""
        return below_floor(self.opening, settings.PAY_FLOORS) if self.is_ours else None

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What in an opening from elsewhere contradicts itself or could not be taken."""
        return tuple(Problem(note["field"], note["problem"], note["allowed"]) for note in self.row.notes)


@dataclass(frozen=True, slots=True)
class FoundOpenings:
    """A page of what was found, and how many there are by facet."""

    shown: Sequence[ShownOpening]
    total: int
    page: int
    pages: int
    order: Order
    facets: Facets


def candidate_of(account: Account) -> Candidate:
    """Return what openings ask about a person, as the person's profile declares it."""
    return own_profile(account).profile.candidate()


def find_openings(account: Account | None, search: Search, *, page: int = 1, now: datetime) -> FoundOpenings:
    """Return a page of the openings that a person, or a visitor, may see and that a search asks for."""
    count_work_again(now=now)
    candidate = candidate_of(account) if account is not None else None
    rows = queries.narrowed(_visible(account, now), search)
    if search.eligible and candidate is not None:
        rows = rows.filter(queries.is_eligible(candidate))
    total, facets = queries.facets_of(rows, search)
    found = rows.filter(queries.in_facets(search))
    facets["language"] = _languages(found)
    order = search.order or (Order.MATCH if candidate is not None else Order.NEWEST)
    pages = min(max(1, -(-total // PAGE)), MOST_PAGES)
    page = min(max(1, page), pages)
    listed = queries.page_of(queries.ordered(found, order, candidate), (page - 1) * PAGE, PAGE)
    shown = [_shown(row, candidate, now) for row in listed]
    return FoundOpenings(shown, total, page, pages, order, facets)


def _visible(account: Account | None, now: datetime) -> ScopedQuerySet[StoredOpening]:
    return queries.listed(now) if account is None else queries.shown_to(account, now)


def _languages(found: ScopedQuerySet[StoredOpening]) -> dict[str, int]:
    needs = OpeningLanguage.objects.everywhere("the openings are scoped").filter(
        opening__in=found.order_by().values("pk")
    )
    return dict(needs.order_by().values_list("primary").annotate(Count("pk")))


def _shown(row: StoredOpening, candidate: Candidate | None, now: datetime) -> ShownOpening:
    opening = parse_opening(row.document)
    return ShownOpening(
        row=row,
        opening=opening,
        availability=Availability(row.places_left, row.people + 1, row.minutes_each) if row.source_id is None else None,
        eligibility=_eligibility(row, opening, candidate, now) if candidate is not None else None,
        match=match(opening, candidate) if candidate is not None else None,
    )


def _eligibility(row: StoredOpening, opening: Opening, candidate: Candidate, now: datetime) -> Eligibility:
    is_open = row.state == OpeningState.OPEN
    return eligibility(opening, candidate, is_open=is_open, has_work=row.has_work, now=now)


def found_since(
    account: Account, search: Search, since: datetime, *, most: int, now: datetime
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Return how many openings a search has come to find since, and titles and public ids of the newest."""
    rows = queries.narrowed(_visible(account, now), search).filter(
        queries.in_facets(search), listed_at__gt=since, listed_at__lte=now
    )
    if search.eligible:
        rows = rows.filter(queries.is_eligible(candidate_of(account)))
    newest = rows.order_by("-listed_at", "pk").values_list("title", "public_id")[:most]
    return rows.count(), tuple(newest)


def view_opening(account: Account | None, public_id: str, *, now: datetime) -> ShownOpening:
    """Return one opening, also when it is closed: whoever has its address is told so.

    Raises
    ------
    NotFoundError
        There is no such opening, or it is not for this person to see.
    """
    count_work_again(now=now)
    rows = StoredOpening.objects.everywhere("what was published is for everybody, what is private for one person")
    seen = Q(project__isnull=False)
    if account is not None:
        seen |= Q(private_to=None) | Q(private_to=account)
    row = (
        rows.filter(seen, public_id=public_id, posted_at__isnull=False)
        .select_related("source", "project__organisation", "posting")
        .first()
    )
    if row is None:
        message = "There is no such opening, or it is not for you to see."
        raise NotFoundError(message)
    return _shown(row, candidate_of(account) if account is not None else None, now)


def guard_application(account: Account, public_id: str, *, now: datetime) -> ShownOpening:
    """Return an opening of a project here that the person may apply for now.

    Raises
    ------
    NotFoundError
        There is no such opening.
    ConflictError
        It is from elsewhere, or the person is not eligible: every rule that is missed says why, and how to meet it.
    """
    shown = view_opening(account, public_id, now=now)
    if not shown.is_ours:
        message = "This opening is from elsewhere. Apply at its own page."
        raise ConflictError(message)
    missed = shown.eligibility.missed if shown.eligibility is not None else ()
    if missed:
        raise ConflictError(" ".join(f"{finding.why} {finding.how}".strip() for finding in missed))
    return shown


def sources_shown_to(account: Account) -> Sequence[OpeningSource]:
    """Return the sources whose openings a person sees, by name."""
    rows = OpeningSource.objects.everywhere("shared sources are for everybody")
    return list(rows.filter(Q(is_shared=True) | Q(added_by=account), removed_at=None).order_by("name", "pk"))
