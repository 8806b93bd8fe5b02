"""Organisations: founding them, inviting people, and what memberships say."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from rubrica.domain.problems import Problem
from rubrica.domain.roles import PROJECT_ROLES, Permission, Role, may_grant
from rubrica.kit.ids import hash_secret, new_secret
from rubrica.records.models import Account, Invitation, Membership, Organisation, Project, ProjectMembership
from rubrica.usecases.access import (
    OrganisationAccess,
    ProjectAccess,
    open_organisation,
    open_project,
    record,
    require_platform_admin,
)
from rubrica.usecases.accounts import create_account
from rubrica.usecases.attempts import ask_newcomer
from rubrica.usecases.engagement_steps import refuse_while_engaged, refuse_while_engaged_in
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.leaving import hand_over, hand_over_everywhere

INVITATION_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation at the only moment when its secret is known."""

    invitation: Invitation
    secret: str


@transaction.atomic
def create_organisation(admin: Account, *, name: str, now: datetime, slug: str = "") -> Organisation:
    """Found an organisation. Only a platform admin can; the admin does not become a member by it."""
    require_platform_admin(admin)
    slug = slug or slugify(name)[:60]
    if not slug:
        message = "Give the organisation a name with letters or digits."
        raise InvalidInputError(message, [Problem("name", "has no letters", "1 to 120 characters")])
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(slug=slug, name=name.strip()[:120], created_at=now)
    except IntegrityError as error:
        message = f"There is an organisation called {slug} already."
        raise InvalidInputError(message, [Problem("slug", "is taken", "a name not yet used")]) from error
    record("organisation.created", slug, at=now, actor=admin, organisation=organisation)
    return organisation


def organisations_of(account: Account) -> list[OrganisationAccess]:
    """Return the organisations a person belongs to; for a platform admin, all of them."""
    memberships = Membership.objects.of_account(account).select_related("organisation").order_by("organisation__name")
    own = {row.organisation_id: OrganisationAccess(row.organisation, account, Role(row.role)) for row in memberships}
    if account.is_platform_admin:
        for organisation in Organisation.objects.order_by("name"):
            own.setdefault(organisation.pk, OrganisationAccess(organisation, account, Role.PLATFORM_ADMIN))
    return list(own.values())


def members_of(access: OrganisationAccess) -> list[Membership]:
    """Return who belongs to an organisation."""
    access.require(Permission.LIST_PEOPLE)
    memberships = Membership.objects.of_organisation(access.organisation)
    return list(memberships.select_related("account").order_by("account__name", "id"))


@transaction.atomic
def add_member(organisation: Organisation, account: Account, role: Role, *, now: datetime) -> Membership:
    """Make a person a member, or leave a stronger role as it is. For the operator's command line and the demo."""
    membership, created = Membership.objects.of_organisation(organisation).get_or_create(
        organisation=organisation, account=account, defaults={"role": role, "created_at": now}
    )
    if created:
        record("member.added", account.public_id, at=now, actor=None, organisation=organisation, role=role)
    return membership


@transaction.atomic
def add_project_member(project: Project, account: Account, role: Role, *, now: datetime) -> ProjectMembership:
    """Give a person a role in a project, replacing the one before. For invitations, the command line and the demo."""
    if role not in PROJECT_ROLES:
        message = f"{role} is not a role in a project."
        raise InvalidInputError(message, [Problem("role", "is not known here", ", ".join(PROJECT_ROLES))])
    add_member(project.organisation, account, role, now=now)
    Project.objects.of(project).select_for_update().get()
    membership, created = ProjectMembership.objects.of(project).get_or_create(
        project=project, account=account, defaults={"role": role, "created_at": now}
    )
    if not created and (membership.role != role or not membership.is_active or not membership.takes_work):
        refuse_while_engaged(project, account)
        membership.role, membership.is_active, membership.takes_work = role, True, True
        membership.save(update_fields=["role", "is_active", "takes_work"])
        hand_over(project, account, by=account, now=now)
    ask_newcomer(project, membership, now=now)
    record("project_member.set", account.public_id, at=now, actor=None, project=project, role=role)
    return membership


@transaction.atomic
def invite(
    inviter: Account,
    organisation_slug: str,
    *,
    email: str,
    role: Role,
    now: datetime,
    project_slug: str | None = None,
    lifetime: timedelta = INVITATION_LIFETIME,
) -> NewInvitation:
    """Invite one e-mail address. The link holds the secret; only its hash is stored.

    Raises
    ------
    NotAllowedError
        The inviter may not grant this role.
    """
    organisation = open_organisation(inviter, organisation_slug)
    project = open_project(inviter, project_slug, Permission.MANAGE_PROJECT_MEMBERS) if project_slug else None
    granter = _granter(organisation, project)
    if not may_grant(granter, role):
        message = f"As {granter.replace('_', ' ')} you cannot invite a {role.replace('_', ' ')}."
        raise NotAllowedError(message)
    if project is not None and project.project.organisation_id != organisation.organisation.pk:
        message = "The project belongs to another organisation."
        raise NotFoundError(message)
    if project is not None and role not in PROJECT_ROLES:
        message = "An invitation to a project carries a role in a project."
        raise InvalidInputError(message, [Problem("role", "is not a project role", ", ".join(PROJECT_ROLES))])
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        message = "The invitation was not made."
        raise InvalidInputError(
            message, [Problem("email", "is not an e-mail address", "an address such as ada@example.org")]
        ) from error
    secret = new_secret()
    invitation = Invitation.objects.create(
        organisation=organisation.organisation,
        project=project.project if project else None,
        email=email,
        role=role,
        secret_sha256=hash_secret(secret),
        invited_by=inviter,
        created_at=now,
        expires_at=now + lifetime,
    )
    made = invitation.public_id
    record("invitation.made", made, at=now, actor=inviter, organisation=organisation.organisation, role=role)
    return NewInvitation(invitation, secret)


def _granter(organisation: OrganisationAccess, project: ProjectAccess | None) -> Role:
    if organisation.role in {Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN}:
        return organisation.role
    if project is not None:
        return project.role
    organisation.require(Permission.INVITE)
    return organisation.role


def open_invitations(access: OrganisationAccess, *, now: datetime) -> list[Invitation]:
    """Return the invitations that can still be accepted."""
    if access.role != Role.PLATFORM_ADMIN:
        access.require(Permission.LIST_PEOPLE)
    invitations = Invitation.objects.of_organisation(access.organisation).select_related("project", "invited_by")
    return list(invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now).order_by("-id"))


@transaction.atomic
def revoke_invitation(account: Account, organisation_slug: str, public_id: str, *, now: datetime) -> None:
    """Make an invitation useless."""
    access = open_organisation(account, organisation_slug)
    if access.role != Role.PLATFORM_ADMIN:
        access.require(Permission.INVITE)
    invitations = Invitation.objects.of_organisation(access.organisation).filter(
        public_id=public_id, accepted_at=None, revoked_at=None
    )
    if not invitations.update(revoked_at=now):
        message = "There is no such open invitation."
        raise NotFoundError(message)
    record("invitation.revoked", public_id, at=now, actor=account, organisation=access.organisation)


_DEAD_INVITATION = "This invitation has been used, revoked or is out of date. Ask for a new one."


def invitation_by_secret(secret: str, *, now: datetime) -> Invitation:
    """Return what an open invitation offers, without using it."""
    invitations = Invitation.objects.everywhere("the bearer of the secret is not a member yet")
    invitation = (
        invitations.select_related("organisation", "project__organisation", "invited_by")
        .filter(secret_sha256=hash_secret(secret), accepted_at=None, revoked_at=None, expires_at__gt=now)
        .first()
    )
    if invitation is None:
        raise NotFoundError(_DEAD_INVITATION)
    return invitation


@transaction.atomic
def accept_invitation(
    secret: str, *, now: datetime, account: Account | None = None, name: str = "", password: str = ""
) -> Account:
    """Join by an invitation, with the account one is signed in with or a new one for the invited address.

    Raises
    ------
    NotFoundError
        The invitation cannot be used any more.
    ConflictError
        The invited address has an account already: sign in first. Or the person signed in is somebody else.
    """
    invitation = invitation_by_secret(secret, now=now)
    if account is None:
        if Account.objects.filter(email__iexact=invitation.email).exists():
            message = f"There is an account for {invitation.email} already. Sign in, then open the invitation again."
            raise ConflictError(message)
        account = create_account(email=invitation.email, name=name, password=password, now=now)
    elif account.email.lower() != invitation.email.lower():
        message = f"This invitation is for {invitation.email}, and you are signed in as {account.email}."
        raise ConflictError(message)
    used = (
        Invitation.objects.of_organisation(invitation.organisation)
        .filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        .update(accepted_at=now, accepted_by=account)
    )
    if not used:
        raise NotFoundError(_DEAD_INVITATION)
    role = Role(invitation.role)
    if invitation.project is not None:
        add_project_member(invitation.project, account, role, now=now)
    else:
        _join(invitation.organisation, account, role, now=now)
    record("invitation.accepted", account.public_id, at=now, actor=account, organisation=invitation.organisation)
    return account


def _join(organisation: Organisation, account: Account, role: Role, *, now: datetime) -> None:
    membership = add_member(organisation, account, role, now=now)
    if membership.role not in {role, Role.ORGANISATION_ADMIN}:
        membership.role = role
        membership.save(update_fields=["role"])


@transaction.atomic
def change_member_role(admin: Account, organisation_slug: str, member: str, role: Role, *, now: datetime) -> None:
    """Give a member another role in the organisation. Nobody changes their own."""
    access = open_organisation(admin, organisation_slug)
    if not may_grant(access.role, role) or access.role == Role.LEAD:
        message = f"As {access.role.replace('_', ' ')} you cannot make somebody {role.replace('_', ' ')}."
        raise NotAllowedError(message)
    membership = _membership(access, member)
    if membership.account_id == admin.pk:
        message = "You cannot change your own role. Ask another admin."
        raise NotAllowedError(message)
    membership.role = role
    membership.save(update_fields=["role"])
    hand_over_everywhere(membership.account, by=admin, now=now, organisation=access.organisation)
    record("member.role_changed", member, at=now, actor=admin, organisation=access.organisation, role=role)


@transaction.atomic
def remove_member(admin: Account, organisation_slug: str, member: str, *, now: datetime) -> None:
    """End a person's membership and every role in the organisation's projects, at once. Evaluations stay.

    What the person saw to goes to others.
    """
    access = open_organisation(admin, organisation_slug)
    if access.role not in {Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN}:
        message = "Only an organisation admin can remove a member."
        raise NotAllowedError(message)
    membership = _membership(access, member)
    if membership.account_id == admin.pk:
        message = "You cannot remove yourself. Ask another admin."
        raise NotAllowedError(message)
    held = list(Project.objects.of_organisation(access.organisation).select_for_update().order_by("pk"))
    refuse_while_engaged_in(held, membership.account)
    roles = ProjectMembership.objects.of_account(membership.account)
    roles.filter(project__organisation=access.organisation).update(is_active=False)
    membership.delete()
    hand_over_everywhere(membership.account, by=admin, now=now, organisation=access.organisation)
    record("member.removed", member, at=now, actor=admin, organisation=access.organisation)


def _membership(access: OrganisationAccess, member: str) -> Membership:
    memberships = Membership.objects.of_organisation(access.organisation).select_related("account")
    membership = memberships.filter(account__public_id=member).first()
    if membership is None:
        message = "There is no such member."
        raise NotFoundError(message)
    return membership
