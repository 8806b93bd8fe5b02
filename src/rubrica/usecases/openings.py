"""Openings of a project: written, checked, published and closed by its leads."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from rubrica.domain.opening import OPENING_PROCESS, Opening, OpeningEvent, OpeningState
from rubrica.domain.opening_check import check_publishable
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.pay_floor import below_floor
from rubrica.domain.problems import Findings, Problem, ProblemsError
from rubrica.domain.roles import Permission
from rubrica.domain.templates import template_keys
from rubrica.domain.transitions import NoSuchStepError
from rubrica.formats.openings import FeedRefusedError, read_feed
from rubrica.records.models import Account, Project, StoredOpening
from rubrica.records.models.project import ProjectState
from rubrica.records.queries.openings import columns_of, store_needs
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.application_steps import close_applications
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.notifications import tell_of_openings
from rubrica.usecases.opening_work import availability_of, count_queues, put_count


def openings_of(access: ProjectAccess) -> ScopedQuerySet[StoredOpening]:
    """Return the openings of a project, newest first."""
    access.require(Permission.MANAGE_OPENINGS)
    return StoredOpening.objects.of(access.project).select_related("created_by").order_by("-number")


def opening_of(access: ProjectAccess, number: int) -> StoredOpening:
    """Return one opening of a project.

    Raises
    ------
    NotFoundError
        There is no such opening.
    """
    row = openings_of(access).filter(number=number).first()
    if row is None:
        message = "There is no such opening in this project."
        raise NotFoundError(message)
    return row


def first_draft(access: ProjectAccess) -> Opening:
    """Return what an opening of a project begins with: what is known of the project, and the usual terms."""
    access.require(Permission.MANAGE_OPENINGS)
    project = access.project
    usual = {"data_type": "image", "label_types": ["evaluation_rating"], "decision_days": 10, "idle_seconds": 120}
    return parse_opening(
        {
            **usual,
            "organisation": project.organisation.name,
            "template": project.template,
            "contact": access.account.name,
            "screening_minutes": 15,
            "cap_minutes": 10,
            "experience": "any",
            "employment": ["contractor"],
        }
    )


def draft_from_posting(access: ProjectAccess, text: str) -> tuple[Opening, tuple[Problem, ...]]:
    """Return a draft that says what a posting says, in words or in any of the formats of feeds, without keeping it.

    What the posting does not say is as in ``first_draft``. Beside it: what was read and could not be taken.

    Raises
    ------
    InvalidInputError
        It cannot be read, or is not one opening.
    """
    usual = first_draft(access).as_json()
    found = Findings()
    try:
        feed = read_feed(text.encode())
    except FeedRefusedError as error:
        found.add("posting", str(error)[:1].lower() + str(error)[1:].rstrip("."), "the text of a posting, or JSON-LD")
        feed = None
    if feed is not None and len(feed.postings) != 1:
        found.problems += [problem for entry in feed.refused for problem in entry.problems]
        found.add("posting", f"holds {len(feed.postings)} openings that can be read", "one")
    if feed is None or found:
        message = "Nothing was read."
        raise InvalidInputError(message, found.problems)
    posting = feed.postings[0]
    said = {name: value for name, value in posting.opening.as_json().items() if value not in (None, "", [])}
    # No country at all means anywhere, which is said too.
    said |= {"countries": []} if posting.opening.is_worldwide else {}
    return parse_opening({**usual, **said}), posting.notes


@transaction.atomic
def write_opening(account: Account, slug: str, payload: object, *, now: datetime) -> StoredOpening:
    """Keep a new opening as a draft, complete or not.

    Raises
    ------
    InvalidInputError
        Something in it cannot be taken; every problem is named.
    """
    access = open_project(account, slug, Permission.MANAGE_OPENINGS)
    opening = _read(payload, "The opening was not kept.")
    project = Project.objects.of(access.project).select_for_update().get()
    last = StoredOpening.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    row = StoredOpening(
        project=project,
        number=last + 1,
        state=OpeningState.DRAFT,
        created_at=now,
        created_by=account,
        **columns_of(opening),
    )
    row.save()
    store_needs([(row, opening)])
    record("opening.written", str(row), at=now, actor=account, project=project)
    return row


@transaction.atomic
def change_opening(account: Account, slug: str, number: int, payload: object, *, now: datetime) -> StoredOpening:
    """Let an opening say something else. One that is published stays fit to be; the day it was posted stays too.

    Raises
    ------
    InvalidInputError
        Something in it cannot be taken, or it could not be published so; every problem is named.
    ConflictError
        It is closed.
    """
    access, row = _locked(account, slug, number)
    if row.state == OpeningState.CLOSED:
        message = "This opening is closed. Write another one."
        raise ConflictError(message)
    opening = _read(payload, "The opening was not changed.")
    if row.state == OpeningState.OPEN:
        problems = check_opening(access, opening, now=now)
        if problems:
            message = "The opening was not changed: it is published, and could not be published so."
            raise InvalidInputError(message, problems)
        row.updated_at = now
    for name, value in columns_of(opening).items():
        setattr(row, name, value)
    row.save()
    store_needs([(row, opening)])
    record("opening.changed", str(row), at=now, actor=account, project=access.project, state=row.state)
    return row


def check_opening(access: ProjectAccess, opening: Opening, *, now: datetime) -> tuple[Problem, ...]:
    """Return everything that keeps an opening from being published now."""
    availability = availability_of(access.project, opening, newcomers=opening.headcount or 1, now=now)
    problems = check_publishable(opening, templates=template_keys(), availability=availability, now=now)
    below = below_floor(opening, settings.PAY_FLOORS) if settings.PAY_FLOORS_BLOCK else None
    return problems if below is None else (*problems, below)


@transaction.atomic
def publish_opening(account: Account, slug: str, number: int, *, now: datetime) -> StoredOpening:
    """Let everybody see an opening, and those who are eligible apply.

    Raises
    ------
    InvalidInputError
        Something that a specialist needs is missing or contradictory; each problem names its field.
    ConflictError
        It has been published or closed, or the project hands out no work.
    """
    access, row = _locked(account, slug, number)
    _step(row, OpeningEvent.PUBLISH)
    if access.project.state != ProjectState.ACTIVE:
        message = "Start the project first: while it hands out no work there is nothing to apply for."
        raise ConflictError(message)
    opening = parse_opening(row.document)
    problems = check_opening(access, opening, now=now)
    if problems:
        message = "The opening was not published."
        raise InvalidInputError(message, problems)
    row.posted_at = row.updated_at = row.listed_at = now
    put_count(row, opening, count_queues([access.project], now=now)[access.project.pk], now=now)
    row.save()
    tell_of_openings(now=now)
    record("opening.published", str(row), at=now, actor=account, project=access.project, title=row.title)
    return row


@transaction.atomic
def close_opening(account: Account, slug: str, number: int, *, now: datetime) -> StoredOpening:
    """Take an opening back: nobody sees it in a list or applies any more, and whoever waits for an answer is told.

    Raises
    ------
    ConflictError
        It is closed.
    """
    access, row = _locked(account, slug, number)
    _step(row, OpeningEvent.CLOSE)
    row.closed_at = now
    row.save()
    Project.objects.of(access.project).select_for_update().get()
    close_applications(row, account, now=now)
    record("opening.closed", str(row), at=now, actor=account, project=access.project)
    return row


def _locked(account: Account, slug: str, number: int) -> tuple[ProjectAccess, StoredOpening]:
    access = open_project(account, slug, Permission.MANAGE_OPENINGS)
    row = StoredOpening.objects.of(access.project).select_for_update().filter(number=number).first()
    if row is None:
        message = "There is no such opening in this project."
        raise NotFoundError(message)
    return access, row


def _step(row: StoredOpening, event: OpeningEvent) -> None:
    try:
        row.state = OPENING_PROCESS.step(OpeningState(row.state), event).target
    except NoSuchStepError as error:
        message = f"This opening is {row.state}; it cannot be {'published' if event == 'publish' else 'closed'}."
        raise ConflictError(message) from error


def _read(payload: object, refusal: str) -> Opening:
    try:
        return parse_opening(payload)
    except ProblemsError as error:
        raise InvalidInputError(refusal, error.problems) from error
