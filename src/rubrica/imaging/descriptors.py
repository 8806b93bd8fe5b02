"""Descriptors: one short vector for what an image looks like, and how far two of them lie apart.

Whatever makes them is an `Embedder`. The one that comes with Rubrica is `rubrica.imaging.classical`; an installation
may name another. Vectors of different embedders have nothing to do with one another and are never compared.
"""

from typing import ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

SAMPLE_SIDE = 224
"""Side of the square sample that embedders look at, pixels."""
SAMPLE_BYTES = 3 * SAMPLE_SIDE**2
MOST_DIMENSIONS = 4_096

Sample: TypeAlias = NDArray[np.uint8]
Vector: TypeAlias = NDArray[np.float32]

_STORED = np.dtype("<f2")


class BadDescriptorError(ValueError):
    """What an embedder answered is no descriptor."""


class Embedder(Protocol):
    """Makes descriptors.

    The class itself is read wherever descriptors are compared; an instance, and with it what takes memory and time, is
    made only where images are described.

    Attributes
    ----------
    name
        Name and version, at most 60 characters: descriptors are compared with others of the same name only, so whatever
        changes a vector changes the name.
    dimension
        Length of the vectors, at most `MOST_DIMENSIONS`.
    similar_within
        Distance, see `distances`, up to which two images count as similar.
    unlike_beyond
        Distance from which two images have nothing in common.
    """

    name: ClassVar[str]
    dimension: ClassVar[int]
    similar_within: ClassVar[float]
    unlike_beyond: ClassVar[float]

    def embed(self, sample: Sample) -> ArrayLike:
        """Return the vector of one image.

        Parameters
        ----------
        sample
            Shape ``(SAMPLE_SIDE, SAMPLE_SIDE, 3)``, 8-bit sRGB: the whole image, its sides scaled to the same length.

        Returns
        -------
        array_like
            Shape ``(dimension,)``, finite.
        """


def make_sample(image: Image.Image) -> Sample:
    """Return what embedders see of an image.

    Parameters
    ----------
    image
        Mode RGB, upright; any size.

    Returns
    -------
    ndarray
        Shape ``(SAMPLE_SIDE, SAMPLE_SIDE, 3)``.  The proportions of the image are lost.
    """
    side = (SAMPLE_SIDE, SAMPLE_SIDE)
    # A gap of 1 halves with a box filter first: twice as fast, and as good at this size.
    return np.asarray(image.resize(side, Image.Resampling.BILINEAR, reducing_gap=1.0))


def read_sample(data: bytes) -> Sample:
    """Return a sample from its bytes, row by row."""
    return np.frombuffer(data, np.uint8).reshape(SAMPLE_SIDE, SAMPLE_SIDE, 3)


def describe(embedder: Embedder, sample: Sample) -> bytes:
    """Return the descriptor of an image as it is stored.

    Parameters
    ----------
    embedder
        What makes the vector.
    sample
        See `make_sample`.

    Returns
    -------
    bytes
        ``dimension`` numbers of 16 bits, little-endian, of Euclidean length 1.

    Raises
    ------
    BadDescriptorError
        The vector has another length than was said, is not finite, or is zero.
    """
    vector = np.asarray(embedder.embed(sample), dtype=np.float64)
    if vector.shape != (embedder.dimension,):
        raise BadDescriptorError(f"{embedder.name} made a vector of shape {vector.shape}, not ({embedder.dimension},)")
    length = float(np.linalg.norm(vector))
    if not 0 < length < np.inf:
        raise BadDescriptorError(f"{embedder.name} made a vector of length {length:g}")
    return (vector / length).astype(_STORED).tobytes()


def read_descriptor(data: bytes, dimension: int) -> Vector:
    """Return the vector of a stored descriptor.

    Parameters
    ----------
    data
        From `describe`.
    dimension
        How many numbers it must have.

    Returns
    -------
    ndarray
        Shape ``(dimension,)``.

    Raises
    ------
    BadDescriptorError
        It has another length, or is not of Euclidean length 1.
    """
    if len(data) != _STORED.itemsize * dimension:
        raise BadDescriptorError(f"{len(data)} bytes are no descriptor of {dimension} numbers")
    vector = np.frombuffer(data, _STORED).astype(np.float32)
    if not abs(float(vector @ vector) - 1) < 0.01:  # noqa: PLR2004 - what rounding to 16 bits can do, and NaN never
        raise BadDescriptorError("a descriptor has Euclidean length 1")
    return vector


def distances(some: Vector, others: Vector) -> Vector:
    """Return how far images lie apart.

    Parameters
    ----------
    some, others
        Shapes ``(n, dimension)`` and ``(m, dimension)``: descriptors of one embedder.

    Returns
    -------
    ndarray
        Shape ``(n, m)``: 1 minus the cosine of the angle between them, from 0 for the same to 2 for opposites;
        dimensionless.  Vectors without negative numbers lie at most 1 apart.

    Examples
    --------
    >>> axes = np.eye(2, dtype=np.float32)
    >>> distances(axes, axes).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    found: Vector = np.clip(1 - some @ others.T, 0, 2)
    return found
