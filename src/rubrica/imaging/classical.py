"""The descriptor that comes with Rubrica: colours, texture, gradients and edges, without a network or a download.

It tells what images look like, not what they show: photographs of one product lie near one another, two pictures of a
dog do not. Left and right count the same, so a mirrored copy is the same image.
"""

from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rubrica.imaging.descriptors import Sample

_HUES, _SATURATIONS, _VALUES = 8, 3, 3
_CELLS = 4
_ORIENTATIONS = 8
"""Of gradients, over half a turn; bins lie symmetrically about the vertical, so that a mirror swaps whole bins."""
_EDGE_BINS = 16
_PATTERNS = 10
_NEIGHBOURS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
"""Row and column of the neighbours of a pixel, counter-clockwise."""

Luma = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Classical:
    """Describes images by four histograms that weigh the same.

    Square roots are taken and each histogram scaled to one length, so that the distance between two images is the mean
    of four squared Hellinger distances: one large bin does not outvote many small ones.

    ======= =================================================================================================
    numbers
    ======= =================================================================================================
    72      colours in HSV: 8 hues, 3 saturations, 3 values [1]_
    20      uniform local binary patterns of 8 neighbours that do not depend on rotation, at 112 and 56 pixels [2]_
    128     gradients: 4 x 4 cells of 8 orientations, weighted by magnitude [3]_, mirrored and not mirrored alike
    16      angle of gradients to the horizontal, weighted by magnitude [4]_
    ======= =================================================================================================

    References
    ----------
    .. [1] Swain, M. J., & Ballard, D. H. (1991). Color indexing. International Journal of Computer Vision, 7, 11-32.
       doi:10.1007/BF00130487
    .. [2] Ojala, T., Pietikainen, M., & Maenpaa, T. (2002). Multiresolution gray-scale and rotation invariant texture
       classification with local binary patterns. IEEE TPAMI, 24(7), 971-987, eq. 9. doi:10.1109/TPAMI.2002.1017623
    .. [3] Dalal, N., & Triggs, B. (2005). Histograms of oriented gradients for human detection. CVPR 2005, 886-893.
       doi:10.1109/CVPR.2005.177
    .. [4] Jain, A. K., & Vailaya, A. (1996). Image retrieval using color and shape. Pattern Recognition, 29(8),
       1233-1244. doi:10.1016/0031-3203(95)00160-3
    """

    name: ClassVar[str] = "classical-1"
    dimension: ClassVar[int] = 236
    similar_within: ClassVar[float] = 0.03
    unlike_beyond: ClassVar[float] = 0.08

    def embed(self, sample: Sample) -> Floats:
        """Return the vector of one image: shape ``(236,)``, each 0 to 1, of length 1 unless the image is flat."""
        image = Image.fromarray(sample).reduce(2)
        luma = image.convert("L")
        half, quarter = np.asarray(luma), np.asarray(luma.reduce(2))
        gradients = _Gradients(half)
        return np.concatenate(
            [
                _weighed(colours(image)),
                _weighed(np.concatenate([patterns(half), patterns(quarter)])),
                _folded(np.sqrt(gradients.by_cell())),
                _weighed(gradients.by_angle()),
            ]
        )


def colours(image: Image.Image) -> Floats:
    """Return the share of pixels in each cell of HSV, shape ``(72,)``."""
    hue, saturation, value = (
        np.asarray(channel.point([level * bins // 256 for level in range(256)]))
        for channel, bins in zip(image.convert("HSV").split(), (_HUES, _SATURATIONS, _VALUES), strict=True)
    )
    cell = (hue * _SATURATIONS + saturation) * _VALUES + value
    return _shares(cell, _HUES * _SATURATIONS * _VALUES)


def _pattern_of_code() -> NDArray[np.intp]:
    """Return the pattern of each code of 8 bits: how many are set where they stand together, else 9."""
    codes = np.arange(256, dtype=np.uint8)
    changes = np.bitwise_count(codes ^ ((codes >> 1) | (codes << 7)))
    return np.where(changes <= 2, np.bitwise_count(codes), _PATTERNS - 1).astype(np.intp)  # noqa: PLR2004 - uniform


_PATTERN_OF_CODE: Final = _pattern_of_code()


def patterns(luma: Luma) -> Floats:
    """Return the share of each uniform local binary pattern among the pixels inside the border, shape ``(10,)``."""
    height, width = luma.shape
    centre = luma[1:-1, 1:-1]
    code = np.zeros(centre.shape, np.uint8)
    for bit, (row, column) in enumerate(_NEIGHBOURS):
        neighbour = luma[1 + row : height - 1 + row, 1 + column : width - 1 + column]
        code |= (neighbour >= centre).view(np.uint8) << np.uint8(bit)
    return _shares(_PATTERN_OF_CODE[code], _PATTERNS)


def _shares(places: NDArray[np.integer[Any]], bins: int) -> Floats:
    shares: Floats = np.bincount(places.ravel(), minlength=bins) / places.size
    return shares


class _Gradients:
    """Gradients of a square image, by central differences."""

    def __init__(self, luma: Luma) -> None:
        levels = luma.astype(np.float32)
        self._across, self._down = np.zeros_like(levels), np.zeros_like(levels)
        self._across[:, 1:-1] = levels[:, 2:] - levels[:, :-2]
        self._down[1:-1] = levels[2:] - levels[:-2]
        self._magnitude = np.hypot(self._across, self._down)

    def by_cell(self) -> Floats:
        """Return magnitudes by cell and orientation, shape ``(4, 4, 8)``; a pixel counts for all about it."""
        turn = np.arctan2(self._down, self._across) % np.pi
        place = turn / np.pi * _ORIENTATIONS - 0.5
        lower = np.floor(place)
        share = (place - lower) * self._magnitude
        rest = self._magnitude - share
        lower = lower.astype(np.int8) % _ORIENTATIONS
        upper = (lower + 1) % _ORIENTATIONS
        weights = _cell_weights(len(self._magnitude))
        found = [
            weights @ (np.where(lower == each, rest, 0) + np.where(upper == each, share, 0)) @ weights.T
            for each in range(_ORIENTATIONS)
        ]
        return np.stack(found, axis=-1)

    def by_angle(self) -> Floats:
        """Return magnitudes by angle to the horizontal, from 0 to a quarter of a turn, shape ``(16,)``."""
        angle = np.arctan2(np.abs(self._down), np.abs(self._across)) / (np.pi / 2)
        place = np.minimum((angle * _EDGE_BINS).astype(np.intp), _EDGE_BINS - 1)
        found = np.bincount(place.ravel(), weights=self._magnitude.ravel(), minlength=_EDGE_BINS)
        return found.astype(np.float64)


def _cell_weights(side: int) -> Floats:
    """Return how much of each row goes to each row of cells, shape ``(4, side)``: linear between their centres."""
    place = np.clip((np.arange(side) + 0.5) / side * _CELLS - 0.5, 0, _CELLS - 1)
    weights: Floats = np.maximum(0, 1 - np.abs(place[None] - np.arange(_CELLS)[:, None]))
    return weights


def _folded(cells: Floats) -> Floats:
    """Return cells as numbers that a mirror does not change: the mean of each with its mirror, and how they differ."""
    mirror = cells[:, ::-1, ::-1]
    left = slice(_CELLS // 2)
    together, apart = (cells + mirror)[:, left] / 2, np.abs(cells - mirror)[:, left] / 2
    return _scaled(np.concatenate([together.ravel(), apart.ravel()]))


def _weighed(histogram: Floats) -> Floats:
    return _scaled(np.sqrt(histogram))


def _scaled(part: Floats) -> Floats:
    """Return a part with its share of the whole length; what an image does not have, such as edges, stays zero."""
    length = float(np.linalg.norm(part))
    return part / (2 * length) if length else part
