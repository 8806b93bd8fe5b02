"""Puts a report together: loads the columns once, and has each part measured on its own."""

from collections.abc import Mapping

import numpy as np

from rubrica.domain.rubric import Rubric
from rubrica.records.models import Assignment, Evaluation, GuidelineVersion, Item, Project
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.queries.items import is_complete
from rubrica.records.queries.ratings import EvaluationColumns, RatingColumns, evaluation_columns, rating_columns
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases.reports.checked import measures_of
from rubrica.usecases.reports.criteria import Units, criterion_report
from rubrica.usecases.reports.marks import Marks
from rubrica.usecases.reports.pairs import pairs_reports
from rubrica.usecases.reports.raters import NameOf, people_of, rater_reports
from rubrica.usecases.reports.repeats import repeats_report
from rubrica.usecases.reports.values import Counts, CriterionReport, Report, ReportedGuideline

MIN_RATINGS_TO_COMPARE = 2


def assemble(project: Project, version: GuidelineVersion, *, called: NameOf, until: int | None = None) -> Report:
    """Return the report of one version, as it stood when ``until`` was the newest evaluation.

    ``called`` gives the name that a rater goes by.
    """
    rubric = rubric_of_version(version.pk, version.content_hash)
    evaluations = evaluation_columns(project, version, until)
    ratings = rating_columns(project, version, evaluations, until)
    people = people_of(project, evaluations.raters, called=called)
    marks = Marks(project, version, rubric, evaluations, until) if rubric.marks.shapes else None
    return Report(
        project=project.slug,
        name=project.name,
        unit=rubric.unit,
        guideline=ReportedGuideline(version.number, version.content_hash, version.pk == project.guideline_id),
        counts=_counts(project, version, evaluations),
        criteria=_criteria(project, rubric, evaluations, ratings),
        raters=rater_reports(rubric, evaluations, ratings, people, marks),
        marks=marks.report() if marks is not None else None,
        pairs=pairs_reports(project, rubric, evaluations, ratings),
        repeats=repeats_report(project, version, rubric, people, until),
    )


def criterion_reports(project: Project, version: GuidelineVersion, until: int) -> tuple[CriterionReport, ...]:
    """Return the agreement on each criterion of one version, and nothing else."""
    evaluations = evaluation_columns(project, version, until)
    ratings = rating_columns(project, version, evaluations, until)
    return _criteria(project, rubric_of_version(version.pk, version.content_hash), evaluations, ratings)


def _criteria(
    project: Project, rubric: Rubric, evaluations: EvaluationColumns, ratings: Mapping[str, RatingColumns]
) -> tuple[CriterionReport, ...]:
    asks_for_words = any(criterion.type == "words" for criterion in rubric.criteria)
    prompts = _prompts_of_judged(project, evaluations) if asks_for_words else {}
    units = Units(rubric.images, prompts, measures_of(project) if rubric.checked else {})
    return tuple(
        criterion_report(criterion, units, evaluations, ratings.get(criterion.id)) for criterion in rubric.criteria
    )


def _prompts_of_judged(project: Project, evaluations: EvaluationColumns) -> dict[int, str]:
    """Return the prompts of the items that somebody has judged, by item id."""
    judged = np.unique(evaluations.items[evaluations.is_judged])
    if not len(judged):
        return {}
    items = Item.objects.of(project).filter(pk__gte=int(judged[0]), pk__lte=int(judged[-1]), evaluation_count__gt=0)
    return dict(items.values_list("pk", "prompt"))


def _counts(project: Project, version: GuidelineVersion, evaluations: EvaluationColumns) -> Counts:
    items = Item.objects.of(project).filter(is_withdrawn=False)
    stored = Evaluation.objects.of(project).filter(is_repeat=False)
    _, judged = np.unique(evaluations.items[evaluations.is_judged], return_counts=True)
    return Counts(
        items=items.count(),
        items_complete=items.filter(is_complete()).count(),
        evaluations=len(evaluations.ids),
        doubled_items=int(np.count_nonzero(judged >= MIN_RATINGS_TO_COMPARE)),
        cannot_judge=int(np.count_nonzero(~evaluations.is_judged)),
        skipped=Assignment.objects.of(project).filter(state=AssignmentState.SKIPPED, is_repeat=False).count(),
        raters=len(np.unique(evaluations.raters)),
        superseded=stored.filter(guideline=version).exclude(superseded_by=None).count(),
        evaluations_of_other_versions=stored.exclude(guideline=version).filter(superseded_by=None).count(),
    )
