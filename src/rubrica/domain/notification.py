"""News for a person: what about, and how it comes to that person."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

MAX_TEXT: Final = 300
DIGEST_AT: Final = time(7, 0)
"""When the daily digest is sent, in the person's own zone."""


class Topic(StrEnum):
    """What news is about; each can come in a way of its own."""

    REVIEW = "review"
    APPEAL = "appeal"
    CASE = "case"
    PROPOSAL = "proposal"
    GUIDELINE = "guideline"
    TEST = "test"
    TIME = "time"
    APPLYING = "applying"


class Way(StrEnum):
    """How news comes: on Today only, there and with the daily mail, or there and by mail at once."""

    APP = "app"
    DIGEST = "digest"
    NOW = "now"


DEFAULT_WAY: Final = Way.DIGEST


def next_digest(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the next daily digest of somebody in a time zone is due."""
    day = now.astimezone(zone).date()
    today = datetime.combine(day, DIGEST_AT, tzinfo=zone)
    return today if today > now else datetime.combine(day + timedelta(days=1), DIGEST_AT, tzinfo=zone)


def retry_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts at a mail; None where it is given up."""
    waits = (5, 15, 60, 240, 720, 1_440, 2_880)
    return timedelta(minutes=waits[failures - 1]) if 0 < failures <= len(waits) else None
