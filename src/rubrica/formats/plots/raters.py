"""Raters by bias and inconsistency."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

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
from rubrica.formats.plots.plane import Plane, Point, plane_drawing
from rubrica.formats.plots.svg import Frame, PlotShapeError, document, number, span


def bias_inconsistency_plane(
    raters: Sequence[str],
    bias: ArrayLike,
    bias_low: ArrayLike,
    bias_high: ArrayLike,
    inconsistency: ArrayLike,
    inconsistency_low: ArrayLike | None = None,
    inconsistency_high: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    most: int = MOST_SHOWN,
    title: str = "Bias and inconsistency of raters",
    prefix: str = "raters",
    embedded: bool = False,
) -> str:
    """Return a plot of raters: how much higher they rate than the others, across, and how inconsistently, upward.

    Parameters
    ----------
    raters
        The name of each of r raters.
    bias, bias_low, bias_high
        Shape ``(r,)`` each, in scale points, + for higher than the others, with its interval; both ends NaN where
        there is none.
    inconsistency, inconsistency_low, inconsistency_high
        Shape ``(r,)`` each, in scale points, from 0 upward: the standard deviation of a rater's noise, with its
        interval where there is one.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.
    most
        Raters shown: those furthest out, in standard deviations, from a bias of nought or the mean inconsistency.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.  A dot is filled where the interval of the bias does not hold nought, hollow where it does.  Names stand
        where they find room, the most extreme first; the first eight raters are printed with their numbers.

    Examples
    --------
    >>> svg = bias_inconsistency_plane(["R4"], [0.8], [0.5], [1.1], [0.6])
    >>> "R4 rates 0.80 points higher than the others (0.50–1.10)" in svg
    True
    """
    names = checked_names(raters, "raters")
    values = checked_numbers(bias, (len(names),), "bias")
    lows, highs = checked_interval(bias_low, bias_high, values)
    spread = checked_numbers(inconsistency, values.shape, "inconsistency")
    spread_low, spread_high = checked_interval(inconsistency_low, inconsistency_high, spread)
    if spread.min() < 0.0:
        raise PlotShapeError(f"Inconsistency is a standard deviation, from 0 upward, but here it is {spread.min():g}.")
    extreme = np.maximum(np.abs(_in_deviations(values, 0.0)), _in_deviations(spread, float(spread.mean())))
    shown = most_extreme(extreme, most)
    points = [
        Point(
            name=names[at],
            x=(values[at], lows[at], highs[at]),
            y=(spread[at], spread_low[at], spread_high[at]),
            printed=(
                f"{number(values[at], signed=True)} {span(lows[at], highs[at])}",
                number(spread[at])
                if math.isnan(spread_low[at])
                else f"{number(spread[at])} {span(spread_low[at], spread_high[at])}",
            ),
            is_clear=bool(lows[at] > 0.0 or highs[at] < 0.0),
        )
        for at in shown
    ]
    drawing, height = plane_drawing(
        Plane(
            points=points,
            across=("← rates lower", "bias, points", "rates higher →"),
            upward="↑ inconsistency, points",
            heads=("rater", "bias", "inconsistency"),
        )
    )
    notes = [
        *how_many(len(shown), len(names), "the most extreme"),
        f"{interval_is(confidence)} One that touches the edge goes on beyond it.",
        "A filled dot: the interval of the bias does not hold nought.",
    ]
    finding = _plane_finding(names, values, lows, highs, spread)
    return document(Frame(title, finding, prefix, embedded), drawing, height, notes)


def _in_deviations(values: FloatArray, centre: float) -> FloatArray:
    """Return how far values lie from a centre, measured by their own root mean square distance from it."""
    away = values - centre
    largest = float(np.abs(away).max())
    # Scaled first, so that no square leaves the range of a float.
    return away / largest / math.sqrt(float(np.mean((away / largest) ** 2))) if largest > 0.0 else away


def _plane_finding(
    names: Sequence[str], bias: FloatArray, low: FloatArray, high: FloatArray, spread: FloatArray
) -> str:
    """Return how many raters are clearly biased, the most biased of them, and the least consistent rater."""
    clear = np.flatnonzero((low > 0.0) | (high < 0.0))
    least = int(np.argmax(spread))
    consistency = f"The least consistent is {names[least]}, with {number(spread[least])} points."
    if len(clear) == 0:
        return f"No rater's bias can be told from nought. {consistency}"
    at = int(clear[np.argmax(np.abs(bias[clear]))])
    side = "higher" if bias[at] > 0.0 else "lower"
    ends = span(low[at], high[at]) if bias[at] > 0.0 else span(-high[at], -low[at])
    most = f"{names[at]} rates {number(abs(bias[at]))} points {side} than the others {ends}"
    return f"{most}; {len(clear)} of {len(names)} raters differ clearly from the others. {consistency}"
