"""Ladders go down: each level is worse than the one before, and the first is the image itself."""

from itertools import pairwise

import numpy as np
import pytest

from rubrica.imaging.ladders import CODES, LEVELS, LadderKind, degrade
from rubrica.imaging.photographs import photograph
from tests.imaging.makers import texture

IMAGE = np.asarray(texture(256, 192))


@pytest.mark.parametrize("name", ["astronaut", "coffee"])
@pytest.mark.parametrize("kind", LadderKind)
def test_each_level_is_farther_from_the_original(kind, name):
    image = photograph(name)
    errors = [np.abs(degrade(image, kind, level, seed=5).image.astype(int) - image).mean() for level in LEVELS]
    assert errors[0] == 0
    assert all(worse > 1.2 * better for better, worse in pairwise(errors[1:]))
    assert errors[1] > 0.5


@pytest.mark.parametrize("kind", LadderKind)
def test_a_ladder_is_the_same_every_time(kind):
    one, other = (degrade(IMAGE, kind, 3, seed=9) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    assert one.defect == other.defect


def test_level_zero_is_a_copy_without_defect():
    image, defect = degrade(IMAGE, "blur", 0, seed=1)
    assert defect is None
    assert np.array_equal(image, IMAGE)
    assert image is not IMAGE


def test_the_defect_covers_the_whole_image_and_its_severity_is_the_level():
    defect = degrade(IMAGE, "noise", 2, seed=1).defect
    assert defect.as_json() == {
        "slot": 0,
        "kind": "noise",
        "code": "TECH.noise",
        "box": {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0},
        "severity": 2,
    }
    assert set(CODES) == set(LadderKind)


def test_one_seed_errs_in_one_direction_and_both_directions_occur():
    def brighter(seed, level):
        return degrade(IMAGE, "exposure", level, seed=seed).image.mean() > IMAGE.mean()

    directions = {seed: {brighter(seed, level) for level in LEVELS[1:]} for seed in range(10)}
    assert all(len(found) == 1 for found in directions.values())
    assert {True, False} == set().union(*directions.values())


@pytest.mark.parametrize("level", [-1, 5])
def test_there_is_no_other_level(level):
    with pytest.raises(ValueError, match="level"):
        degrade(IMAGE, "blur", level, seed=1)
