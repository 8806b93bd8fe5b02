"""Views add no compression of their own, thumbnails are small, pyramids appear only where they are needed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.renditions import (
    PYRAMID_ABOVE_SIDE,
    THUMBNAIL_SIDE,
    VIEW_SIDE,
    make_thumbnail,
    make_tiles,
    make_view,
    needs_pyramid,
)
from tests.imaging.makers import encoded, opened, texture


def test_the_view_of_a_lossless_source_is_exact():
    image = texture(900, 700)
    view = make_view(image, lossless_source=True)
    assert (view.media_type, view.width, view.height) == ("image/webp", 900, 700)
    assert np.array_equal(np.asarray(opened(view.data)), np.asarray(image))


def test_the_view_of_a_small_lossy_source_is_exact_too():
    data = encoded(texture(), "JPEG", quality=60)
    renditions = inspect(data, Limits())
    assert renditions.view_type == "image/webp"
    assert np.array_equal(np.asarray(opened(renditions.view)), np.asarray(opened(data)))


def test_the_view_of_a_larger_lossy_source_adds_no_visible_compression():
    source = opened(encoded(texture(900, 700), "JPEG", quality=80))
    view = make_view(source, lossless_source=False)
    assert view.media_type == "image/jpeg"
    error = np.asarray(opened(view.data)).astype(float) - np.asarray(source)
    assert 10 * np.log10(255**2 / (error**2).mean()) > 44  # dB
    assert opened(view.data).layer[0][1:3] == (1, 1)  # colours at full resolution


def test_a_view_that_is_not_scaled_shows_every_pixel_so_there_is_no_pyramid():
    image = Image.new("RGB", (3_000, 2_000), (10, 60, 90))
    assert make_view(image, lossless_source=True).width == 3_000
    assert make_tiles(image) is None


def test_a_view_that_is_scaled_comes_with_a_pyramid():
    image = Image.new("RGB", (4_001, 2_000), (10, 60, 90))
    view = make_view(image, lossless_source=True)
    assert (view.media_type, view.width, view.height) == ("image/jpeg", VIEW_SIDE, 1_280)
    assert make_tiles(image) is not None


def test_a_very_long_image_gets_a_pyramid_although_it_has_few_pixels():
    assert needs_pyramid(PYRAMID_ABOVE_SIDE + 1, 1)
    assert not needs_pyramid(PYRAMID_ABOVE_SIDE, 1)
    view = make_view(Image.new("RGB", (20_000, 2)), lossless_source=True)
    assert (view.width, view.height) == (VIEW_SIDE, 1)


@settings(max_examples=30)
@given(width=st.integers(1, 900), height=st.integers(1, 900))
def test_a_thumbnail_keeps_the_shape_within_its_bounds(width, height):
    thumbnail = opened(make_thumbnail(Image.new("RGB", (width, height))))
    assert thumbnail.format == "WEBP"
    assert max(thumbnail.size) == min(THUMBNAIL_SIDE, max(width, height))
    scale = max(thumbnail.size) / max(width, height)
    assert thumbnail.width == pytest.approx(width * scale, abs=1)
    assert thumbnail.height == pytest.approx(height * scale, abs=1)
