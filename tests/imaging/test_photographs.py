"""The demo photographs are there, free to use, distinct, and never fetched from anywhere."""

import subprocess
import sys

import numpy as np
import pytest

from rubrica.imaging import photographs as module
from rubrica.imaging.photographs import (
    CC0,
    PUBLIC_DOMAIN,
    PhotographsMissingError,
    photograph,
    photographs,
    scene,
    scenes,
)


@pytest.mark.parametrize("one", photographs(), ids=lambda one: one.name)
def test_each_photograph_can_be_read_and_may_be_used(one):
    pixels = photograph(one.name)
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    assert one.licence in {CC0, PUBLIC_DOMAIN}
    assert one.credit
    assert one.description


def test_scenes_are_distinct_and_large_enough():
    names = [each.name for each in scenes()]
    pictures = [scene(name) for name in names]
    assert len(set(names)) == len(names) >= 40
    assert len({picture.tobytes() for picture in pictures}) == len(names)
    for picture in pictures:
        assert max(picture.shape[:2]) >= 384
        assert min(picture.shape[:2]) >= 300


def test_a_mirrored_scene_is_its_mirror():
    assert np.array_equal(scene("coffee-mirrored"), photograph("coffee")[:, ::-1])


def test_lettering_is_never_mirrored():
    assert not [each for each in scenes() if each.mirrored and each.photograph == "astronaut"]


def test_a_scene_carries_licence_credit_and_kind_of_its_photograph():
    cat = next(each for each in scenes() if each.name == "cat-eyes")
    assert (cat.licence, cat.credit, cat.living) == (CC0, "Stefan van der Walt", True)


def test_what_does_not_exist_is_a_key_error():
    with pytest.raises(KeyError):
        photograph("lena")
    with pytest.raises(KeyError):
        scene("lena")


def test_without_scikit_image_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    module._folder.cache_clear()
    with pytest.raises(PhotographsMissingError, match="install scikit-image"):
        photograph("coffee")
    module._folder.cache_clear()


def test_reading_a_photograph_does_not_import_scikit_image():
    code = (
        "import sys; from rubrica.imaging.photographs import photograph; photograph('coffee');"
        "sys.exit(any(name.startswith(('skimage', 'pooch')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, check=False).returncode == 0
