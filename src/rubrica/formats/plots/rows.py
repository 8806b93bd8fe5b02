"""Rows of a plot: a name and its printed value, and under them a dot or a bar with its interval on one common axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.domain.verdict import Band
from rubrica.formats.plots.svg import (
    LINE,
    MARGIN,
    WIDTH,
    Scale,
    mark,
    number,
    shortened,
    text,
    text_width,
    titled,
    whisker,
)

_TRACK: Final = 14.0
_GAP: Final = 10.0
_MANY: Final = 8
"""Above more rows than this the axis is repeated at the top."""

_INSIDE: Final = WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes
    ----------
    label, printed
        Its name and its value in print.
    value, low, high : float
        Where the dot, or the end of the bar, and its interval stand; NaN for what does not exist.
    band
        What is expected of the value.
    heading
        Words above the row, which begins a group.
    is_bar
        Whether the value is a length from nought.
    """

    label: str
    printed: str
    value: float
    low: float
    high: float
    band: Band | None = None
    heading: str = ""
    is_bar: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """The common axis: its scale, the place of nothing, what it measures, and whether its ticks are percent."""

    scale: Scale
    zero: float
    name: str
    in_percent: bool = False


def rows_drawing(rows: Sequence[Row], axis: Axis) -> tuple[list[str], float]:
    """Return the rows above their axis, and how high they are."""
    parts: list[str] = []
    top = 0.0
    if len(rows) > _MANY:
        parts += _tick_labels(axis, LINE - 5)
        top = LINE
    places, bottom = _places(rows, top)
    for row, place in zip(rows, places, strict=True):
        parts.append(_row(row, place, axis))
    scale = axis.scale
    parts.append(mark("line", "axis", x1=scale.start, x2=scale.end, y1=bottom, y2=bottom))
    parts += [
        mark("line", "axis", x1=x, x2=x, y1=bottom, y2=bottom + 4)
        for x in (scale.at(tick) for tick, _ in scale.ticks())
    ]
    parts += _tick_labels(axis, bottom + LINE)
    parts.append(text(axis.name, WIDTH / 2, bottom + 2 * LINE, "soft", anchor="middle"))
    return parts, bottom + 2 * LINE + 8.0


def _places(rows: Sequence[Row], top: float) -> tuple[list[float], float]:
    """Return where each row begins, and where the last one ends."""
    places: list[float] = []
    for row in rows:
        top += LINE + 4.0 if row.heading else 0.0
        places.append(top)
        top += LINE + 4.0 + _TRACK + (LINE - 2.0 if row.band is not None else 0.0) + _GAP
    return places, top


def _grid(axis: Axis, track: float) -> list[str]:
    """Return the upright lines of one row: they stay behind its track, where there is no text."""
    ends = {"y1": track - 3.0, "y2": track + _TRACK + 3.0}
    places = [axis.scale.at(tick) for tick, _ in axis.scale.ticks()]
    zero = axis.scale.at(axis.zero)
    return [
        *(mark("line", "rule", x1=x, x2=x, **ends) for x in places),
        mark("line", "zero", x1=zero, x2=zero, **ends),
    ]


def _tick_labels(axis: Axis, y: float) -> list[str]:
    labels: list[str] = []
    for tick, plain in axis.scale.ticks():
        words = f"{100 * tick:.0f}\u202f%" if axis.in_percent else plain
        half = text_width(words) / 2
        x = min(max(axis.scale.at(tick), half), WIDTH - half)
        labels.append(text(words, x, y, "soft", anchor="middle"))
    return labels


def _row(row: Row, top: float, axis: Axis) -> str:
    heading = ""
    if row.heading:
        heading = titled(row.heading, [text(shortened(row.heading, _INSIDE), MARGIN, top - 5, "strong")])
    name = shortened(row.label, _INSIDE - text_width(row.printed) - 12.0)
    words = [text(name, MARGIN, top + LINE - 4), text(row.printed, WIDTH - MARGIN, top + LINE - 4, anchor="end")]
    track = top + LINE + 1.0
    marks = [*_zones(row.band, axis.scale, track), *_grid(axis, track), *_value(row, axis, track)]
    return heading + titled(f"{row.label}: {row.printed}", [*words, *marks])


def _zones(band: Band | None, scale: Scale, top: float) -> list[str]:
    """Return the track of a row; with a band, in three stretches whose borders are printed below it."""
    if band is None:
        return [mark("rect", "track", x=scale.start, y=top, width=scale.end - scale.start, height=_TRACK)]
    look, healthy = scale.at(band.look_below), scale.at(band.healthy_from)
    stretches = (("zone-bad", scale.start, look), ("zone-watch", look, healthy), ("zone-good", healthy, scale.end))
    parts = [mark("rect", css, x=x, y=top, width=end - x, height=_TRACK) for css, x, end in stretches]
    for x, words, anchor in (
        (look, f"look below {number(band.look_below)}", "end"),
        (healthy, f"healthy from {number(band.healthy_from)}", "start"),
    ):
        parts.append(mark("line", "axis", x1=x, x2=x, y1=top, y2=top + _TRACK + 3))
        # Where it would run over the edge, the text ends there.
        is_over = anchor == "start" and x + text_width(words) > WIDTH
        place, side = (WIDTH - MARGIN, "end") if is_over else (x, anchor)
        parts.append(text(words, place, top + _TRACK + LINE - 3, "soft", anchor=side))
    return parts


def _value(row: Row, axis: Axis, top: float) -> list[str]:
    if math.isnan(row.value):
        return []
    middle, x = top + _TRACK / 2, axis.scale.at(row.value)
    start = axis.scale.at(axis.zero)
    bar = [mark("rect", "bar", x=min(start, x), y=top, width=abs(x - start), height=_TRACK)] if row.is_bar else []
    has_interval = not math.isnan(row.low)
    return [
        *bar,
        whisker(axis.scale, row.low, row.high, middle),
        mark("circle", "dot" if has_interval else "hollow", cx=x, cy=middle, r=5.0),
    ]
