"""The questions of an opening: written by those who lead the project, answered by those who apply."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rubrica.domain.application_form import Question, parse_questions, read_questions
from rubrica.domain.opening import OpeningState
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.records.models import Account, ApplicationForm, StoredOpening
from rubrica.usecases.access import open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError


def questions_of(opening: StoredOpening) -> tuple[Question, ...]:
    """Return what an opening asks those who apply; nothing where nobody has written a question."""
    form = ApplicationForm.objects.everywhere("the caller has the opening").filter(opening=opening).first()
    return read_questions(form.questions) if form is not None else ()


@transaction.atomic
def replace_questions(
    account: Account, slug: str, number: int, payload: object, *, now: datetime
) -> Sequence[Question]:
    """Ask other questions from now on. Whoever has submitted an application has answered those of that day.

    Raises
    ------
    InvalidInputError
        Something in them cannot be asked; every problem is named.
    ConflictError
        The opening is closed.
    """
    access = open_project(account, slug, Permission.MANAGE_OPENINGS)
    opening = StoredOpening.objects.of(access.project).select_for_update().filter(number=number).first()
    if opening is None:
        message = "There is no such opening in this project."
        raise NotFoundError(message)
    if opening.state == OpeningState.CLOSED:
        message = "This opening is closed: nobody can apply any more."
        raise ConflictError(message)
    found = Findings()
    questions = parse_questions(payload, found)
    if found:
        message = "The questions were not changed."
        raise InvalidInputError(message, found.problems)
    kept = {"questions": [question.as_json() for question in questions], "changed_at": now, "changed_by": account}
    ApplicationForm.objects.of(access.project).update_or_create(opening=opening, defaults=kept)
    record("opening.questions_changed", str(opening), at=now, actor=account, project=access.project)
    return questions
