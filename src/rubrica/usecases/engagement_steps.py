"""What moves an engagement on: one step of its table, with who waits for it next, and who is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rubrica.domain.engagement import (
    ACCUSING,
    ENGAGEMENT_PROCESS,
    WAITS_FOR_SPECIALIST,
    WAITS_FOR_WHO_ACTED,
    EngagementEvent,
    EngagementState,
    Evidence,
    block_ends,
    engagement_due,
    may_block,
)
from rubrica.domain.notification import Topic
from rubrica.domain.terms import AgreedTerms, Terms, read_terms, terms_in_force
from rubrica.records.models import Account, Engagement, EngagementStep, EngagementTerms, Project, TermsAnswer
from rubrica.records.models.engagement import UNENDED
from rubrica.usecases.access import record
from rubrica.usecases.errors import ConflictError
from rubrica.usecases.jobs import enqueue
from rubrica.usecases.notifications import notify, notify_outside
from rubrica.usecases.processes import lead_with_fewest, step_of, who_could, with_fewest
from rubrica.usecases.pseudonyms import name_for_all

ENGAGEMENT_DEADLINE: Final = "engagement_deadline"
_OVER: Final = frozenset({EngagementState.ENDED, EngagementState.ENDED_FOR_CAUSE})
_SAYS_WHY: Final = frozenset({EngagementEvent.PAUSE, EngagementEvent.GIVE_NOTICE, EngagementEvent.LEAVE})


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a step says for itself."""

    reason: str = ""
    reason_code: str = ""
    evidence: tuple[Evidence, ...] = ()


NO_GROUNDS: Final = Grounds()


def live_engagement(project: Project, account: Account) -> Engagement | None:
    """Return what stands between somebody and a project: an offer, or an engagement that has not ended."""
    rows = Engagement.objects.of(project).filter(account=account, state__in=UNENDED)
    return rows.select_related("account", "project__organisation").first()


def refuse_while_engaged(project: Project, account: Account) -> None:
    """Refuse to change by hand the part that somebody has in a project by an engagement.

    Access follows the engagement: by taking the person out, or giving another role, a lead would go round notice and
    hearing, and by taking the person in again round a restriction.

    Raises
    ------
    ConflictError
        There is an engagement that has begun and not ended.
    """
    refuse_while_engaged_in([project], account)


def refuse_while_engaged_in(projects: Iterable[Project], account: Account) -> None:
    """Refuse the same where somebody is taken out of several projects at once.

    Raises
    ------
    ConflictError
        In one of them there is an engagement that has begun and not ended.
    """
    rows = Engagement.objects.of_account(account).filter(project__in=list(projects), state__in=UNENDED)
    engagement = rows.exclude(state=EngagementState.OFFERED).select_related("project__organisation").first()
    if engagement is not None:
        message = (
            f"{name_for_all(engagement.project, account)} works here under terms ({engagement}): "
            "give notice or open a hearing there. "
            "The access changes with it."
        )
        raise ConflictError(message)


def step_on(
    engagement: Engagement,
    event: EngagementEvent,
    actor: Account | None,
    *,
    grounds: Grounds = NO_GROUNDS,
    now: datetime,
) -> None:
    """Let an engagement, whose project the caller has locked, take a step; its next deadline becomes a job.

    What it opens of the project is for ``engagement_access`` to see to.

    Raises
    ------
    ConflictError
        The engagement does not wait for this, or it did and the time for it is over.
    """
    source = EngagementState(engagement.state)
    step = step_of(ENGAGEMENT_PROCESS, source, event, engagement)
    # Leaving is free at any time.
    if actor is not None and event != EngagementEvent.LEAVE and engagement.due_at and engagement.due_at <= now:
        message = f"The time for this was over on {engagement.due_at:%Y-%m-%d %H:%M} UTC."
        raise ConflictError(message)
    engagement.state = step.target
    _note_grounds(engagement, event, actor, grounds)
    _note_block(engagement, event, now)
    _note_moments(engagement, step.target, now)
    engagement.owner = _owner(engagement, step.target, actor) if engagement.due_at is not None else None
    engagement.save()
    add_step(engagement, event, source, actor, grounds=grounds, now=now)
    if engagement.due_at is not None:
        enqueue(ENGAGEMENT_DEADLINE, str(engagement.pk), now=now, available_at=engagement.due_at)
    if engagement.blocked_until is not None and engagement.blocked_until != engagement.due_at:
        enqueue(ENGAGEMENT_DEADLINE, str(engagement.pk), now=now, available_at=engagement.blocked_until)


def add_step(
    engagement: Engagement,
    event: EngagementEvent,
    source: EngagementState,
    actor: Account | None,
    *,
    grounds: Grounds = NO_GROUNDS,
    now: datetime,
) -> None:
    """Write down what happened, for those whom it concerns and in the audit trail."""
    EngagementStep.objects.create(
        engagement=engagement,
        at=now,
        actor=actor,
        event=event,
        source=source,
        target=engagement.state,
        reason_code=grounds.reason_code,
        reason=grounds.reason,
        evidence=[row.as_json() for row in grounds.evidence],
    )
    record(
        f"engagement.{event}",
        str(engagement),
        at=now,
        actor=actor,
        project=engagement.project,
        reason_code=grounds.reason_code,
    )


def _note_grounds(engagement: Engagement, event: EngagementEvent, actor: Account | None, grounds: Grounds) -> None:
    if event in ACCUSING:
        engagement.opened_by, engagement.decided_by = actor, None
        engagement.evidence_count = len(grounds.evidence)
        engagement.reason_code, engagement.reason = grounds.reason_code, grounds.reason
    elif event == EngagementEvent.END_FOR_CAUSE:
        engagement.decided_by = actor
    elif engagement.state == EngagementState.ACTIVE or event in _SAYS_WHY:
        engagement.opened_by = engagement.decided_by = None
        engagement.evidence_count = 0
        engagement.reason_code, engagement.reason = grounds.reason_code, grounds.reason


def _note_block(engagement: Engagement, event: EngagementEvent, now: datetime) -> None:
    """Withhold work while somebody is accused: once, and for seven working days at most."""
    if event == EngagementEvent.RESTRICT:
        if not may_block(engagement.blocked_at, now):
            name = name_for_all(engagement.project, engagement.account)
            message = f"Work was withheld from {name} in the last 30 days already. Open a hearing instead."
            raise ConflictError(message)
        engagement.blocked_at, engagement.is_restricted = now, True
        engagement.blocked_until = block_ends(now)
    elif event == EngagementEvent.OPEN_HEARING and engagement.blocked_until is None:
        if may_block(engagement.blocked_at, now):
            engagement.blocked_at, engagement.blocked_until = now, block_ends(now)
    elif engagement.state not in {EngagementState.HEARING, EngagementState.DECIDING}:
        engagement.blocked_until, engagement.is_restricted = None, False


def _note_moments(engagement: Engagement, target: EngagementState, now: datetime) -> None:
    if target == EngagementState.ENDING:
        engagement.due_at = engagement.notice_ends_at or engagement_due(target, now, notice_of(engagement, now))
        engagement.notice_ends_at = engagement.due_at
    else:
        engagement.due_at = engagement_due(target, now)
    if target == EngagementState.ACTIVE and engagement.started_at is None:
        engagement.started_at = now
    if target in _OVER:
        engagement.ended_at = now


def notice_of(engagement: Engagement, at: datetime) -> timedelta:
    """Return how long notice is by the terms in force."""
    terms = current_terms(engagement, at)
    return timedelta(days=terms.rate.notice_days) if terms is not None else timedelta(0)


def _owner(engagement: Engagement, state: EngagementState, actor: Account | None) -> Account:
    if state in WAITS_FOR_SPECIALIST:
        return engagement.account
    if state in WAITS_FOR_WHO_ACTED and actor is not None:
        return actor
    return _of_project(engagement, state)


def _of_project(engagement: Engagement, state: EngagementState) -> Account:
    """Return who of the project sees to an engagement in a state: to a decision nobody who has accused the person."""
    barred = {engagement.account_id} | (accusers_of(engagement) if state == EngagementState.DECIDING else set())
    found = with_fewest(engagement.project, Engagement, without=barred)
    return found or lead_with_fewest(engagement.project, Engagement)


def accusers_of(engagement: Engagement) -> set[int]:
    """Return who restricted access or opened a hearing in what is going on now, by row id: none of them decides."""
    steps = EngagementStep.objects.of(engagement.project).filter(engagement=engagement).order_by("-pk")
    found = set()
    for step in steps:
        if step.target == EngagementState.ACTIVE:
            break
        if step.event in ACCUSING and step.actor_id is not None:
            found.add(step.actor_id)
    return found | ({engagement.opened_by_id} if engagement.opened_by_id is not None else set())


def refuse_without_second(engagement: Engagement, accuser: Account) -> None:
    """Refuse to accuse somebody where nobody else could decide.

    Raises
    ------
    ConflictError
        All who lead the project have accused the person.
    """
    barred = {engagement.account_id, accuser.pk} | accusers_of(engagement)
    if not who_could(engagement.project, without=barred):
        message = "There is nobody else in this project who could decide. Have another lead added first."
        raise ConflictError(message)


def hand_over_engagement(engagement: Engagement) -> None:
    """Give an engagement to another who could see to it; its project is locked, and its owner can no more."""
    engagement.owner = _of_project(engagement, EngagementState(engagement.state))
    engagement.save(update_fields=["owner"])


# --- terms ---


def agreed_terms(engagement: Engagement) -> tuple[AgreedTerms, ...]:
    """Return the versions that both sides accepted, and from when each holds."""
    answers = TermsAnswer.objects.of(engagement.project).filter(terms__engagement=engagement, holds_from__isnull=False)
    rows = answers.order_by("terms__version").values_list("terms__version", "holds_from")
    return tuple(AgreedTerms(version, moment) for version, moment in rows if moment is not None)


def stored_terms_in_force(engagement: Engagement, at: datetime) -> EngagementTerms | None:
    """Return the version that holds at a moment; None before the first was accepted."""
    version = terms_in_force(agreed_terms(engagement), at)
    if version is None:
        return None
    return EngagementTerms.objects.of(engagement.project).filter(engagement=engagement, version=version).first()


def current_terms(engagement: Engagement, at: datetime) -> Terms | None:
    """Return what the version says that holds at a moment; None before the first was accepted."""
    stored = stored_terms_in_force(engagement, at)
    return read_terms(stored.document) if stored is not None else None


# --- telling ---


def tell_specialist(engagement: Engagement, text: str, *, now: datetime) -> None:
    """Tell whose engagement it is; the news leads to the person's own page of it."""
    address = f"/engagements/{engagement.public_id}/"
    notify_outside(engagement.account, Topic.APPLYING, engagement.project, text, address, now=now)


def tell_project(engagement: Engagement, text: str, *, now: datetime) -> None:
    """Tell whoever of the project sees to an engagement, or everybody who leads it."""
    is_own = engagement.owner_id in {None, engagement.account_id}
    people: Sequence[Account | None] = (
        who_could(engagement.project, without={engagement.account_id}) if is_own else [engagement.owner]
    )
    path = f"engagements/{engagement.number}/"
    notify([person for person in people if person], Topic.APPLYING, engagement.project, text, path, now=now)
