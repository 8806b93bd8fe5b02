"""Oneself: who is calling, how one works, one's tokens and news."""

from typing import Any, Literal, TypedDict

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


class OwnProfile(TypedDict):
    """What the caller says of himself or herself; all of it is self-declared."""

    declared: dict[str, Any]
    revision: int
    changed_at: Moment | None


class ImportedResume(TypedDict):
    """What an import took."""

    sections: list[str]
    left_out: list[str]


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


class NewsItem(TypedDict):
    """One piece of news; ``path`` is the page that it leads to."""

    id: str
    project: str
    topic: Literal["review", "appeal", "case", "proposal", "guideline", "test", "time", "applying"]
    text: str
    path: str
    at: Moment
    read_at: Moment | None


class NewsWays(TypedDict):
    """How news of each topic comes: on Today only, there and with the daily letter, or there and by mail at once."""

    review: Literal["app", "digest", "now"]
    appeal: Literal["app", "digest", "now"]
    case: Literal["app", "digest", "now"]
    proposal: Literal["app", "digest", "now"]
    guideline: Literal["app", "digest", "now"]
    test: Literal["app", "digest", "now"]
    time: Literal["app", "digest", "now"]
    applying: Literal["app", "digest", "now"]
