"""Planted defects are where they are said to be, of the kind they are said to be, and only there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.templates import template_rubric
from rubrica.imaging import ladders
from rubrica.imaging.defects import (
    CODES,
    CODES_OF_THINGS,
    SEVERITIES,
    Box,
    DefectKind,
    ImageTooSmallError,
    plant,
)
from rubrica.imaging.photographs import photograph
from tests.imaging.makers import texture

kinds = st.sampled_from(list(DefectKind))
severities = st.sampled_from(SEVERITIES)
seeds = st.integers(0, 2**32)


def pixels(width=160, height=120, seed=1):
    return np.asarray(texture(width, height, seed))


@settings(max_examples=60)
@given(kind=kinds, severity=severities, seed=seeds, width=st.integers(64, 220), height=st.integers(64, 220))
def test_only_pixels_inside_the_box_change_and_some_do(kind, severity, seed, width, height):
    image = pixels(width, height)
    spoilt, defect = plant(image, kind, seed=seed, severity=severity)
    left, top, right, bottom = defect.box.to_pixels(width, height)
    changed = (spoilt != image).any(axis=2)
    assert changed[top:bottom, left:right].any()
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert 0 <= defect.box.x <= defect.box.x + defect.box.width <= 1
    assert 0 <= defect.box.y <= defect.box.y + defect.box.height <= 1


@settings(max_examples=20)
@given(kind=kinds, severity=severities, seed=seeds)
def test_the_same_arguments_give_the_same_defect(kind, severity, seed):
    one, other = (plant(pixels(), kind, seed=seed, severity=severity) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    assert one.defect == other.defect


def test_another_seed_chooses_another_place():
    boxes = {plant(pixels(), DefectKind.SWIRL, seed=seed).defect.box for seed in range(12)}
    assert len(boxes) > 4


@pytest.mark.parametrize("kind", DefectKind)
def test_a_severer_defect_changes_more(kind):
    image = photograph("astronaut")
    amounts = [
        np.mean(
            [np.abs(plant(image, kind, seed=seed, severity=s).image.astype(int) - image).sum() for seed in range(4)]
        )
        for s in SEVERITIES
    ]
    assert amounts == sorted(amounts)
    assert amounts[2] > 2 * amounts[0]


def test_a_box_can_be_given_and_is_kept():
    box = Box(0.25, 0.5, 0.25, 0.25)
    spoilt, defect = plant(pixels(), "blur", seed=1, box=box)
    assert defect.box == box
    assert (spoilt != pixels()).any()


def test_a_defect_is_stored_as_the_simulated_raters_expect_it():
    _, defect = plant(pixels(), "blur", seed=1, severity=3, box=Box(0.25, 0.5, 0.25, 0.25))
    assert defect.as_json(slot=1) == {
        "slot": 1,
        "kind": "blur",
        "code": "TECH.blur",
        "box": {"x": 0.25, "y": 0.5, "width": 0.25, "height": 0.25},
        "severity": 3,
    }


def test_a_code_can_be_given():
    assert plant(pixels(), "swirl", seed=1, code="OBJ.merged").defect.code == "OBJ.merged"
    assert plant(pixels(), "swirl", seed=1).defect.code == "ANAT.malformed"


def test_every_code_is_in_the_taxonomy_of_the_shipped_rubric():
    taxonomy = template_rubric("ai-image-audit").as_json()["taxonomy"]
    known = {f"{group['code']}.{error['code']}" for group in taxonomy["groups"] for error in group["errors"]}
    assert {*CODES.values(), *CODES_OF_THINGS.values(), *ladders.CODES.values()} <= known


def test_the_original_is_left_alone():
    image = pixels()
    before = image.copy()
    plant(image.copy(), "noise", seed=1)
    assert np.array_equal(image, before)


def test_what_cannot_hold_a_defect_is_named():
    with pytest.raises(ImageTooSmallError, match="at least 64 pixels"):
        plant(pixels(63, 200), "blur", seed=1)
    with pytest.raises(ImageTooSmallError, match="at least 16 pixels"):
        plant(pixels(), "blur", seed=1, box=Box(0.5, 0.5, 0.05, 0.5))
    with pytest.raises(ValueError, match="severity"):
        plant(pixels(), "blur", seed=1, severity=5)
    with pytest.raises(ValueError, match="nonsense"):
        plant(pixels(), "nonsense", seed=1)
    with pytest.raises(ValueError, match="8-bit array"):
        plant(pixels()[..., 0], "blur", seed=1)


@given(
    x=st.floats(0, 0.9),
    y=st.floats(0, 0.9),
    width=st.floats(0.01, 1),
    height=st.floats(0.01, 1),
    size=st.tuples(st.integers(1, 3_000), st.integers(1, 3_000)),
)
def test_a_box_in_pixels_lies_in_the_image_and_is_never_empty(x, y, width, height, size):
    left, top, right, bottom = Box(x, y, width, height).to_pixels(*size)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


@given(left=st.integers(0, 50), top=st.integers(0, 50), width=st.integers(1, 50), height=st.integers(1, 50))
def test_a_box_made_from_pixels_gives_them_back(left, top, width, height):
    box = Box(left / 101, top / 103, width / 101, height / 103)
    assert box.to_pixels(101, 103) == (left, top, left + width, top + height)


def test_an_image_that_leaves_no_room_elsewhere_still_gets_its_clone():
    spoilt, _ = plant(pixels(), "clone", seed=4, severity=4, box=Box(0.0, 0.0, 0.9, 0.9))
    assert (spoilt != pixels()).any()
