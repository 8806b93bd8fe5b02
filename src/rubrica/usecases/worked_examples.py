"""Worked examples: items shown with right and wrong answers, and from whom they are kept as long as they would tell.

An example tells the answer to its item. So a specialist sees it only once the item cannot be given to that person any
more; those who never evaluate see all of them, and which are kept back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from rubrica.domain.calibration_round import ROUND_PROCESS
from rubrica.domain.criterion import Criterion
from rubrica.domain.guideline_changes import Changes
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.domain.worked_example import WorkedExample
from rubrica.records.models import Account, Assignment, Gold, Item, ItemImage, Project, RoundItem
from rubrica.records.models.assignment import AssignmentState
from rubrica.usecases.access import ProjectAccess


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A worked example as it is shown."""

    criterion: Criterion
    example: WorkedExample
    images: tuple[str, ...]
    """Public ids, in the order of their slots."""
    is_kept_back: bool
    """Whether specialists who may still be given the item do not see it yet."""

    @property
    def clause(self) -> str | None:
        """The anchor of the clause that it stands beside."""
        return self.example.clause or self.criterion.clause

    @property
    def right(self) -> str:
        """The right answer in words."""
        return self.criterion.answer_in_words(self.example.right)

    @property
    def wrong(self) -> str:
        """The tempting answer in words."""
        return self.criterion.answer_in_words(self.example.wrong)


def examples_for(access: ProjectAccess, rubric: Rubric) -> list[ShownExample]:
    """Return the worked examples of a rubric that this person may see, in its order."""
    rater = access.account if access.may(Permission.EVALUATE) else None
    return examples_shown(access.project, rubric, rater)


def examples_shown(project: Project, rubric: Rubric, rater: Account | None) -> list[ShownExample]:
    """Return the worked examples that ``rater`` may see, in the order of the rubric; ``None`` sees all of them."""
    keys = rubric.worked_items
    if not keys:
        return []
    kept_back = still_given(project, keys, rater)
    images = images_of(project, keys)
    return [
        ShownExample(criterion, example, images.get(example.item, ()), example.item in kept_back)
        for criterion in rubric.criteria
        for example in criterion.worked_examples
        if rater is None or example.item not in kept_back
    ]


def rubric_for(access: ProjectAccess, rubric: Rubric) -> Rubric:
    """Return a rubric without the worked examples that this person may not see yet."""
    keys = rubric.worked_items
    if not keys or not access.may(Permission.EVALUATE):
        return rubric
    return rubric.without_worked_examples(still_given(access.project, keys, access.account))


def changes_for(access: ProjectAccess, changes: Changes) -> Changes:
    """Return changes without the worked examples that this person may not see yet."""
    worked = {change.item for change in changes.examples if change.is_worked}
    if not worked or not access.may(Permission.EVALUATE):
        return changes
    kept_back = still_given(access.project, worked, access.account)
    seen = [change for change in changes.examples if not change.is_worked or change.item not in kept_back]
    return replace(changes, examples=tuple(seen))


def images_of_changes(access: ProjectAccess, changes: Changes | None) -> Mapping[str, tuple[str, ...]]:
    """Return the public ids of the images of the examples that differ, by item key."""
    return images_of(access.project, {change.item for change in changes.examples} if changes else ())


def images_of(project: Project, keys: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the public ids of the images of items, by item key, in the order of their slots."""
    named = set(keys)
    if not named:
        return {}
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = ItemImage.objects.of(project).filter(item__key__in=named).order_by("item", "slot")
    for key, image in rows.values_list("item__key", "image__public_id"):
        found[key].append(image)
    return {key: tuple(images) for key, images in found.items()}


def still_given(project: Project, keys: Collection[str], rater: Account | None) -> frozenset[str]:
    """Return which of these items ``rater`` may still be given, or anybody; what is no item of the project is none.

    An item is given while a place is left or may come back, as gold, in a calibration round, and to who judged it
    once more as a repeat.
    """
    lent = Assignment.objects.of(project).filter(item=OuterRef("pk"))
    gold = Gold.objects.of(project).filter(item=OuterRef("pk"), voided_at=None, ended_by=None)
    in_round = RoundItem.objects.of(project).filter(item=OuterRef("pk"), round__state__in=ROUND_PROCESS.waiting)
    in_hand = Exists(lent.filter(state=AssignmentState.OPEN))
    may_be_taken = Q(places_left__gt=0) | Q(in_hand)
    if rater is not None:
        own = lent.filter(rater=rater, state=AssignmentState.SUBMITTED)
        judged = Exists(own.filter(is_repeat=False, pass_number=OuterRef("pass_number")))
        may_be_taken &= ~Q(judged) | Q(Exists(lent.filter(rater=rater, state=AssignmentState.OPEN)))
        if project.repeat_percent:
            may_be_taken |= Q(Exists(own.filter(is_repeat=False))) & ~Q(Exists(own.filter(is_repeat=True)))
    items = Item.objects.of(project).filter(key__in=set(keys), is_withdrawn=False)
    given = items.filter(Q(may_be_taken) | Q(Exists(gold)) | Q(Exists(in_round)))
    return frozenset(given.values_list("key", flat=True))
