"""The pairs of unequal ratings of a unit as spans of the scale: what a mid-rank that moves does to them.

The ranks of ordinal ratings change with every unit that is left out: each of its ratings lowers the ranks above it by
one.  How far that moves the ranks of two other ratings apart depends only on how many of the unit's values lie between.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from rubrica.measure.agreement.tallies import Tallies
from rubrica.measure.agreement.unit_ratings import Cells
from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.errors import TooManyValuesError

_LARGEST_TABLE: Final = 1024
"""Up to this many distinct values a table of value by value (8 MiB) answers at once; beyond it, sorted points do."""

MOST_PAIRS: Final = 200_000_000
"""Pairs of different values within units beyond which comparing them one by one would take minutes."""

_MOST_SORTED_PAIRS: Final = 5_000_000
"""The same where the pairs have to be sorted."""


def refuse_too_many_pairs(cells: Cells, most: int) -> None:
    """Refuse more than `most` pairs of different values within units; those of units with the same ratings count once.

    Raises
    ------
    TooManyValuesError
        There are more.
    """
    distinct = np.bincount(cells.tallies.unit)
    pairs = int((distinct * (distinct - 1)).sum()) // 2
    if pairs > most:
        raise TooManyValuesError(
            f"This level compares every two different values of a unit; {len(cells.levels)} distinct values make "
            f"{pairs} such pairs, more than the {most} accepted. Round them, or use level='interval'."
        )


class Spans:
    """The within-unit pairs of unequal ratings, each a span from its lower to its upper level, weighted 2 / (m_i - 1).

    A span *reaches across* a level that lies strictly inside it, and half across its own two ends: this is by how much
    one rating at that level moves the two mid-ranks apart.

    Parameters
    ----------
    cells
        The ratings.
    ranks
        Shape ``(v,)``: the mid-rank of each level.

    Attributes
    ----------
    parts : list of Cells
        The cells, some groups of units at a time.

    Raises
    ------
    TooManyValuesError
        There are more pairs than can be compared.
    """

    __slots__ = ("_across_two", "_level_across", "_ranks", "parts")
    _across_two: FloatArray | None

    def __init__(self, cells: Cells, ranks: FloatArray) -> None:
        has_table = len(ranks) <= _LARGEST_TABLE
        refuse_too_many_pairs(cells, MOST_PAIRS if has_table else _MOST_SORTED_PAIRS)
        self.parts = list(cells.parts()) if has_table else [cells]
        self._ranks = ranks
        if has_table:
            table = _table(self.parts, len(ranks))
            start, end = np.divmod(np.arange(table.size), len(ranks))
            self._across_two = _across_each_two(table)
            self._level_across = self._across(start, end, table.reshape(-1))
        else:
            self._across_two = None
            self._level_across = self._across(*_points(cells))

    def _across(self, start: IntArray, end: IntArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return, for each level, the difference of ranks of all spans across it, and their weight; ``(v,)`` each."""
        levels = len(self._ranks)
        difference = weight * (self._ranks.take(end) - self._ranks.take(start))
        inwards = summed(start, difference, levels) - summed(end, difference, levels)
        starts, ends = summed(start, weight, levels), summed(end, weight, levels)
        # One rating alone spans half at an end; squared, that is a quarter of the span.
        return np.cumsum(inwards) - inwards / 2.0, np.cumsum(starts - ends) - 0.75 * starts + 0.25 * ends

    def taken(self, part: Cells, total: float) -> FloatArray:
        """Return by how much the spans of all units shrink when a unit is left out, for each group of a part.

        Squared and weighted; `total` is the number of ratings, of which one is by how much it lowers a rank.
        """
        code, count = part.tallies.code, part.tallies.count
        difference_across, across_one = self._level_across
        two = _by_sorting(part) if self._across_two is None else _by_table(part, self._across_two)
        twice = count * across_one.take(code) + 2.0 * two
        return part.per_unit(count * (2.0 * difference_across.take(code) - twice / total)) / total


def _weight(part: Cells) -> FloatArray:
    """Return, for each cell, the weight of all spans from it to one rating each, of all units of its group."""
    return part.tallies.count * (2.0 * part.units / (part.ratings - 1.0)).take(part.tallies.unit)


def _table(parts: Sequence[Cells], levels: int) -> FloatArray:
    """Return the weight of the spans from each lower to each higher level; shape ``(v, v)``."""
    table = np.zeros(levels * levels)
    for part in parts:
        tallies, weight = part.tallies, _weight(part)
        for earlier, later in tallies.pairs():
            pair = tallies.code.take(earlier) * levels + tallies.code.take(later)
            np.add.at(table, pair, weight.take(earlier) * tallies.count.take(later))
    return table.reshape(levels, levels)


def _across_each_two(table: FloatArray) -> FloatArray:
    """Return the weight of all spans across each pair of a lower and a higher level; shape ``(v, v)``."""
    from_below = np.cumsum(table, axis=0) - table / 2.0
    return np.asarray(np.cumsum(from_below[:, ::-1], axis=1)[:, ::-1] - from_below / 2.0, dtype=np.float64)


def _by_table(part: Cells, across: FloatArray) -> FloatArray:
    """Return, for each cell, the weight of spans across it and each later cell of its unit, times their counts."""
    tallies, flat = part.tallies, across.reshape(-1)
    amount = np.zeros(len(tallies.unit))
    for earlier, later in tallies.pairs():
        pair = tallies.code.take(earlier) * len(across) + tallies.code.take(later)
        np.add.at(amount, earlier, tallies.count.take(later) * flat.take(pair))
    return amount


def _points(cells: Cells) -> tuple[IntArray, IntArray, FloatArray]:
    """Return start, end and weight of every span."""
    tallies = cells.tallies
    earlier, later = _all_pairs(tallies)
    return (
        tallies.code.take(earlier),
        tallies.code.take(later),
        _weight(cells).take(earlier) * tallies.count.take(later),
    )


def _all_pairs(tallies: Tallies) -> tuple[IntArray, IntArray]:
    none = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    earlier, later = map(np.concatenate, zip(none, *tallies.pairs(), strict=True))
    return earlier, later


def _by_sorting(cells: Cells) -> FloatArray:
    """Return the same as `_by_table`, of all cells at once, for a scale of any length."""
    tallies = cells.tallies
    earlier, later = _all_pairs(tallies)
    across = _weight_across_both_ends(*_points(cells))
    return summed(earlier, tallies.count.take(later) * across, len(tallies.unit))


def _weight_across_both_ends(start: IntArray, end: IntArray, weight: FloatArray) -> FloatArray:
    """Return, for each span, the weight of all spans that reach across both of its ends.

    A span reaches across both ends of another if it starts no later and ends no earlier; half for each end that they
    have in common, which the mean over four counts, with and without common starts and ends, does justice to.
    """
    order = np.lexsort((end, start))
    start, end, weight = start[order], end[order], weight[order]
    before, up_to = (np.searchsorted(start, start, side) for side in ("left", "right"))
    across = np.zeros(len(start))
    # Every prefix of the spans in order of start is made of at most one block of each size 1, 2, 4 ...; inside a block,
    # in order of end, the spans that end above a level are found by bisection.
    base = int(end.max(initial=0)) + 2
    for level in range(len(start).bit_length()):
        key = (np.arange(len(start)) >> level) * base + end
        by_key = np.argsort(key)
        keys, sums = key[by_key], np.concatenate(([0.0], np.cumsum(weight[by_key])))
        for prefix in (before, up_to):
            chosen = np.flatnonzero((prefix >> level) & 1)
            block = (prefix[chosen] >> level) - 1
            whole = sums[(block + 1) << level]
            for beyond in (end[chosen], end[chosen] - 1):
                across[chosen] += whole - sums[np.searchsorted(keys, block * base + beyond, "right")]
    of_span = np.empty(len(start))
    of_span[order] = across / 4.0
    return of_span
