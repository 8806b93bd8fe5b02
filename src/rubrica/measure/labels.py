"""Columns of any library into the columns that estimators take, with the labels to read their results with.

A column is a list, a numpy array, a pandas or polars Series, an Arrow array: whatever converts itself to numpy.  None
of those libraries is needed, and none is imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from rubrica.measure.agreement.alpha import Level
from rubrica.measure.columns import FloatArray, IntArray, numbers, same_length
from rubrica.measure.encoded_columns import NO_LABEL, EncodedColumn, encoded_column
from rubrica.measure.errors import (
    MissingValueError,
    MixedLabelsError,
    NoRatingsError,
    NotNumericError,
    OffTheScaleError,
    ScaleOrderError,
    UnknownLevelError,
    UnknownMethodError,
)

Labels: TypeAlias = NDArray[np.int64] | NDArray[np.float64] | NDArray[np.object_]
"""What stood in a column, each label once: whole numbers, numbers, or words (and whole numbers beyond 64 bits)."""

Missing: TypeAlias = Literal["refuse", "leave_out"]
"""What becomes of a row without a value."""

_LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A column of labels by number.

    Attributes
    ----------
    index : IntArray
        Shape ``(n,)``: the number of each row's label; ``labels[index]`` is the column.
    labels : Labels
        Shape ``(k,)``: the labels, numbers by value and words by their letters, ascending.
    """

    index: IntArray
    labels: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings as estimators take them, with the labels to read their results with.

    Attributes
    ----------
    units, raters : IntArray
        Shape ``(n,)`` each: numbers from 0 upward.
    values : FloatArray
        Shape ``(n,)``: the ratings, or the number of each word.
    unit_labels, rater_labels : Labels
        Shape ``(i,)`` and ``(r,)``: ``unit_labels[found.units]`` are the units of a result.
    value_labels : Labels or None
        Shape ``(k,)``: the words, where values are words; None where they are numbers.
    left_out : IntArray
        Rows of the columns given, counted from 0, that have no value.
    """

    units: IntArray
    raters: IntArray
    values: FloatArray
    unit_labels: Labels
    rater_labels: Labels
    value_labels: Labels | None
    left_out: IntArray


def labelled(column: object, name: str) -> Labelled:
    """Return a column of identities by number, whatever library it comes from.

    Parameters
    ----------
    column
        Shape ``(n,)``: whole numbers, words, numbers, truth values or dates; a list or anything that converts itself to
        a numpy array.
    name
        What the column is called in messages.

    Returns
    -------
    Labelled
        Numbers from 0 upward, in ascending order of the labels.

    Raises
    ------
    ColumnShapeError
        The column is not one-dimensional.
    MissingValueError
        An entry is empty (None, NaN, null, masked); the message names the row.
    MixedLabelsError
        The labels are numbers and words, or neither.
    NoRatingsError
        The column is empty.

    Notes
    -----
    Numbers that are whole count as whole numbers, since a column of them turns into floats as soon as one is missing.

    Examples
    --------
    >>> found = labelled(["cat.png", "ant.png", "cat.png"], "units")
    >>> found.index, found.labels
    (array([1, 0, 1]), array(['ant.png', 'cat.png'], dtype=object))
    """
    return _in_order(encoded_column(column, name).complete())


def labelled_together(first: object, second: object, names: tuple[str, str]) -> tuple[Labelled, Labelled]:
    """Return two columns of identities by number, the same number for the same label in both.

    Parameters
    ----------
    first, second
        Shape ``(n,)`` each, as for `labelled`: the two sides of each comparison.
    names
        What the columns are called in messages.

    Returns
    -------
    tuple of Labelled
        Both with the labels of either.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    MissingValueError, MixedLabelsError, NoRatingsError
        As for `labelled`.

    Examples
    --------
    >>> one, other = labelled_together(["a", "c"], ["b", "a"], ("first", "second"))
    >>> one.index, other.index, other.labels
    (array([0, 2]), array([1, 0]), array(['a', 'b', 'c'], dtype=object))
    """
    one, other = (encoded_column(column, name).complete() for column, name in zip((first, second), names, strict=True))
    same_length(**{names[0]: one.code, names[1]: other.code})
    both = EncodedColumn(
        np.concatenate([one.code, other.code + len(one.labels)]), one.labels + other.labels, " and ".join(names)
    )
    found = _in_order(both)
    size = len(one.code)
    return Labelled(found.index[:size], found.labels), Labelled(found.index[size:], found.labels)


def labelled_ratings(
    units: object,
    raters: object,
    values: object,
    *,
    level: Level = "ordinal",
    order: Sequence[object] | None = None,
    missing: Missing = "refuse",
) -> Ratings:
    """Return ratings as estimators take them, from columns of any library.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each: as for `labelled`.
    values
        Shape ``(n,)``: numbers; at the nominal level words or truth values too, at the ordinal level words with an
        `order`.
    level
        Level of measurement of `values`.
    order
        The levels of the scale from the lowest to the highest; they are numbered from 0 upward.  By default words are
        numbered as they sort.
    missing
        Whether a row without a value is an error, or left out.  A row without a unit or a rater is an error.

    Returns
    -------
    Ratings
        Columns and labels.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    MissingValueError
        A unit, a rater or a value is missing, or a value is infinite; the message names column and row.
    MixedLabelsError
        Labels are numbers and words, or neither.
    NotNumericError
        At the interval or ratio level: a value is not a number; the message names column, row and value.
    ScaleOrderError
        At the ordinal level: words without an order.  Or `order` names one twice, or is given for distances.
    OffTheScaleError
        A value is not in the `order`.
    ValueTooLargeError
        A value is too large.
    UnknownLevelError, UnknownMethodError
        `level` or `missing` is none.
    NoRatingsError
        There are no ratings.

    Examples
    --------
    >>> found = labelled_ratings(
    ...     units=["cat", "cat", "dog", "dog", "owl", "owl"],
    ...     raters=["ann", "bob"] * 3,
    ...     values=["good", "good", "bad", "fair", "fair", "fair"],
    ...     order=["bad", "fair", "good"],
    ... )
    >>> found.units, found.raters, found.values
    (array([0, 0, 1, 1, 2, 2]), array([0, 1, 0, 1, 0, 1]), array([2., 2., 0., 1., 1., 1.]))
    >>> from rubrica.measure.agreement.alpha import krippendorff_alpha
    >>> round(krippendorff_alpha(found.units, found.values).alpha, 3)
    0.778
    >>> from rubrica.measure.opinion.mean import rater_bias
    >>> found.rater_labels[rater_bias(found.units, found.raters, found.values).raters].tolist()
    ['ann', 'bob']
    """
    if level not in _LEVELS:
        raise UnknownLevelError(f"level must be nominal, ordinal, interval or ratio, not {level!r}.")
    if missing not in {"refuse", "leave_out"}:
        raise UnknownMethodError(f"missing must be refuse or leave_out, not {missing!r}.")
    unit, rater = encoded_column(units, "units").complete(), encoded_column(raters, "raters").complete()
    value = encoded_column(values, "values")
    same_length(units=unit.code, raters=rater.code, values=value.code)
    given = value.code != NO_LABEL
    if missing == "refuse":
        value.complete()
    if not given.any():
        raise NoRatingsError("There are no ratings: values is empty in every row.")
    number, value_labels = _value_numbers(value, level, order)
    unit_column, rater_column = _in_order(unit.kept(given)), _in_order(rater.kept(given))
    return Ratings(
        units=unit_column.index,
        raters=rater_column.index,
        values=number[value.code[given]],
        unit_labels=unit_column.labels,
        rater_labels=rater_column.labels,
        value_labels=value_labels,
        left_out=np.flatnonzero(~given),
    )


# --- what a value counts as ---


def _value_numbers(
    column: EncodedColumn, level: Level, order: Sequence[object] | None
) -> tuple[FloatArray, Labels | None]:
    """Return the number of each label that occurs (others are 0), and the words behind the numbers."""
    occurring = np.unique(column.code[column.code != NO_LABEL])
    labels = [column.labels[position] for position in occurring]
    number = np.zeros(len(column.labels))
    if order is not None:
        number[occurring] = _ranks(column, occurring, labels, level, order)
        return number, _label_array(list(order))
    if all(_is_number(label) for label in labels):
        _refuse_infinite(column, occurring, labels)
        number[occurring] = numbers(np.array(labels), "values")
        return number, None
    if level in {"interval", "ratio"}:
        position = next(at for at, label in zip(occurring, labels, strict=True) if not _is_number(label))
        raise NotNumericError(
            f"values holds {column.labels[position]!r} in row {column.row_of(position)}; "
            f"at the {level} level values must be numbers."
        )
    if level == "ordinal":
        raise ScaleOrderError(
            f"values holds words such as {labels[0]!r} in row {column.row_of(int(occurring[0]))}; at the ordinal level "
            "give their order, from the lowest to the highest, or use the nominal level."
        )
    found = _in_order(EncodedColumn(np.arange(len(labels)), labels, column.name))
    number[occurring] = found.index
    return number, found.labels


def _ranks(
    column: EncodedColumn, occurring: IntArray, labels: list[object], level: Level, order: Sequence[object]
) -> list[int]:
    if level in {"interval", "ratio"}:
        raise ScaleOrderError(f"An order says nothing of distances; at the {level} level values must be numbers.")
    rank = {label: position for position, label in enumerate(order)}
    if len(rank) < len(order):
        twice = next(label for position, label in enumerate(order) if rank[label] != position)
        raise ScaleOrderError(f"order names {twice!r} twice.")
    for position, label in zip(occurring, labels, strict=True):
        if label not in rank:
            raise OffTheScaleError(f"values holds {label!r} in row {column.row_of(position)}, which is not in order.")
    return [rank[label] for label in labels]


def _refuse_infinite(column: EncodedColumn, occurring: IntArray, labels: list[object]) -> None:
    for position, label in zip(occurring, labels, strict=True):
        if label in {float("inf"), float("-inf")}:
            raise MissingValueError(
                f"values holds {label} in row {column.row_of(position)}; no scale has such a value."
            )


# --- the order of labels ---


def _in_order(column: EncodedColumn) -> Labelled:
    """Give the labels that occur numbers in ascending order; equal ones share theirs."""
    occurring = np.bincount(column.code, minlength=len(column.labels)) > 0
    used = [column.labels[position] for position in np.flatnonzero(occurring)]
    _refuse_mixed(column, np.flatnonzero(occurring), used)
    # All of one kind, as was just checked: what that is, floats stand for.
    ascending = sorted(set(cast("list[float]", used)))
    place: dict[object, int] = {label: position for position, label in enumerate(ascending)}
    number = np.zeros(len(column.labels), dtype=np.int64)
    number[occurring] = [place[label] for label in used]
    return Labelled(number[column.code], _label_array(list(ascending)))


def _refuse_mixed(column: EncodedColumn, occurring: IntArray, used: list[object]) -> None:
    kinds = {_kind(label): position for position, label in zip(occurring[::-1], used[::-1], strict=True)}
    unordered = next((position for kind, position in kinds.items() if kind is None), None)
    if unordered is not None:
        label = column.labels[unordered]
        raise MixedLabelsError(
            f"{column.name} holds a {type(label).__name__} in row {column.row_of(unordered)}; labels must be numbers, "
            "words, truth values or dates."
        )
    if len(kinds) > 1:
        one, other = sorted(kinds.values())[:2]
        raise MixedLabelsError(
            f"{column.name} holds {column.labels[one]!r} in row {column.row_of(one)} and {column.labels[other]!r} in "
            f"row {column.row_of(other)}; labels must all be numbers or all be words."
        )


def _kind(label: object) -> str | None:
    """Return what a label can be sorted with; None for nothing."""
    if isinstance(label, (bool, np.bool_)):
        return "truth value"
    if isinstance(label, Real):
        return "number"
    if isinstance(label, str):
        return "word"
    is_moment = hasattr(label, "isoformat")
    return f"{type(label).__name__} {getattr(label, 'tzinfo', None) is None}" if is_moment else None


def _is_number(label: object) -> bool:
    return _kind(label) == "number"


def _label_array(labels: list[object]) -> Labels:
    """Return labels as integers or floats where they are, else as they stood."""
    if all(_is_number(label) for label in labels):
        if not all(isinstance(label, Integral) for label in labels):
            return np.array(labels, dtype=np.float64)
        bounds = np.iinfo(np.int64)
        if all(bounds.min <= cast("int", label) <= bounds.max for label in labels):
            return np.array(labels, dtype=np.int64)
    array = np.empty(len(labels), dtype=np.object_)
    array[:] = labels
    return array
