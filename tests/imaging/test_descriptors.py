"""Descriptors have a length that was said, and are compared by the angle between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rubrica.imaging.descriptors import (
    SAMPLE_BYTES,
    SAMPLE_SIDE,
    BadDescriptorError,
    describe,
    distances,
    make_sample,
    read_descriptor,
    read_sample,
)
from tests.embedders import Brightness, Lopsided
from tests.imaging.makers import texture

SAMPLE = make_sample(texture())

vectors = arrays(np.float32, 4, elements=st.floats(0.125, 1, width=32)).map(
    lambda vector: vector / np.linalg.norm(vector)
)


class Says(Brightness):
    """Answers what it was given."""

    def __init__(self, answer):
        self.embed = lambda _sample: answer


def test_embedders_see_a_square_of_eight_bit_colours():
    assert (SAMPLE.shape, SAMPLE.dtype) == ((SAMPLE_SIDE, SAMPLE_SIDE, 3), np.uint8)
    assert len(SAMPLE.tobytes()) == SAMPLE_BYTES
    assert np.array_equal(read_sample(SAMPLE.tobytes()), SAMPLE)
    assert make_sample(texture(3, 1000)).shape == SAMPLE.shape


def test_a_descriptor_is_stored_with_length_one_in_two_bytes_a_number():
    stored = describe(Says([3, 4]), SAMPLE)
    assert len(stored) == 4
    assert read_descriptor(stored, 2) == pytest.approx([0.6, 0.8], abs=1e-3)


@pytest.mark.parametrize("answer", [[1], [1, 2, 3], [[1, 2]], [0, 0], [np.nan, 1], [np.inf, 1]])
def test_what_is_no_vector_is_refused(answer):
    with pytest.raises(BadDescriptorError, match="brightness-1"):
        describe(Says(answer), SAMPLE)


def test_an_image_that_an_embedder_makes_nothing_of_is_refused():
    with pytest.raises(BadDescriptorError, match="length 0"):
        describe(Lopsided(), np.full_like(SAMPLE, 200))


@pytest.mark.parametrize("numbers", [[1.0], [1.0, 0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [np.nan, 1.0]])
def test_bytes_that_are_no_descriptor_are_refused(numbers):
    with pytest.raises(BadDescriptorError):
        read_descriptor(np.array(numbers, "<f2").tobytes(), 2)


@given(st.lists(vectors, min_size=1, max_size=3), st.lists(vectors, min_size=1, max_size=3))
def test_distances_go_from_nothing_to_one_and_are_the_same_both_ways(some, others):
    found = distances(np.stack(some), np.stack(others))
    assert found.shape == (len(some), len(others))
    assert np.allclose(found, distances(np.stack(others), np.stack(some)).T)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.allclose(np.diag(distances(np.stack(some), np.stack(some))), 0, atol=1e-6)


def test_opposites_lie_two_apart():
    one = np.array([[1, 0]], np.float32)
    assert distances(one, -one).item() == 2
