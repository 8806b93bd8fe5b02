"""Oneself: who is calling, how one works, one's tokens."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment


class OwnOrganisation(TypedDict):
    """An organisation that the caller belongs to."""

    slug: str
    name: str
    role: str


class Me(TypedDict):
    """Who is calling."""

    id: str
    name: str
    email: str
    time_zone: str
    is_platform_admin: bool
    organisations: list[OwnOrganisation]


class WorkbenchPreferences(TypedDict):
    """How a person works, at every screen."""

    surround: Literal["light", "mid", "dark"]
    single_keys: bool
    keep_view: bool
    grayscale: bool
    keys: dict[str, list[str]]


class Token(TypedDict):
    """A token without its secret."""

    id: str
    name: str
    created_at: Moment
    expires_at: Moment | None
