"""One's own pace: how much a person evaluated, and for how long, by day. Never held against anybody else's."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from rubrica.records.models import Account, Evaluation, Project

DAYS: Final = 30
SPANS: Final = (1, 7, 30)
FEWEST: Final = 4
"""Evaluations below which the middle half of their times says nothing."""
_HOUR: Final = 3_600.0
_LEAST: Final = 60.0
"""Seconds at work below which nobody can say what an hour would bring."""


@dataclass(frozen=True, slots=True)
class Day:
    """What one person did on one day of that person's own zone; revisions are not counted again."""

    day: date
    evaluations: int
    active_seconds: float


@dataclass(frozen=True, slots=True)
class Span:
    """The last ``days`` days, today included.

    Attributes
    ----------
    active_seconds
        Time at work as the workbench measured it, of those evaluations of which it is known.
    n_unknown
        Evaluations of which it is not.
    median_seconds, middle_half
        Of one evaluation; ``None`` for too few.
    per_hour
        Evaluations in an hour at work; ``None`` where less than a minute is known.
    """

    days: int
    evaluations: int
    n_unknown: int
    active_seconds: float
    median_seconds: float | None
    middle_half: tuple[float, float] | None
    per_hour: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """A person's last thirty days, newest day first, and what they come to."""

    days: tuple[Day, ...]
    spans: tuple[Span, ...]


def own_pace(account: Account, zone: tzinfo, *, now: datetime, project: Project | None = None) -> Pace:
    """Return the person's own pace, in one project or in all.

    Days are those of ``zone``: also one that has 23 or 25 hours.
    """
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    rows = Evaluation.objects.of_account(account).filter(
        supersedes=None, submitted_at__gte=datetime(first.year, first.month, first.day, tzinfo=zone)
    )
    if project is not None:
        rows = rows.filter(project=project)
    done = [
        (submitted.astimezone(zone).date(), None if active is None else active / 1_000)
        for submitted, active in rows.order_by().values_list("submitted_at", "active_ms")
    ]
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return Pace(
        tuple(_day(day, [seconds for when, seconds in done if when == day]) for day in days),
        tuple(
            _span(span, [seconds for when, seconds in done if when > today - timedelta(days=span)]) for span in SPANS
        ),
    )


def own_today(account: Account, zone: tzinfo, project: Project, *, now: datetime) -> Day:
    """Return what the person did in a project today."""
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Evaluation.objects.of_account(account).filter(project=project, supersedes=None, submitted_at__gte=midnight)
    return _day(local.date(), [None if ms is None else ms / 1_000 for ms in rows.values_list("active_ms", flat=True)])


def _day(day: date, seconds: Sequence[float | None]) -> Day:
    return Day(day, len(seconds), sum(each for each in seconds if each is not None))


def _span(days: int, seconds: Sequence[float | None]) -> Span:
    known = [each for each in seconds if each is not None]
    active = sum(known)
    low, _, high = statistics.quantiles(known, n=4) if len(known) >= FEWEST else (0.0, 0.0, 0.0)
    return Span(
        days=days,
        evaluations=len(seconds),
        n_unknown=len(seconds) - len(known),
        active_seconds=active,
        median_seconds=statistics.median(known) if known else None,
        middle_half=(low, high) if len(known) >= FEWEST else None,
        per_hour=len(known) / (active / _HOUR) if active >= _LEAST else None,
    )
