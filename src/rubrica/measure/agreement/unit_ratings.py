"""Ratings in order of unit, each a level of the scale: as coefficients of agreement read them.

Columns that come in order of unit stay as they are; others are put in order by one sort of whole numbers.  Units with
the same ratings need to be looked at only once, which on a short scale makes a few hundred units of a million.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rubrica.measure.agreement.tallies import Tallies, tally
from rubrica.measure.columns import SPREAD_PER_ROW, FloatArray, IntArray, levelled, numbered, summed
from rubrica.measure.errors import NoPairableUnitsError

LARGEST_EXACT: Final = 2.0**53
"""Whole numbers up to this are added up without rounding, and so in any order."""

_ROWS_AT_A_TIME: Final = 65_536
_UNITS_AT_A_TIME: Final = 8_192
_CELLS_AT_A_TIME: Final = 32_768
"""So much stays in the cache between one operation on it and the next."""


def units_at_a_time(n_units: int) -> Iterator[slice]:
    """Yield so many units that what is computed on them stays in the cache, and then the next."""
    for first in range(0, n_units, _UNITS_AT_A_TIME):
        yield slice(first, min(first + _UNITS_AT_A_TIME, n_units))


@dataclass(frozen=True, slots=True, eq=False)
class UnitRatings:
    """Ratings in order of unit; inside a unit in any order.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``: the units, ascending.
    start : IntArray
        Shape ``(i + 1,)``: where the ratings of each unit begin, and where the last ones end.
    code : NDArray of integers
        Shape ``(n,)``: the level of each rating, as a position in `levels`; as narrow as the scale is short.
    levels : FloatArray
        Shape ``(v,)``: values, ascending; some may not occur.
    """

    units: IntArray
    start: IntArray
    code: NDArray[np.signedinteger]
    levels: FloatArray

    @property
    def number(self) -> IntArray:
        """Return the number of ratings of each unit."""
        return np.diff(self.start)

    @property
    def unit(self) -> IntArray:
        """Return the position in `units` of each rating, ascending."""
        return np.repeat(np.arange(len(self.units)), self.number)

    def tallies(self) -> Tallies:
        """Return how often each unit got each level."""
        return tally(self.unit, self.code)

    def only(self, chosen: IntArray) -> "UnitRatings":
        """Return the ratings of the units at these positions, in the order given, on the levels that they span."""
        number = self.number[chosen]
        start = np.concatenate(([0], np.cumsum(number)))
        rows = np.arange(int(start[-1])) + np.repeat(self.start[chosen] - start[:-1], number)
        levels, code = _levels(self.levels[self.code[rows]])
        return UnitRatings(self.units[chosen], start, code, levels)

    def pairable(self) -> "UnitRatings":
        """Return the ratings of the units rated at least twice.

        Raises
        ------
        NoPairableUnitsError
            There is no such unit.
        """
        often = self.number > 1
        if often.all():
            return self
        if not often.any():
            raise NoPairableUnitsError(
                f"None of the {len(self.units)} units was rated twice, so there are no two ratings to compare."
            )
        return self.only(np.flatnonzero(often))

    def in_order_of_value(self) -> "UnitRatings":
        """Return the same with the ratings of each unit ascending, so that sums do not depend on their order."""
        base = self.unit * len(self.levels)
        keys = np.sort(base + self.code)
        return UnitRatings(self.units, self.start, keys - base, self.levels)

    def totals(self, amount_of_level: FloatArray) -> FloatArray:
        """Add up whole numbers given per level, shape ``(v,)``, over the ratings of each unit; shape ``(i,)``.

        Notes
        -----
        The sums must not exceed `LARGEST_EXACT`.
        """
        number, total = self.number, np.empty(len(self.units))
        each = int(number[0]) if np.all(number == number[0]) else None
        for some in units_at_a_time(len(total)):
            start = self.start[some.start : some.stop + 1]
            amount = amount_of_level.take(self.code[start[0] : start[-1]])
            # Units of one size are the rows of a table, which is much faster to add up.
            total[some] = (
                amount.reshape(-1, each) @ np.ones(each) if each else np.add.reduceat(amount, start[:-1] - start[0])
            )
        return total

    def distinct(self) -> tuple["UnitRatings", IntArray]:
        """Return one of each group of units with the same ratings, and the group of each unit, shape ``(i,)``.

        On a scale of so many levels that few units are alike, every unit is a group of its own.

        Examples
        --------
        >>> ratings = unit_ratings(np.array([1, 1, 2, 2, 3, 3]), np.array([4.0, 5.0, 5.0, 4.0, 5.0, 5.0]))
        >>> distinct, group = ratings.distinct()
        >>> distinct.units, group
        (array([3, 1]), array([1, 1, 0]))
        """
        base = int(self.number.max()) + 1
        if len(self.levels) * np.log2(base) > np.log2(LARGEST_EXACT):
            return self, np.arange(len(self.units))
        # How often each level occurs, read as the digits of a number.
        digits = base ** np.arange(len(self.levels))[::-1]
        _, group = numbered(self.totals(digits.astype(np.float64)).astype(np.int64))
        first = np.empty(int(group.max()) + 1, dtype=np.int64)
        first[group[::-1]] = np.arange(len(group))[::-1]
        return self.only(first), group


def unit_ratings(units: IntArray, values: FloatArray) -> UnitRatings:
    """Put checked columns in order of unit.

    Parameters
    ----------
    units
        Shape ``(n,)``, not empty: the unit of each rating.
    values
        Shape ``(n,)``, finite: the ratings.

    Returns
    -------
    UnitRatings
        Of all units.

    Examples
    --------
    >>> ratings = unit_ratings(np.array([8, 7, 8]), np.array([1.0, 4.0, 2.0]))
    >>> ratings.units, ratings.start, ratings.levels[ratings.code]
    (array([7, 8]), array([0, 1, 3]), array([4., 1., 2.]))
    """
    levels, code = _levels(values)
    if np.any(units[1:] < units[:-1]):
        labels, index = numbered(units)
        keys = index * len(levels) + code
        keys.sort()
        index, code = np.divmod(keys, len(levels))
        start = _starts(index)
    else:
        start = _starts(units)
        labels = units[start[:-1]]
    return UnitRatings(labels, start, code, levels)


def _starts(unit: IntArray) -> IntArray:
    return np.concatenate(([0], np.flatnonzero(unit[1:] != unit[:-1]) + 1, [len(unit)]))


def _levels(values: FloatArray) -> tuple[FloatArray, NDArray[np.signedinteger]]:
    """Return levels, and the position of each value among them; all whole numbers in between where these are few."""
    lowest, highest = float(values.min()), float(values.max())
    few = highest - lowest <= SPREAD_PER_ROW * len(values)
    if few and lowest.is_integer() and max(-lowest, highest) < LARGEST_EXACT:
        code = np.empty(len(values), dtype=np.min_scalar_type(-int(highest - lowest) - 1))
        for first in range(0, len(values), _ROWS_AT_A_TIME):
            rows = slice(first, first + _ROWS_AT_A_TIME)
            above = values[rows] - lowest
            code[rows] = above
            if not np.array_equal(code[rows], above):
                return levelled(values)
        return lowest + np.arange(highest - lowest + 1.0), code
    return levelled(values)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """How often each unit got each value, with units that have the same ratings taken together as one group.

    Attributes
    ----------
    tallies : Tallies
        Of one unit of each group.
    ratings, units : FloatArray
        Shape ``(g,)`` each: how many ratings such a unit has, and how many units the group.
    levels, occurrences : FloatArray
        Shape ``(v,)`` each: the values that occur, ascending, and how many ratings in all have each.
    group : IntArray
        Shape ``(i,)``: the group of each unit.
    """

    tallies: Tallies
    ratings: FloatArray
    units: FloatArray
    levels: FloatArray
    occurrences: FloatArray
    group: IntArray

    def per_unit(self, amount: FloatArray) -> FloatArray:
        """Add up an amount given per cell; shape ``(g,)``."""
        return summed(self.tallies.unit, amount, len(self.ratings))

    def below(self) -> FloatArray:
        """Return, for each cell, how many ratings of its unit are below it."""
        up_to = np.cumsum(self.tallies.count)
        return up_to - self.tallies.count - (np.cumsum(self.ratings) - self.ratings).take(self.tallies.unit)

    def parts(self) -> Iterator["Cells"]:
        """Yield the cells of some groups at a time; `levels` and `occurrences` remain those of all."""
        tallies, step = self.tallies, -(-len(self.ratings) * _CELLS_AT_A_TIME // len(self.tallies.unit))
        bounds = [*range(0, len(self.ratings), step), len(self.ratings)]
        for (first, last), (begin, end) in zip(
            pairwise(bounds), pairwise(np.searchsorted(tallies.unit, bounds).tolist()), strict=True
        ):
            part = Tallies(tallies.unit[begin:end] - first, tallies.code[begin:end], tallies.count[begin:end])
            yield replace(
                self, tallies=part, ratings=self.ratings[first:last], units=self.units[first:last], group=self.group[:0]
            )


def cells_of(ratings: UnitRatings) -> Cells:
    """Count how often each unit got each value.

    Examples
    --------
    >>> cells = cells_of(unit_ratings(np.array([1, 1, 2, 2]), np.array([4.0, 5.0, 5.0, 4.0])))
    >>> cells.units, cells.levels, cells.occurrences
    (array([2.]), array([4., 5.]), array([2., 2.]))
    """
    distinct, group = ratings.distinct()
    tallies, units = distinct.tallies(), np.bincount(group).astype(np.float64)
    occurrences = summed(tallies.code, tallies.count * units.take(tallies.unit), len(distinct.levels))
    occurs = occurrences > 0.0
    if not occurs.all():
        tallies = replace(tallies, code=(np.cumsum(occurs) - 1).take(tallies.code))
    return Cells(
        tallies=tallies,
        ratings=distinct.number.astype(np.float64),
        units=units,
        levels=distinct.levels[occurs],
        occurrences=occurrences[occurs],
        group=group,
    )
