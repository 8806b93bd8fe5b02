"""Working days: deadlines that are given in them, Monday to Friday in UTC. Public holidays differ, so none is known."""

from datetime import UTC, datetime, timedelta
from typing import Final

_SATURDAY: Final = 5


def after_working_days(start: datetime, days: int) -> datetime:
    """Return the moment so many whole working days after another.

    Time at a weekend does not count: what begins on a Saturday or Sunday begins with Monday, at midnight.
    """
    moment = start.astimezone(UTC)
    if moment.weekday() >= _SATURDAY:
        moment = _monday(moment)
    weeks, rest = divmod(days, 5)
    moment += timedelta(weeks=weeks)
    for _ in range(rest):
        moment += timedelta(days=1)
        while moment.weekday() >= _SATURDAY:
            moment += timedelta(days=1)
    return moment


def _monday(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=7 - midnight.weekday())
