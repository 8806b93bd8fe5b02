"""Which raters does the Recommendation set aside, and do the ratings spread as ratings do? Screening of a panel."""

from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import (
    BoolArray,
    FloatArray,
    IntArray,
    identities,
    numbered,
    numbers,
    same_length,
    summed,
)
from rubrica.measure.errors import (
    NoPairableUnitsError,
    NoVariationError,
    OffTheScaleError,
    TooFewUnitsError,
    UnknownMethodError,
)
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile

Sigma: TypeAlias = Literal["sample", "population"]
"""Divisor of the variance of a unit's ratings: m - 1, as the Recommendation says, or m, as software has it."""

_NORMAL_REACH: Final = 2.0
_OTHER_REACH: Final = 20.0**0.5
"""How many standard deviations from the mean a rating lies outside: where ratings look normal, and elsewhere."""

_OUTLYING: Final = 0.05
_ONE_SIDED: Final = 0.3
"""A rater is rejected who lies outside this often, unless nearly always on the same side."""

_ROUNDING: Final = 1e-12
"""Relative slack, so that a rating exactly at the limit is not decided by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """Raters who lie outside too often, and to both sides.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``: raters with a rating of a unit rated at least twice, ascending.
    above, below : IntArray
        Shape ``(r,)`` each: P and Q, ratings outside on the high and on the low side.
    n_ratings : IntArray
        Shape ``(r,)``: ratings that could have been outside.
    rejected : BoolArray
        Shape ``(r,)``.
    kept : BoolArray
        Shape ``(n,)``: which of the ratings given in are by raters who were not rejected.
    left_out : IntArray
        Raters who only rated units that nobody else rated, ascending: they cannot be judged, and are kept.
    """

    raters: IntArray
    above: IntArray
    below: IntArray
    n_ratings: IntArray
    rejected: BoolArray
    kept: BoolArray
    left_out: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BiasRemoval:
    """Ratings freed from the bias of their raters.

    Attributes
    ----------
    values : FloatArray
        Shape ``(n,)``: each rating less the bias of its rater, in scale points; may lie off the scale.
    raters : IntArray
        Shape ``(r,)``: all raters, ascending.
    bias : FloatArray
        Shape ``(r,)``, in scale points.
    """

    values: FloatArray
    raters: IntArray
    bias: FloatArray


@dataclass(frozen=True, slots=True)
class SpreadOfOpinions:
    """The SOS parameter: how much raters differ, freed from where on the scale the mean lies.

    Attributes
    ----------
    parameter : float
        a, not below 0; 0 when raters agree, 1 when they only use the ends of the scale.  Above 1 only by the chance
        that few ratings leave.  Dimensionless.
    ci_low, ci_high : float
        Interval of a, not below 0.
    fit_error : float
        Root mean square distance of the units' standard deviations from the curve, in scale points.
    constant_error : float
        The same distance from one standard deviation for all units (the root mean variance).  Where it is smaller
        than `fit_error`, the spread does not follow the curve.
    n_units : int
        Units rated at least twice, whose mean is not an end of the scale.
    """

    parameter: float
    ci_low: float
    ci_high: float
    fit_error: float
    constant_error: float
    n_units: int


def screen_raters(units: ArrayLike, raters: ArrayLike, values: ArrayLike, sigma: Sigma = "sample") -> Screening:
    """Return which raters BT.500 rejects: outside too often, and to both sides.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    sigma
        ``"sample"``, the standard deviation with divisor m - 1 of the Recommendation, or ``"population"``, with
        divisor m, which much software uses and published figures rest on.

    Returns
    -------
    Screening
        Counts, and who is rejected.  One round: the Recommendation does not screen those who remain again.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    UnknownMethodError
        `sigma` is neither of the two.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice.

    Notes
    -----
    With kurtosis b = m4 / m2^2 of the ratings of a unit, a rating is outside when it is at least c standard
    deviations from their mean, c being 2 where 2 <= b <= 4 and sqrt(20) elsewhere.  A rater with P ratings outside
    above and Q below, of N, is rejected when (P + Q) / N > 0.05 and abs(P - Q) / (P + Q) < 0.3; one who is
    consistently high or low has a bias, which is another matter.  A unit whose ratings are all equal has nobody
    outside.  With few ratings nobody can be outside: the largest possible distance is (m - 1) / sqrt(m) sample
    standard deviations, which reaches 2 at six ratings of a unit.

    Whole raters are lost, on limits without a probability behind them.  `rubrica.measure.opinion.subject_model` weighs
    them instead.

    References
    ----------
    ITU-R (2019). Recommendation BT.500-14: Methodologies for the subjective assessment of the quality of television
    images, Annex 1, A1-2.3.1. https://www.itu.int/rec/R-REC-BT.500

    Examples
    --------
    Rater 30 is far above the others on the first picture, and far below on the second:

    >>> others = [2, 3] * 15
    >>> found = screen_raters([1] * 31 + [2] * 31, list(range(31)) * 2, [*others, 7, *others, -2])
    >>> found.raters[found.rejected], found.above[found.rejected], found.below[found.rejected]
    (array([30]), array([1]), array([1]))
    """
    if sigma not in {"sample", "population"}:
        raise UnknownMethodError(f'sigma must be "sample" or "population", not {sigma!r}.')
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    unit_labels, unit_index = numbered(unit)
    rater_labels, rater_index = numbered(rater)
    judged = np.bincount(unit_index)[unit_index] > 1
    if not judged.any():
        raise NoPairableUnitsError(f"None of the {len(unit_labels)} units was rated twice, so nobody lies outside.")
    distance, limit = _distance_and_limit(unit_index, value, len(unit_labels), sigma)
    size = len(rater_labels)
    above, below, number = (
        np.bincount(rater_index[rows], minlength=size).astype(np.int64, copy=False)
        for rows in (distance >= limit, distance <= -limit, judged)
    )
    outside = above + below
    # Both conditions multiplied out: without ratings outside there is nothing to divide by.
    rejected = (outside > _OUTLYING * number) & (np.abs(above - below) < _ONE_SIDED * outside)
    known = number > 0
    return Screening(
        raters=rater_labels[known],
        above=above[known],
        below=below[known],
        n_ratings=number[known],
        rejected=rejected[known],
        kept=~rejected[rater_index],
        left_out=rater_labels[~known],
    )


def _distance_and_limit(index: IntArray, value: FloatArray, size: int, sigma: Sigma) -> tuple[FloatArray, FloatArray]:
    """Return how far each rating lies from the mean of its unit, and from which distance it is outside."""
    number = np.bincount(index, minlength=size).astype(np.float64)
    # Fourth powers exist of values up to 1; as ratings are only compared, the unit they are in does not matter.
    value = value / (float(np.abs(value).max()) or 1.0)
    distance = value - (summed(index, value, size) / number)[index]
    second = summed(index, distance**2, size) / number
    spread_out = second > _ROUNDING**2
    kurtosis = summed(index, distance**4, size) / number / np.where(spread_out, second, 1.0) ** 2
    reach = np.where((kurtosis >= 2.0) & (kurtosis <= 4.0), _NORMAL_REACH, _OTHER_REACH)
    divisor = np.maximum(number - 1.0, 1.0) if sigma == "sample" else number
    limit = reach * np.sqrt(second * number / divisor) * (1.0 - _ROUNDING)
    return distance, np.where(spread_out, limit, np.inf)[index]


def remove_bias(units: ArrayLike, raters: ArrayLike, values: ArrayLike) -> BiasRemoval:
    """Return the ratings less the bias of their raters, as P.913 has it before screening.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.

    Returns
    -------
    BiasRemoval
        In scale points.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice, so no rating differs from the mean of its unit.

    Notes
    -----
    The bias of a rater is the mean over the ratings given of x_ir less the mean opinion of unit i, all raters and the
    rater among them.  It is a step of a procedure; `rubrica.measure.opinion.mean.rater_bias` gives a bias its interval,
    and `rubrica.measure.opinion.subject_model` finds one that holds when raters rated different units.

    References
    ----------
    ITU-T (2021). Recommendation P.913: Methods for the subjective assessment of video quality, audio quality and
    audiovisual quality of Internet video and distribution quality television in any environment, clause 12.4.
    https://www.itu.int/rec/T-REC-P.913

    Examples
    --------
    >>> found = remove_bias([1, 1, 2, 2], [7, 8, 7, 8], [3, 4, 1, 2])
    >>> found.bias, found.values
    (array([-0.5,  0.5]), array([3.5, 3.5, 1.5, 1.5]))
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    unit_labels, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    number = np.bincount(unit_index)
    if number.max() < 2:
        raise NoPairableUnitsError(f"None of the {len(unit_labels)} units was rated twice, so bias does not show.")
    distance = value - (summed(unit_index, value, len(unit_labels)) / number)[unit_index]
    bias = summed(rater_index, distance, len(labels)) / np.bincount(rater_index)
    return BiasRemoval(values=value - bias[rater_index], raters=labels, bias=bias)


def spread_of_opinions(
    units: ArrayLike, values: ArrayLike, lowest: float, highest: float, confidence: float = 0.95
) -> SpreadOfOpinions:
    """Return the SOS parameter of the ratings, and how well the curve behind it fits.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level, between `lowest` and `highest`.
    lowest, highest
        The ends of the scale, such as 1 and 5.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    SpreadOfOpinions
        The parameter is dimensionless, the distances are in scale points.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    OffTheScaleError
        A rating lies below `lowest` or above `highest`.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice.
    NoVariationError
        The mean of every unit is an end of the scale, where no spread is possible.
    TooFewUnitsError
        One unit alone shows spread, so the parameter has no interval; the error carries it.

    Notes
    -----
    The variance of the ratings of a unit with mean x is taken to be a (highest - x)(x - lowest), which on a scale from
    1 to 5 is a (-x^2 + 6 x - 5), and a is found by least squares over units rated at least twice, each variance with
    divisor m - 1.  The interval is Student's t around the jackknife over units.  The parameter tells panels and kinds
    of task apart; a panel of colluding or careless raters shows as a parameter unlike that of others on the same task.

    References
    ----------
    Hossfeld, T., Schatz, R., & Egger, S. (2011). SOS: The MOS is not enough! Third International Workshop on Quality of
    Multimedia Experience, 131-136. doi:10.1109/QoMEX.2011.6065690

    Examples
    --------
    >>> found = spread_of_opinions([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 2, 1, 2, 3, 4, 4, 5, 5], lowest=1, highest=5)
    >>> round(found.parameter, 3), round(found.fit_error, 3), round(found.constant_error, 3)
    (0.254, 0.017, 0.201)
    """
    checked_confidence(confidence)
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    off = (value < lowest) | (value > highest)
    if off.any():
        raise OffTheScaleError(f"values holds {value[off][0]:g}, which is not between {lowest:g} and {highest:g}.")
    share, variance = _means_and_variances(unit, value, lowest, highest)
    room = (1.0 - share) * share
    products, squares = float(room @ variance), float(room @ room)
    parameter, count = products / squares, len(room)
    if count < 2:
        raise TooFewUnitsError(
            f"One unit shows how ratings spread; the parameter is {parameter:.3f}, but its interval takes two units.",
            estimate=parameter,
        )
    error = jackknife_standard_error((products - room * variance) / (squares - room * room))
    reach = float(t_quantile(np.array([count - 1.0]), confidence)[0]) * error
    deviation = np.sqrt(variance)
    return SpreadOfOpinions(
        parameter=parameter,
        ci_low=max(0.0, parameter - reach),
        ci_high=parameter + reach,
        fit_error=(highest - lowest) * _distance(deviation, np.sqrt(parameter * room)),
        constant_error=(highest - lowest) * _distance(deviation, np.full(count, sqrt(float(variance.mean())))),
        n_units=count,
    )


def _distance(one: FloatArray, other: FloatArray) -> float:
    return sqrt(float(np.mean((one - other) ** 2)))


def _means_and_variances(
    unit: IntArray, value: FloatArray, lowest: float, highest: float
) -> tuple[FloatArray, FloatArray]:
    """Return mean and sample variance of units rated twice and not only at one end, the scale going from 0 to 1."""
    labels, index = numbered(unit)
    number = np.bincount(index)
    enough = number > 1
    if not enough.any():
        raise NoPairableUnitsError(f"None of the {len(labels)} units was rated twice; one rating shows no spread.")
    inner = enough & (np.bincount(index, value > lowest) > 0) & (np.bincount(index, value < highest) > 0)
    if not inner.any():
        raise NoVariationError("The mean of every unit is an end of the scale, where ratings cannot differ.")
    share = (value - lowest) / (highest - lowest)
    mean = summed(index, share, len(labels)) / number
    squares = summed(index, (share - mean[index]) ** 2, len(labels))
    return mean[inner], squares[inner] / (number[inner] - 1)
