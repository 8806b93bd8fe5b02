"""Gold: making items with right answers, retiring those that good raters dispute, and scoring answers against them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from rubrica.domain.allocation import FIRST_ATTEMPT_PASS, GOLD_PASS
from rubrica.domain.gold import (
    MARKS,
    GoldSource,
    Scores,
    Tally,
    added,
    known_criteria,
    overall,
    read_right_answers,
    score,
)
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.reach_of_change import Reach
from rubrica.domain.review import ReviewState
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Adjudication,
    Evaluation,
    Gold,
    GoldPlan,
    GuidelineVersion,
    Item,
    ItemImage,
    Mark,
    Project,
    Rating,
    Ruling,
)
from rubrica.records.queries.items import is_complete
from rubrica.records.queries.marks import MarkRow, SlotImage
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError

MAX_NOTE: Final = 1_000
MAX_REASON: Final = 500
MOST_PROPOSED: Final = 60
FEWEST_RATERS: Final = 3
"""Raters who must agree before an item is proposed as gold."""
AGREEING: Final = 0.8
"""Share of them who must give the same answer."""
FEWEST_ANSWERS: Final = 5
"""Answers of good raters below which a gold item is not called disputed."""
GOOD: Final = 0.7
"""Share of right answers, on the other gold items, from which a rater is a good one."""


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


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that could become gold, why, and with which answers."""

    item: Item
    image: str
    source: GoldSource
    answers: Mapping[str, int | str]
    in_words: tuple[tuple[str, str], ...]
    because: str
    ruling: int | None = None


def plan_of(project: Project) -> GoldPlan:
    """Return what a project asks on gold items; where nobody has said anything, the defaults, not stored."""
    return GoldPlan.objects.of(project).first() or GoldPlan(project=project)


@transaction.atomic
def change_plan(
    account: Account, slug: str, *, now: datetime, gold_percent: int | None = None, **changes: int
) -> GoldPlan:
    """Change how much gold comes unannounced, and what tests and calibrations ask for.

    Raises
    ------
    InvalidInputError
        A number is out of range; nothing is changed.
    """
    access = open_project(account, slug, Permission.MANAGE_GOLD)
    ranges = {
        "gold_percent": (0, 20),
        "test_items": (0, 100),
        "pass_percent": (0, 100),
        "retake_days": (0, 90),
        "clarification_items": (0, 50),
        "breaking_items": (0, 100),
    }
    asked = changes if gold_percent is None else {**changes, "gold_percent": gold_percent}
    problems = [
        Problem(name, f"is {value}", f"a number from {ranges[name][0]} to {ranges[name][1]}")
        for name, value in asked.items()
        if not ranges[name][0] <= value <= ranges[name][1]
    ]
    if problems:
        message = "The plan was not changed."
        raise InvalidInputError(message, problems)
    project = Project.objects.of(access.project).select_for_update().get()
    plan = plan_of(project)
    for name, value in changes.items():
        setattr(plan, name, value)
    plan.save()
    if gold_percent is not None:
        project.gold_percent = gold_percent
        project.save(update_fields=["gold_percent"])
    record("gold.plan_changed", slug, at=now, actor=account, project=project, plan=asked)
    return plan


def gold_in_force(project: Project) -> ScopedQuerySet[Gold]:
    """Return the gold items by which answers are scored under the guideline in force, oldest first."""
    found = Gold.objects.of(project).filter(voided_at=None, ended_by=None).select_related("item", "guideline")
    return found.order_by("number")


@transaction.atomic
def make_gold(
    account: Account,
    slug: str,
    item: str,
    *,
    answers: object,
    now: datetime,
    source: GoldSource = GoldSource.EXPERT,
    note: str = "",
    is_secret: bool = False,
) -> Gold:
    """Make an item gold: from now on its right answers are known.

    Raises
    ------
    NotFoundError
        There is no such item.
    InvalidInputError
        An answer does not fit the rubric in force, or none is given and the item has no planted faults.
    ConflictError
        The item is gold already, or no guideline has been published.
    """
    access = open_project(account, slug, Permission.MANAGE_GOLD)
    project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
    if project.guideline is None:
        message = "Publish the guideline first: an answer is right under a rule."
        raise ConflictError(message)
    found = Item.objects.of(project).filter(public_id=item, is_withdrawn=False).first()
    if found is None:
        message = "There is no such item in this project."
        raise NotFoundError(message)
    if gold_in_force(project).filter(item=found).exists():
        message = f"{found.key} is gold already. Void that one first."
        raise ConflictError(message)
    problems = Findings()
    right = read_right_answers(parse_rubric(project.guideline.rubric), answers, problems)
    said = check_text(note, "note", problems, maximum=MAX_NOTE).strip()
    if not right and not found.known_defects and not problems:
        problems.add("answers", "is empty", "the right answer to one question or more")
    if problems:
        message = "The item was not made gold."
        raise InvalidInputError(message, problems.problems)
    made = _store(
        project, found, project.guideline, right, source=source, note=said, is_secret=is_secret, by=account, now=now
    )
    record("gold.made", str(made), at=now, actor=account, project=project, item=found.key, source=source)
    return made


def _store(
    project: Project,
    item: Item,
    version: GuidelineVersion,
    answers: Mapping[str, int | str],
    *,
    source: str,
    note: str,
    is_secret: bool,
    by: Account,
    now: datetime,
) -> Gold:
    last = Gold.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    return Gold.objects.create(
        project=project,
        number=last + 1,
        item=item,
        guideline=version,
        source=source,
        answers=dict(answers),
        note=note,
        is_secret=is_secret,
        made_by=by,
        made_at=now,
    )


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


def carry_over(project: Project, old: GuidelineVersion, new: GuidelineVersion, reach: Reach, *, now: datetime) -> None:
    """Let gold follow a change of the rules: what is touched is no longer known, save by rulings, which made the rule.

    What was answered under earlier versions stays scored as it was.
    """
    rubric = parse_rubric(new.rubric)
    touched = reach.criteria | reach.added
    for gold in gold_in_force(project).filter(guideline__number__lte=old.number):
        kept = {
            name: value
            for name, value in gold.answers.items()
            if gold.source == GoldSource.RULING or name not in touched
        }
        right = read_right_answers(rubric, {k: v for k, v in kept.items() if k in rubric.criterion_of}, Findings())
        planted = gold.source == GoldSource.PLANTED and not reach.all_marks
        if right == gold.answers and (planted or right):
            continue
        gold.ended_by = new
        gold.save(update_fields=["ended_by"])
        if right or planted:
            _store(
                project,
                gold.item,
                new,
                right,
                source=gold.source,
                note=gold.note,
                is_secret=gold.is_secret,
                by=gold.made_by,
                now=now,
            )


# --- proposals ---


def proposals(access: ProjectAccess) -> list[Proposal]:
    """Return items that could become gold: ruled on, with planted faults, or judged alike by all but a few raters."""
    access.require(Permission.MANAGE_GOLD)
    project = access.project
    if project.guideline is None:
        return []
    rubric = parse_rubric(project.guideline.rubric)
    taken = set(gold_in_force(project).values_list("item", flat=True))
    found: dict[int, tuple[GoldSource, dict[str, int | str], str, int | None]] = {}
    for ruling in Ruling.objects.of(project).filter(superseded_by=None).select_related("case").order_by("-number"):
        right = read_right_answers(rubric, ruling.answers, Findings())
        if right:
            found.setdefault(ruling.case.item_id, (GoldSource.RULING, right, ruling.decision, ruling.number))
    adjudicated = Adjudication.objects.of(project).exclude(review__state=ReviewState.UPHELD)
    for fact in adjudicated.filter(guideline=project.guideline).order_by("-pk"):
        right = read_right_answers(rubric, fact.answers, Findings())
        found.setdefault(fact.item_id, (GoldSource.ADJUDICATION, right, fact.reason, None))
    for item in Item.objects.of(project).exclude(known_defects=[]).filter(is_withdrawn=False)[:MOST_PROPOSED]:
        if rubric.marks.shapes:
            because = f"{len(item.known_defects)} planted"
            found.setdefault(item.pk, (GoldSource.PLANTED, {}, because, None))
    for pk, (right, because) in _agreed(project, rubric, project.guideline).items():
        found.setdefault(pk, (GoldSource.AGREEMENT, right, because, None))
    wanted = [pk for pk in found if pk not in taken][:MOST_PROPOSED]
    items = Item.objects.of(project).filter(pk__in=wanted, is_withdrawn=False).in_bulk()
    images = first_images(project, wanted)
    return [
        Proposal(items[pk], images.get(pk, ""), source, right, in_words(rubric, right), because, ruling)
        for pk in wanted
        if pk in items
        for source, right, because, ruling in (found[pk],)
    ]


def _agreed(project: Project, rubric: Rubric, version: GuidelineVersion) -> dict[int, tuple[dict[str, int | str], str]]:
    """Return the answers that nearly all raters of complete items gave, by item."""
    known = {criterion.id: criterion for criterion in known_criteria(rubric)}
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


def in_words(rubric: Rubric, answers: Mapping[str, int | str]) -> tuple[tuple[str, str], ...]:
    """Return answers as (name of the criterion, label)."""
    return tuple(
        (rubric.criterion_of[name].name, label_of(rubric, name, str(value)))
        for name, value in answers.items()
        if name in rubric.criterion_of
    )


def label_of(rubric: Rubric, name: str, value: str) -> str:
    """Return what an answer is called."""
    criterion = rubric.criterion_of[name]
    if criterion.type == "scale":
        level = criterion.level_of.get(int(value))
        return f"{value} {level.label}" if level is not None else value
    option = criterion.option_of.get(value)
    return option.label if option is not None else value


def first_images(project: Project, items: Iterable[int]) -> dict[int, str]:
    """Return the public id of the first image of each item."""
    rows = ItemImage.objects.of(project).filter(item__in=list(items), slot=0)
    return dict(rows.values_list("item", "image__public_id"))


# --- scoring ---


def scored_items(
    project: Project, *, account: Account | None = None, attempt_pass: int | None = None
) -> list[ScoredItem]:
    """Return what was answered to gold as gold, against what is right, oldest first; of one person or of all.

    Only what was asked as gold counts: what a rater had said of an item before it became gold may be why it did.
    """
    golds = list(Gold.objects.of(project).filter(voided_at=None).select_related("item", "guideline", "ended_by"))
    if not golds:
        return []
    apart = Q(assignment__pass_number=GOLD_PASS) | Q(assignment__pass_number__gte=FIRST_ATTEMPT_PASS)
    rows = Evaluation.objects.of(project).filter(apart, superseded_by=None, item__in={gold.item_id for gold in golds})
    if account is not None:
        rows = rows.filter(rater=account)
    if attempt_pass is not None:
        rows = rows.filter(assignment__pass_number=attempt_pass)
    evaluations = list(rows.select_related("guideline").order_by("pk"))
    given: defaultdict[int, dict[str, tuple[str, float | None]]] = defaultdict(dict)
    ids = [row.pk for row in evaluations]
    ratings = Rating.objects.of(project).filter(evaluation__in=ids)
    for evaluation, criterion, value, level in ratings.values_list("evaluation", "criterion", "value", "score"):
        given[evaluation][criterion] = (value, level)
    tolerances = plan_of(project).tolerances
    images = first_images(project, {gold.item_id for gold in golds})
    scored = []
    for row in evaluations:
        gold = next(
            (gold for gold in golds if gold.item_id == row.item_id and _holds(gold, row.guideline.number)), None
        )
        if gold is None:
            continue
        rubric = parse_rubric(row.guideline.rubric)
        scores = score(rubric, gold.answers, given[row.pk], tolerances)
        if gold.source == GoldSource.PLANTED:
            scores[MARKS] = _planted(project, rubric, row, gold.item)
        scored.append(
            ScoredItem(
                gold=gold,
                rater=row.rater_id,
                evaluation=row.public_id,
                image=images.get(gold.item_id, ""),
                scores=scores,
                missed=_missed(rubric, gold, given[row.pk], scores),
                at=row.submitted_at,
            )
        )
    return scored


def _holds(gold: Gold, version: int) -> bool:
    return gold.guideline.number <= version and (gold.ended_by is None or version < gold.ended_by.number)


def _planted(project: Project, rubric: Rubric, evaluation: Evaluation, item: Item) -> Tally:
    from rubrica.usecases.reports.marks import defects_found  # noqa: PLC0415  (slow import)

    marks = [
        MarkRow(*row)
        for row in Mark.objects.of(project)
        .filter(evaluation=evaluation)
        .order_by("number")
        .values_list("evaluation_id", "slot", "shape", "geometry", "code", "severity")
    ]
    images = {
        slot: SlotImage(width, height, "")
        for slot, width, height in ItemImage.objects.of(project)
        .filter(item=item)
        .values_list("slot", "image__width", "image__height")
    }
    return Tally(*defects_found(rubric, marks, item.known_defects, images))


def _missed(
    rubric: Rubric, gold: Gold, given: Mapping[str, tuple[str, float | None]], scores: Scores
) -> tuple[Missed, ...]:
    missed = [
        Missed(
            criterion=rubric.criterion_of[name].name,
            given=label_of(rubric, name, given[name][0]) if name in given else "no answer",
            right=label_of(rubric, name, str(gold.answers[name])),
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
    images = first_images(project, gold_in_force(project).values_list("item", flat=True))
    health = [
        _health(gold, images.get(gold.item_id, ""), by_gold[gold.pk], by_rater) for gold in gold_in_force(project)
    ]
    return sorted(health, key=lambda row: (not row.is_disputed, row.gold.number))


def _health(
    gold: Gold, image: str, rows: Sequence[ScoredItem], by_rater: Mapping[int, Sequence[ScoredItem]]
) -> GoldHealth:
    good = [row for row in rows if _is_good(row, by_rater[row.rater])]
    right = sum(not row.missed for row in good)
    rubric = parse_rubric(gold.guideline.rubric)
    return GoldHealth(
        gold=gold,
        image=image,
        tally=Tally(sum(not row.missed for row in rows), len(rows)),
        good_raters=len(good),
        good_raters_right=right,
        is_disputed=len(good) >= FEWEST_ANSWERS and 2 * right < len(good),
        in_words=in_words(rubric, gold.answers),
    )


def _is_good(row: ScoredItem, of_rater: Sequence[ScoredItem]) -> bool:
    others = overall(added([other.scores for other in of_rater if other.gold.pk != row.gold.pk]))
    return others.n > 0 and others.right >= GOOD * others.n
