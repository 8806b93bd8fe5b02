"""Consensus where units differ in difficulty and raters in ability (GLAD)."""

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.consensus.categorical import CategoricalRatings, categorical_ratings
from rubrica.measure.consensus.expectation import normalised
from rubrica.measure.consensus.majority import Consensus, Reliability, consensus_of, reliability_of
from rubrica.measure.errors import NotConvergedError
from rubrica.measure.intervals import checked_confidence

_PRIOR_MEAN: Final = 1.0
"""Ability, and the logarithm of easiness, are each expected to be 1 with a standard deviation of 1."""

_FARTHEST: Final = 30.0
"""The logarithm of easiness stays within this, far beyond where its prior lets it settle."""

_LEVEL: Final = 1e-8
"""A relative gain of the log-posterior below this ends the climb."""


@dataclass(frozen=True, slots=True, eq=False)
class Glad:
    """Consensus, ability of raters and easiness of units.

    Attributes
    ----------
    consensus : Consensus
        Category and probabilities of each unit.
    raters : Reliability
        How reliable each rater is, with intervals.
    ability : FloatArray
        Shape ``(r,)``: 0 for a rater who answers at random, below 0 for one who tends to the wrong category.
    easiness : FloatArray
        Shape ``(i,)``, above 0: near 0 where even able raters answer at random.  Ability times easiness is the logit
        of naming the true category.
    log_posterior : FloatArray
        Shape ``(iterations,)``: after each iteration; never falling.
    """

    consensus: Consensus
    raters: Reliability
    ability: FloatArray
    easiness: FloatArray
    log_posterior: FloatArray


def glad(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    *,
    confidence: float = 0.95,
    max_iterations: int = 2000,
) -> Glad:
    """Return the consensus on each unit, weighing raters by ability and units by easiness.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the nominal level: the categories.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.
    max_iterations
        After so many iterations the estimate is given up.

    Returns
    -------
    Glad
        Probabilities; ability and easiness in logits.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    NoRatingsError
        There are no ratings.
    NoVariationError
        All ratings are equal.
    TooFewRatersError
        There are fewer than three raters, who could not be told apart.
    NoPairableUnitsError
        No unit was rated by two raters.
    TooManyValuesError
        Raters times categories squared, or units times categories, exceed 100 million.
    NotConvergedError
        The estimate still moved after `max_iterations`.

    Notes
    -----
    Rater r names the true category of unit i with probability 1 / (1 + exp(-a_r b_i)), and each of the K - 1 others
    with an equal share of the rest; all categories are equally probable beforehand.  Ability a_r and log b_i have
    normal priors with mean and standard deviation 1.  The true categories are summed out, and the posterior is climbed
    in all parameters at once with L-BFGS; its gradient is the one that the expectation step provides, so its maxima are
    those of the original algorithm, which takes many more steps to reach them.

    References
    ----------
    Whitehill, J., Ruvolo, P., Wu, T., Bergsma, J., & Movellan, J. (2009). Whose vote should count more: Optimal
    integration of labels from labelers of unknown expertise. Advances in Neural Information Processing Systems, 22,
    2035-2043.

    Examples
    --------
    Raters disagree on picture 4 alone; raters 1 and 2 are with the majority throughout:

    >>> found = glad(
    ...     units=[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    ...     raters=[1, 2, 3] * 4,
    ...     values=[0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0],
    ... )
    >>> found.consensus.consensus
    array([0., 1., 0., 1.])
    >>> bool(found.ability[2] < found.ability[0]), int(found.easiness.argmin())
    (True, 3)
    """
    checked_confidence(confidence)
    ratings = categorical_ratings(units, raters, values)
    table = _table(ratings)
    ability, log_easiness, trace = _highest(table, max_iterations)
    joint, _ = _joint(table, ability, np.exp(log_easiness))
    posterior, _ = normalised(joint)
    return Glad(
        consensus=consensus_of(ratings, posterior),
        raters=reliability_of(ratings, posterior, confidence),
        ability=ability,
        easiness=np.exp(log_easiness),
        log_posterior=trace,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Ratings with their parts taken apart once: each of hundreds of steps reads them."""

    unit: IntArray
    rater: IntArray
    named: IntArray
    shape: tuple[int, int]
    n_raters: int


def _table(ratings: CategoricalRatings) -> _Table:
    n_units, n_categories = len(ratings.units), len(ratings.categories)
    return _Table(
        unit=ratings.unit,
        rater=ratings.rater,
        named=ratings.category * n_units + ratings.unit,
        shape=(n_categories, n_units),
        n_raters=len(ratings.raters),
    )


def _joint(table: _Table, ability: FloatArray, easiness: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the log-probability of each category together with the ratings, and that of each rating being right."""
    n_categories, n_units = table.shape
    logit = ability.take(table.rater) * easiness.take(table.unit)
    wrong = -np.maximum(logit, 0.0) - np.log1p(np.exp(-np.abs(logit)))
    spread = np.log(n_categories - 1.0)
    hits = summed(table.named, logit + spread, n_categories * n_units).reshape(table.shape)
    return hits + (summed(table.unit, wrong - spread, n_units) - np.log(n_categories)), logit + wrong


def _highest(table: _Table, max_iterations: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ability, log-easiness and the trace of the log-posterior."""
    # Slow import: a server that computes no consensus should not pay for it at its start.
    from scipy.optimize import minimize  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    n_raters, n_units = table.n_raters, table.shape[1]
    trace: list[float] = []

    def cost(at: FloatArray) -> tuple[float, FloatArray]:
        return _cost_and_gradient(table, at)

    def note(intermediate_result: Any) -> None:
        trace.append(-float(intermediate_result.fun))

    end = cast(
        "Any",
        minimize(
            cost,
            np.full(n_raters + n_units, _PRIOR_MEAN),
            jac=True,
            method="L-BFGS-B",
            bounds=[(None, None)] * n_raters + [(-_FARTHEST, _FARTHEST)] * n_units,
            callback=note,
            options={"maxiter": max_iterations, "maxfun": 20 * max_iterations, "ftol": _LEVEL, "gtol": 1e-6},
        ),
    )
    if end.status == 1:
        raise NotConvergedError(
            f"After {max_iterations} iterations the estimate still moves. Allow more, or give the model more ratings."
        )
    return end.x[:n_raters], end.x[n_raters:], np.array(trace)


def _cost_and_gradient(table: _Table, at: FloatArray) -> tuple[float, FloatArray]:
    """Return minus the log-posterior, and its slope."""
    ability, easiness = at[: table.n_raters], np.exp(at[table.n_raters :])
    joint, log_right = _joint(table, ability, easiness)
    posterior, log_likelihood = normalised(joint)
    # The probability that each rating is right, now that all are known, less what it was before.
    surprise = posterior.reshape(-1).take(table.named) - np.exp(log_right)
    by_rater = summed(table.rater, surprise * easiness.take(table.unit), table.n_raters)
    by_unit = summed(table.unit, surprise * ability.take(table.rater), table.shape[1]) * easiness
    away = at - _PRIOR_MEAN
    return 0.5 * float(away @ away) - log_likelihood, away - np.concatenate((by_rater, by_unit))
