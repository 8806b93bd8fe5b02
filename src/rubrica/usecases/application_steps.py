"""What moves an application on: one step of its table, with who waits for it next, and the clock where nobody acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from rubrica.domain.application import (
    APPLICATION_PROCESS,
    BY_SILENCE,
    DECIDE_WITHIN,
    WAITS_FOR_APPLICANT,
    ApplicationEvent,
    ApplicationState,
    application_due,
)
from rubrica.domain.engagement import EngagementEvent, EngagementState
from rubrica.domain.notification import Topic
from rubrica.domain.opening import OpeningState
from rubrica.records.models import (
    Account,
    Application,
    ApplicationStep,
    Engagement,
    Project,
    StoredOpening,
)
from rubrica.usecases.access import record
from rubrica.usecases.engagement_steps import step_on
from rubrica.usecases.errors import ConflictError
from rubrica.usecases.jobs import Clock, KeptJob, enqueue
from rubrica.usecases.notifications import notify, notify_outside
from rubrica.usecases.processes import lead_with_fewest, step_of, who_could, with_fewest
from rubrica.usecases.screening_steps import follow

DEADLINE: Final = "application_deadline"
_TOLD_BY_CLOCK: Final = {
    ApplicationEvent.WITHDRAW: "Your draft of an application for {title} was left for 30 days and is withdrawn.",
    ApplicationEvent.FINISH_SCREENING: "The time for the screening of {title} is over. What you did is read now.",
    ApplicationEvent.EXPIRE: "Nobody decided on your application for {title} in time. You may apply again.",
    ApplicationEvent.LET_LAPSE: "The offer for {title} has lapsed.",
    ApplicationEvent.LET_STAND: "The time for an appeal about {title} is over.",
    ApplicationEvent.UPHOLD: "Nobody decided on your appeal about {title} in time: your application is read again.",
}
_ENDS_OFFER: Final = {
    ApplicationEvent.DECLINE_OFFER: EngagementEvent.DECLINE,
    ApplicationEvent.WITHDRAW: EngagementEvent.DECLINE,
    ApplicationEvent.LET_LAPSE: EngagementEvent.LET_LAPSE,
}
_TELLS_TEAM: Final = frozenset(
    {
        ApplicationEvent.FINISH_SCREENING,
        ApplicationEvent.EXPIRE,
        ApplicationEvent.LET_LAPSE,
        ApplicationEvent.UPHOLD,
    }
)


@dataclass(frozen=True, slots=True)
class Why:
    """What a step says for itself."""

    reason: str = ""
    reason_code: str = ""
    criterion: str = ""


NO_REASON: Final = Why()


def move(
    application: Application, event: ApplicationEvent, actor: Account | None, *, why: Why = NO_REASON, now: datetime
) -> None:
    """Let an application, whose project the caller has locked, take a step; its next deadline becomes a job.

    Raises
    ------
    ConflictError
        The application does not wait for this, or it did and the time for it is over.
    """
    source = ApplicationState(application.state)
    step = step_of(APPLICATION_PROCESS, source, event, application)
    if actor is not None and application.due_at is not None and application.due_at <= now:
        message = f"The time for this was over on {application.due_at:%Y-%m-%d %H:%M} UTC."
        raise ConflictError(message)
    application.state = step.target
    application.due_at = application_due(step.target, now, application.decide_by)
    application.owner = _owner(application, step.target) if application.due_at is not None else None
    application.save()
    ApplicationStep.objects.create(
        application=application,
        at=now,
        actor=actor,
        event=event,
        source=source,
        target=step.target,
        reason=why.reason,
        reason_code=why.reason_code,
        criterion=why.criterion,
    )
    if source == ApplicationState.OFFERED and event in _ENDS_OFFER:
        _end_offer(application, _ENDS_OFFER[event], actor, now=now)
    record(
        f"application.{event}",
        str(application),
        at=now,
        actor=actor,
        project=application.project,
        reason_code=why.reason_code,
    )
    if application.due_at is not None:
        enqueue(DEADLINE, str(application.pk), now=now, available_at=application.due_at)
    follow(application, now=now)


def _end_offer(application: Application, event: EngagementEvent, actor: Account | None, *, now: datetime) -> None:
    """Let the terms that were offered go the way of the application."""
    rows = Engagement.objects.of(application.project).filter(application=application, state=EngagementState.OFFERED)
    engagement = rows.select_related("account", "project__organisation").first()
    if engagement is not None:
        # Whether it is too late was asked of the application.
        engagement.due_at = None
        step_on(engagement, event, actor, now=now)


def _owner(application: Application, state: ApplicationState) -> Account:
    if state in WAITS_FOR_APPLICANT:
        return application.account
    found = with_fewest(application.project, Application, without=_barred(application, state))
    if found is None:
        message = "There is nobody else in this project who could decide. Write a message, so that a lead is added."
        raise ConflictError(message)
    return found


def _barred(application: Application, state: ApplicationState) -> set[int]:
    """Return who may not see to an application, by row id."""
    decided = deciders_of(application) if state == ApplicationState.APPEALED else set()
    return {application.account_id} | decided


def hand_over_application(application: Application) -> None:
    """Give an application to another who could decide; its project is locked, and its owner can no more."""
    barred = _barred(application, ApplicationState(application.state))
    found = with_fewest(application.project, Application, without=barred)
    application.owner = found or lead_with_fewest(application.project, Application)
    application.save(update_fields=["owner"])


def deciders_of(application: Application) -> set[int]:
    """Return who has declined an application, by row id: none of them decides an appeal."""
    steps = ApplicationStep.objects.of(application.project).filter(
        application=application, event=ApplicationEvent.DECLINE, actor__isnull=False
    )
    return set(steps.values_list("actor", flat=True))


def restart_decision(application: Application, *, now: datetime) -> None:
    """Promise a decision anew, without saving: as soon as the opening says, and no later than ten days from now."""
    days = application.opening.document.get("decision_days")
    promised = now + DECIDE_WITHIN
    if isinstance(days, int):
        promised = min(promised, now + DECIDE_WITHIN * days / DECIDE_WITHIN.days)
    application.decide_by = promised


def forget_decision(application: Application, *, now: datetime) -> None:
    """Open a decision again, without saving; what was said stays in the steps."""
    application.decided_at = application.decided_by = application.reapply_from = None
    application.reason_code = application.reason = application.criterion = ""
    restart_decision(application, now=now)


def reopen(application: Application, actor: Account | None, *, why: Why = NO_REASON, now: datetime) -> None:
    """Uphold an appeal: the application is read again, unless its opening is closed by now."""
    forget_decision(application, now=now)
    move(application, ApplicationEvent.UPHOLD, actor, why=why, now=now)
    if application.opening.state == OpeningState.CLOSED:
        move(application, ApplicationEvent.CLOSE_JOB, None, now=now)


def close_applications(opening: StoredOpening, actor: Account, *, now: datetime) -> None:
    """End the applications for an opening that is closed, and tell those who wait; offers that were made stand."""
    if opening.project is None:
        return
    rows = Application.objects.of(opening.project).filter(opening=opening).select_related("account", "opening")
    for application in rows.order_by("pk"):
        if ApplicationEvent.CLOSE_JOB not in APPLICATION_PROCESS.events(ApplicationState(application.state)):
            continue
        # The clock may be about to act on it too; that the opening is closed comes first.
        application.due_at = None
        move(application, ApplicationEvent.CLOSE_JOB, actor, now=now)
        tell_applicant(application, f"{opening.title} was closed before anybody decided.", now=now)


def tell_applicant(application: Application, text: str, *, now: datetime) -> None:
    """Tell whoever applied; the news leads to the person's own page of the application."""
    address = f"/applications/{application.public_id}/"
    notify_outside(application.account, Topic.APPLYING, application.project, text, address, now=now)


def tell_team(application: Application, text: str, *, now: datetime) -> None:
    """Tell whoever sees to an application, or everybody who leads the project."""
    is_own = application.owner_id in {None, application.account_id}
    people = who_could(application.project, without={application.account_id}) if is_own else [application.owner]
    path = f"applications/{application.number}/"
    notify([person for person in people if person], Topic.APPLYING, application.project, text, path, now=now)


def at_deadline(job: KeptJob, now: Clock) -> None:
    """Do what silence does to an application whose time is over; nothing where somebody has acted since."""
    found = Application.objects.everywhere("the job names the application").filter(pk=int(job.subject)).first()
    if found is None:
        return
    at = now()
    with transaction.atomic():
        project = Project.objects.of(found.project).select_for_update().get()
        rows = Application.objects.of(project).select_related("account", "opening", "project__organisation")
        application = rows.get(pk=found.pk)
        event = BY_SILENCE.get(ApplicationState(application.state))
        if event is None or application.due_at is None or application.due_at > at:
            return
        if event == ApplicationEvent.UPHOLD:
            reopen(application, None, now=at)
        else:
            move(application, event, None, now=at)
        tell_applicant(application, _TOLD_BY_CLOCK[event].format(title=application.opening.title), now=at)
        if event in _TELLS_TEAM:
            tell_team(application, f"{application}: {application.get_state_display().lower()}.", now=at)
