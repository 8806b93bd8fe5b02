"""Applications elsewhere that a person keeps track of: how far each has come, what it cost, and what it brought in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rubrica.domain.money import Money
from rubrica.domain.roles import Permission
from rubrica.domain.transitions import Process, Transition

MAX_NAME: Final = 120
MAX_NOTE: Final = 1_000
MAX_URL: Final = 500
MOST_MINUTES: Final = 1_000_000
_HOUR: Final = 60


class TrackedState(StrEnum):
    """How far an application elsewhere has come."""

    SAVED = "saved"
    APPLIED = "applied"
    TESTING = "testing"
    ACCEPTED = "accepted"
    WORKING = "working"
    LEFT = "left"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"


class TrackedEvent(StrEnum):
    """What a person notes of it."""

    APPLY = "apply"
    TEST = "test"
    ACCEPT = "accept"
    WORK = "work"
    LEAVE = "leave"
    REJECT = "reject"
    GIVE_UP = "give_up"


_ASKED: Final = frozenset({TrackedState.APPLIED, TrackedState.TESTING})

TRACKED_PROCESS: Final = Process(
    (
        Transition(TrackedEvent.APPLY, frozenset({TrackedState.SAVED}), TrackedState.APPLIED, Permission.APPLY),
        Transition(TrackedEvent.TEST, frozenset({TrackedState.APPLIED}), TrackedState.TESTING, Permission.APPLY),
        Transition(TrackedEvent.ACCEPT, _ASKED, TrackedState.ACCEPTED, Permission.APPLY),
        Transition(TrackedEvent.WORK, frozenset({TrackedState.ACCEPTED}), TrackedState.WORKING, Permission.APPLY),
        Transition(
            TrackedEvent.LEAVE,
            frozenset({TrackedState.SAVED, TrackedState.ACCEPTED, TrackedState.WORKING}),
            TrackedState.LEFT,
            Permission.APPLY,
        ),
        Transition(TrackedEvent.REJECT, _ASKED, TrackedState.REJECTED, Permission.APPLY),
        Transition(TrackedEvent.GIVE_UP, _ASKED, TrackedState.NO_ANSWER, Permission.APPLY),
    ),
    {},
)
"""The way of an application elsewhere. Nobody is held to a time: it is the person's own notebook."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What one application elsewhere took and brought in so far."""

    platform: str
    unpaid_minutes: int
    paid_minutes: int
    income: Money | None


@dataclass(frozen=True, slots=True)
class PlatformIncome:
    """What a platform brought in, in one currency, for all the time it took.

    Attributes
    ----------
    hourly
        Income for an hour, unpaid time included; None where no time is noted.
    """

    platform: str
    unpaid_minutes: int
    paid_minutes: int
    income: Money | None
    hourly: Money | None


def income_by_platform(efforts: Iterable[Effort]) -> list[PlatformIncome]:
    """Add up what each platform took and brought in. Currencies are never mixed.

    Time that brought nothing in counts against the platform's only currency; where a platform pays in several, or
    none yet, it stands in a row of its own, because nobody can tell to which it belongs.
    """
    rows = list(efforts)
    currencies: dict[str, set[str]] = {}
    for row in rows:
        currencies.setdefault(row.platform, set()).update({row.income.currency} if row.income is not None else ())
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        own = currencies[row.platform]
        only = next(iter(own)) if len(own) == 1 else ""
        currency = row.income.currency if row.income is not None else only
        total = sums.setdefault((row.platform, currency), [0, 0, 0])
        total[0] += row.unpaid_minutes
        total[1] += row.paid_minutes
        total[2] += row.income.minor if row.income is not None else 0
    return [_income(platform, currency, *total) for (platform, currency), total in sorted(sums.items())]


def _income(platform: str, currency: str, unpaid: int, paid: int, minor: int) -> PlatformIncome:
    income = Money(minor, currency) if currency else None
    minutes = unpaid + paid
    hourly = Money(_rounded(minor * _HOUR, minutes), currency) if currency and minutes else None
    return PlatformIncome(platform, unpaid, paid, income, hourly)


def _rounded(numerator: int, denominator: int) -> int:
    """Divide and round half to even, exactly, as `Money` does."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
