"""How strict or lenient each rater is against the middle of the panel, whoever they happened to share units with."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoRatingsError, TooFewRatingsError
from rubrica.measure.intervals import checked_confidence, t_quantile

_FEWEST_UNITS: Final = 5
"""Units shared with others below which a level says nothing."""
_FEWEST_RATERS: Final = 3
"""Raters below whom there is no middle one."""
_GROUPS: Final = 50
"""Groups of units that the jackknife leaves out in turn."""


@dataclass(frozen=True, slots=True, eq=False)
class RaterLevels:
    """How far each rater lies above the middle of those they are linked with through shared units.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``, ascending.
    level, ci_low, ci_high : FloatArray
        Shape ``(r,)`` each, in scale points: 0 as the median rater, above 0 more lenient, below 0 stricter.
    n_units : IntArray
        Shape ``(r,)``: units that the rater shares with others.
    left_out : IntArray
        Raters who share fewer than five units with others, or are linked with fewer than two of them, ascending.
    """

    raters: IntArray
    level: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_units: IntArray
    left_out: IntArray


def rater_levels(units: ArrayLike, raters: ArrayLike, values: ArrayLike, confidence: float = 0.95) -> RaterLevels:
    """Return how far each rater lies above or below the median rater, corrected for whom they shared units with.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Ratings of one unit by one rater count
        once, as their mean; units rated by one rater alone do not take part.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    RaterLevels
        In scale points.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    NoRatingsError
        There are no ratings.
    TooFewRatingsError
        No three raters are linked by units that they share.

    Notes
    -----
    The additive model of ITU-T P.913 (12.4), x_ij = q_i + b_j, is fitted by least squares, and each level is b_j less
    the median of all b.  ``rubrica.measure.opinion.mean.rater_bias`` compares with the mean of whoever rated the same
    units instead: there one lenient rater makes each of the others look stricter.  Here that needs half of the panel.
    The interval is a jackknife over groups of units, at most 50, with Student's t.

    In 400 simulated panels of six raters, three a unit and 120 units, with noise of 0.7 points and answers rounded to
    whole points, one of the six 0.8 points more lenient, intervals of 95 % covered 0.975 of all levels and 0.965 of
    the planted one: they are somewhat wide, since a median moves in steps.

    References
    ----------
    ITU-T (2021). Recommendation P.913, clause 12.4. https://www.itu.int/rec/T-REC-P.913
    Kott, P. S. (2001). The delete-a-group jackknife. Journal of Official Statistics, 17(4), 521-526.

    Examples
    --------
    Rater 3 is a point above the two others wherever they meet:

    >>> u, r = [1, 2, 3, 4, 5] * 3, [1] * 5 + [2] * 5 + [3] * 5
    >>> found = rater_levels(u, r, [1, 2, 3, 4, 2, 1, 2, 3, 4, 2, 2, 3, 4, 5, 3])
    >>> found.level.round(6) + 0.0
    array([0., 0., 1.])
    """
    checked_confidence(confidence)
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    if not len(value):
        raise NoRatingsError("There are no ratings.")
    labels = np.unique(rater)
    unit, rater, value = _once_per_rater(unit, rater, value)
    unit, rater, value = _linked(unit, rater, value)
    parts = [_part(unit, rater, value, raters_of, confidence) for raters_of in _panels(unit, rater)]
    if not parts:
        raise TooFewRatingsError(
            f"No three of the {len(labels)} raters are linked by {_FEWEST_UNITS} units or more that each shares with "
            "others, so there is no middle to compare them with."
        )
    table = np.concatenate(parts)
    table = table[np.argsort(table[:, 0])]
    found = table[:, 0].astype(np.int64)
    return RaterLevels(
        raters=found,
        level=table[:, 1],
        ci_low=table[:, 2],
        ci_high=table[:, 3],
        n_units=table[:, 4].astype(np.int64),
        left_out=np.setdiff1d(labels, found),
    )


def _once_per_rater(unit: IntArray, rater: IntArray, value: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    unit_labels, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    cells, cell = numbered(unit_index * len(labels) + rater_index)
    mean = summed(cell, value, len(cells)) / np.bincount(cell)
    return unit_labels[cells // len(labels)], labels[cells % len(labels)], mean


def _linked(unit: IntArray, rater: IntArray, value: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Leave out units with one rater and raters with too few units, until none is left to leave out."""
    while len(value):
        of_unit, of_rater = numbered(unit)[1], numbered(rater)[1]
        kept = (np.bincount(of_unit)[of_unit] > 1) & (np.bincount(of_rater)[of_rater] >= _FEWEST_UNITS)
        if kept.all():
            break
        unit, rater, value = unit[kept], rater[kept], value[kept]
    return unit, rater, value


def _panels(unit: IntArray, rater: IntArray) -> list[IntArray]:
    """Return the sets of raters who are linked through shared units, as far as they have a middle."""
    if not len(unit):
        return []
    # Slow import, as in the intervals.
    from scipy.sparse import coo_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    from scipy.sparse.csgraph import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        connected_components,  # pyright: ignore[reportUnknownVariableType]  # scipy has no types
    )

    unit_labels, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    size = len(unit_labels) + len(labels)
    edges = coo_array((np.ones(len(unit)), (unit_index, len(unit_labels) + rater_index)), shape=(size, size))
    component: IntArray = np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)
    of_rater = component[len(unit_labels) :]
    panels = [labels[of_rater == each] for each in np.unique(of_rater)]
    return [panel for panel in panels if len(panel) >= _FEWEST_RATERS]


def _part(unit: IntArray, rater: IntArray, value: FloatArray, panel: IntArray, confidence: float) -> FloatArray:
    """Return rater, level, interval and number of units of everybody in a panel."""
    mine = np.isin(rater, panel)
    unit_labels, unit_index = numbered(unit[mine])
    rater_index = numbered(rater[mine])[1]
    n_groups = min(_GROUPS, len(unit_labels))
    matrices, sides = _normal_equations(unit_index, rater_index, value[mine], n_groups, len(panel))
    level = _levels(matrices.sum(axis=0)[None], sides.sum(axis=0)[None])[0]
    without = _levels(matrices.sum(axis=0) - matrices, sides.sum(axis=0) - sides)
    error = np.sqrt((n_groups - 1) / n_groups * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    reach = t_quantile(np.full(len(panel), n_groups - 1.0), confidence) * error
    columns = (panel, level, level - reach, level + reach, np.bincount(rater_index))
    return np.column_stack([column.astype(np.float64) for column in columns])


def _normal_equations(
    unit: IntArray, rater: IntArray, value: FloatArray, n_groups: int, n_raters: int
) -> tuple[FloatArray, FloatArray]:
    """Return the normal equations of the raters' levels, a matrix and a right side for each group of units.

    The units' own means are eliminated: a unit of m raters adds 1 - 1/m on the diagonal and -1/m beside it.
    """
    count = np.bincount(unit)
    centred = value - (summed(unit, value, len(count)) / count)[unit]
    group = unit % n_groups
    sides = np.zeros((n_groups, n_raters))
    np.add.at(sides, (group, rater), centred)
    matrices = np.zeros((n_groups, n_raters, n_raters))
    np.add.at(matrices, (group, rater, rater), 1.0)
    for one, other in _pairs_within(unit, count):
        np.add.at(matrices, (group[one], rater[one], rater[other]), -1.0 / count[unit[one]])
    return matrices, sides


def _pairs_within(unit: IntArray, count: IntArray) -> list[tuple[IntArray, IntArray]]:
    """Return every ordered pair of ratings of the same unit, each rating with itself included."""
    order = np.argsort(unit, kind="stable")
    start = np.concatenate(([0], np.cumsum(count)[:-1]))
    pairs: list[tuple[IntArray, IntArray]] = []
    for shift in range(int(count.max())):
        reaching = np.flatnonzero(count > shift)
        base = start[reaching] + shift
        for other in range(int(count.max())):
            both = count[reaching] > other
            pairs.append((order[base[both]], order[start[reaching[both]] + other]))
    return pairs


def _levels(matrices: FloatArray, sides: FloatArray) -> FloatArray:
    """Return the levels that solve each of the equations, each less their median."""
    n_raters = sides.shape[1]
    # Levels are known up to a constant; this adds that they sum to nought. A rater whom a group left without any unit
    # gets nought too, through the pseudo-inverse.
    full = matrices + 1.0 / n_raters
    try:
        found = np.asarray(np.linalg.solve(full, sides[..., None])[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.asarray((np.linalg.pinv(full, hermitian=True) @ sides[..., None])[..., 0], dtype=np.float64)
    return found - np.median(found, axis=1, keepdims=True)
