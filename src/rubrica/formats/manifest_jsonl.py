"""Manifests as JSONL: one JSON object a line, an item each."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import BinaryIO, Final

from rubrica.domain.problems import as_array, as_object, quoted
from rubrica.formats.manifest_row import BadRow, ManifestRow, checked_row, image_columns, model_columns
from rubrica.formats.strict_json import MalformedJsonError, loads

MAX_LINE_BYTES: Final = 1_000_000


def read(file: BinaryIO, images: int) -> Iterator[ManifestRow | BadRow]:
    """Read the objects as they are asked for. The file stands behind its byte order mark."""
    for line, text in _lines(file):
        if text is None:
            yield _refused(line, f"The line is longer than {MAX_LINE_BYTES} bytes. Shorten its metadata.")
        elif text.strip():
            yield _row(line, text, images)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number; one that is too long is passed over without being held: ``None``."""
    line = 0
    while text := file.readline(MAX_LINE_BYTES + 1):
        line += 1
        if len(text) <= MAX_LINE_BYTES or text.endswith(b"\n"):
            yield line, text
            continue
        while text and not text.endswith(b"\n"):
            text = file.readline(MAX_LINE_BYTES)
        yield line, None


def _row(line: int, text: bytes, images: int) -> ManifestRow | BadRow:
    try:
        value = loads(text, most_bytes=MAX_LINE_BYTES)
    except MalformedJsonError as error:
        return _refused(line, f"The line is not the JSON of one object: {error}. Correct it.")
    body = as_object(value)
    if body is None:
        example = '{"image": "a.jpg"}'
        return _refused(line, f"The line is {quoted(value)}. Write one JSON object a line, such as {example}.")
    row = checked_row(line, _spread(body, images), images)
    missing = [column for column in image_columns(images) if column not in body]
    nearest = get_close_matches(missing[0], list(body), n=1, cutoff=0.55) if missing else []
    if isinstance(row, BadRow) and nearest:
        return replace(row, reason=f"{row.reason} The nearest name is {quoted(nearest[0])}: rename it.")
    return row


def _spread(body: Mapping[str, object], images: int) -> Mapping[str, object]:
    """Return an object in which images and models that are given as lists stand under a name each."""
    for name, columns in (("images", image_columns(images)), ("models", model_columns(images))):
        listed = as_array(body.get(name))
        if images > 1 and listed is not None and len(listed) == images:
            rest = {key: value for key, value in body.items() if key != name}
            body = {**dict(zip(columns, listed, strict=True)), **rest}
    return body


def _refused(line: int, reason: str) -> BadRow:
    return BadRow(line, f"line {line}", "malformed-json", reason)
