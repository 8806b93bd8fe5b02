"""One pass over ratings that the subject model is fitted by: what it needs, and the sums it leaves behind.

A pass needs only the state of the raters and gives sums that add up over partitions of the units, so that an engine may
hold the ratings of different units in different places.  It needs no more memory than the ratings and a handful of
columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.orders import order_of_cells
from rubrica.measure.sparse_tables import Product, products


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The ratings of some units, all ratings of a unit in one partition, sorted by unit, then by rater.

    Attributes
    ----------
    unit : IntArray
        Shape ``(n,)``, from 0 to ``n_units - 1``, ascending.
    rater : IntArray
        Shape ``(n,)``, from 0 to ``n_raters - 1``, the same number for the same rater in all partitions.
    value : FloatArray
        Shape ``(n,)``, best counted from near the middle of the scale.
    n_units, n_raters : int
        Units in this partition; raters in all partitions.
    by_unit : callable
        Adds up, over the ratings of each unit, columns of something known of raters: shape ``(r, ...)`` to
        ``(i, ...)``.
    by_rater : callable
        Adds up, over the ratings by each rater, columns of something known of units: ``(i, ...)`` to ``(r, ...)``.
    repetitions : FloatArray or None
        Shape ``(n,)``: how often the rater rated the unit; None where nobody did so twice.
    """

    unit: IntArray
    rater: IntArray
    value: FloatArray
    n_units: int
    n_raters: int
    by_unit: Product
    by_rater: Product
    repetitions: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class SubjectState:
    """What a pass over the ratings needs to know of the raters.

    Attributes
    ----------
    bias : FloatArray
        Shape ``(r,)``, in scale points, adding up to zero.
    variance : FloatArray
        Shape ``(r,)``: squared inconsistency, positive, in squared scale points.
    """

    bias: FloatArray
    variance: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SubjectSums:
    """What a pass over the ratings of a partition leaves behind; sums over partitions are sums of these.

    Attributes
    ----------
    n_units : int
        Units.
    n_ratings : FloatArray
        Shape ``(r,)``: ratings by each rater.
    residual, squares : FloatArray
        Shape ``(r,)`` each: sum, and sum of squares, of what quality and bias leave of each rater's ratings.
    leverage : FloatArray
        Shape ``(r,)``: sum of the weight of the rater's own rating in the quality of the units rated.
    freedom : FloatArray
        Shape ``(r,)``: sum of the squares of what is left to the other ratings of those units.
    total : float
        Sum of squares of the values themselves: what rounding is measured by.
    """

    n_units: int
    n_ratings: FloatArray
    residual: FloatArray
    squares: FloatArray
    leverage: FloatArray
    freedom: FloatArray
    total: float


def partitioned(units: IntArray, raters: IntArray, values: FloatArray, n_raters: int) -> Partition:
    """Return ratings ready for passes, all ratings of each of their units among them.

    Parameters
    ----------
    units
        Shape ``(n,)``, from 0 upward, without gaps.
    raters
        Shape ``(n,)``, from 0 to ``n_raters - 1``.
    values
        Shape ``(n,)``, best counted from near the middle of the scale.
    n_raters
        Raters in all partitions.

    Returns
    -------
    Partition
        Sorted by unit, rater and value, whatever the order of the rows was.

    Examples
    --------
    >>> partitioned(np.array([1, 0, 1]), np.array([0, 0, 1]), np.array([3.0, 4.0, 5.0]), 2).value
    array([4., 3., 5.])
    """
    n_units = int(units.max()) + 1
    order, begins = order_of_cells([units, raters], values)
    unit, rater, value = units[order], raters[order], values[order]
    by_unit, by_rater = products(unit, rater, np.ones(len(unit)), n_rows=n_units, n_columns=n_raters)
    return Partition(
        unit=unit,
        rater=rater,
        value=value,
        n_units=n_units,
        n_raters=n_raters,
        by_unit=by_unit,
        by_rater=by_rater,
        repetitions=None if begins.all() else _repetitions(np.cumsum(begins) - 1),
    )


def _repetitions(cell: IntArray) -> FloatArray:
    return np.bincount(cell)[cell].astype(np.float64)


def first_state(n_raters: int) -> SubjectState:
    """Return the state before the first pass: raters without bias, all alike.

    Examples
    --------
    >>> first_state(2).variance
    array([1., 1.])
    """
    return SubjectState(bias=np.zeros(n_raters), variance=np.ones(n_raters))


def weighted_means(ratings: Partition, state: SubjectState) -> tuple[FloatArray, FloatArray]:
    """Return the weight of each unit of a partition, and the mean of its ratings freed from bias.

    Examples
    --------
    >>> ratings = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2)
    >>> weighted_means(ratings, first_state(2))
    (array([2.]), array([1.5]))
    """
    weight = 1.0 / state.variance
    unit_weight = ratings.by_unit(weight)
    weighted = weight[ratings.rater] * ratings.value
    total = summed(ratings.unit, weighted, ratings.n_units) - ratings.by_unit(weight * state.bias)
    return unit_weight, total / unit_weight


def subject_sums(ratings: Partition, state: SubjectState) -> SubjectSums:
    """Return the sums that one pass over a partition leaves behind.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        The raters, as known before the pass.

    Returns
    -------
    SubjectSums
        To be combined with those of the other partitions.

    Examples
    --------
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> subject_sums(ratings, first_state(2)).residual
    array([-0.5,  0.5])
    """
    weight = 1.0 / state.variance
    unit_weight, quality = weighted_means(ratings, state)
    residual = ratings.value - state.bias[ratings.rater] - quality[ratings.unit]
    number = np.bincount(ratings.rater, minlength=ratings.n_raters).astype(np.float64)
    leverage = weight * ratings.by_rater(1.0 / unit_weight)
    return SubjectSums(
        n_units=ratings.n_units,
        n_ratings=number,
        residual=summed(ratings.rater, residual, ratings.n_raters),
        squares=summed(ratings.rater, residual**2, ratings.n_raters),
        leverage=leverage,
        freedom=number - 2.0 * leverage + weight**2 * ratings.by_rater(1.0 / unit_weight**2),
        total=float(ratings.value @ ratings.value),
    )


def combined_sums(parts: Iterable[SubjectSums]) -> SubjectSums:
    """Add up the sums of partitions.

    Parameters
    ----------
    parts
        At least one, all of the same raters and state.

    Returns
    -------
    SubjectSums
        As if all ratings had lain in one partition.

    Examples
    --------
    >>> one = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2)
    >>> other = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([4.0, 4.0]), 2)
    >>> combined_sums(subject_sums(part, first_state(2)) for part in (one, other)).residual
    array([-0.5,  0.5])
    """
    first, *others = parts
    for part in others:
        first = SubjectSums(
            n_units=first.n_units + part.n_units,
            n_ratings=first.n_ratings + part.n_ratings,
            residual=first.residual + part.residual,
            squares=first.squares + part.squares,
            leverage=first.leverage + part.leverage,
            freedom=first.freedom + part.freedom,
            total=first.total + part.total,
        )
    return first


def coupled(ratings: Partition, state: SubjectState, columns: FloatArray) -> FloatArray:
    """Return the product of the raters' coupling with columns, as far as the units of a partition couple them.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        The raters.
    columns
        Shape ``(r, m)``.

    Returns
    -------
    FloatArray
        Shape ``(r, m)``.  The coupling of two raters is the sum over units of the product of their weights over the
        weight of the unit; the product needs no table of raters by raters.

    Examples
    --------
    >>> ratings = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2)
    >>> coupled(ratings, first_state(2), np.array([[1.0], [0.0]]))
    array([[0.5],
           [0.5]])
    """
    weight = 1.0 / state.variance[:, None]
    unit_weight = ratings.by_unit(weight)
    return weight * ratings.by_rater(ratings.by_unit(weight * columns) / unit_weight)


def log_likelihood(state: SubjectState, sums: SubjectSums) -> float:
    """Return the natural logarithm of the density of the ratings, each unit's quality being as good as it can be.

    Parameters
    ----------
    state, sums
        The raters, and the sums over all partitions of the pass at that state.

    Returns
    -------
    float
        Natural logarithm.

    Examples
    --------
    >>> ratings = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2)
    >>> round(log_likelihood(first_state(2), subject_sums(ratings, first_state(2))), 4)
    -2.0879
    """
    spread = sums.n_ratings * np.log(2.0 * np.pi * state.variance)
    return -0.5 * float((spread + sums.squares / state.variance).sum())
