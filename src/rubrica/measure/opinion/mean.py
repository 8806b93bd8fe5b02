"""What do raters think of a picture, and who rates higher than the others? Means, biases and distributions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import OffTheScaleError, TooFewRatingsError
from rubrica.measure.intervals import checked_confidence, t_quantile


@dataclass(frozen=True, slots=True, eq=False)
class MeanOpinion:
    """The mean opinion score of each unit with its interval.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``: the units rated at least twice, ascending.
    mean, ci_low, ci_high : FloatArray
        Shape ``(i,)`` each, in scale points.  The interval knows nothing of the ends of the scale.
    standard_deviation : FloatArray
        Shape ``(i,)``: of the ratings of a unit (divisor m - 1), in scale points.
    n_ratings : IntArray
        Shape ``(i,)``: m.
    left_out : IntArray
        Units rated once, ascending: one rating shows no spread, so they have no interval.
    """

    units: IntArray
    mean: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    standard_deviation: FloatArray
    n_ratings: IntArray
    left_out: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class RaterBias:
    """By how much each rater rates above (+) or below (-) the others who rated the same units.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``: raters who share at least two units with others, ascending.
    bias, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in scale points.
    n_ratings : IntArray
        Shape ``(r,)``: units on which the rater was compared with others.
    left_out : IntArray
        Raters who share fewer than two units with others, ascending: their bias has no interval.
    """

    raters: IntArray
    bias: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_ratings: IntArray
    left_out: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How often each level of a scale was chosen.

    Attributes
    ----------
    levels : FloatArray
        Shape ``(v,)``, ascending.
    counts : IntArray
        Shape ``(v,)``: ratings at each level; zero where a level was never chosen.
    shares : FloatArray
        Shape ``(v,)``, in ``[0, 1]``, adding up to 1.  Dimensionless.
    n_ratings : int
        All ratings.
    """

    levels: FloatArray
    counts: IntArray
    shares: FloatArray
    n_ratings: int


def mean_opinion(units: ArrayLike, values: ArrayLike, confidence: float = 0.95) -> MeanOpinion:
    """Return the mean opinion score of each unit, with Student's t interval.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    MeanOpinion
        In scale points.  Units rated once are named in ``left_out``.

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
        No unit was rated twice.

    Notes
    -----
    The interval is mean -+ t s / sqrt(m) on m - 1 degrees of freedom, each unit for itself; the
    Recommendation uses 1.96 in place of t, which is too narrow for few raters.  With two or three ratings s is itself
    a rough guess, and the interval of a unit whose ratings happen to coincide has no width.

    References
    ----------
    ITU-R (2019). Recommendation BT.500-14: Methodologies for the subjective assessment of the quality of television
    images, Annex 1, A1-2.2.1. https://www.itu.int/rec/R-REC-BT.500

    Examples
    --------
    >>> opinion = mean_opinion(units=[1, 1, 1, 2, 2, 3], values=[4, 5, 3, 2, 1, 5])
    >>> opinion.units, opinion.mean, opinion.left_out
    (array([1, 2]), array([4. , 1.5]), array([3]))
    >>> opinion.ci_low.round(2), opinion.ci_high.round(2)
    (array([ 1.52, -4.85]), array([6.48, 7.85]))
    """
    checked_confidence(confidence)
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    labels, index = numbered(unit)
    number, mean, deviation = _spread(index, value, len(labels))
    enough = number > 1
    if not enough.any():
        raise TooFewRatingsError(
            f"None of the {len(labels)} units was rated twice; one rating shows no spread, so no interval exists."
        )
    reach = _reach(number[enough], deviation[enough], confidence)
    return MeanOpinion(
        units=labels[enough],
        mean=mean[enough],
        ci_low=mean[enough] - reach,
        ci_high=mean[enough] + reach,
        standard_deviation=deviation[enough],
        n_ratings=number[enough],
        left_out=labels[~enough],
    )


def _spread(index: IntArray, value: FloatArray, size: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return number, mean and sample standard deviation of the values of each group; 0 for a group of one or none."""
    number = np.bincount(index, minlength=size).astype(np.int64, copy=False)
    mean = summed(index, value, size) / np.maximum(number, 1)
    squares = summed(index, (value - mean[index]) ** 2, size)
    return number, mean, np.sqrt(squares / np.maximum(number - 1, 1))


def _reach(number: IntArray, deviation: FloatArray, confidence: float) -> FloatArray:
    return t_quantile((number - 1).astype(np.float64), confidence) * deviation / np.sqrt(number)


def rater_bias(units: ArrayLike, raters: ArrayLike, values: ArrayLike, confidence: float = 0.95) -> RaterBias:
    """Return how far each rater lies above or below the mean of the others on the same units.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Ratings of one unit by one rater count
        once, as their mean; units rated by one rater alone do not take part.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    RaterBias
        In scale points.  Raters who share fewer than two units with others are named in ``left_out``; their ratings
        still count among the others'.

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
    TooFewRatingsError
        Nobody shares two units with others.

    Notes
    -----
    bias_r is the mean over units of x_ir minus the mean of the other raters of unit i, and the interval is
    Student's t over those differences.  Leaving the rater out of the mean keeps a rater from being compared with
    themselves.  The others are the yardstick: with one and the same partner throughout, half of what shows as bias may
    be the partner's.  The subject-bias correction of ITU-T P.913 (12.4) subtracts the mean of all raters, which is
    smaller by (m - 1) / m.

    References
    ----------
    ITU-T (2021). Recommendation P.913: Methods for the subjective assessment of video quality, audio quality and
    audiovisual quality of Internet video and distribution quality television in any environment, clause 12.4.
    https://www.itu.int/rec/T-REC-P.913

    Examples
    --------
    Rater 3 is a point or more above the two others on both pictures:

    >>> found = rater_bias(units=[1, 1, 1, 2, 2, 2], raters=[1, 2, 3, 1, 2, 3], values=[3, 3, 4, 2, 3, 4])
    >>> found.raters, found.bias, found.n_ratings
    (array([1, 2, 3]), array([-1.  , -0.25,  1.25]), array([2, 2, 2]))
    """
    checked_confidence(confidence)
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    unit_labels, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    unit_index, rater_index, value = _once_per_rater(unit_index, rater_index, value, len(labels))
    deviation, kept = _from_the_others(unit_index, value, len(unit_labels))
    number, bias, spread = _spread(rater_index[kept], deviation, len(labels))
    enough = number > 1
    if not enough.any():
        raise TooFewRatingsError(
            f"None of the {len(labels)} raters shares two units with others, so there is nothing to compare them by."
        )
    reach = _reach(number[enough], spread[enough], confidence)
    return RaterBias(
        raters=labels[enough],
        bias=bias[enough],
        ci_low=bias[enough] - reach,
        ci_high=bias[enough] + reach,
        n_ratings=number[enough],
        left_out=labels[~enough],
    )


def _once_per_rater(
    unit: IntArray, rater: IntArray, value: FloatArray, n_raters: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Replace the ratings of one unit by one rater by their mean."""
    keys, index = numbered(unit * n_raters + rater)
    if len(keys) == len(value):
        return unit, rater, value
    _, mean, _ = _spread(index, value, len(keys))
    return keys // n_raters, keys % n_raters, mean


def _from_the_others(unit: IntArray, value: FloatArray, n_units: int) -> tuple[FloatArray, IntArray]:
    """Return each rating minus the mean of the others of its unit, and which ratings have others."""
    number = np.bincount(unit, minlength=n_units)
    kept = np.flatnonzero(number[unit] > 1)
    own_number = number[unit[kept]]
    mean = (summed(unit, value, n_units) / np.maximum(number, 1))[unit[kept]]
    # x - mean of the others = (x - mean of all) m / (m - 1), without subtracting the rating from the sum.
    return (value[kept] - mean) * own_number / (own_number - 1), kept


def distribution(values: ArrayLike, levels: ArrayLike | None = None) -> Distribution:
    """Return how often each level of the scale was chosen.

    Parameters
    ----------
    values
        Shape ``(n,)``, finite numbers: the ratings.
    levels
        Shape ``(v,)``, finite numbers: the levels of the scale, so that one that nobody chose shows as zero.  By
        default the levels that occur.

    Returns
    -------
    Distribution
        Counts, and shares in ``[0, 1]``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError
        `values` or `levels` is not a column of finite numbers.
    OffTheScaleError
        A rating is none of the `levels`.
    NoRatingsError
        There are no ratings, or no levels.

    Examples
    --------
    >>> found = distribution([4, 5, 5, 2], levels=[1, 2, 3, 4, 5])
    >>> found.counts, found.shares
    (array([0, 1, 0, 1, 2]), array([0.  , 0.25, 0.  , 0.25, 0.5 ]))
    """
    value = numbers(values, "values")
    scale = np.unique(value if levels is None else numbers(levels, "levels"))
    code = np.minimum(np.searchsorted(scale, value), len(scale) - 1)
    off = scale[code] != value
    if off.any():
        raise OffTheScaleError(
            f"values holds {value[off][0]:g}, which is none of the levels {', '.join(f'{level:g}' for level in scale)}."
        )
    counts = np.bincount(code, minlength=len(scale)).astype(np.int64, copy=False)
    return Distribution(levels=scale, counts=counts, shares=counts / len(value), n_ratings=len(value))
