"""Screening after BT.500, bias removal after P.913, and the SOS parameter."""

import csv

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    NoVariationError,
    OffTheScaleError,
    TooFewUnitsError,
    UnknownMethodError,
)
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.measure.opinion.screening import remove_bias, screen_raters, spread_of_opinions
from tests.measure.strategies import few, ratings, simulated


def itu(data, name):
    path = data / "sureal_itu" / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    units, raters = (np.unique([row[key] for row in rows], return_inverse=True)[1] for key in ("asset_id", "subject"))
    return units, raters, np.array([float(row["score"]) for row in rows])


def mean_length(units, values):
    """Return the mean length of the intervals of the Recommendation, which takes 1.96 for t."""
    found = mean_opinion(units, values)
    return np.mean(2 * 1.96 * found.standard_deviation / np.sqrt(found.n_ratings))


# --- published figures: mean interval length before, after screening, and after bias removal and screening


@pytest.mark.parametrize(
    ("name", "rejected", "lengths"),
    [
        ("nflx_public", (1, 4), (0.509, 0.515, 0.499)),
        ("nflx_public_last4outliers", (3, 3), (0.615, 0.540, 0.505)),
        ("vqeg_hd3", (1, 2), (0.585, 0.595, 0.489)),
    ],
)
def test_as_many_raters_are_rejected_as_published_and_intervals_are_as_long(data, name, rejected, lengths):
    units, raters, values = itu(data, name)

    screened = screen_raters(units, raters, values, "population")
    unbiased = remove_bias(units, raters, values).values
    again = screen_raters(units, raters, unbiased, "population")

    assert (np.count_nonzero(screened.rejected), np.count_nonzero(again.rejected)) == rejected
    assert mean_length(units, values) == pytest.approx(lengths[0], abs=5.1e-4)
    assert mean_length(units[screened.kept], values[screened.kept]) == pytest.approx(lengths[1], abs=5.1e-4)
    assert mean_length(units[again.kept], unbiased[again.kept]) == pytest.approx(lengths[2], abs=5.1e-4)


def test_a_rater_is_judged_by_the_ratings_given_not_by_those_of_others(data):
    units, raters, values = itu(data, "agh_tv_2017")

    found = screen_raters(units, raters, remove_bias(units, raters, values).values, "population")

    # Each of 99 raters saw 180 of 320 units. The reference software divides by 320, and so rejects five.
    outside = found.above + found.below
    two_sided = np.abs(found.above - found.below) < 0.3 * outside
    assert np.unique(found.n_ratings).tolist() == [180]
    assert np.count_nonzero(found.rejected) == 17
    assert np.count_nonzero((outside > 0.05 * 320) & two_sided) == 5


def test_sample_and_population_sigma_decide_differently_on_published_ratings(data):
    columns = itu(data, "nflx_public_last4outliers")

    rejected = {sigma: screen_raters(*columns, sigma).rejected.sum() for sigma in ("sample", "population")}

    assert rejected == {"sample": 2, "population": 3}


# --- screening


def by_hand(units, raters, values, divisor):
    above, below, number = (dict.fromkeys(raters, 0) for _ in range(3))
    for unit in set(units):
        rows = [row for row, each in enumerate(units) if each == unit]
        group = np.array([values[row] for row in rows], dtype=float)
        if len(group) < 2:
            continue
        for row in rows:
            number[raters[row]] += 1
        if np.ptp(group) == 0:
            continue
        reach = 2.0 if 2 <= stats.kurtosis(group, fisher=False) <= 4 else np.sqrt(20)
        limit = reach * group.std(ddof=divisor)
        for row in rows:
            above[raters[row]] += values[row] - group.mean() >= limit - 1e-9
            below[raters[row]] += values[row] - group.mean() <= -limit + 1e-9
    return above, below, number


@few
@given(seed=st.integers(0, 999), missing=st.sampled_from([0.0, 0.3]))
@pytest.mark.parametrize(("sigma", "divisor"), [("sample", 1), ("population", 0)])
def test_screening_counts_as_one_would_by_hand(sigma, divisor, seed, missing):
    units, raters, values = simulated(np.random.default_rng(seed), 8, 12, missing=missing)

    found = screen_raters(units, raters, values, sigma)

    above, below, number = by_hand(units.tolist(), raters.tolist(), values.tolist(), divisor)
    assert found.above.tolist() == [above[rater] for rater in found.raters]
    assert found.below.tolist() == [below[rater] for rater in found.raters]
    assert found.n_ratings.tolist() == [number[rater] for rater in found.raters]


def test_a_random_rater_is_rejected_and_a_lenient_one_is_not():
    generator = np.random.default_rng(31)
    unit, rater = np.repeat(np.arange(100), 20), np.tile(np.arange(20), 100)
    value = generator.normal(3, 0.3, 100)[unit] + generator.normal(0, 0.5, 2000)
    value[rater == 5] = generator.uniform(0, 6, 100)
    value[rater == 9] += 1.5

    found = screen_raters(unit, rater, value)

    assert found.raters[found.rejected].tolist() == [5]
    assert found.above[9] > 5
    assert found.kept.tolist() == (rater != 5).tolist()


def test_units_of_one_mind_have_nobody_outside():
    found = screen_raters([1] * 10 + [2] * 10, list(range(10)) * 2, [0.1] * 10 + [3] * 10)

    assert (found.above.sum(), found.below.sum(), found.rejected.any()) == (0, 0, False)
    assert found.n_ratings.tolist() == [2] * 10


def test_raters_of_units_nobody_else_rated_are_named_and_kept():
    found = screen_raters([1, 1, 2], [1, 2, 3], [4, 5, 1])

    assert (found.raters.tolist(), found.left_out.tolist(), found.kept.all()) == ([1, 2], [3], True)


@few
@given(columns=ratings(), factor=st.sampled_from([-2.0, 0.5, 10.0]), shift=st.integers(-5, 5))
def test_screening_ignores_the_scale_and_turns_over_with_it(columns, factor, shift):
    units, raters, values = columns
    assume(np.bincount(units).max() > 1)

    one, other = screen_raters(units, raters, values), screen_raters(units, raters, values * factor + shift)

    assert other.rejected.tolist() == one.rejected.tolist()
    turned = (one.above, one.below) if factor > 0 else (one.below, one.above)
    assert (other.above.tolist(), other.below.tolist()) == (turned[0].tolist(), turned[1].tolist())


@few
@given(columns=ratings(), seed=st.integers(0, 99))
def test_screening_and_bias_ignore_order_and_names(columns, seed):
    units, raters, values = columns
    assume(np.bincount(units).max() > 1)
    generator = np.random.default_rng(seed)
    order, names = generator.permutation(len(units)), np.sort(generator.permutation(100)[:6])

    one, other = screen_raters(units, raters, values), screen_raters(units[order], names[raters[order]], values[order])
    bias, again = remove_bias(units, raters, values), remove_bias(units[order], names[raters[order]], values[order])

    assert other.above.tolist() == one.above.tolist()
    assert other.kept.tolist() == one.kept[order].tolist()
    assert again.bias == pytest.approx(bias.bias)
    assert again.values == pytest.approx(bias.values[order])


# --- bias removal


@few
@given(columns=ratings())
def test_once_removed_bias_is_gone_from_a_complete_panel(columns):
    _, _, values = columns
    n_raters = 2 + len(values) % 3
    n_units = len(values) // n_raters
    assume(n_units > 0)
    values = values[: n_units * n_raters]
    units, raters = np.repeat(np.arange(n_units), n_raters), np.tile(np.arange(n_raters), n_units)

    removed = remove_bias(units, raters, values)

    assert removed.bias.sum() == pytest.approx(0.0, abs=1e-9)
    assert remove_bias(units, raters, removed.values).bias == pytest.approx(np.zeros(n_raters), abs=1e-9)
    assert mean_opinion(units, removed.values).mean == pytest.approx(mean_opinion(units, values).mean)


# --- the SOS parameter


def test_the_parameter_put_in_is_found_and_covered():
    generator = np.random.default_rng(32)
    hits, found = [], None
    for _ in range(200):
        quality = generator.uniform(0.1, 0.9, 40)
        # Beta ratings of precision k spread by x (1 - x) / (k + 1): the curve exactly, with a = 1 / (k + 1).
        share = generator.beta(4 * quality[:, None], 4 * (1 - quality[:, None]), (40, 10))
        found = spread_of_opinions(np.repeat(np.arange(40), 10), 1 + 4 * share.ravel(), 1, 5)
        hits.append(found.ci_low <= 0.2 <= found.ci_high)

    print(f"SOS parameter: {np.mean(hits)}")  # noqa: T201 # for the report
    assert 0.91 <= np.mean(hits) <= 0.98
    assert found.fit_error < found.constant_error


def test_the_parameter_is_the_least_squares_one():
    units, values = [1, 1, 1, 2, 2, 2, 3, 3, 4], [1, 2, 2, 3, 4, 2, 5, 5, 1]

    found = spread_of_opinions(units, values, 1, 5)

    mean, variance = np.array([5 / 3, 3.0]), np.array([1 / 3, 1.0])
    room = -(mean**2) + 6 * mean - 5
    assert found.parameter == pytest.approx(room @ variance / (room @ room))
    assert found.n_units == 2
    assert found.fit_error == pytest.approx(
        np.sqrt(np.mean((np.sqrt(variance) - np.sqrt(found.parameter * room)) ** 2))
    )


def test_raters_who_use_the_ends_only_have_parameter_one():
    share = np.array([[1] * 40 + [5] * 60, [1] * 50 + [5] * 50])

    found = spread_of_opinions(np.repeat([1, 2], 100), share.ravel(), 1, 5)

    assert found.parameter == pytest.approx(100 / 99)


def test_raters_of_one_mind_have_parameter_zero():
    found = spread_of_opinions([1, 1, 2, 2], [2, 2, 3, 3], 1, 5)

    assert (found.parameter, found.ci_low, found.ci_high, found.fit_error) == (0.0, 0.0, 0.0, 0.0)


@few
@given(columns=ratings(max_value=5), factor=st.sampled_from([-2.0, 0.5, 10.0]), shift=st.integers(-5, 5))
def test_the_parameter_does_not_depend_on_the_numbers_on_the_scale(columns, factor, shift):
    units, _, values = columns
    try:
        one = spread_of_opinions(units, values, 1, 5)
    except (NoPairableUnitsError, NoVariationError, TooFewUnitsError):
        assume(False)
    low, high = sorted((1 * factor + shift, 5 * factor + shift))

    other = spread_of_opinions(units, values * factor + shift, low, high)

    assert other.parameter == pytest.approx(one.parameter)
    assert other.ci_high == pytest.approx(one.ci_high)
    assert other.fit_error == pytest.approx(one.fit_error * abs(factor), abs=1e-9)


# --- what the data do not determine


def test_screening_refuses_what_is_no_column_of_ratings():
    for quantity in (screen_raters, remove_bias, lambda units, _, values: spread_of_opinions(units, values, 1, 5)):
        with pytest.raises(NoRatingsError):
            quantity([], [], [])
        with pytest.raises(ColumnShapeError, match="units has 3"):
            quantity([1, 1, 2], [1, 2], [4, 5])
        with pytest.raises(NotNumericError):
            quantity([1.5, 1.0], [1, 2], [4, 5])
        with pytest.raises(MissingValueError):
            quantity([1, 1], [1, 2], [4, float("nan")])
        with pytest.raises(NoPairableUnitsError, match="None of the 2 units"):
            quantity([1, 2], [1, 2], [4, 5])


def test_a_sigma_of_another_name_is_refused():
    with pytest.raises(UnknownMethodError, match="not 'robust'"):
        screen_raters([1, 1], [1, 2], [4, 5], "robust")


def test_spread_needs_a_scale_room_on_it_and_two_units():
    with pytest.raises(ConfidenceError):
        spread_of_opinions([1, 1], [4, 5], 1, 5, confidence=0)
    with pytest.raises(OffTheScaleError, match="values holds 6"):
        spread_of_opinions([1, 1], [4, 6], 1, 5)
    with pytest.raises(NoVariationError, match="end of the scale"):
        spread_of_opinions([1, 1, 2, 2], [5, 5, 1, 1], 1, 5)
    with pytest.raises(TooFewUnitsError, match="two units") as refused:
        spread_of_opinions([1, 1, 2, 2], [3, 4, 1, 1], 1, 5)
    assert refused.value.estimate == pytest.approx(0.5 / 3.75)


@pytest.mark.parametrize(("scale", "shift"), [(1e-90, 0.0), (1e90, 0.0), (0.1, 1e6)])
def test_ratings_in_tiny_huge_or_far_off_units_are_screened_alike(scale, shift):
    units, raters, values = simulated(np.random.default_rng(33), 20, 12)
    moved = values * scale + shift

    one, other = screen_raters(units, raters, values), screen_raters(units, raters, moved)
    spread = spread_of_opinions(units, values, 1, 5)

    assert (other.above.tolist(), other.below.tolist()) == (one.above.tolist(), one.below.tolist())
    assert one.above.sum() > 0
    assert spread_of_opinions(units, moved, 1 * scale + shift, 5 * scale + shift).parameter == pytest.approx(
        spread.parameter
    )
