"""Agreement observed within units set against that expected by chance, whichever chance it is, with its interval."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.tallies import tally
from rubrica.measure.agreement.weights import Weighting, disagreement_of
from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoPairableUnitsError, NoVariationError, OffTheScaleError, TooFewUnitsError
from rubrica.measure.intervals import t_quantile

_NO_DISAGREEMENT: Final = 1e-12
"""Expected disagreement below this is rounding: real ratings would have to be a million million to expect so little."""


@dataclass(frozen=True, slots=True)
class ChanceCorrected:
    """A coefficient of agreement beyond chance with its interval.

    Attributes
    ----------
    coefficient : float
        At most 1; 1 is perfect agreement, 0 agreement as by chance.  Dimensionless.
    ci_low, ci_high : float
        Interval of the coefficient; never above 1.
    standard_error : float
        Gwet's linearised standard error.
    observed, expected : float
        Weighted agreement of two ratings of one unit, and by chance; observed in ``[0, 1]``, expected in ``[0, 1)``.
    base_rates : dict of float to float
        Category to share of ratings in ``[0, 1]``, categories ascending; every unit counts once (Conger and Cohen:
        every rater).
    n_units : int
        Units that take part.
    n_pairable_units : int
        Units rated at least twice, from which the observed agreement comes.
    n_ratings : int
        Ratings of the units that take part.
    """

    coefficient: float
    ci_low: float
    ci_high: float
    standard_error: float
    observed: float
    expected: float
    base_rates: dict[float, float]
    n_units: int
    n_pairable_units: int
    n_ratings: int


@dataclass(frozen=True, slots=True, eq=False)
class CodedRatings:
    """Ratings by number of unit and category, with the disagreement of each two categories."""

    unit: IntArray
    code: IntArray
    number: FloatArray
    categories: FloatArray
    disagreement: FloatArray

    def averaged(self, amount: FloatArray) -> FloatArray:
        """Return the mean of an amount given per rating over the ratings of each unit."""
        return summed(self.unit, amount, len(self.number)) / self.number

    def shares(self) -> FloatArray:
        """Return the base rate of each category, averaged over units."""
        return summed(self.code, 1.0 / self.number[self.unit], len(self.categories)) / len(self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Disagreement expected by chance, its share from each unit (their mean is the whole), and the base rates."""

    disagreement: float
    by_unit: FloatArray
    shares: FloatArray


def coded_ratings(
    units: ArrayLike,
    values: ArrayLike,
    categories: ArrayLike | None,
    weights: Weighting | ArrayLike,
    *,
    raters: IntArray | None = None,
) -> CodedRatings:
    """Return checked columns as numbers of units and categories, in the order of the rows.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns, or `categories`, are no columns of integers and numbers of one length.
    NoPairableUnitsError
        No unit was rated twice.
    OffTheScaleError
        A rating is none of the `categories`.
    NoVariationError, TooManyValuesError, NegativeValueError, WeightsError
        The categories and `weights` do not make a table of weights; see ``rubrica.measure.agreement.weights``.
    """
    unit, value = identities(units, "units"), numbers(values, "values")
    same_length(units=unit, values=value)
    if raters is not None:
        same_length(units=unit, raters=raters)
    labels, index = numbered(unit)
    number = np.bincount(index).astype(np.float64)
    if number.max() < 2.0:
        raise NoPairableUnitsError(
            f"None of the {len(labels)} units was rated twice, so there are no two ratings to compare."
        )
    scale = np.unique(value if categories is None else numbers(categories, "categories"))
    code = np.minimum(np.searchsorted(scale, value), len(scale) - 1)
    off = scale[code] != value
    if off.any():
        raise OffTheScaleError(f"values holds {value[off][0]:g}, which is none of the {len(scale)} categories.")
    return CodedRatings(
        unit=index,
        code=code.astype(np.int64, copy=False),
        number=number,
        categories=scale,
        disagreement=disagreement_of(weights, scale),
    )


def _observed_disagreement(ratings: CodedRatings) -> FloatArray:
    """Return the mean disagreement of two ratings of each unit; 0 for a unit rated once."""
    cells = tally(ratings.unit, ratings.code)
    with_later = np.zeros(len(cells.unit))
    for earlier, later in cells.pairs():
        apart = ratings.disagreement[cells.code[earlier], cells.code[later]]
        with_later[earlier] += 2.0 * cells.count[earlier] * cells.count[later] * apart
    number = ratings.number
    return summed(cells.unit, with_later, len(number)) / np.maximum(number * (number - 1.0), 1.0)


def corrected(ratings: CodedRatings, chance: Chance, confidence: float) -> ChanceCorrected:
    """Set the observed disagreement against chance, with Gwet's linearised standard error.

    Raises
    ------
    NoVariationError
        Chance would have raters agree always.
    TooFewUnitsError
        One unit alone was rated twice: the coefficient exists, its interval does not.  The error carries it.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    """
    n_units, twice = len(ratings.number), ratings.number > 1.0
    n_pairable = int(twice.sum())
    if chance.disagreement <= _NO_DISAGREEMENT:
        raise NoVariationError(
            f"All {len(ratings.unit)} ratings agree, so raters who chose at random would agree as well: agreement "
            "cannot be told from chance."
        )
    by_unit = _observed_disagreement(ratings)
    observed = float(by_unit.sum()) / n_pairable
    coefficient = 1.0 - observed / chance.disagreement
    if n_pairable < 2:
        raise TooFewUnitsError(
            f"One unit alone was rated twice or more; an interval needs at least two such units. The coefficient is "
            f"{coefficient:.3f}.",
            estimate=coefficient,
        )
    linear = n_units / n_pairable * np.where(twice, 1.0 - by_unit / chance.disagreement, 0.0)
    linear -= 2.0 * (1.0 - coefficient) * (1.0 - chance.by_unit / chance.disagreement)
    deviations = linear - coefficient
    standard_error = sqrt(float(deviations @ deviations) / (n_units * (n_units - 1.0)))
    reach = float(t_quantile(np.array([n_units - 1.0]), confidence)[0]) * standard_error
    return ChanceCorrected(
        coefficient=coefficient,
        ci_low=coefficient - reach,
        ci_high=min(1.0, coefficient + reach),
        standard_error=standard_error,
        observed=1.0 - observed,
        expected=1.0 - chance.disagreement,
        base_rates=dict(zip(ratings.categories.tolist(), chance.shares.tolist(), strict=True)),
        n_units=n_units,
        n_pairable_units=n_pairable,
        n_ratings=len(ratings.unit),
    )
