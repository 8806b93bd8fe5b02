"""Items that could become gold: ruled on, adjudicated, with planted faults, or answered alike by all but a few."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from rubrica.domain.gold import GoldSource, in_words, known_criteria, read_right_answers
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.records.models import Account, GuidelineVersion, Item, Project, Rating
from rubrica.records.queries.items import first_images, is_complete
from rubrica.records.queries.repeats import answers_given_twice
from rubrica.records.queries.rubrics import rubric_of
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.gold import gold_in_force, make_gold
from rubrica.usecases.reviews import adjudications_in_force
from rubrica.usecases.rulings import rulings_in_force

MOST_PROPOSED: Final = 60
FEWEST_RATERS: Final = 3
"""Raters who must agree before an item is proposed as gold."""
AGREEING: Final = 0.8
"""Share of them who must give the same answer."""
FEWEST_STEADY: Final = 2
"""Raters who must have given the same answer twice before an item is proposed for it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that could become gold, why, and with which answers."""

    item: Item
    image: str
    source: GoldSource
    answers: Mapping[str, int | str]
    in_words: tuple[tuple[str, str], ...]
    because: str


def accept_proposals(account: Account, slug: str, items: Sequence[str], *, now: datetime) -> int:
    """Make gold of proposed items, with the answers that they were proposed with; return how many."""
    with transaction.atomic():
        access = open_project(account, slug, Permission.MANAGE_GOLD)
        Project.objects.of(access.project).select_for_update().get()
        chosen = [row for row in proposals(access) if row.item.public_id in set(items)]
        for row in chosen:
            make_gold(
                account, slug, row.item.public_id, answers=row.answers, source=row.source, note=row.because, now=now
            )
    return len(chosen)


def proposals(access: ProjectAccess) -> list[Proposal]:
    """Return items that could become gold: ruled on, with planted faults, or judged alike by all but a few raters."""
    access.require(Permission.MANAGE_GOLD)
    project = access.project
    if project.guideline is None:
        return []
    rubric = rubric_of(project.guideline)
    taken = set(gold_in_force(project).values_list("item", flat=True))
    found: dict[int, tuple[GoldSource, Mapping[str, int | str], str]] = {}
    for ruling in rulings_in_force(project):
        right = read_right_answers(rubric, ruling.answers, Findings())
        if right:
            found.setdefault(ruling.case.item_id, (GoldSource.RULING, right, ruling.decision))
    for fact in adjudications_in_force(project).filter(guideline=project.guideline):
        right = read_right_answers(rubric, fact.answers, Findings())
        found.setdefault(fact.item_id, (GoldSource.ADJUDICATION, right, fact.reason))
    if rubric.marks.shapes:
        for item in Item.objects.of(project).exclude(known_defects=[]).filter(is_withdrawn=False)[:MOST_PROPOSED]:
            found.setdefault(item.pk, (GoldSource.PLANTED, {}, f"{len(item.known_defects)} planted"))
    for pk, (right, because) in _agreed(project, rubric, project.guideline).items():
        found.setdefault(pk, (GoldSource.AGREEMENT, right, because))
    for pk, (right, because) in _repeated(project, rubric, project.guideline).items():
        found.setdefault(pk, (GoldSource.REPEAT, right, because))
    wanted = [pk for pk in found if pk not in taken][:MOST_PROPOSED]
    items = Item.objects.of(project).filter(pk__in=wanted, is_withdrawn=False).in_bulk()
    images = first_images(project, wanted)
    return [
        Proposal(items[pk], images.get(pk, ""), source, right, in_words(rubric, right), because)
        for pk in wanted
        if pk in items
        for source, right, because in (found[pk],)
    ]


def _agreed(project: Project, rubric: Rubric, version: GuidelineVersion) -> dict[int, tuple[dict[str, int | str], str]]:
    """Return the answers that nearly all raters of complete items gave, by item."""
    known = [criterion.id for criterion in known_criteria(rubric)]
    complete = Item.objects.of(project).filter(is_complete(), is_withdrawn=False)
    rows = Rating.objects.of(project).filter(
        evaluation__guideline=version,
        evaluation__superseded_by=None,
        evaluation__is_repeat=False,
        evaluation__item__in=complete.values("pk"),
        criterion__in=known,
    )
    answers: defaultdict[int, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for item, criterion, value in rows.order_by("-evaluation__item").values_list(
        "evaluation__item", "criterion", "value"
    ):
        answers[item][criterion][value] += 1
    found = {}
    for item, by_criterion in answers.items():
        agreed: dict[str, object] = {}
        raters = 0
        for name, counts in by_criterion.items():
            value, votes = counts.most_common(1)[0]
            raters = max(raters, counts.total())
            if counts.total() >= FEWEST_RATERS and votes >= AGREEING * counts.total():
                agreed[name] = value
        right = read_right_answers(rubric, agreed, Findings())
        # An item on which raters differ in half of the questions is no clear case.
        if right and 2 * len(right) > len(by_criterion):
            found[item] = (right, f"{raters} raters agree")
    return found


def _repeated(
    project: Project, rubric: Rubric, version: GuidelineVersion
) -> dict[int, tuple[dict[str, int | str], str]]:
    """Return the answers that raters gave twice, all of them the same ones, by item.

    Whoever answers alike without knowing that it is asked again has an answer that rests on the item, not on luck.
    """
    known = {criterion.id for criterion in known_criteria(rubric)}
    given: defaultdict[tuple[int, str], defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    raters: defaultdict[int, set[int]] = defaultdict(set)
    for row in answers_given_twice(project, version):
        raters[row.item].add(row.rater)
        if row.criterion in known:
            given[row.item, row.criterion][row.rater].append(row.value)
    steady: defaultdict[int, dict[str, object]] = defaultdict(dict)
    asked: Counter[int] = Counter(item for item, _criterion in given)
    for (item, criterion), by_rater in given.items():
        values = {value for answers in by_rater.values() for value in answers}
        if len(values) == 1 and len(by_rater) >= FEWEST_STEADY and all(len(own) > 1 for own in by_rater.values()):
            steady[item][criterion] = values.pop()
    found = {}
    for item, answers in steady.items():
        right = read_right_answers(rubric, answers, Findings())
        if 2 * len(right) > asked[item]:
            found[item] = (right, f"{len(raters[item])} raters answered alike twice")
    return found
