"""Questions about clauses of the guideline: asked and answered by everybody of a project, settled by who may."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Line, Lines, PublicId, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.kit import clock
from rubrica.usecases import clause_questions
from rubrica.usecases.access import open_project
from rubrica.usecases.clause_questions import MAX_TEXT
from rubrica.usecases.pseudonyms import name_shown

router = Router(tags=["Guidelines"])


class ClauseAnswerDocument(BaseModel):
    """Something said in answer to a question."""

    author: str
    text: str
    at: datetime


class ClauseQuestionDocument(BaseModel):
    """What somebody asks about a clause, with what was answered."""

    id: str
    clause: str
    author: str
    text: str
    at: datetime
    answers: list[ClauseAnswerDocument] = Field(description="Oldest first.")


class ClauseQuestions(BaseModel):
    """Open questions, by clause."""

    questions: list[ClauseQuestionDocument]


class NewClauseQuestion(RequestBody):
    """What is not clear, or a remark."""

    clause: Line = Field(max_length=40, description="Anchor of the clause, in the guideline in force.")
    text: Lines = Field(min_length=1, max_length=MAX_TEXT)


class NewClauseAnswer(RequestBody):
    """What is said in answer."""

    text: Lines = Field(min_length=1, max_length=MAX_TEXT)


class AskedQuestion(BaseModel):
    """The question that was asked."""

    id: str


@router.get(
    "/projects/{slug:slug}/guideline/questions",
    operation_id="list_clause_questions",
    summary="List questions about clauses",
    response=answers({200: ClauseQuestions}, 403, 404),
)
def list_clause_questions(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the open questions about clauses, at most a hundred, by clause."""
    access = open_project(caller(request), slug)
    asked = clause_questions.clause_questions(access)
    return {
        "questions": [
            {
                "id": row.question.public_id,
                "clause": row.question.clause,
                "author": name_shown(access, row.question.author),
                "text": row.question.text,
                "at": row.question.at,
                "answers": [
                    {"author": name_shown(access, answer.author), "text": answer.text, "at": answer.at}
                    for answer in row.answers
                ],
            }
            for row in asked
        ]
    }


@router.post(
    "/projects/{slug:slug}/guideline/questions",
    operation_id="ask_about_clause",
    summary="Ask about a clause",
    response=answers_to_body({201: AskedQuestion}, 404),
)
def ask_about_clause(request: HttpRequest, slug: Slug, new: NewClauseQuestion) -> HttpResponse:
    """Ask about a clause of the guideline in force, or remark on it; the leads are told."""
    question = clause_questions.ask_about_clause(caller(request), slug, new.clause, text=new.text, now=clock.now())
    return json_response({"id": question.public_id}, status=201)


@router.post(
    "/projects/{slug:slug}/guideline/questions/{id:question_id}/answers",
    operation_id="answer_clause_question",
    summary="Answer a question about a clause",
    response=answers_to_body({204: None}, 404, 409),
)
def answer_clause_question(
    request: HttpRequest, slug: Slug, question_id: PublicId, new: NewClauseAnswer
) -> Status[None]:
    """Say something in answer to an open question; whoever asked is told."""
    clause_questions.answer_clause_question(caller(request), slug, question_id, text=new.text, now=clock.now())
    return Status(204, None)


@router.post(
    "/projects/{slug:slug}/guideline/questions/{id:question_id}/settle",
    operation_id="settle_clause_question",
    summary="Settle a question about a clause",
    response=answers({204: None}, 403, 404),
)
def settle_clause_question(request: HttpRequest, slug: Slug, question_id: PublicId) -> Status[None]:
    """Put a question away: whoever asked it may, and reviewers and leads."""
    clause_questions.settle_clause_question(caller(request), slug, question_id, now=clock.now())
    return Status(204, None)
