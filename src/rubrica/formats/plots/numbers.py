"""Labels and numbers of a plot, checked once at the door, and the words that plots have in common."""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.formats.plots.svg import NothingToShowError, PlotShapeError, listed, printable

FloatArray: TypeAlias = NDArray[np.float64]

MOST_SHOWN: Final = 40
"""Rows, or points, beyond which the most extreme are shown and the others counted in a note."""

_MOST_NAMED: Final = 4
"""Names that a sentence can hold."""


def checked_names(labels: Sequence[str], what: str) -> list[str]:
    """Return labels as they can be printed.

    Raises
    ------
    NothingToShowError
        There is none.
    """
    if not labels:
        raise NothingToShowError(f"There is nothing to show: {what} is empty.")
    return [printable(label) for label in labels]


def checked_numbers(column: ArrayLike, shape: tuple[int, ...], what: str, *, may_lack: bool = False) -> FloatArray:
    """Return numbers of a shape; where they may lack, NaN stands for those that do not exist.

    Raises
    ------
    PlotShapeError
        The shape is another, or an entry is infinite, or NaN where none may lack.
    """
    array = np.asarray(column, dtype=np.float64)
    if array.shape != shape:
        raise PlotShapeError(f"{what} must have one number for each label, shape {shape}; its shape is {array.shape}.")
    bad = np.isinf(array) if may_lack else ~np.isfinite(array)
    if bad.any():
        raise PlotShapeError(f"{what} holds {array[bad][0]}, which has no place on a plot.")
    return array + 0.0


def checked_interval(
    low: ArrayLike | None, high: ArrayLike | None, values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the two ends of intervals, NaN where there is none; None for none at all.

    Raises
    ------
    PlotShapeError
        The shape is not that of the values, an interval has one end, or its ends are the wrong way round.
    """
    if low is None and high is None:
        return np.full_like(values, math.nan), np.full_like(values, math.nan)
    if low is None or high is None:
        raise PlotShapeError("An interval needs both ends, low and high; only one of them was given.")
    lows = checked_numbers(low, values.shape, "low", may_lack=True)
    highs = checked_numbers(high, values.shape, "high", may_lack=True)
    if not np.array_equal(np.isnan(lows), np.isnan(highs)):
        raise PlotShapeError("An interval has only one end: low and high must be NaN at the same places.")
    if (lows > highs).any():
        raise PlotShapeError("An interval ends before it begins: low must not exceed high.")
    return lows, highs


def most_extreme(size: FloatArray, most: int) -> list[int]:
    """Return the places of the largest sizes, largest first, ties in order; NaN comes last."""
    places: list[int] = np.lexsort((np.arange(len(size)), -size))[: max(most, 1)].tolist()
    return places


def how_many(shown: int, of: int, which: str) -> list[str]:
    """Return a note that some are not shown, or none."""
    return [f"{shown} of {of} shown: {which}."] if shown < of else []


def interval_is(confidence: float) -> str:
    """Return a note of what the lines are."""
    return f"A line is the {100 * confidence:g}\u202f% interval."


def line_is(confidence: float, lows: FloatArray) -> list[str]:
    """Return a note of what the lines are, where there are any, and what a hollow dot is."""
    missing = np.isnan(lows)
    notes = [] if missing.all() else [interval_is(confidence)]
    return [*notes, *(["A hollow dot has no interval."] if missing.any() else [])]


def named(entries: Sequence[str]) -> str:
    """Return entries as a list in a sentence, the first few by name.

    Examples
    --------
    >>> named(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d and 2 more'
    """
    more = len(entries) - _MOST_NAMED
    return listed([*entries[:_MOST_NAMED], f"{more} more"] if more > 1 else entries)
