"""Spread: a rater's use of the scale is found within its interval, whatever the raters' biases are."""

import numpy as np
import pytest

from rubrica.measure.errors import ColumnShapeError, ConfidenceError, NoRatingsError, TooFewRatingsError
from rubrica.measure.opinion.spread import rater_spread

SEEDS = range(200)


def panel(seed: int, spread, *, n_units=60, noise=0.5):
    """Return the ratings of raters with biases, each of whom stretches the scale by ``spread`` around its middle."""
    generator = np.random.default_rng(seed)
    quality = generator.normal(0, 1, n_units)
    bias = generator.normal(0, 0.8, len(spread))
    values = 3 + bias + np.outer(quality, spread) + generator.normal(0, noise, (n_units, len(spread))) * spread
    units, raters = np.meshgrid(np.arange(n_units), np.arange(len(spread)), indexing="ij")
    return units.ravel(), raters.ravel(), values.ravel()


def test_raters_who_use_the_scale_alike_have_a_ratio_of_one_whatever_their_level():
    inside = []
    for seed in SEEDS:
        found = rater_spread(*panel(seed, np.ones(5)))
        inside.append((found.ci_low <= 1) & (found.ci_high >= 1))
    coverage = float(np.mean(inside))
    assert 0.93 <= coverage <= 0.99


def test_a_rater_who_uses_half_of_the_scale_is_found_within_the_interval():
    inside, apart = [], []
    for seed in SEEDS:
        found = rater_spread(*panel(seed, np.array([0.5, 1, 1, 1, 1])))
        inside.append(found.ci_low[0] <= 0.5 <= found.ci_high[0])
        apart.append(found.ci_high[0] < 1)
    assert np.mean(inside) >= 0.9
    assert np.mean(apart) >= 0.95


def test_order_level_and_unit_of_the_scale_change_nothing():
    units, raters, values = panel(1, np.array([0.7, 1.0, 1.3]))
    order = np.random.default_rng(2).permutation(len(units))
    first = rater_spread(units, raters, values)
    for other in (
        rater_spread(units[order], raters[order], values[order]),
        rater_spread(units, raters, 10 * values - 3),
        rater_spread(units, raters, -values),
    ):
        np.testing.assert_allclose(other.ratio, first.ratio, rtol=1e-7)
        np.testing.assert_allclose(other.ci_low, first.ci_low, rtol=1e-6)


def test_a_rater_who_always_says_the_same_and_one_who_shares_too_little_are_named():
    units, raters, values = panel(3, np.ones(3))
    same = np.full(60, 3.0)
    alone = np.arange(3)
    found = rater_spread(
        np.concatenate([units, np.arange(60), alone]),
        np.concatenate([raters, np.full(60, 7), np.full(3, 9)]),
        np.concatenate([values, same, alone * 1.0]),
    )
    assert found.raters.tolist() == [0, 1, 2]
    assert found.left_out.tolist() == [7, 9]


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([], [], []), NoRatingsError),
        (([1], [1, 2], [1.0]), ColumnShapeError),
        (([1, 1], [1, 2], [3.0, 4.0]), TooFewRatingsError),
        (([1, 2, 3, 4, 5, 6], [1] * 6, [1.0, 2, 3, 4, 5, 6]), TooFewRatingsError),
    ],
)
def test_what_determines_no_spread_is_a_named_error(columns, error):
    with pytest.raises(error):
        rater_spread(*columns)


def test_the_confidence_is_a_probability():
    with pytest.raises(ConfidenceError):
        rater_spread([1], [1], [1.0], confidence=95)
