"""Organisations: who belongs to them, who is invited."""

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class Organisations(Room):
    """Organisations: who belongs to them, who is invited."""

    def list_organisations(self) -> list[d.OwnOrganisation]:
        """Return the organisations that the caller belongs to; for a platform admin, all."""
        found: list[d.OwnOrganisation] = self._connection.get(address("organisations"))["organisations"]
        return found

    def create_organisation(self, name: str, *, slug: str = "") -> d.OrganisationName:
        """Found an organisation. Only a platform admin can."""
        made: d.OrganisationName = self._connection.send("POST", address("organisations"), {"name": name, "slug": slug})
        return made

    def list_organisation_members(self, organisation: str) -> list[d.OrganisationMember]:
        """Return who belongs to an organisation."""
        path = address("organisations", organisation, "members")
        members: list[d.OrganisationMember] = self._connection.get(path)["members"]
        return members

    def change_member_role(self, organisation: str, member_id: str, role: str) -> None:
        """Give a member another role in the organisation."""
        self._connection.send("PUT", address("organisations", organisation, "members", member_id), {"role": role})

    def remove_member(self, organisation: str, member_id: str) -> None:
        """End a membership and every role in the organisation's projects, at once."""
        self._connection.send("DELETE", address("organisations", organisation, "members", member_id))

    def list_invitations(self, organisation: str) -> list[d.OpenInvitation]:
        """Return the invitations that can still be accepted."""
        path = address("organisations", organisation, "invitations")
        invitations: list[d.OpenInvitation] = self._connection.get(path)["invitations"]
        return invitations

    def invite(self, organisation: str, email: str, role: str, *, project: str | None = None) -> d.MadeInvitation:
        """Invite one e-mail address, to the organisation or to one of its projects."""
        body = {"email": email, "role": role, "project": project}
        made: d.MadeInvitation = self._connection.send(
            "POST", address("organisations", organisation, "invitations"), body
        )
        return made

    def revoke_invitation(self, organisation: str, invitation_id: str) -> None:
        """Make an invitation useless."""
        self._connection.send("DELETE", address("organisations", organisation, "invitations", invitation_id))
