"""Masks as run lengths: what pycocotools writes for them, and every mask back as it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rubrica.measure.errors import ColumnShapeError, GeometryError
from rubrica.measure.regions.heatmaps import cells_covered
from rubrica.measure.regions.run_lengths import from_run_lengths, to_run_lengths
from tests.measure.strategies import few

ROW, COLUMN = np.ogrid[:40, :60]
DISTANCE = (ROW - 20) ** 2 + (COLUMN - 30) ** 2
# As pycocotools 2.0 encodes them.
ENCODED = {
    "disc": (DISTANCE < 100, "hj09n02M4N0O2N2O0000000000000001N2N102L3Nah0"),
    "ring": (
        (DISTANCE < 100) & (DISTANCE >= 36),
        "hj09n02M4N0OF_O0?0C0<OF0:0F0:0F0:0F0:0F0:0F0:0F0:1D0=0A0a0:102L3Nah0",
    ),
    "everything": (np.ones((40, 60), bool), "0P[2"),
    "nothing": (np.zeros((40, 60), bool), "P[2"),
}


@pytest.mark.parametrize(("mask", "counts"), ENCODED.values(), ids=ENCODED.keys())
def test_a_mask_is_written_as_pycocotools_writes_it(mask, counts):
    assert to_run_lengths(mask) == counts


@pytest.mark.parametrize(("mask", "counts"), ENCODED.values(), ids=ENCODED.keys())
def test_what_pycocotools_wrote_is_read(mask, counts):
    assert np.array_equal(from_run_lengths(counts, mask.shape), mask)


@few
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.booleans()))
def test_every_mask_comes_back_as_it_was(mask):
    assert np.array_equal(from_run_lengths(to_run_lengths(mask), mask.shape), mask)


def test_columns_are_read_one_after_another():
    assert to_run_lengths([[False, True, True], [False, False, False]]) == "21100"


def test_an_area_on_an_image_of_twelve_megapixels_comes_back_as_it_was():
    mask = cells_covered([[0.25, 0.25, 0.5, 0.5]], (3000, 4000))

    assert np.array_equal(from_run_lengths(to_run_lengths(mask), mask.shape), mask)


@pytest.mark.parametrize("no_mask", [[True, False], [[0, 1], [1, 0]], [[]], [[[True]]]])
def test_what_is_no_mask_is_refused(no_mask):
    with pytest.raises(ColumnShapeError):
        to_run_lengths(no_mask)


@pytest.mark.parametrize(
    ("counts", "because"),
    [
        ("", "do not fill"),
        ("3", "do not fill"),
        ("5", "do not fill"),
        ("O5", "do not fill"),
        ("4 ", "no character ' '"),
        ("4p", "no character 'p'"),
        ("P", "end within a number"),
    ],
)
def test_text_that_describes_no_mask_of_this_size_is_refused(counts, because):
    with pytest.raises(GeometryError, match=because):
        from_run_lengths(counts, (2, 2))


def test_a_mask_without_rows_is_refused():
    with pytest.raises(GeometryError, match="do not fill"):
        from_run_lengths("0", (0, 2))
