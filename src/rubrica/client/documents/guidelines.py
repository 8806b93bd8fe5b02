"""Guidelines: the draft, the versions, what differs and what that would reach."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.values import Amount, Moment


class Draft(TypedDict):
    """The guideline as it is being written."""

    revision: int
    markdown: str
    rubric: dict[str, Any]
    updated_at: Moment
    updated_by: str


class VersionSummary(TypedDict):
    """A published version of the guideline."""

    number: int
    content_hash: str
    change_class: str
    summary: str
    published_at: Moment
    published_by: str
    in_force: bool


class Version(VersionSummary):
    """A published version with its text."""

    markdown: str
    html: str
    rubric: dict[str, Any]


class Stretch(TypedDict):
    """Words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class PartChange(TypedDict):
    """A clause of the guideline, or a part of the rubric, that differs."""

    part: Literal["guideline", "rubric"]
    place: str
    kind: Literal["added", "removed", "changed"]
    stretches: list[Stretch]


class ExampleAnswers(TypedDict):
    """What an example says of its item, in words; ``wrong`` is empty for an example of a level."""

    right: str
    wrong: str
    why: str


class ExampleChange(TypedDict):
    """An example that came, went, or whose answers are others now."""

    criterion: str
    item: str
    kind: Literal["added", "removed", "changed"]
    before: ExampleAnswers | None
    after: ExampleAnswers | None
    images: list[str]


class GuidelineChanges(TypedDict):
    """All that differs between two states of a guideline."""

    changes: list[PartChange]
    examples: list[ExampleChange]


class UnreadGuideline(TypedDict):
    """What changed in the guideline since the rater last read it."""

    known: int
    version: int
    change_class: Literal["clarification", "breaking"]
    summary: str
    blocks: bool


class ImpactDocument(TypedDict):
    """What publishing the draft would reach among what was judged."""

    criteria: list[str]
    added: list[str]
    codes: list[str]
    clauses: list[str]
    items: int
    disputed: int
    evaluations: int
    raters: int
    overlap: int
    seconds_each: float | None
    hours: float | None
    hours_disputed: float | None
    cost: Amount | None
    cost_disputed: Amount | None


class NewsOfGuideline(TypedDict):
    """What the caller has yet to read, and what differs from what the caller knows."""

    unread: UnreadGuideline | None
    changes: list[PartChange]
    examples: list[ExampleChange]


class ClauseAnswerDocument(TypedDict):
    """Something said in answer to a question."""

    author: str
    text: str
    at: Moment


class ClauseQuestionDocument(TypedDict):
    """What somebody asks about a clause, with what was answered, oldest first."""

    id: str
    clause: str
    author: str
    text: str
    at: Moment
    answers: list[ClauseAnswerDocument]


class ScheduledPublicationDocument(TypedDict):
    """A publication that waits for its time."""

    summary: str
    change_class: Literal["editorial", "clarification", "breaking"]
    reevaluate: Literal["none", "sample", "disputed", "all"]
    sample: int
    effective_at: Moment
    scheduled_by: str
    scheduled_at: Moment
