"""Which marks of several raters mean the same place? Places, who marked each, and what they called it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray
from rubrica.measure.errors import ColumnShapeError, NoRatingsError
from rubrica.measure.intervals import checked_confidence, wilson_interval
from rubrica.measure.regions.matching import MAX_DISTANCE, MIN_OVERLAP, place_quality
from rubrica.measure.regions.shapes import bounds, checked_region, is_box, is_point


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One place on an image, marked by one rater or more.

    Attributes
    ----------
    raters : IntArray
        Shape ``(k,)``: positions of the raters who marked it, ascending.
    marks : IntArray
        Shape ``(k,)``: the position of the mark among all marks of that rater.
    region : FloatArray
        Where it is: the coordinate-wise median where all marks are points or all are boxes, otherwise the mark that
        matches the others best.  In shares of the displayed image.
    share : float
        Raters who marked it over raters who looked, in ``(0, 1]``.
    ci_low, ci_high : float
        Wilson's interval of `share`.
    codes : dict of str to int
        How many of the raters gave it each code, most frequent first, then in order of code.  Empty without codes.
    """

    raters: IntArray
    marks: IntArray
    region: FloatArray
    share: float
    ci_low: float
    ci_high: float
    codes: dict[str, int]


def cluster_marks(
    marks: Sequence[Sequence[ArrayLike]],
    size: tuple[float, float],
    *,
    codes: Sequence[Sequence[str]] | None = None,
    same_code: bool = False,
    min_overlap: float = MIN_OVERLAP,
    max_distance: float = MAX_DISTANCE,
    confidence: float = 0.95,
) -> list[Place]:
    """Return the places that several raters marked on one image.

    Parameters
    ----------
    marks
        One entry per rater who looked at the image: the points ``(2,)``, boxes ``(4,)``, polygons ``(k, 2)`` and
        brushes ``(k, 6)`` they marked, in shares of the displayed image; none if they found nothing to mark.
    size
        Width and height of the displayed image, in pixels or any one unit.
    codes
        One entry per rater: the code of each mark.
    same_code
        Whether marks of different code are different places.  Needs `codes`.
    min_overlap
        Intersection over union from which two areas can be one place, in ``(0, 1]``.
    max_distance
        Largest distance at which a point can be one place with another region, as a share of the diagonal, in
        ``(0, 1]``.
    confidence
        Nominal coverage of the interval of each share, in ``(0, 1)``.

    Returns
    -------
    list of Place
        Every mark is in one place.  Those marked by most raters first, then from top to bottom and left to right.

    Raises
    ------
    NoRatingsError
        Nobody looked at the image: `marks` is empty.
    ColumnShapeError
        There is not one code per mark, or `same_code` is asked for without codes.
    GeometryError
        A mark is no region of the image, or `size` is not positive.
    ToleranceError, ConfidenceError
        `min_overlap`, `max_distance` or `confidence` is out of range.

    Notes
    -----
    Agglomerative clustering: the two clusters whose marks match best on average become one, as long as *all* their
    marks match in pairs (complete linkage) and no rater is in both; a rater who made two marks meant two places.  The
    result is the same for any order of raters and marks.

    Examples
    --------
    Two of three raters mark a hand, one of them a face as well; the third finds nothing:

    >>> places = cluster_marks(
    ...     [[[0.1, 0.1, 0.2, 0.2]], [[0.6, 0.6, 0.2, 0.2], [0.12, 0.1, 0.2, 0.2]], []],
    ...     size=(640, 480),
    ...     codes=[["ANAT.extra"], ["ANAT.face", "ANAT.extra"], []],
    ... )
    >>> [(place.raters.tolist(), place.marks.tolist(), round(place.share, 2), place.codes) for place in places]
    [([0, 1], [0, 1], 0.67, {'ANAT.extra': 2}), ([1], [0], 0.33, {'ANAT.face': 1})]
    """
    checked_confidence(confidence)
    if len(marks) == 0:
        raise NoRatingsError("Nobody looked at this image yet, so there are no places to tell apart.")
    rows = _in_order(marks, codes, same_code=same_code)
    regions = [row.region for row in rows]
    quality = place_quality(regions, regions, size, min_overlap=min_overlap, max_distance=max_distance)
    rater = np.array([row.rater for row in rows], dtype=np.int64)
    possible = (quality >= 0.0) & (rater[:, None] != rater[None, :])
    if same_code:
        kinds = np.array([row.code for row in rows], dtype=np.str_)
        possible &= kinds[:, None] == kinds[None, :]
    places = [
        _place([rows[at] for at in members], quality[np.ix_(members, members)], len(marks), confidence)
        for members in _linked(quality, possible)
    ]
    return sorted(places, key=lambda place: (-len(place.raters), *bounds(place.region)[0][::-1].tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class _Mark:
    region: FloatArray
    rater: int
    position: int
    code: str | None

    def order(self) -> tuple[tuple[float, ...], str, int, int]:
        """Sort by place, so that the order of raters and marks decides only between marks that are the same."""
        return tuple(self.region.ravel().tolist()), self.code or "", self.rater, self.position


def _in_order(
    marks: Sequence[Sequence[ArrayLike]], codes: Sequence[Sequence[str]] | None, *, same_code: bool
) -> list[_Mark]:
    if codes is None and same_code:
        raise ColumnShapeError("same_code needs the codes of the marks.")
    if codes is not None and [len(kinds) for kinds in codes] != [len(regions) for regions in marks]:
        raise ColumnShapeError("Every mark needs one code, and every rater an entry of marks and an entry of codes.")
    rows = [
        _Mark(checked_region(region), rater, position, None if codes is None else codes[rater][position])
        for rater, regions in enumerate(marks)
        for position, region in enumerate(regions)
    ]
    return sorted(rows, key=_Mark.order)


def _linked(quality: FloatArray, possible: BoolArray) -> list[list[int]]:
    """Return the clusters, each as its members; see `cluster_marks` for the rule."""
    members = [[at] for at in range(len(quality))]
    total = np.where(possible, quality, 0.0)
    allowed = possible.copy()
    size = np.ones(len(quality))
    while allowed.any():
        mean = np.where(allowed, total / np.outer(size, size), -1.0)
        keep, drop = sorted(divmod(int(mean.argmax()), len(mean)))
        members[keep] += members[drop]
        members[drop] = []
        total[keep] += total[drop]
        total[:, keep] = total[keep]
        size[keep] += size[drop]
        allowed[keep] &= allowed[drop]
        allowed[:, keep] = allowed[keep]
        allowed[drop] = allowed[:, drop] = allowed[keep, keep] = False
    return [cluster for cluster in members if cluster]


def _place(rows: list[_Mark], quality: FloatArray, n_raters: int, confidence: float) -> Place:
    region = _middle([row.region for row in rows], quality)
    rows = sorted(rows, key=lambda row: row.rater)
    low, high = wilson_interval(np.array([float(len(rows))]), np.array([float(n_raters)]), confidence)
    counts = Counter(row.code for row in rows if row.code is not None)
    return Place(
        raters=np.array([row.rater for row in rows], dtype=np.int64),
        marks=np.array([row.position for row in rows], dtype=np.int64),
        region=region,
        share=len(rows) / n_raters,
        ci_low=float(low[0]),
        ci_high=float(high[0]),
        codes=dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))),
    )


def _middle(regions: list[FloatArray], quality: FloatArray) -> FloatArray:
    if all(map(is_point, regions)) or all(map(is_box, regions)):
        return np.asarray(np.median(np.stack(regions), axis=0), dtype=np.float64)
    return regions[int(quality.sum(axis=0).argmax())]
