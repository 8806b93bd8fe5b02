"""Calibration: each rater's habits against the others', criterion by criterion, and what came of marks and repeats.

The same numbers stand on the rater's own page and on the lead's. A signal is shown, and does nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.rubric import Rubric
from rubrica.measure.preference.choices import side_bias
from rubrica.records.models import Account, Evaluation, GuidelineVersion, Project
from rubrica.records.queries.ratings import (
    EvaluationColumns,
    IntArray,
    RatingColumns,
    evaluation_columns,
    rating_columns,
)
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases.reports.estimates import CONFIDENCE, or_refusal
from rubrica.usecases.reports.habits import Answers, Change, biases, changes, deciding, spreads
from rubrica.usecases.reports.kinds import Kinds
from rubrica.usecases.reports.marks import Marks
from rubrica.usecases.reports.raters import NameOf, Person, has_distances, people_of
from rubrica.usecases.reports.repeats import repeats_report
from rubrica.usecases.reports.values import (
    Calibration,
    CriterionHabits,
    Drift,
    Estimate,
    Habit,
    RaterCalibration,
    ReportedGuideline,
    SideHabit,
)

NO_SIDE: Final = 0.5
"""Share of preferences for the left image of somebody for whom sides do not matter."""
_NOT_ANSWERED = "This rater has not answered this criterion yet."
_NO_CHANGE = "No change shows."


def calibration_of(project: Project, version: GuidelineVersion, only: Account | None, *, called: NameOf) -> Calibration:
    """Return the habits of all raters, or of one, under a version.

    ``called`` gives the name that a rater goes by.
    """
    rubric = rubric_of_version(version.pk, version.content_hash)
    evaluations = evaluation_columns(project, version)
    guideline = ReportedGuideline(version.number, version.content_hash, version.pk == project.guideline_id)
    raters = np.unique(evaluations.raters)
    if only is not None:
        raters = raters[raters == only.pk]
    if not len(raters):
        return Calibration(project.slug, guideline, ())
    panel = _Panel(project, version, rubric, evaluations, raters)
    people = people_of(project, raters, called=called)
    rows = [panel.of(rater, people[rater]) for rater in raters.tolist()]
    return Calibration(project.slug, guideline, tuple(sorted(rows, key=lambda row: (row.name.lower(), row.pseudonym))))


class _Panel:
    """All that is measured of a project's raters, each of them against the others."""

    def __init__(
        self,
        project: Project,
        version: GuidelineVersion,
        rubric: Rubric,
        evaluations: EvaluationColumns,
        raters: IntArray,
    ) -> None:
        self._evaluations = evaluations
        ratings = rating_columns(project, version, evaluations)
        scaled = [criterion for criterion in rubric.criteria if has_distances(criterion)]
        sided = [criterion for criterion in rubric.criteria if criterion.kind == "pair"]
        # Level, use of the scale and change of each scale; the side of each comparison.
        self._tests = 3 * len(scaled) + len(sided)
        past = _Past(project, version, scaled, (evaluations, ratings))
        self._habits = [
            _Habits(criterion, _answers(evaluations, ratings.get(criterion.id)), past, raters, self._tests)
            for criterion in scaled
        ]
        self._sides = [(criterion, ratings.get(criterion.id)) for criterion in sided]
        self._kinds = Kinds(project, version, rubric, evaluations) if rubric.marks.shapes else None
        self._marks = Marks(project, version, rubric, evaluations) if rubric.marks.shapes else None
        everybody = {rater: Person(str(rater), str(rater)) for rater in np.unique(evaluations.raters).tolist()}
        repeats = repeats_report(project, version, rubric, everybody)
        self._repeats = {row.name: row for row in repeats.raters} if repeats is not None else {}

    def of(self, rater: int, person: Person) -> RaterCalibration:
        """Return everything about one rater."""
        repeated = self._repeats.get(str(rater))
        score = self._marks.score_of(rater) if self._marks is not None else None
        kinds, kinds_refusal = self._kinds.of(rater) if self._kinds is not None else ((), "")
        return RaterCalibration(
            pseudonym=person.pseudonym,
            name=person.name,
            n=int(np.count_nonzero(self._evaluations.raters == rater)),
            criteria=tuple(habits.of(rater) for habits in self._habits),
            sides=tuple(self._side(criterion, ratings, rater) for criterion, ratings in self._sides),
            kinds=kinds,
            kinds_refusal=kinds_refusal,
            n_repeats=repeated.n_repeats if repeated else 0,
            same_again=repeated.exact if repeated else None,
            recall=score.recall if score else None,
            precision=score.precision if score else None,
        )

    def _side(self, criterion: Criterion, ratings: RatingColumns | None, rater: int) -> SideHabit:
        if ratings is None:
            return SideHabit(criterion.id, criterion.name, Habit(None, 0, _NOT_ANSWERED, is_signal=False))
        own = np.isfinite(ratings.scores) & (self._evaluations.raters[ratings.rows] == rater)
        mirrored = self._evaluations.is_mirrored[ratings.rows[own]]
        shown = np.where(mirrored, -ratings.scores[own], ratings.scores[own])
        found, refusal = or_refusal(lambda: side_bias(shown, CONFIDENCE))
        decides, _ = or_refusal(lambda: side_bias(shown, deciding(self._tests)))
        if found is None or decides is None:
            return SideHabit(criterion.id, criterion.name, Habit(None, 0, refusal, is_signal=False))
        estimate = Estimate(found.left_share, found.ci_low, found.ci_high)
        is_signal = not decides.ci_low <= NO_SIDE <= decides.ci_high
        return SideHabit(criterion.id, criterion.name, Habit(estimate, found.left + found.right, "", is_signal))


def _answers(evaluations: EvaluationColumns, ratings: RatingColumns | None) -> Answers | None:
    if ratings is None:
        return None
    scored = np.isfinite(ratings.scores)
    rows = ratings.rows[scored]
    if not len(rows):
        return None
    return Answers(evaluations.items[rows], evaluations.raters[rows], ratings.scores[scored], evaluations.ids[rows])


class _Past:
    """Answers under a version and under those before it, as far as they asked a criterion on the same scale.

    A unit is an item under one version: nobody is compared with what others said under other rules.
    """

    def __init__(
        self,
        project: Project,
        version: GuidelineVersion,
        criteria: Sequence[Criterion],
        present: tuple[EvaluationColumns, Mapping[str, RatingColumns]],
    ) -> None:
        self._project = project
        self._number_of: dict[int, int] = {}
        self._parts: defaultdict[str, list[Answers]] = defaultdict(list)
        versions = GuidelineVersion.objects.of(project).filter(number__lte=version.number).order_by("number")
        for earlier in versions.defer("markdown", "rubric"):
            if earlier.pk == version.pk:
                evaluations, ratings = present
            else:
                evaluations = evaluation_columns(project, earlier)
                ratings = rating_columns(project, earlier, evaluations)
            asked = rubric_of_version(earlier.pk, earlier.content_hash).criterion_of
            self._number_of.update(dict.fromkeys(evaluations.ids.tolist(), earlier.number))
            for criterion in criteria:
                answers = _answers(evaluations, ratings.get(criterion.id))
                if answers is not None and _same_scale(asked[criterion.id], criterion):
                    units = answers.units * (version.number + 1) + earlier.number
                    self._parts[criterion.id].append(replace(answers, units=units))

    def answers(self, criterion: str) -> Answers | None:
        """Return all answers to a criterion, in the order of versions; None where there are none."""
        parts = self._parts[criterion]
        if not parts:
            return None
        return Answers(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Answers)))

    def number_of(self, evaluation: int) -> int:
        """Return the number of the version under which an evaluation was made."""
        return self._number_of[evaluation]

    def moment_of(self, evaluation: int) -> datetime:
        """Return when an evaluation was made."""
        found: datetime = Evaluation.objects.of(self._project).values_list("submitted_at", flat=True).get(pk=evaluation)
        return found


def _same_scale(one: Criterion, other: Criterion) -> bool:
    return _scale(one) == _scale(other)


def _scale(criterion: Criterion) -> tuple[object, ...]:
    options = tuple((option.code, option.score) for option in criterion.options)
    return (criterion.type, tuple(level.value for level in criterion.levels), options)


class _Habits:
    """Everybody's habits on one criterion."""

    def __init__(
        self, criterion: Criterion, answers: Answers | None, past: _Past, raters: IntArray, tests: int
    ) -> None:
        self._criterion = criterion
        self._past = past
        earlier = past.answers(criterion.id)
        none: tuple[dict[int, Habit], str] = ({}, _NOT_ANSWERED)
        self._bias, self._no_bias = biases(answers, tests) if answers is not None else none
        self._spread, self._no_spread = spreads(answers, tests) if answers is not None else none
        self._change: dict[int, Change] = {}
        self._no_change = _NOT_ANSWERED
        if earlier is not None:
            self._change, self._no_change = changes(earlier, raters, tests)

    def of(self, rater: int) -> CriterionHabits:
        """Return what shows of one rater."""
        return CriterionHabits(
            criterion=self._criterion.id,
            name=self._criterion.name,
            bias=self._bias.get(rater) or Habit(None, 0, self._no_bias, is_signal=False),
            spread=self._spread.get(rater) or Habit(None, 0, self._no_spread, is_signal=False),
            drift=self._drift(self._change.get(rater)),
        )

    def _drift(self, change: Change | None) -> Drift:
        if change is None:
            return Drift(Habit(None, 0, self._no_change, is_signal=False), None, None, (), 0.0, ())
        numbers = [self._past.number_of(evaluation) for evaluation in change.times]
        line = tuple(round(float(value), 3) for value in change.chart.statistic)
        limit = round(float(change.chart.limit), 3)
        starts = tuple(
            (place, number) for place, number in enumerate(numbers) if place and number != numbers[place - 1]
        )
        if change.habit.estimate is None:
            return Drift(replace(change.habit, refusal=_NO_CHANGE), None, None, line, limit, starts)
        since, number = self._past.moment_of(change.since), self._past.number_of(change.since)
        return Drift(change.habit, since, number, line, limit, starts)
