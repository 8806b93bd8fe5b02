"""On which contents do raters differ more than they differ anyway? Content ambiguity, told apart from careless raters.

The model says that a rating is the quality of the unit, plus the bias of the rater, plus noise of two sources: one as
large as the rater is inconsistent, one as large as the content is ambiguous.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import (
    CollapsedVarianceError,
    DisconnectedDesignError,
    MixedContentsError,
    NotConvergedError,
    NoVariationError,
    TooFewLevelsError,
    TooFewRatersError,
    TooFewRatingsError,
    TooManyRatersError,
    UnknownMethodError,
)
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.opinion.rasch_posterior import sparse
from rubrica.measure.preference.comparison_graph import components

AmbiguityMethod: TypeAlias = Literal["restricted", "likelihood"]
"""``"restricted"`` knows that quality and bias were estimated; ``"likelihood"`` is the published estimate."""

MOST_RATERS: Final = 3_000
"""Raters are weighed against each other in a square table; of more raters the estimate is refused."""

PRIOR_DEGREES: Final = 4.0
"""As many degrees of freedom the pooled variance is worth beside a rater's own, in the restricted estimate."""

_TOLERANCE: Final = 1e-7
"""Iteration ends when no variance moves by more of itself."""

_INNER: Final = 5
"""So many steps of the variances share one solution for quality and bias, which costs more."""

_COLLAPSED: Final = 1e-9
"""A variance below this part of the pooled variance is zero."""

_ROUNDING: Final = 1e-24
"""Residuals whose squares are below this part of the squares of the ratings are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class ContentAmbiguity:
    """How much ratings of each content spread, and each rater's, the other's share removed.

    Attributes
    ----------
    contents : IntArray
        Shape ``(c,)``: the contents whose units were rated twice or more, ascending.
    spread, spread_low, spread_high : FloatArray
        Shape ``(c,)`` each, in scale points: the standard deviation of ratings of the content around the quality of
        its units, by raters who are as inconsistent as the panel's are on average.
    excess, excess_low, excess_high : FloatArray
        Shape ``(c,)`` each, in squared scale points: by how much the ambiguity of the content (its variance) exceeds
        that of the average content; they add up to zero.  A content whose `excess_low` is above zero is ambiguous.
    n_content_ratings : IntArray
        Shape ``(c,)``.
    raters : IntArray
        Shape ``(r,)``: all raters of these contents, ascending.
    bias : FloatArray
        Shape ``(r,)``, in scale points, + for lenient, adding up to zero.
    inconsistency : FloatArray
        Shape ``(r,)``, in scale points: the standard deviation of the rater's ratings of a content as ambiguous as the
        average one.
    units : IntArray
        Shape ``(i,)``: the units rated twice or more, ascending.
    quality : FloatArray
        Shape ``(i,)``, in scale points.
    log_likelihood : float
        Natural logarithm of the density of the ratings at the estimate.
    left_out : IntArray
        Units rated once, ascending: one rating shows no spread.
    n_ratings : int
        Ratings that took part.
    """

    contents: IntArray
    spread: FloatArray
    spread_low: FloatArray
    spread_high: FloatArray
    excess: FloatArray
    excess_low: FloatArray
    excess_high: FloatArray
    n_content_ratings: IntArray
    raters: IntArray
    bias: FloatArray
    inconsistency: FloatArray
    units: IntArray
    quality: FloatArray
    log_likelihood: float
    left_out: IntArray
    n_ratings: int


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The ratings that take part, numbered, sorted by unit, and what the numbers stand for."""

    unit: IntArray
    rater: IntArray
    content: IntArray
    value: FloatArray
    units: IntArray
    raters: IntArray
    contents: IntArray
    left_out: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Additive:
    """A weighted least-squares fit of one effect of each group plus one of each rater, the latter adding up to zero.

    ``covariance`` (r, r) is that of the raters' effects if the weights are inverse variances, ``weight`` (g,) the sum
    of the weights of each group.
    """

    group: FloatArray
    rater: FloatArray
    covariance: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Quality and bias, the variance of each content for the average rater and of each rater on the average content."""

    effects: _Additive
    content_variance: FloatArray
    rater_variance: FloatArray
    degrees: FloatArray
    log_likelihood: float


def content_ambiguity(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    contents: ArrayLike | None = None,
    confidence: float = 0.95,
    *,
    method: AmbiguityMethod = "restricted",
    most_iterations: int = 2000,
) -> ContentAmbiguity:
    """Return how much ratings of each content spread once careless raters are accounted for.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Units rated once do not take part.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    contents
        Shape ``(n,)``, integers: the content that the unit of each rating shows, such as the motif or the prompt it was
        made from; one for all ratings of a unit.  By default each unit is a content of its own.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.
    method
        ``"restricted"``, the default, for any number of ratings; ``"likelihood"`` for figures as published, from
        designs in which every unit has some 20 ratings or more.
    most_iterations
        Rounds that are allowed.

    Returns
    -------
    ContentAmbiguity
        In scale points, and in squared scale points.  Units rated once are named in ``left_out``.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units`, `raters` or `contents` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    UnknownMethodError
        `method` is neither of the two.
    NoRatingsError
        There are no ratings.
    MixedContentsError
        Ratings of one unit name different contents.
    TooFewRatersError, TooManyRatersError
        There is one rater, or there are more than 3,000.
    TooFewLevelsError
        There is one content.
    DisconnectedDesignError
        The raters fall into groups that share no unit.
    TooFewRatingsError
        No unit was rated twice, or there are no more ratings than units and biases to be found.
    NoVariationError
        Quality and bias explain every rating exactly.
    CollapsedVarianceError
        The method is ``"likelihood"`` and the likelihood has no maximum on these ratings.
    NotConvergedError
        `most_iterations` did not suffice.

    Notes
    -----
    The model is x_ir = psi_i + Delta_r + upsilon_r e + rho_c e', both e standard normal, independent for each rating,
    and the Delta adding up to zero.  A rating thus has the variance upsilon_r^2 + rho_c^2, and no ratings tell a panel
    of careless raters from a collection of ambiguous contents: a constant can move from every upsilon_r^2 to every
    rho_c^2.  Only what does not depend on it is reported: the spread of a content for the average rater
    (mean of upsilon^2 plus rho_c^2, and its root), its excess over that of the average content, and the inconsistency
    of a rater on the average content.

    ``"likelihood"`` maximises the likelihood of that model, as the reference software does.  Quality follows the
    ratings it is compared with, so that spreads come out too small with few ratings, and often the likelihood has no
    maximum.

    ``"restricted"`` divides squares by the degrees of freedom they have left, quality and bias having been estimated.
    There the variance of a rating is the rater's *times* a factor of the content, which is the same where raters are
    equally consistent and cannot fall below zero where they are not.  Weights are shrunk, four degrees of freedom with
    the pooled variance added to each rater and each content; the spreads reported are not.  Intervals are chi-square,
    the degrees of freedom divided by how much more than normal the squares of all residuals vary.

    In simulations of the additive model, of raters the most inconsistent of whom err some four times as much as the
    most consistent, nominal 95 % intervals of the spread cover 93 to 97 % with three, five and twenty ratings of each
    content, also where ratings are rounded to whole points.  Under heavy tails (Student's t on three degrees of
    freedom) they cover 94 % with three ratings, 87 % with five and 76 to 86 % with 20 to 50.  With three ratings the
    variance is 4 to 6 % too small on average, and the upper end of the interval is 14 times the lower: whether an image
    is ambiguous takes some twenty ratings of it, or of others of its content.

    References
    ----------
    Li, Z., & Bampis, C. G. (2017). Recover subjective quality scores from noisy measurements. Data Compression
    Conference, 52-61. doi:10.1109/DCC.2017.26

    Patterson, H. D., & Thompson, R. (1971). Recovery of inter-block information when block sizes are unequal.
    Biometrika, 58(3), 545-554. doi:10.1093/biomet/58.3.545

    Examples
    --------
    On the second of two contents raters differ more:

    >>> units, raters = np.repeat(np.arange(6), 4), np.tile(np.arange(4), 6)
    >>> steady, torn = [3, 3, 4, 3, 2, 2, 3, 3, 4, 4, 4, 4], [1, 5, 3, 4, 5, 2, 3, 1, 2, 4, 5, 2]
    >>> found = content_ambiguity(units, raters, steady + torn, contents=units // 3)
    >>> found.spread.round(2), (found.excess_low > 0).tolist()
    (array([0.41, 1.57]), [False, False])
    """
    checked_confidence(confidence)
    if method not in {"restricted", "likelihood"}:
        raise UnknownMethodError(f'method must be "restricted" or "likelihood", not {method!r}.')
    columns = _checked(units, raters, values, contents)
    _refuse_what_shows_nothing(columns)
    middle = float(columns.value.mean())
    settle = _likeliest if method == "likelihood" else _restricted
    found = settle(columns, columns.value - middle, most_iterations)
    typical, degrees = float(found.content_variance.mean()), found.degrees
    low, high = _chi_square_interval(found.content_variance, degrees, confidence)
    return ContentAmbiguity(
        contents=columns.contents,
        spread=np.sqrt(found.content_variance),
        spread_low=np.sqrt(low),
        spread_high=np.sqrt(high),
        excess=found.content_variance - typical,
        excess_low=low - typical,
        excess_high=high - typical,
        n_content_ratings=np.bincount(columns.content).astype(np.int64, copy=False),
        raters=columns.raters,
        bias=found.effects.rater,
        inconsistency=np.sqrt(found.rater_variance),
        units=columns.units,
        quality=found.effects.group + middle,
        log_likelihood=found.log_likelihood,
        left_out=columns.left_out,
        n_ratings=len(columns.value),
    )


def _checked(units: ArrayLike, raters: ArrayLike, values: ArrayLike, contents: ArrayLike | None) -> _Columns:
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    content = unit if contents is None else identities(contents, "contents")
    same_length(units=unit, raters=rater, values=value, contents=content)
    labels, index = numbered(unit)
    twice = np.bincount(index) > 1
    kept = twice[index]
    if not kept.any():
        raise TooFewRatingsError(f"None of the {len(labels)} units was rated twice; one rating shows no spread.")
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((value[rows], rater[rows], unit[rows]))]
    unit_labels, unit_index = numbered(unit[rows])
    rater_labels, rater_index = numbered(rater[rows])
    content_labels, content_index = numbered(content[rows])
    starts = np.flatnonzero(np.diff(unit_index, prepend=-1))
    mixed = np.flatnonzero(np.maximum.reduceat(content_index, starts) != np.minimum.reduceat(content_index, starts))
    if len(mixed):
        raise MixedContentsError(
            f"Unit {unit_labels[mixed[0]]} stands in the column contents with more than one content (it is one of "
            f"{len(mixed)} such units); a unit has one content."
        )
    return _Columns(
        unit_index, rater_index, content_index, value[rows], unit_labels, rater_labels, content_labels, labels[~twice]
    )


def _refuse_what_shows_nothing(columns: _Columns) -> None:
    n_units, n_raters, n_contents = len(columns.units), len(columns.raters), len(columns.contents)
    if n_raters < 2:
        raise TooFewRatersError("There is one rater; ambiguity shows where raters differ.")
    if n_raters > MOST_RATERS:
        raise TooManyRatersError(
            f"{n_raters} raters cannot be weighed against each other; at most {MOST_RATERS} can. "
            "Estimate parts of the units, each with its raters."
        )
    if n_contents < 2:
        raise TooFewLevelsError("There is one content; whether it is ambiguous shows beside others only.")
    if components(n_units + n_raters, columns.unit, columns.rater + n_units).max() > 0:
        raise DisconnectedDesignError(
            "The raters fall into groups that share no unit, so a lenient group cannot be told from one whose units "
            "are good. Let some raters rate units of several groups."
        )
    if len(columns.value) < n_units + n_raters:
        raise TooFewRatingsError(
            f"{len(columns.value)} ratings of {n_units} units by {n_raters} raters leave nothing to see spread by; "
            f"at least {n_units + n_raters} are needed."
        )


def _additive(group: IntArray, rater: IntArray, weight: FloatArray, value: FloatArray, n_raters: int) -> _Additive:
    """Fit groups plus raters by weighted least squares, the groups eliminated."""
    size = int(group.max()) + 1
    order = np.argsort(group, kind="stable")
    group_weight = summed(group, weight, size)
    share = sparse(group[order], rater[order], (weight / group_weight[group])[order], (size, n_raters))
    scaled = sparse(group[order], rater[order], (weight / np.sqrt(group_weight)[group])[order], (size, n_raters))
    information = np.diag(summed(rater, weight, n_raters)) - cast("FloatArray", (scaled.T @ scaled).toarray())
    # Adding a constant fills the one direction left open, all raters up together; it is taken out again.
    filled = float(np.trace(information)) / n_raters
    inverse = np.linalg.inv(information + filled / n_raters) - 1.0 / (filled * n_raters)
    mean = summed(group, weight * value, size) / group_weight
    effect = inverse @ summed(rater, weight * (value - mean[group]), n_raters)
    return _Additive(
        group=mean - cast("FloatArray", share @ effect),
        rater=np.asarray(effect, dtype=np.float64),
        covariance=np.asarray(inverse, dtype=np.float64),
        weight=group_weight,
    )


def _remainder(columns: _Columns, value: FloatArray, variance: FloatArray) -> tuple[_Additive, FloatArray, FloatArray]:
    """Return quality and bias at given variances of the ratings, the squared residuals, and what is left to each.

    What is left of a rating's own variance in its residual, once quality and bias have followed it, is a share; the
    shares of all ratings add up to the degrees of freedom.
    """
    weight, unit, rater = 1.0 / variance, columns.unit, columns.rater
    effects = _additive(unit, rater, weight, value, len(columns.raters))
    squares = (value - effects.rater[rater] - effects.group[unit]) ** 2
    if float(squares.sum()) <= _ROUNDING * float(value @ value):
        raise NoVariationError("Quality and bias explain every rating exactly, so nothing spreads.")
    share = weight / effects.weight[unit]
    shares = sparse(unit, rater, share, (len(columns.units), len(columns.raters)))
    across = cast("FloatArray", shares @ effects.covariance)[unit, rater]
    within = summed(unit, share * across, len(columns.units))[unit]
    spread = np.diag(effects.covariance)[rater] - 2.0 * across + within
    left = 1.0 - weight * (1.0 / effects.weight[unit] + spread)
    return effects, squares, np.clip(left, 0.0, 1.0)


def _restricted(columns: _Columns, value: FloatArray, most_iterations: int) -> _Found:
    """Divide squared residuals by the degrees of freedom they have; each variance is a rater's times a content's."""
    n_raters, n_contents = len(columns.raters), len(columns.contents)
    own, factor = np.ones(n_raters), np.ones(n_contents)
    for _ in range(most_iterations):
        before = own[columns.rater] * factor[columns.content]
        effects, squares, left = _remainder(columns, value, before)
        pooled = float(squares.sum() / left.sum())
        degrees = summed(columns.content, left, n_contents)
        scaled = summed(columns.content, squares / own[columns.rater], n_contents)
        by_content = summed(columns.rater, squares / factor[columns.content], n_raters)
        own = (by_content + PRIOR_DEGREES * pooled) / (summed(columns.rater, left, n_raters) + PRIOR_DEGREES)
        factor = (scaled + PRIOR_DEGREES) / (degrees + PRIOR_DEGREES)
        factor /= factor.mean()
        after = own[columns.rater] * factor[columns.content]
        if float(np.abs(after / before - 1.0).max()) < _TOLERANCE:
            # What shrinkage held together while it was needed, each content is now given in full.
            ratio = scaled / degrees
            degrees = degrees / _tail_weight(squares, after, left)
            return _Found(effects, own.mean() * ratio, own * ratio.mean(), degrees, _log_likelihood(squares, after))
    raise NotConvergedError(f"After {most_iterations} rounds the variances still move. Allow more, or add ratings.")


def _likeliest(columns: _Columns, value: FloatArray, most_iterations: int) -> _Found:
    """Maximise the likelihood; each variance is a rater's plus a content's, neither below zero."""
    n_raters, n_contents = len(columns.raters), len(columns.contents)
    own, added = np.full(n_raters, 0.5), np.full(n_contents, 0.5)
    for _ in range(most_iterations):
        before = own[columns.rater] + added[columns.content]
        effects, squares, left = _remainder(columns, value, before)
        if float(before.min()) < _COLLAPSED * float(squares.mean()):
            raise CollapsedVarianceError(
                "The likelihood grows without end as the variance of some ratings falls to zero: there are too few "
                'ratings of each content for a maximum-likelihood estimate. Use the method "restricted".'
            )
        for _ in range(_INNER):
            variance = own[columns.rater] + added[columns.content]
            up, down = squares / variance**2, 1.0 / variance
            own = own * summed(columns.rater, up, n_raters) / summed(columns.rater, down, n_raters)
            added = added * summed(columns.content, up, n_contents) / summed(columns.content, down, n_contents)
        after = own[columns.rater] + added[columns.content]
        if float(np.abs(after / before - 1.0).max()) < _TOLERANCE:
            degrees = summed(columns.content, left, n_contents) / _tail_weight(squares, after, left)
            return _Found(effects, own.mean() + added, own + added.mean(), degrees, _log_likelihood(squares, after))
    raise NotConvergedError(f"After {most_iterations} rounds the variances still move. Allow more, or add ratings.")


def _tail_weight(squares: FloatArray, variance: FloatArray, left: FloatArray) -> float:
    """Return by how much more the squares of residuals vary than those of normal ones do, at least 1."""
    telling = left > 0.0
    standard = squares[telling] / (variance[telling] * left[telling])
    kurtosis = float((left[telling] ** 2 * standard**2).sum() / (left[telling] ** 2 * standard).sum())
    kurtosis /= float((left[telling] ** 2 * standard).sum() / (left[telling] ** 2).sum())
    return max(1.0, (kurtosis - 1.0) / 2.0)


def _log_likelihood(squares: FloatArray, variance: FloatArray) -> float:
    return -0.5 * float((np.log(2.0 * np.pi * variance) + squares / variance).sum())


def _chi_square_interval(variance: FloatArray, degrees: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    # Slow import that a server should not pay for at its start.
    from scipy.special import chdtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    tail = (1.0 - confidence) / 2.0
    most, least = (np.asarray(chdtri(degrees, upper), dtype=np.float64) for upper in (tail, 1.0 - tail))
    return degrees * variance / most, degrees * variance / least
