"""What a file that is not an allowed image probably is: for the message only, never for a decision."""

import re

from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

_ALLOWED = "Allowed are JPEG, PNG, WebP, GIF and AVIF"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a zip archive", "Unpack it and add the images inside"),
    (b"PK\x05\x06", "an empty zip archive", "Unpack it and add the images inside"),
    (b"Rar!", "a RAR archive", "Unpack it and add the images inside"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and add the images inside"),
    (b"\x1f\x8b", "a gzip file", "Unpack it and add the images inside"),
    (b"%PDF", "a PDF document", "Export its pages as PNG or JPEG"),
    (b"%!PS", "a PostScript document", "Export it as PNG"),
)
_OTHER_IMAGES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"II\*\0|MM\0\*|II\+\0|MM\0\+"), "TIFF or camera raw"),
    (re.compile(rb".{4}ftyp(hei|hev|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "BMP"),
    (re.compile(rb"\0\0\0\x0cjP|\xff\x4f\xff\x51"), "JPEG 2000"),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "JPEG XL"),
    (re.compile(rb"\0\0[\x01\x02]\0"), "Windows icon"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"v/1\x01"), "OpenEXR"),
    (re.compile(rb"P[1-7]\s"), "PNM"),
)
_MARKUP = re.compile(rb"<(svg|!doctype svg|html|!doctype html|head|body|\?xml|script|rss)[\s>/]", re.IGNORECASE)
_LEADING = 2_048


def refuse_unknown(data: bytes) -> ImageRefusedError:
    """Return the refusal of a file that starts like none of the allowed formats.

    Parameters
    ----------
    data
        The file; its first 2 kB are looked at.

    Returns
    -------
    ImageRefusedError
        ``not-an-image`` or ``unsupported-format``, naming what the file looks like and what to do.
    """
    start = data[:_LEADING]
    for magic, what, remedy in _MAGIC:
        if start.startswith(magic):
            return _not_an_image(what, remedy)
    for pattern, name in _OTHER_IMAGES:
        if pattern.match(start):
            return ImageRefusedError(
                RefusalCode.UNSUPPORTED_FORMAT,
                f"The file looks like a {name} image. {_ALLOWED}: convert it to one of these.",
            )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if markup := _MARKUP.match(text):
        return _markup(markup[1].lower(), text.lower())
    return _rest(data, text)


def _markup(tag: bytes, text: bytes) -> ImageRefusedError:
    if b"svg" in tag or (tag == b"?xml" and b"<svg" in text):
        return ImageRefusedError(
            RefusalCode.UNSUPPORTED_FORMAT,
            "The file is an SVG drawing, which may carry scripts and looks different in each browser. "
            "Export it as PNG.",
        )
    return _not_an_image(
        "a web page", "The download probably failed or needed a log-in: open its address and save the image itself"
    )


def _rest(data: bytes, text: bytes) -> ImageRefusedError:
    if not data.strip(b"\0"):
        return _not_an_image("nothing but zero bytes", "The copy failed: copy or download it again")
    if text.startswith((b"{", b"[")):
        return _not_an_image("JSON text", "Add the image it speaks of instead")
    if text.isascii() and not re.search(rb"[\0-\x08\x0e-\x1f]", text):
        return _not_an_image("plain text", "Add the image itself")
    return _not_an_image(None, "Check that it opens in an image viewer")


def _not_an_image(what: str | None, remedy: str) -> ImageRefusedError:
    looks = f"The file is not an image: it looks like {what}" if what else "The file is not an image we know"
    return ImageRefusedError(RefusalCode.NOT_AN_IMAGE, f"{looks}. {remedy}. {_ALLOWED}.")
