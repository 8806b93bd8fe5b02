"""How reliable are ratings on a scale with equal distances? Intraclass correlations of complete designs.

The share of the variance of a rating (*single*), or of the mean of all raters (*average*), that stems from the units.
Three questions, three forms: do the raters not matter, being different ones for each unit (*one-way*, ICC(1)); must the
same raters give the same values (*agreement*, ICC(A), also ICC(2)); or may each have a level of their own as long as
they order the units alike (*consistency*, ICC(C), also ICC(3))?
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.tallies import refuse_repeated_ratings
from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import (
    IncompleteDesignError,
    NegativeVarianceError,
    NoIntervalError,
    NoPairableUnitsError,
    NoVariationError,
    TooFewRatingsError,
)
from rubrica.measure.intervals import checked_confidence

_ROUNDING: Final = 8.0 * float(np.finfo(np.float64).eps)
"""Relative error that sums of decimal fractions carry."""


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """An intraclass correlation of a single rating and of the mean of all raters, with intervals.

    Attributes
    ----------
    single, single_ci_low, single_ci_high : float
        Reliability of one rating, from -1 / (k - 1) to 1, with its interval.  Dimensionless.
    average, average_ci_low, average_ci_high : float
        Reliability of the mean of k ratings, at most 1, with its interval.  Dimensionless.
    mean_square_units : float
        Mean square between units, in squared scale points.
    mean_square_raters : float or None
        Mean square between raters, in squared scale points; None one-way, where raters are not told apart.
    mean_square_error : float
        Mean square of what is left: within units (one-way), or of the interaction of units and raters.
    n_units, n_raters : int
        Units, and ratings of each (k).
    """

    single: float
    single_ci_low: float
    single_ci_high: float
    average: float
    average_ci_low: float
    average_ci_high: float
    mean_square_units: float
    mean_square_raters: float | None
    mean_square_error: float
    n_units: int
    n_raters: int


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Mean squares in units of the squared extent of the ratings."""

    units: float
    raters: float | None
    error: float
    n: int
    k: int
    squared_extent: float


def icc_one_way(units: ArrayLike, values: ArrayLike, *, confidence: float = 0.95) -> IntraclassCorrelation:
    """Return ICC(1), the reliability of ratings by raters who are not told apart, with F-based intervals.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.  Every unit is rated equally often, by whomever.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.

    Returns
    -------
    IntraclassCorrelation
        Dimensionless.

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
    TooFewRatingsError
        There is one unit only, so no variance between units.
    NoPairableUnitsError
        Every unit was rated once.
    IncompleteDesignError
        Some unit was rated less often than another.
    NoVariationError
        All ratings are equal, or all units have the same mean: there is nothing the ratings could tell apart.

    Notes
    -----
    With MSR the mean square between and MSW within units, ICC(1) is (MSR - MSW) / (MSR + (k - 1) MSW), and of the mean
    of k ratings (MSR - MSW) / MSR.  The interval divides F = MSR / MSW by quantiles of the F distribution; it is exact
    where ratings are normal.  Being skewed, it holds the estimate at the usual confidence but need not at a small one.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
    Bulletin, 86(2), 420-428. doi:10.1037/0033-2909.86.2.420

    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30-46. doi:10.1037/1082-989X.1.1.30

    Examples
    --------
    >>> found = icc_one_way(units=[1, 1, 2, 2, 3, 3, 4, 4], values=[5, 4, 1, 2, 3, 3, 2, 1])
    >>> round(found.single, 3), round(found.single_ci_low, 3), round(found.single_ci_high, 3)
    (0.833, 0.049, 0.988)
    >>> round(found.average, 3)
    0.909
    """
    checked_confidence(confidence)
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    labels, index = numbered(unit)
    number = np.bincount(index)
    _refuse_single_unit(labels)
    _refuse_single_ratings(number)
    if number.min() < number.max():
        raise IncompleteDesignError(
            f"Every unit must be rated equally often, but {np.count_nonzero(number < number.max())} of {len(labels)} "
            f"units have fewer than {number.max()} ratings; unit {labels[np.argmin(number)]} has {number.min()}."
        )
    squares = _mean_squares(index, None, value, len(labels), int(number[0]))
    return _from_one_error(squares, squares.n * (squares.k - 1.0), confidence)


def icc_consistency(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, *, confidence: float = 0.95
) -> IntraclassCorrelation:
    """Return ICC(C), the reliability of ratings where each rater may have a level of their own, with F-based intervals.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Every rater rated every unit once.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.

    Returns
    -------
    IntraclassCorrelation
        Dimensionless.  The average form is Cronbach's alpha.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, ConfidenceError, NoRatingsError,
    TooFewRatingsError, NoPairableUnitsError, NoVariationError
        As for `icc_one_way`; `raters` must hold integers too.
    RepeatedRatingError
        A rater rated a unit twice.
    IncompleteDesignError
        A rater did not rate a unit; the message names one such pair.

    Notes
    -----
    With MSE the mean square of the interaction, ICC(C) is (MSR - MSE) / (MSR + (k - 1) MSE), and of the mean of k
    ratings (MSR - MSE) / MSR; the formulas hold whether the raters are a sample or all there are.  For incomplete
    designs Krippendorff's alpha at the interval level asks a similar question.

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30-46. doi:10.1037/1082-989X.1.1.30

    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
    Bulletin, 86(2), 420-428. doi:10.1037/0033-2909.86.2.420

    Examples
    --------
    The second rater is a point above the first throughout:

    >>> units, raters, values = [1, 1, 2, 2, 3, 3], [7, 8, 7, 8, 7, 8], [1, 2, 4, 5, 3, 4]
    >>> round(icc_consistency(units, raters, values).single, 3)
    1.0
    """
    squares = _two_way(units, raters, values, confidence)
    return _from_one_error(squares, (squares.n - 1.0) * (squares.k - 1.0), confidence)


def icc_agreement(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, *, confidence: float = 0.95
) -> IntraclassCorrelation:
    """Return ICC(A), the reliability of ratings where raters are to give the same values, with F-based intervals.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Every rater rated every unit once.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.

    Returns
    -------
    IntraclassCorrelation
        Dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, ConfidenceError, NoRatingsError,
    TooFewRatingsError, NoPairableUnitsError, RepeatedRatingError, IncompleteDesignError, NoVariationError
        As for `icc_consistency`.
    NegativeVarianceError
        The interaction is so large that the variance of a mean of raters is estimated as zero or less.
    NoIntervalError
        The same at one end of the interval, as happens with two or three units.  The error carries the single form.

    Notes
    -----
    With MSC the mean square between raters and n units, ICC(A) is
    (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n), and of the mean of k ratings
    (MSR - MSE) / (MSR + (MSC - MSE) / n).  Its interval is approximate, with Satterthwaite's degrees of freedom for the
    mixture of MSC and MSE.  A negative estimate counts as 0 in them: as published they fall towards zero there, and
    the interval would lose the estimate.

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30-46. doi:10.1037/1082-989X.1.1.30

    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
    Bulletin, 86(2), 420-428. doi:10.1037/0033-2909.86.2.420

    Examples
    --------
    The second rater is a point above the first throughout, so that the two order alike but do not agree:

    >>> units, raters, values = [1, 1, 2, 2, 3, 3], [7, 8, 7, 8, 7, 8], [1, 2, 4, 5, 3, 4]
    >>> round(icc_agreement(units, raters, values).single, 3)
    0.824
    """
    squares = _two_way(units, raters, values, confidence)
    between, error, n, k = squares.units, squares.error, squares.n, squares.k
    raters_square = squares.raters or 0.0
    # n times the variance of a rating, and of a mean of k, that does not stem from MSR.
    rest = k * raters_square + (k * n - k - n) * error
    rest_of_mean = raters_square - error
    if n * between + rest_of_mean <= 0.0:
        raise NegativeVarianceError(
            f"The mean square of the interaction is {error / between:.3g} times that of the units, so large that the "
            f"variance of a mean of {k} raters is estimated as zero or less."
        )
    single = n * (between - error) / (n * between + rest)
    freedom = _mixed_freedom(squares, max(single, 0.0))
    lowest = _f_quantile(n - 1.0, freedom, confidence)
    highest = _f_quantile(freedom, n - 1.0, confidence)
    if n * between * min(highest, 1.0 / lowest) + rest_of_mean <= 0.0:
        raise NoIntervalError(
            f"{n} units show too little of how they differ for an interval of the mean of {k} raters. The reliability "
            f"of a single rating is {single:.3f}.",
            estimate=single,
        )
    return IntraclassCorrelation(
        single=single,
        single_ci_low=n * (between - lowest * error) / (lowest * rest + n * between),
        single_ci_high=n * (highest * between - error) / (rest + n * highest * between),
        average=n * (between - error) / (n * between + rest_of_mean),
        average_ci_low=n * (between - lowest * error) / (lowest * rest_of_mean + n * between),
        average_ci_high=n * (highest * between - error) / (rest_of_mean + n * highest * between),
        mean_square_units=between * squares.squared_extent,
        mean_square_raters=raters_square * squares.squared_extent,
        mean_square_error=error * squares.squared_extent,
        n_units=n,
        n_raters=k,
    )


def _two_way(units: ArrayLike, raters: ArrayLike, values: ArrayLike, confidence: float) -> _MeanSquares:
    checked_confidence(confidence)
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    refuse_repeated_ratings(unit, rater)
    unit_labels, unit_index = numbered(unit)
    rater_labels, rater_index = numbered(rater)
    _refuse_single_unit(unit_labels)
    number = np.bincount(unit_index)
    _refuse_single_ratings(number)
    n, k = len(unit_labels), len(rater_labels)
    if len(value) < n * k:
        sparse = int(np.argmin(number))
        absent = np.setdiff1d(np.arange(k), rater_index[unit_index == sparse])
        raise IncompleteDesignError(
            f"Every one of the {k} raters must rate every one of the {n} units, but {n * k - len(value)} of {n * k} "
            f"ratings are missing; rater {rater_labels[absent[0]]} did not rate unit {unit_labels[sparse]}."
        )
    return _mean_squares(unit_index, rater_index, value, n, k)


def _refuse_single_unit(labels: IntArray) -> None:
    if len(labels) < 2:
        raise TooFewRatingsError(f"Only unit {labels[0]} was rated; one unit shows no variance between units.")


def _refuse_single_ratings(number: IntArray) -> None:
    if number.max() < 2:
        raise NoPairableUnitsError(
            f"None of the {len(number)} units was rated twice, so there are no two ratings to compare."
        )


def _mean_squares(unit: IntArray, rater: IntArray | None, value: FloatArray, n: int, k: int) -> _MeanSquares:
    lowest, highest = float(value.min()), float(value.max())
    extent = highest - lowest
    if extent == 0.0:
        raise NoVariationError(f"All {len(value)} ratings are equal, so there is nothing they could tell apart.")
    # Brought to an extent of one, tiny and huge values square without leaving the range of a float.
    left = (value - lowest) / extent
    left -= left.mean()
    unit_means = summed(unit, left, n) / k
    left -= unit_means[unit]
    between = k * float(unit_means @ unit_means)
    largest = max(abs(lowest), abs(highest)) / extent
    if between <= n * k * (_ROUNDING * largest) ** 2:
        raise NoVariationError(
            f"All {n} units have the same mean rating, so the means cannot tell them apart and have no reliability."
        )
    if rater is None:
        raters_square, freedom = None, n * (k - 1.0)
    else:
        rater_means = summed(rater, left, k) / n
        left -= rater_means[rater]
        raters_square, freedom = n * float(rater_means @ rater_means) / (k - 1.0), (n - 1.0) * (k - 1.0)
    return _MeanSquares(
        units=between / (n - 1.0),
        raters=raters_square,
        error=float(left @ left) / freedom,
        n=n,
        k=k,
        squared_extent=extent * extent,
    )


def _from_one_error(squares: _MeanSquares, freedom: float, confidence: float) -> IntraclassCorrelation:
    """Return the correlation where all that is not the unit is one error with these degrees of freedom."""
    between, error, n, k = squares.units, squares.error, squares.n, squares.k
    lowest = _f_quantile(n - 1.0, freedom, confidence)
    highest = _f_quantile(freedom, n - 1.0, confidence)

    def single(ratio: float) -> float:
        return (between * ratio - error) / (between * ratio + (k - 1.0) * error)

    def average(ratio: float) -> float:
        return 1.0 - error / (between * ratio)

    return IntraclassCorrelation(
        single=single(1.0),
        single_ci_low=single(1.0 / lowest),
        single_ci_high=single(highest),
        average=average(1.0),
        average_ci_low=average(1.0 / lowest),
        average_ci_high=average(highest),
        mean_square_units=between * squares.squared_extent,
        mean_square_raters=None if squares.raters is None else squares.raters * squares.squared_extent,
        mean_square_error=error * squares.squared_extent,
        n_units=n,
        n_raters=k,
    )


def _mixed_freedom(squares: _MeanSquares, single: float) -> float:
    """Return Satterthwaite's degrees of freedom of the mixture of mean squares that ICC(A) divides by."""
    n, k = squares.n, squares.k
    of_raters = k * single * (squares.raters or 0.0)
    of_error = (n * (1.0 - single) + k * single * (n - 1.0)) * squares.error
    spread = of_raters**2 / (k - 1.0) + of_error**2 / ((n - 1.0) * (k - 1.0))
    # Without raters' differences and error there is nothing to divide by, and any degrees of freedom do.
    return (of_raters + of_error) ** 2 / spread if spread > 0.0 else (n - 1.0) * (k - 1.0)


def _f_quantile(numerator: float, denominator: float, confidence: float) -> float:
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import fdtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    return float(fdtri(numerator, denominator, 0.5 + confidence / 2.0))
