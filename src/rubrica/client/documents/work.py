"""Work: the workbench, what is in hand, what was answered."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.account import WorkbenchPreferences
from rubrica.client.documents.guidelines import UnreadGuideline
from rubrica.client.documents.items import Picture
from rubrica.client.documents.values import Moment


class Rater(TypedDict):
    """Who works here."""

    name: str


class ClauseName(TypedDict):
    """A clause of the guideline."""

    anchor: str
    title: str


class ShownGuideline(TypedDict):
    """A published guideline as raters read it."""

    version: int
    content_hash: str
    html: str
    clauses: list[ClauseName]


class WorkbenchLimits(TypedDict):
    """What the server allows."""

    hold: int


class Progress(TypedDict):
    """How far the rater has come in the project."""

    done: int
    remaining: int


class OpenedProject(TypedDict):
    """The project that one works in."""

    slug: str
    name: str
    is_sensitive: bool


class OwnToday(TypedDict):
    """What the rater did in the project today."""

    evaluations: int
    active_ms: int


class WorkedExample(TypedDict):
    """An item with the right answer to a question, a tempting wrong one, and why."""

    criterion: str
    clause: str | None
    item: str
    images: list[str]
    right: int | str
    right_in_words: str
    wrong: int | str
    wrong_in_words: str
    why: str


class WorkbenchSetup(TypedDict):
    """All that the workbench needs before the first item."""

    project: OpenedProject
    rater: Rater
    guideline: ShownGuideline
    rubric: dict[str, Any]
    examples: dict[str, str]
    worked_examples: list[WorkedExample]
    limits: WorkbenchLimits
    progress: Progress
    today: OwnToday
    unread: UnreadGuideline | None
    preferences: WorkbenchPreferences | None


class ProposedAnswer(TypedDict):
    """What a technical check proposes, for the rater to confirm or to change."""

    criterion: str
    answer: int | str
    because: str


class Assignment(TypedDict):
    """An item lent to the rater for a while."""

    id: str
    item: str
    leased_until: Moment
    guideline_version: int
    prompt: str | None
    images: list[Picture]
    proposals: list[ProposedAnswer]
    is_test: bool


class TakenWork(TypedDict):
    """What the rater holds now, and why there is not more of it."""

    assignments: list[Assignment]
    reason: Literal[
        "offered",
        "queue_empty",
        "project_paused",
        "project_closed",
        "project_not_started",
        "hourly_limit",
        "guideline_changed",
        "test_failed",
        "engagement_paused",
        "screened",
    ]
    progress: Progress
    again_at: Moment | None


class Renewal(TypedDict):
    """How long the rater keeps the item now."""

    leased_until: Moment


class FindingDocument(TypedDict):
    """One thing to look at in an explanation; spans are starts and ends in code points."""

    code: Literal[
        "missing",
        "length",
        "contradiction",
        "long",
        "unlocated",
        "unlinked",
        "vague",
        "repeated",
        "spelling",
        "grammar",
    ]
    blocks: bool
    message: str
    spans: list[list[int]]
    suggestion: str | None


class CheckedExplanation(TypedDict):
    """What was found in an explanation."""

    findings: list[FindingDocument]
    language: Literal["checked", "not_english", "busy", "off"]


class ReceiptDocument(TypedDict):
    """Proof that an evaluation is stored."""

    evaluation: str
    submitted_at: Moment
    body_sha256: str
    replayed: bool


class MissedAnswer(TypedDict):
    """An answer that was not the right one, in words."""

    criterion: str
    given: str
    right: str


class Feedback(TypedDict):
    """What was right of an item for practice."""

    right: int
    asked: int
    missed: list[MissedAnswer]
    note: str


class Submitted(TakenWork):
    """The receipt, and the work that follows."""

    receipt: ReceiptDocument
    feedback: Feedback | None


class PastEvaluation(TypedDict):
    """One of the rater's own evaluations, as it was shown and answered."""

    id: str
    item: str
    submitted_at: Moment
    thumbnail_url: str
    revisable: bool
    guideline_version: int
    prompt: str | None
    images: list[Picture]
    answer: dict[str, Any]
