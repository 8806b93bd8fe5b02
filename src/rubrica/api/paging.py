"""Pages of lists that grow: the newest first, each named by where the one before it ended."""

from typing import Annotated, Final, TypeVar

from ninja import Query

from rubrica.records.models import CalibrationRound, ChangeProposal, Review
from rubrica.records.scoping import ScopedQuerySet

MOST_LISTED: Final = 200

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")]
AfterNumber = Annotated[int | None, Query(ge=1, le=999_999, description="`next_after` of the page before.")]
NEXT_AFTER: Final = "Where the following page begins; null on the last."

Numbered = TypeVar("Numbered", CalibrationRound, ChangeProposal, Review)


def numbered_page(
    rows: ScopedQuerySet[Numbered], *, limit: int, after: int | None
) -> tuple[list[Numbered], int | None]:
    """Return up to ``limit`` rows behind the number ``after``, and where the following page begins; newest first."""
    if after is not None:
        rows = rows.filter(number__lt=after)
    found = list(rows[: limit + 1])
    page = found[:limit]
    return page, page[-1].number if len(found) > limit else None
