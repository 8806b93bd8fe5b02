"""Rating each other after an engagement: hidden until both have, or 14 days have passed; then shown together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.mutual_rating import MAX_COMMENT, RATE_WITHIN, Side, check_rating, may_rate, revealed_at
from rubrica.domain.problems import Findings
from rubrica.records.models import Account, Engagement, MutualRating, MutualRatingReply
from rubrica.records.retrying import retried
from rubrica.usecases.access import record
from rubrica.usecases.engagement_steps import tell_project, tell_specialist
from rubrica.usecases.engagements import locked_engagement, own_locked
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.processes import checked_reason


@dataclass(frozen=True, slots=True)
class RatingsShown:
    """The ratings of an engagement as one side may see them.

    Attributes
    ----------
    may_rate
        Whether this side can still give its own.
    own, other
        What this side said, and what the other did; the other's only once they are revealed.
    revealed_at
        From when both are shown; None while the engagement goes on.
    may_reply
        Whether this side can answer what the other said of it.
    """

    side: Side
    may_rate: bool
    own: MutualRating | None
    other: MutualRating | None
    revealed_at: datetime | None
    may_reply: bool


def ratings_of(engagement: Engagement, side: Side, *, now: datetime) -> RatingsShown:
    """Return what one side may see of the ratings of an engagement, whose page it may see."""
    given = _given(engagement)
    if engagement.ended_at is None:
        return RatingsShown(side, may_rate=False, own=None, other=None, revealed_at=None, may_reply=False)
    shown_from = revealed_at(engagement.ended_at, {each: row.at for each, row in given.items()})
    other = next((row for each, row in given.items() if each != side), None) if now >= shown_from else None
    return RatingsShown(
        side,
        may_rate=may_rate(engagement.ended_at, given.keys(), side, now),
        own=given.get(side),
        other=other,
        revealed_at=shown_from,
        may_reply=other is not None and not hasattr(other, "reply"),
    )


def _given(engagement: Engagement) -> Mapping[Side, MutualRating]:
    rows = MutualRating.objects.of(engagement.project).filter(engagement=engagement)
    return {Side(row.side): row for row in rows.select_related("reply", "author")}


@retried
@transaction.atomic
def rate_project(account: Account, public_id: str, *, scores: object, comment: str, now: datetime) -> MutualRating:
    """Say how it was to work in a project.

    Raises
    ------
    NotFoundError
        The person has no such engagement.
    InvalidInputError
        A score is missing or none, or the comment is too long.
    ConflictError
        The engagement goes on, was rated, or ended more than 14 days ago.
    """
    engagement = own_locked(account, public_id)
    rating, told = _rate(engagement, account, Side.SPECIALIST, scores, comment, now=now)
    tell_project(engagement, told, now=now)
    return rating


@retried
@transaction.atomic
def rate_specialist(
    account: Account, slug: str, number: int, *, scores: object, comment: str, now: datetime
) -> MutualRating:
    """Say how it was to work with somebody, for the project.

    Raises
    ------
    NotFoundError
        There is no such engagement.
    NotAllowedError
        The person does not lead the project.
    InvalidInputError
        A score is missing or none, or the comment is too long.
    ConflictError
        It is one's own engagement, it goes on, was rated, or ended more than 14 days ago.
    """
    engagement = locked_engagement(account, slug, number)
    rating, told = _rate(engagement, account, Side.PROJECT, scores, comment, now=now)
    tell_specialist(engagement, told, now=now)
    return rating


def _rate(
    engagement: Engagement, account: Account, side: Side, scores: object, comment: str, *, now: datetime
) -> tuple[MutualRating, str]:
    """Keep a rating, and return it with what the other side is told of it."""
    given, ended_at = _given(engagement), engagement.ended_at
    if ended_at is None or not may_rate(ended_at, given.keys(), side, now):
        message = (
            f"An engagement is rated once by each side, within {RATE_WITHIN.days} days of its end. "
            "It cannot be rated now."
        )
        raise ConflictError(message)
    found = Findings()
    said, text = check_rating(side, scores, comment, found)
    if found:
        message = "Nothing was kept."
        raise InvalidInputError(message, found.problems)
    rating = MutualRating.objects.create(
        engagement=engagement, side=side, author=account, scores=said, comment=text, at=now
    )
    record("engagement.rated", str(engagement), at=now, actor=account, project=engagement.project, side=side.value)
    where = f"{engagement} in {engagement.project.name}"
    if given:
        return rating, f"Both sides have rated {where}: the ratings are shown now."
    until = ended_at + RATE_WITHIN
    return rating, (f"The other side has rated {where}. You read it once you have rated too, or on {until:%Y-%m-%d}.")


@retried
@transaction.atomic
def reply_to_project(account: Account, public_id: str, *, text: str, now: datetime) -> MutualRatingReply:
    """Answer what a project said of oneself, once.

    Raises
    ------
    NotFoundError
        The person has no such engagement.
    InvalidInputError
        The answer is missing or too long.
    ConflictError
        There is nothing to answer yet, or it was answered.
    """
    engagement = own_locked(account, public_id)
    reply = _reply(engagement, account, Side.SPECIALIST, text, now=now)
    tell_project(engagement, f"What you said of {engagement} was answered.", now=now)
    return reply


@retried
@transaction.atomic
def reply_to_specialist(account: Account, slug: str, number: int, *, text: str, now: datetime) -> MutualRatingReply:
    """Answer what a specialist said of the project, once.

    Raises
    ------
    NotFoundError
        There is no such engagement.
    NotAllowedError
        The person does not lead the project.
    InvalidInputError
        The answer is missing or too long.
    ConflictError
        There is nothing to answer yet, or it was answered.
    """
    engagement = locked_engagement(account, slug, number)
    reply = _reply(engagement, account, Side.PROJECT, text, now=now)
    tell_specialist(engagement, f"What you said of {engagement.project.name} was answered.", now=now)
    return reply


def _reply(engagement: Engagement, account: Account, side: Side, text: str, *, now: datetime) -> MutualRatingReply:
    shown = ratings_of(engagement, side, now=now)
    if not shown.may_reply or shown.other is None:
        message = "There is nothing to answer: ratings are answered once, when they are shown."
        raise ConflictError(message)
    said = checked_reason(text, MAX_COMMENT)
    return MutualRatingReply.objects.create(rating=shown.other, author=account, text=said, at=now)
