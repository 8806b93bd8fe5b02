"""Reading a column of any library: which label stands in each row, and in which rows there is none.

Arrays are asked to convert themselves to numpy, and to say which entries are null, by the names that pandas, polars and
Arrow use; none of them is imported.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.columns import BoolArray, IntArray, levelled
from rubrica.measure.errors import ColumnShapeError, MissingValueError, MixedLabelsError, NoRatingsError

NO_LABEL: Final = -1
"""Stands in a row without a label."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedColumn:
    """A column as it was read.

    Attributes
    ----------
    code : IntArray
        Shape ``(n,)``: for each row the position of its label, `NO_LABEL` where there is none.
    labels : list of object
        In no order; one may stand twice, or in no row.
    name : str
        What the column is called in messages.
    """

    code: IntArray
    labels: list[object]
    name: str

    def row_of(self, position: int) -> int:
        """Return the first row with a label."""
        return int(np.argmax(self.code == position))

    def kept(self, rows: BoolArray) -> "EncodedColumn":
        """Return some of the rows."""
        return EncodedColumn(self.code[rows], self.labels, self.name)

    def complete(self) -> "EncodedColumn":
        """Return the column, or raise MissingValueError if a row has no label."""
        missing = self.code == NO_LABEL
        if missing.any():
            raise MissingValueError(
                f"{self.name} is empty in row {int(np.argmax(missing))} (of {np.count_nonzero(missing)} such rows); "
                "leave out the rows of ratings that were not given."
            )
        return self


def encoded_column(column: object, name: str) -> EncodedColumn:
    """Read a column of any library.

    Parameters
    ----------
    column
        Shape ``(n,)``: a list, or anything that converts itself to a numpy array.  None, NaN, null and what is masked
        are no labels.
    name
        What the column is called in messages.

    Returns
    -------
    EncodedColumn
        Numbers that are whole are whole numbers, since a column of them turns into floats as soon as one is missing.

    Raises
    ------
    ColumnShapeError
        The column is not one-dimensional.
    MixedLabelsError
        An entry can be no label, like a list or a duration.
    NoRatingsError
        The column is empty.

    Examples
    --------
    >>> found = encoded_column(["fair", None, "good", "fair"], "values")
    >>> found.code, found.labels
    (array([ 0, -1,  2,  0]), ['fair', None, 'good'])
    """
    found = _of_numbered_labels(column, name) or _of_entries(column, name)
    if found.code.size == 0:
        raise NoRatingsError(f"There are no ratings: {name} is empty.")
    return found


def _of_numbered_labels(column: object, name: str) -> EncodedColumn | None:
    """Read a column that already is numbers and labels: an Arrow dictionary, or a pandas categorical."""
    indices, dictionary = _attribute(column, "indices"), _attribute(column, "dictionary")
    if indices is not None and dictionary is not None:
        missing = _array(_call(indices, "is_null"), name).astype(np.bool_)
        code = np.full(len(missing), NO_LABEL, dtype=np.int64)
        code[~missing] = _array(_call(indices, "drop_null"), name)
        return _without_empty(code, cast("list[object]", _call(dictionary, "to_pylist")), name)
    host = _attribute(column, "cat") or column
    codes, categories = _attribute(host, "codes"), _attribute(host, "categories")
    if codes is None or categories is None:
        return None
    labels = cast("list[object]", _array(categories, name).tolist())
    return _without_empty(_array(codes, name).astype(np.int64), labels, name)


def _of_entries(column: object, name: str) -> EncodedColumn:
    present, missing = _present(column, name)
    labels, present_code = _numeric(present) if present.dtype.kind in "iuf" else _distinct(present, name)
    code = np.full(len(missing), NO_LABEL, dtype=np.int64)
    code[~missing] = present_code
    return _without_empty(code, labels, name)


def _present(column: object, name: str) -> tuple[NDArray[np.generic], BoolArray]:
    """Return the entries that are there, as the column converts them, and which rows have none."""
    if isinstance(column, np.ma.MaskedArray):
        masked = cast("np.ma.MaskedArray[tuple[int], np.dtype[np.generic]]", column)
        return _array(masked.compressed(), name), np.ma.getmaskarray(masked)
    # Entries that are null are taken away first: beside them, integers would be converted to floats.
    for is_missing, without in (("isna", "dropna"), ("is_null", "drop_nulls"), ("is_null", "drop_null")):
        if _attribute(column, is_missing) is not None and _attribute(column, without) is not None:
            missing = _array(_call(column, is_missing), name).astype(np.bool_)
            return _array(_call(column, without), name), missing
    array = _listed(cast("Sequence[object]", column)) if isinstance(column, (list, tuple)) else _array(column, name)
    return array, np.zeros(len(array), dtype=np.bool_)


def _listed(column: Sequence[object]) -> NDArray[np.generic]:
    # Left to itself, numpy would turn the numbers of a mixed list into words.
    array = np.empty(len(column), dtype=np.object_)
    for row, entry in enumerate(column):
        array[row] = entry
    return array


def _numeric(present: NDArray[np.generic]) -> tuple[list[object], IntArray]:
    if present.size == 0:
        return [], np.zeros(0, dtype=np.int64)
    if present.dtype.kind == "f" and np.isfinite(present).all():
        levels, code = levelled(present.astype(np.float64))
        return [_whole(level) for level in levels.tolist()], code
    distinct, position = np.unique(present, return_inverse=True)
    return [_whole(label) for label in distinct.tolist()], position.astype(np.int64, copy=False)


def _distinct(present: NDArray[np.generic], name: str) -> tuple[list[object], IntArray]:
    if present.size and present.dtype.kind not in "OUSMb":
        raise MixedLabelsError(f"{name} holds {present.dtype}, which is neither numbers nor words.")
    # The finest of numpy's moments become plain numbers; in microseconds they stay moments.
    entries: list[Hashable] = _in_microseconds(present).tolist()
    try:
        place = {label: position for position, label in enumerate(dict.fromkeys(entries))}
    except TypeError as unhashable:
        raise MixedLabelsError(
            f"{name} holds entries that are neither numbers nor words: {unhashable}."
        ) from unhashable
    code = np.fromiter(map(place.__getitem__, entries), dtype=np.int64, count=len(entries))
    return [_whole(label) for label in place], code


def _in_microseconds(present: NDArray[np.generic]) -> NDArray[np.generic]:
    return present.astype("datetime64[us]") if present.dtype.kind == "M" else present


def _whole(label: object) -> object:
    return int(label) if isinstance(label, float) and label.is_integer() else label


def _without_empty(code: IntArray, labels: list[object], name: str) -> EncodedColumn:
    """Give rows whose label is none (None, NaN, NaT, NA) no label."""
    empty = np.array([_is_empty(label) for label in labels] + [True])
    return EncodedColumn(np.where(empty[code], NO_LABEL, code), labels, name)


def _is_empty(label: object) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)  # noqa: PLR0124  (only NaN and its kin differ from themselves)
    except TypeError:
        return True  # pandas.NA does not say whether it differs from itself


def _array(column: object, name: str) -> NDArray[np.generic]:
    try:
        array: NDArray[np.generic] = np.asarray(cast("ArrayLike", column))
    except ValueError as ragged:
        raise ColumnShapeError(f"{name} must be one column, one entry per rating; its rows differ.") from ragged
    if array.ndim != 1:
        raise ColumnShapeError(f"{name} must be one column, one entry per rating; its shape is {array.shape}.")
    return array


def _attribute(host: object, name: str) -> object:
    return getattr(host, name, None)


def _call(host: object, method: str) -> object:
    return cast("Callable[[], object]", getattr(host, method))()
