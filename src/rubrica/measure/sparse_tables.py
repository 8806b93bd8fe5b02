"""Tables with few entries: what they make of columns, and amounts added up along their rows and columns.

Models of raters send what they know back and forth between units and raters, along the ratings that join the two.  Each
such step is a product with a sparse table that has an entry for each rating.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from rubrica.measure.columns import FloatArray, IntArray

Product: TypeAlias = Callable[[FloatArray], FloatArray]
"""A matrix, as the product it makes with a column or several."""


def products(
    row: IntArray, column: IntArray, amount: FloatArray, *, n_rows: int, n_columns: int
) -> tuple[Product, Product]:
    """Return the product of a table with columns, and that of the table turned.

    Parameters
    ----------
    row, column
        Shape ``(m,)`` each: where in the table an amount stands.  Rows in ascending order are the cheapest.
    amount
        Shape ``(m,)``; amounts at the same place add up.
    n_rows, n_columns
        Size of the table.

    Returns
    -------
    product, turned : callable
        From shape ``(n_columns, ...)`` to ``(n_rows, ...)``, and back.

    Examples
    --------
    >>> product, turned = products(np.array([0, 0]), np.array([0, 2]), np.array([1.0, 2.0]), n_rows=1, n_columns=3)
    >>> product(np.array([1.0, 1.0, 1.0])), turned(np.array([1.0]))
    (array([3.]), array([1., 0., 2.]))
    """
    # Slow import that a server should not pay for at its start.
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    shape = (n_rows, n_columns)
    if np.all(row[1:] >= row[:-1]):
        starts = np.searchsorted(row, np.arange(n_rows + 1)).astype(np.int32)
        table = csr_array((amount, column.astype(np.int32), starts), shape=shape)
    else:
        table = coo_array((amount, (row, column)), shape=shape).tocsr()
    turned = table.T  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  (no types)
    return lambda columns: cast("FloatArray", table @ columns), lambda columns: cast("FloatArray", turned @ columns)


class Incidence:
    """The cells of a table of rows by columns that hold a rating, in order of row; a cell may hold several.

    Parameters
    ----------
    start
        Shape ``(rows + 1,)``, from 0 to n: where the cells of each row begin, and where the last ones end.
    column
        Shape ``(n,)``: the column of each cell.
    n_columns
        How many columns the table has.

    Examples
    --------
    >>> cells = Incidence(np.array([0, 2, 3]), np.array([0, 2, 2]), 4)
    >>> cells.added_by_row(np.array([[1.0], [2.0], [4.0], [8.0]])).tolist()
    [[5.0], [4.0]]
    >>> cells.added_by_column(np.array([[1.0], [10.0]])).tolist()
    [[1.0], [0.0], [11.0], [0.0]]
    """

    __slots__ = ("_by_column", "_by_row", "n_columns")

    def __init__(
        self, start: IntArray, column: NDArray[np.signedinteger], n_columns: int, *, ones: FloatArray | None = None
    ) -> None:
        # Slow import: a server that computes no consensus should not pay for it at its start.
        from scipy.sparse import csr_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

        narrow = np.int32 if max(len(column), n_columns) <= np.iinfo(np.int32).max else np.int64
        parts = (
            np.ones(len(column)) if ones is None else ones,
            column.astype(narrow, copy=False),
            start.astype(narrow),
        )
        self.n_columns = n_columns
        self._by_row = cast("Any", csr_array(parts, shape=(len(start) - 1, n_columns)))
        self._by_column = self._by_row.T

    @property
    def start(self) -> IntArray:
        """Return where the cells of each row begin, and where the last ones end; shape ``(rows + 1,)``."""
        return np.asarray(self._by_row.indptr, dtype=np.int64)

    @property
    def column(self) -> IntArray:
        """Return the column of each cell; shape ``(n,)``."""
        return np.asarray(self._by_row.indices, dtype=np.int64)

    def rows(self, first: int, last: int) -> "Incidence":
        """Return the cells of the rows from `first` up to, but not including, `last`, without copying them.

        Examples
        --------
        >>> Incidence(np.array([0, 2, 3]), np.array([0, 2, 2]), 4).rows(1, 2).column
        array([2])
        """
        start = self.start[first : last + 1]
        cells = slice(start[0], start[-1])
        return Incidence(start - start[0], self._by_row.indices[cells], self.n_columns, ones=self._by_row.data[cells])

    def added_by_row(self, amount: FloatArray) -> FloatArray:
        """Add up amounts given per column, shape ``(columns, k)``, over the cells of each row; shape ``(rows, k)``."""
        return np.asarray(self._by_row @ amount, dtype=np.float64)

    def added_by_column(self, amount: FloatArray) -> FloatArray:
        """Add up amounts given per row, shape ``(rows, k)``, over the cells of each column; shape ``(columns, k)``."""
        return np.asarray(self._by_column @ amount, dtype=np.float64)
