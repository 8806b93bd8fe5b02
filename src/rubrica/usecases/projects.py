"""Projects: creating them from a template, who works in them, whether they hand out work."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum
from django.utils.text import slugify

from rubrica.domain.money import EXPONENT_OF, Money, read_money
from rubrica.domain.problems import Problem, quoted
from rubrica.domain.roles import Permission, Role, may_grant
from rubrica.domain.rubric import MAX_HOURLY, MAX_OVERLAP, MAX_REPEATS, Rubric
from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from rubrica.records.models import (
    Account,
    GuidelineDraft,
    Item,
    Membership,
    Organisation,
    Project,
    ProjectMembership,
)
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.project import ProjectState
from rubrica.records.queries.items import is_complete
from rubrica.usecases.access import ProjectAccess, open_organisation, open_project, record, visible_projects
from rubrica.usecases.attempts import ask_newcomer
from rubrica.usecases.engagement_steps import refuse_while_engaged
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.leaving import hand_over
from rubrica.usecases.pseudonyms import by_name_shown

MOST_OVERLAP = MAX_OVERLAP
LEASE_SECONDS = (60, 86_400)
MOST_HOURLY_COST = 1_000_000_000
"""In minor units: what is more is a slip of the hand, in any currency."""

_TRANSITIONS = {
    ProjectState.DRAFT: {ProjectState.ACTIVE, ProjectState.CLOSED},
    ProjectState.ACTIVE: {ProjectState.PAUSED, ProjectState.CLOSED},
    ProjectState.PAUSED: {ProjectState.ACTIVE, ProjectState.CLOSED},
    ProjectState.CLOSED: {ProjectState.PAUSED},
}


@dataclass(frozen=True, slots=True)
class ProjectProgress:
    """A project in a list: how much there is and how much is done."""

    access: ProjectAccess
    items: int
    completed_items: int
    evaluations: int


@transaction.atomic
def create_project(
    account: Account,
    organisation_slug: str,
    *,
    name: str,
    template: str,
    now: datetime,
    slug: str = "",
    description: str = "",
) -> Project:
    """Create a project from a template; its guideline starts as the template's draft and its creator leads it.

    Raises
    ------
    InvalidInputError
        The name or template cannot be taken, or the slug is in use.
    NotAllowedError
        The person may not create projects in the organisation.
    """
    access = open_organisation(account, organisation_slug, Permission.CREATE_PROJECT)
    if template not in template_keys():
        message = "The project was not created."
        raise InvalidInputError(message, [Problem("template", "is not known", ", ".join(template_keys()))])
    rubric = template_rubric(template)
    project = _insert_project(
        access.organisation,
        account,
        name=name,
        slug=slug,
        description=description,
        template=template,
        rubric=rubric,
        now=now,
    )
    ProjectMembership.objects.create(project=project, account=account, role=Role.LEAD, created_at=now)
    GuidelineDraft.objects.create(
        project=project,
        markdown=template_guideline(template),
        rubric=rubric.as_json(),
        updated_at=now,
        updated_by=account,
    )
    record("project.created", project.slug, at=now, actor=account, project=project, template=template)
    return project


def _insert_project(
    organisation: Organisation,
    account: Account,
    *,
    name: str,
    slug: str,
    description: str,
    template: str,
    rubric: Rubric,
    now: datetime,
) -> Project:
    name = name.strip()
    slug = slug or slugify(name)[:60]
    if not slug or slugify(slug) != slug:
        message = "The project was not created."
        raise InvalidInputError(
            message, [Problem("name" if not name else "slug", "cannot name an address", "letters, digits and hyphens")]
        )
    try:
        with transaction.atomic():
            return Project.objects.create(
                organisation=organisation,
                slug=slug,
                name=name[:120],
                description=description[:2000],
                template=template,
                overlap=rubric.overlap,
                repeat_percent=rubric.repeats,
                is_sensitive=rubric.sensitive,
                hourly_limit=rubric.hourly_limit or None,
                created_at=now,
                created_by=account,
            )
    except IntegrityError as error:
        message = f"The address {slug} is taken. Choose another."
        raise InvalidInputError(message, [Problem("slug", "is taken", "an address not yet used")]) from error


def projects_of(account: Account) -> list[ProjectProgress]:
    """Return the projects in a person's world with their counts, by name. Costs the same for one as for many."""
    projects = list(visible_projects(account).select_related("organisation", "guideline").order_by("name", "id"))
    roles = _roles(account, projects)
    counts = _item_counts(projects)
    totals = _evaluation_counts(projects)
    return [
        ProjectProgress(
            ProjectAccess(project, account, roles[project.pk]),
            items=counts.get(project.pk, (0, 0))[0],
            completed_items=counts.get(project.pk, (0, 0))[1],
            evaluations=totals.get(project.pk, 0),
        )
        for project in projects
        if project.pk in roles
    ]


def progress_of(access: ProjectAccess) -> ProjectProgress:
    """Return how much there is in one project and how much is done."""
    items, completed = _item_counts([access.project]).get(access.project.pk, (0, 0))
    return ProjectProgress(access, items, completed, _evaluation_counts([access.project]).get(access.project.pk, 0))


def _roles(account: Account, projects: list[Project]) -> dict[int, Role]:
    if account.acts_as_operator:
        return dict.fromkeys((project.pk for project in projects), Role.ORGANISATION_ADMIN)
    administered = set(
        Membership.objects.of_account(account)
        .filter(role=Role.ORGANISATION_ADMIN)
        .values_list("organisation_id", flat=True)
    )
    own = {
        row.project_id: Role(row.role) for row in ProjectMembership.objects.of_account(account).filter(is_active=True)
    }
    return {
        project.pk: Role.ORGANISATION_ADMIN if project.organisation_id in administered else own[project.pk]
        for project in projects
        if project.organisation_id in administered or project.pk in own
    }


def _item_counts(projects: list[Project]) -> dict[int, tuple[int, int]]:
    items = Item.objects.everywhere("the caller has scoped the projects").filter(is_withdrawn=False)
    complete = Count("pk", filter=is_complete())
    rows = items.filter(project__in=[project.pk for project in projects]).order_by().values("project_id")
    counted = rows.annotate(items=Count("pk"), completed=complete)
    return {row["project_id"]: (row["items"], row["completed"]) for row in counted}


def _evaluation_counts(projects: list[Project]) -> dict[int, int]:
    """Return the number of submitted evaluations of each project, from the counters kept on its memberships."""
    memberships = ProjectMembership.objects.everywhere("the caller has scoped the projects")
    rows = memberships.filter(project__in=[project.pk for project in projects]).values("project_id")
    return {row["project_id"]: row["total"] for row in rows.annotate(total=Sum("evaluation_count"))}


@transaction.atomic
def change_settings(
    account: Account,
    slug: str,
    *,
    now: datetime,
    name: str | None = None,
    description: str | None = None,
    overlap: int | None = None,
    most_overlap: int | None = None,
    lease_seconds: int | None = None,
    repeat_percent: int | None = None,
    is_sensitive: bool | None = None,
    may_be_named: bool | None = None,
    hourly_limit: int | None = None,
    hourly_cost: tuple[str, str] | None = None,
) -> Project:
    """Change a project's settings. A changed overlap applies to every item that is not complete.

    An ``hourly_limit`` of 0 lifts the limit. An ``hourly_cost`` is an amount and its currency; without an amount nobody
    reckons with one.

    Raises
    ------
    InvalidInputError
        A setting is out of range; nothing is changed.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT)
    project = Project.objects.of(access.project).select_for_update().get()
    problems = _settings_problems(
        name,
        overlap=(overlap, 1, MOST_OVERLAP, "evaluations an item"),
        most_overlap=(most_overlap, 0, MOST_OVERLAP, "evaluations an item, or 0 for as many as of the others"),
        lease_seconds=(lease_seconds, *LEASE_SECONDS, "seconds"),
        repeat_percent=(repeat_percent, 0, MAX_REPEATS, "of a hundred evaluations"),
        hourly_limit=(hourly_limit, 0, MAX_HOURLY, "evaluations an hour, or 0 for no limit"),
    )
    cost = _read_hourly_cost(*hourly_cost, problems) if hourly_cost is not None else project.hourly_cost
    if problems:
        message = "The settings were not changed."
        raise InvalidInputError(message, problems)
    if overlap is not None and overlap != project.overlap:
        _change_overlap(project, overlap)
    project.name = name.strip()[:120] if name is not None else project.name
    project.description = description[:2000] if description is not None else project.description
    project.most_overlap = most_overlap if most_overlap is not None else project.most_overlap
    project.lease_seconds = lease_seconds if lease_seconds is not None else project.lease_seconds
    project.repeat_percent = repeat_percent if repeat_percent is not None else project.repeat_percent
    project.is_sensitive = is_sensitive if is_sensitive is not None else project.is_sensitive
    project.may_be_named = may_be_named if may_be_named is not None else project.may_be_named
    project.hourly_limit = (hourly_limit or None) if hourly_limit is not None else project.hourly_limit
    project.hourly_cost_minor = cost.minor if cost is not None else None
    project.currency = cost.currency if cost is not None else project.currency
    fields = (
        "overlap",
        "most_overlap",
        "lease_seconds",
        "repeat_percent",
        "is_sensitive",
        "may_be_named",
        "hourly_limit",
    )
    project.save(update_fields=["name", "description", *fields, "hourly_cost_minor", "currency"])
    changed = {field: getattr(project, field) for field in fields} | {"hourly_cost": str(cost or "")}
    record("project.settings_changed", slug, at=now, actor=account, project=project, **changed)
    return project


def _read_hourly_cost(amount: str, currency: str, problems: list[Problem]) -> Money | None:
    if not amount.strip():
        return None
    if currency not in EXPONENT_OF:
        problems.append(Problem("currency", f"is {quoted(currency)}", "a code of ISO 4217 in capitals, such as USD"))
        return None
    cost = read_money(amount, currency)
    if cost is None or cost.minor > MOST_HOURLY_COST:
        digits = EXPONENT_OF[currency]
        example = Money(25 * 10**digits, currency).decimal
        allowed = f"an amount such as {example}, with at most {digits} digits behind the point"
        problems.append(Problem("hourly_cost", f"is {quoted(amount)}", allowed))
    return cost


def _settings_problems(name: str | None, **ranges: tuple[int | None, int, int, str]) -> list[Problem]:
    problems = []
    if name is not None and not name.strip():
        problems.append(Problem("name", "is missing", "1 to 120 characters"))
    for field, (value, low, high, unit) in ranges.items():
        if value is not None and not low <= value <= high:
            problems.append(Problem(field, f"is {value}", f"{low} to {high} {unit}"))
    return problems


def _change_overlap(project: Project, overlap: int) -> None:
    """Give every item as many places as are wanted and neither handed out nor done.

    An item that gains places moves to the tail in the present order, since raters may have passed it.
    """
    project.overlap = overlap
    in_hand = Q(
        assignments__state=AssignmentState.OPEN,
        assignments__is_repeat=False,
        assignments__pass_number=F("pass_number"),
    )
    lent = Count("assignments", filter=in_hand)
    items = Item.objects.of(project).filter(is_withdrawn=False).annotate(lent=lent).order_by("queue_position")
    changed = []
    for item in items.only("pk", "places_left", "evaluation_count", "extra_places", "queue_position"):
        wanted = max(0, overlap + item.extra_places - item.evaluation_count - item.lent)
        if wanted > item.places_left:
            project.queue_tail += 1
            item.queue_position = project.queue_tail
        if wanted != item.places_left:
            item.places_left = wanted
            changed.append(item)
    Item.objects.of(project).bulk_update(changed, ["places_left", "queue_position"], batch_size=500)
    project.save(update_fields=["queue_tail"])


@transaction.atomic
def change_state(account: Account, slug: str, state: ProjectState, *, now: datetime) -> Project:
    """Start, pause, resume or close a project.

    Raises
    ------
    ConflictError
        The state cannot follow the present one, or there is no published guideline to work under.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT)
    project = Project.objects.of(access.project).select_for_update().get()
    present = ProjectState(project.state)
    if state not in _TRANSITIONS[present]:
        allowed = ", ".join(sorted(_TRANSITIONS[present]))
        message = f"The project is {present}; from there it can become {allowed}, not {state}."
        raise ConflictError(message)
    if state == ProjectState.ACTIVE and project.guideline_id is None:
        message = "Publish the guideline first: nobody can evaluate without one."
        raise ConflictError(message)
    project.state = state
    project.save(update_fields=["state"])
    record("project.state_changed", slug, at=now, actor=account, project=project, state=state)
    return project


def project_members(access: ProjectAccess) -> list[ProjectMembership]:
    """Return who works in a project, with their counts."""
    access.require(Permission.MANAGE_PROJECT_MEMBERS)
    memberships = ProjectMembership.objects.of(access.project).select_related("account")
    members = memberships.filter(is_active=True).exclude(role=Role.APPLICANT)
    return sorted(by_name_shown(access, members), key=lambda member: member.role)


@transaction.atomic
def set_project_role(account: Account, slug: str, member: str, role: Role | None, *, now: datetime) -> None:
    """Give a member of the organisation a role in the project, or end it with ``None``. Access changes at once.

    What the person saw to, and may not any more, goes to others.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT_MEMBERS)
    memberships = Membership.objects.of_organisation(access.project.organisation).select_related("account")
    person = memberships.filter(account__public_id=member).first()
    if person is None:
        message = "There is no such member of the organisation. Invite the person first."
        raise NotFoundError(message)
    if person.account_id == account.pk and access.role != Role.ORGANISATION_ADMIN:
        message = "You cannot change your own role. Ask an organisation admin."
        raise NotAllowedError(message)
    # Whoever changes the rules locks the project before its people; so does this, or the two could wait for each other.
    Project.objects.of(access.project).select_for_update().get()
    refuse_while_engaged(access.project, person.account)
    held = ProjectMembership.objects.of(access.project).filter(account=person.account).first()
    for changed in filter(None, [role, Role(held.role) if held and held.is_active else None]):
        if not may_grant(access.role, changed):
            message = f"As {access.role.replace('_', ' ')} you cannot give or take the role {changed}."
            raise NotAllowedError(message)
    membership, _ = ProjectMembership.objects.of(access.project).update_or_create(
        project=access.project,
        account=person.account,
        defaults={"role": role, "is_active": True, "takes_work": True} if role else {"is_active": False},
        create_defaults={"role": role or Role.SPECIALIST, "is_active": role is not None, "created_at": now},
    )
    hand_over(access.project, person.account, by=account, now=now)
    if membership.is_active:
        ask_newcomer(access.project, membership, now=now)
    record("project_member.set", person.account.public_id, at=now, actor=account, project=access.project, role=role)
