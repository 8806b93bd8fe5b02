"""Does a rater order units alike the second time? Correlation and kappa of first and second ratings of a unit."""

from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.kappa import ChanceCorrected, Weighting, cohen_kappa
from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length
from rubrica.measure.drift.self_consistency import rated_again
from rubrica.measure.errors import (
    MeasureError,
    NoVariationError,
    TiedTimesError,
    TooFewRatingsError,
    UnknownMethodError,
)
from rubrica.measure.intervals import checked_confidence

Correlation: TypeAlias = Literal["pearson", "spearman"]
"""Of the values, or of their ranks."""

_ROUNDING: Final = 1e-12

_FEWEST_PAIRS: Final = 4
"""Fisher's interval divides by the square root of the number of pairs less 3."""


@dataclass(frozen=True, slots=True, eq=False)
class Retest:
    """How well a first rating foretells the second one of the same unit by the same rater.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``: raters whose pairs determine a correlation and its interval, ascending.
    correlation, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in ``[-1, 1]``.  Dimensionless.
    n_pairs : IntArray
        Shape ``(r,)``.
    pooled, pooled_ci_low, pooled_ci_high : float
        Of all pairs of all raters together, those left out among them.
    n_pooled_pairs : int
        Pairs in all.
    left_out : tuple of (int, str)
        Raters without a correlation of their own, ascending, each with the reason.
    """

    raters: IntArray
    correlation: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_pairs: IntArray
    pooled: float
    pooled_ci_low: float
    pooled_ci_high: float
    n_pooled_pairs: int
    left_out: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """The first and the second rating of each unit that a rater rated again."""

    rater: IntArray
    first: FloatArray
    second: FloatArray


@dataclass(frozen=True, slots=True)
class _NoCorrelation:
    error: type[MeasureError]
    reason: str


def retest_correlation(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    times: ArrayLike,
    *,
    method: Correlation = "spearman",
    confidence: float = 0.95,
) -> Retest:
    """Return how first ratings correlate with second ones of the same unit by the same rater.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Third and later ratings of a unit do not
        take part.
    values
        Shape ``(n,)``, finite numbers at the interval level (`"pearson"`) or ordered (`"spearman"`).
    times
        Shape ``(n,)``, integers: when each rating was given, in any unit of time.
    method
        ``"pearson"``, of the values, or ``"spearman"``, of their mid-ranks.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    Retest
        Raters with fewer than four pairs, whose first or second ratings are all equal, or who correlate perfectly (and
        so have no interval), are named in ``left_out``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, ConfidenceError, NoRatingsError,
    NoRepeatsError
        As for ``rubrica.measure.drift.self_consistency.self_consistency``; `times` must hold integers too.
    UnknownMethodError
        `method` is neither of the two.
    TiedTimesError
        A rater rated a unit twice at the same time.
    TooFewRatingsError
        All raters together have fewer than four pairs.
    NoVariationError
        All first, or all second, ratings are equal, or they correlate perfectly.

    Notes
    -----
    The interval is Fisher's: tanh(artanh(r) -+ z / sqrt(n - 3)), for ranks with 1 + r^2 / 2 over n - 3 below the root
    (Bonett and Wright 2000).  The correlation of all pairs together is raised by raters who differ in level, and by
    units that differ in quality: it is a figure of this set of units, not of the raters.  A correlation does not see
    that somebody has become stricter; ``rubrica.measure.drift.charts`` does.

    References
    ----------
    Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation deduced from a small sample. Metron,
    1, 3-32.

    Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations. Psychometrika, 65(1), 23-28. doi:10.1007/BF02294183

    Examples
    --------
    >>> found = retest_correlation(
    ...     units=[1, 2, 3, 4, 5] * 2, raters=[7] * 10, values=[1, 2, 3, 4, 5, 2, 1, 3, 5, 4], times=range(10)
    ... )
    >>> found.correlation.round(2), found.ci_low.round(2), found.ci_high.round(2)
    (array([0.8]), array([-0.46]), array([0.99]))
    """
    checked_confidence(confidence)
    if method not in {"pearson", "spearman"}:
        raise UnknownMethodError(f'method must be "pearson" or "spearman", not {method!r}.')
    pairs = _first_and_second(units, raters, values, times)
    everybody = _correlated(pairs.first, pairs.second, method, confidence)
    if isinstance(everybody, _NoCorrelation):
        raise everybody.error(f"All raters together: {everybody.reason}.")
    labels, index = numbered(pairs.rater)
    start = np.append(0, np.cumsum(np.bincount(index)))
    found: list[tuple[int, int, tuple[float, float, float]]] = []
    left_out: list[tuple[int, str]] = []
    for position, label in enumerate(labels.tolist()):
        part = slice(int(start[position]), int(start[position + 1]))
        one = _correlated(pairs.first[part], pairs.second[part], method, confidence)
        if isinstance(one, _NoCorrelation):
            left_out.append((label, one.reason))
        else:
            found.append((label, part.stop - part.start, one))
    never = np.setdiff1d(identities(raters, "raters"), labels)
    left_out.extend((int(label), "rated no unit again") for label in never)
    figures = np.array([one for _, _, one in found]).reshape(-1, 3)
    return Retest(
        raters=np.array([label for label, _, _ in found], dtype=np.int64),
        correlation=figures[:, 0],
        ci_low=figures[:, 1],
        ci_high=figures[:, 2],
        n_pairs=np.array([number for _, number, _ in found], dtype=np.int64),
        pooled=everybody[0],
        pooled_ci_low=everybody[1],
        pooled_ci_high=everybody[2],
        n_pooled_pairs=len(pairs.first),
        left_out=tuple(sorted(left_out)),
    )


def retest_kappa(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    times: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "quadratic",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Cohen's weighted kappa of first and second ratings of the same unit by the same rater, all together.

    Parameters
    ----------
    units, raters, values, times
        As for `retest_correlation`.
    weights, categories, confidence
        As for ``rubrica.measure.agreement.kappa.cohen_kappa``.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1; its units are the pairs.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, NoRepeatsError,
    TiedTimesError
        As for `retest_correlation`.
    OffTheScaleError, TooManyValuesError, NegativeValueError, WeightsError, ConfidenceError, NoVariationError,
    TooFewUnitsError
        As for ``rubrica.measure.agreement.kappa.cohen_kappa``.

    Notes
    -----
    For one rater alone, give that rater's ratings.  The interval takes pairs for independent; those by one rater may
    not be, and then it is too narrow.

    Examples
    --------
    >>> found = retest_kappa(
    ...     units=[1, 2, 3, 4] * 2, raters=[7] * 8, values=[1, 2, 3, 4, 1, 2, 3, 3], times=range(8), weights="identity"
    ... )
    >>> round(found.coefficient, 3), found.n_units
    (0.667, 4)
    """
    checked_confidence(confidence)
    pairs = _first_and_second(units, raters, values, times)
    count = len(pairs.first)
    return cohen_kappa(
        np.tile(np.arange(count), 2),
        np.repeat([0, 1], count),
        np.concatenate((pairs.first, pairs.second)),
        weights=weights,
        categories=categories,
        confidence=confidence,
    )


def _first_and_second(units: ArrayLike, raters: ArrayLike, values: ArrayLike, times: ArrayLike) -> _Pairs:
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    time = identities(times, "times")
    same_length(units=unit, raters=rater, values=value, times=time)
    order, cell, cell_rater = rated_again(unit, rater, time)
    tied = (cell[1:] == cell[:-1]) & (time[order[1:]] == time[order[:-1]])
    if tied.any():
        row = order[int(np.argmax(tied))]
        raise TiedTimesError(f"Rater {rater[row]} rated unit {unit[row]} twice at time {time[row]}.")
    start = np.searchsorted(cell, np.arange(len(cell_rater)))
    return _Pairs(rater=cell_rater, first=value[order[start]], second=value[order[start + 1]])


def _correlated(
    first: FloatArray, second: FloatArray, method: Correlation, confidence: float
) -> tuple[float, float, float] | _NoCorrelation:
    """Return a correlation with its interval, or why there is none."""
    # Slow import, as above.
    from scipy.special import ndtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    count = len(first)
    if count < _FEWEST_PAIRS:
        return _NoCorrelation(
            TooFewRatingsError, f"{count} ratings were repeated, and an interval takes {_FEWEST_PAIRS}"
        )
    if np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return _NoCorrelation(NoVariationError, "the first ratings of repeated units, or the second, are all equal")
    if method == "spearman":
        first, second = _mid_ranks(first), _mid_ranks(second)
    # Ratings of size 1e100 and of size 1e-100 are both squared.
    one, other = ((side - side.mean()) / np.ptp(side) for side in (first, second))
    correlation = float(np.clip(one @ other / sqrt(float(one @ one) * float(other @ other)), -1.0, 1.0))
    if abs(correlation) >= 1.0 - _ROUNDING:
        return _NoCorrelation(
            NoVariationError, f"first and second ratings correlate by {correlation:.0f}, so there is no interval"
        )
    error = sqrt((1.0 + (correlation**2 / 2.0 if method == "spearman" else 0.0)) / (count - 3.0))
    reach = float(ndtri(0.5 + confidence / 2.0)) * error
    centre = float(np.arctanh(correlation))
    return correlation, float(np.tanh(centre - reach)), float(np.tanh(centre + reach))


def _mid_ranks(value: FloatArray) -> FloatArray:
    _, code, count = np.unique(value, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1.0) / 2.0)[code]
