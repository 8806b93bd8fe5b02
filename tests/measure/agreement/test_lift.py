"""Lift: how much more raters agree after a talk, with an interval over the units that were judged twice."""

import numpy as np
import pytest

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.lift import agreement_lift
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    NoIntervalError,
    NoPairableUnitsError,
    NoVariationError,
)

UNITS, RATERS = 20, 5


def rounds(seed: int, noise_after: float, noise_before: float = 1.0):
    random = np.random.default_rng(seed)
    units = np.repeat(np.arange(UNITS), RATERS)
    quality = random.normal(3, 1, UNITS)[units]
    first, second = (
        np.clip(np.rint(quality + random.normal(0, noise, len(units))), 1, 5) for noise in (noise_before, noise_after)
    )
    return units, first, units, second


def test_where_nothing_has_changed_the_interval_holds_nought():
    inside = []
    for seed in range(200):
        found = agreement_lift(*rounds(seed, 1.0))
        inside.append(found.ci_low <= 0 <= found.ci_high)
    assert 0.91 <= np.mean(inside) <= 0.99


def test_a_rule_that_is_read_more_alike_is_found():
    found = [agreement_lift(*rounds(seed, 0.4)) for seed in range(100)]
    assert np.mean([each.ci_low > 0 for each in found]) >= 0.8
    assert np.mean([each.lift for each in found]) > 0.2


def test_before_and_after_are_krippendorffs_alpha():
    columns = rounds(3, 0.5)
    found = agreement_lift(*columns, level="interval")
    assert found.before == pytest.approx(krippendorff_alpha(*columns[:2], level="interval").alpha)
    assert found.after == pytest.approx(krippendorff_alpha(*columns[2:], level="interval").alpha)
    assert found.lift == pytest.approx(found.after - found.before)
    assert found.n_units == UNITS


def test_exchanged_rounds_have_the_opposite_lift():
    units, first, _, second = rounds(4, 0.5)
    one, other = agreement_lift(units, first, units, second), agreement_lift(units, second, units, first)
    assert (other.lift, other.ci_low, other.ci_high) == pytest.approx((-one.lift, -one.ci_high, -one.ci_low))


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1, 1, 2, 2], [1, 2, 3], [1, 1, 2, 2], [1, 2, 3, 4]), ColumnShapeError),
        (([1, 2, 3], [1, 2, 3], [1, 1, 2, 2], [1, 2, 3, 4]), NoPairableUnitsError),
        (([1, 1, 2, 2], [3, 3, 3, 3], [1, 1, 2, 2], [1, 2, 3, 4]), NoVariationError),
        (([1, 1, 2, 2], [1, 2, 3, 4], [1, 1, 2, 2], [1, 1, 4, 4]), NoIntervalError),
    ],
)
def test_what_determines_no_lift_is_a_named_error(columns, error):
    with pytest.raises(error):
        agreement_lift(*columns)


def test_where_agreement_hangs_on_one_unit_the_lift_is_told_without_an_interval():
    units = [1, 1, 2, 2, 3, 3]
    with pytest.raises(NoIntervalError) as refusal:
        agreement_lift(units, [1, 2, 3, 4, 5, 5], units, [2, 2, 2, 2, 5, 5])
    assert np.isfinite(refusal.value.estimate)


def test_a_confidence_outside_nought_and_one_is_refused():
    with pytest.raises(ConfidenceError):
        agreement_lift(*rounds(1, 0.5), confidence=1.0)
