"""The notebook of applications elsewhere: one's own, seen by nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from rubrica.domain.money import EXPONENT_OF, Money, read_money
from rubrica.domain.problems import Findings, quoted
from rubrica.domain.text import check_text
from rubrica.domain.tracked_application import (
    MAX_NAME,
    MAX_NOTE,
    MAX_URL,
    MOST_MINUTES,
    TRACKED_PROCESS,
    Effort,
    PlatformIncome,
    TrackedEvent,
    TrackedState,
    income_by_platform,
)
from rubrica.records.models import Account, TrackedApplication
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError

MOST_TRACKED: Final = 500


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a person notes of an application elsewhere, as it came from outside."""

    platform: str
    title: str
    url: str = ""
    note: str = ""
    unpaid_minutes: int = 0
    paid_minutes: int = 0
    income: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Notebook:
    """A person's applications elsewhere, with what each platform brought in."""

    rows: tuple[TrackedApplication, ...]
    income: tuple[PlatformIncome, ...]


def notebook_of(account: Account) -> Notebook:
    """Return a person's own notebook, what changed last first."""
    rows = tracked_by(account)[:MOST_TRACKED]
    efforts = [Effort(row.platform, row.unpaid_minutes, row.paid_minutes, income_of(row)) for row in rows]
    return Notebook(tuple(rows), tuple(income_by_platform(efforts)))


def tracked_by(account: Account) -> ScopedQuerySet[TrackedApplication]:
    """Return the applications elsewhere that a person has noted, what changed last first."""
    return TrackedApplication.objects.of_account(account).order_by("-changed_at", "-pk")


def income_of(row: TrackedApplication) -> Money | None:
    """Return what an application elsewhere brought in, where that is noted."""
    return Money(row.income_minor, row.currency) if row.income_minor is not None else None


def events_of(row: TrackedApplication) -> Sequence[TrackedEvent]:
    """Return what can happen to it next."""
    return TRACKED_PROCESS.events(TrackedState(row.state))


@transaction.atomic
def track(account: Account, tracked: Tracked, *, now: datetime) -> TrackedApplication:
    """Note one more application elsewhere.

    Raises
    ------
    InvalidInputError
        Something in it cannot be taken; every problem is named.
    ConflictError
        The notebook is full.
    """
    columns = _read(tracked)
    Account.objects.select_for_update().get(pk=account.pk)
    if TrackedApplication.objects.of_account(account).count() >= MOST_TRACKED:
        message = f"The notebook holds {MOST_TRACKED} applications. Remove one first."
        raise ConflictError(message)
    return TrackedApplication.objects.create(account=account, added_at=now, changed_at=now, **columns)


@transaction.atomic
def change_tracked(account: Account, public_id: str, tracked: Tracked, *, now: datetime) -> TrackedApplication:
    """Note something else of an application elsewhere."""
    row = tracked_application(account, public_id)
    for name, value in _read(tracked).items():
        setattr(row, name, value)
    row.changed_at = now
    row.save()
    return row


@transaction.atomic
def step_tracked(account: Account, public_id: str, event: str, *, now: datetime) -> TrackedApplication:
    """Note how far an application elsewhere has come.

    Raises
    ------
    ConflictError
        It cannot have come there from where it is.
    """
    row = tracked_application(account, public_id)
    chosen = next((each for each in events_of(row) if each == event), None)
    if chosen is None:
        message = f"It is {row.get_state_display().lower()}: that cannot happen next."
        raise ConflictError(message)
    row.state = TRACKED_PROCESS.step(TrackedState(row.state), chosen).target
    row.changed_at = now
    row.save(update_fields=["state", "changed_at"])
    return row


@transaction.atomic
def untrack(account: Account, public_id: str) -> None:
    """Remove an application elsewhere from the notebook."""
    tracked_application(account, public_id).delete()


def tracked_application(account: Account, public_id: str) -> TrackedApplication:
    """Return one of a person's own applications elsewhere.

    Raises
    ------
    NotFoundError
        There is none in this person's notebook.
    """
    row = TrackedApplication.objects.of_account(account).filter(public_id=public_id).first()
    if row is None:
        message = "There is no such application in your notebook."
        raise NotFoundError(message)
    return row


def _read(tracked: Tracked) -> dict[str, str | int | None]:
    found = Findings()
    columns: dict[str, str | int | None] = {
        "platform": check_text(tracked.platform, "platform", found, minimum=1, maximum=MAX_NAME, one_line=True).strip(),
        "title": check_text(tracked.title, "title", found, minimum=1, maximum=MAX_NAME, one_line=True).strip(),
        "url": check_text(tracked.url, "url", found, maximum=MAX_URL, one_line=True).strip(),
        "note": check_text(tracked.note, "note", found, maximum=MAX_NOTE).strip(),
        "unpaid_minutes": tracked.unpaid_minutes,
        "paid_minutes": tracked.paid_minutes,
    }
    if columns["url"] and not str(columns["url"]).startswith(("https://", "http://")):
        found.add("url", f"is {quoted(columns['url'])}", "an address that begins with https:// or http://")
    for name in ("unpaid_minutes", "paid_minutes"):
        minutes = getattr(tracked, name)
        if not 0 <= minutes <= MOST_MINUTES:
            found.add(name, f"is {minutes}", f"0 to {MOST_MINUTES} minutes")
    income = _income(tracked, found)
    columns["income_minor"] = income.minor if income is not None else None
    columns["currency"] = income.currency if income is not None else ""
    if found:
        message = "Nothing was noted."
        raise InvalidInputError(message, found.problems)
    return columns


def _income(tracked: Tracked, found: Findings) -> Money | None:
    if not tracked.income.strip():
        return None
    if tracked.currency not in EXPONENT_OF:
        found.add("currency", f"is {quoted(tracked.currency)}", "a code of ISO 4217 in capitals, such as USD")
        return None
    income = read_money(tracked.income, tracked.currency)
    if income is None:
        digits = EXPONENT_OF[tracked.currency]
        found.add("income", f"is {quoted(tracked.income)}", f"an amount with at most {digits} digits behind the point")
    return income
