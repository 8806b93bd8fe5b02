"""Masks painted on an image: how far they share their pixels, and what several raters' masks say together.

A mask is a table of truth values by row and column, true where painted.  `cells_covered` of
`rubrica.measure.regions.heatmaps` turns boxes, polygons and brush strokes into one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray
from rubrica.measure.errors import (
    ColumnShapeError,
    NoIntervalError,
    NoRegionsError,
    NotConvergedError,
    NoVariationError,
    TooFewRatersError,
    TooFewUnitsError,
)
from rubrica.measure.intervals import checked_confidence, jackknife_standard_error, t_quantile
from rubrica.measure.regions.matching import MIN_OVERLAP, Matching, best_matching, refuse_useless_tolerance

_MOST_BITS: Final = 62
"""Raters whose votes on one pixel fit in one integer."""

_MOST_ITERATIONS: Final = 100_000
_SETTLED: Final = 1e-9
"""Relative change of the log-likelihood at the maximum."""


def mask_overlaps(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the intersection over union of each mask of one set with each mask of another.

    Parameters
    ----------
    first, second
        Shape ``(n, r, c)`` and ``(m, r, c)``, truth values: masks of one image.  Either may be empty.

    Returns
    -------
    FloatArray
        Shape ``(n, m)``, in ``[0, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError
        The two are not stacks of masks of one image.
    NoRegionsError
        A mask is empty: it marks nothing.

    Examples
    --------
    >>> left = [[True, False], [True, False]]
    >>> upper = [[True, True], [False, False]]
    >>> mask_overlaps([left, upper], [left]).round(3)
    array([[1.   ],
           [0.333]])
    """
    one, other = _stack(first, "first"), _stack(second, "second")
    if len(one) == 0 or len(other) == 0:
        return np.zeros((len(one), len(other)))
    shared, sizes, other_sizes = _shared(one, other)
    return shared / (sizes[:, None] + other_sizes[None, :] - shared)


def dice(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the Dice coefficient of each mask of one set with each mask of another: twice the shared over the sum.

    Parameters
    ----------
    first, second
        Shape ``(n, r, c)`` and ``(m, r, c)``, truth values: masks of one image.  Either may be empty.

    Returns
    -------
    FloatArray
        Shape ``(n, m)``, in ``[0, 1]``; dimensionless.

    Raises
    ------
    ColumnShapeError, NoRegionsError
        As in `mask_overlaps`.

    References
    ----------
    Dice, L. R. (1945). Measures of the amount of ecologic association between species. Ecology, 26(3), 297-302.
    doi:10.2307/1932409

    Examples
    --------
    >>> dice([[[True, False], [True, False]]], [[[True, True], [False, False]]])
    array([[0.5]])
    """
    overlap = mask_overlaps(first, second)
    return 2.0 * overlap / (1.0 + overlap)


def match_masks(found: ArrayLike, known: ArrayLike, *, min_overlap: float = MIN_OVERLAP) -> Matching:
    """Pair masks that mark the same place, as many as possible and among those with the largest overlap.

    Parameters
    ----------
    found, known
        Shape ``(n, r, c)`` and ``(m, r, c)``, truth values: masks of one image.  Either may be empty.
    min_overlap
        Intersection over union from which two masks can be a pair, in ``(0, 1]``.

    Returns
    -------
    Matching
        Every mask is in one pair at most.  Precision, recall and F1 follow as for boxes.

    Raises
    ------
    ColumnShapeError, NoRegionsError
        As in `mask_overlaps`.
    ToleranceError
        `min_overlap` is not in ``(0, 1]``.

    Examples
    --------
    >>> left, upper = [[True, False], [True, False]], [[True, True], [False, False]]
    >>> match_masks([left, upper], [upper]).pairs
    array([[1, 0]])
    """
    refuse_useless_tolerance(min_overlap=min_overlap)
    overlap = mask_overlaps(found, known)
    return best_matching(np.where(overlap >= min_overlap, overlap, -1.0))


def panoptic_quality(matchings: Iterable[Matching]) -> float:
    """Return the overlap of paired masks, summed, over the mean number of masks of the two sides (PQ).

    Parameters
    ----------
    matchings
        One per image and rater, from `match_masks` or from matching areas; the paper pairs above an overlap of 0.5.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless: F1 times the mean overlap of the pairs.

    Raises
    ------
    NoRegionsError
        There is no mask, found or known, on any image.

    References
    ----------
    Kirillov, A., He, K., Girshick, R., Rother, C., & Dollar, P. (2019). Panoptic segmentation. CVPR 2019, 9404-9413.
    doi:10.1109/CVPR.2019.00963

    Examples
    --------
    >>> left, upper = [[True, False], [True, False]], [[True, True], [False, False]]
    >>> round(panoptic_quality([match_masks([left], [left, upper])]), 4)
    0.6667
    """
    quality = 0.0
    regions = 0
    for matching in matchings:
        quality += float(matching.quality.sum())
        regions += matching.n_found + matching.n_known
    if regions == 0:
        raise NoRegionsError("No mask was painted on any image by either side, so there is nothing to match.")
    return 2.0 * quality / regions


@dataclass(frozen=True, slots=True)
class PixelAgreement:
    """How far raters agree pixel by pixel on what is painted.

    Attributes
    ----------
    alpha : float
        Krippendorff's alpha at the nominal level over all pixels; at most 1, 0 as by chance.  Dimensionless.
    ci_low, ci_high : float
        Its interval, from image to image; never above 1.
    standard_error : float
        Jackknife standard error of alpha, over images.
    painted : float
        Share of all votes that are "painted", in ``(0, 1)``: the base rate.
    n_images, n_masks : int
        Images with at least two masks, and the masks of those.
    """

    alpha: float
    ci_low: float
    ci_high: float
    standard_error: float
    painted: float
    n_images: int
    n_masks: int


def pixel_agreement(images: Sequence[ArrayLike], confidence: float = 0.95) -> PixelAgreement:
    """Return Krippendorff's alpha of painted pixels, with an interval over images.

    Parameters
    ----------
    images
        One entry per image: shape ``(m, r, c)``, truth values, the mask of each of m raters.  A rater who painted
        nothing has an empty mask.  Images of one rater do not take part; images may differ in size.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    PixelAgreement
        Every pixel of an image counts once for each of its raters.

    Raises
    ------
    ColumnShapeError
        An entry is not a stack of masks of one image.
    TooFewRatersError
        No image was painted by two raters.
    NoVariationError
        All pixels have the same vote.
    TooFewUnitsError, NoIntervalError
        One image alone, or one alone with any variation: alpha exists, its interval does not.  The error carries alpha.

    Notes
    -----
    Neighbouring pixels are not independent, so the unit of the jackknife is the image.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    >>> left, upper, nothing = [[1, 0], [1, 0]], [[1, 1], [0, 0]], [[0, 0], [0, 0]]
    >>> found = pixel_agreement([np.array([left, left], bool), np.array([left, upper], bool)])
    >>> round(found.alpha, 4), found.painted
    (0.5312, 0.5)
    """
    checked_confidence(confidence)
    stacks = [_masks_of_raters(masks, f"image {number}") for number, masks in enumerate(images)]
    stacks = [stack for stack in stacks if len(stack) > 1]
    if not stacks:
        raise TooFewRatersError(f"None of the {len(images)} images was painted by two raters.")
    sums = np.array([_pixel_sums(stack) for stack in stacks])
    alpha = _pixel_alpha(sums.sum(axis=0))
    if len(stacks) < 2:
        raise TooFewUnitsError(
            "One image alone was painted by two raters or more; an interval needs at least two.", estimate=alpha
        )
    try:
        without_each = np.array([_pixel_alpha(left) for left in sums.sum(axis=0) - sums])
    except NoVariationError as equal:
        raise NoIntervalError(
            f"All variation stems from one image, so the data cannot show how alpha varies. Alpha is {alpha:.3f}.",
            estimate=alpha,
        ) from equal
    standard_error = jackknife_standard_error(without_each)
    reach = float(t_quantile(np.array([len(stacks) - 1.0]), confidence)[0]) * standard_error
    votes, painted, _ = sums.sum(axis=0)
    return PixelAgreement(
        alpha=alpha,
        ci_low=alpha - reach,
        ci_high=min(1.0, alpha + reach),
        standard_error=standard_error,
        painted=float(painted / votes),
        n_images=len(stacks),
        n_masks=sum(len(stack) for stack in stacks),
    )


def _pixel_sums(stack: BoolArray) -> tuple[float, float, float]:
    """Return the votes, those for "painted", and the observed disagreement of one image."""
    raters = len(stack)
    painted = np.bincount(stack.sum(axis=0).ravel(), minlength=raters + 1).astype(np.float64)
    number = np.arange(raters + 1.0)
    observed = (painted * 2.0 * number * (raters - number)).sum() / (raters - 1.0)
    return float(stack.size), float((painted * number).sum()), float(observed)


def _pixel_alpha(sums: FloatArray) -> float:
    votes, painted, observed = (float(number) for number in sums)
    expected = 2.0 * painted * (votes - painted)
    if expected == 0.0:
        raise NoVariationError(f"All {votes:.0f} votes on pixels are equal, so agreement cannot be told from chance.")
    return 1.0 - (votes - 1.0) * observed / expected


@dataclass(frozen=True, slots=True, eq=False)
class TruthAndPerformance:
    """The mask behind the masks of several raters, and how well each rater paints.

    Attributes
    ----------
    probability : FloatArray
        Shape ``(r, c)``, in ``[0, 1]``: that a pixel belongs to the true mask.
    sensitivity, specificity : FloatArray
        Shape ``(m,)`` each, in ``[0, 1]``: the share of true pixels that a rater paints, and of other pixels that the
        rater leaves.
    prior : float
        Share of painted pixels in all masks, in ``(0, 1)``.
    trace : FloatArray
        Shape ``(iterations,)``: log-likelihood after each iteration, natural logarithm.
    """

    probability: FloatArray
    sensitivity: FloatArray
    specificity: FloatArray
    prior: float
    trace: FloatArray


def staple(masks: ArrayLike) -> TruthAndPerformance:
    """Return the most probable true mask and the performance of each rater, estimated together (STAPLE).

    Parameters
    ----------
    masks
        Shape ``(m, r, c)``, truth values: the mask of each of m raters on one image.

    Returns
    -------
    TruthAndPerformance
        The maximum of the likelihood, from a start where every rater is right about nearly every pixel.

    Raises
    ------
    ColumnShapeError
        The array is not a stack of masks of one image.
    TooFewRatersError
        There are fewer than three: where two differ, nothing tells who erred.
    NoVariationError
        All pixels have the same vote.
    NotConvergedError
        The likelihood still rose after 100 000 iterations.

    Notes
    -----
    Pixels with the same votes have the same probability, so the steps run over the patterns of votes that occur: one
    pass over the pixels in all, however many steps.  It is the model of Dawid and Skene for two categories with a given
    prior.

    References
    ----------
    Warfield, S. K., Zou, K. H., & Wells, W. M. (2004). Simultaneous truth and performance level estimation (STAPLE): an
    algorithm for the validation of image segmentation. IEEE Transactions on Medical Imaging, 23(7), 903-921.
    doi:10.1109/TMI.2004.828354

    Examples
    --------
    Two raters agree; the third paints half of it and something else:

    >>> masks = np.zeros((3, 2, 4), bool)
    >>> masks[:2, :, :2] = True
    >>> masks[2, 0, :3] = True
    >>> found = staple(masks)
    >>> found.probability.round(2)
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.]])
    >>> found.sensitivity.round(2), found.specificity.round(2)
    (array([1. , 1. , 0.5]), array([1.  , 1.  , 0.75]))
    """
    stack = _masks_of_raters(masks, "masks")
    raters = len(stack)
    if raters < 3:
        raise TooFewRatersError(
            f"There are {raters} masks; where two differ, nothing tells which of them errs. Three are needed."
        )
    prior = float(stack.mean())
    if prior in {0.0, 1.0}:
        raise NoVariationError("All raters painted everything or nothing, so nothing shows how they err.")
    pattern, which, count = _patterns(stack)
    sensitivity, specificity = np.full(raters, 0.99999), np.full(raters, 0.99999)
    trace: list[float] = []
    while True:
        with np.errstate(divide="ignore"):
            painted = np.log(prior) + _log_probability(pattern, sensitivity)
            left = np.log1p(-prior) + _log_probability(pattern, 1.0 - specificity)
        either = np.logaddexp(painted, left)
        true = np.exp(painted - either)
        trace.append(float(count @ either))
        if len(trace) > 1 and trace[-1] - trace[-2] <= _SETTLED * abs(trace[-1]):
            break
        if len(trace) > _MOST_ITERATIONS:
            raise NotConvergedError(f"The likelihood still rose after {_MOST_ITERATIONS} iterations.")
        weight, other = count * true, count * (1.0 - true)
        # Sums of rounded numbers may pass 1 by a hair.
        sensitivity = np.minimum(weight @ pattern / weight.sum(), 1.0)
        specificity = np.minimum(other @ (1.0 - pattern) / other.sum(), 1.0)
    return TruthAndPerformance(
        probability=true[which].reshape(stack.shape[1:]),
        sensitivity=sensitivity,
        specificity=specificity,
        prior=prior,
        trace=np.array(trace),
    )


def _patterns(stack: BoolArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return the patterns of votes that occur ``(p, m)``, which of them each pixel has, and how often each occurs."""
    if len(stack) > _MOST_BITS:
        raise ColumnShapeError(f"At most {_MOST_BITS} masks can be compared at once; these are {len(stack)}.")
    code = np.zeros(stack[0].size, dtype=np.int64)
    for bit, mask in enumerate(stack):
        code |= mask.ravel().astype(np.int64) << bit
    codes, which, count = np.unique(code, return_inverse=True, return_counts=True)
    votes = (codes[:, None] >> np.arange(len(stack))) & 1
    return votes.astype(np.float64), which, count.astype(np.float64)


def _log_probability(pattern: FloatArray, painting: FloatArray) -> FloatArray:
    """Return the logarithm of the probability of each pattern when each rater paints with a given probability."""
    log_probability = np.where(pattern > 0.0, np.log(painting), np.log1p(-painting))
    return np.asarray(log_probability.sum(axis=1), dtype=np.float64)


def _stack(masks: ArrayLike, name: str) -> BoolArray:
    array = np.asarray(masks)
    if array.size == 0:
        return np.zeros((0, 1, 1), dtype=np.bool_)
    stack = _masks_of_raters(array, name)
    empty = np.flatnonzero(~stack.any(axis=(1, 2)))
    if len(empty) > 0:
        raise NoRegionsError(f"Mask {empty[0]} of {name} is empty: it marks nothing. Leave it out.")
    return stack


def _masks_of_raters(masks: ArrayLike, name: str) -> BoolArray:
    array = np.asarray(masks)
    if array.ndim != 3 or array.dtype.kind != "b" or array.size == 0:
        raise ColumnShapeError(
            f"{name} must be truth values by mask, row and column; it holds {array.dtype} in the shape {array.shape}."
        )
    return array


def _shared(one: BoolArray, other: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    if one.shape[1:] != other.shape[1:]:
        raise ColumnShapeError(
            f"Masks of one image have one shape, but first has {one.shape[1:]} and second {other.shape[1:]}."
        )
    # Counts below 2**24 are exact in single precision, which halves the memory; larger images take double.
    exact = "f4" if one[0].size < 2**24 else "f8"
    rows, other_rows = (stack.reshape(len(stack), -1).astype(exact) for stack in (one, other))
    shared = np.asarray(np.matmul(rows, other_rows.T), dtype=np.float64)
    return shared, one.sum(axis=(1, 2)).astype(np.float64), other.sum(axis=(1, 2)).astype(np.float64)
