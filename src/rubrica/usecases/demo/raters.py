"""The simulated raters as members of the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rubrica.domain.roles import Role
from rubrica.domain.simulation import SimulatedRater, cast
from rubrica.records.models import Account, Project, ProjectMembership
from rubrica.usecases.demo.people import People, member
from rubrica.usecases.projects import set_project_role


@dataclass(frozen=True, slots=True)
class Rater:
    """A simulated rater with the account the rater works under."""

    simulated: SimulatedRater
    account: Account


def hire(people: People, *, now: datetime) -> tuple[Rater, ...]:
    """Bring the simulated raters in."""
    return tuple(Rater(rater, member(people.lead, rater.name, Role.SPECIALIST, now=now)) for rater in cast())


def assign(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Give everybody their role in a project."""
    roles = [(people.reviewer, Role.REVIEWER), (people.specialist, Role.SPECIALIST)]
    roles += [(rater.account, Role.SPECIALIST) for rater in raters]
    there = set(ProjectMembership.objects.of(project).values_list("account_id", flat=True))
    for account, role in roles:
        if account.pk not in there:
            set_project_role(people.lead, project.slug, account.public_id, role, now=now)
