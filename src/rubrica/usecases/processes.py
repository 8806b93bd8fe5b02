"""What waits for somebody: whether a step is possible, who sees to what comes next, and coming back at the deadline."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission, Role
from rubrica.domain.text import check_text
from rubrica.domain.transitions import Event, NoSuchStepError, Process, State, Transition
from rubrica.records.models import (
    Account,
    Application,
    CalibrationRound,
    ChangeProposal,
    ClauseQuestion,
    EdgeCase,
    Engagement,
    Membership,
    Project,
    ProjectMembership,
    Review,
    TimeClaim,
)
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.jobs import enqueue

DEADLINE: Final = "deadline"
LEADS: Final = (Role.LEAD,)
LEFT: Final = "Its owner is no longer there for it"
"""The reason of a step that follows from somebody's leaving."""

Waiting = EdgeCase | Review | CalibrationRound | ChangeProposal | ClauseQuestion | Application | TimeClaim | Engagement
"""What has an owner and a deadline as long as it waits for somebody."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what waits.

    Attributes
    ----------
    permission
        What its owner must be allowed to do.
    page
        Where it stands, within the project.
    """

    model: type[Waiting]
    permission: Permission
    topic: Topic
    page: Callable[[Waiting], str]


def _numbered(room: str) -> Callable[[Waiting], str]:
    return lambda row: f"{room}/{getattr(row, 'number')}/"  # noqa: B009  (questions have none, and are not asked)


KINDS: Final = {
    "case": Kind(EdgeCase, Permission.TRIAGE_EDGE_CASES, Topic.CASE, _numbered("cases")),
    "review": Kind(Review, Permission.REVIEW, Topic.REVIEW, _numbered("reviews")),
    "round": Kind(CalibrationRound, Permission.RUN_ROUNDS, Topic.TEST, _numbered("rounds")),
    "proposal": Kind(ChangeProposal, Permission.EDIT_GUIDELINE, Topic.PROPOSAL, _numbered("guideline/proposals")),
    "question": Kind(
        ClauseQuestion, Permission.TRIAGE_EDGE_CASES, Topic.CASE, lambda _question: "guideline/#questions"
    ),
    "application": Kind(Application, Permission.MANAGE_OPENINGS, Topic.APPLYING, _numbered("applications")),
    "engagement": Kind(Engagement, Permission.MANAGE_PROJECT_MEMBERS, Topic.APPLYING, _numbered("engagements")),
    "claim": Kind(TimeClaim, Permission.DECIDE_TIME, Topic.TIME, lambda _claim: "time-claims/"),
}


def step_of(process: Process[State, Event], state: State, event: Event, named: object) -> Transition[State, Event]:
    """Return where an event leads what is called ``named``.

    Raises
    ------
    ConflictError
        Nowhere: it has moved on since the person looked.
    """
    try:
        return process.step(state, event)
    except NoSuchStepError as error:
        now, wanted = state.replace("_", " "), event.replace("_", " ")
        message = f"{named} is {now}: {wanted} is not possible now. Load the page again."
        raise ConflictError(message) from error


def checked_reason(reason: str, most: int, *, fewest: int = 1) -> str:
    """Return why somebody takes a step, without spaces around it.

    Raises
    ------
    InvalidInputError
        It is missing or too long.
    """
    found = Findings()
    said = check_text(reason, "reason", found, minimum=fewest, maximum=most).strip()
    if found:
        message = "Nothing was changed: say why."
        raise InvalidInputError(message, found.problems)
    return said


def who_could(project: Project, *, roles: Collection[Role] = LEADS, without: Collection[int] = ()) -> list[Account]:
    """Return who has one of the roles; without any, the organisation's admins, or whoever founded the project."""
    members = ProjectMembership.objects.of(project).filter(role__in=roles, is_active=True, account__is_active=True)
    admins = Membership.objects.of_organisation(project.organisation).filter(
        role=Role.ORGANISATION_ADMIN, account__is_active=True
    )
    people = [row.account for row in members.select_related("account") if row.account_id not in without]
    if not people:
        people = [row.account for row in admins.select_related("account") if row.account_id not in without]
    if not people and project.created_by_id not in without:
        people = [project.created_by]
    return people


def with_fewest(
    project: Project, model: type[Waiting], *, roles: Collection[Role] = LEADS, without: Collection[int] = ()
) -> Account | None:
    """Return who of those who could has the fewest of a kind to see to; the caller has locked the project.

    None where all of them are among ``without``.
    """
    people = who_could(project, roles=roles, without=without)
    rows = model.objects.of(project).exclude(owner=None).order_by()
    counts = dict(rows.values_list("owner").annotate(Count("pk")))
    return min(people, key=lambda person: (counts.get(person.pk, 0), person.pk), default=None)


def lead_with_fewest(project: Project, model: type[Waiting]) -> Account:
    """Return the lead who has the fewest of a kind to see to; the caller has locked the project."""
    return with_fewest(project, model) or project.created_by


def leads_of(project: Project) -> list[Account]:
    """Return who leads a project."""
    members = ProjectMembership.objects.of(project).filter(role=Role.LEAD, is_active=True)
    return [member.account for member in members.select_related("account")]


def evaluates(project: Project, account: Account) -> bool:
    """Tell whether somebody is a specialist of a project at present."""
    members = ProjectMembership.objects.of(project).filter(account=account, role=Role.SPECIALIST, is_active=True)
    return account.is_active and members.exists()


def come_back(name: str, row: Waiting, *, now: datetime) -> None:
    """Look again at what waits when its deadline has come (see ``usecases.deadlines``)."""
    if row.due_at is not None:
        enqueue(DEADLINE, f"{name}:{row.pk}:{int(row.due_at.timestamp())}", now=now, available_at=row.due_at)
