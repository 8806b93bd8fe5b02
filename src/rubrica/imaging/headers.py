"""Sizes read from the file's header by our own hand, before any decoder may allocate memory.

Pillow's decoders create their canvas while *opening* (a WebP of 38 bytes may ask for a gigabyte), so the
limits need a reader that never allocates more than the bytes it was given.  Only what the limits need is read;
whether the file really is an image is for the decoder to say.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""The allow-list: everything else is refused, whatever else the decoder could read."""

_PLAUSIBLE_AT_ANY_SIZE = 4_000_000
"""Below this many pixels an image costs little, so a blank page of few bytes is let through."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file claims about itself.

    Attributes
    ----------
    format
        One of `FORMATS`.
    width, height
        Claimed size as stored, pixels; for formats that may name several sizes, the largest of each.
    frames
        Number of frames, at least 1.
    scans
        Number of JPEG scans; 1 for other formats.
    lossless
        Whether the pixels are stored without loss, so that the view must not add any.
    """

    format: str
    width: int
    height: int
    frames: int = 1
    scans: int = 1
    lossless: bool = False


def check_bytes(data: bytes, limits: Limits) -> None:
    """Refuse a file by its length alone.

    Parameters
    ----------
    data
        The whole file.
    limits
        The limits in force.

    Raises
    ------
    ImageRefusedError
        ``empty-file`` or ``too-many-bytes``.
    """
    if not data:
        raise ImageRefusedError(RefusalCode.EMPTY_FILE, "The file is empty. Copy or download it again.")
    if len(data) > limits.max_bytes:
        raise ImageRefusedError(
            RefusalCode.TOO_MANY_BYTES,
            f"The file has {len(data):,} bytes; at most {limits.max_bytes:,} are allowed. "
            "Scale the image down or save it with stronger compression.",
        )


def read_header(data: bytes) -> Header | None:
    """Return what the header of an allowed format claims.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    Header or None
        None when the leading bytes belong to no format of `FORMATS`.

    Raises
    ------
    ImageRefusedError
        ``truncated`` or ``damaged``: the leading bytes are right, the structure behind them is not.
    """
    for recognises, read in _READERS:
        if recognises(data):
            try:
                return read(data)
            except (struct.error, IndexError):  # every reader runs off the end of a file that stops early
                raise _truncated() from None
    return None


def check_header(header: Header, size: int, limits: Limits) -> None:
    """Refuse a file that claims more than the limits allow.

    Parameters
    ----------
    header
        As returned by `read_header`.
    size
        Bytes of the file.
    limits
        The limits in force.

    Raises
    ------
    ImageRefusedError
        Naming the first limit that is exceeded.
    """
    width, height = header.width, header.height
    if width < 1 or height < 1:
        raise ImageRefusedError(
            RefusalCode.DAMAGED,
            "The file claims a width or height of zero. Save the image again and add that copy.",
        )
    _check_size(width, height, size, limits)
    if header.frames > limits.max_frames:
        raise ImageRefusedError(
            RefusalCode.TOO_MANY_FRAMES,
            f"The animation has {header.frames:,} frames; at most {limits.max_frames:,} are allowed. "
            "Add the frame to be judged as a still image.",
        )
    if header.scans > limits.max_scans:
        raise ImageRefusedError(
            RefusalCode.TOO_MANY_SCANS,
            f"The progressive JPEG has {header.scans:,} scans; at most {limits.max_scans:,} are allowed, and "
            "about 10 are usual. Save it again as an ordinary JPEG.",
        )


def _check_size(width: int, height: int, size: int, limits: Limits) -> None:
    claim = f"The image claims {width:,} x {height:,} pixels"
    pixels = width * height
    if max(width, height) > limits.max_side:
        raise ImageRefusedError(
            RefusalCode.SIDE_TOO_LONG,
            f"{claim}; at most {limits.max_side:,} on a side are allowed. Scale it down or cut it into parts.",
        )
    if pixels > limits.max_pixels:
        raise ImageRefusedError(
            RefusalCode.TOO_MANY_PIXELS,
            f"{claim}; at most {limits.max_pixels:,} in total are allowed. Scale it down or cut it into parts.",
        )
    if pixels > _PLAUSIBLE_AT_ANY_SIZE and pixels > size * limits.max_pixels_per_byte:
        raise ImageRefusedError(
            RefusalCode.IMPLAUSIBLE_SIZE,
            f"{claim} in {size:,} bytes, which no real picture does. Check where the file came from.",
        )


def _truncated() -> ImageRefusedError:
    return ImageRefusedError(
        RefusalCode.TRUNCATED,
        "The file ends too early: part of the image is missing. Copy or download it again.",
    )


def _damaged(what: str) -> ImageRefusedError:
    return ImageRefusedError(
        RefusalCode.DAMAGED,
        f"The file is damaged: {what}. Copy or download it again, or save the image anew.",
    )


# --- JPEG ----------------------------------------------------------------------------------------------------

_JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
"""The next real marker: not a stuffed zero, a restart marker or a fill byte."""
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
_NOT_SIZES = frozenset({0xC4, 0xC8, 0xCC})
"""Markers among C0 to CF that are tables or reserved, not a start of frame."""


def _is_jpeg(data: bytes) -> bool:
    return data[:3] == b"\xff\xd8\xff"


def _read_jpeg(data: bytes) -> Header:
    width = height = scans = 0
    found = _JPEG_MARKER.search(data, 2)
    while found and (marker := found[1][0]) != _EOI:
        position = found.end()
        if marker not in {_SOI, _TEM}:
            if 0xC0 <= marker <= 0xCF and marker not in _NOT_SIZES:  # noqa: PLR2004 - SOF0 to SOF15
                tall, wide = struct.unpack_from(">HH", data, position + 3)
                width, height = max(width, wide), max(height, tall)
            scans += marker == _SOS
            position += struct.unpack_from(">H", data, position)[0]
        found = _JPEG_MARKER.search(data, position)
    if scans == 0 or not found:  # without an end-of-image marker nobody knows whether rows are missing
        raise _truncated()
    return Header("JPEG", width, height, scans=scans)


# --- PNG -----------------------------------------------------------------------------------------------------

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHECKED = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"})
"""Chunks that carry pixels.  Pillow does not look at the checksum of IDAT, so a flipped bit would pass."""


def _is_png(data: bytes) -> bool:
    return data[:8] == _PNG_SIGNATURE


def _read_png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    if data[12:16] != b"IHDR":
        raise _damaged("its first block is not a PNG header")
    frames, position, whole = 1, 8, memoryview(data)
    while True:
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        (checksum,) = struct.unpack_from(">I", data, end)
        if kind in _PNG_CHECKED and zlib.crc32(whole[position + 4 : end]) != checksum:
            raise _damaged("a checksum inside the PNG does not match its contents")
        if kind == b"acTL":
            (frames,) = struct.unpack_from(">I", data, position + 8)
        if kind == b"IEND":
            return Header("PNG", width, height, frames=max(1, frames), lossless=True)
        position = end + 4


# --- GIF -----------------------------------------------------------------------------------------------------


def _is_gif(data: bytes) -> bool:
    return data[:6] in {b"GIF87a", b"GIF89a"}


def _read_gif(data: bytes) -> Header:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position, frames = 13 + _gif_table(flags), 0
    while position < len(data):
        block = data[position]
        if block == 0x21:  # noqa: PLR2004 - an extension: label, then sub-blocks
            position = _after_sub_blocks(data, position + 2, complete=frames == 0)
        elif block == 0x2C:  # noqa: PLR2004 - an image
            left, top, wide, tall, flags = struct.unpack_from("<HHHHB", data, position + 1)
            width, height = max(width, left + wide), max(height, top + tall)
            position = _after_sub_blocks(data, position + 11 + _gif_table(flags), complete=frames == 0)
            frames += 1
        else:  # the trailer, or rubbish behind the frames, which browsers ignore as well
            break
    if frames == 0:
        raise _truncated()
    return Header("GIF", width, height, frames=frames, lossless=True)


def _gif_table(flags: int) -> int:
    has_table, exponent = flags & 0x80, flags & 0x07
    return 3 << (exponent + 1) if has_table else 0


def _after_sub_blocks(data: bytes, position: int, *, complete: bool) -> int:
    """Return the position behind a chain of sub-blocks; a ``complete`` chain must end inside the file."""
    end = len(data)
    while position < end and (length := data[position]):
        position += length + 1
    if complete and position >= end:
        raise _truncated()
    return position + 1


# --- WebP ----------------------------------------------------------------------------------------------------


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _read_webp(data: bytes) -> Header:
    end = 8 + int(struct.unpack_from("<I", data, 4)[0])
    if end > len(data) + 1:  # some writers leave out the last padding byte
        raise _truncated()
    width = height = frames = 0
    kinds: set[bytes] = set()
    position = 12
    while position + 8 <= min(end, len(data)):
        kind, length = struct.unpack_from("<4sI", data, position)
        wide, tall = _webp_size(data, kind, position + 8)
        width, height = max(width, wide), max(height, tall)
        frames += kind == b"ANMF"
        kinds.add(kind)
        # An animation frame is a box of chunks: its own header is 16 bytes, then go inside.
        position += 8 + (16 if kind == b"ANMF" else length + length % 2)
    if not kinds & {b"VP8 ", b"VP8L"}:
        raise _truncated()
    return Header("WEBP", width, height, frames=max(1, frames), lossless=b"VP8 " not in kinds)


def _webp_size(data: bytes, kind: bytes, position: int) -> tuple[int, int]:
    if kind == b"VP8X":
        wide, tall = struct.unpack_from("<I", data, position + 4)[0], struct.unpack_from("<I", data, position + 6)[0]
        return (wide & 0xFFFFFF) + 1, (tall >> 8) + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, position + 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        wide, tall = struct.unpack_from("<HH", data, position + 6)
        return wide & 0x3FFF, tall & 0x3FFF
    return 0, 0


# --- AVIF ----------------------------------------------------------------------------------------------------

_AVIF_BRANDS = (b"avif", b"avis")
_ISPE = re.compile(rb"ispe\x00{4}(.{4})(.{4})", re.DOTALL)
"""Image spatial extents: the size property; a grid names that of its cells as well, so the largest counts."""


def _is_avif(data: bytes) -> bool:
    if data[4:8] != b"ftyp":
        return False
    brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return any(brands[at : at + 4] in _AVIF_BRANDS for at in range(0, len(brands), 4))


def _read_avif(data: bytes) -> Header:
    sizes = [(int.from_bytes(wide, "big"), int.from_bytes(tall, "big")) for wide, tall in _ISPE.findall(data)]
    if not sizes or _ends_inside_a_box(data):
        raise _truncated()
    return Header("AVIF", max(wide for wide, _ in sizes), max(tall for _, tall in sizes))


def _ends_inside_a_box(data: bytes) -> bool:
    position = 0
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if length == 1:  # the real length is the 64-bit number that follows
            length = int.from_bytes(data[position + 8 : position + 16], "big")
        if length < 8:  # noqa: PLR2004 - 0 means "to the end"; 2 to 7 is nonsense that the decoder will name
            return False
        position += length
    return position > len(data)


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Header]], ...] = (
    (_is_jpeg, _read_jpeg),
    (_is_png, _read_png),
    (_is_webp, _read_webp),
    (_is_gif, _read_gif),
    (_is_avif, _read_avif),
)
