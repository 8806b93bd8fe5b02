"""Stored ratings replayed through a policy: what is seen and what is not, audits, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ArrivalError,
    ColumnShapeError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    UnknownRaterError,
    UnknownUnitError,
)
from rubrica.measure.overlap.replay import learn_by_dawid_skene, learn_with_control, replay, shuffled_arrival
from rubrica.measure.overlap.standing import rates_by_skill
from rubrica.measure.overlap.stopping import FarAhead, NotWorthMore, Policy, SureEnough, policy_error
from tests.measure.consensus_cases import crowd

N_RATERS = 12
RULES = pytest.mark.parametrize("rule", [SureEnough(0.95), FarAhead(1.2), NotWorthMore(0.02)])
KNOWN = rates_by_skill(np.arange(N_RATERS), np.full(N_RATERS, 80), np.full(N_RATERS, 100), [0, 1, 2])


def ratings(seed=1, *, n_units=60, per_unit=7, hit_rate=0.8):
    confusion = np.full((N_RATERS, 3, 3), (1 - hit_rate) / 2)
    confusion[:, np.arange(3), np.arange(3)] = hit_rate
    generator = np.random.default_rng(seed)
    units, raters, values, truth = crowd(generator, confusion, n_units, per_unit=per_unit)
    return units, raters, values, shuffled_arrival(units, raters, values, generator), truth


# --- what is seen


@RULES
@pytest.mark.parametrize("learn", [KNOWN, learn_by_dawid_skene])
def test_what_arrives_after_the_stop_changes_nothing(rule, learn):
    units, raters, values, arrival, _ = ratings()
    policy = Policy(rule, least=3, most=7)
    found = replay(policy, learn, units, raters, values, arrival)
    earlier = (units[:, None] == units) & (arrival[:, None] > arrival)
    place = earlier.sum(axis=1)
    unseen = place >= found.n_labels[units]

    again = replay(policy, learn, units, raters, np.where(unseen, (values + 1) % 3, values), arrival)

    assert unseen.sum() > 50
    assert np.array_equal(again.consensus, found.consensus)
    assert np.array_equal(again.n_labels, found.n_labels)


@RULES
@settings(max_examples=8)
@given(seed=st.integers(0, 1_000))
def test_the_order_of_the_rows_changes_nothing(rule, seed):
    units, raters, values, arrival, _ = ratings(n_units=15)
    order = np.random.default_rng(seed).permutation(len(units))
    policy = Policy(rule, least=2, most=7)

    found = replay(policy, learn_by_dawid_skene, units, raters, values, arrival)
    again = replay(policy, learn_by_dawid_skene, units[order], raters[order], values[order], arrival[order])

    assert again.consensus.tolist() == found.consensus.tolist()
    assert again.n_labels.tolist() == found.n_labels.tolist()


@RULES
def test_no_item_has_fewer_labels_than_the_least_or_more_than_the_most(rule):
    units, raters, values, arrival, _ = ratings()

    found = replay(Policy(rule, least=2, most=5), KNOWN, units, raters, values, arrival)

    assert set(found.n_labels.tolist()) <= {2, 3, 4, 5}
    assert found.by_rule[found.n_labels < 5].all()


def test_an_item_that_runs_out_of_ratings_ends_with_those_it_has():
    found = replay(
        Policy(SureEnough(0.999), least=2, most=9), KNOWN, [1, 1, 1, 2, 2], [0, 1, 2, 0, 1], [1, 0, 1, 1, 0], range(5)
    )

    assert found.n_labels.tolist() == [3, 2]
    assert found.by_rule.tolist() == [False, False]


def test_an_order_drawn_by_the_same_generator_is_the_same_for_any_order_of_rows():
    units, raters, values, _, _ = ratings(n_units=10)
    order = np.random.default_rng(5).permutation(len(units))

    drawn = shuffled_arrival(units, raters, values, np.random.default_rng(2))
    again = shuffled_arrival(units[order], raters[order], values[order], np.random.default_rng(2))

    assert sorted(drawn.tolist()) == list(range(len(units)))
    assert again.tolist() == drawn[order].tolist()


# --- audits


@RULES
def test_audited_items_tell_exactly_what_the_policy_would_have_answered(rule):
    units, raters, values, arrival, _ = ratings(hit_rate=0.6)
    policy = Policy(rule, least=2, most=7)

    stopped = replay(policy, KNOWN, units, raters, values, arrival)
    audited = replay(policy, KNOWN, units, raters, values, arrival, audited=np.unique(units))
    full = replay(Policy(None, 7, 7), KNOWN, units, raters, values, arrival)

    assert audited.n_labels.tolist() == [7] * 60
    assert audited.where_stopped.tolist() == stopped.consensus.tolist()
    assert audited.consensus.tolist() == full.consensus.tolist()
    error = policy_error(audited.where_stopped, audited.consensus)
    assert error.share == np.mean(stopped.consensus != full.consensus) > 0.0


def test_items_that_are_not_audited_stop_where_they_would_have():
    units, raters, values, arrival, _ = ratings()
    policy = Policy(SureEnough(0.9), least=2, most=7)

    plain = replay(policy, KNOWN, units, raters, values, arrival)
    audited = replay(policy, KNOWN, units, raters, values, arrival, audited=[3, 5])

    changed = np.flatnonzero(plain.n_labels != audited.n_labels)
    assert set(changed.tolist()) <= {3, 5}
    assert audited.n_labels[[3, 5]].tolist() == [7, 7]


# --- calibration


def test_control_items_warm_probabilities_that_are_too_sure():
    units, raters, values, _, truth = ratings(hit_rate=0.55, n_units=120, per_unit=4)
    control = np.arange(0, 120, 3)
    # Raters who err together: a fifth of the items misleads them all.
    values = np.where(units % 5 == 0, (truth[units] + 1) % 3, values)

    rates = learn_with_control(control, truth[control])(units, raters, values.astype(float))

    assert rates.temperature > 1.5


def test_control_items_that_are_all_right_leave_probabilities_as_they_are():
    units, raters, values, _, truth = ratings(hit_rate=0.99, n_units=30)

    assert learn_with_control([0, 1, 2], truth[[0, 1, 2]])(units, raters, values.astype(float)).temperature == 1.0


def test_a_consensus_no_better_than_a_guess_stops_nothing():
    units, raters, values, arrival, truth = ratings(hit_rate=0.9, n_units=30)
    wrong = (truth + 1) % 3

    learn = learn_with_control(np.arange(30), wrong)
    found = replay(Policy(SureEnough(0.5), 3, 7), learn, units, raters, values, arrival)

    assert found.n_labels.tolist() == [7] * 30
    assert not found.by_rule.any()


# --- refusals


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (([1, 1], [0, 1], [1, 0], [4, 4]), ArrivalError, "item 1 arrive at 4"),
        (([1, 1], [0, 1], [1, 0], [4]), ColumnShapeError, "arrival has 1"),
        (([1, 1], [0, 1], [1, 0], [0.5, 1.0]), NotNumericError, "arrival"),
        (([1, 1], [0, 99], [1, 0], [0, 1]), UnknownRaterError, "rater 99"),
        (([], [], [], []), NoRatingsError, "units is empty"),
    ],
)
def test_ratings_that_cannot_be_replayed_are_refused(columns, error, message):
    with pytest.raises(error, match=message):
        replay(Policy(SureEnough(0.9), least=2, most=3), KNOWN, *columns)


def test_an_audited_item_without_ratings_is_refused():
    with pytest.raises(UnknownUnitError):
        replay(Policy(SureEnough(0.9), 2, 3), KNOWN, [1, 1], [0, 1], [1, 0], [0, 1], audited=[2])


def test_nothing_can_be_learned_from_one_label_of_each_item():
    units, raters, values, arrival, _ = ratings()

    with pytest.raises(NoPairableUnitsError):
        replay(Policy(SureEnough(0.9), 1, 3), learn_by_dawid_skene, units, raters, values, arrival)
