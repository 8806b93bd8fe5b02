"""Portfolios: a public page of what others are told about a person, for as long as the person wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.problems import Problem
from rubrica.domain.profile import Declared
from rubrica.domain.text import composed
from rubrica.domain.work_record import WorkEntry
from rubrica.records.models import Account, Portfolio, WorkCredential
from rubrica.usecases.access import record
from rubrica.usecases.credentials import credentials_of
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.profiles import own_profile
from rubrica.usecases.work_records import work_record


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What a portfolio shows: nothing that is not told everybody anyway.

    Attributes
    ----------
    declared
        Facts of the profile that may be shown; none of the person's own words.
    """

    portfolio: Portfolio
    declared: Declared
    work: Sequence[WorkEntry]
    credentials: Sequence[WorkCredential]


def own_portfolio(account: Account) -> Portfolio | None:
    """Return a person's portfolio, where there is one."""
    return Portfolio.objects.of_account(account).first()


@transaction.atomic
def open_portfolio(account: Account, name: str, *, now: datetime) -> Portfolio:
    """Make a portfolio, or call the person something else on the one there is.

    Raises
    ------
    InvalidInputError
        It calls the person nothing.
    """
    name = composed(name.strip())
    if not name:
        message = "The portfolio was not changed."
        raise InvalidInputError(message, [Problem("name", "is missing", "a name or pseudonym of 1 to 120 characters")])
    portfolio, _ = Portfolio.objects.of_account(account).update_or_create(
        account=account, defaults={"name": name[:120]}, create_defaults={"name": name[:120], "opened_at": now}
    )
    record("portfolio.opened", portfolio.public_id, at=now, actor=account)
    return portfolio


@transaction.atomic
def close_portfolio(account: Account, *, now: datetime) -> None:
    """Take the page away. A later one has another address."""
    portfolio = own_portfolio(account)
    if portfolio is not None:
        portfolio.delete()
        record("portfolio.closed", portfolio.public_id, at=now, actor=account)


def public_page(public_id: str, *, now: datetime) -> PublicPage:
    """Return what a portfolio shows to whoever has its address."""
    rows = Portfolio.objects.everywhere("its owner has made it public").select_related("account")
    portfolio = rows.filter(public_id=public_id, account__is_active=True).first()
    if portfolio is None:
        message = "There is no such portfolio."
        raise NotFoundError(message)
    account = portfolio.account
    told = [row.told for row in work_record(account, now=now) if row.told is not None]
    in_force = [row for row in credentials_of(account) if row.revoked_at is None and row.valid_until > now]
    return PublicPage(portfolio, own_profile(account).profile.masked(), told, in_force)
