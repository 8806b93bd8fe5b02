"""Which pairs to compare next? Neighbours in a random draw of the scores, the most telling pairs, or pairs at random.

All three connect items that have never met before they refine what is known.  Neighbours in a draw are the default:
they cost one linear system and a sort, and tell nearly as much as the pairs of the largest expected information, which
need all pairs to be looked at.

How much either saves against pairs at random grows with the spread of the scores: at 16 to 32 comparisons an item
about a third of the comparisons where scores have the standard deviation 2, a tenth where they have 1.  Which pairs are
chosen hardly depends on the prior.  The scores that are reported do: under a prior far from their spread, the error of
the whole scale outgrows what the choice of pairs saved.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final, cast

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray, identities
from rubrica.measure.errors import BatchError, TooFewItemsError, TooManyItemsError, UnknownItemError
from rubrica.measure.overlap.pair_information import expected_information
from rubrica.measure.preference.comparison_graph import ComparisonCounts, combine, components, count_comparisons
from rubrica.measure.preference.likelihood import derivatives
from rubrica.measure.preference.scale_fitting import (
    MOST_INTERVALS,
    Information,
    covariance_of,
    maximum,
    precision_of,
    solve,
    with_prior,
)

PRIOR_SD: Final = 2.0
"""Standard deviation of scores before any comparison, in log-odds: items 2.8 apart, where one wins 94 %, are common."""

_LEAST_TELLING: Final = 1e-12
"""Information, in nats, below which pairs count as equally useless: its inverse must exist."""

_JITTER: Final = 1e-6
"""Relative; decides by lot between pairs that tell equally much, as all do before the first comparison."""


@dataclass(frozen=True, slots=True, eq=False)
class ScorePosterior:
    """What is known of the scores of all items, compared or not.

    Attributes
    ----------
    items : IntArray
        Shape ``(k,)``, ascending.
    scores : FloatArray
        Shape ``(k,)``: the most probable scores, in log-odds, adding up to zero.
    information : Information
        Minus the second derivative of the log-posterior there.
    group : IntArray
        Shape ``(k,)``: the number of the group of items that are joined by comparisons.
    """

    items: IntArray
    scores: FloatArray
    information: Information
    group: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs to compare, in the order in which to ask for them.

    Attributes
    ----------
    first, second : IntArray
        Shape ``(n,)`` each: the items; which of them stands first was drawn by lot.
    connects : BoolArray
        Shape ``(n,)``: the pair joins groups of items that neither the comparisons so far nor the pairs before it join.
    """

    first: IntArray
    second: IntArray
    connects: BoolArray


def score_posterior(
    items: ArrayLike, first: ArrayLike, second: ArrayLike, scores: ArrayLike, *, prior_sd: float = PRIOR_SD
) -> ScorePosterior:
    """Return what comparisons tell of the scores of all items, also of those that were never compared.

    Parameters
    ----------
    items
        Shape ``(k,)``, integers: all items; repetitions count once.
    first, second, scores
        Shape ``(n,)`` each, as for `bradley_terry`; empty before the first comparison.  A tie is half a preference each
        way.
    prior_sd
        Standard deviation, in log-odds, of an independent normal prior of each score around zero.

    Returns
    -------
    ScorePosterior
        The normal approximation (Laplace's) to the posterior.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        `items` is not a column of integers, or the comparisons are not columns of one length.
    SelfComparisonError
        Something is compared with itself.
    PriorError
        `prior_sd` is not a positive finite number.
    TooFewItemsError
        There are fewer than two items.
    UnknownItemError
        Something that was compared is none of the items.

    Examples
    --------
    >>> found = score_posterior([1, 2, 3, 4], first=[1, 1, 2], second=[2, 2, 3], scores=[1, 1, 1])
    >>> found.scores.round(2), found.group
    (array([ 1.36, -0.22, -1.14, -0.  ]), array([0, 0, 0, 1]))
    """
    everything, precision = np.unique(identities(items, "items")), precision_of(prior_sd)
    if len(everything) < 2:
        raise TooFewItemsError(f"There is one item, {everything[0]}, and nothing to compare it with.")
    counts = _counts_of(everything, first, second, scores)
    best = maximum(
        lambda at, further: with_prior(derivatives(counts, at, further), at, precision),
        np.zeros(len(everything)),
        np.zeros(0),
    )
    return ScorePosterior(
        items=everything,
        scores=best.scores,
        information=best.found.information,
        group=components(len(everything), counts.first, counts.second),
    )


def _counts_of(items: IntArray, first: ArrayLike, second: ArrayLike, scores: ArrayLike) -> ComparisonCounts:
    nobody, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    uncompared = ComparisonCounts(items, nobody, nobody, nothing, nothing, nothing)
    if np.size(first) == np.size(second) == np.size(scores) == 0:
        return uncompared
    counts = count_comparisons(first, second, scores)
    unknown = counts.items[~np.isin(counts.items, items)]
    if len(unknown) > 0:
        raise UnknownItemError(f"{unknown[0]} was compared but is none of the {len(items)} items.")
    return combine(uncompared, counts)


def drawn_scores(posterior: ScorePosterior, generator: np.random.Generator) -> FloatArray:
    """Return scores drawn from their posterior.

    Returns
    -------
    FloatArray
        Shape ``(k,)``, in log-odds, adding up to zero.

    Notes
    -----
    With H the information and b normal with covariance H (a sum over pairs and items), the solution x of H x = b is
    normal with covariance H^-1.  There is no matrix of items by items to factorise.

    References
    ----------
    Papandreou, G., & Yuille, A. L. (2010). Gaussian sampling by local perturbations. Advances in Neural Information
    Processing Systems, 23.

    Examples
    --------
    >>> sure = score_posterior([1, 2], [1] * 60 + [2] * 20, [2] * 60 + [1] * 20, [1] * 80)
    >>> drawn_scores(sure, np.random.default_rng(1)).round(2)
    array([ 0.66, -0.66])
    """
    information = posterior.information
    pull = sqrt(information.precision) * generator.standard_normal(information.n_items)
    push = np.sqrt(information.weight) * generator.standard_normal(len(information.weight))
    np.add.at(pull, information.first, push)
    np.subtract.at(pull, information.second, push)
    deviation, _ = solve(information, (pull - pull.mean())[:, None], np.zeros((0, 1)))
    return np.asarray(posterior.scores + deviation[:, 0], dtype=np.float64)


def neighbouring_pairs(posterior: ScorePosterior, number: int, generator: np.random.Generator) -> Pairs:
    """Return pairs of neighbours in random draws of the scores: the default.

    Parameters
    ----------
    posterior
        From `score_posterior`.
    number
        How many pairs, 1 or more; fewer than there are items is one draw.
    generator
        What the scores are drawn with.

    Returns
    -------
    Pairs
        Pairs that connect groups come first.  Of several draws, a pair that was a neighbour twice is asked twice.

    Raises
    ------
    BatchError
        `number` is below 1.

    Notes
    -----
    Neighbours are the pairs whose outcome is least certain (Thompson sampling); the draw makes items meet whose order
    is unsure, and leaves those apart whose order is settled.  O(n log n) beside one linear system.

    References
    ----------
    Thompson, W. R. (1933). On the likelihood that one unknown probability exceeds another in view of the evidence of
    two samples. Biometrika, 25(3/4), 285-294. doi:10.1093/biomet/25.3-4.285

    Examples
    --------
    >>> found = neighbouring_pairs(score_posterior([5, 6, 7], [], [], []), 2, np.random.default_rng(1))
    >>> len(found.first), found.connects
    (2, array([ True,  True]))
    """
    _refuse_batch(number)
    one, other = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    while len(one) < number:
        order = np.argsort(drawn_scores(posterior, generator), kind="stable")
        lot = generator.permutation(len(order) - 1)
        one, other = np.concatenate((one, order[:-1][lot])), np.concatenate((other, order[1:][lot]))
    return _asked(posterior, one, other, number, generator)


def informative_pairs(posterior: ScorePosterior, number: int, generator: np.random.Generator) -> Pairs:
    """Return the most telling pairs that together connect all items.

    Parameters
    ----------
    posterior
        From `score_posterior`.
    number
        How many pairs, from 1 to one fewer than there are items.
    generator
        Decides between pairs that tell equally much.

    Returns
    -------
    Pairs
        Pairs that connect groups come first, then by descending information.

    Raises
    ------
    BatchError
        `number` is below 1, or there are not that many items.
    TooManyItemsError
        There are more than 3 000 items.

    Notes
    -----
    The minimum spanning tree of the inverse of the expected information: a batch of pairs none of which tells what the
    others tell.  Below about eight comparisons an item it serves no better than pairs at random: the normal
    approximation knows too little then to tell good pairs from bad.

    References
    ----------
    Li, J., Mantiuk, R. K., Wang, J., Ling, S., & Le Callet, P. (2018). Hybrid-MST: A hybrid active sampling strategy
    for pairwise preference aggregation. Advances in Neural Information Processing Systems, 31.
    doi:10.48550/arXiv.1810.08851

    Mikhailiuk, A., Wilmot, C., Perez-Ortiz, M., Yue, D., & Mantiuk, R. K. (2021). Active sampling for pairwise
    comparisons via approximate message passing and information gain maximization. ICPR 2020.
    doi:10.48550/arXiv.2004.05691

    Examples
    --------
    >>> known = score_posterior([5, 6, 7], [5] * 20, [7] * 20, [1] * 20)
    >>> found = informative_pairs(known, 1, np.random.default_rng(1))
    >>> 6 in (found.first[0], found.second[0])
    True
    """
    # Slow import that a server should not pay for at its start.
    from scipy.sparse.csgraph import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        minimum_spanning_tree,  # pyright: ignore[reportUnknownVariableType]  (no types)
    )

    _refuse_batch(number)
    size = len(posterior.items)
    if number >= size:
        raise BatchError(f"A tree of {size} items has {size - 1} pairs, not {number}; ask for fewer, and again later.")
    one, other, information = information_of_all_pairs(posterior)
    cost = np.zeros((size, size))
    cost[one, other] = (1.0 + _JITTER * generator.random(len(one))) / np.maximum(information, _LEAST_TELLING)
    tree: FloatArray = cast("Any", minimum_spanning_tree(cost)).toarray()
    low, high = (side.astype(np.int64, copy=False) for side in np.nonzero(tree))
    order = np.argsort(tree[low, high], kind="stable")
    return _asked(posterior, low[order], high[order], number, generator)


def random_pairs(posterior: ScorePosterior, number: int, generator: np.random.Generator) -> Pairs:
    """Return pairs drawn at random: what the others are measured against.

    Parameters
    ----------
    posterior
        From `score_posterior`; only its items and groups count.
    number
        How many pairs, 1 or more.
    generator
        What the pairs are drawn with.

    Returns
    -------
    Pairs
        A random path through all items, then another; each item so meets two others, and a first round connects all.

    Raises
    ------
    BatchError
        `number` is below 1.

    Examples
    --------
    >>> found = random_pairs(score_posterior([5, 6, 7], [], [], []), 4, np.random.default_rng(1))
    >>> len(found.first), int(found.connects.sum())
    (4, 2)
    """
    _refuse_batch(number)
    size = len(posterior.items)
    paths = [generator.permutation(size) for _ in range(-(-number // (size - 1)))]
    one, other = np.concatenate([path[:-1] for path in paths]), np.concatenate([path[1:] for path in paths])
    return _asked(posterior, one, other, number, generator)


def information_of_all_pairs(
    posterior: ScorePosterior, *, reliability: float = 1.0
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return how much the answer to each pair is expected to tell of the scores.

    Parameters
    ----------
    posterior
        From `score_posterior`.
    reliability
        Of the rater who is asked; see `expected_information`.

    Returns
    -------
    one, other : IntArray
        Shape ``(k (k - 1) / 2,)`` each: positions of the items of each pair, the smaller first.
    information : FloatArray
        Shape ``(k (k - 1) / 2,)``, from 0 to ln 2.  Nats.

    Raises
    ------
    TooManyItemsError
        There are more than 3 000 items.
    ProbabilityError
        `reliability` is not a probability.

    Examples
    --------
    >>> known = score_posterior([5, 6, 7], [5] * 20, [7] * 20, [1] * 20)
    >>> information_of_all_pairs(known)[2].round(3)
    array([0.245, 0.032, 0.245])
    """
    size = len(posterior.items)
    if size > MOST_INTERVALS:
        raise TooManyItemsError(
            f"All pairs of {size} items are more than can be looked at ({MOST_INTERVALS} items); choose neighbours."
        )
    covariance = covariance_of(posterior.information, np.arange(size))
    one, other = (side.astype(np.int64, copy=False) for side in np.triu_indices(size, 1))
    own = np.diagonal(covariance)
    variance = np.maximum(own[one] + own[other] - 2.0 * covariance[one, other], 0.0)
    gap = posterior.scores[one] - posterior.scores[other]
    return one, other, expected_information(gap, variance, reliability=reliability)


def _refuse_batch(number: int) -> None:
    if number < 1:
        raise BatchError(f"A number of pairs to ask for must be 1 or more, not {number}.")


def _asked(
    posterior: ScorePosterior, one: IntArray, other: IntArray, number: int, generator: np.random.Generator
) -> Pairs:
    """Take the pairs that connect groups first, then the others in their order, and draw the sides."""
    connects = _connecting(posterior.group, one, other)
    chosen = np.concatenate((np.flatnonzero(connects), np.flatnonzero(~connects)))[:number]
    turned = generator.random(number) < 0.5
    left, right = posterior.items[one[chosen]], posterior.items[other[chosen]]
    return Pairs(first=np.where(turned, right, left), second=np.where(turned, left, right), connects=connects[chosen])


def _connecting(group: IntArray, one: IntArray, other: IntArray) -> BoolArray:
    """Return which pairs, taken in turn, join groups that were not joined before."""
    leader = list(range(int(group.max()) + 1))
    connects = np.zeros(len(one), dtype=np.bool_)
    left = len(leader) - 1
    for row, ends in enumerate(zip(group[one].tolist(), group[other].tolist(), strict=True)):
        if left == 0:
            break
        near, far = (_leader_of(leader, end) for end in ends)
        if near != far:
            leader[near] = far
            connects[row] = True
            left -= 1
    return connects


def _leader_of(leader: list[int], group: int) -> int:
    while leader[group] != group:
        leader[group] = leader[leader[group]]
        group = leader[group]
    return group
