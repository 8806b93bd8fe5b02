"""Is a consensus as sure as it should be? Its probabilities held against control items, and brought in line with them.

Models of raters take their errors for independent.  Raters err together on hard units, so the probabilities that these
models give are nearer to 0 and 1 than they ought to be.  A rule that stops collecting ratings at some probability needs
calibrated ones.
"""

from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.consensus.majority import Consensus
from rubrica.measure.errors import (
    NoTemperatureError,
    OffTheScaleError,
    RepeatedUnitError,
    TooFewUnitsError,
    UnknownUnitError,
)
from rubrica.measure.intervals import checked_confidence, t_quantile, wilson_interval

_SUREST: Final = 1e-12
"""A probability below this counts as this: no number of raters makes an error rarer, and its logarithm must exist."""

_BINS: Final = 10

_HALVINGS: Final = 100
_WIDEST: Final = 1e6
"""Temperatures from one millionth to a million are searched."""


@dataclass(frozen=True, slots=True)
class ControlCheck:
    """A consensus held against control items.

    Attributes
    ----------
    right, right_low, right_high : float
        In ``[0, 1]``: the share of control items on which the consensus is the known value, and Wilson's interval.
    log_loss, log_loss_low, log_loss_high : float
        The mean of minus the natural logarithm of the probability of the known value, and Student's t interval; 0 is
        best.  Nats.
    calibration_error : float
        In ``[0, 1]``: how far the probability of the consensus lies from the share that is right, on average; expected
        calibration error over ten bins of equal width.  Sampling alone makes it positive.
    n_units : int
        Control items.
    """

    right: float
    right_low: float
    right_high: float
    log_loss: float
    log_loss_low: float
    log_loss_high: float
    calibration_error: float
    n_units: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The temperature that brings a consensus in line with control items, and what it achieves there.

    Attributes
    ----------
    temperature, ci_low, ci_high : float
        Above 0: above 1 where the consensus is too sure, below 1 where it is not sure enough; and its interval.
    before, after : ControlCheck
        The consensus held against the control items, as it was and as it is.  `after` is told from the items that the
        temperature was fitted to.
    consensus : Consensus
        With calibrated probabilities; the most probable categories stay what they were.
    """

    temperature: float
    ci_low: float
    ci_high: float
    before: ControlCheck
    after: ControlCheck
    consensus: Consensus


def control_check(
    consensus: Consensus, units: ArrayLike, values: ArrayLike, *, confidence: float = 0.95
) -> ControlCheck:
    """Return how often a consensus is right on control items, and whether it is as sure as it should be.

    Parameters
    ----------
    consensus
        What a model of raters arrived at.
    units
        Shape ``(g,)``, integers: the control items, each a unit of `consensus`, each once.
    values
        Shape ``(g,)``, finite numbers: their known categories.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    ControlCheck
        Shares in ``[0, 1]`` and nats.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    UnknownUnitError
        A control item is no unit of `consensus`.
    RepeatedUnitError
        A control item occurs twice.
    OffTheScaleError
        A known value is none of the categories that occur in the ratings.
    TooFewUnitsError
        There is one control item alone: the log loss exists, its interval does not.  The error carries the log loss.

    Notes
    -----
    A probability below 1e-12 counts as 1e-12 in the log loss, so that one certain error does not make it infinite.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y., & Weinberger, K. Q. (2017). On calibration of modern neural networks. Proceedings of
    Machine Learning Research, 70, 1321-1330, eq. 3. doi:10.48550/arXiv.1706.04599

    Examples
    --------
    >>> consensus = Consensus(
    ...     units=np.array([1, 2, 3]),
    ...     consensus=np.array([0.0, 1.0, 1.0]),
    ...     categories=np.array([0.0, 1.0]),
    ...     posterior=np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]),
    ...     n_ratings=np.array([5, 5, 5]),
    ... )
    >>> found = control_check(consensus, units=[1, 2, 3], values=[0, 1, 0])
    >>> round(found.right, 3), round(found.log_loss, 3), round(found.calibration_error, 3)
    (0.667, 0.415, 0.3)
    """
    checked_confidence(confidence)
    row, known = _control_items(consensus, units, values)
    return _checked(consensus.posterior[row], known, confidence)


def _control_items(consensus: Consensus, units: ArrayLike, values: ArrayLike) -> tuple[IntArray, IntArray]:
    """Return the position of each control item among the units, and of its known value among the categories."""
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    row = np.minimum(np.searchsorted(consensus.units, unit), len(consensus.units) - 1).astype(np.int64, copy=False)
    unknown = consensus.units[row] != unit
    if unknown.any():
        raise UnknownUnitError(
            f"Control item {unit[unknown][0]} is none of the {len(consensus.units)} units of the consensus "
            f"(one of {np.count_nonzero(unknown)} such items)."
        )
    labels, index = numbered(unit)
    repeated = np.bincount(index) > 1
    if repeated.any():
        raise RepeatedUnitError(f"Control item {labels[repeated][0]} occurs more than once; give its value once.")
    scale = consensus.categories
    code = np.minimum(np.searchsorted(scale, value), len(scale) - 1).astype(np.int64, copy=False)
    off = scale[code] != value
    if off.any():
        raise OffTheScaleError(
            f"Control item {unit[off][0]} has the known value {value[off][0]:g}, which no rater ever named."
        )
    return row, code


def _checked(posterior: FloatArray, known: IntArray, confidence: float) -> ControlCheck:
    number = len(known)
    loss = -_log(posterior)[np.arange(number), known]
    mean_loss = float(loss.mean())
    if number < 2:
        raise TooFewUnitsError(
            "There is one control item; an interval of the log loss needs at least two.", estimate=mean_loss
        )
    reach = float(t_quantile(np.array([number - 1.0]), confidence)[0]) * float(loss.std(ddof=1)) / sqrt(number)
    hit = (posterior.argmax(axis=1) == known).astype(np.float64)
    low, high = wilson_interval(np.array([hit.sum()]), np.array([float(number)]), confidence)
    return ControlCheck(
        right=float(hit.mean()),
        right_low=float(low[0]),
        right_high=float(high[0]),
        log_loss=mean_loss,
        log_loss_low=max(0.0, mean_loss - reach),
        log_loss_high=mean_loss + reach,
        calibration_error=_calibration_error(posterior.max(axis=1), hit),
        n_units=number,
    )


def _calibration_error(sure: FloatArray, hit: FloatArray) -> float:
    bins = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
    return float(np.abs(summed(bins, hit - sure, _BINS)).sum() / len(hit))


def _log(posterior: FloatArray) -> FloatArray:
    return np.log(np.maximum(posterior, _SUREST))


def calibrate(consensus: Consensus, units: ArrayLike, values: ArrayLike, *, confidence: float = 0.95) -> Calibration:
    """Return the temperature at which a consensus is as sure as its control items warrant, and that consensus.

    Parameters
    ----------
    consensus
        What a model of raters arrived at.
    units
        Shape ``(g,)``, integers: the control items, each a unit of `consensus`, each once.  They should be drawn at
        random from the units: easy ones make an over-confident consensus look calibrated.
    values
        Shape ``(g,)``, finite numbers: their known categories.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    Calibration
        Temperature above 0; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    UnknownUnitError
        A control item is no unit of `consensus`.
    RepeatedUnitError
        A control item occurs twice.
    OffTheScaleError
        A known value is none of the categories that occur in the ratings.
    TooFewUnitsError
        There is one control item alone.
    NoTemperatureError
        The consensus is right on every control item, so that none shows how sure is too sure; or it is no better than
        a guess, so that none is unsure enough.

    Notes
    -----
    Calibrated probabilities are proportional to p ** (1 / T).  T minimises the log loss on the control items; in 1 / T
    this is convex, and one number is little to fit, so a few dozen items will do.  The interval is Wald's for log T,
    from the curvature of the log loss at its minimum.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y., & Weinberger, K. Q. (2017). On calibration of modern neural networks. Proceedings of
    Machine Learning Research, 70, 1321-1330, section 4.2. doi:10.48550/arXiv.1706.04599

    Examples
    --------
    A consensus that is sure to 99 %, and right on three of four control items:

    >>> consensus = Consensus(
    ...     units=np.array([1, 2, 3, 4]),
    ...     consensus=np.array([0.0, 1.0, 1.0, 0.0]),
    ...     categories=np.array([0.0, 1.0]),
    ...     posterior=np.array([[0.99, 0.01], [0.01, 0.99], [0.01, 0.99], [0.99, 0.01]]),
    ...     n_ratings=np.array([5, 5, 5, 5]),
    ... )
    >>> found = calibrate(consensus, units=[1, 2, 3, 4], values=[0, 1, 1, 1])
    >>> round(found.temperature, 2), found.consensus.posterior[0].round(2)
    (4.18, array([0.75, 0.25]))
    >>> round(found.before.log_loss, 2), round(found.after.log_loss, 2)
    (1.16, 0.56)
    """
    checked_confidence(confidence)
    row, known = _control_items(consensus, units, values)
    before = _checked(consensus.posterior[row], known, confidence)
    logs = _log(consensus.posterior[row])
    sharpness = _best_sharpness(logs, known)
    _, curvature = _slope_and_curvature(logs, known, sharpness)
    reach = float(t_quantile(np.array([len(known) - 1.0]), confidence)[0]) / (sharpness * sqrt(curvature))
    calibrated = replace(consensus, posterior=_sharpened(_log(consensus.posterior), sharpness))
    return Calibration(
        temperature=1.0 / sharpness,
        ci_low=exp(-reach) / sharpness,
        ci_high=exp(reach) / sharpness,
        before=before,
        after=_checked(calibrated.posterior[row], known, confidence),
        consensus=calibrated,
    )


def _sharpened(logs: FloatArray, sharpness: float) -> FloatArray:
    weight: FloatArray = np.exp(sharpness * (logs - logs.max(axis=1, keepdims=True)))
    weight /= weight.sum(axis=1, keepdims=True)
    return weight


def _slope_and_curvature(logs: FloatArray, known: IntArray, sharpness: float) -> tuple[float, float]:
    """Return the first two derivatives of the summed log loss by the sharpness 1 / T."""
    weight = _sharpened(logs, sharpness)
    mean = (weight * logs).sum(axis=1)
    variance = (weight * (logs - mean[:, None]) ** 2).sum(axis=1)
    return float((mean - logs[np.arange(len(known)), known]).sum()), float(variance.sum())


def _best_sharpness(logs: FloatArray, known: IntArray) -> float:
    # Of two categories that are equally probable the consensus may have named the wrong one and yet lose nothing.
    if np.all(logs[np.arange(len(known)), known] >= logs.max(axis=1)):
        raise NoTemperatureError(
            f"The consensus is right on all {len(known)} control items, so none of them shows how sure is too sure. "
            "Use more of them, or harder ones."
        )
    low, high = 1.0 / _WIDEST, _WIDEST
    if _slope_and_curvature(logs, known, low)[0] >= 0.0:
        raise NoTemperatureError(
            f"On the {len(known)} control items the consensus is no better than a guess, so no temperature makes it "
            "as sure as it should be."
        )
    for _ in range(_HALVINGS):
        middle = sqrt(low * high)
        if _slope_and_curvature(logs, known, middle)[0] < 0.0:
            low = middle
        else:
            high = middle
    return low
