"""The majority, the reliability of raters, and what all models of raters have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.consensus.categorical import categorical_ratings, partitioned, shares
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.consensus.majority import majority_vote, reliability_of
from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotConvergedError,
    NotNumericError,
    NoVariationError,
    TooFewRatersError,
    TooManyValuesError,
    ValueTooLargeError,
)
from tests.measure.consensus_cases import MODELS, answers, crowd, trace_of

every_model = pytest.mark.parametrize("model", list(MODELS))
climbing = pytest.mark.parametrize("model", ["em", "hard", "one coin", "mace", "glad"])
brief = settings(max_examples=6)
"""For properties tried with each of six models, some of which climb slowly."""

UNITS, RATERS = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
VALUES = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0])


# --- the majority


def test_the_majority_is_the_category_named_most_often():
    found = majority_vote(units=[9, 9, 9, 4, 4, 4, 4], values=[2, 7, 7, 7, 2, 2, 2])

    assert found.units.tolist() == [4, 9]
    assert found.consensus.tolist() == [2.0, 7.0]
    assert found.share.tolist() == [0.75, 2 / 3]
    assert found.shares.tolist() == [[0.75, 0.25], [1 / 3, 2 / 3]]
    assert found.categories.tolist() == [2.0, 7.0]
    assert (found.n_ratings.tolist(), found.tied.tolist()) == ([4, 3], [False, False])


def test_a_tie_goes_to_the_smallest_category_and_is_told():
    found = majority_vote(units=[1, 1, 1, 1, 1, 2], values=[5, 3, 3, 5, 9, 9])

    assert (found.consensus.tolist(), found.tied.tolist()) == ([3.0, 9.0], [True, False])


@given(columns=answers(), shuffle=st.randoms(use_true_random=False))
def test_the_majority_ignores_the_order_of_ratings_and_the_names_of_units(columns, shuffle):
    units, _, values = columns
    order = list(range(len(units)))
    shuffle.shuffle(order)

    found, again = majority_vote(units, values), majority_vote((units * 7_000_003 - 5)[order], values[order])

    assert again.consensus.tolist() == found.consensus.tolist()
    assert again.shares.tolist() == found.shares.tolist()
    assert (found.ci_low <= found.share).all()
    assert (found.share <= found.ci_high).all()


def test_all_ratings_equal_have_a_majority():
    found = majority_vote([1, 1, 2], [4, 4, 4])

    assert (found.consensus.tolist(), found.share.tolist()) == ([4.0, 4.0], [1.0, 1.0])
    assert (found.ci_low < 1.0).all()


def test_a_majority_among_a_million_categories_of_many_units_is_refused():
    with pytest.raises(TooManyValuesError, match="200 units and 1000000 categories"):
        majority_vote(np.arange(1_000_000) % 200, np.arange(1_000_000))


# --- reliability


def test_ratings_of_certain_units_count_in_full_and_those_of_uncertain_ones_half():
    ratings = categorical_ratings(UNITS, RATERS, VALUES)
    certain = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])

    found = reliability_of(ratings, certain, 0.95)
    unsure = reliability_of(ratings, np.full((2, 4), 0.5), 0.95)

    assert found.reliability.tolist() == [1.0, 1.0, 0.5]
    assert found.n_effective.tolist() == [4.0, 4.0, 4.0]
    assert unsure.reliability.tolist() == [0.5, 0.5, 0.5]
    assert unsure.n_effective.tolist() == [2.0, 2.0, 2.0]
    assert found.n_ratings.tolist() == [4, 4, 4]


def test_the_interval_of_reliability_covers_the_share_of_ratings_that_raters_get_right():
    generator = np.random.default_rng(11)
    right = generator.uniform(0.5, 0.95, 40)
    confusion = np.where(np.eye(3, dtype=bool), right[:, None, None], (1.0 - right[:, None, None]) / 2.0)
    covered = []
    for _ in range(5):
        units, raters, values, _ = crowd(generator, confusion, 400, per_unit=5)
        found = dawid_skene(units, raters, values).raters
        covered.append((found.ci_low <= right) & (right <= found.ci_high))

    # The standard error of the share of 200 intervals is 0.015; the error rates are taken as given, which costs a
    # little coverage.
    assert 0.89 < np.mean(covered) < 0.99


@every_model
def test_a_rater_with_one_rating_has_a_reliability_with_a_wide_interval(model):
    found = MODELS[model]([*UNITS, 3], [*RATERS, 77], [*VALUES, 1]).raters

    assert (found.raters.tolist(), found.n_ratings.tolist()) == ([0, 1, 2, 77], [4, 4, 4, 1])
    assert found.ci_high[3] - found.ci_low[3] > 0.5


# --- what all models share


@every_model
@brief
@given(columns=answers())
def test_probabilities_are_probabilities_and_intervals_hold_their_estimate(model, columns):
    found = MODELS[model](*columns)

    consensus, raters = found.consensus, found.raters
    assert consensus.posterior.min() >= 0.0
    assert consensus.posterior.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert consensus.consensus.tolist() == consensus.categories[consensus.posterior.argmax(axis=1)].tolist()
    assert (raters.ci_low >= 0.0).all()
    assert (raters.ci_low <= raters.reliability).all()
    assert (raters.reliability <= raters.ci_high).all()
    assert (raters.ci_high <= 1.0).all()
    assert (raters.n_ratings / 2 - 1e-9 <= raters.n_effective).all()
    assert (raters.n_effective <= raters.n_ratings).all()
    assert consensus.n_ratings.sum() == raters.n_ratings.sum() == len(columns[0])


@climbing
@brief
@given(columns=answers())
def test_what_is_maximised_never_falls(model, columns):
    trace = trace_of(MODELS[model](*columns))

    assert (np.diff(trace) >= -1e-9 * np.abs(trace[1:]) - 1e-9).all()


@every_model
@brief
@given(columns=answers(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_ratings_does_not_matter_to_the_last_bit(model, columns, shuffle):
    order = list(range(len(columns[0])))
    shuffle.shuffle(order)

    found, again = MODELS[model](*columns), MODELS[model](*(column[order] for column in columns))

    assert np.array_equal(again.consensus.posterior, found.consensus.posterior)
    assert np.array_equal(again.raters.reliability, found.raters.reliability)


@every_model
def test_the_names_of_units_raters_and_categories_do_not_matter(model):
    units, raters, values, _ = crowd(
        np.random.default_rng(3), np.full((6, 3, 3), 0.2) + 0.4 * np.eye(3), 60, per_unit=5
    )
    unit_names, rater_names = np.random.default_rng(4).permutation(60) + 100, np.array([51, 12, 43, 4, 35, 26])
    category_names = np.array([2.5, -7.0, 1e9])

    found = MODELS[model](units, raters, values)
    again = MODELS[model](unit_names[units], rater_names[raters], category_names[values])

    # Columns are ascending in the new names, so take them back into the old order.
    posterior = again.consensus.posterior[np.searchsorted(again.consensus.units, unit_names)]
    posterior = posterior[:, np.searchsorted(again.consensus.categories, category_names)]
    reliability = again.raters.reliability[np.searchsorted(again.raters.raters, rater_names)]
    assert posterior == pytest.approx(found.consensus.posterior, abs=1e-4)
    assert reliability == pytest.approx(found.raters.reliability, abs=1e-4)


@every_model
def test_able_raters_are_told_from_those_who_answer_at_random(model):
    confusion = np.full((12, 4, 4), 0.25)
    confusion[:8] = 0.8 * np.eye(4) + 0.05
    units, raters, values, truth = crowd(np.random.default_rng(2), confusion, 300, per_unit=7)

    found = MODELS[model](units, raters, values)

    assert found.raters.ci_low[:8].min() > found.raters.ci_high[8:].max()
    assert (found.consensus.consensus == truth).mean() > (majority_vote(units, values).consensus == truth).mean()


@every_model
@brief
@given(truth=st.lists(st.integers(0, 3), min_size=3, max_size=10), n_raters=st.integers(3, 5))
def test_raters_who_agree_throughout_settle_on_what_they_say(model, truth, n_raters):
    truth = [0, 1, *truth]

    found = MODELS[model](
        np.repeat(np.arange(len(truth)), n_raters), np.tile(np.arange(n_raters), len(truth)), np.repeat(truth, n_raters)
    )

    assert found.consensus.consensus.tolist() == truth
    assert found.raters.reliability.min() > 0.9


@every_model
def test_inputs_are_left_as_they_are(model):
    units, raters, values = UNITS[::-1].copy(), RATERS.copy(), VALUES.astype(float)

    MODELS[model](units, raters, values)

    assert units.tolist() == UNITS[::-1].tolist()
    assert (raters.tolist(), values.tolist()) == (RATERS.tolist(), VALUES.tolist())


# --- partitions


@given(columns=answers(), parts=st.integers(1, 12))
def test_partitions_are_the_whole_without_overlap(columns, parts):
    whole = categorical_ratings(*columns)

    split = partitioned(whole, parts)

    assert 1 <= len(split) <= parts
    assert all(len(part.unit) for part in split)
    assert np.concatenate([part.units for part in split]).tolist() == whole.units.tolist()
    assert np.concatenate([part.code for part in split]).tolist() == whole.code.tolist()
    assert np.concatenate([part.n_ratings for part in split]).tolist() == whole.n_ratings.tolist()
    assert np.array_equal(np.concatenate([shares(part) for part in split], axis=1), shares(whole))


@pytest.mark.parametrize("model", ["em", "map", "hard", "one coin", "mace"])
@pytest.mark.parametrize("parts", [None, 4])
def test_partitions_of_the_units_give_the_result_of_the_whole(model, parts):
    confusion = np.full((7, 3, 3), 0.2) + 0.4 * np.eye(3)
    units, raters, values, _ = crowd(np.random.default_rng(8), confusion, 150, per_unit=4)

    whole = MODELS[model](units, raters, values, partitions=1)
    split = MODELS[model](units, raters, values, partitions=parts)

    assert len(trace_of(split)) == len(trace_of(whole))
    assert trace_of(split) == pytest.approx(trace_of(whole), rel=1e-12)
    assert split.consensus.posterior == pytest.approx(whole.consensus.posterior, abs=1e-9)
    assert split.raters.reliability == pytest.approx(whole.raters.reliability, abs=1e-9)


# --- refusals


@every_model
def test_columns_that_no_model_can_be_fitted_to_are_refused(model):
    fit = MODELS[model]
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        fit([], [], [])
    with pytest.raises(ColumnShapeError, match="units has 3 and raters has 3 and values has 2"):
        fit([1, 1, 2], [1, 2, 3], [4, 5])
    with pytest.raises(ColumnShapeError, match=r"its shape is \(1, 2\)"):
        fit([[1, 1]], [[1, 2]], [[4, 5]])
    with pytest.raises(NotNumericError, match="units must be integers"):
        fit([1.0, 1.0], [1, 2], [4, 5])
    with pytest.raises(NotNumericError, match="raters must be integers"):
        fit([1, 1], ["Rita", "Lena"], [4, 5])
    with pytest.raises(MissingValueError, match="values holds nan in row 1"):
        fit([1, 1], [1, 2], [4, float("nan")])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        fit([1, 1], [1, 2], [1e101, 4])
    with pytest.raises(NoVariationError, match="All 3 ratings are equal"):
        fit([1, 1, 1], [1, 2, 3], [4, 4, 4])
    with pytest.raises(TooFewRatersError, match=r"come from 1 rater\(s\)"):
        fit([1, 2, 3], [1, 1, 1], [4, 5, 4])
    with pytest.raises(TooFewRatersError, match=r"come from 2 rater\(s\)"):
        fit([1, 1, 2, 2], [1, 2, 1, 2], [4, 5, 4, 4])
    with pytest.raises(NoPairableUnitsError, match="None of the 3 units was rated by two raters"):
        fit([1, 2, 3, 3], [1, 2, 3, 3], [4, 5, 4, 5])
    with pytest.raises(ConfidenceError, match="not 95"):
        fit(UNITS, RATERS, VALUES, confidence=95)


@every_model
def test_a_million_categories_are_refused_before_they_take_the_memory(model):
    units = np.arange(1_000_000) // 5

    with pytest.raises(TooManyValuesError, match="3 raters and 1000000 categories need a table of 3000000000000"):
        MODELS[model](units, np.arange(1_000_000) % 3, np.arange(1_000_000))


@every_model
def test_many_units_of_many_categories_are_refused(model):
    units = np.repeat(np.arange(60_000), 2)

    with pytest.raises(TooManyValuesError, match="60000 units and 2000 categories"):
        MODELS[model](units, np.arange(120_000) % 3, np.arange(120_000) % 2000)


@every_model
def test_an_estimate_that_still_moves_after_the_last_iteration_is_refused(model):
    units, raters, values, _ = crowd(
        np.random.default_rng(6), np.full((5, 2, 2), 0.3) + 0.4 * np.eye(2), 40, per_unit=3
    )

    with pytest.raises(NotConvergedError, match="After 1 iterations the estimate still moves"):
        MODELS[model](units, raters, values, max_iterations=1)


def test_majority_refuses_what_is_no_column_of_ratings():
    with pytest.raises(NoRatingsError, match="There are no ratings"):
        majority_vote([], [])
    with pytest.raises(ColumnShapeError, match="units has 1 and values has 2"):
        majority_vote([1], [4, 5])
    with pytest.raises(NotNumericError, match="units must be integers"):
        majority_vote([1.5], [4])
    with pytest.raises(MissingValueError, match="values holds nan"):
        majority_vote([1], [float("nan")])
    with pytest.raises(ValueTooLargeError, match="1e100"):
        majority_vote([1], [1e101])
    with pytest.raises(ConfidenceError, match="not 0"):
        majority_vote([1], [4], confidence=0)
