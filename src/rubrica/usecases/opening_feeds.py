"""What this Rubrica publishes of its own openings, for search engines, boards and readers of news."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings

from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.posting import Posting
from rubrica.records.models import StoredOpening
from rubrica.records.queries.openings import listed

MOST_PUBLISHED: Final = 2_000


def published_postings(*, now: datetime) -> Sequence[Posting]:
    """Return the openings of projects here that are open, newest first; never what was found elsewhere."""
    rows = listed(now).order_by("-posted_at", "pk")
    return [posting_of(row) for row in rows[:MOST_PUBLISHED]]


def posting_of(row: StoredOpening) -> Posting:
    """Return an opening as it is published: under its public id, at its own address."""
    return Posting(
        key=row.public_id,
        opening=parse_opening(row.document),
        url=f"{settings.BASE_URL}/openings/{row.public_id}/",
        posted=_to_the_second(row.posted_at),
        updated=_to_the_second(row.updated_at),
    )


def _to_the_second(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment is not None else None
