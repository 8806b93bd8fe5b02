"""Scales from comparisons by raters of unequal reliability, each rater weighed by how far others bear them out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoDecisionsError, PriorError, UnboundedScoresError
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.preference.comparison_graph import ComparisonCounts, refuse_self_comparisons
from rubrica.measure.preference.likelihood import derivatives
from rubrica.measure.preference.scale import PreferenceScale, reported_positions, reported_scale
from rubrica.measure.preference.scale_fitting import (
    Derivatives,
    Information,
    Links,
    Maximum,
    further_errors,
    maximum,
    newton_step,
    normal_quantile,
    precision_of,
    with_prior,
)

_ROUNDS_A_CLIMB: Final = 10
"""Rounds of expectation and maximisation before Newton's method is tried (again)."""

_MOST_CLIMBS: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class CrowdScale:
    """The score of each item and the reliability of each rater.

    Attributes
    ----------
    scale : PreferenceScale
        Scores in log-odds of a perfectly reliable rater, adding up to zero.
    raters : IntArray
        Shape ``(r,)``, ascending.
    reliability, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in ``(0, 1)``: probability of reporting the preference rather than its opposite; 0.5 is
        guessing.  The interval was made on the log-odds.
    n_decided : FloatArray
        Shape ``(r,)``: decided comparisons of each rater.
    """

    scale: PreferenceScale
    raters: IntArray
    reliability: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_decided: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Decided comparisons counted by rater and pair: for each cell the two items, the pair, the rater and outcomes."""

    n_items: int
    n_raters: int
    low: IntArray
    high: IntArray
    pair: IntArray
    rater: IntArray
    forth: FloatArray
    back: FloatArray

    @property
    def first(self) -> IntArray:
        return self.low[self.pair]

    @property
    def second(self) -> IntArray:
        return self.high[self.pair]

    def by_pair(self, amount: FloatArray) -> FloatArray:
        return summed(self.pair, amount, len(self.low))

    def by_item(self, amount: FloatArray) -> FloatArray:
        """Give each pair's amount to its first item and take it from its second."""
        return summed(self.low, amount, self.n_items) - summed(self.high, amount, self.n_items)

    def by_rater(self, amount: FloatArray) -> FloatArray:
        return summed(self.rater, amount, self.n_raters)


def crowd_bradley_terry(
    raters: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    scores: ArrayLike,
    *,
    prior_sd: float = 2.0,
    prior_right: float = 4.0,
    prior_wrong: float = 1.0,
    reported: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CrowdScale:
    """Return the Bradley-Terry score of each item and the reliability of each rater, with their intervals.

    Parameters
    ----------
    raters
        Shape ``(n,)``, integers: who compared.
    first, second
        Shape ``(n,)`` each, integers: the two items of each comparison.
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was.  Ties say
        nothing about a rater's reliability and do not take part.
    prior_sd
        Standard deviation, in score units, of the normal prior of each score around zero.
    prior_right, prior_wrong
        Imagined comparisons of each rater, true and reversed, that the prior of reliability is worth; positive.
    reported
        Shape ``(m,)``, integers: the items whose interval is wanted; None for all.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    CrowdScale
        The most probable scores and reliabilities.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `raters`, `first` or `second` does not hold integers, or `scores` does not hold finite numbers.
    ConfidenceError, PriorError
        `confidence` is none, or a prior is not positive and finite.
    NoRatingsError
        There are no comparisons.
    SelfComparisonError
        Something is compared with itself.
    NoDecisionsError
        Every comparison is a tie.
    UnboundedScoresError
        The search did not come to rest.
    UnknownItemError, TooManyItemsError
        As `bradley_terry`.

    Notes
    -----
    P(rater r prefers i to j) = eta_r s(l_i - l_j) + (1 - eta_r) s(l_j - l_i).  Reversing all scores and all
    reliabilities gives the same probabilities: it is the prior (more right than wrong) that says which way is up, so
    both priors are part of the model.  Few comparisons can be read as reliable raters of like images or as careless
    raters of unlike ones: scores and reliabilities then lean on the priors.  Found by expectation and maximisation,
    then by Newton's method; intervals from the joint curvature at the mode, reliabilities included.  Far from the mode
    the posterior need not look normal: of a rater with few comparisons the interval is a sketch.

    References
    ----------
    Chen, X., Bennett, P. N., Collins-Thompson, K., & Horvitz, E. (2013). Pairwise ranking aggregation in a crowdsourced
    setting. Proceedings of the 6th ACM International Conference on Web Search and Data Mining, 193-202.
    doi:10.1145/2433396.2433420

    Examples
    --------
    Raters 1 to 3 agree on three images, rater 4 says the opposite:

    >>> found = crowd_bradley_terry(
    ...     raters=[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    ...     first=[1, 2, 1] * 4, second=[2, 3, 3] * 4, scores=[1] * 9 + [-1] * 3,
    ... )
    >>> found.raters[np.argmin(found.reliability)], found.scale.items[np.argsort(-found.scale.scores)]
    (np.int64(4), array([1, 2, 3]))
    """
    checked_confidence(confidence)
    precision = precision_of(prior_sd)
    for name, prior in (("prior_right", prior_right), ("prior_wrong", prior_wrong)):
        if not 0.0 < prior < np.inf:
            raise PriorError(f"{name} must be a positive number of imagined comparisons, not {prior}.")
    items, people, cells = _cells(raters, first, second, scores)
    positions = reported_positions(items, reported)
    n_decided = cells.by_rater(cells.forth + cells.back)
    best = _mode(items, cells, n_decided, precision, (prior_right, prior_wrong))
    score, odds = best.scores, best.further
    number = cells.by_pair(cells.forth + cells.back)
    taken_part = summed(cells.low, number, cells.n_items) + summed(cells.high, number, cells.n_items)
    scale = reported_scale(items, score, taken_part, best.found, positions=positions, confidence=confidence)
    reach = normal_quantile(confidence) * further_errors(best.found.information)
    return CrowdScale(
        scale=scale,
        raters=people,
        reliability=_share(odds),
        ci_low=_share(odds - reach),
        ci_high=_share(odds + reach),
        n_decided=n_decided,
    )


def _share(odds: FloatArray) -> FloatArray:
    return 0.5 * (1.0 + np.tanh(0.5 * odds))


def _cells(
    raters: ArrayLike, first: ArrayLike, second: ArrayLike, scores: ArrayLike
) -> tuple[IntArray, IntArray, _Cells]:
    rater, one = identities(raters, "raters"), identities(first, "first")
    other, score = identities(second, "second"), numbers(scores, "scores")
    same_length(raters=rater, first=one, second=other, scores=score)
    refuse_self_comparisons(one, other)
    decided = score != 0.0
    if not decided.any():
        raise NoDecisionsError(f"All {len(score)} comparisons are ties, so no item was ever preferred.")
    items, index = numbered(np.concatenate((one[decided], other[decided])))
    people, who = numbered(rater[decided])
    left, right = np.split(index, 2)
    forth = np.where(left < right, score[decided], -score[decided]) > 0.0
    pairs, pair = numbered(np.minimum(left, right) * len(items) + np.maximum(left, right))
    # No two of the numbers exceed the number of rows together, so their product stays below 2**63.
    keys, cell = numbered(pair * len(people) + who)
    which, person = np.divmod(keys, len(people))
    low, high = np.divmod(pairs, len(items))
    return (
        items,
        people,
        _Cells(
            n_items=len(items),
            n_raters=len(people),
            low=low,
            high=high,
            pair=which,
            rater=person,
            forth=summed(cell, forth.astype(np.float64), len(keys)),
            back=summed(cell, (~forth).astype(np.float64), len(keys)),
        ),
    )


def _mode(
    items: IntArray, cells: _Cells, n_decided: FloatArray, precision: float, prior: tuple[float, float]
) -> Maximum:
    """Return the most probable scores and log-odds of reliability.

    Expectation and maximisation climb from anywhere but crawl at the end; Newton's method is quick once it is near.
    """
    right, wrong = prior

    def joint(scores: FloatArray, odds: FloatArray) -> Derivatives:
        return with_prior(_joint_derivatives(cells, scores, odds, right, wrong), scores, precision)

    score, reliability = np.zeros(cells.n_items), np.full(cells.n_raters, right / (right + wrong))
    for _ in range(_MOST_CLIMBS):
        for _ in range(_ROUNDS_A_CLIMB):
            forth, back, borne_out = _expectation(cells, score, reliability)
            score = _raised(items, cells, forth, back, score, precision)
            reliability = (cells.by_rater(borne_out) + right) / (n_decided + right + wrong)
        odds = np.log(reliability / (1.0 - reliability))
        try:
            return maximum(joint, score, odds)
        except UnboundedScoresError:
            continue  # still too far away for Newton's method
    raise UnboundedScoresError("The search for scores and reliabilities did not come to rest; give a firmer prior.")


def _expectation(
    cells: _Cells, score: FloatArray, reliability: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return, by cell, how often each item was truly preferred and how often the rater said so, as expected."""
    chance, eta = _share(score[cells.first] - score[cells.second]), reliability[cells.rater]
    forth_borne_out = eta * chance / (eta * chance + (1.0 - eta) * (1.0 - chance))
    back_borne_out = eta * (1.0 - chance) / (eta * (1.0 - chance) + (1.0 - eta) * chance)
    borne_out_forth, borne_out_back = cells.forth * forth_borne_out, cells.back * back_borne_out
    return (
        borne_out_forth + cells.back - borne_out_back,
        borne_out_back + cells.forth - borne_out_forth,
        borne_out_forth + borne_out_back,
    )


def _raised(
    items: IntArray, cells: _Cells, forth: FloatArray, back: FloatArray, score: FloatArray, precision: float
) -> FloatArray:
    """Return scores that make the expected preferences likelier, by one step: as good as the best, and far cheaper."""
    counts = ComparisonCounts(
        items=items,
        first=cells.low,
        second=cells.high,
        first_preferred=cells.by_pair(forth),
        second_preferred=cells.by_pair(back),
        ties=np.zeros(len(cells.low)),
    )
    nothing = np.zeros(0)

    def plain(scores: FloatArray, further: FloatArray) -> Derivatives:
        return with_prior(derivatives(counts, scores, further), scores, precision)

    there, _ = newton_step(plain, Maximum(score, nothing, plain(score, nothing)))
    return there.scores


def _joint_derivatives(
    cells: _Cells, score: FloatArray, odds: FloatArray, prior_right: float, prior_wrong: float
) -> Derivatives:
    """Return the posterior's derivatives in the scores and the log-odds of each reliability.

    With u = tanh(d / 2) and g = 2 eta - 1 the two probabilities are (1 + u g) / 2 and (1 - u g) / 2.
    """
    reliability = _share(odds)
    u, g = np.tanh((score[cells.first] - score[cells.second]) / 2.0), np.tanh(odds / 2.0)[cells.rater]
    u_slope, g_slope = (1.0 - u * u) / 2.0, (1.0 - g * g) / 2.0
    slope = cells.forth / (1.0 + u * g) - cells.back / (1.0 - u * g)
    bend = -cells.forth / (1.0 + u * g) ** 2 - cells.back / (1.0 - u * g) ** 2
    by_gap, by_odds = slope * g * u_slope, slope * u * g_slope
    gap_twice = -(bend * (g * u_slope) ** 2 - slope * g * u * u_slope)
    odds_twice = -(bend * (u * g_slope) ** 2 - slope * u * g * g_slope)
    both = -(bend * u * g + slope) * u_slope * g_slope
    imagined = prior_right + prior_wrong
    likelihood = cells.forth * np.log((1.0 + u * g) / 2.0) + cells.back * np.log((1.0 - u * g) / 2.0)
    prior = -prior_right * np.logaddexp(0.0, -odds) - prior_wrong * np.logaddexp(0.0, odds)
    return Derivatives(
        log_likelihood=float(likelihood.sum() + prior.sum()),
        gradient=np.concatenate(
            (
                cells.by_item(cells.by_pair(by_gap)),
                cells.by_rater(by_odds) + prior_right - imagined * reliability,
            )
        ),
        information=Information(
            n_items=cells.n_items,
            first=cells.low,
            second=cells.high,
            weight=cells.by_pair(gap_twice),
            precision=0.0,
            border=np.zeros((cells.n_items, 0)),
            corner=np.zeros((0, 0)),
            links=Links(
                item=np.concatenate((cells.first, cells.second)),
                parameter=np.concatenate((cells.rater, cells.rater)),
                amount=np.concatenate((both, -both)),
                alone=cells.by_rater(odds_twice) + imagined * reliability * (1.0 - reliability),
            ),
        ),
    )
