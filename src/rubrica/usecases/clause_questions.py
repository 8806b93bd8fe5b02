"""Questions about clauses of the guideline: asked and answered by everybody of a project, settled by a lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.text import check_text
from rubrica.records.models import Account, ClauseAnswer, ClauseQuestion, Project
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import come_back, lead_with_fewest, leads_of

MAX_TEXT: Final = 1_000
MOST_SHOWN: Final = 100
TIME_ALLOWED: Final = timedelta(days=7)
"""Until a question is to be settled."""


@dataclass(frozen=True, slots=True)
class AskedClause:
    """A question with its answers, oldest first."""

    question: ClauseQuestion
    answers: tuple[ClauseAnswer, ...]


@transaction.atomic
def ask_about_clause(account: Account, slug: str, clause: str, *, text: str, now: datetime) -> ClauseQuestion:
    """Ask about a clause of the guideline in force, or remark on it; the leads are told.

    Raises
    ------
    InvalidInputError
        There is no such clause, or the text is missing or too long.
    """
    access = open_project(account, slug, Permission.DISCUSS_EDGE_CASES)
    version = access.project.guideline
    found = Findings()
    said = check_text(text, "text", found, minimum=1, maximum=MAX_TEXT).strip()
    if version is None or clause not in parse_guideline(version.markdown).anchors:
        found.add("clause", f"is {quoted(clause[:40])}", "a clause of the guideline in force")
    if version is None or found:
        message = "Nothing was asked."
        raise InvalidInputError(message, found.problems)
    project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("organisation").get()
    question = ClauseQuestion.objects.create(
        project=project,
        guideline=version,
        clause=clause,
        author=account,
        text=said,
        at=now,
        owner=lead_with_fewest(project, ClauseQuestion),
        due_at=now + TIME_ALLOWED,
    )
    come_back("question", question, now=now)
    record("clause.asked", clause, at=now, actor=account, project=access.project)
    people = [lead for lead in leads_of(project) if lead != account]
    notify(people, Topic.CASE, access.project, f"{clause} was asked about: {said}", "guideline/#questions", now=now)
    return question


@transaction.atomic
def answer_clause_question(account: Account, slug: str, public_id: str, *, text: str, now: datetime) -> ClauseAnswer:
    """Say something in answer to a question; whoever asked is told.

    Raises
    ------
    NotFoundError
        There is no such question in the project.
    ConflictError
        It is settled.
    """
    access, question = _locked(account, slug, public_id)
    if question.settled_at is not None:
        message = "This question is settled. Ask anew if it is not."
        raise ConflictError(message)
    found = Findings()
    said = check_text(text, "text", found, minimum=1, maximum=MAX_TEXT).strip()
    if found:
        message = "Nothing was said."
        raise InvalidInputError(message, found.problems)
    answer = ClauseAnswer.objects.create(question=question, author=account, text=said, at=now)
    if question.author_id != account.pk:
        told = f"Your question about {question.clause} was answered: {said}"
        notify([question.author], Topic.CASE, access.project, told, "guideline/#questions", now=now)
    return answer


@transaction.atomic
def settle_clause_question(account: Account, slug: str, public_id: str, *, now: datetime) -> ClauseQuestion:
    """Put a question away: whoever asked it may, and who triages cases.

    Raises
    ------
    NotFoundError
        There is no such question that this person may settle.
    """
    access, question = _locked(account, slug, public_id)
    if question.author_id != account.pk:
        access.require(Permission.TRIAGE_EDGE_CASES)
    if question.settled_at is None:
        question.settled_at, question.settled_by = now, account
        question.owner = question.due_at = None
        question.save(update_fields=["settled_at", "settled_by", "owner", "due_at"])
        record("clause.settled", question.clause, at=now, actor=account, project=access.project)
    return question


def clause_questions(access: ProjectAccess) -> Sequence[AskedClause]:
    """Return the open questions about clauses, by clause, each with what was answered."""
    access.require(Permission.READ_GUIDELINE)
    questions = ClauseQuestion.objects.of(access.project).filter(settled_at=None).select_related("author", "owner")
    shown = list(questions.order_by("clause", "at", "pk")[:MOST_SHOWN])
    answers = ClauseAnswer.objects.of(access.project).filter(question__in=shown).select_related("author")
    given = list(answers.order_by("at", "pk"))
    return [AskedClause(row, tuple(each for each in given if each.question_id == row.pk)) for row in shown]


def _locked(account: Account, slug: str, public_id: str) -> tuple[ProjectAccess, ClauseQuestion]:
    access = open_project(account, slug, Permission.DISCUSS_EDGE_CASES)
    questions = ClauseQuestion.objects.of(access.project).select_for_update()
    question = questions.filter(public_id=public_id).first()
    if question is None:
        message = "There is no such question in this project."
        raise NotFoundError(message)
    return access, question
