"""Long columns: checked once at the door, so that every estimator behind it computes on clean arrays."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.errors import (
    ColumnShapeError,
    MissingValueError,
    NoRatingsError,
    NotNumericError,
    ValueTooLargeError,
)

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

LARGEST_VALUE: Final = 1e100
"""Values beyond this are refused: their squares, summed over a project, would leave the range of a float."""

_LARGEST_EXACT_INTEGER: Final = 2**53
"""From here on neighbouring integers become the same float, and two codes would count as one."""

SPREAD_PER_ROW: Final = 4
"""Identities whose range is below this many per row are counted in a table; wider ones are sorted."""


def identities(column: ArrayLike, name: str) -> IntArray:
    """Return a column of integer identities (units, raters, ...), checked.

    Parameters
    ----------
    column
        Shape ``(n,)``, any integer type.
    name
        What the column is called in messages.

    Returns
    -------
    IntArray
        Shape ``(n,)``.

    Raises
    ------
    ColumnShapeError
        The column is not one-dimensional.
    NotNumericError
        The column does not hold integers.
    MissingValueError
        An entry is masked.
    ValueTooLargeError
        An identity does not fit in 64 bits with sign.
    NoRatingsError
        The column is empty.

    Examples
    --------
    >>> identities([3, 1, 3], "units")
    array([3, 1, 3])
    """
    array = _one_dimensional(column, name)
    if array.dtype.kind not in "iu":
        raise NotNumericError(
            f"{name} must be integers, one per rating; this column holds {array.dtype}. "
            "Number them first, for instance with numpy.unique(..., return_inverse=True)."
        )
    if array.dtype.kind == "u" and int(array.max()) > np.iinfo(np.int64).max:
        raise ValueTooLargeError(f"{name} must fit in 64 bits with sign; the largest here is {array.max()}.")
    return array.astype(np.int64, copy=False)


def numbers(column: ArrayLike, name: str) -> FloatArray:
    """Return a column of values as finite floats, checked.

    Parameters
    ----------
    column
        Shape ``(n,)``, integers or floats.  Truth values are refused: code them as 0 and 1 if that is what they mean.
    name
        What the column is called in messages.

    Returns
    -------
    FloatArray
        Shape ``(n,)``, every entry finite.

    Raises
    ------
    ColumnShapeError
        The column is not one-dimensional.
    NotNumericError
        The column does not hold integers or floats.
    MissingValueError
        An entry is NaN, infinite or masked.
    ValueTooLargeError
        A float beyond 1e100, or an integer beyond 2**53, in size.
    NoRatingsError
        The column is empty.

    Examples
    --------
    >>> numbers([4, 5], "values")
    array([4., 5.])
    """
    array = _one_dimensional(column, name)
    if array.dtype.kind not in "iuf":
        raise NotNumericError(
            f"{name} must be integers or floats; this column holds {array.dtype} and begins with {array.flat[0]!r}. "
            "Categories can be numbered first, for instance with numpy.unique(..., return_inverse=True)."
        )
    _refuse_non_finite(array, name)
    largest = max(abs(int(array.min())), abs(int(array.max())))
    if array.dtype.kind in "iu" and largest > _LARGEST_EXACT_INTEGER:
        raise ValueTooLargeError(
            f"{name} holds {largest}; integers beyond 2**53 cannot be told from their neighbours. Renumber them."
        )
    if largest > LARGEST_VALUE:
        raise ValueTooLargeError(f"{name} holds a value of size {float(largest):.3g}; the largest accepted is 1e100.")
    return array.astype(np.float64, copy=False)


def same_length(**columns: NDArray[np.generic]) -> None:
    """Refuse columns of different lengths.

    Raises
    ------
    ColumnShapeError
        The columns do not have one length.

    Examples
    --------
    >>> same_length(units=np.zeros(3), values=np.zeros(2))
    Traceback (most recent call last):
    rubrica.measure.errors.ColumnShapeError: All columns need one entry per rating, but units has 3 and values has 2.
    """
    if len({len(column) for column in columns.values()}) > 1:
        lengths = " and ".join(f"{name} has {len(column)}" for name, column in columns.items())
        raise ColumnShapeError(f"All columns need one entry per rating, but {lengths}.")


def numbered(identity: IntArray) -> tuple[IntArray, IntArray]:
    """Give the distinct identities numbers from 0 upward, in ascending order.

    Parameters
    ----------
    identity
        Shape ``(n,)``, not empty.

    Returns
    -------
    labels : IntArray
        Shape ``(k,)``: the distinct identities, ascending.
    index : IntArray
        Shape ``(n,)``: ``labels[index]`` is `identity`.

    Notes
    -----
    Identities that lie close together (database keys of one project) are counted in a table in O(n); only widely
    scattered ones are sorted.

    Examples
    --------
    >>> numbered(np.array([30, 10, 30]))
    (array([10, 30]), array([1, 0, 1]))
    """
    lowest, highest = int(identity.min()), int(identity.max())
    if highest - lowest > SPREAD_PER_ROW * len(identity) + 1024:
        labels, index = np.unique(identity, return_inverse=True)
        return labels, index.astype(np.int64, copy=False)
    offset = identity - lowest
    present = np.bincount(offset) > 0
    labels = np.flatnonzero(present) + lowest
    if len(labels) == len(present):
        return labels, offset
    position = np.cumsum(present, dtype=np.int64) - 1
    return labels, position[offset]


def levelled(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Give the distinct values numbers from 0 upward, in ascending order.

    Returns
    -------
    levels : FloatArray
        Shape ``(v,)``: the distinct values, ascending.
    code : IntArray
        Shape ``(n,)``: ``levels[code]`` is `values`.

    Examples
    --------
    >>> levelled(np.array([4.0, 1.0, 4.0]))
    (array([1., 4.]), array([1, 0, 1]))
    """
    if max(-values.min(), values.max()) < _LARGEST_EXACT_INTEGER:
        whole = values.astype(np.int64)
        if np.array_equal(whole, values):
            labels, code = numbered(whole)
            return labels.astype(np.float64), code
    levels, code = np.unique(values, return_inverse=True)
    return levels, code.astype(np.int64, copy=False)


def tallied(keys: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return the distinct keys among ``0 .. size - 1``, ascending, and how often each occurs.

    Examples
    --------
    >>> tallied(np.array([5, 2, 5]), 6)
    (array([2, 5]), array([1, 2]))
    """
    if size > SPREAD_PER_ROW * len(keys) + 1024:
        ordered = np.sort(keys)
        first = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
        return ordered[first], np.diff(first, append=len(keys))
    table = np.bincount(keys, minlength=size)
    distinct = np.flatnonzero(table)
    return distinct, table[distinct]


def summed(index: IntArray, amount: FloatArray, size: int) -> FloatArray:
    """Add up `amount` by `index`.

    Parameters
    ----------
    index
        Shape ``(n,)``, from 0 to ``size - 1``.
    amount
        Shape ``(n,)``.
    size
        Length of the result.

    Returns
    -------
    FloatArray
        Shape ``(size,)``.

    Examples
    --------
    >>> summed(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3)
    array([4., 0., 2.])
    """
    return np.bincount(index, weights=amount, minlength=size).astype(np.float64, copy=False)


def pairable(units: ArrayLike) -> BoolArray:
    """Return which ratings belong to a unit that was rated at least twice.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.

    Returns
    -------
    BoolArray
        Shape ``(n,)``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `units` is not a column of integers.

    Examples
    --------
    >>> pairable([7, 8, 7])
    array([ True, False,  True])
    """
    _, index = numbered(identities(units, "units"))
    return np.bincount(index)[index] > 1


def _one_dimensional(column: ArrayLike, name: str) -> NDArray[np.generic]:
    if np.ma.is_masked(column):
        raise MissingValueError(f"{name} has masked entries; leave out the rows of ratings that were not given.")
    try:
        array: NDArray[np.generic] = np.asarray(column)
    except ValueError as ragged:
        raise ColumnShapeError(f"{name} must be one column, one entry per rating; its rows differ.") from ragged
    if array.ndim != 1:
        raise ColumnShapeError(f"{name} must be one column, one entry per rating; its shape is {array.shape}.")
    if array.size == 0:
        raise NoRatingsError(f"There are no ratings: {name} is empty.")
    return array


def _refuse_non_finite(array: NDArray[np.generic], name: str) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        row = int(np.argmin(finite))
        raise MissingValueError(
            f"{name} holds {array[row]} in row {row} (of {np.count_nonzero(~finite)} such rows); "
            "leave out the rows of ratings that were not given."
        )
