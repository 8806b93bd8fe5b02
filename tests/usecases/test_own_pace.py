"""One's own pace: by day of one's own zone, honest about what is not known, and nobody else's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rubrica.usecases import assignments, evaluations
from rubrica.usecases.own_pace import own_pace, own_today
from tests.cast import World, audit_answer, build_world


def evaluate_at(world: World, rater, when: datetime, active_ms: int | None = 30_000) -> str:
    """Let a rater judge one item at a moment, having been at work for so long."""
    held = assignments.take_assignments(rater, "audit", hold=1, now=when).assignments[0].held
    viewing = None if active_ms is None else {"active_ms": active_ms}
    return evaluations.submit_evaluation(
        rater,
        held.public_id,
        payload=audit_answer(viewing=viewing),
        key=f"key-{held.public_id}",
        hold=0,
        now=when,
    ).receipt.evaluation


@pytest.fixture
def busy(db) -> World:
    """Return a world with enough items."""
    return build_world(items=20, overlap=2)


def test_a_day_is_one_of_the_persons_own_zone(busy: World):
    tokyo = ZoneInfo("Asia/Tokyo")
    evaluate_at(busy, busy.rita, datetime(2026, 3, 1, 14, 59, tzinfo=UTC))  # the first of March in Tokyo as well
    evaluate_at(busy, busy.rita, datetime(2026, 3, 1, 15, 1, tzinfo=UTC))  # there it is the second

    now = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    days = own_pace(busy.rita, tokyo, now=now).days
    assert [(day.day, day.evaluations) for day in days[:2]] == [(date(2026, 3, 2), 1), (date(2026, 3, 1), 1)]
    assert own_pace(busy.rita, UTC, now=now).days[0].evaluations == 2
    assert own_today(busy.rita, tokyo, busy.project, now=now).evaluations == 1


def test_a_day_of_twenty_three_hours_is_a_day(busy: World):
    berlin = ZoneInfo("Europe/Berlin")
    for hour in (0, 21):  # one and 23 o'clock on the day on which the clocks go forward
        evaluate_at(busy, busy.rita, datetime(2026, 3, 29, hour, 30, tzinfo=UTC))
    days = own_pace(busy.rita, berlin, now=datetime(2026, 3, 30, 8, 0, tzinfo=UTC)).days
    assert [(day.day, day.evaluations) for day in days[:2]] == [(date(2026, 3, 30), 0), (date(2026, 3, 29), 2)]


def test_spans_say_how_long_one_evaluation_takes(busy: World):
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for seconds in (10, 20, 30, 40, 100):
        evaluate_at(busy, busy.rita, now, active_ms=seconds * 1_000)
    today = own_pace(busy.rita, UTC, now=now).spans[0]

    assert (today.evaluations, today.active_seconds, today.median_seconds) == (5, 200.0, 30.0)
    assert today.middle_half == (15.0, 70.0)
    assert today.per_hour == pytest.approx(90.0)


def test_what_is_not_known_is_said_and_not_counted_as_nothing(busy: World):
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    evaluate_at(busy, busy.rita, now, active_ms=None)
    unknown = own_pace(busy.rita, UTC, now=now).spans[0]
    assert (unknown.n_unknown, unknown.median_seconds, unknown.middle_half, unknown.per_hour) == (1, None, None, None)
    evaluate_at(busy, busy.rita, now, active_ms=60_000)
    known = own_pace(busy.rita, UTC, now=now).spans[0]
    assert (known.evaluations, known.n_unknown, known.median_seconds, known.per_hour) == (2, 1, 60.0, 60.0)


def test_a_revision_is_no_further_evaluation_and_others_work_is_not_ones_own(busy: World):
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    first = evaluate_at(busy, busy.rita, now)
    evaluations.revise_evaluation(
        busy.rita, first, payload=audit_answer(5), reason="a second look", key="revision-key", now=now
    )
    evaluate_at(busy, busy.rater("remy"), now)
    assert own_pace(busy.rita, UTC, now=now).spans[0].evaluations == 1


def test_what_is_older_than_the_span_is_left_out(busy: World):
    evaluate_at(busy, busy.rita, datetime(2026, 2, 20, 12, 0, tzinfo=UTC))
    spans = own_pace(busy.rita, UTC, now=datetime(2026, 3, 2, 12, 0, tzinfo=UTC)).spans
    assert [(span.days, span.evaluations) for span in spans] == [(1, 0), (7, 0), (30, 1)]


def test_a_person_who_has_done_nothing_has_a_pace_of_nothing(busy: World):
    pace = own_pace(busy.rita, UTC, now=busy.now, project=busy.project)
    assert {day.evaluations for day in pace.days} == {0}
    assert (pace.spans[0].median_seconds, pace.spans[0].per_hour) == (None, None)
