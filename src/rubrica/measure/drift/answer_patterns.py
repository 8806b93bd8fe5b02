"""Does a rater click through? The longest run of equal answers, and how evenly the scale is used."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import (
    BoolArray,
    FloatArray,
    IntArray,
    identities,
    levelled,
    numbered,
    numbers,
    same_length,
)
from rubrica.measure.errors import TiedTimesError

_BISECTIONS: Final = 60

_STEP_BY_STEP: Final = 2000
"""Up to so many answers the probability of a run is found answer by answer."""

_TOGETHER: Final = 1000
"""Raters followed at a time, those with about as many answers together."""


@dataclass(frozen=True, slots=True, eq=False)
class AnswerPatterns:
    """Runs of equal answers, and the entropy of answers, of each rater.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``, ascending.
    n_ratings : IntArray
        Shape ``(r,)``.
    longest_run : IntArray
        Shape ``(r,)``: the longest run of equal answers, one after the other.
    typical_run : IntArray
        Shape ``(r,)``: the length that the longest run exceeds in no more than half of the cases, if answers with the
        same shares came in random order.
    p_value : FloatArray
        Shape ``(r,)``, in ``[0, 1]``: the probability of a run as long as the longest, or longer.
    entropy : FloatArray
        Shape ``(r,)``, not below 0: of the shares of answers, in bits; 0 where all are equal.
    """

    raters: IntArray
    n_ratings: IntArray
    longest_run: IntArray
    typical_run: IntArray
    p_value: FloatArray
    entropy: FloatArray


def answer_patterns(raters: ArrayLike, values: ArrayLike, times: ArrayLike) -> AnswerPatterns:
    """Return the longest run of equal answers of each rater, how unlikely it is, and the entropy of the answers.

    Parameters
    ----------
    raters
        Shape ``(n,)``, integers: the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the nominal level.
    times
        Shape ``(n,)``, integers: when each rating was given, in any unit of time; no rater twice at the same time.

    Returns
    -------
    AnswerPatterns
        Of all raters.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `raters` or `times` does not hold integers, or `values` does not hold finite numbers.
    NoRatingsError
        There are no ratings.
    TiedTimesError
        A rater gave two ratings at the same time.

    Notes
    -----
    If n answers come one by one, independently, with probabilities p_k, those without a run of L or more are words
    whose generating function is 1 / (1 - sum_k h_k(z)), h_k = (u - u^L) / (1 - u^L), u = p_k z.  Its pole z nearest to
    0 gives their probability z^-(n + 1) / sum_k h_k'(z), with an error that vanishes exponentially in n / L (Flajolet
    and Sedgewick 2009); from it comes the typical run.  The p-value is exact up to 2 000 answers, found answer by
    answer, and from the pole beyond, where it is off only if nearly all answers are alike.  The shares are the rater's
    own: somebody who always answers 3 has a run of n, which is no surprise (p = 1) - and an entropy of 0, which is.

    A run is a matter of the units too.  Pictures of one kind that are shown one after the other earn equal answers; p
    means something where their order is random.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from Web-based personality inventories.
    Journal of Research in Personality, 39(1), 103-129. doi:10.1016/j.jrp.2004.09.009 (the longest run as a sign)

    Flajolet, P., & Sedgewick, R. (2009). Analytic combinatorics. Cambridge University Press, sections III.7 (words
    without equal neighbours) and IV.5. doi:10.1017/CBO9780511801655

    Shannon, C. E. (1948). A mathematical theory of communication. The Bell System Technical Journal, 27(3), 379-423.
    doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> found = answer_patterns([1] * 20, [1, 2, 3, 4, 5, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 2, 4, 5, 2, 4], times=range(20))
    >>> found.longest_run, found.typical_run, found.p_value.round(4), found.entropy.round(2)
    (array([9]), array([3]), array([0.0127]), array([1.99]))
    """
    rater, value = identities(raters, "raters"), numbers(values, "values")
    time = identities(times, "times")
    same_length(raters=rater, values=value, times=time)
    order = np.lexsort((time, rater))
    labels, index = numbered(rater[order])
    levels, code = levelled(value[order])
    tied = (index[1:] == index[:-1]) & (time[order[1:]] == time[order[:-1]])
    if tied.any():
        row = order[int(np.argmax(tied))]
        raise TiedTimesError(f"Rater {rater[row]} gave two ratings at time {time[row]}, so their order is not known.")
    counts = np.bincount(index * len(levels) + code, minlength=len(labels) * len(levels))
    counts = counts.reshape(len(labels), len(levels))
    number = counts.sum(axis=1)
    share = counts / number[:, None]
    longest = _longest_runs(index, code, len(labels))
    return AnswerPatterns(
        raters=labels,
        n_ratings=number,
        longest_run=longest,
        typical_run=_typical_run(share, number),
        p_value=np.clip(1.0 - _without_longest(share, number, longest), 0.0, 1.0),
        entropy=-(share * np.log2(np.where(share > 0.0, share, 1.0))).sum(axis=1) + 0.0,
    )


def _longest_runs(index: IntArray, code: IntArray, size: int) -> IntArray:
    begin = np.flatnonzero(np.append(True, (np.diff(index) != 0) | (np.diff(code) != 0)))
    longest = np.zeros(size, dtype=np.int64)
    np.maximum.at(longest, index[begin], np.diff(np.append(begin, len(index))))
    return longest


def _typical_run(share: FloatArray, number: IntArray) -> IntArray:
    """Return the smallest length that is exceeded with a probability of a half at most."""
    low, high = np.ones(len(number), dtype=np.int64), number.copy()
    while np.any(low < high):
        middle = (low + high) // 2
        enough = _without_run(share, number, middle + 1) >= 0.5
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    return low


def _without_longest(share: FloatArray, number: IntArray, length: IntArray) -> FloatArray:
    """Return how probable it is that no run reaches `length`: exactly, where answers are not too many."""
    few = number <= _STEP_BY_STEP
    probability = np.empty(len(number))
    probability[~few] = _without_run(share[~few], number[~few], length[~few])
    rows = np.flatnonzero(few)
    rows = rows[np.argsort(number[rows], kind="stable")]
    for part in np.array_split(rows, -(-len(rows) // _TOGETHER) or 1):
        probability[part] = _by_answer(share[part], number[part], length[part])
    return probability


def _by_answer(share: FloatArray, number: IntArray, length: IntArray) -> FloatArray:
    """Follow the probability of ending in each answer, without a run so far, from one answer to the next."""
    everyone = np.arange(len(number))
    begun = np.zeros((int(number.max(initial=0)) + 1, *share.shape))
    # A run that began L - 1 answers ago has this chance to become too long now.
    goes_on = share ** (length - 1.0)[:, None]
    ending = np.zeros(share.shape)
    probability = np.ones(len(number))
    for step in range(1, len(begun)):
        begun[step] = share * (ending.sum(axis=1, keepdims=True) - ending if step > 1 else 1.0)
        # A run that began at answer 0 or before it is one that did not begin.
        too_long = goes_on * begun[np.maximum(step - length + 1, 0), everyone]
        ending = np.maximum(begun[step] + share * ending - too_long, 0.0)
        probability = np.where(number == step, ending.sum(axis=1), probability)
    return probability


def _without_run(share: FloatArray, number: IntArray, length: IntArray) -> FloatArray:
    """Return how probable it is that no run reaches `length`, in so many independent answers with these shares."""
    power = length.astype(np.float64)[:, None]
    certain: BoolArray = length > number
    impossible = (share.max(axis=1) >= 1.0) | (length < 2)
    open_case = ~(certain | impossible)
    probability = np.where(certain, 1.0, 0.0)
    if not open_case.any():
        return probability
    pole = _pole(share[open_case], power[open_case])
    _, slope = _runs(share[open_case], pole, power[open_case])
    # The pole lies beyond 1: its power is a matter of logarithms.
    logarithm = -(number[open_case] + 1.0) * np.log(pole) - np.log(slope)
    probability[open_case] = np.exp(np.minimum(logarithm, 0.0))
    return probability


def _pole(share: FloatArray, power: FloatArray) -> FloatArray:
    low = np.ones(len(share))
    # At this end the second most frequent answer has a sum of (L - 1) / L, and the first no smaller one.
    high = 1.0 / np.sort(share, axis=1)[:, -2]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        below = _runs(share, middle, power)[0] < 1.0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


def _runs(share: FloatArray, z: FloatArray, power: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sum_k h_k(z) and its derivative."""
    u = share * z[:, None]
    # Runs of length 1 to L - 1 weigh F = u + ... + u^(L-1), and h = F / (1 + F) = 1 - 1 / (1 + F).
    log_u = np.log(np.where(u > 0.0, u, 1.0))
    near = np.abs(log_u) < 1e-9
    steep = np.where(near, 1.0, log_u)
    # 1 + F = (u^L - 1) / (u - 1), and h = 1 - (u - 1) / (u^L - 1).
    rest = np.where(near, 1.0 / power, np.expm1(steep) / np.expm1(np.minimum(power * steep, 700.0)))
    # d/du of (u - 1) / (u^L - 1), written with the rest q: q / (u - 1) - q L u^(L-1) / (u^L - 1).
    swell = 1.0 / -np.expm1(-np.where(near, 1.0, np.clip(power * steep, -700.0, 700.0)))
    slope = np.where(
        near,
        (power - 1.0) / (2.0 * power),
        rest * (power / np.where(u > 0.0, u, 1.0) * swell - 1.0 / np.expm1(steep)),
    )
    h = np.where(u > 0.0, 1.0 - rest, 0.0)
    return h.sum(axis=1), (share * np.where(u > 0.0, slope, 0.0)).sum(axis=1)
