"""Organisations: who belongs, who is invited, as what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.roles import ORGANISATION_ROLES, Permission, Role, may_grant
from rubrica.kit.clock import now
from rubrica.usecases import organisations as usecases
from rubrica.usecases.access import OrganisationAccess, open_organisation
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.web.requests import person, posted
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.projects import invitation_link


@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations one belongs to; a platform admin founds new ones."""
    own = person(request)
    if request.method == "POST":
        attempt(
            request,
            lambda: usecases.create_organisation(own, name=posted(request, "name", most=120), now=now()),
            _("The organisation was founded. Invite its first admin now."),
        )
        return redirect("organisations")
    return render(request, "organisation/organisations.html", {"rows": usecases.organisations_of(own)})


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show members and open invitations."""
    access = open_organisation(person(request), slug)
    return render(request, "organisation/organisation.html", _context(access))


def _context(access: OrganisationAccess) -> dict[str, object]:
    lists = access.may(Permission.LIST_PEOPLE)
    invites = lists or access.role == Role.PLATFORM_ADMIN
    return {
        "access": access,
        "members": usecases.members_of(access) if lists else [],
        "lists": lists,
        "invitations": usecases.open_invitations(access, now=now()) if invites else [],
        "roles": [role for role in ORGANISATION_ROLES if may_grant(access.role, role)],
        "manages": access.role in {Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN},
    }


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody and show the link once."""
    own, wanted = person(request), posted(request, "role", most=24)
    access = open_organisation(own, slug)
    context = _context(access)
    try:
        made = usecases.invite(
            own,
            slug,
            email=posted(request, "email", most=254),
            role=Role(wanted) if wanted in set(ORGANISATION_ROLES) else Role.SPECIALIST,
            now=now(),
        )
    except (InvalidInputError, ConflictError) as error:
        context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
        return render(request, "organisation/organisation.html", context, status=422)
    context |= {"invited": made.invitation, "link": invitation_link(made.secret)}
    return render(request, "organisation/organisation.html", context)


@require_POST
def revoke_invitation(request: HttpRequest, slug: str, invitation: str) -> HttpResponse:
    """Make an invitation useless."""
    own = person(request)
    attempt(
        request,
        lambda: usecases.revoke_invitation(own, slug, invitation, now=now()),
        _("The invitation was revoked."),
    )
    return redirect("organisation", slug)


@require_POST
def change_role(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    """Give a member another role."""
    own, wanted = person(request), posted(request, "role", most=24)
    role = Role(wanted) if wanted in set(ORGANISATION_ROLES) else Role.SPECIALIST
    attempt(
        request,
        lambda: usecases.change_member_role(own, slug, member, role, now=now()),
        _("The role was changed; it takes effect at once."),
    )
    return redirect("organisation", slug)


@require_POST
def remove_member(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    """End a membership and every role that hangs on it."""
    own = person(request)
    attempt(
        request,
        lambda: usecases.remove_member(own, slug, member, now=now()),
        _("The person was removed. Their evaluations stay."),
    )
    return redirect("organisation", slug)
