"""The demo's pictures: real photographs, some of them spoilt in ways whose place, kind and severity are known.

Everything follows from the number of an item, so every demo shows the same pictures.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from rubrica.imaging.defects import CODES, CODES_OF_THINGS, Defect, DefectKind, plant
from rubrica.imaging.effects import ImageArray
from rubrica.imaging.ladders import LadderKind, degrade
from rubrica.imaging.photographs import Scene, scene, scenes

LONGEST_SIDE: Final = 768
QUALITY: Final = 95
ORIGINAL: Final = "studio-original"
MODELS: Final = ("birch-2", "cedar-1")
"""Names of two made-up models: the first spoils little, the second much."""

_STEP = 7
"""Items walk through the scenes in steps, so that neighbours in the queue differ."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of an item: its pixels, what is known to be wrong with it, and what it claims to be made by."""

    pixels: ImageArray
    defects: tuple[Defect, ...]
    model: str


def write_items(template: str, numbers: range, folder: Path) -> Path:
    """Write the pictures of a project's items and the manifest that names them; return the manifest."""
    make = {"ai-image-audit": _audited, "side-by-side": _compared, "technical-quality": _graded}[template]
    manifest = folder / "manifest.jsonl"
    with manifest.open("w", encoding="utf-8") as file:
        for number in numbers:
            shown, pictures = make(number)
            file.write(json.dumps(_row(number, shown, pictures, folder), ensure_ascii=False) + "\n")
    return manifest


def _row(number: int, shown: Scene, pictures: Sequence[Picture], folder: Path) -> dict[str, object]:
    columns = ("image",) if len(pictures) == 1 else ("image_a", "image_b")
    models = ("model",) if len(pictures) == 1 else ("model_a", "model_b")
    row: dict[str, object] = {"key": f"{number + 1:03}-{shown.name}", "prompt": shown.description}
    defects: list[dict[str, object]] = []
    for slot, (picture, column, model) in enumerate(zip(pictures, columns, models, strict=True)):
        name = f"{number + 1:03}{'ab'[slot] if len(pictures) > 1 else ''}.jpg"
        Image.fromarray(picture.pixels).save(folder / name, quality=QUALITY, subsampling=0)
        row |= {column: name, model: picture.model}
        defects += [defect.as_json(slot) for defect in picture.defects]
    row["metadata"] = {"photograph": shown.photograph, "credit": shown.credit, "licence": shown.licence}
    return {**row, "known_defects": defects}


def _audited(number: int) -> tuple[Scene, list[Picture]]:
    """Every fourth picture is as it was taken; the others carry one planted defect, every sixth two."""
    shown = _scene(number)
    picture = Picture(_pixels(shown.name), (), "")
    if number % 4 != 0:
        picture = _spoilt(picture, shown, number, severity=1 + number % 4)
    if number % 6 == 1:
        picture = _spoilt(picture, shown, number + 1_000, severity=1 + (number + 2) % 4)
    return shown, [picture]


def _compared(number: int) -> tuple[Scene, list[Picture]]:
    """Pairs of the original and one of two models, or of the two; each stands as often in either slot."""
    shown = _scene(number + 3)
    original = Picture(_pixels(shown.name), (), ORIGINAL)
    little = _spoilt(Picture(original.pixels, (), MODELS[0]), shown, number, severity=1 + number % 2)
    much = _spoilt(Picture(original.pixels, (), MODELS[1]), shown, number + 500, severity=3 + number % 2)
    pair = [[original, little], [original, much], [little, much]][number % 3]
    return shown, pair[::-1] if number // 3 % 2 else pair


def _graded(number: int) -> tuple[Scene, list[Picture]]:
    """Photographs on four ladders of five rungs: from untouched to bad."""
    shown = _scene(number + 5)
    kind = tuple(LadderKind)[number % len(LadderKind)]
    degraded = degrade(_pixels(shown.name), kind, (number * 3 + number // 4) % 5, seed=number)
    return shown, [Picture(degraded.image, (degraded.defect,) if degraded.defect else (), "")]


def _spoilt(picture: Picture, shown: Scene, number: int, *, severity: int) -> Picture:
    kind = tuple(DefectKind)[number % len(DefectKind)]
    code = (CODES if shown.living else CODES_OF_THINGS)[kind]
    planted = plant(picture.pixels, kind, seed=number, severity=severity, code=code)
    return Picture(planted.image, (*picture.defects, planted.defect), picture.model)


def _scene(number: int) -> Scene:
    known = scenes()
    return known[number * _STEP % len(known)]


@lru_cache(maxsize=64)
def _pixels(name: str) -> ImageArray:
    pixels = scene(name)
    longest = max(pixels.shape[:2])
    if longest <= LONGEST_SIDE:
        return pixels
    height, width = (round(side * LONGEST_SIDE / longest) for side in pixels.shape[:2])
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))
