"""How far do raters agree? Krippendorff's alpha with an interval, percent agreement, and the base rates beside them.

A coefficient that corrects for chance says little without the base rates: when nearly every rating is the same, alpha
can be near zero although raters hardly ever disagree.  Show them together.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.coincidences import COUNTED, Disagreement
from rubrica.measure.agreement.unit_ratings import UnitRatings, unit_ratings, units_at_a_time
from rubrica.measure.columns import FloatArray, identities, numbers, same_length
from rubrica.measure.errors import (
    NoIntervalError,
    NoVariationError,
    ToleranceError,
    TooFewUnitsError,
    UnknownLevelError,
)
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
"""Level of measurement: categories, ordered categories, equal distances, equal proportions from a true zero."""

_NEARLY_ALL: Final = 1e-6
"""When less than this share of the largest variation is left without a unit, subtracting would leave only rounding."""

_ROUNDING: Final = 1e-9
"""Relative slack in comparing a difference with a tolerance, so that 0.3 - 0.2 is within 0.1."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha with its interval.

    Attributes
    ----------
    alpha : float
        At most 1; 1 is perfect agreement, 0 agreement as by chance, below 0 systematic disagreement.  Dimensionless.
    ci_low, ci_high : float
        Interval of alpha; never above 1.
    standard_error : float
        Jackknife standard error of alpha.
    n_units : int
        Units rated at least twice: those that take part.
    n_ratings : int
        Ratings of those units.
    observed, expected : float
        Mean squared difference of two ratings of one unit, and of any two ratings: share of unequal pairs (nominal),
        squared ranks (ordinal), squared scale points (interval) or squared relative difference (ratio).
    level : str
        Level of measurement.
    """

    alpha: float
    ci_low: float
    ci_high: float
    standard_error: float
    n_units: int
    n_ratings: int
    observed: float
    expected: float
    level: Level


@dataclass(frozen=True, slots=True)
class Agreement:
    """The share of agreeing rater pairs.

    Attributes
    ----------
    agreement : float
        In ``[0, 1]``.
    n_units : int
        Units rated at least twice.
    n_pairs : int
        Pairs of ratings of one unit.
    """

    agreement: float
    n_units: int
    n_pairs: int


def krippendorff_alpha(
    units: ArrayLike, values: ArrayLike, *, level: Level = "ordinal", confidence: float = 0.95
) -> Alpha:
    """Return Krippendorff's alpha, the agreement among ratings of the same unit beyond chance, with its interval.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.  Any number of raters, any pattern of missing ratings; a
        rating that was not given is a row that is not there.  Units rated once do not take part.
    values
        Shape ``(n,)``, finite numbers: the ratings.
    level
        Level of measurement of `values`.  ``"nominal"`` compares for equality, ``"ordinal"`` uses the order alone,
        ``"interval"`` the distances, ``"ratio"`` the proportions (no value below zero).
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    Alpha
        Dimensionless coefficient, at most 1.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` does not hold integers, or `values` does not hold finite numbers.
    NegativeValueError
        At the ratio level: a value below zero.
    TooManyValuesError
        At the ratio level: more than 20 000 distinct values.  At the ordinal and the ratio level: units with so many
        different values each that there are more than 200 million pairs of them (5 million at the ordinal level when
        there are more than 1 024 distinct values in all).
    UnknownLevelError, ConfidenceError
        `level` or `confidence` is none.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice.
    NoVariationError
        All pairable ratings are equal: agreement cannot be told from chance.
    TooFewUnitsError
        One unit alone was rated twice: alpha exists, its interval does not.  The error carries alpha.
    NoIntervalError
        All variation stems from one unit: alpha exists, its interval does not.  The error carries alpha.

    Notes
    -----
    alpha = 1 - D_o / D_e, with D_o the mean squared difference within units, where each unit counts with its number of
    ratings, and D_e that among all pairable ratings.  The interval is alpha -+ t SE with the delete-one-unit jackknife
    standard error and Student's t on I - 1 degrees of freedom, as the usual bootstraps cover too seldom at the size of
    real projects.  Alpha without each unit follows from sums per unit, without a second pass over the ratings; this is
    exact, for ordinal ratings too, whose ranks change with every unit that is left out.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania, Annenberg School
    for Communication, https://repository.upenn.edu/asc_papers/43

    Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding data.
    Communication Methods and Measures, 1(1), 77-89. doi:10.1080/19312450709336664

    Hughes, J. (2022). Toward improved inference for Krippendorff's Alpha agreement coefficient.
    doi:10.48550/arXiv.2210.13265

    Examples
    --------
    Two raters, six pictures, a scale from 1 to 5:

    >>> found = krippendorff_alpha(
    ...     units=[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
    ...     values=[5, 5, 4, 4, 3, 2, 2, 2, 1, 1, 4, 5],
    ... )
    >>> round(found.alpha, 3), round(found.ci_low, 3), round(found.ci_high, 3)
    (0.913, 0.729, 1.0)
    >>> found.n_units, found.n_ratings
    (6, 12)
    """
    checked_confidence(confidence)
    if level not in COUNTED:
        raise UnknownLevelError(f"level must be nominal, ordinal, interval or ratio, not {level!r}.")
    ratings = _pairable_ratings(units, values)
    sums = COUNTED[level](ratings)
    n_units, n_ratings = len(ratings.units), len(ratings.code)
    alpha = _alpha(sums, n_ratings)
    standard_error = jackknife_standard_error(_alpha_without_each(ratings, sums, level, alpha))
    reach = float(t_quantile(np.array([n_units - 1.0]), confidence)[0]) * standard_error
    return Alpha(
        alpha=alpha,
        ci_low=alpha - reach,
        ci_high=min(1.0, alpha + reach),
        standard_error=standard_error,
        n_units=n_units,
        n_ratings=n_ratings,
        observed=sums.observed / n_ratings * sums.unit_square,
        expected=sums.expected / (n_ratings * (n_ratings - 1.0)) * sums.unit_square,
        level=level,
    )


def _pairable_ratings(units: ArrayLike, values: ArrayLike) -> UnitRatings:
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    return unit_ratings(unit, value).pairable()


def _alpha(sums: Disagreement, n_ratings: int) -> float:
    # Equal values differ by exactly nothing at every level, so this is zero only where there is no variation.
    if sums.expected <= 0.0:
        raise NoVariationError(
            f"All {n_ratings} ratings of units rated twice are equal, so agreement cannot be told from chance."
        )
    return 1.0 - (n_ratings - 1.0) * sums.observed / sums.expected


def _alpha_without_each(ratings: UnitRatings, sums: Disagreement, level: Level, alpha: float) -> FloatArray:
    """Return alpha recomputed without each unit in turn."""
    if len(ratings.units) < 2:
        raise TooFewUnitsError(
            f"Only unit {ratings.units[0]} was rated twice or more; an interval needs at least two such units.",
            estimate=alpha,
        )
    expected = sums.expected_without
    rounding_only = expected <= _NEARLY_ALL * expected.max()
    without_each = np.empty_like(expected)
    for some in units_at_a_time(len(expected)):
        left = len(ratings.code) - sums.ratings[some] - 1.0
        observed = np.maximum(sums.observed_without[some], 0.0)
        without_each[some] = 1.0 - left * observed / np.where(rounding_only[some], 1.0, expected[some])
    for dropped in np.flatnonzero(rounding_only):
        others = ratings.only(np.delete(np.arange(len(ratings.units)), dropped))
        try:
            without_each[dropped] = _alpha(COUNTED[level](others), len(others.code))
        except NoVariationError as equal:
            raise NoIntervalError(
                f"Without unit {ratings.units[dropped]} all ratings are equal, so the data cannot show how alpha "
                f"varies from unit to unit. Alpha is {alpha:.3f}; its interval does not exist.",
                estimate=alpha,
            ) from equal
    return without_each


def percent_agreement(units: ArrayLike, values: ArrayLike, *, within: float = 0.0) -> Agreement:
    """Return the share of pairs of ratings of one unit that agree, averaged over units.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.  Units rated once do not take part.
    values
        Shape ``(n,)``, finite numbers: the ratings.  With ``within=0`` any nominal coding will do.
    within
        Largest difference that still counts as agreement, in scale points; 0 for exact agreement.

    Returns
    -------
    Agreement
        Share in ``[0, 1]``; dimensionless.  Every unit counts once, however often it was rated.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` does not hold integers, or `values` does not hold finite numbers.
    ToleranceError
        `within` is negative or not finite.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice.

    Notes
    -----
    Not corrected for chance: read it beside the base rates.

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin, 76(5), 378-382.
    doi:10.1037/h0031619

    Examples
    --------
    >>> percent_agreement(units=[1, 1, 2, 2, 2], values=[4, 4, 3, 4, 5])
    Agreement(agreement=0.5, n_units=2, n_pairs=4)
    >>> round(percent_agreement(units=[1, 1, 2, 2, 2], values=[4, 4, 3, 4, 5], within=1).agreement, 4)
    0.8333
    """
    if not 0.0 <= within < np.inf:
        raise ToleranceError(f"within must be a number of scale points from zero upward, not {within}.")
    ratings = _pairable_ratings(units, values)
    number = ratings.number.astype(np.float64)
    pairs = number * (number - 1.0) / 2.0
    agreeing = _close_pairs(ratings, within)
    return Agreement(
        agreement=float((agreeing / pairs).mean()),
        n_units=len(pairs),
        n_pairs=int(pairs.sum()),
    )


def _close_pairs(ratings: UnitRatings, within: float) -> FloatArray:
    """Count, for each unit, the pairs of its ratings that differ by at most `within`."""
    levels = ratings.levels
    in_reach = np.searchsorted(levels, levels + within * (1.0 + _ROUNDING), side="right")
    ordered, base = ratings.in_order_of_value().code, ratings.unit * len(levels)
    # In order of unit and value, the partners of a rating are those after it, up to the last one in reach.
    close = np.searchsorted(base + ordered, base + in_reach[ordered], side="left") - np.arange(1, len(ordered) + 1)
    return np.add.reduceat(close, ratings.start[:-1]).astype(np.float64)


def base_rates(values: ArrayLike) -> dict[float, float]:
    """Return how large a share of all ratings each value has.

    Parameters
    ----------
    values
        Shape ``(n,)``, finite numbers: the ratings.

    Returns
    -------
    dict of float to float
        Value to share in ``(0, 1]``, values ascending; the shares add up to 1.  Dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError
        `values` is not a column of finite numbers.
    NoRatingsError
        There are no ratings.

    Examples
    --------
    >>> base_rates([5, 4, 5, 5])
    {4.0: 0.25, 5.0: 0.75}
    """
    levels, counts = np.unique(numbers(values, "values"), return_counts=True)
    shares = counts / counts.sum()
    return dict(zip(levels.tolist(), shares.tolist(), strict=True))
