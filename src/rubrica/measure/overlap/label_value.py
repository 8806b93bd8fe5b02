"""What are further labels of an item worth? By how much they are expected to improve the best answer."""

from itertools import combinations_with_replacement
from math import comb, factorial, prod
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray
from rubrica.measure.consensus.categorical import refuse_large_table
from rubrica.measure.errors import CostError, ErrorRatesError, OverlapError

MOST_AHEAD: Final = 50
"""Labels looked ahead at most: what is decided by then is no longer a question of one more label."""


def value_of_labels(
    posterior: ArrayLike, confusion: ArrayLike, *, number: int = 1, loss: ArrayLike | None = None
) -> FloatArray:
    """Return by how much further labels of each item are expected to reduce the loss of its best answer.

    Parameters
    ----------
    posterior
        Shape ``(i, k)``: how probable each category is for each item now.
    confusion
        Shape ``(k, k)``: the probability that whoever is asked names a category (last), given the true one.
    number
        How many labels, each by a rater of that kind; from 1 to 50.
    loss
        Shape ``(k, a)``: what each answer (last) costs, given the true category; not negative.  By default a wrong
        category costs 1 and the right one nothing.

    Returns
    -------
    FloatArray
        Shape ``(i,)``, not negative, in the unit of `loss`.  Buy if it exceeds what the labels cost.

    Raises
    ------
    ErrorRatesError
        `posterior` or `confusion` does not hold probabilities, or their shapes do not belong together.
    CostError
        `loss` is negative, not finite or not of one row per category.
    OverlapError
        `number` is below 1 or above 50.
    TooManyValuesError
        Items times the outcomes of `number` labels exceed 100 million.

    Notes
    -----
    min_a sum_j p_j l_ja - sum_x min_a sum_j p_j P(x | j) l_ja, over all outcomes x of the labels.  One formula serves
    whatever is asked: here categories, in ``rubrica.measure.overlap.pair_selection`` comparisons.

    References
    ----------
    Sheng, V. S., Provost, F., & Ipeirotis, P. G. (2008). Get another label? Improving data quality and data mining
    using multiple, noisy labelers. KDD '08, 614-622. doi:10.1145/1401890.1401965

    Examples
    --------
    A rater who is right nine times of ten helps where it is undecided, and one label cannot help where it is not:

    >>> value_of_labels([[0.5, 0.5], [0.95, 0.05]], [[0.9, 0.1], [0.1, 0.9]]).round(3)
    array([0.4, 0. ])
    >>> value_of_labels([[0.95, 0.05]], [[0.9, 0.1], [0.1, 0.9]], number=2).round(3)
    array([0.031])
    """
    now, rate = np.asarray(posterior, dtype=np.float64), np.asarray(confusion, dtype=np.float64)
    if now.ndim != 2 or rate.shape != (now.shape[1], now.shape[1]) or now.shape[1] < 2:
        raise ErrorRatesError(
            f"posterior must have one column per category and confusion be square, not {now.shape} and {rate.shape}."
        )
    for table, name in ((now, "posterior"), (rate, "confusion")):
        if not ((table >= 0.0).all() and (np.abs(table.sum(axis=1) - 1.0) <= 1e-6).all()):
            raise ErrorRatesError(f"Each row of {name} must be probabilities that add up to 1.")
    refuse_numbers(number=number)
    cost = _checked_loss(loss, len(rate))
    if number > MOST_AHEAD:
        raise OverlapError(f"At most {MOST_AHEAD} labels are looked ahead, not {number}.")
    outcomes = comb(number + len(rate) - 1, number)
    refuse_large_table(len(now) * outcomes, f"{len(now)} items and {outcomes} outcomes of {number} labels")
    likelihood = _outcomes(rate, number)
    after = now @ (likelihood * cost[:, :1])
    for answer in cost.T[1:]:
        np.minimum(after, now @ (likelihood * answer[:, None]), out=after)
    # Asking never makes the best answer worse; rounding alone would.
    return np.asarray(np.maximum((now @ cost).min(axis=1) - after.sum(axis=1), 0.0), dtype=np.float64)


def _checked_loss(loss: ArrayLike | None, size: int) -> FloatArray:
    if loss is None:
        return 1.0 - np.eye(size)
    cost = np.asarray(loss, dtype=np.float64)
    if cost.ndim != 2 or len(cost) != size or not ((cost >= 0.0) & (cost < np.inf)).all() or cost.shape[1] == 0:
        raise CostError(f"loss must have {size} rows, one per true category, of finite numbers from zero upward.")
    return cost


def _outcomes(rate: FloatArray, number: int) -> FloatArray:
    """Return the probability of each outcome of some labels, as counts by category, given each true category."""
    size = len(rate)
    drawn = combinations_with_replacement(range(size), number)
    counts = np.array([np.bincount(outcome, minlength=size) for outcome in drawn])
    ways = np.array([factorial(number) // prod(factorial(count) for count in row) for row in counts.tolist()])
    return np.asarray(ways * np.prod(rate[:, None, :] ** counts, axis=2), dtype=np.float64)


def refuse_costs(**costs: float) -> None:
    """Refuse costs that are negative or not finite.

    Raises
    ------
    CostError
        One of them is.

    Examples
    --------
    >>> refuse_costs(cost=-1.0)
    Traceback (most recent call last):
    rubrica.measure.errors.CostError: cost must be a finite number from zero upward, not -1.0.
    """
    for name, cost in costs.items():
        if not 0.0 <= cost < np.inf:
            raise CostError(f"{name} must be a finite number from zero upward, not {cost}.")


def refuse_numbers(**numbers_of_labels: int) -> None:
    """Refuse numbers of labels below 1.

    Raises
    ------
    OverlapError
        One of them is.

    Examples
    --------
    >>> refuse_numbers(least=0)
    Traceback (most recent call last):
    rubrica.measure.errors.OverlapError: least must be a number of labels, 1 or more, not 0.
    """
    for name, number in numbers_of_labels.items():
        if number < 1:
            raise OverlapError(f"{name} must be a number of labels, 1 or more, not {number}.")
