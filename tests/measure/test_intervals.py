"""Student's t, Wilson and the jackknife, against published figures and against their nominal coverage."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import ConfidenceError
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile, wilson_interval
from tests.measure.strategies import reference


def test_quantiles_of_t_are_those_of_the_tables():
    # Two-sided 95 %, from any table of the t distribution.
    found = t_quantile(np.array([1.0, 2.0, 5.0, 10.0, 30.0, 120.0]), 0.95)

    assert found.round(3).tolist() == [12.706, 4.303, 2.571, 2.228, 2.042, 1.980]


def test_wilson_intervals_equal_the_published_ones():
    rows = np.array(reference("newcombe_1998")["rows"])

    low, high = wilson_interval(rows[:, 0], rows[:, 1], 0.95)

    assert np.stack((low, high), axis=1).round(4).tolist() == rows[:, 2:].tolist()


@given(trials=st.integers(1, 10**9), data=st.data())
def test_a_wilson_interval_lies_in_the_unit_range_around_the_share_and_mirrors(trials, data):
    successes = data.draw(st.integers(0, trials))
    counts, number = np.array([successes, trials - successes], dtype=float), np.array([trials, trials], dtype=float)

    low, high = wilson_interval(counts, number, 0.95)

    assert np.all((low >= 0.0) & (low <= counts / number) & (counts / number <= high) & (high <= 1.0))
    assert low[0] == pytest.approx(1.0 - high[1], abs=1e-12)


@pytest.mark.parametrize("trials", [10, 25, 60])
def test_wilson_covers_at_its_nominal_rate_on_average_over_true_shares(trials):
    low, high = wilson_interval(np.arange(trials + 1.0), np.full(trials + 1, float(trials)), 0.95)
    covered = []
    for share in np.linspace(0.02, 0.98, 97):
        chance = [comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
        covered.append(np.dot(chance, (low <= share) & (share <= high)))

    assert 0.945 <= np.mean(covered) <= 0.965


def test_the_jackknife_of_a_mean_is_its_textbook_standard_error():
    values = np.random.default_rng(3).normal(size=30)
    without_each = (values.sum() - values) / 29

    assert jackknife_standard_error(without_each) == pytest.approx(values.std(ddof=1) / np.sqrt(30))


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 95.0, float("nan")])
def test_a_confidence_that_is_no_probability_is_refused(confidence):
    with pytest.raises(ConfidenceError):
        checked_confidence(confidence)
    with pytest.raises(ConfidenceError):
        t_quantile(np.array([3.0]), confidence)
    with pytest.raises(ConfidenceError):
        wilson_interval(np.array([1.0]), np.array([2.0]), confidence)
