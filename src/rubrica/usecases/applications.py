"""Applying: drafts that save themselves, submitting, offers, appeals and messages, by whoever applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from rubrica.domain.application import (
    APPLICATION_PROCESS,
    BY_APPLICANT,
    MAX_MESSAGE,
    MAX_REASON,
    ApplicationEvent,
    ApplicationState,
    application_due,
)
from rubrica.domain.application_form import Question, check_answers, read_questions
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.roles import Role
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Application,
    ApplicationMessage,
    ApplicationStep,
    Engagement,
    Membership,
    Project,
    ProjectMembership,
)
from rubrica.records.models.application import LIVE
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import record
from rubrica.usecases.application_forms import questions_of
from rubrica.usecases.application_steps import DEADLINE, Why, move, restart_decision, tell_team
from rubrica.usecases.engagement_terms import accept_terms
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.jobs import enqueue
from rubrica.usecases.opening_search import ShownOpening, guard_application, view_opening
from rubrica.usecases.organisations import add_project_member
from rubrica.usecases.processes import checked_reason
from rubrica.usecases.pseudonyms import name_for_all
from rubrica.usecases.response_records import ResponseRecord, response_record
from rubrica.usecases.screening import begin_screening
from rubrica.usecases.screening_texts import forget_texts


@dataclass(frozen=True, slots=True)
class Applying:
    """What somebody sees who applies: the opening, its questions, and the answers so far.

    Attributes
    ----------
    application
        The live application of this person; None before the first answer is kept.
    refusal
        Why the person cannot apply now; empty where the person can.
    """

    shown: ShownOpening
    questions: tuple[Question, ...]
    application: Application | None
    refusal: str
    record: ResponseRecord


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application as whoever applies sees it."""

    application: Application
    questions: tuple[Question, ...]
    steps: tuple[ApplicationStep, ...]
    messages: tuple[ApplicationMessage, ...]
    events: frozenset[ApplicationEvent]


# --- before it is submitted ---


def apply_to(account: Account, opening: str, *, now: datetime) -> Applying:
    """Return the form of an opening as one person sees it, also where the person cannot apply.

    Raises
    ------
    NotFoundError
        There is no such opening.
    ConflictError
        It is from elsewhere: one applies at its own page.
    """
    shown = view_opening(account, opening, now=now)
    project = shown.row.project
    if project is None:
        raise _from_elsewhere()
    application = _live(account, shown)
    refusal = ""
    if application is None or application.state == ApplicationState.DRAFT:
        try:
            _guard(account, project, shown, now=now)
        except ConflictError as error:
            refusal = str(error)
    return Applying(shown, questions_of(shown.row), application, refusal, response_record(project))


def _from_elsewhere() -> ConflictError:
    return ConflictError("This opening is from elsewhere. Apply at its own page.")


def _live(account: Account, shown: ShownOpening) -> Application | None:
    rows = Application.objects.of_account(account).filter(opening=shown.row, state__in=LIVE)
    return rows.select_related("opening", "account", "project__organisation").first()


def _guard(account: Account, project: Project, shown: ShownOpening, *, now: datetime) -> None:
    """Refuse where this person may not apply for an opening now."""
    guard_application(account, shown.row.public_id, now=now)
    if _takes_part(account, project):
        message = "You are part of this project already: there is nothing to apply for."
        raise ConflictError(message)
    before = Application.objects.of_account(account).filter(opening=shown.row, reapply_from__gt=now.date())
    refused = before.order_by("-reapply_from").first()
    if refused is not None:
        message = f"Your last application was declined. You may apply again from {refused.reapply_from:%Y-%m-%d}."
        raise ConflictError(message)


def _takes_part(account: Account, project: Project) -> bool:
    members = ProjectMembership.objects.of(project).filter(account=account, is_active=True)
    members = members.exclude(role=Role.APPLICANT)
    admins = Membership.objects.of_organisation(project.organisation).filter(
        account=account, role=Role.ORGANISATION_ADMIN
    )
    return members.exists() or admins.exists()


@retried
@transaction.atomic
def save_draft(
    account: Account, opening: str, payload: object, *, now: datetime
) -> tuple[Application, tuple[Problem, ...]]:
    """Keep the answers so far; those that cannot be taken are named, and the others kept all the same.

    Raises
    ------
    ConflictError
        The person cannot apply now, for each reason that the list gives, or has submitted an application already.
    """
    application, questions = _draft(account, opening, now=now)
    found = Findings()
    application.answers = check_answers(questions, payload, found, is_complete=False)
    application.saved_at = now
    application.save(update_fields=["answers", "saved_at"])
    return application, tuple(found.problems)


@retried
@transaction.atomic
def submit_application(account: Account, opening: str, payload: object, *, now: datetime) -> Application:
    """Apply: from here on somebody owes an answer, and the day by which is known.

    Raises
    ------
    InvalidInputError
        Something that has to be answered is missing, or cannot be taken; every problem is named.
    ConflictError
        The person cannot apply now, for each reason that the list gives, or has submitted an application already.
    """
    application, questions = _draft(account, opening, now=now)
    found = Findings()
    answers = check_answers(questions, payload, found, is_complete=True)
    if found:
        message = "Your application was not submitted."
        raise InvalidInputError(message, found.problems)
    application.answers, application.questions = answers, [question.as_json() for question in questions]
    application.saved_at = application.submitted_at = now
    restart_decision(application, now=now)
    move(application, ApplicationEvent.SUBMIT, account, now=now)
    if not begin_screening(application, now=now):
        move(application, ApplicationEvent.BEGIN_REVIEW, None, now=now)
        tell_team(application, f"{application} for {application.opening.title} waits to be read.", now=now)
    return application


def _draft(account: Account, opening: str, *, now: datetime) -> tuple[Application, tuple[Question, ...]]:
    """Return the person's draft for an opening, a new one where there is none, with the project locked."""
    shown = view_opening(account, opening, now=now)
    if shown.row.project is None:
        raise _from_elsewhere()
    project = Project.objects.of(shown.row.project).select_for_update().get()
    application = _live(account, shown)
    if application is not None and application.state != ApplicationState.DRAFT:
        message = f"You have applied already: {application} is {application.get_state_display().lower()}."
        raise ConflictError(message)
    _guard(account, project, shown, now=now)
    if application is None:
        application = _begun(account, project, shown, now=now)
    return application, questions_of(shown.row)


def _begun(account: Account, project: Project, shown: ShownOpening, *, now: datetime) -> Application:
    last = Application.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    application = Application.objects.create(
        project=project,
        number=last + 1,
        opening=shown.row,
        account=account,
        owner=account,
        due_at=application_due(ApplicationState.DRAFT, now, None),
        started_at=now,
        saved_at=now,
    )
    enqueue(DEADLINE, str(application.pk), now=now, available_at=application.due_at)
    record("application.begun", str(application), at=now, actor=account, project=project)
    return application


# --- one's own ---


def own_applications(account: Account) -> ScopedQuerySet[Application]:
    """Return a person's applications, newest first."""
    rows = Application.objects.of_account(account).select_related("opening", "project__organisation", "account")
    return rows.order_by("-started_at", "-pk")


def own_application(account: Account, public_id: str) -> OwnApplication:
    """Return one of a person's own applications.

    Raises
    ------
    NotFoundError
        There is no such application of this person.
    """
    application = own_applications(account).filter(public_id=public_id).first()
    if application is None:
        message = "There is no such application of yours."
        raise NotFoundError(message)
    steps = ApplicationStep.objects.of(application.project).filter(application=application).order_by("at", "pk")
    messages = ApplicationMessage.objects.of(application.project).filter(application=application)
    return OwnApplication(
        application,
        read_questions(application.questions),
        tuple(steps),
        tuple(messages.order_by("at", "pk")),
        BY_APPLICANT & frozenset(APPLICATION_PROCESS.events(ApplicationState(application.state))),
    )


def waiting_applications(account: Account) -> Sequence[Application]:
    """Return the applications of a person that wait for that person: drafts, offers, and refusals to appeal against."""
    return list(own_applications(account).filter(owner=account))


# --- what whoever applies does ---


@retried
@transaction.atomic
def withdraw_application(account: Account, public_id: str, *, now: datetime) -> Application:
    """Take an application back, also while it is a draft.

    Raises
    ------
    ConflictError
        It is decided already.
    """
    application = _own_locked(account, public_id)
    was_submitted = application.submitted_at is not None
    move(application, ApplicationEvent.WITHDRAW, account, now=now)
    if was_submitted:
        tell_team(application, f"{application} was withdrawn.", now=now)
    return application


@retried
@transaction.atomic
def answer_offer(
    account: Account, public_id: str, *, accepts: bool, terms_sha256: str = "", now: datetime
) -> Application:
    """Accept an offer with its terms, which begins the engagement and opens the project at once, or decline it.

    Parameters
    ----------
    terms_sha256
        Hash of the terms that the person has read; needed to accept.

    Raises
    ------
    ConflictError
        There is no offer, it has lapsed, or its terms are not those that were read.
    """
    application = _own_locked(account, public_id)
    move(
        application,
        ApplicationEvent.ACCEPT_OFFER if accepts else ApplicationEvent.DECLINE_OFFER,
        account,
        now=now,
    )
    if accepts:
        _begin(application, account, terms_sha256, now=now)
    said = (
        f"{name_for_all(application.project, account)} accepted the offer of {application}."
        if accepts
        else f"The offer of {application} was declined."
    )
    tell_team(application, said, now=now)
    return application


def _begin(application: Application, account: Account, terms_sha256: str, *, now: datetime) -> None:
    engagement = offer_of(application)
    if engagement is None:
        # The offer was made before offers had terms.
        add_project_member(application.project, account, Role.SPECIALIST, now=now)
    else:
        accept_terms(engagement, account, terms_sha256, now=now)


def offer_of(application: Application) -> Engagement | None:
    """Return the engagement that an application led to, from the offer of its terms on; None before."""
    rows = Engagement.objects.of(application.project).filter(application=application)
    return rows.select_related("account", "project__organisation", "application__opening").first()


@retried
@transaction.atomic
def appeal_decision(account: Account, public_id: str, *, reason: str, now: datetime) -> Application:
    """Say why a refusal is wrong; somebody else decides, within five working days.

    Raises
    ------
    ConflictError
        There is nothing to appeal against, the time for it is over, one has applied anew, or nobody else could decide.
    """
    application = _own_locked(account, public_id)
    said = checked_reason(reason, MAX_REASON)
    again = Application.objects.of_account(account).filter(opening=application.opening, state__in=LIVE)
    if application.state == ApplicationState.DECLINED and again.exists():
        message = "You have applied for this opening anew. Withdraw that application first."
        raise ConflictError(message)
    move(application, ApplicationEvent.APPEAL, account, why=Why(said), now=now)
    tell_team(application, f"An appeal in {application} waits for you.", now=now)
    return application


@retried
@transaction.atomic
def write_to_project(account: Account, public_id: str, *, text: str, now: datetime) -> ApplicationMessage:
    """Write to those who lead the project about one's own application.

    Raises
    ------
    InvalidInputError
        There is nothing in it, or too much.
    ConflictError
        The application is not submitted.
    """
    application = _own_locked(account, public_id)
    message = write(application, account, text, now=now)
    tell_team(application, "There is a message about an application.", now=now)
    return message


def write(application: Application, author: Account, text: str, *, now: datetime) -> ApplicationMessage:
    """Append a message to an application that was submitted."""
    found = Findings()
    said = check_text(text, "text", found, minimum=1, maximum=MAX_MESSAGE).strip()
    if found:
        message = "The message was not sent."
        raise InvalidInputError(message, found.problems)
    if application.submitted_at is None:
        message = "Submit the application first; then you can write about it."
        raise ConflictError(message)
    return ApplicationMessage.objects.create(application=application, author=author, text=said, at=now)


def forget_applications(account: Account, *, now: datetime) -> None:
    """Withdraw what is open of somebody whose account is deleted, and empty every answer."""
    for application in own_applications(account):
        Project.objects.of(application.project).select_for_update().get()
        application.refresh_from_db(fields=["state", "due_at"])
        if ApplicationEvent.WITHDRAW in APPLICATION_PROCESS.events(ApplicationState(application.state)):
            application.due_at = None
            move(application, ApplicationEvent.WITHDRAW, account, now=now)
    Application.objects.of_account(account).update(answers={})
    forget_texts(account)


def _own_locked(account: Account, public_id: str) -> Application:
    found = own_applications(account).filter(public_id=public_id).first()
    if found is None:
        message = "There is no such application of yours."
        raise NotFoundError(message)
    Project.objects.of(found.project).select_for_update().get()
    return own_applications(account).get(pk=found.pk)
