"""What models of raters share: the expectation step, the statistics it leaves behind, and the climb to a maximum.

All models of how raters err that are fitted here by expectation and maximisation differ in the maximisation alone.  The
expectation step turns error rates into the probability of each category for each unit, and these into *statistics*
that add up: over partitions of the units, and so over the machines that hold them.  The probabilities stay where the
ratings are; only error rates and statistics travel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from rubrica.measure.columns import BoolArray, FloatArray
from rubrica.measure.consensus.categorical import CategoricalRatings, shares
from rubrica.measure.errors import NotConvergedError

_TINY: Final = float(np.finfo(np.float64).tiny)
"""Stands for a probability of zero where its logarithm is taken."""

_SETTLED: Final = 1e-7
"""Largest relative change of the log-likelihood at the maximum, ..."""

_STILL: Final = 1e-4
"""... and largest change of any probability: the log-likelihood is flat long before the last units have settled."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorRates:
    """How often each category is the true one, and which category each rater then names.

    Attributes
    ----------
    priors : FloatArray
        Shape ``(k,)``, adding up to 1.
    confusion : FloatArray
        Shape ``(k, r, k)``: true category, rater, named category; adding up to 1 over the last.
    """

    priors: FloatArray
    confusion: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """What the maximisation needs to know of the units; it adds up over partitions.

    Attributes
    ----------
    counts : FloatArray
        Shape ``(k, r, k)``: the expected number of ratings by true category, rater and named category.
    units : FloatArray
        Shape ``(k,)``: the expected number of units of each category.
    log_likelihood : float
        Of the ratings, given the error rates of the step; natural logarithm.
    change : float
        The largest change of any probability since the last step.
    """

    counts: FloatArray
    units: FloatArray
    log_likelihood: float
    change: float


Rates = TypeVar("Rates", bound=ErrorRates)


@dataclass(frozen=True, slots=True, eq=False)
class Maximum(Generic[Rates]):
    """Where the climb ended.

    Attributes
    ----------
    rates : ErrorRates
        The error rates, or the subclass of a model.
    posterior : FloatArray
        Shape ``(k, i)``: the probability of each category for each unit under `rates`.
    statistics : Statistics
        Of `posterior`.
    trace : FloatArray
        Shape ``(iterations,)``: what was maximised, after each iteration.
    """

    rates: Rates
    posterior: FloatArray
    statistics: Statistics
    trace: FloatArray


def statistics_of(
    ratings: CategoricalRatings, posterior: FloatArray, *, log_likelihood: float = 0.0, change: float = 1.0
) -> Statistics:
    """Return the statistics of one partition, given the probability of each category for each of its units.

    Examples
    --------
    >>> from rubrica.measure.consensus.categorical import categorical_ratings
    >>> ratings = categorical_ratings(units=[1, 1, 2, 2], raters=[1, 2, 1, 3], values=[0, 1, 1, 1])
    >>> statistics_of(ratings, shares(ratings)).units
    array([0.5, 1.5])
    """
    # By rater and named category, then by true category.
    counts = ratings.named.added_by_column(posterior.T)
    return Statistics(
        counts=counts.T.reshape(len(posterior), len(ratings.raters), len(ratings.categories)),
        units=posterior.sum(axis=1),
        log_likelihood=log_likelihood,
        change=change,
    )


def expectation(
    ratings: CategoricalRatings, rates: ErrorRates, before: FloatArray, *, hard: bool = False
) -> tuple[Statistics, FloatArray]:
    """Return the statistics of one partition under given error rates, and the probabilities behind them.

    Parameters
    ----------
    ratings
        The ratings of the partition.
    rates
        The error rates of the last maximisation, of all raters.
    before
        Shape ``(k, i)``: the probabilities of the last step, from which the change is told.
    hard
        Give each unit wholly to its most probable category (the first of several).

    Returns
    -------
    statistics : Statistics
        To be combined with those of the other partitions.
    posterior : FloatArray
        Shape ``(k, i)``: to be kept with the partition until the next step.

    Notes
    -----
    p(j | ratings of i) is proportional to p_j times the product over the ratings of pi_rjx.  The work is proportional
    to the number of ratings times the number of categories; there is no table of units by raters.

    References
    ----------
    Dawid, A. P., & Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using the EM algorithm.
    Journal of the Royal Statistical Society: Series C, 28(1), 20-28. doi:10.2307/2346806

    Examples
    --------
    >>> from rubrica.measure.consensus.categorical import categorical_ratings
    >>> ratings = categorical_ratings(units=[1, 1, 2, 2], raters=[1, 2, 1, 3], values=[0, 1, 1, 1])
    >>> one = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> rates = ErrorRates(priors=np.array([0.5, 0.5]), confusion=np.repeat(one[:, None, :], 3, axis=1))
    >>> statistics, posterior = expectation(ratings, rates, shares(ratings))
    >>> posterior.round(3)
    array([[0.36 , 0.015],
           [0.64 , 0.985]])
    >>> round(statistics.log_likelihood, 3), round(statistics.change, 3)
    (-3.203, 0.14)
    """
    log_confusion = logarithm(rates.confusion).reshape(len(rates.priors), -1)
    log_ratings = ratings.named.added_by_row(log_confusion.T)
    # Categories first: what follows is then a few operations on long rows.
    joint = np.add(log_ratings.T, logarithm(rates.priors)[:, None], order="C")
    if hard:
        posterior = one_of_each(joint)
        log_likelihood = float(joint.max(axis=0).sum())
    else:
        posterior, log_likelihood = normalised(joint)
    change = float(np.abs(posterior - before).max())
    return statistics_of(ratings, posterior, log_likelihood=log_likelihood, change=change), posterior


def logarithm(probability: FloatArray) -> FloatArray:
    """Return the natural logarithm, of zero that of the smallest float.

    Examples
    --------
    >>> logarithm(np.array([1.0, 0.0])).round(1)
    array([   0. , -708.4])
    """
    return np.log(np.maximum(probability, _TINY))


def normalised(joint: FloatArray) -> tuple[FloatArray, float]:
    """Return probabilities from the logarithms of joint ones, and the sum of the logarithms of their totals.

    Parameters
    ----------
    joint
        Shape ``(k, i)``.

    Returns
    -------
    posterior : FloatArray
        Shape ``(k, i)``, adding up to 1 over the first axis.
    log_likelihood : float

    Examples
    --------
    >>> posterior, log_likelihood = normalised(np.log([[0.1], [0.3]]))
    >>> posterior.round(2).tolist(), round(log_likelihood, 3)
    ([[0.25], [0.75]], -0.916)
    """
    best = joint.max(axis=0)
    weight = joint - best
    np.exp(weight, out=weight)
    total = weight.sum(axis=0)
    np.divide(weight, total, out=weight)
    return weight, float((best + np.log(total)).sum())


def one_of_each(joint: FloatArray) -> FloatArray:
    """Return 1 for the largest entry of each column, the first of several, and 0 for the others.

    Examples
    --------
    >>> one_of_each(np.array([[0.2, 0.5], [0.3, 0.5]]))
    array([[0., 1.],
           [1., 0.]])
    """
    largest: BoolArray = joint.argmax(axis=0) == np.arange(len(joint))[:, None]
    return largest.astype(np.float64)


def combine(statistics: Sequence[Statistics]) -> Statistics:
    """Return the statistics of all partitions together.

    Parameters
    ----------
    statistics
        Those of each partition; at least one.  They can be combined in any grouping.

    Examples
    --------
    >>> one = Statistics(np.ones((1, 1, 1)), np.ones(1), log_likelihood=-2.0, change=0.5)
    >>> both = combine([one, one])
    >>> both.units, both.log_likelihood, both.change
    (array([2.]), -4.0, 0.5)
    """
    return Statistics(
        counts=np.sum([part.counts for part in statistics], axis=0),
        units=np.sum([part.units for part in statistics], axis=0),
        log_likelihood=sum(part.log_likelihood for part in statistics),
        change=max(part.change for part in statistics),
    )


def climb(
    partitions: Sequence[CategoricalRatings],
    maximise: Callable[[Statistics, Rates | None], Rates],
    *,
    max_iterations: int,
    first: Rates | None = None,
    penalty: Callable[[Rates], float] | None = None,
    hard: bool = False,
) -> Maximum[Rates]:
    """Alternate expectation and maximisation until neither likelihood nor probabilities move.

    Parameters
    ----------
    partitions
        The ratings, in one part or several; see `partitioned`.
    maximise
        Turns statistics, and the rates they were computed under (none at first), into rates.
    max_iterations
        After so many iterations the climb is given up.
    first
        Error rates to begin with; by default those that the shares of the categories suggest.
    penalty
        What is maximised beside the log-likelihood.
    hard
        Give each unit wholly to its most probable category.

    Returns
    -------
    Maximum
        Rates, and the probabilities under these rates.

    Raises
    ------
    NotConvergedError
        The last iteration still changed the log-likelihood by more than 1e-7 of itself, or a probability by more than
        1e-4.

    Examples
    --------
    >>> from rubrica.measure.consensus.categorical import categorical_ratings
    >>> ratings = categorical_ratings(units=[1, 1, 2, 2], raters=[1, 2, 1, 3], values=[0, 1, 1, 1])
    >>> def stubborn(statistics, before):
    ...     return ErrorRates(statistics.units / statistics.units.sum(), np.full((2, 3, 2), 0.5))
    >>> climb([ratings], stubborn, max_iterations=9).trace.round(3)
    array([-2.773, -2.773])
    """
    posteriors = [shares(part) for part in partitions]
    rates = first
    if rates is None:
        starts = [statistics_of(part, posterior) for part, posterior in zip(partitions, posteriors, strict=True)]
        rates = maximise(combine(starts), None)
    trace: list[float] = []
    for _ in range(max_iterations):
        steps = [
            expectation(part, rates, before, hard=hard) for part, before in zip(partitions, posteriors, strict=True)
        ]
        statistics, posteriors = combine([step for step, _ in steps]), [posterior for _, posterior in steps]
        trace.append(statistics.log_likelihood + (penalty(rates) if penalty else 0.0))
        if len(trace) > 1 and abs(trace[-1] - trace[-2]) <= _SETTLED * abs(trace[-1]) and statistics.change < _STILL:
            return Maximum(rates, np.concatenate(posteriors, axis=1), statistics, np.array(trace))
        rates = maximise(statistics, rates)
    raise NotConvergedError(
        f"After {max_iterations} iterations the estimate still moves. Allow more, or give the model more ratings."
    )
