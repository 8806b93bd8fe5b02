"""From results of ``measure`` to values of a report; a quantity that does not exist becomes a reason in words."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rubrica.measure.agreement.alpha import Level, krippendorff_alpha, percent_agreement
from rubrica.measure.errors import MeasureError
from rubrica.measure.intervals import wilson_interval
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.usecases.reports.values import AlphaEstimate, Estimate, PairAgreement

CONFIDENCE = 0.95

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
T = TypeVar("T")


def or_refusal(measure: Callable[[], T]) -> tuple[T | None, str]:
    """Return the measured value and no words, or no value and the words that say why there is none."""
    try:
        return measure(), ""
    except MeasureError as error:
        return None, str(error)


def alpha(units: IntArray, values: FloatArray, level: Level) -> tuple[AlphaEstimate | None, str]:
    """Return Krippendorff's alpha with its jackknife interval."""

    def measured() -> AlphaEstimate:
        found = krippendorff_alpha(units, values, level=level, confidence=CONFIDENCE)
        return AlphaEstimate(found.alpha, found.ci_low, found.ci_high, found.n_units, found.n_ratings, found.level)

    return or_refusal(measured)


def agreement(units: IntArray, values: FloatArray, *, within: float = 0.0) -> PairAgreement | None:
    """Return the share of pairs of raters who agree, or None where no item has two ratings."""

    def measured() -> PairAgreement:
        found = percent_agreement(units, values, within=within)
        return PairAgreement(found.agreement, found.n_units, found.n_pairs)

    return or_refusal(measured)[0]


def mean_of_items(units: IntArray, values: FloatArray) -> tuple[Estimate | None, str]:
    """Return the mean of the items' means; its interval says how far it would vary with other items."""

    def measured() -> Estimate:
        _, index = np.unique(units, return_inverse=True)
        means = np.bincount(index, weights=values) / np.bincount(index)
        overall = mean_opinion(np.zeros(len(means), dtype=np.int64), means, CONFIDENCE)
        return Estimate(float(overall.mean[0]), float(overall.ci_low[0]), float(overall.ci_high[0]))

    return or_refusal(measured)


def share(successes: float, trials: int) -> Estimate | None:
    """Return a share with Wilson's interval, or None of nothing."""
    if trials == 0:
        return None
    low, high = wilson_interval(np.array([float(successes)]), np.array([float(trials)]), CONFIDENCE)
    return Estimate(successes / trials, float(low[0]), float(high[0]))
