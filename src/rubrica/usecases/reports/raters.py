"""Raters: how much each did, how fast, how far from the others, and how many planted defects they found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.rubric import Rubric
from rubrica.measure.opinion import mean as opinion
from rubrica.records.models import Account, Project
from rubrica.records.queries.ratings import EvaluationColumns, IntArray, RatingColumns
from rubrica.usecases.pseudonyms import pseudonym
from rubrica.usecases.reports.estimates import CONFIDENCE, or_refusal
from rubrica.usecases.reports.marks import Marks
from rubrica.usecases.reports.values import Estimate, RaterBias, RaterReport

_ALONE = "This rater shares fewer than two items with others, so there is nobody to compare with."
_NOBODY = "Nobody has answered this criterion yet."


NameOf = Callable[[Account], str]


@dataclass(frozen=True, slots=True)
class Person:
    """A rater as the report names them."""

    pseudonym: str
    name: str


def people_of(project: Project, raters: IntArray, *, called: NameOf) -> dict[int, Person]:
    """Return raters by account id; ``called`` gives the name that each goes by."""
    people = {}
    for account in Account.objects.filter(pk__in=np.unique(raters).tolist()).only("public_id", "name"):
        alias = pseudonym(project.pk, account.public_id)
        people[account.pk] = Person(alias, called(account))
    return people


def rater_reports(
    rubric: Rubric,
    evaluations: EvaluationColumns,
    ratings: Mapping[str, RatingColumns],
    people: Mapping[int, Person],
    marks: Marks | None,
) -> tuple[RaterReport, ...]:
    """Return one report a rater, in the order of their names; ``people`` is by rater id."""
    biases = {
        criterion.id: _Biases(evaluations, ratings.get(criterion.id))
        for criterion in rubric.criteria
        if has_distances(criterion)
    }
    reports = []
    for rater in np.unique(evaluations.raters).tolist():
        own = evaluations.raters == rater
        person = people[rater]
        score = marks.score_of(rater) if marks is not None else None
        reports.append(
            RaterReport(
                pseudonym=person.pseudonym,
                name=person.name,
                n=int(np.count_nonzero(own)),
                cannot_judge=int(np.count_nonzero(own & ~evaluations.is_judged)),
                median_active_seconds=_median_seconds(evaluations.active_ms[own]),
                bias=tuple(bias.of(criterion, rater) for criterion, bias in biases.items()),
                recall=score.recall if score else None,
                precision=score.precision if score else None,
            )
        )
    return tuple(sorted(reports, key=lambda report: (report.name.lower(), report.pseudonym)))


def has_distances(criterion: Criterion) -> bool:
    """Tell whether "one point higher" means something: on a scale, where options score, but not between two sides."""
    scored = any(option.score is not None for option in criterion.options)
    return criterion.type in {"scale", "count"} or (criterion.type == "choice" and scored and criterion.kind != "pair")


class _Biases:
    """Every rater's bias on one criterion."""

    def __init__(self, evaluations: EvaluationColumns, ratings: RatingColumns | None) -> None:
        self._found: dict[int, tuple[Estimate, int]] = {}
        self._refusal = _NOBODY
        if ratings is None:
            return
        scored = np.isfinite(ratings.scores)
        rows = ratings.rows[scored]
        units, raters = evaluations.items[rows], evaluations.raters[rows]
        measured, self._refusal = or_refusal(
            lambda: opinion.rater_bias(units, raters, ratings.scores[scored], CONFIDENCE)
        )
        if measured is None:
            return
        self._refusal = _ALONE
        columns = (measured.bias, measured.ci_low, measured.ci_high)
        for position, rater in enumerate(measured.raters.tolist()):
            estimate = Estimate(*(float(column[position]) for column in columns))
            self._found[rater] = (estimate, int(measured.n_ratings[position]))

    def of(self, criterion: str, rater: int) -> RaterBias:
        """Return one rater's bias, or why there is none."""
        if rater not in self._found:
            return RaterBias(criterion, None, 0, self._refusal)
        estimate, n = self._found[rater]
        return RaterBias(criterion, estimate, n, "")


def _median_seconds(active_ms: IntArray) -> float | None:
    said = active_ms[active_ms >= 0]
    return float(np.median(said)) / 1000 if len(said) else None
