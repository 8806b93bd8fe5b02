"""What copies go through on their way: crops, turns, mirrors, compression, scaling and logos."""

import io
from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image, ImageDraw


def _cropped(image: Image.Image) -> Image.Image:
    """Take off 5 percent of each side's length, half of it at either end."""
    width, height = image.size
    left, top = round(0.025 * width), round(0.025 * height)
    return image.crop((left, top, width - left, height - top))


def _turned(image: Image.Image) -> Image.Image:
    """Turn by 3 degrees; the corners are black."""
    return image.rotate(3, Image.Resampling.BICUBIC)


def _mirrored(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _compressed(image: Image.Image) -> Image.Image:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=30)
    return Image.open(target)


def _halved(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.LANCZOS)


def _marked(image: Image.Image) -> Image.Image:
    """Put a white square with a red disc into the lower right corner, a fifth of the shorter side wide."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    side, margin = round(0.2 * min(image.size)), round(0.03 * min(image.size))
    left, top = image.width - margin - side, image.height - margin - side
    draw.rectangle((left, top, left + side, top + side), fill=(255, 255, 255))
    inset = side // 6
    draw.ellipse((left + inset, top + inset, left + side - inset, top + side - inset), fill=(220, 30, 30))
    return image


DISTORTIONS: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = {
    "crop of 5 %": _cropped,
    "turn of 3 degrees": _turned,
    "mirror": _mirrored,
    "JPEG at quality 30": _compressed,
    "half size": _halved,
    "logo in a corner": _marked,
}
