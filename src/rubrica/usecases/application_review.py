"""Reading applications and deciding on them: blind, by who has read them, with reasons; others decide appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Count

from rubrica.domain.application import (
    APPLICATION_PROCESS,
    BY_TEAM,
    LEAST_REASON,
    MAX_NOTE,
    MAX_REASON,
    READABLE,
    ApplicationEvent,
    ApplicationState,
    ReadingVerdict,
    check_decline,
    needs_second_reading,
)
from rubrica.domain.application_form import Question, read_questions
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Application,
    ApplicationMessage,
    ApplicationReading,
    ApplicationStep,
    Project,
)
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases import screening_results
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.application_steps import Why, deciders_of, move, reopen, tell_applicant
from rubrica.usecases.applications import write
from rubrica.usecases.engagement_terms import offer_for_application
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.pseudonyms import name_shown

_WAITS_FOR_TEAM: Final = sorted({*READABLE, ApplicationState.SUBMITTED, ApplicationState.APPEALED})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an application is declined, as it came from outside."""

    reason_code: str
    reason: str
    criterion: str
    reapply_from: date | None


@dataclass(frozen=True, slots=True)
class ApplicationFile:
    """An application as those who read it see it.

    Attributes
    ----------
    name
        A number until the offer is accepted, then the person's name.
    readings
        One's own alone, until one has read it oneself or it is decided.
    hidden_readings
        How many others there are that one does not see yet.
    """

    application: Application
    name: str
    questions: tuple[Question, ...]
    steps: tuple[ApplicationStep, ...]
    messages: tuple[ApplicationMessage, ...]
    readings: tuple[ApplicationReading, ...]
    hidden_readings: int
    may_read: bool
    wants_reading: bool
    events: frozenset[ApplicationEvent]


# --- seeing ---


def applications_of(access: ProjectAccess) -> ScopedQuerySet[Application]:
    """Return the applications that were submitted to a project, those that wait longest first."""
    access.require(Permission.REVIEW)
    rows = Application.objects.of(access.project).exclude(submitted_at=None)
    return rows.select_related("opening", "owner", "account", "project__organisation").order_by("decide_by", "number")


def shown_name(access: ProjectAccess, application: Application) -> str:
    """Return what those who decide know an applicant by: nobody's name is known before it is no reason any more."""
    is_known = application.state == ApplicationState.ACCEPTED
    return name_shown(access, application.account) if is_known else f"Applicant {application.number}"


def application_file(access: ProjectAccess, number: int) -> ApplicationFile:
    """Return an application with what this person may see of it and do with it.

    Raises
    ------
    NotFoundError
        There is no such application, or it was never submitted.
    """
    application = _one(applications_of(access), number)
    readings = _readings(application)
    is_over = application.state not in {*READABLE, ApplicationState.APPEALED}
    own = [row for row in readings if row.reader_id == access.account.pk]
    sees_all = bool(own) or is_over
    steps = ApplicationStep.objects.of(access.project).filter(application=application).select_related("actor")
    messages = ApplicationMessage.objects.of(access.project).filter(application=application).select_related("author")
    may_read = application.state in READABLE and not own
    return ApplicationFile(
        application=application,
        name=shown_name(access, application),
        questions=read_questions(application.questions),
        steps=tuple(steps.order_by("at", "pk")),
        messages=tuple(messages.order_by("at", "pk")) if access.may(Permission.MANAGE_OPENINGS) else (),
        readings=tuple(readings if sees_all else own),
        hidden_readings=0 if sees_all else len(readings) - len(own),
        may_read=may_read,
        wants_reading=needs_second_reading(_verdicts(readings)) and application.state in READABLE,
        events=_events(access, application, readings),
    )


def _readings(application: Application) -> list[ApplicationReading]:
    rows = ApplicationReading.objects.of(application.project).filter(application=application)
    return list(rows.select_related("reader").order_by("at", "pk"))


def _verdicts(readings: Sequence[ApplicationReading]) -> tuple[ReadingVerdict, ...]:
    return tuple(ReadingVerdict(row.verdict) for row in readings)


def _events(
    access: ProjectAccess, application: Application, readings: Sequence[ApplicationReading]
) -> frozenset[ApplicationEvent]:
    if not access.may(Permission.MANAGE_OPENINGS):
        return frozenset()
    events = BY_TEAM & frozenset(APPLICATION_PROCESS.events(ApplicationState(application.state)))
    if _why_not_decide(access.account, application, readings):
        events -= {ApplicationEvent.SHORTLIST, ApplicationEvent.DECLINE, ApplicationEvent.OFFER}
    if access.account.pk in deciders_of(application):
        events -= {ApplicationEvent.UPHOLD, ApplicationEvent.DISMISS}
    return events


def waiting_for(account: Account, projects: Sequence[Project]) -> dict[int, int]:
    """Return how many applications wait for a person who leads projects, by row id of the project."""
    rows = Application.objects.visible_to(account).filter(
        project__in=projects, owner=account, state__in=_WAITS_FOR_TEAM
    )
    return dict(rows.order_by().values_list("project").annotate(Count("pk")))


# --- reading ---


@retried
@transaction.atomic
def read_application(
    account: Account, slug: str, number: int, verdict: str, *, note: str, now: datetime
) -> ApplicationReading:
    """Say what one makes of an application, without seeing what others made of it. It is said once.

    Raises
    ------
    InvalidInputError
        The verdict is none, or it is not said why.
    ConflictError
        It is not to be read now, or one has read it before.
    """
    _access, application = _locked(account, slug, number, Permission.REVIEW)
    found = Findings()
    chosen = next((each for each in ReadingVerdict if each == verdict), None)
    if chosen is None:
        found.add("verdict", f"is {quoted(verdict)}", one_of([each.value for each in ReadingVerdict]))
    said = check_text(note, "note", found, minimum=1, maximum=MAX_NOTE).strip()
    if found:
        message = "Nothing was kept: say what you make of it, and why."
        raise InvalidInputError(message, found.problems)
    if application.state not in READABLE:
        message = f"{application} is {application.get_state_display().lower()}: it is not to be read now."
        raise ConflictError(message)
    if any(row.reader_id == account.pk for row in _readings(application)):
        message = "You have read this application. What you made of it stays."
        raise ConflictError(message)
    reading = ApplicationReading.objects.create(
        application=application, reader=account, verdict=verdict, note=said, at=now
    )
    record("application.read", str(application), at=now, actor=account, project=application.project)
    return reading


# --- deciding ---


@retried
@transaction.atomic
def shortlist(account: Account, slug: str, number: int, *, now: datetime) -> Application:
    """Keep an application among those that an offer may be made for.

    Raises
    ------
    ConflictError
        One has not read it oneself, somebody else has to read it too, or it does not wait for this.
    """
    application = _to_decide(account, slug, number)
    move(application, ApplicationEvent.SHORTLIST, account, now=now)
    tell_applicant(application, f"Your application for {application.opening.title} is shortlisted.", now=now)
    return application


@retried
@transaction.atomic
def make_offer(account: Account, slug: str, number: int, *, terms: object | None = None, now: datetime) -> Application:
    """Offer the work to somebody who is shortlisted, under terms; the offer stands for seven days.

    Parameters
    ----------
    terms
        What is paid, as ``domain.terms.parse_rate`` reads it; by default what the opening promises.

    Raises
    ------
    InvalidInputError
        Something in the terms cannot be offered; every problem is named.
    """
    application = _to_decide(account, slug, number)
    application.decided_at, application.decided_by = now, account
    move(application, ApplicationEvent.OFFER, account, now=now)
    offer_for_application(application, account, terms, now=now)
    tell_applicant(application, f"You have an offer for {application.opening.title}. It stands for 7 days.", now=now)
    return application


@retried
@transaction.atomic
def decline_application(account: Account, slug: str, number: int, refusal: Refusal, *, now: datetime) -> Application:
    """Decline an application, saying why, what was missed, and from when one may apply again.

    Raises
    ------
    InvalidInputError
        Something of that is missing or too short.
    ConflictError
        One has not read it oneself, somebody else has to read it too, or it does not wait for this.
    """
    application = _to_decide(account, slug, number)
    found = Findings()
    code, reason, criterion = check_decline(
        refusal.reason_code, refusal.reason, refusal.criterion, refusal.reapply_from, now.date(), found
    )
    if found or code is None:
        message = "Nothing was decided: whoever applied is owed a reason."
        raise InvalidInputError(message, found.problems)
    application.decided_at, application.decided_by = now, account
    application.reason_code, application.reason, application.criterion = code, reason, criterion
    application.reapply_from = refusal.reapply_from
    move(application, ApplicationEvent.DECLINE, account, why=Why(reason, code, criterion), now=now)
    text = f"Your application for {application.opening.title} was declined. You see why, and may appeal for 7 days."
    tell_applicant(application, text, now=now)
    return application


@retried
@transaction.atomic
def decide_application_appeal(
    account: Account, slug: str, number: int, *, uphold: bool, reason: str, now: datetime
) -> Application:
    """Uphold an appeal, so that the application is read again, or dismiss it for good.

    Raises
    ------
    InvalidInputError
        The reason is missing, or that of a refusal is too short.
    NotAllowedError
        One has declined it oneself: another person decides.
    """
    _access, application = _locked(account, slug, number, Permission.MANAGE_OPENINGS)
    if account.pk in deciders_of(application):
        message = "You declined this application, so another person decides on the appeal."
        raise NotAllowedError(message)
    found = Findings()
    said = check_text(reason, "reason", found, minimum=1, maximum=MAX_REASON).strip()
    if not uphold and not found and len(said) < LEAST_REASON:
        found.add("reason", f"has {len(said)} characters", f"{LEAST_REASON} to {MAX_REASON} characters")
    if found:
        message = "Nothing was decided: say why."
        raise InvalidInputError(message, found.problems)
    if uphold:
        reopen(application, account, why=Why(said), now=now)
    else:
        move(application, ApplicationEvent.DISMISS, account, why=Why(said), now=now)
    done = "upheld: your application is read again" if uphold else "dismissed"
    tell_applicant(application, f"Your appeal about {application.opening.title} was {done}.", now=now)
    return application


@retried
@transaction.atomic
def write_to_applicant(account: Account, slug: str, number: int, *, text: str, now: datetime) -> ApplicationMessage:
    """Write to whoever applied; the person sees who writes by the project's name alone."""
    _access, application = _locked(account, slug, number, Permission.MANAGE_OPENINGS)
    message = write(application, account, text, now=now)
    tell_applicant(application, f"There is a message about {application.opening.title}.", now=now)
    return message


def _to_decide(account: Account, slug: str, number: int) -> Application:
    _access, application = _locked(account, slug, number, Permission.MANAGE_OPENINGS)
    refusal = _why_not_decide(account, application, _readings(application))
    if refusal and application.state in READABLE:
        raise ConflictError(refusal)
    return application


def _why_not_decide(account: Account, application: Application, readings: Sequence[ApplicationReading]) -> str:
    """Return why this person cannot decide yet; empty where the person can."""
    if all(row.reader_id != account.pk for row in readings):
        return "Read the application first, and say what you make of it."
    if needs_second_reading(_verdicts(readings)):
        return f"{application} is borderline: somebody else has to read it before it is decided."
    return screening_results.why_not_decide(application)


def _locked(account: Account, slug: str, number: int, permission: Permission) -> tuple[ProjectAccess, Application]:
    access = open_project(account, slug, permission)
    # Owners are chosen by what they own, so the project is locked first, always.
    Project.objects.of(access.project).select_for_update().get()
    return access, _one(applications_of(access), number)


def _one(rows: ScopedQuerySet[Application], number: int) -> Application:
    application = rows.filter(number=number).first()
    if application is None:
        message = "There is no such application."
        raise NotFoundError(message)
    return application
