"""Habits of raters on one criterion: strict or lenient, wide or narrow on the scale, and whether that has changed.

A habit becomes a signal where chance alone would hardly make it: the interval that decides is so wide that, over all
habits of one rater together, a rater without any shows a signal with a probability of at most ``FALSE_SIGNAL``.
Whoever signals is no yardstick for the others; a third of the raters at most is set aside so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from rubrica.measure.drift.charts import RaterChart, rater_drift
from rubrica.measure.errors import MeasureError
from rubrica.measure.opinion.levels import rater_levels
from rubrica.measure.opinion.spread import rater_spread
from rubrica.usecases.reports.estimates import CONFIDENCE, BoolArray, FloatArray, IntArray
from rubrica.usecases.reports.values import Estimate, Habit

FALSE_SIGNAL: Final = 0.05
"""Probability that a rater without habits shows any signal."""
_ASIDE: Final = 3
"""One in so many raters may be set aside."""
BASELINE: Final = 30
"""First answers of a rater that later ones are held against."""
_TOO_FEW: Final = "Too few items were also judged by others to tell."

_NO_CHART: Final = f"It takes more than {BASELINE} answers that differ, on items that others judged too."


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Scores on one criterion, one entry a rating; ``times`` are in the order in which they were given."""

    units: IntArray
    raters: IntArray
    scores: FloatArray
    times: IntArray

    def where(self, kept: BoolArray) -> "Answers":
        """Return some of the ratings."""
        return Answers(self.units[kept], self.raters[kept], self.scores[kept], self.times[kept])


@dataclass(frozen=True, slots=True)
class Change:
    """A change of level that a control chart shows: its size, between which ratings, and what the chart looked like."""

    habit: Habit
    since: int
    """Time of the first rating after the change, as far as can be told."""
    times: tuple[int, ...]
    """Times of the ratings on the chart."""
    chart: RaterChart


@dataclass(frozen=True, slots=True)
class _Found:
    """What one measurement says of one rater; ``strength`` above 1 is a signal."""

    habit: Habit
    strength: float


_T = TypeVar("_T")
_Measure = Callable[[Answers, IntArray], tuple[Mapping[int, _T], str]]


def biases(answers: Answers, tests: int) -> tuple[dict[int, Habit], str]:
    """Return how far each rater lies above the middle of the panel, in scale points; and why, where nobody does.

    ``tests`` is how many habits are looked at in each rater.
    """
    try:
        shown = rater_levels(answers.units, answers.raters, answers.scores, CONFIDENCE)
        decides = rater_levels(answers.units, answers.raters, answers.scores, deciding(tests))
    except MeasureError as error:
        return {}, str(error)
    rows = zip(shown.raters.tolist(), shown.level, shown.ci_low, shown.ci_high, shown.n_units.tolist(), strict=True)
    is_signal = (decides.ci_low > 0) | (decides.ci_high < 0)
    return {
        rater: Habit(Estimate(float(level), float(low), float(high)), n, "", bool(signal))
        for (rater, level, low, high, n), signal in zip(rows, is_signal, strict=True)
    }, _TOO_FEW


def spreads(answers: Answers, tests: int) -> tuple[dict[int, Habit], str]:
    """Return how widely each rater's answers vary, as a multiple of what one of the others would give."""

    def measured(some: Answers, raters: IntArray) -> tuple[dict[int, _Found], str]:
        try:
            shown = rater_spread(some.units, some.raters, some.scores, CONFIDENCE)
            decides = rater_spread(some.units, some.raters, some.scores, deciding(tests))
        except MeasureError as error:
            return {}, str(error)
        found = {}
        for place, rater in enumerate(shown.raters.tolist()):
            if rater in raters:
                estimate = Estimate(*(float(c[place]) for c in (shown.ratio, shown.ci_low, shown.ci_high)))
                reach = np.log(decides.ci_high[place] / decides.ratio[place])
                strength = float(abs(np.log(decides.ratio[place])) / max(reach, np.finfo(float).tiny))
                found[rater] = _Found(Habit(estimate, int(shown.n_units[place]), "", strength > 1), strength)
        return found, _TOO_FEW

    found, refusal = _without_those_who_signal(answers, np.unique(answers.raters), measured, lambda each: each.strength)
    return {rater: each.habit for rater, each in found.items()}, refusal


def changes(answers: Answers, raters: IntArray, tests: int) -> tuple[dict[int, Change], str]:
    """Return the control chart of each rater's level against the others, with what changed where it did.

    The chart's own limit is that of a single chart; the habit is a signal where the probability of reaching as far,
    times ``tests``, is small.
    """

    def measured(some: Answers, of: IntArray) -> tuple[dict[int, Change], str]:
        try:
            columns = (some.units, some.raters, some.scores, some.times)
            drift = rater_drift(*columns, baseline=BASELINE, only=of, false_alarm=FALSE_SIGNAL)
        except MeasureError:
            return {}, _NO_CHART
        return {chart.rater: _change(chart, some, tests) for chart in drift.charts}, _NO_CHART

    # Everybody has to be charted to know who is no yardstick, whoever was asked for.
    found, refusal = _without_those_who_signal(answers, np.unique(answers.raters), measured, _size)
    return {rater: change for rater, change in found.items() if rater in raters}, refusal


def _change(chart: RaterChart, answers: Answers, tests: int) -> Change:
    alarm = chart.alarm
    times = tuple(answers.times[chart.rows].tolist())
    if alarm is None:
        return Change(Habit(None, len(chart.rows), "", is_signal=False), 0, times, chart)
    is_signal = chart.p_value is not None and chart.p_value * tests <= FALSE_SIGNAL
    estimate = Estimate(alarm.size, alarm.ci_low, alarm.ci_high)
    return Change(Habit(estimate, len(chart.rows), "", is_signal), alarm.change_time, times, chart)


def _size(change: Change) -> float:
    estimate = change.habit.estimate
    if estimate is None or not change.habit.is_signal:
        return 0.0
    # A signal that is narrower than its interval is none to set anybody aside for, but it still is one.
    return 1.0 + abs(estimate.value) / max(estimate.ci_high - estimate.ci_low, np.finfo(float).tiny)


def deciding(tests: int) -> float:
    """Return the confidence of an interval that decides whether one of ``tests`` habits is a signal."""
    return 1.0 - FALSE_SIGNAL / max(tests, 1)


def _without_those_who_signal(
    answers: Answers, raters: IntArray, measured: _Measure[_T], strength: Callable[[_T], float]
) -> tuple[dict[int, _T], str]:
    """Measure everybody against those who do not signal: one with a strong habit makes the others look odd."""
    aside: list[int] = []
    while True:
        held = ~np.isin(answers.raters, aside)
        found, refusal = measured(answers.where(held), np.setdiff1d(raters, aside))
        loudest = max(found, key=lambda rater: (strength(found[rater]), -rater), default=None)
        if loudest is None or strength(found[loudest]) <= 1 or len(aside) >= len(raters) // _ASIDE:
            break
        aside.append(loudest)
    everybody = dict(found)
    for rater in aside:
        everybody.update(measured(answers.where(held | (answers.raters == rater)), np.array([rater]))[0])
    return everybody, refusal
