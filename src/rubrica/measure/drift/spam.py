"""Do a rater's ratings tell anything at all? Scores of what confusions leave of the truth, and failed control items.

A rater may err a lot and still be useful, if the errors say what the truth is; one whose answers are the same whatever
the truth is, says nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import CostError, ErrorRatesError, NotNumericError, PriorError, ProbabilityError
from rubrica.measure.intervals import checked_confidence

_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LabelCost:
    """What a rater's answers cost once everything that the confusions say has been made of them.

    Attributes
    ----------
    cost : FloatArray
        Shape ``(r,)``, not below 0: the expected cost of deciding by the soft label that an answer leaves, in the unit
        of the costs.
    worst : float
        The cost of knowing the share of each category alone.
    quality : FloatArray
        Shape ``(r,)``, in ``[0, 1]``: 1 - cost / worst; 0 for answers that say nothing, 1 for those that leave no
        doubt.  Dimensionless.
    """

    cost: FloatArray
    worst: float
    quality: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ControlFailures:
    """How probable it is that a rater is right less often than required.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``, ascending.
    n_right, n_items : IntArray
        Shape ``(r,)`` each: control items answered rightly, and answered at all.
    accuracy, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in ``[0, 1]``: mean of the posterior of the share of right answers, and its interval with
        equal tails.  Dimensionless.
    below : FloatArray
        Shape ``(r,)``, in ``[0, 1]``: posterior probability that the share is below the minimum.
    """

    raters: IntArray
    n_right: IntArray
    n_items: IntArray
    accuracy: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    below: FloatArray


def spammer_score(confusion: ArrayLike) -> FloatArray:
    """Return how far each rater is from one who answers without having looked.

    Parameters
    ----------
    confusion
        Shape ``(r, k, k)``: the probability that a rater names a category (last), given the true one (second), such as
        ``confusion`` of ``rubrica.measure.consensus.dawid_skene.DawidSkene``.

    Returns
    -------
    FloatArray
        Shape ``(r,)``, in ``[0, 1]``: 0 where the answer does not depend on the truth, 1 where it always tells it, be
        it by other names.  Dimensionless.

    Raises
    ------
    ErrorRatesError
        `confusion` is not of that shape, has fewer than two categories, or a row of it is no distribution.

    Notes
    -----
    The mean squared distance of any two rows, sum over pairs j < j' and over k of (pi_jk - pi_j'k)^2, divided by
    K (K - 1).  With two categories it is (sensitivity + specificity - 1)^2.  Every pair of categories counts alike,
    however rare they are; `soft_label_cost` counts by how often they occur and what a mistake costs.  Rows of
    categories that a rater hardly met are not known: look at ``support`` beside it.

    References
    ----------
    Raykar, V. C., & Yu, S. (2012). Eliminating spammers and ranking annotators for crowdsourced labeling tasks. Journal
    of Machine Learning Research, 13, 491-518. https://www.jmlr.org/papers/v13/raykar12a.html

    Examples
    --------
    A careful rater, one who always says the same, and one who takes each category for the other:

    >>> spammer_score([[[0.9, 0.1], [0.2, 0.8]], [[0.0, 1.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]]).round(2)
    array([0.49, 0.  , 1.  ])
    """
    rates = _checked_confusion(confusion)
    categories = rates.shape[1]
    # Over all ordered pairs, sum |a - b|^2 = 2 K sum |a|^2 - 2 |sum a|^2; each unordered pair is there twice.
    squares = (rates**2).sum(axis=(1, 2)) * categories - (rates.sum(axis=1) ** 2).sum(axis=1)
    return np.asarray(np.clip(squares / (categories * (categories - 1.0)), 0.0, 1.0), dtype=np.float64)


def soft_label_cost(confusion: ArrayLike, priors: ArrayLike, costs: ArrayLike | None = None) -> LabelCost:
    """Return what is left of a rater's answers when biases are corrected: the expected cost of their soft labels.

    Parameters
    ----------
    confusion
        Shape ``(r, k, k)``, as for `spammer_score`.
    priors
        Shape ``(k,)``: the share of units of each category.
    costs
        Shape ``(k, k)``, not negative: of deciding for a category (last) where another is true (first); 0 for the
        right one.  By default every mistake costs 1.

    Returns
    -------
    LabelCost
        In the unit of the costs, and as quality without one.

    Raises
    ------
    ErrorRatesError
        `confusion` or `priors` is not of its shape, or no distribution; or one category has all units.
    CostError
        `costs` is not of its shape, is negative or not finite, a right decision costs something, or nothing does.

    Notes
    -----
    An answer k leaves the soft label q_jk, in proportion to p_j pi_jk, and its cost is sum_ij q_ik q_jk c_ij: that of
    a truth and a decision both drawn from it.  The answers' costs are weighed by how often they are given.  A rater who
    always takes one category for another costs nothing: the bias is corrected.  One who always says the same leaves the
    shares p, which is the worst.

    References
    ----------
    Ipeirotis, P. G., Provost, F., & Wang, J. (2010). Quality management on Amazon Mechanical Turk. HCOMP '10, 64-67.
    doi:10.1145/1837885.1837906

    Examples
    --------
    Of 100 pages 85 are harmless.  The first rater calls all of them so, and errs in 15 % of the cases; the second errs
    in 20 %, and yet is the one who tells something:

    >>> found = soft_label_cost([[[1.0, 0.0], [1.0, 0.0]], [[0.8, 0.2], [0.2, 0.8]]], priors=[0.85, 0.15])
    >>> found.cost.round(3), round(found.worst, 3), found.quality.round(2)
    (array([0.255, 0.198]), 0.255, array([0.  , 0.22]))
    """
    rates = _checked_confusion(confusion)
    share = _checked_priors(priors, rates.shape[1])
    cost = _checked_costs(costs, rates.shape[1])
    joint = share[None, :, None] * rates
    answered = joint.sum(axis=1)
    weighed = np.einsum("rik,ij,rjk->rk", joint, cost, joint)
    # An answer never given has no soft label, and no weight.
    expected = (weighed / np.where(answered > 0.0, answered, 1.0)).sum(axis=1)
    worst = float(share @ cost @ share)
    if worst <= 0.0:
        raise CostError("No mistake that can happen costs anything, so no rater is better than another.")
    return LabelCost(cost=expected, worst=worst, quality=np.clip(1.0 - expected / worst, 0.0, 1.0))


def control_failures(
    raters: ArrayLike,
    right: ArrayLike,
    *,
    minimum: float = 0.7,
    prior: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> ControlFailures:
    """Return how probable it is, by their control items, that a rater is right less often than required.

    Parameters
    ----------
    raters
        Shape ``(n,)``, integers: who answered each control item.
    right
        Shape ``(n,)``, 0 or 1, or truth values: whether the answer was right.
    minimum
        The share of right answers required, strictly between 0 and 1.
    prior
        Right and wrong answers imagined beforehand, both positive: a beta distribution.  (1, 1) takes all shares for
        equally probable.
    confidence
        Posterior probability within each interval, in ``(0, 1)``.

    Returns
    -------
    ControlFailures
        Probabilities; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        `raters` is not a column of integers, or `right` not one of the same length of 0 and 1.
    ProbabilityError
        `minimum` is not strictly between 0 and 1.
    PriorError
        `prior` is not two positive numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Notes
    -----
    The share has a beta posterior with the imagined answers added to the counts.  It holds at any number of items, and
    may be looked at after each: it is no test.  A few failed items are no proof: with a minimum of 0.7, three right of
    six leave a probability of 0.87 that the rater is below.

    References
    ----------
    Gelman, A., Carlin, J. B., Stern, H. S., Dunson, D. B., Vehtari, A., & Rubin, D. B. (2013). Bayesian data analysis
    (3rd ed.), section 2.1. CRC Press. doi:10.1201/b16018

    Examples
    --------
    >>> found = control_failures([1] * 6 + [2] * 6, [1, 1, 1, 0, 0, 0] + [1] * 6, minimum=0.7)
    >>> found.accuracy, found.below.round(3)
    (array([0.5  , 0.875]), array([0.874, 0.082]))
    """
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import betainc, betaincinv  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    checked_confidence(confidence)
    if not 0.0 < minimum < 1.0:
        raise ProbabilityError(f"minimum must be a share strictly between 0 and 1, not {minimum}.")
    if not all(0.0 < imagined < np.inf for imagined in prior):
        raise PriorError(f"prior must be two positive numbers of imagined answers, not {prior}.")
    labels, index = numbered(identities(raters, "raters"))
    hit = _truth_values(right)
    same_length(raters=index, right=hit)
    n_items = np.bincount(index)
    n_right = summed(index, hit, len(labels))
    yes, no = prior[0] + n_right, prior[1] + n_items - n_right
    tail = (1.0 - confidence) / 2.0
    return ControlFailures(
        raters=labels,
        n_right=n_right.astype(np.int64),
        n_items=n_items,
        accuracy=yes / (yes + no),
        ci_low=np.asarray(betaincinv(yes, no, tail), dtype=np.float64),
        ci_high=np.asarray(betaincinv(yes, no, 1.0 - tail), dtype=np.float64),
        below=np.asarray(betainc(yes, no, minimum), dtype=np.float64),
    )


def _truth_values(right: ArrayLike) -> FloatArray:
    given: NDArray[np.generic] = np.asarray(right)
    hit = numbers(given.astype(np.int64) if given.dtype.kind == "b" else right, "right")
    if not np.isin(hit, (0.0, 1.0)).all():
        raise NotNumericError(f"right must hold 0 and 1 alone; it holds {hit[~np.isin(hit, (0.0, 1.0))][0]:g}.")
    return hit


def _checked_confusion(confusion: ArrayLike) -> FloatArray:
    rates = np.asarray(confusion, dtype=np.float64)
    if rates.ndim != 3 or rates.shape[0] == 0 or rates.shape[1] < 2 or rates.shape[1] != rates.shape[2]:
        raise ErrorRatesError(f"confusion must be raters by categories by categories, 2 or more; it is {rates.shape}.")
    # Written so that NaN fails as well.
    if not (rates.min() >= 0.0 and np.abs(rates.sum(axis=2) - 1.0).max() <= _ROUNDING):
        raise ErrorRatesError("Each row of confusion must be probabilities that add up to 1.")
    return rates


def _checked_priors(priors: ArrayLike, categories: int) -> FloatArray:
    share = np.asarray(priors, dtype=np.float64)
    if share.shape != (categories,):
        raise ErrorRatesError(f"priors must have one share for each of {categories} categories; it is {share.shape}.")
    if not (share.min() >= 0.0 and abs(share.sum() - 1.0) <= _ROUNDING):
        raise ErrorRatesError("priors must be shares that add up to 1.")
    if share.max() >= 1.0:
        raise ErrorRatesError("One category has all units, so there is nothing for an answer to tell.")
    return share


def _checked_costs(costs: ArrayLike | None, categories: int) -> FloatArray:
    if costs is None:
        return 1.0 - np.eye(categories)
    cost = np.asarray(costs, dtype=np.float64)
    if cost.shape != (categories, categories):
        raise CostError(f"costs must be {categories} by {categories}, of each decision where each is true.")
    if not (cost.min() >= 0.0 and cost.max() < np.inf and np.all(np.diagonal(cost) == 0.0)):
        raise CostError("Costs must be finite numbers from 0 upward, and 0 for the right decision.")
    return cost
