"""Files that must be refused: each with the code, and words its message must contain."""

import io
import zipfile
import zlib

from tests.imaging.makers import (
    encoded,
    gif_of_many_frames,
    png_bomb,
    png_chunk,
    png_file,
    quarters,
    scan_bomb,
    texture,
    webp_of_38_bytes,
)

PLAIN = encoded(texture(), "PNG")


def zip_file():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("picture.png", PLAIN)
    return archive.getvalue()


def metadata_bomb():
    text = b"comment\0\0" + zlib.compress(bytes(70_000_000))
    return png_file(1, 1, 8, 0, b"\0\0", png_chunk(b"zTXt", text))


REFUSED = {
    "nothing": (b"", "empty-file", "empty"),
    "four kilobytes of zeros": (bytes(4096), "not-an-image", "zero bytes"),
    "web page named .jpg": (b"\n<!DOCTYPE html><html><body>404</body></html>", "not-an-image", "web page"),
    "svg": (b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>', "unsupported-format", "SVG"),
    "zip": (zip_file(), "not-an-image", "zip archive"),
    "pdf": (b"%PDF-1.7\n", "not-an-image", "PDF"),
    "tiff": (encoded(quarters(), "TIFF"), "unsupported-format", "TIFF"),
    "bmp": (encoded(quarters(), "BMP"), "unsupported-format", "BMP"),
    "jpeg 2000": (encoded(quarters(), "JPEG2000"), "unsupported-format", "JPEG 2000"),
    "text": (b"item,image\n1,a.png\n", "not-an-image", "plain text"),
    "38 bytes that claim 12000 x 12000": (webp_of_38_bytes(), "too-many-pixels", "12,000 x 12,000"),
    "38 bytes that claim 9000 x 9000": (webp_of_38_bytes(9_000, 9_000), "implausible-size", "38 bytes"),
    "21 kB that claim 13000 x 13000": (png_bomb(), "too-many-pixels", "13,000 x 13,000"),
    "one very long line": (png_file(40_000, 1, 8, 0, bytes(40_001)), "side-too-long", "40,000"),
    "width of zero": (png_file(0, 1, 8, 0, b"\0"), "damaged", "zero"),
    "progressive scan bomb": (scan_bomb(scans=200, side=300), "too-many-scans", "progressive"),
    "a film": (gif_of_many_frames(1_001), "too-many-frames", "1,001 frames"),
    "half a jpeg": (encoded(texture(), "JPEG")[:4_000], "truncated", "too early"),
    "jpeg without its end": (encoded(texture(), "JPEG")[:-2], "truncated", "too early"),
    "half a png": (PLAIN[: len(PLAIN) // 2], "truncated", "too early"),
    "png without its end": (PLAIN[:-12], "truncated", "too early"),
    "half a webp": (encoded(texture(), "WEBP")[:2_000], "truncated", "too early"),
    "half a gif": (encoded(texture().quantize(64), "GIF")[:3_000], "truncated", "too early"),
    "half an avif": (encoded(texture(), "AVIF")[:1_500], "truncated", "too early"),
    "jpeg magic only": (b"\xff\xd8\xff", "truncated", "too early"),
    "png magic only": (b"\x89PNG\r\n\x1a\n", "truncated", "too early"),
    "png with a flipped bit": (PLAIN[:900] + bytes([PLAIN[900] ^ 4]) + PLAIN[901:], "damaged", "checksum"),
    "png of rubbish": (png_file(9, 9, 8, 2, b"\x09rubbish"), "truncated", "too early"),
    "metadata that unpack to 70 MB": (metadata_bomb(), "damaged", "metadata"),
}
