"""A file that is no image gets a name that its owner recognises, and a next step."""

import pytest

from rubrica.imaging.refusals import RefusalCode
from rubrica.imaging.sniffing import refuse_unknown

LOOKS_LIKE = {
    b"PK\x03\x04\x14": ("not-an-image", "a zip archive"),
    b"Rar!\x1a\x07": ("not-an-image", "a RAR archive"),
    b"7z\xbc\xaf\x27\x1c": ("not-an-image", "a 7-Zip archive"),
    b"\x1f\x8b\x08": ("not-an-image", "a gzip file"),
    b"%PDF-1.4": ("not-an-image", "a PDF document"),
    b"%!PS-Adobe": ("not-an-image", "a PostScript document"),
    b"II*\0\x08\0\0\0": ("unsupported-format", "TIFF"),
    b"MM\0*\0\0\0\x08": ("unsupported-format", "TIFF"),
    b"\0\0\0\x18ftypheic": ("unsupported-format", "HEIC"),
    b"8BPS\0\x01": ("unsupported-format", "Photoshop"),
    b"\0\0\x01\0\x01\0": ("unsupported-format", "Windows icon"),
    b"\xff\x0a\xfa": ("unsupported-format", "JPEG XL"),
    b"v/1\x01": ("unsupported-format", "OpenEXR"),
    b"P6\n3 2\n255\n": ("unsupported-format", "PNM"),
    b"<svg xmlns='http://www.w3.org/2000/svg'>": ("unsupported-format", "SVG"),
    b"\xef\xbb\xbf  <?xml version='1.0'?><!-- x --><svg>": ("unsupported-format", "SVG"),
    b"<!DOCTYPE svg PUBLIC>": ("unsupported-format", "SVG"),
    b"  <HTML><body>": ("not-an-image", "a web page"),
    b"<!doctype html>": ("not-an-image", "a web page"),
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code>": ("not-an-image", "a web page"),
    b'{"error": "not found"}': ("not-an-image", "JSON"),
    b"hello": ("not-an-image", "plain text"),
    bytes(64): ("not-an-image", "zero bytes"),
    b"\x01\x02\x03\x04 what is this": ("not-an-image", "not an image we know"),
    b"\xc3\xa9t\xc3\xa9": ("not-an-image", "not an image we know"),
}


@pytest.mark.parametrize("data", LOOKS_LIKE, ids=lambda data: repr(data[:12]))
def test_the_message_says_what_it_looks_like_and_what_to_do(data):
    code, words = LOOKS_LIKE[data]
    refusal = refuse_unknown(data)
    assert refusal.code == code
    assert words in refusal.message
    assert "JPEG, PNG, WebP, GIF and AVIF" in refusal.message or "Export it as PNG" in refusal.message


def test_the_message_never_quotes_the_file():
    assert "script" not in refuse_unknown(b"<script>alert('x')</script>").message
    assert refuse_unknown(b"<script>alert('x')</script>").code is RefusalCode.NOT_AN_IMAGE
