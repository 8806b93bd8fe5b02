"""Can preferences be put on one scale at all? Circular triads, stochastic transitivity, and the ceiling of any scale.

A scale supposes that who prefers 1 to 2 and 2 to 3 prefers 1 to 3, and it can foretell preferences no better than
raters foretell each other's.  Look at both before trusting a scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoPairableUnitsError, TooFewTriadsError, TooFewUnitsError
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile
from rubrica.measure.preference.comparison_graph import count_comparisons, refuse_self_comparisons
from rubrica.measure.preference.scale_fitting import normal_quantile

_WEDGES_AT_ONCE: Final = 2_000_000
"""Pairs of pairs that share an item are looked at in portions of about this many."""

_CIRCULAR_BY_CHANCE: Final = 0.25
"""Two of the eight ways in which three coins can fall make a circle."""


@dataclass(frozen=True, slots=True)
class CircularTriads:
    """How often preferences among three items go round in a circle.

    Attributes
    ----------
    share : float
        Circular triads as a share of all, in ``[0, 1]``.  Dimensionless.
    circular, triads : int
        Triads (by one rater, or of majorities) of which all three pairs were decided: the circular ones, and all.
    chance_share, chance_low, chance_high : float
        The share to be expected, and the interval around it, if every preference fell by a coin.
    """

    share: float
    circular: int
    triads: int
    chance_share: float
    chance_low: float
    chance_high: float


@dataclass(frozen=True, slots=True)
class StochasticTransitivity:
    """How often the shares of preference among three items contradict a scale.

    Attributes
    ----------
    weak, moderate, strong : float
        Triads that violate each kind of transitivity, as a share of all, in ``[0, 1]``, in ascending order.
    triads : int
        Triads of which all three pairs were compared and none was undecided on the whole.
    """

    weak: float
    moderate: float
    strong: float
    triads: int


@dataclass(frozen=True, slots=True)
class PreferenceCeiling:
    """How well preferences can be foretold by what others preferred.

    Attributes
    ----------
    ceiling, ci_low, ci_high : float
        Share of decided comparisons foretold by the majority of the other comparisons of the pair by other raters, in
        ``[0, 1]``.  Dimensionless.
    single : float
        Share foretold by one other rater's comparison alone.
    majority : float
        Share that agrees with the majority it belongs to: what no scale can exceed on these very comparisons.
    n_pairs, n_comparisons : int
        Pairs decided by at least two raters, and their decided comparisons.
    """

    ceiling: float
    ci_low: float
    ci_high: float
    single: float
    majority: float
    n_pairs: int
    n_comparisons: int


def circular_triads(
    first: ArrayLike,
    second: ArrayLike,
    scores: ArrayLike,
    *,
    raters: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CircularTriads:
    """Return the share of triads whose preferences go round in a circle, beside what chance would give.

    Parameters
    ----------
    first, second
        Shape ``(n,)`` each, integers: the two items of each comparison.
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was, zero for a
        tie.  Only the sign counts.
    raters
        Shape ``(n,)``, integers: who compared.  With it, triads are those of one rater, whose consistency is asked for;
        without, those of the majorities.
    confidence
        Probability of the interval around chance, in ``(0, 1)``.

    Returns
    -------
    CircularTriads
        Share in ``[0, 1]``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of comparisons.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    SelfComparisonError
        Something is compared with itself.
    TooFewTriadsError
        No three items were all compared with each other, and decided.

    Notes
    -----
    A pair is decided for the item that was preferred more often.  Under chance every triad is circular with probability
    1/4, two triads independently of each other even if they share a pair, so the share has the variance 3/16 / T; the
    interval is the normal approximation.

    References
    ----------
    Kendall, M. G., & Babington Smith, B. (1940). On the method of paired comparisons. Biometrika, 31(3/4), 324-345.
    doi:10.2307/2332613

    Examples
    --------
    >>> found = circular_triads(first=[1, 2, 3], second=[2, 3, 1], scores=[1, 1, 1])
    >>> found.share, found.circular, found.triads, found.chance_share
    (1.0, 1, 1, 0.25)
    """
    checked_confidence(confidence)
    circular = triads = 0
    for size, one, other, margin in _margins(first, second, scores, raters):
        decided = margin != 0.0
        for ij, jk, ik in _triangles(size, one[decided], other[decided]):
            sign = np.sign(margin[decided])
            circular += int(np.count_nonzero((sign[ij] == sign[jk]) & (sign[jk] != sign[ik])))
            triads += len(ij)
    if triads == 0:
        raise TooFewTriadsError(
            "No three items were all compared with each other and decided, so no preference can contradict two others."
        )
    reach = normal_quantile(confidence) * sqrt(3.0 / 16.0 / triads)
    return CircularTriads(
        share=circular / triads,
        circular=circular,
        triads=triads,
        chance_share=_CIRCULAR_BY_CHANCE,
        chance_low=max(0.0, _CIRCULAR_BY_CHANCE - reach),
        chance_high=min(1.0, _CIRCULAR_BY_CHANCE + reach),
    )


def _margins(
    first: ArrayLike, second: ArrayLike, scores: ArrayLike, raters: ArrayLike | None
) -> Iterator[tuple[int, IntArray, IntArray, FloatArray]]:
    """Yield number of items, pairs and margins of victory: of all together, or of each rater."""
    one, other, score = identities(first, "first"), identities(second, "second"), numbers(scores, "scores")
    same_length(first=one, second=other, scores=score)
    refuse_self_comparisons(one, other)
    groups = [np.arange(len(one))]
    if raters is not None:
        rater = identities(raters, "raters")
        same_length(raters=rater, first=one)
        _, who = numbered(rater)
        groups = np.split(np.argsort(who, kind="stable"), np.cumsum(np.bincount(who))[:-1])
    for group in groups:
        counts = count_comparisons(one[group], other[group], score[group], sides=False)
        yield len(counts.items), counts.first, counts.second, counts.first_preferred - counts.second_preferred


def _triangles(size: int, one: IntArray, other: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield, in portions, the places of the pairs (i, j), (j, k), (i, k) of all triangles i < j < k.

    Pairs are distinct, ascending, and `one` is below `other` in each.
    """
    keys = one * size + other
    begins = np.searchsorted(one, np.arange(size + 1))
    following = begins[other + 1] - begins[other]
    portions = np.cumsum(following) // _WEDGES_AT_ONCE
    for pairs in np.split(np.arange(len(one)), np.flatnonzero(np.diff(portions)) + 1):
        number = following[pairs]
        ij = np.repeat(pairs, number)
        within = np.arange(len(ij)) - np.repeat(np.cumsum(number) - number, number)
        jk = begins[other[ij]] + within
        wanted = one[ij] * size + other[jk]
        ik = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        closed = keys[ik] == wanted
        yield ij[closed], jk[closed], ik[closed]


def stochastic_transitivity(first: ArrayLike, second: ArrayLike, scores: ArrayLike) -> StochasticTransitivity:
    """Return how often the shares of preference among three items violate weak, moderate and strong transitivity.

    Parameters
    ----------
    first, second, scores
        Shape ``(n,)`` each, as for `circular_triads`.  A tie counts as half a preference each way.

    Returns
    -------
    StochasticTransitivity
        Shares in ``[0, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of comparisons.
    SelfComparisonError
        Something is compared with itself.
    TooFewTriadsError
        No three items were all compared with each other, and decided.

    Notes
    -----
    With p_ij above 1/2 and p_jk above 1/2, weak transitivity asks that p_ik be at least 1/2, moderate that it be at
    least the smaller of the two, strong that it be at least the larger.  A scale of the Bradley-Terry or Thurstone kind
    implies all three of the true shares.  Observed shares violate them by chance too, the stronger the oftener: compare
    with the same figure of data simulated from the scale.

    References
    ----------
    Tversky, A. (1969). Intransitivity of preferences. Psychological Review, 76(1), 31-48. doi:10.1037/h0026750

    Examples
    --------
    Image 1 beats 2 by 3 : 1 and 2 beats 3 by 2 : 1, but 1 beats 3 only by 3 : 2:

    >>> stochastic_transitivity(
    ...     first=[1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1],
    ...     second=[2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3],
    ...     scores=[1, 1, 1, -1, 1, 1, -1, 1, 1, 1, -1, -1],
    ... )
    StochasticTransitivity(weak=0.0, moderate=1.0, strong=1.0, triads=1)
    """
    counts = count_comparisons(first, second, scores, sides=False)
    credit = (counts.first_preferred + counts.ties / 2.0) / counts.comparisons - 0.5
    decided = counts.first_preferred != counts.second_preferred
    violations, triads = np.zeros(3), 0
    for ij, jk, ik in _triangles(len(counts.items), counts.first[decided], counts.second[decided]):
        lead = credit[decided]
        # Turned so that the sum goes round: i over j, j over k, k over i.
        round_trip = np.stack([lead[ij], lead[jk], -lead[ik]])
        against = np.where((round_trip > 0.0).sum(axis=0) >= 2, 1.0, -1.0)
        ordered = np.sort(round_trip * against, axis=0)
        # Two leads point along, the lowest against; its reverse is the lead of the best over the worst.
        over_two = -ordered[0]
        slack = 1e-12
        violations += [
            float(np.count_nonzero(over_two < -slack)),
            float(np.count_nonzero(over_two < ordered[1] - slack)),
            float(np.count_nonzero(over_two < ordered[2] - slack)),
        ]
        triads += len(ij)
    if triads == 0:
        raise TooFewTriadsError(
            "No three items were all compared with each other and decided, so no preference can contradict two others."
        )
    weak, moderate, strong = (violations / triads).tolist()
    return StochasticTransitivity(weak=weak, moderate=moderate, strong=strong, triads=triads)


def preference_ceiling(
    raters: ArrayLike, first: ArrayLike, second: ArrayLike, scores: ArrayLike, confidence: float = 0.95
) -> PreferenceCeiling:
    """Return how well a rater's preferences are foretold by those of the others: what any scale can hope for.

    Parameters
    ----------
    raters
        Shape ``(n,)``, integers: who compared.
    first, second
        Shape ``(n,)`` each, integers: the two items of each comparison.
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was.  Ties do
        not take part.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    PreferenceCeiling
        Shares in ``[0, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of comparisons.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    SelfComparisonError
        Something is compared with itself.
    NoPairableUnitsError
        No pair was decided by two raters.
    TooFewUnitsError
        One pair alone was: the ceiling exists, its interval does not.  The error carries the ceiling.

    Notes
    -----
    Every decided comparison is held out with all others of its rater and pair, and foretold by the majority of the
    rest; an even split foretells half.  With few raters per pair the majority of the others is itself unsure, so the
    true ceiling lies between `ceiling` and `majority`.  The interval is that of the delete-one-pair jackknife with
    Student's t; pairs that share an item, or a rater, are taken as independent.

    Examples
    --------
    Two of three raters prefer image 1 to 2, and all three prefer 1 to 3:

    >>> found = preference_ceiling(
    ...     raters=[1, 2, 3, 1, 2, 3], first=[1] * 6, second=[2, 2, 2, 3, 3, 3], scores=[1, 1, -1, 1, 1, 1]
    ... )
    >>> round(found.ceiling, 3), round(found.single, 3), round(found.majority, 3)
    (0.667, 0.667, 0.833)
    """
    checked_confidence(confidence)
    rater, one = identities(raters, "raters"), identities(first, "first")
    other, score = identities(second, "second"), numbers(scores, "scores")
    same_length(raters=rater, first=one, second=other, scores=score)
    refuse_self_comparisons(one, other)
    decided = score != 0.0
    balance = np.sign(np.where(one < other, score, -score))[decided]
    n_pairs, pair, forth, back = _votes(rater[decided], one[decided], other[decided], balance)
    all_forth, all_back = summed(pair, forth, n_pairs), summed(pair, back, n_pairs)
    rest_forth, rest_back = all_forth[pair] - forth, all_back[pair] - back
    foretold = summed(pair, _credit(forth, back, rest_forth, rest_back), n_pairs)
    number = all_forth + all_back
    ceiling = float(foretold.sum() / number.sum())
    rest = rest_forth + rest_back
    single = float(((forth * rest_forth + back * rest_back) / rest).sum() / number.sum())
    if n_pairs < 2:
        raise TooFewUnitsError(
            "Only one pair was decided by two raters or more; an interval needs at least two.", estimate=ceiling
        )
    without_each = (foretold.sum() - foretold) / (number.sum() - number)
    reach = float(t_quantile(np.array([n_pairs - 1.0]), confidence)[0]) * jackknife_standard_error(without_each)
    return PreferenceCeiling(
        ceiling=ceiling,
        ci_low=max(0.0, ceiling - reach),
        ci_high=min(1.0, ceiling + reach),
        single=single,
        majority=float(np.maximum(all_forth, all_back).sum() / number.sum()),
        n_pairs=n_pairs,
        n_comparisons=int(number.sum()),
    )


def _credit(forth: FloatArray, back: FloatArray, rest_forth: FloatArray, rest_back: FloatArray) -> FloatArray:
    """Return how many of the votes the majority of the rest foretells, half of them where it is split evenly."""
    lead = np.sign(rest_forth - rest_back)
    return (forth + back) / 2.0 + (forth - back) * lead / 2.0


def _votes(
    rater: IntArray, one: IntArray, other: IntArray, balance: FloatArray
) -> tuple[int, IntArray, FloatArray, FloatArray]:
    """Return the number of pairs decided by two raters, and pair and votes each way of every rater of each."""
    nobody = NoPairableUnitsError("No pair was decided by two raters, so nobody's preference can foretell another's.")
    if len(rater) == 0:
        raise nobody
    items, index = numbered(np.concatenate((one, other)))
    left, right = np.split(index, 2)
    _, pair = numbered(np.minimum(left, right) * len(items) + np.maximum(left, right))
    people, who = numbered(rater)
    keys, cell = numbered(pair * len(people) + who)
    cell_pair = keys // len(people)
    often = np.bincount(cell_pair) > 1
    if not often.any():
        raise nobody
    kept = often[cell_pair]
    place = np.cumsum(often, dtype=np.int64) - 1
    forth = summed(cell, (balance > 0.0).astype(np.float64), len(keys))[kept]
    back = summed(cell, (balance < 0.0).astype(np.float64), len(keys))[kept]
    return int(often.sum()), place[cell_pair[kept]], forth, back
