"""When does a mean opinion have enough ratings? A rule by the width of its interval, and what became of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray, identities, numbers, same_length, summed
from rubrica.measure.errors import TargetError, TooFewRatingsError
from rubrica.measure.intervals import t_quantile
from rubrica.measure.overlap.replay import Arrivals, arrivals_of
from rubrica.measure.overlap.stopping import Policy


@dataclass(frozen=True, slots=True, eq=False)
class MeansReplay:
    """Mean opinions of a rule that stops once their interval is narrow.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    mean : FloatArray
        Shape ``(i,)``, in scale points.
    n_ratings : IntArray
        Shape ``(i,)``: ratings seen.
    """

    units: IntArray
    mean: FloatArray
    n_ratings: IntArray


def narrow_enough(
    n_ratings: ArrayLike, standard_deviation: ArrayLike, half_width: float, *, confidence: float = 0.95
) -> BoolArray:
    """Return which mean opinions have an interval as narrow as wanted.

    Parameters
    ----------
    n_ratings
        Shape ``(i,)``, integers: the ratings of each unit, two or more.
    standard_deviation
        Shape ``(i,)``: of the ratings of each unit (divisor m - 1), in scale points.
    half_width
        How far the interval may reach to either side, in scale points, positive.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    BoolArray
        Shape ``(i,)``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of numbers of one length.
    TargetError, ConfidenceError
        `half_width` is not positive, or `confidence` not strictly between 0 and 1.
    TooFewRatingsError
        A unit was rated once.

    Notes
    -----
    As a rule to stop asking this saves nothing: it stops early where the first ratings happen to coincide, and spends
    the ratings saved there on units whose ratings happen to differ.  At equal cost a fixed overlap has as small an
    error, and intervals that keep what they promise.  To spend fewer ratings on means, estimate them with a model of
    the raters: ``rubrica.measure.opinion.subject_model``.

    Examples
    --------
    >>> narrow_enough([5, 5], [0.4, 1.2], half_width=0.6)
    array([ True, False])
    """
    number, spread = identities(n_ratings, "n_ratings"), numbers(standard_deviation, "standard_deviation")
    same_length(n_ratings=number, standard_deviation=spread)
    if not 0.0 < half_width < np.inf:
        raise TargetError(f"half_width must be a positive number of scale points, not {half_width}.")
    if number.min() < 2:
        raise TooFewRatingsError("A unit that was rated once has no interval; ask at least twice before looking.")
    size = number.astype(np.float64)
    narrow: BoolArray = t_quantile(size - 1.0, confidence) * spread / np.sqrt(size) <= half_width
    return narrow


def replay_means(
    units: ArrayLike,
    values: ArrayLike,
    arrival: ArrayLike,
    half_width: float,
    *,
    least: int,
    most: int,
    confidence: float = 0.95,
) -> MeansReplay:
    """Return the mean opinions that a rule by the width of their intervals would have stopped at.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    arrival
        Shape ``(n,)``, integers: when each rating arrives; only the order within a unit counts.
    half_width
        How far an interval may reach to either side, in scale points, positive.
    least, most
        Ratings of each unit at least (2 or more) and at most.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    MeansReplay
        In scale points.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    ArrivalError, OverlapError, TargetError, ConfidenceError
        Two ratings of a unit arrive together, limits are none, or `half_width` or `confidence` is none.
    TooFewRatingsError
        `least` is 1, or a unit was rated once.

    Notes
    -----
    It shows what such a rule costs and yields; `narrow_enough` says why it is not recommended.

    Examples
    --------
    >>> found = replay_means([1] * 4 + [2] * 4, [3, 3, 3, 5, 1, 5, 3, 3], range(8), 0.5, least=3, most=4)
    >>> found.mean, found.n_ratings
    (array([3., 3.]), array([3, 4]))
    """
    unit = identities(units, "units")
    arrivals = arrivals_of(unit, np.zeros_like(unit), values, arrival)
    limits = Policy(None, least=least, most=most)
    seen: BoolArray = arrivals.place < limits.least
    open_units = np.ones(len(arrivals.units), dtype=np.bool_)
    number = limits.least
    while True:
        n_ratings, mean, spread = _moments(arrivals, seen)
        open_units &= ~narrow_enough(n_ratings, spread, half_width, confidence=confidence)
        more = (arrivals.place == number) & open_units[arrivals.unit]
        if number == limits.most or not more.any():
            return MeansReplay(units=arrivals.units, mean=mean, n_ratings=n_ratings)
        seen |= more
        number += 1


def _moments(arrivals: Arrivals, seen: BoolArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return number, mean and standard deviation of the ratings of each unit that were seen."""
    unit, value, size = arrivals.unit[seen], arrivals.values[seen], len(arrivals.units)
    number = np.bincount(unit, minlength=size).astype(np.int64, copy=False)
    mean = summed(unit, value, size) / number
    squares = summed(unit, (value - mean[unit]) ** 2, size)
    return number, mean, np.sqrt(squares / np.maximum(number - 1.0, 1.0))
