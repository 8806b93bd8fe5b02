"""Guideline health: which questions and clauses raters disagree on, ask about and appeal against, and why.

Disagreement has three sources with three remedies: images that differ little (the item), habits of raters (calibrate
them), and rules that are read in different ways (change the rule). A generalisability study tells them apart.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.review import ReviewEvent, ReviewState
from rubrica.domain.verdict import BANDS
from rubrica.measure.variance.components import variance_components
from rubrica.records.models import ClauseQuestion, EdgeCase, GuidelineVersion, Mark, Project, Review, ReviewStep
from rubrica.records.queries.evaluations import is_counted, last_evaluation_id
from rubrica.records.queries.ratings import EvaluationColumns, RatingColumns, evaluation_columns, rating_columns
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases.reports.assembly import criterion_reports
from rubrica.usecases.reports.estimates import or_refusal
from rubrica.usecases.reports.raters import has_distances
from rubrica.usecases.reports.values import (
    AgreementChange,
    ClauseHealth,
    CriterionHealth,
    CriterionReport,
    Estimate,
    GuidelineHealth,
    ReportedGuideline,
    VarianceShares,
)
from rubrica.usecases.rulings import rulings_in_force

ENOUGH_RULINGS: Final = 3
"""Rulings on one clause from which the clause itself wants to say it."""
MOST_VERSIONS: Final = 6
"""Versions whose agreement is measured to compare: the newest."""
_ORDER: Final = {"look_at_guideline": 0, "watch": 1, "no_variation": 2, "too_few_items": 3, "healthy": 4}
_NO_SCALE: Final = "Shares of variance exist for scales and counts."
_NOT_RETURNED: Final = (ReviewState.PENDING, ReviewState.ACCEPTED)
"""Everything else was returned or adjudicated once, whatever became of it."""


def health_of(project: Project, version: GuidelineVersion) -> GuidelineHealth:
    """Return how the rules of one version fare, the most troubled first."""
    rubric = rubric_of_version(version.pk, version.content_hash)
    evaluations = evaluation_columns(project, version)
    ratings = rating_columns(project, version, evaluations)
    until = last_evaluation_id(project)
    reports = {report.id: report for report in criterion_reports(project, version, until)}
    counts = _Counts(project, version)
    criteria = [
        _criterion(criterion, reports[criterion.id], evaluations, ratings.get(criterion.id), counts)
        for criterion in rubric.criteria
    ]
    criteria.sort(key=_trouble)
    clauses = [
        counts.clause(clause.anchor, clause.title, [row.id for row in rubric.criteria if row.clause == clause.anchor])
        for clause in parse_guideline(version.markdown).clauses
    ]
    clauses.sort(key=lambda row: (-(row.cases + row.returned + row.appeals + row.rulings), row.anchor))
    return GuidelineHealth(
        project=project.slug,
        guideline=ReportedGuideline(version.number, version.content_hash, version.pk == project.guideline_id),
        criteria=tuple(criteria),
        clauses=tuple(clauses),
        changes=tuple(_changes(project, version, until)),
    )


class _Counts:
    """What was asked, ruled, returned, appealed and cited, by criterion and by clause."""

    def __init__(self, project: Project, version: GuidelineVersion) -> None:
        cases = EdgeCase.objects.of(project).filter(guideline=version).values_list("criterion", "clause")
        questions = ClauseQuestion.objects.of(project).filter(guideline=version).values_list("clause", flat=True)
        self._cases = Counter(criterion for criterion, _clause in cases)
        self._cases_on = Counter(clause for _criterion, clause in cases) + Counter(questions)
        rulings = rulings_in_force(project).values_list("criterion", "clause")
        self._rulings = Counter(criterion for criterion, _clause in rulings)
        self._rulings_on = Counter(clause for _criterion, clause in rulings)
        of_version = Review.objects.of(project).filter(evaluation__guideline=version)
        returned = of_version.exclude(state__in=_NOT_RETURNED).values_list("criterion", "clause")
        self._returned = Counter(criterion for criterion, _clause in returned)
        self._returned_on = Counter(clause for _criterion, clause in returned)
        steps = ReviewStep.objects.of(project).filter(event=ReviewEvent.APPEAL, review__in=of_version.values("pk"))
        appeals = steps.values_list("review__criterion", "review__clause")
        self._appeals = Counter(criterion for criterion, _clause in appeals)
        self._appeals_on = Counter(clause for _criterion, clause in appeals)
        marks = Mark.objects.of(project).filter(is_counted(None, "evaluation__"), evaluation__guideline=version)
        self._cited = Counter(marks.exclude(clause="").values_list("clause", flat=True))

    def criterion(self, name: str) -> tuple[int, int, int, int]:
        """Return cases, rulings, returned evaluations and appeals on a question."""
        return self._cases[name], self._rulings[name], self._returned[name], self._appeals[name]

    def clause(self, anchor: str, title: str, criteria: list[str]) -> ClauseHealth:
        """Return the same of a clause, with the questions that rest on it."""
        rulings = self._rulings_on[anchor]
        return ClauseHealth(
            anchor=anchor,
            title=title,
            criteria=tuple(criteria),
            cases=self._cases_on[anchor],
            rulings=rulings,
            returned=self._returned_on[anchor],
            appeals=self._appeals_on[anchor],
            cited=self._cited[anchor],
            wants_change=rulings >= ENOUGH_RULINGS,
        )


def _criterion(
    criterion: Criterion,
    report: CriterionReport,
    evaluations: EvaluationColumns,
    ratings: RatingColumns | None,
    counts: _Counts,
) -> CriterionHealth:
    cases, rulings, returned, appeals = counts.criterion(criterion.id)
    shares, refusal = _shares(criterion, evaluations, ratings)
    apart, together = _seconds(evaluations, ratings)
    return CriterionHealth(
        id=criterion.id,
        name=criterion.name,
        clause=criterion.clause or "",
        report=report,
        band=BANDS[criterion.kind].name,
        shares=shares,
        shares_refusal=refusal,
        seconds_apart=apart,
        seconds_together=together,
        cases=cases,
        rulings=rulings,
        returned=returned,
        appeals=appeals,
    )


def _trouble(row: CriterionHealth) -> tuple[int, int, float, str]:
    code = row.report.verdict.code if row.report.verdict is not None else "too_few_items"
    asked = row.cases + row.returned + row.appeals
    agreement = row.report.alpha.value if row.report.alpha is not None else 1.0
    return _ORDER[code], -asked, agreement, row.id


def _shares(
    criterion: Criterion, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> tuple[VarianceShares | None, str]:
    if ratings is None or not has_distances(criterion):
        return None, _NO_SCALE
    scored = np.isfinite(ratings.scores)
    rows = ratings.rows[scored]

    def measured() -> VarianceShares:
        found = variance_components(
            {"unit": evaluations.items[rows], "rater": evaluations.raters[rows]}, ratings.scores[scored]
        )
        by_name: Mapping[str, Estimate] = {
            name: Estimate(float(share), float(low), float(high))
            for name, share, low, high in zip(
                found.effects, found.share, found.share_low, found.share_high, strict=True
            )
        }
        return VarianceShares(by_name["unit"], by_name["rater"], by_name["unit × rater"])

    return or_refusal(measured)


def _seconds(evaluations: EvaluationColumns, ratings: RatingColumns | None) -> tuple[float | None, float | None]:
    """Return the median time at work on items where raters gave different answers, and where they gave the same."""
    if ratings is None:
        return None, None
    answers: defaultdict[int, list[str]] = defaultdict(list)
    times: defaultdict[int, list[int]] = defaultdict(list)
    for row, value in zip(ratings.rows.tolist(), ratings.values.tolist(), strict=True):
        item = int(evaluations.items[row])
        answers[item].append(value)
        if evaluations.active_ms[row] >= 0:
            times[item].append(int(evaluations.active_ms[row]))
    doubled = [item for item, given in answers.items() if len(given) > 1]
    apart = [time for item in doubled if len(set(answers[item])) > 1 for time in times[item]]
    together = [time for item in doubled if len(set(answers[item])) == 1 for time in times[item]]
    return (median(apart) / 1000 if apart else None), (median(together) / 1000 if together else None)


def _changes(project: Project, version: GuidelineVersion, until: int) -> list[AgreementChange]:
    """Return the agreement on each question under each version and under the one before, newest change first."""
    versions = list(
        GuidelineVersion.objects.of(project).filter(number__lte=version.number).defer("markdown").order_by("number")
    )
    by_version = {
        each.number: {row.id: row for row in criterion_reports(project, each, until)}
        for each in versions
        if each.number > version.number - MOST_VERSIONS
    }
    found = []
    for before, after in pairwise(versions):
        for name, report in by_version.get(after.number, {}).items():
            earlier = by_version.get(before.number, {}).get(name)
            if earlier is not None and (earlier.alpha is not None or report.alpha is not None):
                found.append(
                    AgreementChange(
                        version=after.number,
                        summary=after.summary,
                        published_at=after.published_at,
                        criterion=name,
                        name=report.name,
                        before=earlier.alpha,
                        after=report.alpha,
                    )
                )
    return found[::-1]
