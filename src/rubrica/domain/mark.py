"""A mark: a place on an image, the code of what is wrong there, how grave it is, and a note.

Places are given in shares of the displayed image: ``0`` is its left or top edge, ``1`` its right or bottom edge.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeGuard

from rubrica.domain.clause_anchor import ANCHOR, ANCHOR_IN_WORDS
from rubrica.domain.problems import Findings, as_array, as_object, check_keys, child, one_of, quoted
from rubrica.domain.rubric import Rubric
from rubrica.domain.text import check_text

MAX_MARKS: Final = 200
MIN_POLYGON_POINTS: Final = 3
MAX_POLYGON_POINTS: Final = 500
MAX_STROKES: Final = 50
MAX_BRUSH_POINTS: Final = 500
"""Of all strokes of one mark together."""

MAX_NOTE: Final = 500

Slot = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]
"""An image of a unit, in order: ``a`` the first or left one, ``b`` the second or right one, and so on."""

SLOTS: Final[tuple[Slot, ...]] = ("a", "b", "c", "d", "e", "f", "g", "h", "i")

Shape = Literal["point", "box", "polygon", "brush", "whole"]

_ROUNDING = 1e-9
"""How far ``x + width`` may pass 1: sums of rounded shares do."""

_COORDINATE_IN_WORDS = "a finite number from 0 to 1, as a share of the displayed image"
_MARK_KEYS = frozenset({"image", "shape", "geometry", "code", "part", "severity", "note", "missing", "clause", "pair"})
_REGION_KEYS = frozenset({"image", "shape", "geometry"})
_POINT_KEYS = frozenset({"x", "y"})
_BOX_KEYS = frozenset({"x", "y", "width", "height"})
_POLYGON_KEYS = frozenset({"points"})
_BRUSH_KEYS = frozenset({"width", "height", "strokes"})
_NO_KEYS: frozenset[str] = frozenset()
_CITATION = re.compile(r"\[\[([0-9]{1,6})\]\]")


@dataclass(frozen=True, slots=True)
class Point:
    """A place, in shares of the width and the height."""

    x: float
    y: float
    shape: ClassVar[Shape] = "point"

    def as_json(self) -> dict[str, object]:
        """Return the geometry as it is written on a mark."""
        return {"x": self.x, "y": self.y}


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its left upper corner and its size, inside the image."""

    x: float
    y: float
    width: float
    height: float
    shape: ClassVar[Shape] = "box"

    def as_json(self) -> dict[str, object]:
        """Return the geometry as it is written on a mark."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed outline by its corners (x, y); the last corner joins the first."""

    points: tuple[tuple[float, float], ...]
    shape: ClassVar[Shape] = "polygon"

    def as_json(self) -> dict[str, object]:
        """Return the geometry as it is written on a mark."""
        return {"points": [[x, y] for x, y in self.points]}


@dataclass(frozen=True, slots=True)
class Brush:
    """What was painted: strokes by their bends (x, y), and the size of the brush, round as displayed.

    Strokes and not pixels: they are exact at any size of the image, and can be moved and taken back one by one.
    """

    width: float
    height: float
    strokes: tuple[tuple[tuple[float, float], ...], ...]
    shape: ClassVar[Shape] = "brush"

    def as_json(self) -> dict[str, object]:
        """Return the geometry as it is written on a mark."""
        strokes = [[[x, y] for x, y in stroke] for stroke in self.strokes]
        return {"width": self.width, "height": self.height, "strokes": strokes}


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole image."""

    shape: ClassVar[Shape] = "whole"

    def as_json(self) -> dict[str, object]:
        """Return the geometry as it is written on a mark."""
        return {}


Geometry = Point | Box | Polygon | Brush | Whole

_WHOLE = Whole()


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of an evaluation.

    Attributes
    ----------
    image
        Which image of the unit: as shown in what a client sends, by item slot in a canonical answer.
    code
        Full code such as ``ANAT.extra``; ``None`` when the rubric has no taxonomy.
    part
        What the fault is on, when the group of the code knows parts.
    severity
        Value of a severity of the rubric; ``None`` when the group is not a fault, or the rubric has no taxonomy.
    missing
        Whether the place is where something should be and is not.
    clause
        Anchor of the guideline clause that the mark rests on, where the rater named one.
    pair
        Number, counted from 1, of the mark on the other image that shows the same thing; each names the other.
    """

    image: Slot
    geometry: Geometry
    code: str | None = None
    part: str | None = None
    severity: int | None = None
    note: str = ""
    missing: bool = False
    clause: str | None = None
    pair: int | None = None

    @property
    def shape(self) -> Shape:
        """The kind of geometry."""
        return self.geometry.shape

    def as_json(self) -> dict[str, object]:
        """Return the mark as a client sends it; what sets few marks apart stands only on those."""
        said = {"missing": self.missing, "clause": self.clause, "pair": self.pair}
        return {
            "image": self.image,
            "shape": self.geometry.shape,
            "geometry": self.geometry.as_json(),
            "code": self.code,
            "part": self.part,
            "severity": self.severity,
            "note": self.note,
            **{key: value for key, value in said.items() if value},
        }


def cited_marks(text: str) -> set[int]:
    """Return the numbers of the marks that ``text`` cites as ``[[1]]``, counting from 1."""
    return {int(number) for number in _CITATION.findall(text)} if "[[" in text else set()


def citations(text: str) -> dict[int, list[tuple[int, int]]]:
    """Return where ``text`` cites each mark, as (start, end) in code points; what is cited nowhere is left out."""
    found: dict[int, list[tuple[int, int]]] = {}
    for match in _CITATION.finditer(text):
        found.setdefault(int(match[1]), []).append(match.span())
    return found


def read_marks(rubric: Rubric, value: object, found: Findings) -> tuple[Mark, ...] | None:
    """Read the ``marks`` of an answer; ``None`` when something was wrong with any of them."""
    if value is None:
        return ()
    entries = as_array(value)
    if entries is None:
        found.add("marks", f"is {quoted(value)}", f"a list of at most {MAX_MARKS} marks")
        return None
    if not entries:
        return ()
    if not rubric.marks.shapes:
        found.add("marks", f"has {len(entries)} entries", "no marks: this rubric asks for none")
        return None
    if len(entries) > MAX_MARKS:
        found.add("marks", f"has {len(entries)} entries", f"at most {MAX_MARKS} marks")
        return None
    before = len(found.problems)
    marks = tuple([_read_mark(rubric, entry, f"marks[{position}]", found) for position, entry in enumerate(entries)])
    if rubric.images > 1:
        _check_pairs(marks, found)
    return marks if len(found.problems) == before else None


_NO_MARK = Mark("a", _WHOLE)
"""Stands in for a mark that could not be read, until everything has been."""


def _read_mark(rubric: Rubric, value: object, path: str, found: Findings) -> Mark:
    body = as_object(value)
    if body is None:
        found.add(path, f"is {quoted(value)}", "an object with image, shape, geometry, code, part, severity, note")
        return _NO_MARK
    check_keys(body, _MARK_KEYS, path, found)
    image = _read_image(rubric, body.get("image"), path, found)
    geometry = _read_geometry(rubric, body.get("shape"), body.get("geometry"), path, found)
    code = _read_code(rubric, body.get("code"), path, found)
    part = _read_part(rubric, code, body.get("part"), path, found)
    severity = _read_severity(rubric, code, body.get("severity"), path, found)
    return Mark(
        image,
        geometry,
        code,
        part,
        severity,
        _read_note(body.get("note"), f"{path}.note", found),
        _read_missing(body.get("missing"), f"{path}.missing", found),
        _read_clause(body.get("clause"), f"{path}.clause", found),
        _read_pair(rubric, body.get("pair"), f"{path}.pair", found),
    )


def _read_note(value: object, path: str, found: Findings) -> str:
    return "" if value is None or value == "" else check_text(value, path, found, maximum=MAX_NOTE)


def _read_missing(value: object, path: str, found: Findings) -> bool:
    if value is not None and type(value) is not bool:
        found.add(path, f"is {quoted(value)}", "true or false")
    return value is True


def _read_clause(value: object, path: str, found: Findings) -> str | None:
    if value is None or value == "":
        return None
    if type(value) is str and ANCHOR.fullmatch(value):
        return value
    found.add(path, f"is {quoted(value)}", ANCHOR_IN_WORDS)
    return None


def _read_pair(rubric: Rubric, value: object, path: str, found: Findings) -> int | None:
    if value is None:
        return None
    if rubric.images < 2:  # noqa: PLR2004  (an image and the other)
        found.add(path, f"is {quoted(value)}", "no pair: this rubric shows one image")
    elif type(value) is not int or not 1 <= value <= MAX_MARKS:
        found.add(path, f"is {quoted(value)}", _PARTNER)
    else:
        return value
    return None


_PARTNER = "the number of a mark on the other image that names this one"


def _check_pairs(marks: Sequence[Mark], found: Findings) -> None:
    """Two marks of a pair lie on different images, and each names the other."""
    for number, mark in enumerate(marks, start=1):
        if mark.pair is None:
            continue
        partner = marks[mark.pair - 1] if mark.pair <= len(marks) else None
        if partner is None or partner.pair != number or partner.image == mark.image:
            found.add(f"marks[{number - 1}].pair", f"is {mark.pair}", _PARTNER)


def read_region(rubric: Rubric, value: object, path: str, found: Findings) -> tuple[Slot, Geometry]:
    """Read a place on an image (``image``, ``shape``, ``geometry``); nothing is the whole first image."""
    body = as_object({"shape": "whole"} if value is None else value)
    if body is None:
        found.add(path, f"is {quoted(value)}", "an object with image, shape and geometry")
        return "a", _WHOLE
    check_keys(body, _REGION_KEYS, path, found)
    image = "a" if value is None else _read_image(rubric, body.get("image"), path, found)
    return image, _read_geometry(rubric, body.get("shape"), body.get("geometry"), path, found)


def check_clauses(marks: Sequence[Mark], anchors: Collection[str], found: Findings) -> None:
    """Note every mark that rests on a clause which the guideline does not have."""
    for position, mark in enumerate(marks):
        if mark.clause is not None and mark.clause not in anchors:
            found.add(f"marks[{position}].clause", f"is {mark.clause}", one_of(tuple(anchors)))


def _read_image(rubric: Rubric, value: object, path: str, found: Findings) -> Slot:
    if value is None and rubric.images == 1:
        return "a"
    for slot in SLOTS[: rubric.images]:
        if value == slot:
            return slot
    problem = "is missing" if value is None else f"is {quoted(value)}"
    found.add(f"{path}.image", problem, one_of(SLOTS[: rubric.images]))
    return "a"


def _read_code(rubric: Rubric, value: object, path: str, found: Findings) -> str | None:
    taxonomy = rubric.taxonomy
    if taxonomy is None:
        if value is not None and value != "":
            found.add(f"{path}.code", f"is {quoted(value)}", "no code: this rubric has no taxonomy")
        return None
    if type(value) is str and value in taxonomy.group_of:
        return value
    problem = "is missing" if value is None or value == "" else f"is {quoted(value)}"
    found.add(f"{path}.code", problem, one_of(taxonomy.codes))
    return None


def _read_part(rubric: Rubric, code: str | None, value: object, path: str, found: Findings) -> str | None:
    if value is None or value == "":
        return None
    if code is None or rubric.taxonomy is None:
        if rubric.taxonomy is None:
            found.add(f"{path}.part", f"is {quoted(value)}", "no part: this rubric has no taxonomy")
        return None
    parts = rubric.taxonomy.group_of[code].parts
    if type(value) is str and value in parts:
        return value
    found.add(f"{path}.part", f"is {quoted(value)}", one_of(parts))
    return None


def _read_severity(rubric: Rubric, code: str | None, value: object, path: str, found: Findings) -> int | None:
    if value is None:
        if code is not None and rubric.taxonomy is not None and rubric.taxonomy.group_of[code].fault:
            found.add(f"{path}.severity", "is missing", one_of(tuple(rubric.severity_of)))
        return None
    # A boolean equals 0 or 1 and would be found in the table.
    if type(value) is int and value in rubric.severity_of:
        return value
    found.add(f"{path}.severity", f"is {quoted(value)}", one_of(tuple(rubric.severity_of)))
    return None


def _read_geometry(rubric: Rubric, shape: object, value: object, path: str, found: Findings) -> Geometry:
    if shape != "whole" and (type(shape) is not str or shape not in rubric.marks.shapes):
        problem = "is missing" if shape is None else f"is {quoted(shape)}"
        found.add(f"{path}.shape", problem, one_of((*rubric.marks.shapes, "whole")))
        return _WHOLE
    path = f"{path}.geometry"
    body: Mapping[str, object] | None = {} if shape == "whole" and value is None else as_object(value)
    if body is None:
        problem = "is missing" if value is None else f"is {quoted(value)}"
        found.add(path, problem, "an object with the geometry of the shape")
        return _WHOLE
    match shape:
        case "point":
            check_keys(body, _POINT_KEYS, path, found)
            return Point(_coordinate(body, "x", path, found), _coordinate(body, "y", path, found))
        case "box" | "polygon" | "brush":
            return _AREAS[str(shape)](body, path, found)
        case _:
            check_keys(body, _NO_KEYS, path, found)
            return _WHOLE


def _is_share(value: object) -> TypeGuard[float]:
    """Tell whether ``value`` is a number from 0 to 1: NaN fails both comparisons, and a boolean is no number."""
    return (type(value) is float or type(value) is int) and 0 <= value <= 1


def _coordinate(body: Mapping[str, object], key: str, path: str, found: Findings) -> float:
    value = body.get(key)
    if _is_share(value):
        return float(value)
    problem = "is missing" if value is None else f"is {quoted(value)}"
    found.add(child(path, key), problem, _COORDINATE_IN_WORDS)
    return 0.0


def _read_box(body: Mapping[str, object], path: str, found: Findings) -> Box:
    check_keys(body, _BOX_KEYS, path, found)
    before = len(found.problems)
    box = Box(
        _coordinate(body, "x", path, found),
        _coordinate(body, "y", path, found),
        _coordinate(body, "width", path, found),
        _coordinate(body, "height", path, found),
    )
    if len(found.problems) > before:
        return box
    for edge, start, length in (("width", box.x, box.width), ("height", box.y, box.height)):
        if length <= 0:
            found.add(child(path, edge), "is 0", "more than 0; use a point for a place without size")
        elif start + length > 1 + _ROUNDING:
            found.add(child(path, edge), f"is {length}, so the box leaves the image", f"at most {1 - start:.6g}")
    return box


def _read_polygon(body: Mapping[str, object], path: str, found: Findings) -> Polygon:
    check_keys(body, _POLYGON_KEYS, path, found)
    value, path = body.get("points"), f"{path}.points"
    allowed = f"a list of {MIN_POLYGON_POINTS} to {MAX_POLYGON_POINTS} points [x, y]"
    entries = as_array(value)
    if entries is None or not MIN_POLYGON_POINTS <= len(entries) <= MAX_POLYGON_POINTS:
        found.add(path, _amiss(value, entries, "points"), allowed)
        return Polygon(())
    points = [_read_corner(entry, path, position, found) for position, entry in enumerate(entries)]
    return Polygon(tuple(points))


def _read_brush(body: Mapping[str, object], path: str, found: Findings) -> Brush:
    check_keys(body, _BRUSH_KEYS, path, found)
    width, height = (_coordinate(body, side, path, found) for side in ("width", "height"))
    for side in ("width", "height"):
        if body.get(side) == 0:
            found.add(f"{path}.{side}", "is 0", "more than 0; use a point for a place without size")
    path = f"{path}.strokes"
    strokes = as_array(body.get("strokes"))
    if strokes is None or not 1 <= len(strokes) <= MAX_STROKES:
        found.add(path, _amiss(body.get("strokes"), strokes, "strokes"), f"a list of 1 to {MAX_STROKES} strokes")
        return Brush(width, height, ())
    lists = [as_array(stroke) for stroke in strokes]
    if sum(len(points) for points in lists if points is not None) > MAX_BRUSH_POINTS:
        found.add(path, "have more points together", f"at most {MAX_BRUSH_POINTS} points in all strokes")
        return Brush(width, height, ())
    read: list[tuple[tuple[float, float], ...]] = []
    for position, points in enumerate(lists):
        where = f"{path}[{position}]"
        if not points:
            found.add(where, _amiss(strokes[position], points, "points"), "a list of points [x, y], at least one")
            continue
        read.append(tuple([_read_corner(point, where, at, found) for at, point in enumerate(points)]))
    return Brush(width, height, tuple(read))


def _amiss(value: object, entries: Sequence[object] | None, what: str) -> str:
    """Say what is wrong with something that should be a list of the right length."""
    if value is None:
        return "is missing"
    return f"is {quoted(value)}" if entries is None else f"has {len(entries)} {what}"


def _read_corner(value: object, path: str, position: int, found: Findings) -> tuple[float, float]:
    pair: Sequence[object] | None = as_array(value)
    if pair is None or len(pair) != 2:  # noqa: PLR2004  (x and y)
        problem = f"is {quoted(value)}" if pair is None else f"has {len(pair)} numbers"
        found.add(f"{path}[{position}]", problem, "a list of two numbers [x, y]")
        return (0.0, 0.0)
    x, y = pair
    if _is_share(x) and _is_share(y):
        return (float(x), float(y))
    for axis, coordinate in enumerate(pair):
        if not _is_share(coordinate):
            found.add(f"{path}[{position}][{axis}]", f"is {quoted(coordinate)}", _COORDINATE_IN_WORDS)
    return (0.0, 0.0)


_AREAS: Final[Mapping[str, Callable[[Mapping[str, object], str, Findings], Geometry]]] = {
    "box": _read_box,
    "polygon": _read_polygon,
    "brush": _read_brush,
}
"""Reads the geometry of each shape that covers an area."""
