"""Alpha taken apart by unit and by rater, and without each rater: by hand, by an independent package, and refusals."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.contributions import alpha_contributions, alpha_without_each_rater
from rubrica.measure.errors import (
    ColumnShapeError,
    MeasureError,
    MissingValueError,
    NegativeValueError,
    NoDisagreementError,
    NoIntervalError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    NoVariationError,
    TooManyValuesError,
    UnknownLevelError,
    ValueTooLargeError,
)
from tests.measure.strategies import LEVELS, few, long_columns, ratings, reference

every_level = pytest.mark.parametrize("level", LEVELS)
BOTH = [alpha_contributions, alpha_without_each_rater]


def found_or_assume(quantity, *columns, level):
    try:
        return quantity(*columns, level=level)
    except MeasureError:
        assume(False)


def alpha_of(units, values, level):
    try:
        return krippendorff_alpha(units, values, level=level).alpha
    except NoIntervalError as without_interval:
        return without_interval.estimate


# --- the definition written out


def distance(level, values):
    """Return the squared distance of two values, ordinal ones by Krippendorff's sum over the values between them."""
    if level == "nominal":
        return lambda a, b: float(a != b)
    if level == "interval":
        return lambda a, b: (a - b) ** 2
    if level == "ratio":
        return lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0

    def ordinal(a, b):
        low, high = min(a, b), max(a, b)
        between = np.count_nonzero((values >= low) & (values <= high))
        ends = np.count_nonzero(values == low) + np.count_nonzero(values == high)
        return (between - ends / 2.0) ** 2 if a != b else 0.0

    return ordinal


@every_level
@few
@given(columns=ratings(max_units=6, max_raters=4))
def test_the_parts_equal_the_definition_written_out(level, columns):
    found = found_or_assume(alpha_contributions, *columns, level=level)

    often = np.bincount(columns[0])[columns[0]] > 1
    units, raters, values = (column[often] for column in columns)
    apart, n = distance(level, values), len(values)
    expected = sum(apart(a, b) for a in values for b in values)
    by_unit, by_rater = dict.fromkeys(units.tolist(), 0.0), dict.fromkeys(raters.tolist(), 0.0)
    for i in range(n):
        for j in np.flatnonzero(units == units[i]):
            part = (n - 1) * apart(values[i], values[j]) / (np.count_nonzero(units == units[i]) - 1) / expected
            by_unit[int(units[i])] += part
            by_rater[int(raters[i])] += part
    assert dict(zip(found.units.tolist(), found.by_unit.tolist(), strict=True)) == pytest.approx(by_unit, abs=1e-12)
    assert dict(zip(found.raters.tolist(), found.by_rater.tolist(), strict=True)) == pytest.approx(by_rater, abs=1e-12)


@every_level
@few
@given(columns=ratings())
def test_both_kinds_of_parts_add_up_to_what_alpha_lacks(level, columns):
    found = found_or_assume(alpha_contributions, *columns, level=level)

    assert found.alpha == pytest.approx(alpha_of(columns[0], columns[2], level), abs=1e-12)
    assert found.by_unit.sum() == pytest.approx(1.0 - found.alpha, abs=1e-12)
    assert found.by_rater.sum() == pytest.approx(1.0 - found.alpha, abs=1e-12)
    assert min(found.by_unit.min(), found.by_rater.min()) >= 0.0
    assert found.ratings_of_unit.sum() == found.ratings_of_rater.sum()


@every_level
@few
@given(columns=ratings())
def test_shares_add_up_to_one_where_raters_disagree(level, columns):
    found = found_or_assume(alpha_contributions, *columns, level=level)
    assume(found.alpha < 1.0 - 1e-9)

    assert found.shares_of_units().sum() == pytest.approx(1.0)
    assert found.shares_of_raters().sum() == pytest.approx(1.0)
    assert found.shares_of_units() * (1.0 - found.alpha) == pytest.approx(found.by_unit)


@every_level
@few
@given(columns=ratings())
def test_alpha_without_a_rater_is_alpha_of_the_others(level, columns):
    units, raters, values = columns
    found = found_or_assume(alpha_without_each_rater, *columns, level=level)

    expected, left_out = {}, []
    for rater in np.unique(raters).tolist():
        others = raters != rater
        try:
            expected[rater] = alpha_of(units[others], values[others], level)
        except MeasureError:
            left_out.append(rater)
    assert dict(zip(found.raters.tolist(), found.without.tolist(), strict=True)) == pytest.approx(expected, abs=1e-10)
    assert found.left_out.tolist() == left_out
    assert found.alpha == pytest.approx(alpha_of(units, values, level), abs=1e-12)


@every_level
def test_alpha_without_each_rater_is_the_one_of_an_independent_package(level):
    table = reference("krippendorff_2011")["ratings"]

    found = alpha_without_each_rater(*long_columns(table), level=level)

    matrix = np.array(table, dtype=float)
    expected = [
        krippendorff.alpha(reliability_data=np.delete(matrix, rater, axis=0), level_of_measurement=level)
        for rater in range(4)
    ]
    assert found.raters.tolist() == [0, 1, 2, 3]
    assert found.without == pytest.approx(expected, abs=1e-12)
    assert round(found.alpha, 3) == reference("krippendorff_2011")["alpha"][level]


def test_the_nominal_parts_of_krippendorffs_example_come_out_by_hand():
    units, raters, values = long_columns(reference("krippendorff_2011")["ratings"])

    found = alpha_contributions(units, raters, values, level="nominal")

    # Of 40 pairable ratings, unit 1 (second in the table) has 2 2 3 2: three of six pairs differ, so that its sum over
    # both orders is 6 / 3 = 2.  Unit 5 has 1 2 3 4: 12 / 3 = 4.  Unit 7 has 1 1 2 1: 2.  Together 8; expected are
    # 40^2 - (9^2 + 13^2 + 10^2 + 5^2 + 3^2) = 1216.
    assert found.by_unit[[1, 5, 7]] == pytest.approx([39 * 2 / 1216, 39 * 4 / 1216, 39 * 2 / 1216])
    assert found.shares_of_units()[[1, 5, 7]] == pytest.approx([0.25, 0.5, 0.25])
    # Rater 2 alone differs in units 1 and 7 and carries half of each, and a quarter of unit 5.
    assert found.shares_of_raters()[2] == pytest.approx(0.25 / 2 + 0.25 / 2 + 0.5 / 4)


# --- properties


@every_level
@few
@given(columns=ratings(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter_to_the_last_bit(level, columns, shuffle):
    found = found_or_assume(alpha_contributions, *columns, level=level)
    order = list(range(len(columns[0])))
    shuffle.shuffle(order)

    again = alpha_contributions(*(column[order] for column in columns), level=level)

    assert again.units.tolist() == found.units.tolist()
    assert again.by_unit.tolist() == found.by_unit.tolist()
    assert again.by_rater.tolist() == found.by_rater.tolist()


@few
@given(columns=ratings(), factor=st.sampled_from([-3.0, 1e-90, 0.1, 1e40]), shift=st.sampled_from([0.0, -5.0, 1e3]))
def test_zero_and_unit_of_an_interval_scale_do_not_matter(columns, factor, shift):
    units, raters, values = columns
    found = found_or_assume(alpha_contributions, *columns, level="interval")

    again = alpha_contributions(units, raters, (values + shift) * factor, level="interval")

    assert again.by_rater == pytest.approx(found.by_rater, abs=1e-9)


@every_level
@few
@given(columns=ratings(), copies=st.integers(2, 4))
def test_copying_every_unit_keeps_the_shares_of_raters(level, columns, copies):
    units, raters, values = columns
    found = found_or_assume(alpha_contributions, *columns, level=level)
    assume(found.alpha < 1.0 - 1e-9)

    copied = alpha_contributions(
        np.concatenate([units + 100 * copy for copy in range(copies)]),
        np.tile(raters, copies),
        np.tile(values, copies),
        level=level,
    )

    assert copied.shares_of_raters() == pytest.approx(found.shares_of_raters(), abs=1e-12)


@every_level
def test_perfect_agreement_has_no_parts_and_no_shares(level):
    found = alpha_contributions([1, 1, 2, 2, 3, 3], [7, 8, 7, 8, 7, 8], [0, 0, 3, 3, 5, 5], level=level)

    assert (found.alpha, found.by_unit.tolist(), found.by_rater.tolist()) == (1.0, [0.0, 0.0, 0.0], [0.0, 0.0])
    with pytest.raises(NoDisagreementError, match="no disagreement to divide"):
        found.shares_of_units()
    with pytest.raises(NoDisagreementError, match="no disagreement to divide"):
        found.shares_of_raters()


@every_level
def test_two_raters_carry_half_of_their_disagreement_each(level):
    found = alpha_contributions([1, 1, 2, 2, 3, 3], [7, 8, 7, 8, 7, 8], [1, 2, 3, 3, 5, 4], level=level)

    assert found.shares_of_raters() == pytest.approx([0.5, 0.5])


@every_level
def test_the_rater_who_answers_at_random_stands_out(level):
    generator = np.random.default_rng(2)
    units, raters = np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60)
    truth = generator.integers(1, 6, 60)[units]
    values = np.where((raters == 2) | (generator.random(240) < 0.1), generator.integers(1, 6, 240), truth)

    parts, without = (quantity(units, raters, values, level=level) for quantity in BOTH)

    assert np.argmax(parts.by_rater) == 2
    assert np.argmax(without.without) == 2
    assert without.without[2] > without.alpha + 0.1
    assert without.n_units.tolist() == [60, 60, 60, 60]


def test_raters_who_share_no_unit_are_named_not_dropped_in_silence():
    found = alpha_contributions([1, 1, 2, 2, 5, 6], [7, 8, 7, 8, 9, 7], [1, 2, 3, 3, 4, 4])

    assert (found.units.tolist(), found.raters.tolist(), found.left_out.tolist()) == ([1, 2], [7, 8], [9])
    assert (found.ratings_of_unit.tolist(), found.ratings_of_rater.tolist()) == ([2, 2], [2, 2])


def test_raters_without_whom_there_is_no_alpha_are_named():
    # Without rater 7 all is 3; without rater 8 or 9 units 1 and 2 still have two raters.
    units, raters = [1, 1, 1, 2, 2, 2], [7, 8, 9, 7, 8, 9]

    found = alpha_without_each_rater(units, raters, [1, 3, 3, 2, 3, 3])

    assert (found.raters.tolist(), found.left_out.tolist()) == ([8, 9], [7])


def test_ratings_of_one_unit_by_one_rater_are_compared_like_those_by_two():
    found = alpha_contributions([1, 1, 2, 2], [7, 7, 7, 8], [1, 2, 3, 3])

    assert found.shares_of_raters().tolist() == [1.0, 0.0]


def test_inputs_are_left_as_they_are():
    columns = np.array([2, 1, 2, 1, 3, 3]), np.array([1, 1, 2, 2, 1, 3]), np.array([1.0, 2.0, 3.0, 3.0, 5.0, 4.0])
    before = [column.tolist() for column in columns]
    for level in LEVELS:
        alpha_contributions(*columns, level=level)
        alpha_without_each_rater(*columns, level=level)

    assert [column.tolist() for column in columns] == before


# --- refusals


@pytest.mark.parametrize("quantity", BOTH)
def test_columns_that_hold_no_ratings_are_refused(quantity):
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        quantity([], [], [])
    with pytest.raises(ColumnShapeError, match="units has 3"):
        quantity([1, 1, 2], [1, 2, 1], [4, 5])
    with pytest.raises(ColumnShapeError, match=r"its shape is \(2, 2\)"):
        quantity([[1, 1], [2, 2]], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="units must be integers"):
        quantity([1.0, 1.0], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="raters must be integers"):
        quantity([1, 1], ["Ann", "Bob"], [4, 5])
    with pytest.raises(NotNumericError, match="begins with"):
        quantity([1, 1], [1, 2], ["good", "bad"])
    with pytest.raises(MissingValueError, match="values holds nan in row 1"):
        quantity([1, 1], [1, 2], [4, float("nan")])
    with pytest.raises(MissingValueError, match="values holds inf in row 0"):
        quantity([1, 1], [1, 2], [float("inf"), 4])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        quantity([1, 1], [1, 2], [1e101, 4])
    with pytest.raises(UnknownLevelError, match="not 'metric'"):
        quantity([1, 1], [1, 2], [4, 5], level="metric")


@pytest.mark.parametrize("quantity", BOTH)
@every_level
def test_without_pairs_or_without_variation_there_is_nothing_to_take_apart(quantity, level):
    with pytest.raises(NoPairableUnitsError, match="rated twice"):
        quantity([1, 2, 3], [7, 7, 7], [4, 5, 4], level=level)
    with pytest.raises(NoVariationError, match="All 4 ratings"):
        quantity([1, 1, 2, 2, 3], [7, 8, 7, 8, 7], [0.1, 0.1, 0.1, 0.1, 5], level=level)


@pytest.mark.parametrize("quantity", BOTH)
def test_the_ratio_level_refuses_values_below_zero_and_scales_without_end(quantity):
    with pytest.raises(NegativeValueError, match="one is -1"):
        quantity([1, 1, 2, 2], [7, 8, 7, 8], [-1, 1, 2, 2], level="ratio")
    with pytest.raises(TooManyValuesError, match="20002 distinct values"):
        quantity(np.repeat(np.arange(10_001), 2), np.tile([7, 8], 10_001), np.arange(20_002), level="ratio")


def test_between_two_raters_there_is_no_alpha_without_either():
    with pytest.raises(NoPairableUnitsError, match="Without any one of the 2 raters there is no alpha"):
        alpha_without_each_rater([1, 1, 2, 2], [7, 8, 7, 8], [1, 2, 3, 3])


def test_one_rater_alone_who_rates_twice_leaves_nobody():
    with pytest.raises(NoPairableUnitsError, match="Without any one of the 1 raters"):
        alpha_without_each_rater([1, 1, 2, 2], [7, 7, 7, 7], [1, 2, 3, 3])
