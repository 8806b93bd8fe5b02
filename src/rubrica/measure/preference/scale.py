"""A scale of preference, and how far apart items stand on it.

Scores are measured from the mean of all items, so only differences have a meaning; `differences` gives them with their
intervals, whichever model the scale comes from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, same_length
from rubrica.measure.errors import TooManyItemsError, UnknownItemError
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.preference.comparison_graph import refuse_self_comparisons
from rubrica.measure.preference.scale_fitting import (
    MOST_INTERVALS,
    Derivatives,
    Effect,
    Information,
    covariance_of,
    normal_quantile,
    solve,
    standard_errors,
)


@dataclass(frozen=True, slots=True, eq=False)
class PreferenceScale:
    """The score of each item on a scale of preference.

    Attributes
    ----------
    items : IntArray
        Shape ``(k,)``, ascending.
    scores : FloatArray
        Shape ``(k,)``, adding up to zero: log-odds (Bradley-Terry, Plackett-Luce) or standard deviations of a
        difference (Thurstone).
    n_comparisons : FloatArray
        Shape ``(k,)``: comparisons (rankings, sets) that each item took part in.
    reported : IntArray
        Shape ``(m,)``: the items whose interval was asked for; all by default.
    standard_error, ci_low, ci_high : FloatArray
        Shape ``(m,)`` each: of the reported items' scores, measured from the mean of all items; in score units.
    side : Effect or None
        By how much standing first (left) adds to a score, in score units; None where it was not estimated.
    ties : Effect or None
        Davidson's nu, or Rao and Kupper's theta, above 1; the standard error is that of its logarithm.  None without a
        model of ties.
    log_likelihood : float
        Natural logarithm; with a prior, its logarithm (up to a constant) is included.
    information : Information
        What the comparisons tell about the scores; for `differences` and `covariance`.
    """

    items: IntArray
    scores: FloatArray
    n_comparisons: FloatArray
    reported: IntArray
    standard_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    side: Effect | None
    ties: Effect | None
    log_likelihood: float
    information: Information


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """How far apart pairs of items stand on a scale.

    Attributes
    ----------
    one, other : IntArray
        Shape ``(m,)`` each: the items.
    difference, standard_error, ci_low, ci_high : FloatArray
        Shape ``(m,)`` each: score of `one` minus score of `other`, in score units.
    """

    one: IntArray
    other: IntArray
    difference: FloatArray
    standard_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray


def reported_scale(
    items: IntArray,
    scores: FloatArray,
    n_comparisons: FloatArray,
    found: Derivatives,
    *,
    positions: IntArray,
    confidence: float,
    side: Effect | None = None,
    ties: Effect | None = None,
) -> PreferenceScale:
    """Return the scale with the intervals of the items at the positions to report.

    Examples
    --------
    >>> from rubrica.measure.preference.comparison_graph import count_comparisons
    >>> from rubrica.measure.preference.likelihood import derivatives
    >>> counts = count_comparisons([1, 1], [2, 2], [1, -1])
    >>> scores, found = np.zeros(2), derivatives(counts, np.zeros(2), np.zeros(0))
    >>> only_the_second = np.array([1])
    >>> scale = reported_scale(
    ...     counts.items, scores, np.full(2, 2.0), found, positions=only_the_second, confidence=0.95
    ... )
    >>> scale.ci_high.round(3)
    array([1.386])
    """
    errors = standard_errors(found.information, positions)
    reach = normal_quantile(confidence) * errors
    return PreferenceScale(
        items=items,
        scores=scores,
        n_comparisons=n_comparisons,
        reported=items[positions],
        standard_error=errors,
        ci_low=scores[positions] - reach,
        ci_high=scores[positions] + reach,
        side=side,
        ties=ties,
        log_likelihood=found.log_likelihood,
        information=found.information,
    )


def reported_positions(items: IntArray, reported: ArrayLike | None) -> IntArray:
    """Return where among the items those stand whose interval is wanted; all for None.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError
        `reported` is not a column of integers.
    UnknownItemError
        One of them is not among the items.
    TooManyItemsError
        There are more than `MOST_INTERVALS`.

    Examples
    --------
    >>> reported_positions(np.array([3, 5, 8]), [8, 3])
    array([2, 0])
    """
    positions = np.arange(len(items)) if reported is None else _positions(items, reported, "reported")
    if len(positions) > MOST_INTERVALS:
        raise TooManyItemsError(
            f"Intervals of {len(positions)} items are more than can be computed at once ({MOST_INTERVALS}); name those "
            "to report, for instance reported=[]."
        )
    return positions


def _positions(items: IntArray, asked: ArrayLike, name: str) -> IntArray:
    column = np.asarray(asked)
    if column.size == 0:
        return np.zeros(0, dtype=np.int64)
    wanted = identities(column, name)
    positions = np.minimum(np.searchsorted(items, wanted), len(items) - 1)
    unknown = np.flatnonzero(items[positions] != wanted)
    if len(unknown) > 0:
        raise UnknownItemError(f"{name} holds {wanted[unknown[0]]}, which was never compared with anything.")
    return positions.astype(np.int64, copy=False)


def differences(scale: PreferenceScale, one: ArrayLike, other: ArrayLike, confidence: float = 0.95) -> Differences:
    """Return how far apart pairs of items stand on a scale, with their intervals.

    Parameters
    ----------
    scale
        From `bradley_terry`, `thurstone` or another model of preference.
    one, other
        Shape ``(m,)`` each, integers: the items of each pair.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    Differences
        In score units.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `one` and `other` are not two columns of integers of one length.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    SelfComparisonError
        An item is paired with itself.
    UnknownItemError
        An item does not stand on the scale.

    Notes
    -----
    The squared standard error is C_ii + C_jj - 2 C_ij: it knows that two scores are estimated from common comparisons,
    which overlapping intervals of the scores do not.  One linear system is solved per pair.

    Examples
    --------
    >>> from rubrica.measure.preference.pairwise import bradley_terry
    >>> scale = bradley_terry([1, 1, 1, 1], [2, 2, 2, 2], [1, 1, 1, -1])
    >>> found = differences(scale, [1], [2])
    >>> found.difference.round(3), found.ci_low.round(3), found.ci_high.round(3)
    (array([1.099]), array([-1.165]), array([3.362]))
    """
    checked_confidence(confidence)
    left, right = _positions(scale.items, one, "one"), _positions(scale.items, other, "other")
    first, second = identities(one, "one"), identities(other, "other")
    same_length(one=first, other=second)
    refuse_self_comparisons(first, second)
    pairs = np.arange(len(first))
    contrast = np.zeros((len(scale.items), len(first)))
    contrast[left, pairs] += 1.0
    contrast[right, pairs] -= 1.0
    further = np.zeros((scale.information.n_further, len(first)))
    solution, _ = solve(scale.information, contrast, further)
    errors = np.sqrt(solution[left, pairs] - solution[right, pairs])
    gap = scale.scores[left] - scale.scores[right]
    reach = normal_quantile(confidence) * errors
    return Differences(
        one=first, other=second, difference=gap, standard_error=errors, ci_low=gap - reach, ci_high=gap + reach
    )


def covariance(scale: PreferenceScale) -> FloatArray:
    """Return the covariance of the scores of the reported items, measured from the mean of all.

    Returns
    -------
    FloatArray
        Shape ``(m, m)``, in squared score units.

    Examples
    --------
    >>> from rubrica.measure.preference.pairwise import bradley_terry
    >>> covariance(bradley_terry([1, 1], [2, 2], [1, -1]))
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    return covariance_of(scale.information, np.searchsorted(scale.items, scale.reported).astype(np.int64, copy=False))
