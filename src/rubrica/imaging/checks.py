"""Cheap technical measures of an image, shown to leads as percentiles within a project; they judge nobody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

MEASURED_SIDE = 1_024
"""Images are measured at most this large, so that cameras of different resolution can be compared."""

_DARK, _LIGHT = 1, 254
"""Luma up to and from which a pixel counts as clipped."""

WHITE = 250
"""Level from which on, in each of the three channels, a pixel is white, compression allowed for."""
BORDER = 0.02
"""Width of the border of an image, as a share of its shorter side."""
_SPECK = 0.005
"""Rows and columns of which less than this share shows something hold dust, and nothing of the subject."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Technical measures of one image.

    Attributes
    ----------
    sharpness
        Variance of the Laplacian, squared grey levels.  Falls with blur, rises with noise, and depends on
        what is shown: compare it within a project only.
    mean_luma
        Mean of Rec. 601 luma, grey levels 0 to 255.
    clipped
        Share of pixels at either end of the luma range, 0 to 1.
    """

    sharpness: float
    mean_luma: float
    clipped: float


@dataclass(frozen=True, slots=True)
class WhiteGround:
    """How an image stands on white, as a product photograph does.

    Attributes
    ----------
    border
        Share of the pixels along the four edges that are white, 0 to 1.
    extent
        How far what is not white reaches, as a share of the width or of the height, whichever is larger, 0 to 1.
        Where the background is not white this is 1, and says nothing of the subject.
    """

    border: float
    extent: float


def measured_luma(image: Image.Image) -> Image.Image:
    """Return the greyscale image that checks and fingerprints are computed from.

    Parameters
    ----------
    image
        Any mode that converts to greyscale.

    Returns
    -------
    Image
        Mode L, Rec. 601 luma, with a longer side of at most `MEASURED_SIDE` pixels; never enlarged.
    """
    return _reduced(image.convert("L"))


def _reduced(image: Image.Image) -> Image.Image:
    scale = MEASURED_SIDE / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)


def measure(image: Image.Image) -> Checks:
    """Return the technical measures of an image.

    Parameters
    ----------
    image
        As returned by `measured_luma`.

    Returns
    -------
    Checks
        See there for units.

    Notes
    -----
    Sharpness is the variance of the 4-neighbour Laplacian over the interior; an image with a side below
    3 pixels has no interior and gets 0.

    References
    ----------
    Pech-Pacheco, J. L., Cristobal, G., Chamorro-Martinez, J., & Fernandez-Valdivia, J. (2000). Diatom
    autofocusing in brightfield microscopy: a comparative study. ICPR 2000, vol. 3, 314-317.
    doi:10.1109/ICPR.2000.903548
    """
    luma = np.asarray(image)
    ends = np.count_nonzero(luma <= _DARK) + np.count_nonzero(luma >= _LIGHT)
    return Checks(
        sharpness=laplacian_variance(luma),
        mean_luma=float(luma.mean()),
        clipped=float(ends / luma.size),
    )


def measure_ground(image: Image.Image) -> WhiteGround:
    """Return how an image stands on white.

    Parameters
    ----------
    image
        Any mode that converts to RGB, in sRGB.

    Returns
    -------
    WhiteGround
        Measured at a longer side of at most `MEASURED_SIDE` pixels. A pixel is white from `WHITE` on in all channels.
    """
    red, green, blue = _reduced(image if image.mode == "RGB" else image.convert("RGB")).split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    is_white = np.asarray(darkest) >= WHITE
    return WhiteGround(border=_border_share(is_white), extent=_extent(~is_white))


def _border_share(is_white: NDArray[np.bool_]) -> float:
    width = max(1, round(BORDER * min(is_white.shape)))
    is_border = np.ones(is_white.shape, dtype=bool)
    is_border[width:-width, width:-width] = False
    return float(is_white[is_border].mean())


def _extent(is_shown: NDArray[np.bool_]) -> float:
    """Return how far what is shown reaches, from the first row and column that hold more than specks to the last."""
    return max(_reach(is_shown.mean(axis=0)), _reach(is_shown.mean(axis=1)))


def _reach(shares: NDArray[np.float64]) -> float:
    (filled,) = np.nonzero(shares >= _SPECK)
    return float((filled[-1] - filled[0] + 1) / len(shares)) if len(filled) else 0.0


def laplacian_variance(luma: NDArray[np.uint8]) -> float:
    """Return the variance of the 4-neighbour Laplacian over the interior.

    Parameters
    ----------
    luma
        Shape ``(height, width)``, grey levels.

    Returns
    -------
    float
        Squared grey levels, not negative; 0 where there is no interior.
    """
    if min(luma.shape) < 3:  # noqa: PLR2004 - the kernel's size
        return 0.0
    grey = luma.astype(np.int16)
    neighbours = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    laplacian = neighbours - 4 * grey[1:-1, 1:-1]
    return float(laplacian.var(dtype=np.float64))
