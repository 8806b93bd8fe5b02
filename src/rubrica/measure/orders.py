"""The one order of rows that every order of the rows leads to, so that sums come out the same to the last digit."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from rubrica.measure.columns import BoolArray, FloatArray, IntArray


def order_by(index: IntArray, size: int) -> IntArray:
    """Return the stable order of rows by a number each has, found by counting.

    Parameters
    ----------
    index
        Shape ``(n,)``, from 0 to ``size - 1``.
    size
        How many numbers there are.

    Returns
    -------
    IntArray
        Shape ``(n,)``: the place of each row to be taken in turn; rows of one number keep their order.

    Notes
    -----
    O(n): ten times as fast as sorting a million rows.

    Examples
    --------
    >>> order_by(np.array([2, 0, 2, 1]), 3)
    array([1, 3, 0, 2])
    """
    # Slow import that a server should not pay for at its start.
    from scipy.sparse import coo_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    # A sparse table with one entry a row is turned by counting how many entries each of its lines has.
    entries = (np.ones(len(index), dtype=np.int8), (index, np.arange(len(index))))
    table = coo_array(entries, shape=(size, len(index))).tocsr()
    found = cast("IntArray", table.indices)  # pyright: ignore[reportUnknownMemberType]  (no types)
    return found.astype(np.int64, copy=False)


def order_by_all(columns: Sequence[IntArray]) -> IntArray:
    """Return the stable order of rows by the first column, then the second, and so on, found by counting.

    Parameters
    ----------
    columns
        At least one, shape ``(n,)`` each, from 0 to about the number of rows.

    Returns
    -------
    IntArray
        Shape ``(n,)``.

    Examples
    --------
    >>> order_by_all([np.array([1, 0, 1]), np.array([1, 0, 0])])
    array([1, 2, 0])
    """
    last, *before = reversed(columns)
    order = order_by(last, int(last.max()) + 1)
    for column in before:
        order = order[order_by(column[order], int(column.max()) + 1)]
    return order


def order_of_cells(columns: Sequence[IntArray], value: FloatArray) -> tuple[IntArray, BoolArray]:
    """Return the order by all columns, then by value, and where in that order a new cell begins.

    Parameters
    ----------
    columns
        At least one, shape ``(n,)`` each, from 0 to about the number of rows.
    value
        Shape ``(n,)``.

    Returns
    -------
    order : IntArray
        Shape ``(n,)``.
    begins : BoolArray
        Shape ``(n,)``: which rows in that order differ in some column from the one before.

    Examples
    --------
    >>> order_of_cells([np.array([1, 0, 1]), np.array([0, 0, 0])], np.array([3.0, 4.0, 2.0]))
    (array([1, 2, 0]), array([ True,  True, False]))
    """
    order = order_by_all(columns)
    begins = cell_begins([column[order] for column in columns])
    if begins.all():
        return order, begins
    # Only repetitions have to be sorted by value, which takes a sort that compares.
    cell = np.cumsum(begins) - 1
    places = np.flatnonzero(np.bincount(cell)[cell] > 1)
    rows = order[places]
    by_value = np.argsort(value[rows], kind="stable")
    order[places] = rows[by_value[order_by(cell[places][by_value], len(cell))]]
    return order, begins


def cell_begins(columns: Sequence[IntArray]) -> BoolArray:
    """Return which rows, in order, differ in some column from the one before.

    Examples
    --------
    >>> cell_begins([np.array([0, 0, 1]), np.array([2, 2, 2])])
    array([ True, False,  True])
    """
    begins = np.zeros(len(columns[0]), dtype=np.bool_)
    begins[0] = True
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return begins
