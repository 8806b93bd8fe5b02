"""Points, boxes, polygons and brush strokes on an image: what they cover, what two share, how far a point is from one.

A region is an array of shares of the displayed image's width and height, the origin at the top left:

- a point, shape ``(2,)``: x, y;
- a box, shape ``(4,)``: x, y, width, height;
- a polygon, shape ``(k, 2)``, k at least 3: its corners in order;
- a brush, shape ``(k, 6)``: the straight pieces that were painted, each from x, y to x, y, and the reach of the brush
  across and down, half its diameter in shares of the width and of the height.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray
from rubrica.measure.errors import GeometryError

_ROUNDING: Final = 1e-9
"""How far outside the image a coordinate may lie: sums of rounded shares do."""

_OVERLAP_CELLS: Final = 128
"""Rows and columns on which the overlap of two regions is counted when one of them is no box."""


def checked_region(region: ArrayLike) -> FloatArray:
    """Return a region as an array of floats, checked.

    Parameters
    ----------
    region
        A point ``(2,)``, a box ``(4,)``, a polygon ``(k, 2)`` or a brush ``(k, 6)``, in shares of the image, each in
        ``[0, 1]``.

    Returns
    -------
    FloatArray
        The same shape.

    Raises
    ------
    GeometryError
        The array is none of the four, leaves the image, is not finite, or is a box or a brush without extent.

    Examples
    --------
    >>> checked_region([0.5, 0.25])
    array([0.5 , 0.25])
    >>> checked_region([0.9, 0.0, 0.2, 0.1])
    Traceback (most recent call last):
    rubrica.measure.errors.GeometryError: The region (0.9, 0, 0.2, 0.1) leaves the image, whose sides run from 0 to 1.
    """
    try:
        array = np.asarray(region, dtype=np.float64)
    except (TypeError, ValueError) as not_numbers:
        raise GeometryError(f"A region is an array of numbers, not {region!r}.") from not_numbers
    if not (is_point(array) or is_box(array) or _is_polygon(array) or is_brush(array)):
        raise GeometryError(
            "A region is a point (x, y), a box (x, y, width, height), a polygon of at least three corners (x, y) or a "
            f"brush of pieces (x, y, x, y, reach across, reach down); this array has the shape {array.shape}."
        )
    _refuse_outside(array)
    if is_box(array) and min(array[2], array[3]) <= 0.0:
        raise GeometryError(f"The box {_in_words(array)} has no extent; use a point for a place without size.")
    if is_brush(array) and array[:, 4:].min() <= 0.0:
        raise GeometryError("The brush has no extent; use a point for a place without size.")
    return array


def is_point(region: FloatArray) -> bool:
    """Tell whether the region is a point."""
    return region.shape == (2,)


def is_box(region: FloatArray) -> bool:
    """Tell whether the region is a box."""
    return region.shape == (4,)


def is_brush(region: FloatArray) -> bool:
    """Tell whether the region is painted with a brush."""
    return region.ndim == 2 and region.shape[0] >= 1 and region.shape[1] == 6


def _is_polygon(region: FloatArray) -> bool:
    return region.ndim == 2 and region.shape[0] >= 3 and region.shape[1] == 2


def _refuse_outside(region: FloatArray) -> None:
    farthest = region[:2] + region[2:] if is_box(region) else region
    # Written so that NaN, which compares with nothing, is outside.
    if not (region.min() >= -_ROUNDING and max(region.max(), farthest.max()) <= 1.0 + _ROUNDING):
        raise GeometryError(f"The region {_in_words(region)} leaves the image, whose sides run from 0 to 1.")


def _in_words(region: FloatArray) -> str:
    return f"({', '.join(f'{number:g}' for number in region.flat)})"


def corners(region: FloatArray) -> FloatArray:
    """Return the corners of a box or polygon, the ends of a brush's pieces, or the point itself, as ``(k, 2)``.

    Examples
    --------
    >>> corners(np.array([0.25, 0.5, 0.5, 0.25]))
    array([[0.25, 0.5 ],
           [0.75, 0.5 ],
           [0.75, 0.75],
           [0.25, 0.75]])
    """
    if is_box(region):
        x, y, width, height = region
        return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    return region[:, :4].reshape(-1, 2) if is_brush(region) else region.reshape(-1, 2)


def bounds(region: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the top left and the bottom right corner of the region's bounding box, each ``(2,)``."""
    ends = corners(region)
    if is_brush(region):
        # What is painted over the rim of the image is not on the image.
        reach = region[:, 4:].repeat(2, axis=0)
        return np.maximum((ends - reach).min(axis=0), 0.0), np.minimum((ends + reach).max(axis=0), 1.0)
    return ends.min(axis=0), ends.max(axis=0)


def covers(region: FloatArray, x: FloatArray, y: FloatArray) -> BoolArray:
    """Return which places of a lattice a box, polygon or brush covers.

    Parameters
    ----------
    region
        A box, polygon or brush.  A polygon that crosses itself covers what an odd number of its edges separates from
        outside; what a brush passes twice is painted once.
    x, y
        Shape ``(c,)`` and ``(r,)``: coordinates of the lattice's columns and rows, in shares of the image.

    Returns
    -------
    BoolArray
        Shape ``(r, c)``.

    Examples
    --------
    >>> covers(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([0.25, 0.5]), np.array([0.25, 0.6]))
    array([[ True,  True],
           [ True, False]])
    """
    if is_box(region):
        left, top, width, height = region
        across, down = (x >= left) & (x <= left + width), (y >= top) & (y <= top + height)
        return np.asarray(down[:, None] & across[None, :], dtype=np.bool_)
    if is_brush(region):
        return _painted(region, x, y)
    inside = np.zeros((len(y), len(x)), dtype=np.bool_)
    for edge in zip(region, np.roll(region, -1, axis=0), strict=True):
        # Always walked downwards, so that an edge drawn there and back cancels to the last digit.
        (x_from, y_from), (x_to, y_to) = sorted(edge, key=_depth)
        crossed = np.flatnonzero((y < y_from) != (y < y_to))
        if len(crossed) > 0:
            at = x_from + (y[crossed] - y_from) * (x_to - x_from) / (y_to - y_from)
            inside[crossed] ^= x[None, :] < at[:, None]
    return inside


def _painted(brush: FloatArray, x: FloatArray, y: FloatArray) -> BoolArray:
    """Return which places of a lattice lie within the reach of a piece, in units of which the brush is round."""
    painted = np.zeros((len(y), len(x)), dtype=np.bool_)
    for piece in brush:
        start, end, reach = piece[:2], piece[2:4], piece[4:]
        across, down = ((x - start[0]) / reach[0])[None, :], ((y - start[1]) / reach[1])[:, None]
        run_across, run_down = (end - start) / reach
        length = run_across**2 + run_down**2
        along = np.clip((across * run_across + down * run_down) / (length or 1.0), 0.0, 1.0)
        painted |= (across - along * run_across) ** 2 + (down - along * run_down) ** 2 <= 1.0
    return painted


def _depth(corner: FloatArray) -> tuple[float, float]:
    return float(corner[1]), float(corner[0])


def disc_covers(centre: FloatArray, x: FloatArray, y: FloatArray, radius: float, aspect: float) -> BoolArray:
    """Return which places of a lattice lie in a disc around a point.

    Parameters
    ----------
    centre
        The point.
    x, y
        Shape ``(c,)`` and ``(r,)``: coordinates of the lattice's columns and rows, in shares of the image.
    radius
        In shares of the image's height.
    aspect
        Width of the image divided by its height, so that the disc is round as displayed.

    Returns
    -------
    BoolArray
        Shape ``(r, c)``.
    """
    across, down = (x - centre[0]) * aspect, y - centre[1]
    return np.asarray(down[:, None] ** 2 + across[None, :] ** 2 <= radius**2, dtype=np.bool_)


def intersection_over_union(first: FloatArray, second: FloatArray) -> float:
    """Return the area that two regions share as a proportion of the area that either covers.

    Parameters
    ----------
    first, second
        Boxes, polygons or brushes.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.  Exact for two boxes; with any other it is counted on a lattice of 128 by 128 over
        both, good to about a hundredth.  Polygons without area share nothing.

    Examples
    --------
    >>> intersection_over_union(np.array([0.0, 0.0, 0.5, 0.5]), np.array([0.0, 0.25, 0.5, 0.5]))
    0.3333333333333333
    """
    if is_box(first) and is_box(second):
        return float(box_overlaps(first[None, :], second[None, :])[0, 0])
    (low, high), (other_low, other_high) = bounds(first), bounds(second)
    if np.any(np.minimum(high, other_high) < np.maximum(low, other_low)):
        return 0.0
    start, extent = np.minimum(low, other_low), np.maximum(high, other_high) - np.minimum(low, other_low)
    steps = (np.arange(_OVERLAP_CELLS) + 0.5) / _OVERLAP_CELLS
    x, y = start[0] + steps * extent[0], start[1] + steps * extent[1]
    one, other = covers(first, x, y), covers(second, x, y)
    either = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / either) if either else 0.0


def box_overlaps(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the intersection over union of each box of one set with each of another.

    Parameters
    ----------
    first, second
        Shape ``(n, 4)`` and ``(m, 4)``: x, y, width, height, all extents positive.

    Returns
    -------
    FloatArray
        Shape ``(n, m)``, in ``[0, 1]``.
    """
    one, other = first[:, None, :], second[None, :, :]
    reach = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
    sides = np.maximum(reach - np.maximum(one[..., :2], other[..., :2]), 0.0)
    shared = sides[..., 0] * sides[..., 1]
    either = one[..., 2] * one[..., 3] + other[..., 2] * other[..., 3] - shared
    return np.asarray(np.clip(shared / either, 0.0, 1.0), dtype=np.float64)


def distance(point: FloatArray, region: FloatArray, size: tuple[float, float]) -> float:
    """Return how far a point lies from a region, as a share of the image's diagonal.

    Parameters
    ----------
    point
        A point.
    region
        A point, box, polygon or brush; inside it the distance is 0.
    size
        Width and height of the displayed image, in any one unit.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.

    Examples
    --------
    >>> distance(np.array([0.0, 0.0]), np.array([1.0, 1.0]), (400, 300))
    1.0
    """
    scale = np.asarray(size, dtype=np.float64) / np.hypot(*size)
    if not is_point(region) and covers(region, point[:1], point[1:])[0, 0]:
        return 0.0
    ends = corners(region) * scale
    edges = np.roll(ends, -1, axis=0) - ends
    reach = np.zeros(len(ends))
    if is_brush(region):
        ends, edges, reach = ends[::2], edges[::2], region[:, 5] * scale[1]
    towards = point * scale - ends
    lengths = (edges**2).sum(axis=1)
    along = np.clip((towards * edges).sum(axis=1) / np.where(lengths == 0.0, 1.0, lengths), 0.0, 1.0)
    return max(0.0, float((np.hypot(*(towards - along[:, None] * edges).T) - reach).min()))
