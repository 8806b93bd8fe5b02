"""Defects planted into real photographs: gold whose place, kind and severity are known without asking anyone."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rubrica.imaging.effects import (
    ImageArray,
    blurred,
    centred_grid,
    compressed,
    noisy,
    swirled,
    tinted,
    to_pixels,
)

SEVERITIES = (1, 2, 3, 4)
"""1 found only on close inspection, 2 noticed in a normal look, 3 seen at first glance, 4 spoils the image."""


class DefectKind(StrEnum):
    """How the pixels are spoilt."""

    SWIRL = "swirl"
    CLONE = "clone"
    EXTRA = "extra"
    BLUR = "blur"
    JPEG = "jpeg"
    NOISE = "noise"
    COLOUR_CAST = "colour_cast"


CODES = {
    DefectKind.SWIRL: "ANAT.malformed",
    DefectKind.CLONE: "OBJ.duplicate",
    DefectKind.EXTRA: "ANAT.extra",
    DefectKind.BLUR: "TECH.blur",
    DefectKind.JPEG: "TECH.compression",
    DefectKind.NOISE: "TECH.noise",
    DefectKind.COLOUR_CAST: "TECH.colour_cast",
}
"""What a rater would call each kind, in the words of the shipped taxonomy."""

CODES_OF_THINGS = {**CODES, DefectKind.SWIRL: "OBJ.broken", DefectKind.EXTRA: "OBJ.duplicate"}
"""The same where no living thing is shown."""

_SIDE = {1: 0.13, 2: 0.19, 3: 0.27, 4: 0.38}
"""Side of the spoilt square as a share of the image's shorter side, by severity."""
_MIN_SIDE = 16
"""Smaller patches hold nothing that could be seen to be wrong, pixels."""
_CANDIDATES = 48
"""Places looked at before one is chosen."""


class ImageTooSmallError(ValueError):
    """The image, or the box, is too small to hold a defect anyone could see."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in normalised coordinates: 0 to 1 across the displayed image, origin at the top left."""

    x: float
    y: float
    width: float
    height: float

    def to_pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in pixels of an image of this size (right and bottom exclusive).

        Parameters
        ----------
        width, height
            Size of the image, pixels.

        Returns
        -------
        tuple of int
            Clipped to the image; at least one pixel on each side.
        """
        left = min(max(0, round(self.x * width)), width - 1)
        top = min(max(0, round(self.y * height)), height - 1)
        right = min(max(left + 1, round((self.x + self.width) * width)), width)
        bottom = min(max(top + 1, round((self.y + self.height) * height)), height)
        return left, top, right, bottom


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault that is known to be in an image.

    Attributes
    ----------
    kind
        How the pixels were spoilt.
    code
        Full code of the taxonomy, such as ``ANAT.malformed``.
    box
        Outside it no pixel was changed.
    severity
        1 to 4.
    """

    kind: str
    code: str
    box: Box
    severity: int

    def as_json(self, slot: int = 0) -> dict[str, object]:
        """Return the defect as stored with an item whose ``slot``-th image carries it."""
        return {
            "slot": slot,
            "kind": str(self.kind),
            "code": self.code,
            "box": asdict(self.box),
            "severity": self.severity,
        }


class Planted(NamedTuple):
    """A spoilt image and what is wrong with it."""

    image: ImageArray
    defect: Defect


def plant(
    image: ImageArray,
    kind: DefectKind | str,
    *,
    seed: int,
    severity: int = 2,
    box: Box | None = None,
    code: str | None = None,
) -> Planted:
    """Return the image with one local defect of known place, kind and severity.

    Parameters
    ----------
    image
        Shape ``(height, width, 3)``, 8-bit sRGB; both sides at least 64 pixels.
    kind
        What to do to the pixels.
    seed
        Decides place and details: the same arguments give the same image.
    severity
        1 to 4; larger is larger and stronger.
    box
        Where; by default a place that shows this kind of defect, of a size that suits the severity.
    code
        What to call it; by default `CODES`.

    Returns
    -------
    Planted
        A new array and the defect.

    Raises
    ------
    ImageTooSmallError
        The image is below 64 pixels, or the box below 16 pixels, on a side.
    ValueError
        Unknown kind or severity, or an array of another shape.
    """
    kind = DefectKind(kind)
    _check(image, severity)
    generator = np.random.default_rng([seed, list(DefectKind).index(kind), severity])
    height, width = image.shape[:2]
    if box is None:
        left, top, right, bottom = _place(image, kind, severity, generator)
    else:
        left, top, right, bottom = box.to_pixels(width, height)
    if min(right - left, bottom - top) < _MIN_SIDE:
        raise ImageTooSmallError(f"a defect needs at least {_MIN_SIDE} pixels on each side")
    region = _Region(left, top, right, bottom)
    patch = region.of(image)
    spoilt = _SPOILERS[kind](image, region, severity, generator)
    weight = _feather(*patch.shape[:2])
    result = image.copy()
    region.of(result)[...] = to_pixels(patch * (1.0 - weight) + spoilt * weight)
    place = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return Planted(result, Defect(kind.value, code or CODES[kind], place, severity))


_Sample = TypeVar("_Sample", np.uint8, np.float64)


class _Region(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    def of(self, image: NDArray[_Sample]) -> NDArray[_Sample]:
        return image[self.top : self.bottom, self.left : self.right]

    def distance(self, other: "_Region") -> float:
        return float(np.hypot(self.left - other.left, self.top - other.top))  # of two regions of one size

    def moved_to(self, left: int, top: int) -> "_Region":
        return _Region(left, top, left + self.right - self.left, top + self.bottom - self.top)


def _check(image: ImageArray, severity: int) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:  # noqa: PLR2004 - rows, columns, colours
        raise ValueError("an image is an 8-bit array of shape (height, width, 3)")
    if severity not in SEVERITIES:
        raise ValueError(f"severity is one of {SEVERITIES}")
    if min(image.shape[:2]) < 4 * _MIN_SIDE:
        raise ImageTooSmallError(f"an image needs at least {4 * _MIN_SIDE} pixels on each side")


# --- Where ---------------------------------------------------------------------------------------------------


def _place(image: ImageArray, kind: DefectKind, severity: int, generator: np.random.Generator) -> _Region:
    """Choose a square that shows the defect: a swirl needs structure, noise needs calm, a cast needs light."""
    height, width = image.shape[:2]
    side = max(_MIN_SIDE, round(_SIDE[severity] * min(height, width)))
    luma = image.mean(axis=2)
    places = _random_places(height, width, side, generator)
    suits = np.array([_suits(place.of(luma), kind) for place in places])
    best = np.argsort(-suits, kind="stable")[: _CANDIDATES // 8]
    return places[int(generator.choice(best))]


def _random_places(height: int, width: int, side: int, generator: np.random.Generator) -> list[_Region]:
    lefts = generator.integers(0, width - side + 1, _CANDIDATES)
    tops = generator.integers(0, height - side + 1, _CANDIDATES)
    return [
        _Region(int(left), int(top), int(left) + side, int(top) + side) for left, top in zip(lefts, tops, strict=True)
    ]


def _suits(luma: NDArray[np.float64], kind: DefectKind) -> float:
    light = float(np.median(luma))
    lit = min(light, 255.0 - light) / 128.0  # nothing shows in black shadows or blown highlights
    if kind is DefectKind.NOISE:
        return lit - _detail(luma) / 20.0
    if kind is DefectKind.COLOUR_CAST:
        return light / 255.0
    return _detail(luma) * (0.3 + lit)


def _detail(luma: NDArray[np.float64]) -> float:
    """Return how much the patch changes from one eighth of it to the next, grey levels."""
    height, width = (length // 8 * 8 for length in luma.shape)
    cells = luma[:height, :width].reshape(8, height // 8, 8, width // 8).mean(axis=(1, 3))
    steps = np.abs(np.diff(cells, axis=0)).mean() + np.abs(np.diff(cells, axis=1)).mean()
    return float(steps)


# --- What ----------------------------------------------------------------------------------------------------

_TURN = {1: 0.9, 2: 1.7, 3: 3.0, 4: 4.5}
_BLUR = {1: 0.035, 2: 0.055, 3: 0.09, 4: 0.14}
_QUALITY = {1: 11, 2: 6, 3: 3, 4: 1}
_NOISE = {1: 13.0, 2: 24.0, 3: 42.0, 4: 70.0}
_CAST = {1: 0.09, 2: 0.19, 3: 0.32, 4: 0.5}
_CASTS = ((1.0, 0.0, -1.0), (-1.0, 0.0, 1.0), (-0.6, 0.6, -0.6), (0.6, -0.6, 0.6))
"""Warm, cold, green and magenta light, as change of red, green and blue."""
_UNLIKE = {1: 0.0, 2: 0.35, 3: 0.75, 4: 1.0}
"""How unlike what it covers a cloned patch is, as a quantile among the places it may come from."""
_DISGUISE = {1: 1.5, 2: 0.6, 3: 0.2, 4: 0.0}
"""How much an extra part must resemble what it covers, against how much it should catch the eye."""


def _swirl(image: ImageArray, region: _Region, severity: int, generator: np.random.Generator) -> ImageArray:
    return swirled(region.of(image), float(generator.choice([-1.0, 1.0])) * _TURN[severity])


def _blur(image: ImageArray, region: _Region, severity: int, _: np.random.Generator) -> ImageArray:
    patch = region.of(image)
    return blurred(patch, _BLUR[severity] * min(patch.shape[:2]))


def _jpeg(image: ImageArray, region: _Region, severity: int, _: np.random.Generator) -> ImageArray:
    return compressed(region.of(image), _QUALITY[severity])


def _noise(image: ImageArray, region: _Region, severity: int, generator: np.random.Generator) -> ImageArray:
    return noisy(region.of(image), _NOISE[severity], generator)


def _colour_cast(image: ImageArray, region: _Region, severity: int, generator: np.random.Generator) -> ImageArray:
    red, green, blue = (1.0 + _CAST[severity] * change for change in generator.choice(_CASTS))
    return tinted(region.of(image), (red, green, blue))


def _clone(image: ImageArray, region: _Region, severity: int, generator: np.random.Generator) -> ImageArray:
    """Return a patch from elsewhere, the less like this one the more severe."""
    sources = _sources(image, region, generator)
    unlike = np.array([_difference(image, source, region) for source in sources])
    chosen = np.argsort(unlike, kind="stable")[round(_UNLIKE[severity] * (len(sources) - 1))]
    return sources[int(chosen)].of(image)


def _extra(image: ImageArray, region: _Region, severity: int, generator: np.random.Generator) -> ImageArray:
    """Return the most eye-catching part of the neighbourhood, mirrored: a second eye, a second handle."""
    luma = image.mean(axis=2)
    nearest = sorted(_sources(image, region, generator), key=region.distance)[: _CANDIDATES // 3]
    best = max(
        nearest,
        key=lambda source: _detail(source.of(luma)) - _DISGUISE[severity] * _difference(image, source, region) / 8,
    )
    return best.of(image)[:, ::-1]


def _difference(image: ImageArray, one: _Region, other: _Region) -> float:
    """Return the mean absolute difference of two regions of the same size, grey levels."""
    return float(np.abs(one.of(image).astype(np.int16) - other.of(image)).mean())


def _sources(image: ImageArray, region: _Region, generator: np.random.Generator) -> list[_Region]:
    """Return places of the same size, those that overlap the region last of all."""
    height, width = image.shape[:2]
    tall, wide = region.bottom - region.top, region.right - region.left
    lefts = generator.integers(0, width - wide + 1, _CANDIDATES)
    tops = generator.integers(0, height - tall + 1, _CANDIDATES)
    places = [region.moved_to(int(left), int(top)) for left, top in zip(lefts, tops, strict=True)]
    apart = [place for place in places if abs(place.left - region.left) >= wide or abs(place.top - region.top) >= tall]
    return apart or places


_SPOILERS: dict[DefectKind, Callable[[ImageArray, _Region, int, np.random.Generator], ImageArray]] = {
    DefectKind.SWIRL: _swirl,
    DefectKind.CLONE: _clone,
    DefectKind.EXTRA: _extra,
    DefectKind.BLUR: _blur,
    DefectKind.JPEG: _jpeg,
    DefectKind.NOISE: _noise,
    DefectKind.COLOUR_CAST: _colour_cast,
}


def _feather(height: int, width: int) -> NDArray[np.float64]:
    """Return weights that fade to nothing towards an ellipse, so that no straight edge gives the place away."""
    down, right = centred_grid(height, width)
    inside = np.clip((1.0 - np.hypot(down, right)) / 0.3, 0.0, 1.0)
    return (inside * inside * (3.0 - 2.0 * inside))[..., np.newaxis]
