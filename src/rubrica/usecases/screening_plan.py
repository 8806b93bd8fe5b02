"""What a project asks of applicants before their applications are read, and the lead's changes to that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.domain.screening import CheckQuestion, parse_checks, read_checks, still_asked
from rubrica.domain.writing_task import WritingTask, parse_task, read_task
from rubrica.records.models import Account, GuidelineVersion, Item, Project, ScreeningPlan
from rubrica.records.models.project import ProjectState
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.attempts import FEWEST_ITEMS, MOST_PRACTICE
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.gold import gold_in_force, plan_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a screening that began now would ask for."""

    guideline: GuidelineVersion
    questions: tuple[CheckQuestion, ...]
    practice_items: int
    test_items: int
    writing: WritingTask | None


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A screening plan as a lead sees it.

    Attributes
    ----------
    outdated
        How many of its questions are not asked any more, because the clause that they cite has changed since.
    """

    plan: ScreeningPlan
    questions: tuple[CheckQuestion, ...]
    writing: WritingTask | None
    asked: Asked | None
    outdated: int


def screening_plan_of(project: Project) -> ScreeningPlan:
    """Return what a project asks of applicants; where nobody has said anything, nothing, and not stored."""
    rows = ScreeningPlan.objects.of(project).select_related("guideline")
    return rows.first() or ScreeningPlan(project=project)


def asked_of(project: Project) -> Asked | None:
    """Return what a screening would ask for that began now; None where the project screens nobody.

    There is a test where the project has one for those who join and hands out work; questions whose clause has changed
    since they were written are left out.
    """
    plan, version = screening_plan_of(project), project.guideline
    if not plan.is_on or version is None:
        return None
    in_force = parse_guideline(version.markdown)
    questions: Sequence[CheckQuestion] = read_checks(plan.questions)
    if plan.guideline is not None and plan.guideline_id != version.pk:
        questions = still_asked(questions, parse_guideline(plan.guideline.markdown), in_force)
    writing = read_task(plan.writing)
    if writing is not None and not set(writing.clauses) <= set(in_force.anchors):
        writing = None
    practice, test = _items(project)
    return Asked(version, tuple(questions), practice, test, writing)


def _items(project: Project) -> tuple[int, int]:
    golds = gold_in_force(project).filter(item__is_withdrawn=False)
    tests, practice = golds.filter(is_practice=False).count(), golds.filter(is_practice=True).count()
    size = plan_of(project).test_items
    if project.state != ProjectState.ACTIVE or size < 1 or tests < FEWEST_ITEMS:
        return 0, 0
    return min(practice, MOST_PRACTICE), min(size, tests)


def plan_for(access: ProjectAccess) -> PlanShown:
    """Return what a project asks of applicants, for those who may change it."""
    access.require(Permission.MANAGE_GOLD)
    plan = screening_plan_of(access.project)
    questions = read_checks(plan.questions)
    asked = asked_of(access.project)
    outdated = len(questions) - len(asked.questions) if asked is not None else 0
    return PlanShown(plan, questions, read_task(plan.writing), asked, outdated)


@transaction.atomic
def change_screening(
    account: Account,
    slug: str,
    *,
    is_on: bool,
    questions: Sequence[Mapping[str, object]],
    writing: Mapping[str, object] | None,
    now: datetime,
) -> ScreeningPlan:
    """Say what applicants are asked from now on; screenings that have begun stay as they are.

    ``questions`` are on the guideline in force, each citing a clause of it. ``writing`` is None for no writing task.

    Raises
    ------
    InvalidInputError
        Something cannot be taken; every problem is named and nothing is changed.
    ConflictError
        No guideline has been published.
    """
    access = open_project(account, slug, Permission.MANAGE_GOLD)
    project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
    if project.guideline is None:
        message = "Publish the guideline first: applicants are asked about it."
        raise ConflictError(message)
    found = Findings()
    anchors = parse_guideline(project.guideline.markdown).anchors
    read = parse_checks(list(questions), anchors, found)
    task = parse_task(writing, anchors, found) if writing is not None else None
    _check_items(project, task, found)
    if is_on and not found and not read and task is None and not _items(project)[1]:
        found.add("is_on", "is set with nothing to ask", "questions, a writing task, or a test for those who join")
    if found:
        message = "The screening was not changed."
        raise InvalidInputError(message, found.problems)
    plan = screening_plan_of(project)
    plan.is_on, plan.guideline = is_on, project.guideline
    plan.questions = [question.as_json() for question in read]
    plan.writing = task.as_json() if task is not None else {}
    plan.changed_at, plan.changed_by = now, account
    plan.save()
    record("screening.plan_changed", slug, at=now, actor=account, project=project, is_on=is_on, questions=len(read))
    return plan


def _check_items(project: Project, task: WritingTask | None, found: Findings) -> None:
    wanted = {prompt.item for prompt in task.prompts} - {""} if task is not None else set()
    rows = Item.objects.of(project).filter(key__in=wanted, is_withdrawn=False)
    known = set(rows.values_list("key", flat=True))
    golds = gold_in_force(project).filter(item__key__in=wanted, is_practice=False)
    gold = set(golds.values_list("item__key", flat=True))
    for place, prompt in enumerate(task.prompts if task is not None else ()):
        if prompt.item and prompt.item not in known:
            found.add(
                f"writing.prompts[{place}].item", "is not known", "the key of an item of this project, or nothing"
            )
        elif prompt.item in gold:
            found.add(f"writing.prompts[{place}].item", "is gold of the test", "an item that the test does not ask")
