"""Do raters mark the same places? A graded, chance-corrected agreement of whole sets of marks.

Raters decide for themselves how many marks an image needs, so there are no units to agree on beforehand.  What is
compared is the set of marks that one rater left on an image with the set that another left there, and both with what
raters leave on other images.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers
from rubrica.measure.errors import (
    ColumnShapeError,
    GeometryError,
    NoIntervalError,
    NoPairableUnitsError,
    NoVariationError,
    TooFewUnitsError,
)
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile
from rubrica.measure.regions.matching import MAX_DISTANCE, assignment, place_quality
from rubrica.measure.regions.shapes import checked_region

_MOST_COMPARISONS: Final = 200_000
"""Pairs of sets of different images that are compared in all: some seconds of work."""

_ANY_OVERLAP: Final = float(np.finfo(np.float64).tiny)
_NEARLY_ALL: Final = 1e-9


@dataclass(frozen=True, slots=True)
class MarkAgreement:
    """Krippendorff's alpha of sets of marks.

    Attributes
    ----------
    alpha : float
        At most 1: 1 where all raters of an image left the same marks, 0 where marks on one image are no more alike than
        marks on different images.  Dimensionless.
    ci_low, ci_high : float
        Its interval, from image to image; never above 1.
    standard_error : float
        Jackknife standard error of alpha, over images.
    observed : float
        Mean soft F1 of two raters of one image, in ``[0, 1]``.
    expected : float
        Mean soft F1 of any two sets, in ``[0, 1]``: what chance alone gives, where people mark much in the same corner,
        or seldom mark anything.
    unmarked : float
        Share of the sets without a mark, in ``[0, 1]``: the base rate of "nothing to mark".
    n_images, n_sets, n_marks : int
        Images that at least two raters looked at, the raters' sets of marks there, and the marks in them.
    n_compared : int
        Pairs of sets of different images that `expected` rests on.
    """

    alpha: float
    ci_low: float
    ci_high: float
    standard_error: float
    observed: float
    expected: float
    unmarked: float
    n_images: int
    n_sets: int
    n_marks: int
    n_compared: int


def mark_agreement(
    images: ArrayLike,
    marks: Sequence[Sequence[ArrayLike]],
    *,
    aspects: ArrayLike | None = None,
    codes: Sequence[Sequence[str]] | None = None,
    max_distance: float = MAX_DISTANCE,
    confidence: float = 0.95,
) -> MarkAgreement:
    """Return how far raters mark the same places, graded by overlap and distance and corrected for chance.

    Parameters
    ----------
    images
        Shape ``(n,)``, integers: the image of each set of marks.  There is one row for each rater who looked at an
        image, also for one who found nothing to mark.  Images with one row do not take part.
    marks
        n sets: the points ``(2,)``, boxes ``(4,)``, polygons ``(k, 2)`` and brushes ``(k, 6)`` of each row, in shares
        of the displayed image.
    aspects
        Shape ``(n,)``: width of the image divided by its height, for distances; 1 by default.
    codes
        n sets: the code of each mark.  When given, only marks of equal code are alike: agreement on place *and* kind.
    max_distance
        Distance at which a point stops being alike to another region, as a share of the diagonal, in ``(0, 1]``.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    MarkAgreement
        See there.

    Raises
    ------
    ColumnShapeError
        The columns differ in length, or a set has not one code per mark.
    NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        `images` does not hold integers, `aspects` no finite numbers, or there is no row.
    GeometryError
        A mark is no region of the image, or an aspect is not positive.
    ToleranceError, ConfidenceError
        `max_distance` or `confidence` is out of range.
    NoPairableUnitsError
        No image has two rows.
    NoVariationError
        All sets are alike (nobody marked anything), so agreement cannot be told from chance.
    TooFewUnitsError, NoIntervalError
        One image alone has two rows, or all difference stems from one image: alpha exists, its interval does not.  The
        error carries alpha.

    Notes
    -----
    The *soft F1* of two sets is 2 sum q / (number of marks in both), where q is the intersection over union of two
    areas, or 1 - distance / `max_distance` where a point takes part, summed over the pairing of marks that makes it
    largest; two empty sets are wholly alike, an empty and another set not at all.  Alpha is Krippendorff's
    1 - D_o / D_e with one set as one rating and 1 - soft F1 as the difference of two: a set-valued coefficient as
    Passonneau's (2006), graded by place as the unitising ones of Krippendorff (1995) and Mathet et al. (2015) are.

    D_e takes in all pairs of sets.  Where these are more than 200 000, every image is compared with the same number of
    others instead, at even steps in ascending order of the images: a systematic sample, the same every time.

    References
    ----------
    Krippendorff, K. (1995). On the reliability of unitizing continuous data. Sociological Methodology, 25, 47-76.
    doi:10.2307/271061

    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. LREC
    2006, 831-836.

    Mathet, Y., Widlocher, A., & Metivier, J.-P. (2015). The unified and holistic method gamma for inter-annotator
    agreement measure and alignment. Computational Linguistics, 41(3), 437-479. doi:10.1162/COLI_a_00227

    Examples
    --------
    Two raters mark the same hand, half of the same face, and nothing on the third image:

    >>> hand, face, upper = [0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.2, 0.2], [0.6, 0.6, 0.2, 0.1]
    >>> found = mark_agreement([1, 1, 2, 2, 3, 3], [[hand], [hand], [face], [upper], [], []])
    >>> round(found.alpha, 3), round(found.observed, 3), round(found.expected, 3), round(found.unmarked, 3)
    (0.8, 0.833, 0.167, 0.333)
    """
    checked_confidence(confidence)
    sets = _sets(images, marks, aspects, codes)
    within = _within(sets, max_distance)
    across, n_compared = _across(sets, max_distance)
    rows = np.array([float(len(own)) for own in sets.rows])
    observed = 2.0 * within / (rows - 1.0)
    expected = 2.0 * within.sum() + across.sum()
    total = rows.sum()
    alpha = _alpha(float(observed.sum()), float(expected), float(total))
    if len(rows) < 2:
        raise TooFewUnitsError(
            f"Only image {sets.labels[0]} was looked at by two raters; an interval needs at least two such images.",
            estimate=alpha,
        )
    # Of the pairs across images, each counts once for either of its two images.
    expected_without = expected - 2.0 * within - 2.0 * across
    if expected_without.min() <= _NEARLY_ALL * expected:
        raise NoIntervalError(
            f"All difference stems from image {sets.labels[expected_without.argmin()]}, so the data cannot show how "
            f"alpha varies from image to image. Alpha is {alpha:.3f}; its interval does not exist.",
            estimate=alpha,
        )
    without_each = 1.0 - (total - rows - 1.0) * (observed.sum() - observed) / expected_without
    standard_error = jackknife_standard_error(without_each)
    reach = float(t_quantile(np.array([len(rows) - 1.0]), confidence)[0]) * standard_error
    return MarkAgreement(
        alpha=alpha,
        ci_low=alpha - reach,
        ci_high=min(1.0, alpha + reach),
        standard_error=standard_error,
        observed=1.0 - float(observed.sum() / total),
        expected=1.0 - float(expected / (total * (total - 1.0))),
        unmarked=float(np.mean([len(regions) == 0 for regions in sets.regions])),
        n_images=len(rows),
        n_sets=len(sets.regions),
        n_marks=sum(len(regions) for regions in sets.regions),
        n_compared=n_compared,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """The sets of marks of images with at least two of them, in order of image; `rows` are those of each image."""

    labels: IntArray
    rows: list[range]
    regions: list[list[FloatArray]]
    codes: list[Sequence[str]] | None
    aspect: FloatArray


def _sets(
    images: ArrayLike,
    marks: Sequence[Sequence[ArrayLike]],
    aspects: ArrayLike | None,
    codes: Sequence[Sequence[str]] | None,
) -> _Sets:
    image = identities(images, "images")
    aspect = np.ones(len(image)) if aspects is None else numbers(aspects, "aspects")
    if len({len(image), len(marks), len(aspect), len(image if codes is None else codes)}) > 1:
        raise ColumnShapeError(f"images has {len(image)} rows; marks, aspects and codes need as many entries.")
    if aspect.min() <= 0.0:
        raise GeometryError(f"aspects must be positive: width divided by height, not {aspect.min():g}.")
    for row, kinds in enumerate(codes or ()):
        if len(kinds) != len(marks[row]):
            raise ColumnShapeError(f"Row {row} has {len(marks[row])} marks and {len(kinds)} codes.")
    labels, index = numbered(image)
    often = np.bincount(index) > 1
    if not often.any():
        raise NoPairableUnitsError(f"None of the {len(labels)} images was looked at by two raters.")
    order = np.argsort(index, kind="stable")
    rows = order[often[index[order]]]
    ends = [0, *(int(end) for end in np.cumsum(np.bincount(index)[often]))]
    return _Sets(
        labels=labels[often],
        rows=[range(first, last) for first, last in pairwise(ends)],
        regions=[[checked_region(region) for region in marks[int(row)]] for row in rows],
        codes=None if codes is None else [codes[int(row)] for row in rows],
        aspect=aspect[rows],
    )


def _within(sets: _Sets, max_distance: float) -> FloatArray:
    """Return, for each image, the sum of the differences of its pairs of sets."""
    total = np.zeros(len(sets.labels))
    for image, rows in enumerate(sets.rows):
        # Every pair is compared both ways, so half of it.
        total[image] = _differences(sets, rows, rows, max_distance).sum() / 2.0
    return total


def _across(sets: _Sets, max_distance: float) -> tuple[FloatArray, int]:
    """Return, for each image, the sum of differences of its sets from those of all others, and how many were compared.

    The sum runs over each pair of sets once.  Where only a part of the pairs was compared, it is scaled up to all.
    """
    n_images, n_sets = len(sets.labels), len(sets.regions)
    total, compared = np.zeros(n_images), np.zeros(n_images)
    for step in _steps(n_images, n_sets):
        for image in range(n_images if 2 * step != n_images else step):
            other = (image + step) % n_images
            ours, theirs = sets.rows[image], sets.rows[other]
            difference = _differences(sets, ours, theirs, max_distance).sum()
            for at in (image, other):
                total[at] += difference
                compared[at] += len(ours) * len(theirs)
    pairs = np.array([len(rows) * (n_sets - len(rows)) for rows in sets.rows])
    return total * pairs / np.maximum(compared, 1.0), int(compared.sum() / 2.0)


def _steps(n_images: int, n_sets: int) -> list[int]:
    """Return how far apart, in order of image, the images lie that are compared."""
    steps = n_images // 2
    affordable = max(1, int(_MOST_COMPARISONS * steps / max(1.0, n_sets**2 / 2.0)))
    if affordable >= steps:
        return list(range(1, steps + 1))
    return sorted({round(1 + at * (steps - 1) / affordable) for at in range(affordable)})


def _differences(sets: _Sets, ours: range, theirs: range, max_distance: float) -> FloatArray:
    """Return 1 - soft F1 of each of some sets with each of some others; see `mark_agreement`."""
    aspect = sqrt(float(sets.aspect[ours[0]] * sets.aspect[theirs[0]]))
    flat = [[region for row in rows for region in sets.regions[row]] for rows in (ours, theirs)]
    quality = np.maximum(
        place_quality(flat[0], flat[1], (aspect, 1.0), min_overlap=_ANY_OVERLAP, max_distance=max_distance), 0.0
    )
    if sets.codes is not None:
        kinds = [np.array([code for row in rows for code in sets.codes[row]], dtype=np.str_) for rows in (ours, theirs)]
        quality *= kinds[0][:, None] == kinds[1][None, :]
    ends, other_ends = (np.cumsum([0, *(len(sets.regions[row]) for row in rows)]) for rows in (ours, theirs))
    difference = np.empty((len(ours), len(theirs)))
    for at in range(len(ours)):
        for other in range(len(theirs)):
            block = quality[ends[at] : ends[at + 1], other_ends[other] : other_ends[other + 1]]
            difference[at, other] = 1.0 - _soft_f1(block)
    return difference


def _soft_f1(quality: FloatArray) -> float:
    """Return twice the largest total quality of a pairing over the number of marks on both sides."""
    n_marks = sum(quality.shape)
    if n_marks == 0:
        return 1.0
    if not quality.any():
        return 0.0
    shared = quality.max() if 1 in quality.shape else quality[assignment(quality)].sum()
    return float(2.0 * shared / n_marks)


def _alpha(observed: float, expected: float, total: float) -> float:
    if expected <= 0.0:
        raise NoVariationError(
            f"All {total:.0f} sets of marks are alike, so agreement cannot be told from chance. "
            "Does nobody mark anything?"
        )
    return 1.0 - (total - 1.0) * observed / expected
