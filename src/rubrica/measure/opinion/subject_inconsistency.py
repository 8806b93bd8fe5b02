"""How inconsistent each rater is, and how surely that is known where ratings stray far oftener than normal ones."""

from dataclasses import dataclass

import numpy as np

from rubrica.measure.columns import FloatArray, summed
from rubrica.measure.opinion.subject_fitting import PRIOR_DEGREES, degrees_of_freedom
from rubrica.measure.opinion.subject_passes import Partition, SubjectState, SubjectSums, weighted_means


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """Whether ratings stray far oftener than normal ones; sums over partitions are sums of these.

    Attributes
    ----------
    n_ratings : FloatArray
        Shape ``(r,)``: ratings by each rater of units that others rated too.
    squares, fourth_powers : FloatArray
        Shape ``(r,)`` each: sums over their residuals, each over the share of its variance that the fit has left.
    exposure : FloatArray
        Shape ``(r,)``: what their excess kurtosis adds up to for each unit of that of the noise.
    """

    n_ratings: FloatArray
    squares: FloatArray
    fourth_powers: FloatArray
    exposure: FloatArray


def tails(ratings: Partition, state: SubjectState) -> Tails:
    """Return what the residuals of a partition say of the tails of the raters' noise.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        The raters, as estimated.

    Returns
    -------
    Tails
        To be added to those of the other partitions.

    Notes
    -----
    A residual is the rater's own noise, less a weighted mean of the noise of all who rated the unit.  Its fourth
    cumulant is the sum of theirs, each times the fourth power of its share, which dilutes the kurtosis.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned
    >>> ratings = partitioned(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2)
    >>> found = tails(ratings, first_state(2))
    >>> found.n_ratings, found.squares, found.exposure
    (array([1., 1.]), array([0.5, 0.5]), array([0.5, 0.5]))
    """
    weight = 1.0 / state.variance
    unit_weight, quality = weighted_means(ratings, state)
    several = np.bincount(ratings.unit)[ratings.unit] > 1
    unit, rater = ratings.unit[several], ratings.rater[several]
    residual = ratings.value[several] - state.bias[rater] - quality[unit]
    left = 1.0 - weight[rater] / unit_weight[unit]
    others = (ratings.by_unit(weight**2)[unit] - weight[rater] ** 2) * weight[rater] ** 2 / unit_weight[unit] ** 4
    square = residual**2 / left
    return Tails(
        n_ratings=np.bincount(rater, minlength=ratings.n_raters).astype(np.float64),
        squares=summed(rater, square, ratings.n_raters),
        fourth_powers=summed(rater, square**2, ratings.n_raters),
        exposure=summed(rater, left**2 + others / left**2, ratings.n_raters),
    )


def excess_kurtosis(noise: Tails) -> float:
    """Return by how much the fourth powers of the raters' noise exceed those of normal noise; not below 0.

    Parameters
    ----------
    noise
        `tails`, over all partitions.

    Returns
    -------
    float
        Dimensionless; 0 for normal noise, and where no rater has two ratings to see it by.

    Notes
    -----
    Each rater's residuals are measured by their own mean square, of which n normal ones have fourth powers of
    3 n / (n + 2) on average; what is beyond that is added up over raters before it is divided.

    Examples
    --------
    >>> one = np.ones(1)
    >>> excess_kurtosis(Tails(n_ratings=10.0 * one, squares=10.0 * one, fourth_powers=45.0 * one, exposure=10.0 * one))
    2.4444444444444446
    """
    seen = (noise.n_ratings > 1.0) & (noise.squares > 0.0)
    if not seen.any():
        return 0.0
    number = noise.n_ratings[seen]
    excess = number**2 * (noise.fourth_powers[seen] / noise.squares[seen] ** 2 - 3.0 / (number + 2.0))
    possible = noise.exposure[seen] * (number - 1.0) / (number + 1.0)
    return max(float(excess.sum() / possible.sum()), 0.0)


def inconsistency(
    state: SubjectState, sums: SubjectSums, noise: Tails | None, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the inconsistency of each rater and its interval.

    Parameters
    ----------
    state, sums
        The raters, as estimated, and the sums over all partitions at that state.
    noise
        The tails of their noise, over all partitions; None takes noise as normal and everything else as known.
    confidence
        Nominal coverage, in ``(0, 1)``.

    Returns
    -------
    estimate, low, high : FloatArray
        Shape ``(r,)`` each, in scale points.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2)
    >>> _, low, high = inconsistency(first_state(2), subject_sums(ratings, first_state(2)), None)
    >>> low.round(2), high.round(2)
    (array([0.52, 0.45]), array([ 6.28, 31.91]))
    """
    # Slow import, as in the intervals.
    from scipy.special import chdtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    variance, degrees = state.variance, sums.n_ratings
    if noise is not None:
        # Shrunk towards the harmonic mean, the scale of the distribution that four degrees of freedom stand for.
        harmonic = 1.0 / float((1.0 / variance).mean())
        variance = (sums.squares + PRIOR_DEGREES * harmonic) / degrees_of_freedom(sums)
        # A residual shows the noise of the others as well, so its square says less than the degrees of freedom do; and
        # the variance of the square of noise is 2 + its excess kurtosis, in place of 2.
        degrees = sums.freedom * (1.0 - 1.0 / sums.n_ratings) + PRIOR_DEGREES
        degrees = degrees / (1.0 + excess_kurtosis(noise) / 2.0)
    tail = (1.0 - confidence) / 2.0
    high, low = (np.asarray(chdtri(degrees, upper), dtype=np.float64) for upper in (1.0 - tail, tail))
    return np.sqrt(variance), np.sqrt(degrees * variance / low), np.sqrt(degrees * variance / high)
