"""What is known of an image once it was decoded, and the copies made of it."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Note(StrEnum):
    """What was done to the pixels on the way; shown to leads and exported, so that nobody has to guess."""

    FIRST_FRAME = "first-frame-of-animation"
    ORIENTED = "orientation-applied"
    ALPHA_ON_GREY = "transparency-on-grey"
    PROFILE_CONVERTED = "colour-profile-converted"
    PROFILE_IGNORED = "colour-profile-ignored"
    CMYK_CONVERTED = "cmyk-converted"
    DEPTH_REDUCED = "depth-reduced-to-8-bit"
    METADATA_UNREADABLE = "metadata-unreadable"


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one image.

    Attributes
    ----------
    sha256
        Of the original file, lower-case hex.
    format
        ``JPEG``, ``PNG``, ``WEBP``, ``GIF`` or ``AVIF``, as decoded: never taken from a file name.
    width, height
        Pixels as displayed, after EXIF orientation.  Every coordinate of a mark is relative to these.
    original_width, original_height
        Pixels as stored in the file.
    orientation
        EXIF orientation, 1 to 8; 1 where none or an invalid one was given.
    mode
        Pillow's name of the stored pixel layout (``RGB``, ``CMYK``, ``I;16``, ``P`` ...).
    bytes
        Size of the original file.
    frames
        Number of frames; only the first is shown.
    fingerprint
        64-bit difference hash, 16 hex digits; see `rubrica.imaging.fingerprints`.
    sharpness
        Variance of the Laplacian, squared grey levels; see `rubrica.imaging.checks`.
    mean_luma
        Mean luma, grey levels 0 to 255.
    clipped
        Share of pixels at either end of the luma range, 0 to 1.
    white_border
        Share of the pixels along the edges that are white, 0 to 1.
    subject_extent
        How far what is not white reaches, as a share of width or height, 0 to 1.
    notes
        What was done to the pixels, in the order of `Note`.
    """

    sha256: str
    format: str
    width: int
    height: int
    original_width: int
    original_height: int
    orientation: int
    mode: str
    bytes: int
    frames: int
    fingerprint: str
    sharpness: float
    mean_luma: float
    clipped: float
    white_border: float
    subject_extent: float
    notes: tuple[Note, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the facts as plain JSON values."""
        return {**asdict(self), "notes": [note.value for note in self.notes]}


@dataclass(frozen=True, slots=True)
class Renditions:
    """The copies that may be served: re-encoded, 8-bit sRGB, upright, without any metadata.

    Attributes
    ----------
    facts
        Facts of the original.
    view
        The image for the workbench, of `view_width` by `view_height` pixels, encoded as `view_type`.
    thumbnail
        At most 320 pixels on the longer side, ``image/webp``.
    sample
        What embedders see, ``SAMPLE_BYTES`` long; read with `rubrica.imaging.descriptors.read_sample`.
    descriptor
        Of `rubrica.imaging.classical.Classical`, as `rubrica.imaging.descriptors.describe` returns it.
    pyramid
        Deep-zoom tiles in one uncompressed zip (``.szi``), only where the view had to be made smaller than
        the image; read with `rubrica.imaging.pyramid.pyramid_tile`.
    """

    facts: Facts
    view: bytes
    view_type: str
    view_width: int
    view_height: int
    thumbnail: bytes
    sample: bytes
    descriptor: bytes
    pyramid: bytes | None
