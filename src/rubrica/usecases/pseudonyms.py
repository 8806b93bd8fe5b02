"""Names that stand for raters: one person has the same one in every report and export of a project.

Who works for a project goes by a pseudonym. A reader knows somebody's name in these cases, told here alone: it is the
reader's own; the reader answers for the organisation, and so for pay; the person leads or administers, or reviews and
the reader does too; or the reader invited the person by e-mail and so knew the name before.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from django.conf import settings

from rubrica.domain.roles import Permission, Role, may
from rubrica.records.models import Account, Invitation, Membership, Organisation, Project, ProjectMembership
from rubrica.usecases.access import OrganisationAccess, ProjectAccess

OfAccount = TypeVar("OfAccount", Membership, ProjectMembership)
_PURPOSE = b"rater pseudonym"
_BYTES = 5
ADDRESS_HIDDEN = "address hidden"
_LEADING = frozenset({Role.LEAD, Role.ORGANISATION_ADMIN})


def pseudonym(project_id: int, rater_public_id: str) -> str:
    """Return the rater's pseudonym in a project.

    A hash keyed with the installation's secret: nobody without it can tell whose it is, and nobody can join what one
    person did in two projects.
    """
    return _alias(f"{project_id}:{rater_public_id}")


def name_shown(access: ProjectAccess, account: Account) -> str:
    """Return what a reader knows somebody by in a project: the name in the cases above, else the pseudonym."""
    if access.may(Permission.SEE_NAMES):
        return account.name
    if not access.known:
        access.known.update(_known_to(access.account, access.role, access.project.organisation, access.project))
    return account.name if account.pk in access.known else pseudonym(access.project.pk, account.public_id)


def by_name_shown(access: ProjectAccess, rows: Iterable[OfAccount]) -> list[OfAccount]:
    """Return what is of somebody in the order of the names that are read: an order by the others would tell of them."""
    return sorted(rows, key=lambda row: (name_shown(access, row.account), row.account.pk))


def member_shown(access: OrganisationAccess, account: Account) -> str:
    """Return what a reader knows a member of an organisation by, as :func:`name_shown` does in a project."""
    if access.may(Permission.SEE_NAMES):
        return account.name
    if not access.known:
        access.known.update(_known_to(access.account, access.role, access.organisation))
    return account.name if account.pk in access.known else _alias(f"organisation {access.organisation.pk}:{account.pk}")


def address_shown(access: OrganisationAccess, invitation: Invitation) -> str:
    """Return the address of an open invitation to whoever sees names or sent it, else words that hide it."""
    is_shown = access.may(Permission.SEE_NAMES) or access.may(Permission.MANAGE_INSTANCE)
    return invitation.email if is_shown or invitation.invited_by_id == access.account.pk else ADDRESS_HIDDEN


def reviewer_shown(access: ProjectAccess, account: Account) -> str:
    """Return who took a step of a review: those judged know nobody who judged them, not even a lead."""
    if access.may(Permission.REVIEW) or account.pk == access.account.pk:
        return name_shown(access, account)
    return pseudonym(access.project.pk, account.public_id)


def name_for_all(project: Project, account: Account) -> str:
    """Return what everybody in a project may read, for words that are kept or told to several people."""
    is_named = account.pk in _with_roles(_LEADING, project.organisation, project)
    return account.name if is_named else pseudonym(project.pk, account.public_id)


def _alias(named: str) -> str:
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    digest = hmac.digest(key, named.encode(), "sha256")
    return "rater-" + base64.b32encode(digest[:_BYTES]).decode().lower()


def _known_to(reader: Account, role: Role, organisation: Organisation, project: Project | None = None) -> set[int]:
    acting = {*_LEADING, Role.REVIEWER} if may(role, Permission.REVIEW) else _LEADING
    invited = Invitation.objects.of_organisation(organisation).filter(invited_by=reader, accepted_by__isnull=False)
    return {
        reader.pk,
        *_with_roles(acting, organisation, project),
        *invited.values_list("accepted_by", flat=True),
    }


def _with_roles(roles: AbstractSet[Role], organisation: Organisation, project: Project | None) -> set[int]:
    members = Membership.objects.of_organisation(organisation).filter(role__in=roles)
    found = set(members.values_list("account", flat=True))
    if project is not None:
        there = ProjectMembership.objects.of(project).filter(is_active=True, role__in=roles)
        found |= set(there.values_list("account", flat=True))
    return found
