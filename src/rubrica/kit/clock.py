"""The one place that reads the wall clock, so that everything else takes the time as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  (the one place)
