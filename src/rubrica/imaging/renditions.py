"""The copies raters are shown: a view, a thumbnail, and a pyramid for large images.

Nothing that was uploaded is ever served.  Each copy is encoded anew from pixels alone, so it carries no
metadata, no polyglot tail and no parser trick of the original.
"""

import io
from dataclasses import dataclass

from PIL import Image

from rubrica.imaging.pyramid import make_pyramid

VIEW_SIDE = 2_560
"""Longer side of the view of an image that also gets a pyramid, pixels."""
PYRAMID_ABOVE_PIXELS = 8_000_000
PYRAMID_ABOVE_SIDE = 8_192
"""Larger images, in pixels or on one side, get a pyramid; all others are viewed pixel for pixel."""
THUMBNAIL_SIDE = 320
LOSSLESS_UP_TO_PIXELS = 500_000
"""Views up to this size are kept lossless whatever the source: a few hundred kilobytes buy exact pixels."""

# Raters judge compression and noise, so the view must not add its own.  Lossless sources therefore stay
# lossless.  WebP rather than PNG: at its fastest setting it took 10 ms against 30 to 70 ms for 512 x 512 and
# 240 against 550 to 1 200 ms for 6 megapixels, and made files a tenth to a third smaller.  Lossy sources go
# to JPEG at quality 95 without chroma subsampling: on five decoded photographs that changed pixels by 0.2 to
# 1.0 grey levels on average (45 to 53 dB; quality 92 only 39 to 51 dB), which nobody sees, while lossy WebP
# always halves the colour resolution.  A view that had to be scaled down is JPEG as well: it is an overview,
# and each pixel is in the pyramid.
_VIEW_QUALITY = 95


@dataclass(frozen=True, slots=True)
class View:
    """The image for the workbench: encoded bytes, their media type, and the size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def make_view(image: Image.Image, *, lossless_source: bool) -> View:
    """Return the copy shown in the workbench.

    Parameters
    ----------
    image
        Mode RGB, upright, without metadata.
    lossless_source
        Whether the original stored its pixels without loss.

    Returns
    -------
    View
        At the image's own size, or with a longer side of `VIEW_SIDE` where there is a pyramid.
    """
    # A gap of 1 halves with a box filter first: three times as fast, and good enough for an overview.
    shown = _within(image, VIEW_SIDE, gap=1.0) if needs_pyramid(*image.size) else image
    width, height = shown.size
    exact = shown is image and (lossless_source or width * height <= LOSSLESS_UP_TO_PIXELS)
    target = io.BytesIO()
    if exact:
        shown.save(target, "WEBP", lossless=True, quality=0, method=0)
    else:
        shown.save(target, "JPEG", quality=_VIEW_QUALITY, subsampling=0)
    return View(target.getvalue(), "image/webp" if exact else "image/jpeg", width, height)


def make_thumbnail(image: Image.Image) -> bytes:
    """Return the copy for lists, a WebP with a longer side of at most `THUMBNAIL_SIDE` pixels.

    Parameters
    ----------
    image
        Mode RGB, upright, without metadata.

    Returns
    -------
    bytes
        WebP, lossy.
    """
    target = io.BytesIO()
    _within(image, THUMBNAIL_SIDE, gap=2.0).save(target, "WEBP", quality=80, method=2)
    return target.getvalue()


def make_tiles(image: Image.Image) -> bytes | None:
    """Return the deep-zoom pyramid, or None for an image whose view already shows every pixel.

    Parameters
    ----------
    image
        Mode RGB, upright, without metadata.

    Returns
    -------
    bytes or None
        See `rubrica.imaging.pyramid.make_pyramid`.
    """
    return make_pyramid(image) if needs_pyramid(*image.size) else None


def needs_pyramid(width: int, height: int) -> bool:
    """Return whether an image of this size is too large to be sent as one file.

    Parameters
    ----------
    width, height
        Size as displayed, pixels.

    Returns
    -------
    bool
        True above `PYRAMID_ABOVE_PIXELS` or `PYRAMID_ABOVE_SIDE`.
    """
    return width * height > PYRAMID_ABOVE_PIXELS or max(width, height) > PYRAMID_ABOVE_SIDE


def _within(image: Image.Image, side: int, *, gap: float) -> Image.Image:
    scale = side / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=gap)
