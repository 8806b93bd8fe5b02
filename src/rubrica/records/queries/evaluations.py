"""Evaluations in the order of their ids, with their ratings and marks, as they stood at one moment.

Facts are only ever appended, so "as they stood" needs no lock: it is every fact up to an id. On PostgreSQL an id can
become visible after a later one, hence the snapshot there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from rubrica.records.models import Evaluation, Mark, Project, Rating

EVALUATIONS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """One mark as it was stored."""

    number: int
    slot: int
    shape: str
    geometry: dict[str, object]
    code: str
    part: str
    severity: int | None
    note: str
    missing: bool
    clause: str
    pair: int | None


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """One current evaluation with its parts."""

    id: int
    public_id: str
    item: str
    item_key: str
    rater: str
    guideline_number: int
    guideline_hash: str
    image_sha256s: list[str]
    presentation: list[int]
    answer: dict[str, object]
    explanation: str
    cannot_judge: str
    active_ms: int | None
    body_sha256: str
    supersedes: str | None
    revision_reason: str
    taken_at: datetime
    submitted_at: datetime
    is_repeat: bool
    ratings: list[tuple[str, str, float | None]] = field(default_factory=list)
    marks: list[MarkFacts] = field(default_factory=list)


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every query inside see the same moment, without making any writer wait."""
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        # SQLite has one writer, so ids become visible in their order. Inside a transaction it is too late to ask.
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def is_current(until: int | None = None, path: str = "") -> Q:
    """Return the condition that an evaluation is current, now or when ``until`` was the newest id.

    ``path`` leads from the queried model to the evaluation, such as ``"evaluation__"``.
    """
    superseded = f"{path}superseded_by"
    if until is None:
        return Q(**{superseded: None})
    return Q(**{f"{path}pk__lte": until}) & (Q(**{superseded: None}) | Q(**{f"{superseded}__pk__gt": until}))


def is_counted(until: int | None = None, path: str = "") -> Q:
    """Return the condition that a current evaluation counts: a repeat says something of its rater, and nothing else."""
    return is_current(until, path) & Q(**{f"{path}is_repeat": False})


def last_evaluation_id(project: Project) -> int:
    """Return the id of the newest evaluation, 0 where there is none."""
    return Evaluation.objects.of(project).order_by("-pk").values_list("pk", flat=True).first() or 0


def superseded_count(project: Project, last_id: int) -> int:
    """Return how many evaluations up to ``last_id`` another one up to it has superseded."""
    return Evaluation.objects.of(project).filter(pk__lte=last_id, superseded_by__pk__lte=last_id).count()


def repeat_count(project: Project, last_id: int) -> int:
    """Return how many current repeats there are up to ``last_id``."""
    return Evaluation.objects.of(project).filter(is_current(last_id), is_repeat=True).count()


def evaluation_batches(project: Project, last_id: int) -> Iterator[Sequence[EvaluationRow]]:
    """Yield the evaluations that were current when ``last_id`` was the newest, never more than a batch in memory."""
    after = 0
    while batch := _batch(project, after, last_id):
        _add_parts(project, batch)
        yield batch
        after = batch[-1].id


def ratings_of_items(
    project: Project, first_item: int, last_item: int, last_id: int
) -> Iterator[tuple[int, int, str, str, float | None]]:
    """Yield item id, guideline number, criterion, value and score of the current ratings of a range of items."""
    rows = (
        Rating.objects.of(project)
        .filter(is_counted(last_id, "evaluation__"))
        .filter(evaluation__item_id__gte=first_item, evaluation__item_id__lte=last_item)
        .order_by("evaluation__item_id", "pk")
        .values_list("evaluation__item_id", "evaluation__guideline__number", "criterion", "value", "score")
    )
    yield from rows.iterator(chunk_size=10_000)


def judged_counts(
    project: Project, first_item: int, last_item: int, last_id: int
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, by item id and guideline number, how many current evaluations there are and how many of them judged."""
    rows = (
        Evaluation.objects.of(project)
        .filter(is_counted(last_id), item_id__gte=first_item, item_id__lte=last_item)
        .order_by()
        .values_list("item_id", "guideline__number")
        .annotate(evaluations=Count("pk"), judged=Count("pk", filter=Q(cannot_judge="")))
    )
    return {(item, number): (evaluations, judged) for item, number, evaluations, judged in rows}


def evaluations_of_versions(project: Project, last_id: int) -> dict[int, int]:
    """Return how many evaluations count under each guideline version, by its number."""
    rows = Evaluation.objects.of(project).filter(is_counted(last_id)).order_by().values_list("guideline__number")
    return dict(rows.annotate(evaluations=Count("pk")))


def _batch(project: Project, after: int, last_id: int) -> list[EvaluationRow]:
    rows = (
        Evaluation.objects.of(project)
        .filter(is_current(last_id), pk__gt=after)
        .order_by("pk")
        .values_list(
            "pk",
            "public_id",
            "item__public_id",
            "item__key",
            "rater__public_id",
            "guideline__number",
            "guideline_hash",
            "image_sha256s",
            "presentation",
            "answer",
            "explanation",
            "cannot_judge",
            "active_ms",
            "body_sha256",
            "supersedes__public_id",
            "revision_reason",
            "taken_at",
            "submitted_at",
            "is_repeat",
        )
    )
    return [EvaluationRow(*row) for row in rows[:EVALUATIONS_AT_ONCE]]


def _add_parts(project: Project, batch: Sequence[EvaluationRow]) -> None:
    row_of = {row.id: row for row in batch}
    within = Q(evaluation_id__gte=batch[0].id, evaluation_id__lte=batch[-1].id)
    ratings = Rating.objects.of(project).filter(within).order_by("pk")
    for evaluation, criterion, value, score in ratings.values_list("evaluation_id", "criterion", "value", "score"):
        if evaluation in row_of:
            row_of[evaluation].ratings.append((criterion, value, score))
    marks = Mark.objects.of(project).filter(within).order_by("evaluation_id", "number")
    columns = ("number", "slot", "shape", "geometry", "code", "part", "severity", "note", "missing", "clause", "pair")
    for evaluation, *facts in marks.values_list("evaluation_id", *columns):
        if evaluation in row_of:
            row_of[evaluation].marks.append(MarkFacts(*facts))
