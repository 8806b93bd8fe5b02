"""Organisations: who belongs to them, and how people are invited."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import Line, PublicId, RequestBody, Slug
from rubrica.api.me import OwnOrganisation
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.projects import NewSlug, OrganisationName
from rubrica.domain.roles import Permission, Role
from rubrica.kit import clock
from rubrica.records.models import Invitation, Membership
from rubrica.usecases import organisations
from rubrica.usecases.access import OrganisationAccess, open_organisation
from rubrica.usecases.pseudonyms import address_shown, member_shown

router = Router(tags=["Organisations"])

OrganisationRole = Literal["specialist", "reviewer", "lead", "organisation_admin"]


class Organisations(BaseModel):
    """The organisations in the caller's world."""

    organisations: list[OwnOrganisation]


class NewOrganisation(RequestBody):
    """An organisation to be founded."""

    name: Line = Field(min_length=1, max_length=120)
    slug: NewSlug = Field("", description="Its address; made from the name where it is left out.")


class OrganisationMember(BaseModel):
    """Somebody who belongs to an organisation."""

    id: str
    name: str
    email: str | None = Field(description="Null for leads: addresses are for those who administer.")
    role: str
    since: datetime


class OrganisationMembers(BaseModel):
    """Who belongs to an organisation."""

    members: list[OrganisationMember]


class MemberRole(RequestBody):
    """The role that a member is given."""

    role: OrganisationRole


class NewInvitation(RequestBody):
    """Whom to invite, as what."""

    email: Line = Field(min_length=3, max_length=254)
    role: OrganisationRole
    project: str | None = Field(
        None, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$", description="Slug of a project to join with this role."
    )


class OpenInvitation(BaseModel):
    """An invitation that can still be accepted."""

    id: str
    email: str
    role: str
    project: str | None
    invited_by: str
    expires_at: datetime


class OpenInvitations(BaseModel):
    """Invitations that can still be accepted, newest first."""

    invitations: list[OpenInvitation]


class MadeInvitation(OpenInvitation):
    """An invitation at the only moment when its secret is known."""

    secret: str = Field(description="The last part of the link to hand over; it is not shown again.")


@router.get(
    "/organisations",
    operation_id="list_organisations",
    summary="List organisations",
    response=answers({200: Organisations}),
)
def list_organisations(request: HttpRequest) -> Organisations:
    """Return the organisations that the caller belongs to; for a platform admin, all."""
    return Organisations(
        organisations=[
            OwnOrganisation(slug=access.organisation.slug, name=access.organisation.name, role=access.role)
            for access in organisations.organisations_of(caller(request))
        ]
    )


@router.post(
    "/organisations",
    operation_id="create_organisation",
    summary="Found an organisation",
    response=answers_to_body({201: OrganisationName}),
)
def create_organisation(request: HttpRequest, new: NewOrganisation) -> Status[OrganisationName]:
    """Found an organisation. Only a platform admin can."""
    made = organisations.create_organisation(caller(request), name=new.name, slug=new.slug, now=clock.now())
    return Status(201, OrganisationName(slug=made.slug, name=made.name))


@router.get(
    "/organisations/{slug:slug}/members",
    operation_id="list_organisation_members",
    summary="List members",
    response=answers({200: OrganisationMembers}, 403, 404),
)
def list_organisation_members(request: HttpRequest, slug: Slug) -> OrganisationMembers:
    """Return who belongs to the organisation. For leads and organisation admins."""
    access = open_organisation(caller(request), slug)
    return OrganisationMembers(members=[_member(access, row) for row in organisations.members_of(access)])


@router.put(
    "/organisations/{slug:slug}/members/{id:member_id}",
    operation_id="change_member_role",
    summary="Change a member's role",
    response=answers_to_body({204: None}, 404),
)
def change_member_role(request: HttpRequest, slug: Slug, member_id: PublicId, change: MemberRole) -> Status[None]:
    """Give a member another role in the organisation. Nobody changes their own."""
    organisations.change_member_role(caller(request), slug, member_id, Role(change.role), now=clock.now())
    return Status(204, None)


@router.delete(
    "/organisations/{slug:slug}/members/{id:member_id}",
    operation_id="remove_member",
    summary="Remove a member",
    response=answers({204: None}, 403, 404),
)
def remove_member(request: HttpRequest, slug: Slug, member_id: PublicId) -> Status[None]:
    """End a membership and every role in the organisation's projects, at once. Evaluations stay."""
    organisations.remove_member(caller(request), slug, member_id, now=clock.now())
    return Status(204, None)


@router.get(
    "/organisations/{slug:slug}/invitations",
    operation_id="list_invitations",
    summary="List open invitations",
    response=answers({200: OpenInvitations}, 403, 404),
)
def list_invitations(request: HttpRequest, slug: Slug) -> OpenInvitations:
    """Return the invitations that can still be accepted."""
    access = open_organisation(caller(request), slug)
    invitations = organisations.open_invitations(access, now=clock.now())
    return OpenInvitations(invitations=[OpenInvitation(**_invitation_facts(access, row)) for row in invitations])


@router.post(
    "/organisations/{slug:slug}/invitations",
    operation_id="invite",
    summary="Invite somebody",
    response=answers_to_body({201: MadeInvitation}, 404),
)
def invite(request: HttpRequest, slug: Slug, new: NewInvitation) -> Status[MadeInvitation]:
    """Invite one e-mail address, to the organisation or to one of its projects. The link works once, for a week."""
    access = open_organisation(caller(request), slug)
    made = organisations.invite(
        access.account, slug, email=new.email, role=Role(new.role), project_slug=new.project, now=clock.now()
    )
    return Status(201, MadeInvitation(**_invitation_facts(access, made.invitation), secret=made.secret))


@router.delete(
    "/organisations/{slug:slug}/invitations/{id:invitation_id}",
    operation_id="revoke_invitation",
    summary="Revoke an invitation",
    response=answers({204: None}, 403, 404),
)
def revoke_invitation(request: HttpRequest, slug: Slug, invitation_id: PublicId) -> Status[None]:
    """Make an invitation useless."""
    organisations.revoke_invitation(caller(request), slug, invitation_id, now=clock.now())
    return Status(204, None)


def _member(access: OrganisationAccess, membership: Membership) -> OrganisationMember:
    account = membership.account
    return OrganisationMember(
        id=account.public_id,
        name=member_shown(access, account),
        email=account.email if access.may(Permission.SEE_NAMES) else None,
        role=membership.role,
        since=membership.created_at,
    )


def _invitation_facts(access: OrganisationAccess, invitation: Invitation) -> dict[str, object]:
    return {
        "id": invitation.public_id,
        "email": address_shown(access, invitation),
        "role": invitation.role,
        "project": invitation.project.slug if invitation.project else None,
        "invited_by": str(invitation.invited_by),
        "expires_at": invitation.expires_at,
    }
