"""Matching of marks, on shapes whose areas and distances are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import ColumnShapeError, GeometryError, NoRegionsError, ToleranceError
from rubrica.measure.regions.heatmaps import cells_covered
from rubrica.measure.regions.matching import (
    f1,
    match_boxes,
    match_regions,
    overlaps,
    precision,
    recall,
)
from rubrica.measure.regions.shapes import bounds, checked_region, covers, distance, intersection_over_union
from tests.measure.marked_places import as_polygon, boxes, points
from tests.measure.strategies import few

SQUARE = (1000, 1000)
WIDE = (1600, 900)


@pytest.mark.parametrize(
    "nothing",
    [
        [0.5],
        [0.1, 0.2, 0.3],
        [[0.1, 0.2], [0.3, 0.4]],
        [[0.1, 0.2, 0.3]] * 3,
        [[0.1, 0.2, 0.3, 0.2, 0.0, 0.1]],
        [[0.1, 0.2, 1.3, 0.2, 0.1, 0.1]],
        [[0.1, 0.2, 0.3, 0.2, float("nan"), 0.1]],
        [1.2, 0.5],
        [-0.1, 0.5],
        [float("nan"), 0.5],
        [float("inf"), 0.5],
        [0.9, 0.0, 0.2, 0.1],
        [0.1, 0.1, 0.0, 0.2],
        [0.1, 0.1, 0.2, -0.05],
        [[0.1, 0.1], [0.2, 0.2], [1.5, 0.2]],
        ["a", "b"],
        [[0.1, 0.1], [0.2]],
        [],
    ],
)
def test_something_that_is_no_region_of_the_image_is_refused(nothing):
    with pytest.raises(GeometryError):
        cells_covered([nothing], (4, 4))
    with pytest.raises(GeometryError):
        match_regions([nothing], [], SQUARE)


def test_a_sum_of_rounded_shares_may_pass_the_rim_by_a_hair():
    assert checked_region([0.7, 0.0, 0.3 + 1e-12, 1.0]).shape == (4,)


# --- overlap and distance


def test_the_overlap_of_boxes_is_the_shared_part_of_their_union():
    first = [[0.0, 0.0, 0.5, 0.5]]
    second = [
        [0.0, 0.0, 0.5, 0.5],
        [0.25, 0.0, 0.5, 0.5],
        [0.25, 0.25, 0.5, 0.5],
        [0.0, 0.0, 1.0, 1.0],
        [0.5, 0.0, 0.5, 0.5],
    ]

    assert overlaps(first, second)[0].tolist() == pytest.approx([1.0, 1 / 3, 1 / 7, 1 / 4, 0.0])


def test_no_boxes_overlap_with_nothing_and_no_boxes_are_still_a_set():
    assert overlaps([], [[0.1, 0.1, 0.2, 0.2]]).shape == (0, 1)
    assert overlaps([[0.1, 0.1, 0.2, 0.2]], []).shape == (1, 0)


@pytest.mark.parametrize(
    "nothing", [[[0.1, 0.1, 0.2]], [0.1, 0.1, 0.2, 0.2], [[0.1, 0.1, 0.2, "x"]], [[0.9, 0.9, 0.2, 0.2]]]
)
def test_something_that_is_no_set_of_boxes_is_refused(nothing):
    with pytest.raises(GeometryError):
        overlaps(nothing, [[0.1, 0.1, 0.2, 0.2]])


@few
@given(one=boxes(), other=boxes())
def test_overlap_is_the_same_both_ways_and_whole_with_oneself(one, other):
    assert overlaps([one], [other])[0, 0] == overlaps([other], [one])[0, 0]
    assert overlaps([one], [one])[0, 0] == pytest.approx(1.0)


@few
@given(one=boxes(smallest=0.1), other=boxes(smallest=0.1))
def test_the_overlap_with_a_polygon_is_counted_to_a_few_hundredths(one, other):
    counted = intersection_over_union(np.array(as_polygon(one)), np.array(other))

    assert counted == pytest.approx(overlaps([one], [other])[0, 0], abs=0.03)


def test_a_brush_covers_what_lies_within_its_reach_of_a_stroke():
    stroke = [[0.25, 0.5, 0.75, 0.5, 0.05, 0.1]]

    painted = cells_covered([stroke], (200, 200))

    # A straight stroke is a rectangle with an ellipse at its ends.
    assert painted.mean() == pytest.approx(0.5 * 0.2 + np.pi * 0.05 * 0.1, abs=0.001)
    assert np.array_equal(painted, cells_covered([[*stroke, *stroke], stroke], (200, 200)))
    assert np.array_equal(painted, painted[::-1, ::-1])


def test_a_dab_of_the_brush_is_an_ellipse_and_ends_at_the_rim():
    dab = checked_region([[1.0, 0.5, 1.0, 0.5, 0.2, 0.1]])

    assert cells_covered([dab], (200, 200)).mean() == pytest.approx(np.pi * 0.2 * 0.1 / 2, abs=0.001)
    assert [corner.tolist() for corner in bounds(dab)] == [[0.8, 0.4], [1.0, 0.6]]


def test_a_brush_overlaps_and_lies_near_like_any_area():
    stroke = checked_region([[0.2, 0.5, 0.8, 0.5, 0.1, 0.1], [0.8, 0.5, 0.8, 0.6, 0.1, 0.1]])

    assert intersection_over_union(stroke, stroke) == 1.0
    assert intersection_over_union(stroke, np.array([0.0, 0.0, 1.0, 0.3])) == 0.0
    assert distance(np.array([0.5, 0.55]), stroke, SQUARE) == 0.0
    assert distance(np.array([0.5, 0.8]), stroke, SQUARE) == pytest.approx(0.2 / np.sqrt(2))
    assert match_regions([[0.5, 0.42]], [stroke], SQUARE).n_matched == 1


def test_polygons_without_area_share_nothing():
    line = np.array([[0.1, 0.1], [0.5, 0.5], [0.1, 0.1]])

    assert intersection_over_union(line, line) == 0.0


def test_regions_side_by_side_share_nothing():
    assert (
        intersection_over_union(np.array([[0.0, 0.0], [0.4, 0.0], [0.0, 0.4]]), np.array([0.5, 0.5, 0.1, 0.1])) == 0.0
    )


def test_distance_is_a_share_of_the_diagonal_of_the_displayed_image():
    # On 1600 by 900 pixels the diagonal is 1835.8; from the point 160 px right, 90 px up.
    assert distance(np.array([0.5, 0.5]), np.array([0.6, 0.4]), WIDE) == pytest.approx(0.1)
    assert distance(np.array([0.5, 0.5]), np.array([0.6, 0.5]), WIDE) == pytest.approx(160 / np.hypot(1600, 900))
    assert distance(np.array([0.0, 0.5]), np.array([0.1, 0.4, 0.2, 0.2]), SQUARE) == pytest.approx(0.1 / np.sqrt(2))
    assert distance(np.array([0.0, 0.0]), np.array([0.3, 0.4, 0.2, 0.2]), SQUARE) == pytest.approx(0.5 / np.sqrt(2))


@few
@given(place=points, box=boxes())
def test_a_point_is_at_no_distance_from_a_region_it_lies_in(place, box):
    inside = box[0] <= place[0] <= box[0] + box[2] and box[1] <= place[1] <= box[1] + box[3]

    assert (distance(np.array(place), np.array(box), WIDE) == 0.0) == inside or not inside
    assert distance(np.array(place), np.array(as_polygon(box)), WIDE) == pytest.approx(
        distance(np.array(place), np.array(box), WIDE), abs=1e-9
    )


def test_bounds_hold_the_whole_shape():
    low, high = bounds(np.array([[0.2, 0.9], [0.4, 0.1], [0.3, 0.5]]))

    assert (low.tolist(), high.tolist()) == ([0.2, 0.1], [0.4, 0.9])


def test_a_polygon_that_crosses_itself_covers_by_odd_and_even():
    bow_tie = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])

    assert covers(bow_tie, np.array([0.1, 0.5, 0.9]), np.array([0.2])).tolist() == [[True, False, True]]


# --- matching


def test_as_many_boxes_as_possible_are_paired():
    # Greedy matching would take the perfect pair (0, 0) and leave the two others alone.
    found = [[0.0, 0.0, 0.4, 0.4], [0.0, 0.16, 0.4, 0.4]]
    known = [[0.0, 0.0, 0.4, 0.4], [0.16, 0.0, 0.4, 0.4]]
    assert overlaps(found, known).round(2).tolist() == [[1.0, 0.43], [0.43, 0.22]]

    matched = match_boxes(found, known)

    assert matched.pairs.tolist() == [[0, 1], [1, 0]]
    assert (matched.n_matched, matched.n_found, matched.n_known) == (2, 2, 2)


def test_among_equally_many_pairs_the_best_overlap_wins():
    found = [[0.0, 0.0, 0.4, 0.4]]
    known = [[0.1, 0.0, 0.4, 0.4], [0.02, 0.0, 0.4, 0.4]]

    matched = match_boxes(found, known)

    assert (matched.pairs.tolist(), matched.only_known.tolist()) == ([[0, 1]], [0])


def test_a_threshold_decides_and_is_itself_enough():
    # Two boxes that share a third of their union.
    one, other = [[0.0, 0.0, 0.5, 0.5]], [[0.25, 0.0, 0.5, 0.5]]

    assert match_boxes(one, other, min_overlap=1 / 3).n_matched == 1
    assert match_boxes(one, other, min_overlap=0.34).n_matched == 0


@few
@given(found=st.lists(boxes(), max_size=5), known=st.lists(boxes(), max_size=5))
def test_matching_is_the_same_both_ways_and_leaves_nobody_out(found, known):
    one, other = match_boxes(found, known), match_boxes(known, found)

    assert one.n_matched == other.n_matched
    assert one.quality.sum() == pytest.approx(other.quality.sum())
    assert sorted([*one.pairs[:, 0], *one.only_found]) == list(range(len(found)))
    assert sorted([*one.pairs[:, 1], *one.only_known]) == list(range(len(known)))
    assert np.all(one.quality >= 0.3)


@few
@given(marks=st.lists(boxes(), max_size=4))
def test_marks_match_themselves_completely(marks):
    assert match_boxes(marks, marks).n_matched == len(marks)
    assert match_regions(marks, marks, WIDE).n_matched == len(marks)


@few
@given(found=st.lists(boxes(), max_size=4), known=st.lists(boxes(), max_size=4))
def test_boxes_match_alike_as_boxes_and_as_regions(found, known):
    assert match_regions(found, known, WIDE).pairs.tolist() == match_boxes(found, known).pairs.tolist()


def test_a_point_matches_within_a_twentieth_of_the_diagonal():
    known = [[0.5, 0.5]]
    reach = 0.05 * np.sqrt(2)

    assert match_regions([[0.5 + reach * 0.99, 0.5]], known, SQUARE).n_matched == 1
    assert match_regions([[0.5 + reach * 1.01, 0.5]], known, SQUARE).n_matched == 0
    assert match_regions([[0.5, 0.5]], known, SQUARE).quality.tolist() == [1.0]


@pytest.mark.parametrize("area", [[0.4, 0.4, 0.2, 0.2], [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]])
def test_a_point_matches_an_area_it_hits_or_nearly_hits_from_either_side(area):
    for mark, hits in (([0.5, 0.5], 1), ([0.65, 0.5], 1), ([0.75, 0.5], 0)):
        assert match_regions([mark], [area], SQUARE).n_matched == hits
        assert match_regions([area], [mark], SQUARE).n_matched == hits


def test_with_codes_only_regions_of_equal_code_are_paired():
    marks = [[0.1, 0.1, 0.2, 0.2], [0.5, 0.5]]

    same = match_regions(
        marks, marks, SQUARE, found_codes=["ANAT.extra", "TECH.blur"], known_codes=["ANAT.extra", "OBJ.merged"]
    )

    assert (same.pairs.tolist(), same.only_found.tolist(), same.only_known.tolist()) == ([[0, 0]], [1], [1])


def test_codes_are_given_for_every_region_or_for_none():
    marks = [[0.1, 0.1, 0.2, 0.2], [0.5, 0.5]]
    with pytest.raises(ColumnShapeError, match="or for neither"):
        match_regions(marks, marks, SQUARE, found_codes=["a", "b"])
    with pytest.raises(ColumnShapeError, match="2 found regions have 1 codes"):
        match_regions(marks, marks, SQUARE, found_codes=["a"], known_codes=["a", "b"])


def test_codes_of_no_regions_are_no_codes():
    assert match_regions([], [[0.5, 0.5]], SQUARE, found_codes=[], known_codes=["a"]).only_known.tolist() == [0]


@pytest.mark.parametrize("tolerance", [0.0, -0.1, 1.1, float("nan")])
def test_a_tolerance_that_is_none_is_refused(tolerance):
    with pytest.raises(ToleranceError, match="min_overlap"):
        match_boxes([], [], min_overlap=tolerance)
    with pytest.raises(ToleranceError, match="min_overlap"):
        match_regions([], [], SQUARE, min_overlap=tolerance)
    with pytest.raises(ToleranceError, match="max_distance"):
        match_regions([], [], SQUARE, max_distance=tolerance)


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (float("nan"), 10), (float("inf"), 10)])
def test_an_image_without_size_is_refused(size):
    with pytest.raises(GeometryError, match="two positive numbers"):
        match_regions([], [], size)


# --- precision, recall, F1


def test_scores_are_counted_over_all_images():
    hit, miss = [[0.1, 0.1, 0.2, 0.2]], [[0.7, 0.7, 0.2, 0.2]]
    matchings = [match_boxes(hit, hit), match_boxes(hit + miss, hit), match_boxes([], hit), match_boxes([], [])]

    assert precision(matchings) == pytest.approx(2 / 3)
    assert recall(matchings) == pytest.approx(2 / 3)
    assert f1(matchings) == pytest.approx(4 / 6)


@few
@given(found=st.lists(boxes(), min_size=1, max_size=4), known=st.lists(boxes(), min_size=1, max_size=4))
def test_f1_is_the_harmonic_mean_and_the_same_both_ways(found, known):
    one, other = [match_boxes(found, known)], [match_boxes(known, found)]

    assert precision(one) == recall(other)
    assert f1(one) == f1(other)
    if one[0].n_matched:
        assert f1(one) == pytest.approx(2.0 / (1.0 / precision(one) + 1.0 / recall(one)))


def test_scores_without_the_regions_they_count_do_not_exist():
    mark = [[0.1, 0.1, 0.2, 0.2]]
    with pytest.raises(NoRegionsError, match="No region was found"):
        precision([match_boxes([], mark)])
    with pytest.raises(NoRegionsError, match="no known region"):
        recall([match_boxes(mark, [])])
    with pytest.raises(NoRegionsError, match="by either side"):
        f1([match_boxes([], [])])
    with pytest.raises(NoRegionsError):
        f1([])
    assert f1([match_boxes(mark, [])]) == 0.0
