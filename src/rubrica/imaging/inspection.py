"""One image from bytes to facts and renditions, in this very process.

Only the limited child of `rubrica.imaging.decode` may call this on bytes that came from outside.
"""

import hashlib

from rubrica.imaging.checks import measure, measure_ground, measured_luma
from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import describe, make_sample
from rubrica.imaging.facts import Facts, Renditions
from rubrica.imaging.fingerprints import difference_hash
from rubrica.imaging.headers import check_bytes, check_header, read_header
from rubrica.imaging.limits import Limits
from rubrica.imaging.pixels import Pixels, read_pixels
from rubrica.imaging.renditions import make_thumbnail, make_tiles, make_view
from rubrica.imaging.sniffing import refuse_unknown


def inspect(data: bytes, limits: Limits) -> Renditions:
    """Check, decode, measure and re-encode one image.

    Parameters
    ----------
    data
        The whole file.
    limits
        Limits on what the header may claim.  Time and memory are not limited here but by the child process.

    Returns
    -------
    Renditions
        Facts and copies.

    Raises
    ------
    ImageRefusedError
        The bytes are no image we can show; the message says why and what to do.
    """
    check_bytes(data, limits)
    header = read_header(data)
    if header is None:
        raise refuse_unknown(data)
    check_header(header, len(data), limits)
    pixels = read_pixels(data, header)
    sample = make_sample(pixels.image)
    view = make_view(pixels.image, lossless_source=header.lossless)
    return Renditions(
        facts=_facts(data, pixels, header.frames),
        view=view.data,
        view_type=view.media_type,
        view_width=view.width,
        view_height=view.height,
        thumbnail=make_thumbnail(pixels.image),
        sample=sample.tobytes(),
        descriptor=describe(Classical(), sample),
        pyramid=make_tiles(pixels.image),
    )


def _facts(data: bytes, pixels: Pixels, frames: int) -> Facts:
    luma = measured_luma(pixels.image)
    checks = measure(luma)
    ground = measure_ground(pixels.image)
    width, height = pixels.image.size
    return Facts(
        sha256=hashlib.sha256(data).hexdigest(),
        format=pixels.format,
        width=width,
        height=height,
        original_width=pixels.original_width,
        original_height=pixels.original_height,
        orientation=pixels.orientation,
        mode=pixels.mode,
        bytes=len(data),
        frames=frames,
        fingerprint=difference_hash(luma),
        sharpness=checks.sharpness,
        mean_luma=checks.mean_luma,
        clipped=checks.clipped,
        white_border=ground.border,
        subject_extent=ground.extent,
        notes=pixels.notes,
    )
