"""Krippendorff's alpha, percent agreement and base rates: published values, an independent package, and refusals."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.agreement.alpha import Agreement, base_rates, krippendorff_alpha, percent_agreement
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MeasureError,
    MissingValueError,
    NegativeValueError,
    NoIntervalError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    NoVariationError,
    ToleranceError,
    TooFewUnitsError,
    TooManyValuesError,
    UnknownLevelError,
    ValueTooLargeError,
)
from tests.measure.strategies import LEVELS, few, long_columns, ratings, reference, simulated


def matrix_of(units, raters, values):
    """Return the raters-by-units table that the other package wants."""
    table = np.full((raters.max() + 1, units.max() + 1), np.nan)
    table[raters, units] = values
    return table


def alpha_or_assume(units, values, level):
    """Return alpha, also where its interval does not exist, and skip draws on which it does not exist either."""
    try:
        return krippendorff_alpha(units, values, level=level).alpha
    except NoIntervalError as without_interval:
        return without_interval.estimate
    except MeasureError:
        assume(False)


# --- published values


@pytest.mark.parametrize("name", ["krippendorff_2011", "three_coders"])
def test_alpha_equals_the_published_examples_to_all_printed_digits(name):
    example = reference(name)
    units, _, values = long_columns(example["ratings"])

    found = {level: round(krippendorff_alpha(units, values, level=level).alpha, 3) for level in example["alpha"]}

    assert found == example["alpha"]


def test_nominal_alpha_of_a_complete_table_gives_the_kappa_fleiss_published():
    example = reference("fleiss_1971")
    counts = np.array(example["counts"])
    units = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
    diagnoses = np.concatenate([np.repeat(np.arange(5), row) for row in counts])

    alpha = krippendorff_alpha(units, diagnoses, level="nominal").alpha

    n = len(units)
    # Alpha expects pairs without repetition, kappa with; the two differ by the factor (n - 1) / n.
    assert round(1.0 - (1.0 - alpha) * n / (n - 1), 3) == example["kappa"]


def test_the_number_of_pairable_units_and_ratings_is_reported():
    example = reference("krippendorff_2011")
    units, _, values = long_columns(example["ratings"])

    found = krippendorff_alpha(units, values)

    # One of the twelve units was rated once.
    assert (found.n_units, found.n_ratings, found.level) == (11, 40, "ordinal")


def test_alpha_is_one_minus_observed_over_expected_in_the_unit_of_the_scale():
    units, values = [1, 1, 2, 2, 3, 3], [10, 12, 20, 20, 30, 26]

    found = krippendorff_alpha(units, values, level="interval")

    pairs = [(a - b) ** 2 for i, a in enumerate(values) for j, b in enumerate(values) if i != j]
    assert found.observed == pytest.approx((4 + 0 + 16) / 3)
    assert found.expected == pytest.approx(np.mean(pairs))
    assert found.alpha == pytest.approx(1.0 - found.observed / found.expected)


def test_ordinal_disagreement_is_in_squared_ranks():
    # Mid-ranks of 1, 2, 2, 3 are 0.5, 2, 2, 3.5.
    units, values = [1, 1, 2, 2, 3, 3], [1, 2, 2, 3, 1, 3]

    found = krippendorff_alpha(units, values, level="ordinal")

    assert found.observed == pytest.approx((4 + 4 + 16) / 3)


# --- an independent package as oracle


@pytest.mark.parametrize("level", LEVELS)
@given(columns=ratings(min_units=2, max_units=12, max_raters=6, max_value=7))
def test_alpha_equals_the_one_of_an_independent_package(level, columns):
    units, raters, values = columns

    alpha = alpha_or_assume(units, values, level)

    expected = krippendorff.alpha(reliability_data=matrix_of(units, raters, values), level_of_measurement=level)
    assert alpha == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_equals_the_one_of_an_independent_package_on_slider_values(level):
    generator = np.random.default_rng(5)
    units, raters = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    values = np.round(generator.normal(50, 15, 60)[units] + generator.normal(0, 8, 180), 1)

    alpha = krippendorff_alpha(units, values, level=level).alpha

    expected = krippendorff.alpha(reliability_data=matrix_of(units, raters, values), level_of_measurement=level)
    assert alpha == pytest.approx(expected, abs=1e-12)


# --- properties


@pytest.mark.parametrize("level", LEVELS)
@few
@given(columns=ratings(), shuffle=st.randoms(use_true_random=False))
def test_neither_the_order_of_ratings_nor_the_names_of_units_matter(level, columns, shuffle):
    units, _, values = columns
    alpha = alpha_or_assume(units, values, level)

    order = list(range(len(units)))
    shuffle.shuffle(order)
    renamed = (units * -7_000_003 + 11)[order]

    assert alpha_or_assume(renamed, values[order], level) == pytest.approx(alpha, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("decimals", [0, 12])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_the_order_of_ratings_does_not_matter_to_the_last_bit(level, decimals, missing):
    generator = np.random.default_rng(8)
    units, _, values = simulated(generator, 80, 4, missing=missing)
    values = np.round(values + (generator.random(len(values)) if decimals else 0.0), decimals)
    found = krippendorff_alpha(units, values, level=level)

    shuffled, within_units = generator.permutation(len(units)), np.lexsort((generator.random(len(units)), units))

    assert krippendorff_alpha(units[shuffled], values[shuffled], level=level) == found
    assert krippendorff_alpha(units[within_units], values[within_units], level=level) == found


@given(columns=ratings())
def test_nominal_alpha_ignores_what_the_categories_are_called(columns):
    units, _, values = columns
    names = np.array([0.0, 40.0, -3.5, 7.0, 1e6, 0.25])

    assert alpha_or_assume(units, names[values.astype(int)], "nominal") == pytest.approx(
        alpha_or_assume(units, values, "nominal"), abs=1e-12
    )


@given(columns=ratings())
def test_ordinal_alpha_ignores_the_distances(columns):
    units, _, values = columns

    assert alpha_or_assume(units, np.exp(3.0 * values), "ordinal") == pytest.approx(
        alpha_or_assume(units, values, "ordinal"), abs=1e-12
    )


@given(columns=ratings(), factor=st.sampled_from([-3.0, 1e-90, 0.1, 1e40]), shift=st.sampled_from([0.0, -5.0, 1e3]))
def test_interval_alpha_ignores_zero_and_unit_of_the_scale(columns, factor, shift):
    units, _, values = columns

    assert alpha_or_assume(units, (values + shift) * factor, "interval") == pytest.approx(
        alpha_or_assume(units, values, "interval"), abs=1e-9
    )


@given(columns=ratings(), factor=st.sampled_from([1e-90, 0.1, 250.0, 1e40]))
def test_ratio_alpha_ignores_the_unit_of_the_scale(columns, factor):
    units, _, values = columns

    assert alpha_or_assume(units, values * factor, "ratio") == pytest.approx(
        alpha_or_assume(units, values, "ratio"), abs=1e-9
    )


@given(columns=ratings(max_value=2))
def test_for_two_values_all_levels_but_ratio_agree(columns):
    units, _, values = columns
    nominal = alpha_or_assume(units, values, "nominal")

    assert alpha_or_assume(units, values, "ordinal") == pytest.approx(nominal, abs=1e-12)
    assert alpha_or_assume(units, values, "interval") == pytest.approx(nominal, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@few
@given(columns=ratings(), copies=st.integers(2, 5))
def test_copying_every_unit_changes_only_the_correction_for_a_small_sample(level, columns, copies):
    units, _, values = columns
    alpha = alpha_or_assume(units, values, level)
    n = int(np.isin(units, np.flatnonzero(np.bincount(units) > 1)).sum())

    copied = alpha_or_assume(
        np.concatenate([units + 100 * copy for copy in range(copies)]), np.tile(values, copies), level
    )

    # 1 - alpha is (n - 1) O / E, where O grows with the number of copies and E with its square.
    assert 1.0 - copied == pytest.approx((1.0 - alpha) * (copies * n - 1) / (copies * (n - 1)), abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
@few
@given(columns=ratings())
def test_a_unit_rated_once_does_not_take_part(level, columns):
    units, _, values = columns
    alpha = alpha_or_assume(units, values, level)

    assert alpha_or_assume(np.append(units, 999), np.append(values, 5.0), level) == alpha


@pytest.mark.parametrize("level", LEVELS)
@few
@given(truth=st.lists(st.integers(0, 5), min_size=3, max_size=20), n_raters=st.integers(2, 5))
def test_perfect_agreement_gives_one_with_an_interval_of_no_width(level, truth, n_raters):
    assume(all(len({*truth[:i], *truth[i + 1 :]}) > 1 for i in range(len(truth))))

    found = krippendorff_alpha(np.repeat(np.arange(len(truth)), n_raters), np.repeat(truth, n_raters), level=level)

    assert (found.alpha, found.ci_low, found.ci_high) == pytest.approx((1.0, 1.0, 1.0), abs=1e-12)
    assert found.ci_high <= 1.0


@pytest.mark.parametrize("level", LEVELS)
def test_raters_who_answer_at_random_have_an_alpha_around_zero(level):
    generator = np.random.default_rng(7)
    units = np.repeat(np.arange(30), 3)

    alphas = [krippendorff_alpha(units, generator.integers(1, 6, 90), level=level).alpha for _ in range(400)]

    # The standard error of this mean is about 0.005.
    assert abs(np.mean(alphas)) < 0.02


def test_two_raters_who_always_disagree_have_an_alpha_below_zero():
    assert krippendorff_alpha([1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1], level="nominal").alpha < -0.5


def test_values_that_few_floats_tell_apart_are_measured_all_the_same():
    units, values = np.repeat(np.arange(20), 2), np.random.default_rng(1).integers(0, 5, 40).astype(float)
    expected = krippendorff_alpha(units, values, level="interval")

    far = krippendorff_alpha(units, values * 2.0**-20 + 1e6, level="interval")

    assert far.alpha == pytest.approx(expected.alpha, abs=1e-12)
    assert far.ci_low == pytest.approx(expected.ci_low, abs=1e-12)
    assert far.expected == pytest.approx(expected.expected * 2.0**-40, rel=1e-9)


def test_integers_of_any_width_and_unsigned_ones_serve_as_columns():
    units, values = np.array([1, 1, 2, 2, 3, 3]), np.array([1, 2, 3, 3, 5, 4])
    expected = krippendorff_alpha(units, values)

    assert krippendorff_alpha(units.astype(np.uint8), values.astype(np.int16)) == expected
    assert krippendorff_alpha(units.astype(np.uint64), values.astype(np.float32)) == expected


def test_inputs_are_left_as_they_are():
    units, values = np.array([2, 1, 2, 1, 3, 3]), np.array([1.0, 2.0, 3.0, 3.0, 5.0, 4.0])
    for level in LEVELS:
        krippendorff_alpha(units, values, level=level)

    assert units.tolist() == [2, 1, 2, 1, 3, 3]
    assert values.tolist() == [1.0, 2.0, 3.0, 3.0, 5.0, 4.0]


# --- refusals


@pytest.mark.parametrize("level", LEVELS)
def test_without_a_unit_rated_twice_there_is_no_alpha(level):
    with pytest.raises(NoPairableUnitsError, match="None of the 3 units was rated twice"):
        krippendorff_alpha([1, 2, 3], [4, 5, 4], level=level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("value", [0.0, 0.1, 4.0, 1e-300, 1e99])
def test_without_variation_there_is_no_alpha(level, value):
    with pytest.raises(NoVariationError, match="All 6 ratings"):
        krippendorff_alpha([1, 1, 2, 2, 3, 3, 9], [value] * 6 + [5.0], level=level)


@pytest.mark.parametrize("level", LEVELS)
def test_one_pairable_unit_has_an_alpha_but_no_interval(level):
    with pytest.raises(TooFewUnitsError, match="Only unit 7") as refused:
        krippendorff_alpha([7, 7, 7, 8], [1, 2, 2, 5], level=level)

    assert refused.value.estimate <= 0.0


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("odd_one", [4.0, 5.000001, 4e9])
def test_when_all_variation_is_in_one_unit_there_is_an_alpha_but_no_interval(level, odd_one):
    units, values = np.repeat([10, 20, 30, 40], 3), np.array([5.0] * 7 + [odd_one] + [5.0] * 4)

    with pytest.raises(NoIntervalError, match="Without unit 30 all ratings are equal") as refused:
        krippendorff_alpha(units, values, level=level)

    assert refused.value.estimate < 1.0


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_without_an_interval_is_the_one_of_an_independent_package(level):
    units, raters = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    values = np.array([5.0] * 7 + [4.0] + [5.0] * 4)

    with pytest.raises(NoIntervalError) as refused:
        krippendorff_alpha(units, values, level=level)

    expected = krippendorff.alpha(reliability_data=matrix_of(units, raters, values), level_of_measurement=level)
    assert refused.value.estimate == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("quantity", [krippendorff_alpha, percent_agreement])
def test_columns_that_hold_no_ratings_are_refused(quantity):
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        quantity([], [])
    with pytest.raises(ColumnShapeError, match="units has 3 and values has 2"):
        quantity([1, 1, 2], [4, 5])
    with pytest.raises(ColumnShapeError, match=r"its shape is \(2, 2\)"):
        quantity([[1, 1], [2, 2]], [[4, 5], [4, 5]])
    with pytest.raises(NotNumericError, match="units must be integers"):
        quantity([1.0, 1.0], [4, 5])
    with pytest.raises(NotNumericError, match="begins with"):
        quantity([1, 1], ["good", "bad"])
    with pytest.raises(MissingValueError, match="values holds nan in row 1"):
        quantity([1, 1], [4, float("nan")])
    with pytest.raises(MissingValueError, match="values holds inf in row 0"):
        quantity([1, 1], [float("inf"), 4])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        quantity([1, 1], [1e101, 4])


def test_a_level_or_confidence_that_is_none_is_refused():
    with pytest.raises(UnknownLevelError, match="not 'metric'"):
        krippendorff_alpha([1, 1], [4, 5], level="metric")
    with pytest.raises(ConfidenceError, match="not 95"):
        krippendorff_alpha([1, 1], [4, 5], confidence=95)


def test_the_ratio_level_refuses_values_below_zero_and_scales_without_end():
    with pytest.raises(NegativeValueError, match="one is -1"):
        krippendorff_alpha([1, 1, 2, 2], [-1, 1, 2, 2], level="ratio")
    with pytest.raises(TooManyValuesError, match="20002 distinct values"):
        krippendorff_alpha(np.repeat(np.arange(10_001), 2), np.arange(20_002), level="ratio")


@pytest.mark.parametrize(("level", "different"), [("ordinal", 2_300), ("ratio", 15_000)])
def test_more_pairs_of_different_values_than_can_be_compared_are_refused(level, different):
    units, values = np.repeat([1, 2], different), np.tile(np.arange(different), 2)

    with pytest.raises(TooManyValuesError, match=f"{different * (different - 1)} such pairs"):
        krippendorff_alpha(units, values, level=level)


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_on_a_scale_without_end_gives_one(level):
    found = krippendorff_alpha(np.repeat(np.arange(3000), 2), np.repeat(np.arange(3000), 2), level=level)

    assert (found.alpha, found.ci_low) == pytest.approx((1.0, 1.0), abs=1e-12)


def test_two_zeros_do_not_differ_at_the_ratio_level():
    found = krippendorff_alpha([1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 3, 3], level="ratio")

    assert (found.alpha, found.observed) == (1.0, 0.0)


# --- percent agreement


def naive_agreement(units, values, within):
    shares = []
    for unit in np.unique(units):
        mine = values[units == unit]
        close = [abs(a - b) <= within for i, a in enumerate(mine) for b in mine[i + 1 :]]
        if close:
            shares.append(np.mean(close))
    return np.mean(shares)


@given(columns=ratings(max_units=6, max_value=6), within=st.integers(0, 6))
def test_percent_agreement_is_the_mean_over_units_of_their_share_of_close_pairs(columns, within):
    units, _, values = columns
    assume(np.bincount(units).max() > 1)

    found = percent_agreement(units, values, within=within)

    assert found.agreement == pytest.approx(naive_agreement(units, values, within))


def test_agreement_within_nothing_is_exact_and_within_the_scale_is_complete():
    units, values = [1, 1, 1, 2, 2], [1, 1, 5, 2, 4]

    assert percent_agreement(units, values) == Agreement(agreement=pytest.approx(1 / 6), n_units=2, n_pairs=4)
    assert percent_agreement(units, values, within=4).agreement == 1.0


def test_a_difference_as_large_as_the_tolerance_counts_although_it_is_rounded():
    tenths = np.array([0.1, 0.2, 0.3, 0.4, 0.7, 0.8])

    assert percent_agreement([1, 1, 2, 2, 3, 3], tenths, within=0.1).agreement == 1.0


@pytest.mark.parametrize("within", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_that_is_none_is_refused(within):
    with pytest.raises(ToleranceError, match="from zero upward"):
        percent_agreement([1, 1], [1, 2], within=within)


def test_without_a_unit_rated_twice_there_is_no_percent_agreement():
    with pytest.raises(NoPairableUnitsError):
        percent_agreement([1, 2], [1, 2])


def test_a_unit_rated_by_very_many_costs_no_more_than_its_ratings():
    found = percent_agreement(np.zeros(200_000, dtype=int), np.arange(200_000) % 2)

    assert found == Agreement(agreement=pytest.approx(0.5, abs=1e-4), n_units=1, n_pairs=200_000 * 199_999 // 2)


# --- base rates


def test_base_rates_are_the_shares_of_the_values_in_ascending_order():
    assert base_rates([3, 1, 3, 3]) == {1.0: 0.25, 3.0: 0.75}
    assert list(base_rates([3, 1, 2])) == [1.0, 2.0, 3.0]


@given(values=st.lists(st.integers(-3, 3), min_size=1, max_size=50))
def test_base_rates_add_up_to_one(values):
    assert sum(base_rates(values).values()) == pytest.approx(1.0)


def test_base_rates_of_no_ratings_are_refused():
    with pytest.raises(NoRatingsError):
        base_rates([])
