"""Technical measures move the right way and have the stated units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageFilter

from rubrica.imaging.checks import (
    MEASURED_SIDE,
    WhiteGround,
    laplacian_variance,
    measure,
    measure_ground,
    measured_luma,
)
from tests.imaging.makers import texture

greys = arrays(np.uint8, st.tuples(st.integers(3, 12), st.integers(3, 12)))


def test_blur_lowers_sharpness_and_noise_raises_it():
    image = texture()
    generator = np.random.default_rng(3)
    noise = np.clip(np.asarray(image) + generator.normal(0, 20, (192, 256, 3)), 0, 255).astype(np.uint8)
    sharpness = measure(measured_luma(image)).sharpness
    assert measure(measured_luma(image.filter(ImageFilter.GaussianBlur(2)))).sharpness < sharpness / 2
    assert measure(measured_luma(Image.fromarray(noise))).sharpness > 2 * sharpness


def test_one_bright_point_has_a_laplacian_that_can_be_computed_by_hand():
    luma = np.zeros((5, 5), np.uint8)
    luma[2, 2] = 10
    interior = [0, 10, 0, 10, -40, 10, 0, 10, 0]
    assert laplacian_variance(luma) == pytest.approx(np.var(interior))


@given(greys)
def test_sharpness_does_not_change_when_the_image_is_turned_or_inverted(luma):
    sharpness = laplacian_variance(luma)
    assert laplacian_variance(luma.T) == pytest.approx(sharpness)
    assert laplacian_variance(luma[::-1]) == pytest.approx(sharpness)
    assert laplacian_variance(255 - luma) == pytest.approx(sharpness)


@given(st.integers(0, 255))
def test_a_blank_image_has_no_sharpness_and_its_own_luma(level):
    checks = measure(Image.new("L", (20, 20), level))
    assert (checks.sharpness, checks.mean_luma) == (0.0, level)
    assert checks.clipped == (1.0 if level <= 1 or level >= 254 else 0.0)


def test_half_black_and_half_white_is_all_clipped():
    pixels = np.zeros((10, 10), np.uint8)
    pixels[:5] = 255
    checks = measure(Image.fromarray(pixels))
    assert (checks.mean_luma, checks.clipped) == (127.5, 1.0)


def test_an_image_without_interior_has_no_sharpness():
    assert measure(Image.new("L", (2, 9), 7)).sharpness == 0.0


def test_large_images_are_measured_at_a_common_size():
    assert measured_luma(Image.new("RGB", (4_096, 100))).size == (MEASURED_SIDE, 25)
    assert measured_luma(Image.new("RGB", (9_000, 1))).size == (MEASURED_SIDE, 1)
    assert measured_luma(Image.new("RGB", (300, 200))).size == (300, 200)


def on_white(box, *, ground=(255, 255, 255)):
    image = Image.new("RGB", (200, 100), ground)
    image.paste((30, 60, 90), box)
    return image


def test_a_subject_on_white_reaches_as_far_as_its_longer_share():
    assert measure_ground(on_white((50, 10, 150, 90))) == WhiteGround(border=1.0, extent=0.8)
    assert measure_ground(on_white((0, 40, 200, 60))).extent == 1.0


def test_a_tint_is_not_white():
    ground = measure_ground(on_white((50, 10, 150, 90), ground=(255, 255, 240)))
    assert ground == WhiteGround(border=0.0, extent=1.0)


def test_what_touches_one_edge_costs_its_part_of_the_border():
    border = measure_ground(on_white((100, 50, 200, 100))).border
    assert border == pytest.approx(1 - (100 * 2 + 48 * 2) / (2 * 200 * 2 + 2 * 96 * 2))


def test_specks_of_dust_are_no_subject():
    image = on_white((50, 10, 150, 90)).resize((800, 400), Image.Resampling.NEAREST)
    image.putpixel((2, 2), (0, 0, 0))
    assert measure_ground(image).extent == 0.8
