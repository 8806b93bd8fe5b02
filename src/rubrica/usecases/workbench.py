"""The workbench as it opens: the rules a rater works under, and how far the rater has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rubrica.domain.guideline import Clause, parse_guideline
from rubrica.domain.rubric import Rubric
from rubrica.records.models import Account, Assignment, GuidelineVersion, ItemImage, Project
from rubrica.records.queries import work_queue
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.queries.work_queue import Desk
from rubrica.usecases.accounts import workbench_of, zone_of
from rubrica.usecases.acknowledgements import News, news_for
from rubrica.usecases.assignments import progress_of, specialist_desk
from rubrica.usecases.errors import ConflictError, NotFoundError
from rubrica.usecases.own_pace import Day, own_today
from rubrica.usecases.worked_examples import ShownExample, examples_shown


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a rater needs before the first item."""

    version: GuidelineVersion
    rubric: Rubric
    clauses: tuple[Clause, ...]
    examples: Mapping[str, str]
    """Public ids of the images that the rubric shows as examples, by item key."""
    worked: Sequence[ShownExample]
    """The worked examples that the rater may see: those whose items come no more."""
    done: int
    total: int
    today: Day
    """What the person did here today, in the person's own zone."""
    news: News | None
    """What changed in the guideline since the person last read it."""
    preferences: Mapping[str, Any] | None
    """How the person set up the workbench; None before anything was chosen."""


def open_workbench(account: Account, slug: str, *, now: datetime, version: int | None = None) -> Workbench:
    """Return the guideline and rubric in force, or of the ``version`` under which the rater holds an assignment.

    Raises
    ------
    NotFoundError
        The person has no part in the project, or no assignment under that version.
    NotAllowedError
        The person's role does not evaluate.
    ConflictError
        No guideline has been published yet.
    """
    desk = specialist_desk(work_queue.find_desk(slug, account.pk))
    found = version_for(account, desk, version)
    rubric = rubric_of_version(found.pk, found.content_hash)
    return Workbench(
        found,
        rubric,
        parse_guideline(found.markdown).clauses,
        _examples(found.project, rubric),
        examples_shown(found.project, rubric, account),
        *progress_of(desk),
        own_today(account, zone_of(account), found.project, now=now),
        news_for(account, desk.project_id),
        workbench_of(account),
    )


def _examples(project: Project, rubric: Rubric) -> dict[str, str]:
    named = {key for criterion in rubric.criteria for keys in criterion.examples for key in keys}
    if not named:
        return {}
    images = ItemImage.objects.of(project).filter(item__key__in=named, slot=0)
    return dict(images.values_list("item__key", "image__public_id"))


def version_for(account: Account, desk: Desk, number: int | None) -> GuidelineVersion:
    """Return the guideline version in force, or the one under which the rater holds an assignment.

    Raises
    ------
    NotFoundError
        The rater has no assignment under that version.
    ConflictError
        No guideline has been published yet.
    """
    versions = GuidelineVersion.objects.visible_to(account, while_screened=True).filter(project=desk.project_id)
    versions = versions.select_related("project")
    if number is not None:
        own = Assignment.objects.of_account(account).filter(
            guideline__number=number, guideline__project=desk.project_id
        )
        found = versions.filter(number=number).first() if own.exists() else None
        if found is None:
            message = "You have no assignment under that version of the guideline."
            raise NotFoundError(message)
        return found
    if desk.guideline_id is None:
        message = "The project's guideline has not been published yet, so there is nothing to evaluate under."
        raise ConflictError(message)
    return versions.get(pk=desk.guideline_id)
