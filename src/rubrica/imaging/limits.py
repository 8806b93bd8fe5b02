"""How much of the machine one image may take."""

import json
from dataclasses import asdict, dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one decoding, checked from the header before any pixel is decoded, then held by the kernel.

    Attributes
    ----------
    max_bytes
        Size of the file, bytes.
    max_pixels
        Declared width times height, pixels.  Pillow's own limit only *warns* up to twice its threshold.
    max_side
        Declared width or height, pixels.
    max_pixels_per_byte
        Declared pixels per byte of the file.  Photographs stay below 100 and a sheet of one grey below
        1 100; 38 bytes that claim 144 megapixels do not.
    max_frames
        Frames of an animation.  Only the first is used, and that is noted; beyond this the file is refused
        as a film.
    max_scans
        Scans of a progressive JPEG.  Ten is usual; hundreds make a small file cost seconds.
    cpu_seconds
        Processor time for one image, seconds.
    wall_seconds
        Time on the wall for one image, seconds: holds when the child sleeps instead of computing.
    address_space
        Virtual memory of the child process, bytes.
    """

    max_bytes: int = 50_000_000
    max_pixels: int = 100_000_000
    max_side: int = 30_000
    max_pixels_per_byte: int = 2_000
    max_frames: int = 1_000
    max_scans: int = 100
    cpu_seconds: int = 10
    wall_seconds: float = 60.0
    address_space: int = 1_536 * _MIB

    def as_json_text(self) -> str:
        """Return the limits as JSON text, for the child's command line."""
        return json.dumps(asdict(self))
