"""What raters said of items, as data: answers by item slots, marks and reasons, under names that a reader may know."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rubrica.domain.answer import Answer
from rubrica.domain.blinding import Presentation, canonical
from rubrica.domain.conditions import AnswerValue
from rubrica.records.models import Evaluation, Mark
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.pseudonyms import name_shown


@dataclass(frozen=True, slots=True)
class Said:
    """What one rater said of one item. ``answers`` are by item slots: ``a`` is slot 0, whatever side it was on."""

    evaluation: Evaluation
    rater: str
    answers: Mapping[str, AnswerValue]
    marks: tuple[Mark, ...]


def said(access: ProjectAccess, evaluations: ScopedQuerySet[Evaluation]) -> list[Said]:
    """Return what evaluations say, in the order in which they were made. Who may see them, the caller has decided."""
    rows = list(evaluations.select_related("rater", "guideline").order_by("pk"))
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.of(access.project).filter(evaluation__in=rows).order_by("evaluation_id", "number"):
        marks[mark.evaluation_id].append(mark)
    return [Said(row, name_shown(access, row.rater), _answers(row), tuple(marks[row.pk])) for row in rows]


def _answers(row: Evaluation) -> Mapping[str, AnswerValue]:
    rubric = rubric_of_version(row.guideline_id, row.guideline_hash)
    stored = row.answer.get("answers") or {}
    shown = Answer({name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()})
    return canonical(rubric, shown, Presentation(tuple(row.presentation))).answers
