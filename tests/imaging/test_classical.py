"""Rubrica's own descriptor: copies stay near, the same thing is nearer than another, and each part is what it says."""

import numpy as np
import pytest
from PIL import Image

from benchmarks.distortions import DISTORTIONS
from rubrica.imaging.classical import Classical, colours, patterns
from rubrica.imaging.descriptors import describe, distances, make_sample, read_descriptor
from rubrica.imaging.photographs import photograph, photographs
from tests.imaging.makers import texture

OWN = Classical()
PARTS = {"colours": slice(0, 72), "patterns": slice(72, 92), "gradients": slice(92, 220), "angles": slice(220, 236)}


def vector(image):
    return read_descriptor(describe(OWN, make_sample(image.convert("RGB"))), OWN.dimension)


def apart(one, other):
    return distances(vector(one)[None], vector(other)[None]).item()


@pytest.fixture(scope="module")
def pictures():
    """Whole photographs, of which none shows a part of another."""
    return [Image.fromarray(photograph(each.name)) for each in photographs()]


# --- as a whole ---


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_copy_is_nearer_to_its_original_than_to_any_other_picture(pictures, name):
    originals = np.stack([vector(picture) for picture in pictures])
    copies = np.stack([vector(DISTORTIONS[name](picture)) for picture in pictures])
    assert distances(copies, originals).argmin(axis=1).tolist() == list(range(len(pictures)))


def test_most_copies_count_as_similar_and_most_other_pictures_do_not(pictures):
    originals = np.stack([vector(picture) for picture in pictures])
    copies = np.concatenate([[vector(distort(picture)) for picture in pictures] for distort in DISTORTIONS.values()])
    own = distances(copies, np.tile(originals, (len(DISTORTIONS), 1))).diagonal()
    between = distances(originals, originals)[np.triu_indices(len(pictures), 1)]
    assert (own <= OWN.similar_within).mean() > 0.95
    assert (between <= OWN.similar_within).mean() < 0.05


def test_left_and_right_count_the_same():
    image = texture()
    assert apart(image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) < 1e-3
    assert apart(image, image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)) > 0.005


def test_a_picture_of_one_colour_is_like_itself_and_unlike_others():
    red, blue = (Image.new("RGB", (40, 30), colour) for colour in ((200, 20, 20), (20, 20, 200)))
    assert apart(red, red.resize((9, 300))) < 1e-3
    assert apart(red, blue) >= OWN.unlike_beyond
    assert apart(red, texture()) >= OWN.unlike_beyond


def test_the_vector_is_short_and_never_negative():
    found = OWN.embed(make_sample(texture()))
    assert found.shape == (OWN.dimension,)
    assert np.linalg.norm(found) == pytest.approx(1)
    assert found.min() >= 0
    for part in PARTS.values():
        assert np.linalg.norm(found[part]) == pytest.approx(0.5)


def test_real_photographs_of_one_product_are_nearest_to_one_another(data):
    """One in three photographs of each product is looked for among the others: most find their product first."""
    files = sorted((data / "grocery" / "dataset" / "val").rglob("*.jpg"))
    if not files:
        pytest.skip(f"no photographs of products in {data}")
    products = np.array([file.parent.name for file in files])
    found = []
    for file in files:
        with Image.open(file) as image:
            found.append(vector(image))
    sought = np.arange(len(files)) % 3 == 0
    nearest = distances(np.stack(found)[sought], np.stack(found)[~sought]).argmin(axis=1)
    assert (products[~sought][nearest] == products[sought]).mean() > 0.75


# --- its parts ---


def test_colours_are_shares_of_pixels():
    image = Image.new("RGB", (10, 10), (255, 0, 0))
    image.paste((0, 0, 0), (0, 0, 10, 4))
    found = colours(image)
    assert sorted(found[found > 0]) == pytest.approx([0.4, 0.6])
    assert found[8] == pytest.approx(0.6)  # the first hue, the highest of three saturations and of three values


def test_patterns_agree_with_counting_them_one_by_one():
    luma = np.random.default_rng(5).integers(0, 6, (9, 7), dtype=np.uint8)
    ring = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    counts = np.zeros(10)
    for row in range(1, 8):
        for column in range(1, 6):
            bits = [luma[row + y, column + x] >= luma[row, column] for y, x in ring]
            changes = sum(bits[k] != bits[k - 1] for k in range(8))
            counts[sum(bits) if changes <= 2 else 9] += 1
    assert patterns(luma).tolist() == (counts / counts.sum()).tolist()


def test_patterns_do_not_depend_on_a_quarter_of_a_turn():
    luma = np.asarray(texture().convert("L"))
    assert np.array_equal(patterns(luma), patterns(np.rot90(luma)))


def test_a_ramp_to_the_right_has_gradients_of_one_orientation_in_every_cell():
    ramp = Image.fromarray(np.tile(np.arange(224, dtype=np.uint8), (224, 1))).convert("RGB")
    found = OWN.embed(make_sample(ramp))
    angles = found[PARTS["angles"]]
    assert np.flatnonzero(angles).tolist() == [0]
    together = found[PARTS["gradients"]][:64].reshape(4, 2, 8)
    assert (together[..., [0, 7]] > 0).all()  # the two bins on either side of the horizontal
    assert not together[..., 1:7].any()
