"""The ways pixels go wrong, as plain functions on arrays; used by planted defects and by quality ladders."""

import io
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

ImageArray: TypeAlias = NDArray[np.uint8]
"""Shape ``(height, width, 3)``, 8-bit sRGB."""

_DISPLAY_GAMMA = 2.2


def blurred(image: ImageArray, sigma: float) -> ImageArray:
    """Return the image out of focus.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    sigma
        Standard deviation of the Gaussian, pixels.

    Returns
    -------
    ImageArray
        Same shape.
    """
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(sigma)))


def compressed(image: ImageArray, quality: int) -> ImageArray:
    """Return the image after a JPEG round trip with halved colour resolution.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    quality
        JPEG quality, 1 (worst) to 95.

    Returns
    -------
    ImageArray
        Same shape.
    """
    stored = io.BytesIO()
    Image.fromarray(image).save(stored, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(stored).convert("RGB"))


def noisy(image: ImageArray, sigma: float, generator: np.random.Generator) -> ImageArray:
    """Return the image with Gaussian noise, independent in each channel.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    sigma
        Standard deviation, grey levels.
    generator
        Source of randomness.

    Returns
    -------
    ImageArray
        Same shape, clipped to 0 to 255.
    """
    return to_pixels(image + generator.normal(0.0, sigma, image.shape))


def exposed(image: ImageArray, stops: float) -> ImageArray:
    """Return the image with another exposure.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    stops
        Change of light in powers of two; positive is brighter.

    Returns
    -------
    ImageArray
        Same shape; what leaves the range is clipped, as a sensor would.
    """
    light = (image / 255.0) ** _DISPLAY_GAMMA * 2.0**stops
    return to_pixels(255.0 * np.minimum(light, 1.0) ** (1.0 / _DISPLAY_GAMMA))


def tinted(image: ImageArray, gains: tuple[float, float, float]) -> ImageArray:
    """Return the image as if lit by coloured light.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    gains
        Factors for red, green and blue.

    Returns
    -------
    ImageArray
        Same shape, clipped to 0 to 255.
    """
    return to_pixels(image * np.array(gains))


def swirled(image: ImageArray, turn: float) -> ImageArray:
    """Return the image twisted about its centre; its rim stays where it was.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``.
    turn
        Rotation at the centre, radians; it fades to nothing on the ellipse that touches the sides.

    Returns
    -------
    ImageArray
        Same shape.
    """
    height, width = image.shape[:2]
    down, right = centred_grid(height, width)
    angle = turn * np.clip(1.0 - np.hypot(down, right), 0.0, 1.0) ** 1.5
    from_down = down * np.cos(angle) - right * np.sin(angle)
    from_right = down * np.sin(angle) + right * np.cos(angle)
    rows = (from_down + 1.0) * height / 2.0 - 0.5
    columns = (from_right + 1.0) * width / 2.0 - 0.5
    return _sampled(image, rows, columns)


def centred_grid(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the vertical and horizontal position of each pixel centre, -1 to 1 across the image.

    Parameters
    ----------
    height, width
        Shape of the grid.

    Returns
    -------
    tuple of arrays
        Each of shape ``(height, width)``.
    """
    down = (2.0 * np.arange(height) + 1.0) / height - 1.0
    right = (2.0 * np.arange(width) + 1.0) / width - 1.0
    vertical, horizontal = np.meshgrid(down, right, indexing="ij")
    return vertical, horizontal


def to_pixels(values: NDArray[np.float64]) -> ImageArray:
    """Return values rounded and clipped to 8 bits.

    Parameters
    ----------
    values
        Any shape, grey levels.

    Returns
    -------
    ImageArray
        Same shape.
    """
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _sampled(image: ImageArray, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> ImageArray:
    """Return the image read at fractional positions, bilinear, edges repeated."""
    height, width = image.shape[:2]
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top, left = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = (rows - top)[..., np.newaxis], (columns - left)[..., np.newaxis]
    upper = image[top, left] * (1 - across) + image[top, right] * across
    lower = image[bottom, left] * (1 - across) + image[bottom, right] * across
    return to_pixels(upper * (1 - down) + lower * down)
