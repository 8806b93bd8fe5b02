"""Our own header readers: right on good files, never surprised by bad ones."""

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rubrica.imaging.headers import Header, check_header, read_header
from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode
from tests.imaging.bad_files import REFUSED
from tests.imaging.makers import (
    animated_gif,
    encoded,
    opened,
    png_chunk,
    png_file,
    quarters,
    scan_bomb,
    texture,
    webp_of_38_bytes,
)

SMALL = Limits(max_pixels=20_000, max_side=2_000)
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
sizes = st.tuples(st.integers(1, 70), st.integers(1, 70))


@given(size=sizes, form=st.sampled_from(FORMS))
def test_the_header_says_what_the_decoder_says(size, form):
    header = read_header(encoded(Image.new("RGB", size, (9, 99, 199)), form))
    assert (header.format, header.width, header.height, header.frames) == (form, *size, 1)


def test_a_crafted_bomb_is_a_real_image_apart_from_its_size():
    assert len(webp_of_38_bytes()) == 38
    assert opened(webp_of_38_bytes(16, 12)).size == (16, 12)


@pytest.mark.parametrize(
    ("form", "options", "lossless"),
    [
        ("PNG", {}, True),
        ("GIF", {}, True),
        ("WEBP", {"lossless": True}, True),
        ("WEBP", {}, False),
        ("JPEG", {}, False),
        ("AVIF", {}, False),
    ],
)
def test_lossless_sources_are_known_as_such(form, options, lossless):
    assert read_header(encoded(texture(), form, **options)).lossless is lossless


def test_frames_are_counted_without_decoding_them():
    frames = [quarters(), texture(48, 32), Image.new("RGB", (48, 32))]
    options = {"save_all": True, "append_images": frames[1:], "duration": 40}
    assert read_header(animated_gif()).frames == 3
    assert read_header(encoded(frames[0], "PNG", **options)).frames == 3
    assert read_header(encoded(frames[0], "WEBP", **options)).frames == 3
    assert read_header(encoded(frames[0], "WEBP", lossless=True, **options)).lossless is True


def test_a_lossy_webp_with_transparency_is_read_through_its_extended_header():
    image = texture(50, 40)
    image.putalpha(100)
    assert read_header(encoded(image, "WEBP")) == Header("WEBP", 50, 40, lossless=False)


def test_scans_of_a_progressive_jpeg_are_counted():
    assert read_header(encoded(texture(), "JPEG")).scans == 1
    assert 5 <= read_header(encoded(texture(), "JPEG", progressive=True)).scans <= 15
    assert read_header(scan_bomb(scans=30, side=64)).scans > 30


def test_restart_markers_and_embedded_thumbnails_are_not_mistaken_for_scans():
    exif = Image.Exif()
    exif[0x010E] = "x" * 200
    thumbnail = encoded(quarters(), "JPEG")
    data = encoded(texture(), "JPEG", restart_marker_blocks=4, exif=exif.tobytes() + thumbnail)
    assert read_header(data) == Header("JPEG", 256, 192)


def test_a_gif_frame_that_leaves_the_canvas_counts_with_its_full_reach():
    data = bytearray(encoded(Image.new("L", (10, 10)), "GIF"))
    struct.pack_into("<HH", data, data.index(b"\x2c") + 1, 500, 700)
    header = read_header(bytes(data))
    assert (header.width, header.height) == (510, 710)


def test_the_largest_of_several_avif_extents_counts():
    data = encoded(quarters(), "AVIF")
    extents = b"\0\0\0\x14ispe" + struct.pack(">III", 0, 40_000, 30_000)
    assert read_header(data + extents).width == 40_000


def test_bytes_of_no_known_format_have_no_header():
    assert read_header(b"GIF90a...........") is None
    assert read_header(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") is None


def test_a_png_must_start_with_its_header():
    data = encoded(quarters(), "PNG").replace(b"IHDR", b"IHDX")
    with pytest.raises(ImageRefusedError, match="not a PNG header"):
        read_header(data)


def test_a_header_that_contradicts_the_decoder_is_refused():
    second = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, 8, 0, 0, 0, 0))
    with pytest.raises(ImageRefusedError, match="contradicts itself") as refusal:
        inspect(png_file(9, 9, 8, 0, bytes(90), second), Limits())
    assert refusal.value.code is RefusalCode.DAMAGED


def test_a_small_blank_page_is_let_through_and_a_large_one_from_nowhere_is_not():
    check_header(Header("PNG", 2_000, 2_000), 30, Limits())
    check_header(Header("PNG", 5_000, 5_000), 100_000, Limits())
    with pytest.raises(ImageRefusedError) as refusal:
        check_header(Header("PNG", 5_000, 5_000), 100, Limits())
    assert refusal.value.code is RefusalCode.IMPLAUSIBLE_SIZE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_beginning_of_a_file_is_refused_as_cut_off(form):
    data = encoded(texture(24, 16), form)
    for length in range(12, len(data) - 1):
        with pytest.raises(ImageRefusedError) as refusal:
            inspect(data[:length], SMALL)
        assert refusal.value.code in {RefusalCode.TRUNCATED, RefusalCode.NOT_AN_IMAGE}


@given(
    data=st.binary(max_size=400), form=st.sampled_from([b"", *(encoded(texture(8, 8), form)[:40] for form in FORMS)])
)
def test_no_bytes_whatever_surprise_the_readers(data, form):
    try:
        header = read_header(form + data)
    except ImageRefusedError:
        return
    assert header is None or header.frames >= 1


@given(
    form=st.sampled_from(FORMS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_a_file_with_changed_bytes_is_decoded_or_refused_and_nothing_else(form, changes):
    data = bytearray(encoded(texture(32, 24), form))
    for place, value in changes:
        data[int(place * len(data))] = value
    with suppress(ImageRefusedError):
        renditions = inspect(bytes(data), SMALL)
        assert opened(renditions.view).size == (renditions.view_width, renditions.view_height)


def test_a_palette_without_end_is_cut_off():
    with pytest.raises(ImageRefusedError) as refusal:
        read_header(png_file(4, 4, 8, 3, b"", b"\0\0\xff\xffPLTE"))
    assert refusal.value.code is RefusalCode.TRUNCATED


def test_a_gif_may_lack_its_trailer():
    data = encoded(quarters().quantize(8), "GIF")
    assert read_header(data[:-1]).frames == 1
    assert Image.open(io.BytesIO(data)).size == (48, 32)


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_by_the_reader_itself(case):
    data, code, _ = REFUSED[case]
    with pytest.raises(ImageRefusedError) as refusal:
        inspect(data, Limits())
    assert refusal.value.code == code


def test_a_gif_without_a_frame_and_a_webp_without_a_picture_are_cut_off():
    for data in (b"GIF89a\x01\0\x01\0\0\0\0;", b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0"):
        with pytest.raises(ImageRefusedError) as refusal:
            read_header(data)
        assert refusal.value.code is RefusalCode.TRUNCATED


def test_a_jpeg_may_contain_markers_without_length():
    data = encoded(quarters(), "JPEG")
    assert read_header(data[:2] + b"\xff\x01\xff\xff" + data[2:]) == read_header(data)


def test_a_box_of_an_avif_may_state_its_length_in_64_bits_or_not_at_all():
    data = encoded(quarters(), "AVIF")
    place = data.index(b"mdat") - 4
    body = data[place + 8 :]
    long = data[:place] + struct.pack(">I4sQ", 1, b"mdat", 16 + len(body)) + body
    open_end = data[:place] + struct.pack(">I4s", 0, b"mdat") + body
    assert read_header(long) == read_header(open_end) == read_header(data)
    with pytest.raises(ImageRefusedError, match="too early"):
        read_header(long[:-1])
