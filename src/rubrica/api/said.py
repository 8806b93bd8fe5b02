"""What a rater said of an item, as the operations tell it that show raters side by side."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from rubrica.domain.mark import SLOTS, Slot
from rubrica.records.models import Mark
from rubrica.usecases.said import Said


class SaidMark(BaseModel):
    """A place where the rater saw an error."""

    number: int = Field(description="1, 2, … in the order of the answer; explanations cite it.")
    image: Slot = Field(description="The image of the item, by item slot.")
    shape: str
    geometry: dict[str, Any]
    code: str
    part: str
    severity: int | None
    note: str
    missing: bool
    clause: str
    pair: int | None


class SaidDocument(BaseModel):
    """What one rater said of one item, by item slots: `a` is the first image, whatever side it was on."""

    evaluation: str
    rater: str = Field(description="A pseudonym for those who may not know the name.")
    guideline_version: int
    submitted_at: datetime
    answers: dict[str, int | str | list[str]] = Field(description="By criterion, as in an Answer.")
    marks: list[SaidMark]
    explanation: str
    cannot_judge: str = Field(description="Code of the reason why it was not judged; empty where it was.")


def said_document(said: Said) -> dict[str, Any]:
    """Return a :class:`SaidDocument` as plain values."""
    return {
        "evaluation": said.evaluation.public_id,
        "rater": said.rater,
        "guideline_version": said.evaluation.guideline.number,
        "submitted_at": said.evaluation.submitted_at,
        "answers": said.answers,
        "marks": [_mark(mark) for mark in said.marks],
        "explanation": said.evaluation.explanation,
        "cannot_judge": said.evaluation.cannot_judge,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "number": mark.number,
        "image": SLOTS[mark.slot],
        "shape": mark.shape,
        "geometry": mark.geometry,
        "code": mark.code,
        "part": mark.part,
        "severity": mark.severity,
        "note": mark.note,
        "missing": mark.missing,
        "clause": mark.clause,
        "pair": mark.pair,
    }
