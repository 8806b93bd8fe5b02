"""Applications elsewhere: their way, and what an hour brought in for all the time it took."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.money import Money
from rubrica.domain.tracked_application import (
    TRACKED_PROCESS,
    Effort,
    PlatformIncome,
    TrackedEvent,
    TrackedState,
    income_by_platform,
)

USD = "USD"


def test_every_state_leads_to_an_end():
    ends = {state for state in TrackedState if not TRACKED_PROCESS.events(state)}

    assert ends == {TrackedState.LEFT, TrackedState.REJECTED, TrackedState.NO_ANSWER}
    for start in TrackedState:
        reached = {start}
        for _ in TrackedState:
            reached |= {
                TRACKED_PROCESS.step(state, event).target
                for state in reached
                for event in TRACKED_PROCESS.events(state)
            }
        assert reached & ends


def test_one_is_tested_before_or_after_nothing():
    assert TRACKED_PROCESS.step(TrackedState.APPLIED, TrackedEvent.ACCEPT).target == TrackedState.ACCEPTED
    assert TRACKED_PROCESS.step(TrackedState.TESTING, TrackedEvent.ACCEPT).target == TrackedState.ACCEPTED


def test_an_hour_counts_the_unpaid_time_too():
    rows = income_by_platform(
        [Effort("Maple", 60, 0, None), Effort("Maple", 60, 120, Money(6_000, USD)), Effort("Birch", 30, 0, None)]
    )

    assert rows == [
        PlatformIncome("Birch", 30, 0, None, None),
        PlatformIncome("Maple", 120, 120, Money(6_000, USD), Money(1_500, USD)),
    ]


def test_currencies_are_not_mixed():
    rows = income_by_platform(
        [
            Effort("Maple", 0, 60, Money(1_000, USD)),
            Effort("Maple", 0, 60, Money(900, "EUR")),
            Effort("Maple", 45, 0, None),
        ]
    )

    assert [(row.income, row.hourly, row.unpaid_minutes) for row in rows] == [
        (None, None, 45),
        (Money(900, "EUR"), Money(900, "EUR"), 0),
        (Money(1_000, USD), Money(1_000, USD), 0),
    ]


def test_income_without_time_has_no_hour():
    assert income_by_platform([Effort("Maple", 0, 0, Money(500, USD))])[0].hourly is None


efforts = st.builds(
    Effort,
    st.sampled_from(["Maple", "Birch"]),
    st.integers(0, 600),
    st.integers(0, 600),
    st.none() | st.builds(Money, st.integers(0, 100_000), st.sampled_from([USD, "JPY"])),
)


@given(st.lists(efforts, max_size=8), st.randoms())
def test_nothing_is_lost_whatever_the_order(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    found = income_by_platform(rows)

    assert income_by_platform(mixed) == found
    assert sum(row.unpaid_minutes + row.paid_minutes for row in found) == sum(
        row.unpaid_minutes + row.paid_minutes for row in rows
    )
    for row in found:
        if row.hourly is not None and row.income is not None:
            exact = Fraction(row.income.minor * 60, row.unpaid_minutes + row.paid_minutes)
            assert abs(row.hourly.minor - exact) <= Fraction(1, 2)
