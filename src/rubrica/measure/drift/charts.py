"""Has a rater become stricter, more lenient or less consistent? Control charts of each rater against the others.

Raters wander.  A chart shows when, by how much and how surely; it is a reason to talk to a rater, none to block one.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.columns import BoolArray, FloatArray, IntArray, identities
from rubrica.measure.drift.control_charts import Chart, Cusum
from rubrica.measure.drift.deviations import Deviations, deviations
from rubrica.measure.errors import (
    ColumnShapeError,
    ControlChartError,
    NotNumericError,
    TooFewRatingsError,
    UnknownMethodError,
)
from rubrica.measure.intervals import checked_confidence, t_quantile

Watch: TypeAlias = Literal["level", "consistency"]
"""What the chart follows: how far above or below the others a rater is, or how far off either way."""

Direction: TypeAlias = Literal["stricter", "more lenient", "less consistent", "more consistent"]

_DIRECTIONS: Final[dict[Watch, tuple[Direction, Direction]]] = {
    "level": ("stricter", "more lenient"),
    "consistency": ("more consistent", "less consistent"),
}

_CUSUM: Final = Cusum()

_FEWEST: Final = 5
"""Ratings in a baseline: fewer say nothing about a spread."""

_FIRST: Final = 99
_FEW: Final = 5
"""So many orders are tried of every rater, and the rest only where fewer than so many of them reach as far."""

_BLOCK: Final = 1 << 20
"""Numbers held at a time: 8 MiB."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a chart passed its limit, and what changed.

    Attributes
    ----------
    row, time : int
        Which of the ratings given in raised the alarm, and when it was given.
    change_row, change_time : int
        The first rating after the change, as far as can be told.
    direction : str
        ``"stricter"``, ``"more lenient"``, ``"less consistent"`` or ``"more consistent"``.
    size, ci_low, ci_high : float
        By how much, in scale points: mean deviation from the others since the change less that before (``"level"``),
        or the same of absolute deviations (``"consistency"``).  The interval takes the time of the change for known.
    """

    row: int
    time: int
    change_row: int
    change_time: int
    direction: Direction
    size: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False)
class RaterChart:
    """The control chart of one rater.

    Attributes
    ----------
    rater : int
        Whose.
    rows : IntArray
        Shape ``(t,)``: which of the ratings given in are charted, in the order of time; those of the baseline are not.
    statistic : FloatArray
        Shape ``(t,)``: after each of them; positive towards more lenient, or less consistent.
    limit : float
        The alarm is raised where the statistic lies further from 0.
    p_value : float or None
        The probability of reaching as far from 0 in any other order of the same ratings; None where the limit was
        given.
    alarm : Alarm or None
        The first; None where the chart stays within its limits.
    """

    rater: int
    rows: IntArray
    statistic: FloatArray
    limit: float
    p_value: float | None
    alarm: Alarm | None


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """The control charts of all raters.

    Attributes
    ----------
    charts : tuple of RaterChart
        By rater, ascending.
    left_out : tuple of (int, str)
        Raters without a chart, ascending, each with the reason.
    unjudged : IntArray
        Rows of ratings of units that nobody else rated, ascending: they are on no chart.
    """

    charts: tuple[RaterChart, ...]
    left_out: tuple[tuple[int, str], ...]
    unjudged: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """The ratings of one rater that others also rated: those of the baseline first, and each part in order of time."""

    rater: int
    rows: IntArray
    deviation: FloatArray
    residual: FloatArray
    baseline: int


@dataclass(frozen=True, slots=True, eq=False)
class _Settings:
    chart: Chart
    watch: Watch
    limit: float | None
    false_alarm: float
    permutations: int
    confidence: float


def rater_drift(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    times: ArrayLike,
    *,
    watch: Watch = "level",
    chart: Chart = _CUSUM,
    baseline: int | ArrayLike = 30,
    only: ArrayLike | None = None,
    limit: float | None = None,
    false_alarm: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
    confidence: float = 0.95,
) -> Drift:
    """Return a control chart of each rater, with the first alarm and what changed.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    times
        Shape ``(n,)``, integers: when each rating was given, in any unit of time; no rater twice at the same time.
    watch
        ``"level"`` for stricter or more lenient, ``"consistency"`` for further from the others or closer to them.
    chart
        ``Cusum(reference)``, by default 0.5, or ``Ewma(weight)``, both of ``rubrica.measure.drift.control_charts``.
        Sums find more; averages are easier to read.
    baseline
        What a rater is held against: so many of their first ratings, from 5 upward; or shape ``(n,)``, truth values:
        which ratings belong to it, such as those of a calibration round.
    only
        Shape ``(k,)``, integers: the raters to chart, by default all.  The others still are what they are held against.
    limit
        Of the chart's statistic.  By default each rater has a limit from permutations.
    false_alarm
        Without `limit`: the probability, from 0.01, that the chart of a rater who does not change raises an alarm at
        all.
    permutations
        Without `limit`: in how many orders a rater's ratings are put at most, from 99 upward.
    seed
        Of those orders; the same seed gives the same result.
    confidence
        Nominal coverage of the interval of a change's size, in ``(0, 1)``.

    Returns
    -------
    Drift
        A chart for each rater whose ratings reach beyond the baseline and differ within it.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, TiedTimesError,
    NoPairableUnitsError
        As for ``rubrica.measure.drift.deviations.deviations``; or `baseline` is neither a number nor a column of truth
        values of the length of the others.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    UnknownMethodError
        `watch` is neither of the two.
    ControlChartError
        A setting of the chart is outside its range.
    TooFewRatingsError
        No rater has a chart; the message says why.

    Notes
    -----
    A rating's residual is its distance from the mean of the *other* raters of the unit, less the rater's mean in the
    baseline, divided by the standard deviation there.  For ``"consistency"`` it is the square root of the absolute
    residual, which is nearly normal (Hawkins 1981), less its own mean and divided by its own deviation.  A change of
    level also moves a rater away from the others: look at ``"level"`` first.

    *False alarms.*  Residuals of ratings on a scale with few levels, judged by few others, are neither normal nor
    exactly known, and limits computed for normal ones are passed too often.  By default the whole chart, its baseline
    included, is therefore drawn anew with the rater's ratings in random orders: where a rater does not change, all
    orders are equally probable, and the probability of a false alarm is the nominal one, exactly, whatever the
    distribution.  It covers all ratings given so far, once; who looks again every day should give a `limit`, from
    ``limit_for_false_alarm(chart, probability, horizon, baseline=...)``, fixed beforehand.  In simulations of ratings
    from 1 to 5 with three to five raters for each unit, 30 ratings in the baseline and 90 after it, nominal 0.05 came
    out as 0.04 to 0.05 from permutations, 0.05 to 0.07 with such a limit, and 0.17 to 0.24 with one for known
    parameters.

    *What this rests on.*  Units come in random order: a batch of easy pictures after one of hard ones makes everybody
    look more consistent.  The others do not change: if they become stricter together, each looks more lenient, and a
    rater with one and the same partner shows the partner's change with the sign reversed.  With partners at random,
    raters who did not change raised an alarm in 0.065 of the cases where one in ten changed by a point, and in 0.15
    where one in four did.  A change within the baseline does not show.

    *What is found.*  In the same simulations, with a noise of 0.5 to 0.9 points and the change after half of the
    ratings, one point was found in 0.92 of the cases by sums and in 0.84 by averages with a weight of 0.2, half a point
    in 0.34 by sums.

    *Size.*  The time of the change is the most probable one for a step, given the ratings up to the alarm (Samuel,
    Pignatiello and Calvin 1998), and the size compares all ratings since with all before.  Intervals covered 0.93 to
    0.99, but small changes are found only where they look large: half a point looked like 0.64.  The size of a rater
    who came back is a mean over both times.

    Every rater is tested.  Of 100 who do not change about 5 raise an alarm at 0.05: adjust the p-values with
    ``rubrica.measure.drift.false_discovery.benjamini_hochberg``, and with very many raters raise `permutations`, as no
    p-value is below 1 / (permutations + 1).

    References
    ----------
    Roberts, S. W. (1959). Control chart tests based on geometric moving averages. Technometrics, 1(3), 239-250.
    doi:10.1080/00401706.1959.10489860

    Page, E. S. (1954). Continuous inspection schemes. Biometrika, 41(1/2), 100-115. doi:10.1093/biomet/41.1-2.100

    Hawkins, D. M. (1981). A CUSUM for a scale parameter. Journal of Quality Technology, 13(4), 228-231.
    doi:10.1080/00224065.1981.11978759

    Samuel, T. R., Pignatiello, J. J., & Calvin, J. A. (1998). Identifying the time of a step change with X-bar control
    charts. Quality Engineering, 10(3), 521-527. doi:10.1080/08982119808919166

    Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero: Calculating exact p-values when
    permutations are randomly drawn. Statistical Applications in Genetics and Molecular Biology, 9(1), 39.
    doi:10.2202/1544-6115.1585

    Examples
    --------
    Five raters, 80 pictures; from the 50th on rater 3 rates a point higher:

    >>> random = np.random.default_rng(6)
    >>> picture, rater = np.repeat(np.arange(80), 5), np.tile([1, 2, 3, 4, 5], 80)
    >>> quality = random.normal(3, 1, 80)[picture] + ((rater == 3) & (picture >= 50))
    >>> found = rater_drift(picture, rater, np.rint(random.normal(quality, 0.5)), times=picture)
    >>> [(chart.rater, chart.p_value) for chart in found.charts if chart.alarm]
    [(3, 0.001)]
    >>> alarm = found.charts[2].alarm
    >>> alarm.direction, alarm.change_time, round(alarm.size, 1)
    ('more lenient', 50, 0.9)
    """
    settings = _Settings(chart, watch, limit, false_alarm, permutations, checked_confidence(confidence))
    _refuse_useless(settings)
    found = deviations(units, raters, values, times)
    in_baseline = _baseline_column(baseline, len(found.rows) + len(found.left_out))
    time = identities(times, "times")
    generator = np.random.default_rng(seed)
    charts: list[RaterChart] = []
    asked = np.unique(identities(raters if only is None else only, "raters"))
    left_out = [(int(label), _NO_OTHERS) for label in np.setdiff1d(asked, found.raters)]
    for position in np.flatnonzero(np.isin(found.raters, asked)).tolist():
        series = _series(found, position, baseline if in_baseline is None else in_baseline)
        reason = _nothing_to_chart(series, settings)
        if reason:
            left_out.append((series.rater, reason))
        else:
            charts.append(_rater_chart(series, settings, time, generator))
    if not charts:
        rater, reason = left_out[0]
        raise TooFewRatingsError(f"No rater has a chart. Rater {rater}, for one: {reason}.")
    return Drift(charts=tuple(charts), left_out=tuple(sorted(left_out)), unjudged=found.left_out)


_NO_OTHERS: Final = "all rated units that nobody else rated"


def _refuse_useless(settings: _Settings) -> None:
    if settings.watch not in _DIRECTIONS:
        raise UnknownMethodError(f'watch must be "level" or "consistency", not {settings.watch!r}.')
    if not 0.01 <= settings.false_alarm < 1.0:
        raise ControlChartError(f"false_alarm must be a probability from 0.01 upward, not {settings.false_alarm}.")
    if settings.permutations < _FIRST:
        raise ControlChartError(f"permutations must be a number from {_FIRST} upward, not {settings.permutations}.")
    if settings.limit is not None and not 0.0 < settings.limit < np.inf:
        raise ControlChartError(f"A limit must be a positive number, not {settings.limit}.")


def _baseline_column(baseline: int | ArrayLike, n_ratings: int) -> BoolArray | None:
    """Return which ratings are the baseline, or None where it is a number of first ratings."""
    given: NDArray[np.generic] = np.asarray(baseline)
    if given.ndim == 0:
        if given.dtype.kind not in "iu" or int(given.item()) < _FEWEST:
            raise ControlChartError(f"A baseline takes {_FEWEST} ratings or more, not {baseline!r}.")
        return None
    if given.shape != (n_ratings,):
        raise ColumnShapeError(f"baseline must have one entry for each of {n_ratings} ratings; it is {given.shape}.")
    if given.dtype.kind != "b":
        raise NotNumericError(f"baseline must be a number of ratings, or truth values; this column is {given.dtype}.")
    return given.astype(np.bool_, copy=False)


def _series(found: Deviations, position: int, baseline: int | ArrayLike | BoolArray) -> _Series:
    part = slice(int(found.start[position]), int(found.start[position + 1]))
    rows = found.rows[part]
    first = np.asarray(baseline)
    if first.ndim == 0:
        order, count = np.arange(len(rows)), int(first.item())
    else:
        order, count = np.argsort(~first[rows], kind="stable"), int(np.count_nonzero(first[rows]))
    return _Series(
        rater=int(found.raters[position]),
        rows=rows[order],
        deviation=found.deviation[part][order],
        residual=found.residual[part][order],
        baseline=count,
    )


def _nothing_to_chart(series: _Series, settings: _Settings) -> str:
    if series.baseline < _FEWEST:
        return f"only {series.baseline} ratings are in the baseline, which takes {_FEWEST}"
    if len(series.rows) <= series.baseline:
        return f"there are {len(series.rows)} ratings that others can be compared with, none beyond the baseline"
    _, constant = _standardised(series.residual[None, :], series.baseline, settings.watch)
    if constant.any():
        return "the ratings in the baseline all deviate alike from the others', so there is no spread to measure by"
    return ""


def _rater_chart(series: _Series, settings: _Settings, time: IntArray, generator: np.random.Generator) -> RaterChart:
    residual, _ = _standardised(series.residual[None, :], series.baseline, settings.watch)
    statistic = settings.chart.statistic(residual)[0]
    limit, p_value = settings.limit, None
    if limit is None:
        limit, p_value = _permuted(series, settings, float(np.abs(statistic).max()), generator)
    beyond = np.abs(statistic) > limit * (1.0 + _ROUNDING)
    return RaterChart(
        rater=series.rater,
        rows=series.rows[series.baseline :],
        statistic=statistic,
        limit=limit,
        p_value=p_value,
        alarm=_alarm(series, settings, residual[0], statistic, int(np.argmax(beyond)), time) if beyond.any() else None,
    )


def _standardised(residual: FloatArray, baseline: int, watch: Watch) -> tuple[FloatArray, BoolArray]:
    """Return what follows the baseline in its mean and deviation, of each row, and which rows do not vary in it."""
    followed = residual - residual[:, :baseline].mean(axis=1, keepdims=True)
    if watch == "consistency":
        followed = np.sqrt(np.abs(followed))
        followed -= followed[:, :baseline].mean(axis=1, keepdims=True)
    deviation = np.sqrt((followed[:, :baseline] ** 2).sum(axis=1) / (baseline - 1.0))
    constant = deviation <= _ROUNDING * (np.abs(residual).max() or 1.0)
    return followed[:, baseline:] / np.where(constant, 1.0, deviation)[:, None], constant


def _permuted(
    series: _Series, settings: _Settings, reached: float, generator: np.random.Generator
) -> tuple[float, float]:
    """Return limit and p-value from charts of the same ratings in random orders.

    Notes
    -----
    Few orders are enough where many of them reach as far.  To stop then does not raise the probability of a p-value
    below any bound: who goes on has a p-value of 0.05 or less by the first orders alone, and who stops one above it.
    """
    largest = _largest(series, settings, _FIRST, generator)
    if _count(largest, reached) < _FEW:
        largest = np.append(largest, _largest(series, settings, settings.permutations - _FIRST, generator))
    orders = len(largest) + 1
    rank = orders - int(settings.false_alarm * orders + _ROUNDING)
    return float(np.sort(largest)[rank - 1]), (_count(largest, reached) + 1) / orders


def _count(largest: FloatArray, reached: float) -> int:
    return int(np.count_nonzero(largest >= reached * (1.0 - _ROUNDING)))


def _largest(series: _Series, settings: _Settings, orders: int, generator: np.random.Generator) -> FloatArray:
    """Return how far from 0 the chart reaches in each of so many random orders."""
    largest = np.empty(orders)
    rows = max(1, _BLOCK // len(series.residual))
    for first in range(0, orders, rows):
        part = largest[first : first + rows]
        shuffled = generator.permuted(np.broadcast_to(series.residual, (len(part), len(series.residual))), axis=1)
        residual, constant = _standardised(shuffled, series.baseline, settings.watch)
        # Against a baseline without spread everything is infinitely far off.
        part[:] = np.where(constant, np.inf, np.abs(settings.chart.statistic(residual)).max(axis=1))
    return largest


def _alarm(
    series: _Series, settings: _Settings, residual: FloatArray, statistic: FloatArray, at: int, time: IntArray
) -> Alarm:
    upward = bool(statistic[at] > 0.0)
    change = series.baseline + _change(residual[: at + 1] if upward else -residual[: at + 1])
    followed = series.deviation
    if settings.watch == "consistency":
        followed = np.abs(followed - followed[: series.baseline].mean())
    size, reach = _difference(followed[:change], followed[change:], settings.confidence)
    row, change_row = int(series.rows[series.baseline + at]), int(series.rows[change])
    return Alarm(
        row=row,
        time=int(time[row]),
        change_row=change_row,
        change_time=int(time[change_row]),
        direction=_DIRECTIONS[settings.watch][int(upward)],
        size=size,
        ci_low=size - reach,
        ci_high=size + reach,
    )


def _change(residual: FloatArray) -> int:
    """Return from where on a higher mean is most probable, given that it lasts until the end."""
    since = np.cumsum(residual[::-1])[::-1]
    return int(np.argmax(since / np.sqrt(np.arange(len(residual), 0, -1))))


def _difference(before: FloatArray, after: FloatArray, confidence: float) -> tuple[float, float]:
    """Return by how much the mean rose, and the reach of Student's t interval with one variance for both."""
    degrees = len(before) + len(after) - 2.0
    squares = float(((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum())
    error = sqrt(squares / degrees * (1.0 / len(before) + 1.0 / len(after)))
    return float(after.mean() - before.mean()), float(t_quantile(np.array([degrees]), confidence)[0]) * error
