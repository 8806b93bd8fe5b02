"""What a calibration round brought: agreement on each question before and after the talk, and by how much it rose."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.measure.agreement.alpha import Level
from rubrica.measure.agreement.lift import agreement_lift
from rubrica.measure.regions.mark_agreement import mark_agreement
from rubrica.records.models import CalibrationRound, Evaluation, ItemImage, Mark, Project, Rating
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.reports.criteria import level_of
from rubrica.usecases.reports.estimates import CONFIDENCE, FloatArray, IntArray, alpha, or_refusal
from rubrica.usecases.reports.marks import region_of
from rubrica.usecases.reports.values import AlphaEstimate, Estimate, RoundCriterion, RoundResults
from rubrica.usecases.rounds import round_evaluations, shown_stages

_NOT_AGAIN: Final = "It was not judged again."
_NOT_COMPARED: Final = "Texts, words and orders are read side by side, not measured here."
_NO_MARKS: Final = "This rubric has no marks."

_Columns = tuple[IntArray, FloatArray]


def round_results(project: Project, row: CalibrationRound) -> RoundResults:
    """Return agreement before and after, question by question, and of the marks; of what is still blind, nothing."""
    rubric = parse_rubric(row.guideline.rubric)
    shown = shown_stages(row)
    stages = [
        round_evaluations(project, row, stage) if stage in shown else Evaluation.objects.of(project).none()
        for stage in (1, 2)
    ]
    answers = [_answers(project, stage) for stage in stages]
    judged = [sorted(stage.filter(cannot_judge="").values_list("item_id", "rater_id")) for stage in stages]
    criteria = [_criterion(criterion, answers, judged) for criterion in rubric.criteria]
    return RoundResults(tuple(criteria), *_marks(project, rubric, stages))


def _answers(
    project: Project, evaluations: ScopedQuerySet[Evaluation]
) -> Mapping[str, list[tuple[int, int, str, float | None]]]:
    found: defaultdict[str, list[tuple[int, int, str, float | None]]] = defaultdict(list)
    rows = Rating.objects.of(project).filter(evaluation__in=evaluations.values("pk")).order_by("pk")
    columns = ("criterion", "evaluation__item_id", "evaluation__rater_id", "value", "score")
    for criterion, item, rater, value, score in rows.values_list(*columns):
        found[criterion].append((item, rater, value, score))
    return found


def _criterion(
    criterion: Criterion,
    answers: Sequence[Mapping[str, list[tuple[int, int, str, float | None]]]],
    judged: Sequence[Sequence[tuple[int, int]]],
) -> RoundCriterion:
    if criterion.type in {"text", "words", "ranking", "best_worst"}:
        return RoundCriterion(criterion.id, criterion.name, None, None, None, _NOT_COMPARED)
    level = level_of(criterion)
    first, second = (
        _columns(criterion, stage.get(criterion.id, []), who) for stage, who in zip(answers, judged, strict=True)
    )
    before, refusal = _alpha(first, level)
    if not len(second[0]):
        return RoundCriterion(criterion.id, criterion.name, before, None, None, refusal or _NOT_AGAIN)
    after, refusal_after = _alpha(second, level)
    found, no_lift = or_refusal(lambda: agreement_lift(*first, *second, level=level, confidence=CONFIDENCE))
    lift = Estimate(found.lift, found.ci_low, found.ci_high) if found is not None else None
    return RoundCriterion(criterion.id, criterion.name, before, after, lift, refusal or refusal_after or no_lift)


def _alpha(columns: _Columns, level: Level) -> tuple[AlphaEstimate | None, str]:
    return alpha(*columns, level) if len(columns[0]) else (None, "Nobody has answered it.")


def _columns(
    criterion: Criterion, rows: Sequence[tuple[int, int, str, float | None]], judged: Sequence[tuple[int, int]]
) -> _Columns:
    """Return units and values; of ticks each option of each item is a question of its own."""
    if criterion.type == "ticks":
        ticked = {(item, rater, value) for item, rater, value, _score in rows}
        codes = [option.code for option in criterion.options]
        cells = [
            (item * len(codes) + place, float((item, rater, code) in ticked))
            for item, rater in judged
            for place, code in enumerate(codes)
        ]
    elif level_of(criterion) == "nominal":
        names = sorted({value for _item, _rater, value, _score in rows})
        cells = [(item, float(names.index(value))) for item, _rater, value, _score in rows]
    else:
        cells = [(item, score) for item, _rater, _value, score in rows if score is not None]
    return (
        np.array([unit for unit, _value in cells], dtype=np.int64),
        np.array([value for _unit, value in cells], dtype=np.float64),
    )


def _marks(
    project: Project, rubric: Rubric, stages: Sequence[ScopedQuerySet[Evaluation]]
) -> tuple[Estimate | None, Estimate | None, str]:
    """Return how far raters marked the same places, before and after."""
    if not rubric.marks.shapes:
        return None, None, _NO_MARKS
    (before, refusal), (after, _) = (_mark_agreement(project, stage) for stage in stages)
    return before, after, refusal


def _mark_agreement(project: Project, stage: ScopedQuerySet[Evaluation]) -> tuple[Estimate | None, str]:
    evaluations = list(stage.filter(cannot_judge="").order_by("pk").values_list("pk", "item_id"))
    if not evaluations:
        return None, _NOT_AGAIN
    marks: defaultdict[tuple[int, int], list[FloatArray]] = defaultdict(list)
    rows = Mark.objects.of(project).filter(evaluation__in=stage.values("pk")).order_by("pk")
    for evaluation, slot, shape, geometry in rows.values_list("evaluation_id", "slot", "shape", "geometry"):
        region = region_of(shape, geometry)
        if region is not None:
            marks[evaluation, slot].append(region)
    images = {
        (item, slot): (pk, width / height)
        for pk, item, slot, width, height in ItemImage.objects.of(project)
        .filter(item__in={item for _pk, item in evaluations})
        .values_list("pk", "item_id", "slot", "image__width", "image__height")
    }
    sets = [
        (image, marks.get((pk, slot), []), aspect)
        for pk, item in evaluations
        for (of, slot), (image, aspect) in images.items()
        if of == item
    ]
    found, refusal = or_refusal(
        lambda: mark_agreement(
            np.array([image for image, _marks, _aspect in sets], dtype=np.int64),
            [own for _image, own, _aspect in sets],
            aspects=np.array([aspect for _image, _marks, aspect in sets]),
            confidence=CONFIDENCE,
        )
    )
    return (Estimate(found.alpha, found.ci_low, found.ci_high) if found is not None else None), refusal
