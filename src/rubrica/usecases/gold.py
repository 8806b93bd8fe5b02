"""Gold: items whose right answers are known, what a project asks on them, and how they follow a change of the rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from rubrica.domain.criterion import Criterion
from rubrica.domain.gold import MOST_TOLERANCE, GoldSource, known_criteria, read_right_answers
from rubrica.domain.problems import Findings, Problem, one_of
from rubrica.domain.reach_of_change import Reach
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.domain.text import check_text
from rubrica.records.models import Account, Gold, GoldPlan, GuidelineVersion, Item, Project
from rubrica.records.queries.rubrics import rubric_of
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError

MAX_NOTE: Final = 1_000
MAX_REASON: Final = 500
PLAN_RANGES: Final = {
    "gold_percent": (0, 20),
    "test_items": (0, 100),
    "pass_percent": (0, 100),
    "retake_days": (0, 90),
    "clarification_items": (0, 50),
    "breaking_items": (0, 100),
}
"""What a plan may ask for, lowest and highest."""


def plan_of(project: Project) -> GoldPlan:
    """Return what a project asks on gold items; where nobody has said anything, the defaults, not stored."""
    return GoldPlan.objects.of(project).first() or GoldPlan(project=project)


@transaction.atomic
def change_plan(
    account: Account,
    slug: str,
    *,
    numbers: Mapping[str, int],
    tolerances: Mapping[str, int | None],
    now: datetime,
) -> GoldPlan:
    """Change how much gold comes unannounced, and what tests and calibrations ask for; what is not named stays.

    ``numbers`` are those of ``PLAN_RANGES``. ``tolerances`` says how far from the right one an answer may lie, by
    criterion; None for the usual.

    Raises
    ------
    InvalidInputError
        A number is out of range; nothing is changed.
    """
    access = open_project(account, slug, Permission.MANAGE_GOLD)
    problems = [
        Problem(name, f"is {value}", f"a number from {PLAN_RANGES[name][0]} to {PLAN_RANGES[name][1]}")
        for name, value in numbers.items()
        if not PLAN_RANGES[name][0] <= value <= PLAN_RANGES[name][1]
    ]
    project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
    plan = plan_of(project)
    kept = _read_tolerances(project, plan.tolerances, tolerances, problems)
    if problems:
        message = "The plan was not changed."
        raise InvalidInputError(message, problems)
    for name in numbers.keys() - {"gold_percent"}:
        setattr(plan, name, numbers[name])
    plan.tolerances = kept
    plan.save()
    project.gold_percent = numbers.get("gold_percent", project.gold_percent)
    project.save(update_fields=["gold_percent"])
    record("gold.plan_changed", slug, at=now, actor=account, project=project, plan=dict(numbers), tolerances=kept)
    return plan


def tolerated_criteria(rubric: Rubric) -> tuple[Criterion, ...]:
    """Return the criteria whose answers may lie off the right one: scales and counts."""
    return tuple(criterion for criterion in known_criteria(rubric) if criterion.type in {"scale", "count"})


def _read_tolerances(
    project: Project, present: Mapping[str, int], asked: Mapping[str, int | None], problems: list[Problem]
) -> dict[str, int]:
    rubric = rubric_of(project.guideline) if project.guideline is not None else None
    known = {criterion.id for criterion in (tolerated_criteria(rubric) if rubric is not None else ())}
    for name, value in asked.items():
        if name not in known:
            problems.append(Problem(f"tolerances.{name[:60]}", "has no tolerance", one_of(sorted(known))))
        elif value is not None and not 0 <= value <= MOST_TOLERANCE:
            problems.append(Problem(f"tolerances.{name}", f"is {value}", f"0 to {MOST_TOLERANCE}"))
    return {name: value for name, value in {**present, **asked}.items() if value is not None}


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
    is_practice: bool = False,
) -> Gold:
    """Make an item gold: from now on its right answers are known.

    Gold for practice is shown with its answers as soon as somebody has judged it, and asked nowhere else.

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
    right = read_right_answers(rubric_of(project.guideline), answers, problems)
    said = check_text(note, "note", problems, maximum=MAX_NOTE).strip()
    if is_secret and is_practice:
        problems.add("is_secret", "is set on an item for practice", "one of the two: practice shows what is right")
    if not right and not found.known_defects and not problems:
        problems.add("answers", "is empty", "the right answer to one question or more")
    if problems:
        message = "The item was not made gold."
        raise InvalidInputError(message, problems.problems)
    made = _store(
        project,
        found,
        project.guideline,
        right,
        source=source,
        note=said,
        is_secret=is_secret,
        is_practice=is_practice,
        by=account,
        now=now,
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
    is_practice: bool,
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
        is_practice=is_practice,
        made_by=by,
        made_at=now,
    )


def carry_over(project: Project, old: GuidelineVersion, new: GuidelineVersion, reach: Reach, *, now: datetime) -> None:
    """Let gold follow a change of the rules: what is touched is no longer known, save by rulings, which made the rule.

    What was answered under earlier versions stays scored as it was.
    """
    rubric = rubric_of(new)
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
                is_practice=gold.is_practice,
                by=gold.made_by,
                now=now,
            )


@transaction.atomic
def keep_for_practice(account: Account, slug: str, number: int, *, now: datetime) -> Gold:
    """Keep a gold item for practice from now on: what practice has shown can be asked of nobody again.

    Raises
    ------
    NotFoundError
        There is no such gold item in force.
    """
    access = open_project(account, slug, Permission.MANAGE_GOLD)
    project = Project.objects.of(access.project).select_for_update().get()
    gold = gold_in_force(project).filter(number=number).first()
    if gold is None:
        message = "There is no such gold item in force."
        raise NotFoundError(message)
    gold.is_practice, gold.is_secret = True, False
    gold.save(update_fields=["is_practice", "is_secret"])
    record("gold.kept_for_practice", str(gold), at=now, actor=account, project=project)
    return gold
