"""Judging anew: which items a change of the rules reaches, what it would cost, and putting them into the queue again.

The preview and the publication ask the same function, so that what was shown is what happens.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from statistics import median
from typing import Final

from django.db.models import F, Q

from rubrica.domain.clause_anchor import named_in
from rubrica.domain.guideline_changes import compare
from rubrica.domain.money import Money
from rubrica.domain.reach_of_change import Reach, reach_of
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.records.models import Evaluation, GuidelineDraft, GuidelineVersion, Item, Mark, Project, Rating
from rubrica.records.models.guideline import Which
from rubrica.records.queries.evaluations import is_current
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.errors import NotFoundError

LEVELS_APART: Final = 2
"""Levels of a scale between two raters from which an item is disputed."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of the rules reaches among what was judged.

    Attributes
    ----------
    items
        Row ids of the items, in the order of the queue.
    disputed
        Those on which raters differ in what is touched.
    evaluations
        Evaluations that stand on the touched rules.
    raters
        Who made them.
    overlap
        How many evaluations an item is to get.
    seconds_each
        Median time at work of the newest evaluations; None where none was measured.
    hourly_cost
        What an hour of a specialist is reckoned to cost; None where nobody has said.
    """

    reach: Reach
    items: tuple[int, ...]
    disputed: frozenset[int]
    evaluations: int
    raters: int
    overlap: int
    seconds_each: float | None
    hourly_cost: Money | None

    def chosen(self, which: Which, sample: int = 0) -> tuple[int, ...]:
        """Return the items that are judged anew, in the order of the queue; of a sample always the same."""
        match which:
            case Which.NONE:
                return ()
            case Which.DISPUTED:
                return tuple(item for item in self.items if item in self.disputed)
            case Which.SAMPLE:
                drawn = set(sorted(self.items, key=_lot)[: max(0, sample)])
                return tuple(item for item in self.items if item in drawn)
            case Which.ALL:
                return self.items

    def hours(self, items: int) -> float | None:
        """Return how long it takes to judge so many items anew, all raters together; None where nobody knows."""
        return None if self.seconds_each is None else items * self.overlap * self.seconds_each / 3_600

    def cost(self, items: int) -> Money | None:
        """Return what that time costs; None where the time or the cost of an hour is not known."""
        hours = self.hours(items)
        return None if hours is None or self.hourly_cost is None else self.hourly_cost.times(Decimal(hours))


def _lot(item: int) -> bytes:
    return hashlib.blake2b(f"sample:{item}".encode(), digest_size=8).digest()


def impact_of_draft(access: ProjectAccess) -> Impact:
    """Return what publishing the draft as it is saved would reach.

    Raises
    ------
    NotFoundError
        Nothing has been published yet, so nothing was judged.
    """
    access.require(Permission.EDIT_GUIDELINE)
    latest = access.project.guideline
    if latest is None:
        message = "No version of the guideline has been published yet."
        raise NotFoundError(message)
    draft = GuidelineDraft.objects.of(access.project).get()
    return impact_of(access.project, latest, draft.markdown, parse_rubric(draft.rubric))


def impact_of(project: Project, version: GuidelineVersion, markdown: str, rubric: Rubric) -> Impact:
    """Return what another text and rubric in place of ``version`` would reach among what counts at present."""
    old = parse_rubric(version.rubric)
    reach = reach_of(compare(version.markdown, old, markdown, rubric), old, rubric)
    standing = _standing(project)
    touched = standing.filter(_touched(project, reach)) if reach else standing.none()
    in_order = Item.objects.of(project).filter(pk__in=touched.values("item"), is_withdrawn=False)
    items = tuple(in_order.order_by("queue_position").values_list("pk", flat=True))
    kept = set(items)
    made = [rater for item, rater in touched.values_list("item", "rater") if item in kept]
    times = standing.exclude(active_ms=None).values_list("active_ms", flat=True).order_by("-pk")[:1_000]
    return Impact(
        reach=reach,
        items=items,
        disputed=_disputed(project, old, reach, kept),
        evaluations=len(made),
        raters=len(set(made)),
        overlap=project.overlap,
        seconds_each=median(time for time in times if time is not None) / 1_000 if times else None,
        hourly_cost=project.hourly_cost,
    )


def _standing(project: Project) -> ScopedQuerySet[Evaluation]:
    """Return what counts at present: of each item the current evaluations of its present pass."""
    return Evaluation.objects.of(project).filter(
        is_current(None), is_repeat=False, assignment__pass_number=F("item__pass_number")
    )


def _touched(project: Project, reach: Reach) -> Q:
    """Return the condition of an evaluation that stands on what is touched."""
    if reach.added:
        return Q()
    ratings, marks = Rating.objects.of(project), Mark.objects.of(project)
    marked = marks if reach.all_marks else marks.filter(Q(code__in=reach.codes) | Q(clause__in=reach.clauses))
    return (
        Q(pk__in=ratings.filter(criterion__in=reach.criteria).values("evaluation"))
        | Q(pk__in=marked.values("evaluation"))
        | Q(pk__in=_naming(project, reach.clauses))
    )


def _naming(project: Project, clauses: Collection[str]) -> list[int]:
    """Return the row ids of the evaluations whose explanation names one of these clauses."""
    if not clauses:
        return []
    contains = reduce(or_, (Q(explanation__contains=clause) for clause in clauses))
    rows = Evaluation.objects.of(project).filter(contains).values_list("pk", "explanation")
    return [pk for pk, text in rows.iterator() if not named_in(text).isdisjoint(clauses)]


def _disputed(project: Project, rubric: Rubric, reach: Reach, items: Collection[int]) -> frozenset[int]:
    """Return the items on which raters differ in what is touched; where only clauses and codes are, in any question."""
    if not items:
        return frozenset()
    asked = reach.criteria or frozenset(rubric.criterion_of)
    rows = Rating.objects.of(project).filter(evaluation__in=_standing(project).values("pk"), criterion__in=asked)
    answers: defaultdict[tuple[int, str], list[tuple[str, float | None]]] = defaultdict(list)
    for item, criterion, value, score in rows.values_list("evaluation__item", "criterion", "value", "score").iterator():
        if item in items:
            answers[item, criterion].append((value, score))
    return frozenset(item for (item, name), given in answers.items() if differ(rubric, name, given))


def differ(rubric: Rubric, name: str, given: Sequence[tuple[str, float | None]]) -> bool:
    """Tell whether raters who gave these (value, score) differ on a question in a way that matters."""
    criterion = rubric.criterion_of.get(name)
    if criterion is not None and criterion.type == "scale":
        scores = [score for _value, score in given if score is not None]
        return bool(scores) and max(scores) - min(scores) >= LEVELS_APART
    # Lists and orders have several rows an evaluation: to differ in one of them is the rule, not a dispute.
    single = criterion is not None and criterion.type in {"choice", "yes_no", "count"}
    return single and len({value for value, _score in given}) > 1


def disputed_items(project: Project) -> set[int]:
    """Return the items on which raters differ, by two levels or in a choice, under the version in force."""
    if project.guideline is None:
        return set()
    rubric = parse_rubric(project.guideline.rubric)
    answers: defaultdict[tuple[int, str], list[tuple[str, float | None]]] = defaultdict(list)
    ratings = Rating.objects.of(project).filter(
        evaluation__guideline=project.guideline_id, evaluation__superseded_by=None, evaluation__is_repeat=False
    )
    for item, name, value, score in ratings.values_list("evaluation__item", "criterion", "value", "score"):
        answers[item, name].append((value, score))
    return {item for (item, name), given in answers.items() if differ(rubric, name, given)}


def queue_again(project: Project, items: Sequence[int]) -> int:
    """Begin another pass of these items at the tail of the queue, and return how many; the caller locked the project.

    What is in hand is judged under its own version and counts for the pass that it was lent in.
    """
    count = 0
    for start in range(0, len(items), _CHUNK):
        chunk = items[start : start + _CHUNK]
        found = Item.objects.of(project).filter(pk__in=chunk, is_withdrawn=False)
        rows = {row.pk: row for row in found.select_for_update().order_by("pk")}
        found.update(pass_number=F("pass_number") + 1, evaluation_count=0, extra_places=0, places_left=project.overlap)
        ordered = [rows[pk] for pk in chunk if pk in rows]
        for item in ordered:
            project.queue_tail += 1
            item.queue_position = project.queue_tail
        Item.objects.of(project).bulk_update(ordered, ["queue_position"])
        count += len(ordered)
    project.requeued_count += count
    project.save(update_fields=["queue_tail", "requeued_count"])
    return count
