"""Accusations: restricting access, opening a hearing and deciding it, with evidence, by two people, in time."""

from datetime import datetime
from typing import Final

from django.db import transaction

from rubrica.domain.engagement import (
    ANSWER_WITHIN,
    BLOCK_AT_MOST,
    MAX_REASON,
    EngagementEvent,
    Evidence,
    EvidenceKind,
    check_cause,
    check_long_reason,
)
from rubrica.domain.problems import Findings, quoted
from rubrica.records.models import Account, Engagement, Evaluation, TimeClaim
from rubrica.records.retrying import retried
from rubrica.usecases.engagement_access import advance
from rubrica.usecases.engagement_steps import Grounds, accusers_of, refuse_without_second, tell_project, tell_specialist
from rubrica.usecases.engagements import locked_engagement
from rubrica.usecases.errors import InvalidInputError, NotAllowedError
from rubrica.usecases.processes import checked_reason

_DIGITS: Final = 10
"""Numbers of claims have fewer; what has more is none."""


@retried
@transaction.atomic
def restrict(
    account: Account, slug: str, number: int, *, reason_code: str, reason: str, evidence: object, now: datetime
) -> Engagement:
    """Close the project to somebody at once, for seven working days at most, for a cause that cannot wait.

    Raises
    ------
    InvalidInputError
        The cause is none of fraud, security, confidentiality and abuse, or reason or evidence is missing.
    ConflictError
        Work was withheld in the last 30 days already, nobody else could decide, or it is no time for it.
    """
    engagement, grounds = _accuse(account, slug, number, reason_code, reason, evidence)
    advance(engagement, EngagementEvent.RESTRICT, account, grounds=grounds, now=now)
    told = (
        f"Your access to {engagement.project.name} is restricted until {engagement.due_at:%Y-%m-%d} at the latest, "
        f"at most {BLOCK_AT_MOST} working days. You see why. What you have earned stays yours."
    )
    tell_specialist(engagement, told, now=now)
    return engagement


@retried
@transaction.atomic
def lift_restriction(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> Engagement:
    """Give somebody the access back."""
    engagement = locked_engagement(account, slug, number)
    said = checked_reason(reason, MAX_REASON)
    advance(engagement, EngagementEvent.LIFT, account, grounds=Grounds(said), now=now)
    tell_specialist(engagement, f"The restriction in {engagement.project.name} is lifted.", now=now)
    return engagement


@retried
@transaction.atomic
def open_hearing(
    account: Account, slug: str, number: int, *, reason_code: str, reason: str, evidence: object, now: datetime
) -> Engagement:
    """Tell somebody of what he or she is accused, with the evidence; there are seven days to answer.

    Raises
    ------
    InvalidInputError
        The cause is none of fraud, security, confidentiality and abuse, or reason or evidence is missing.
    ConflictError
        Nobody else could decide, or it is no time for it.
    """
    engagement, grounds = _accuse(account, slug, number, reason_code, reason, evidence)
    advance(engagement, EngagementEvent.OPEN_HEARING, account, grounds=grounds, now=now)
    told = (
        f"There is a hearing about your engagement in {engagement.project.name}. You see why, and have "
        f"{ANSWER_WITHIN.days} days to answer. Another person decides."
    )
    tell_specialist(engagement, told, now=now)
    return engagement


@retried
@transaction.atomic
def decide_hearing(account: Account, slug: str, number: int, *, ends: bool, reason: str, now: datetime) -> Engagement:
    """End an engagement for the cause that was heard, or reinstate the person.

    Raises
    ------
    InvalidInputError
        The reason is too short.
    NotAllowedError
        One has accused the person oneself: another person decides.
    ConflictError
        The person may still answer, or there is no hearing.
    """
    engagement = locked_engagement(account, slug, number)
    found = Findings()
    said = check_long_reason(reason, found)
    if found:
        message = "Nothing was decided: say why."
        raise InvalidInputError(message, found.problems)
    if ends and account.pk in accusers_of(engagement):
        message = "You opened this, so another person decides whether it ends the engagement."
        raise NotAllowedError(message)
    event = EngagementEvent.END_FOR_CAUSE if ends else EngagementEvent.REINSTATE
    advance(engagement, event, account, grounds=Grounds(said, engagement.reason_code), now=now)
    project = engagement.project.name
    told = (
        f"Your engagement in {project} was ended for cause. You see why. Your work record and earnings stay yours."
        if ends
        else f"The hearing in {project} is closed: you are reinstated."
    )
    tell_specialist(engagement, told, now=now)
    tell_project(engagement, f"{engagement}: {engagement.get_state_display().lower()}.", now=now)
    return engagement


def _accuse(
    account: Account, slug: str, number: int, reason_code: str, reason: str, evidence: object
) -> tuple[Engagement, Grounds]:
    engagement = locked_engagement(account, slug, number)
    found = Findings()
    cause, said, shown = check_cause(reason_code, reason, evidence, found)
    for place, row in enumerate(shown):
        _check_reference(engagement, row, f"evidence[{place}].reference", found)
    if found:
        message = "Nothing was changed: whoever is accused is owed a cause, a reason and evidence."
        raise InvalidInputError(message, found.problems)
    refuse_without_second(engagement, account)
    return engagement, Grounds(said, cause, tuple(shown))


def _check_reference(engagement: Engagement, row: Evidence, path: str, found: Findings) -> None:
    """Note evidence that is not of this person in this project."""
    if not row.reference:
        return
    if row.kind is EvidenceKind.EVALUATION:
        rows = Evaluation.objects.of(engagement.project).filter(rater=engagement.account, public_id=row.reference)
        is_there = rows.exists()
    else:
        claims = TimeClaim.objects.of(engagement.project).filter(account=engagement.account)
        number = row.reference.removeprefix("T-")
        is_there = number.isdecimal() and len(number) < _DIGITS and claims.filter(number=int(number)).exists()
    if not is_there:
        found.add(path, f"is {quoted(row.reference)}", f"an {row.kind} of this person in this project")
