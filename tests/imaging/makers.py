"""Image files, good and hostile, made here byte by byte or by Pillow; none is copied from anywhere."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 60), (40, 60, 200), (230, 210, 40)


def quarters(width=48, height=32):
    """Four colours, so that every turn and mirroring can be told: red green over blue yellow."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    pixels[height // 2 :, width // 2 :] = YELLOW
    return Image.fromarray(pixels)


def texture(width=256, height=192, seed=1):
    """Something like a photograph: smooth shapes with detail and grain."""
    generator = np.random.default_rng(seed)
    small = Image.fromarray(generator.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)
    return Image.fromarray(np.clip(smooth + generator.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8))


def encoded(image, form, **options):
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_orientation(image, orientation, form):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, form, exif=exif, **({"quality": 95, "subsampling": 0} if form == "JPEG" else {}))


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_file(width, height, depth, colour, rows, *extra):
    """A PNG from raw rows (each with its filter byte), with extra chunks before the data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", header), *extra, png_chunk(b"IDAT", zlib.compress(rows, 9)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_bomb(side=13_000):
    """One-bit black: some twenty kilobytes that unfold to the square of the side."""
    return png_file(side, side, 1, 0, bytes((side + 7) // 8 + 1) * side)


def webp_of_38_bytes(width=12_000, height=12_000):
    """A complete lossless WebP of one colour: its pixels take no bits at all, so any size fits."""
    bits, length = 0, 0

    def put(value, count):
        nonlocal bits, length
        bits |= value << length
        length += count

    put(0x2F, 8)
    put(width - 1, 14)
    put(height - 1, 14)
    put(0, 1 + 3)  # no alpha, version 0
    put(0, 3)  # no transform, no colour cache, no meta codes
    for symbol in (200, 100, 50, 255, 0):  # green, red, blue, alpha, distance: one symbol each
        put(1, 1)
        put(0, 1)
        put(1, 1)
        put(symbol, 8)
    payload = bits.to_bytes((length + 7) // 8, "little").ljust(18, b"\0")
    return b"RIFF" + struct.pack("<I", 12 + len(payload)) + b"WEBPVP8L" + struct.pack("<I", len(payload)) + payload


def scan_bomb(scans=400, side=1_500):
    """A progressive JPEG whose last scan is repeated: each one is a full pass over the image."""
    plain = encoded(Image.new("RGB", (side, side), RED), "JPEG", progressive=True, quality=50)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * scans + b"\xff\xd9"


def animated_gif(frames=3):
    pictures = [Image.new("RGB", (20, 10), colour) for colour in (RED, GREEN, BLUE)[:frames]]
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=50)


def gif_of_many_frames(frames):
    one = encoded(Image.new("L", (4, 4)), "GIF")
    start = one.index(b"\x2c")
    return one[:start] + one[start:-1] * frames + b"\x3b"


def swapped_primaries():
    """An sRGB profile with red and blue exchanged: a picture that uses it looks wrong unless it is honoured."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {}
    for index in range(struct.unpack_from(">I", profile, 128)[0]):
        name, offset, length = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        places[name] = slice(offset, offset + length)
    red, blue = profile[places[b"rXYZ"]], profile[places[b"bXYZ"]]
    profile[places[b"rXYZ"]], profile[places[b"bXYZ"]] = blue, red
    return bytes(profile)


MARKER = b"planted-secret-marker"
"""What must never be found in anything that is served."""


def _exif():
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()  # description
    exif[0x013B] = MARKER.decode()  # artist
    exif.get_ifd(0x8825)[29] = MARKER.decode()  # date of the GPS fix
    return exif


_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>' + MARKER + b"</rdf></x:xmpmeta>"


def leaky_jpeg():
    plain = encoded(texture(), "JPEG", exif=_exif(), xmp=_XMP, comment=MARKER, icc_profile=_profile_with_marker())
    return plain + b"<script>" + MARKER + b"</script>"


def leaky_png():
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", f"a prompt that names the model {MARKER.decode()}")
    text.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    text.add_text("Comment", MARKER.decode() * 3, zip=True)
    plain = encoded(texture(), "PNG", exif=_exif(), pnginfo=text, icc_profile=_profile_with_marker())
    return plain + b"PK\x03\x04" + MARKER


def leaky_webp():
    return encoded(texture(), "WEBP", exif=_exif(), xmp=_XMP, icc_profile=_profile_with_marker(), lossless=True)


def leaky_gif():
    return encoded(texture().quantize(16), "GIF", comment=MARKER)


def leaky_avif():
    return encoded(texture(), "AVIF", exif=_exif(), xmp=_XMP, icc_profile=_profile_with_marker())


def _profile_with_marker():
    """A usable profile whose unused tail carries the marker."""
    profile = swapped_primaries() + MARKER
    return struct.pack(">I", len(profile)) + profile[4:]
