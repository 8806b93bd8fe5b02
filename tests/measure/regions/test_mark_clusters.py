"""Which marks of several raters are one place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.errors import ColumnShapeError, GeometryError, NoRatingsError, ToleranceError
from rubrica.measure.regions.mark_clusters import cluster_marks
from tests.measure.marked_places import as_polygon, boxes, points
from tests.measure.strategies import few

SQUARE = (1000, 1000)
HAND, FACE = [0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.2, 0.2]

sets_of_marks = st.lists(
    st.lists(st.one_of(boxes(smallest=0.2), points, boxes(smallest=0.2).map(as_polygon)), max_size=4),
    min_size=1,
    max_size=5,
)


def members(places):
    return sorted(sorted(zip(place.raters.tolist(), place.marks.tolist(), strict=True)) for place in places)


def test_marks_of_one_place_become_one_with_a_median_box_and_a_share_of_the_raters():
    near = [[0.1, 0.1, 0.2, 0.2], [0.12, 0.1, 0.2, 0.22], [0.13, 0.12, 0.2, 0.2]]

    places = cluster_marks([[near[0]], [FACE, near[1]], [near[2]], []], SQUARE)

    assert members(places) == [[(0, 0), (1, 1), (2, 0)], [(1, 0)]]
    hand = places[0]
    assert hand.region.tolist() == pytest.approx([0.12, 0.1, 0.2, 0.2])
    assert (hand.share, round(hand.ci_low, 3), round(hand.ci_high, 3)) == (0.75, 0.301, 0.954)
    assert hand.codes == {}


@few
@given(sets_of_marks)
def test_every_mark_is_in_one_place_and_no_place_has_two_marks_of_a_rater(marks):
    places = cluster_marks(marks, SQUARE)

    held = [member for cluster in members(places) for member in cluster]
    assert sorted(held) == [(rater, at) for rater, regions in enumerate(marks) for at in range(len(regions))]
    assert all(len(set(place.raters.tolist())) == len(place.raters) for place in places)
    assert [len(place.raters) for place in places] == sorted((len(place.raters) for place in places), reverse=True)


@few
@given(sets_of_marks, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_marks_does_not_matter(marks, random):
    order = random.sample(range(len(marks)), len(marks))
    shuffled = [random.sample(range(len(marks[rater])), len(marks[rater])) for rater in order]
    places = cluster_marks(
        [[marks[rater][at] for at in ats] for rater, ats in zip(order, shuffled, strict=True)], SQUARE
    )

    def drawn(place):
        return sorted(str(marks[rater][at]) for rater, at in place)

    back = [[(order[rater], shuffled[rater][at]) for rater, at in place] for place in members(places)]
    assert sorted(map(drawn, back)) == sorted(map(drawn, members(cluster_marks(marks, SQUARE))))


def test_a_chain_of_marks_is_not_one_place():
    chain = [[0.1, 0.1, 0.2, 0.2], [0.2, 0.1, 0.2, 0.2], [0.3, 0.1, 0.2, 0.2]]

    places = cluster_marks([[box] for box in chain], SQUARE)

    assert [len(place.raters) for place in places] == [2, 1]


def test_a_rater_with_two_marks_means_two_places():
    places = cluster_marks([[HAND, HAND], [HAND]], SQUARE)

    assert [len(place.raters) for place in places] == [2, 1]


def test_the_best_pairs_come_together_first():
    exact, near = [0.1, 0.1, 0.2, 0.2], [0.14, 0.1, 0.2, 0.2]

    places = cluster_marks([[near, exact], [exact]], SQUARE)

    assert members(places) == [[(0, 0)], [(0, 1), (1, 0)]]


def test_codes_are_counted_and_keep_places_apart_on_demand():
    marks, codes = [[HAND], [HAND], [HAND]], [["extra"], ["missing"], ["extra"]]

    together = cluster_marks(marks, SQUARE, codes=codes)
    apart = cluster_marks(marks, SQUARE, codes=codes, same_code=True)

    assert [place.codes for place in together] == [{"extra": 2, "missing": 1}]
    assert [place.codes for place in apart] == [{"extra": 2}, {"missing": 1}]


def test_a_click_in_an_area_is_the_same_place_and_the_better_mark_stands_for_both():
    places = cluster_marks([[HAND], [[0.2, 0.2]], [as_polygon(HAND)]], SQUARE)

    assert members(places) == [[(0, 0), (1, 0), (2, 0)]]
    assert places[0].region.shape in {(4,), (4, 2), (2,)}


def test_raters_who_marked_nothing_leave_no_place_and_nobody_is_an_error():
    assert cluster_marks([[], []], SQUARE) == []
    with pytest.raises(NoRatingsError, match="Nobody looked"):
        cluster_marks([], SQUARE)


def test_ten_raters_with_twenty_marks_each_find_their_twenty_places():
    rng = np.random.default_rng(1)
    corners = np.array([[0.2 * column, 0.24 * row] for column in range(5) for row in range(4)])
    marks = [[[*(corner + 0.02 * rng.random(2)), 0.12, 0.12] for corner in corners] for _ in range(10)]

    assert [len(place.raters) for place in cluster_marks(marks, SQUARE)] == [10] * 20


def test_bad_input_is_named():
    with pytest.raises(ColumnShapeError, match="one code"):
        cluster_marks([[HAND]], SQUARE, codes=[[]])
    with pytest.raises(ColumnShapeError, match="same_code needs"):
        cluster_marks([[HAND]], SQUARE, same_code=True)
    with pytest.raises(GeometryError, match="two positive numbers"):
        cluster_marks([[HAND], [HAND]], (0, 10))
    with pytest.raises(ToleranceError, match="min_overlap"):
        cluster_marks([[HAND]], SQUARE, min_overlap=2)
