"""Masks as run lengths in text, as the COCO data set and its tools write them.

A mask is read column by column.  Runs of equal pixels alternate; the first is never painted, so its length may be 0.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, IntArray
from rubrica.measure.errors import ColumnShapeError, GeometryError

_BITS: Final = 5
"""Bits of a length in one character."""

_SIGN: Final = 1 << (_BITS - 1)
_MORE: Final = 1 << _BITS
_FIRST_CHARACTER: Final = 48
_LAST_CHARACTER: Final = _FIRST_CHARACTER + 2 * _MORE - 1

_PLAIN_LENGTHS: Final = 3
"""Lengths at the beginning that are written as they are; later ones as the difference from the last but one."""


def to_run_lengths(mask: ArrayLike) -> str:
    """Return a mask as compressed run lengths, column by column: the `counts` of a COCO segmentation.

    Parameters
    ----------
    mask
        Shape ``(r, c)``, truth values: true where painted.

    Returns
    -------
    str
        ASCII characters from ``0`` to ``o``.  The `size` that belongs to it is ``[r, c]``.

    Raises
    ------
    ColumnShapeError
        The array is not a mask.

    Notes
    -----
    Each length, from the fourth on less the last but one, is cut into groups of five bits, the lowest first; a sixth
    bit says that more follow, and the sum with 48 is a character.  The highest bit of the last group is the sign.

    References
    ----------
    Lin, T.-Y., Maire, M., Belongie, S., et al. (2014). Microsoft COCO: common objects in context. ECCV 2014, 740-755.
    doi:10.1007/978-3-319-10602-1_48

    Examples
    --------
    >>> to_run_lengths([[False, True], [False, True]])
    '22'
    """
    array = np.asarray(mask)
    if array.ndim != 2 or array.dtype.kind != "b" or array.size == 0:
        raise ColumnShapeError(
            f"A mask must be truth values by row and column; it holds {array.dtype} in the shape {array.shape}."
        )
    lengths = _lengths(array)
    lengths[_PLAIN_LENGTHS:] -= lengths[1:-2].copy()
    return "".join(_characters(int(number)) for number in lengths)


def from_run_lengths(counts: str, shape: tuple[int, int]) -> BoolArray:
    """Return the mask that compressed run lengths describe.

    Parameters
    ----------
    counts
        As from `to_run_lengths`, or from another tool that writes COCO segmentations.
    shape
        Rows and columns: the `size` of the segmentation.

    Returns
    -------
    BoolArray
        `shape`; true where painted.

    Raises
    ------
    GeometryError
        The text is no run lengths, or they do not fill the mask.

    Examples
    --------
    >>> from_run_lengths("22", shape=(2, 2))
    array([[False,  True],
           [False,  True]])
    """
    rows, columns = shape
    lengths: list[int] = []
    for number in _numbers(counts):
        lengths.append(number + (lengths[-2] if len(lengths) >= _PLAIN_LENGTHS else 0))
    if min(shape) < 1 or min(lengths, default=-1) < 0 or sum(lengths) != rows * columns:
        raise GeometryError(f"The run lengths do not fill a mask of {rows} by {columns} pixels.")
    painted = np.arange(len(lengths)) % 2 == 1
    return np.repeat(painted, lengths).reshape(columns, rows).T


def _lengths(mask: BoolArray) -> IntArray:
    pixels = mask.ravel(order="F")
    changes = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    start = [0, 0] if pixels[0] else [0]
    return np.diff(np.concatenate((start, changes, [pixels.size]))).astype(np.int64)


def _characters(number: int) -> str:
    characters = ""
    while True:
        group, number = number & (_MORE - 1), number >> _BITS
        more = number != (-1 if group & _SIGN else 0)
        characters += chr(_FIRST_CHARACTER + group + (_MORE if more else 0))
        if not more:
            return characters


def _numbers(counts: str) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for character in counts:
        if not _FIRST_CHARACTER <= ord(character) <= _LAST_CHARACTER:
            raise GeometryError(f"Run lengths have no character {character!r}.")
        code = ord(character) - _FIRST_CHARACTER
        number |= (code & (_MORE - 1)) << shift
        shift += _BITS
        if not code & _MORE:
            numbers.append(number - (1 << shift) if code & _SIGN else number)
            number = shift = 0
    if shift:
        raise GeometryError("The run lengths end within a number.")
    return numbers
