"""Matrices: which answers are taken for which, and where raters disagree."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rubrica.formats.plots.grids import MOST_COLUMNS, Cell, Grid, cell_room, grid_drawing
from rubrica.formats.plots.numbers import (
    MOST_SHOWN,
    FloatArray,
    checked_interval,
    checked_names,
    checked_numbers,
    how_many,
    interval_is,
    most_extreme,
)
from rubrica.formats.plots.svg import (
    Frame,
    NothingToShowError,
    PlotShapeError,
    digits_for,
    document,
    number,
    percent,
    span,
    text_width,
)


def confusion_matrix(
    labels: Sequence[str],
    shares: ArrayLike,
    counts: ArrayLike,
    *,
    truth: str = "Consensus",
    answer: str = "Rated",
    most: int = MOST_COLUMNS,
    title: str = "Which answers are taken for which",
    prefix: str = "confusion",
    embedded: bool = False,
) -> str:
    """Return a plot of how often each answer was given, for each answer that was right.

    Parameters
    ----------
    labels
        The name of each of k categories.
    shares
        Shape ``(k, k)``, in ``[0, 1]``: the share of each answer (last), given the true category (first).
    counts
        Shape ``(k,)``: the ratings that each row rests on, which may be expected ones; a row of none is empty, whatever
        its shares.
    truth, answer
        What the rows and the columns are.
    most
        Categories shown: those most often taken for another, or another for them.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.  Numbers are percent; the border marks the answers that were right.

    Examples
    --------
    >>> svg = confusion_matrix(["real", "fake"], [[0.9, 0.1], [0.3, 0.7]], [40, 20])
    >>> "Most often confused: fake is taken for real in 30\u202f% of 20 ratings." in svg
    True
    """
    names = checked_names(labels, "labels")
    n = checked_numbers(counts, (len(names),), "counts")
    values = np.where(
        n[:, None] > 0.0, checked_numbers(shares, (len(names), len(names)), "shares", may_lack=True), math.nan
    )
    if not (n > 0.0).any():
        raise NothingToShowError("There is nothing to show: no rating stands behind any row.")
    if np.isnan(values[n > 0.0]).any() or np.nanmin(values) < 0.0 or np.nanmax(values) > 1.0:
        raise PlotShapeError("Shares of a row that ratings stand behind must be numbers between 0 and 1.")
    wrong = np.where(np.isnan(values) | np.eye(len(names), dtype=np.bool_), 0.0, values)
    shown = sorted(most_extreme(wrong.max(axis=0) + wrong.max(axis=1), most))
    cells = [[_confusion_cell(names, values, one, other, answer) for other in shown] for one in shown]
    ends = [f"n {number(n[at], 0)}" for at in shown]
    categories = [names[at] for at in shown]
    grid = Grid(categories, categories, cells, across=f"{answer}, in percent", corner=truth, ends=ends)
    drawing, height = grid_drawing(grid)
    notes = [
        *how_many(len(shown), len(names), "those most often confused"),
        f"Rows are {truth.lower()}; the border marks answers that are the same. n is the number of ratings.",
    ]
    return document(Frame(title, _confusion_finding(names, wrong, n), prefix, embedded), drawing, height, notes)


def _confusion_cell(names: Sequence[str], values: FloatArray, one: int, other: int, answer: str) -> Cell:
    share = float(values[one, other])
    printed = "–" if math.isnan(share) else f"{100 * share:.0f}"
    says = "no ratings" if math.isnan(share) else percent(share)
    is_right = one == other
    title = f"{names[one]}, {answer.lower()} {names[other]}: {says}"
    return Cell(printed, title, -share if is_right else share, is_outlined=is_right)


def _confusion_finding(names: Sequence[str], wrong: FloatArray, n: FloatArray) -> str:
    one, other = divmod(int(np.argmax(wrong)), len(names))
    if wrong[one, other] <= 0.0:
        return "No answer was taken for another."
    share = percent(float(wrong[one, other]))
    return f"Most often confused: {names[one]} is taken for {names[other]} in {share} of {number(n[one], 0)} ratings."


def disagreement_heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: ArrayLike,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    *,
    unit: str = "points",
    signed: bool = False,
    confidence: float = 0.95,
    most: int = MOST_SHOWN,
    title: str = "Where raters disagree",
    prefix: str = "disagreement",
    embedded: bool = False,
) -> str:
    """Return a plot of disagreement by rater, item or clause (rows) and by criterion (columns).

    Parameters
    ----------
    rows, columns
        The names of r rows and of c columns.
    values
        Shape ``(r, c)``, in `unit`: disagreement, or bias; NaN where there is none, and the cell says so.
    low, high
        Of the shape of `values`: the intervals, where there are any, drawn in the cells.
    unit
        What the values are measured in, in words.
    signed
        Whether values above nought have a plus sign.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.
    most
        Rows shown: those that hold the largest values.  Of columns, eight are shown.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> svg = disagreement_heatmap(["PL-1", "PL-2"], ["Realism"], [[0.2], [1.5]])
    >>> "Largest: PL-2, Realism, 1.50 points." in svg
    True
    """
    names, criteria = checked_names(rows, "rows"), checked_names(columns, "columns")
    table = checked_numbers(values, (len(names), len(criteria)), "values", may_lack=True)
    lows, highs = checked_interval(low, high, table)
    if np.isnan(table).all():
        raise NothingToShowError("There is nothing to show: not one cell holds a number.")
    size = np.where(np.isnan(table), -1.0, np.abs(table))
    down, across = sorted(most_extreme(size.max(axis=1), most)), sorted(most_extreme(size.max(axis=0), MOST_COLUMNS))
    largest = float(size.max())
    digits = _fitting_digits(table[np.isfinite(table)].tolist(), largest, cell_room(len(across)))

    def cell(one: int, other: int) -> Cell:
        value, ends = float(table[one, other]), (float(lows[one, other]), float(highs[one, other]))
        if math.isnan(value):
            return Cell("–", f"{names[one]}, {criteria[other]}: none", math.nan)
        printed = number(value, digits_for(largest or 1.0), signed=signed)
        said = f"{printed} {unit}" if math.isnan(ends[0]) else f"{printed} {unit} {span(*ends)}"
        return Cell(
            number(value, digits, signed=signed),
            f"{names[one]}, {criteria[other]}: {said}",
            value / largest if largest else 0.0,
            *ends,
        )

    one, other = divmod(int(np.argmax(size)), len(criteria))
    grid = Grid(
        rows=[names[at] for at in down],
        columns=[criteria[at] for at in across],
        cells=[[cell(row, column) for column in across] for row in down],
        across=unit,
        reach=_reach(lows, highs, largest),
    )
    drawing, height = grid_drawing(grid)
    notes = [
        *how_many(len(down), len(names), "the most extreme rows"),
        *how_many(len(across), len(criteria), "the most extreme columns"),
        *([] if grid.reach is None else [f"{interval_is(confidence)} The upright stroke is nought."]),
    ]
    finding = f"Largest: {cell(one, other).title.replace(': ', ', ')}."
    return document(Frame(title, finding, prefix, embedded), drawing, height, notes)


def _fitting_digits(values: Sequence[float], largest: float, room: float) -> int:
    """Return how many digits after the point fit into a cell, signs included."""
    most = digits_for(largest or 1.0)
    return next(
        (
            digits
            for digits in range(most, 0, -1)
            if all(text_width(number(value, digits, signed=True)) <= room for value in values)
        ),
        0,
    )


def _reach(low: FloatArray, high: FloatArray, largest: float) -> tuple[float, float] | None:
    """Return from where to where the intervals in the cells are drawn: not so far that one squeezes all others."""
    if np.isnan(low).all():
        return None
    start = min(0.0, max(float(np.nanmin(low)), -1.5 * largest))
    end = max(0.0, min(float(np.nanmax(high)), 1.5 * largest))
    return (start, end) if end > start else (-1.0, 1.0)
