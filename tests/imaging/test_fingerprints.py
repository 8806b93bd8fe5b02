"""Fingerprints stay put under what copies go through, and differ between different images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rubrica.imaging.fingerprints import LIKELY_THE_SAME, difference_hash, hamming_distance
from rubrica.imaging.photographs import photograph, photographs
from tests.imaging.makers import encoded, opened, texture

fingerprints = st.integers(0, 2**64 - 1).map("{:016x}".format)


def test_a_ramp_has_a_fingerprint_that_can_be_told_by_eye():
    ramp = np.tile(np.linspace(0, 255, 90).astype(np.uint8), (80, 1))
    assert difference_hash(Image.fromarray(ramp)) == "ffffffffffffffff"
    assert difference_hash(Image.fromarray(ramp[:, ::-1])) == "0000000000000000"
    assert difference_hash(Image.new("RGB", (5, 5), (1, 2, 3))) == "0000000000000000"


def test_scaling_and_compression_leave_a_copy_recognisable():
    image = texture(640, 480)
    original = difference_hash(image)
    assert hamming_distance(original, difference_hash(image.resize((320, 240)))) <= LIKELY_THE_SAME
    assert hamming_distance(original, difference_hash(opened(encoded(image, "JPEG", quality=30)))) <= LIKELY_THE_SAME


def test_no_two_photographs_are_taken_for_one_another():
    hashes = [difference_hash(Image.fromarray(photograph(one.name))) for one in photographs()]
    closest = min(hamming_distance(one, other) for i, one in enumerate(hashes) for other in hashes[:i])
    assert closest > LIKELY_THE_SAME


@given(fingerprints, fingerprints, fingerprints)
def test_the_distance_is_a_metric(one, two, three):
    assert hamming_distance(one, one) == 0
    assert hamming_distance(one, two) == hamming_distance(two, one)
    assert hamming_distance(one, three) <= hamming_distance(one, two) + hamming_distance(two, three)
    assert 0 <= hamming_distance(one, two) <= 64


def test_fingerprints_of_different_length_cannot_be_compared():
    with pytest.raises(ValueError, match="different length"):
        hamming_distance("ff", "fff")
