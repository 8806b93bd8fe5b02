"""Building the demo step by step. Each step first looks whether it is done, so a start that was cut short goes on."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from rubrica.records.models import Item, Project
from rubrica.records.models.project import ProjectState
from rubrica.usecases.demo.calibrating import hold_rounds, hold_tests, review
from rubrica.usecases.demo.living_rules import ask_and_rule, clarify, keep_asking
from rubrica.usecases.demo.people import People
from rubrica.usecases.demo.pictures import write_items
from rubrica.usecases.demo.plans import ORGANISATION, PLANS, SLUG, DemoSize, Plan
from rubrica.usecases.demo.raters import Rater, assign, hire, let_in, untrained
from rubrica.usecases.demo.simulating import evaluate_everything
from rubrica.usecases.guidelines import publish_guideline
from rubrica.usecases.imports import import_folder
from rubrica.usecases.projects import change_settings, change_state, create_project

PUBLISHED_BEFORE: Final = timedelta(days=6)
"""How long before the present the demo's past begins."""
_RATED_BEFORE: Final = timedelta(days=4)


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
    if not plan.has_history:
        let_in(project, people, now=then)
    if project.item_count >= size.completed + size.open:
        return
    if project.item_count <= size.completed:
        if plan.has_history:
            _begin_history(plan, project, people, raters, now=now, size=size, say=say)
        _bring_in(plan, people, range(size.pilot if plan.has_history else 0, size.completed), now=then)
        since = now - _RATED_BEFORE
        submitted = evaluate_everything(_stored(plan), raters, since=since)
        say(f"{plan.name}: {size.completed} items imported, {submitted} evaluations by simulated raters")
        if plan.has_history:
            _go_on(plan, people, raters, now=now, say=say)
    let_in(project, people, now=now - timedelta(hours=20))
    _bring_in(plan, people, range(size.completed, size.completed + size.open), now=now)
    say(f"{plan.name}: {size.open} more items wait for you")


def _begin_history(
    plan: Plan,
    project: Project,
    people: People,
    raters: Sequence[Rater],
    *,
    now: datetime,
    size: DemoSize,
    say: Callable[[str], None],
) -> None:
    """Judge the first items under version 1, by raters who read it further apart, ask about it, and clear it up."""
    if project.item_count <= size.pilot:
        _bring_in(plan, people, range(size.pilot), now=now - PUBLISHED_BEFORE)
        evaluate_everything(project, untrained(raters), since=now - PUBLISHED_BEFORE + timedelta(hours=2))
    ask_and_rule(project, people, raters, now=now - PUBLISHED_BEFORE + timedelta(hours=8))
    clarify(project, people, raters, now=now - PUBLISHED_BEFORE + timedelta(hours=26))
    say(f"{plan.name}: {size.pilot} items judged under version 1, questions asked, version 2 published")


def _go_on(plan: Plan, people: People, raters: Sequence[Rater], *, now: datetime, say: Callable[[str], None]) -> None:
    """Test, calibrate and review the raters, and leave something of everything to do."""
    project = _stored(plan)
    hold_tests(project, people, raters, now=now - timedelta(days=3))
    hold_rounds(project, people, raters, now=now - timedelta(days=2))
    review(project, people, raters, now=now - timedelta(hours=16))
    let_in(project, people, now=now - timedelta(hours=20))
    keep_asking(project, people, raters, now=now - timedelta(hours=3))
    say(f"{plan.name}: tests, calibration rounds and reviews held")


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
