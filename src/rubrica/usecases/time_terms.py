"""What holds of time in a project: how much of a pause is kept, and from when a task is long."""

from datetime import datetime
from typing import Final

from django.db import transaction

from rubrica.domain.active_time import DEFAULT_CAP, IDLE_RANGE, cap_from
from rubrica.domain.allocation import FIRST_ATTEMPT_PASS
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.records.models import Account, Evaluation, Project
from rubrica.records.models.project import ProjectState
from rubrica.records.retrying import retried
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import InvalidInputError

IDLE_SECONDS: Final = (IDLE_RANGE[0] // 1_000, IDLE_RANGE[1] // 1_000)
CAP_SECONDS: Final = (DEFAULT_CAP // 1_000, 86_400)


@retried
@transaction.atomic
def set_time_terms(account: Account, slug: str, *, idle_seconds: int, task_cap_seconds: int, now: datetime) -> Project:
    """Say what holds of time. Once the project has started it changes in favour of those who work there only.

    Raises
    ------
    InvalidInputError
        A number is out of range, or less than what people started to work under.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT)
    project = Project.objects.of(access.project).select_for_update().get()
    has_started = project.state != ProjectState.DRAFT
    found = Findings()
    for name, value, held, (least, most) in (
        ("idle_seconds", idle_seconds, project.idle_seconds, IDLE_SECONDS),
        ("task_cap_seconds", task_cap_seconds, project.task_cap_seconds, CAP_SECONDS),
    ):
        lowest = max(least, held) if has_started else least
        if not lowest <= value <= most:
            found.add(name, f"is {value}", f"{lowest} to {most} seconds")
    if found:
        message = "Nothing was changed. Once work has started these numbers only grow."
        raise InvalidInputError(message, found.problems)
    project.idle_seconds, project.task_cap_seconds = idle_seconds, task_cap_seconds
    project.save(update_fields=["idle_seconds", "task_cap_seconds"])
    record("time.terms", slug, at=now, actor=account, project=project, idle=idle_seconds, cap=task_cap_seconds)
    return project


def suggested_cap(access: ProjectAccess) -> int:
    """Return the cap, in seconds, that the tests and calibrations taken so far speak for."""
    taken = Evaluation.objects.of(access.project).filter(assignment__pass_number__gte=FIRST_ATTEMPT_PASS)
    times = taken.exclude(active_ms=None).order_by().values_list("active_ms", flat=True)
    return cap_from([each for each in times if each is not None]) // 1_000
