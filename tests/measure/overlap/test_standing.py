"""Where items stand while labels come in: the sums written out, increments, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.consensus.categorical import categorical_ratings, shares
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.consensus.expectation import ErrorRates, expectation
from rubrica.measure.errors import (
    ColumnShapeError,
    ErrorRatesError,
    MissingValueError,
    NoRatingsError,
    NotNumericError,
    OffTheScaleError,
    PriorError,
    TooManyValuesError,
    UnknownRaterError,
    UnknownUnitError,
)
from rubrica.measure.overlap.standing import (
    no_labels,
    posterior,
    rates_by_confusion,
    rates_by_skill,
    rates_of,
    voting_weights,
    with_labels,
)
from tests.measure.consensus_cases import answers, crowd

TWO = [[[0.9, 0.1], [0.2, 0.8]], [[0.6, 0.4], [0.3, 0.7]]]


def known_raters(**changes):
    settings = {"raters": [7, 9], "categories": [0, 1], "priors": [0.5, 0.5], "confusion": TWO, **changes}
    return rates_by_confusion(**settings)


def skilled(n_raters=5, n_categories=4, **changes):
    right = np.linspace(5, 9, n_raters)
    return rates_by_skill(np.arange(n_raters), right, np.full(n_raters, 10), np.arange(1, n_categories + 1), **changes)


# --- the probabilities


def test_the_probability_is_bayes_rule_written_out():
    rates = known_raters(priors=[0.7, 0.3])

    found = posterior(with_labels(no_labels(rates, [4, 5]), rates, [5, 5], [7, 9], [1, 0]), rates)

    one, other = 0.7 * 0.1 * 0.6, 0.3 * 0.8 * 0.3
    assert found[:, 0] == pytest.approx([0.7, 0.3])
    assert found[:, 1] == pytest.approx([one / (one + other), other / (one + other)])


def test_the_probability_is_that_of_the_model_that_the_rates_come_from():
    confusion = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.7, 0.3], [0.4, 0.6]], [[0.8, 0.2], [0.1, 0.9]]])
    units, raters, values, _ = crowd(np.random.default_rng(1), confusion, 60, per_unit=3)
    model = dawid_skene(units, raters, values)
    ratings = categorical_ratings(units, raters, values)
    _, expected = expectation(ratings, ErrorRates(model.priors, model.confusion.swapaxes(0, 1).copy()), shares(ratings))

    rates = rates_of(model)
    found = posterior(with_labels(no_labels(rates, units), rates, units, raters, values), rates)

    assert found == pytest.approx(expected, abs=1e-9)


def test_a_temperature_takes_a_root_of_the_probabilities():
    rates, warm = known_raters(), known_raters(temperature=2.0)
    standing = with_labels(no_labels(rates, [5]), rates, [5, 5], [7, 9], [1, 1])

    sharp, soft = posterior(standing, rates)[:, 0], posterior(standing, warm)[:, 0]

    assert soft == pytest.approx(np.sqrt(sharp) / np.sqrt(sharp).sum())


def test_a_label_that_a_rater_never_gives_is_strong_evidence_but_no_proof():
    rates = known_raters(confusion=[[[1.0, 0.0], [0.0, 1.0]], TWO[1]])

    found = posterior(with_labels(no_labels(rates, [5]), rates, [5], [7], [1]), rates)

    assert 0.0 < found[0, 0] < 1e-5


# --- increments and order


@settings(max_examples=30)
@given(columns=answers(), cut=st.integers(1, 8), shuffle=st.randoms(use_true_random=False))
def test_labels_added_in_two_parts_stand_as_all_together_in_any_order(columns, cut, shuffle):
    units, raters, values = columns
    rates = skilled()
    order = list(range(len(units)))
    shuffle.shuffle(order)
    cut = min(cut, len(units) - 1)
    parts = [slice(None, cut), slice(cut, None)]

    whole = with_labels(no_labels(rates, units), rates, units, raters, values)
    again = with_labels(no_labels(rates, units), rates, units[order], raters[order], values[order])
    added = no_labels(rates, units)
    for part in parts:
        added = with_labels(added, rates, units[part], raters[part], values[part])

    assert np.array_equal(again.evidence, whole.evidence)
    assert np.array_equal(again.votes, whole.votes)
    assert added.evidence == pytest.approx(whole.evidence)
    assert added.n_labels.tolist() == whole.n_labels.tolist()
    assert posterior(added, rates).sum(axis=0) == pytest.approx(np.ones(len(added.units)))


def test_adding_labels_leaves_the_old_standing_as_it_was():
    rates = known_raters()
    before = no_labels(rates, [5])

    with_labels(before, rates, [5], [7], [1])

    assert before.n_labels.tolist() == [0]
    assert before.votes.sum() == 0.0


# --- skills


def test_a_skill_is_drawn_towards_that_of_all_raters():
    found = rates_by_skill([1, 2, 3], [20, 0, 9], [20, 0, 10], [0, 1, 2], smoothing=4.0)

    common = 30 / 32
    skill = np.array([(20 + 4 * common) / 24, common, (9 + 4 * common) / 14])
    assert found.confusion[:, 1, 1] == pytest.approx(skill)
    assert found.confusion[:, 1, 2] == pytest.approx((1 - skill) / 2)


def test_votes_weigh_one_where_raters_are_equally_skilled():
    assert voting_weights(rates_by_skill([1, 2], [8, 8], [10, 10], [0, 1])) == pytest.approx([1.0, 1.0])


# --- refusals


def test_a_rater_of_whom_nothing_is_known_is_named():
    rates = known_raters()

    with pytest.raises(UnknownRaterError, match=r"rater 8 \(and of 1 more"):
        with_labels(no_labels(rates, [5]), rates, [5, 5, 5], [7, 8, 12], [1, 1, 0])


def test_a_category_that_is_none_is_named():
    rates = known_raters()

    with pytest.raises(OffTheScaleError, match="Rater 9 named 2, which is none of the 2"):
        with_labels(no_labels(rates, [5]), rates, [5], [9], [2])


def test_an_item_that_no_labels_are_wanted_for_is_named():
    rates = known_raters()

    with pytest.raises(UnknownUnitError, match="Item 6"):
        with_labels(no_labels(rates, [5]), rates, [6], [9], [1])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"raters": [9, 7]}, ErrorRatesError, "ascending"),
        ({"raters": [7, 7]}, ErrorRatesError, "ascending"),
        ({"categories": [1, 0]}, ErrorRatesError, "ascending"),
        ({"raters": [7]}, ErrorRatesError, r"shape \(1, 2, 2\)"),
        ({"priors": [0.2, 0.3, 0.5]}, ErrorRatesError, "priors 2 entries, not 3"),
        ({"priors": [1.0, 0.0]}, ErrorRatesError, "never occurs is left out"),
        ({"priors": [0.5, 0.4]}, ErrorRatesError, "add up to 1"),
        ({"confusion": [TWO[0], [[0.6, 0.3], [0.3, 0.7]]]}, ErrorRatesError, "rater 9 on items of category 0"),
        ({"confusion": [TWO[0], [[0.6, 0.4], [1.3, -0.3]]]}, ErrorRatesError, "rater 9 on items of category 1"),
        ({"confusion": [TWO[0], [[0.6, 0.4], [np.nan, 1.0]]]}, ErrorRatesError, "rater 9"),
        ({"temperature": 0.0}, PriorError, "temperature"),
        ({"raters": []}, NoRatingsError, "raters is empty"),
        ({"raters": [0.5, 1.5]}, NotNumericError, "raters"),
        ({"priors": [np.nan, 1.0]}, MissingValueError, "priors"),
    ],
)
def test_rates_that_are_none_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        known_raters(**changes)


@pytest.mark.parametrize(
    ("right", "asked", "changes", "error"),
    [
        ([11, 5], [10, 10], {}, ErrorRatesError),
        ([-1, 5], [10, 10], {}, ErrorRatesError),
        ([5], [10, 10], {}, ColumnShapeError),
        ([5, 5], [10, 10], {"smoothing": 0.0}, PriorError),
        ([5, 5], [10, 10], {"priors": [0.5, 0.6]}, ErrorRatesError),
        ([5, 5], [10, 10], {"categories": [0]}, ErrorRatesError),
    ],
)
def test_skills_that_are_none_are_refused(right, asked, changes, error):
    with pytest.raises(error):
        rates_by_skill([1, 2], right, asked, **{"categories": [0, 1], **changes})


def test_raters_who_are_never_right_have_no_votes():
    rates = known_raters(confusion=[[[0.0, 1.0], [1.0, 0.0]]] * 2)

    with pytest.raises(ErrorRatesError, match="no rater is ever right"):
        voting_weights(rates)


def test_tables_larger_than_memory_are_refused_before_they_are_made():
    rates = rates_by_skill([1], [5], [10], np.arange(1_000))

    with pytest.raises(TooManyValuesError, match="100001 units and 1000 categories"):
        no_labels(rates, np.arange(100_001))
    with pytest.raises(TooManyValuesError, match="1 raters and 20000 categories"):
        rates_by_skill([1], [5], [10], np.arange(20_000))
