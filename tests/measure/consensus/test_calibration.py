"""A consensus that is as sure as it should be: simulated over-confidence, real crowds, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.consensus.calibration import calibrate, control_check
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.consensus.majority import Consensus
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoRatingsError,
    NoTemperatureError,
    NotNumericError,
    OffTheScaleError,
    RepeatedUnitError,
    TooFewUnitsError,
    UnknownUnitError,
    ValueTooLargeError,
)
from tests.measure.consensus.test_dawid_skene import answered

BOTH = pytest.mark.parametrize("quantity", [control_check, calibrate])


def consensus_with(posterior):
    posterior = np.asarray(posterior, dtype=float)
    n_units, n_categories = posterior.shape
    categories = np.arange(n_categories, dtype=float)
    return Consensus(
        units=np.arange(n_units) * 10,
        consensus=categories[posterior.argmax(axis=1)],
        categories=categories,
        posterior=posterior,
        n_ratings=np.full(n_units, 5),
    )


def drawn(generator, n_units, *, temperature, n_categories=3):
    """Simulate probabilities that are too sure by a temperature, and the truth that honest ones would have."""
    honest = generator.dirichlet(np.full(n_categories, 0.5), n_units) + 1e-6
    honest /= honest.sum(axis=1, keepdims=True)
    truth = (generator.random(n_units)[:, None] > honest.cumsum(axis=1)).sum(axis=1)
    sure = honest**temperature
    return consensus_with(sure / sure.sum(axis=1, keepdims=True)), np.minimum(truth, n_categories - 1)


# --- control items


def test_the_check_is_the_one_written_out():
    consensus = consensus_with([[0.95, 0.05], [0.3, 0.7], [0.92, 0.08], [0.45, 0.55]])

    found = control_check(consensus, [0, 10, 20, 30], [0, 1, 1, 0])

    losses = -np.log([0.95, 0.7, 0.08, 0.45])
    assert found.right == 0.5
    assert found.log_loss == pytest.approx(losses.mean())
    assert found.log_loss_high - found.log_loss == pytest.approx(3.182446 * losses.std(ddof=1) / 2.0, rel=1e-6)
    # Bins: 0.95 and 0.92 (one right of two), 0.7 (right), 0.55 (wrong).
    assert found.calibration_error == pytest.approx((abs(1 - 1.87) + abs(1 - 0.7) + abs(0 - 0.55)) / 4)
    assert found.right_low < 0.5 < found.right_high
    assert found.n_units == 4


def test_control_items_may_be_some_of_the_units_in_any_order():
    consensus = consensus_with([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])

    assert control_check(consensus, [20, 0], [1, 0]) == control_check(consensus, [0, 20], [0, 1])


def test_a_certain_error_does_not_make_the_log_loss_infinite():
    found = control_check(consensus_with([[1.0, 0.0], [1.0, 0.0]]), [0, 10], [0, 1])

    assert found.log_loss == pytest.approx(-np.log(1e-12) / 2)
    assert found.log_loss_low == 0.0


# --- temperature


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_of_a_simulated_consensus_is_recovered(temperature):
    consensus, truth = drawn(np.random.default_rng(1), 3000, temperature=temperature)

    found = calibrate(consensus, consensus.units, truth)

    assert found.ci_low < temperature < found.ci_high
    assert found.ci_high / found.ci_low < 1.3
    assert found.after.log_loss <= found.before.log_loss
    assert found.after.calibration_error < 0.03


def test_the_interval_of_the_temperature_covers_it_as_often_as_it_says():
    generator = np.random.default_rng(2)
    covered = 0
    for _ in range(150):
        consensus, truth = drawn(generator, 60, temperature=2.0)
        found = calibrate(consensus, consensus.units, truth)
        covered += found.ci_low <= 2.0 <= found.ci_high

    # The standard error of this share of 150 is 0.018.
    assert 0.9 <= covered / 150 <= 0.99


@given(seed=st.integers(0, 10_000), n_units=st.integers(2, 30))
def test_calibration_never_worsens_the_log_loss_nor_changes_the_consensus(seed, n_units):
    consensus, truth = drawn(np.random.default_rng(seed), n_units, temperature=2.5)
    try:
        found = calibrate(consensus, consensus.units, truth)
    except NoTemperatureError:
        assume(False)

    assert found.after.log_loss <= found.before.log_loss + 1e-12
    assert found.after.right == found.before.right
    assert found.consensus.posterior.sum(axis=1) == pytest.approx(1.0)
    assert found.consensus.posterior.argmax(axis=1).tolist() == consensus.posterior.argmax(axis=1).tolist()
    assert found.ci_low < found.temperature < found.ci_high


@pytest.mark.parametrize(("name", "above"), [("bluebirds", 5.0), ("dogs", 4.0), ("faces", 6.0), ("d_product", 1.3)])
def test_a_real_crowd_is_over_confident_and_half_of_it_calibrates_the_other_half(data, name, above):
    units, raters, values, control, truth = answered(data, name)
    consensus = dawid_skene(units, raters, values).consensus
    shuffled = np.random.default_rng(3).permutation(len(control))
    first, second = np.array_split(shuffled, 2)

    found = calibrate(consensus, control[first], truth[first])

    before = control_check(consensus, control[second], truth[second])
    after = control_check(found.consensus, control[second], truth[second])
    assert found.ci_low > 1.0
    assert found.temperature > above
    assert after.log_loss < before.log_loss
    # On the 54 birds the calibration error is mostly chance.
    assert after.calibration_error < before.calibration_error or len(second) < 100


@pytest.mark.parametrize(
    ("name", "em", "drawn_together"), [("d_product", 0.606, 0.227), ("dogs", 3.053, 1.467), ("faces", 5.855, 3.668)]
)
def test_common_confusions_make_a_real_crowd_less_over_confident(data, name, em, drawn_together):
    units, raters, values, control, truth = answered(data, name)

    found = [
        control_check(dawid_skene(units, raters, values, method=method).consensus, control, truth).log_loss
        for method in ("em", "map")
    ]

    assert found == pytest.approx([em, drawn_together], abs=2e-3)


# --- refusals


@BOTH
def test_control_items_that_are_none_are_refused(quantity):
    consensus = consensus_with([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    with pytest.raises(UnknownUnitError, match=r"Control item 15 is none of the 3 units of the consensus \(one of 2"):
        quantity(consensus, [0, 15, 999], [0, 1, 1])
    with pytest.raises(RepeatedUnitError, match="Control item 10 occurs more than once"):
        quantity(consensus, [10, 0, 10], [0, 1, 1])
    with pytest.raises(OffTheScaleError, match="Control item 20 has the known value 7"):
        quantity(consensus, [0, 20], [0, 7])
    with pytest.raises(TooFewUnitsError, match="one control item") as refused:
        quantity(consensus, [10], [1])
    assert refused.value.estimate == pytest.approx(-np.log(0.8))
    with pytest.raises(NoRatingsError, match="units is empty"):
        quantity(consensus, [], [])
    with pytest.raises(ColumnShapeError, match="units has 2 and values has 1"):
        quantity(consensus, [0, 10], [1])
    with pytest.raises(NotNumericError, match="units must be integers"):
        quantity(consensus, ["a", "b"], [0, 1])
    with pytest.raises(MissingValueError, match="values holds nan"):
        quantity(consensus, [0, 10], [0, float("nan")])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        quantity(consensus, [0, 10], [0, 1e101])
    with pytest.raises(ConfidenceError, match="not 2"):
        quantity(consensus, [0, 10], [0, 1], confidence=2)


def test_a_consensus_that_is_right_throughout_has_no_temperature():
    with pytest.raises(NoTemperatureError, match="right on all 3 control items"):
        calibrate(consensus_with([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), [0, 10, 20], [0, 1, 0])


@pytest.mark.parametrize("truth", [[1, 0, 1], [1, 0, 0]])
def test_a_consensus_no_better_than_a_guess_has_no_temperature(truth):
    posterior = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]

    with pytest.raises(NoTemperatureError, match="no better than a guess"):
        calibrate(consensus_with(posterior), [0, 10, 20], truth)


def test_a_consensus_without_preference_has_no_temperature():
    with pytest.raises(NoTemperatureError):
        calibrate(consensus_with([[0.5, 0.5], [0.5, 0.5]]), [0, 10], [0, 1])


def test_the_consensus_given_is_left_as_it_is():
    consensus, truth = drawn(np.random.default_rng(4), 50, temperature=2.0)
    before = replace(consensus, posterior=consensus.posterior.copy())

    calibrate(consensus, consensus.units, truth)

    assert np.array_equal(consensus.posterior, before.posterior)
