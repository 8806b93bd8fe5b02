"""Circular triads, stochastic transitivity and the ceiling of any scale."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    MissingValueError,
    NoPairableUnitsError,
    NoRatingsError,
    NotNumericError,
    SelfComparisonError,
    TooFewTriadsError,
    TooFewUnitsError,
)
from rubrica.measure.preference.transitivity import circular_triads, preference_ceiling, stochastic_transitivity
from tests.measure.comparisons import logistic
from tests.measure.strategies import few


@st.composite
def matches(draw):
    rows = draw(st.lists(st.tuples(st.permutations(range(5)), st.integers(-1, 1)), min_size=8, max_size=40))
    return tuple(
        np.array(column) for column in zip(*[(order[0], order[1], score) for order, score in rows], strict=True)
    )


def by_hand(first, second, scores):
    """Return circular triads, all triads, and the violations of each kind of transitivity, one triad at a time."""
    lead, number = np.zeros((5, 5)), np.zeros((5, 5))
    for one, other, score in zip(first, second, scores, strict=True):
        lead[one, other] += score
        lead[other, one] -= score
        number[one, other] += 1
        number[other, one] += 1
    counted = np.zeros(5, dtype=int)
    for triad in combinations(range(5), 3):
        if any(lead[one, other] == 0 for one, other in combinations(triad, 2)):
            continue
        wins = sorted(triad, key=lambda item: (-sum(lead[item, other] > 0 for other in triad), item))
        circular = all(sum(lead[item, other] > 0 for other in triad) == 1 for item in triad)
        share = lead / np.maximum(number, 1) / 2
        if circular:
            leads = [abs(share[one, other]) for one, other in combinations(triad, 2)]
            # Some labelling of a circle always violates all three.
            assert min(leads) > 0
            counted += [1, 1, 1, 1, 1]
        else:
            top, middle, bottom = wins
            pair = sorted((share[top, middle], share[middle, bottom]))
            over = share[top, bottom]
            counted += [0, 1, 0, int(over < pair[0] - 1e-9), int(over < pair[1] - 1e-9)]
    return counted.tolist()


@few
@given(columns=matches())
def test_triads_are_those_counted_by_hand(columns):
    circular, triads, weak, moderate, strong = by_hand(*columns)
    if triads == 0:
        with pytest.raises(TooFewTriadsError, match="No three items"):
            circular_triads(*columns)
        with pytest.raises(TooFewTriadsError, match="No three items"):
            stochastic_transitivity(*columns)
        return

    found, violated = circular_triads(*columns), stochastic_transitivity(*columns)

    assert (found.circular, found.triads, found.share) == (circular, triads, circular / triads)
    assert violated.triads == triads
    assert [violated.weak, violated.moderate, violated.strong] == pytest.approx(
        [weak / triads, moderate / triads, strong / triads]
    )
    assert violated.weak <= violated.moderate <= violated.strong


def test_portions_do_not_change_the_count(monkeypatch):
    generator = np.random.default_rng(1)
    first = generator.integers(12, size=300)
    columns = first, (first + generator.integers(1, 12, size=300)) % 12, generator.choice([-1, 1], 300)
    whole = circular_triads(*columns)

    monkeypatch.setattr("rubrica.measure.preference.transitivity._WEDGES_AT_ONCE", 3)

    assert circular_triads(*columns) == whole


def test_coins_make_a_quarter_of_triads_circular_and_the_interval_of_chance_holds():
    generator, pairs = np.random.default_rng(2), np.array(list(combinations(range(9), 2)))
    found = [circular_triads(pairs[:, 0], pairs[:, 1], generator.choice([-1, 1], len(pairs))) for _ in range(300)]

    assert np.mean([one.share for one in found]) == pytest.approx(0.25, abs=0.01)
    assert np.std([one.share for one in found]) == pytest.approx(np.sqrt(3 / 16 / 84), rel=0.12)
    assert 0.92 <= np.mean([one.chance_low <= one.share <= one.chance_high for one in found]) <= 0.98


def test_raters_of_one_mind_each_are_consistent_where_their_majorities_are_not():
    # Three orders whose majorities go round: the paradox of voting.
    orders = [(1, 2, 3), (2, 3, 1), (3, 1, 2)]
    rows = [(rater, order[i], order[j], 1) for rater, order in enumerate(orders) for i, j in ((0, 1), (0, 2), (1, 2))]
    raters, first, second, scores = zip(*rows, strict=True)

    together, each = circular_triads(first, second, scores), circular_triads(first, second, scores, raters=raters)

    assert (together.circular, together.triads) == (1, 1)
    assert (each.circular, each.triads, each.share) == (0, 3, 0.0)
    assert together.chance_low == 0.0


@few
@given(columns=matches())
def test_reversing_every_preference_changes_nothing(columns):
    first, second, scores = columns
    try:
        found = circular_triads(first, second, scores)
    except TooFewTriadsError:
        return

    assert circular_triads(first, second, -scores) == found
    assert circular_triads(second, first, scores) == found
    assert stochastic_transitivity(first, second, -scores) == stochastic_transitivity(first, second, scores)


# --- the ceiling


def test_raters_of_one_mind_foretell_each_other_and_coins_foretell_half():
    raters, pair = np.repeat(np.arange(6), 40), np.tile(np.arange(40), 6)
    agreed = np.where(pair % 3 == 0, 1, -1)

    certain = preference_ceiling(raters, 2 * pair, 2 * pair + 1, agreed)
    chance = preference_ceiling(raters, 2 * pair, 2 * pair + 1, np.random.default_rng(3).choice([-1, 1], 240))

    assert (certain.ceiling, certain.single, certain.majority) == (1.0, 1.0, 1.0)
    assert (certain.ci_low, certain.ci_high) == (1.0, 1.0)
    assert (certain.n_pairs, certain.n_comparisons) == (40, 240)
    assert chance.ci_low < 0.5 < chance.ci_high
    assert chance.majority > 0.6


def test_the_ceiling_lies_where_simulated_shares_put_it():
    generator = np.random.default_rng(4)
    share = logistic(generator.normal(size=60))
    raters, pair = np.repeat(np.arange(25), 60), np.tile(np.arange(60), 25)
    scores = np.where(generator.random(1500) < share[pair], 1, -1)

    found = preference_ceiling(raters, 2 * pair, 2 * pair + 1, scores)

    best = np.maximum(share, 1 - share).mean()
    assert found.single == pytest.approx((share**2 + (1 - share) ** 2).mean(), abs=0.02)
    assert found.single < found.ceiling < found.majority
    assert found.ci_low < best < found.majority + 0.02


def test_votes_of_the_same_rater_are_held_out_together_and_even_splits_count_half():
    # Rater 1 votes twice for 1 over 2; the others split evenly.
    found = preference_ceiling([1, 1, 2, 3, 1, 2], [1, 2, 1, 1, 3, 3], [2, 1, 2, 2, 4, 4], [1, -1, 1, -1, 1, 1])

    # Pair 1-2: rater 1 (two votes) meets 1 : 1, half of two; rater 2 meets 2 : 1, all; rater 3 meets 3 : 0, none.
    assert found.ceiling == pytest.approx((1.0 + 1.0 + 0.0 + 2.0) / 6)
    assert found.single == pytest.approx((2 * 0.5 + 2 / 3 + 0.0 + 2.0) / 6)
    assert found.majority == pytest.approx((3.0 + 2.0) / 6)


def test_without_two_raters_of_a_pair_there_is_no_ceiling():
    for scores in ([1, 1], [0, 0]):
        with pytest.raises(NoPairableUnitsError, match="No pair was decided by two raters"):
            preference_ceiling([1, 2], [1, 3], [2, 4], scores)
    with pytest.raises(TooFewUnitsError, match="Only one pair") as refused:
        preference_ceiling([1, 2], [1, 1], [2, 2], [1, 1])
    assert refused.value.estimate == 1.0


def test_what_is_no_column_of_comparisons_is_refused():
    for function in (
        circular_triads,
        stochastic_transitivity,
        lambda *columns: preference_ceiling(columns[0], *columns),
    ):
        with pytest.raises(NoRatingsError):
            function([], [], [])
        with pytest.raises(ColumnShapeError):
            function([1, 2], [2], [1, 1])
        with pytest.raises(NotNumericError):
            function(["a"], ["b"], [1])
        with pytest.raises(MissingValueError):
            function([1], [2], [float("inf")])
        with pytest.raises(SelfComparisonError):
            function([1], [1], [1])
    with pytest.raises(ColumnShapeError):
        circular_triads([1, 2], [2, 3], [1, 1], raters=[1])
    with pytest.raises(ConfidenceError):
        circular_triads([1], [2], [1], confidence=0.0)
    with pytest.raises(ConfidenceError):
        preference_ceiling([1], [1], [2], [1], confidence=0.0)
