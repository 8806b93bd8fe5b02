"""How a simulated rater marks what was seen: roughly in place, roughly the right code, roughly as grave as it is."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from rubrica.domain.mark import Box, Brush, Geometry, Mark, Point, Polygon, Slot
from rubrica.domain.rubric import Rubric
from rubrica.domain.taxonomy import Taxonomy

_WRONG_CODE: Final = 0.35
_SMALLEST: Final = 0.01
_CORNERS: Final = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """A defect as a rater saw it; a false alarm has neither kind nor code.

    Attributes
    ----------
    slot
        The item slot of the image it is on.
    kind
        How it was planted, such as ``swirl``.
    part
        What it is on, where that is known.
    """

    slot: int
    kind: str
    code: str
    box: Box
    severity: int
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark with what it was drawn for; ``severity`` is 0 where the mark counts as no fault."""

    mark: Mark
    seen: Seen
    severity: int


def draw_mark(
    rubric: Rubric,
    seen: Seen,
    image: Slot,
    skill: float,
    leniency: float,
    random: np.random.Generator,
) -> Drawn:
    """Draw a mark for what was seen.

    Parameters
    ----------
    rubric
        Decides shapes (at least one), codes, parts and severities.
    seen
        What was seen.
    image
        The image it is on, as shown.
    skill
        From 0 to 1: how exact place, code and severity are.
    leniency
        Scale points of bias: the lenient call a fault lighter than it is.
    random
        Source of chance.
    """
    geometry = _geometry(rubric, seen.box, skill, random)
    if rubric.taxonomy is None:
        return Drawn(Mark(image, geometry), seen, 0)
    code = _code(rubric.taxonomy, seen.code, skill, random)
    group = rubric.taxonomy.group_of[code]
    part = seen.part if seen.part in group.parts else None
    severity = _severity(rubric, seen.severity, skill, leniency, random)
    return Drawn(Mark(image, geometry, code, part, severity), seen, severity if group.fault else 0)


def _geometry(rubric: Rubric, box: Box, skill: float, random: np.random.Generator) -> Geometry:
    drawn = _shifted(box, skill, random)
    centre = Point(round(drawn.x + drawn.width / 2, 4), round(drawn.y + drawn.height / 2, 4))
    shapes = rubric.marks.shapes
    # Most people reach for the box, a few for the point; hardly anybody draws an outline, or paints without need.
    drawn_by_many = ("box", "box", "box", "box", "point", "point", "polygon")
    favourites = [shape for shape in drawn_by_many if shape in shapes] or ["brush"]
    match favourites[int(random.integers(len(favourites)))]:
        case "box":
            return drawn
        case "polygon":
            return _outline(drawn)
        case "brush":
            return _stroke(drawn)
        case _:
            return centre


def _shifted(box: Box, skill: float, random: np.random.Generator) -> Box:
    slack = 0.04 + 0.30 * (1 - skill)
    shift_x, shift_y = random.normal(0.0, slack, 2).tolist()
    wider, higher = np.exp(random.normal(0.05, slack, 2)).tolist()
    width = min(max(box.width * wider, _SMALLEST), 1.0)
    height = min(max(box.height * higher, _SMALLEST), 1.0)
    x = box.x + box.width / 2 + shift_x * box.width - width / 2
    y = box.y + box.height / 2 + shift_y * box.height - height / 2
    return Box(_inside(x, width), _inside(y, height), round(width, 4), round(height, 4))


def _inside(start: float, length: float) -> float:
    """Return where a stretch of this length begins, moved inside the image if need be."""
    return round(min(max(start, 0.0), 1.0 - round(length, 4)), 4)


def _outline(box: Box) -> Polygon:
    turns = np.linspace(0.0, 2 * np.pi, _CORNERS, endpoint=False)
    xs = np.clip(box.x + box.width * (1 + np.cos(turns)) / 2, 0.0, 1.0).round(4).tolist()
    ys = np.clip(box.y + box.height * (1 + np.sin(turns)) / 2, 0.0, 1.0).round(4).tolist()
    return Polygon(tuple(zip(xs, ys, strict=True)))


def _stroke(box: Box) -> Brush:
    """Paint once across the middle of a box, with a brush a quarter as wide as the box and as high as it."""
    middle, tip = round(box.y + box.height / 2, 4), round(box.width / 4, 4)
    ends = (round(box.x + tip / 2, 4), middle), (round(box.x + box.width - tip / 2, 4), middle)
    return Brush(tip, box.height, (ends,))


def _code(taxonomy: Taxonomy, code: str, skill: float, random: np.random.Generator) -> str:
    codes = taxonomy.codes
    if code not in taxonomy.group_of:
        return codes[int(random.integers(len(codes)))]
    if random.random() > _WRONG_CODE * (1 - skill):
        return code
    group = taxonomy.group_of[code]
    errors = group.errors
    return f"{group.code}.{errors[int(random.integers(len(errors)))].code}"


def _severity(rubric: Rubric, severity: int, skill: float, leniency: float, random: np.random.Generator) -> int:
    felt = severity - 0.4 * leniency + random.normal(0.0, 0.2 + 0.5 * (1 - skill))
    return min(rubric.severity_of, key=lambda value: abs(value - felt))
