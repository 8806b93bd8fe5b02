"""Organisations: who belongs to them, who is invited."""

from typing import TypedDict

from rubrica.client.documents.values import Moment


class OrganisationName(TypedDict):
    """An organisation's name and address."""

    slug: str
    name: str


class OrganisationMember(TypedDict):
    """Somebody who belongs to an organisation."""

    id: str
    name: str
    email: str | None
    role: str
    since: Moment


class OpenInvitation(TypedDict):
    """An invitation that can still be accepted."""

    id: str
    email: str
    role: str
    project: str | None
    invited_by: str
    expires_at: Moment


class MadeInvitation(OpenInvitation):
    """An invitation at the only moment when its secret is known."""

    secret: str
