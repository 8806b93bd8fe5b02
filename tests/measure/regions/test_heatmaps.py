"""Heatmaps of marks on shapes whose areas are known, and how alike two of them are."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    GeometryError,
    NoRatingsError,
    NoRegionsError,
    NoVariationError,
    TooFewRatersError,
)
from rubrica.measure.regions.heatmaps import (
    DISC_RADIUS,
    area_under_curve,
    cells_covered,
    correlation,
    divergence,
    heatmap,
    normalised_scanpath_saliency,
    observer_ceiling,
    similarity,
)
from rubrica.measure.regions.shapes import corners
from tests.measure.marked_places import as_polygon, boxes
from tests.measure.strategies import few


def test_a_heatmap_is_the_share_of_raters_who_marked_each_cell():
    left, corner = [0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 0.5, 0.5]

    found = heatmap([[left], [corner], [], [left]], shape=(2, 4))

    assert found.tolist() == [[0.75, 0.75, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]]


def test_overlapping_marks_of_one_rater_count_once():
    assert heatmap([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5], [0.5, 0.5]]], shape=(10, 10)).max() == 1.0


@pytest.mark.parametrize("shape", [(400, 400), (300, 500)])
def test_a_point_is_a_round_disc_of_a_twentieth_of_the_height(shape):
    rows = shape[0]

    covered = heatmap([[[0.5, 0.5]]], shape) > 0

    across, down = np.count_nonzero(covered.any(axis=0)), np.count_nonzero(covered.any(axis=1))
    assert covered.sum() == pytest.approx(np.pi * (DISC_RADIUS * rows) ** 2, rel=0.02)
    assert across == pytest.approx(down, abs=2)
    assert down == pytest.approx(rows / 10, abs=2)
    assert np.array_equal(covered, covered[::-1, ::-1])


def test_a_disc_at_the_corner_is_cut_by_the_image():
    covered = heatmap([[[0.0, 0.0]]], (400, 400)) > 0

    assert covered.sum() == pytest.approx(np.pi * 20**2 / 4, rel=0.06)


def test_a_polygon_covers_its_area():
    triangle = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]

    assert heatmap([[triangle]], (200, 200)).mean() == pytest.approx(0.5, abs=0.01)


def test_a_polygon_with_a_notch_leaves_the_notch_out():
    notched = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.5], [0.0, 1.0]]

    found = heatmap([[notched]], (100, 100))

    assert found.mean() == pytest.approx(0.75, abs=0.01)
    assert found[90, 50] == 0.0


@few
@given(box=boxes())
def test_a_box_drawn_as_a_polygon_covers_the_same_cells(box):
    shape = (37, 53)
    centres_x, centres_y = (np.arange(53) + 0.5) / 53, (np.arange(37) + 0.5) / 37
    ends = np.array(corners(np.array(box)))
    assume(np.abs(centres_x[:, None] - ends[:, 0]).min() > 1e-9)
    assume(np.abs(centres_y[:, None] - ends[:, 1]).min() > 1e-9)

    assert np.array_equal(heatmap([[box]], shape), heatmap([[as_polygon(box)]], shape))


@pytest.mark.parametrize(
    "tiny",
    [
        [0.31, 0.52, 0.001, 0.001],
        [[0.31, 0.52], [0.311, 0.52], [0.31, 0.521]],
        [[0.3, 0.5], [0.33, 0.54], [0.3, 0.5]],
        [0.31, 0.52],
    ],
)
def test_a_mark_too_small_for_any_cell_counts_for_the_one_in_its_middle(tiny):
    found = heatmap([[tiny]], (4, 4))

    assert (found.sum(), found[2, 1]) == (1.0, 1.0)


@pytest.mark.parametrize("place", [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]])
def test_a_point_on_the_rim_has_a_cell_too(place):
    assert heatmap([[place]], (3, 3)).sum() == 1.0


def test_raters_who_found_nothing_count_and_no_raters_at_all_have_no_heatmap():
    assert heatmap([[], []], (2, 2)).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(NoRatingsError, match="Nobody looked"):
        heatmap([], (2, 2))


def test_a_grid_without_cells_is_refused():
    with pytest.raises(GeometryError, match="not 0 by 5"):
        heatmap([[[0.5, 0.5]]], (0, 5))


# --- how alike two heatmaps are


maps = st.lists(st.integers(0, 9), min_size=6, max_size=6).map(lambda cells: np.array(cells, float).reshape(2, 3))
LEFT, UPPER = [0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 1.0, 0.5]


@few
@given(maps, maps)
def test_correlation_is_that_of_the_cells(one, other):
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        with pytest.raises(NoVariationError, match="in every cell"):
            correlation(one, other)
        return
    assert correlation(one, other) == pytest.approx(np.corrcoef(one.ravel(), other.ravel())[0, 1], abs=1e-12)
    assert correlation(one, 3 * one) == pytest.approx(1.0)


@few
@given(maps, maps)
def test_similarity_and_divergence_are_those_of_the_distributions(one, other):
    if one.max() == 0 or other.max() == 0:
        for measure in (similarity, divergence):
            with pytest.raises(NoRegionsError, match="zero everywhere"):
                measure(one, other)
        return
    shares, other_shares = one / one.sum(), other / other.sum()
    assert similarity(one, other) == pytest.approx(1 - np.abs(shares - other_shares).sum() / 2)
    assert similarity(one, other) == similarity(other, one)
    assert divergence(one, 5 * one) == pytest.approx(0.0, abs=1e-12)
    if other.min() > 0:
        held = shares > 0
        expected = (shares[held] * np.log(shares[held] / other_shares[held])).sum()
        assert divergence(one, other) == pytest.approx(expected, abs=1e-12)


def test_what_the_second_map_misses_costs_most():
    assert divergence([[1.0, 1.0]], [[1.0, 0.0]]) > 10 * divergence([[1.0, 0.0]], [[1.0, 1.0]])


@few
@given(maps, st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_area_under_the_curve_counts_pairs_of_cells(heat, marked):
    cells = np.array(marked).reshape(2, 3)
    if not cells.any():
        with pytest.raises(NoRegionsError, match="No cell is marked"):
            area_under_curve(heat, cells)
        return
    if cells.all():
        with pytest.raises(NoVariationError, match="All cells are marked"):
            area_under_curve(heat, cells)
        return
    wins = [(hot > cold) + (hot == cold) / 2 for hot in heat[cells] for cold in heat[~cells]]
    assert area_under_curve(heat, cells) == pytest.approx(np.mean(wins))
    if np.ptp(heat) > 0:
        scores = (heat - heat.mean()) / heat.std()
        assert normalised_scanpath_saliency(heat, cells) == pytest.approx(scores[cells].mean(), abs=1e-12)


def test_raters_who_mark_alike_foretell_each_other_and_those_who_do_not_do_not():
    alike = observer_ceiling([[LEFT]] * 4, (8, 8))
    across = observer_ceiling([[[0.0, 0.0, 0.5, 0.5]], [[0.5, 0.5, 0.5, 0.5]]], (8, 8))

    assert (alike.correlation, alike.similarity, alike.area_under_curve) == pytest.approx((1.0, 1.0, 1.0))
    assert across.correlation < 0
    assert across.similarity == 0.0
    assert across.area_under_curve < 0.5


def test_raters_who_marked_nothing_or_everything_have_no_ceiling_and_are_named():
    found = observer_ceiling([[LEFT], [], [UPPER], [[0.0, 0.0, 1.0, 1.0]]], (4, 4))

    assert (found.n_raters, found.left_out) == (2, (1, 3))
    with pytest.raises(TooFewRatersError, match="None of the 2 raters"):
        observer_ceiling([[LEFT], []], (4, 4))


@pytest.mark.parametrize(
    "bad", [[1.0, 2.0], [[1.0, np.nan]], [[1.0, -1.0]], [["a", "b"]], np.zeros((0, 3)), np.zeros((2, 2, 2))]
)
def test_something_that_is_no_map_is_refused(bad):
    for measure in (correlation, similarity, divergence):
        with pytest.raises(ColumnShapeError, match="second must"):
            measure([[1.0, 2.0]], bad)


def test_maps_and_masks_of_different_shape_are_refused():
    with pytest.raises(ColumnShapeError, match="one shape"):
        correlation([[1.0, 2.0]], [[1.0], [2.0]])
    with pytest.raises(ColumnShapeError, match="marked must be"):
        area_under_curve([[1.0, 2.0]], [[True], [False]])
    with pytest.raises(ColumnShapeError, match="holds float64"):
        normalised_scanpath_saliency([[1.0, 2.0]], [[1.0, 0.0]])


def test_a_mask_is_what_any_of_the_regions_covers():
    both = cells_covered([LEFT, UPPER], (2, 2))

    assert both.tolist() == [[True, True], [True, False]]
    assert not cells_covered([], (2, 2)).any()
