"""Ratings held against the means of the others."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.drift.deviations import deviations
from rubrica.measure.errors import (
    ColumnShapeError,
    MissingValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    TiedTimesError,
)
from rubrica.measure.opinion.mean import rater_bias
from tests.measure.strategies import few


@st.composite
def rated_again(draw):
    """Draw ratings in which raters may rate a unit several times, in an order of their own."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 5)), min_size=2, max_size=24),
    )
    units, raters, values = (np.array(column) for column in zip(*rows, strict=True))
    times = np.array(draw(st.permutations(range(len(rows)))))
    return units, raters, values.astype(float), times


def by_definition(units, raters, values, row):
    others = [
        values[(units == units[row]) & (raters == other)].mean()
        for other in np.unique(raters[units == units[row]])
        if other != raters[row]
    ]
    return values[row] - np.mean(others) if others else None


@few
@given(columns=rated_again())
def test_each_rating_is_held_against_the_mean_of_the_other_raters(columns):
    units, raters, values, times = columns
    expected = {row: by_definition(units, raters, values, row) for row in range(len(units))}
    assume(any(deviation is not None for deviation in expected.values()))

    found = deviations(*columns)

    assert dict(zip(found.rows.tolist(), found.deviation.tolist(), strict=True)) == pytest.approx(
        {row: deviation for row, deviation in expected.items() if deviation is not None}, abs=1e-12
    )
    assert found.left_out.tolist() == [row for row, deviation in expected.items() if deviation is None]
    for position, rater in enumerate(found.raters):
        rows = found.rows[found.start[position] : found.start[position + 1]]
        assert set(raters[rows]) == {rater}
        assert np.all(np.diff(times[rows]) > 0)


def test_a_raters_own_ratings_are_no_part_of_their_yardstick():
    units, raters, times = np.array([1, 1, 1, 1]), np.array([7, 7, 8, 9]), np.arange(4)

    before = deviations(units, raters, [3.0, 2.0, 4.0, 5.0], times)
    after = deviations(units, raters, [3.0, 9.0, 4.0, 5.0], times)

    # Rater 7 rated the unit twice; what they say the second time leaves the first comparison as it was.
    assert before.deviation.tolist()[:2] == pytest.approx([-1.5, -2.5])
    assert after.deviation.tolist()[:2] == pytest.approx([-1.5, 4.5])


def test_residuals_of_units_with_few_and_with_many_raters_spread_alike():
    generator = np.random.default_rng(3)
    size = generator.integers(2, 9, 6000)
    units = np.repeat(np.arange(6000), size)
    raters = np.concatenate([np.arange(number) for number in size])
    found = deviations(units, raters, generator.normal(size=len(units)), np.arange(len(units)))

    few_raters = size[units[found.rows]] < 4
    assert found.residual[few_raters].std() == pytest.approx(1.0, abs=0.03)
    assert found.residual[~few_raters].std() == pytest.approx(1.0, abs=0.03)
    assert found.deviation[few_raters].std() > 1.25


def test_the_mean_deviation_is_the_bias():
    generator = np.random.default_rng(4)
    units, raters = np.repeat(np.arange(40), 3), np.tile([1, 2, 3], 40)
    values = generator.integers(1, 6, 120).astype(float)

    found = deviations(units, raters, values, np.arange(120))

    means = [part.mean() for part in np.split(found.deviation, found.start[1:-1])]
    assert means == pytest.approx(rater_bias(units, raters, values).bias)


def test_the_order_of_the_rows_does_not_change_a_bit():
    generator = np.random.default_rng(5)
    units, raters = generator.integers(0, 50, 400), generator.integers(0, 9, 400)
    values, times = generator.normal(size=400), generator.permutation(400)
    shuffled = generator.permutation(400)

    one = deviations(units, raters, values, times)
    other = deviations(units[shuffled], raters[shuffled], values[shuffled], times[shuffled])

    assert np.array_equal(one.deviation, other.deviation)
    assert np.array_equal(one.residual, other.residual)
    assert np.array_equal(one.rows, shuffled[other.rows])


def test_two_ratings_by_one_rater_at_one_time_are_refused():
    with pytest.raises(TiedTimesError, match="Rater 7 gave two ratings at time 30"):
        deviations([1, 2, 1], [7, 7, 8], [1.0, 2.0, 3.0], [30, 30, 30])


def test_units_of_one_rater_alone_compare_nobody():
    with pytest.raises(NoPairableUnitsError, match="two raters"):
        deviations([1, 1, 2], [7, 7, 8], [1.0, 2.0, 3.0], [1, 2, 3])


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1], [1, 2], [1.0, 2.0], [1, 2]), ColumnShapeError),
        (([1, 1], [1, 2], [1.0, 2.0], [1]), ColumnShapeError),
        (([1, 1], [1, 2], [1.0, 2.0], [0.5, 1.5]), NotNumericError),
        (([1, 1], [1.0, 2.0], [1.0, 2.0], [1, 2]), NotNumericError),
        (([1, 1], [1, 2], [1.0, np.nan], [1, 2]), MissingValueError),
        (([], [], [], []), NoRatingsError),
    ],
)
def test_columns_that_are_none_are_refused(columns, error):
    with pytest.raises(error):
        deviations(*columns)
