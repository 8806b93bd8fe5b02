"""Active time: beats are taken once, placed by the server's clock, worked out for their person alone, and settled."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from rubrica.domain.active_time import Because, Kind, Page, Span, Tally
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    Beat,
    Job,
    PageSession,
    PersonalClock,
    PlatformWait,
    Project,
    ProjectMembership,
    TimeSpan,
)
from rubrica.usecases import account_deletion, active_time, assignments, organisations
from rubrica.usecases.active_time import SentBeat, TakenBeats, milliseconds, own_time, take_beats
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.jobs import run_next
from rubrica.worker.handlers import HANDLERS
from tests.cast import World

pytestmark = pytest.mark.django_db

SECOND, MINUTE = 1_000, 60_000
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def send(
    world: World,
    number: int,
    seconds: float,
    *,
    by: Account | None = None,
    session: str = "page-one",
    opened: datetime = NOON,
    late: float = 0,
    slug: str = "audit",
    **told: object,
) -> TakenBeats:
    """Send one beat, made so many seconds after its page was opened, and received ``late`` seconds later."""
    beat = SentBeat(number, round(seconds * SECOND), Page.WORKBENCH, **{"inputs": 1, **told})
    return take_beats(
        by or world.rita,
        slug,
        session=session,
        counter=round((seconds + late) * SECOND),
        beats=[beat],
        now=opened + timedelta(seconds=seconds + late),
    )


def work(world: World, minutes: int, *, opened: datetime = NOON, acts: Callable[[int], bool] = bool, **more):
    """Let a page beat every quarter of a minute."""
    for number in range(minutes * 4 + 1):
        send(world, number, number * 15, opened=opened, **{"inputs": int(not number or acts(number)), **more})


def today(world: World, *, of: Account | None = None, now: datetime = NOON + timedelta(hours=2)) -> Tally:
    return own_time(of or world.rita, UTC, first=date(2026, 3, 2), last=date(2026, 3, 2), now=now).total


def settle(world: World, now: datetime) -> int:
    count = 0
    while run_next(HANDLERS, lambda: now):
        count += 1
    return count


# --- taking ---


def test_work_is_credited_by_the_servers_clock(world: World):
    work(world, 10)
    assert today(world) == Tally(credited=10 * MINUTE)
    assert today(world, of=world.rowan) == Tally()


def test_the_same_message_again_changes_nothing(world: World):
    assert send(world, 0, 0).stored == 1
    assert send(world, 1, 15) == TakenBeats(1, None)
    assert send(world, 1, 15) == TakenBeats(0, None)
    assert Beat.objects.of_account(world.rita).count() == 2
    assert today(world) == Tally(credited=15 * SECOND)


def test_a_number_that_was_used_keeps_what_it_said_first(world: World):
    send(world, 0, 0)
    send(world, 1, 15)
    send(world, 1, 40)
    assert today(world) == Tally(credited=15 * SECOND)


def test_what_was_kept_offline_counts_where_it_was_made(world: World):
    send(world, 0, 0)
    beats = [SentBeat(number, number * 15 * SECOND, Page.WORKBENCH, inputs=1) for number in range(1, 41)]
    taken = take_beats(
        world.rita, "audit", session="page-one", counter=600_000, beats=beats, now=NOON + timedelta(seconds=600)
    )
    assert taken == TakenBeats(40, None)
    assert today(world) == Tally(credited=10 * MINUTE)


def test_a_page_whose_first_message_is_late_is_placed_by_its_counter(world: World):
    beats = [SentBeat(number, number * 15 * SECOND, Page.WORKBENCH, inputs=1) for number in range(5)]
    take_beats(world.rita, "audit", session="page-one", counter=300_000, beats=beats, now=NOON + timedelta(seconds=300))
    (span,) = own_time(
        world.rita, UTC, first=date(2026, 3, 2), last=date(2026, 3, 2), now=NOON + timedelta(hours=1)
    ).spans
    assert (span.start, span.end) == (milliseconds(NOON), milliseconds(NOON) + MINUTE)


def test_what_comes_more_than_a_quarter_of_an_hour_late_is_told_and_not_stored(world: World):
    send(world, 0, 0)
    beats = [SentBeat(number, number * 60 * SECOND, Page.WORKBENCH, inputs=1) for number in range(1, 31)]
    taken = take_beats(
        world.rita, "audit", session="page-one", counter=30 * MINUTE, beats=beats, now=NOON + timedelta(minutes=30)
    )
    start = milliseconds(NOON)
    assert taken == TakenBeats(16, (start + MINUTE, start + 14 * MINUTE))


def test_a_beat_from_the_future_ends_when_it_arrived(world: World):
    send(world, 0, 0)
    send(world, 1, 15)
    beat = SentBeat(2, 3_615 * SECOND, Page.WORKBENCH, inputs=1)
    take_beats(world.rita, "audit", session="page-one", counter=0, beats=[beat], now=NOON + timedelta(seconds=30))
    assert today(world) == Tally(credited=32 * SECOND)


def test_two_devices_are_one_clock_also_in_two_projects(world: World):
    other = Project.objects.of(world.others_project).get()
    organisations.add_project_member(other, world.rita, Role.SPECIALIST, now=NOON)
    work(world, 10)
    work(world, 10, session="page-two", slug=other.slug)
    assert today(world) == Tally(credited=10 * MINUTE)
    by_project = [
        own_time(
            world.rita,
            UTC,
            first=date(2026, 3, 2),
            last=date(2026, 3, 2),
            now=NOON + timedelta(hours=1),
            project=project,
        ).total.credited
        for project in (world.project, other)
    ]
    assert sum(by_project) == 10 * MINUTE


def test_a_page_of_one_person_says_nothing_of_another_who_uses_its_name(world: World):
    work(world, 1)
    send(world, 1, 15, by=world.rowan)
    assert today(world) == Tally(credited=MINUTE)
    assert today(world, of=world.rowan) == Tally()


def test_the_task_in_hand_must_be_ones_own(world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held.public_id
    assert send(world, 0, 0, task=held).stored == 1
    for task, by in ((held, world.rowan), ("A" * 22, world.rita)):
        with pytest.raises(InvalidInputError, match="The beats were not taken") as refused:
            send(world, 1, 15, task=task, by=by)
        assert refused.value.problems[0].allowed == "an assignment of yours, or nothing"


def test_those_who_take_no_part_are_told_there_is_no_such_project(world: World):
    ProjectMembership.objects.of(world.project).filter(account=world.rowan).update(is_active=False)
    for somebody in (world.otto, world.omar, world.rowan):
        with pytest.raises(NotFoundError):
            send(world, 0, 0, by=somebody)
    with pytest.raises(NotFoundError):
        send(world, 0, 0, slug="none")


def test_taking_a_beat_of_an_open_page_costs_two_statements(world: World, django_assert_num_queries):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held.public_id
    send(world, 0, 0, task=held)
    with django_assert_num_queries(4):  # with the savepoint that stands for the transaction in a test
        send(world, 1, 15, task=held)


# --- the project's terms ---


def test_the_project_says_how_long_a_pause_is_kept_and_from_when_a_task_is_long(world: World):
    Project.objects.of(world.project).update(idle_seconds=60, task_cap_seconds=600)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held.public_id
    work(world, 15, acts=lambda at: at not in range(5, 13), task=held)
    assert today(world) == Tally(credited=10 * MINUTE, idle=75 * SECOND, over_cap=15 * MINUTE - 10 * MINUTE - 75_000)


def test_what_kept_a_person_waiting_by_the_servers_log_is_credited(world: World):
    active_time.log_wait(world.rita, NOON + timedelta(seconds=60), NOON + timedelta(seconds=540))
    work(world, 10, acts=lambda at: at < 4 or at > 36)
    assert today(world) == Tally(credited=10 * MINUTE)


# --- settling ---


def test_a_day_that_is_over_is_settled_an_hour_later_and_comes_to_the_same(world: World):
    evening = datetime(2026, 3, 2, 23, 50, tzinfo=UTC)
    work(world, 20, opened=evening, acts=lambda at: at not in range(4, 60))
    second = {"first": date(2026, 3, 3), "last": date(2026, 3, 3), "now": evening + timedelta(hours=1)}
    before = (today(world, now=evening + timedelta(hours=1)), own_time(world.rita, UTC, **second))

    assert settle(world, datetime(2026, 3, 3, 0, 59, tzinfo=UTC)) == 0
    assert settle(world, datetime(2026, 3, 3, 1, 0, tzinfo=UTC)) == 1

    assert (today(world, now=evening + timedelta(hours=2)), own_time(world.rita, UTC, **second)) == before
    clock = PersonalClock.objects.of_account(world.rita).get()
    assert clock.settled_until_ms == milliseconds(datetime(2026, 3, 3, tzinfo=UTC))
    rows = TimeSpan.objects.of(world.project).order_by("start_ms")
    assert [(row.kind, row.because, row.end_ms - row.start_ms) for row in rows] == [
        (Kind.CREDITED, Because.WORKED, 45 * SECOND + 120 * SECOND),
        (Kind.IDLE, Because.NO_INPUT, 435 * SECOND),
    ]


def test_settling_goes_on_the_day_after_and_rests_where_nobody_worked(world: World):
    work(world, 20, opened=datetime(2026, 3, 2, 23, 50, tzinfo=UTC))
    assert settle(world, datetime(2026, 3, 3, 1, tzinfo=UTC)) == 1
    assert settle(world, datetime(2026, 3, 4, 1, tzinfo=UTC)) == 1
    assert settle(world, datetime(2026, 3, 9, 1, tzinfo=UTC)) == 0
    assert sum(row.end_ms - row.start_ms for row in TimeSpan.objects.of(world.project)) == 20 * MINUTE


def test_settling_twice_writes_once(world: World):
    work(world, 5)
    for _ in range(2):
        active_time.enqueue(active_time.SETTLE, world.rita.public_id, now=NOON)
    settle(world, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert [row.end_ms - row.start_ms for row in TimeSpan.objects.of(world.project)] == [5 * MINUTE]


def test_the_cap_of_a_task_holds_over_midnight(world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held.public_id
    evening = datetime(2026, 3, 2, 23, 52, tzinfo=UTC)
    work(world, 16, opened=evening, task=held)
    days = {"first": date(2026, 3, 2), "last": date(2026, 3, 3), "now": evening + timedelta(hours=1)}
    before = own_time(world.rita, UTC, **days)
    assert before.days == {
        date(2026, 3, 2): Tally(credited=8 * MINUTE),
        date(2026, 3, 3): Tally(credited=2 * MINUTE, over_cap=6 * MINUTE),
    }
    settle(world, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert own_time(world.rita, UTC, **days).days == before.days
    settle(world, datetime(2026, 3, 4, 1, tzinfo=UTC))
    assert own_time(world.rita, UTC, **days).days == before.days


def test_beats_are_forgotten_when_their_time_can_no_longer_be_disputed_and_spans_stay(world: World):
    work(world, 5)
    active_time.log_wait(world.rita, NOON, NOON + timedelta(seconds=10))
    settle(world, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert Beat.objects.of_account(world.rita).count() == 21

    for days, left in ((60, 21), (61, 0)):
        now = NOON + timedelta(days=days, hours=12)
        send(world, 0, 0, session=f"later-{days}", opened=now)
        settle(world, now + timedelta(days=1))
        assert Beat.objects.of_account(world.rita).filter(at_ms__lt=milliseconds(NOON) + 10 * MINUTE).count() == left

    assert not PlatformWait.objects.of_account(world.rita).exists()
    assert not PageSession.objects.of_account(world.rita).filter(key="page-one").exists()
    assert today(world, now=NOON + timedelta(days=90)) == Tally(credited=5 * MINUTE)


def test_the_database_refuses_to_rewrite_what_was_settled(world: World):
    work(world, 5)
    settle(world, datetime(2026, 3, 3, 1, tzinfo=UTC))
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeSpan.objects.of(world.project).update(kind=Kind.IDLE)


def test_a_job_for_somebody_who_is_gone_does_nothing(world: World):
    active_time.enqueue(active_time.SETTLE, "A" * 22, now=NOON)
    assert settle(world, NOON) == 1
    assert Job.objects.get(kind=active_time.SETTLE).failure == ""


# --- reading ---


def test_who_has_never_worked_has_no_time(world: World, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert today(world) == Tally()


def test_reading_costs_the_same_for_one_hour_and_for_three(world: World, django_assert_num_queries):
    for hours in (1, 3):
        work(world, 60 * hours)
        with django_assert_num_queries(4):
            today(world)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati", "Europe/Berlin"])
def test_days_are_those_of_the_persons_zone(world: World, zone):
    there = ZoneInfo(zone)
    midnight = datetime(2026, 12, 31, tzinfo=there) + timedelta(days=1)
    opened = (midnight - timedelta(minutes=5)).astimezone(UTC)
    work(world, 15, opened=opened)
    later = opened + timedelta(hours=1)
    for now in (later, opened + timedelta(days=3)):
        settle(world, now)
        own = own_time(world.rita, there, first=date(2026, 12, 31), last=date(2027, 1, 1), now=now)
        assert own.days == {
            date(2026, 12, 31): Tally(credited=5 * MINUTE),
            date(2027, 1, 1): Tally(credited=10 * MINUTE),
        }


def test_a_night_in_which_clocks_go_back_has_all_its_hours(world: World):
    berlin = ZoneInfo("Europe/Berlin")
    opened = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight there
    for hour in range(4):
        work(world, 60, opened=opened + timedelta(hours=hour), session=f"hour-{hour}")
    own = own_time(
        world.rita, berlin, first=date(2026, 10, 25), last=date(2026, 10, 25), now=opened + timedelta(hours=5)
    )
    assert own.total == Tally(credited=4 * 60 * MINUTE)


def test_what_is_read_is_in_order_and_never_overlaps(world: World):
    work(world, 10, acts=lambda at: at not in range(5, 25))
    work(world, 10, opened=NOON + timedelta(minutes=5), session="page-two")
    spans: list[Span] = list(
        own_time(world.rita, UTC, first=date(2026, 3, 2), last=date(2026, 3, 2), now=NOON + timedelta(hours=1)).spans
    )
    assert spans == sorted(spans, key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in pairwise(spans))


# --- what is stored ---


def test_a_beat_holds_what_the_rules_need_and_nothing_else():
    def columns(model) -> set[str]:
        with connection.cursor() as cursor:
            return {
                column.name for column in connection.introspection.get_table_description(cursor, model._meta.db_table)
            }

    assert columns(Beat) == {
        "id",
        "session_id",
        "account_id",
        "number",
        "at_ms",
        "page",
        "task",
        "is_visible",
        "inputs",
        "is_answer",
    }
    assert columns(PageSession) == {"id", "account_id", "project_id", "key", "anchor_ms"}
    assert columns(TimeSpan) == {
        "id",
        "account_id",
        "project_id",
        "page",
        "task",
        "kind",
        "because",
        "start_ms",
        "end_ms",
    }
    assert columns(PlatformWait) == {"id", "account_id", "start_ms", "end_ms"}


def test_what_a_person_leaves_behind_is_the_time_and_not_how_it_was_told(world: World):
    work(world, 10)
    account_deletion.delete_account(world.rita, confirmed_email=world.rita.email, now=NOON + timedelta(minutes=20))
    assert not Beat.objects.of_account(world.rita).exists()
    assert [row.end_ms - row.start_ms for row in TimeSpan.objects.of(world.project)] == [10 * MINUTE]


# --- what it came to in each project ---


def test_what_was_worked_in_a_project_is_the_same_before_and_after_it_is_settled(world: World):
    work(world, 10)
    work(world, 3, opened=NOON + timedelta(hours=1), session="page-two", slug="audit")
    then = NOON + timedelta(hours=2)
    before = active_time.worked_by_project(world.rita, now=then)
    assert settle(world, NOON + timedelta(days=2))

    assert before == {world.project.pk: 13 * MINUTE}
    assert active_time.worked_by_project(world.rita, now=NOON + timedelta(days=2)) == before
    assert active_time.worked_by_project(world.rowan, now=then) == {}


def test_what_was_idle_was_not_worked_and_what_went_over_the_cap_was(world: World):
    world.project.task_cap_seconds = 10 * 60
    world.project.save()
    work(world, 30, acts=lambda number: number < 90)
    total = today(world)

    assert total.idle
    assert active_time.worked_by_project(world.rita, now=NOON + timedelta(hours=2)) == {
        world.project.pk: total.credited + total.over_cap
    }
