"""Real photographs for the demo and for tests: those that scikit-image carries inside its own package.

Only pictures that scikit-image documents as CC0 or released into the public domain are listed; others of the
collection ("no known copyright restrictions", or nothing said) are left out, and so is a clock that is blurred
already.  The files are read from the installed package, so nothing is ever downloaded and the slow import of
scikit-image is not needed.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from rubrica.imaging.effects import ImageArray

CC0 = "CC0-1.0"
PUBLIC_DOMAIN = "Public domain"


class PhotographsMissingError(RuntimeError):
    """scikit-image, which carries the photographs, is not installed."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph as scikit-image carries it.

    Attributes
    ----------
    name
        Key, as in ``skimage.data``.
    file
        Name inside ``skimage/data``.
    licence
        ``CC0-1.0`` or ``Public domain``.
    credit
        Who made it.
    description
        One sentence that can serve as the prompt.
    living
        Whether a person or an animal is the subject, so that a spoilt part is a fault of anatomy.
    lettered
        Whether it shows lettering or a flag, which would be faults of their own when mirrored.
    """

    name: str
    file: str
    licence: str
    credit: str
    description: str
    living: bool = False
    lettered: bool = False


_PHOTOGRAPHS = (
    Photograph(
        "astronaut",
        "astronaut.png",
        PUBLIC_DOMAIN,
        "NASA",
        "Portrait of a smiling astronaut in an orange suit, with a flag and a model of the space shuttle",
        living=True,
        lettered=True,
    ),
    Photograph(
        "coffee",
        "coffee.png",
        CC0,
        "Rachel Michetti",
        "A cup of espresso on a red saucer with a spoon, on a wooden table",
    ),
    Photograph(
        "chelsea",
        "chelsea.png",
        CC0,
        "Stefan van der Walt",
        "Close-up of a tabby cat with green eyes",
        living=True,
    ),
    Photograph(
        "rocket",
        "rocket.jpg",
        PUBLIC_DOMAIN,
        "SpaceX",
        "A white rocket on its launch pad at dusk, between lattice towers and floodlights",
    ),
    Photograph(
        "camera",
        "camera.png",
        CC0,
        "Lav Varshney",
        "Black-and-white photograph of a man in a dark coat looking through a camera on a tripod",
        living=True,
    ),
    Photograph(
        "hubble_deep_field",
        "hubble_deep_field.jpg",
        PUBLIC_DOMAIN,
        "NASA, ESA",
        "Hundreds of distant galaxies of many colours against black space",
    ),
    Photograph(
        "retina",
        "retina.jpg",
        CC0,
        "Mikael Haggstrom",
        "The back of a healthy human left eye with its branching blood vessels",
        living=True,
    ),
    Photograph(
        "brick",
        "brick.png",
        CC0,
        "CC0 Textures",
        "Black-and-white photograph of a brick wall, seen at an angle",
    ),
    Photograph(
        "grass",
        "grass.png",
        CC0,
        "linolafett",
        "Black-and-white photograph of grass and small leaves from above",
    ),
    Photograph(
        "gravel",
        "gravel.png",
        CC0,
        "CC0 Textures",
        "Black-and-white photograph of sharp-edged gravel from above",
    ),
    Photograph(
        "cell",
        "cell.png",
        CC0,
        "Paul Mueller and others",
        "A single bright cell floating in saline, seen through a phase microscope",
        living=True,
    ),
)
_BY_NAME = {photograph.name: photograph for photograph in _PHOTOGRAPHS}


@dataclass(frozen=True, slots=True)
class Scene:
    """A crop of a photograph that stands on its own, upright or mirrored.

    Attributes
    ----------
    name
        Key, such as ``astronaut-portrait``.
    photograph
        Name of the photograph it is cut from.
    crop
        Left, top, right and bottom in pixels of the photograph (right and bottom exclusive), or None for all.
    mirrored
        Whether left and right are exchanged.
    description
        One sentence that can serve as the prompt.
    """

    name: str
    photograph: str
    crop: tuple[int, int, int, int] | None
    mirrored: bool
    description: str

    @property
    def licence(self) -> str:
        """Licence of the photograph."""
        return _BY_NAME[self.photograph].licence

    @property
    def credit(self) -> str:
        """Maker of the photograph."""
        return _BY_NAME[self.photograph].credit

    @property
    def living(self) -> bool:
        """Whether a person or an animal is the subject."""
        return _BY_NAME[self.photograph].living


_CROPS: tuple[tuple[str, str, tuple[int, int, int, int], str], ...] = (
    (
        "astronaut-portrait",
        "astronaut",
        (20, 0, 404, 400),
        "Head and shoulders of a smiling woman in an orange space suit",
    ),
    (
        "astronaut-suit",
        "astronaut",
        (60, 110, 512, 512),
        "An orange space suit with mission patches, and a black and white helmet in front",
    ),
    ("coffee-cup", "coffee", (130, 0, 540, 400), "An espresso in a white and red cup on a red saucer"),
    ("coffee-table", "coffee", (0, 16, 420, 400), "Part of a red saucer with a cup on a worn wooden table"),
    ("cat-eyes", "chelsea", (60, 0, 451, 300), "The face of a tabby cat with large green eyes and a red nose"),
    ("rocket-tower", "rocket", (120, 20, 520, 427), "A slim white rocket on its pad between two masts at dusk"),
    ("rocket-lights", "rocket", (0, 27, 400, 427), "A lattice tower and bright floodlights beside a rocket at dusk"),
    ("photographer", "camera", (0, 60, 400, 512), "A man in a long dark coat bends over a camera on a tripod"),
    ("skyline", "camera", (112, 40, 512, 440), "A photographer at work on a lawn before a distant skyline"),
    ("galaxies-west", "hubble_deep_field", (0, 0, 500, 500), "A field of small galaxies, some red and some blue"),
    ("galaxies-east", "hubble_deep_field", (500, 330, 1000, 872), "Galaxies and a few bright stars in black space"),
    (
        "retina-disc",
        "retina",
        (20, 400, 620, 1000),
        "Blood vessels that leave the bright optic disc on an orange ground",
    ),
    ("retina-macula", "retina", (450, 400, 1050, 1000), "A dark spot on an orange ground ringed by fine vessels"),
    ("retina-vessels", "retina", (350, 60, 950, 660), "Thick and thin blood vessels that fork on an orange ground"),
    ("bricks-close", "brick", (0, 100, 400, 512), "A close view of a brick wall in black and white"),
)


def photographs() -> tuple[Photograph, ...]:
    """Return what is known of each photograph, the most telling first.

    Returns
    -------
    tuple of Photograph
        Always in the same order.
    """
    return _PHOTOGRAPHS


def photograph(name: str) -> ImageArray:
    """Return the pixels of a photograph.

    Parameters
    ----------
    name
        As in `photographs`.

    Returns
    -------
    ImageArray
        Shape ``(height, width, 3)``, a new array; grey photographs have three equal channels.

    Raises
    ------
    KeyError
        There is no such photograph.
    PhotographsMissingError
        scikit-image is not installed.
    """
    with Image.open(_folder() / _BY_NAME[name].file) as image:
        return np.array(image.convert("RGB"))


def scenes() -> tuple[Scene, ...]:
    """Return distinct pictures made from the photographs: each whole, then crops, then these mirrored.

    Returns
    -------
    tuple of Scene
        Always in the same order; the longer side of each is at least 384 pixels.
    """
    upright = [
        Scene(whole.name, whole.name, None, mirrored=False, description=whole.description) for whole in _PHOTOGRAPHS
    ]
    upright += [Scene(name, source, crop, mirrored=False, description=text) for name, source, crop, text in _CROPS]
    mirrored = [
        Scene(f"{one.name}-mirrored", one.photograph, one.crop, mirrored=True, description=one.description)
        for one in upright
        if not _BY_NAME[one.photograph].lettered
    ]
    return (*upright, *mirrored)


def scene(name: str) -> ImageArray:
    """Return the pixels of a scene.

    Parameters
    ----------
    name
        As in `scenes`.

    Returns
    -------
    ImageArray
        Shape ``(height, width, 3)``, a new array.

    Raises
    ------
    KeyError
        There is no such scene.
    PhotographsMissingError
        scikit-image is not installed.
    """
    wanted = {each.name: each for each in scenes()}[name]
    pixels = photograph(wanted.photograph)
    if wanted.crop is not None:
        left, top, right, bottom = wanted.crop
        pixels = pixels[top:bottom, left:right]
    return np.ascontiguousarray(pixels[:, ::-1] if wanted.mirrored else pixels)


@cache
def _folder() -> Path:
    """Find the data inside the package without importing it, which would take most of a second."""
    found = find_spec("skimage")
    if found is None or found.origin is None:
        raise PhotographsMissingError("the demo photographs are part of scikit-image: install scikit-image")
    return Path(found.origin).parent / "data"
