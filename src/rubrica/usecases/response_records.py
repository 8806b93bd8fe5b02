"""How projects answer those who apply: counted from the steps of applications, and from nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from rubrica.domain.application import UNDECIDED, ApplicationEvent, ApplicationState
from rubrica.records.models import ApplicationStep, Project, StoredOpening
from rubrica.records.scoping import ScopedQuerySet

SECONDS_OF_A_DAY: Final = 86_400
FEWEST_ANSWERED: Final = 5
"""Applications that were due below which shares and medians say more of chance than of the project."""
_DECISIONS: Final = frozenset({ApplicationEvent.OFFER, ApplicationEvent.DECLINE})


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """How those who applied were answered.

    Attributes
    ----------
    decided
        Applications that got an offer or a refusal, counted by the first.
    undecided
        Those that got no decision in time.
    waiting
        Those that wait for one.
    median_days
        Days from submission to decision; ``None`` before the first.
    """

    decided: int
    undecided: int
    waiting: int
    median_days: float | None

    @property
    def total(self) -> int:
        """How many have submitted an application and not withdrawn it."""
        return self.decided + self.undecided + self.waiting

    @property
    def due(self) -> int:
        """How many were decided or should have been."""
        return self.decided + self.undecided

    @property
    def tells(self) -> bool:
        """Whether there are enough to tell from."""
        return self.due >= FEWEST_ANSWERED

    @property
    def undecided_percent(self) -> float:
        """Share of those that got no decision in time, 0 to 100."""
        return 100 * self.undecided / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """How an opening, and all openings of its organisation, have answered."""

    opening: ResponseRecord
    organisation: ResponseRecord


def response_record(project: Project) -> ResponseRecord:
    """Return how a project has answered so far."""
    return _counted(ApplicationStep.objects.of(project))


def public_record(row: StoredOpening) -> PublicRecord | None:
    """Return how an opening and its organisation have answered; None for an opening from elsewhere."""
    if row.project is None:
        return None
    everywhere = ApplicationStep.objects.of_organisation(row.project.organisation)
    return PublicRecord(_counted(everywhere.filter(application__opening=row)), _counted(everywhere))


@dataclass(slots=True)
class _Way:
    submitted: datetime | None = None
    decided: datetime | None = None
    is_late: bool = False
    state: str = ""


def _counted(steps: ScopedQuerySet[ApplicationStep]) -> ResponseRecord:
    rows = steps.order_by("at", "pk").values_list("application", "at", "event", "target")
    ways = [way for way in _ways(rows) if way.state != ApplicationState.WITHDRAWN]
    days = [
        (way.decided - way.submitted).total_seconds() / SECONDS_OF_A_DAY
        for way in ways
        if way.submitted is not None and way.decided is not None
    ]
    undecided = sum(way.is_late for way in ways)
    waiting = sum(way.decided is None and way.state in UNDECIDED for way in ways)
    return ResponseRecord(len(days), undecided, waiting, median(days) if days else None)


def _ways(rows: Iterable[tuple[int, datetime, str, str]]) -> Iterable[_Way]:
    """Return the way of each application that was submitted. What follows on the first decision changes nothing."""
    ways: dict[int, _Way] = {}
    for application, at, event, target in rows:
        way = ways.setdefault(application, _Way())
        if event == ApplicationEvent.SUBMIT and way.submitted is None:
            way.submitted = at
        if event in _DECISIONS and way.decided is None:
            way.decided = at
        way.is_late |= target == ApplicationState.EXPIRED_NO_DECISION and way.decided is None
        way.state = target
    return [way for way in ways.values() if way.submitted is not None]
