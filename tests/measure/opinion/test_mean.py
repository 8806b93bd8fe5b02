"""Mean opinion, rater bias and distributions."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoRatingsError,
    NotNumericError,
    OffTheScaleError,
    TooFewRatingsError,
)
from rubrica.measure.opinion.mean import distribution, mean_opinion, rater_bias
from tests.measure.strategies import few, ratings, simulated

# --- mean opinion


def test_mean_opinion_is_the_mean_with_the_textbook_t_interval():
    found = mean_opinion([3, 3, 3, 3, 8, 8], [4, 5, 3, 4, 1, 2])

    expected = stats.t.interval(0.95, 3, loc=4.0, scale=stats.sem([4, 5, 3, 4]))
    assert found.units.tolist() == [3, 8]
    assert found.mean.tolist() == [4.0, 1.5]
    assert found.n_ratings.tolist() == [4, 2]
    assert found.standard_deviation.tolist() == pytest.approx([np.sqrt(2 / 3), np.sqrt(0.5)])
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx(expected)


def test_units_rated_once_are_named_not_dropped_in_silence():
    found = mean_opinion([5, 1, 1, 9], [3, 2, 4, 1])

    assert (found.units.tolist(), found.left_out.tolist()) == ([1], [5, 9])


def test_raters_of_one_mind_leave_an_interval_of_no_width():
    found = mean_opinion([1, 1, 1], [0.1, 0.1, 0.1])

    assert found.ci_low[0] == pytest.approx(0.1, abs=1e-12)
    assert found.ci_high[0] == pytest.approx(0.1, abs=1e-12)


@few
@given(columns=ratings(), factor=st.sampled_from([-2.0, 0.5, 10.0]), shift=st.integers(-5, 5))
def test_mean_opinion_follows_the_scale(columns, factor, shift):
    units, _, values = columns
    assume(np.bincount(units).max() > 1)

    one, other = mean_opinion(units, values), mean_opinion(units, values * factor + shift)

    assert other.mean == pytest.approx(one.mean * factor + shift)
    ends = np.sort(np.stack((one.ci_low, one.ci_high)) * factor + shift, axis=0)
    assert np.stack((other.ci_low, other.ci_high)) == pytest.approx(ends)


@few
@given(columns=ratings(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter_to_opinions(columns, shuffle):
    units, _, values = columns
    assume(np.bincount(units).max() > 1)
    order = list(range(len(units)))
    shuffle.shuffle(order)

    one, other = mean_opinion(units, values), mean_opinion(units[order], values[order])

    assert one.mean == pytest.approx(other.mean)
    assert one.ci_low == pytest.approx(other.ci_low)


def test_the_interval_of_a_mean_covers_the_truth_at_its_nominal_rate():
    generator = np.random.default_rng(21)
    units = np.repeat(np.arange(3000), 5)

    found = mean_opinion(units, 3.0 + generator.normal(size=15_000))

    assert 0.94 <= np.mean((found.ci_low <= 3.0) & (found.ci_high >= 3.0)) <= 0.96


def test_opinions_of_units_rated_once_have_no_interval():
    with pytest.raises(TooFewRatingsError, match="None of the 2 units"):
        mean_opinion([1, 2], [3, 4])


# --- rater bias


def test_bias_is_the_mean_distance_from_the_others_on_the_same_units():
    units, raters = [1, 1, 1, 2, 2, 2, 3, 3], [7, 8, 9, 7, 8, 9, 7, 8]
    values = [5, 3, 4, 4, 4, 1, 2, 1]

    found = rater_bias(units, raters, values)

    deviations = {7: [1.5, 1.5, 1.0], 8: [-1.5, 1.5, -1.0], 9: [0.0, -3.0]}
    assert found.raters.tolist() == [7, 8, 9]
    assert found.n_ratings.tolist() == [3, 3, 2]
    for position, rater in enumerate(found.raters):
        expected = stats.t.interval(
            0.95, len(deviations[rater]) - 1, loc=np.mean(deviations[rater]), scale=stats.sem(deviations[rater])
        )
        assert found.bias[position] == pytest.approx(np.mean(deviations[rater]))
        assert (found.ci_low[position], found.ci_high[position]) == pytest.approx(expected)


def test_a_bias_put_in_is_found_and_covered_by_its_interval():
    generator = np.random.default_rng(22)
    truth = np.array([-0.8, -0.2, 0.0, 0.3, 0.7])
    covered = []
    for _ in range(200):
        unit, rater = np.nonzero(generator.random((60, 5)) < 0.7)
        values = generator.normal(3, 1, 60)[unit] + truth[rater] + generator.normal(0, 0.5, len(unit))
        found = rater_bias(unit, rater, values)
        # Against the others, a bias shows larger by r / (r - 1); which others changes from unit to unit.
        expected = truth - (truth.sum() - truth) / 4
        covered.append((found.ci_low <= expected) & (expected <= found.ci_high))

    assert 0.93 <= np.mean(covered) <= 0.97


@few
@given(pairs=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=20))
def test_two_raters_of_the_same_units_lie_equally_far_from_each_other(pairs):
    found = rater_bias(np.repeat(np.arange(len(pairs)), 2), np.tile([1, 2], len(pairs)), np.concatenate(pairs))

    assert found.bias[0] == pytest.approx(-found.bias[1])


@few
@given(columns=ratings(), shift=st.integers(-5, 5))
def test_bias_ignores_where_the_scale_begins(columns, shift):
    units, raters, values = columns
    shared = np.bincount(units)[units] > 1
    assume(np.bincount(raters[shared], minlength=1).max() > 1)

    assert rater_bias(units, raters, values + shift).bias == pytest.approx(rater_bias(units, raters, values).bias)


def test_a_second_rating_of_a_unit_by_the_same_rater_is_not_somebody_else():
    once = rater_bias([1, 1, 2, 2], [1, 2, 1, 2], [4, 2, 5, 2])

    twice = rater_bias([1, 1, 2, 2, 1, 1], [1, 2, 1, 2, 1, 1], [3, 2, 5, 2, 4, 5])

    assert twice.bias.tolist() == once.bias.tolist() == [2.5, -2.5]
    assert twice.n_ratings.tolist() == [2, 2]


def test_raters_who_share_too_little_are_named_and_still_count_among_the_others():
    found = rater_bias([1, 1, 2, 2, 1, 3], [1, 2, 1, 2, 3, 4], [4, 2, 5, 2, 0, 5])

    assert (found.raters.tolist(), found.left_out.tolist()) == ([1, 2], [3, 4])
    assert found.bias.tolist() == [3.0, -1.5]


def test_without_shared_units_there_is_no_bias():
    with pytest.raises(TooFewRatingsError, match="None of the 2 raters shares two units"):
        rater_bias([1, 2, 3], [1, 1, 2], [4, 4, 4])


# --- distribution


def test_a_level_that_nobody_chose_shows_as_zero():
    found = distribution([4, 5, 5, 2], levels=[5, 4, 3, 2, 1])

    assert found.levels.tolist() == [1, 2, 3, 4, 5]
    assert found.counts.tolist() == [0, 1, 0, 1, 2]
    assert (found.shares.tolist(), found.n_ratings) == ([0.0, 0.25, 0.0, 0.25, 0.5], 4)


def test_without_levels_those_that_occur_are_the_scale():
    assert distribution([0.5, 2, 0.5]).levels.tolist() == [0.5, 2.0]


@pytest.mark.parametrize("value", [0, 6, 2.5])
def test_a_rating_off_the_scale_is_refused(value):
    with pytest.raises(OffTheScaleError, match=f"values holds {value}, which is none of the levels 1, 2, 3, 4, 5"):
        distribution([4, value], levels=[1, 2, 3, 4, 5])


# --- refusals in common


def test_opinions_refuse_what_is_no_column_of_ratings():
    def bias(units, values, confidence=0.95):
        return rater_bias(units, [1] * len(units), values, confidence)

    for quantity in (mean_opinion, bias):
        with pytest.raises(NoRatingsError):
            quantity([], [])
        with pytest.raises(ColumnShapeError, match="units has 3"):
            quantity([1, 1, 2], [4, 5])
        with pytest.raises(NotNumericError):
            quantity([1.5, 1.0], [4, 5])
        with pytest.raises(MissingValueError):
            quantity([1, 1], [4, float("nan")])
        with pytest.raises(ConfidenceError):
            quantity([1, 1], [4, 5], confidence=1.0)
    with pytest.raises(NotNumericError, match="raters must be integers"):
        rater_bias([1, 1], ["Ann", "Ben"], [4, 5])
    with pytest.raises(NoRatingsError):
        distribution([])


def test_a_million_ratings_of_many_units_are_handled_in_long_columns():
    units, raters, values = simulated(np.random.default_rng(23), 20_000, 5)

    assert len(mean_opinion(units, values).units) == 20_000
    assert np.abs(rater_bias(units, raters, values).bias).max() < 0.05
