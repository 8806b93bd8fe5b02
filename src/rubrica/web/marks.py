"""Marks as shapes over an image, in the pixels of its view, so that a page needs no script to show them.

A severity is a shape beside its hue, the same as in the workbench: circle, diamond, triangle, octagon.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from rubrica.domain.rubric import Rubric
from rubrica.records.models import Mark

TAG_SHARE: Final = 0.024
"""Half the width of a tag, as a share of the image's longer side."""
_POINT_SHARE: Final = 0.008
_REGULAR: Final[dict[int, tuple[tuple[float, ...], float]]] = {
    2: ((0, 90, 180, 270), 1.25),
    3: ((-90, 30, 150), 1.45),
    4: (tuple(22.5 + 45 * turn for turn in range(8)), 1.1),
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """The picture that marks are drawn on, in pixels."""

    width: int
    height: int

    @property
    def tag(self) -> float:
        """Half the width of a mark's tag."""
        return TAG_SHARE * max(self.width, self.height)


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """One mark: its outline as an SVG path, its tag, and what it says."""

    label: str
    slot: int
    outline: str
    brush: str
    """How thick the outline is, in pixels of the picture; empty for a shape that is drawn as a line."""
    tag_path: str
    tag_x: str
    tag_y: str
    severity: int
    code: str
    name: str
    part: str
    severity_name: str
    note: str
    missing: bool
    clause: str
    pair: str


def draw(mark: Mark, canvas: Canvas, letter: str, rubric: Rubric) -> DrawnMark:
    """Return a mark as paths; ``letter`` says whose it is and comes before its number."""
    outline, x, y = _outline(mark.shape, mark.geometry, canvas)
    r = canvas.tag
    known = rubric.severity_of.get(mark.severity) if mark.severity is not None else None
    names = rubric.taxonomy.name_of if rubric.taxonomy is not None else {}
    return DrawnMark(
        label=f"{letter}{mark.number}",
        slot=mark.slot,
        outline=outline,
        brush=_text(mark.geometry["height"] * canvas.height) if mark.shape == "brush" else "",
        tag_path=severity_path(mark.severity, r),
        tag_x=_text(min(max(x, 1.5 * r), canvas.width - 1.5 * r)),
        tag_y=_text(min(max(y, 1.5 * r), canvas.height - 1.5 * r)),
        severity=mark.severity or 0,
        code=mark.code,
        name=names.get(mark.code, mark.code),
        part=mark.part.replace("_", " "),
        severity_name=known.name if known is not None else "",
        note=mark.note,
        missing=mark.missing,
        clause=mark.clause,
        pair=f"{letter}{mark.pair}" if mark.pair else "",
    )


def box_outline(box: Mapping[str, Any], canvas: Canvas) -> str:
    """Return a box given in shares of the picture as a path."""
    return _outline("box", box, canvas)[0]


def region_outline(shape: str, geometry: Mapping[str, Any], canvas: Canvas) -> tuple[str, str]:
    """Return a place as a path, and how thick it was painted in pixels of the picture; both empty for all of it."""
    brush = _text(geometry["height"] * canvas.height) if shape == "brush" else ""
    return _outline(shape, geometry, canvas)[0], brush


def severity_path(severity: int | None, r: float = 11) -> str:
    """Return the path of a severity's figure around the origin, ``r`` from the middle to the rim."""
    angles, reach = _REGULAR.get(severity or 0, ((), 0.0))
    if not angles:
        return _circle(0, 0, r)
    turns = [math.radians(angle) for angle in angles]
    corners = [f"{_text(math.cos(turn) * r * reach)} {_text(math.sin(turn) * r * reach)}" for turn in turns]
    return f"M{'L'.join(corners)}Z"


def _outline(shape: str, geometry: Mapping[str, Any], canvas: Canvas) -> tuple[str, float, float]:
    """Return the path of a mark, and where its tag stands."""
    width, height = canvas.width, canvas.height
    match shape:
        case "box":
            left, top = geometry["x"] * width, geometry["y"] * height
            right, bottom = left + geometry["width"] * width, top + geometry["height"] * height
            path = f"M{_text(left)} {_text(top)}H{_text(right)}V{_text(bottom)}H{_text(left)}Z"
            return path, left, top
        case "point":
            x, y, r = geometry["x"] * width, geometry["y"] * height, _POINT_SHARE * max(width, height)
            return _circle(x, y, r), x + 1.6 * canvas.tag, y - 1.6 * canvas.tag
        case "polygon":
            points = [(x * width, y * height) for x, y in geometry["points"]]
            path = "L".join(f"{_text(x)} {_text(y)}" for x, y in points)
            top_left = min(points, key=lambda point: point[0] + point[1])
            return f"M{path}Z", *top_left
        case "brush":
            strokes = [[(x * width, y * height) for x, y in stroke] for stroke in geometry["strokes"]]
            path = "".join(
                f"M{'L'.join(f'{_text(x)} {_text(y)}' for x, y in [*stroke, stroke[-1]])}" for stroke in strokes
            )
            return path, *min(chain(*strokes), key=lambda point: point[0] + point[1])
        case _:
            return "", 0.0, height


def _circle(x: float, y: float, r: float) -> str:
    there, back = f"a{_text(r)} {_text(r)} 0 1 0 {_text(2 * r)} 0", f"a{_text(r)} {_text(r)} 0 1 0 {_text(-2 * r)} 0"
    return f"M{_text(x - r)} {_text(y)}{there}{back}Z"


def _text(value: float) -> str:
    return f"{value:.1f}"
