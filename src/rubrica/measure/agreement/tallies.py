"""How often each unit got each value, as a list of the combinations that occur, and their pairs within units.

Coefficients of agreement compare the ratings of one unit with each other.  Equal ratings are counted together first, so
that what is left to compare are pairs of different values: never a table of units by raters, and few of them where a
scale has few levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, numbered, tallied
from rubrica.measure.errors import RepeatedRatingError


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """The distinct (unit, value) combinations, ordered by unit and then by value.

    Attributes
    ----------
    unit, code : IntArray
        Shape ``(c,)`` each: number of the unit, and of the value.
    count : FloatArray
        Shape ``(c,)``: how many ratings of that unit have that value.
    """

    unit: IntArray
    code: IntArray
    count: FloatArray

    def pairs(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield each pair of different values of one unit once, as index arrays (earlier, later).

        Notes
        -----
        There are as many steps as one unit has different values, less one; inside a step no combination is the earlier
        of two pairs, nor the later of two, so that amounts can be added by plain indexing.
        """
        # How many combinations of the unit are still to come after each.
        later = np.cumsum(np.bincount(self.unit)).take(self.unit) - np.arange(1, len(self.unit) + 1)
        earlier, step = np.flatnonzero(later), 1
        while len(earlier):
            yield earlier, earlier + step
            step += 1
            earlier = earlier.take(np.flatnonzero(later.take(earlier) >= step))


def tally(unit: IntArray, code: IntArray) -> Tallies:
    """Count the ratings of each unit at each value.

    Parameters
    ----------
    unit, code
        Shape ``(n,)`` each, not empty: the number of the unit, and of the value, of each rating, from 0 upward.

    Returns
    -------
    Tallies
        The combinations that occur.

    Examples
    --------
    Unit 0 was given the value 1 twice and the value 0 once, unit 1 the value 1 once:

    >>> found = tally(np.array([0, 0, 0, 1]), np.array([1, 0, 1, 1]))
    >>> found.unit, found.code, found.count
    (array([0, 0, 1]), array([0, 1, 1]), array([1., 2., 1.]))
    >>> [(earlier.tolist(), later.tolist()) for earlier, later in found.pairs()]
    [([0], [1])]
    """
    levels = int(code.max()) + 1
    keys, count = tallied(unit * levels + code, (int(unit.max()) + 1) * levels)
    of_unit, of_code = np.divmod(keys, levels)
    return Tallies(unit=of_unit, code=of_code, count=count.astype(np.float64))


def refuse_repeated_ratings(units: IntArray, raters: IntArray) -> None:
    """Refuse ratings of one unit by one rater twice.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, not empty: the unit and the rater of each rating.

    Raises
    ------
    RepeatedRatingError
        A rater rated a unit twice; the message names both.

    Examples
    --------
    >>> refuse_repeated_ratings(np.array([1, 1, 1]), np.array([8, 9, 8]))
    Traceback (most recent call last):
    rubrica.measure.errors.RepeatedRatingError: Rater 8 rated unit 1 more than once. Keep one of these ratings.
    """
    labels, rater = numbered(raters)
    _, unit = numbered(units)
    keys = unit * len(labels) + rater
    distinct, count = tallied(keys, int(keys.max()) + 1)
    if len(distinct) < len(keys):
        row = int(np.argmax(keys == distinct[np.argmax(count > 1)]))
        raise RepeatedRatingError(
            f"Rater {raters[row]} rated unit {units[row]} more than once. Keep one of these ratings."
        )
