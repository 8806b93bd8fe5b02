"""The sums without each unit equal those counted anew, for every level of measurement and number of levels."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rubrica.measure.agreement import spans
from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.coincidences import COUNTED
from rubrica.measure.agreement.unit_ratings import unit_ratings
from rubrica.measure.columns import numbered
from tests.measure.strategies import LEVELS, few, ratings, simulated


def counted(level, units, values):
    return COUNTED[level](unit_ratings(units, values))


def square_difference(level, values):
    """Return Krippendorff's squared difference function, written as in the paper."""
    occurrences = {value: int(np.count_nonzero(values == value)) for value in np.unique(values)}

    def ranks_between(low, high):
        between = sum(count for value, count in occurrences.items() if low <= value <= high)
        return between - (occurrences[low] + occurrences[high]) / 2

    return {
        "nominal": lambda a, b: float(a != b),
        "ordinal": lambda a, b: ranks_between(min(a, b), max(a, b)) ** 2,
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
    }[level]


def by_definition(level, units, values):
    """Return observed and expected sums over all ordered pairs, counted one by one."""
    square = square_difference(level, values)
    observed = sum(
        sum(square(a, b) for a, b in permutations(values[units == unit], 2)) / (np.count_nonzero(units == unit) - 1)
        for unit in np.unique(units)
    )
    return observed, sum(square(a, b) for a, b in permutations(values, 2))


def pairable(units, values):
    often = np.bincount(units)[units] > 1
    assume(len(np.unique(units[often])) >= 2)
    return numbered(units[often])[1], values[often]


@pytest.fixture(params=["table", "points"])
def _spans(request, monkeypatch):
    """Count spans in a table, as for short scales, and in sorted points, as for long ones."""
    if request.param == "points":
        monkeypatch.setattr(spans, "_LARGEST_TABLE", 0)


@pytest.mark.parametrize("level", LEVELS)
@few
@given(columns=ratings(max_units=5, max_raters=4))
def test_the_sums_are_those_of_the_definition(level, columns):
    units, values = pairable(columns[0], columns[2])

    sums = counted(level, units, values)

    observed, expected = by_definition(level, units, values)
    assert sums.observed * sums.unit_square == pytest.approx(observed, abs=1e-9)
    assert sums.expected * sums.unit_square == pytest.approx(expected, abs=1e-9)


def assert_without_each_equals_counted_anew(level, units, values):
    sums = counted(level, units, values)

    for unit in range(len(sums.ratings)):
        kept = units != unit
        anew = counted(level, numbered(units[kept])[1], values[kept])
        scale = anew.unit_square / sums.unit_square
        assert sums.observed_without[unit] == pytest.approx(anew.observed * scale, rel=1e-9, abs=1e-9)
        assert sums.expected_without[unit] == pytest.approx(anew.expected * scale, rel=1e-9, abs=1e-9)


@pytest.mark.usefixtures("_spans")
@pytest.mark.parametrize("level", LEVELS)
def test_the_sums_without_each_unit_equal_those_counted_anew(level):
    generator = np.random.default_rng(11)
    for n_levels in (2, 3, 5, 9):
        units, _, values = simulated(generator, 25, 6, n_levels=n_levels, missing=0.4)
        often = np.bincount(units, minlength=25)[units] > 1
        assert_without_each_equals_counted_anew(level, numbered(units[often])[1], values[often])


@pytest.mark.usefixtures("_spans")
@pytest.mark.parametrize("level", LEVELS)
def test_the_sums_without_each_unit_hold_for_values_that_are_all_different(level):
    generator = np.random.default_rng(12)
    units = generator.permutation(np.repeat(np.arange(15), [2, 3, 4, 5, 6] * 3))

    assert_without_each_equals_counted_anew(level, units, generator.random(60))


@pytest.mark.parametrize("level", LEVELS)
@few
@given(columns=ratings(max_units=5, max_raters=4))
def test_the_sums_without_each_unit_hold_for_any_pattern_of_missing_ratings(level, columns):
    assert_without_each_equals_counted_anew(level, *pairable(columns[0], columns[2]))


def test_many_distinct_values_take_the_other_road_to_the_same_result():
    generator = np.random.default_rng(13)
    units = np.repeat(np.arange(500), 3)
    values = generator.normal(size=500)[units] + generator.normal(size=1500)
    assert len(np.unique(values)) > spans._LARGEST_TABLE

    ranked = np.searchsorted(np.unique(values), values)
    long_scale = krippendorff_alpha(units, values)

    assert_without_each_equals_counted_anew("ordinal", units[:90], values[:90])
    # All values differ, so their ranks are an interval scale; only the jackknife knows that ranks move.
    assert long_scale.alpha == pytest.approx(krippendorff_alpha(units, ranked, level="interval").alpha, abs=1e-12)
    naive = [krippendorff_alpha(units[units != unit], values[units != unit]).alpha for unit in range(0, 500, 50)]
    sums = counted("ordinal", units, values)
    mine = 1.0 - (1500 - 3 - 1) * sums.observed_without / sums.expected_without
    assert mine[::50] == pytest.approx(naive, abs=1e-12)


def test_a_unit_far_off_the_others_leaves_their_alpha_exact():
    units, values = np.repeat(np.arange(30), 3), np.tile([1.0, 2.0, 2.0, 4.0, 4.0, 5.0], 15)
    others = krippendorff_alpha(units, values, level="interval")

    with_outlier = krippendorff_alpha(np.append(units, [99, 99]), np.append(values, [0.0, 1e13]), level="interval")

    # Without the outlier the sums would have to be told from 1e26 by subtraction; the jackknife counts them anew.
    assert with_outlier.alpha < 0.1
    pseudo = with_outlier.standard_error * np.sqrt(31 / 30)
    assert pseudo == pytest.approx((others.alpha - with_outlier.alpha) * np.sqrt(30 / 31), rel=1e-3)


@pytest.mark.parametrize("level", LEVELS)
def test_the_standard_error_is_that_of_alpha_computed_anew_without_each_unit(level):
    units, _, values = simulated(np.random.default_rng(14), 40, 3, missing=0.2)
    found = krippendorff_alpha(units, values, level=level)

    often = np.flatnonzero(np.bincount(units) > 1)
    anew = np.array([krippendorff_alpha(units[units != u], values[units != u], level=level).alpha for u in often])

    count = len(often)
    assert found.standard_error == pytest.approx(np.sqrt((count - 1) / count * ((anew - anew.mean()) ** 2).sum()))


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_covers_the_true_alpha_at_its_nominal_rate(level):
    generator = np.random.default_rng(15)
    units, _, values = simulated(generator, 100_000, 3)
    truth = krippendorff_alpha(units, values, level=level).alpha

    hits = 0
    for _ in range(500):
        units, _, values = simulated(generator, 40, 3, missing=0.1)
        found = krippendorff_alpha(units, values, level=level)
        hits += found.ci_low <= truth <= found.ci_high

    # 95 % +- 2 simulation standard errors, and the little that the jackknife is known to miss.
    assert 0.92 <= hits / 500 <= 0.975


@given(wide=st.floats(0.5, 0.99), narrow=st.floats(0.01, 0.49))
@settings(max_examples=10)
def test_more_confidence_makes_a_wider_interval_around_the_same_alpha(wide, narrow):
    units, _, values = simulated(np.random.default_rng(16), 20, 3)

    wider = krippendorff_alpha(units, values, confidence=wide)
    narrower = krippendorff_alpha(units, values, confidence=narrow)

    assert wider.alpha == narrower.alpha
    assert wider.ci_low < narrower.ci_low < narrower.ci_high < wider.ci_high
