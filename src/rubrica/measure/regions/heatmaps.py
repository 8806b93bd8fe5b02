"""Where do raters point? Heatmaps of their marks, and how alike two heatmaps are.

Regions are arrays in shares of the displayed image; see `rubrica.measure.regions.shapes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray
from rubrica.measure.errors import (
    ColumnShapeError,
    GeometryError,
    NoRatingsError,
    NoRegionsError,
    NoVariationError,
    TooFewRatersError,
)
from rubrica.measure.regions.shapes import bounds, checked_region, covers, disc_covers, is_point

DISC_RADIUS: Final = 1.0 / 20.0
"""Radius of the disc that stands for a point on a heatmap, as a share of the image's height."""

_EPSILON: Final = float(np.finfo(np.float64).eps)
"""Keeps a divergence finite where a map is zero; the benchmark of Bylinskii et al. uses the same number."""


def heatmap(marks: Sequence[Sequence[ArrayLike]], shape: tuple[int, int]) -> FloatArray:
    """Return, for each cell of a grid over the image, the share of raters who marked it.

    Parameters
    ----------
    marks
        One entry per rater who looked at the image: the regions they marked, none if they found nothing to mark.  Each
        is a point ``(2,)``, a box ``(4,)``, a polygon ``(k, 2)`` or a brush ``(k, 6)``, in shares of the displayed
        image.
    shape
        Rows and columns of the grid.  Cells are square, so choose the image's own proportions.

    Returns
    -------
    FloatArray
        `shape`, in ``[0, 1]``: the mean over raters of what each covered; a rater's overlapping marks count once.
        Dimensionless.

    Raises
    ------
    NoRatingsError
        Nobody looked at the image: `marks` is empty.
    GeometryError
        A mark is not a region of the image, or the grid has no cell.

    Notes
    -----
    A cell is covered when its centre is.  A point counts as a disc with a radius of a twentieth of the image's height.
    A mark too thin or too small to cover any centre counts for the cell in its middle, so that none disappears.

    References
    ----------
    Liang, Y., He, J., Li, G., et al. (2024). Rich human feedback for text-to-image generation. CVPR 2024.
    doi:10.48550/arXiv.2312.10240

    Examples
    --------
    Two raters mark the left half and a corner of it; a third finds nothing:

    >>> heatmap([[[0.0, 0.0, 0.5, 1.0]], [[0.0, 0.0, 0.5, 0.5]], []], shape=(2, 2)).round(2)
    array([[0.67, 0.  ],
           [0.33, 0.  ]])
    """
    if len(marks) == 0:
        raise NoRatingsError("Nobody looked at this image yet, so there is nothing to average.")
    total = cells_covered([], shape).astype(np.float64)
    for regions in marks:
        total += cells_covered(regions, shape)
    return total / len(marks)


def cells_covered(regions: Sequence[ArrayLike], shape: tuple[int, int]) -> BoolArray:
    """Return which cells of a grid over the image one or more regions cover: their mask.

    Parameters
    ----------
    regions
        Points, boxes, polygons and brushes, in shares of the displayed image.
    shape
        Rows and columns of the grid.

    Returns
    -------
    BoolArray
        `shape`.  What counts as covered is as in `heatmap`.

    Raises
    ------
    GeometryError
        A region is none, or the grid has no cell.

    Examples
    --------
    >>> cells_covered([[0.0, 0.0, 0.5, 1.0]], shape=(2, 4))
    array([[ True,  True, False, False],
           [ True,  True, False, False]])
    """
    rows, columns = shape
    if min(rows, columns) < 1:
        raise GeometryError(f"A grid needs at least one row and one column, not {rows} by {columns}.")
    covered = np.zeros(shape, dtype=np.bool_)
    for region in regions:
        covered |= _covered_by(checked_region(region), rows, columns)
    return covered


def _covered_by(region: FloatArray, rows: int, columns: int) -> BoolArray:
    x, y = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
    disc = is_point(region)
    covered = disc_covers(region, x, y, DISC_RADIUS, columns / rows) if disc else covers(region, x, y)
    if not covered.any():
        low, high = bounds(region)
        column, row = np.clip((low + high) / 2.0 * (columns, rows), 0, (columns - 1, rows - 1)).astype(int)
        covered[row, column] = True
    return covered


# --- how alike two heatmaps are


def correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Return Pearson's correlation of two heatmaps over their cells (CC).

    Parameters
    ----------
    first, second
        Shape ``(r, c)`` both, finite numbers from zero upward.

    Returns
    -------
    float
        In ``[-1, 1]``; dimensionless.  The same both ways.

    Raises
    ------
    ColumnShapeError
        The maps are not two tables of one shape of finite numbers from zero upward.
    NoVariationError
        A map is the same everywhere, so nothing can vary with it.

    References
    ----------
    Bylinskii, Z., Judd, T., Oliva, A., Torralba, A., & Durand, F. (2019). What do different evaluation metrics tell us
    about saliency models? IEEE Transactions on Pattern Analysis and Machine Intelligence, 41(3), 740-757.
    doi:10.1109/TPAMI.2018.2815601

    Examples
    --------
    >>> round(correlation([[1.0, 0.5], [0.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]), 4)
    0.8704
    """
    one, other = _two_maps(first, second)
    _refuse_flat(first=one, second=other)
    one, other = one - one.mean(), other - other.mean()
    product = float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))
    return min(1.0, max(-1.0, product))


def similarity(first: ArrayLike, second: ArrayLike) -> float:
    """Return how much of two heatmaps lies in the same cells: the intersection of their distributions (SIM).

    Parameters
    ----------
    first, second
        Shape ``(r, c)`` both, finite numbers from zero upward.  Each is divided by its sum.

    Returns
    -------
    float
        In ``[0, 1]``; dimensionless.  The same both ways.

    Raises
    ------
    ColumnShapeError
        The maps are not two tables of one shape of finite numbers from zero upward.
    NoRegionsError
        A map is zero everywhere: nobody marked anything.

    References
    ----------
    Bylinskii et al. (2019), section 3; see `correlation`.

    Examples
    --------
    >>> similarity([[1.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])
    0.5
    """
    one, other = _two_distributions(first, second)
    return float(np.minimum(one, other).sum())


def divergence(first: ArrayLike, second: ArrayLike) -> float:
    """Return how much the distribution of a second heatmap loses of the first: the Kullback-Leibler divergence (KL).

    Parameters
    ----------
    first
        Shape ``(r, c)``, finite numbers from zero upward: the map to be described, as that of the other raters.
    second
        The same shape: the map that describes it.

    Returns
    -------
    float
        From 0 upward, in nats.  Not the same both ways: what `second` misses counts most.

    Raises
    ------
    ColumnShapeError
        The maps are not two tables of one shape of finite numbers from zero upward.
    NoRegionsError
        A map is zero everywhere.

    Notes
    -----
    Finite also where `second` is zero, as the smallest difference of a float to 1 is added there.

    References
    ----------
    Bylinskii et al. (2019), section 3; see `correlation`.

    Examples
    --------
    >>> round(divergence([[1.0, 0.0]], [[0.5, 0.5]]), 4)
    0.6931
    """
    one, other = _two_distributions(first, second)
    return max(0.0, float((one * np.log(_EPSILON + one / (other + _EPSILON))).sum()))


def normalised_scanpath_saliency(heat: ArrayLike, marked: ArrayLike) -> float:
    """Return how far a heatmap stands above its own mean in the marked cells, in standard deviations (NSS).

    Parameters
    ----------
    heat
        Shape ``(r, c)``, finite numbers from zero upward.
    marked
        The same shape, true where marked (see `cells_covered`).

    Returns
    -------
    float
        Dimensionless; 0 is chance, below 0 the map is colder in the marked cells than elsewhere.

    Raises
    ------
    ColumnShapeError
        The two are not tables of one shape.
    NoRegionsError
        No cell is marked.
    NoVariationError
        The map is the same everywhere.

    References
    ----------
    Peters, R. J., Iyer, A., Itti, L., & Koch, C. (2005). Components of bottom-up gaze allocation in natural images.
    Vision Research, 45(18), 2397-2416. doi:10.1016/j.visres.2005.03.019

    Examples
    --------
    >>> round(normalised_scanpath_saliency([[3.0, 1.0], [1.0, 1.0]], [[True, False], [False, False]]), 4)
    1.7321
    """
    values, cells = _map_and_cells(heat, marked)
    _refuse_flat(heat=values)
    return float(((values - values.mean()) / values.std())[cells].mean())


def area_under_curve(heat: ArrayLike, marked: ArrayLike) -> float:
    """Return the probability that a marked cell is hotter than an unmarked one (AUC-Judd), ties counting half.

    Parameters
    ----------
    heat
        Shape ``(r, c)``, finite numbers from zero upward.
    marked
        The same shape, true where marked (see `cells_covered`).

    Returns
    -------
    float
        In ``[0, 1]``; 0.5 is chance.

    Raises
    ------
    ColumnShapeError
        The two are not tables of one shape.
    NoRegionsError
        No cell is marked.
    NoVariationError
        All cells are marked, so there is no other to compare them with.

    Notes
    -----
    The area under the curve of true against false positive rate with every value of the map as a threshold, computed
    from ranks (Mann-Whitney), so that no jitter is needed to break ties.

    References
    ----------
    Judd, T., Durand, F., & Torralba, A. (2012). A benchmark of computational models of saliency to predict human
    fixations. MIT CSAIL technical report 2012-001.

    Bylinskii et al. (2019), section 3; see `correlation`.

    Examples
    --------
    >>> area_under_curve([[0.9, 0.2], [0.1, 0.2]], [[True, False], [False, True]])
    0.875
    """
    values, cells = _map_and_cells(heat, marked)
    hot, cold = np.sort(values[cells]), np.sort(values[~cells])
    if len(cold) == 0:
        raise NoVariationError("All cells are marked, so there is no unmarked one to compare them with.")
    below, up_to = (np.searchsorted(cold, hot, side) for side in ("left", "right"))
    return float((below + up_to).sum() / (2.0 * len(hot) * len(cold)))


@dataclass(frozen=True, slots=True)
class ObserverCeiling:
    """How well the marks of one rater are foretold by those of the others: what no detector can be asked to exceed.

    Attributes
    ----------
    correlation, similarity, area_under_curve : float
        Means over raters who marked something, of the heatmap of the others against the rater's own mask.
    n_raters : int
        Raters who marked something and were compared with others who did.
    left_out : tuple of int
        Positions of the raters who were not compared: who marked nothing, or alone marked anything, or marked or left
        to the others the whole image.
    """

    correlation: float
    similarity: float
    area_under_curve: float
    n_raters: int
    left_out: tuple[int, ...]


def observer_ceiling(marks: Sequence[Sequence[ArrayLike]], shape: tuple[int, int]) -> ObserverCeiling:
    """Return how alike each rater's marks are to the heatmap of the others, on average over raters.

    Parameters
    ----------
    marks
        One entry per rater who looked at the image: the regions they marked.
    shape
        Rows and columns of the grid.

    Returns
    -------
    ObserverCeiling
        See there.

    Raises
    ------
    NoRatingsError, GeometryError
        As in `heatmap`.
    TooFewRatersError
        No rater can be compared with others who marked something.

    References
    ----------
    Bylinskii et al. (2019), section 5; see `correlation`.

    Examples
    --------
    >>> left, upper = [0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 1.0, 0.5]
    >>> found = observer_ceiling([[left], [left], [upper], []], shape=(2, 2))
    >>> round(found.similarity, 4), found.n_raters, found.left_out
    (0.6667, 3, (3,))
    """
    masks = [cells_covered(regions, shape) for regions in marks]
    total = heatmap(marks, shape) * len(marks)
    scores: list[tuple[float, float, float]] = []
    left_out: list[int] = []
    for rater, mask in enumerate(masks):
        others = total - mask
        if mask.all() or not mask.any() or np.ptp(others) < 0.5:
            left_out.append(rater)
            continue
        scores.append((correlation(others, mask), similarity(others, mask), area_under_curve(others, mask)))
    if not scores:
        raise TooFewRatersError(
            f"None of the {len(marks)} raters marked something that can be compared with marks of the others."
        )
    means = np.mean(scores, axis=0)
    return ObserverCeiling(float(means[0]), float(means[1]), float(means[2]), len(scores), tuple(left_out))


def _map(values: ArrayLike, name: str) -> FloatArray:
    table = np.asarray(values)
    if table.ndim != 2 or table.size == 0 or table.dtype.kind not in "biuf":
        raise ColumnShapeError(f"{name} must be a table of numbers by row and column; its shape is {table.shape}.")
    table = table.astype(np.float64)
    if not np.isfinite(table).all() or table.min() < 0.0:
        raise ColumnShapeError(f"{name} must hold finite numbers from zero upward.")
    return table


def _two_maps(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    one, other = _map(first, "first"), _map(second, "second")
    if one.shape != other.shape:
        raise ColumnShapeError(f"The maps must have one shape, but first is {one.shape} and second {other.shape}.")
    return one, other


def _two_distributions(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    one, other = _two_maps(first, second)
    for name, table in (("first", one), ("second", other)):
        if table.max() == 0.0:
            raise NoRegionsError(f"{name} is zero everywhere: nothing was marked, so there is no distribution.")
    return one / one.sum(), other / other.sum()


def _map_and_cells(heat: ArrayLike, marked: ArrayLike) -> tuple[FloatArray, BoolArray]:
    values, cells = _map(heat, "heat"), np.asarray(marked)
    if cells.dtype.kind != "b" or cells.shape != values.shape:
        raise ColumnShapeError(
            f"marked must be a table of truth values of the heatmap's shape {values.shape}; it holds {cells.dtype} in "
            f"the shape {cells.shape}."
        )
    if not cells.any():
        raise NoRegionsError("No cell is marked, so there is none to look up in the heatmap.")
    return values, cells


def _refuse_flat(**maps: FloatArray) -> None:
    for name, table in maps.items():
        if np.ptp(table) == 0.0:
            raise NoVariationError(f"{name} is {table.flat[0]:g} in every cell, so nothing can vary with it.")
