"""Levels: a lenient rater is found within the interval, and makes nobody else look strict."""

import numpy as np
import pytest

from rubrica.measure.errors import ColumnShapeError, ConfidenceError, NoRatingsError, TooFewRatingsError
from rubrica.measure.opinion.levels import rater_levels
from rubrica.measure.opinion.mean import rater_bias

SEEDS = range(200)


def panel(seed: int, bias, *, each=3, n_units=120):
    """Return whole-numbered ratings of units by so many raters drawn at random, with known biases."""
    generator = np.random.default_rng(seed)
    units = np.repeat(np.arange(n_units), each)
    raters = np.concatenate([generator.permutation(len(bias))[:each] for _ in range(n_units)])
    quality = generator.normal(3, 0.8, n_units)
    return units, raters, np.rint(quality[units] + np.asarray(bias)[raters] + generator.normal(0, 0.7, len(units)))


def test_a_lenient_rater_is_found_and_the_others_stay_at_nought():
    bias = np.array([0.8, 0, 0, 0, 0, 0])
    inside, apart, others_apart = [], [], []
    for seed in SEEDS:
        found = rater_levels(*panel(seed, bias))
        inside.append((found.ci_low <= bias) & (bias <= found.ci_high))
        apart.append(found.ci_low[0] > 0)
        others_apart.append((found.ci_low[1:] > 0) | (found.ci_high[1:] < 0))
    assert np.mean(inside) >= 0.94
    assert np.mean(apart) >= 0.99
    assert np.mean(others_apart) <= 0.05


def test_against_the_mean_of_the_others_one_lenient_rater_shifts_everybody():
    """Why there is a second measure: over many units the shift of the mean is found, and it is nobody's habit."""
    columns = panel(1, [2.4, 0, 0, 0, 0, 0], each=6, n_units=400)
    assert (rater_bias(*columns).ci_high[1:] < 0).all()
    assert (rater_levels(*columns).ci_high[1:] > 0).all()


def test_whom_somebody_shares_units_with_does_not_matter():
    """Rater 0 only ever meets the lenient rater 1, who also meets the others."""
    quality = np.random.default_rng(3).normal(3, 1, 90)
    rows = [(unit, rater) for unit in range(90) for rater in ((0, 1) if unit < 30 else (1, 2, 3))]
    units, raters = np.array(rows).T
    values = quality[units] + np.array([0.0, 1.0, 0.0, 0.0])[raters]
    found = rater_levels(units, raters, values)
    np.testing.assert_allclose(found.level, [0, 1, 0, 0], atol=1e-9)
    assert rater_bias(units, raters, values).bias[0] == pytest.approx(-1)


def test_order_level_and_unit_of_the_scale_change_nothing():
    units, raters, values = panel(4, [0.5, 0, -0.5, 0.2])
    order = np.random.default_rng(5).permutation(len(units))
    first = rater_levels(units, raters, values)
    again = rater_levels(units[order], raters[order], values[order])
    stretched = rater_levels(units, raters, 10 * values - 3)
    np.testing.assert_allclose(again.level, first.level, atol=1e-12)
    np.testing.assert_allclose(again.ci_low, first.ci_low, atol=1e-12)
    np.testing.assert_allclose(stretched.level, 10 * first.level, atol=1e-9)


def test_those_who_share_too_little_or_stand_apart_are_named():
    units, raters, values = panel(6, [0.0, 0.0, 0.0])
    alone, pair = np.arange(500, 520), np.repeat(np.arange(600, 620), 2)
    found = rater_levels(
        np.concatenate([units, alone, pair, [0, 1]]),
        np.concatenate([raters, np.full(20, 7), np.tile([8, 9], 20), [10, 10]]),
        np.concatenate([values, np.ones(20), np.tile([1.0, 4.0], 20), [3.0, 3.0]]),
    )
    assert found.raters.tolist() == [0, 1, 2]
    assert found.left_out.tolist() == [7, 8, 9, 10]


def test_a_rater_on_the_units_of_one_group_alone_keeps_an_interval():
    """The jackknife leaves the group out, and with it all that is known of the rater."""
    units, raters, values = panel(8, [0.0, 0.0, 0.0], n_units=500)
    theirs = np.array([0, 50, 100, 150, 200])
    found = rater_levels(
        np.concatenate([units, theirs]), np.concatenate([raters, np.full(5, 3)]), np.concatenate([values, values[:5]])
    )
    assert np.isfinite(found.ci_low).all()
    assert np.isfinite(found.ci_high).all()


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([], [], []), NoRatingsError),
        (([1], [1, 2], [1.0]), ColumnShapeError),
        (([1, 2, 3, 4, 5] * 2, [1] * 5 + [2] * 5, [1.0] * 10), TooFewRatingsError),
        (([1, 2, 3], [1, 2, 3], [1.0, 2.0, 3.0]), TooFewRatingsError),
    ],
)
def test_what_determines_no_level_is_a_named_error(columns, error):
    with pytest.raises(error):
        rater_levels(*columns)


def test_a_confidence_outside_nought_and_one_is_refused():
    with pytest.raises(ConfidenceError):
        rater_levels([1], [1], [1.0], confidence=1.0)
