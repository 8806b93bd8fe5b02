"""Who is asking, and for what: the first line of every use case."""

from dataclasses import dataclass, field
from datetime import datetime

from rubrica.domain.roles import Permission, Role, may
from rubrica.records.models import Account, AuditEvent, Membership, Organisation, Project, ProjectMembership
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.errors import NotAllowedError, NotFoundError


@dataclass(frozen=True, slots=True)
class ProjectAccess:
    """A project as one person may see it."""

    project: Project
    account: Account
    role: Role
    known: set[int] = field(default_factory=set, init=False, compare=False, repr=False)
    """Accounts that the person knows by name, once ``pseudonyms`` has asked for them; never empty from then on."""

    def may(self, permission: Permission) -> bool:
        """Tell whether the person may do this here."""
        return may(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Refuse unless the person may do this here."""
        if not self.may(permission):
            message = f"Your role in this project ({self.role.replace('_', ' ')}) does not allow this."
            raise NotAllowedError(message)


@dataclass(frozen=True, slots=True)
class OrganisationAccess:
    """An organisation as one person may see it."""

    organisation: Organisation
    account: Account
    role: Role
    known: set[int] = field(default_factory=set, init=False, compare=False, repr=False)
    """Accounts that the person knows by name, once ``pseudonyms`` has asked for them; never empty from then on."""

    def may(self, permission: Permission) -> bool:
        """Tell whether the person may do this here."""
        return may(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Refuse unless the person may do this here."""
        if not self.may(permission):
            message = f"Your role in this organisation ({self.role.replace('_', ' ')}) does not allow this."
            raise NotAllowedError(message)


def open_project(account: Account, slug: str, *permissions: Permission) -> ProjectAccess:
    """Return the project for this person, refusing what is outside the person's world as not found.

    Raises
    ------
    NotFoundError
        The project does not exist, or the person has no part in it.
    NotAllowedError
        The person's role lacks one of ``permissions``.
    """
    # Whoever is screened sees nothing of the project but what is asked for by a permission that applicants have.
    is_screening = bool(permissions) and all(may(Role.APPLICANT, permission) for permission in permissions)
    projects = visible_projects(account, while_screened=is_screening)
    project = projects.select_related("organisation", "guideline").filter(slug=slug).first()
    if project is None:
        message = "There is no such project, or you are not part of it."
        raise NotFoundError(message)
    access = ProjectAccess(project, account, role_in_project(account, project))
    for permission in permissions:
        access.require(permission)
    return access


def visible_projects(account: Account, *, while_screened: bool = False) -> ScopedQuerySet[Project]:
    """Return the projects in a person's world; for the operator on the command line, all of them."""
    if account.acts_as_operator:
        return Project.objects.everywhere("the operator runs the machine")
    return Project.objects.visible_to(account, while_screened=while_screened)


def project_of_work(account: Account, slug: str) -> Project:
    """Return a project that a person spends time in, be it as part of it or while being screened for it.

    Raises
    ------
    NotFoundError
        The project does not exist, or the person has no part in it.
    """
    project = visible_projects(account, while_screened=True).filter(slug=slug).first()
    if project is None:
        message = "There is no such project, or you are not part of it."
        raise NotFoundError(message)
    return project


def role_in_project(account: Account, project: Project) -> Role:
    """Return the person's strongest role in a project that is visible to the person."""
    if account.acts_as_operator:
        return Role.ORGANISATION_ADMIN
    administers = (
        Membership.objects.of_account(account)
        .filter(organisation=project.organisation_id, role=Role.ORGANISATION_ADMIN)
        .exists()
    )
    if administers:
        return Role.ORGANISATION_ADMIN
    membership = ProjectMembership.objects.of(project).filter(account=account, is_active=True).first()
    if membership is None:
        message = "You are no longer part of this project."
        raise NotFoundError(message)
    return Role(membership.role)


def open_organisation(account: Account, slug: str, *permissions: Permission) -> OrganisationAccess:
    """Return the organisation for this person; a platform admin sees every one, without its projects' content."""
    organisation = Organisation.objects.filter(slug=slug).first()
    membership = (
        Membership.objects.of_organisation(organisation).filter(account=account).first() if organisation else None
    )
    if organisation is None or (membership is None and not account.is_platform_admin):
        message = "There is no such organisation, or you are not part of it."
        raise NotFoundError(message)
    role = Role(membership.role) if membership else Role.PLATFORM_ADMIN
    if account.acts_as_operator:
        role = Role.ORGANISATION_ADMIN
    access = OrganisationAccess(organisation, account, role)
    for permission in permissions:
        access.require(permission)
    return access


def operator_account() -> Account:
    """Return the account in whose name the command line acts: the first platform admin's, with all authority.

    Whoever can run commands on the machine can read its files, so nothing is gained by refusing. The authority lives
    in this object alone: the same person in a browser has no more than the person's memberships say.

    Raises
    ------
    NotFoundError
        The instance has no platform admin yet.
    """
    account = Account.objects.filter(is_platform_admin=True, is_active=True).order_by("pk").first()
    if account is None:
        message = (
            "This instance has no platform admin yet. Run: rubrica init --email you@example.org --name 'Your Name'"
        )
        raise NotFoundError(message)
    account.acts_as_operator = True
    return account


def operator_access(slug: str) -> ProjectAccess:
    """Return a project with the operator's authority; what is done with it is recorded as done on the command line."""
    return open_project(operator_account(), slug)


def require_platform_admin(account: Account) -> None:
    """Refuse everybody but those who run the machine."""
    if not account.is_platform_admin:
        message = "Only a platform admin may do this."
        raise NotAllowedError(message)


def record(
    action: str,
    subject: str,
    *,
    at: datetime,
    actor: Account | None,
    project: Project | None = None,
    organisation: Organisation | None = None,
    **detail: object,
) -> None:
    """Append to the audit trail, in the transaction of the change it tells of."""
    AuditEvent.objects.create(
        at=at,
        actor=actor,
        organisation=organisation or (project.organisation if project else None),
        project=project,
        action=action,
        subject=subject,
        detail={**detail, "via": "command line"} if actor is not None and actor.acts_as_operator else detail,
    )
