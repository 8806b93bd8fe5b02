"""What a lead should look at: for each project the one next step, where there is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rubrica.domain.roles import Permission, Role
from rubrica.kit.clock import now
from rubrica.records.models import Account, EdgeCase, Project, ProjectMembership
from rubrica.records.models.project import ProjectState
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.application_review import waiting_for as applications_waiting
from rubrica.usecases.edge_cases import unvoted_cases
from rubrica.usecases.engagements import waiting_for as engagements_waiting
from rubrica.usecases.projects import ProjectProgress
from rubrica.usecases.reviews import waiting_reviews as reviews_waiting
from rubrica.usecases.time_claims import waiting_claims as claims_waiting


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a project waits for, and the page where it is done."""

    project: Project
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of getting a project going."""

    words: str
    url: str
    is_done: bool
    is_next: bool


def next_steps(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return what the projects that a person leads wait for, those that wait for nothing left out."""
    led = [row for row in rows if row.access.may(Permission.MANAGE_PROJECT)]
    specialists = _specialists(account, [row.access.project for row in led])
    found = []
    for row in led:
        step = _next_step(row, specialists.get(row.access.project.pk, 0))
        if step is not None:
            found.append(NextStep(row.access.project, *step))
    return found


def waiting_cases(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return the edge cases that wait for the person: those to see to, and those to vote on."""
    projects = [row.access.project for row in rows if row.access.may(Permission.DISCUSS_EDGE_CASES)]
    owned = EdgeCase.objects.visible_to(account).filter(owner=account).values_list("project", "due_at")
    due = list(owned)
    unvoted = unvoted_cases(account, projects)
    at = now()
    found = []
    for project in projects:
        url = reverse("edge_cases", args=[project.slug])
        moments = [moment for of, moment in due if of == project.pk]
        overdue = sum(moment is not None and moment < at for moment in moments)
        if moments:
            words = ngettext("%(count)s edge case to see to", "%(count)s edge cases to see to", len(moments))
            late = _(", %(count)s overdue") % {"count": overdue} if overdue else ""
            found.append(NextStep(project, words % {"count": len(moments)} + late, url))
        if count := unvoted.get(project.pk, 0):
            words = ngettext("%(count)s edge case to vote on", "%(count)s edge cases to vote on", count)
            found.append(NextStep(project, words % {"count": count}, url))
    return found


def waiting_reviews(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return the reviews that wait for the person: to decide on, or, of one's own work, to read or to appeal."""
    projects = [row.access.project for row in rows]
    counts = reviews_waiting(account, projects)
    found = []
    for row in rows:
        project = row.access.project
        if count := counts.get(project.pk, 0):
            words = (
                ngettext("%(count)s review to decide on", "%(count)s reviews to decide on", count)
                if row.access.may(Permission.REVIEW)
                else ngettext("%(count)s review of your work to read", "%(count)s reviews of your work to read", count)
            )
            found.append(NextStep(project, words % {"count": count}, reverse("reviews", args=[project.slug])))
    return found


def waiting_claims(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return the claims of time that wait for the person's decision."""
    projects = [row.access.project for row in rows]
    return _to_decide(
        claims_waiting(account, projects),
        projects,
        lambda n: ngettext("%(count)s claim of time to decide on", "%(count)s claims of time to decide on", n),
        "time_claims",
    )


def waiting_applications(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return the applications that wait for the person: to read, to decide on, or whose appeal to decide."""
    led = [row.access.project for row in rows if row.access.may(Permission.MANAGE_OPENINGS)]
    return _to_decide(
        applications_waiting(account, led),
        led,
        lambda n: ngettext("%(count)s application to decide on", "%(count)s applications to decide on", n),
        "project_applications",
    )


def waiting_hearings(account: Account, rows: Sequence[ProjectProgress]) -> list[NextStep]:
    """Return the restrictions and hearings of others that wait for the person's decision."""
    led = [row.access.project for row in rows if row.access.may(Permission.MANAGE_PROJECT_MEMBERS)]
    return _to_decide(
        engagements_waiting(account, led),
        led,
        lambda n: ngettext("%(count)s engagement to decide on", "%(count)s engagements to decide on", n),
        "project_engagements",
    )


def _to_decide(
    counts: Mapping[int, int], projects: Sequence[Project], words: Callable[[int], str], page: str
) -> list[NextStep]:
    """Return a step for each project in which something waits, leading to a page of it."""
    waits = [(project, counts.get(project.pk, 0)) for project in projects]
    return [
        NextStep(project, words(count) % {"count": count}, reverse(page, args=[project.slug]))
        for project, count in waits
        if count
    ]


def specialists_of(access: ProjectAccess) -> int:
    """Return how many people evaluate in a project."""
    return ProjectMembership.objects.of(access.project).filter(role=Role.SPECIALIST, is_active=True).count()


def steps(access: ProjectAccess, items: int, specialists: int) -> list[Step]:
    """Return the steps that get a project going; none once they are all done, or for those who may not take them."""
    if not access.may(Permission.MANAGE_PROJECT):
        return []
    slug = access.project.slug
    done = (
        (_("Import items"), reverse("imports", args=[slug]), items > 0),
        (_("Publish the guideline"), reverse("edit_guideline", args=[slug]), access.project.guideline_id is not None),
        (_("Invite specialists"), reverse("project_people", args=[slug]), specialists > 0),
        (_("Start the project"), "", access.project.state != ProjectState.DRAFT),
    )
    if all(is_done for _words, _url, is_done in done):
        return []
    first = next(place for place, (_words, _url, is_done) in enumerate(done) if not is_done)
    return [Step(*step, is_next=place == first) for place, step in enumerate(done)]


def _specialists(account: Account, projects: Sequence[Project]) -> dict[int, int]:
    rows = ProjectMembership.objects.visible_to(account).filter(
        project__in=[project.pk for project in projects], role=Role.SPECIALIST, is_active=True
    )
    return dict(rows.order_by().values_list("project_id").annotate(Count("pk")))


def _next_step(row: ProjectProgress, specialists: int) -> tuple[str, str] | None:
    project = row.access.project
    step = next((step for step in steps(row.access, row.items, specialists) if step.is_next), None)
    if step is not None:
        return step.words, step.url or reverse("project", args=[project.slug])
    if project.state == ProjectState.PAUSED:
        return _("Paused: resume it, or close it"), reverse("project", args=[project.slug])
    if project.state == ProjectState.ACTIVE and row.completed_items >= row.items:
        return _("Every item is complete: look at the results"), reverse("results", args=[project.slug])
    return None
