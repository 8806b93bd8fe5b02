"""Scales from raters of unequal reliability."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoDecisionsError,
    NoRatingsError,
    NotNumericError,
    PriorError,
    SelfComparisonError,
    UnboundedScoresError,
    UnknownItemError,
)
from rubrica.measure.preference.crowd import _cells, _joint_derivatives, crowd_bradley_terry
from rubrica.measure.preference.pairwise import bradley_terry
from rubrica.measure.preference.scale import differences
from tests.measure.comparisons import logistic

TRUTH = np.array([-1.2, -0.5, 0.0, 0.6, 1.1])


def crowd(generator, reliability, per_rater, truth=TRUTH):
    number = len(reliability) * per_rater
    raters = np.repeat(np.arange(len(reliability)), per_rater)
    first = generator.integers(len(truth), size=number)
    second = (first + generator.integers(1, len(truth), size=number)) % len(truth)
    chance = logistic(truth[first] - truth[second])
    honest = generator.random(number) < np.asarray(reliability)[raters]
    preferred = generator.random(number) < np.where(honest, chance, 1.0 - chance)
    return raters, first, second, np.where(preferred, 1, -1)


def test_guessers_and_contrarians_are_told_from_the_reliable():
    columns = crowd(np.random.default_rng(4), [0.98, 0.98, 0.95, 0.9, 0.5, 0.05], 150)

    found = crowd_bradley_terry(*columns)
    naive = bradley_terry(*columns[1:])

    assert found.reliability[:3].min() > 0.8
    assert found.ci_low[4] < 0.5 < found.ci_high[4]
    assert found.ci_high[5] < 0.4
    assert np.all((found.ci_low < found.reliability) & (found.reliability < found.ci_high))
    assert np.abs(found.scale.scores - TRUTH).max() < np.abs(naive.scores - TRUTH).max()
    assert found.n_decided.tolist() == [150.0] * 6
    assert found.scale.n_comparisons.sum() == 2 * 900


def test_intervals_cover_the_simulated_truth_nearly_at_their_nominal_rate():
    generator, hits = np.random.default_rng(9), []
    for _ in range(25):
        found = crowd_bradley_terry(*crowd(generator, [0.95, 0.9, 0.9, 0.8, 0.7, 0.6], 100)).scale
        hits.append((found.ci_low <= TRUTH) & (found.ci_high >= TRUTH))

    # Above it, as the prior draws scores together and the interval does not know.
    assert np.mean(hits) >= 0.93


def test_raters_believed_to_be_right_give_the_plain_scale_with_its_intervals():
    columns = crowd(np.random.default_rng(2), [0.9, 0.9, 0.8], 80)

    found = crowd_bradley_terry(*columns, prior_right=1e9, prior_wrong=1e-3).scale
    plain = bradley_terry(*columns[1:], prior_sd=2.0)

    assert found.scores == pytest.approx(plain.scores, abs=1e-5)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=1e-4)
    one, other = (differences(scale, [0], [4]).standard_error for scale in (found, plain))
    assert one == pytest.approx(other, rel=1e-4)


def test_slope_and_curvature_are_those_of_finite_differences_and_the_slope_is_zero_at_the_mode():
    _, people, cells = _cells(*crowd(np.random.default_rng(7), [0.9, 0.7, 0.3], 40))
    at, size = np.concatenate((TRUTH, [1.2, 0.4, -0.3])), len(TRUTH)

    def here(point):
        return _joint_derivatives(cells, point[:size], point[size:], 4.0, 1.0)

    steps = np.eye(len(at)) * 1e-5
    slope = [(here(at + step).log_likelihood - here(at - step).log_likelihood) / 2e-5 for step in steps]
    bend = -np.array([(here(at + step).gradient - here(at - step).gradient) / 2e-5 for step in steps])
    information = here(at).information
    matrix = np.zeros((size, size))
    np.add.at(matrix, (information.first, information.second), -information.weight)
    matrix += matrix.T
    matrix -= np.diag(matrix.sum(axis=1))

    assert len(people) == 3
    assert here(at).gradient == pytest.approx(np.array(slope), abs=1e-6)
    assert matrix == pytest.approx(bend[:size, :size], abs=1e-6)
    border = np.zeros((size, 3))
    np.add.at(border, (information.links.item, information.links.parameter), information.links.amount)
    assert border == pytest.approx(bend[:size, size:], abs=1e-6)
    assert np.diag(information.links.alone) == pytest.approx(bend[size:, size:], abs=1e-6)


def test_conjugate_gradients_and_a_direct_solution_agree(monkeypatch):
    columns = crowd(np.random.default_rng(3), [0.95, 0.8, 0.7, 0.9], 60)
    directly = crowd_bradley_terry(*columns)
    monkeypatch.setattr("rubrica.measure.preference.scale_fitting.MOST_DENSE", 1)

    found = crowd_bradley_terry(*columns)

    assert found.scale.scores == pytest.approx(directly.scale.scores, abs=1e-7)
    assert found.scale.standard_error == pytest.approx(directly.scale.standard_error, rel=1e-6)
    assert found.reliability == pytest.approx(directly.reliability, abs=1e-7)
    # Errors of reliabilities are found less exactly, which shows in the fourth digit.
    assert found.ci_low == pytest.approx(directly.ci_low, rel=1e-3)
    one, other = (differences(each.scale, [0, 1], [4, 2]).standard_error for each in (found, directly))
    assert one == pytest.approx(other, rel=1e-6)


@settings(max_examples=6)
@given(seed=st.integers(0, 50))
def test_new_names_order_and_sides_change_nothing(seed):
    generator = np.random.default_rng(seed)
    raters, first, second, scores = crowd(generator, [0.9, 0.8, 0.4], 20)
    order, turn = generator.permutation(60), generator.random(60) < 0.5

    before = crowd_bradley_terry(raters, first, second, scores)
    after = crowd_bradley_terry(
        7 * raters[order],
        3 + np.where(turn, second, first)[order],
        3 + np.where(turn, first, second)[order],
        np.where(turn, -scores, scores)[order],
    )

    assert after.scale.scores == pytest.approx(before.scale.scores, abs=1e-5)
    assert after.reliability == pytest.approx(before.reliability, abs=1e-5)
    assert after.raters.tolist() == [0, 7, 14]


def test_ties_take_no_part():
    raters, first, second, scores = crowd(np.random.default_rng(0), [0.9, 0.8], 30)
    with_ties = (
        np.append(raters, [8, 0]),
        np.append(first, [0, 1]),
        np.append(second, [1, 2]),
        np.append(scores, [0, 0]),
    )

    found = crowd_bradley_terry(*with_ties)

    assert found.raters.tolist() == [0, 1]
    assert found.scale.scores.tolist() == crowd_bradley_terry(raters, first, second, scores).scale.scores.tolist()
    with pytest.raises(NoDecisionsError, match="All 2 comparisons are ties"):
        crowd_bradley_terry([1, 1], [1, 1], [2, 2], [0, 0])


def test_a_search_that_does_not_come_to_rest_says_so(monkeypatch):
    monkeypatch.setattr("rubrica.measure.preference.crowd._MOST_CLIMBS", 0)

    with pytest.raises(UnboundedScoresError, match="did not come to rest"):
        crowd_bradley_terry([1, 2], [1, 1], [2, 2], [1, 1])


def test_what_is_no_column_of_comparisons_is_refused():
    with pytest.raises(NoRatingsError):
        crowd_bradley_terry([], [], [], [])
    with pytest.raises(ColumnShapeError):
        crowd_bradley_terry([1], [1, 1], [2, 2], [1, 1])
    with pytest.raises(NotNumericError):
        crowd_bradley_terry(["Ann"], [1], [2], [1])
    with pytest.raises(MissingValueError):
        crowd_bradley_terry([1], [1], [2], [float("nan")])
    with pytest.raises(SelfComparisonError):
        crowd_bradley_terry([1], [2], [2], [1])
    with pytest.raises(ConfidenceError):
        crowd_bradley_terry([1], [1], [2], [1], confidence=0.0)
    with pytest.raises(UnknownItemError):
        crowd_bradley_terry([1], [1], [2], [1], reported=[3])
    with pytest.raises(PriorError, match="prior_sd"):
        crowd_bradley_terry([1], [1], [2], [1], prior_sd=0.0)
    for name in ("prior_right", "prior_wrong"):
        with pytest.raises(PriorError, match=name):
            crowd_bradley_terry([1], [1], [2], [1], **{name: 0.0})
