"""The simulated raters as members of the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def untrained(raters: Sequence[Rater]) -> tuple[Rater, ...]:
    """Return the raters as they were before the rules were cleared up: further apart, and less sure of faults."""
    return tuple(_with(rater, skill=rater.simulated.skill * 0.6, bias=rater.simulated.bias * 3) for rater in raters)


def trained(raters: Sequence[Rater]) -> tuple[Rater, ...]:
    """Return the raters as they are after they have talked."""
    return tuple(
        _with(rater, skill=(1 + 2 * rater.simulated.skill) / 3, bias=rater.simulated.bias / 3) for rater in raters
    )


def on_a_bad_day(rater: Rater) -> Rater:
    """Return the rater as one who hardly looks, and is harsh about it."""
    return _with(rater, skill=rater.simulated.skill * 0.2, bias=rater.simulated.bias - 2)


def _with(rater: Rater, *, skill: float, bias: float) -> Rater:
    return replace(rater, simulated=replace(rater.simulated, skill=skill, bias=bias))


def hire(people: People, *, now: datetime) -> tuple[Rater, ...]:
    """Bring the simulated raters in."""
    return tuple(Rater(rater, member(people.lead, rater.name, Role.SPECIALIST, now=now)) for rater in cast())


def assign(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Give everybody who works in a project from its beginning their role."""
    _give_roles(
        project,
        people,
        [(people.reviewer, Role.REVIEWER), *((rater.account, Role.SPECIALIST) for rater in raters)],
        now=now,
    )


def let_in(project: Project, people: People, *, now: datetime) -> None:
    """Let the specialist in who looks at the demo: new, and asked for nothing but work."""
    _give_roles(project, people, [(people.specialist, Role.SPECIALIST)], now=now)


def _give_roles(project: Project, people: People, roles: Sequence[tuple[Account, Role]], *, now: datetime) -> None:
    there = set(ProjectMembership.objects.of(project).values_list("account_id", flat=True))
    for account, role in roles:
        if account.pk not in there:
            set_project_role(people.lead, project.slug, account.public_id, role, now=now)
