"""Agreement of whole sets of marks: perfect, by chance, and what the data do not say."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.errors import (
    ColumnShapeError,
    GeometryError,
    NoIntervalError,
    NoPairableUnitsError,
    NoRatingsError,
    NoVariationError,
    ToleranceError,
    TooFewUnitsError,
)
from rubrica.measure.regions.mark_agreement import mark_agreement
from tests.measure.marked_places import as_polygon, boxes, points
from tests.measure.strategies import few

HAND, FACE = [0.1, 0.1, 0.2, 0.2], [0.6, 0.6, 0.2, 0.2]
UPPER_FACE = [0.6, 0.6, 0.2, 0.1]


def soft_f1(ours, theirs):
    """Return the score of two sets of at most one box each."""
    if not ours or not theirs:
        return float(not ours and not theirs)
    (x, y, width, height), (left, top, across, down) = ours[0], theirs[0]
    sides = [min(x + width, left + across) - max(x, left), min(y + height, top + down) - max(y, top)]
    shared = max(sides[0], 0) * max(sides[1], 0)
    return shared / (width * height + across * down - shared)


@few
@given(st.lists(st.lists(boxes(), max_size=1), min_size=6, max_size=6))
def test_it_is_krippendorffs_alpha_with_one_less_soft_f1_as_the_difference(sets):
    images = [1, 1, 2, 2, 2, 3]
    kept = sets[:5]
    apart = np.array([[1 - soft_f1(one, other) for other in kept] for one in kept])
    expected = apart.sum() / 20
    observed = (2 * apart[0, 1] + (apart[2, 3] + apart[2, 4] + apart[3, 4])) / 5

    # Without either image the other must show some difference, or there is no interval.
    assume(apart[0, 1] > 1e-6)
    assume(apart[2:, 2:].sum() > 1e-6)
    found = mark_agreement(images, sets)

    assert found.alpha == pytest.approx(1 - observed / expected)
    assert (found.observed, found.expected) == pytest.approx((1 - observed, 1 - expected))
    assert (found.n_images, found.n_sets, found.n_compared) == (2, 5, 6)


def test_marks_all_alike_or_all_apart_are_a_nominal_scale():
    places = [HAND, FACE, [0.1, 0.6, 0.2, 0.2]]
    rng = np.random.default_rng(5)
    images, chosen = np.repeat(np.arange(20), 3), rng.integers(0, 3, 60)

    found = mark_agreement(images, [[places[place]] for place in chosen])
    nominal = krippendorff_alpha(images, chosen, level="nominal")

    assert (found.alpha, found.standard_error) == pytest.approx((nominal.alpha, nominal.standard_error))
    assert (found.ci_low, found.ci_high) == pytest.approx((nominal.ci_low, nominal.ci_high))


def test_equal_marks_agree_perfectly():
    sets = [[HAND, [0.9, 0.1]], [[0.9, 0.1], HAND], [as_polygon(FACE)], [as_polygon(FACE)], [], []]

    found = mark_agreement([1, 1, 2, 2, 3, 3], sets)

    assert (found.alpha, found.ci_low, found.ci_high) == (1.0, 1.0, 1.0)
    assert found.unmarked == pytest.approx(1 / 3)


def test_marks_that_do_not_depend_on_the_image_agree_as_by_chance():
    rng = np.random.default_rng(20)
    found = []
    for _ in range(40):
        images = np.repeat(np.arange(15), 3)
        # Everybody likes to mark near the middle, and finds nothing on four images of ten.
        sets = [
            [] if rng.random() < 0.4 else [[*(0.3 + 0.2 * rng.random(2)), *(0.2 + 0.2 * rng.random(2))]] for _ in images
        ]
        found.append(mark_agreement(images, sets))
    alpha = np.array([each.alpha for each in found])
    covered = np.mean([each.ci_low <= 0.0 <= each.ci_high for each in found])
    error = alpha.std() / 40**0.5

    assert abs(alpha.mean()) < 4 * error, f"seed 20: {alpha.mean():.3f} with a standard error of {error:.3f}"
    assert np.mean([each.expected for each in found]) > 0.25
    assert covered >= 0.85, f"seed 20: {covered:.2f} of the 95 % intervals hold zero"


@few
@given(st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_images_and_raters_matter(random):
    images = [1, 1, 2, 2, 3, 3]
    sets = [[HAND, FACE], [HAND], [FACE], [UPPER_FACE], [], [[0.5, 0.5]]]
    order = random.sample(range(6), 6)
    names = dict(zip([1, 2, 3], random.sample(range(100), 3), strict=True))

    found = mark_agreement(
        [names[images[at]] for at in order], [random.sample(sets[at], len(sets[at])) for at in order]
    )

    straight = mark_agreement(images, sets)
    assert (found.alpha, found.standard_error) == pytest.approx((straight.alpha, straight.standard_error))


def test_with_codes_the_same_place_by_another_name_is_not_alike():
    images, sets = [1, 1, 2, 2, 3, 3], [[HAND], [HAND], [FACE], [FACE], [], []]

    same = mark_agreement(images, sets, codes=[["extra"], ["extra"], ["face"], ["face"], [], []])
    other = mark_agreement(images, sets, codes=[["extra"], ["missing"], ["face"], ["face"], [], []])

    assert (same.observed, other.observed) == pytest.approx((1.0, 2 / 3))


def test_a_click_counts_less_the_farther_it_is():
    def observed(shift, aspect):
        others = [[HAND], [HAND], [], []]
        found = mark_agreement(
            [1, 1, 2, 2, 3, 3], [[[0.5, 0.5]], [[0.5 + shift, 0.5]], *others], aspects=[aspect, aspect, 1, 1, 1, 1]
        )
        return 3 * found.observed - 2

    assert observed(0.01, 1) == pytest.approx(1 - 0.01 / 2**0.5 / 0.05)
    assert observed(0.03, 1) == pytest.approx(1 - 0.03 / 2**0.5 / 0.05)
    assert observed(0.01, 3) == pytest.approx(1 - 0.03 / 10**0.5 / 0.05)
    assert observed(0.2, 1) == pytest.approx(0.0)


@few
@given(st.lists(st.lists(st.one_of(boxes(), points, boxes().map(as_polygon)), max_size=3), min_size=8, max_size=8))
def test_any_marks_have_an_agreement_or_a_reason_for_none(sets):
    try:
        found = mark_agreement([1, 1, 1, 2, 2, 3, 3, 3], sets)
    except (NoVariationError, NoIntervalError):
        return
    assert found.ci_low <= found.alpha <= found.ci_high + 1e-12
    assert found.alpha <= 1.0 + 1e-12
    assert 0.0 <= found.expected <= 1.0


def test_where_there_are_too_many_pairs_a_systematic_sample_stands_for_them(monkeypatch):
    rng = np.random.default_rng(9)
    images = np.repeat(np.arange(40), 3)
    centre = rng.random((40, 2)) * 0.5
    sets = [[[*(centre[image] + 0.05 * rng.random(2)), 0.3, 0.3]] for image in images]
    whole = mark_agreement(images, sets)
    monkeypatch.setattr("rubrica.measure.regions.mark_agreement._MOST_COMPARISONS", 2_000)

    sample = mark_agreement(images, sets)

    assert whole.n_compared == 40 * 39 // 2 * 9
    assert sample.n_compared < 2_500
    assert sample.alpha == pytest.approx(whole.alpha, abs=0.03)
    assert mark_agreement(images, sets) == sample


def test_what_the_marks_do_not_determine_is_refused():
    with pytest.raises(NoRatingsError):
        mark_agreement(np.array([], int), [])
    with pytest.raises(NoPairableUnitsError, match="None of the 2 images"):
        mark_agreement([1, 2], [[HAND], [HAND]])
    with pytest.raises(NoVariationError, match="All 4 sets of marks are alike"):
        mark_agreement([1, 1, 2, 2], [[], [], [], []])
    with pytest.raises(TooFewUnitsError, match="Only image 7"):
        mark_agreement([7, 7, 8], [[HAND], [UPPER_FACE], []])
    with pytest.raises(NoIntervalError, match="stems from image 7"):
        mark_agreement([7, 7, 8, 8], [[HAND], [FACE], [], []])


def test_bad_input_is_named():
    with pytest.raises(ColumnShapeError, match="2 rows"):
        mark_agreement([1, 1], [[HAND]])
    with pytest.raises(ColumnShapeError, match="Row 1 has 1 marks and 2 codes"):
        mark_agreement([1, 1], [[HAND], [HAND]], codes=[["a"], ["a", "b"]])
    with pytest.raises(GeometryError, match="aspects must be positive"):
        mark_agreement([1, 1], [[HAND], [HAND]], aspects=[0, 1])
    with pytest.raises(GeometryError, match="leaves the image"):
        mark_agreement([1, 1], [[HAND], [[0.9, 0.9, 0.2, 0.2]]])
    with pytest.raises(ToleranceError, match="max_distance"):
        mark_agreement([1, 1], [[HAND], [HAND]], max_distance=0)
