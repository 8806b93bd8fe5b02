"""Do the marks of two people mean the same places? Matching, and the scores that follow from it.

Regions are arrays in shares of the displayed image; see `rubrica.measure.regions.shapes`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray
from rubrica.measure.errors import ColumnShapeError, GeometryError, NoRegionsError, ToleranceError
from rubrica.measure.regions.shapes import (
    bounds,
    box_overlaps,
    checked_region,
    distance,
    intersection_over_union,
    is_box,
    is_point,
)

MIN_OVERLAP: Final = 0.3
"""Intersection over union from which two areas count as the same place."""

MAX_DISTANCE: Final = 0.05
"""Distance up to which a point counts as the same place as another region, as a share of the diagonal."""


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """Which regions of one person are the same places as which of another.

    Attributes
    ----------
    pairs : IntArray
        Shape ``(k, 2)``: positions of the matched regions among the found and among the known ones, ascending.
    quality : FloatArray
        Shape ``(k,)``, in ``[0, 1]``: intersection over union, or 1 - distance / largest distance where a point takes
        part.
    only_found, only_known : IntArray
        Positions of the regions without a partner.
    """

    pairs: IntArray
    quality: FloatArray
    only_found: IntArray
    only_known: IntArray

    @property
    def n_matched(self) -> int:
        """Number of matched pairs."""
        return len(self.pairs)

    @property
    def n_found(self) -> int:
        """Number of found regions, matched or not."""
        return len(self.pairs) + len(self.only_found)

    @property
    def n_known(self) -> int:
        """Number of known regions, matched or not."""
        return len(self.pairs) + len(self.only_known)


def overlaps(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the intersection over union of each box of one set with each box of another.

    Parameters
    ----------
    first, second
        Shape ``(n, 4)`` and ``(m, 4)``: x, y, width and height in shares of the image.  Either may be empty.

    Returns
    -------
    FloatArray
        Shape ``(n, m)``, in ``[0, 1]``; dimensionless.

    Raises
    ------
    GeometryError
        An array does not hold boxes inside the image.

    Examples
    --------
    >>> overlaps([[0.0, 0.0, 0.5, 0.5]], [[0.0, 0.0, 0.5, 0.5], [0.25, 0.0, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]]).round(3)
    array([[1.   , 0.333, 0.   ]])
    """
    return box_overlaps(_boxes(first), _boxes(second))


def _boxes(boxes: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(boxes, dtype=np.float64)
    except (TypeError, ValueError) as not_numbers:
        raise GeometryError(f"Boxes come as rows of four numbers, not {boxes!r}.") from not_numbers
    if array.size == 0:
        return array.reshape(0, 4)
    if array.ndim != 2 or array.shape[1] != 4:
        raise GeometryError(f"Boxes come as rows of x, y, width and height; this array has the shape {array.shape}.")
    return np.stack([checked_region(box) for box in array])


def match_boxes(found: ArrayLike, known: ArrayLike, *, min_overlap: float = MIN_OVERLAP) -> Matching:
    """Pair boxes that mark the same place, as many as possible and among those with the largest overlap.

    Parameters
    ----------
    found, known
        Shape ``(n, 4)`` and ``(m, 4)``: x, y, width and height in shares of the image.  Either may be empty.
    min_overlap
        Intersection over union from which two boxes can be a pair, in ``(0, 1]``.

    Returns
    -------
    Matching
        Every box is in one pair at most.

    Raises
    ------
    GeometryError
        An array does not hold boxes inside the image.
    ToleranceError
        `min_overlap` is not in ``(0, 1]``.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly, 2(1-2),
    83-97. doi:10.1002/nav.3800020109

    Examples
    --------
    >>> found = match_boxes(
    ...     found=[[0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.1, 0.1]],
    ...     known=[[0.1, 0.15, 0.2, 0.2]],
    ... )
    >>> found.pairs, found.quality, found.only_found
    (array([[0, 0]]), array([0.6]), array([1]))
    """
    refuse_useless_tolerance(min_overlap=min_overlap)
    overlap = overlaps(found, known)
    return best_matching(np.where(overlap >= min_overlap, overlap, -1.0))


def match_regions(
    found: Sequence[ArrayLike],
    known: Sequence[ArrayLike],
    size: tuple[float, float],
    *,
    min_overlap: float = MIN_OVERLAP,
    max_distance: float = MAX_DISTANCE,
    found_codes: Sequence[str] | None = None,
    known_codes: Sequence[str] | None = None,
) -> Matching:
    """Pair regions of any shape that mark the same place: the marks of two raters, or marks and planted defects.

    Parameters
    ----------
    found, known
        Points ``(2,)``, boxes ``(4,)``, polygons ``(k, 2)`` and brushes ``(k, 6)``, in shares of the displayed
        image.  Either may be empty.
    size
        Width and height of the displayed image, in pixels or any one unit.
    min_overlap
        Intersection over union from which two areas can be a pair, in ``(0, 1]``.
    max_distance
        Largest distance at which a point can be paired with a point, or with an area it lies outside of, as a share of
        the diagonal, in ``(0, 1]``.
    found_codes, known_codes
        The code of each region.  When given, only regions of equal code can be a pair.

    Returns
    -------
    Matching
        As many pairs as possible and, among those, the ones of the highest quality; every region is in one at most.

    Raises
    ------
    GeometryError
        A region is none, or `size` is not positive.
    ToleranceError
        `min_overlap` or `max_distance` is not in ``(0, 1]``.
    ColumnShapeError
        Codes are given for one side only, or not one per region.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly, 2(1-2),
    83-97. doi:10.1002/nav.3800020109

    Examples
    --------
    A click inside the planted box is a hit; one far away is not:

    >>> found = match_regions([[0.15, 0.2], [0.9, 0.9]], [[0.1, 0.1, 0.2, 0.2]], size=(640, 480))
    >>> found.pairs, found.only_found, found.only_known
    (array([[0, 0]]), array([1]), array([], dtype=int64))
    """
    ours, theirs = [checked_region(region) for region in found], [checked_region(region) for region in known]
    quality = place_quality(ours, theirs, size, min_overlap=min_overlap, max_distance=max_distance)
    return best_matching(np.where(_comparable(ours, theirs, found_codes, known_codes), quality, -1.0))


def place_quality(
    ours: Sequence[FloatArray],
    theirs: Sequence[FloatArray],
    size: tuple[float, float],
    *,
    min_overlap: float,
    max_distance: float,
) -> FloatArray:
    """Return how well each region of one set marks the same place as each region of another.

    Parameters
    ----------
    ours, theirs
        Checked regions (see `rubrica.measure.regions.shapes.checked_region`).  Either may be empty.
    size
        Width and height of the displayed image, in pixels or any one unit.
    min_overlap
        Intersection over union from which two areas mark the same place, in ``(0, 1]``.
    max_distance
        Largest distance at which a point marks the same place as another region, as a share of the diagonal, in
        ``(0, 1]``.

    Returns
    -------
    FloatArray
        Shape ``(n, m)``: intersection over union of two areas, or 1 - distance / `max_distance` where a point takes
        part, in ``[0, 1]``; -1 where the two are not the same place.  Dimensionless.

    Raises
    ------
    GeometryError
        `size` is not positive.
    ToleranceError
        `min_overlap` or `max_distance` is not in ``(0, 1]``.

    Examples
    --------
    >>> left, right = np.array([0.0, 0.0, 0.5, 1.0]), np.array([0.5, 0.0, 0.5, 1.0])
    >>> place_quality([left, np.array([0.5, 0.1])], [right], (4, 3), min_overlap=0.3, max_distance=0.05)
    array([[-1.],
           [ 1.]])
    """
    refuse_useless_tolerance(min_overlap=min_overlap, max_distance=max_distance)
    if not all(isfinite(side) and side > 0 for side in size):
        raise GeometryError(f"The size of the image must be two positive numbers, not {size}.")
    quality = np.full((len(ours), len(theirs)), -1.0)
    boxes, other_boxes = ([at for at, region in enumerate(regions) if is_box(region)] for regions in (ours, theirs))
    if boxes and other_boxes:
        overlap = box_overlaps(np.stack([ours[at] for at in boxes]), np.stack([theirs[at] for at in other_boxes]))
        quality[np.ix_(boxes, other_boxes)] = np.where(overlap >= min_overlap, overlap, -1.0)
    near = _near(ours, theirs, size, max_distance)
    near[np.ix_(boxes, other_boxes)] = False
    for at, one in enumerate(ours):
        for other in np.flatnonzero(near[at]):
            quality[at, other] = _quality(one, theirs[int(other)], size, min_overlap, max_distance)
    return quality


def _near(
    ours: Sequence[FloatArray], theirs: Sequence[FloatArray], size: tuple[float, float], max_distance: float
) -> BoolArray:
    """Return which regions could be the same place, going by the boxes around them."""
    if len(ours) == 0 or len(theirs) == 0:
        return np.zeros((len(ours), len(theirs)), dtype=np.bool_)
    # Generous, as it only spares the work on what is far apart.
    reach = 1.001 * max_distance * np.hypot(*size) / np.asarray(size, dtype=np.float64)
    frames, other_frames = (np.array([bounds(region) for region in regions]) for regions in (ours, theirs))
    low = np.maximum(frames[:, None, 0], other_frames[None, :, 0])
    high = np.minimum(frames[:, None, 1], other_frames[None, :, 1])
    apart = low - high
    return np.asarray((apart <= reach).all(axis=2), dtype=np.bool_)


def refuse_useless_tolerance(**tolerances: float) -> None:
    """Refuse tolerances that are not in ``(0, 1]``.

    Raises
    ------
    ToleranceError
        One is not; the message names it.

    Examples
    --------
    >>> refuse_useless_tolerance(min_overlap=30)
    Traceback (most recent call last):
    rubrica.measure.errors.ToleranceError: min_overlap must be above 0 and at most 1, not 30.
    """
    for name, tolerance in tolerances.items():
        if not 0.0 < tolerance <= 1.0:
            raise ToleranceError(f"{name} must be above 0 and at most 1, not {tolerance}.")


def _quality(
    one: FloatArray, other: FloatArray, size: tuple[float, float], min_overlap: float, max_distance: float
) -> float:
    """Return how well two regions match, in ``[0, 1]``, or -1 when they are not the same place."""
    if not (is_point(one) or is_point(other)):
        overlap = intersection_over_union(one, other)
        return overlap if overlap >= min_overlap else -1.0
    apart = distance(one, other, size) if is_point(one) else distance(other, one, size)
    return 1.0 - apart / max_distance if apart <= max_distance else -1.0


def _comparable(
    ours: Sequence[FloatArray],
    theirs: Sequence[FloatArray],
    found_codes: Sequence[str] | None,
    known_codes: Sequence[str] | None,
) -> BoolArray:
    if found_codes is None and known_codes is None:
        return np.ones((len(ours), len(theirs)), dtype=np.bool_)
    if found_codes is None or known_codes is None:
        raise ColumnShapeError("Codes are needed for the found and the known regions, or for neither.")
    if (len(found_codes), len(known_codes)) != (len(ours), len(theirs)):
        raise ColumnShapeError(
            f"Every region needs one code: {len(ours)} found regions have {len(found_codes)} codes, "
            f"{len(theirs)} known regions have {len(known_codes)}."
        )
    return np.array([[one == other for other in known_codes] for one in found_codes], dtype=np.bool_).reshape(
        len(ours), len(theirs)
    )


def best_matching(quality: FloatArray) -> Matching:
    """Pair as many regions as possible and, among those pairings, take the one of the highest quality.

    Parameters
    ----------
    quality
        Shape ``(n, m)``: of each possible pair, in ``[0, 1]``; negative where the two are not the same place.

    Returns
    -------
    Matching
        Every region is in one pair at most.

    Examples
    --------
    >>> best_matching(np.array([[0.9, 0.8], [0.7, -1.0]])).pairs
    array([[0, 1],
           [1, 0]])
    """
    n_found, n_known = int(quality.shape[0]), int(quality.shape[1])
    possible = quality >= 0.0
    ours, theirs = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if possible.any():
        # One more pair outweighs any gain in quality, as all qualities together add less than one.
        ours, theirs = assignment(np.where(possible, 1.0 + quality / (min(n_found, n_known) + 1.0), 0.0))
        same_place = np.flatnonzero(possible[ours, theirs])
        ours, theirs = ours[same_place], theirs[same_place]
    return Matching(
        pairs=np.stack((ours, theirs), axis=1),
        quality=quality[ours, theirs],
        only_found=np.setdiff1d(np.arange(n_found), ours),
        only_known=np.setdiff1d(np.arange(n_known), theirs),
    )


def assignment(gain: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the rows and columns of the assignment of the largest total gain.

    Examples
    --------
    >>> assignment(np.array([[0.9, 0.8], [0.7, 0.0]]))
    (array([0, 1]), array([1, 0]))
    """
    # Slow import: a second that only those who match regions should spend.  It comes without types.
    from scipy.optimize import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        linear_sum_assignment,  # pyright: ignore[reportUnknownVariableType]  (no types)
    )

    return cast("tuple[IntArray, IntArray]", linear_sum_assignment(gain, maximize=True))


def precision(matchings: Iterable[Matching]) -> float:
    """Return the share of found regions that are known, over one or more images.

    Parameters
    ----------
    matchings
        One per image and rater.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.

    Raises
    ------
    NoRegionsError
        Nothing was found anywhere.

    Examples
    --------
    >>> precision([match_boxes(found=[[0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.1, 0.1]], known=[[0.1, 0.1, 0.2, 0.2]])])
    0.5
    """
    matched, found, _ = _counts(matchings)
    if found == 0:
        raise NoRegionsError("No region was found on any image, so there is no share of them that is right.")
    return matched / found


def recall(matchings: Iterable[Matching]) -> float:
    """Return the share of known regions that were found, over one or more images.

    Parameters
    ----------
    matchings
        One per image and rater.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.

    Raises
    ------
    NoRegionsError
        There is no known region on any image.

    Examples
    --------
    >>> recall([match_boxes(found=[[0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.1, 0.1]], known=[[0.1, 0.1, 0.2, 0.2]])])
    1.0
    """
    matched, _, known = _counts(matchings)
    if known == 0:
        raise NoRegionsError("There is no known region on any image, so there is no share of them to find.")
    return matched / known


def f1(matchings: Iterable[Matching]) -> float:
    """Return the share of all regions, found and known, that are part of a pair: the F1 score.

    Parameters
    ----------
    matchings
        One per image and rater.  The score is the same when found and known change places, so it serves two raters of
        whom neither is right by definition.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.  Pairs count twice, as both of their regions are matched.

    Raises
    ------
    NoRegionsError
        There is no region, found or known, on any image.

    Notes
    -----
    The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN), which exists as soon as one side marked
    anything. Images on which neither marked anything do not count, though both agree that there is nothing.

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval (2nd ed., chapter 7). Butterworths.

    Examples
    --------
    >>> f1([match_boxes(found=[[0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.1, 0.1]], known=[[0.1, 0.1, 0.2, 0.2]])])
    0.6666666666666666
    """
    matched, found, known = _counts(matchings)
    if found + known == 0:
        raise NoRegionsError("No region was marked on any image by either side, so there is nothing to match.")
    return 2.0 * matched / (found + known)


def _counts(matchings: Iterable[Matching]) -> tuple[int, int, int]:
    matched = found = known = 0
    for matching in matchings:
        matched += matching.n_matched
        found += matching.n_found
        known += matching.n_known
    return matched, found, known
