"""Active time: taking beats, what they came to, and settling it once no beat can change it any more.

A beat is placed on the server's clock when it arrives. What the beats come to is worked out when somebody asks, until
the day (in UTC) is over and an hour has passed; then it is settled: written down as spans that nothing changes, and the
beats go when the time can no longer be disputed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.db.models import Sum

from rubrica.domain.active_time import (
    GRACE,
    IDLE_RANGE,
    LONGEST_GAP,
    MOST_LATE,
    Beat,
    Because,
    Interval,
    Kind,
    Page,
    Place,
    Span,
    Tally,
    Terms,
    anchor_of,
    by_day,
    clipped,
    day_bounds,
    placed,
    spans_of,
    tally,
)
from rubrica.domain.problems import Problem, quoted
from rubrica.domain.time_claim import ClaimState
from rubrica.records.models import (
    Account,
    Job,
    PageSession,
    PersonalClock,
    PlatformWait,
    Project,
    TimeClaim,
    TimeSpan,
)
from rubrica.records.models import Beat as StoredBeat
from rubrica.records.models.job import JobState
from rubrica.records.queries import beats as queries
from rubrica.records.retrying import retried
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.jobs import Clock, KeptJob, enqueue

SETTLE: Final = "settle_time"
SETTLE_AFTER: Final = timedelta(hours=1)
KEEP_BEATS: Final = timedelta(days=60)
"""From when they were made: a week is reviewed and paid within thirty days, and may be disputed for thirty."""
_LOOK_BACK: Final = IDLE_RANGE[1] + GRACE + LONGEST_GAP
"""How much earlier than a moment a beat can lie that says something of it."""


@dataclass(frozen=True, slots=True)
class SentBeat:
    """A beat as a page sent it; ``counter`` is the page's own, in milliseconds."""

    number: int
    counter: int
    page: Page
    task: str = ""
    is_visible: bool = True
    inputs: int = 0
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class TakenBeats:
    """What became of beats that were sent: how many were new, and the time of those that came too late to be told."""

    stored: int
    late: Interval | None


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What became of a person's time in a period."""

    days: Mapping[date, Tally]
    spans: Sequence[Span]

    @property
    def total(self) -> Tally:
        """All days together."""
        return tally(self.spans)


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment_of(at_ms: int) -> datetime:
    """Return the moment that whole milliseconds since 1970 mean."""
    return _EPOCH + timedelta(milliseconds=at_ms)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@retried
def take_beats(
    account: Account, slug: str, *, session: str, counter: int, beats: Sequence[SentBeat], now: datetime
) -> TakenBeats:
    """Store what a page told. The same beats again, from whatever device, change nothing.

    ``counter`` is the page's counter when it sent them; it places the page's first message on the server's clock.

    Raises
    ------
    NotFoundError
        The person takes no part in the project.
    InvalidInputError
        A beat names a task that is not the person's own; none is stored.
    """
    page = queries.find_page(slug, account.pk, session)
    if page is None:
        message = "There is no such project, or you take no part in it."
        raise NotFoundError(message)
    for task in {beat.task for beat in beats if beat.task}:
        _require_own_task(account.pk, page.project_id, task)
    received = milliseconds(now)
    with transaction.atomic():
        if page.session_id is None or page.anchor_ms is None:
            page = queries.open_page(page.project_id, account.pk, session, anchor_of(counter, received))
            _start_clock(account, now)
        session_id, anchor = page.session_id or 0, page.anchor_ms or 0
        made = [(beat, placed(beat.counter, anchor, received)) for beat in beats]
        told = [_beat(page.project_id, beat, at) for beat, at in made if at is not None]
        stored = queries.store_beats(session_id, account.pk, told) if told else 0
    late = [anchor + beat.counter for beat, at in made if at is None]
    return TakenBeats(stored, (min(late), max(late)) if late else None)


def _beat(project_id: int, beat: SentBeat, at: int) -> Beat:
    place = Place(project_id, beat.page, beat.task)
    return Beat("", beat.number, at, place, beat.is_visible, beat.inputs, beat.is_answer)


@lru_cache(maxsize=4_096)
def _require_own_task(account_id: int, project_id: int, task: str) -> None:
    """Refuse others' tasks and made-up ones, whose cap nobody would reach; whose an assignment is never changes."""
    if not queries.is_own_task(account_id, project_id, task):
        message = "The beats were not taken."
        raise InvalidInputError(message, [Problem("task", f"is {quoted(task)}", "an assignment of yours, or nothing")])


def _start_clock(account: Account, now: datetime) -> None:
    """See that what begins now is settled once."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # A beat may be placed as much as a quarter of an hour before it arrives.
    begins = milliseconds(midnight - SETTLE_AFTER)
    PersonalClock.objects.of_account(account).get_or_create(account=account, defaults={"settled_until_ms": begins})
    _settle_after_day(account, midnight, now=now)


def _settle_after_day(account: Account, midnight: datetime, *, now: datetime) -> None:
    if not Job.objects.filter(kind=SETTLE, subject=account.public_id, state=JobState.WAITING).exists():
        enqueue(SETTLE, account.public_id, now=now, available_at=midnight + timedelta(days=1) + SETTLE_AFTER)


def log_wait(account: Account, started: datetime, ended: datetime) -> None:
    """Note that the platform kept a person waiting: that time is credited where a page of work was open."""
    PlatformWait.objects.create(account=account, start_ms=milliseconds(started), end_ms=milliseconds(ended))


# --- reading ---


def own_time(
    account: Account, zone: tzinfo, *, first: date, last: date, now: datetime, project: Project | None = None
) -> OwnTime:
    """Return what became of a person's time from one day of a zone to another, in one project or in all."""
    spans = spans_between(account, day_bounds(first, zone)[0], day_bounds(last, zone)[1], now=now)
    if project is not None:
        spans = [span for span in spans if span.place.engagement == project.pk]
    return OwnTime(by_day(spans, first, last, zone), spans)


def own_time_today(account: Account, project: Project, *, now: datetime) -> OwnTime:
    """Return what became of a person's time in a project today, in the person's own zone."""
    zone = zone_of(account)
    today = now.astimezone(zone).date()
    return own_time(account, zone, first=today, last=today, now=now, project=project)


def worked_by_project(account: Account, *, now: datetime) -> dict[int, int]:
    """Return the milliseconds that a person has worked in each project, by row id, from the first beat until now.

    That is what was credited, what went over a task's cap, which is paid until somebody decides otherwise, and what was
    claimed with success. Projects in which the clock never ran are missing.
    """
    clock = PersonalClock.objects.of_account(account).first()
    if clock is None:
        return {}
    rows = TimeSpan.objects.of_account(account).filter(end_ms__lte=clock.settled_until_ms).exclude(kind=Kind.IDLE)
    length = Sum("end_ms") - Sum("start_ms")
    worked = Counter(dict(rows.order_by().values_list("project").annotate(length=length)))
    until = milliseconds(now)
    for span in clipped(_worked_out(account, clock.settled_until_ms, until + LONGEST_GAP), 0, until):
        if span.kind != Kind.IDLE:
            worked[span.place.engagement] += span.end - span.start
    claims = TimeClaim.objects.of_account(account).filter(state=ClaimState.APPROVED)
    worked.update(dict(claims.order_by().values_list("project").annotate(claimed=Sum("claimed_ms"))))
    return dict(worked)


def terms_of(project: Project) -> Terms:
    """Return what holds of time in a project."""
    return Terms(project.idle_seconds * 1_000, project.task_cap_seconds * 1_000)


def spans_between(account: Account, start: int, end: int, *, now: datetime) -> list[Span]:
    """Return what became of a person's time between two moments, in milliseconds since 1970."""
    clock = PersonalClock.objects.of_account(account).first()
    if clock is None:
        return []
    settled = clock.settled_until_ms
    spans = _settled(account, start, min(end, settled)) if start < settled else []
    if end > settled:
        spans += _worked_out(account, settled, milliseconds(now) + LONGEST_GAP)
    return clipped(spans, start, end)


def _settled(account: Account, start: int, end: int) -> list[Span]:
    rows = TimeSpan.objects.of_account(account).filter(start_ms__lt=end, end_ms__gt=start).order_by("start_ms")
    columns = ("start_ms", "end_ms", "project_id", "page", "task", "kind", "because")
    return [
        Span(first, last, Place(project, Page(page), task), Kind(kind), Because(because))
        for first, last, project, page, task, kind, because in rows.values_list(*columns)
    ]


def _worked_out(account: Account, start: int, end: int) -> list[Span]:
    """Return what the beats since a moment come to."""
    beats = list(queries.beats_between(account.pk, start - _LOOK_BACK, end))
    if not beats:
        return []
    waits = PlatformWait.objects.of_account(account).filter(end_ms__gt=start - _LOOK_BACK, start_ms__lt=end)
    spent = _spent(account, {beat.place.task for beat in beats} - {""}, before=start)
    terms = _terms({beat.place.engagement for beat in beats})
    return spans_of(beats, terms, list(waits.values_list("start_ms", "end_ms")), spent, since=start)


def _spent(account: Account, tasks: Iterable[str], *, before: int) -> dict[str, int]:
    rows = TimeSpan.objects.of_account(account).filter(task__in=list(tasks), start_ms__lt=before)
    worked = rows.exclude(kind=Kind.IDLE).order_by().values_list("task")
    return dict(worked.annotate(spent=Sum("end_ms") - Sum("start_ms")))


def _terms(projects: Iterable[int]) -> dict[int, Terms]:
    rows = Project.objects.everywhere("the person has worked in them").filter(pk__in=list(projects))
    return {project.pk: terms_of(project) for project in rows.only("idle_seconds", "task_cap_seconds")}


# --- settling ---


def settle_time(job: KeptJob, now: Clock) -> None:
    """Write down what a person's time came to, up to the last day that is over, and drop beats of long ago."""
    account = Account.objects.filter(public_id=job.subject).first()
    if account is None:
        return
    at = now()
    midnight = (at - SETTLE_AFTER).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    _settle(account, milliseconds(midnight), now=at)


def forget_beats(account: Account, *, now: datetime) -> None:
    """Write down what a person's time has come to by now, and drop what it was told by, for good."""
    if PersonalClock.objects.of_account(account).exists():
        _write_down(account, milliseconds(now))
    for model in (PageSession, PlatformWait):
        model.objects.of_account(account).delete()


@retried
@transaction.atomic
def _settle(account: Account, until: int, *, now: datetime) -> None:
    _write_down(account, until)
    _forget(account, before=min(until, milliseconds(now - KEEP_BEATS)))
    if StoredBeat.objects.of_account(account).filter(at_ms__gte=until).exists():
        _settle_after_day(account, moment_of(until), now=now)


def _write_down(account: Account, until: int) -> None:
    clock = PersonalClock.objects.of_account(account).select_for_update().get()
    if clock.settled_until_ms < until:
        TimeSpan.objects.bulk_create(
            TimeSpan(
                account=account,
                project_id=span.place.engagement,
                page=span.place.page,
                task=span.place.task,
                kind=span.kind,
                because=span.because,
                start_ms=span.start,
                end_ms=span.end,
            )
            for span in clipped(_worked_out(account, clock.settled_until_ms, until + _LOOK_BACK), 0, until)
        )
        clock.settled_until_ms = until
        clock.save(update_fields=["settled_until_ms"])


def _forget(account: Account, *, before: int) -> None:
    StoredBeat.objects.of_account(account).filter(at_ms__lt=before).delete()
    PlatformWait.objects.of_account(account).filter(end_ms__lt=before).delete()
    told = StoredBeat.objects.of_account(account).values("session")
    PageSession.objects.of_account(account).filter(anchor_ms__lt=before - MOST_LATE).exclude(pk__in=told).delete()
