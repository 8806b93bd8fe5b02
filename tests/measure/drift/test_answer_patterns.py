"""Runs of equal answers, and the entropy of answers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rubrica.measure.drift.answer_patterns import answer_patterns
from rubrica.measure.errors import ColumnShapeError, NoRatingsError, NotNumericError, TiedTimesError
from tests.measure.strategies import few


def chance_of_run(values):
    """Add up the probabilities of all sequences with as long a run, answers being independent."""
    levels, counts = np.unique(values, return_counts=True)
    share, longest = counts / len(values), longest_run(values)
    total = 0.0
    for code in range(len(levels) ** len(values)):
        digits = [code // len(levels) ** place % len(levels) for place in range(len(values))]
        if longest_run(digits) >= longest:
            total += np.prod(share[digits])
    return total


def longest_run(values):
    best, run = 1, 1
    for before, after in pairwise(values):
        run = run + 1 if before == after else 1
        best = max(best, run)
    return best


@few
@given(values=st.lists(st.integers(1, 3), min_size=1, max_size=7))
def test_the_chance_of_a_run_is_that_of_all_sequences(values):
    found = answer_patterns([7] * len(values), values, range(len(values)))

    assert found.longest_run.tolist() == [longest_run(values)]
    assert found.p_value[0] == pytest.approx(chance_of_run(values))


def test_the_longest_run_of_heads_is_as_likely_as_in_schilling():
    # Schilling, M. F. (1990), The College Mathematics Journal 21(3), 196-207: of 2^n throws those without a run of
    # either side above 3 are twice those of n - 1 throws without a run of heads above 2, which are 274 for n = 10.
    throws = [0, 0, 0, 0, 1, 1, 0, 1, 1, 1]
    found = answer_patterns([1] * 10, throws, range(10))

    assert found.longest_run.tolist() == [4]
    assert found.p_value[0] == pytest.approx(1.0 - 2 * 274 / 1024)


def test_many_answers_meet_few_where_the_method_changes():
    generator = np.random.default_rng(1)
    answers = generator.integers(1, 5, 2000)
    few_answers = answer_patterns(np.zeros(2000, dtype=int), answers, np.arange(2000))
    one_more = answer_patterns(np.zeros(2001, dtype=int), np.append(answers, 1), np.arange(2001))

    assert one_more.longest_run[0] == few_answers.longest_run[0]
    assert one_more.p_value[0] == pytest.approx(few_answers.p_value[0], abs=5e-4)


def test_random_answers_have_typical_runs_and_p_values_that_are_not_too_small():
    generator = np.random.default_rng(2)
    raters = np.repeat(np.arange(2000), 100)
    values = np.clip(np.rint(generator.normal(3, 1, len(raters))), 1, 5)
    found = answer_patterns(raters, values, np.arange(len(raters)))

    small = float((found.p_value <= 0.05).mean())
    longer = float((found.longest_run > found.typical_run).mean())
    print(  # noqa: T201  (what was found)
        f"p of 0.05 or less: {small:.3f} of 2000; longer than typical: {longer:.2f}"
    )
    assert small <= 0.06
    assert longer <= 0.53


def test_a_rater_who_clicks_through_half_of_the_pictures_stands_out():
    generator = np.random.default_rng(3)
    raters = np.repeat([1, 2], 100)
    values = generator.integers(1, 6, 200)
    values[150:170] = 3

    found = answer_patterns(raters, values, np.arange(200))

    assert found.longest_run[1] >= 20
    assert found.p_value[1] < 1e-6
    assert found.p_value[0] > 0.01


def test_one_answer_throughout_has_no_entropy_and_no_surprising_run():
    found = answer_patterns([7] * 50, [3] * 50, range(50))

    assert (found.longest_run.tolist(), found.typical_run.tolist()) == ([50], [50])
    assert (found.p_value.tolist(), found.entropy.tolist()) == ([1.0], [0.0])


@few
@given(values=st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_entropy_is_that_of_the_shares(values):
    found = answer_patterns([7] * len(values), values, range(len(values)))

    assert found.entropy[0] == pytest.approx(stats.entropy(np.bincount(values), base=2))


def test_runs_are_of_one_rater_in_the_order_of_time_whatever_the_order_of_rows():
    generator = np.random.default_rng(4)
    raters, values, times = generator.integers(0, 5, 200), generator.integers(1, 4, 200), generator.permutation(200)
    shuffled = generator.permutation(200)

    one = answer_patterns(raters, values, times)
    other = answer_patterns(raters[shuffled], values[shuffled], times[shuffled])

    for position, rater in enumerate(one.raters):
        own = raters == rater
        assert one.longest_run[position] == longest_run(values[own][np.argsort(times[own])])
    assert np.array_equal(one.p_value, other.p_value)
    assert np.array_equal(one.entropy, other.entropy)


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1, 1], [3, 4], [5, 5]), TiedTimesError),
        (([1, 1], [3, 4], [5]), ColumnShapeError),
        (([1.5, 1], [3, 4], [5, 6]), NotNumericError),
        (([], [], []), NoRatingsError),
    ],
)
def test_columns_that_are_none_are_refused(columns, error):
    with pytest.raises(error):
        answer_patterns(*columns)
