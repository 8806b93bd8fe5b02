"""What raters said of items, side by side."""

from typing import Any, TypedDict

from rubrica.client.documents.values import Moment, Slot


class SaidMark(TypedDict):
    """A place where a rater saw an error, by item slot."""

    number: int
    image: Slot
    shape: str
    geometry: dict[str, Any]
    code: str
    part: str
    severity: int | None
    note: str
    missing: bool
    clause: str
    pair: int | None


class SaidDocument(TypedDict):
    """What one rater said of one item, by item slots: ``a`` is the first image, whatever side it was on."""

    evaluation: str
    rater: str
    guideline_version: int
    submitted_at: Moment
    answers: dict[str, int | str | list[str]]
    marks: list[SaidMark]
    explanation: str
    cannot_judge: str
