"""Ladders of whole-image degradation: the known order of quality that raters of technical quality must reproduce."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from rubrica.imaging.defects import WHOLE, Defect
from rubrica.imaging.effects import ImageArray, blurred, compressed, exposed, noisy

LEVELS = (0, 1, 2, 3, 4)
"""0 is the image itself; each next level is clearly worse than the one before."""

_REFERENCE_SIDE = 512
"""Blur is given for an image of this shorter side, pixels, and scaled with it: people judge the whole picture."""


class LadderKind(StrEnum):
    """What gets worse from level to level."""

    BLUR = "blur"
    NOISE = "noise"
    COMPRESSION = "compression"
    EXPOSURE = "exposure"


CODES = {
    LadderKind.BLUR: "TECH.blur",
    LadderKind.NOISE: "TECH.noise",
    LadderKind.COMPRESSION: "TECH.compression",
    LadderKind.EXPOSURE: "TECH.exposure",
}

_SIGMA = {1: 0.8, 2: 1.6, 3: 2.8, 4: 4.8}
_NOISE = {1: 7.0, 2: 15.0, 3: 28.0, 4: 48.0}
_QUALITY = {1: 35, 2: 17, 3: 9, 4: 4}
_STOPS = {1: 0.6, 2: 1.2, 3: 2.0, 4: 3.0}


class Degraded(NamedTuple):
    """A degraded image and its defect, which is None at level 0."""

    image: ImageArray
    defect: Defect | None


def degrade(image: ImageArray, kind: LadderKind | str, level: int, *, seed: int) -> Degraded:
    """Return the image on one rung of a ladder.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``, 8-bit sRGB.
    kind
        What gets worse.
    level
        0 (untouched) to 4 (bad); as severity this is the level itself.
    seed
        Decides the grain of noise, and whether exposure errs to dark or light; one seed gives one ladder.

    Returns
    -------
    Degraded
        A new array, and a defect that covers the whole image.

    Raises
    ------
    ValueError
        Unknown kind or level.
    """
    kind = LadderKind(kind)
    if level not in LEVELS:
        raise ValueError(f"level is one of {LEVELS}")
    if level == 0:
        return Degraded(image.copy(), None)
    generator = np.random.default_rng([seed, list(LadderKind).index(kind)])
    return Degraded(_worse(image, kind, level, generator), Defect(kind.value, CODES[kind], WHOLE, level))


def _worse(image: ImageArray, kind: LadderKind, level: int, generator: np.random.Generator) -> ImageArray:
    match kind:
        case LadderKind.BLUR:
            return blurred(image, _SIGMA[level] * min(image.shape[:2]) / _REFERENCE_SIDE)
        case LadderKind.NOISE:
            return noisy(image, _NOISE[level], generator)
        case LadderKind.COMPRESSION:
            return compressed(image, _QUALITY[level])
        case LadderKind.EXPOSURE:
            return exposed(image, float(generator.choice([-1.0, 1.0])) * _STOPS[level])
