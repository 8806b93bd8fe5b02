"""How parent and child talk: a length, a JSON document, then blobs whose lengths the document names.

JSON and plain bytes rather than pickle, because the child reads hostile files: whatever it answers is data
that the parent checks, never objects that the parent builds blindly.
"""

import json
import struct
from collections.abc import Sequence

from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import SAMPLE_BYTES, BadDescriptorError, read_descriptor
from rubrica.imaging.facts import Facts, Note, Renditions
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

LENGTH = struct.Struct(">Q")
READY = b"ready\n"
"""What the child says once its limits are up."""
MAX_DOCUMENT_BYTES = 100_000
VIEW_TYPES = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff"}
"""Media types a view may have, and how such a file begins."""
_ALWAYS = 4
"""Blobs of every answer: view, thumbnail, sample and descriptor; a fifth is the pyramid."""


class BadAnswerError(Exception):
    """The child answered something it never should: it is no longer trusted."""


def pack_renditions(renditions: Renditions) -> tuple[bytes, list[bytes]]:
    """Return the document and the blobs that carry a successful decoding."""
    blobs = [renditions.view, renditions.thumbnail, renditions.sample, renditions.descriptor]
    if renditions.pyramid is not None:
        blobs.append(renditions.pyramid)
    document = {
        "facts": renditions.facts.as_json(),
        "view_type": renditions.view_type,
        "view_width": renditions.view_width,
        "view_height": renditions.view_height,
    }
    return _document(document, blobs), blobs


def pack_refusal(refusal: ImageRefusedError) -> tuple[bytes, list[bytes]]:
    """Return the document (and no blobs) that carries a refusal."""
    return _document({"refused": refusal.code.value, "message": refusal.message}, []), []


def unpack(document: bytes) -> tuple[dict[str, object], list[int]]:
    """Return the child's document and the lengths of the blobs that follow it.

    Raises
    ------
    BadAnswerError
        It is not such a document.
    """
    try:
        answer = json.loads(document)
    except ValueError:
        raise BadAnswerError("not JSON") from None
    if not isinstance(answer, dict):
        raise BadAnswerError("not an object")
    lengths = answer.get("lengths")
    if not isinstance(lengths, list) or len(lengths) > _ALWAYS + 1 or not all(_is_count(length) for length in lengths):
        raise BadAnswerError("no lengths")
    return answer, lengths


def read_answer(answer: dict[str, object], blobs: Sequence[bytes], *, sha256: str, size: int) -> Renditions:
    """Return the renditions a child sent, after checking each value.

    Parameters
    ----------
    answer, blobs
        From `unpack` and the pipe.
    sha256, size
        Of the original, computed by the parent itself.

    Raises
    ------
    ImageRefusedError
        The child refused the image.
    BadAnswerError
        The answer is malformed.
    """
    if "refused" in answer:
        raise _refusal(answer)
    facts = answer.get("facts")
    view_type = answer.get("view_type")
    if not isinstance(facts, dict) or not isinstance(view_type, str) or view_type not in VIEW_TYPES:
        raise BadAnswerError("facts or media type")
    if len(blobs) < _ALWAYS:
        raise BadAnswerError("renditions are missing")
    view, thumbnail, sample, descriptor, *pyramid = blobs
    if not view.startswith(VIEW_TYPES[view_type]) or not thumbnail.startswith(b"RIFF") or len(sample) != SAMPLE_BYTES:
        raise BadAnswerError("renditions are not what they are said to be")
    _check_descriptor(descriptor)
    return Renditions(
        facts=_facts(facts, sha256, size),
        view=view,
        view_type=view_type,
        view_width=_positive(answer, "view_width"),
        view_height=_positive(answer, "view_height"),
        thumbnail=thumbnail,
        sample=sample,
        descriptor=descriptor,
        pyramid=pyramid[0] if pyramid else None,
    )


def _check_descriptor(descriptor: bytes) -> None:
    try:
        read_descriptor(descriptor, Classical.dimension)
    except BadDescriptorError:
        raise BadAnswerError("descriptor") from None


def _document(values: dict[str, object], blobs: Sequence[bytes]) -> bytes:
    return json.dumps({**values, "lengths": [len(blob) for blob in blobs]}, allow_nan=False).encode()


def _refusal(answer: dict[str, object]) -> ImageRefusedError:
    code, message = answer.get("refused"), answer.get("message")
    if not isinstance(code, str) or code not in set(RefusalCode) or not isinstance(message, str):
        raise BadAnswerError("refusal")
    return ImageRefusedError(RefusalCode(code), message)


def _facts(facts: dict[str, object], sha256: str, size: int) -> Facts:
    notes = facts.get("notes")
    if not isinstance(notes, list) or not all(isinstance(note, str) and note in set(Note) for note in notes):
        raise BadAnswerError("notes")
    return Facts(
        sha256=sha256,
        format=_text(facts, "format"),
        width=_positive(facts, "width"),
        height=_positive(facts, "height"),
        original_width=_positive(facts, "original_width"),
        original_height=_positive(facts, "original_height"),
        orientation=_positive(facts, "orientation"),
        mode=_text(facts, "mode"),
        bytes=size,
        frames=_positive(facts, "frames"),
        fingerprint=_text(facts, "fingerprint"),
        sharpness=_number(facts, "sharpness"),
        mean_luma=_number(facts, "mean_luma"),
        clipped=_number(facts, "clipped"),
        white_border=_number(facts, "white_border"),
        subject_extent=_number(facts, "subject_extent"),
        notes=tuple(Note(note) for note in notes),
    )


def _positive(values: dict[str, object], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadAnswerError(name)
    return value


def _number(values: dict[str, object], name: str) -> float:
    value = values.get(name)
    if not isinstance(value, float) or not 0 <= value < float("inf"):
        raise BadAnswerError(name)
    return value


def _text(values: dict[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value.isascii() or not 0 < len(value) <= 16:  # noqa: PLR2004 - the fingerprint is the longest
        raise BadAnswerError(name)
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
