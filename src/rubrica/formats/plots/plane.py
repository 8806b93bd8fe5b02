"""A plane of points with intervals both ways; names stand where they cover nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.formats.plots.svg import LINE, MARGIN, WIDTH, Scale, mark, shortened, text, text_width, titled

_LEFT: Final = 46.0
_HEIGHT: Final = 300.0
_TOP: Final = LINE + 6.0
_NAME: Final = 90.0
_IN_PRINT: Final = 8
"""Points whose numbers are printed below the plane."""

_NAME_IN_PRINT: Final = 96.0
_ENDS: Final = (248.0, WIDTH - MARGIN)
"""Where the two columns of numbers end."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its name, where it stands, how far its intervals reach, and what it says when pointed at.

    ``x`` and ``y`` are value, low and high, the ends NaN where there is no interval, and ``printed`` is what they are
    in print.  ``is_clear`` says that the interval across does not hold nought.
    """

    name: str
    x: tuple[float, float, float]
    y: tuple[float, float, float]
    printed: tuple[str, str]
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Plane:
    """Points, the most important first, between two named axes; nought stands in the middle of the one across.

    ``across`` is what stands below that axis: at its left, in its middle, at its right.  ``heads`` are the names of the
    columns of the table below, which prints the first points.
    """

    points: Sequence[Point]
    across: tuple[str, str, str]
    upward: str
    heads: tuple[str, str, str]


def plane_drawing(plane: Plane) -> tuple[list[str], float]:
    """Return the plane with its axes, and how high it is."""
    across = _symmetric([point.x for point in plane.points])
    highest = _reach([point.y for point in plane.points])
    # From the bottom up: places grow downward.
    upward = Scale(0.0, highest, _TOP + _HEIGHT, _TOP)
    parts = _axes(plane, across, upward)
    parts += [_cross(point, across, upward) for point in plane.points]
    dots = [(across.at(point.x[0]), upward.at(point.y[0])) for point in plane.points]
    for point, (x, y) in zip(plane.points, dots, strict=True):
        circle = mark("circle", "dot" if point.is_clear else "hollow", cx=x, cy=y, r=5.0)
        parts.append(titled(f"{point.name}: {', '.join(point.printed)}", [circle]))
    table, height = _table(plane, _TOP + _HEIGHT + 2 * LINE + 14.0)
    return [*parts, *_names(plane.points, dots), *table], height


def _table(plane: Plane, top: float) -> tuple[list[str], float]:
    """Return the first points in print, and where the table ends."""
    rows = [(point.name, *point.printed) for point in plane.points[:_IN_PRINT]]
    parts: list[str] = []
    for place, (name, *values) in enumerate((plane.heads, *rows)):
        y, css = top + LINE * (place + 1), "" if place else "soft"
        parts.append(titled(name, [text(shortened(name, _NAME_IN_PRINT), MARGIN, y, css)]))
        parts += [text(words, end, y, css, anchor="end") for words, end in zip(values, _ENDS, strict=True)]
    bottom = top + LINE * (len(rows) + 1)
    return [
        *parts,
        mark("line", "rule", x1=MARGIN, x2=WIDTH - MARGIN, y1=top + LINE + 5, y2=top + LINE + 5),
    ], bottom + 8.0


def _reach(triples: Sequence[tuple[float, float, float]]) -> float:
    """Return how far the values, and their intervals as far as they leave the values apart, reach."""
    values = max(abs(value) for value, _, _ in triples)
    ends = max((max(abs(low), abs(high)) for _, low, high in triples if not math.isnan(low)), default=0.0)
    return max(values * 1.1, min(ends, values * 2.5)) * 1.05 or 1.0


def _symmetric(triples: Sequence[tuple[float, float, float]]) -> Scale:
    reach = _reach(triples)
    return Scale(-reach, reach, _LEFT, WIDTH - MARGIN)


def _axes(plane: Plane, across: Scale, upward: Scale) -> list[str]:
    left, right, bottom, top = across.start, across.end, upward.start, upward.end
    parts = [text(plane.upward, MARGIN, LINE - 4.0, "soft")]
    for tick, words in across.ticks():
        x = across.at(tick)
        parts.append(mark("line", "rule", x1=x, x2=x, y1=top, y2=bottom))
        # A label near the edge stands wholly inside.
        middle = min(x, WIDTH - text_width(words) / 2)
        parts.append(text(words, middle, bottom + LINE, "soft", anchor="middle"))
    for tick, words in upward.ticks():
        y = upward.at(tick)
        parts.append(mark("line", "rule", x1=left, x2=right, y1=y, y2=y))
        parts.append(text(words, left - 6.0, y + 4.5, "soft", anchor="end"))
    zero = across.at(0.0)
    parts += [
        mark("line", "axis", x1=left, x2=right, y1=bottom, y2=bottom),
        mark("line", "zero", x1=zero, x2=zero, y1=top, y2=bottom),
        text(plane.across[0], left, bottom + 2 * LINE, "soft"),
        text(plane.across[1], (left + right) / 2, bottom + 2 * LINE, "soft", anchor="middle"),
        text(plane.across[2], right, bottom + 2 * LINE, "soft", anchor="end"),
    ]
    return parts


def _cross(point: Point, across: Scale, upward: Scale) -> str:
    x, y = across.at(point.x[0]), upward.at(point.y[0])
    parts: list[str] = []
    if not math.isnan(point.x[1]):
        parts.append(mark("line", "thin", x1=across.at(point.x[1]), x2=across.at(point.x[2]), y1=y, y2=y))
    if not math.isnan(point.y[1]):
        parts.append(mark("line", "thin", x1=x, x2=x, y1=upward.at(point.y[1]), y2=upward.at(point.y[2])))
    return "".join(parts)


def _names(points: Sequence[Point], dots: Sequence[tuple[float, float]]) -> list[str]:
    """Return the names that find a free place, the most important first."""
    taken: list[Box] = [(x - 6.0, y - 6.0, x + 6.0, y + 6.0) for x, y in dots]
    parts: list[str] = []
    for point, (x, y) in zip(points, dots, strict=True):
        name = shortened(point.name, _NAME)
        width = text_width(name)
        for left, baseline in ((x + 8, y - 5), (x - 8 - width, y - 5), (x + 8, y + 15), (x - 8 - width, y + 15)):
            box = (left, baseline - 11.0, left + width, baseline + 3.0)
            inside = box[0] >= _LEFT and box[2] <= WIDTH and box[1] >= _TOP and box[3] <= _TOP + _HEIGHT
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                parts.append(text(name, left, baseline))
                break
    return parts


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
