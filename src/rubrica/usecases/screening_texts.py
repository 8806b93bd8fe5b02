"""The writing task of a screening: shown, kept while it is written, and handed in for a person to score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.guideline import Clause, parse_guideline
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.writing_task import WritingTask, check_texts, read_task
from rubrica.records.models import Account, Application, ItemImage, Screening
from rubrica.records.retrying import retried
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.screening import finish_when_done, own_open_screening, own_stored_screening, questions_of


@dataclass(frozen=True, slots=True)
class OwnWriting:
    """The writing task of a screening with what was written so far.

    Attributes
    ----------
    prompts
        Each with the public ids of the images it shows, and the text so far.
    """

    screening: Screening
    task: WritingTask
    clauses: tuple[Clause, ...]
    prompts: tuple[tuple[str, tuple[str, ...], str], ...]


def own_writing(account: Account, public_id: str) -> OwnWriting:
    """Return the writing task of one's own screening.

    Raises
    ------
    NotFoundError
        There is none.
    """
    _application, screening = own_stored_screening(account, public_id)
    return writing_of(screening)


def writing_of(screening: Screening) -> OwnWriting:
    """Return the writing task of a screening with what was written so far.

    Raises
    ------
    NotFoundError
        There is none.
    """
    task = _task_of(screening)
    clauses = parse_guideline(screening.guideline.markdown).clause_of
    rows = ItemImage.objects.of(screening.guideline.project).filter(
        item__key__in=[prompt.item for prompt in task.prompts if prompt.item]
    )
    images: dict[str, list[str]] = {}
    for key, image in rows.order_by("slot").values_list("item__key", "image__public_id"):
        images.setdefault(key, []).append(image)
    texts = [*screening.texts, "", ""]
    return OwnWriting(
        screening,
        task,
        tuple(clauses[anchor] for anchor in task.clauses if anchor in clauses),
        tuple(
            (prompt.text, tuple(images.get(prompt.item, ())), str(texts[place]))
            for place, prompt in enumerate(task.prompts)
        ),
    )


def _task_of(screening: Screening) -> WritingTask:
    task = read_task(screening.writing)
    if task is None:
        message = "This screening has no writing task."
        raise NotFoundError(message)
    return task


@retried
@transaction.atomic
def save_texts(account: Account, public_id: str, texts: Sequence[object], *, now: datetime) -> tuple[Problem, ...]:
    """Keep the texts so far; what cannot be taken is named, and nothing of it kept.

    Raises
    ------
    ConflictError
        The screening is over, or the texts are handed in.
    """
    _application, screening = _unwritten(account, public_id, now=now)
    found = Findings()
    read = check_texts(texts, found, is_complete=False)
    if not found:
        screening.texts, screening.saved_at = read, now
        screening.save(update_fields=["texts", "saved_at"])
    return tuple(found.problems)


@retried
@transaction.atomic
def hand_in_texts(account: Account, public_id: str, texts: Sequence[object], *, now: datetime) -> Screening:
    """Hand in both texts; a person scores them.

    Raises
    ------
    InvalidInputError
        One is too short or cannot be taken; what can be taken is not lost, as it was kept while it was written.
    ConflictError
        The guideline is to be read first, the screening is over, or the texts are handed in.
    """
    application, screening = _unwritten(account, public_id, now=now)
    if any(not each.is_right for each in questions_of(screening)):
        message = "Read the guideline and answer the questions on it first."
        raise ConflictError(message)
    found = Findings()
    read = check_texts(texts, found, is_complete=True)
    if found:
        message = "The texts were not handed in."
        raise InvalidInputError(message, found.problems)
    screening.texts, screening.saved_at, screening.written_at = read, now, now
    screening.save(update_fields=["texts", "saved_at", "written_at"])
    finish_when_done(application, now=now)
    return screening


def _unwritten(account: Account, public_id: str, *, now: datetime) -> tuple[Application, Screening]:
    application, screening = own_open_screening(account, public_id, now=now)
    _task_of(screening)
    if screening.written_at is not None:
        message = "You have handed in your texts; they stay as they are."
        raise ConflictError(message)
    return application, screening


def forget_texts(account: Account) -> None:
    """Empty what somebody wrote whose account is deleted."""
    Screening.objects.of_account(account).update(texts=[])
