"""How far does each rating lie from the others'? Ratings held against leave-one-out means, in the order of time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoPairableUnitsError, TiedTimesError


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Each rating less the mean of the other raters of its unit: rater by rater, in the order of time.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``: raters with a rating of a unit that others rated, ascending.
    start : IntArray
        Shape ``(r + 1,)``: those of rater ``raters[j]`` stand from ``start[j]`` up to, without, ``start[j + 1]``.
    rows : IntArray
        Shape ``(k,)``: which of the ratings given in each of them is.
    deviation : FloatArray
        Shape ``(k,)``, in scale points; positive above the others.
    residual : FloatArray
        Shape ``(k,)``, in scale points: the deviation as it would be if every unit had very many raters.
    left_out : IntArray
        Rows of ratings of units that nobody else rated, ascending.
    """

    raters: IntArray
    start: IntArray
    rows: IntArray
    deviation: FloatArray
    residual: FloatArray
    left_out: IntArray


def deviations(units: ArrayLike, raters: ArrayLike, values: ArrayLike, times: ArrayLike) -> Deviations:
    """Return how far each rating lies from the mean of the others, in the order in which its rater gave them.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  A rater may rate a unit again; none of
        the rater's own ratings of a unit is part of what they are compared with, and another's count once, as their
        mean.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    times
        Shape ``(n,)``, integers: when each rating was given, in any unit of time.

    Returns
    -------
    Deviations
        In scale points.  Ratings of units that nobody else rated are named in ``left_out``.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units`, `raters` or `times` does not hold integers, or `values` does not hold finite numbers.
    NoRatingsError
        There are no ratings.
    TiedTimesError
        A rater gave two ratings at the same time: which came first is not known, and no rule would make it known.
    NoPairableUnitsError
        No unit was rated by two raters.

    Notes
    -----
    With m raters of a unit who err alike, x less the mean of the m - 1 others varies m / (m - 1) times as much as x
    does around the unit; ``residual`` is the deviation times sqrt((m - 1) / m), so that units with few and with many
    raters can follow each other on one chart.

    The others' biases are in the yardstick.  Where partners are drawn anew for each unit they are noise; where partners
    change from one month to the next, subtract the biases that ``rubrica.measure.opinion.subject_model`` finds first.

    Examples
    --------
    >>> found = deviations(
    ...     units=[1, 1, 1, 2, 2, 3], raters=[7, 8, 9, 7, 8, 7], values=[5, 3, 2, 4, 3, 1], times=[20, 1, 1, 10, 2, 30]
    ... )
    >>> found.raters, found.start, found.rows
    (array([7, 8, 9]), array([0, 2, 4, 5]), array([3, 0, 1, 4, 2]))
    >>> found.deviation, found.left_out
    (array([ 1. ,  2.5, -0.5, -1. , -2. ]), array([5]))
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    time = identities(times, "times")
    same_length(units=unit, raters=rater, values=value, times=time)
    order = np.lexsort((time, rater))
    unit, rater, value, time = unit[order], rater[order], value[order], time[order]
    _refuse_ties(rater, time)
    deviation, others = _from_the_others(unit, rater, value)
    judged = others > 0
    if not judged.any():
        raise NoPairableUnitsError("No unit was rated by two raters, so nobody can be compared with others.")
    labels, index = numbered(rater[judged])
    number = others[judged]
    return Deviations(
        raters=labels,
        start=np.append(0, np.cumsum(np.bincount(index))),
        rows=order[judged],
        deviation=deviation[judged],
        residual=deviation[judged] * np.sqrt(number / (number + 1.0)),
        left_out=np.sort(order[~judged]),
    )


def _refuse_ties(rater: IntArray, time: IntArray) -> None:
    tied = (rater[1:] == rater[:-1]) & (time[1:] == time[:-1])
    if tied.any():
        row = int(np.argmax(tied))
        raise TiedTimesError(
            f"Rater {rater[row]} gave two ratings at time {time[row]}, so their order is not known. Take one criterion "
            "at a time, and times fine enough to tell ratings apart."
        )


def _from_the_others(unit: IntArray, rater: IntArray, value: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return each rating less the mean of the other raters of its unit, and how many they are."""
    _, unit_index = numbered(unit)
    labels, rater_index = numbered(rater)
    cells, cell = numbered(unit_index * len(labels) + rater_index)
    cell_unit = cells // len(labels)
    own = summed(cell, value, len(cells)) / np.bincount(cell)
    number = np.bincount(cell_unit)
    mean = (summed(cell_unit, own, len(number)) / number)[cell_unit]
    others = number[cell_unit] - 1
    # x - mean of the others = (x - own mean) + (own mean - mean of all) m / (m - 1).
    apart = (own - mean) * number[cell_unit] / np.maximum(others, 1)
    return (value - own[cell]) + apart[cell], others[cell]
