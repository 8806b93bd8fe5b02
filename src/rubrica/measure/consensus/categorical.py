"""Categorical ratings, numbered and in order of unit: as models of raters read them, whole or in parts."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.columns import FloatArray, IntArray, identities, levelled, numbered, numbers, same_length
from rubrica.measure.errors import NoPairableUnitsError, NoVariationError, TooFewRatersError, TooManyValuesError
from rubrica.measure.sparse_tables import Incidence

_MOST_CELLS: Final = 100_000_000
"""Tables beyond this many numbers (800 MB) are refused, before they take the memory of a server."""

_NEAR_THE_PROCESSOR: Final = 131_072
"""Ratings of one part: few enough for what is computed on it to stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class CategoricalRatings:
    """Ratings in order of unit, numbered throughout; or those of some of the units (a partition).

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``: the units, ascending.
    raters : IntArray
        Shape ``(r,)``: all raters, ascending, also those who rated no unit of this partition.
    categories : FloatArray
        Shape ``(k,)``: all categories that occur, ascending.
    named : Incidence
        Units by codes (see `code`): one cell for each rating.
    """

    units: IntArray
    raters: IntArray
    categories: FloatArray
    named: Incidence

    @property
    def unit(self) -> IntArray:
        """Return the position in `units` of each rating, ascending."""
        return np.repeat(np.arange(len(self.units)), self.n_ratings)

    @property
    def code(self) -> IntArray:
        """Return rater times k plus category of each rating, both as positions."""
        return self.named.column

    @property
    def rater(self) -> IntArray:
        """Return the position in `raters` of each rating."""
        return self.code // len(self.categories)

    @property
    def category(self) -> IntArray:
        """Return the position in `categories` of each rating."""
        return self.code % len(self.categories)

    @property
    def n_ratings(self) -> IntArray:
        """Return the number of ratings of each unit."""
        return np.diff(self.named.start)


def categorical_ratings(units: ArrayLike, raters: ArrayLike, values: ArrayLike) -> CategoricalRatings:
    """Return ratings in order of unit, rater and category, where a rater model can be fitted to them.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers: the category of each rating.

    Returns
    -------
    CategoricalRatings
        The same for any order of the rows.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    NoVariationError
        All ratings are equal.
    TooFewRatersError
        There are fewer than three raters.
    NoPairableUnitsError
        No unit was rated by two raters.
    TooManyValuesError
        Raters times categories squared, or units times categories, exceed 100 million.

    Examples
    --------
    >>> found = categorical_ratings(units=[8, 7, 8], raters=[1, 2, 3], values=[0, 0, 1])
    >>> found.units, found.unit, found.rater, found.category
    (array([7, 8]), array([0, 1, 1]), array([1, 0, 2]), array([0, 0, 1]))
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    unit_labels, unit_index = numbered(unit)
    rater_labels, rater_index = numbered(rater)
    categories, category = levelled(value)
    n_categories, n_codes = len(categories), len(rater_labels) * len(categories)
    if n_categories < 2:
        raise NoVariationError(f"All {len(value)} ratings are equal, so nothing shows how raters err.")
    if len(rater_labels) < 3:
        raise TooFewRatersError(
            f"The ratings come from {len(rater_labels)} rater(s); where two disagree, nothing tells which of them "
            "erred. A model of raters needs at least three."
        )
    refuse_large_table(n_codes * n_categories, f"{len(rater_labels)} raters and {n_categories} categories")
    refuse_large_table(len(unit_labels) * n_categories, f"{len(unit_labels)} units and {n_categories} categories")
    # One sort of whole keys: the result, to the last bit, does not depend on the order of the rows.
    keys = unit_index * n_codes + rater_index * n_categories + category
    keys.sort()
    start = np.concatenate(([0], np.cumsum(np.bincount(unit_index))))
    code = (keys - np.repeat(np.arange(len(unit_labels)) * n_codes, np.diff(start))).astype(np.int32)
    _refuse_units_of_one_rater(start, code // n_categories)
    return CategoricalRatings(unit_labels, rater_labels, categories, Incidence(start, code, n_codes))


def refuse_large_table(cells: int, what: str) -> None:
    """Refuse a table of more than 100 million numbers.

    Raises
    ------
    TooManyValuesError
        It has more.

    Examples
    --------
    >>> refuse_large_table(10**9, "1000 raters and 1000 categories")
    Traceback (most recent call last):
    rubrica.measure.errors.TooManyValuesError: 1000 raters and 1000 categories need a table of 1000000000 numbers; \
at most 100000000 are accepted. Merge rare categories.
    """
    if cells > _MOST_CELLS:
        raise TooManyValuesError(
            f"{what} need a table of {cells} numbers; at most {_MOST_CELLS} are accepted. Merge rare categories."
        )


def _refuse_units_of_one_rater(start: IntArray, rater: NDArray[np.int32]) -> None:
    # In order of unit and rater, a unit of one rater ends with the rater it began with.
    if not np.any(rater[start[:-1]] != rater[start[1:] - 1]):
        raise NoPairableUnitsError(
            f"None of the {len(start) - 1} units was rated by two raters, so no two can be compared."
        )


def partitioned(ratings: CategoricalRatings, parts: int | None = None) -> list[CategoricalRatings]:
    """Split ratings, between units, into parts of about the same number of ratings.

    Parameters
    ----------
    ratings
        The ratings of all units.
    parts
        How many parts, at least 1; there are fewer where there are fewer units.  By default as many as keep what is
        computed on each of them near the processor.

    Returns
    -------
    list of CategoricalRatings
        None is empty.  Raters and categories are those of the whole.

    Examples
    --------
    >>> whole = categorical_ratings(units=[1, 1, 2, 2, 3], raters=[1, 2, 1, 3, 1], values=[0, 1, 1, 1, 0])
    >>> [part.units.tolist() for part in partitioned(whole, 2)]
    [[1, 2], [3]]
    """
    start = ratings.named.start
    if parts is None:
        # Each part reads the error rates of all raters, and should not be much smaller than these.
        parts = -(-int(start[-1]) // max(_NEAR_THE_PROCESSOR, ratings.named.n_columns * len(ratings.categories)))
    even = np.linspace(0.0, float(start[-1]), parts + 1)
    bounds = np.unique(np.searchsorted(start, even)).tolist()
    return [
        CategoricalRatings(
            ratings.units[first:last], ratings.raters, ratings.categories, ratings.named.rows(first, last)
        )
        for first, last in pairwise(bounds)
    ]


def shares(ratings: CategoricalRatings) -> FloatArray:
    """Return the share of each unit's ratings that each category has: the first guess of every model.

    Returns
    -------
    FloatArray
        Shape ``(k, i)``, in ``[0, 1]``, adding up to 1 for each unit.

    Examples
    --------
    >>> shares(categorical_ratings(units=[1, 1, 2, 2], raters=[1, 2, 1, 3], values=[0, 1, 1, 1]))
    array([[0.5, 0. ],
           [0.5, 1. ]])
    """
    n_categories = len(ratings.categories)
    of_category = np.tile(np.eye(n_categories), (len(ratings.raters), 1))
    return np.ascontiguousarray(ratings.named.added_by_row(of_category).T) / ratings.n_ratings
