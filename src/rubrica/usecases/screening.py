"""Being screened: an applicant's parts one after the other, in a window that ends with the application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.application import ApplicationEvent, ApplicationState
from rubrica.domain.gold import AttemptState, Purpose
from rubrica.domain.guideline import Clause, parse_guideline
from rubrica.domain.opening import Opening
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Role
from rubrica.domain.screening import (
    ADMITTED,
    FREE_SECONDS,
    WRITING_MINUTES,
    CheckQuestion,
    Part,
    hourly_rate,
    minutes_of,
    read_checks,
)
from rubrica.records.models import (
    Account,
    Application,
    Attempt,
    Project,
    ProjectMembership,
    Screening,
    ScreeningAnswer,
    ScreeningCredit,
)
from rubrica.records.retrying import retried
from rubrica.usecases.access import record
from rubrica.usecases.application_steps import move, tell_applicant, tell_team
from rubrica.usecases.attempts import (
    MOST_PRACTICE,
    AttemptReport,
    begin_attempt,
    open_attempts,
    reports_of,
)
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.gold import plan_of
from rubrica.usecases.jobs import Clock, KeptJob
from rubrica.usecases.screening_plan import Asked, asked_of
from rubrica.usecases.screening_steps import seconds_worked


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of a screening as the person sees it.

    Attributes
    ----------
    is_ready
        Whether the parts before it are done.
    progress
        Of an open set of items, how many are answered and how many there are.
    """

    part: Part
    minutes: int
    is_done: bool
    is_ready: bool
    progress: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question on the guideline and how the person has answered it so far.

    Attributes
    ----------
    chosen
        What was chosen the last time; nothing before.
    clause
        The clause that answers it, shown once an answer was wrong.
    """

    question: CheckQuestion
    tries: int
    chosen: tuple[int, ...]
    is_right: bool
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class OwnScreening:
    """A screening as the person sees it who is screened.

    Attributes
    ----------
    seconds
        Worked so far in all screenings for the opening.
    credits
        What of that is owed by now, for good.
    reports
        Tests that are over, newest first.
    retake_from
        When a failed test may be taken again; None where there is nothing to take again.
    """

    screening: Screening
    application: Application
    parts: tuple[PartShown, ...]
    seconds: int
    credits: tuple[ScreeningCredit, ...]
    reports: tuple[AttemptReport, ...]
    retake_from: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the parts may be worked on."""
        return self.application.state == ApplicationState.SCREENING

    @property
    def unpaid_seconds_left(self) -> int:
        """Seconds before what is done here is paid."""
        return max(0, FREE_SECONDS - self.seconds)


# --- beginning and ending ---


def begin_screening(application: Application, *, now: datetime) -> bool:
    """Let an application that was just submitted be screened, where its project asks for that; tell whether it does.

    The caller has locked the project.
    """
    project = Project.objects.of(application.project).select_related("guideline").get()
    asked, opening = asked_of(project), parse_opening(application.opening.document)
    minutes = _minutes(asked, opening) if asked is not None else {}
    if asked is None or not minutes:
        return False
    rate = hourly_rate(opening)
    Screening.objects.create(
        application=application,
        guideline=asked.guideline,
        minutes={part.value: each for part, each in minutes.items()},
        questions=[question.as_json() for question in asked.questions],
        writing=asked.writing.as_json() if asked.writing is not None else {},
        rate_minor=rate[0] if rate is not None else None,
        currency=rate[1] if rate is not None else "",
        role_before=_admit(project, application.account, now=now),
        started_at=now,
    )
    move(application, ApplicationEvent.START_SCREENING, None, now=now)
    text = f"The screening for {application.opening.title} is open until {application.due_at:%Y-%m-%d %H:%M} UTC."
    tell_applicant(application, text, now=now)
    return True


def _minutes(asked: Asked, opening: Opening) -> dict[Part, int]:
    words = len(asked.guideline.markdown.split())
    minutes = minutes_of(words, len(asked.questions), asked.practice_items, asked.test_items, opening)
    if asked.writing is not None:
        minutes[Part.WRITING] = WRITING_MINUTES
    return minutes


def estimated_minutes(project: Project, opening: Opening) -> dict[Part, int]:
    """Return about how many minutes each part takes of the screening that a project asks for; none for no screening."""
    asked = asked_of(project)
    return _minutes(asked, opening) if asked is not None else {}


def _admit(project: Project, account: Account, *, now: datetime) -> str:
    """Let somebody open the items of practice and test, and return the role that the person had before."""
    membership, created = ProjectMembership.objects.of(project).get_or_create(
        project=project, account=account, defaults={"role": Role.APPLICANT, "created_at": now, "must_pass": True}
    )
    before = "" if created or membership.role == Role.APPLICANT else membership.role
    membership.role, membership.is_active = Role.APPLICANT, True
    membership.must_pass, membership.must_acknowledge = True, False
    membership.save(update_fields=["role", "is_active", "must_pass", "must_acknowledge"])
    return before


def look_at_screening(job: KeptJob, now: Clock) -> None:
    """Hand in the screenings of somebody whose attempt has ended, where nothing of them is left."""
    project, account = (int(part) for part in job.subject.split(":"))
    rows = Application.objects.everywhere("the job names the applicant")
    waiting = rows.filter(project=project, account=account, state=ApplicationState.SCREENING)
    for found in waiting:
        with transaction.atomic():
            finish_when_done(_locked(found), now=now())


def _locked(application: Application) -> Application:
    Project.objects.of(application.project).select_for_update().get()
    rows = Application.objects.of(application.project).select_related("opening", "account", "project__organisation")
    return rows.get(pk=application.pk)


def finish_when_done(application: Application, *, now: datetime) -> None:
    """Hand in a screening of which nothing is left; the caller has locked the project."""
    if application.state != ApplicationState.SCREENING:
        return
    if all(each.is_done for each in _parts(_screening(application), application, _tests(application))):
        _finish(application, now=now)


def _finish(application: Application, *, now: datetime) -> None:
    move(application, ApplicationEvent.FINISH_SCREENING, None, now=now)
    tell_team(application, f"{application} for {application.opening.title} waits to be read.", now=now)


@retried
@transaction.atomic
def hand_in(account: Account, public_id: str, *, now: datetime) -> Application:
    """End one's own screening, whatever is left of it.

    Raises
    ------
    ConflictError
        It is over.
    """
    application, _screening = own_open_screening(account, public_id, now=now)
    _finish(application, now=now)
    return application


# --- seeing ---


def own_screening(account: Account, public_id: str, *, now: datetime) -> OwnScreening:
    """Return the screening of one's own application, also when it is over.

    Raises
    ------
    NotFoundError
        There is no such application of this person, or it was not screened.
    """
    application, screening = own_stored_screening(account, public_id)
    opening = application.opening
    credited = ScreeningCredit.objects.of_account(account).filter(opening=opening).order_by("at", "pk")
    tests = _tests(application)
    over = [attempt for attempt in tests if attempt.ended_at is not None]
    return OwnScreening(
        screening=screening,
        application=application,
        parts=_parts(screening, application, tests),
        seconds=seconds_worked(account, opening, now=now),
        credits=tuple(credited),
        reports=tuple(reports_of(application.project, over)),
        retake_from=_retake_from(application, tests),
    )


def own_stored_screening(account: Account, public_id: str) -> tuple[Application, Screening]:
    """Return the screening of one's own application as it is stored.

    Raises
    ------
    NotFoundError
        There is no such application of this person, or it was not screened.
    """
    rows = Application.objects.of_account(account).filter(public_id=public_id)
    application = rows.select_related("opening__project", "account", "project__organisation").first()
    found = Screening.objects.of_account(account).filter(application=application) if application is not None else None
    screening = found.select_related("guideline").first() if found is not None else None
    if application is None or screening is None:
        message = "There is no such screening of yours."
        raise NotFoundError(message)
    return application, screening


def own_open_screening(account: Account, public_id: str, *, now: datetime) -> tuple[Application, Screening]:
    """Return one's own screening that goes on, with its project locked.

    Raises
    ------
    NotFoundError
        There is no such application of this person, or it was not screened.
    ConflictError
        The screening is over.
    """
    application, _screening = own_stored_screening(account, public_id)
    Project.objects.of(application.project).select_for_update().get()
    application, screening = own_stored_screening(account, public_id)
    if application.state != ApplicationState.SCREENING:
        message = f"The screening is over: {application} is {application.get_state_display().lower()}."
        raise ConflictError(message)
    if application.due_at is not None and application.due_at <= now:
        message = f"The time for the screening was over on {application.due_at:%Y-%m-%d %H:%M} UTC."
        raise ConflictError(message)
    return application, screening


def _screening(application: Application) -> Screening:
    return Screening.objects.of(application.project).select_related("guideline").get(application=application)


def _tests(application: Application) -> list[Attempt]:
    """Return the tests of whoever applied, newest first."""
    rows = Attempt.objects.of(application.project).filter(account=application.account, purpose=Purpose.QUALIFICATION)
    return list(rows.select_related("project", "account", "guideline").order_by("-pass_number"))


def _retake_from(application: Application, tests: Sequence[Attempt]) -> datetime | None:
    last = tests[0] if tests else None
    if last is None or last.state != AttemptState.FAILED or application.state not in ADMITTED:
        return None
    return last.retake_from or last.ended_at


def _parts(screening: Screening, application: Application, tests: Sequence[Attempt]) -> tuple[PartShown, ...]:
    asked = open_attempts(application.account, [application.project]).get(application.project_id)
    progress = {Purpose(asked.attempt.purpose).value: (asked.done, asked.total)} if asked is not None else {}
    done = {
        Part.READING: all(each.is_right for each in questions_of(screening)),
        Part.PRACTICE: _has_practised(application) or bool(tests),
        Part.TEST: _is_tested(application, tests),
        Part.WRITING: screening.written_at is not None,
    }
    ready = {
        Part.READING: True,
        Part.PRACTICE: done[Part.READING],
        Part.TEST: done[Part.READING] and (Part.PRACTICE.value not in screening.minutes or done[Part.PRACTICE]),
        Part.WRITING: done[Part.READING],
    }
    purposes = {Part.PRACTICE: Purpose.PRACTICE, Part.TEST: Purpose.QUALIFICATION}
    return tuple(
        PartShown(
            part,
            screening.minutes[part.value],
            done[part],
            ready[part],
            progress.get(purposes[part].value) if part in purposes else None,
        )
        for part in Part
        if part.value in screening.minutes
    )


def _has_practised(application: Application) -> bool:
    rows = Attempt.objects.of(application.project).filter(account=application.account, purpose=Purpose.PRACTICE)
    return rows.filter(state=AttemptState.PASSED).exists()


def _is_tested(application: Application, tests: Sequence[Attempt]) -> bool:
    """Tell whether the test is passed, or cannot be taken again in the time that there is."""
    last = tests[0] if tests else None
    if last is None or last.state == AttemptState.OPEN:
        return False
    if last.state == AttemptState.PASSED:
        return True
    due = application.due_at
    return due is not None and last.retake_from is not None and last.retake_from >= due


# --- reading ---


def questions_for(account: Account, public_id: str) -> tuple[Screening, tuple[AskedQuestion, ...]]:
    """Return one's own screening with its questions on the guideline."""
    _application, screening = own_stored_screening(account, public_id)
    return screening, questions_of(screening)


def questions_of(screening: Screening) -> tuple[AskedQuestion, ...]:
    """Return the questions of a screening and how they were answered so far."""
    clauses = parse_guideline(screening.guideline.markdown).clause_of
    rows: dict[int, list[ScreeningAnswer]] = {}
    answers = ScreeningAnswer.objects.everywhere("the caller has scoped the screening").filter(screening=screening)
    for row in answers.order_by("number"):
        rows.setdefault(row.question, []).append(row)
    found = []
    for place, question in enumerate(read_checks(screening.questions)):
        given = rows.get(place, [])
        is_right = bool(given) and given[-1].is_right
        was_wrong = any(not row.is_right for row in given)
        chosen = tuple(given[-1].chosen) if given else ()
        clause = clauses.get(question.clause) if was_wrong else None
        found.append(AskedQuestion(question, len(given), chosen, is_right, clause))
    return tuple(found)


@retried
@transaction.atomic
def answer_questions(
    account: Account, public_id: str, chosen: Mapping[int, Sequence[int]], *, now: datetime
) -> tuple[AskedQuestion, ...]:
    """Answer questions on the guideline, by place; those that are right already stay as they are.

    Raises
    ------
    InvalidInputError
        A question that is not right yet has no answer, or one that does not fit it; nothing is kept.
    ConflictError
        The screening is over.
    """
    application, screening = own_open_screening(account, public_id, now=now)
    found = Findings()
    asked = questions_of(screening)
    for place, each in enumerate(asked):
        given = chosen.get(place, ())
        if each.is_right:
            continue
        fits = bool(given) and all(0 <= one < len(each.question.choices) for one in given)
        if not fits or (len(given) > 1 and not each.question.is_multi):
            found.add(f"answers[{place}]", "does not answer the question", "one choice, or several where it says so")
    if found:
        message = "Answer each question; nothing was kept."
        raise InvalidInputError(message, found.problems)
    ScreeningAnswer.objects.bulk_create(
        ScreeningAnswer(
            screening=screening,
            question=place,
            chosen=sorted(set(chosen[place])),
            is_right=each.question.is_right(chosen[place]),
            number=each.tries + 1,
            at=now,
        )
        for place, each in enumerate(asked)
        if not each.is_right
    )
    finish_when_done(application, now=now)
    return questions_of(screening)


# --- practice and test ---


@retried
@transaction.atomic
def begin_items(account: Account, public_id: str, *, now: datetime) -> Attempt:
    """Open the items of practice or of the test, whichever comes next, or the test once more when its day has come.

    Raises
    ------
    ConflictError
        The guideline is to be read first, the test is passed, it is too early to take it again, or there are too few
        items at present.
    """
    application, screening = own_stored_screening(account, public_id)
    project = Project.objects.of(application.project).select_for_update(of=("self",)).select_related("guideline").get()
    application, screening = own_stored_screening(account, public_id)
    tests = _tests(application)
    last = tests[0] if tests else None
    is_late = application.due_at is not None and application.due_at <= now
    if application.state not in ADMITTED or is_late:
        message = f"The screening is over: {application} is {application.get_state_display().lower()}."
        raise ConflictError(message)
    if application.state != ApplicationState.SCREENING and last is None:
        message = "The time for the test is over. What you did is read now."
        raise ConflictError(message)
    membership = ProjectMembership.objects.of(project).select_related("account", "attempt").get(account=account)
    if membership.attempt is not None:
        return membership.attempt
    purpose, size = _next_items(screening, application, tests, now=now)
    attempt = begin_attempt(project, membership, purpose, size, blocks=purpose == Purpose.QUALIFICATION, now=now)
    if attempt is None:
        message = "There are too few items at present. Write to the project, or hand in what you have."
        raise ConflictError(message)
    record(f"screening.{purpose}", str(application), at=now, actor=account, project=project)
    return attempt


def _next_items(
    screening: Screening, application: Application, tests: Sequence[Attempt], *, now: datetime
) -> tuple[Purpose, int]:
    parts = {each.part: each for each in _parts(screening, application, tests)}
    last = tests[0] if tests else None
    if Part.TEST not in parts:
        message = "This screening has no test."
        raise ConflictError(message)
    if not parts[Part.TEST].is_ready and Part.PRACTICE in parts and parts[Part.PRACTICE].is_ready:
        return Purpose.PRACTICE, MOST_PRACTICE
    if not parts[Part.TEST].is_ready:
        message = "Read the guideline and answer the questions on it first."
        raise ConflictError(message)
    if last is not None and last.state == AttemptState.PASSED:
        message = "You have passed the test: there is nothing to take again."
        raise ConflictError(message)
    if last is not None and last.retake_from is not None and now < last.retake_from:
        message = f"The test can be taken again from {last.retake_from:%Y-%m-%d %H:%M} UTC."
        raise ConflictError(message)
    return Purpose.QUALIFICATION, plan_of(application.project).test_items
