"""Building the demo step by step. Each step first looks whether it is done, so a start that was cut short goes on."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from rubrica.records.models import Item, Project
from rubrica.records.models.project import ProjectState
from rubrica.usecases.demo.people import People
from rubrica.usecases.demo.pictures import write_items
from rubrica.usecases.demo.plans import ORGANISATION, PLANS, SLUG, DemoSize, Plan
from rubrica.usecases.demo.raters import Rater, assign, hire
from rubrica.usecases.demo.simulating import evaluate_everything
from rubrica.usecases.guidelines import publish_guideline
from rubrica.usecases.imports import import_folder
from rubrica.usecases.projects import change_settings, change_state, create_project

PUBLISHED_BEFORE: Final = timedelta(days=6)
"""How long before the present the demo's past begins."""
_RATED_BEFORE: Final = timedelta(days=5)


def build(people: People, *, now: datetime, size: DemoSize, say: Callable[[str], None]) -> None:
    """Build what is not there yet; ``say`` is told what is happening."""
    raters = hire(people, now=now - PUBLISHED_BEFORE)
    say(f"{ORGANISATION}: {len(raters) + 3} people")
    for plan in PLANS:
        _build_project(plan, people, raters, now=now, size=size, say=say)


def _build_project(
    plan: Plan,
    people: People,
    raters: Sequence[Rater],
    *,
    now: datetime,
    size: DemoSize,
    say: Callable[[str], None],
) -> None:
    then = now - PUBLISHED_BEFORE
    project = _project(plan, people, now=then)
    assign(project, people, raters, now=then)
    if project.item_count >= size.completed + size.open:
        return
    if project.item_count <= size.completed:
        _bring_in(plan, people, range(size.completed), now=then)
        submitted = evaluate_everything(project, raters, since=now - _RATED_BEFORE)
        say(f"{plan.name}: {size.completed} items imported, {submitted} evaluations by simulated raters")
    _bring_in(plan, people, range(size.completed, size.completed + size.open), now=now)
    say(f"{plan.name}: {size.open} more items wait for you")


def _project(plan: Plan, people: People, *, now: datetime) -> Project:
    """Return the project at work, created from its template, with its guideline published."""
    lead = people.lead
    if not Project.objects.visible_to(lead).filter(slug=plan.slug).exists():
        create_project(
            lead,
            SLUG,
            name=plan.name,
            slug=plan.slug,
            description=plan.description,
            template=plan.template,
            now=now,
        )
    if _stored(plan).overlap != plan.overlap and not Item.objects.of(_stored(plan)).exists():
        change_settings(lead, plan.slug, overlap=plan.overlap, now=now)
    if _stored(plan).guideline is None:
        publish_guideline(lead, plan.slug, now=now)
    if _stored(plan).state == ProjectState.DRAFT:
        change_state(lead, plan.slug, ProjectState.ACTIVE, now=now)
    return _stored(plan)


def _stored(plan: Plan) -> Project:
    projects = Project.objects.everywhere("the demo builds its own projects").select_related("guideline")
    return projects.select_related("organisation", "guideline").get(slug=plan.slug)


def _bring_in(plan: Plan, people: People, numbers: range, *, now: datetime) -> None:
    Path(settings.INCOMING).mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.INCOMING) as folder:
        import_folder(people.lead, plan.slug, write_items(plan.template, numbers, Path(folder)), now=now)
