"""How often one of two was preferred, and whether it mattered on which side it stood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length
from rubrica.measure.errors import NoDecisionsError
from rubrica.measure.intervals import checked_confidence, wilson_interval
from rubrica.measure.preference.comparison_graph import refuse_self_comparisons


@dataclass(frozen=True, slots=True, eq=False)
class WinRates:
    """How often each contender was preferred in its comparisons.

    Attributes
    ----------
    contenders : IntArray
        Shape ``(k,)``, ascending.
    win_rate, ci_low, ci_high : FloatArray
        Shape ``(k,)`` each, in ``[0, 1]``: wins plus half the ties, as a share of the comparisons.  Dimensionless.
    wins, losses, ties, n_comparisons : IntArray
        Shape ``(k,)`` each; the first three add up to the last.
    """

    contenders: IntArray
    win_rate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    wins: IntArray
    losses: IntArray
    ties: IntArray
    n_comparisons: IntArray


@dataclass(frozen=True, slots=True)
class SideBias:
    """How often the left (first shown) image was preferred among the comparisons that were decided.

    Attributes
    ----------
    left_share, ci_low, ci_high : float
        In ``[0, 1]``; 0.5 when sides do not matter and were assigned by chance.  Dimensionless.
    left, right, ties : int
        Comparisons decided for the left, for the right, and undecided.
    """

    left_share: float
    ci_low: float
    ci_high: float
    left: int
    right: int
    ties: int


def win_rates(first: ArrayLike, second: ArrayLike, scores: ArrayLike, confidence: float = 0.95) -> WinRates:
    """Return how often each contender was preferred to those it was compared with, with Wilson's interval.

    Parameters
    ----------
    first, second
        Shape ``(n,)`` each, integers: the two contenders (images, or the models that made them) of each comparison.
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was, zero for a
        tie.  Only the sign counts.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    WinRates
        Shares in ``[0, 1]``; ties count half and are reported.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `first` or `second` does not hold integers, or `scores` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    SelfComparisonError
        Something is compared with itself.
    NoRatingsError
        There are no comparisons.

    Notes
    -----
    A win rate is a share of the comparisons that were made: contenders that met different opponents cannot be ranked by
    it.  The interval treats comparisons as independent; a tie, counted as half a win, makes it slightly too wide.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association, 22(158), 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    Model 1 meets model 2 four times, wins twice and ties once:

    >>> found = win_rates(first=[1, 1, 2, 1], second=[2, 2, 1, 2], scores=[2, 1, 1, 0])
    >>> found.contenders, found.win_rate, found.ties
    (array([1, 2]), array([0.625, 0.375]), array([1, 1]))
    >>> found.ci_low.round(3), found.ci_high.round(3)
    (array([0.219, 0.092]), array([0.908, 0.781]))
    """
    checked_confidence(confidence)
    one, other, score = identities(first, "first"), identities(second, "second"), numbers(scores, "scores")
    same_length(first=one, second=other, scores=score)
    refuse_self_comparisons(one, other)
    contenders, index = numbered(np.concatenate((one, other)))
    outcome = np.sign(np.concatenate((score, -score)))
    wins, losses, ties = (
        np.bincount(index[outcome == sign], minlength=len(contenders)).astype(np.int64, copy=False)
        for sign in (1.0, -1.0, 0.0)
    )
    number = wins + losses + ties
    credit = wins + ties / 2.0
    low, high = wilson_interval(credit, number.astype(np.float64), confidence)
    return WinRates(
        contenders=contenders,
        win_rate=credit / number,
        ci_low=low,
        ci_high=high,
        wins=wins,
        losses=losses,
        ties=ties,
        n_comparisons=number,
    )


def side_bias(scores: ArrayLike, confidence: float = 0.95) -> SideBias:
    """Return how often the left image was preferred, as a share of the decided comparisons, with Wilson's interval.

    Parameters
    ----------
    scores
        Shape ``(n,)``, finite numbers **as shown**: above zero when the left (or first shown) image was preferred,
        below zero when the right one was, zero for a tie.  Only the sign counts.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    SideBias
        Share in ``[0, 1]``.  Ties take no side: they are reported and do not enter the share.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError
        `scores` is not a column of finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    NoRatingsError
        There are no comparisons.
    NoDecisionsError
        Every comparison is a tie.

    Notes
    -----
    An interval that excludes 0.5 shows a preference for a side if sides were assigned by chance; otherwise
    the better image may simply have stood there more often.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association, 22(158), 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> found = side_bias([1, 1, 2, -1, 0])
    >>> found.left_share, found.left, found.right, found.ties
    (0.75, 3, 1, 1)
    """
    checked_confidence(confidence)
    score = numbers(scores, "scores")
    left, right = int(np.count_nonzero(score > 0.0)), int(np.count_nonzero(score < 0.0))
    decided = left + right
    if decided == 0:
        raise NoDecisionsError(f"All {len(score)} comparisons are ties, so no side was ever preferred.")
    low, high = wilson_interval(np.array([float(left)]), np.array([float(decided)]), confidence)
    return SideBias(
        left_share=left / decided,
        ci_low=float(low[0]),
        ci_high=float(high[0]),
        left=left,
        right=right,
        ties=len(score) - decided,
    )
