"""A rule by the width of intervals: what it does, that it saves nothing, and refusals."""

import numpy as np
import pytest

from rubrica.measure.errors import (
    ArrivalError,
    ColumnShapeError,
    ConfidenceError,
    OverlapError,
    TargetError,
    TooFewRatingsError,
)
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.measure.overlap.mean_stopping import narrow_enough, replay_means
from rubrica.measure.overlap.replay import arrivals_of
from tests.measure.test_real_ratings import avt


def root_mean_square(error):
    return float(np.sqrt(np.mean(np.square(error))))


def fixed_means(units, values, arrival, number):
    """Return the mean of the first ratings of each unit; a fractional number is a mix of two whole ones."""
    arrivals = arrivals_of(units, np.zeros(len(units), dtype=int), values, arrival)
    n_units = len(arrivals.units)
    share = np.random.default_rng(0).permutation(n_units) < (number - int(number)) * n_units
    seen = arrivals.place < (int(number) + share)[arrivals.unit]
    return np.bincount(arrivals.unit[seen], arrivals.values[seen]) / np.bincount(arrivals.unit[seen])


def test_an_interval_is_narrow_as_the_one_that_is_reported():
    generator = np.random.default_rng(3)
    units, values = np.repeat(np.arange(40), 6), generator.normal(size=240)
    opinion = mean_opinion(units, values)

    found = narrow_enough(opinion.n_ratings, opinion.standard_deviation, 0.8)

    assert found.tolist() == ((opinion.ci_high - opinion.ci_low) / 2 <= 0.8).tolist()
    assert 0 < found.sum() < 40


def test_a_unit_is_rated_until_its_interval_is_narrow():
    values = [3.0, 3.0, 3.0, 1.0, 1.0, 5.0, 3.0, 3.0, 3.0, 3.0]

    found = replay_means([4] * 4 + [2] * 6, values, range(10), 1.5, least=3, most=6)

    assert found.units.tolist() == [2, 4]
    assert found.n_ratings.tolist() == [6, 3]
    assert found.mean.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("spreads", [(0.7, 0.7), (0.5, 0.9)])
def test_a_rule_by_intervals_saves_nothing_of_simulated_opinions(spreads):
    generator = np.random.default_rng(8)
    n_units, most = 3_000, 40
    quality, spread = generator.normal(3.0, 0.8, n_units), generator.choice(spreads, n_units)
    units = np.repeat(np.arange(n_units), most)
    values = quality[units] + spread[units] * generator.normal(size=len(units))
    arrival = np.arange(len(units))

    found = replay_means(units, values, arrival, 0.45, least=3, most=most)

    asked = float(found.n_ratings.mean())
    rule = root_mean_square(found.mean - quality)
    fixed = root_mean_square(fixed_means(units, values, arrival, asked) - quality)
    print(f"{spreads}: {asked:.2f} ratings, error by rule {rule:.4f}, fixed {fixed:.4f}")  # noqa: T201  (what was found)
    assert 8 < asked < 16
    assert rule > fixed


def test_a_rule_by_intervals_saves_nothing_of_real_opinions(data):
    units, raters, values, _ = avt(data, "2023", "image_quality", repeats=False)
    generator, by_rule, by_number = np.random.default_rng(5), [], []
    for _ in range(30):
        # A third of the raters, of whom the rule sees nothing, tell how far off the means are.
        unseen = np.isin(raters, generator.permutation(25)[:8])
        reference = np.bincount(units[unseen], values[unseen]) / np.bincount(units[unseen])
        columns = units[~unseen], values[~unseen], generator.permutation(np.count_nonzero(~unseen))
        found = replay_means(*columns, 0.6, least=3, most=17)
        by_rule.append(root_mean_square(found.mean - reference))
        by_number.append(root_mean_square(fixed_means(*columns, float(found.n_ratings.mean())) - reference))
    print(  # noqa: T201  (what was found)
        f"{found.n_ratings.mean():.2f} ratings, error by rule {np.mean(by_rule):.4f}, fixed {np.mean(by_number):.4f}"
    )

    assert 5 < found.n_ratings.mean() < 16
    assert np.mean(by_rule) > 0.99 * np.mean(by_number)


def test_intervals_of_a_rule_that_stops_by_them_promise_too_much():
    generator = np.random.default_rng(9)
    units = np.repeat(np.arange(3_000), 30)
    values = 0.7 * generator.normal(size=len(units))
    found = replay_means(units, values, np.arange(len(units)), 0.45, least=3, most=30)
    place = np.arange(len(units)) % 30
    opinion = mean_opinion(units[place < found.n_ratings[units]], values[place < found.n_ratings[units]])

    covered = np.mean((opinion.ci_low <= 0.0) & (opinion.ci_high >= 0.0))
    print(f"coverage after stopping, nominal 95 %: {covered:.3f}")  # noqa: T201  (what was found)

    assert covered < 0.94


@pytest.mark.parametrize(
    ("arguments", "settings", "error"),
    [
        (([5], [0.5], 0.0), {}, TargetError),
        (([5], [0.5], np.inf), {}, TargetError),
        (([5], [0.5], 0.5), {"confidence": 1.0}, ConfidenceError),
        (([1, 5], [0.0, 0.5], 0.5), {}, TooFewRatingsError),
        (([5, 5], [0.5], 0.5), {}, ColumnShapeError),
    ],
)
def test_widths_that_are_none_are_refused(arguments, settings, error):
    with pytest.raises(error):
        narrow_enough(*arguments, **settings)


@pytest.mark.parametrize(
    ("arguments", "settings", "error"),
    [
        (([1, 1], [3, 4], [0, 0], 0.5), {"least": 2, "most": 3}, ArrivalError),
        (([1, 1], [3, 4], [0, 1], 0.5), {"least": 3, "most": 2}, OverlapError),
        (([1, 1], [3, 4], [0, 1], 0.5), {"least": 1, "most": 2}, TooFewRatingsError),
        (([1, 1, 2], [3, 4, 4], [0, 1, 2], 0.5), {"least": 2, "most": 2}, TooFewRatingsError),
        (([1, 1], [3, 4], [0, 1], -0.5), {"least": 2, "most": 2}, TargetError),
    ],
)
def test_opinions_that_cannot_be_replayed_are_refused(arguments, settings, error):
    with pytest.raises(error):
        replay_means(*arguments, **settings)
