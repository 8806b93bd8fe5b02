"""How much work there is behind an opening: counted from the live queue, and anew after a few minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Avg, Count, Q, Sum

from rubrica.domain.opening import Opening, OpeningState
from rubrica.domain.opening_check import Availability
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.roles import Role
from rubrica.records.models import Evaluation, Item, Project, ProjectMembership, StoredOpening
from rubrica.records.models.project import ProjectState

COUNT_AGAIN: Final = timedelta(minutes=5)
MEASURED_OVER: Final = timedelta(days=30)
FEWEST_MEASURED: Final = 20
"""Evaluations below which what the opening estimates stands for their mean."""
_MOST_COUNTED: Final = 500
_MINUTE: Final = 60_000.0


@dataclass(frozen=True, slots=True)
class QueueCount:
    """What the queue of a project holds.

    Attributes
    ----------
    places_left
        Evaluations still to be made; none while the project hands out no work.
    people
        Specialists who take part.
    measured_minutes
        Mean time of one; ``None`` for too few.
    """

    places_left: int
    people: int
    measured_minutes: float | None

    def among(self, opening: Opening, newcomers: int) -> Availability:
        """Return how much work there would be for each if so many more took part."""
        minutes = self.measured_minutes or opening.minutes_per_item
        return Availability(self.places_left, self.people + newcomers, minutes)


def count_queues(projects: Sequence[Project], *, now: datetime) -> dict[int, QueueCount]:
    """Return what the queues of projects hold, by row id; as many queries for one project as for many."""
    ids = [project.pk for project in projects]
    items = Item.objects.everywhere("counts alone are read").filter(project__in=ids, is_withdrawn=False)
    places = dict(items.order_by().values_list("project").annotate(Sum("places_left")))
    members = ProjectMembership.objects.everywhere("counts alone are read").filter(project__in=ids, is_active=True)
    people = dict(members.filter(role=Role.SPECIALIST).order_by().values_list("project").annotate(Count("pk")))
    done = Evaluation.objects.everywhere("means alone are read").filter(
        project__in=ids, submitted_at__gte=now - MEASURED_OVER, active_ms__isnull=False, supersedes=None
    )
    times = done.order_by().values_list("project").annotate(Count("pk"), Avg("active_ms"))
    minutes = {project: mean / _MINUTE for project, count, mean in times if count >= FEWEST_MEASURED}
    return {
        project.pk: QueueCount(
            places.get(project.pk, 0) if project.state == ProjectState.ACTIVE else 0,
            people.get(project.pk, 0),
            minutes.get(project.pk),
        )
        for project in projects
    }


def availability_of(project: Project, opening: Opening, *, newcomers: int, now: datetime) -> Availability:
    """Return how much work of a project there would be for each if so many more took part."""
    return count_queues([project], now=now)[project.pk].among(opening, newcomers)


def put_count(row: StoredOpening, opening: Opening, count: QueueCount, *, now: datetime) -> None:
    """Note on an opening, without saving it, how much work there would be with one person more."""
    availability = count.among(opening, newcomers=1)
    row.has_work = availability.places_left > 0 and availability.offers(opening)
    row.places_left = availability.places_left
    row.people = count.people
    row.minutes_each = availability.minutes_each
    row.counted_at = now


@transaction.atomic
def count_work_again(*, now: datetime) -> None:
    """Count the work behind published openings where the last count is older than a few minutes."""
    published = StoredOpening.objects.everywhere("how much work there is, everybody may know")
    stale = published.filter(state=OpeningState.OPEN, project__isnull=False).filter(
        Q(counted_at=None) | Q(counted_at__lte=now - COUNT_AGAIN)
    )
    rows = list(stale.select_related("project").order_by("pk")[:_MOST_COUNTED])
    projects = {row.project.pk: row.project for row in rows if row.project is not None}
    if not projects:
        return
    counts = count_queues(list(projects.values()), now=now)
    for row in rows:
        if row.project is not None:
            put_count(row, parse_opening(row.document), counts[row.project.pk], now=now)
    published.bulk_update(rows, ["has_work", "places_left", "people", "minutes_each", "counted_at"])
