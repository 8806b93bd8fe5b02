"""One's own worked hours, to take along to a program for time sheets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from rubrica.domain.active_time import Kind, Page, Span, day_bounds
from rubrica.domain.problems import Problem, one_of, quoted
from rubrica.domain.time_claim import ClaimState
from rubrica.formats.hours_csv import HOUR_LAYOUTS, Worked, Worker, write_hours
from rubrica.records.models import Account, Project, TimeClaim
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.active_time import milliseconds, moment_of, own_time
from rubrica.usecases.errors import InvalidInputError

MOST_DAYS: Final = 366
_TASKS: Final[Mapping[Page, str]] = {
    Page.WORKBENCH: "Evaluation",
    Page.GUIDELINE: "Reading the guideline",
    Page.QUALIFICATION: "Tests and practice",
    Page.REVIEW: "Review",
    Page.DISCUSSION: "Discussion",
}
_OVER_CAP: Final = "over the cap"
_CLAIMED: Final = "claimed"
_EPOCH: Final = 1970


class _Piece(NamedTuple):
    """A stretch in milliseconds since 1970, and what it was."""

    start: int
    end: int
    project: int
    task: str
    description: str = ""
    tag: str = ""


def own_hours(account: Account, *, layout: str, first: date, last: date, now: datetime) -> str:
    """Return a person's worked hours from one day to another, in the person's own zone, as CSV in one of the layouts.

    Worked is what was credited, what went over a task's cap, and what was claimed with success. A claimed stretch
    stands where it began, as long as what was granted. Moments are cut to whole seconds, the same for a line's end and
    the next one's beginning, so that no second between lines is lost or told twice.

    Raises
    ------
    InvalidInputError
        There is no such layout, or the days are no period of at most a year.
    """
    problems = []
    if layout not in HOUR_LAYOUTS:
        problems.append(Problem("layout", f"is {quoted(layout)}", one_of(list(HOUR_LAYOUTS))))
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS) or not _EPOCH < first.year <= now.year + 1:
        problems.append(Problem("last", f"is {last}", f"a day on or after the first, within {MOST_DAYS} days"))
    if problems:
        message = "No hours were written."
        raise InvalidInputError(message, problems)
    zone = zone_of(account)
    own = own_time(account, zone, first=first, last=last, now=now)
    claimed = _claimed(account, day_bounds(first, zone)[0], day_bounds(last, zone)[1])
    pieces = sorted([*_joined(own.spans), *claimed])
    names = _names({piece.project for piece in pieces})
    lines = (_line(part, *names[part.project]) for piece in pieces for part in _by_day(piece, zone))
    worker = Worker(account.name, account.email, zone)
    return write_hours(layout, (line for line in lines if line.seconds), worker)


def _joined(spans: Iterable[Span]) -> Iterator[_Piece]:
    """Return what was worked, with no cut between one task and the next."""
    last: _Piece | None = None
    for span in spans:
        if span.kind == Kind.IDLE:
            continue
        tag = _OVER_CAP if span.kind == Kind.OVER_CAP else ""
        piece = _Piece(span.start, span.end, span.place.engagement, _TASKS[span.place.page], tag=tag)
        if last is not None and last.end == piece.start and last[2:] == piece[2:]:
            last = last._replace(end=piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _claimed(account: Account, start: int, end: int) -> Iterator[_Piece]:
    approved = TimeClaim.objects.of_account(account).filter(state=ClaimState.APPROVED)
    for claim in approved.filter(started_at__gte=moment_of(start), started_at__lt=moment_of(end)):
        began = milliseconds(claim.started_at)
        until = began + claim.claimed_ms
        yield _Piece(began, until, claim.project_id, claim.get_reason_display(), claim.note, _CLAIMED)


def _by_day(piece: _Piece, zone: tzinfo) -> Iterator[_Piece]:
    """Cut a stretch at midnight, for programs that count by day."""
    while True:
        midnight = day_bounds(moment_of(piece.start).astimezone(zone).date(), zone)[1]
        if piece.end <= midnight:
            yield piece
            return
        yield piece._replace(end=midnight)
        piece = piece._replace(start=midnight)


def _line(piece: _Piece, client: str, project: str) -> Worked:
    start, end = (moment_of(moment).replace(microsecond=0) for moment in (piece.start, piece.end))
    return Worked(start, end, client, project, piece.task, piece.description, piece.tag)


def _names(projects: set[int]) -> dict[int, tuple[str, str]]:
    rows = Project.objects.everywhere("the person has worked in them").filter(pk__in=list(projects))
    return {pk: (client, name) for pk, client, name in rows.values_list("pk", "organisation__name", "name")}
