"""Scales from rankings and from choices of the best and the worst of several.

A ranking is read as a series of choices: the best of all, the best of the rest, and so on (Plackett and Luce).
Choosing best and worst asks for two choices only, which is less work for a rater.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import BestWorstError, NoPairableUnitsError, SelfComparisonError, TiedRanksError
from rubrica.measure.intervals import checked_confidence, wilson_interval
from rubrica.measure.preference.comparison_graph import require_bounded, require_connected
from rubrica.measure.preference.scale import PreferenceScale, reported_positions, reported_scale
from rubrica.measure.preference.scale_fitting import Derivatives, Information, maximum, precision_of, with_prior


@dataclass(frozen=True, slots=True, eq=False)
class BestWorstShares:
    """How much oftener each item was chosen as best than as worst.

    Attributes
    ----------
    items : IntArray
        Shape ``(k,)``, ascending.
    score, ci_low, ci_high : FloatArray
        Shape ``(k,)`` each, in ``[-1, 1]``: choices as best minus choices as worst, per set shown.  Dimensionless.
    best, worst, shown : IntArray
        Shape ``(k,)`` each: in how many sets the item was chosen as best, as worst, and shown.
    """

    items: IntArray
    score: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    best: IntArray
    worst: IntArray
    shown: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """Sets in order of choice, the best first, and those of one size together as the rows of a table."""

    items: IntArray
    tables: tuple[IntArray, ...]
    n_sets: FloatArray


def plackett_luce(
    rankings: ArrayLike,
    items: ArrayLike,
    ranks: ArrayLike,
    *,
    prior_sd: float | None = None,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PreferenceScale:
    """Return the Plackett-Luce score of each ranked item, with its interval.

    Parameters
    ----------
    rankings
        Shape ``(n,)``, integers: the ranking each row belongs to.  Rankings may hold different items; those of a single
        item do not take part.
    items
        Shape ``(n,)``, integers: the item that was ranked.
    ranks
        Shape ``(n,)``, finite numbers: its rank in the ranking, the best lowest.  Only the order within a ranking
        counts.
    prior_sd, reported, confidence
        As for `bradley_terry`.

    Returns
    -------
    PreferenceScale
        Scores in log-odds, adding up to zero; of two items they mean what those of `bradley_terry` mean.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `rankings` or `items` does not hold integers, or `ranks` does not hold finite numbers.
    ConfidenceError, PriorError
        `confidence` or `prior_sd` is none.
    NoRatingsError
        There are no rankings.
    NoPairableUnitsError
        No ranking holds two items.
    SelfComparisonError
        A ranking holds an item twice.
    TiedRanksError
        Two items of a ranking share a rank.
    DisconnectedComparisonsError, UnboundedScoresError
        Without a prior, as `bradley_terry`.
    UnknownItemError, TooManyItemsError
        As `bradley_terry`.

    Notes
    -----
    The probability of the ranking 1, 2, ..., m is the product of exp(s_i) / (exp(s_i) + ... + exp(s_m)).  The
    information about the scores is that of a weighted graph of pairs, as for comparisons of two.  Ties are refused: the
    model has none, and breaking them at random would invent preferences.

    References
    ----------
    Plackett, R. L. (1975). The analysis of permutations. Journal of the Royal Statistical Society: Series C, 24(2),
    193-202. doi:10.2307/2346567

    Hunter, D. R. (2004). MM algorithms for generalized Bradley-Terry models. The Annals of Statistics, 32(1), 384-406.
    doi:10.1214/aos/1079120141

    Examples
    --------
    >>> found = plackett_luce(
    ...     rankings=[1, 1, 1, 2, 2, 2, 3, 3, 3], items=[7, 8, 9] * 3, ranks=[1, 2, 3, 2, 1, 3, 2, 3, 1]
    ... )
    >>> found.items, found.scores.round(3)
    (array([7, 8, 9]), array([ 0.591,  0.073, -0.664]))
    """
    sets, rank = _sets(rankings, items, ranks, "rankings", "ranks")
    for table in rank:
        if np.any(table[:, 1:] == table[:, :-1]):
            raise TiedRanksError("Two items of a ranking share a rank; the model knows an order only. Ask for one.")
    edges = [(table[:, place], table[:, place + 1]) for table in sets.tables for place in range(table.shape[1] - 1)]
    return _scale(sets, edges, ranking_derivatives, prior_sd=prior_sd, reported=reported, confidence=confidence)


def best_worst_scale(
    sets: ArrayLike,
    items: ArrayLike,
    choices: ArrayLike,
    *,
    prior_sd: float | None = None,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PreferenceScale:
    """Return the score of each item from choices of the best and the worst of several, with its interval.

    Parameters
    ----------
    sets
        Shape ``(n,)``, integers: the set (one rater's look at several items) each row belongs to.
    items
        Shape ``(n,)``, integers: the item that was shown.
    choices
        Shape ``(n,)``, finite numbers: above zero for the best of the set, below zero for the worst, zero for the
        others.  Every set has one best and one worst.
    prior_sd, reported, confidence
        As for `bradley_terry`.

    Returns
    -------
    PreferenceScale
        Scores in log-odds, adding up to zero.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of choices.
    ConfidenceError, PriorError
        `confidence` or `prior_sd` is none.
    NoPairableUnitsError
        No set holds two items.
    SelfComparisonError
        A set holds an item twice.
    BestWorstError
        A set does not have one best and one worst item.
    DisconnectedComparisonsError, UnboundedScoresError
        Without a prior, as `bradley_terry`.
    UnknownItemError, TooManyItemsError
        As `bradley_terry`.

    Notes
    -----
    The best is chosen with probability proportional to exp(s), then the worst of the rest with probability proportional
    to exp(-s).

    References
    ----------
    Marley, A. A. J., & Louviere, J. J. (2005). Some probabilistic models of best, worst, and best-worst choices.
    Journal of Mathematical Psychology, 49(6), 464-480. doi:10.1016/j.jmp.2005.05.003

    Examples
    --------
    >>> found = best_worst_scale(
    ...     sets=[1, 1, 1, 2, 2, 2, 3, 3, 3], items=[7, 8, 9] * 3, choices=[1, 0, -1, 0, 1, -1, 0, -1, 1]
    ... )
    >>> found.items, found.scores.round(3)
    (array([7, 8, 9]), array([ 0.591,  0.073, -0.664]))
    """
    chosen, _ = _choices(sets, items, choices)
    edges = [(table[:, 0], table[:, place]) for table in chosen.tables for place in range(1, table.shape[1])]
    edges += [(table[:, place], table[:, -1]) for table in chosen.tables for place in range(1, table.shape[1] - 1)]
    return _scale(chosen, edges, best_worst_derivatives, prior_sd=prior_sd, reported=reported, confidence=confidence)


def best_worst_shares(
    sets: ArrayLike, items: ArrayLike, choices: ArrayLike, confidence: float = 0.95
) -> BestWorstShares:
    """Return how much oftener each item was chosen as best than as worst, with an interval.

    Parameters
    ----------
    sets, items, choices
        Shape ``(n,)`` each, as for `best_worst_scale`.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    BestWorstShares
        Scores in ``[-1, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of choices.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    NoPairableUnitsError
        No set holds two items.
    SelfComparisonError
        A set holds an item twice.
    BestWorstError
        A set does not have one best and one worst item.

    Notes
    -----
    Items that were shown in different company cannot be ranked by it; where sets are not balanced use
    `best_worst_scale`.  The interval is Wilson's around (score + 1) / 2, an item chosen as neither counting half, which
    makes it too wide where that is frequent.

    References
    ----------
    Finn, A., & Louviere, J. J. (1992). Determining the appropriate response to evidence of public concern: The case of
    food safety. Journal of Public Policy & Marketing, 11(2), 12-25. doi:10.1177/074391569201100202

    Examples
    --------
    >>> found = best_worst_shares(sets=[1, 1, 1, 2, 2, 2], items=[7, 8, 9] * 2, choices=[1, 0, -1, 1, -1, 0])
    >>> found.score, found.best, found.worst
    (array([ 1. , -0.5, -0.5]), array([2, 0, 0]), array([0, 1, 1]))
    """
    checked_confidence(confidence)
    chosen, _ = _choices(sets, items, choices)
    size = len(chosen.items)
    best = np.bincount(np.concatenate([table[:, 0] for table in chosen.tables]), minlength=size)
    worst = np.bincount(np.concatenate([table[:, -1] for table in chosen.tables]), minlength=size)
    score = (best - worst) / chosen.n_sets
    low, high = wilson_interval(chosen.n_sets / 2.0 * (score + 1.0), chosen.n_sets, confidence)
    return BestWorstShares(
        items=chosen.items,
        score=score,
        ci_low=2.0 * low - 1.0,
        ci_high=2.0 * high - 1.0,
        best=best.astype(np.int64, copy=False),
        worst=worst.astype(np.int64, copy=False),
        shown=chosen.n_sets.astype(np.int64),
    )


def _choices(sets: ArrayLike, items: ArrayLike, choices: ArrayLike) -> tuple[_Sets, list[FloatArray]]:
    chosen, places = _sets(sets, items, -np.sign(numbers(choices, "choices")), "sets", "choices")
    for table in places:
        if np.any(table[:, 0] >= 0.0) or np.any(table[:, -1] <= 0.0) or np.any(table[:, 1:-1] != 0.0):
            raise BestWorstError("Every set needs one best and one worst item; leave out the sets that have not.")
    return chosen, places


def _sets(
    groups: ArrayLike, items: ArrayLike, order: ArrayLike, group_name: str, order_name: str
) -> tuple[_Sets, list[FloatArray]]:
    """Return the sets of two items or more, each in ascending order, and the values by which they are ordered."""
    group, item, value = identities(groups, group_name), identities(items, "items"), numbers(order, order_name)
    same_length(**{group_name: group, "items": item, order_name: value})
    labels, index = numbered(group)
    takes_part = np.bincount(index)[index] > 1
    if not takes_part.any():
        raise NoPairableUnitsError(f"None of the {len(labels)} {group_name} holds two items, so nothing is compared.")
    _, index = numbered(index[takes_part])
    known, position = numbered(item[takes_part])
    keys = np.sort(index * len(known) + position)
    if np.any(keys[1:] == keys[:-1]):
        twice = int(keys[1:][keys[1:] == keys[:-1]][0]) % len(known)
        raise SelfComparisonError(f"Item {known[twice]} occurs twice in one of the {group_name}.")
    value = value[takes_part]
    # The item breaks ties, so that the order of the rows never matters.
    sequence = np.lexsort((position, value, index))
    sizes = np.bincount(index)
    begins = np.cumsum(sizes) - sizes
    rows = [begins[sizes == size][:, None] + np.arange(int(size)) for size in np.unique(sizes)]
    return (
        _Sets(
            items=known,
            tables=tuple(position[sequence[row]] for row in rows),
            n_sets=np.bincount(position).astype(np.float64),
        ),
        [value[sequence[row]] for row in rows],
    )


def _scale(
    sets: _Sets,
    edges: list[tuple[IntArray, IntArray]],
    derivatives: Callable[[int, tuple[IntArray, ...], FloatArray], Derivatives],
    *,
    prior_sd: float | None,
    reported: ArrayLike | None,
    confidence: float,
) -> PreferenceScale:
    checked_confidence(confidence)
    precision = precision_of(prior_sd)
    positions = reported_positions(sets.items, reported)
    size = len(sets.items)
    if precision == 0.0:
        ahead, behind = (np.concatenate(ends) for ends in zip(*edges, strict=True))
        require_connected(sets.items, ahead, behind)
        require_bounded(sets.items, ahead, behind)
    best = maximum(
        lambda scores, _: with_prior(derivatives(size, sets.tables, scores), scores, precision),
        np.zeros(size),
        np.zeros(0),
    )
    return reported_scale(sets.items, best.scores, sets.n_sets, best.found, positions=positions, confidence=confidence)


def ranking_derivatives(size: int, tables: tuple[IntArray, ...], scores: FloatArray) -> Derivatives:
    """Return the Plackett-Luce log-likelihood of rankings, its slope and its curvature; all are sums over rankings.

    Parameters
    ----------
    size
        Number of items, k.
    tables
        Shape ``(r, m)`` each: rankings of m items, positions from 0 to ``k - 1``, the best first.
    scores
        Shape ``(k,)``.

    Returns
    -------
    Derivatives
        Without further parameters.

    Examples
    --------
    >>> found = ranking_derivatives(3, (np.array([[0, 1, 2]]),), np.zeros(3))
    >>> round(found.log_likelihood, 4), found.gradient.round(4)
    (-1.7918, array([ 0.6667,  0.1667, -0.8333]))
    """
    return _summed_choices(size, (choice for table in tables for choice in _ranked_choices(table)), scores)


def _ranked_choices(table: IntArray) -> Iterator[tuple[IntArray, float]]:
    for stage in range(table.shape[1] - 1):
        yield table[:, stage:], 1.0


def best_worst_derivatives(size: int, tables: tuple[IntArray, ...], scores: FloatArray) -> Derivatives:
    """Return the log-likelihood of choices of best and worst, its slope and its curvature; all are sums over sets.

    Parameters
    ----------
    size
        Number of items, k.
    tables
        Shape ``(r, m)`` each: sets of m items, positions from 0 to ``k - 1``, the best first and the worst last.
    scores
        Shape ``(k,)``.

    Returns
    -------
    Derivatives
        Without further parameters.

    Examples
    --------
    >>> found = best_worst_derivatives(3, (np.array([[0, 1, 2]]),), np.zeros(3))
    >>> round(found.log_likelihood, 4), found.gradient.round(4)
    (-1.7918, array([ 0.6667,  0.1667, -0.8333]))
    """
    return _summed_choices(size, (choice for table in tables for choice in _extreme_choices(table)), scores)


def _extreme_choices(table: IntArray) -> Iterator[tuple[IntArray, float]]:
    yield table, 1.0
    if table.shape[1] > 2:
        yield table[:, :0:-1], -1.0


def _summed_choices(size: int, choices: Iterator[tuple[IntArray, float]], scores: FloatArray) -> Derivatives:
    """Sum over choices of the first column out of each row, by the scores (sign 1) or their opposites (sign -1)."""
    log_likelihood, gradient = 0.0, np.zeros(size)
    keys: list[IntArray] = []
    weights: list[FloatArray] = []
    for table, sign in choices:
        value = sign * scores[table]
        value -= value.max(axis=1, keepdims=True)
        chance = np.exp(value)
        whole = chance.sum(axis=1, keepdims=True)
        chance /= whole
        log_likelihood += float((value[:, 0] - np.log(whole[:, 0])).sum())
        gradient += sign * (np.bincount(table[:, 0], minlength=size) - summed(table.ravel(), chance.ravel(), size))
        one, other = np.triu_indices(table.shape[1], 1)
        low, high = np.minimum(table[:, one], table[:, other]), np.maximum(table[:, one], table[:, other])
        keys.append((low * size + high).ravel())
        weights.append((chance[:, one] * chance[:, other]).ravel())
    pairs, index = numbered(np.concatenate(keys))
    first, second = np.divmod(pairs, size)
    return Derivatives(
        log_likelihood=log_likelihood,
        gradient=gradient,
        information=Information(
            n_items=size,
            first=first,
            second=second,
            weight=summed(index, np.concatenate(weights), len(pairs)),
            precision=0.0,
            border=np.zeros((size, 0)),
            corner=np.zeros((0, 0)),
        ),
    )
