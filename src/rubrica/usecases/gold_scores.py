"""What was answered to gold, against what is right; and how the gold fares by that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from rubrica.domain.allocation import FIRST_ATTEMPT_PASS, GOLD_PASS
from rubrica.domain.gold import MARKS, GoldSource, Scores, Tally, added, in_words, overall, score
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.records.models import Evaluation, Gold, Mark, Project, Rating
from rubrica.records.queries.items import first_images
from rubrica.records.queries.marks import MarkRow, images_by_slot
from rubrica.records.queries.rubrics import rubric_of, rubric_of_version
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.gold import gold_in_force, plan_of

FEWEST_ANSWERS: Final = 5
"""Answers of good raters below which a gold item is not called disputed."""
GOOD: Final = 0.7
"""Share of right answers, on the other gold items, from which a rater is a good one."""

Given = Mapping[str, tuple[str, float | None]]
"""One person's answers to an item as (value, score), by criterion."""


@dataclass(frozen=True, slots=True)
class Missed:
    """One answer that was not the right one, in words."""

    criterion: str
    given: str
    right: str


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """What one person answered to one gold item, against the right answers."""

    gold: Gold
    rater: int
    pass_number: int
    evaluation: str
    image: str
    scores: Scores
    missed: tuple[Missed, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class GoldHealth:
    """A gold item in force, and how it fares.

    ``is_disputed`` says that most of the raters who are good on the other gold items miss this one.
    """

    gold: Gold
    image: str
    tally: Tally
    good_raters: int
    good_raters_right: int
    is_disputed: bool
    in_words: tuple[tuple[str, str], ...]


def scored_items(project: Project, which: Q | None = None) -> list[ScoredItem]:
    """Return what was answered to gold as gold, against what is right, oldest first; all of it, or ``which``.

    Only what was asked as gold counts: what a rater had said of an item before it became gold may be why it did.
    """
    of_item: defaultdict[int, list[Gold]] = defaultdict(list)
    for known in Gold.objects.of(project).filter(voided_at=None).select_related("item", "guideline", "ended_by"):
        of_item[known.item_id].append(known)
    if not of_item:
        return []
    apart = Q(assignment__pass_number=GOLD_PASS) | Q(assignment__pass_number__gte=FIRST_ATTEMPT_PASS)
    rows = Evaluation.objects.of(project).filter(apart, superseded_by=None, item__in=of_item)
    asked = rows.filter(which) if which is not None else rows
    evaluations = [
        (row, gold)
        for row in asked.select_related("guideline", "assignment").defer("guideline__markdown").order_by("pk")
        if (gold := _gold_under(of_item[row.item_id], row.guideline.number)) is not None
    ]
    given = _given(project, [row.pk for row, _gold in evaluations])
    found = _planted_found(project, [(row, gold) for row, gold in evaluations if gold.source == GoldSource.PLANTED])
    tolerances = plan_of(project).tolerances
    images = first_images(project, of_item.keys())
    scored = []
    for row, gold in evaluations:
        rubric = rubric_of_version(row.guideline_id, row.guideline.content_hash)
        scores = score(rubric, gold.answers, given[row.pk], tolerances)
        if row.pk in found:
            scores[MARKS] = found[row.pk]
        scored.append(
            ScoredItem(
                gold=gold,
                rater=row.rater_id,
                pass_number=row.assignment.pass_number,
                evaluation=row.public_id,
                image=images.get(gold.item_id, ""),
                scores=scores,
                missed=_missed(rubric, gold, given[row.pk], scores),
                at=row.submitted_at,
            )
        )
    return scored


def _gold_under(golds: Sequence[Gold], version: int) -> Gold | None:
    """Return the gold of an item that holds under a version of the guideline."""
    for gold in golds:
        if gold.guideline.number <= version and (gold.ended_by is None or version < gold.ended_by.number):
            return gold
    return None


def _given(project: Project, evaluations: Sequence[int]) -> Mapping[int, Given]:
    given: defaultdict[int, dict[str, tuple[str, float | None]]] = defaultdict(dict)
    ratings = Rating.objects.of(project).filter(evaluation__in=evaluations)
    for evaluation, criterion, value, level in ratings.values_list("evaluation", "criterion", "value", "score"):
        given[evaluation][criterion] = (value, level)
    return given


def _planted_found(project: Project, evaluations: Sequence[tuple[Evaluation, Gold]]) -> dict[int, Tally]:
    """Return how many of the planted faults each of these evaluations found, by its row id."""
    if not evaluations:
        return {}
    from rubrica.usecases.reports.marks import defects_found  # noqa: PLC0415  (slow import)

    marks: defaultdict[int, list[MarkRow]] = defaultdict(list)
    rows = Mark.objects.of(project).filter(evaluation__in=[row.pk for row, _gold in evaluations]).order_by("number")
    for row in rows.values_list("evaluation_id", "slot", "shape", "geometry", "code", "severity"):
        marks[row[0]].append(MarkRow(*row))
    images = images_by_slot(project, {gold.item_id for _row, gold in evaluations})
    return {
        row.pk: Tally(
            *defects_found(
                rubric_of_version(row.guideline_id, row.guideline.content_hash),
                marks[row.pk],
                gold.item.known_defects,
                images[gold.item_id],
            )
        )
        for row, gold in evaluations
    }


def _missed(rubric: Rubric, gold: Gold, given: Given, scores: Scores) -> tuple[Missed, ...]:
    missed = [
        Missed(
            criterion=rubric.criterion_of[name].name,
            given=rubric.criterion_of[name].answer_in_words(given[name][0]) if name in given else "no answer",
            right=rubric.criterion_of[name].answer_in_words(gold.answers[name]),
        )
        for name, tally in scores.items()
        if name != MARKS and tally.right < tally.n
    ]
    marks = scores.get(MARKS)
    if marks is not None and marks.right < marks.n:
        missed.append(Missed("Marks", f"{marks.right} planted faults found", f"{marks.n} planted faults"))
    return tuple(missed)


def gold_health(access: ProjectAccess) -> list[GoldHealth]:
    """Return the gold in force with how it fares, the disputed first."""
    access.require(Permission.MANAGE_GOLD)
    project = access.project
    rows = scored_items(project)
    by_gold: defaultdict[int, list[ScoredItem]] = defaultdict(list)
    by_rater: defaultdict[int, list[ScoredItem]] = defaultdict(list)
    for row in rows:
        by_gold[row.gold.pk].append(row)
        by_rater[row.rater].append(row)
    golds = list(gold_in_force(project))
    images = first_images(project, [gold.item_id for gold in golds])
    health = [_health(gold, images.get(gold.item_id, ""), by_gold[gold.pk], by_rater) for gold in golds]
    return sorted(health, key=lambda row: (not row.is_disputed, row.gold.number))


def _health(
    gold: Gold, image: str, rows: Sequence[ScoredItem], by_rater: Mapping[int, Sequence[ScoredItem]]
) -> GoldHealth:
    good = [row for row in rows if _is_good(row, by_rater[row.rater])]
    right = sum(not row.missed for row in good)
    return GoldHealth(
        gold=gold,
        image=image,
        tally=Tally(sum(not row.missed for row in rows), len(rows)),
        good_raters=len(good),
        good_raters_right=right,
        is_disputed=len(good) >= FEWEST_ANSWERS and 2 * right < len(good),
        in_words=in_words(rubric_of(gold.guideline), gold.answers),
    )


def _is_good(row: ScoredItem, of_rater: Sequence[ScoredItem]) -> bool:
    others = overall(added([other.scores for other in of_rater if other.gold.pk != row.gold.pk]))
    return others.n > 0 and others.right >= GOOD * others.n
