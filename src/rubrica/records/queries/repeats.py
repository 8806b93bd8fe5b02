"""What raters answered when they judged an item a second time, beside what they answered the first."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    repeats = Evaluation.objects.of(project).filter(is_current(until), assignment__is_repeat=True, guideline=version)
    repeated = set(repeats.values_list("item_id", "rater_id"))
    if not repeated:
        return
    # Matched here: a correlated subquery takes minutes over a few hundred rows where a database has no statistics yet.
    rows = (
        Rating.objects.of(project)
        .filter(
            is_current(until, "evaluation__"),
            evaluation__guideline=version,
            evaluation__item__in=repeats.values("item"),
        )
        .order_by("pk")
        .values_list(
            *("evaluation__item_id", "evaluation__rater_id", "evaluation__is_repeat"),
            *("evaluation__assignment__is_repeat", "criterion", "value", "score"),
        )
    )
    for item, rater, counts_apart, is_repeat, criterion, value, score in rows.iterator(chunk_size=10_000):
        # Gold and what was answered in attempts counts apart too, and is no repeat.
        if (item, rater) in repeated and counts_apart == is_repeat:
            yield AnswerRow(item, rater, is_repeat, criterion, value, score)
