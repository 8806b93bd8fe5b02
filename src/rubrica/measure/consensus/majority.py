"""Which category do raters settle on? The majority of each unit, and what every consensus of raters consists of.

The majority trusts all raters alike; the models beside it (``dawid_skene``, ``mace``, ``glad``) weigh them by how they
err.
"""

from dataclasses import dataclass

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
from rubrica.measure.consensus.categorical import CategoricalRatings, refuse_large_table
from rubrica.measure.intervals import checked_confidence, wilson_interval


@dataclass(frozen=True, slots=True, eq=False)
class Majority:
    """The category that most ratings of each unit name.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    consensus : FloatArray
        Shape ``(i,)``: the category named most often; of several, the smallest.
    share, ci_low, ci_high : FloatArray
        Shape ``(i,)`` each, in ``(0, 1]``: its share of the unit's ratings, and Wilson's interval.  Dimensionless.
    tied : BoolArray
        Shape ``(i,)``: another category was named as often.
    n_ratings : IntArray
        Shape ``(i,)``.
    categories : FloatArray
        Shape ``(k,)``: the categories that occur, ascending.
    shares : FloatArray
        Shape ``(i, k)``: the share of each category; adding up to 1 for each unit.
    """

    units: IntArray
    consensus: FloatArray
    share: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tied: BoolArray
    n_ratings: IntArray
    categories: FloatArray
    shares: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """How probable each category is for each unit, as a model of raters has it.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    consensus : FloatArray
        Shape ``(i,)``: the most probable category; of several, the smallest.
    categories : FloatArray
        Shape ``(k,)``: the categories that occur, ascending.
    posterior : FloatArray
        Shape ``(i, k)``, in ``[0, 1]``, adding up to 1 for each unit.  Dimensionless.  Models take raters for
        independent and are therefore too sure of themselves: see ``rubrica.measure.consensus.calibration``.
    n_ratings : IntArray
        Shape ``(i,)``.
    """

    units: IntArray
    consensus: FloatArray
    categories: FloatArray
    posterior: FloatArray
    n_ratings: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """How large a share of each rater's ratings names the true category, as far as the consensus tells.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``, ascending.
    reliability, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in ``[0, 1]``: the expected share, and its interval.  Dimensionless.
    n_ratings : IntArray
        Shape ``(r,)``.
    n_effective : FloatArray
        Shape ``(r,)``: the number of ratings of units with a certain category that would tell as much; between half of
        `n_ratings` and all.
    """

    raters: IntArray
    reliability: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_ratings: IntArray
    n_effective: FloatArray


def majority_vote(units: ArrayLike, values: ArrayLike, *, confidence: float = 0.95) -> Majority:
    """Return the category that most ratings of each unit name, with Wilson's interval of its share.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.
    values
        Shape ``(n,)``, finite numbers at the nominal level: the categories.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    Majority
        Shares in ``(0, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    NoRatingsError
        There are no ratings.
    TooManyValuesError
        Units times categories exceed 100 million.

    Notes
    -----
    A tie goes to the smallest of the categories named most often, and ``tied`` says so; nothing is drawn by lot, so the
    same ratings have the same consensus.  The interval is that of the share of one category fixed beforehand; of the
    winner among several it is somewhat too high when there are few ratings.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association, 22(158), 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> found = majority_vote(units=[1, 1, 1, 2, 2], values=[3, 4, 4, 5, 3])
    >>> found.consensus, found.share.round(3), found.tied
    (array([4., 3.]), array([0.667, 0.5  ]), array([False,  True]))
    """
    checked_confidence(confidence)
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    labels, index = numbered(unit)
    categories, code = levelled(value)
    cells = len(labels) * len(categories)
    refuse_large_table(cells, f"{len(labels)} units and {len(categories)} categories")
    counts = np.bincount(index * len(categories) + code, minlength=cells).reshape(len(labels), len(categories))
    most, number = counts.max(axis=1), np.bincount(index).astype(np.int64, copy=False)
    low, high = wilson_interval(most.astype(np.float64), number.astype(np.float64), confidence)
    return Majority(
        units=labels,
        consensus=categories[counts.argmax(axis=1)],
        share=most / number,
        ci_low=low,
        ci_high=high,
        tied=(counts == most[:, None]).sum(axis=1) > 1,
        n_ratings=number,
        categories=categories,
        shares=counts / number[:, None],
    )


def consensus_of(ratings: CategoricalRatings, posterior: FloatArray) -> Consensus:
    """Return the consensus under the probabilities ``(k, i)`` that a model arrived at.

    Examples
    --------
    >>> from rubrica.measure.consensus.categorical import categorical_ratings
    >>> ratings = categorical_ratings(units=[7, 7, 8, 8], raters=[1, 2, 1, 3], values=[0, 1, 1, 1])
    >>> consensus_of(ratings, np.array([[0.7, 0.1], [0.3, 0.9]])).consensus
    array([0., 1.])
    """
    return Consensus(
        units=ratings.units,
        consensus=ratings.categories[posterior.argmax(axis=0)],
        categories=ratings.categories,
        posterior=np.ascontiguousarray(posterior.T),
        n_ratings=ratings.n_ratings,
    )


def reliability_of(ratings: CategoricalRatings, posterior: FloatArray, confidence: float) -> Reliability:
    """Return how reliable each rater is under the probabilities ``(k, i)`` that a model arrived at.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Notes
    -----
    With t the probability of the category that a rating names, the reliability a is the mean of t over the n ratings of
    a rater.  It varies for two reasons: other units would have been rated otherwise, a (1 - a) / n, and the true
    categories of these units are not certain, sum t (1 - t) / n^2.  The interval is Wilson's on the number of ratings
    n' at which the first reason alone would account for both: n' = n a (1 - a) / (a (1 - a) + mean t (1 - t)).  It
    takes the error rates, and the independence of raters, as given.

    References
    ----------
    Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley. doi:10.1002/9780470316696 (the sum of
    the variance within and between completed data)

    Examples
    --------
    >>> from rubrica.measure.consensus.categorical import categorical_ratings
    >>> ratings = categorical_ratings(units=[7, 7, 8, 8], raters=[1, 2, 1, 3], values=[0, 1, 1, 1])
    >>> found = reliability_of(ratings, np.array([[0.75, 0.0], [0.25, 1.0]]), 0.95)
    >>> found.reliability, found.n_effective.round(2)
    (array([0.875, 0.25 , 1.   ]), array([1.08, 0.5 , 1.  ]))
    """
    number = np.bincount(ratings.rater, minlength=len(ratings.raters)).astype(np.int64, copy=False)
    share = np.minimum(_of_named(ratings, posterior) / number, 1.0)
    uncertain = _of_named(ratings, posterior * (1.0 - posterior)) / number
    # The spread of the whole is at least the mean spread of its parts; rounding alone makes it less.
    spread = np.maximum(share * (1.0 - share), uncertain)
    total = np.where(uncertain == 0.0, 1.0, spread + uncertain)
    effective = number.astype(np.float64) * np.where(uncertain == 0.0, total, spread / total)
    low, high = wilson_interval(share * effective, effective, confidence)
    return Reliability(
        raters=ratings.raters,
        reliability=share,
        ci_low=low,
        ci_high=high,
        n_ratings=number,
        n_effective=effective,
    )


def _of_named(ratings: CategoricalRatings, amount: FloatArray) -> FloatArray:
    """Add up, for each rater, an amount ``(k, i)`` per unit and category over the units and categories they named."""
    n_categories = len(ratings.categories)
    by_code = ratings.named.added_by_column(amount.T).reshape(-1, n_categories, n_categories)
    return np.asarray(np.trace(by_code, axis1=1, axis2=2), dtype=np.float64)
