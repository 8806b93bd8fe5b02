"""Projects, who works in them, and what they are made from."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.organisations import OrganisationName
from rubrica.client.documents.values import Amount, Moment


class GuidelineInForce(TypedDict):
    """The version that new work is judged under."""

    version: int
    content_hash: str
    published_at: Moment


class Project(TypedDict):
    """A set of items judged under one evolving guideline, and how far the work has come."""

    slug: str
    name: str
    description: str
    organisation: OrganisationName
    template: str
    state: Literal["draft", "active", "paused", "closed"]
    role: str
    overlap: int
    most_overlap: int
    lease_seconds: int
    repeat_percent: int
    is_sensitive: bool
    may_be_named: bool
    hourly_limit: int | None
    hourly_cost: Amount | None
    guideline: GuidelineInForce | None
    items: int
    completed_items: int
    evaluations: int
    created_at: Moment


class Member(TypedDict):
    """Somebody who works in a project."""

    id: str
    name: str
    email: str | None
    role: str
    evaluations: int


class TemplateSummary(TypedDict):
    """A rubric with a guideline to start from."""

    key: str
    name: str
    description: str
    unit: Literal["single", "pair", "before_after", "set"]


class Template(TemplateSummary):
    """A template with all that it brings."""

    rubric: dict[str, Any]
    guideline: str
