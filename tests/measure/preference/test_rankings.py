"""Plackett-Luce, and choices of best and worst."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import (
    BestWorstError,
    ColumnShapeError,
    ConfidenceError,
    DisconnectedComparisonsError,
    MissingValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    PriorError,
    SelfComparisonError,
    TiedRanksError,
    UnboundedScoresError,
    UnknownItemError,
)
from rubrica.measure.intervals import wilson_interval
from rubrica.measure.preference.pairwise import bradley_terry
from rubrica.measure.preference.rankings import (
    best_worst_derivatives,
    best_worst_scale,
    best_worst_shares,
    plackett_luce,
    ranking_derivatives,
)
from rubrica.measure.preference.scale import differences
from tests.measure.comparisons import simulated_comparisons

TRUTH = np.array([-1.0, -0.3, 0.0, 0.4, 0.9])


def ranked(generator, number, size, truth=TRUTH):
    """Simulate rankings: scores plus Gumbel noise, sorted, are a draw from Plackett and Luce's model."""
    items = np.stack([generator.permutation(len(truth))[:size] for _ in range(number)])
    luck = truth[items] + generator.gumbel(size=items.shape)
    ranks = size - np.argsort(np.argsort(luck, axis=1), axis=1)
    return np.repeat(np.arange(number), size), items.ravel(), ranks.ravel()


def extremes(ranks, size):
    return np.where(ranks == 1, 1, np.where(ranks == size, -1, 0))


def minorised(columns, rounds=150):
    """Return Plackett-Luce scores by Hunter's minorisation, one ranking after another."""
    rankings, items, ranks = columns
    orders = [items[rankings == one][np.argsort(ranks[rankings == one], kind="stable")] for one in np.unique(rankings)]
    strength = np.ones(items.max() + 1)
    for _ in range(rounds):
        wins, weight = np.zeros_like(strength), np.zeros_like(strength)
        for order in orders:
            for stage in range(len(order) - 1):
                wins[order[stage]] += 1.0
                weight[order[stage:]] += 1.0 / strength[order[stage:]].sum()
        strength = wins / weight
        strength /= np.exp(np.log(strength).mean())
    return np.log(strength)


def test_newton_and_minorisation_find_the_same_scores():
    columns = ranked(np.random.default_rng(1), 40, 4)

    assert plackett_luce(*columns).scores == pytest.approx(minorised(columns), abs=1e-6)


def test_rankings_of_two_are_comparisons_of_two():
    first, second, scores = simulated_comparisons(np.random.default_rng(2), TRUTH, 200)
    rankings, items = np.repeat(np.arange(200), 2), np.stack((first, second), axis=1).ravel()
    signs = np.stack((scores, -scores), axis=1).ravel()

    plain = bradley_terry(first, second, scores)

    for found in (plackett_luce(rankings, items, -signs), best_worst_scale(rankings, items, signs)):
        assert found.scores == pytest.approx(plain.scores, abs=1e-8)
        assert found.standard_error == pytest.approx(plain.standard_error, rel=1e-6)
        assert found.log_likelihood == pytest.approx(plain.log_likelihood)
        assert found.n_comparisons.tolist() == plain.n_comparisons.tolist()


@pytest.mark.parametrize("derivatives", [ranking_derivatives, best_worst_derivatives])
def test_slope_and_curvature_are_those_of_finite_differences(derivatives):
    tables = (np.array([[0, 1, 2, 3], [3, 4, 0, 1]]), np.array([[2, 4], [1, 0]]))
    steps = np.eye(5) * 1e-5

    found = derivatives(5, tables, TRUTH)

    here = [(derivatives(5, tables, TRUTH + step), derivatives(5, tables, TRUTH - step)) for step in steps]
    slope = np.array([(above.log_likelihood - below.log_likelihood) / 2e-5 for above, below in here])
    bend = -np.array([(above.gradient - below.gradient) / 2e-5 for above, below in here])
    matrix = np.zeros((5, 5))
    matrix[found.information.first, found.information.second] = -found.information.weight
    matrix += matrix.T
    matrix -= np.diag(matrix.sum(axis=1))
    assert found.gradient == pytest.approx(slope, abs=1e-7)
    assert matrix == pytest.approx(bend, abs=1e-7)


@pytest.mark.parametrize("model", [plackett_luce, best_worst_scale])
def test_intervals_cover_the_simulated_truth_at_their_nominal_rate(model):
    generator, hits = np.random.default_rng(3), []
    for _ in range(60):
        rankings, items, ranks = ranked(generator, 60, 4)
        if model is best_worst_scale:
            # Best first, then the worst of the rest: the model's own way of choosing.
            noise = -TRUTH[items] + generator.gumbel(size=len(items))
            noise[ranks == 1] = -np.inf
            worst = noise == np.repeat(noise.reshape(-1, 4).max(axis=1), 4)
            ranks = np.where(ranks == 1, 1, np.where(worst, -1, 0))
        found = model(rankings, items, ranks)
        hits.append((found.ci_low <= TRUTH) & (found.ci_high >= TRUTH))

    assert 0.92 <= np.mean(hits) <= 0.98


@settings(max_examples=8)
@given(seed=st.integers(0, 99))
def test_the_order_of_rows_and_the_names_do_not_matter(seed):
    generator = np.random.default_rng(seed)
    rankings, items, ranks = ranked(generator, 25, 4)
    order = generator.permutation(len(items))
    choices = extremes(ranks, 4)

    for model, given_values in ((plackett_luce, ranks), (best_worst_scale, choices)):
        before = model(rankings, items, given_values, prior_sd=2.0)
        after = model(5 * rankings[order], 10 + items[order], given_values[order], prior_sd=2.0)
        assert after.scores == pytest.approx(before.scores, abs=1e-6)
        twice = model(
            np.concatenate((rankings, rankings + 1000)), np.tile(items, 2), np.tile(given_values, 2), prior_sd=1e6
        )
        once = model(rankings, items, given_values, prior_sd=1e6)
        assert twice.standard_error * np.sqrt(2.0) == pytest.approx(once.standard_error, rel=1e-3)
    assert plackett_luce(rankings, items, 10.0 * ranks, prior_sd=2.0).scores == pytest.approx(
        plackett_luce(rankings, items, ranks, prior_sd=2.0).scores
    )


def test_reversing_choices_of_two_reverses_the_scale():
    first, second, scores = simulated_comparisons(np.random.default_rng(4), TRUTH, 150)
    sets, items = np.repeat(np.arange(150), 2), np.stack((first, second), axis=1).ravel()
    signs = np.stack((scores, -scores), axis=1).ravel()

    assert best_worst_scale(sets, items, -signs).scores == pytest.approx(-best_worst_scale(sets, items, signs).scores)


def test_rankings_of_one_item_do_not_take_part():
    columns = ([1, 1, 2, 2, 3], [7, 8, 8, 7, 9], [1, 2, 1, 2, 1])

    found = plackett_luce(*columns)

    assert found.items.tolist() == [7, 8]
    assert found.scores == pytest.approx([0.0, 0.0])
    assert differences(found, [7], [8]).standard_error == pytest.approx(np.sqrt(2.0))
    with pytest.raises(NoPairableUnitsError, match="None of the 2 rankings holds two items"):
        plackett_luce([1, 2], [7, 8], [1, 1])


def test_shares_of_best_and_worst_count_choices():
    found = best_worst_shares([1, 1, 1, 2, 2, 2, 3, 3], [1, 2, 3, 1, 2, 3, 1, 2], [1, 0, -1, 0, 1, -1, 1, -1])

    low, high = wilson_interval(np.array([2.5, 1.5, 0.0]), np.array([3.0, 3.0, 2.0]), 0.95)
    assert found.items.tolist() == [1, 2, 3]
    assert found.score == pytest.approx([2 / 3, 0.0, -1.0])
    assert (found.best.tolist(), found.worst.tolist(), found.shown.tolist()) == ([2, 1, 0], [0, 1, 2], [3, 3, 2])
    assert found.ci_low == pytest.approx(2 * low - 1)
    assert found.ci_high == pytest.approx(2 * high - 1)


def test_an_item_ahead_of_all_and_groups_that_never_meet_have_no_scores_without_a_prior():
    ahead, apart = ([1, 1, 1], [1, 2, 3], [1, 2, 3]), ([1, 1, 2, 2], [1, 2, 3, 4], [1, 2, 1, 2])
    for model, turn in ((plackett_luce, 1), (best_worst_scale, -1)):
        given_ranks = [np.array(ahead[2]) if turn == 1 else np.array([1, 0, -1])]
        with pytest.raises(UnboundedScoresError, match=r"Items \{[13]\} never"):
            model(*ahead[:2], given_ranks[0])
        assert np.argmax(model(*ahead[:2], given_ranks[0], prior_sd=1.0).scores) == 0
        with pytest.raises(DisconnectedComparisonsError):
            model(*apart[:2], [1, 2, 1, 2] if turn == 1 else [1, -1, 1, -1])


def test_ties_and_repeats_in_a_ranking_are_refused():
    with pytest.raises(TiedRanksError, match="share a rank"):
        plackett_luce([1, 1, 1], [1, 2, 3], [1, 2, 2])
    with pytest.raises(SelfComparisonError, match="Item 2 occurs twice in one of the rankings"):
        plackett_luce([1, 1, 1], [1, 2, 2], [1, 2, 3])


@pytest.mark.parametrize("choices", [[1, 1, -1], [1, 0, 0], [0, 0, -1], [1, -1, -1], [0, 0, 0]])
def test_a_set_without_one_best_and_one_worst_is_refused(choices):
    for function in (best_worst_scale, best_worst_shares):
        with pytest.raises(BestWorstError, match="one best and one worst"):
            function([1, 1, 1], [1, 2, 3], choices)


def test_what_is_no_column_of_rankings_is_refused():
    for function in (plackett_luce, best_worst_scale, best_worst_shares):
        with pytest.raises(NoRatingsError):
            function([], [], [])
        with pytest.raises(ColumnShapeError):
            function([1, 1], [1], [1, -1])
        with pytest.raises(NotNumericError, match="items must be integers"):
            function([1, 1], ["a", "b"], [1, -1])
        with pytest.raises(MissingValueError):
            function([1, 1], [1, 2], [1, float("nan")])
        with pytest.raises(ConfidenceError):
            function([1, 1], [1, 2], [1, -1], confidence=1.5)
        with pytest.raises(NoPairableUnitsError):
            function([1, 2], [1, 2], [1, -1])
        with pytest.raises(SelfComparisonError):
            function([1, 1], [2, 2], [1, -1])
    for function in (plackett_luce, best_worst_scale):
        with pytest.raises(PriorError):
            function([1, 1], [1, 2], [1, -1], prior_sd=0.0)
        with pytest.raises(UnknownItemError):
            function([1, 1], [1, 2], [1, -1], reported=[3])
