"""Whatever the file stores, raters see upright 8-bit sRGB, and the notes say what was done."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from rubrica.imaging.facts import Note
from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode
from tests.imaging.makers import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    animated_gif,
    encoded,
    opened,
    quarters,
    swapped_primaries,
    texture,
    with_orientation,
)

STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the upright picture is stored for each orientation: the opposite of what a viewer must do."""


def decode(data):
    return inspect(data, Limits())


def seen(renditions):
    return np.asarray(opened(renditions.view).convert("RGB")).astype(int)


def close(colour, expected, tolerance=12):
    return all(abs(int(one) - int(other)) <= tolerance for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED_AS)
def test_each_orientation_comes_out_upright(orientation, form):
    turn = STORED_AS[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    renditions = decode(with_orientation(stored, orientation, form))
    facts = renditions.facts
    assert (facts.width, facts.height) == (48, 32)
    assert (facts.original_width, facts.original_height) == stored.size
    assert facts.orientation == orientation
    assert facts.notes == ((Note.ORIENTED,) if orientation > 1 else ())
    pixels = seen(renditions)
    corners = [pixels[5, 5], pixels[5, -6], pixels[-6, 5], pixels[-6, -6]]
    assert all(close(*pair, 40) for pair in zip(corners, (RED, GREEN, BLUE, YELLOW), strict=True))


def test_an_invalid_orientation_is_ignored():
    facts = decode(with_orientation(quarters(), 9, "JPEG")).facts
    assert (facts.orientation, facts.width, facts.notes) == (1, 48, ())


def test_unreadable_metadata_are_noted_and_the_pixels_are_used():
    rubbish = b"Exif\0\0MM\0*\0\0\xff\xff rubbish"
    for form in ("JPEG", "PNG", "WEBP"):
        facts = decode(encoded(quarters(), form, exif=rubbish)).facts
        assert (facts.orientation, facts.width, facts.notes) == (1, 48, (Note.METADATA_UNREADABLE,))


def test_cmyk_becomes_rgb():
    renditions = decode(encoded(quarters().convert("CMYK"), "JPEG", quality=95))
    assert renditions.facts.mode == "CMYK"
    assert renditions.facts.notes == (Note.CMYK_CONVERTED,)
    assert close(seen(renditions)[5, 5], RED, 40)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(1, 256).repeat(4, axis=0)
    renditions = decode(encoded(Image.fromarray(ramp), "PNG"))
    assert renditions.facts.mode.startswith("I")
    assert renditions.facts.notes == (Note.DEPTH_REDUCED,)
    assert seen(renditions)[0, :, 0].tolist() == (ramp[0] >> 8).tolist()


def test_sixteen_bit_grey_with_a_transparent_value_shows_grey_there():
    samples = np.full((8, 8), 60_000, np.uint16)
    samples[:4] = 1_000
    renditions = decode(encoded(Image.fromarray(samples), "PNG", transparency=1_000))
    pixels = seen(renditions)
    assert pixels[1, 1].tolist() == [128, 128, 128]
    assert pixels[6, 6].tolist() == [60_000 >> 8] * 3
    assert Note.ALPHA_ON_GREY in renditions.facts.notes


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_plain_modes_need_no_note(mode):
    renditions = decode(encoded(quarters().convert(mode), "PNG"))
    assert renditions.facts.mode == mode
    assert renditions.facts.notes == ()
    assert opened(renditions.view).mode == "RGB"


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparent_parts_show_neutral_grey(mode):
    image = quarters().convert(mode)
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (0, 0, 24, 16))
    image.putalpha(alpha)
    renditions = decode(encoded(image, "PNG"))
    pixels = seen(renditions)
    assert pixels[5, 5].tolist() == [128, 128, 128]  # the red hidden beneath does not show
    assert pixels[5, 40].tolist() == list(np.asarray(quarters().convert(mode).convert("RGB"))[5, 40])
    assert renditions.facts.notes == (Note.ALPHA_ON_GREY,)


def test_a_palette_with_transparency_shows_neutral_grey():
    image = quarters().quantize(4)
    transparent = image.getpixel((5, 5))
    renditions = decode(encoded(image, "PNG", transparency=bytes(255 * (i != transparent) for i in range(4))))
    assert renditions.facts.mode == "P"
    assert seen(renditions)[5, 5].tolist() == [128, 128, 128]
    assert renditions.facts.notes == (Note.ALPHA_ON_GREY,)


def test_a_transparent_colour_of_an_rgb_image_shows_neutral_grey():
    renditions = decode(encoded(quarters(), "PNG", transparency=RED))
    assert seen(renditions)[5, 5].tolist() == [128, 128, 128]


def test_an_opaque_alpha_channel_changes_nothing_and_needs_no_note():
    image = quarters()
    image.putalpha(255)
    renditions = decode(encoded(image, "PNG"))
    assert renditions.facts.notes == ()
    assert np.array_equal(seen(renditions), np.asarray(quarters()))


def test_a_colour_profile_is_honoured():
    renditions = decode(encoded(quarters(), "PNG", icc_profile=swapped_primaries()))
    red_as_shown = seen(renditions)[5, 5]
    assert red_as_shown[2] > 180 > red_as_shown[0]  # red and blue are exchanged
    assert renditions.facts.notes == (Note.PROFILE_CONVERTED,)


def test_an_srgb_profile_leaves_the_pixels_exactly_as_they_are():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    renditions = decode(encoded(quarters(), "PNG", icc_profile=profile))
    assert np.array_equal(seen(renditions), np.asarray(quarters()))
    assert renditions.facts.notes == ()


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"garbage"),
        ("RGB", swapped_primaries()[:200]),
        ("L", swapped_primaries()),
        ("RGB", swapped_primaries() + bytes(5_000_000)),
    ],
    ids=["garbage", "cut short", "for colour on a grey image", "five megabytes"],
)
def test_a_profile_of_no_use_is_ignored_and_noted(mode, profile):
    renditions = decode(
        encoded(quarters().convert(mode), "PNG" if len(profile) < 1_000_000 else "WEBP", icc_profile=profile)
    )
    assert renditions.facts.notes == (Note.PROFILE_IGNORED,)


def test_a_profile_for_colour_on_a_cmyk_image_is_ignored_and_noted():
    renditions = decode(encoded(quarters().convert("CMYK"), "JPEG", icc_profile=swapped_primaries()))
    assert renditions.facts.notes == (Note.PROFILE_IGNORED, Note.CMYK_CONVERTED)


def test_several_notes_come_in_a_fixed_order():
    image = texture(40, 20)
    image.putalpha(100)
    exif = Image.Exif()
    exif[0x0112] = 6
    renditions = decode(encoded(image, "PNG", exif=exif, icc_profile=swapped_primaries()))
    assert renditions.facts.notes == (Note.ORIENTED, Note.ALPHA_ON_GREY, Note.PROFILE_CONVERTED)
    assert (renditions.facts.width, renditions.facts.height) == (20, 40)


def test_running_out_of_memory_is_never_taken_for_damage(monkeypatch):
    def exhausted(*_, **__):
        raise MemoryError

    image = with_orientation(quarters(), 6, "WEBP")
    for owner, name in ((Image, "open"), (Image.Image, "getexif"), (ImageCms, "profileToProfile")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, exhausted)
            data = encoded(quarters(), "PNG", icc_profile=swapped_primaries()) if owner is ImageCms else image
            with pytest.raises(ImageRefusedError) as refusal:
                decode(data)
            assert refusal.value.code is RefusalCode.MEMORY_LIMIT


def test_of_an_animation_the_first_frame_is_used():
    renditions = decode(animated_gif())
    assert renditions.facts.notes == (Note.FIRST_FRAME,)
    assert close(seen(renditions)[5, 5], RED)
