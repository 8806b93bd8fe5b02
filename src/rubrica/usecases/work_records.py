"""The work record: what a person has done here, project by project, and what others are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum

from rubrica.domain.gold import AttemptState, Purpose
from rubrica.domain.problems import Problem, one_of
from rubrica.domain.roles import Role
from rubrica.domain.rubric import Unit
from rubrica.domain.work_record import TASKS, Calibration, Disclosure, WorkEntry, disclosed
from rubrica.records.models import Account, Attempt, Engagement, Evaluation, Project, ProjectMembership, WorkDisclosure
from rubrica.usecases.access import record
from rubrica.usecases.active_time import worked_by_project
from rubrica.usecases.errors import InvalidInputError, NotFoundError

_TESTS: Final = (Purpose.QUALIFICATION, Purpose.CALIBRATION)


@dataclass(frozen=True, slots=True)
class RecordedWork:
    """What a person has done in a project, and how much of it others are told.

    Attributes
    ----------
    told
        What others are told; None where nothing.
    """

    project: Project
    entry: WorkEntry
    disclosure: Disclosure
    told: WorkEntry | None


def work_record(account: Account, *, now: datetime) -> list[RecordedWork]:
    """Return a person's work, newest first. Whoever has left a project keeps the record of it.

    The time is what the person's clock counted in the project until now; where it never ran there, what the workbench
    measured for each evaluation.
    """
    worked = worked_by_project(account, now=now)
    counted = _counted(account)
    members = ProjectMembership.objects.of_account(account).filter(project__in=counted)
    memberships = members.exclude(role=Role.APPLICANT)
    levels = _levels(account)
    calibrations = _calibrations(account)
    engaged = _engaged(account)
    rows = [
        _under_terms(
            _recorded(membership, counted[membership.project_id], worked, levels, calibrations),
            engaged.get(membership.project_id),
        )
        for membership in memberships.select_related("project__organisation", "project__guideline")
    ]
    return sorted(rows, key=lambda row: (row.entry.last, row.project.pk), reverse=True)


def _engaged(account: Account) -> dict[int, Engagement]:
    """Return the latest engagement of a person in each project, whatever it ended for."""
    rows = Engagement.objects.of_account(account).filter(started_at__isnull=False).order_by("started_at", "pk")
    return {row.project_id: row for row in rows}


def _under_terms(work: RecordedWork, engagement: Engagement | None) -> RecordedWork:
    """Give role and period as the engagement has them, where there is one; never shorter than what was judged."""
    if engagement is None or engagement.started_at is None:
        return work
    last = max(work.entry.last, engagement.ended_at.date()) if engagement.ended_at is not None else work.entry.last
    entry = replace(
        work.entry,
        role=engagement.get_role_display(),
        first=min(work.entry.first, engagement.started_at.date()),
        last=last,
    )
    told = disclosed(entry, work.disclosure, is_nameable=work.project.may_be_named)
    return RecordedWork(work.project, entry, work.disclosure, told)


def work_in(account: Account, slug: str, *, now: datetime) -> RecordedWork:
    """Return a person's work in one project, whether or not the person is still part of it."""
    found = next((row for row in work_record(account, now=now) if row.project.slug == slug), None)
    if found is None:
        message = "You have no work on record in such a project."
        raise NotFoundError(message)
    return found


@transaction.atomic
def disclose(account: Account, slug: str, level: str, *, now: datetime) -> RecordedWork:
    """Let others know so much of one's work in a project from now on; credentials that exist stay as they are.

    Raises
    ------
    InvalidInputError
        There is no such level.
    """
    if level not in set(Disclosure):
        message = "Nothing was changed."
        raise InvalidInputError(message, [Problem("level", f"is {level[:20]}", one_of([*map(str, Disclosure)]))])
    work = work_in(account, slug, now=now)
    WorkDisclosure.objects.of_account(account).update_or_create(
        account=account, project=work.project, defaults={"level": level}
    )
    record("work.disclosed", slug, at=now, actor=account, level=level)
    return work_in(account, slug, now=now)


def _counted(account: Account) -> dict[int, Mapping[str, Any]]:
    rows = Evaluation.objects.of_account(account).filter(supersedes=None).order_by().values("project")
    return {
        row["project"]: row
        for row in rows.annotate(
            evaluations=Count("pk"),
            items=Count("item", distinct=True),
            active=Sum("active_ms"),
            unmeasured=Count("pk", filter=Q(active_ms=None)),
            first=Min("submitted_at"),
            last=Max("submitted_at"),
        )
    }


def _levels(account: Account) -> dict[int, Disclosure]:
    rows = WorkDisclosure.objects.of_account(account).values_list("project", "level")
    return {project: Disclosure(level) for project, level in rows}


def _calibrations(account: Account) -> dict[int, Calibration]:
    passed = Attempt.objects.of_account(account).filter(state=AttemptState.PASSED, purpose__in=_TESTS)
    rows = passed.order_by().values("project").annotate(passed=Count("pk"), last=Max("ended_at"))
    return {row["project"]: Calibration(row["passed"], row["last"].date()) for row in rows}


def _recorded(
    membership: ProjectMembership,
    row: Mapping[str, Any],
    worked: Mapping[int, int],
    levels: Mapping[int, Disclosure],
    calibrations: Mapping[int, Calibration],
) -> RecordedWork:
    project = membership.project
    clock_ms = worked.get(project.pk)
    rubric = project.guideline.rubric if project.guideline is not None else {}
    entry = WorkEntry(
        project=project.name,
        organisation=project.organisation.name,
        role=membership.get_role_display(),
        task=TASKS[cast("Unit", rubric.get("unit", "single"))],
        first=row["first"].date(),
        last=row["last"].date(),
        items=row["items"],
        evaluations=row["evaluations"],
        active_seconds=((row["active"] or 0) if clock_ms is None else clock_ms) / 1_000,
        unmeasured=row["unmeasured"] if clock_ms is None else 0,
        calibration=calibrations.get(project.pk),
    )
    level = levels.get(project.pk, Disclosure.NOTHING)
    return RecordedWork(project, entry, level, disclosed(entry, level, is_nameable=project.may_be_named))
