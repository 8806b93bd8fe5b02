"""How good is a picture once each rater's bias and inconsistency are taken into account? The subject model of P.910.

The model says that a rating is the quality of the unit, plus the bias of the rater, plus noise as large as the
inconsistency of that rater.  Raters are weighed by how consistent they are instead of being thrown out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length
from rubrica.measure.errors import (
    DisconnectedDesignError,
    TooFewRatersError,
    TooFewRatingsError,
    UnknownMethodError,
)
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.opinion.subject_fitting import Method, fitted
from rubrica.measure.opinion.subject_inconsistency import inconsistency, tails
from rubrica.measure.opinion.subject_intervals import (
    MOST_RATERS,
    BiasErrors,
    bias_errors,
    bias_reach,
    coupling_table,
    followed_bias_errors,
    met_variance,
    own_coupling,
    unit_qualities,
)
from rubrica.measure.opinion.subject_passes import (
    Partition,
    SubjectState,
    SubjectSums,
    coupled,
    log_likelihood,
    partitioned,
    subject_sums,
)


@dataclass(frozen=True, slots=True, eq=False)
class SubjectModel:
    """Quality of units, and bias and inconsistency of raters.

    Attributes
    ----------
    method : str
        ``"shrunk"`` or ``"p910"``.
    units : IntArray
        Shape ``(i,)``: all units, ascending.
    quality, quality_low, quality_high : FloatArray
        Shape ``(i,)`` each, in scale points: the rating that the panel's average rater would settle on.
    n_unit_ratings : IntArray
        Shape ``(i,)``.
    raters : IntArray
        Shape ``(r,)``: all raters, ascending.
    bias, bias_low, bias_high : FloatArray
        Shape ``(r,)`` each, in scale points, + for lenient; the biases of a panel add up to zero.
    inconsistency, inconsistency_low, inconsistency_high : FloatArray
        Shape ``(r,)`` each, in scale points: the standard deviation of a rater's noise.
    n_rater_ratings : IntArray
        Shape ``(r,)``.
    log_likelihood : float
        Natural logarithm of the density of the ratings at the estimate.
    nbic : float
        Bayesian information criterion per rating, (ln(n) (i + 2 r) - 2 log-likelihood) / n; smaller is better.  Only
        for comparing models of the same ratings.
    iterations : int
        Passes over the ratings.
    n_ratings : int
        n.
    """

    method: str
    units: IntArray
    quality: FloatArray
    quality_low: FloatArray
    quality_high: FloatArray
    n_unit_ratings: IntArray
    raters: IntArray
    bias: FloatArray
    bias_low: FloatArray
    bias_high: FloatArray
    inconsistency: FloatArray
    inconsistency_low: FloatArray
    inconsistency_high: FloatArray
    n_rater_ratings: IntArray
    log_likelihood: float
    nbic: float
    iterations: int
    n_ratings: int


def subject_model(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    method: Method = "shrunk",
    confidence: float = 0.95,
    *,
    most_iterations: int = 5000,
) -> SubjectModel:
    """Return the quality of each unit, and the bias and the inconsistency of each rater, from all ratings at once.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  A rating that was not given is a row
        that is left out; ratings of one unit by one rater are repetitions.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    method
        ``"shrunk"``, the default, for any design; ``"p910"`` for figures that conform to the Recommendation, from
        designs in which every unit has some 20 ratings or more.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.
    most_iterations
        Passes over the ratings that are allowed.

    Returns
    -------
    SubjectModel
        In scale points.  Units rated once and raters with one rating take part.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    UnknownMethodError
        `method` is neither of the two.
    NoRatingsError
        There are no ratings.
    TooFewRatersError
        There is one rater.
    TooManyRatersError
        The method is ``"shrunk"``, there are more than 5,000 raters, and they hang together too loosely, as teams who
        hardly ever rate a unit of another team do.
    DisconnectedDesignError
        The raters fall into groups that share no unit.
    TooFewRatingsError
        There are no more ratings than units and biases to be found.
    NoVariationError
        Quality and bias explain every rating exactly, so the inconsistency of raters cannot be found.
    CollapsedVarianceError
        The method is ``"p910"`` and the likelihood has no maximum on these ratings.
    NotConvergedError
        `most_iterations` did not suffice.

    Notes
    -----
    The model is x_ir = psi_i + Delta_r + upsilon_r e, with e standard normal and the Delta adding up to zero.

    ``"p910"`` maximises the likelihood by alternating projection: psi_i is the mean of x_ir - Delta_r weighted with
    upsilon_r^-2, Delta_r the mean and upsilon_r the standard deviation (divisor n_r) of x_ir - psi_i.  Its intervals
    take everything else as known: psi_i -+ z / sqrt(sum of upsilon_r^-2), Delta_r -+ z upsilon_r / sqrt(n_r), and
    chi-square on n_r degrees of freedom for upsilon_r.  As psi_i follows the rating of the rater it is compared with,
    upsilon_r comes out too small, unnoticeably so with 25 ratings a unit; with five to eight, by raters who are all
    equally consistent, nominal 95 % intervals of quality cover 90 to 93 %.  And often the likelihood has no maximum, as
    a rater believed infallible fits the units exactly.  One away from there exists only while the variance of each
    rater is at least three times that of the mean of the other raters of a unit, which takes four ratings a unit by
    equal raters, and some 13 where one rater errs half as much as the others.  Falling short is an error here.

    ``"shrunk"`` fits the same model.  The squares of each rater's residuals are divided by the degrees of freedom
    they really have, n_r less the rater's share in the quality of the units and in the biases (restricted
    maximum likelihood), after four degrees of freedom with the pooled variance were added to them, so that a rater
    with few ratings is believed to be about as consistent as the others.  The biases solve their normal equations
    exactly, the qualities eliminated, and the intervals of quality and bias come from the same equations: they know
    that the biases were estimated.  They are Student's t, on as many degrees of freedom as the estimated variances of
    the raters concerned lend them (Satterthwaite).

    The weights lean towards the arithmetic mean of the variances, which is cautious where raters differ much; the
    inconsistency reported leans towards their harmonic mean.  Its interval is chi-square, on fewer degrees of freedom
    the heavier the tails of the residuals of the whole panel are: their excess kurtosis is added to the 2 of normal
    noise.  In simulations with three to ten ratings a unit, of raters the most inconsistent of whom err some four times
    as much as the most consistent, nominal 95 % intervals cover 94 to 98 % for quality and bias, whether ratings are
    normal, rounded to five levels or heavy-tailed (Student's t on three degrees of freedom).  For inconsistency they
    cover 92 to 97 % of normal and rounded and 93 to 95 % of heavy-tailed ratings.  Where raters differ by a factor
    of ten those at either end are shrunk too far, and they cover 77 % with three ratings a unit, 87 % with five and
    92 % with ten.

    Up to 5,000 raters the errors of all biases are found together.  Beyond that they are followed from each rater to
    those they meet, and bounded from there on: in panels of 600 and 1,000 raters with five ratings a unit, drawn at
    random, intervals of bias were 0.1 to 1.4 % longer than the exact ones at every rater, those of quality between
    0.6 % shorter and 0.2 % longer.  Raters who meet the same few again and again would make them too short, and are
    refused.

    Biases are relative to this panel, quality is what this panel says: neither interval speaks about another panel.

    References
    ----------
    ITU-T (2023). Recommendation P.910: Subjective video quality assessment methods for multimedia applications, Annex
    E. https://www.itu.int/rec/T-REC-P.910

    Li, Z., Bampis, C. G., Krasula, L., Janowski, L., & Katsavounidis, I. (2020). A simple model for subject behavior in
    subjective experiments. Electronic Imaging, Human Vision and Electronic Imaging.
    doi:10.2352/ISSN.2470-1173.2020.11.HVEI-131

    Patterson, H. D., & Thompson, R. (1971). Recovery of inter-block information when block sizes are unequal.
    Biometrika, 58(3), 545-554. doi:10.1093/biomet/58.3.545

    Examples
    --------
    Rater 3 rates a point above the others, and rater 4 nearly at random:

    >>> units = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]
    >>> raters = [1, 2, 3, 4] * 4
    >>> found = subject_model(units, raters, [1, 1, 2, 4, 2, 2, 3, 1, 3, 3, 4, 5, 4, 5, 6, 2])
    >>> found.bias.round(2) + 0.0
    array([-0.5 , -0.25,  0.75,  0.  ])
    >>> found.inconsistency.round(2)
    array([1.04, 1.07, 1.07, 1.82])
    >>> found.quality.round(2), found.quality_high.round(2)
    (array([1.64, 2.18, 3.52, 4.65]), array([2.98, 3.53, 4.87, 5.99]))
    """
    checked_confidence(confidence)
    if method not in {"shrunk", "p910"}:
        raise UnknownMethodError(f'method must be "shrunk" or "p910", not {method!r}.')
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    unit_labels, unit_index = numbered(unit)
    rater_labels, rater_index = numbered(rater)
    _refuse_what_shows_nothing(unit_index, rater_index, len(unit_labels), len(rater_labels))
    # Halfway between the extremes, which no order of the rows moves.
    middle = (float(value.min()) + float(value.max())) / 2.0
    ratings = partitioned(unit_index, rater_index, value - middle, len(rater_labels))
    state, sums, iterations = fitted(
        lambda state: subject_sums(ratings, state),
        lambda state, columns: coupled(ratings, state, columns),
        ratings.n_raters,
        method,
        most_iterations,
    )
    errors = _bias_errors(ratings, state, sums) if method == "shrunk" else None
    noise = tails(ratings, state) if method == "shrunk" else None
    quality, reach = unit_qualities(ratings, state, sums, errors, confidence)
    of_bias = bias_reach(state, sums, errors, confidence)
    own, low, high = inconsistency(state, sums, noise, confidence)
    n_parameters = len(unit_labels) + 2 * len(rater_labels)
    likelihood = log_likelihood(state, sums)
    return SubjectModel(
        method=method,
        units=unit_labels,
        quality=quality + middle,
        quality_low=quality + middle - reach,
        quality_high=quality + middle + reach,
        n_unit_ratings=np.bincount(unit_index).astype(np.int64, copy=False),
        raters=rater_labels,
        bias=state.bias,
        bias_low=state.bias - of_bias,
        bias_high=state.bias + of_bias,
        inconsistency=own,
        inconsistency_low=low,
        inconsistency_high=high,
        n_rater_ratings=np.bincount(rater_index).astype(np.int64, copy=False),
        log_likelihood=likelihood,
        nbic=float(np.log(len(value)) * n_parameters - 2.0 * likelihood) / len(value),
        iterations=iterations,
        n_ratings=len(value),
    )


def _refuse_what_shows_nothing(unit: IntArray, rater: IntArray, n_units: int, n_raters: int) -> None:
    if n_raters < 2:
        raise TooFewRatersError("There is one rater; bias and inconsistency need somebody to be compared with.")
    groups = _groups(unit, rater, n_units, n_raters)
    if groups > 1:
        raise DisconnectedDesignError(
            f"The raters fall into {groups} groups that share no unit, so a group that is lenient cannot be told from "
            "one whose units are good. Let some raters rate units of both groups."
        )
    if len(unit) < n_units + n_raters:
        raise TooFewRatingsError(
            f"{len(unit)} ratings of {n_units} units by {n_raters} raters leave nothing to see inconsistency by; "
            f"at least {n_units + n_raters} are needed."
        )


def _groups(unit: IntArray, rater: IntArray, n_units: int, n_raters: int) -> int:
    """Return into how many parts without common unit or rater the ratings fall."""
    # Slow import, as in the intervals.
    from scipy.sparse import coo_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    from scipy.sparse.csgraph import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        connected_components,  # pyright: ignore[reportUnknownVariableType]  # scipy has no types
    )

    size = n_units + n_raters
    links = coo_array((np.ones(len(unit)), (unit, rater + n_units)), shape=(size, size))
    count: int = connected_components(links, directed=False, return_labels=False)  # pyright: ignore[reportUnknownVariableType]  # scipy has no types
    return count  # pyright: ignore[reportUnknownVariableType]  # scipy has no types


def _bias_errors(ratings: Partition, state: SubjectState, sums: SubjectSums) -> BiasErrors:
    """Return how far the biases may be off: by weighing all raters against each other while they are not too many."""
    if ratings.n_raters <= MOST_RATERS:
        return bias_errors(state, sums, coupling_table(ratings, state))
    return followed_bias_errors(
        state,
        sums,
        lambda state, columns: coupled(ratings, state, columns),
        own_coupling(ratings, state),
        lambda information: met_variance(ratings, state, information),
    )
