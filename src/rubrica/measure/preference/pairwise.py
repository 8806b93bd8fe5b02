"""Scales from comparisons of two: how far apart preferences put the images, and how surely.

Bradley and Terry's model and Thurstone's, with ties, an effect of the side and a prior.
"""

from math import exp, log
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import NoDecisionsError, NoTiesError, UnknownTieModelError
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.preference.comparison_graph import (
    ComparisonCounts,
    comparisons_by_item,
    count_comparisons,
    require_bounded,
    require_connected,
    without_sides,
)
from rubrica.measure.preference.likelihood import Model, derivatives
from rubrica.measure.preference.scale import PreferenceScale, reported_positions, reported_scale
from rubrica.measure.preference.scale_fitting import (
    Effect,
    Information,
    further_errors,
    maximum,
    normal_quantile,
    precision_of,
    with_prior,
)

TieModel: TypeAlias = Literal["half", "davidson", "rao_kupper"]
"""A tie as half a preference each way, or as an outcome of its own."""

JOD_PER_UNIT: Final = 1.482602218505602
"""Just-objectionable differences per unit of Thurstone's scale: at one of them, 75 % prefer the better."""


def bradley_terry(
    first: ArrayLike,
    second: ArrayLike,
    scores: ArrayLike,
    *,
    ties: TieModel = "half",
    side: bool = False,
    prior_sd: float | None = None,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PreferenceScale:
    """Return the Bradley-Terry score of each item, the log-odds of being preferred, with its interval.

    Parameters
    ----------
    first, second
        Shape ``(n,)`` each, integers: the two items of each comparison; `first` was shown first (left).
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was, zero for a
        tie.  Only the sign counts.
    ties
        ``"half"`` counts a tie as half a preference each way; ``"davidson"`` and ``"rao_kupper"`` give it a probability
        of its own.
    side
        Whether standing first may add to a score.
    prior_sd
        Standard deviation, in score units, of an independent normal prior of each score around zero; None for none.
        With it the scores always exist and are drawn together; intervals are then those of the posterior's normal
        approximation.
    reported
        Shape ``(m,)``, integers: the items whose interval is wanted; None for all.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    PreferenceScale
        Scores in log-odds, adding up to zero.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `first` or `second` does not hold integers, or `scores` does not hold finite numbers.
    ConfidenceError, PriorError, UnknownTieModelError
        `confidence`, `prior_sd` or `ties` is none.
    NoRatingsError
        There are no comparisons.
    SelfComparisonError
        Something is compared with itself.
    NoDecisionsError
        Every comparison is a tie.
    NoTiesError
        A model of ties was asked for and there are none.
    DisconnectedComparisonsError
        Without a prior: the items fall into groups that never meet.  The error carries the groups.
    UnboundedScoresError
        Without a prior: some items were always, or never, preferred to all others, so that their scores have no bound.
        With `side` or a model of ties, also with a prior: the effect has no bound.
    UndeterminedSideError
        With `side`: no item changed sides in a way that tells the effect of the side from the scores.
    UnknownItemError
        A reported item was never compared.
    TooManyItemsError
        More than 3 000 items and none named in `reported`.

    Notes
    -----
    With d the difference of the two scores, plus the effect of the side:

    - ``"half"``: P(first) = s(d), s the logistic function;
    - ``"davidson"``: P(first) : P(tie) : P(second) = exp(d/2) : nu : exp(-d/2);
    - ``"rao_kupper"``: P(first) = s(d - log theta), P(second) = s(-d - log theta), theta > 1.

    Scores exist, without a prior, if and only if every division of the items in two sees each side preferred (or tied)
    at least once (Ford).  Standard errors come from the observed information.  A tie counted as
    halves draws scores together and makes intervals too wide; where ties are frequent, prefer a model of ties.
    Comparisons count as independent:
    several by one rater of one pair are not.

    References
    ----------
    Bradley, R. A., & Terry, M. E. (1952). Rank analysis of incomplete block designs: I. The method of paired
    comparisons. Biometrika, 39(3/4), 324-345. doi:10.2307/2334029

    Davidson, R. R. (1970). On extending the Bradley-Terry model to accommodate ties in paired comparison experiments.
    Journal of the American Statistical Association, 65(329), 317-328. doi:10.1080/01621459.1970.10481082

    Rao, P. V., & Kupper, L. L. (1967). Ties in paired-comparison experiments: A generalization of the Bradley-Terry
    model. Journal of the American Statistical Association, 62(317), 194-204. doi:10.1080/01621459.1967.10482901

    Ford, L. R. (1957). Solution of a ranking problem from binary comparisons. The American Mathematical Monthly, 64(8),
    28-33. doi:10.1080/00029890.1957.11989117

    Examples
    --------
    Image 1 is preferred to image 2 in three of four comparisons, image 2 to image 3 in two:

    >>> found = bradley_terry(
    ...     first=[1, 1, 1, 1, 2, 2, 2, 2], second=[2, 2, 2, 2, 3, 3, 3, 3], scores=[1, 1, 1, -1, 1, 1, -1, -1]
    ... )
    >>> found.items, found.scores.round(3)
    (array([1, 2, 3]), array([ 0.732, -0.366, -0.366]))
    >>> found.standard_error.round(3)
    array([0.839, 0.509, 0.77 ])
    """
    return bradley_terry_of(
        count_comparisons(first, second, scores, sides=side),
        ties=ties,
        side=side,
        prior_sd=prior_sd,
        reported=reported,
        confidence=confidence,
    )


def bradley_terry_of(
    counts: ComparisonCounts,
    *,
    ties: TieModel = "half",
    side: bool = False,
    prior_sd: float | None = None,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PreferenceScale:
    """Return what `bradley_terry` returns, from comparisons counted by pair.

    Parameters
    ----------
    counts
        From `count_comparisons`, or several of them combined.
    ties, side, prior_sd, reported, confidence
        As for `bradley_terry`.

    Returns
    -------
    PreferenceScale
        Scores in log-odds, adding up to zero.

    Raises
    ------
    MeasureError
        As `bradley_terry`.

    Examples
    --------
    >>> from rubrica.measure.preference.comparison_graph import combine
    >>> monday, tuesday = count_comparisons([1], [2], [1]), count_comparisons([1, 1], [2, 2], [1, -1])
    >>> bradley_terry_of(combine(monday, tuesday)).scores.round(4)
    array([ 0.3466, -0.3466])
    """
    if ties not in {"half", "davidson", "rao_kupper"}:
        raise UnknownTieModelError(f"ties must be half, davidson or rao_kupper, not {ties!r}.")
    return _scale(counts, ties, side=side, prior_sd=prior_sd, reported=reported, confidence=confidence)


def thurstone(
    first: ArrayLike,
    second: ArrayLike,
    scores: ArrayLike,
    *,
    side: bool = False,
    prior_sd: float | None = None,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PreferenceScale:
    """Return the score of each item on Thurstone's scale (case V), with its interval.

    Parameters
    ----------
    first, second, scores
        Shape ``(n,)`` each, as for `bradley_terry`.  A tie counts as half a preference each way.
    side, prior_sd, reported, confidence
        As for `bradley_terry`.

    Returns
    -------
    PreferenceScale
        Scores in standard deviations of the perceived difference of two items, adding up to zero.  Multiplied by
        `JOD_PER_UNIT` they are just-objectionable differences.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of comparisons.
    ConfidenceError, PriorError, SelfComparisonError, NoDecisionsError
        As `bradley_terry`.
    DisconnectedComparisonsError, UnboundedScoresError, UndeterminedSideError
        As `bradley_terry`.
    UnknownItemError, TooManyItemsError
        As `bradley_terry`.

    Notes
    -----
    P(first) = Phi(d), Phi the normal distribution function and d the difference of the scores, plus the effect of the
    side.  The likelihood is maximised; Thurstone's own solution averages quantiles of shares and fails at 0 and 1.

    References
    ----------
    Thurstone, L. L. (1927). A law of comparative judgment. Psychological Review, 34(4), 273-286. doi:10.1037/h0070288

    Examples
    --------
    Three of four prefer image 1, which is one just-objectionable difference:

    >>> found = thurstone(first=[1, 1, 1, 1], second=[2, 2, 2, 2], scores=[1, 1, 1, -1])
    >>> round(float(found.scores[0] - found.scores[1]) * JOD_PER_UNIT, 6)
    1.0
    """
    counts = count_comparisons(first, second, scores, sides=side)
    return _scale(counts, "probit", side=side, prior_sd=prior_sd, reported=reported, confidence=confidence)


def _scale(
    counts: ComparisonCounts,
    model: Model,
    *,
    side: bool,
    prior_sd: float | None,
    reported: ArrayLike | None,
    confidence: float,
) -> PreferenceScale:
    checked_confidence(confidence)
    precision = precision_of(prior_sd)
    positions = reported_positions(counts.items, reported)
    counts = counts if side else without_sides(counts)
    n_ties, number = float(counts.ties.sum()), float(counts.comparisons.sum())
    if n_ties == number:
        raise NoDecisionsError(f"All {number:.0f} comparisons are ties, so no item was ever preferred.")
    further = np.zeros(int(side))
    if model in {"davidson", "rao_kupper"}:
        if n_ties == 0.0:
            raise NoTiesError(
                f"None of the {number:.0f} comparisons is a tie; use ties='half', which then has no part."
            )
        share = n_ties / number
        start = 2.0 * share / (1.0 - share) if model == "davidson" else (1.0 + share) / (1.0 - share)
        further = np.append(further, log(start))
    if precision == 0.0:
        require_connected(counts.items, counts.first, counts.second)
        forth, back = counts.first_preferred + counts.ties > 0.0, counts.second_preferred + counts.ties > 0.0
        require_bounded(
            counts.items,
            np.concatenate((counts.first[forth], counts.second[back])),
            np.concatenate((counts.second[forth], counts.first[back])),
        )
    best = maximum(
        lambda scores, others: with_prior(
            derivatives(counts, scores, others, model=model, side=side), scores, precision
        ),
        np.zeros(len(counts.items)),
        further,
    )
    side_effect, tie_effect = _effects(best.further, best.found.information, confidence, side=side, model=model)
    return reported_scale(
        counts.items,
        best.scores,
        comparisons_by_item(counts),
        best.found,
        positions=positions,
        confidence=confidence,
        side=side_effect,
        ties=tie_effect,
    )


def _effects(
    further: FloatArray, information: Information, confidence: float, *, side: bool, model: Model
) -> tuple[Effect | None, Effect | None]:
    """Return the effect of the side and the parameter of ties, where there is one."""
    if len(further) == 0:
        return None, None
    quantile = normal_quantile(confidence)
    spread: list[float] = further_errors(information).tolist()
    values: list[float] = further.tolist()
    of_side = None
    if side:
        of_side = Effect(values[0], spread[0], values[0] - quantile * spread[0], values[0] + quantile * spread[0])
    value, error = values[-1], spread[-1]
    if model == "davidson":
        reach = quantile * error
        return of_side, Effect(exp(value), error, exp(value - reach), exp(value + reach))
    if model == "rao_kupper":
        # The logarithm of theta is positive: its interval is made on its own logarithm and stays so.
        factor = exp(quantile * error / value)
        return of_side, Effect(exp(value), error, exp(value / factor), exp(value * factor))
    return of_side, None
