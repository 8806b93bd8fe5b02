"""Choosing pairs: what is known of scores, that all items are connected first, what is saved, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import (
    BatchError,
    ColumnShapeError,
    NoRatingsError,
    PriorError,
    SelfComparisonError,
    TooFewItemsError,
    TooManyItemsError,
    UnknownItemError,
)
from rubrica.measure.overlap.pair_selection import (
    drawn_scores,
    information_of_all_pairs,
    informative_pairs,
    neighbouring_pairs,
    random_pairs,
    score_posterior,
)
from rubrica.measure.preference.comparison_graph import components
from rubrica.measure.preference.pairwise import bradley_terry
from rubrica.measure.preference.scale import covariance
from rubrica.measure.preference.scale_fitting import covariance_of
from tests.measure.comparisons import logistic, simulated_comparisons

WAYS = {"random": random_pairs, "neighbours": neighbouring_pairs, "informative": informative_pairs}
every_way = pytest.mark.parametrize("choose", list(WAYS.values()), ids=list(WAYS))
NONE = ([], [], [])


def generator(seed=1):
    return np.random.default_rng(seed)


# --- what is known of the scores


def test_scores_are_those_of_bradley_and_terry_with_the_same_prior():
    columns = simulated_comparisons(generator(), np.linspace(-2, 2, 12), 200)
    scale = bradley_terry(*columns, prior_sd=1.5)

    found = score_posterior(np.arange(12), *columns, prior_sd=1.5)

    assert found.scores == pytest.approx(scale.scores, abs=1e-9)
    assert covariance_of(found.information, np.arange(12)) == pytest.approx(covariance(scale), abs=1e-9)


def test_items_that_were_never_compared_stand_in_the_middle_and_alone():
    found = score_posterior([10, 20, 30, 40], [10, 10], [20, 20], [1, 1])

    assert found.scores[2:] == pytest.approx([0.0, 0.0])
    assert found.scores[0] > 0.0 > found.scores[1]
    assert found.group.tolist() == [0, 0, 1, 2]


def test_before_the_first_comparison_the_prior_is_all_that_is_known():
    found = score_posterior([1, 2, 3], *NONE, prior_sd=1.5)

    assert found.scores.tolist() == [0.0, 0.0, 0.0]
    variance = covariance_of(found.information, np.arange(3))
    assert variance[0, 0] + variance[1, 1] - 2 * variance[0, 1] == pytest.approx(2 * 1.5**2)


def test_drawn_scores_have_the_mean_and_the_covariance_of_the_posterior():
    posterior = score_posterior(np.arange(6), *simulated_comparisons(generator(), np.linspace(-1, 1, 6), 30))
    lot = generator(2)

    draws = np.array([drawn_scores(posterior, lot) for _ in range(8_000)])

    expected = covariance_of(posterior.information, np.arange(6))
    assert draws.mean(axis=0) == pytest.approx(posterior.scores, abs=0.05)
    assert np.cov(draws.T) == pytest.approx(expected, abs=0.06 * expected.max())
    assert draws.sum(axis=1) == pytest.approx(np.zeros(8_000), abs=1e-9)


# --- the choice


@every_way
@settings(max_examples=20)
@given(size=st.integers(2, 12), seed=st.integers(0, 1_000))
def test_a_first_round_connects_all_items(choose, size, seed):
    items = np.arange(size) * 7

    found = choose(score_posterior(items, *NONE), size - 1, generator(seed))

    assert found.connects.all()
    assert components(size, found.first // 7, found.second // 7).max() == 0


@every_way
def test_groups_that_never_met_are_connected_before_anything_else(choose):
    first, second = [0, 0, 1, 3, 3, 4], [1, 2, 2, 4, 5, 5]
    posterior = score_posterior(np.arange(7), first, second, [1, -1, 1, 1, -1, 1])

    found = choose(posterior, 6, generator())

    assert found.connects.tolist() == [True, True, False, False, False, False]
    joined = components(7, np.append(first, found.first[:2]), np.append(second, found.second[:2]))
    assert joined.max() == 0


@every_way
def test_no_item_meets_itself_and_either_may_stand_first(choose):
    found = choose(score_posterior(np.arange(40), *NONE), 39, generator())

    assert (found.first != found.second).all()
    assert 8 < np.count_nonzero(found.first < found.second) < 31


@every_way
def test_the_choice_is_that_of_its_generator_whatever_the_order_of_comparisons(choose):
    first, second, scores = simulated_comparisons(generator(), np.linspace(-2, 2, 12), 60)
    order = generator(3).permutation(60)

    found = choose(score_posterior(np.arange(12), first, second, scores), 11, generator(4))
    again = choose(score_posterior(np.arange(12)[::-1], first[order], second[order], scores[order]), 11, generator(4))

    assert again.first.tolist() == found.first.tolist()
    assert again.second.tolist() == found.second.tolist()


@pytest.mark.parametrize("choose", [random_pairs, neighbouring_pairs])
def test_more_pairs_than_one_draw_has_come_from_several(choose):
    found = choose(score_posterior(np.arange(5), *NONE), 11, generator())

    assert len(found.first) == 11
    assert found.connects.tolist() == [True] * 4 + [False] * 7


def test_neighbours_are_close_in_score_and_random_pairs_are_not():
    truth = np.linspace(-6, 6, 40)
    posterior = score_posterior(np.arange(40), *simulated_comparisons(generator(), truth, 2_000))

    apart = {
        name: np.abs(truth[found.first] - truth[found.second]).mean()
        for name, found in ((name, choose(posterior, 39, generator())) for name, choose in WAYS.items())
    }

    assert apart["neighbours"] < apart["random"] / 3
    assert apart["informative"] < apart["random"] / 3


def test_the_most_telling_pair_comes_first():
    first, second = [0] * 20 + [1] * 20, [1] * 20 + [2] * 20
    posterior = score_posterior([0, 1, 2], first, second, [1, -1] * 20)

    found = informative_pairs(posterior, 2, generator())
    one, other, information = information_of_all_pairs(posterior)

    best = int(information.argmax())
    assert {found.first[0], found.second[0]} == {one[best], other[best]} == {0, 2}


def test_a_batch_of_telling_pairs_is_a_tree_of_the_most_information():
    posterior = score_posterior(np.arange(6), *simulated_comparisons(generator(), np.linspace(-2, 2, 6), 40))
    one, other, information = information_of_all_pairs(posterior)
    table = np.zeros((6, 6))
    table[one, other] = table[other, one] = information

    found = informative_pairs(posterior, 5, generator())

    # Kruskal's algorithm, by hand: the most telling pair that joins two parts, again and again.
    group, expected = list(range(6)), set()
    for pair in np.argsort(-information):
        near, far = group[one[pair]], group[other[pair]]
        if near != far:
            group = [near if each == far else each for each in group]
            expected.add((int(one[pair]), int(other[pair])))
    low, high = np.minimum(found.first, found.second), np.maximum(found.first, found.second)
    assert set(zip(low.tolist(), high.tolist(), strict=True)) == expected
    assert (np.diff(table[found.first, found.second]) <= 1e-6).all()


# --- what is saved


def errors_of(choose, n_items, per_item, *, spread, seeds):
    """Return the mean error of scores after comparisons chosen in rounds of one fewer than there are items."""
    found = []
    for seed in range(seeds):
        lot, columns = generator(seed), [np.zeros(0, dtype=int)] * 3
        truth = lot.normal(0.0, spread, n_items)
        truth -= truth.mean()
        posterior = score_posterior(np.arange(n_items), *columns, prior_sd=spread)
        while len(columns[0]) < per_item * n_items:
            pairs = choose(posterior, min(n_items - 1, per_item * n_items - len(columns[0])), lot)
            won = lot.random(len(pairs.first)) < logistic(truth[pairs.first] - truth[pairs.second])
            columns = [
                np.append(column, new)
                for column, new in zip(columns, (pairs.first, pairs.second, np.where(won, 1, -1)), strict=True)
            ]
            posterior = score_posterior(np.arange(n_items), *columns, prior_sd=spread)
        found.append(float(np.sqrt(np.mean((posterior.scores - truth) ** 2))))
    return float(np.mean(found))


def test_chosen_pairs_reach_the_error_of_random_ones_with_a_quarter_fewer_comparisons():
    random = errors_of(random_pairs, 50, 16, spread=2.0, seeds=12)
    chosen = {name: errors_of(WAYS[name], 50, 12, spread=2.0, seeds=12) for name in ("neighbours", "informative")}
    print(  # noqa: T201  (what was found)
        f"50 items, error: random at 16 an item {random:.3f}, at 12 "
        + ", ".join(f"{name} {error:.3f}" for name, error in chosen.items())
    )

    assert chosen["neighbours"] < random
    assert chosen["informative"] < random


# --- refusals


@pytest.mark.parametrize(
    ("arguments", "changes", "error", "message"),
    [
        (([1], *NONE), {}, TooFewItemsError, "one item, 1"),
        (([], *NONE), {}, NoRatingsError, "items is empty"),
        (([1, 2], [1], [3], [1]), {}, UnknownItemError, "3 was compared but is none of the 2"),
        (([1, 2], [1], [1], [1]), {}, SelfComparisonError, "1 with itself"),
        (([1, 2], [1], [2], []), {}, NoRatingsError, "scores is empty"),
        (([1, 2], [1, 1], [2], [1]), {}, ColumnShapeError, "second has 1"),
        (([1, 2], *NONE), {"prior_sd": 0.0}, PriorError, "prior_sd"),
    ],
)
def test_comparisons_that_are_none_are_refused(arguments, changes, error, message):
    with pytest.raises(error, match=message):
        score_posterior(*arguments, **changes)


@every_way
def test_a_batch_of_no_pairs_is_refused(choose):
    with pytest.raises(BatchError, match="not 0"):
        choose(score_posterior([1, 2], *NONE), 0, generator())


def test_a_tree_has_one_pair_fewer_than_items():
    with pytest.raises(BatchError, match="3 items has 2 pairs, not 3"):
        informative_pairs(score_posterior([1, 2, 3], *NONE), 3, generator())


def test_all_pairs_of_too_many_items_are_refused_and_neighbours_are_not():
    posterior = score_posterior(np.arange(3_001), *NONE)

    with pytest.raises(TooManyItemsError, match="choose neighbours"):
        informative_pairs(posterior, 5, generator())
    assert len(neighbouring_pairs(posterior, 5, generator()).first) == 5
