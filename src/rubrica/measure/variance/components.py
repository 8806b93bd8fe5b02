"""Where do ratings differ: between units, between raters, or in how raters read a unit? Generalisability studies.

A rating is taken as a sum of effects: of the unit, of the rater, of how this rater takes this unit, and likewise for
criteria, versions or occasions where there are any.  A variance component says by how much ratings differ through one
of them.  That of the unit is the signal; a large one of the rater calls for anchors and calibration; a large one of
unit and rater together means that raters read the same rubric in different ways, or are just noisy, which only
repeated ratings can tell apart.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import e
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import (
    FacetError,
    NoVariationError,
    TooFewLevelsError,
    UndeterminedComponentError,
)
from rubrica.measure.intervals import checked_confidence, t_quantile
from rubrica.measure.orders import cell_begins, order_by_all, order_of_cells

_Moments: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
"""Number, sum and sum of squares of ratings, by group."""


@dataclass(frozen=True, slots=True, eq=False)
class VarianceComponents:
    """By how much ratings differ through each effect.

    Attributes
    ----------
    effects : tuple of str
        What the components are of: ``"unit"``, ``"rater"``, ``"unit × rater"``, ...  A facet nested in another shows
        as ``"rater in task"``.  The last but for ``"repetition"`` holds the noise of single ratings too, unless that
        was split off as ``"repetition"``.
    facets : tuple of tuple of str
        The facets that make up each effect; all of them for ``"repetition"``.
    variance, ci_low, ci_high : FloatArray
        Shape ``(e,)`` each, in squared scale points.  Unbiased, so that a component that is nearly nothing may come
        out negative.
    share, share_low, share_high : FloatArray
        Shape ``(e,)`` each, in ``[0, 1]``: of the sum of the components, negative ones counted as none.
    over : tuple of str
        The facets whose levels the intervals take as drawn from many; they hold for the very levels of the others.
    replicates : tuple of FloatArray
        Shape ``(l, e)`` for each facet of `over`: the components without each of its l levels in turn.
    confidence : float
        Nominal coverage.
    n_ratings : int
        All ratings.
    """

    effects: tuple[str, ...]
    facets: tuple[tuple[str, ...], ...]
    variance: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    share: FloatArray
    share_low: FloatArray
    share_high: FloatArray
    over: tuple[str, ...]
    replicates: tuple[FloatArray, ...]
    confidence: float
    n_ratings: int


@dataclass(frozen=True, slots=True, eq=False)
class _Design:
    """The facets of a study: which sets of them make up an effect, and the level of each rating in each set.

    Ratings are in the order of their levels and values, which no order of the rows changes.
    """

    names: tuple[str, ...]
    nested: Mapping[str, str]
    sets: tuple[tuple[str, ...], ...]
    order: IntArray
    levels: Mapping[tuple[str, ...], IntArray]

    def alone(self, facet: str) -> tuple[str, ...]:
        """Return the smallest set with a facet: it and what it is nested in."""
        return next(chosen for chosen in self.sets if facet in chosen)

    def with_facet(self, chosen: tuple[str, ...], facet: str) -> tuple[str, ...]:
        """Return the smallest set that holds the chosen facets and another."""
        wanted = {*chosen, *self.alone(facet)}
        return tuple(name for name in self.names if name in wanted)


def variance_components(
    facets: Mapping[str, ArrayLike],
    values: ArrayLike,
    *,
    nested: Mapping[str, str] | None = None,
    retest: bool = False,
    over: Collection[str] | None = None,
    confidence: float = 0.95,
) -> VarianceComponents:
    """Return the variance components of ratings by units, raters and whatever else they were taken under.

    Parameters
    ----------
    facets
        For each facet its name and a column of shape ``(n,)``, integers: ``{"unit": ..., "rater": ...}`` and, where
        ratings were taken under several, ``"criterion"``, ``"version"``, ``"occasion"``.  A rating that was not given
        is a row that is left out; the design need be neither complete nor balanced.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    nested
        For each facet that is nested in another, the other: ``{"rater": "task"}`` where each task has raters of its
        own, so that rater 1 of one task is not rater 1 of the next.
    retest
        Whether to tell the noise of a single rating from the highest interaction, by ratings that agree in all facets.
    over
        The facets whose levels stand for many more.  By default all.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    VarianceComponents
        In squared scale points, effects of fewer facets first.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        A facet does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    FacetError
        There are no facets, or `nested` or `over` names one that there is not.
    NoRatingsError
        There are no ratings.
    NoVariationError
        All ratings are equal.
    UndeterminedComponentError
        No two ratings agree in just the facets in which two must agree for a component to show, or all that do
        involve one level; with `retest`, no rating was repeated.
    TooFewLevelsError
        A facet of `over` has fewer than three levels.

    Notes
    -----
    Two ratings that agree in the facets S and in no other differ through all effects but those made of S alone, so that
    half the mean square of their differences estimates the sum of the other components.  There are as many such
    classes of pairs as components, and the components follow by subtraction.  The sums over pairs come from sums over
    groups of ratings, so that a million ratings need no pairs (Koch's symmetric sums).  Where the design is balanced
    this is the analysis of variance.

    The interval is Student's t around the jackknife: each level of a facet is left out in turn, the squared errors of
    the facets of `over` are added, which counts what they have in common twice and errs on the safe side, and the
    degrees of freedom follow Satterthwaite.  As estimates of variances are skewed, the interval of a component that
    keeps clear of zero is taken on the logarithmic scale, that of a share on the logistic one; others reach e - 1 times
    as far up as down.  In simulations of 60 and 100 units nominal 95 % intervals of components and shares cover 93 to
    100 % from six raters on when effects are normal.  Under heavy tails (Student's t on five degrees of freedom) they
    cover 85 % with six raters for what concerns raters, and 90 % or more from a dozen.

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory. Springer. doi:10.1007/978-1-4757-3456-0

    Koch, G. G. (1968). Some further remarks concerning "A general approach to the estimation of variance components".
    Technometrics, 10(3), 551-558. doi:10.1080/00401706.1968.10490599

    Examples
    --------
    Rater 3 is more severe than the others, and all order the pictures nearly alike:

    >>> unit, rater = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 3] * 4
    >>> found = variance_components({"unit": unit, "rater": rater}, [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2])
    >>> found.effects, found.variance.round(3), found.share.round(2)
    (('unit', 'rater', 'unit × rater'), array([1.028, 0.611, 0.139]), array([0.58, 0.34, 0.08]))
    """
    checked_confidence(confidence)
    value = numbers(values, "values")
    design = _designed(facets, nested or {}, value)
    chosen = _chosen(design, over)
    value, largest = _centred(value[design.order])
    classes, effects = _classes_and_effects(design, retest=retest)
    solution = np.linalg.inv(_differing(classes, effects, retest=retest))
    moments = {agreeing: _moments(design.levels[agreeing], value) for agreeing in design.sets}
    variance = solution @ _half_mean_squares(design, classes, moments)[:, 0]
    replicates = tuple((solution @ _half_mean_squares(design, classes, moments, facet)).T for facet in chosen)
    share = _shares(variance)
    low, high = _skewed(variance, jackknife_reach(replicates, confidence))
    share_low, share_high = _between_ends(share, jackknife_reach(tuple(map(_shares, replicates)), confidence))
    return VarianceComponents(
        effects=tuple(_named(design, effect) for effect in effects) + (("repetition",) if retest else ()),
        facets=effects + ((design.names,) if retest else ()),
        variance=variance * largest**2,
        ci_low=low * largest**2,
        ci_high=high * largest**2,
        share=share,
        share_low=share_low,
        share_high=share_high,
        over=chosen,
        replicates=tuple(replicate * largest**2 for replicate in replicates),
        confidence=confidence,
        n_ratings=len(value),
    )


def _designed(facets: Mapping[str, ArrayLike], nested: Mapping[str, str], value: FloatArray) -> _Design:
    if not facets:
        raise FacetError('A study needs facets, such as {"unit": ..., "rater": ...}.')
    columns = {name: identities(column, name) for name, column in facets.items()}
    same_length(**columns, values=value)
    refuse_unknown_facets((*nested, *nested.values()), facets)
    names = tuple(columns)
    sets = tuple(
        chosen
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
        if all(nested[name] in chosen for name in chosen if name in nested)
    )
    index = {name: numbered(column)[1] for name, column in columns.items()}
    order, begins = order_of_cells(list(index.values()), value)
    index = {name: column[order] for name, column in index.items()}
    levels = {chosen: _joint(len(value), [index[name] for name in chosen]) for chosen in sets[:-1]}
    return _Design(
        names=names,
        nested=nested,
        sets=sets,
        order=order,
        levels={**levels, sets[-1]: np.cumsum(begins) - 1},
    )


def _centred(value: FloatArray) -> tuple[FloatArray, float]:
    """Return the ratings from -1 to 1 around their mean, so that squares of squares exist, and what 1 stands for."""
    if value.min() == value.max():
        raise NoVariationError("All ratings are equal, so there is no variance to divide up.")
    value = value - value.mean()
    largest = float(np.abs(value).max())
    return value / largest, largest


def refuse_unknown_facets(names: Iterable[str], facets: Collection[str]) -> None:
    """Raise FacetError for the first name that is no facet of the study."""
    for name in names:
        if name not in facets:
            raise FacetError(f"There is no facet {name!r}; there are {', '.join(facets)}.")


def _joint(n_ratings: int, columns: list[IntArray]) -> IntArray:
    """Return the number of each rating's combination of levels, from 0 upward."""
    if len(columns) < 2:
        return columns[0] if columns else np.zeros(n_ratings, dtype=np.int64)
    order = order_by_all(columns)
    joint = np.empty(n_ratings, dtype=np.int64)
    joint[order] = np.cumsum(cell_begins([column[order] for column in columns])) - 1
    return joint


def _chosen(design: _Design, over: Collection[str] | None) -> tuple[str, ...]:
    if over is not None:
        refuse_unknown_facets(over, design.names)
        if not over:
            raise FacetError("An interval needs a facet whose levels stand for many more; over names none.")
    chosen = tuple(name for name in design.names if over is None or name in over)
    for name in chosen:
        count = int(design.levels[design.alone(name)].max()) + 1
        if count < 3:
            raise TooFewLevelsError(
                f"The facet {name!r} has {count} levels, and leaving one out does not show how the components vary "
                "with it; three are needed. Name the other facets in over for intervals that hold for these levels."
            )
    return chosen


def _classes_and_effects(design: _Design, *, retest: bool) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the sets of facets in which pairs of ratings agree, and those that make up effects."""
    everything = design.sets[-1]
    return tuple(chosen for chosen in design.sets if retest or chosen != everything), design.sets[1:]


def _differing(
    classes: tuple[tuple[str, ...], ...], effects: tuple[tuple[str, ...], ...], *, retest: bool
) -> FloatArray:
    """Return which effects make ratings differ that agree in the facets of a class."""
    rows = [[float(not set(effect) <= set(agreeing)) for effect in effects] for agreeing in classes]
    return np.array([[*row, 1.0] if retest else row for row in rows])


def _named(design: _Design, effect: tuple[str, ...]) -> str:
    hosts = {design.nested[name] for name in effect if name in design.nested}
    return " × ".join(
        f"{name} in {design.nested[name]}" if name in design.nested else name for name in effect if name not in hosts
    )


def _half_mean_squares(
    design: _Design,
    classes: tuple[tuple[str, ...], ...],
    moments: Mapping[tuple[str, ...], _Moments],
    without: str | None = None,
) -> FloatArray:
    """Return half the mean squared difference of the pairs of each class.

    Parameters
    ----------
    design, classes, moments
        The study, the sets of facets in which pairs agree, and the moments of the ratings by the levels of each set.
    without
        The facet whose levels to leave out in turn.

    Returns
    -------
    FloatArray
        Shape ``(c, l)``: classes by levels left out; ``(c, 1)`` where none is.
    """
    squares: dict[tuple[str, ...], FloatArray] = {}
    pairs: dict[tuple[str, ...], FloatArray] = {}
    for chosen in reversed(design.sets):
        both = _sums_over_pairs(design, chosen, moments, without)
        # Pairs that agree in these facets, less those that agree in more.
        inside = [larger for larger in squares if set(larger) > set(chosen)]
        squares[chosen] = both[0] - sum(squares[larger] for larger in inside)
        pairs[chosen] = both[1] - sum(pairs[larger] for larger in inside)
    for agreeing in classes:
        if pairs[agreeing].min() <= 0.0:
            raise UndeterminedComponentError(_nothing_to_compare(design, agreeing, without))
    return np.stack([squares[agreeing] / pairs[agreeing] / 2.0 for agreeing in classes])


def _nothing_to_compare(design: _Design, agreeing: tuple[str, ...], without: str | None) -> str:
    differing = [name for name in design.names if name not in agreeing]
    wanted = " and ".join(
        ([f"the same {' and '.join(agreeing)}"] if agreeing else [])
        + ([f"different {' and '.join(differing)}"] if differing else [])
    )
    if without is None:
        return f"No two ratings have {wanted}, so the components of variance cannot be told apart."
    return (
        f"All pairs of ratings with {wanted} involve one and the same {without}, so the data do not show how the "
        f"components vary from {without} to {without}."
    )


def _sums_over_pairs(
    design: _Design, chosen: tuple[str, ...], moments: Mapping[tuple[str, ...], _Moments], without: str | None
) -> tuple[FloatArray, FloatArray]:
    """Return the sum of squared differences over all pairs that agree in some facets, and the number of those pairs.

    One figure each, or one for each level left out.
    """
    squares, pairs = _of_pairs(*moments[chosen])
    if without is None:
        return np.array([squares.sum()]), np.array([pairs.sum()])
    # The parts of each group that a level takes with it when it is left out.
    parts = design.with_facet(chosen, without)
    level = _of_parts(design, parts, design.alone(without))
    lost_squares, lost_pairs = squares, pairs
    if parts != chosen:
        group = _of_parts(design, parts, chosen)
        lost_squares, lost_pairs = _lost_pairs(tuple(each[group] for each in moments[chosen]), moments[parts])
    n_levels = len(moments[design.alone(without)][0])
    return (
        squares.sum() - summed(level, lost_squares, n_levels),
        pairs.sum() - summed(level, lost_pairs, n_levels),
    )


def _of_pairs(number: FloatArray, total: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sum of squared differences, and the number, of the pairs within each group."""
    return number * squares - total**2, number * (number - 1.0) / 2.0


def _lost_pairs(whole: tuple[FloatArray, ...], part: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the same of the pairs of which one rating or both belong to a part of the group."""
    (number, total, squares), (part_number, part_total, part_squares) = whole, part
    return (
        number * part_squares + part_number * (squares - part_squares) - part_total * (2.0 * total - part_total),
        part_number * (2.0 * number - part_number - 1.0) / 2.0,
    )


def _of_parts(design: _Design, parts: tuple[str, ...], larger: tuple[str, ...]) -> IntArray:
    """Return for each level of a set of facets the level, in a smaller set, that it is part of."""
    index = design.levels[parts]
    whole = np.empty(int(index.max()) + 1, dtype=np.int64)
    whole[index] = design.levels[larger]
    return whole


def _moments(index: IntArray, value: FloatArray) -> _Moments:
    """Return number, sum and sum of squares of the ratings by level."""
    size = int(index.max()) + 1
    number = np.bincount(index).astype(np.float64)
    return number, summed(index, value, size), summed(index, value**2, size)


def _shares(variance: FloatArray) -> FloatArray:
    """Return what part of the sum each component is, negative ones counted as none; along the last axis."""
    counted = np.maximum(variance, 0.0)
    return ratio_or_none(counted, np.broadcast_to(counted.sum(axis=-1, keepdims=True), counted.shape))


def ratio_or_none(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide, nothing of nothing being nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)


def jackknife_reach(replicates: Sequence[FloatArray], confidence: float) -> FloatArray:
    """Return how far intervals reach, from estimates without each level of one facet or several."""
    errors = np.stack([_jackknife_variances(each) for each in replicates])
    degrees = np.array([len(each) - 1.0 for each in replicates])
    total = errors.sum(axis=0)
    parts = np.divide(errors, total, out=np.full_like(errors, 1.0 / len(errors)), where=total > 0.0)
    quantile = t_quantile(1.0 / (parts**2 / degrees[:, None]).sum(axis=0), confidence)
    return np.asarray(quantile * np.sqrt(total), dtype=np.float64)


def _skewed(variance: FloatArray, reach: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the interval of variances that symmetric intervals of this reach would have.

    Where that keeps clear of zero, it reaches as far on the logarithmic scale; elsewhere it goes up as much further as
    the two do where they meet.
    """
    clear = reach < variance
    relative = np.divide(reach, variance, out=np.zeros_like(reach), where=clear)
    low = np.where(clear, variance * np.exp(-relative), variance - reach)
    return low, np.where(clear, variance * np.exp(relative), variance + (e - 1.0) * reach)


def _between_ends(share: FloatArray, reach: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the interval of shares that symmetric intervals of this reach would have.

    Where that keeps clear of 0 and 1, it reaches as far on the logistic scale.
    """
    clear = (reach < share) & (reach < 1.0 - share)
    inside = np.where(clear, share, 0.5)
    factor = np.exp(np.where(clear, reach, 0.0) / (inside * (1.0 - inside)))
    odds = inside / (1.0 - inside)
    low = np.where(clear, odds / (odds + factor), np.maximum(share - reach, 0.0))
    return low, np.where(clear, odds * factor / (odds * factor + 1.0), np.minimum(share + (e - 1.0) * reach, 1.0))


def _jackknife_variances(without_each: FloatArray) -> FloatArray:
    count = len(without_each)
    squares = (without_each - without_each.mean(axis=0)) ** 2
    return np.asarray(squares.sum(axis=0) * ((count - 1) / count), dtype=np.float64)


# --- what follows for the next study
