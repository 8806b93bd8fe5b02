"""From the bytes of an allowed format to upright 8-bit sRGB pixels, with a note of everything that was done."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import AvifImagePlugin, ExifTags, Image, ImageCms, ImageFile

from rubrica.imaging.facts import Note
from rubrica.imaging.headers import FORMATS, Header
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

NEUTRAL_GREY = (128, 128, 128)
"""What shows through transparent parts: the same for every rater, and flagged, since it is our choice."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn an image of each EXIF orientation upright; 1 and invalid values need nothing."""

_MAX_PROFILE_BYTES = 4_000_000
_PROFILE_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_PROFILE_CLASSES = frozenset({"mntr", "scnr", "prtr", "spac"})
"""Profiles that describe a device or a space; link, abstract and named-colour profiles do not say what pixels mean."""
_SRGB_TOLERANCE = 2
"""A profile that moves no sample colour by more than this is sRGB; leaving it alone keeps pixels exact."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """An image ready to be shown.

    Attributes
    ----------
    image
        Mode RGB, upright, without metadata.
    format, mode
        As stored.
    original_width, original_height, orientation
        As stored.
    notes
        What was done on the way.
    """

    image: Image.Image
    format: str
    mode: str
    original_width: int
    original_height: int
    orientation: int
    notes: tuple[Note, ...]


def read_pixels(data: bytes, header: Header) -> Pixels:
    """Decode the first frame completely and normalise it.

    Parameters
    ----------
    data
        The whole file.
    header
        What `rubrica.imaging.headers.read_header` made of it; already within the limits.

    Returns
    -------
    Pixels
        The decoded image.

    Raises
    ------
    ImageRefusedError
        ``truncated``, ``damaged`` or ``memory-limit``.
    """
    try:
        notes: set[Note] = set()
        return _normalised(_decoded(data, header, notes), header, notes)
    except ImageRefusedError:
        raise
    except MemoryError:
        raise _memory_limit() from None
    except Exception as error:  # noqa: BLE001 - keeps the promise that a bad file never stops an import
        raise _undecodable(error) from None


def _decoded(data: bytes, header: Header, notes: set[Note]) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # never show a half-grey image, whatever another library asked for
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # processor time is counted per process, so threads only blur it
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if max(image.size) > max(header.width, header.height) or min(image.size) > min(header.width, header.height):
            raise ImageRefusedError(
                RefusalCode.DAMAGED,
                "The file contradicts itself about its size. Save the image again and add that copy.",
            )
        image.load()
    if heard:  # all other warnings of these formats are about EXIF, or about pictures behind the first one
        notes.add(Note.METADATA_UNREADABLE)
    return image


def _normalised(image: Image.Image, header: Header, notes: set[Note]) -> Pixels:
    if header.frames > 1:
        notes.add(Note.FIRST_FRAME)
    mode, (width, height) = image.mode, image.size
    orientation = _orientation(image, notes)
    upright = _to_srgb(image, notes)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
        notes.add(Note.ORIENTED)
    upright.info = {}  # savers fall back to it: a comment or profile left here would reach the renditions
    return Pixels(
        image=upright,
        format=header.format,
        mode=mode,
        original_width=width,
        original_height=height,
        orientation=orientation,
        notes=tuple(note for note in Note if note in notes),
    )


def _orientation(image: Image.Image, notes: set[Note]) -> int:
    """Return the EXIF orientation; unreadable metadata are no reason to refuse good pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value = image.getexif().get(ExifTags.Base.Orientation, 1)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - any parser failure means the same: no usable metadata
            notes.add(Note.METADATA_UNREADABLE)
            return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _to_srgb(image: Image.Image, notes: set[Note]) -> Image.Image:
    profile = image.info.get("icc_profile")
    colours, alpha = _split(_eight_bit(image, notes))
    if profile:
        colours = _apply_profile(colours, profile, notes)
    if image.mode == "CMYK":
        notes.add(Note.CMYK_CONVERTED)
    colours = _in_mode(colours, "RGB")
    if alpha is None:
        return colours
    notes.add(Note.ALPHA_ON_GREY)
    composed = Image.new("RGB", colours.size, NEUTRAL_GREY)
    composed.paste(colours, mask=alpha)
    return composed


def _eight_bit(image: Image.Image, notes: set[Note]) -> Image.Image:
    """Return the image with 8 bits a sample; only grey images reach Pillow with more."""
    if not image.mode.startswith(("I", "F")):
        return image
    notes.add(Note.DEPTH_REDUCED)
    samples = np.asarray(image)
    # The high byte, as Pillow takes it for 16-bit colour; `convert("L")` would clip everything above 255 to white.
    grey = Image.fromarray((np.clip(samples, 0, 65_535).astype(np.uint16) >> 8).astype(np.uint8))
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey.putalpha(Image.fromarray(np.where(samples == transparent, 0, 255).astype(np.uint8)))
    grey.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return grey


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the colours as L, RGB or CMYK, and the alpha channel, or None where every pixel is opaque."""
    if image.mode == "CMYK":
        return image, None
    grey = image.mode in {"1", "L", "LA", "La"}
    if not image.has_transparency_data:
        return _in_mode(image, "L" if grey else "RGB"), None
    with_alpha = _in_mode(image, "LA" if grey else "RGBA")
    alpha = with_alpha.getchannel("A")
    return _in_mode(with_alpha, "L" if grey else "RGB"), None if alpha.getextrema() == (255, 255) else alpha


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """Return the image in a mode, without the copy that Pillow makes even when nothing changes."""
    return image if image.mode == mode else image.convert(mode)


def _apply_profile(image: Image.Image, profile: object, notes: set[Note]) -> Image.Image:
    """Return the image in sRGB, or as it was when the profile is of no use; either is noted."""
    try:
        source = _usable_profile(profile, image.mode)
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        if image.mode == "RGB" and _is_srgb(source, srgb):
            return image
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a garbage profile is common and says nothing against the pixels
        notes.add(Note.PROFILE_IGNORED)
        return image
    notes.add(Note.PROFILE_CONVERTED)
    return image if converted is None else converted


def _usable_profile(profile: object, mode: str) -> ImageCms.ImageCmsProfile:
    if not isinstance(profile, bytes) or len(profile) > _MAX_PROFILE_BYTES:
        raise ValueError("not a profile of sensible size")
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space, kind = source.profile.xcolor_space.strip(), source.profile.device_class.strip()
    if space != _PROFILE_SPACES[mode] or kind not in _PROFILE_CLASSES:
        # Little CMS reads as many channels as the profile says, whatever the image has.
        raise ValueError("the profile is for another kind of pixels")
    return source


def _is_srgb(source: ImageCms.ImageCmsProfile, srgb: ImageCms.ImageCmsProfile) -> bool:
    """Return whether converting a grid of 9 x 9 x 9 colours changes nothing that anyone could see."""
    steps = np.linspace(0, 255, 9).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(27, 27, 3)
    converted = ImageCms.profileToProfile(Image.fromarray(grid), source, srgb, outputMode="RGB")
    difference = np.abs(np.asarray(converted, dtype=np.int16) - grid)
    return int(difference.max()) <= _SRGB_TOLERANCE


def _memory_limit() -> ImageRefusedError:
    return ImageRefusedError(
        RefusalCode.MEMORY_LIMIT,
        "Decoding the image needs more memory than is set aside for one image. Scale it down, or save it as JPEG.",
    )


def _undecodable(error: Exception) -> ImageRefusedError:
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return ImageRefusedError(
            RefusalCode.TRUNCATED,
            "The file ends too early: part of the image is missing. Copy or download it again.",
        )
    if isinstance(error, ValueError) and "too large" in str(error).lower():
        return ImageRefusedError(
            RefusalCode.DAMAGED,
            "The file carries metadata that unpack to an absurd size. Save the image again without metadata.",
        )
    return ImageRefusedError(
        RefusalCode.DAMAGED,
        "The image cannot be decoded: its data are damaged. Copy or download it again, or save it anew.",
    )
