"""Searches for openings that a person keeps, and what has come to be found by them since the person was last told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from django.core import signing
from django.db import transaction

from rubrica.domain.opening_search import Search, read_search
from rubrica.domain.problems import Findings, ProblemsError
from rubrica.domain.text import check_text
from rubrica.records.models import Account, SavedSearch
from rubrica.usecases.access import record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.opening_search import found_since

MOST_KEPT: Final = 20
MAX_NAME: Final = 120
MOST_TITLES: Final = 10
_SALT: Final = "rubrica.saved_searches"


@dataclass(frozen=True, slots=True)
class SearchNews:
    """What a kept search has come to find.

    Attributes
    ----------
    titles
        The newest, with the public ids of the openings.
    """

    search: SavedSearch
    total: int
    titles: tuple[tuple[str, str], ...]


def searches_of(account: Account) -> Sequence[SavedSearch]:
    """Return the searches that a person keeps, by name."""
    return list(SavedSearch.objects.of_account(account).order_by("name", "pk"))


@transaction.atomic
def save_search(account: Account, *, name: str, query: str, by_mail: bool, now: datetime) -> SavedSearch:
    """Keep a search.

    Raises
    ------
    InvalidInputError
        It has no name, or asks for something that cannot be asked.
    ConflictError
        The person keeps very many.
    """
    found = Findings()
    title = check_text(name.strip(), "name", found, minimum=1, maximum=MAX_NAME, one_line=True)
    try:
        search = search_in(query)
    except ProblemsError as error:
        found.problems += error.problems
        search = Search()
    if found:
        message = "The search was not kept."
        raise InvalidInputError(message, found.problems)
    own = SavedSearch.objects.of_account(account)
    if own.count() >= MOST_KEPT:
        message = f"You keep {MOST_KEPT} searches. Remove one first."
        raise ConflictError(message)
    row = SavedSearch.objects.create(
        account=account, name=title, query=search.address(), by_mail=by_mail, created_at=now, told_until=now
    )
    record("search.saved", row.public_id, at=now, actor=account)
    return row


def search_in(query: str) -> Search:
    """Return the search that the query of an address asks for."""
    return read_search(dict(parse_qsl(query.removeprefix("?"))))


@transaction.atomic
def change_mail(account: Account, public_id: str, *, by_mail: bool, now: datetime) -> SavedSearch:
    """Have what a search finds come with the daily mail, or not; what was found before is no news."""
    row = _own(account, public_id)
    row.by_mail, row.told_until = by_mail, now
    row.save(update_fields=["by_mail", "told_until"])
    return row


@transaction.atomic
def remove_search(account: Account, public_id: str) -> None:
    """Keep a search no more."""
    _own(account, public_id).delete()


def _own(account: Account, public_id: str) -> SavedSearch:
    row = SavedSearch.objects.of_account(account).filter(public_id=public_id).first()
    if row is None:
        message = "You keep no such search."
        raise NotFoundError(message)
    return row


# --- the daily mail ---


def news_of_searches(account: Account, *, now: datetime) -> Sequence[SearchNews]:
    """Return what the searches that come by mail have come to find since the person was last told."""
    news = []
    for row in SavedSearch.objects.of_account(account).filter(by_mail=True).order_by("name", "pk"):
        total, titles = found_since(account, search_in(row.query), row.told_until, most=MOST_TITLES, now=now)
        if total:
            news.append(SearchNews(row, total, titles))
    return news


def was_told(account: Account, *, now: datetime) -> None:
    """Note that a person was told of everything that the searches had found."""
    SavedSearch.objects.of_account(account).filter(by_mail=True).update(told_until=now)


def unsubscribe_token(account: Account) -> str:
    """Return what ends the mails of a person's searches without signing in."""
    return signing.dumps(account.public_id, salt=_SALT)


@transaction.atomic
def unsubscribe(token: str) -> None:
    """End the mails of somebody's searches.

    Raises
    ------
    NotFoundError
        Nobody was given this.
    """
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        message = "This link ends nothing. Choose under Openings which searches come by mail."
        raise NotFoundError(message) from error
    mailed = SavedSearch.objects.everywhere("the signed link names the person")
    mailed.filter(account__public_id=public_id).update(by_mail=False)
