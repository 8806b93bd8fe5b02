"""Ratings that specialist and project give each other after an engagement: neither reads the other's before giving one.

Nothing else in the product rests on them: no match, no access, no pay.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.problems import Findings, as_object, quoted
from rubrica.domain.text import check_text

RATE_WITHIN: Final = timedelta(days=14)
"""From the end of the engagement. Then what was given is shown, and nobody can answer it with a rating any more."""
LOWEST: Final = 1
HIGHEST: Final = 5
MAX_COMMENT: Final = 1_000


class Side(StrEnum):
    """Who rates: the specialist rates the project, the project rates the specialist."""

    SPECIALIST = "specialist"
    PROJECT = "project"


RATED: Final[Mapping[Side, Mapping[str, str]]] = {
    Side.SPECIALIST: {
        "rules": "The rules were clear, and questions were answered",
        "fairness": "My work was judged fairly",
        "agreement": "Pay and hours were as agreed",
    },
    Side.PROJECT: {
        "care": "Looked closely and marked what was there",
        "reasons": "Said why, in words that helped",
        "reliability": "Kept to what was agreed",
    },
}
"""What each side says of the other, from 1, hardly, to 5, fully."""


def may_rate(ended_at: datetime, given: Collection[Side], side: Side, now: datetime) -> bool:
    """Tell whether a side may give its rating: once, and within 14 days of the end."""
    return side not in given and ended_at <= now < ended_at + RATE_WITHIN


def revealed_at(ended_at: datetime, given: Mapping[Side, datetime]) -> datetime:
    """Return from when both sides read what was given: the second rating, or 14 days after the end without one."""
    if len(given) == len(Side):
        return max(given.values())
    return ended_at + RATE_WITHIN


def check_rating(side: Side, scores: object, comment: object, found: Findings) -> tuple[dict[str, int], str]:
    """Read a rating, or note everything that is wrong with it."""
    said = as_object(scores) or {}
    kept: dict[str, int] = {}
    for name in RATED[side]:
        score = said.get(name)
        if isinstance(score, int) and not isinstance(score, bool) and LOWEST <= score <= HIGHEST:
            kept[name] = score
        else:
            given = "is missing" if score is None else f"is {quoted(score)}"
            found.add(f"scores.{name}", given, f"a whole number from {LOWEST} to {HIGHEST}")
    for name in said.keys() - RATED[side].keys():
        found.add(f"scores.{str(name)[:40]}", "is not asked", ", ".join(RATED[side]))
    text = check_text(comment, "comment", found, maximum=MAX_COMMENT).strip()
    return kept, text
