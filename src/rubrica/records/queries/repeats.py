"""What raters answered when they judged an item a second time, beside what they answered the first."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from rubrica.records.models import Evaluation, GuidelineVersion, Project, Rating
from rubrica.records.queries.evaluations import is_current


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of a rater who judged an item twice: the first or the second one."""

    item: int
    rater: int
    is_repeat: bool
    criterion: str
    value: str
    score: float | None


def answers_given_twice(project: Project, version: GuidelineVersion, until: int | None = None) -> Iterator[AnswerRow]:
    """Yield the current answers, first and second, of whoever judged an item twice under one guideline version."""
    repeats = Evaluation.objects.of(project).filter(
        is_current(until),
        assignment__is_repeat=True,
        guideline=version,
        item=OuterRef("evaluation__item"),
        rater=OuterRef("evaluation__rater"),
    )
    rows = (
        Rating.objects.of(project)
        .filter(is_current(until, "evaluation__"), Exists(repeats), evaluation__guideline=version)
        .exclude(evaluation__is_repeat=True, evaluation__assignment__is_repeat=False)
        .order_by("pk")
        .values_list(
            *("evaluation__item_id", "evaluation__rater_id", "evaluation__is_repeat"), "criterion", "value", "score"
        )
    )
    for row in rows.iterator(chunk_size=10_000):
        yield AnswerRow(*row)
