"""Win rates and side bias."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoDecisionsError,
    NoRatingsError,
    NotNumericError,
    SelfComparisonError,
)
from rubrica.measure.intervals import wilson_interval
from rubrica.measure.preference.choices import side_bias, win_rates
from tests.measure.strategies import few


@st.composite
def comparisons(draw):
    pairs = draw(st.lists(st.permutations(range(4)), min_size=1, max_size=30))
    scores = draw(st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=len(pairs), max_size=len(pairs)))
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs]), np.array(scores)


def table(found):
    """Return all columns of the win rates, rounded, to be compared as one."""
    columns = (found.win_rate, found.ci_low, found.ci_high, found.wins, found.losses, found.ties, found.n_comparisons)
    return {
        int(contender): tuple(round(float(column[row]), 12) for column in columns)
        for row, contender in enumerate(found.contenders)
    }


def test_win_rates_count_wins_losses_and_ties_of_each_contender():
    found = win_rates(first=[1, 2, 1, 3], second=[2, 1, 3, 1], scores=[2, -1, 0, 1])

    low, high = wilson_interval(np.array([2.5, 0.0, 1.5]), np.array([4.0, 2.0, 2.0]), 0.95)
    assert found.contenders.tolist() == [1, 2, 3]
    assert found.wins.tolist() == [2, 0, 1]
    assert found.losses.tolist() == [1, 2, 0]
    assert found.ties.tolist() == [1, 0, 1]
    assert found.n_comparisons.tolist() == [4, 2, 2]
    assert found.win_rate.tolist() == [0.625, 0.0, 0.75]
    assert (found.ci_low.tolist(), found.ci_high.tolist()) == (low.tolist(), high.tolist())


@few
@given(columns=comparisons())
def test_swapping_the_sides_changes_nothing(columns):
    first, second, scores = columns

    assert table(win_rates(first, second, scores)) == table(win_rates(second, first, -scores))


@few
@given(columns=comparisons(), turned=st.integers(0, 2**30 - 1))
def test_swapping_only_some_pairs_changes_nothing(columns, turned):
    first, second, scores = columns
    turn = (turned >> np.arange(len(first))) & 1 == 1

    swapped = win_rates(np.where(turn, second, first), np.where(turn, first, second), np.where(turn, -scores, scores))

    assert table(swapped) == table(win_rates(first, second, scores))


@few
@given(columns=comparisons())
def test_wins_and_losses_balance_and_rates_of_two_mirror_each_other(columns):
    first, second, scores = columns
    found = win_rates(first, second, scores)

    assert found.wins.sum() == found.losses.sum()
    assert found.n_comparisons.sum() == 2 * len(first)
    assert np.all((found.ci_low <= found.win_rate) & (found.win_rate <= found.ci_high))

    two = win_rates(np.full(len(first), 10), np.full(len(first), 20), scores)
    assert two.win_rate.sum() == pytest.approx(1.0)
    assert two.ci_low[0] == pytest.approx(1.0 - two.ci_high[1])


@few
@given(columns=comparisons())
def test_only_the_sign_of_a_score_counts(columns):
    first, second, scores = columns

    assert table(win_rates(first, second, scores * 7.5)) == table(win_rates(first, second, scores))


def test_all_ties_are_half_wins_on_both_sides():
    found = win_rates([1, 1, 2], [2, 2, 1], [0, 0, 0])

    assert found.win_rate.tolist() == [0.5, 0.5]
    assert found.ties.tolist() == [3, 3]


def test_comparing_something_with_itself_is_refused():
    with pytest.raises(SelfComparisonError, match=r"Row 1 compares 4 with itself \(one of 2 such rows\)"):
        win_rates([1, 4, 5], [2, 4, 5], [1, 0, 0])


def test_side_bias_is_a_share_of_the_decided_comparisons():
    found = side_bias([1, 1, -2, 0, 3, 0])

    low, high = wilson_interval(np.array([3.0]), np.array([4.0]), 0.95)
    assert (found.left_share, found.ci_low, found.ci_high) == (0.75, low[0], high[0])
    assert (found.left, found.right, found.ties) == (3, 1, 2)


@few
@given(scores=st.lists(st.integers(-2, 2), min_size=1, max_size=40).filter(any))
def test_side_bias_mirrors_when_the_sides_are_swapped(scores):
    one, other = side_bias(scores), side_bias([-score for score in scores])

    assert one.left_share == pytest.approx(1.0 - other.left_share)
    assert one.ci_low == pytest.approx(1.0 - other.ci_high)
    assert (one.left, one.right, one.ties) == (other.right, other.left, other.ties)


def test_side_bias_covers_no_preference_at_its_nominal_rate():
    generator = np.random.default_rng(31)

    found = [side_bias(generator.choice([-1, 1], 80)) for _ in range(1000)]

    assert 0.93 <= np.mean([one.ci_low <= 0.5 <= one.ci_high for one in found]) <= 0.97


def test_without_a_decision_there_is_no_side_bias():
    with pytest.raises(NoDecisionsError, match="All 2 comparisons are ties"):
        side_bias([0, 0])


def test_preferences_refuse_what_is_no_column_of_comparisons():
    with pytest.raises(NoRatingsError):
        win_rates([], [], [])
    with pytest.raises(NoRatingsError):
        side_bias([])
    with pytest.raises(ColumnShapeError, match="second has 1"):
        win_rates([1, 2], [2], [1, 1])
    with pytest.raises(NotNumericError, match="first must be integers"):
        win_rates(["a"], ["b"], [1])
    with pytest.raises(MissingValueError, match="scores holds nan"):
        win_rates([1], [2], [float("nan")])
    with pytest.raises(MissingValueError, match="scores holds nan"):
        side_bias([float("nan")])
    with pytest.raises(ConfidenceError):
        win_rates([1], [2], [1], confidence=0.0)
    with pytest.raises(ConfidenceError):
        side_bias([1], confidence=0.0)
