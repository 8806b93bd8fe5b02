"""How often does a control chart raise a false alarm? Run lengths of two charts, and the limits that follow from them.

A control chart follows a rater's residuals in the order of time and raises an alarm when its statistic passes a limit.
The limit decides how often it does so although nothing changed.  Both are computed here for independent, normally
distributed residuals; ``rubrica.measure.drift.charts`` draws the charts, and says how far real ratings are from that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import Final

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.drift.control_charts import (
    Chart,
    Cusum,
    Ewma,
    checked_reference,
    checked_weight,
    long_run_deviation,
)
from rubrica.measure.errors import ControlChartError

_LARGEST_LIMIT: Final = 100.0
_LONGEST: Final = 1e8
"""Run lengths beyond this are at the mercy of rounding: the chance of an alarm is then that of a rounding error."""

_HIDDEN: Final = 1e12

_NODES: Final = 20
_NODES_PER_DEVIATION: Final = 2.0
"""Points of the quadrature, and how many more for each standard deviation of a step that fits between the limits."""

_BASELINES: Final = 6
"""Points of the quadrature over where, and how widely, a baseline may have come out."""

_CLOSE: Final = 1e-7
_NARROW: Final = 1e-9
"""A limit is found when its logarithmic error is so small, or it lies between two that are so near each other."""

_FEW_STEPS: Final = 10
"""Up to so many steps for each state it is faster to take them one by one than to square the chain."""

_NORMAL: Final = 1.0 / sqrt(2.0 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """Where the statistic goes in one step without an alarm: from each state, and from the beginning."""

    step: FloatArray
    start: FloatArray

    def run_length(self) -> float:
        """Return the mean number of steps to the alarm, or a very large number where rounding hides that it comes."""
        states = self.step.shape[-1]
        found = 1.0 + float(self.start @ np.linalg.solve(np.eye(states) - self.step, np.ones(states)))
        return found if 0.0 < found < _HIDDEN else _HIDDEN

    def survival(self, horizon: int) -> FloatArray:
        """Return the chance of no alarm in `horizon` steps, of each chain of a stack."""
        later = np.ones_like(self.start)
        if horizon > _FEW_STEPS * self.step.shape[-1]:
            later = np.linalg.matrix_power(self.step, horizon - 1).sum(axis=-1)
        else:
            for _ in range(horizon - 1):
                later = (self.step @ later[..., None])[..., 0]
        return np.asarray((self.start * later).sum(axis=-1), dtype=np.float64)


def run_length(chart: Chart, limit: float, *, shift: float = 0.0) -> float:
    """Return after how many residuals a chart raises its first alarm, on average.

    Parameters
    ----------
    chart
        `Ewma` or `Cusum`.
    limit
        Positive: the alarm is raised when the statistic lies further from 0.  In standard deviations of the average
        in the long run (`Ewma`), or of a residual (`Cusum`).
    shift
        By how many standard deviations the mean of the residuals lies off, from the first one; 0 for a chart without
        anything to see.

    Returns
    -------
    float
        Average run length, at least 1.

    Raises
    ------
    ControlChartError
        The chart's weight or reference, or the limit, is outside its range; or the run length exceeds 100 million.

    Notes
    -----
    Residuals are independent and standard normal, but for the shift; charts begin at 0 and their limits do not change.
    The run length solves Page's integral equation, by Gauss and Legendre's quadrature, which makes it that of a Markov
    chain whose states are the points.  Each side of a `Cusum` has a run length of its own, and the inverses add up.

    References
    ----------
    Page, E. S. (1954). Continuous inspection schemes. Biometrika, 41(1/2), 100-115. doi:10.1093/biomet/41.1-2.100

    Roberts, S. W. (1959). Control chart tests based on geometric moving averages. Technometrics, 1(3), 239-250.
    doi:10.1080/00401706.1959.10489860

    Brook, D., & Evans, D. A. (1972). An approach to the probability distribution of CUSUM run length. Biometrika,
    59(3), 539-549. doi:10.1093/biomet/59.3.539

    Crowder, S. V. (1987). A simple method for studying run-length distributions of exponentially weighted moving
    average charts. Technometrics, 29(4), 401-407. doi:10.1080/00401706.1987.10488267

    Lucas, J. M., & Saccucci, M. S. (1990). Exponentially weighted moving average control schemes: Properties and
    enhancements. Technometrics, 32(1), 1-12. doi:10.1080/00401706.1990.10484583

    Examples
    --------
    >>> round(run_length(Cusum(0.5), 5.0)), round(run_length(Cusum(0.5), 5.0, shift=1.0), 1)
    (465, 10.4)
    >>> round(run_length(Ewma(0.1), 2.814)), round(run_length(Ewma(0.1), 2.814, shift=1.0), 1)
    (500, 10.3)
    """
    _checked_limit(limit)
    found = _run_length(chart, limit, shift)
    if found >= _LONGEST:
        raise ControlChartError(f"At a limit of {limit:g} alarms are more than {_LONGEST:.0e} ratings apart.")
    return found


def _run_length(chart: Chart, limit: float, shift: float = 0.0) -> float:
    if isinstance(chart, Ewma):
        return _averages(chart, limit, np.array(shift), np.array(1.0)).run_length()
    sides = (_sums(chart, limit, np.array(side), np.array(1.0)).run_length() for side in (shift, -shift))
    return 1.0 / sum(1.0 / side for side in sides)


def false_alarm(chart: Chart, limit: float, horizon: int, *, shift: float = 0.0, baseline: int | None = None) -> float:
    """Return how probable it is that a chart raises an alarm within so many residuals.

    Parameters
    ----------
    chart, limit, shift
        As for `run_length`.
    horizon
        Number of residuals, from 1 upward.
    baseline
        The number of ratings, from 5 upward, from which the mean and the spread of the residuals were estimated; None
        where they are known.

    Returns
    -------
    float
        Probability in ``[0, 1]``.

    Raises
    ------
    ControlChartError
        The chart's weight or reference, the limit, the horizon or the baseline is outside its range.

    Notes
    -----
    The chain of `run_length`, as many steps on.  With a `baseline` the probability is averaged over how mean and spread
    may have come out: a mean that is a little off looks like drift to a chart that adds up, so that limits for known
    parameters are passed far more often than they should be.  The two sides of a `Cusum` are taken for independent.

    References
    ----------
    Brook, D., & Evans, D. A. (1972). An approach to the probability distribution of CUSUM run length. Biometrika,
    59(3), 539-549. doi:10.1093/biomet/59.3.539

    Jones, L. A., Champ, C. W., & Rigdon, S. E. (2001). The performance of exponentially weighted moving average charts
    with estimated parameters. Technometrics, 43(2), 156-167. doi:10.1198/004017001750386279

    Examples
    --------
    Within 100 ratings, of a rater whose level is known, and of one known by 30 ratings:

    >>> round(false_alarm(Ewma(0.2), 2.86, 100), 3), round(false_alarm(Ewma(0.2), 2.86, 100, baseline=30), 3)
    (0.231, 0.435)
    """
    _checked_limit(limit)
    if horizon < 1:
        raise ControlChartError(f"horizon must be a number of ratings from 1 upward, not {horizon}.")
    shifts, scales, weights = _baselines(shift, baseline)
    if isinstance(chart, Ewma):
        survival = _averages(chart, limit, shifts, scales).survival(horizon)
    else:
        up, down = (_sums(chart, limit, side, scales).survival(horizon) for side in (shifts, -shifts))
        survival = up * down
    return min(1.0, max(0.0, 1.0 - float(weights @ survival)))


def limit_for_run_length(chart: Chart, target: float) -> float:
    """Return the limit at which false alarms are so many residuals apart, on average.

    Parameters
    ----------
    chart
        `Ewma` or `Cusum`.
    target
        The average run length wanted, from 2 to 10 million.

    Returns
    -------
    float
        The limit, in the unit of the chart's statistic.

    Raises
    ------
    ControlChartError
        The chart's weight or reference, or the target, is outside its range.

    Notes
    -----
    `run_length` solved for the limit.  For residuals whose mean and spread are known: with those of a baseline, alarms
    come sooner, and `limit_for_false_alarm` takes that into account.

    References
    ----------
    Lucas, J. M., & Saccucci, M. S. (1990). Exponentially weighted moving average control schemes: Properties and
    enhancements. Technometrics, 32(1), 1-12. doi:10.1080/00401706.1990.10484583

    Examples
    --------
    >>> round(limit_for_run_length(Ewma(0.25), 500), 3), round(limit_for_run_length(Cusum(0.5), 370), 2)
    (2.998, 4.77)
    """
    if not 2.0 <= target <= _LONGEST / 10.0:
        raise ControlChartError(f"A run length must lie between 2 and {_LONGEST / 10.0:.0e} ratings, not {target}.")
    return _solved(chart, lambda limit: log(_run_length(chart, limit) / target))


def limit_for_false_alarm(chart: Chart, probability: float, horizon: int, *, baseline: int | None = None) -> float:
    """Return the limit that a chart without anything to see passes with this probability within so many residuals.

    Parameters
    ----------
    chart
        `Ewma` or `Cusum`.
    probability
        Of a false alarm, strictly between 0 and 1.
    horizon, baseline
        As for `false_alarm`.

    Returns
    -------
    float
        The limit, in the unit of the chart's statistic.

    Raises
    ------
    ControlChartError
        The chart's weight or reference, the probability, the horizon or the baseline is outside its range.

    Notes
    -----
    `false_alarm` solved for the limit.

    References
    ----------
    Jones, L. A., Champ, C. W., & Rigdon, S. E. (2001). The performance of exponentially weighted moving average charts
    with estimated parameters. Technometrics, 43(2), 156-167. doi:10.1198/004017001750386279

    Examples
    --------
    >>> round(limit_for_false_alarm(Ewma(0.2), 0.05, 100), 2)
    3.37
    >>> round(limit_for_false_alarm(Ewma(0.2), 0.05, 100, baseline=30), 2)
    4.11
    """
    if not 0.0 < probability < 1.0:
        raise ControlChartError(f"The probability of a false alarm must lie between 0 and 1, not be {probability}.")

    def excess(limit: float) -> float:
        return log(probability / max(false_alarm(chart, limit, horizon, baseline=baseline), 1e-300))

    return _solved(chart, excess)


def _checked_limit(limit: float) -> None:
    if not 0.0 < limit <= _LARGEST_LIMIT:
        raise ControlChartError(f"A limit must be a positive number up to 100, not {limit}.")


def _baselines(shift: float, baseline: int | None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shifts and scales that residuals may have by an estimated baseline, and how probable each pair is."""
    if baseline is None:
        return np.array([shift]), np.array([1.0]), np.array([1.0])
    if baseline < 5:
        raise ControlChartError(f"A baseline takes 5 ratings or more, not {baseline}.")
    point, weight = np.polynomial.hermite_e.hermegauss(_BASELINES)
    weight = weight / weight.sum()
    part = 2.0 / (9.0 * (baseline - 1.0))
    # Wilson and Hilferty: the cube root of a chi-squared variable is all but normal.
    deviation = np.maximum(1.0 - part + point * sqrt(part), 0.05) ** 1.5
    shifts = (shift - point[:, None] / sqrt(baseline)) / deviation[None, :]
    scales = np.broadcast_to(1.0 / deviation[None, :], shifts.shape)
    return shifts.ravel(), scales.ravel(), (weight[:, None] * weight[None, :]).ravel()


def _quadrature(low: float, high: float, deviation: float) -> tuple[FloatArray, FloatArray]:
    """Return points between two limits, close enough together for a density of this deviation, and their weights."""
    count = ceil(_NODES + _NODES_PER_DEVIATION * (high - low) / deviation)
    point, weight = np.polynomial.legendre.leggauss(count)
    half = (high - low) / 2.0
    return (low + half) + half * point, half * weight


def _averages(chart: Ewma, limit: float, shift: FloatArray, scale: FloatArray) -> _Chain:
    """Return the chain of a moving average, or a stack of them, one for each shift and scale of the residuals."""
    weight = checked_weight(chart.weight)
    end = limit * long_run_deviation(weight)
    point, width = _quadrature(-end, end, weight * float(np.min(scale)))
    before = np.append(point, 0.0)
    mean = (1.0 - weight) * before[:, None] + weight * shift[..., None, None]
    deviation = weight * scale[..., None, None]
    step = width * _NORMAL / deviation * np.exp(-0.5 * ((point - mean) / deviation) ** 2)
    return _Chain(step=step[..., :-1, :], start=step[..., -1, :])


def _sums(chart: Cusum, limit: float, shift: FloatArray, scale: FloatArray) -> _Chain:
    """Return the chain of one cumulative sum, whose first state is to have begun anew."""
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import ndtr  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    point, width = _quadrature(0.0, limit, float(np.min(scale)))
    before = np.append(0.0, point)
    mean = before[:, None] + (shift - checked_reference(chart.reference))[..., None, None]
    deviation = scale[..., None, None]
    onward = width * _NORMAL / deviation * np.exp(-0.5 * ((point - mean) / deviation) ** 2)
    anew = np.asarray(ndtr(-mean / deviation), dtype=np.float64)
    step = np.concatenate((anew, onward), axis=-1)
    return _Chain(step=step, start=step[..., 0, :])


def _solved(chart: Chart, excess: Callable[[float], float]) -> float:
    """Return the limit at which an increasing function of it is zero."""
    low, high = 0.01, 2.0
    at_low, at_high = excess(low), excess(high)
    if at_low > 0.0:
        raise ControlChartError(f"{chart} raises fewer false alarms than that even at the narrowest limit.")
    while at_high < 0.0:
        low, at_low, high = high, at_high, 1.5 * high
        if high > _LARGEST_LIMIT:
            raise ControlChartError(f"No limit up to {_LARGEST_LIMIT:g} gives {chart} so few false alarms.")
        at_high = excess(high)
    return _between((low, at_low), (high, at_high), excess)


def _between(low: tuple[float, float], high: tuple[float, float], excess: Callable[[float], float]) -> float:
    """Return where a function is zero, from two points on either side, by chords (Illinois)."""
    middle, value, side = high[0], np.inf, 0
    while abs(value) > _CLOSE and high[0] - low[0] > _NARROW:
        middle = (low[0] * high[1] - high[0] * low[1]) / (high[1] - low[1])
        value = excess(middle)
        # An end that stays twice is weighed half, so that the chord comes to lie on its side.
        if value > 0.0:
            high, low = (middle, value), (low[0], low[1] * (0.5 if side > 0 else 1.0))
        else:
            low, high = (middle, value), (high[0], high[1] * (0.5 if side < 0 else 1.0))
        side = 1 if value > 0.0 else -1
    return middle
