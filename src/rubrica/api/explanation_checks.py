"""Checks of an explanation while it is written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import RequestBody, Slug
from rubrica.api.openapi import answers_to_body
from rubrica.domain.coach import FindingCode
from rubrica.usecases import explanation_checks
from rubrica.usecases.language import Reading

router = Router(tags=["Work"])


class ExplanationDraft(RequestBody):
    """An answer in the making. What cannot be read yet is left out of account, and nothing is refused for it."""

    answers: dict[str, Any] | None = Field(None, description="As in an Answer.")
    marks: list[Any] | None = Field(None, max_length=200, description="As in an Answer.")
    explanation: str = Field(max_length=10_000, description="The text so far.")
    version: int | None = Field(
        None, ge=1, le=999_999, description="Guideline version of the assignment, where it is not the one in force."
    )
    revised: str | None = Field(
        None, max_length=64, description="The evaluation that is being revised: its own words are no repetition."
    )


class FindingDocument(BaseModel):
    """One thing to look at."""

    code: FindingCode
    blocks: bool = Field(description="Whether the workbench holds the answer back for it.")
    message: str
    spans: list[tuple[int, int]] = Field(
        description="Places in the text, each start and end in code points; empty where it is about all of it."
    )
    suggestion: str | None = Field(description="What could stand in the place instead.")


class CheckedExplanation(BaseModel):
    """What was found."""

    findings: list[FindingDocument]
    language: Reading = Field(
        description="Whether spelling and grammar were read: not of a text in another language, nor while another text "
        "takes long, nor where the operator has switched it off."
    )


@router.post(
    "/projects/{slug:slug}/explanation-checks",
    operation_id="check_explanation",
    summary="Check an explanation",
    response=answers_to_body({200: CheckedExplanation}, 404, 409),
)
def check_explanation(request: HttpRequest, slug: Slug, draft: ExplanationDraft) -> HttpResponse:
    """Look through the explanation of an answer in the making; nothing is stored, and nobody is measured by it.

    Checked are presence, length, contradiction with the answers, place, link to the rubric, vagueness, repetition of
    the rater's own last 500 explanations, and of the first 2 000 characters spelling and grammar.
    """
    checked = explanation_checks.check_own_explanation(
        caller(request),
        slug,
        draft={"answers": draft.answers, "marks": draft.marks, "explanation": draft.explanation},
        version=draft.version,
        revised=draft.revised,
    )
    return json_response(
        {"findings": [finding.as_json() for finding in checked.findings], "language": checked.language}
    )
