from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.working_days import after_working_days


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ((2026, 11, 23, 9, 30), 5, (2026, 11, 30, 9, 30)),  # Monday to Monday
        ((2026, 11, 27, 17, 0), 5, (2026, 12, 4, 17, 0)),  # Friday to Friday
        ((2026, 11, 27, 17, 0), 1, (2026, 11, 30, 17, 0)),  # Friday to Monday
        ((2026, 11, 28, 12, 0), 5, (2026, 12, 7)),  # Saturday: from Monday on
        ((2026, 11, 29, 23, 59), 1, (2026, 12, 1)),  # Sunday
        ((2026, 12, 30, 8, 0), 5, (2027, 1, 6, 8, 0)),  # over the end of a year
        ((2028, 2, 28, 8, 0), 2, (2028, 3, 1, 8, 0)),  # over a leap day
        ((2026, 11, 23, 9, 30), 0, (2026, 11, 23, 9, 30)),
    ],
)
def test_weekends_do_not_count(start, days, end):
    assert after_working_days(datetime(*start, tzinfo=UTC), days) == datetime(*end, tzinfo=UTC)


def test_days_are_those_of_utc_whatever_the_zone_of_the_moment():
    late = datetime.fromisoformat("2026-11-27T20:00:00-08:00")  # Saturday in UTC
    assert after_working_days(late, 1) == datetime(2026, 12, 1, tzinfo=UTC)


NAIVE = (datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  (Hypothesis adds the zone itself)


@given(st.datetimes(*NAIVE, timezones=st.just(UTC)), st.integers(1, 60))
def test_five_working_days_are_a_week_and_none_ends_at_a_weekend(start, days):
    end = after_working_days(start, days)
    assert end.weekday() < 5
    assert end - start >= timedelta(days=days)
    assert end - start <= timedelta(days=days + 2 * (days // 5 + 1))
    assert after_working_days(start, days + 5) == end + timedelta(weeks=1)
