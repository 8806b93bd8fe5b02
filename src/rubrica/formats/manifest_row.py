"""One row of a manifest: what it may say, and the checks that every row passes, however it was written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Final

from rubrica.domain.problems import Findings, Problem, ProblemsError, as_array, as_object, check_keys, quoted
from rubrica.domain.text import check_text, first_refused_character

JSON_COLUMNS: Final = frozenset({"metadata", "known_defects"})

MAX_IMAGE_NAME: Final = 1_000
MAX_KEY: Final = 200
MAX_PROMPT: Final = 20_000
MAX_MODEL: Final = 120
MAX_METADATA_ENTRIES: Final = 200
MAX_METADATA_NAME: Final = 200
MAX_METADATA_TEXT: Final = 20_000
MAX_METADATA_DEPTH: Final = 8
MAX_DEFECTS: Final = 100
LARGEST_INTEGER: Final = 2**53 - 1
"""Whole numbers beyond this are not the same number to every reader of JSON."""

_DEFECT_KEYS = frozenset({"slot", "kind", "code", "part", "box", "severity"})
_BOX_KEYS = ("x", "y", "width", "height")
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One item as a manifest describes it; text is checked, images are names that nobody has looked for yet.

    Attributes
    ----------
    line
        Line of the file where the row begins, from 1; ``None`` for an image that no manifest names.
    name
        What the row is called in messages: its images as written.
    images, models
        One entry for each image of the item; a model that is not said is ``""``.
    key
        The item's key, or ``""`` where the manifest gives none.
    metadata
        What other columns say: text from CSV, any JSON from JSONL.
    known_defects
        Planted defects by slot, kind, code, box and severity, and the part they are on where it is known.
    """

    line: int | None
    name: str
    images: tuple[str, ...]
    models: tuple[str, ...]
    key: str = ""
    prompt: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    known_defects: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, with a code for programs and a reason that tells a person what to do."""

    line: int | None
    name: str
    code: str
    reason: str


class ManifestInvalidError(ProblemsError):
    """A manifest cannot be used at all: its header is wrong, or it is no text."""


def image_columns(images: int) -> tuple[str, ...]:
    """Return the columns that name the images of an item: ``image``, or ``image_a``, ``image_b`` and so on."""
    return _by_slot("image", images)


def model_columns(images: int) -> tuple[str, ...]:
    """Return the columns that name what made the images."""
    return _by_slot("model", images)


def _by_slot(name: str, images: int) -> tuple[str, ...]:
    return (name,) if images == 1 else tuple(f"{name}_{slot}" for slot in ascii_lowercase[:images])


def known_columns(images: int) -> tuple[str, ...]:
    """Return the columns with a meaning of their own; all others are metadata."""
    return (*image_columns(images), "prompt", "key", *model_columns(images))


def checked_row(line: int, body: Mapping[str, object], images: int) -> ManifestRow | BadRow:
    """Return the row that ``body`` describes, or what is wrong with it.

    Parameters
    ----------
    line
        Where the row begins.
    body
        Columns by name. ``metadata`` and ``known_defects`` hold decoded JSON; unknown names are metadata.
    images
        How many images an item has.
    """
    found = Findings()
    columns = image_columns(images)
    name = " | ".join(_shortened(body.get(column)) for column in columns)
    row = ManifestRow(
        line=line,
        name=name,
        images=tuple(_image(body, column, found) for column in columns),
        models=tuple(_text(body, column, found, maximum=MAX_MODEL, one_line=True) for column in model_columns(images)),
        key=_text(body, "key", found, maximum=MAX_KEY, one_line=True).strip(),
        prompt=_text(body, "prompt", found, maximum=MAX_PROMPT, one_line=False),
        metadata=_metadata(body, images, found),
        known_defects=_defects(body.get("known_defects"), images=images, found=found),
    )
    return bad_row(line, name, found.problems) if found else row


def bad_row(line: int, name: str, problems: Sequence[Problem]) -> BadRow:
    """Return the refusal of a row for its problems."""
    return BadRow(line, name, "bad-row", "; ".join(str(problem) for problem in problems) + ". Correct the row.")


def _shortened(value: object) -> str:
    return value[:100] if isinstance(value, str) and first_refused_character(value) is None else quoted(value)


def _image(body: Mapping[str, object], column: str, found: Findings) -> str:
    value = body.get(column)
    if value is None or value == "":
        found.add(column, "is missing", "the path of an image file")
        return ""
    return check_text(value, column, found, maximum=MAX_IMAGE_NAME, minimum=1, one_line=True)


def _text(body: Mapping[str, object], column: str, found: Findings, *, maximum: int, one_line: bool) -> str:
    value = body.get(column)
    if value is None or value == "":
        return ""
    # Numbers are natural keys and model names in JSON; in CSV they are text anyway.
    text = str(value) if type(value) is int and abs(value) <= LARGEST_INTEGER else value
    if isinstance(text, str) and not one_line:
        text = text.replace("\r\n", "\n")
    return check_text(text, column, found, maximum=maximum, one_line=one_line)


def _metadata(body: Mapping[str, object], images: int, found: Findings) -> dict[str, object]:
    reserved = {*known_columns(images), *JSON_COLUMNS}
    metadata = {name: value for name, value in body.items() if name not in reserved}
    given = body.get("metadata")
    inner = {} if given is None else as_object(given)
    if inner is None:
        found.add("metadata", f"is {quoted(given)}", "an object")
        return {}
    for name, value in inner.items():
        if name in metadata:
            found.add(f"metadata.{name}", "is given twice, beside metadata and inside it", "one of the two")
        metadata[name] = value
    if len(metadata) > MAX_METADATA_ENTRIES:
        found.add("metadata", f"has {len(metadata)} entries", f"at most {MAX_METADATA_ENTRIES}")
        return {}
    for name, value in metadata.items():
        check_text(name, "a name in metadata", found, maximum=MAX_METADATA_NAME, minimum=1, one_line=True)
        _check_json(value, f"metadata.{name[:60]}", found, depth=1)
    return metadata


def _check_json(value: object, path: str, found: Findings, *, depth: int) -> None:
    """Note what could not be stored alike on every database, or read alike by every reader of JSON."""
    if isinstance(value, str):
        check_text(value.replace("\r\n", "\n"), path, found, maximum=MAX_METADATA_TEXT)
    elif isinstance(value, (list, dict)):
        _check_container(value, path, found, depth=depth)
    elif isinstance(value, float) and not math.isfinite(value):
        found.add(path, f"is {value}", "a finite number")
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        found.add(path, "is a whole number beyond 2**53", "a smaller number, or text")


def _check_container(value: list[object] | dict[str, object], path: str, found: Findings, *, depth: int) -> None:
    if depth > MAX_METADATA_DEPTH:
        found.add(path, f"is nested deeper than {MAX_METADATA_DEPTH}", "a flatter object")
        return
    if isinstance(value, dict):
        for name in value:
            check_text(name, path, found, maximum=MAX_METADATA_NAME, one_line=True)
    for entry in value.values() if isinstance(value, dict) else value:
        _check_json(entry, path, found, depth=depth + 1)


def _defects(value: object, *, images: int, found: Findings) -> list[dict[str, object]]:
    if value is None:
        return []
    entries = as_array(value)
    if entries is None or len(entries) > MAX_DEFECTS:
        found.add("known_defects", f"is {quoted(value)}", f"a list of at most {MAX_DEFECTS} defects")
        return []
    return [
        defect
        for position, entry in enumerate(entries)
        if (defect := _defect(entry, f"known_defects[{position}]", images, found)) is not None
    ]


def _defect(entry: object, path: str, images: int, found: Findings) -> dict[str, object] | None:
    body = as_object(entry)
    if body is None:
        found.add(path, f"is {quoted(entry)}", "an object with slot, kind, code, box and severity")
        return None
    check_keys(body, _DEFECT_KEYS, path, found)
    slot, severity = body.get("slot", 0), body.get("severity", 1)
    if type(slot) is not int or not 0 <= slot < images:
        found.add(f"{path}.slot", f"is {quoted(slot)}", "0" if images == 1 else f"0 to {images - 1}")
    if type(severity) is not int or not 1 <= severity <= 10:  # noqa: PLR2004  (as many as a rubric can have)
        found.add(f"{path}.severity", f"is {quoted(severity)}", "a whole number from 1 to 10")
    defect: dict[str, object] = {
        "slot": slot,
        "kind": check_text(body.get("kind", ""), f"{path}.kind", found, maximum=60, minimum=1, one_line=True),
        "code": check_text(body.get("code", ""), f"{path}.code", found, maximum=60, one_line=True),
        "box": _box(body.get("box"), f"{path}.box", found),
        "severity": severity,
    }
    if "part" in body:
        defect["part"] = check_text(body["part"], f"{path}.part", found, maximum=60, one_line=True)
    return defect


def _box(value: object, path: str, found: Findings) -> dict[str, float]:
    body = as_object(value)
    if body is None or set(body) != set(_BOX_KEYS):
        found.add(path, f"is {quoted(value)}", "an object with x, y, width and height")
        return {}
    sides: dict[str, float] = {}
    for key in _BOX_KEYS:
        side = body[key]
        if isinstance(side, bool) or not isinstance(side, (int, float)) or not 0 <= side <= 1:
            found.add(f"{path}.{key}", f"is {quoted(side)}", "a finite number from 0 to 1, as a share of the image")
            return {}
        sides[key] = float(side)
    if sides["x"] + sides["width"] > 1 + _ROUNDING or sides["y"] + sides["height"] > 1 + _ROUNDING:
        found.add(path, "reaches beyond the image", "a box inside the image")
    return sides
