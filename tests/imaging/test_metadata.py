"""Nothing of a file's metadata reaches anything that is served: it names people, places and models."""

import pytest

from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from tests.imaging.makers import MARKER, leaky_avif, leaky_gif, leaky_jpeg, leaky_png, leaky_webp, opened, texture
from tests.imaging.makers import encoded as encode

LEAKY = {"jpeg": leaky_jpeg, "png": leaky_png, "webp": leaky_webp, "gif": leaky_gif, "avif": leaky_avif}


@pytest.mark.parametrize("form", LEAKY)
def test_no_planted_marker_survives(form):
    data = LEAKY[form]()
    assert MARKER in data
    renditions = inspect(data, Limits())
    assert MARKER not in renditions.view
    assert MARKER not in renditions.thumbnail
    assert MARKER.decode() not in repr(renditions.facts)


@pytest.mark.parametrize("form", LEAKY)
def test_renditions_carry_pixels_and_nothing_else(form):
    renditions = inspect(LEAKY[form](), Limits())
    for rendition in (renditions.view, renditions.thumbnail):
        info = opened(rendition).info
        assert not {"exif", "xmp", "icc_profile", "comment", "parameters", "Comment"} & set(info)


def test_no_planted_marker_survives_in_tiles_or_in_the_view_of_a_large_image():
    large = texture().resize((9_000, 64))
    data = encode(large, "JPEG", comment=MARKER, xmp=MARKER)
    assert data.count(MARKER) == 2
    renditions = inspect(data, Limits())
    assert renditions.view_type == "image/jpeg"
    assert MARKER not in renditions.view + renditions.thumbnail + renditions.pyramid
