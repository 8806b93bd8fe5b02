"""Who answers faster than a picture can be looked at? A lognormal model of response times, and rapid responses.

Time alone is never a reason to set a rating or a rater aside.  In ratings of 216 patterns by 80 raters the
logarithm of a rater's response time correlated by 0.16 with how far they were from the others, and by -0.22 with how
far from themselves, while these two correlated by 0.39: rapid responses are where to look, at the ratings.
"""

from dataclasses import dataclass
from typing import Final

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
from rubrica.measure.errors import DurationError, ToleranceError
from rubrica.measure.intervals import checked_confidence, wilson_interval
from rubrica.measure.opinion.mean import rater_bias


@dataclass(frozen=True, slots=True, eq=False)
class RapidResponses:
    """Responses too fast to rest on a look at the unit.

    Attributes
    ----------
    rapid : BoolArray
        Shape ``(n,)``: which of the responses given in are faster than the threshold of their unit.
    raters : IntArray
        Shape ``(r,)``, ascending.
    share, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in ``[0, 1]``: of the rater's responses that are rapid, with Wilson's interval.
    n_responses : IntArray
        Shape ``(r,)``.
    units : IntArray
        Shape ``(i,)``, ascending.
    threshold : FloatArray
        Shape ``(i,)``, in the unit of the durations.
    """

    rapid: BoolArray
    raters: IntArray
    share: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_responses: IntArray
    units: IntArray
    threshold: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ResponseSpeed:
    """How fast raters are by comparison, in the lognormal model.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``: raters who share at least two units with others, ascending.
    factor, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, positive: how many times as long as the others the rater takes for the same units, by the
        geometric mean; 0.5 is twice as fast.  Dimensionless.
    n_units : IntArray
        Shape ``(r,)``: units compared.
    residual_deviation : float
        Standard deviation of the logarithm of a response time around rater and unit, in natural logarithms.
    left_out : IntArray
        Raters who share fewer than two units with others, ascending.
    """

    raters: IntArray
    factor: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_units: IntArray
    residual_deviation: float
    left_out: IntArray


_FLOOR: Final = 300.0


def rapid_responses(
    units: ArrayLike,
    raters: ArrayLike,
    durations: ArrayLike,
    *,
    share: float = 0.1,
    floor: float = _FLOOR,
    confidence: float = 0.95,
) -> RapidResponses:
    """Return which responses are faster than a tenth of what their unit usually takes, and their share by rater.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each response.
    durations
        Shape ``(n,)``, positive: how long each took, in milliseconds (or the unit of `floor`).
    share
        Of the unit's median duration below which a response is rapid, from 0 to 1.
    floor
        A duration below which every response is rapid, from 0 upward.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    RapidResponses
        Flags, thresholds, and shares in ``[0, 1]``.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `durations` does not hold finite numbers.
    NoRatingsError
        There are no responses.
    DurationError
        A duration is not positive.
    ToleranceError
        `share` or `floor` is outside its range.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Notes
    -----
    The threshold is the larger of `share` times the unit's median and `floor`: Wise and Ma's normative threshold at
    10 %, kept from falling below the time that perceiving and pressing take.  Medians of units with few responses move
    with each of them.  Time alone is never a reason: see the head of this module.

    References
    ----------
    Wise, S. L., & Ma, L. (2012). Setting response time thresholds for a CAT item pool: The normative threshold method.
    Annual meeting of the National Council on Measurement in Education, Vancouver.

    Wise, S. L. (2017). Rapid-guessing behavior: Its identification, interpretation, and implications. Educational
    Measurement: Issues and Practice, 36(4), 52-61. doi:10.1111/emip.12165

    Examples
    --------
    >>> found = rapid_responses([1, 1, 1, 2, 2], [7, 8, 9, 7, 8], durations=[5000, 6000, 550, 2000, 290])
    >>> found.rapid, found.threshold
    (array([False, False, False, False,  True]), array([500., 300.]))
    >>> found.share, found.ci_high.round(2)
    (array([0. , 0.5, 0. ]), array([0.66, 0.91, 0.79]))
    """
    checked_confidence(confidence)
    if not 0.0 <= share <= 1.0 or not 0.0 <= floor < np.inf:
        raise ToleranceError(f"share must lie between 0 and 1, and floor be 0 or more, not {share} and {floor}.")
    unit, rater, duration = _checked(units, raters, durations)
    unit_labels, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    threshold = np.maximum(share * _medians(unit_index, duration), floor)
    rapid = duration < threshold[unit_index]
    number = np.bincount(rater_index)
    count = summed(rater_index, rapid.astype(np.float64), len(labels))
    low, high = wilson_interval(count, number.astype(np.float64), confidence)
    return RapidResponses(
        rapid=rapid,
        raters=labels,
        share=count / number,
        ci_low=low,
        ci_high=high,
        n_responses=number,
        units=unit_labels,
        threshold=threshold,
    )


def response_speed(
    units: ArrayLike, raters: ArrayLike, durations: ArrayLike, *, confidence: float = 0.95
) -> ResponseSpeed:
    """Return how many times as long as the others each rater takes for the same units.

    Parameters
    ----------
    units, raters, durations
        As for `rapid_responses`.  Responses of one rater to one unit count once, as their geometric mean.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    ResponseSpeed
        Factors; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, DurationError,
    ConfidenceError
        As for `rapid_responses`.
    TooFewRatingsError
        Nobody shares two units with others.

    Notes
    -----
    The logarithm of a response time is what the unit takes, less the rater's speed, and a normal residual (van der
    Linden 2006, with one residual variance).  A rater's speed is found as a bias is, from the differences to the others
    on the same units, never from the rater's own times alone; see ``rubrica.measure.opinion.mean.rater_bias``, which
    also says what the others' being the yardstick means.  The residual deviation is what is left of those differences.

    References
    ----------
    van der Linden, W. J. (2006). A lognormal model for response times on test items. Journal of Educational and
    Behavioral Statistics, 31(2), 181-204. doi:10.3102/10769986031002181

    Examples
    --------
    >>> found = response_speed(
    ...     units=[1, 1, 1, 2, 2, 2], raters=[1, 2, 3, 1, 2, 3], durations=[4000, 4100, 2000, 8100, 8000, 4100]
    ... )
    >>> found.raters, found.factor.round(2)
    (array([1, 2, 3]), array([1.41, 1.42, 0.5 ]))
    """
    unit, rater, duration = _checked(units, raters, durations)
    # In this order the sums come out the same for any order of the rows.
    order = np.lexsort((duration, unit, rater))
    unit, rater, logarithm = unit[order], rater[order], np.log(duration[order])
    found = rater_bias(unit, rater, logarithm, confidence)
    return ResponseSpeed(
        raters=found.raters,
        factor=np.exp(found.bias),
        ci_low=np.exp(found.ci_low),
        ci_high=np.exp(found.ci_high),
        n_units=found.n_ratings,
        residual_deviation=_residual_deviation(unit, rater, logarithm, found.raters, found.bias),
        left_out=found.left_out,
    )


def _residual_deviation(
    unit: IntArray, rater: IntArray, logarithm: FloatArray, raters: IntArray, bias: FloatArray
) -> float:
    """Return how widely responses spread within units once each rater's level is taken off."""
    known = np.isin(rater, raters)
    freed = logarithm[known] - bias[np.searchsorted(raters, rater[known])]
    _, index = numbered(unit[known])
    number = np.bincount(index)
    mean = summed(index, freed, len(number)) / number
    # A rater whose bias is known at all shares units with others, so that some unit is left with two responses.
    degrees = max(float((number - 1).sum()) - (len(raters) - 1.0), 1.0)
    return float(np.sqrt(((freed - mean[index]) ** 2).sum() / degrees))


def _checked(units: ArrayLike, raters: ArrayLike, durations: ArrayLike) -> tuple[IntArray, IntArray, FloatArray]:
    unit, rater, duration = identities(units, "units"), identities(raters, "raters"), numbers(durations, "durations")
    same_length(units=unit, raters=rater, durations=duration)
    if duration.min() <= 0.0:
        row = int(np.argmin(duration))
        raise DurationError(f"durations holds {duration[row]:g} in row {row}; a response takes some time.")
    return unit, rater, duration


def _medians(index: IntArray, value: FloatArray) -> FloatArray:
    number = np.bincount(index)
    ascending = value[np.lexsort((value, index))]
    start = np.cumsum(number) - number
    middle: FloatArray = ascending[start + (number - 1) // 2] + ascending[start + number // 2]
    return middle / 2.0
