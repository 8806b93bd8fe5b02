"""Pages of lists that grow: the newest first, each named by where the one before it ended."""

from typing import Annotated, Final, TypeVar

from ninja import Query

from rubrica.records.models import (
    Application,
    CalibrationRound,
    ChangeProposal,
    OpeningSource,
    Review,
    StoredOpening,
    TrackedApplication,
)
from rubrica.records.scoping import ScopedQuerySet

MOST_LISTED: Final = 200

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")]
AfterNumber = Annotated[int | None, Query(ge=1, le=999_999, description="`next_after` of the page before.")]
AfterRow = Annotated[str | None, Query(pattern="^[A-Za-z0-9_-]{1,40}$", description="`next_after` of the page before.")]
NEXT_AFTER: Final = "Where the following page begins; null on the last."

Numbered = TypeVar("Numbered", CalibrationRound, ChangeProposal, Review, StoredOpening)
Named = TypeVar("Named", Application, OpeningSource, TrackedApplication)
Mark = TypeVar("Mark", str, int)


def numbered_page(
    rows: ScopedQuerySet[Numbered], *, limit: int, after: int | None
) -> tuple[list[Numbered], int | None]:
    """Return up to ``limit`` rows behind the number ``after``, and where the following page begins; newest first."""
    if after is not None:
        rows = rows.filter(number__lt=after)
    found = list(rows[: limit + 1])
    page = found[:limit]
    return page, page[-1].number if len(found) > limit else None


def page_after(
    rows: ScopedQuerySet[Named], mark: str, *, limit: int, after: Mark | None
) -> tuple[list[Named], Mark | None]:
    """Return up to ``limit`` rows behind the one marked ``after``, in the order of ``rows``, and the next mark.

    Up to there only keys are read: such lists are one person's or one project's. A mark that is gone ends the list.
    """
    keys = list(rows.values_list("pk", mark))
    begin = 0 if after is None else next((place for place, key in enumerate(keys, 1) if key[1] == after), len(keys))
    wanted = keys[begin : begin + limit]
    by_key = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _mark in wanted])}
    page = [by_key[pk] for pk, _mark in wanted if pk in by_key]
    return page, wanted[-1][1] if begin + limit < len(keys) else None
