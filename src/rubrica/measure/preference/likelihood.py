"""How likely comparisons of two are under a model of preference, with slope and curvature: sums over comparisons.

Counts by pair are sufficient, and everything here adds up over partitions of the comparisons, so that a partition can
be counted, or its derivatives computed, wherever it lies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log
from typing import Final, Literal, TypeAlias, cast

import numpy as np

from rubrica.measure.columns import FloatArray, summed
from rubrica.measure.preference.comparison_graph import ComparisonCounts
from rubrica.measure.preference.scale_fitting import Derivatives, Information

Model: TypeAlias = Literal["half", "davidson", "rao_kupper", "probit"]
"""A Bradley-Terry model by its treatment of ties, or Thurstone's, with ties as halves."""

_LOG_2_PI: Final = log(2.0 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """By pair: log-likelihood, its slope in the difference and the tie parameter, and minus the curvatures."""

    log_likelihood: FloatArray
    by_difference: FloatArray
    by_ties: FloatArray
    difference_twice: FloatArray
    difference_and_ties: FloatArray
    ties_twice: FloatArray


def derivatives(
    counts: ComparisonCounts, scores: FloatArray, further: FloatArray, *, model: Model = "half", side: bool = False
) -> Derivatives:
    """Return the log-likelihood of comparisons at given scores, its slope and its curvature.

    Parameters
    ----------
    counts
        Comparisons counted by pair.
    scores
        Shape ``(k,)``: of the items of `counts`.
    further
        Shape ``(e,)``: the effect of the side if there is one, then the logarithm of the tie parameter if there is one.
    model
        ``"half"``, ``"davidson"``, ``"rao_kupper"`` (see `bradley_terry`) or ``"probit"`` (see `thurstone`).
    side
        Whether `further` begins with an effect of the side.

    Returns
    -------
    Derivatives
        The log-likelihood is minus infinity where theta is not above 1.

    Notes
    -----
    All is a sum over comparisons.  Partitions that know the same items may each compute their own: log-likelihoods,
    gradients, border and corner add up, and the pairs of the information are put one after the other.

    Examples
    --------
    >>> from rubrica.measure.preference.comparison_graph import count_comparisons
    >>> counts = count_comparisons([1, 1, 1], [2, 2, 2], [1, 1, -1])
    >>> found = derivatives(counts, np.zeros(2), np.zeros(0))
    >>> round(found.log_likelihood, 4), found.gradient, found.information.weight
    (-2.0794, array([ 0.5, -0.5]), array([0.75]))
    """
    size = len(counts.items)
    has_ties = model in {"davidson", "rao_kupper"}
    tie = float(further[-1]) if has_ties else 0.0
    gap = scores[counts.first] - scores[counts.second] + (further[0] if side else 0.0)
    inadmissible = model == "rao_kupper" and tie <= 0.0
    slopes = _LIKELIHOODS[model](counts, gap, 1.0 if inadmissible else tie)
    columns = ([slopes.difference_twice] if side else []) + ([slopes.difference_and_ties] if has_ties else [])
    border = np.stack([_by_item(counts, column) for column in columns], axis=1) if columns else np.zeros((size, 0))
    further_slopes = ([slopes.by_difference] if side else []) + ([slopes.by_ties] if has_ties else [])
    corner = np.diag(
        ([float(slopes.difference_twice.sum())] if side else [])
        + ([float(slopes.ties_twice.sum())] if has_ties else [])
    ).reshape(len(columns), len(columns))
    if len(columns) == 2:
        corner[0, 1] = corner[1, 0] = float(slopes.difference_and_ties.sum())
    return Derivatives(
        log_likelihood=-np.inf if inadmissible else float(slopes.log_likelihood.sum()),
        gradient=np.concatenate(
            (_by_item(counts, slopes.by_difference), [float(slope.sum()) for slope in further_slopes])
        ),
        information=Information(
            n_items=size,
            first=counts.first,
            second=counts.second,
            weight=slopes.difference_twice,
            precision=0.0,
            border=border,
            corner=corner,
        ),
    )


def _by_item(counts: ComparisonCounts, amount: FloatArray) -> FloatArray:
    """Give each pair's amount to its first item and take it from its second."""
    size = len(counts.items)
    return summed(counts.first, amount, size) - summed(counts.second, amount, size)


def _logistic(value: FloatArray) -> FloatArray:
    return 0.5 * (1.0 + np.tanh(0.5 * value))


def _log_logistic(value: FloatArray) -> FloatArray:
    return np.minimum(value, 0.0) - np.log1p(np.exp(-np.abs(value)))


def _halves(counts: ComparisonCounts, gap: FloatArray, tie: float) -> _Slopes:
    del tie
    number = counts.comparisons
    credit, rest = counts.first_preferred + counts.ties / 2.0, counts.second_preferred + counts.ties / 2.0
    # The one exponential is shared: at millions of pairs this is where the time goes.
    fade = np.exp(-np.abs(gap))
    likely = 1.0 / (1.0 + fade)
    unlikely = fade * likely
    nothing = np.zeros(0)
    return _Slopes(
        log_likelihood=credit * gap - number * (np.maximum(gap, 0.0) + np.log1p(fade)),
        # Without subtracting nearly equal numbers: a slope that fades must not vanish, or runaway scores would rest.
        by_difference=np.where(gap >= 0.0, credit * unlikely - rest * likely, credit * likely - rest * unlikely),
        by_ties=nothing,
        difference_twice=number * likely * unlikely,
        difference_and_ties=nothing,
        ties_twice=nothing,
    )


def _davidson(counts: ComparisonCounts, gap: FloatArray, tie: float) -> _Slopes:
    number = counts.comparisons
    # As above, one exponential: the three weights are taken relative to that of the likelier preference.
    fade = np.exp(-np.abs(gap) / 2.0)
    nu = exp(tie)
    relative = 1.0 + fade * (fade + nu)
    whole = np.abs(gap) / 2.0 + np.log(relative)
    likely, unlikely, tied = 1.0 / relative, fade * fade / relative, nu * fade / relative
    ahead = gap >= 0.0
    forth, back = np.where(ahead, likely, unlikely), np.where(ahead, unlikely, likely)
    to_first, to_second = counts.first_preferred, counts.second_preferred
    return _Slopes(
        log_likelihood=(to_first - to_second) * gap / 2.0 + counts.ties * tie - number * whole,
        # Without subtracting nearly equal numbers, as above.
        by_difference=to_first * (tied / 2.0 + back)
        - to_second * (tied / 2.0 + forth)
        - counts.ties * (forth - back) / 2.0,
        by_ties=counts.ties * (forth + back) - (to_first + to_second) * tied,
        # (forth + back - (forth - back)^2) / 4, without the subtraction that loses digits.
        difference_twice=number * (tied * (forth + back) / 4.0 + forth * back),
        difference_and_ties=-number * tied * (forth - back) / 2.0,
        ties_twice=number * tied * (forth + back),
    )


def _rao_kupper(counts: ComparisonCounts, gap: FloatArray, tie: float) -> _Slopes:
    # P(tie) is the product s(d + tie) s(tie - d) (1 - exp(-2 tie)).
    to_first, to_second = counts.first_preferred + counts.ties, counts.second_preferred + counts.ties
    above, below = _logistic(tie - gap), _logistic(-tie - gap)
    near, far = to_first * above * (1.0 - above), to_second * below * (1.0 - below)
    ahead, behind = _logistic(gap - tie), _logistic(gap + tie)
    growth = float(np.expm1(2.0 * tie))
    return _Slopes(
        log_likelihood=counts.first_preferred * _log_logistic(gap - tie)
        + counts.second_preferred * _log_logistic(-gap - tie)
        + counts.ties * (_log_logistic(gap + tie) + _log_logistic(tie - gap) + np.log(-np.expm1(-2.0 * tie))),
        by_difference=counts.first_preferred * above - counts.second_preferred * behind + counts.ties * (below - ahead),
        by_ties=counts.ties * (below + ahead + 2.0 / growth)
        - counts.first_preferred * above
        - counts.second_preferred * behind,
        difference_twice=near + far,
        difference_and_ties=far - near,
        ties_twice=near + far + counts.ties * 4.0 * (growth + 1.0) / growth**2,
    )


def _probit(counts: ComparisonCounts, gap: FloatArray, tie: float) -> _Slopes:
    del tie
    # Slow import that a server should not pay for at its start.
    from scipy.special import log_ndtr  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    forth, back = counts.first_preferred + counts.ties / 2.0, counts.second_preferred + counts.ties / 2.0
    ahead, behind = cast("FloatArray", log_ndtr(gap)), cast("FloatArray", log_ndtr(-gap))
    log_density = -0.5 * (gap * gap + _LOG_2_PI)
    pull, push = np.exp(log_density - ahead), np.exp(log_density - behind)
    nothing = np.zeros(0)
    return _Slopes(
        log_likelihood=forth * ahead + back * behind,
        by_difference=forth * pull - back * push,
        by_ties=nothing,
        difference_twice=forth * pull * (pull + gap) + back * push * (push - gap),
        difference_and_ties=nothing,
        ties_twice=nothing,
    )


_LIKELIHOODS: Final[dict[Model, Callable[[ComparisonCounts, FloatArray, float], _Slopes]]] = {
    "half": _halves,
    "davidson": _davidson,
    "rao_kupper": _rao_kupper,
    "probit": _probit,
}
