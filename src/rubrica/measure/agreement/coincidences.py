"""Observed and expected disagreement of a column of ratings, and both again without each unit in turn.

Krippendorff's alpha compares all pairs of ratings within units with all pairs in the data.  This module counts those
pairs in sums per unit, never in a table of raters by units, so the cost grows with the number of ratings.

Notation: unit i carries m_i >= 2 ratings, n is their sum, d2(a, b) the squared difference of two values at a level of
measurement.  The *observed* sum is O = sum_i 1/(m_i - 1) sum_{a,b in i} d2(a, b), the *expected* sum is
E = sum_{a,b} d2(a, b) over all ordered pairs, and alpha = 1 - (n - 1) O / E.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rubrica.measure.agreement.spans import MOST_PAIRS, Spans, refuse_too_many_pairs
from rubrica.measure.agreement.unit_ratings import LARGEST_EXACT, Cells, UnitRatings, cells_of, units_at_a_time
from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import NegativeValueError, TooManyValuesError

_LARGEST_RATIO_SCALE: Final = 20_000
"""Comparing every value with every other has no shortcut at the ratio level; beyond this it would take seconds."""

_RATIO_ROWS: Final = 256
"""Values compared with all others at a time, so that memory stays small."""


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """Observed and expected sums of squared differences, in all and without each unit.

    Attributes
    ----------
    observed, expected : float
        O and E, in squared units of the level of measurement times `unit_square`.
    ratings : FloatArray
        Shape ``(i,)``: m_i.
    observed_without, expected_without : FloatArray
        Shape ``(i,)`` each: O and E of the other units alone.
    unit_square : float
        What the sums are to be multiplied by to be in squared scale points (interval), ranks (ordinal) or 1.
    """

    observed: float
    expected: float
    ratings: FloatArray
    observed_without: FloatArray
    expected_without: FloatArray
    unit_square: float = 1.0


def _of_all_units(
    cells: Cells,
    *,
    observed: FloatArray,
    expected: float,
    expected_without: FloatArray,
    taken: FloatArray | None = None,
    unit_square: float = 1.0,
) -> Disagreement:
    """Return the sums of all units, from what one unit of each group adds to the observed sum.

    Left out, it takes as much away again, or `taken` where the others' differences change with it.
    """
    total = float(cells.units @ observed)
    return Disagreement(
        observed=total,
        expected=expected,
        ratings=cells.ratings.take(cells.group),
        observed_without=(total - (observed if taken is None else taken)).take(cells.group),
        expected_without=expected_without.take(cells.group),
        unit_square=unit_square,
    )


def nominal(ratings: UnitRatings) -> Disagreement:
    """Count unequal pairs: d2(a, b) = [a != b].

    Parameters
    ----------
    ratings
        Of units rated at least twice; values are compared for equality.

    Returns
    -------
    Disagreement
        Dimensionless.
    """
    cells = cells_of(ratings)
    number, total, count = cells.ratings, float(cells.occurrences.sum()), cells.tallies.count
    same_within = cells.per_unit(count * count)
    same_with_all = cells.per_unit(count * cells.occurrences[cells.tallies.code])
    same = float(cells.occurrences @ cells.occurrences)
    return _of_all_units(
        cells,
        observed=(number * number - same_within) / (number - 1.0),
        expected=total * total - same,
        expected_without=(total - number) ** 2 - (same - 2.0 * same_with_all + same_within),
    )


def interval(ratings: UnitRatings) -> Disagreement:
    """Add up squared differences: d2(a, b) = (a - b)^2.

    Parameters
    ----------
    ratings
        Of units rated at least twice; values in scale points.

    Returns
    -------
    Disagreement
        In squared scale points, after multiplication by ``unit_square``.
    """
    number = ratings.number.astype(np.float64)
    sums, squares, unit = _sums_and_squares(ratings, number)
    total = float(number.sum())
    mean = float(sums.sum()) / total
    observed, own, expected_without = np.empty_like(number), squares, np.empty_like(number)
    for some in units_at_a_time(len(number)):
        # About the mean of all, the square of the sum below takes little away from the sum of squares.
        sums[some] -= number[some] * mean
        observed[some] = 2.0 * number[some] / (number[some] - 1.0) * squares[some]
        own[some] = squares[some] + sums[some] ** 2 / number[some]
    all_sums, all_squares, all_observed = float(sums.sum()), float(own.sum()), float(observed.sum())
    for some in units_at_a_time(len(number)):
        others = (total - number[some]) * (all_squares - own[some])
        expected_without[some] = 2.0 * (others - (all_sums - sums[some]) ** 2)
    return Disagreement(
        observed=all_observed,
        expected=2.0 * (total * all_squares - all_sums * all_sums),
        ratings=number,
        observed_without=all_observed - observed,
        expected_without=expected_without,
        unit_square=unit * unit,
    )


def _sums_and_squares(ratings: UnitRatings, number: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Return the sum and the squared deviations from the mean of each unit's ratings, and the unit both are in."""
    lowest, highest = float(ratings.levels[0]), float(ratings.levels[-1])
    away = ratings.levels - np.rint((lowest + highest) / 2.0)
    if float(number.max()) * float(away[[0, -1]] @ away[[0, -1]]) <= LARGEST_EXACT and np.all(away == np.rint(away)):
        sums, squares = ratings.totals(away), ratings.totals(away * away)
        # Whole numbers until here: where all ratings of a unit are equal, nothing is left.
        for some in units_at_a_time(len(number)):
            squares[some] = (number[some] * squares[some] - sums[some] ** 2) / number[some]
        return sums, squares, 1.0
    # Brought to an extent of one, tiny and huge values square without leaving the range of a float.
    extent = (highest - lowest) or 1.0
    ordered = ratings.in_order_of_value()
    values = ((ratings.levels - lowest) / extent)[ordered.code]
    sums = np.add.reduceat(values, ordered.start[:-1])
    deviations = values - np.repeat(sums / number, ordered.number)
    return sums, np.add.reduceat(deviations * deviations, ordered.start[:-1]), extent


def ratio(ratings: UnitRatings) -> Disagreement:
    """Add up squared relative differences: d2(a, b) = ((a - b) / (a + b))^2, and 0 for two zeros.

    Parameters
    ----------
    ratings
        Of units rated at least twice; no value below zero.

    Returns
    -------
    Disagreement
        Dimensionless.

    Raises
    ------
    NegativeValueError
        A value is below zero.
    TooManyValuesError
        More than 20 000 distinct values, or too many pairs of different values within units.
    """
    cells = cells_of(ratings)
    if cells.levels[0] < 0.0:
        raise NegativeValueError(
            f"The ratio level needs values from zero upward, but one is {cells.levels[0]:g}. Use level='interval'."
        )
    if len(cells.levels) > _LARGEST_RATIO_SCALE:
        raise TooManyValuesError(
            f"The ratio level compares every value with every other; {len(cells.levels)} distinct values are more than "
            f"the {_LARGEST_RATIO_SCALE} it accepts. Round them, or use level='interval'."
        )
    tallies = cells.tallies
    refuse_too_many_pairs(cells, MOST_PAIRS)
    value, count = cells.levels[tallies.code], tallies.count
    with_later = np.zeros(len(value))
    for earlier, later in tallies.pairs():
        squares = _relative_square(value[earlier], value[later])
        with_later[earlier] += 2.0 * count[earlier] * count[later] * squares
    within = cells.per_unit(with_later)
    from_all = _relative_squares_from_all(cells.levels, cells.occurrences)
    expected = float(from_all @ cells.occurrences)
    return _of_all_units(
        cells,
        observed=within / (cells.ratings - 1.0),
        expected=expected,
        expected_without=expected - 2.0 * cells.per_unit(count * from_all[tallies.code]) + within,
    )


def _relative_square(first: FloatArray, second: FloatArray) -> FloatArray:
    both = first + second
    return ((first - second) / np.where(both == 0.0, 1.0, both)) ** 2


def _relative_squares_from_all(levels: FloatArray, occurrences: FloatArray) -> FloatArray:
    """Return, for each level, its squared relative difference from every rating, added up."""
    from_all = np.empty(len(levels))
    for start in range(0, len(levels), _RATIO_ROWS):
        rows = slice(start, start + _RATIO_ROWS)
        from_all[rows] = _relative_square(levels[rows, None], levels[None, :]) @ occurrences
    return from_all


def ordinal(ratings: UnitRatings) -> Disagreement:
    """Add up squared differences of mid-ranks: d2(a, b) = (rank(a) - rank(b))^2.

    Parameters
    ----------
    ratings
        Of units rated at least twice; only the order of the values counts.

    Returns
    -------
    Disagreement
        In squared ranks, after multiplication by ``unit_square``.

    Raises
    ------
    TooManyValuesError
        Too many pairs of different values within units.

    Notes
    -----
    The mid-rank of a value is the number of ratings below it plus half of those equal to it, so that the difference of
    two mid-ranks is Krippendorff's sum over the values between them.  Leaving a unit out lowers every mid-rank by the
    unit's own count below that value, and with it every difference that spans one of the unit's values.  The sums
    without unit i therefore need, for each value v and pair of values (v, w) of that unit, how much within-unit
    disagreement spans v, and how many within-unit pairs span both v and w: `Spans` knows both.
    """
    cells = cells_of(ratings)
    total = float(cells.occurrences.sum())
    shares = cells.occurrences / total
    ranks = np.cumsum(shares) - shares / 2.0
    spans = Spans(cells, ranks)
    observed = [_rank_disagreement(part, ranks.take(part.tallies.code)) for part in spans.parts]
    taken = [spans.taken(part, total) + _own_disagreement(part, ranks, total) for part in spans.parts]
    cubes = float((shares**3).sum())
    cubes_without = cubes - np.concatenate([_cubes_taken(part) for part in spans.parts]) / total**3
    rest = (total - cells.ratings) / total
    return _of_all_units(
        cells,
        observed=np.concatenate(observed),
        expected=total**2 * (1.0 - cubes) / 6.0,
        expected_without=total**2 * rest * (rest**3 - cubes_without) / 6.0,
        taken=np.concatenate(taken),
        unit_square=total**2,
    )


def _own_disagreement(part: Cells, ranks: FloatArray, total: float) -> FloatArray:
    """Return the observed disagreement of one unit of each group by the ranks of the other ratings alone."""
    within = part.below() + part.tallies.count / 2.0
    return _rank_disagreement(part, ranks.take(part.tallies.code) - within / total)


def _rank_disagreement(part: Cells, ranks: FloatArray) -> FloatArray:
    """Return the observed disagreement of one unit of each group, from a rank for each cell."""
    unit, count, number = part.tallies.unit, part.tallies.count, part.ratings
    deviations = ranks - (part.per_unit(count * ranks) / number).take(unit)
    return 2.0 * number / (number - 1.0) * part.per_unit(count * deviations * deviations)


def _cubes_taken(part: Cells) -> FloatArray:
    """Return by how much the sum of the cubes of all occurrences falls without a unit of each group."""
    all_of_them = part.occurrences.take(part.tallies.code)
    return part.per_unit(all_of_them**3 - (all_of_them - part.tallies.count) ** 3)


COUNTED: Final[dict[str, Callable[[UnitRatings], Disagreement]]] = {
    "nominal": nominal,
    "ordinal": ordinal,
    "interval": interval,
    "ratio": ratio,
}
"""How to count the disagreement at each level of measurement."""
