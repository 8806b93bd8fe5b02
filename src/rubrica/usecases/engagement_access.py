"""What an engagement opens of its project, at once with every step; and what the clock does where nobody acts."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from rubrica.domain.engagement import BY_SILENCE, Access, EngagementEvent, EngagementState, access_of
from rubrica.domain.roles import Role
from rubrica.domain.terms import TermsAnswerKind
from rubrica.records.models import (
    Account,
    Assignment,
    Engagement,
    EngagementTerms,
    Project,
    ProjectMembership,
    TermsAnswer,
)
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.engagement import UNENDED
from rubrica.usecases.engagement_steps import (
    ENGAGEMENT_DEADLINE,
    NO_GROUNDS,
    Grounds,
    live_engagement,
    step_on,
    tell_project,
    tell_specialist,
)
from rubrica.usecases.jobs import Clock, KeptJob, enqueue
from rubrica.usecases.leaving import hand_over

ANSWER_TERMS: Final = "terms_deadline"
_TOLD_BY_CLOCK: Final = {
    EngagementEvent.LET_LAPSE: "The offer of terms in {project} has lapsed.",
    EngagementEvent.LET_RESUME: "The pause in {project} is over after 30 days: there is work again.",
    EngagementEvent.END: "Your engagement in {project} has ended. Your work record stays yours.",
    EngagementEvent.LET_GO: "The restriction in {project} is over: nobody opened a hearing in time. Work goes on.",
    EngagementEvent.CLOSE_ANSWER: "The time for your answer in {project} is over. Another person decides now.",
    EngagementEvent.LET_REINSTATE: "Nobody decided on the hearing in {project} in time: you are reinstated.",
}


def advance(
    engagement: Engagement,
    event: EngagementEvent,
    actor: Account | None,
    *,
    grounds: Grounds = NO_GROUNDS,
    now: datetime,
) -> None:
    """Let an engagement, whose project the caller has locked, take a step, and open or close the project with it.

    Notice that was given runs on under a restriction and a hearing: whoever is cleared is where he or she was.

    Raises
    ------
    ConflictError
        The engagement does not wait for this, or it did and the time for it is over.
    """
    if event == EngagementEvent.TAKE_BACK:
        engagement.notice_ends_at = None
    step_on(engagement, event, actor, grounds=grounds, now=now)
    if engagement.state == EngagementState.ACTIVE and engagement.notice_ends_at is not None:
        step_on(engagement, EngagementEvent.LET_NOTICE_RUN, None, now=now)
        if engagement.notice_ends_at <= now:
            step_on(engagement, EngagementEvent.END, None, now=now)
    apply_access(engagement, now=now)


def apply_access(engagement: Engagement, *, now: datetime) -> None:
    """Make the membership say what the engagement opens at this moment."""
    is_blocked = engagement.blocked_until is not None and engagement.blocked_until > now
    access = access_of(EngagementState(engagement.state), is_blocked=is_blocked, is_restricted=engagement.is_restricted)
    if access is None:
        return
    if engagement.state == EngagementState.ENDED and now < _door_closes(engagement) and _holds_task(engagement):
        # Notice is no accusation: the task in hand may be finished, and the door closes behind it.
        enqueue(ENGAGEMENT_DEADLINE, str(engagement.pk), now=now, available_at=_door_closes(engagement))
        access = Access.READ
    members = ProjectMembership.objects.of(engagement.project).filter(account=engagement.account)
    members.update(is_active=access is not Access.NOTHING, takes_work=access is Access.WORK)
    is_over = engagement.state in {EngagementState.ENDED, EngagementState.ENDED_FOR_CAUSE}
    # A restricted specialist keeps a test in hand for the return; a restricted reviewer would keep others waiting.
    if access is Access.NOTHING and (is_over or engagement.role != Role.SPECIALIST):
        hand_over(engagement.project, engagement.account, by=engagement.account, now=now)
        engagement.refresh_from_db(fields=["owner"])


def _door_closes(engagement: Engagement) -> datetime:
    """Return when the last task is to be finished: a lease that was held at the end lasts no longer, renewed or not."""
    ended = engagement.ended_at or engagement.offered_at
    return ended + timedelta(seconds=engagement.project.lease_seconds)


def _holds_task(engagement: Engagement) -> bool:
    held = Assignment.objects.of(engagement.project).filter(
        rater=engagement.account, state=AssignmentState.OPEN, lease_ends__gt=engagement.ended_at
    )
    return held.exists()


def at_deadline(job: KeptJob, now: Clock) -> None:
    """Do what silence does to an engagement whose time is over; nothing where somebody has acted since."""
    found = Engagement.objects.everywhere("the job names the engagement").filter(pk=int(job.subject)).first()
    if found is None:
        return
    at = now()
    with transaction.atomic():
        project = Project.objects.of(found.project).select_for_update().get()
        rows = Engagement.objects.of(project).select_related("account", "project__organisation", "application")
        engagement = rows.get(pk=found.pk)
        event = BY_SILENCE.get(EngagementState(engagement.state))
        if event is None:
            _close_door(engagement, at)
            return
        if engagement.due_at is None or engagement.due_at > at:
            _end_block(engagement, at)
            return
        # An offer that answers an application lapses with the application.
        if event == EngagementEvent.LET_LAPSE and engagement.application is not None:
            return
        advance(engagement, event, None, now=at)
        tell_specialist(engagement, _TOLD_BY_CLOCK[event].format(project=project.name), now=at)
        tell_project(engagement, f"{engagement}: {engagement.get_state_display().lower()}.", now=at)


def _close_door(engagement: Engagement, at: datetime) -> None:
    """See somebody out whose last task is over; whoever is engaged or taken in anew by then stays."""
    members = ProjectMembership.objects.of(engagement.project).filter(account=engagement.account, takes_work=False)
    if engagement.state != EngagementState.ENDED or at < _door_closes(engagement):
        return
    if members.filter(is_active=True).exists() and live_engagement(engagement.project, engagement.account) is None:
        members.update(is_active=False)
        hand_over(engagement.project, engagement.account, by=engagement.account, now=at)


def _end_block(engagement: Engagement, at: datetime) -> None:
    """Give work again where a hearing outlasts the block."""
    if engagement.blocked_until is None or engagement.blocked_until > at:
        return
    engagement.blocked_until, engagement.is_restricted = None, False
    engagement.save(update_fields=["blocked_until", "is_restricted"])
    apply_access(engagement, now=at)
    told = f"You can work in {engagement.project.name} again until the hearing is decided."
    tell_specialist(engagement, told, now=at)


def terms_at_deadline(job: KeptJob, now: Clock) -> None:
    """Let terms lapse that nobody answered; what was in force stays so."""
    rows = EngagementTerms.objects.everywhere("the job names the terms").select_related("engagement__project")
    terms = rows.filter(pk=int(job.subject)).first()
    at = now()
    if terms is None or terms.answer_by > at:
        return
    with transaction.atomic():
        project = Project.objects.of(terms.engagement.project).select_for_update().get()
        engagement = Engagement.objects.of(project).select_related("account", "project").get(pk=terms.engagement_id)
        answers = TermsAnswer.objects.of(project).filter(terms=terms)
        if answers.exclude(account=terms.proposed_by_id).exists() or engagement.state not in UNENDED:
            return
        if answers.filter(kind=TermsAnswerKind.WITHDRAWN).exists():
            return
        TermsAnswer.objects.create(terms=terms, kind=TermsAnswerKind.LAPSED, at=at, sha256=terms.sha256)
        told = f"Version {terms.version} of the terms in {project.name} was not answered in time: the old ones stay."
        tell_specialist(engagement, told, now=at)
        tell_project(engagement, told, now=at)
