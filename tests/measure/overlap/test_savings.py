"""What policies save on real crowds, beside fixed overlaps of the same ratings, and refusals."""

import numpy as np
import pytest

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    OverlapError,
    RepeatedUnitError,
    TooFewUnitsError,
    UnknownUnitError,
)
from rubrica.measure.overlap.replay import learn_by_dawid_skene, learn_with_control
from rubrica.measure.overlap.savings import Comparison, Estimate, Outcome, compare_with_fixed, fixed_equivalent
from rubrica.measure.overlap.standing import rates_by_skill
from rubrica.measure.overlap.stopping import FarAhead, Policy, SureEnough
from tests.measure.consensus.test_dawid_skene import answered
from tests.measure.overlap.test_replay import KNOWN, ratings


def compared(data, name, policy, fixed, *, control=0, orders=2, seed=1):
    """Replay a real crowd; with `control` items the rule is calibrated on them, and judged by the others."""
    units, raters, values, known, truth = answered(data, name)
    generator = np.random.default_rng(seed)
    drawn = generator.permutation(len(known))
    gold, rest = drawn[:control], np.sort(drawn[control:])
    found = compare_with_fixed(
        policy,
        learn_with_control(known[gold], truth[gold]) if control else learn_by_dawid_skene,
        units,
        raters,
        values,
        generator,
        fixed=fixed,
        orders=orders,
        known_units=known[rest],
        known_values=truth[rest],
    )
    model, majority = fixed_equivalent(found), fixed_equivalent(found, majority=True)
    print(  # noqa: T201  (what was found)
        f"{name}: {found.policy.labels.mean:.2f} labels, {found.policy.right.mean:.4f} right; as good: "
        f"fixed {model}, by majority {majority}"
    )
    return found


# --- real crowds


def test_a_calibrated_rule_needs_fewer_labels_of_dogs_than_a_fixed_overlap(data):
    # Fifty control items say roughly how sure is too sure: what is saved depends on which they are.
    found = [
        compared(data, "dogs", Policy(SureEnough(0.8), 3, 10), range(2, 11), control=50, orders=1, seed=seed)
        for seed in range(5)
    ]
    labels = np.array([each.policy.labels.mean for each in found])
    saved = 1.0 - labels / [fixed_equivalent(each) for each in found]
    by_majority = [fixed_equivalent(each, majority=True) or 10.0 for each in found]

    assert 4.0 < labels.mean() < 6.0
    assert np.mean([each.policy.right.mean for each in found]) > 0.80
    assert np.median(saved) > 0.15
    assert np.median(1.0 - labels / by_majority) > 0.35


def test_a_rule_that_is_too_sure_stops_on_birds_too_early_and_calibration_makes_it_ask_on(data):
    sure = compared(data, "bluebirds", Policy(SureEnough(0.95), 3, 39), [39])
    calibrated = [
        compared(data, "bluebirds", Policy(SureEnough(0.95), 3, 39), [39], control=36, orders=1, seed=seed)
        for seed in range(4)
    ]

    assert sure.policy.right.mean < 0.65 < sure.all_ratings.right.mean - 0.2
    assert np.mean([each.policy.right.mean for each in calibrated]) > sure.policy.right.mean + 0.1


def test_half_of_the_labels_of_faces_answer_as_well_as_all(data):
    found = compared(data, "faces", Policy(SureEnough(0.99), 3, 9), [9], orders=3)

    # Nine labels of a face are right on 65 %: these raters err together, and more of the same do not help.
    assert found.policy.labels.mean < 5.0
    assert found.policy.right.mean > found.all_ratings.right.mean - 0.01


def test_products_with_three_labels_each_lose_nothing_when_a_quarter_of_them_is_not_asked_for(data):
    found = compared(data, "d_product", Policy(SureEnough(0.95), 2, 3), (2, 3), orders=1)

    assert found.policy.labels.mean < 2.4
    assert found.policy.agreement.mean > 0.99
    assert found.policy.right.mean > found.all_ratings.right.mean - 0.005


def test_a_lead_of_votes_saves_as_well(data):
    found = compared(data, "dogs", Policy(FarAhead(1.5), 3, 10), (4, 5, 6, 8, 10), orders=2)

    assert fixed_equivalent(found) > found.policy.labels.mean


# --- the comparison


def test_a_fixed_overlap_of_all_ratings_agrees_with_itself():
    units, raters, values, _, truth = ratings()

    found = compare_with_fixed(
        Policy(None, 7, 7),
        learn_by_dawid_skene,
        units,
        raters,
        values,
        np.random.default_rng(1),
        fixed=[7],
        known_units=range(60),
        known_values=truth,
    )

    assert found.policy.labels == Estimate(7.0, 7.0, 7.0)
    assert found.policy.agreement.mean == 1.0
    assert found.policy == found.fixed[0][1] == found.all_ratings
    assert found.majority[0][1].right.mean > 0.9


def test_the_comparison_is_that_of_its_generator_whatever_the_order_of_rows():
    units, raters, values, _, _ = ratings()
    order = np.random.default_rng(3).permutation(len(units))
    policy = Policy(SureEnough(0.95), 2, 7)

    found, again = (
        compare_with_fixed(policy, KNOWN, *columns, np.random.default_rng(1), fixed=[3], orders=2)
        for columns in ((units, raters, values), (units[order], raters[order], values[order]))
    )

    assert again == found
    assert found.policy.right is None


def test_a_rule_whose_raters_are_known_saves_labels_of_simulated_items():
    units, raters, values, _, truth = ratings(n_units=2_000)

    found = compare_with_fixed(
        Policy(SureEnough(0.97), 2, 7),
        KNOWN,
        units,
        raters,
        values,
        np.random.default_rng(1),
        fixed=[2, 3, 4, 5, 6, 7],
        orders=2,
        known_units=range(2_000),
        known_values=truth,
    )

    # Independent raters with known skills: probabilities are honest, so at least 97 of 100 answers are right unless
    # the limit was reached.
    assert found.policy.right.mean > 0.97
    assert fixed_equivalent(found) > 1.3 * found.policy.labels.mean


def test_a_fixed_overlap_from_which_nothing_can_be_learned_is_left_out_and_says_why():
    units, raters, values, _, _ = ratings()

    found = compare_with_fixed(
        Policy(SureEnough(0.9), 2, 7),
        learn_by_dawid_skene,
        units,
        raters,
        values,
        np.random.default_rng(1),
        fixed=[1, 3],
        orders=1,
    )

    assert [number for number, _ in found.fixed] == [3]
    assert [number for number, _ in found.majority] == [1, 3]
    assert found.left_out[0][0] == 1
    assert "rated by two raters" in found.left_out[0][1]


def outcome(labels, share):
    return Outcome(Estimate(labels, labels, labels), Estimate(share, share, share), None)


def comparison(policy, *fixed):
    return Comparison(policy, outcome(9.0, 1.0), fixed, fixed, (), 100, 1)


def test_the_equivalent_lies_between_the_overlaps_that_were_tried():
    tried = (5, outcome(5.0, 0.84)), (3, outcome(3.0, 0.80))

    assert fixed_equivalent(comparison(outcome(3.2, 0.82), *tried)) == pytest.approx(4.0)
    assert fixed_equivalent(comparison(outcome(3.2, 0.80), *tried)) == 3.0
    assert fixed_equivalent(comparison(outcome(3.2, 0.70), *tried)) == 3.0
    assert fixed_equivalent(comparison(outcome(3.2, 0.85), *tried)) is None


# --- refusals


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"fixed": [0]}, OverlapError),
        ({"orders": 0}, OverlapError),
        ({"confidence": 1.0}, ConfidenceError),
        ({"known_units": [99], "known_values": [1]}, UnknownUnitError),
        ({"known_units": [1, 1], "known_values": [1, 0]}, RepeatedUnitError),
        ({"known_units": [1]}, ColumnShapeError),
    ],
)
def test_comparisons_that_are_none_are_refused(changes, error):
    rates = rates_by_skill([0, 1], [8, 8], [10, 10], [0, 1])
    settings = {"fixed": [2], "orders": 1, **changes}

    with pytest.raises(error):
        compare_with_fixed(
            Policy(None, 2, 2), rates, [1, 1, 2, 2], [0, 1] * 2, [1, 1, 0, 1], np.random.default_rng(1), **settings
        )


def test_one_item_alone_does_not_show_how_items_vary():
    rates = rates_by_skill([0, 1], [8, 8], [10, 10], [0, 1])

    with pytest.raises(TooFewUnitsError, match="one item alone"):
        compare_with_fixed(Policy(None, 2, 2), rates, [1, 1], [0, 1], [1, 1], np.random.default_rng(1), fixed=[])


def test_without_a_fixed_overlap_there_is_no_equivalent():
    with pytest.raises(OverlapError, match="No fixed overlap"):
        fixed_equivalent(comparison(outcome(3.0, 0.8)))
