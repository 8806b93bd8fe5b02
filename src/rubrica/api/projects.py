"""Projects: what there is, making one from a template, its settings, its state, its people."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import Amount, Line, Lines, PublicId, RequestBody, Slug, amount_document
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import MAX_HOURLY, MAX_REPEATS, Unit
from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from rubrica.kit import clock
from rubrica.records.models import ProjectMembership
from rubrica.records.models.project import ProjectState
from rubrica.usecases import projects
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import NotFoundError
from rubrica.usecases.projects import LEASE_SECONDS, MOST_OVERLAP, ProjectProgress
from rubrica.usecases.pseudonyms import name_shown

router = Router(tags=["Projects"])

State = Literal["draft", "active", "paused", "closed"]
ProjectRole = Literal["specialist", "reviewer", "lead"]
NewSlug = Annotated[str, Field(max_length=60, pattern=r"^([a-z0-9_]+(-[a-z0-9_]+)*)?$")]


class OrganisationName(BaseModel):
    """An organisation's name and address."""

    slug: str
    name: str


class GuidelineInForce(BaseModel):
    """The version that new work is judged under."""

    version: int
    content_hash: str
    published_at: datetime


class Project(BaseModel):
    """A set of items judged under one evolving guideline, and how far the work has come."""

    slug: str
    name: str
    description: str
    organisation: OrganisationName
    template: str
    state: State
    role: str = Field(description="The caller's role in the project.")
    overlap: int = Field(description="Evaluations wanted of each item.")
    most_overlap: int = Field(description="Most evaluations of an item on which raters differ; 0: as of the others.")
    lease_seconds: int = Field(description="How long an assignment is lent.")
    repeat_percent: int = Field(description="Of a hundred evaluations of one person, how many are repeats.")
    is_sensitive: bool = Field(description="Whether images stay blurred until the person reveals them.")
    may_be_named: bool = Field(description="Whether those who worked in it may tell others its name.")
    hourly_limit: int | None = Field(description="Most evaluations of one person within an hour.")
    hourly_cost: Amount | None = Field(
        description="What an hour of a specialist is reckoned to cost. Told to those who run the project."
    )
    guideline: GuidelineInForce | None = Field(description="Null until the first publication.")
    items: int
    completed_items: int
    evaluations: int
    created_at: datetime


class Projects(BaseModel):
    """The projects in the caller's world, by name."""

    projects: list[Project]


class NewProject(RequestBody):
    """A project to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organisation": "atelier", "name": "Portraits, June", "template": "ai-image-audit"}]
        }
    )

    organisation: str = Field(max_length=60, pattern=r"^[-a-zA-Z0-9_]+$", description="Slug of the organisation.")
    name: Line = Field(min_length=1, max_length=120)
    template: str = Field(max_length=60, description="Key of a template.", examples=["ai-image-audit"])
    slug: NewSlug = Field("", description="Address of the project; made from the name where it is left out.")
    description: Lines = Field("", max_length=2000)


class ProjectSettings(RequestBody):
    """Settings to change; what is left out stays."""

    name: Line | None = Field(None, min_length=1, max_length=120)
    description: Lines | None = Field(None, max_length=2000)
    overlap: int | None = Field(None, ge=1, le=MOST_OVERLAP)
    most_overlap: int | None = Field(None, ge=0, le=MOST_OVERLAP, description="0: as many as of the others.")
    lease_seconds: int | None = Field(None, ge=LEASE_SECONDS[0], le=LEASE_SECONDS[1])
    repeat_percent: int | None = Field(None, ge=0, le=MAX_REPEATS)
    is_sensitive: bool | None = None
    may_be_named: bool | None = None
    hourly_limit: int | None = Field(None, ge=0, le=MAX_HOURLY, description="0 lifts the limit.")
    hourly_cost: Amount | None = Field(None, description="For previews; null: not known.")


class ProjectStateChange(RequestBody):
    """The state that is to follow."""

    state: Literal["active", "paused", "closed"]


class Member(BaseModel):
    """Somebody who works in the project."""

    id: str
    name: str
    email: str | None = Field(description="Null for leads: addresses are for those who administer.")
    role: str
    evaluations: int = Field(description="Evaluations submitted in this project.")


class Members(BaseModel):
    """Who works in a project."""

    members: list[Member]


class RoleChange(RequestBody):
    """The role that a member is given."""

    role: ProjectRole


class TemplateSummary(BaseModel):
    """A rubric with a guideline to start from."""

    key: str
    name: str
    description: str
    unit: Unit = Field(description="Whether an item is one image, a pair, a reference with a result, or a set.")


class Templates(BaseModel):
    """The templates that come with Rubrica."""

    templates: list[TemplateSummary]


class Template(TemplateSummary):
    """A template with all that it brings."""

    rubric: dict[str, Any]
    guideline: str = Field(description="Markdown with clause anchors.")


TemplateKey = Annotated[str, Path(description="Key of a template.", example="side-by-side")]


@router.get("/projects", operation_id="list_projects", summary="List projects", response=answers({200: Projects}))
def list_projects(request: HttpRequest) -> Projects:
    """Return the projects that the caller takes part in, or whose organisation the caller administers."""
    return Projects(projects=[project_document(progress) for progress in projects.projects_of(caller(request))])


@router.post(
    "/projects",
    operation_id="create_project",
    summary="Create a project",
    response=answers_to_body({201: Project}, 404),
)
def create_project(request: HttpRequest, new: NewProject) -> Status[Project]:
    """Make a project from a template: its guideline starts as the template's draft, and its creator leads it."""
    account = caller(request)
    project = projects.create_project(
        account,
        new.organisation,
        name=new.name,
        template=new.template,
        slug=new.slug,
        description=new.description,
        now=clock.now(),
    )
    return Status(201, _document(request, project.slug))


@router.get(
    "/projects/{slug:slug}",
    operation_id="read_project",
    summary="Read a project",
    response=answers({200: Project}, 404),
)
def read_project(request: HttpRequest, slug: Slug) -> Project:
    """Return one project."""
    return _document(request, slug)


@router.patch(
    "/projects/{slug:slug}",
    operation_id="change_project_settings",
    summary="Change a project's settings",
    response=answers_to_body({200: Project}, 404),
)
def change_project_settings(request: HttpRequest, slug: Slug, changed: ProjectSettings) -> Project:
    """Change what is given and leave the rest. A changed overlap applies to every item that is not complete."""
    asked = changed.model_dump(exclude_unset=True)
    if "hourly_cost" in asked:
        cost = changed.hourly_cost
        asked["hourly_cost"] = (cost.amount, cost.currency) if cost is not None else ("", "")
    projects.change_settings(caller(request), slug, now=clock.now(), **asked)
    return _document(request, slug)


@router.put(
    "/projects/{slug:slug}/state",
    operation_id="change_project_state",
    summary="Start, pause, resume or close a project",
    response=answers_to_body({200: Project}, 404, 409),
)
def change_project_state(request: HttpRequest, slug: Slug, change: ProjectStateChange) -> Project:
    """Change whether the project hands out work. It starts once a guideline is published."""
    projects.change_state(caller(request), slug, ProjectState(change.state), now=clock.now())
    return _document(request, slug)


@router.get(
    "/projects/{slug:slug}/members",
    operation_id="list_project_members",
    summary="List who works in a project",
    response=answers({200: Members}, 403, 404),
)
def list_project_members(request: HttpRequest, slug: Slug) -> Members:
    """Return the people with a role in the project, with their counts. For leads and organisation admins."""
    access = open_project(caller(request), slug)
    return Members(members=[_member(access, row) for row in projects.project_members(access)])


@router.put(
    "/projects/{slug:slug}/members/{id:member_id}",
    operation_id="set_project_role",
    summary="Give a member a role",
    response=answers_to_body({204: None}, 404),
)
def set_project_role(request: HttpRequest, slug: Slug, member_id: PublicId, change: RoleChange) -> Status[None]:
    """Give a member of the organisation a role in the project, in place of the one before. It counts at once."""
    projects.set_project_role(caller(request), slug, member_id, Role(change.role), now=clock.now())
    return Status(204, None)


@router.delete(
    "/projects/{slug:slug}/members/{id:member_id}",
    operation_id="end_project_role",
    summary="End a member's role",
    response=answers({204: None}, 403, 404),
)
def end_project_role(request: HttpRequest, slug: Slug, member_id: PublicId) -> Status[None]:
    """End what a member may do in the project, at once. Evaluations stay."""
    projects.set_project_role(caller(request), slug, member_id, None, now=clock.now())
    return Status(204, None)


@router.get("/templates", operation_id="list_templates", summary="List templates", response=answers({200: Templates}))
def list_templates(request: HttpRequest) -> Templates:  # noqa: ARG001  (ninja passes it)
    """Return what projects can be made from."""
    return Templates(templates=[TemplateSummary(**_template_facts(key)) for key in template_keys()])


@router.get(
    "/templates/{slug:key}",
    operation_id="read_template",
    summary="Read a template",
    response=answers({200: Template}, 404),
)
def read_template(request: HttpRequest, key: TemplateKey) -> Template:  # noqa: ARG001  (as above)
    """Return a template's rubric and guideline."""
    if key not in template_keys():
        message = "There is no such template."
        raise NotFoundError(message)
    rubric = template_rubric(key).as_json()
    return Template(**_template_facts(key), rubric=rubric, guideline=template_guideline(key))


def _template_facts(key: str) -> dict[str, Any]:
    rubric = template_rubric(key)
    return {"key": key, "name": rubric.name, "description": rubric.description, "unit": rubric.unit}


def _document(request: HttpRequest, slug: str) -> Project:
    return project_document(projects.progress_of(open_project(caller(request), slug)))


def project_document(progress: ProjectProgress) -> Project:
    """Return a project as the caller may see it."""
    project, guideline = progress.access.project, progress.access.project.guideline
    in_force = guideline and GuidelineInForce(
        version=guideline.number, content_hash=guideline.content_hash, published_at=guideline.published_at
    )
    return Project(
        slug=project.slug,
        name=project.name,
        description=project.description,
        organisation=OrganisationName(slug=project.organisation.slug, name=project.organisation.name),
        template=project.template,
        state=ProjectState(project.state).value,
        role=progress.access.role,
        overlap=project.overlap,
        most_overlap=project.most_overlap,
        lease_seconds=project.lease_seconds,
        repeat_percent=project.repeat_percent,
        is_sensitive=project.is_sensitive,
        may_be_named=project.may_be_named,
        hourly_limit=project.hourly_limit,
        hourly_cost=amount_document(project.hourly_cost) if progress.access.may(Permission.MANAGE_PROJECT) else None,
        guideline=in_force,
        items=progress.items,
        completed_items=progress.completed_items,
        evaluations=progress.evaluations,
        created_at=project.created_at,
    )


def _member(access: ProjectAccess, membership: ProjectMembership) -> Member:
    account = membership.account
    return Member(
        id=account.public_id,
        name=name_shown(access, account),
        email=account.email if access.may(Permission.SEE_NAMES) else None,
        role=membership.role,
        evaluations=membership.evaluation_count,
    )
