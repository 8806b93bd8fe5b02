"""Tiles cover every level exactly once, and put together they are the image."""

import io
import zipfile
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rubrica.imaging.pyramid import (
    OVERLAP,
    TILE_SIZE,
    TileNotFoundError,
    level_sizes,
    make_pyramid,
    pyramid_tile,
    tiles_of,
)
from tests.imaging.makers import opened, texture

lengths = st.integers(1, 4 * TILE_SIZE)


@given(width=lengths, height=lengths)
def test_levels_halve_down_to_one_pixel(width, height):
    sizes = level_sizes(width, height)
    assert sizes[0] == (1, 1)
    assert sizes[-1] == (width, height)
    assert len(sizes) == (max(width, height) - 1).bit_length() + 1
    for smaller, larger in pairwise(sizes):
        assert smaller == ((larger[0] + 1) // 2, (larger[1] + 1) // 2)


@given(width=lengths, height=lengths)
def test_tiles_without_their_overlap_cover_a_level_exactly_once(width, height):
    covered = 0
    for tile in tiles_of(width, height):
        left = tile.left + OVERLAP * (tile.column > 0)
        top = tile.top + OVERLAP * (tile.row > 0)
        assert (left, top) == (tile.column * TILE_SIZE, tile.row * TILE_SIZE)
        right = min(width, left + TILE_SIZE)
        bottom = min(height, top + TILE_SIZE)
        assert tile.right == min(width, right + OVERLAP)
        assert tile.bottom == min(height, bottom + OVERLAP)
        covered += (right - left) * (bottom - top)
    assert covered == width * height


@settings(max_examples=8)
@given(width=st.integers(1, 1_300), height=st.integers(1, 700))
def test_every_tile_of_every_level_is_there_and_has_its_size(width, height):
    pyramid = make_pyramid(Image.new("RGB", (width, height), (90, 20, 160)))
    for level, size in enumerate(level_sizes(width, height)):
        for tile in tiles_of(*size):
            shown = opened(pyramid_tile(pyramid, level, tile.column, tile.row))
            assert shown.size == (tile.right - tile.left, tile.bottom - tile.top)


def test_tiles_put_together_are_the_image():
    image = texture(1_100, 600)
    pyramid = make_pyramid(image)
    top = len(level_sizes(1_100, 600)) - 1
    canvas = np.zeros((600, 1_100, 3))
    for tile in tiles_of(1_100, 600):
        shown = np.asarray(opened(pyramid_tile(pyramid, top, tile.column, tile.row)))
        canvas[tile.top : tile.bottom, tile.left : tile.right] = shown
    assert np.abs(canvas - np.asarray(image)).mean() < 4


def test_lower_levels_show_the_whole_image():
    image = texture(1_024, 1_024)
    level = opened(pyramid_tile(make_pyramid(image), 5, 0, 0))
    small = image.resize((32, 32), Image.Resampling.BOX)
    assert np.abs(np.asarray(level).astype(int) - np.asarray(small)).mean() < 4


def test_the_zip_is_stored_described_and_always_the_same():
    image = texture(700, 600)
    pyramid = make_pyramid(image)
    assert pyramid == make_pyramid(image)
    with zipfile.ZipFile(io.BytesIO(pyramid)) as zipped:
        assert {entry.compress_type for entry in zipped.infolist()} == {zipfile.ZIP_STORED}
        description = zipped.read("image/image.dzi").decode()
    assert 'TileSize="510"' in description
    assert 'Overlap="1"' in description
    assert '<Size Width="700" Height="600"/>' in description


def test_an_open_pyramid_serves_many_tiles():
    pyramid = make_pyramid(texture(700, 600))
    with zipfile.ZipFile(io.BytesIO(pyramid)) as zipped:
        assert pyramid_tile(zipped, 10, 1, 1) == pyramid_tile(pyramid, 10, 1, 1)


@pytest.mark.parametrize("place", [(11, 0, 0), (10, 2, 0), (10, 0, 2), (-1, 0, 0), (10, -1, 0)])
def test_a_tile_that_is_not_there_has_a_named_error(place):
    pyramid = make_pyramid(Image.new("RGB", (700, 600)))
    with pytest.raises(TileNotFoundError, match=f"no tile at level {place[0]}, column {place[1]}, row {place[2]}"):
        pyramid_tile(pyramid, *place)
