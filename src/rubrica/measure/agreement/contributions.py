"""Where does disagreement come from? Krippendorff's alpha taken apart by unit and by rater, and without each rater.

The disagreement of two ratings of one unit belongs to that unit, and half to each of the two ratings.  Added up by
unit, or by rater, the parts make 1 - alpha.  A rater with a large part need not be wrong: where two disagree, both
carry half.  Compare the part with the number of ratings, look at alpha without the rater, and then at the pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.alpha import Level
from rubrica.measure.agreement.coincidences import COUNTED, interval
from rubrica.measure.agreement.tallies import tally
from rubrica.measure.agreement.unit_ratings import UnitRatings, unit_ratings
from rubrica.measure.columns import (
    FloatArray,
    IntArray,
    identities,
    levelled,
    numbered,
    numbers,
    pairable,
    same_length,
    summed,
)
from rubrica.measure.errors import NoDisagreementError, NoPairableUnitsError, NoVariationError, UnknownLevelError


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """The parts of 1 - alpha that stem from each unit and from each rater.

    Attributes
    ----------
    alpha : float
        Krippendorff's alpha of all ratings.  Dimensionless.
    units : IntArray
        Shape ``(i,)``: the units rated at least twice, ascending.
    by_unit : FloatArray
        Shape ``(i,)``: what each unit takes from alpha, 0 where its raters agree; adds up to ``1 - alpha``.
    ratings_of_unit : IntArray
        Shape ``(i,)``.
    raters : IntArray
        Shape ``(r,)``: the raters of those units, ascending.
    by_rater : FloatArray
        Shape ``(r,)``: what each rater takes from alpha, half of every disagreement with another; adds up to
        ``1 - alpha``.
    ratings_of_rater : IntArray
        Shape ``(r,)``: ratings of those units.
    left_out : IntArray
        Raters none of whose units was rated twice, ascending.
    level : str
        Level of measurement.
    """

    alpha: float
    units: IntArray
    by_unit: FloatArray
    ratings_of_unit: IntArray
    raters: IntArray
    by_rater: FloatArray
    ratings_of_rater: IntArray
    left_out: IntArray
    level: Level

    def shares_of_units(self) -> FloatArray:
        """Return each unit's share of the disagreement, in ``[0, 1]``, adding up to 1; shape ``(i,)``.

        Raises
        ------
        NoDisagreementError
            All ratings of one unit are equal, for every unit.
        """
        return _shares(self.by_unit)

    def shares_of_raters(self) -> FloatArray:
        """Return each rater's share of the disagreement, in ``[0, 1]``, adding up to 1; shape ``(r,)``.

        Raises
        ------
        NoDisagreementError
            All ratings of one unit are equal, for every unit.
        """
        return _shares(self.by_rater)


@dataclass(frozen=True, slots=True, eq=False)
class AlphaWithoutRaters:
    """Krippendorff's alpha without each rater in turn.

    Attributes
    ----------
    alpha : float
        Alpha of all ratings.  Dimensionless.
    raters : IntArray
        Shape ``(r,)``: the raters without whom alpha exists, ascending.
    without : FloatArray
        Shape ``(r,)``: alpha of the ratings of all others; above `alpha` where a rater lowers it.  Dimensionless.
    n_units : IntArray
        Shape ``(r,)``: units that the others rated at least twice.
    left_out : IntArray
        Raters without whom no unit was rated twice, or all ratings are equal, ascending.
    level : str
        Level of measurement.
    """

    alpha: float
    raters: IntArray
    without: FloatArray
    n_units: IntArray
    left_out: IntArray
    level: Level


def alpha_contributions(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, *, level: Level = "ordinal"
) -> Contributions:
    """Return how much of 1 - alpha stems from each unit and from each rater.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating.  Any number of raters, any pattern of
        missing ratings.  Units rated once do not take part.  Ratings of one unit by one rater are compared like those
        by two.
    values
        Shape ``(n,)``, finite numbers: the ratings.
    level
        Level of measurement of `values`, as for `krippendorff_alpha`.

    Returns
    -------
    Contributions
        Dimensionless.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    NegativeValueError, TooManyValuesError
        At the ratio level: a value below zero, or too many to compare, as for `krippendorff_alpha`.
    UnknownLevelError
        `level` is none.
    NoRatingsError
        There are no ratings.
    NoPairableUnitsError
        No unit was rated twice.
    NoVariationError
        All pairable ratings are equal.

    Notes
    -----
    With O the within-unit sum of squared differences, sum_i 1/(m_i - 1) sum_{a,b in i} d2(a, b), and E that over all
    pairs, 1 - alpha = (n - 1) O / E.  A rating's part is the sum over b for its own a.  Ordinal differences are those
    of mid-ranks among all pairable ratings.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania, Annenberg School
    for Communication, https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    Rater 3 sees the second picture differently:

    >>> found = alpha_contributions(
    ...     units=[1, 1, 1, 2, 2, 2, 3, 3], raters=[1, 2, 3, 1, 2, 3, 1, 2], values=[5, 5, 5, 1, 1, 3, 3, 3]
    ... )
    >>> found.shares_of_units(), found.shares_of_raters()
    (array([0., 1., 0.]), array([0.25, 0.25, 0.5 ]))
    >>> bool(np.isclose(found.by_rater.sum(), 1.0 - found.alpha))
    True
    """
    unit, rater, value = _read(units, raters, values, level)
    alpha, _ = _alpha_of_pairable(unit, value, level)
    # One order for all sums below: the result, to the last bit, does not depend on that of the rows.
    order = np.lexsort((value, rater, unit))
    order = order[pairable(unit[order])]
    unit_labels, unit_index = numbered(unit[order])
    rater_labels, rater_index = numbered(rater[order])
    value = value[order]
    part = _AMOUNTS[level](unit_index, value)
    number = np.bincount(unit_index)
    part /= (number - 1.0)[unit_index]
    part *= (1.0 - alpha) / (float(part.sum()) or 1.0)
    return Contributions(
        alpha=alpha,
        units=unit_labels,
        by_unit=summed(unit_index, part, len(unit_labels)),
        ratings_of_unit=number,
        raters=rater_labels,
        by_rater=summed(rater_index, part, len(rater_labels)),
        ratings_of_rater=np.bincount(rater_index),
        left_out=np.setdiff1d(rater, rater_labels),
        level=level,
    )


def alpha_without_each_rater(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, *, level: Level = "ordinal"
) -> AlphaWithoutRaters:
    """Return Krippendorff's alpha recomputed without each rater in turn.

    Parameters
    ----------
    units, raters, values, level
        As for `alpha_contributions`.

    Returns
    -------
    AlphaWithoutRaters
        Dimensionless.  Raters without whom there is no alpha are named in ``left_out``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NegativeValueError, TooManyValuesError,
    UnknownLevelError, NoRatingsError, NoPairableUnitsError, NoVariationError
        As for `alpha_contributions`; the last two also where they hold without any one rater, as between two raters.

    Notes
    -----
    Each is `krippendorff_alpha` of the ratings by the others, ranks and all; the time grows with raters times ratings.
    A rater who was left out because alpha is higher without them was chosen by the outcome: the alpha of the others
    then flatters.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania, Annenberg School
    for Communication, https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    >>> found = alpha_without_each_rater(
    ...     units=[1, 1, 1, 2, 2, 2, 3, 3, 3], raters=[1, 2, 3, 1, 2, 3, 1, 2, 3], values=[5, 5, 5, 1, 1, 3, 3, 3, 1]
    ... )
    >>> round(found.alpha, 3), found.raters, found.without.round(3)
    (0.704, array([1, 2, 3]), array([0.583, 0.583, 1.   ]))
    """
    unit, rater, value = _read(units, raters, values, level)
    alpha, _ = _alpha_of_pairable(unit, value, level)
    labels, index = numbered(rater)
    kept: list[int] = []
    without: list[float] = []
    n_units: list[int] = []
    refused: NoPairableUnitsError | NoVariationError | None = None
    for left_out in range(len(labels)):
        others = index != left_out
        try:
            estimate, pairable_units = _alpha_of_pairable(unit[others], value[others], level)
        except (NoPairableUnitsError, NoVariationError) as no_alpha:
            refused = no_alpha
            continue
        kept.append(left_out)
        without.append(estimate)
        n_units.append(pairable_units)
    if refused is not None and not kept:
        raise type(refused)(f"Without any one of the {len(labels)} raters there is no alpha. {refused}") from refused
    return AlphaWithoutRaters(
        alpha=alpha,
        raters=labels[kept],
        without=np.array(without),
        n_units=np.array(n_units),
        left_out=np.delete(labels, kept),
        level=level,
    )


def _read(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, level: Level
) -> tuple[IntArray, IntArray, FloatArray]:
    if level not in _AMOUNTS:
        raise UnknownLevelError(f"level must be nominal, ordinal, interval or ratio, not {level!r}.")
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    return unit, rater, value


def _shares(parts: FloatArray) -> FloatArray:
    total = float(parts.sum())
    if total <= 0.0:
        raise NoDisagreementError("No two ratings of one unit differ, so there is no disagreement to divide.")
    return parts / total


def _alpha_of_pairable(unit: IntArray, value: FloatArray, level: Level) -> tuple[float, int]:
    """Return alpha and the number of units rated twice."""
    if len(unit) == 0:
        raise NoPairableUnitsError("No unit was rated twice, so there are no two ratings to compare.")
    ratings = unit_ratings(unit, value).pairable()
    # Ordinal alpha is interval alpha of mid-ranks; without each unit in turn, which is not asked for here, it is more.
    sums = interval(_ranked(ratings)) if level == "ordinal" else COUNTED[level](ratings)
    n_ratings = len(ratings.code)
    if sums.expected <= 0.0:
        raise NoVariationError(
            f"All {n_ratings} ratings of units rated twice are equal, so agreement cannot be told from chance."
        )
    return 1.0 - (n_ratings - 1.0) * sums.observed / sums.expected, len(ratings.units)


def _ranked(ratings: UnitRatings) -> UnitRatings:
    """Put twice the mid-rank, which is a whole number, in the place of each level."""
    occurrences = np.bincount(ratings.code, minlength=len(ratings.levels)).astype(np.float64)
    return replace(ratings, levels=2.0 * np.cumsum(occurrences) - occurrences)


def _mid_ranks(value: FloatArray) -> FloatArray:
    """Return the share of ratings below each rating plus half of those equal to it."""
    _, code = levelled(value)
    shares = np.bincount(code) / len(code)
    return np.asarray((np.cumsum(shares) - shares / 2.0)[code], dtype=np.float64)


def _unequal(unit: IntArray, value: FloatArray) -> FloatArray:
    """Count, for each rating, the ratings of its unit that differ from it."""
    levels, code = levelled(value)
    key = unit * len(levels) + code
    _, cell = numbered(key)
    return (np.bincount(unit)[unit] - np.bincount(cell)[cell]).astype(np.float64)


def _squared_distances(unit: IntArray, value: FloatArray) -> FloatArray:
    """Add up, for each rating, the squared distances from the ratings of its unit, up to a common factor."""
    extent = float(value.max()) - float(value.min())
    number = np.bincount(unit)
    scaled = (value - value.min()) / extent
    deviation = scaled - (summed(unit, scaled, len(number)) / number)[unit]
    squares = deviation * deviation
    # sum_b (a - b)^2 = sum_b (b - mean)^2 + m (a - mean)^2
    return np.asarray(summed(unit, squares, len(number))[unit] + number[unit] * squares, dtype=np.float64)


def _squared_distances_of_ranks(unit: IntArray, value: FloatArray) -> FloatArray:
    return _squared_distances(unit, _mid_ranks(value))


def _squared_relative_distances(unit: IntArray, value: FloatArray) -> FloatArray:
    """Add up, for each rating, the squared relative differences from the ratings of its unit."""
    levels, code = levelled(value)
    cells = tally(unit, code)
    amount = np.zeros(len(cells.unit))
    level = levels[cells.code]
    for earlier, later in cells.pairs():
        # Different values from zero upward never add up to zero.
        square = ((level[later] - level[earlier]) / (level[later] + level[earlier])) ** 2
        amount[earlier] += cells.count[later] * square
        amount[later] += cells.count[earlier] * square
    return amount[np.searchsorted(cells.unit * len(levels) + cells.code, unit * len(levels) + code)]


_AMOUNTS: Final[dict[str, Callable[[IntArray, FloatArray], FloatArray]]] = {
    "nominal": _unequal,
    "ordinal": _squared_distances_of_ranks,
    "interval": _squared_distances,
    "ratio": _squared_relative_distances,
}
