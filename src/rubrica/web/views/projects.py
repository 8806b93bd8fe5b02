"""Projects: the list, a new one, its overview, settings and people."""

from collections.abc import Mapping

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.roles import PROJECT_ROLES, Permission, Role, may_grant
from rubrica.domain.templates import template_keys, template_rubric
from rubrica.kit.clock import now
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.records.models import Membership, ProjectMembership
from rubrica.records.models.project import ProjectState
from rubrica.usecases import organisations
from rubrica.usecases import projects as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.pseudonyms import by_name_shown
from rubrica.usecases.reports import project_report
from rubrica.web.attention import specialists_of, steps
from rubrica.web.requests import person, posted, whole, words
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.reports import criterion_context

MOST_MEASURED_HERE = 5_000
"""Evaluations up to which the overview shows agreement: measuring more takes longer than opening a page should."""

_SORTS = {"name": lambda row: row.access.project.name.lower(), "evaluations": lambda row: -row.evaluations}


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects in the person's world, filtered and sorted as the address says."""
    own = person(request)
    sought, state, sort = (words(request, name) for name in ("q", "state", "sort"))
    every = usecases.projects_of(own)
    rows = [
        row
        for row in every
        if all(word in row.access.project.name.lower() for word in sought.lower().split())
        and state in {"", row.access.project.state}
    ]
    rows.sort(key=_SORTS.get(sort, _SORTS["name"]))
    may_create = any(access.may(Permission.CREATE_PROJECT) for access in organisations.organisations_of(own))
    context = {
        "rows": rows,
        "any": bool(every),
        "words": sought,
        "state": state,
        "sort": sort,
        "states": ProjectState.choices,
        "may_create": may_create,
    }
    return render(request, "project/projects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_project(request: HttpRequest) -> HttpResponse:
    """Create a project from a template."""
    own = person(request)
    places = [access for access in organisations.organisations_of(own) if access.may(Permission.CREATE_PROJECT)]
    templates = [template_rubric(key) for key in template_keys()]
    context: dict[str, object] = {"places": places, "templates": templates, "given": request.POST}
    if request.method == "POST":
        try:
            made = usecases.create_project(
                own,
                posted(request, "organisation", most=60),
                name=posted(request, "name", most=120),
                template=posted(request, "template", most=60),
                description=posted(request, "description", most=2000),
                now=now(),
            )
        except InvalidInputError as error:
            context |= {"message": str(error), "problems": problems_of(error)}
            return render(request, "project/new.html", context, status=422)
        return redirect("project", made.slug)
    return render(request, "project/new.html", context)


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where a project stands and what comes next."""
    access = open_project(person(request), slug)
    progress = usecases.progress_of(access)
    specialists = specialists_of(access)
    own = ProjectMembership.objects.of(access.project).filter(account=access.account, is_active=True).first()
    context = {
        "access": access,
        "progress": progress,
        "specialists": specialists,
        "done": own.own_count if own is not None else 0,
        "steps": steps(access, progress.items, specialists),
        "following": _following(access),
        "agreement": _agreement(access, progress.evaluations),
        "may": {permission.value: access.may(permission) for permission in Permission},
    }
    return render(request, "project/project.html", context)


def _following(access: ProjectAccess) -> list[tuple[ProjectState, str]]:
    """Return the states that can follow, with the words on their buttons; none for those who may not change it."""
    if not access.may(Permission.MANAGE_PROJECT):
        return []
    return {
        ProjectState.DRAFT: [(ProjectState.ACTIVE, _("Start the project"))] if access.project.guideline_id else [],
        ProjectState.ACTIVE: [(ProjectState.PAUSED, _("Pause")), (ProjectState.CLOSED, _("Close"))],
        ProjectState.PAUSED: [(ProjectState.ACTIVE, _("Resume")), (ProjectState.CLOSED, _("Close"))],
        ProjectState.CLOSED: [(ProjectState.PAUSED, _("Reopen, paused"))],
    }[ProjectState(access.project.state)]


def _agreement(access: ProjectAccess, evaluations: int) -> list[dict[str, object]]:
    """Return agreement by criterion, where it takes no time worth mentioning; the results page tells all of it."""
    shows = access.may(Permission.SEE_RESULTS) and access.project.guideline_id is not None
    if not shows or not 0 < evaluations <= MOST_MEASURED_HERE:
        return []
    return [criterion_context(row) for row in project_report(access).criteria]


@require_POST
def change_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Start, pause, resume or close a project."""
    own, wanted = person(request), posted(request, "state", most=12)
    open_project(own, slug, Permission.MANAGE_PROJECT)
    if wanted not in ProjectState.values:
        messages.error(request, _("That is not a state of a project."))
        return redirect("project", slug)
    state = ProjectState(wanted)
    attempt(
        request,
        lambda: usecases.change_state(own, slug, state, now=now()),
        _("The project is now %(state)s.") % {"state": state.label.lower()},
    )
    return redirect("project", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and change a project's settings and state."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_PROJECT)
    project = access.project
    given: Mapping[str, object] = {
        "name": project.name,
        "description": project.description,
        "overlap": project.overlap,
        "most_overlap": project.most_overlap,
        "lease_minutes": project.lease_seconds // 60,
        "repeat_percent": project.repeat_percent,
        "is_sensitive": project.is_sensitive,
        "may_be_named": project.may_be_named,
        "hourly_limit": project.hourly_limit or 0,
        "hourly_cost": project.hourly_cost.decimal if project.hourly_cost else "",
        "currency": project.currency,
    }
    context: dict[str, object] = {"access": access, "following": _following(access), "given": given}
    if request.method == "POST":
        try:
            usecases.change_settings(
                own,
                slug,
                now=now(),
                name=posted(request, "name", most=120),
                description=posted(request, "description", most=2000),
                overlap=whole(request, "overlap"),
                most_overlap=whole(request, "most_overlap"),
                lease_seconds=60 * whole(request, "lease_minutes"),
                repeat_percent=whole(request, "repeat_percent"),
                is_sensitive=posted(request, "is_sensitive", most=6) == "on",
                may_be_named=posted(request, "may_be_named", most=6) == "on",
                hourly_limit=whole(request, "hourly_limit"),
                hourly_cost=(posted(request, "hourly_cost", most=20), posted(request, "currency", most=3)),
            )
        except InvalidInputError as error:
            context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
            return render(request, "project/settings.html", context, status=422)
        messages.success(request, _("The settings were saved."))
        return redirect("project_settings", slug)
    return render(request, "project/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who works in a project; invite by link."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_PROJECT_MEMBERS)
    roles = [role for role in PROJECT_ROLES if may_grant(access.role, role)]
    members = usecases.project_members(access)
    context: dict[str, object] = {
        "access": access,
        "roles": roles,
        "members": members,
        "others": _others(access, members),
    }
    if request.method == "POST":
        try:
            role = posted(request, "role", most=24)
            made = organisations.invite(
                own,
                access.project.organisation.slug,
                email=posted(request, "email", most=254),
                role=Role(role) if role in set(PROJECT_ROLES) else Role.SPECIALIST,
                project_slug=slug,
                now=now(),
            )
        except (InvalidInputError, ConflictError) as error:
            context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
            return render(request, "project/people.html", context, status=422)
        context |= {"invited": made.invitation, "link": invitation_link(made.secret)}
    return render(request, "project/people.html", context)


def _others(access: ProjectAccess, members: list[ProjectMembership]) -> list[Membership]:
    """Return the members of the organisation who have no part in the project yet."""
    there = [member.account_id for member in members]
    rows = Membership.objects.of_organisation(access.project.organisation).exclude(account__in=there)
    return by_name_shown(access, rows.select_related("account"))


@require_POST
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Give somebody of the organisation a part in the project, without an invitation."""
    return _set_role(request, slug, posted(request, "member", most=PUBLIC_ID_LENGTH))


def invitation_link(secret: str) -> str:
    """Return the absolute address of an invitation, from the configured base and never from a request's header."""
    return f"{site.BASE_URL}{reverse('invitation', args=[secret])}"


@require_POST
def change_role(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    """Give a member another role in the project, or end it."""
    return _set_role(request, slug, member)


def _set_role(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    own, wanted = person(request), posted(request, "role", most=24)
    role = Role(wanted) if wanted in set(PROJECT_ROLES) else None
    attempt(
        request,
        lambda: usecases.set_project_role(own, slug, member, role, now=now()),
        _("The role was changed; it takes effect at once."),
    )
    return redirect("project_people", slug)
