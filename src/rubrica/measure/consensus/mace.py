"""Consensus where a rater either knows or guesses: multi-annotator competence estimation (MACE)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray
from rubrica.measure.consensus.categorical import CategoricalRatings, categorical_ratings, partitioned
from rubrica.measure.consensus.expectation import (
    ErrorRates,
    Maximum,
    Statistics,
    climb,
    logarithm,
)
from rubrica.measure.consensus.majority import Consensus, Reliability, consensus_of, reliability_of
from rubrica.measure.intervals import checked_confidence

_SMOOTHING: Final = 0.1
"""By how many ratings each rater is drawn away from certainty: enough that no rater is taken to know, or guess, all."""


@dataclass(frozen=True, slots=True, eq=False)
class Mace:
    """Consensus, competence and guesses.

    Attributes
    ----------
    consensus : Consensus
        Category and probabilities of each unit.
    raters : Reliability
        How reliable each rater is, with intervals.
    priors : FloatArray
        Shape ``(k,)``: the share of units of each category; adding up to 1.
    competence : FloatArray
        Shape ``(r,)``, in ``(0, 1)``: the probability that a rater answers from knowledge.
    guesses : FloatArray
        Shape ``(r, k)``: the probability of each category when the rater guesses; adding up to 1.
    log_posterior : FloatArray
        Shape ``(iterations,)``: of the climb that ended highest, after each iteration; never falling.
    """

    consensus: Consensus
    raters: Reliability
    priors: FloatArray
    competence: FloatArray
    guesses: FloatArray
    log_posterior: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _KnowOrGuess(ErrorRates):
    competence: FloatArray
    guesses: FloatArray


def mace(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    *,
    restarts: int = 0,
    seed: int = 0,
    confidence: float = 0.95,
    max_iterations: int = 5000,
    partitions: int | None = None,
) -> Mace:
    """Return the consensus on each unit, telling raters who know from those who guess.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the nominal level: the categories.
    restarts
        How many further climbs to begin at random competences and guesses, beside the one that begins at the shares of
        each unit's ratings.  The highest counts.
    seed
        Of the random beginnings; the same seed gives the same result.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.
    max_iterations
        After so many iterations a climb is given up.
    partitions
        In how many parts to take the units, by default the fastest; the result is the same but for rounding.

    Returns
    -------
    Mace
        Probabilities; dimensionless.

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
        A climb still moved after `max_iterations`.

    Notes
    -----
    Rater r names the true category with probability theta_r, and otherwise category k with probability xi_rk, whatever
    the true one is.  Unlike the original, categories need not be equally frequent: their shares are estimated, which
    matters where one of them is rare.  theta_r has a Beta and xi_r a Dirichlet prior of 1.1 each, and the mode of the
    posterior is found by expectation and maximisation.

    References
    ----------
    Hovy, D., Berg-Kirkpatrick, T., Vaswani, A., & Hovy, E. (2013). Learning whom to trust with MACE. Proceedings of
    NAACL-HLT 2013, 1120-1130. https://aclanthology.org/N13-1132

    Examples
    --------
    Rater 4 names category 1 whatever the picture shows:

    >>> found = mace(
    ...     units=[1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4],
    ...     raters=[1, 2, 3, 4] * 4,
    ...     values=[0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 2, 2, 2, 1],
    ... )
    >>> found.consensus.consensus, found.competence.round(2)
    (array([0., 1., 0., 2.]), array([0.96, 0.96, 0.96, 0.03]))
    >>> found.guesses[3].round(2)
    array([0.02, 0.95, 0.02])
    """
    checked_confidence(confidence)
    ratings = categorical_ratings(units, raters, values)
    generator = np.random.default_rng(seed)
    beginnings = [None, *(_somewhere(ratings, generator) for _ in range(restarts))]
    parts = partitioned(ratings, partitions)
    found = max((_climb_from(first, parts, max_iterations) for first in beginnings), key=lambda end: end.trace[-1])
    return Mace(
        consensus=consensus_of(ratings, found.posterior),
        raters=reliability_of(ratings, found.posterior, confidence),
        priors=found.rates.priors,
        competence=found.rates.competence,
        guesses=found.rates.guesses,
        log_posterior=found.trace,
    )


def _somewhere(ratings: CategoricalRatings, generator: np.random.Generator) -> _KnowOrGuess:
    n_raters, n_categories = len(ratings.raters), len(ratings.categories)
    competence = generator.uniform(size=n_raters)
    guesses = generator.dirichlet(np.ones(n_categories), size=n_raters)
    return _know_or_guess(np.full(n_categories, 1.0 / n_categories), competence, guesses)


def _climb_from(
    first: _KnowOrGuess | None, parts: list[CategoricalRatings], max_iterations: int
) -> Maximum[_KnowOrGuess]:
    return climb(parts, _maximisation, max_iterations=max_iterations, first=first, penalty=_log_prior)


def _maximisation(statistics: Statistics, before: _KnowOrGuess | None) -> _KnowOrGuess:
    """Return the rates at which the ratings known, and those guessed, are most probable."""
    counts = statistics.counts
    each = np.arange(len(counts))
    named, hits = counts.sum(axis=0), counts[each, :, each].T
    if before is None:
        competence, guesses = np.full((len(named), 1), 0.5), np.full(named.shape, 1.0 / len(counts))
    else:
        competence, guesses = before.competence[:, None], before.guesses
    # A rating that hits the true category may have been a guess.
    known = hits * competence / (competence + (1.0 - competence) * guesses)
    guessed = np.maximum(named - known, 0.0) + _SMOOTHING
    return _know_or_guess(
        statistics.units / statistics.units.sum(),
        (known.sum(axis=1) + _SMOOTHING) / (named.sum(axis=1) + 2.0 * _SMOOTHING),
        guessed / guessed.sum(axis=1, keepdims=True),
    )


def _know_or_guess(priors: FloatArray, competence: FloatArray, guesses: FloatArray) -> _KnowOrGuess:
    confusion = np.repeat(((1.0 - competence[:, None]) * guesses)[None], len(priors), axis=0)
    each = np.arange(len(priors))
    confusion[each, :, each] += competence
    return _KnowOrGuess(priors, confusion, competence, guesses)


def _log_prior(rates: _KnowOrGuess) -> float:
    """Return the logarithm of the prior density, up to a constant."""
    knows = logarithm(rates.competence) + logarithm(1.0 - rates.competence)
    return _SMOOTHING * float(knows.sum() + logarithm(rates.guesses).sum())
