"""Deep-zoom pyramids: every pixel of a large image in small tiles, all in one uncompressed zip (``.szi``).

The layout is the Deep Zoom Image format that OpenSeadragon reads: level 0 is one pixel, each level doubles,
the last is the image itself; tiles are 510 pixels plus one pixel of their neighbours on each inner edge.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A server hands out tiles, and loads nothing that makes them.
    from PIL import Image

TILE_SIZE = 510
OVERLAP = 1
TILE_FORMAT = "jpg"
TILE_QUALITY = 95
"""As for the view: what a rater sees must not carry compression of our making (and no chroma subsampling)."""

_FOLDER = "image/image_files"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: the same image always makes the same bytes."""


class TileNotFoundError(LookupError):
    """The pyramid has no tile at this level, column and row."""

    def __init__(self, level: int, column: int, row: int) -> None:
        super().__init__(f"no tile at level {level}, column {column}, row {row}")


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile lies: its place in the grid and its pixels on its level (right and bottom exclusive)."""

    column: int
    row: int
    left: int
    top: int
    right: int
    bottom: int


def level_sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """Return the size of each level, from one pixel to the image itself.

    Parameters
    ----------
    width, height
        Size of the image, pixels; at least 1.

    Returns
    -------
    tuple of (width, height)
        Index is the DZI level.
    """
    sizes = [(width, height)]
    while sizes[-1] != (1, 1):
        wide, tall = sizes[-1]
        sizes.append(((wide + 1) // 2, (tall + 1) // 2))
    return tuple(reversed(sizes))


def tiles_of(width: int, height: int) -> Iterator[Tile]:
    """Yield the tiles of a level of this size, row by row.

    Parameters
    ----------
    width, height
        Size of the level, pixels; at least 1.

    Yields
    ------
    Tile
        Without its overlap, the tiles cover the level exactly once.
    """
    for row, top in enumerate(range(0, height, TILE_SIZE)):
        for column, left in enumerate(range(0, width, TILE_SIZE)):
            yield Tile(
                column=column,
                row=row,
                left=max(0, left - OVERLAP),
                top=max(0, top - OVERLAP),
                right=min(width, left + TILE_SIZE + OVERLAP),
                bottom=min(height, top + TILE_SIZE + OVERLAP),
            )


def make_pyramid(image: "Image.Image") -> bytes:
    """Return the deep-zoom pyramid of an image.

    Parameters
    ----------
    image
        Mode RGB, without metadata.

    Returns
    -------
    bytes
        A zip whose members are stored, not compressed.

    Notes
    -----
    Memory stays bounded by the image, a quarter of it for the next level and the zip itself.  libvips would
    do with less, but is LGPL and not needed for images within our limits.
    """
    sizes = level_sizes(*image.size)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as zipped:
        _write(zipped, "image/image.dzi", _descriptor(*image.size))
        for level in range(len(sizes) - 1, -1, -1):
            for tile in tiles_of(*sizes[level]):
                _write(zipped, _tile_name(level, tile.column, tile.row), _encoded(image, tile))
            if level:
                image = image.reduce(2)
    return archive.getvalue()


def pyramid_tile(pyramid: bytes | zipfile.ZipFile, level: int, column: int, row: int) -> bytes:
    """Return one tile of a pyramid.

    Parameters
    ----------
    pyramid
        The bytes of the ``.szi``, or the file already opened (one can be kept open for many tiles).
    level, column, row
        Place of the tile, each from 0.

    Returns
    -------
    bytes
        A JPEG.

    Raises
    ------
    TileNotFoundError
        There is no such tile.
    """
    if isinstance(pyramid, bytes):
        with zipfile.ZipFile(io.BytesIO(pyramid)) as opened:
            return pyramid_tile(opened, level, column, row)
    try:
        return pyramid.read(_tile_name(level, column, row))
    except KeyError:
        raise TileNotFoundError(level, column, row) from None


def _tile_name(level: int, column: int, row: int) -> str:
    return f"{_FOLDER}/{level}/{column}_{row}.{TILE_FORMAT}"


def _descriptor(width: int, height: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="{TILE_FORMAT}" '
        f'Overlap="{OVERLAP}" TileSize="{TILE_SIZE}"><Size Width="{width}" Height="{height}"/></Image>\n'
    ).encode()


def _encoded(image: "Image.Image", tile: Tile) -> bytes:
    target = io.BytesIO()
    region = image.crop((tile.left, tile.top, tile.right, tile.bottom))
    region.save(target, "JPEG", quality=TILE_QUALITY, subsampling=0)
    return target.getvalue()


def _write(zipped: zipfile.ZipFile, name: str, data: bytes) -> None:
    zipped.writestr(zipfile.ZipInfo(name, date_time=_NO_TIME), data)
