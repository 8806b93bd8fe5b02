"""Masks: what they share, which mean the same place, and the truth behind several of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.errors import (
    ColumnShapeError,
    NoIntervalError,
    NoRegionsError,
    NoVariationError,
    ToleranceError,
    TooFewRatersError,
    TooFewUnitsError,
)
from rubrica.measure.regions.heatmaps import cells_covered
from rubrica.measure.regions.masks import dice, mask_overlaps, match_masks, panoptic_quality, pixel_agreement, staple
from rubrica.measure.regions.matching import f1, overlaps
from tests.measure.marked_places import boxes
from tests.measure.strategies import few

GRID = (40, 40)
LEFT = np.array([[True, False], [True, False]])
UPPER = np.array([[True, True], [False, False]])
NOTHING = np.zeros((2, 2), bool)


def masks_of(regions):
    return np.array([cells_covered([region], GRID) for region in regions])


@few
@given(st.lists(boxes(smallest=0.3), min_size=1, max_size=3), st.lists(boxes(smallest=0.3), min_size=1, max_size=3))
def test_boxes_painted_as_masks_overlap_like_boxes(found, known):
    painted = mask_overlaps(masks_of(found), masks_of(known))

    assert painted == pytest.approx(overlaps(found, known), abs=0.25)
    assert dice(masks_of(found), masks_of(known)) == pytest.approx(2 * painted / (1 + painted))


def test_overlap_is_counted_in_pixels():
    assert mask_overlaps([LEFT], [UPPER, LEFT]).tolist() == [[1 / 3, 1.0]]
    assert dice([LEFT], [UPPER]).tolist() == [[0.5]]


def test_masks_are_paired_once_each_and_by_the_threshold():
    found = match_masks([LEFT, UPPER], [UPPER], min_overlap=0.5)

    assert (found.pairs.tolist(), found.only_found.tolist()) == ([[1, 0]], [0])
    assert match_masks([LEFT], [UPPER], min_overlap=0.5).n_matched == 0
    assert match_masks([], [UPPER]).n_known == 1
    with pytest.raises(ToleranceError, match="min_overlap"):
        match_masks([LEFT], [UPPER], min_overlap=0)


def test_panoptic_quality_is_f1_times_the_mean_overlap_of_the_pairs():
    matchings = [match_masks([LEFT], [UPPER, LEFT]), match_masks([LEFT, UPPER], [UPPER | LEFT])]
    overlap = np.concatenate([matching.quality for matching in matchings])

    assert panoptic_quality(matchings) == pytest.approx(f1(matchings) * overlap.mean())
    with pytest.raises(NoRegionsError, match="No mask"):
        panoptic_quality([match_masks([], [])])


@pytest.mark.parametrize("bad", [[[True, False]], [[[1, 0]]], np.zeros((2, 2, 2, 2), bool)])
def test_something_that_is_no_stack_of_masks_is_refused(bad):
    for measure in (mask_overlaps, dice, match_masks):
        with pytest.raises(ColumnShapeError, match=r"first must|first has"):
            measure(bad, [LEFT])


def test_an_empty_mask_is_refused_by_position_and_masks_of_two_images_too():
    with pytest.raises(NoRegionsError, match="Mask 1 of second is empty"):
        mask_overlaps([LEFT], [UPPER, NOTHING])
    with pytest.raises(ColumnShapeError, match="one shape"):
        mask_overlaps([LEFT], [np.ones((3, 2), bool)])


# --- agreement pixel by pixel


stacks = st.lists(
    st.tuples(st.integers(2, 4), st.integers(0, 2**16 - 1)).map(
        lambda drawn: np.random.default_rng(drawn[1]).random((drawn[0], 3, 4)) < 0.4
    ),
    min_size=2,
    max_size=4,
)


@few
@given(stacks)
def test_pixel_agreement_is_alpha_with_every_pixel_as_a_unit(images):
    units = np.concatenate([np.tile(np.arange(12) + 12 * at, len(stack)) for at, stack in enumerate(images)])
    values = np.concatenate([stack.ravel() for stack in images]).astype(int)

    found = pixel_agreement(images)

    assert found.alpha == pytest.approx(krippendorff_alpha(units, values, level="nominal").alpha)
    assert found.painted == pytest.approx(values.mean())
    assert found.n_masks == sum(map(len, images))


def alpha_without(images, dropped):
    rest = [stack for at, stack in enumerate(images) if at != dropped]
    units = np.concatenate([np.tile(np.arange(12) + 12 * at, len(stack)) for at, stack in enumerate(rest)])
    values = np.concatenate([stack.ravel() for stack in rest]).astype(int)
    try:
        return krippendorff_alpha(units, values, level="nominal").alpha
    except (TooFewUnitsError, NoIntervalError) as alone:
        return alone.estimate


@few
@given(stacks)
def test_the_interval_of_pixel_agreement_leaves_out_whole_images(images):
    without_each = np.array([alpha_without(images, at) for at in range(len(images))])
    count = len(images)
    expected = np.sqrt((count - 1) / count * ((without_each - without_each.mean()) ** 2).sum())

    assert pixel_agreement(images).standard_error == pytest.approx(expected, abs=1e-12)


def test_pixel_agreement_that_the_masks_do_not_determine_is_refused():
    with pytest.raises(TooFewRatersError, match="None of the 1 images"):
        pixel_agreement([[LEFT]])
    with pytest.raises(NoVariationError, match="equal"):
        pixel_agreement([[NOTHING, NOTHING], [NOTHING, NOTHING]])
    with pytest.raises(TooFewUnitsError) as alone:
        pixel_agreement([[LEFT, UPPER]])
    assert alone.value.estimate == pytest.approx(0.125)
    with pytest.raises(NoIntervalError, match="one image"):
        pixel_agreement([[LEFT, UPPER], [NOTHING, NOTHING]])
    with pytest.raises(ColumnShapeError, match="image 1 must be"):
        pixel_agreement([[LEFT, UPPER], LEFT])


# --- the truth behind several masks


def painted_by(rng, truth, sensitivity, specificity):
    return np.where(truth, rng.random(truth.shape) < sensitivity, rng.random(truth.shape) >= specificity)


def test_staple_finds_the_mask_and_how_well_each_rater_paints():
    rng = np.random.default_rng(7)
    truth = cells_covered([[0.2, 0.2, 0.4, 0.5]], (128, 128))
    skill = [(0.95, 0.99), (0.9, 0.95), (0.6, 0.98), (0.8, 0.8), (0.55, 0.9)]

    found = staple([painted_by(rng, truth, *each) for each in skill])

    assert found.sensitivity == pytest.approx([each[0] for each in skill], abs=0.03)
    assert found.specificity == pytest.approx([each[1] for each in skill], abs=0.03)
    by_staple, by_majority = (
        found.probability > 0.5,
        np.mean([painted_by(rng, truth, *each) for each in skill], 0) > 0.5,
    )
    assert mask_overlaps([by_staple], [truth]) > mask_overlaps([by_majority], [truth])


@few
@given(st.integers(0, 2**16), st.integers(3, 5))
def test_the_likelihood_of_staple_never_falls(seed, raters):
    rng = np.random.default_rng(seed)
    found = staple(rng.random((raters, 8, 8)) < 0.5)

    assert np.diff(found.trace).min(initial=0.0) >= -1e-9
    assert np.isfinite(found.probability).all()
    assert 0.0 <= found.probability.min() <= found.probability.max() <= 1.0


def test_staple_is_the_model_of_dawid_and_skene_but_for_the_prior():
    rng = np.random.default_rng(11)
    truth = rng.random((60, 60)) < 0.45
    masks = np.array([painted_by(rng, truth, *each) for each in [(0.9, 0.9), (0.8, 0.85), (0.7, 0.9), (0.85, 0.7)]])
    pixel = np.tile(np.arange(3600), 4)

    ours, theirs = staple(masks), dawid_skene(pixel, np.repeat(np.arange(4), 3600), masks.ravel().astype(int))

    assert ours.sensitivity == pytest.approx(theirs.confusion[:, 1, 1], abs=0.03)
    assert ours.specificity == pytest.approx(theirs.confusion[:, 0, 0], abs=0.03)


def test_staple_does_not_depend_on_the_order_of_raters():
    rng = np.random.default_rng(3)
    masks = rng.random((5, 16, 16)) < 0.4
    order = rng.permutation(5)

    assert staple(masks[order]).sensitivity == pytest.approx(staple(masks).sensitivity[order])


def test_staple_is_refused_where_nothing_tells_who_errs():
    with pytest.raises(TooFewRatersError, match="There are 2 masks"):
        staple([LEFT, UPPER])
    with pytest.raises(NoVariationError, match="everything or nothing"):
        staple([NOTHING] * 3)
    with pytest.raises(ColumnShapeError, match="At most 62"):
        staple(np.tile(LEFT, (63, 1, 1)))
